//! Penalties: fines, seizures, records, and raids on venues.

use bevy_ecs::prelude::*;

use crate::base::units::Credits;
use crate::citizen::Mind;
use crate::rules::fine::{NOTED_CASES, fine};
use crate::rules::settlement::share_of;
use crate::state::agency::Agency;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::{Account, Books, FlowReason, Purse, UnitMove};
use crate::state::orders::{Fate, Orders, Target};
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::systems::punish::bribes::bought_off;

/// The part of a buyer's fine that the provider pays, as far as it can.
pub fn pay_for_client(books: &mut Books, provider: usize, fine: Credits, liability: f64) -> Credits {
    let account = Account::Provider(provider);
    let paid = share_of(fine, liability).min(books.balance(account));
    books.pay(account, Account::Treasury, paid, FlowReason::Liability);
    paid
}

/// Cases end in fines, seizures and records.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn punish_cases(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    mut orders: ResMut<Orders>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut sellers: Query<&mut Seller>,
    mut venues: Query<&mut Venue>,
    mut stalls: Query<&mut Stall>,
    mut agencies: Query<&mut Agency>,
    mut citizens: Query<(&mut Purse, &mut Mind)>,
) {
    let agencies = column_mut(&mut agencies);
    let sellers = column_mut(&mut sellers);
    let venues = column_mut(&mut venues);
    let stalls = column_mut(&mut stalls);
    let mut columns = citizens.contiguous_iter_mut().expect("citizens are dense");
    let Some((mut purses, mut minds)) = columns.next() else { return };
    let purses = purses.bypass_change_detection();
    let minds = minds.bypass_change_detection();
    let mut noted = 0;
    for order in &mut orders.list {
        let Some(target) = order.case else { continue };
        let slot = order.stall as usize;
        let good = context.good_of(slot);
        let rules = &law.rules[order.place as usize];
        let severity = rules.goods[good].severity.get();
        let stall = &mut stalls[slot];
        let seller = stall.seller as usize;
        let venue = stall.venue as usize;
        let citizen = order.citizen as usize;
        let accused = (&mut purses[citizen], minds[citizen].record);
        let facts = (&law.params, rules, good);
        if bought_off(order, facts, (&sellers[seller], seller), accused, &mut books, &mut events) {
            continue;
        }
        let mut stopped = 1;
        match target {
            Target::Buyer => {
                let mind = &mut minds[order.citizen as usize];
                let due = fine(rules.law.fine, severity, rules.law.escalation.get(), mind.record);
                let purse = &mut purses[order.citizen as usize];
                let liability = law.params.delegates.liability.get();
                let shared = match usize::from(order.provider).checked_sub(1) {
                    Some(provider) => pay_for_client(&mut books, provider, due, liability),
                    None => Credits::ZERO,
                };
                let own = Credits::milli(due.as_milli() - shared.as_milli()).min(purse.balance());
                books.pay_from(purse, Account::Treasury, own, FlowReason::Fine);
                order.fine = Credits::milli(own.as_milli() + shared.as_milli());
                mind.record = mind.record.saturating_add(1);
                if order.fate == Fate::Delivered {
                    books.move_units(slot, UnitMove::SeizeHands, 1);
                    events.seized[good.index()] += 1;
                }
            }
            Target::Seller => {
                let owner = Account::Seller(seller);
                let due = fine(rules.law.seller_fine, severity, 0.0, 0);
                order.fine = due.min(books.balance(owner)).max(Credits::ZERO);
                books.pay(owner, Account::Treasury, order.fine, FlowReason::Fine);
                sellers[seller].cases += 1;
                sellers[seller].heat += 1.0;
                stall.suffer(order.fine);
                let units = (f64::from(books.stock(slot)) * rules.law.seizure.get()).round() as u32;
                books.move_units(slot, UnitMove::SeizeStock, units);
                events.seized[good.index()] += i64::from(units);
                events.note_seizure(&sellers[seller], units);
                stopped = units;
            }
            Target::Venue => venues[venue].evidence += 1.0,
        }
        if let Some(agency) = order.examined_by {
            agencies[usize::from(agency)].stopped[good.index()] += f64::from(stopped);
        }
        if noted < NOTED_CASES {
            noted += 1;
            let about = Event {
                good: Some(good),
                place: Some(order.place as usize),
                venue: Some(venue),
                agency: order.examined_by.map(usize::from),
                seller: Some(sellers[seller].number),
                citizen: Some(order.citizen),
                ..Event::new(EventKind::Trade)
            };
            let cause = order.cause;
            let trade = events.add(Event { agency: None, amount: order.price.get(), cause, ..about.clone() });
            order.noted = trade;
            let note = match target {
                Target::Buyer if order.fate == Fate::Trapped => "against the buyer, who met a trap",
                Target::Buyer => "against the buyer",
                Target::Seller => "against the seller",
                Target::Venue => "against the venue",
            };
            let case =
                Event { what: EventKind::Case, amount: order.fine.get(), cause: trade, note: note.into(), ..about };
            let case = events.add(case);
            match target {
                Target::Buyer => {}
                Target::Seller => (stall.last_case, sellers[seller].last_case) = (case, case),
                Target::Venue => venues[venue].last_case = case,
            }
        }
    }
}
