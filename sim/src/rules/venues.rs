//! Venues: marketplaces with a fee, escrow and a name. They close for reasons of their own, are raided, or run away.

use crate::base::dice::choose;
use crate::base::numerics::exp;
use crate::params::Params;
use crate::state::context::RunContext;
use crate::state::venue::Venue;

/// Trust after so many days: most of it is earned in the first third of `trust_days`.
#[expect(clippy::cast_possible_truncation, reason = "trust needs no more than seven digits")]
pub fn trust_at(age: i64, best: f64, trust_days: f64) -> f32 {
    (best * (1.0 - 0.5 * exp(-3.0 * age as f64 / trust_days))) as f32
}

/// The largest escrow that an operator will not run away with: all fees to come, discounted.
///
/// `fees` is what a usual day earns, `discount` the daily discount, `hazard` the chance a day of losing the venue anyway.
pub fn worth_of_staying(fees: f64, discount: f64, hazard: f64) -> f64 {
    fees / (1.0 - discount * (1.0 - hazard.min(1.0)))
}

/// Evidence against a venue that makes a raid: in proportion to people, and at least three cases.
pub fn raid_threshold(context: &RunContext, params: &Params) -> f64 {
    (params.law.raid_evidence.get() * context.active as f64 / 100.0).max(3.0)
}

/// Where a stall goes: in proportion to the size of venues, what its seller remembers of them, and their trust.
pub fn choose_venue(
    (params, context): (&Params, &RunContext),
    venues: &[Venue],
    memory: &[f32],
    word: u32,
) -> Option<u16> {
    let upkeep = params.syndicates.upkeep.get().max(0.001);
    let weights = venues.iter().zip(&params.venues).zip(memory).map(|((venue, place), &value)| {
        let remembered = (1.0 + f64::from(value) / upkeep).clamp(0.1, 10.0);
        let trust = f64::from(venue.trust);
        let about = &place.params;
        let open = venue.open && !about.outage;
        if open { about.size.get() * (1.0 - about.fee.get()) * trust * remembered } else { 0.0 }
    });
    let chosen = choose(word, context.keys.venues.iter().copied().zip(weights));
    chosen.map(|venue| u16::try_from(venue).expect("at most 200 venues"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten credits a day, a discount of 0.99 and a hazard of 0.01 are worth 502.51 credits of staying.
    #[test]
    fn an_operator_stays_for_all_fees_to_come() {
        assert!((worth_of_staying(10.0, 0.99, 0.01) - 502.51).abs() < 0.01);
        assert!((worth_of_staying(10.0, 0.95, 0.02) - 144.93).abs() < 0.01);
    }

    #[test]
    fn trust_grows_from_half_to_the_best() {
        assert!((trust_at(0, 0.9, 90.0) - 0.45).abs() < 1e-6);
        assert!(trust_at(90, 0.9, 90.0) > 0.87);
        assert!(trust_at(10_000, 0.9, 90.0) <= 0.9);
    }
}
