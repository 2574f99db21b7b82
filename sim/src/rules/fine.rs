//! What a case costs.

use crate::base::units::Credits;

/// Cases that are written down a day, at most; all are counted.
pub const NOTED_CASES: usize = 100;

/// The fine, in credits, for somebody with so many entries in the criminal record.
pub fn fine(base: Credits, severity: f64, escalation: f64, record: u8) -> Credits {
    Credits::from(base.get() * severity * (1.0 + escalation * f64::from(record)))
}

/// The fine of a seller for a sale at this price: so many times what was taken, in proportion to the severity.
///
/// A fine that does not depend on the price would take more from the cheap than from the dear. Source: fines by gain, as in
/// the United States Sentencing Guidelines, section 8C2.4; forfeiture of proceeds.
pub fn seller_fine(price: Credits, times: f64, severity: f64) -> Credits {
    Credits::from(price.get() * times * severity)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten times a price of 12, half as severe again: 180.
    #[test]
    fn a_seller_pays_in_proportion_to_what_was_taken() {
        assert_eq!(seller_fine(Credits::from(12.0), 10.0, 1.5), Credits::from(180.0));
    }

    /// A fine of 100, half as severe again, with two entries that add a quarter each: 225.
    #[test]
    fn a_fine_grows_with_severity_and_with_the_record() {
        assert_eq!(fine(Credits::from(100.0), 1.5, 0.25, 2), Credits::from(225.0));
        assert_eq!(fine(Credits::from(100.0), 1.0, 0.25, 0), Credits::from(100.0));
    }
}
