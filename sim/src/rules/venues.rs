//! Venues: marketplaces with a fee, escrow and a name. They close for reasons of their own, are raided, or run away.

use crate::base::dice::{Dice, Purpose, choose, happens, unit};
use crate::base::key::Key;
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

/// Who runs a venue: drawn when it opens, and known to nobody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VenueOperator {
    /// Whether it would run away with the escrow.
    pub cheats: bool,
    /// What being raided would cost it, in fees of so many usual days.
    pub fears: f64,
}

impl VenueOperator {
    /// Who opened a venue of this key on that day.
    pub fn of(dice: Dice, venue: Key, opened: i64, params: &Params) -> Self {
        // Venues that were there before the first day opened up to a year before it.
        let when = u64::try_from(opened + (1 << 20)).unwrap_or(0);
        let [honesty, nerve] = dice.of(venue).words::<2>(Purpose::Operator, 0, when);
        Self {
            cheats: happens(honesty, params.market.operator_cheats.get()),
            fears: 2.0 * unit(nerve) * params.market.operator_fear.get(),
        }
    }

    /// What remains of a day's fees when the fear of a raid, with this chance a day, is taken off: below 0 the venue is not
    /// worth its risk, and its operator retires.
    pub fn fees_less_fear(&self, fees: f64, raid: f64) -> f64 {
        fees * (1.0 - raid * self.fears)
    }
}

/// How near a venue is to people: the odds of going there against those of a venue next door, over all people.
///
/// Whoever lives elsewhere has a way to go, and whoever buys at a virtual venue waits for a parcel.
pub fn reach(params: &Params, place: Option<usize>) -> f64 {
    let demand = &params.demand;
    let Some(home) = place else { return exp(-demand.shipping.get()) };
    let people = |place: usize| params.places[place].params.population.get();
    let all: f64 = (0..params.places.len()).map(people).sum();
    let near = if all > 0.0 { people(home) / all } else { 1.0 };
    near + (1.0 - near) * exp(-demand.travel.get())
}

/// Evidence against a venue that makes a raid: in proportion to people, and at least three cases.
pub fn raid_threshold(context: &RunContext, params: &Params) -> f64 {
    (params.law.raid_evidence.get() * context.active as f64 / 100.0).max(3.0)
}

/// Where a stall goes: in proportion to the size of venues, how near they are to buyers, what its seller remembers of them,
/// and their trust.
pub fn choose_venue(
    (params, context): (&Params, &RunContext),
    venues: &[Venue],
    memory: &[f32],
    word: u32,
) -> Option<u16> {
    let upkeep = params.syndicates.upkeep.get().max(0.001);
    let weights = venues.iter().zip(&params.venues).zip(memory).enumerate().map(|(at, ((venue, place), &value))| {
        let remembered = (1.0 + f64::from(value) / upkeep).clamp(0.1, 10.0);
        let trust = f64::from(venue.trust);
        let about = &place.params;
        let open = venue.open && !about.outage;
        let near = reach(params, context.venue_place[at]);
        if open { about.size.get() * near * (1.0 - about.fee.get()) * trust * remembered } else { 0.0 }
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

    /// A raid that would cost 200 days of fees is worth bearing below a chance of one in 200 a day.
    #[test]
    fn an_operator_retires_when_a_raid_is_feared_more_than_fees_are_worth() {
        let operator = VenueOperator { cheats: false, fears: 200.0 };
        assert!((operator.fees_less_fear(10.0, 0.0025) - 5.0).abs() < 1e-9);
        assert!(operator.fees_less_fear(10.0, 0.0051) < 0.0);
    }

    /// Half of the operators of 2000 openings would run, and what they fear is even between nothing and twice the mean.
    #[test]
    fn operators_are_as_many_cheats_as_the_lever_says() {
        let mut params = Params::default();
        params.market.operator_cheats = 0.5.into();
        params.market.operator_fear = 100.0.into();
        let key = Key::named("venues", "arcade");
        let all: Vec<VenueOperator> =
            (0..2000).map(|day| VenueOperator::of(Dice::new(7), key, day - 365, &params)).collect();
        let cheats = all.iter().filter(|operator| operator.cheats).count();
        let mean = all.iter().map(|operator| operator.fears).sum::<f64>() / 2000.0;
        assert!((900..1100).contains(&cheats) && (mean - 100.0).abs() < 6.0, "{cheats} {mean}");
    }

    /// With travel at ln 2, a venue in the only place is next door to all, and one beside a parcel that costs ln 4 is twice
    /// as near as that even to people who live elsewhere.
    #[test]
    fn a_venue_is_as_near_as_the_way_to_it() {
        let mut params = Params::default();
        params.demand.travel = std::f64::consts::LN_2.into();
        params.demand.shipping = (2.0 * std::f64::consts::LN_2).into();
        assert!((reach(&params, None) - 0.25).abs() < 1e-9);
        let near: Vec<f64> = (0..params.places.len()).map(|place| reach(&params, Some(place))).collect();
        assert!(near.iter().all(|near| (0.5..=1.0).contains(near)));
        let all: f64 = near.iter().map(|near| 2.0 * near - 1.0).sum();
        assert!((all - 1.0).abs() < 1e-9, "shares of all people: {all}");
    }

    #[test]
    fn trust_grows_from_half_to_the_best() {
        assert!((trust_at(0, 0.9, 90.0) - 0.45).abs() < 1e-6);
        assert!(trust_at(90, 0.9, 90.0) > 0.87);
        assert!(trust_at(10_000, 0.9, 90.0) <= 0.9);
    }
}
