//! # Unowned seeds
//!
//! ## What it is
//!
//! Seeds that no company owns: old varieties, saved and swapped, that grow without a licence.
//!
//! ## Why it is restricted
//!
//! What grows by itself is under nobody's control, and the owners of licensed seeds are heard.
//!
//! ## Mechanics
//!
//! Seeds multiply: who bought some needs fewer next time. Beyond that they are traded, found and fined as all goods are.
//!
//! ## Levers
//!
//! `goods.seeds.saved`, and those that all goods have.
//!
//! ## What to expect
//!
//! A small, steady trade that a fine hardly moves, since a unit costs little.

use crate::base::fields::params;
use crate::base::units::Share;
use crate::goods::params::GoodParams;

params! {
    /// What only seeds have.
    pub struct Seeds {
        /// Share of a harvest that is kept for sowing
        ///
        /// Raising it lets a purchase last longer.
        /// Source: assumption.
        saved: Share = 0.1, "of a harvest", 0.0 ..= 1.0, Day;
    }
}

/// Harvests until nothing is left to sow of a purchase, when one in `1 / saved` seeds is kept and each yields ten.
pub fn lasts(params: &Seeds) -> bool {
    params.saved.get() * 10.0 >= 1.0
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.4.into(),
        reactance: 0.2.into(),
        ethics: 0.1.into(),
        novelty: 0.1.into(),
        cost: 4.0.into(),
        harm: 0.05.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_that_yields_tenfold_lasts_for_ever() {
        assert!(lasts(&Seeds { saved: 0.1.into() }));
        assert!(!lasts(&Seeds { saved: 0.05.into() }));
    }
}
