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
//! Supply hardly grows; exclusivity is nearly all of its appeal.
//!
//! ## Levers
//!
//! `goods.positional.exclusivity`, `goods.positional.supply`, `goods.positional.holding`.
//!
//! ## What to expect
//!
//! Prices follow the incomes of the richest.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What positional goods alone have.
    pub struct Positional {}
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
        appeal: (-0.4).into(),
        cost: 60.0.into(),
        supply: 4.into(),
        harm: 0.05.into(),
        holding: 365.into(),
        ..GoodParams::default()
    }
}
