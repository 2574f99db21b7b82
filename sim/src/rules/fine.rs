//! What a case costs.

use crate::base::units::Credits;

/// Cases that are written down a day, at most; all are counted.
pub const NOTED_CASES: usize = 100;

/// The fine, in credits, for somebody with so many entries in the criminal record.
pub fn fine(base: Credits, severity: f64, escalation: f64, record: u8) -> Credits {
    Credits::from(base.get() * severity * (1.0 + escalation * f64::from(record)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fine of 100, half as severe again, with two entries that add a quarter each: 225.
    #[test]
    fn a_fine_grows_with_severity_and_with_the_record() {
        assert_eq!(fine(Credits::from(100.0), 1.5, 0.25, 2), Credits::from(225.0));
        assert_eq!(fine(Credits::from(100.0), 1.0, 0.25, 0), Credits::from(100.0));
    }
}
