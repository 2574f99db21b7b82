//! Positional slots are let by auction, or to the connected.

use crate::base::dice::{Purpose, happens};
use crate::base::units::Credits;
use crate::goods::positional::{Positional, tier};
use crate::ids::good::Good;
use crate::rules::auctions::{Bidder, Deal, let_to_connected, uniform_price};
use crate::state::context::RunContext;
use crate::state::ledger::{Books, Purse};
use crate::state::orders::{Fate, Order};
use crate::state::stall::Stall;

/// Lets the slots of today, in one auction a tier: a part behind the wall, the others to the highest bids. Returns what
/// was let, by number of the order; whoever wins has the order sent to a stall with a slot.
pub fn let_slots(
    context: &RunContext,
    (params, cap): (&Positional, Credits),
    day: u32,
    (list, purses): (&mut [Order], &[Purse]),
    (stalls, books): (&[Stall], &Books),
) -> Vec<Deal> {
    let first = Good::Positional.index() * context.slots;
    let tiers = params.tiers.get();
    let mut bidders: Vec<Vec<Bidder>> = vec![Vec::new(); tiers as usize];
    for (number, order) in (0u32..).zip(&*list) {
        if context.good_of(order.stall as usize) == Good::Positional && order.fate != Fate::Trapped {
            bidders[tier(order.stall as usize - first, tiers) as usize].push(bidder(number, order, purses, cap));
        }
    }
    let mut all = Vec::new();
    for (at, bidders) in (0..tiers).zip(&mut bidders) {
        let stock = |slot: usize| if tier(slot, tiers) == at { books.stock(first + slot) } else { 0 };
        let mut left: Vec<u32> = (0..context.slots).map(stock).collect();
        // All of them can let for what the dearest needs.
        let sellers = left.iter().zip(&stalls[first..]).filter(|(left, _)| **left > 0);
        let Some(reserve) = sellers.map(|(_, stall)| stall.price).max() else { continue };
        let units = left.iter().sum::<u32>() as usize;
        let [word] = context.dice.words::<1>(Purpose::Auction, day, u64::from(at));
        let walled = units as f64 * params.connected.get();
        let walled = walled as usize + usize::from(happens(word, walled.fract()));
        let entry = params.entry_favours.get() as i16;
        let mut deals = let_to_connected(bidders, walled, reserve, entry, params.wall.get());
        let outside = deals.len();
        deals.extend(uniform_price(&mut bidders[outside..], units - walled, reserve));
        seat(&deals, &mut left, first, list);
        all.extend(deals);
    }
    all.sort_unstable_by_key(|deal| deal.order);
    all
}

/// Takes a slot for each deal from what is `left` at the stalls from `first` on: where the winner came to, or else, once all
/// those are served, where some are left over.
fn seat(deals: &[Deal], left: &mut [u32], first: usize, list: &mut [Order]) {
    let mut sent = Vec::new();
    for deal in deals {
        match &mut left[list[deal.order as usize].stall as usize - first] {
            0 => sent.push(deal.order),
            left => *left -= 1,
        }
    }
    let free = (first..).zip(left).flat_map(|(stall, left)| std::iter::repeat_n(stall, *left as usize));
    for (order, stall) in sent.into_iter().zip(free) {
        list[order as usize].stall = u32::try_from(stall).expect("stalls fit");
    }
}

/// Whoever placed the order, as a bidder. Nobody may pay more than the `cap`, so nobody bids more.
fn bidder(number: u32, order: &Order, purses: &[Purse], cap: Credits) -> Bidder {
    let purse = &purses[order.citizen as usize];
    // Taxes and markups come on top of a price: nobody bids the last tenth of what they hold.
    let most = purse.balance().get() * 0.9;
    let bid = Credits::from(f64::from(order.bid).min(most)).min(cap).as_milli();
    Bidder { order: number, turn: order.queue, bid, favours: purse.favours() }
}

#[cfg(test)]
mod tests {
    use crate::goods::positional::{prestige, worth_of_rank};
    use std::sync::Arc;

    use super::*;
    use crate::scenario::Scenario;
    use crate::state::ledger::{Account, FlowReason, UnitMove};

    #[test]
    fn the_highest_tier_has_the_most_prestige() {
        let params = Positional::default();
        assert_eq!([0, 1, 2, 3].map(|slot| tier(slot, 3)), [0, 1, 2, 0]);
        assert!((prestige(&params, 0) - 1.6).abs() < 1e-6);
        assert_eq!(prestige(&params, 2), 0.0);
    }

    /// A util is worth 50 credits where a credit weighs 0.02: to those of mean wealth, and to the twice as rich 100.
    #[test]
    fn a_rank_is_worth_a_share_of_wealth() {
        assert_eq!(worth_of_rank(400.0, 400.0, 0.02), 50.0);
        assert_eq!(worth_of_rank(800.0, 400.0, 0.02), 100.0);
    }

    /// Three come to one stall of the highest tier that has a single slot; another of that tier has the other. One more bids
    /// in the tier below, where a slot is left for the price asked.
    #[test]
    fn a_tier_has_one_price_wherever_people_came() {
        let context = RunContext::new(Arc::new(Scenario::default()), 1, 1);
        let params = Positional { connected: 0.0.into(), ..Positional::default() };
        let first = Good::Positional.index() * context.slots;
        let mut books = Books::new(1, 0, 1, 1, 0, 0, context.slots);
        let mut stalls = vec![Stall::empty(); first + context.slots];
        for stall in &mut stalls {
            stall.price = 30_000;
        }
        for slot in [0, 1, 3] {
            books.move_units(first + slot, UnitMove::Produce, 1);
        }
        let mut purses = [Purse::empty(1.0, 0); 4];
        for purse in &mut purses {
            books.pay_to(Account::Mint, purse, Credits::from(80.0), FlowReason::Start);
        }
        let order = |citizen: u32, slot: usize, bid: f32| Order {
            citizen,
            stall: (first + slot) as u32,
            place: 0,
            provider: 0,
            cause: -1,
            queue: 0,
            honesty: 0,
            examine: 0,
            verdict: 0,
            bid,
            visible: 1.0,
            fate: Fate::Unmet,
            illicit: true,
            price: Credits::ZERO,
            extra: Credits::ZERO,
            examined_by: None,
            case: None,
            fine: Credits::ZERO,
            noted: -1,
        };
        let mut list = [order(0, 0, 50.0), order(1, 1, 40.0), order(2, 0, 900.0), order(3, 0, 60.0)];
        let uncapped = Credits::from(1e6);
        let deals = let_slots(&context, (&params, uncapped), 1, (&mut list, &purses), (&stalls, &books));
        assert_eq!(
            deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(),
            [(1, 30_000), (2, 50_000), (3, 50_000)]
        );
        assert_eq!(list.map(|order| order.stall as usize - first), [0, 1, 0, 3]);
    }
}
