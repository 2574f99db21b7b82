//! # Unregulated augmentation
//!
//! ## What it is
//!
//! Genetic edits for intelligence, aggression or longevity, banned implants, edits of memory and personality.
//!
//! ## Why it is restricted
//!
//! It cannot be undone, and whoever has it gains on those who have not.
//!
//! ## Mechanics
//!
//! Dear to make and rarely bought; exclusivity is among its drivers, so that it is wanted most while few have it.
//!
//! ## Levers
//!
//! `goods.augmentation.exclusivity`, `goods.augmentation.cost`, `goods.augmentation.holding`.
//!
//! ## What to expect
//!
//! A small trade at high prices, whose buyers are the rich.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What augmentation alone has.
    pub struct Augmentation {}
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.35.into(),
        reactance: 0.10.into(),
        ethics: 0.15.into(),
        novelty: 0.10.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.20.into(),
        appeal: 0.4.into(),
        cost: 45.0.into(),
        harm: 0.5.into(),
        innovation: 0.2.into(),
        holding: 3650.into(),
        supply: 4.into(),
        ..GoodParams::default()
    }
}
