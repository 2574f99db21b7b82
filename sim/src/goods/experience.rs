//! # Restricted experiences
//!
//! ## What it is
//!
//! Physical danger, unfiltered virtual worlds, the raw network.
//!
//! ## Why it is restricted
//!
//! It is the new drug: it harms those who seek it, and they seek more of it.
//!
//! ## Mechanics
//!
//! Perishable, and habit-forming: each use adds to the desire of the next days.
//!
//! ## Levers
//!
//! `goods.experience.habit_gain`, `goods.experience.habit_decay`, `goods.experience.spoilage`, `goods.experience.thrill`.
//!
//! ## What to expect
//!
//! A price rise lowers trade more after months than after days, since habit has to fade first.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What restricted experiences alone have.
    pub struct Experience {}
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.25.into(),
        reactance: 0.10.into(),
        ethics: 0.05.into(),
        novelty: 0.25.into(),
        thrill: 0.30.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 0.6.into(),
        cost: 10.0.into(),
        habit_gain: 0.14.into(),
        habit_decay: 0.1.into(),
        habit_pull: 1.0.into(),
        spoilage: 0.2.into(),
        harm: 0.2.into(),
        holding: 7.into(),
        ..GoodParams::default()
    }
}
