//! Learning from life: what one's own purchases and the neighbours' arrests do to perceived risk, anxiety and unrest.

use crate::base::numerics::exp;
use crate::ids::citizen::RISK_GROUPS;
use crate::params::Params;

/// What people believe of the risk before they have learnt: what the law could reach if everybody bought once a month.
pub fn first_belief(params: &Params) -> [f32; RISK_GROUPS] {
    let examined: f64 = params
        .agencies
        .iter()
        .map(|agency| agency.params.budget.get() / agency.params.case_cost.get().max(0.001))
        .sum();
    [(examined * 30.0 * params.law.target_buyers.get()).clamp(0.0, 0.5) as f32; RISK_GROUPS]
}

/// Perceived risk after one's own experience: being caught moves it up by a share of the gap to certainty, not being
/// caught down by a share of itself.
pub fn risk_after(risk: f32, caught: bool, up: f32, down: f32) -> f32 {
    if caught { risk + up * (1.0 - risk) } else { risk * (1.0 - down) }
}

/// The chance that somebody in unrest believes to be stopped: officers against the active.
///
/// Source: Epstein (2002), `1 - exp(-2.3 * officers / active)`.
pub fn arrest_belief(officers: f64, active: f64) -> f64 {
    1.0 - exp(-2.3 * officers / active.max(1e-4))
}

/// Whether a citizen is in open unrest: anxiety that the government is blamed for, beyond what is feared of an arrest.
///
/// `blame` is what the government lacks in legitimacy, `fear` caution times the chance of an arrest.
pub fn is_active(anxiety: f32, blame: f32, fear: f32, threshold: f32) -> bool {
    anxiety * blame - fear > threshold
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a chance of 0.05, steps of 0.1 up and 0.01 down, the mean of belief settles at 0.3448.
    #[test]
    fn learnt_risk_settles_where_caught_and_not_caught_balance() {
        let (p, up, down) = (0.05f64, 0.1, 0.01);
        let mut mean = 0.0;
        for _ in 0..10_000 {
            mean = p * (mean + up * (1.0 - mean)) + (1.0 - p) * mean * (1.0 - down);
        }
        assert!((mean - p * up / (p * up + (1.0 - p) * down)).abs() < 1e-9);
        assert_eq!(risk_after(0.5, true, 0.1, 0.01), 0.55);
        assert_eq!(risk_after(0.5, false, 0.1, 0.01), 0.495);
    }

    #[test]
    fn more_officers_or_fewer_rebels_make_arrest_more_likely() {
        assert!(arrest_belief(0.05, 0.1) < arrest_belief(0.1, 0.1));
        assert!(arrest_belief(0.05, 0.5) < arrest_belief(0.05, 0.1));
    }

    #[test]
    fn a_calm_person_is_never_in_unrest() {
        assert!(!is_active(0.0, 1.0, 0.0, 0.1));
        assert!(is_active(0.9, 0.8, 0.03, 0.1));
        assert!(!is_active(0.9, 0.05, 0.03, 0.1));
    }
}
