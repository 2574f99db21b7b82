//! Whether donors are needed, may give again, and what it does to them.

use crate::params::Params;

/// Where the driver of ethics stands among [`Traits::drivers`](crate::citizen::Traits::drivers).
pub(crate) const ETHICS: usize = 1;

/// Whether identities need donors; where nobody is asked they are made from nothing, as other goods are.
pub fn are_needed(params: &Params) -> bool {
    params.own.forbidden_identity.asked.get() > 0
}

/// What giving an identity away costs somebody, in credits.
///
/// `harm` is that of a person of average scruples and wealth, `scruples` and `wealth` are against the average. To the poor a
/// credit weighs more, as in choices, so they give for less; half of the harm is the same for all.
pub fn harm_to(harm: f64, scruples: f64, wealth: f64) -> f64 {
    harm * f64::midpoint(1.0, scruples) * wealth.max(0.05).sqrt()
}

/// Whether somebody can give again who gave on that day; 0 is never.
pub fn has_rested(donated: u16, day: u32, rest: u32) -> bool {
    donated == 0 || day.saturating_sub(u32::from(donated)) > rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The average person gives for 20 credits; with no scruples for 10; with a quarter of the wealth for half of that.
    #[test]
    fn the_poor_and_the_unscrupulous_give_for_less() {
        assert!((harm_to(20.0, 1.0, 1.0) - 20.0).abs() < 1e-12);
        assert!((harm_to(20.0, 0.0, 1.0) - 10.0).abs() < 1e-12);
        assert!((harm_to(20.0, 0.0, 0.25) - 5.0).abs() < 1e-12);
        assert_eq!(harm_to(20.0, 1.0, 0.0), harm_to(20.0, 1.0, 0.05));
    }

    #[test]
    fn a_donor_rests_before_giving_again() {
        assert!(has_rested(0, 5, 30));
        assert!(!has_rested(1, 31, 30));
        assert!(has_rested(1, 32, 30));
    }
}
