//! # Recreated scarcity
//!
//! ## What it is
//!
//! Lives in hard mode without help from AIs, zones where automation is banned, underground survival economies.
//!
//! ## Why it is restricted
//!
//! It escapes care, and it escapes watching.
//!
//! ## Mechanics
//!
//! Bought by the bored: boredom grows with abundance and rests for a while after a visit.
//!
//! ## Levers
//!
//! `goods.scarcity_recreation.boredom`, `goods.scarcity_recreation.novelty`, `goods.scarcity_recreation.exclusivity`.
//!
//! ## What to expect
//!
//! The one good that is wanted more as life gets easier.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;
use crate::units::Utils;

params! {
    /// What recreated scarcity alone has.
    pub struct ScarcityRecreation {
        /// How much boredom draws people to it
        ///
        /// Source: assumption. Raising it makes abundance raise its trade; a purchase then also takes boredom away.
        boredom: Utils = 3.0, "utils at full boredom", 0.0 ..= 50.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.35.into(),
        reactance: 0.05.into(),
        ethics: 0.00.into(),
        novelty: 0.20.into(),
        thrill: 0.15.into(),
        taboo: 0.00.into(),
        exclusivity: 0.25.into(),
        appeal: (-2.8).into(),
        cost: 10.0.into(),
        spoilage: 1.0.into(),
        harm: 0.1.into(),
        holding: 14.into(),
        supply: 20.into(),
        ..GoodParams::default()
    }
}
