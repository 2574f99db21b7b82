//! # Taboo computing
//!
//! ## What it is
//!
//! Unauthorised creation of AIs, emulation of minds, extraction and implanting of memories.
//!
//! ## Why it is restricted
//!
//! It makes new actors whom nobody has chosen.
//!
//! ## Mechanics
//!
//! Wanted for the taboo and for lost freedom; now and then a unit gives birth to a rogue AI, which trades as a syndicate of its own.
//!
//! ## Levers
//!
//! `goods.taboo_computing.taboo`, `goods.taboo_computing.reactance`, `goods.taboo_computing.rogue_birth`.
//!
//! ## What to expect
//!
//! Bans make it attractive for a while; some runs end with an ecology of rogue AIs and some without.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;
use crate::units::Share;

params! {
    /// What taboo computing alone has.
    pub struct TabooComputing {
        /// Chance that one unit gives birth to a rogue AI
        ///
        /// Source: assumption. Raising it brings syndicates that nobody runs.
        rogue_birth: Share = 0.0005, "per unit", 0.0 ..= 1.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.10.into(),
        reactance: 0.30.into(),
        ethics: 0.15.into(),
        novelty: 0.15.into(),
        thrill: 0.05.into(),
        taboo: 0.25.into(),
        exclusivity: 0.00.into(),
        appeal: 0.8.into(),
        cost: 22.0.into(),
        innovation: 0.4.into(),
        harm: 0.4.into(),
        ..GoodParams::default()
    }
}
