//! # Positional goods and social scarcity
//!
//! ## What it is
//!
//! Forbidden heritage sites, nature reserves, irreplaceable places, a shadow market of favours and standing.
//!
//! ## Why it is restricted
//!
//! There is only so much of it, and whoever has it has it instead of another.
//!
//! ## Mechanics
//!
//! A fixed number of slots, in tiers of rising prestige and falling number, let for some weeks. The stalls share them out;
//! every day those of a tier that fall free are let in one auction, wherever people came: they bid what they would have
//! paid, the highest win, and all pay the highest bid that lost, and no less than what stalls need to cover their costs.
//! What a rank is worth is a share of what one has beside it, so bids grow as wealth does. A part of the slots is behind a
//! wall: it goes to the best connected of those who came, who pay with favours. Favours are a second money: earned by
//! doing favours in one's circle, they cannot be bought. The wall may leak; then credits open it as favours do. Nobody
//! needs a second slot while the first one lasts.
//!
//! ## Levers
//!
//! `goods.positional.slots`, `lease`, `tiers`, `prestige`, `connected`, `wall`, `entry_favours`, `favours_done`,
//! `citizens.income_spread`.
//!
//! ## What to expect
//!
//! Where slots are few, prices follow the incomes of the richest, not the mean; the more slots there are for those who
//! want one, the further down is whose income they follow. Where the wall leaks, those inside are the rich and no longer
//! the connected.

use crate::actors::stall::Stall;
use crate::dice::{Purpose, happens};
use crate::goods::Good;
use crate::goods::scarcity_recreation::share_out;
use crate::ledger::{Books, Purse};
use crate::market::auctions::{Bidder, Deal, let_to_connected, uniform_price};
use crate::market::orders::{Fate, Order};
use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;
use crate::setting::Setting;
use crate::units::{Count, Credits, Days, Factor, Share, Utils};

params! {
    /// What positional goods alone have.
    pub struct Positional {
        /// Slots there are, for a thousand citizens
        ///
        /// Raising it lowers prices, and whose income they follow.
        /// Source: assumption.
        slots: Factor = 40.0, "slots per 1000 citizens", 0.0 ..= 1000.0, Day;
        /// Days for which a slot is let
        ///
        /// Source: assumption. Raising it lets fewer slots fall free in a day.
        lease: Days = 30, "days", 1.0 ..= 10_000.0, Day;
        /// Tiers of slots
        ///
        /// Each tier above the lowest has half the slots of the one below.
        /// Source: assumption.
        tiers: Count = 3, "tiers", 1.0 ..= 8.0, Start;
        /// What each tier is worth beside the one below
        ///
        /// Raising it spreads prices between tiers.
        /// Source: assumption.
        prestige: Utils = 0.8, "utils per tier", 0.0 ..= 50.0, Day;
        /// Share of slots behind the wall, which go to the connected
        ///
        /// Source: assumption. Raising it makes standing worth more and credits less.
        connected: Share = 0.5, "of slots", 0.0 ..= 1.0, Day;
        /// How well the wall between credits and favours holds
        ///
        /// At 1 favours cannot be bought. Below, bids in credits count at the wall too, with the weight that is missing to 1.
        /// Source: assumption; Kranton (1996) for how markets crowd out exchange of favours.
        wall: Share = 1.0, "of favours' weight", 0.0 ..= 1.0, Day;
        /// Favours that a slot behind the wall costs
        ///
        /// Source: assumption. Raising it lets the connected in less often.
        entry_favours: Count = 3, "favours", 0.0 ..= 100.0, Day;
        /// Favours done for one's circle outside enclaves
        ///
        /// Source: assumption. Raising it makes favours plentiful; those who are sociable do more of them.
        favours_done: Share = 0.03, "per citizen and day", 0.0 ..= 1.0, Day;
    }
}

/// The tier of a slot of this good: 0 is the highest.
pub const fn tier(slot_of_good: usize, tiers: u32) -> u32 {
    (slot_of_good % tiers as usize) as u32
}

/// What a tier adds to the utility of a slot.
pub fn prestige(params: &Positional, slot_of_good: usize) -> f32 {
    let tiers = params.tiers.get();
    params.prestige.as_f32() * (tiers - 1 - tier(slot_of_good, tiers)) as f32
}

/// How many slots each stall of the good may let today.
pub fn share_out_slots(setting: &Setting, params: &Positional, day: u32, stalls: &[Stall]) -> Vec<u32> {
    let first = Good::Positional.index() * setting.slots;
    let here = &stalls[first..first + setting.slots];
    let mut shares = vec![0; here.len()];
    let free = params.slots.get() * setting.active as f64 / 1000.0 / f64::from(params.lease.get());
    let tiers = params.tiers.get();
    let weights: f64 = (0..tiers).map(|tier| f64::from(1u32 << tier)).sum();
    for at in 0..tiers {
        let sellers: Vec<usize> = (0..here.len()).filter(|&slot| here[slot].open && tier(slot, tiers) == at).collect();
        share_out(free * f64::from(1u32 << at) / weights, day + at, &sellers, &mut shares);
    }
    shares
}

/// What a util of rank is worth in credits to somebody who holds so many: to all the same share of what they have, and to
/// those of mean wealth what a util of anything is worth.
///
/// Source: Hopkins and Kornienko (2004), where utility is `V(consumption) * F(rank)`.
pub const fn worth_of_rank(purse: f32, mean_wealth: f32, price_weight: f32) -> f32 {
    purse / (price_weight * mean_wealth).max(1e-6)
}

/// Lets the slots of today, in one auction a tier: a part behind the wall, the others to the highest bids. Returns what
/// was let, by number of the order; whoever wins has the order sent to a stall with a slot.
pub fn let_slots(
    setting: &Setting,
    (params, cap): (&Positional, Credits),
    day: u32,
    (list, purses): (&mut [Order], &[Purse]),
    (stalls, books): (&[Stall], &Books),
) -> Vec<Deal> {
    let first = Good::Positional.index() * setting.slots;
    let tiers = params.tiers.get();
    let mut bidders: Vec<Vec<Bidder>> = vec![Vec::new(); tiers as usize];
    for (number, order) in (0u32..).zip(&*list) {
        if setting.good_of(order.stall as usize) == Good::Positional && order.fate != Fate::Trapped {
            bidders[tier(order.stall as usize - first, tiers) as usize].push(bidder(number, order, purses, cap));
        }
    }
    let mut all = Vec::new();
    for (at, bidders) in (0..tiers).zip(&mut bidders) {
        let stock = |slot: usize| if tier(slot, tiers) == at { books.stock(first + slot) } else { 0 };
        let mut left: Vec<u32> = (0..setting.slots).map(stock).collect();
        // All of them can let for what the dearest needs.
        let sellers = left.iter().zip(&stalls[first..]).filter(|(left, _)| **left > 0);
        let Some(reserve) = sellers.map(|(_, stall)| stall.price).max() else { continue };
        let units = left.iter().sum::<u32>() as usize;
        let [word] = setting.dice.words::<1>(Purpose::Auction, day, u64::from(at));
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

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.05.into(),
        reactance: 0.05.into(),
        ethics: 0.05.into(),
        novelty: 0.00.into(),
        thrill: 0.05.into(),
        taboo: 0.00.into(),
        exclusivity: 0.75.into(),
        appeal: (-1.4).into(),
        cost: 30.0.into(),
        spoilage: 1.0.into(),
        supply: 1_000.into(),
        harm: 0.05.into(),
        holding: 30.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ledger::{Account, UnitMove, Why};
    use crate::scenario::Scenario;

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
        let setting = Setting::new(Arc::new(Scenario::default()), 1, 1);
        let params = Positional { connected: 0.0.into(), ..Positional::default() };
        let first = Good::Positional.index() * setting.slots;
        let mut books = Books::new(1, 0, 1, 1, 0, 0, setting.slots);
        let mut stalls = vec![Stall::empty(); first + setting.slots];
        for stall in &mut stalls {
            stall.price = 30_000;
        }
        for slot in [0, 1, 3] {
            books.move_units(first + slot, UnitMove::Produce, 1);
        }
        let mut purses = [Purse::empty(1.0, 0); 4];
        for purse in &mut purses {
            books.pay_to(Account::Mint, purse, Credits::from(80.0), Why::Start);
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
        let deals = let_slots(&setting, (&params, uncapped), 1, (&mut list, &purses), (&stalls, &books));
        assert_eq!(
            deals.iter().map(|deal| (deal.order, deal.price)).collect::<Vec<_>>(),
            [(1, 30_000), (2, 50_000), (3, 50_000)]
        );
        assert_eq!(list.map(|order| order.stall as usize - first), [0, 1, 0, 3]);
    }
}
