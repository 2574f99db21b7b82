//! Corruption: some officers drop a case for a bribe, where the seller in it is ready to pay one.
//!
//! The bribe is what two who bargain would share out: the accused saves the fine, the officer gains what would otherwise go
//! to the treasury. Source: Nash (1950) for the bargain; Becker and Stigler (1974) for officers who can be bought.

use crate::actors::syndicate::Seller;
use crate::dice::{halves, stir};
use crate::goods::Good;
use crate::law::penalties::{NOTED_CASES, fine};
use crate::ledger::{Account, Books, Purse, Why};
use crate::market::orders::{Fate, Order, Target};
use crate::market::settlement::share_of;
use crate::record::facts::{Event, Events, What};
use crate::scenario::Rules;
use crate::scenario::params::{Law, Params};
use crate::units::Credits;

/// What an officer with this share of the bargaining power gets of a fine.
pub fn bribe_for(fine: Credits, power: f64) -> Credits {
    share_of(fine, power)
}

/// Whether the officer of a case takes, the seller is ready to pay, and it comes out. The draws are the case's own, so a
/// larger chance drops the same cases and more.
fn falls(order: &Order, law: &Law, readiness: f64, exposure: f64) -> Option<bool> {
    let below = |draw: u16, chance: f64| f64::from(draw) < chance * 65_536.0;
    let (takes, pays) = halves(stir(order.verdict, order.examine));
    let dropped = below(takes, law.corruption.get()) && below(pays, readiness);
    dropped.then(|| below(halves(stir(order.examine, order.verdict)).1, exposure))
}

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
            books.pay_from(purse, Account::Officers, bribe, Why::Bribe);
            bribe
        }
        Some(Target::Seller) => {
            let due = fine(rules.law.seller_fine, severity, 0.0, 0);
            let bribe = bribe_for(due, power).min(books.balance(Account::Seller(place))).max(Credits::ZERO);
            books.pay(Account::Seller(place), Account::Officers, bribe, Why::Bribe);
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
            ..Event::new(What::Trade)
        };
        let trade = Event { agency: None, amount: order.price.get(), cause: order.cause, ..about.clone() };
        let cause = events.add(trade);
        let note = if exposed { "and it came out" } else { "" }.into();
        events.add(Event { what: What::Bribe, amount: bribe.get(), cause, note, ..about });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who bargains on equal terms splits what is to be had: of a fine of 100, each side keeps 50.
    #[test]
    fn a_bribe_splits_the_fine_by_bargaining_power() {
        assert_eq!(bribe_for(Credits::from(100.0), 0.5), Credits::from(50.0));
        assert_eq!(bribe_for(Credits::from(100.0), 0.9), Credits::from(90.0));
    }
}
