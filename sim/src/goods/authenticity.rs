//! # Authentic things
//!
//! ## What it is
//!
//! Things made by hand, relics from before the machines, natural food, live imperfect performance.
//!
//! ## Why it is restricted
//!
//! Machines copy everything; what is certified as made by people is restricted to keep the certificate scarce.
//!
//! ## Mechanics
//!
//! Made by artisans, mostly in enclaves, at a limited rate; buying it feels good, so ethics speaks for it.
//!
//! ## Levers
//!
//! `goods.authenticity.exclusivity`, `goods.authenticity.ethics`, `goods.authenticity.supply`.
//!
//! ## What to expect
//!
//! Scarce at any price the many can pay; enclaves live from it.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What authentic things alone have.
    pub struct Authenticity {}
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.40.into(),
        reactance: 0.05.into(),
        ethics: (-0.10).into(),
        novelty: 0.10.into(),
        thrill: 0.00.into(),
        taboo: 0.00.into(),
        exclusivity: 0.45.into(),
        appeal: (-0.6).into(),
        cost: 20.0.into(),
        harm: 0.0.into(),
        supply: 8.into(),
        holding: 365.into(),
        ..GoodParams::default()
    }
}
