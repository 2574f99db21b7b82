//! Penalties: fines, seizures, records, and raids on venues.

use bevy_ecs::prelude::*;

use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::units::Credits;
use crate::citizen::Mind;
use crate::rules::fine::{NOTED_CASES, fine, seller_fine};
use crate::rules::settlement::share_of;
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::agency::Agency;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::events::{Event, EventKind};
use crate::state::ledger::{Books, Purse};
use crate::state::orders::{Fate, Order, Orders, Target};
use crate::systems::punish::bribes::bought_off;

/// Cases end in fines, seizures and records.
pub fn punish_cases(
    mut market: MarketParams<'_, '_>,
    mut orders: ResMut<Orders>,
    mut agencies: Query<&mut Agency>,
    citizens: Single<(&mut PerCitizen<Purse>, &mut PerCitizen<Mind>)>,
) {
    let mut market = market.walk();
    let agencies = column_mut(&mut agencies);
    let (mut purses, mut minds) = citizens.into_inner();
    let mut noted = 0;
    for order in &mut orders.list {
        let Some(target) = order.case else { continue };
        let (purse, mind) = (&mut purses[order.citizen as usize], &mut minds[order.citizen as usize]);
        if bought_off(&mut market, order, purse, mind.record) {
            continue;
        }
        let stopped = match target {
            Target::Buyer => punish_buyer(&mut market, order, purse, mind),
            Target::Seller => punish_seller(&mut market, order),
            Target::Venue => {
                let venue = market.stalls[order.stall as usize].venue;
                market.venues[venue as usize].evidence += 1.0;
                1
            }
        };
        if let Some(agency) = order.examined_by {
            let good = market.context.good_of(order.stall as usize);
            agencies[usize::from(agency)].stopped[good.index()] += f64::from(stopped);
        }
        if noted < NOTED_CASES {
            noted += 1;
            note_case(&mut market, order, target);
        }
    }
}

/// The buyer is fined, gets an entry in the record and loses what was bought. Returns the units that the case stopped.
fn punish_buyer(market: &mut MarketAccess<'_>, order: &mut Order, purse: &mut Purse, mind: &mut Mind) -> u32 {
    let slot = order.stall as usize;
    let good = market.context.good_of(slot);
    let rules = &market.rules[order.place as usize];
    let due = fine(rules.law.fine, rules.goods[good].severity.get(), rules.law.escalation.get(), mind.record);
    let liability = market.params.delegates.liability.get();
    let shared = match usize::from(order.provider).checked_sub(1) {
        Some(provider) => pay_for_client(market.books, provider, due, liability),
        None => Credits::ZERO,
    };
    let own = (due - shared).min(purse.balance());
    market.books.pay_from(purse, Account::Treasury, own, FlowReason::Fine);
    order.fine = own + shared;
    mind.record = mind.record.saturating_add(1);
    if order.fate == Fate::Delivered {
        market.books.move_units(slot, UnitMove::SeizeHands, 1);
        market.events.seized[good.index()] += 1;
    }
    1
}

/// The part of a buyer's fine that the provider pays, in credits, as far as it can.
pub fn pay_for_client(books: &mut Books, provider: usize, fine: Credits, liability: f64) -> Credits {
    let account = Account::Provider(provider);
    let paid = share_of(fine, liability).min(books.balance(account));
    books.pay(account, Account::Treasury, paid, FlowReason::Liability);
    paid
}

/// The seller is fined as far as it can pay, and loses a part of its stock. Returns the units that the case stopped.
fn punish_seller(market: &mut MarketAccess<'_>, order: &mut Order) -> u32 {
    let slot = order.stall as usize;
    let good = market.context.good_of(slot);
    let rules = &market.rules[order.place as usize];
    let stall = &mut market.stalls[slot];
    let owner = Account::Seller(stall.seller as usize);
    let due = seller_fine(order.price, rules.law.seller_fine.get(), rules.goods[good].severity.get());
    order.fine = due.min(market.books.balance(owner)).max(Credits::ZERO);
    market.books.pay(owner, Account::Treasury, order.fine, FlowReason::Fine);
    let seller = &mut market.sellers[stall.seller as usize];
    seller.cases += 1;
    seller.heat += 1.0;
    stall.suffer(order.fine);
    let units = (f64::from(market.books.stock(slot)) * rules.law.seizure.get()).round() as u32;
    market.books.move_units(slot, UnitMove::SeizeStock, units);
    market.events.seized[good.index()] += i64::from(units);
    market.events.note_seizure(seller, units);
    units
}

/// Writes a case down, caused by its trade, and remembers it with those whom it is against.
fn note_case(market: &mut MarketAccess<'_>, order: &mut Order, target: Target) {
    let slot = order.stall as usize;
    let stall = &mut market.stalls[slot];
    let seller = &mut market.sellers[stall.seller as usize];
    let venue = stall.venue as usize;
    let about = Event {
        good: Some(market.context.good_of(slot)),
        place: Some(order.place as usize),
        venue: Some(venue),
        agency: order.examined_by.map(usize::from),
        seller: Some(seller.number),
        citizen: Some(order.citizen),
        ..Event::new(EventKind::Trade)
    };
    let cause = order.cause;
    let trade = market.events.add(Event { agency: None, amount: order.price.get(), cause, ..about.clone() });
    order.noted = trade;
    let note = match target {
        Target::Buyer if order.fate == Fate::Trapped => "against the buyer, who met a trap",
        Target::Buyer => "against the buyer",
        Target::Seller => "against the seller",
        Target::Venue => "against the venue",
    };
    let case = Event { what: EventKind::Case, amount: order.fine.get(), cause: trade, note: note.into(), ..about };
    let case = market.events.add(case);
    match target {
        Target::Buyer => {}
        Target::Seller => (stall.last_case, seller.last_case) = (case, case),
        Target::Venue => market.venues[venue].last_case = case,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::accounts::AccountKind;
    use crate::state::ledger::Sizes;

    /// A quarter of a fine of 100, and no more than there is.
    #[test]
    fn a_provider_pays_its_part_as_far_as_it_can() {
        let mut books = Books::new(&Sizes { places: 1, providers: 1, slots: 4, ..Sizes::default() });
        books.pay(Account::Mint, Account::Provider(0), Credits::from(30.0), FlowReason::Start);
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::from(25.0));
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::from(5.0));
        assert_eq!(pay_for_client(&mut books, 0, Credits::from(100.0), 0.25), Credits::ZERO);
        assert_eq!((books.held_by(AccountKind::Providers), books.held_by(AccountKind::Treasury)), (0, 30_000));
    }
}
