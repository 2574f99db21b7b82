//! Officers may be bought off.

use crate::actions::street::MarketAccess;
use crate::base::units::Credits;
use crate::rules::corruption::{bribe_for, falls};
use crate::rules::fine::{NOTED_CASES, fine, seller_fine};
use crate::state::accounts::{Account, FlowReason};
use crate::state::events::{Event, EventKind};
use crate::state::ledger::Purse;
use crate::state::orders::{Fate, Order, Target};

/// Drops the case of an order for a bribe, where the law can be bought; says whether it was.
///
/// Whoever the case is against pays: the seller, or the buyer, who has so many entries in the record, through the seller's
/// fixers.
pub fn bought_off(market: &mut MarketAccess<'_>, order: &mut Order, purse: &mut Purse, record: u8) -> bool {
    let (params, rules) = (market.params, &market.rules[order.place as usize]);
    if rules.law.corruption.get() <= 0.0 || order.fate == Fate::Trapped {
        return false;
    }
    let good = market.context.good_of(order.stall as usize);
    let place = market.stalls[order.stall as usize].seller as usize;
    let seller = &market.sellers[place];
    let Some(exposed) = falls(order, &rules.law, seller.bribes(params), params.law.bribe_exposure.get()) else {
        return false;
    };
    let severity = rules.goods[good].severity.get();
    let power = rules.law.bribe_share.get();
    let bribe = match order.case {
        Some(Target::Buyer) => {
            let due = fine(rules.law.fine, severity, rules.law.escalation.get(), record);
            let bribe = bribe_for(due, power).min(purse.balance());
            market.books.pay_from(purse, Account::Officers, bribe, FlowReason::Bribe);
            bribe
        }
        Some(Target::Seller) => {
            let due = seller_fine(order.price, rules.law.seller_fine.get(), severity);
            let held = market.books.balance(Account::Seller(place));
            let bribe = bribe_for(due, power).min(held).max(Credits::ZERO);
            market.books.pay(Account::Seller(place), Account::Officers, bribe, FlowReason::Bribe);
            bribe
        }
        Some(Target::Venue) | None => return false,
    };
    order.case = None;
    let counts = &mut market.events.counts;
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
        let cause = market.events.add(trade);
        let note = if exposed { "and it came out" } else { "" }.into();
        market.events.add(Event { what: EventKind::Bribe, amount: bribe.get(), cause, note, ..about });
    }
    true
}
