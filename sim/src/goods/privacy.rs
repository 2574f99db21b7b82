//! # Autonomy, privacy and unfiltered data
//!
//! ## What it is
//!
//! Off-grid identities, unmonitored rooms, untraceable payments, scramblers for biometrics and telemetry.
//!
//! ## Why it is restricted
//!
//! Whoever cannot be seen cannot be governed, by the law or by the systems that run daily life.
//!
//! ## Mechanics
//!
//! A unit hides its holder: the chance that an examined trade becomes a case falls with the holder's mask, which wears off within weeks.
//!
//! ## Levers
//!
//! `goods.privacy.masking`.
//!
//! ## What to expect
//!
//! The more privacy is traded, the fewer cases come of the same number of examined trades, in every good.

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;
use crate::units::Share;

params! {
    /// What privacy alone has.
    pub struct Privacy {
        /// How much one unit hides its holder from detection of everything
        ///
        /// Source: assumption. Raising it lowers the risk of every other trade.
        masking: Share = 0.35, "of detection, per unit", 0.0 ..= 1.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.55.into(),
        reactance: 0.30.into(),
        ethics: 0.02.into(),
        novelty: 0.02.into(),
        thrill: 0.03.into(),
        taboo: 0.03.into(),
        exclusivity: 0.05.into(),
        appeal: (-1.0).into(),
        cost: 8.0.into(),
        habit_gain: 0.02.into(),
        harm: 0.02.into(),
        holding: 30.into(),
        ..GoodParams::default()
    }
}
