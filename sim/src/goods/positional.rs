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

use crate::base::fields::params;
use crate::base::units::{Count, Days, Factor, Share, Utils};
use crate::goods::params::GoodParams;

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

/// What a util of rank is worth in credits to somebody who holds so many: to all the same share of what they have, and to
/// those of mean wealth what a util of anything is worth.
///
/// Source: Hopkins and Kornienko (2004), where utility is `V(consumption) * F(rank)`.
pub const fn worth_of_rank(purse: f32, mean_wealth: f32, price_weight: f32) -> f32 {
    purse / (price_weight * mean_wealth).max(1e-6)
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
