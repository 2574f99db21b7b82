//! # Dangerous innovations and unfiltered tech
//!
//! ## What it is
//!
//! Jailbroken AIs, fabricators for prohibited devices, smuggled off-world technology, bartered rare elements.
//!
//! ## Why it is restricted
//!
//! Innovation and catastrophe come from one source.
//!
//! ## Mechanics
//!
//! It comes from off-world at a cost that moves from day to day and sometimes jumps; each unit feeds innovation.
//!
//! ## Levers
//!
//! `goods.dangerous_tech.cost_volatility`, `goods.dangerous_tech.cost_jump`, `goods.dangerous_tech.innovation`.
//!
//! ## What to expect
//!
//! Restless prices; innovation rises with the trade.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What dangerous technology alone has.
    pub struct DangerousTech {}
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.45.into(),
        reactance: 0.15.into(),
        ethics: 0.15.into(),
        novelty: 0.15.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 0.0.into(),
        cost: 25.0.into(),
        cost_volatility: 0.04.into(),
        cost_jump: 0.005.into(),
        innovation: 1.0.into(),
        harm: 0.6.into(),
        ..GoodParams::default()
    }
}
