//! Positional slots are let by auction, or to the connected.

use crate::actions::street::MarketAccess;
use crate::base::dice::{Purpose, happens};
use crate::base::units::Credits;
use crate::goods::positional::tier;
use crate::ids::good::Good;
use crate::rules::auctions::{Bidder, Deal, let_to_connected, uniform_price};
use crate::state::ledger::Purse;
use crate::state::orders::{Fate, Order};

/// Lets the slots of today, in one auction a tier: a part behind the wall, the others to the highest bids. Returns what
/// was let, by number of the order; whoever wins has the order sent to a stall with a slot.
pub fn let_slots(market: &MarketAccess<'_>, list: &mut [Order], purses: &[Purse]) -> Vec<Deal> {
    let (context, params) = (market.context, &market.params.own.positional);
    let cap = market.params.goods[Good::Positional].price_cap;
    let slots = context.slots_of(Good::Positional);
    let first = slots.start;
    let tiers = params.tiers.get();
    let mut bidders: Vec<Vec<Bidder>> = vec![Vec::new(); tiers as usize];
    for (number, order) in (0u32..).zip(&*list) {
        if context.good_of(order.stall as usize) == Good::Positional && order.fate != Fate::Trapped {
            bidders[tier(order.stall as usize - first, tiers) as usize].push(bidder(number, order, purses, cap));
        }
    }
    let mut all = Vec::new();
    for (at, bidders) in (0..tiers).zip(&mut bidders) {
        let stock = |slot: usize| if tier(slot, tiers) == at { market.books.stock(first + slot) } else { 0 };
        let mut left: Vec<u32> = (0..slots.len()).map(stock).collect();
        // All of them can let for what the dearest needs.
        let sellers = left.iter().zip(&market.stalls[slots.clone()]).filter(|(left, _)| **left > 0);
        let Some(reserve) = sellers.map(|(_, stall)| stall.price.as_milli()).max() else { continue };
        let units = left.iter().sum::<u32>() as usize;
        let [word] = context.dice.words::<1>(Purpose::Auction, market.day, u64::from(at));
        let walled = units as f64 * params.connected.get();
        let walled = walled as usize + usize::from(happens(word, walled.fract()));
        let entry = params.entry_favours.get() as i16;
        let mut deals = let_to_connected(bidders, walled, reserve, entry, params.wall.get());
        let outside = deals.len();
        deals.extend(uniform_price(&mut bidders[outside..], units - walled, reserve));
        seat(&deals, &mut left, first, list);
        let mut won: Vec<u32> = deals.iter().map(|deal| deal.order).collect();
        won.sort_unstable();
        for bidder in bidders.iter().filter(|bidder| won.binary_search(&bidder.order).is_err()) {
            list[bidder.order as usize].fate = Fate::Outbid;
        }
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
    use std::sync::Arc;

    use super::*;
    use crate::ids::event::EventId;
    use crate::scenario::Scenario;
    use crate::state::accounts::{Account, FlowReason, UnitMove};
    use crate::state::context::RunContext;
    use crate::state::events::Events;
    use crate::state::ledger::{Books, Sizes};
    use crate::state::stall::Stall;

    /// Three come to one stall of the highest tier that has a single slot; another of that tier has the other. One more bids
    /// in the tier below, where a slot is left for the price asked.
    #[test]
    fn a_tier_has_one_price_wherever_people_came() {
        let context = RunContext::new(Arc::new(Scenario::default()), 1, 1);
        let mut params = context.scenario.params.clone();
        params.own.positional.connected = 0.0.into();
        params.goods[Good::Positional].price_cap = 1e6.into();
        let first = context.slots_of(Good::Positional).start;
        let mut books =
            Books::new(&Sizes { places: 1, sellers: 1, venues: 1, slots: context.slots, ..Sizes::default() });
        let mut stalls = vec![Stall { price: 30.0.into(), ..Stall::empty() }; context.all_slots()];
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
            cause: EventId::NONE,
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
            noted: EventId::NONE,
        };
        let mut list = [order(0, 0, 50.0), order(1, 1, 40.0), order(2, 0, 900.0), order(3, 0, 60.0)];
        let market = MarketAccess {
            context: &context,
            params: &params,
            rules: &[],
            day: 1,
            venues: &mut [],
            stalls: &mut stalls,
            sellers: &mut [],
            books: &mut books,
            events: &mut Events::default(),
        };
        let deals = let_slots(&market, &mut list, &purses);
        assert_eq!(
            deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(),
            [(1, 30_000), (2, 50_000), (3, 50_000)]
        );
        assert_eq!(list.map(|order| order.stall as usize - first), [0, 1, 0, 3]);
    }
}
