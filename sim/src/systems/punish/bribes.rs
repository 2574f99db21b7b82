//! Officers may be bought off.

use crate::base::units::Credits;
use crate::ids::good::Good;
use crate::params::Params;
use crate::rules::corruption::{bribe_for, falls};
use crate::rules::fine::{NOTED_CASES, fine};
use crate::scenario::Rules;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::{Account, Books, FlowReason, Purse};
use crate::state::orders::{Fate, Order, Target};
use crate::state::seller::Seller;

/// Drops the case of an order for a bribe, where the law can be bought; says whether it was.
///
/// Whoever the case is against pays: the seller, or the buyer through the seller's fixers.
pub fn bought_off(
    order: &mut Order,
    (params, rules, good): (&Params, &Rules, Good),
    (seller, place): (&Seller, usize),
    (purse, record): (&mut Purse, u8),
    books: &mut Books,
    events: &mut Events,
) -> bool {
    if rules.law.corruption.get() <= 0.0 || order.fate == Fate::Trapped {
        return false;
    }
    let Some(exposed) = falls(order, &rules.law, seller.bribes(params), params.law.bribe_exposure.get()) else {
        return false;
    };
    let severity = rules.goods[good].severity.get();
    let power = rules.law.bribe_share.get();
    let bribe = match order.case {
        Some(Target::Buyer) => {
            let due = fine(rules.law.fine, severity, rules.law.escalation.get(), record);
            let bribe = bribe_for(due, power).min(purse.balance());
            books.pay_from(purse, Account::Officers, bribe, FlowReason::Bribe);
            bribe
        }
        Some(Target::Seller) => {
            let due = fine(rules.law.seller_fine, severity, 0.0, 0);
            let bribe = bribe_for(due, power).min(books.balance(Account::Seller(place))).max(Credits::ZERO);
            books.pay(Account::Seller(place), Account::Officers, bribe, FlowReason::Bribe);
            bribe
        }
        Some(Target::Venue) | None => return false,
    };
    order.case = None;
    let counts = &mut events.counts;
    counts.bribes += 1;
    counts.bribes_milli += bribe.as_milli();
    counts.exposed += i64::from(exposed);
    if counts.bribes <= NOTED_CASES as i64 {
        let about = Event {
            good: Some(good),
            place: Some(order.place as usize),
            agency: order.examined_by.map(usize::from),
            seller: Some(seller.number),
            citizen: Some(order.citizen),
            ..Event::new(EventKind::Trade)
        };
        let trade = Event { agency: None, amount: order.price.get(), cause: order.cause, ..about.clone() };
        let cause = events.add(trade);
        let note = if exposed { "and it came out" } else { "" }.into();
        events.add(Event { what: EventKind::Bribe, amount: bribe.get(), cause, note, ..about });
    }
    true
}
