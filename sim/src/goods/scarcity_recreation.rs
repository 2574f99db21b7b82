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

use crate::scenario::params::GoodParams;

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
        boredom: 3.0.into(),
        cost: 10.0.into(),
        spoilage: 1.0.into(),
        harm: 0.1.into(),
        holding: 14.into(),
        supply: 20.into(),
        ..GoodParams::default()
    }
}
