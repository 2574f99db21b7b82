//! # Forbidden identity
//!
//! ## What it is
//!
//! Unregistered personalities, curated emotions taken from donors who were willing or forced.
//!
//! ## Why it is restricted
//!
//! A clean identity undoes the memory of the law, and every one is taken from somebody.
//!
//! ## Mechanics
//!
//! Ethics holds most people back; harm is the highest of all nine.
//!
//! ## Levers
//!
//! `goods.forbidden_identity.ethics`, `goods.forbidden_identity.harm`, `goods.forbidden_identity.severity`.
//!
//! ## What to expect
//!
//! A small trade that agencies pursue before all others.

use crate::scenario::params::GoodParams;

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.45.into(),
        reactance: 0.15.into(),
        ethics: 0.30.into(),
        novelty: 0.00.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 0.4.into(),
        cost: 35.0.into(),
        harm: 1.5.into(),
        severity: 1.5.into(),
        priority: 1.5.into(),
        holding: 180.into(),
        ..GoodParams::default()
    }
}
