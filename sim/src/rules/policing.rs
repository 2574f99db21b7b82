//! Agencies: limited budgets, a mandate, noisy estimates, and a plan of where to look, at whom, and how.
//!
//! An agency's day is so many investigations as its budget pays for, and each is spent once: on searching somebody who
//! wears a mask, on hunting rogue AIs, on a trap, on the trade of somebody with a long record, or on a trade drawn by lot.
//! What it learns from are two things: how much illicit trade there seems to be on each beat (an estimate with an error,
//! worse where many are masked), and how many units one investigation of each good has stopped (a bandit's value).

use crate::base::numerics::pow;

/// Spreads whole investigations over beats in proportion to weights: largest remainders first, ties to the earlier beat.
pub fn spread(capacity: u32, weights: &[f64], patrols: &mut [u32]) {
    patrols.fill(0);
    let total: f64 = weights.iter().sum();
    if total <= 0.0 || capacity == 0 {
        return;
    }
    let mut rests: Vec<(f64, usize)> = Vec::with_capacity(weights.len());
    let mut given = 0;
    for (beat, (&weight, patrol)) in weights.iter().zip(patrols.iter_mut()).enumerate() {
        let due = f64::from(capacity) * weight / total;
        *patrol = due as u32;
        given += *patrol;
        if weight > 0.0 {
            rests.push((due.fract(), beat));
        }
    }
    rests.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    for &(_, beat) in rests.iter().cycle().take(capacity.saturating_sub(given) as usize) {
        patrols[beat] += 1;
    }
}

/// The same, but so many of them go to the beats that are `told`, in proportion to their weights, where these have any.
pub fn spread_as_told(
    capacity: u32,
    told_capacity: u32,
    weights: &[f64],
    told: impl Fn(usize) -> bool,
    patrols: &mut [u32],
) {
    let aims: Vec<f64> =
        weights.iter().enumerate().map(|(beat, &weight)| if told(beat) { weight } else { 0.0 }).collect();
    let bound = if aims.iter().any(|&aim| aim > 0.0) { told_capacity.min(capacity) } else { 0 };
    spread(capacity - bound, weights, patrols);
    let mut aimed = vec![0; patrols.len()];
    spread(bound, &aims, &mut aimed);
    for (patrols, aimed) in patrols.iter_mut().zip(aimed) {
        *patrols += aimed;
    }
}

/// Takes a share of each beat's investigations, in whole ones: what is left of one beat is added to the next, so that the
/// share holds over all of them.
pub fn take_share(share: f64, patrols: &[u32], taken: &mut [u32]) {
    let mut due = 0.0;
    for (&patrols, taken) in patrols.iter().zip(taken) {
        due += share * f64::from(patrols);
        *taken = (due as u32).min(patrols);
        due -= f64::from(*taken);
    }
}

/// Share of officers whom open unrest keeps from investigating: those on the street meet them one for one.
///
/// `unrest` and `officers` are shares of citizens.
pub fn kept_busy(unrest: f64, officers: f64) -> f64 {
    if unrest > 0.0 { (unrest / officers.max(1e-9)).min(1.0) } else { 0.0 }
}

/// What an investigation on a beat is worth, before the focus of the plan: harm that trade does there, as far as it is
/// known, times what an investigation of this good has stopped so far, as far as the plan `learns` from that.
pub fn worth_looking(priority: f64, harm: f64, estimate: f64, stops: f64, learns: f64) -> f64 {
    (priority * (0.1 + harm) * estimate * pow(stops.max(0.01), learns)).max(1e-9)
}

/// What an agency believes an investigation of a good stops, after a day on which so many stopped so much.
///
/// A day without an investigation of the good teaches nothing about it.
pub fn yield_after(believed: f64, stopped: f64, looked: u32, speed: f64) -> f64 {
    if looked == 0 { believed } else { believed + speed * (stopped / f64::from(looked) - believed) }
}

/// Whether agencies look away from a good for the sake of the ideas that come of it: these are worth more than the harm
/// to be expected of a unit, times what its uncertainty is feared.
///
/// Source: an ambiguity multiplier above one, as in models of robust choice.
pub fn looks_away(ideas: f64, harm: f64, ambiguity: f64) -> bool {
    ideas > 0.0 && ideas > harm * ambiguity
}

/// Chance a day that a rogue AI is found and taken down, when so many investigations are spent on so many of them.
///
/// `effort` is how many investigations a day it takes to hunt one AI as well as can be; at 0 they cost nothing.
pub fn takedown_chance(best: f64, hunts: f64, rogues: usize, effort: f64) -> f64 {
    let needed = effort * rogues as f64;
    if needed > 0.0 { best * (hunts / needed).min(1.0) } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patrols_add_up_to_the_capacity_exactly() {
        let mut patrols = [0; 4];
        spread(10, &[1.0, 1.0, 1.0, 0.0], &mut patrols);
        assert_eq!(patrols, [4, 3, 3, 0]);
        spread(7, &[0.0, 5.0, 0.0, 2.0], &mut patrols);
        assert_eq!(patrols, [0, 5, 0, 2]);
        spread(7, &[0.0; 4], &mut patrols);
        assert_eq!(patrols, [0; 4]);
    }

    /// Seven of ten are told to look at the last two beats, three to one; the other three follow the plan over all four.
    #[test]
    fn told_patrols_go_where_they_are_told_and_all_are_spent() {
        let mut patrols = [0; 4];
        spread_as_told(10, 7, &[8.0, 0.0, 3.0, 1.0], |beat| beat >= 2, &mut patrols);
        assert_eq!(patrols, [2, 0, 1 + 5, 2]);
        spread_as_told(10, 7, &[8.0, 0.0, 3.0, 1.0], |beat| beat == 1, &mut patrols);
        assert_eq!(patrols, [7, 0, 2, 1], "where there is nothing to look at, the plan is followed");
        spread_as_told(10, 10, &[8.0, 0.0, 3.0, 1.0], |_| true, &mut patrols);
        assert_eq!(patrols, [7, 0, 2, 1]);
    }

    #[test]
    fn a_share_of_patrols_holds_over_all_beats_even_where_each_is_small() {
        let patrols = [1, 1, 1, 1, 1, 0, 3];
        let mut taken = [0; 7];
        take_share(0.25, &patrols, &mut taken);
        assert_eq!(taken.iter().sum::<u32>(), 2);
        assert_eq!(taken, [0, 0, 0, 1, 0, 0, 1]);
        take_share(1.0, &patrols, &mut taken);
        assert_eq!(taken, patrols);
        take_share(0.0, &patrols, &mut taken);
        assert_eq!(taken, [0; 7]);
    }

    /// An investigation that stops four units instead of one is worth twice as much to a plan that learns by half.
    #[test]
    fn a_plan_follows_what_investigations_have_stopped() {
        let worth = |stops, learns| worth_looking(1.0, 0.4, 10.0, stops, learns);
        assert_eq!(worth(1.0, 0.5), 5.0);
        assert_eq!(worth(4.0, 0.5), 10.0);
        assert_eq!(worth(4.0, 0.0), 5.0);
    }

    #[test]
    fn what_an_investigation_stops_is_learned_from_days_with_one() {
        assert_eq!(yield_after(1.0, 6.0, 2, 0.1), 1.2);
        assert_eq!(yield_after(1.0, 0.0, 0, 0.1), 1.0);
        let settled = (0..500).fold(1.0, |believed, _| yield_after(believed, 0.9, 3, 0.1));
        assert!((settled - 0.3).abs() < 1e-9);
    }

    /// Ideas worth 0.5 against harm of 0.2: a fear of up to 2.5 times the harm still lets agencies look away.
    #[test]
    fn agencies_look_away_where_ideas_are_worth_more_than_feared() {
        assert!(looks_away(0.5, 0.2, 2.0));
        assert!(!looks_away(0.5, 0.2, 3.0));
        assert!(!looks_away(0.0, 0.0, 1.0));
    }

    /// Two AIs at half an investigation each need one; with eight the same budget leaves each a quarter of the chance.
    #[test]
    fn takedowns_cost_and_many_ais_swamp_the_hunt() {
        assert_eq!(takedown_chance(0.012, 1.0, 2, 0.5), 0.012);
        assert_eq!(takedown_chance(0.012, 1.0, 8, 0.5), 0.003);
        assert_eq!(takedown_chance(0.012, 0.0, 8, 0.5), 0.0);
        assert_eq!(takedown_chance(0.012, 0.0, 8, 0.0), 0.012);
    }
}
