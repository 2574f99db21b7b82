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
//! A unit adds to its holder's mask, which wears off within weeks; people can also be given masks by default. A mask `z`
//! leaves `exp(-hiding * z) * (1 + masked / crowd)^-1/2` of a deed to be seen: the more people mask, the better each mask
//! hides. But masks themselves are seen: agencies may search those who wear one, and find fewer guilty the more innocents
//! mask. And who is masked is missing from telemetry, so agencies estimate trade less well.
//!
//! ## Levers
//!
//! `goods.privacy.masking`, `goods.privacy.hiding`, `goods.privacy.crowd`, `goods.privacy.default_mask`,
//! `goods.privacy.default_strength`; against it `agencies.*.profiling` and `law.search_days`.
//!
//! ## What to expect
//!
//! Raising the share of people who mask by default raises trade in all other goods, since fewer examined trades become
//! cases; the share of searches that find something falls in proportion as innocents join the masked.

use crate::base::fields::params;
use crate::base::numerics::{exp, pow};
use crate::base::units::{Factor, Share};
use crate::goods::params::GoodParams;

params! {
    /// What privacy alone has.
    pub struct Privacy {
        /// How much one unit hides its holder from detection of everything
        ///
        /// Source: assumption. Raising it lowers the risk of every other trade.
        masking: Share = 0.35, "of detection, per unit", 0.0 ..= 1.0, Day;
        /// How well a full mask hides a deed, before it is lost in a crowd
        ///
        /// What can be seen falls by the exponential of this times the mask: at 1 a full mask leaves 37 per cent.
        /// Source: assumption within 0.5 to 3. Raising it makes every trade safer for whoever is masked.
        hiding: Factor = 1.0, "per full mask", 0.0 ..= 10.0, Day;
        /// Masked people who make a crowd to be lost in
        ///
        /// When so many mask, each is seen by 0.71 of what the mask alone would leave, and by less from then on.
        /// Source: assumption within 0.01 to 0.05; the form follows anonymity sets: anonymity loves company. Raising it makes company matter less.
        crowd: Share = 0.05, "of citizens", 0.001 ..= 1.0, Day;
        /// Share of people who wear a mask by default
        ///
        /// Raising masking for everybody, by law or by design, hides the innocent and the others alike: trade in other goods rises, and searches of the masked find less.
        /// Source: assumption.
        default_mask: Share = 0.0, "of citizens", 0.0 ..= 1.0, Day;
        /// Strength of a mask that is worn by default
        ///
        /// Source: assumption. Raising it makes default masks hide more; from 0.1 on their wearers count as masked.
        default_strength: Share = 0.5, "of a full mask", 0.0 ..= 1.0, Day;
    }
}

/// A mask that hides a tenth, in 65535ths: from here on somebody counts as masked.
pub const MASKED: u16 = 6_554;

/// How much less of each is seen when a share of people is masked, and so large a share makes a crowd.
pub fn anonymity(masked: f64, crowd: f64) -> f64 {
    1.0 / (1.0 + masked / crowd).sqrt()
}

/// Share of a deed that can still be seen behind a mask.
///
/// Whoever counts as masked is one of the crowd; with less of a mask somebody is lost in it only in part, and with none
/// not at all.
pub fn visible(mask: f64, hiding: f64, anonymity: f64) -> f64 {
    exp(-hiding * mask) * pow(anonymity, (mask / (f64::from(MASKED) / 65_535.0)).min(1.0))
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
        appeal: (-1.3).into(),
        cost: 8.0.into(),
        habit_gain: 0.02.into(),
        harm: 0.02.into(),
        holding: 30.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three times the crowd halves what is seen; a quarter more than nothing is as many as make 0.894.
    #[test]
    fn anonymity_loves_company() {
        assert_eq!(anonymity(0.0, 0.05), 1.0);
        assert!((anonymity(0.15, 0.05) - 0.5).abs() < 1e-12);
        assert!((anonymity(0.0125, 0.05) - 0.894_427).abs() < 1e-6);
    }

    /// A mask of a half that hides by 2 leaves 1/e, and half of that in a crowd where anonymity is 0.5.
    #[test]
    fn a_mask_hides_and_hides_better_in_a_crowd() {
        assert_eq!(visible(0.0, 2.0, 0.5), 1.0);
        assert!((visible(0.5, 2.0, 1.0) - 0.367_879).abs() < 1e-6);
        assert!((visible(0.5, 2.0, 0.5) - 0.183_940).abs() < 1e-6);
        assert!(visible(0.05, 2.0, 0.5) > visible(0.1, 2.0, 0.5));
    }
}
