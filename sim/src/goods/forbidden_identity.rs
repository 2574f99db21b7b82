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

use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;

params! {
    /// What forbidden identity alone has.
    pub struct ForbiddenIdentity {}
}

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

/// What a clean record is worth: the fines it saves in expectation, until the next case begins a new one.
///
/// `risk` is the perceived chance of a case in one period, `fine` that of somebody without entries, `escalation` what each
/// entry adds to it, and `patience` the weight of the next period against this one.
/// Source: `p F (m(r) - m(0)) / (1 - patience (1 - p))`, with a fine that grows in proportion to the entries.
pub fn worth_of_a_clean_record(record: u8, risk: f32, fine: f32, escalation: f32, patience: f32) -> f32 {
    risk * fine * escalation * f32::from(record) / (1.0 - patience * (1.0 - risk))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four entries that add a quarter each double a fine of 100: at a risk of 0.1 that is 10 credits a period, and with a
    /// patience of 0.99 the sum of all periods to come is 10 / (1 - 0.99 * 0.9) = 91.74.
    #[test]
    fn a_clean_record_is_worth_the_fines_it_saves() {
        let worth = |record, risk, escalation| worth_of_a_clean_record(record, risk, 100.0, escalation, 0.99);
        assert!((worth(4, 0.1, 0.25) - 91.743).abs() < 1e-2, "{}", worth(4, 0.1, 0.25));
        assert_eq!(worth(0, 0.1, 0.25), 0.0);
        assert_eq!(worth(4, 0.0, 0.25), 0.0);
        assert!(worth(5, 0.1, 0.25) > worth(4, 0.1, 0.25));
        assert!(worth(4, 0.1, 0.5) > worth(4, 0.1, 0.25));
    }
}
