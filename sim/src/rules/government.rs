//! The rules of the day: a pure function of scenario, place and day, looked up each morning.

/// How far something is from its target, as a share of the target; nothing within the dead band on both sides of it.
pub fn deviation(measured: f64, target: f64, band: f64) -> f64 {
    let error = (measured - target) / target.max(1e-9);
    if error.abs() <= band { 0.0 } else { error }
}

/// How much is to be gained by going the other way, from 0 for nothing to 1 for all: of what a stall earns this way and the
/// other, and of `least` at least. Whoever knows nobody that goes the other way tries it.
pub fn worth_changing(this: f32, other: f32, least: f32) -> f32 {
    if other.is_nan() {
        return 1.0;
    }
    ((other - this) / this.abs().max(other.abs()).max(least).max(1e-6)).clamp(0.0, 1.0)
}

/// How keenly the loss of freedom is felt: it jumps when a rule gets stricter and fades from then on.
///
/// What was never allowed is not missed. Source: Brehm's reactance.
pub fn felt_loss(felt: f32, was: f32, is: f32, decay: f32) -> f32 {
    if was.is_nan() { 0.0 } else { felt * decay + (is - was).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of what the better way earns is to be gained; nothing where this one is the better; all where nobody knows.
    #[test]
    fn a_way_that_earns_more_draws_in_proportion_to_the_gain() {
        assert!((worth_changing(10.0, 20.0, 4.0) - 0.5).abs() < 1e-6);
        assert!(worth_changing(20.0, 10.0, 4.0).abs() < 1e-6);
        assert!((worth_changing(1.0, 2.0, 4.0) - 0.25).abs() < 1e-6);
        assert!((worth_changing(20.0, f32::NAN, 4.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn only_a_loss_of_freedom_is_felt_and_it_fades() {
        assert_eq!(felt_loss(0.0, f32::NAN, 1.0, 0.98), 0.0);
        assert_eq!(felt_loss(0.0, 0.25, 1.0, 0.98), 0.75);
        assert_eq!(felt_loss(0.5, 1.0, 0.0, 0.98), 0.49);
    }

    /// Half as much again as the target is a deviation of a half; within a fifth nothing moves.
    #[test]
    fn a_controller_rests_within_its_dead_band() {
        assert_eq!(deviation(3.0, 2.0, 0.2), 0.5);
        assert_eq!(deviation(2.25, 2.0, 0.25), 0.0);
        assert_eq!(deviation(1.0, 2.0, 0.2), -0.5);
    }
}
