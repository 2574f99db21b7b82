//! Trajectories of one factor at a time.

use crate::design::{Stream, dice};
use contraband_sim::base::dice::{happens, pick};

/// How far a factor moves in a trajectory: `levels / (2 (levels - 1))`, in parts of its range.
pub fn morris_step(levels: usize) -> f64 {
    levels as f64 / (2.0 * (levels as f64 - 1.0))
}

/// Morris trajectories (Morris 1991): each starts from a random point of a grid of so many levels and moves each factor
/// once by [`morris_step`], up or down, in an order of its own; `factors + 1` rows a trajectory.
///
/// All levels are visited equally often in the long run. Numbers reach 0 and 1. More trajectories extend fewer.
///
/// # Panics
/// When `levels` is odd or less than 2, for which the step leads off the grid.
pub fn morris(trajectories: usize, factors: usize, levels: usize, seed: u64) -> Vec<Vec<f64>> {
    assert!(levels >= 2 && levels.is_multiple_of(2), "Morris takes an even number of levels, not {levels}");
    let half = levels / 2;
    let place = |level: usize| level as f64 / (levels - 1) as f64;
    let mut rows = Vec::with_capacity(trajectories * (factors + 1));
    let mut words = vec![0; 3 * factors];
    for trajectory in 0..trajectories {
        dice(seed, Stream::Trajectory, trajectory, 3 * factors, &mut words);
        let (starts, rest) = words.split_at(factors);
        let (ways, turns) = rest.split_at(factors);
        let mut order: Vec<usize> = (0..factors).collect();
        for last in (1..factors).rev() {
            order.swap(last, pick(turns[last], last as u32 + 1).0 as usize);
        }
        // From the lower half a factor can only go up, from the upper half only down.
        let low: Vec<usize> = starts.iter().map(|&word| pick(word, half as u32).0 as usize).collect();
        let up: Vec<bool> = ways.iter().map(|&word| happens(word, 0.5)).collect();
        let at = |factor: usize, moved: bool| place(low[factor] + if up[factor] == moved { half } else { 0 });
        let mut row: Vec<f64> = (0..factors).map(|factor| at(factor, false)).collect();
        rows.push(row.clone());
        for factor in order {
            row[factor] = at(factor, true);
            rows.push(row.clone());
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_row_moves_one_factor_by_the_step(
            trajectories in 1usize..20, factors in 1usize..12, half in 1usize..6, seed: u64
        ) {
            let levels = 2 * half;
            let rows = morris(trajectories, factors, levels, seed);
            prop_assert_eq!(rows.len(), trajectories * (factors + 1));
            for trajectory in rows.chunks(factors + 1) {
                let mut moved = vec![0; factors];
                for pair in trajectory.windows(2) {
                    let differ: Vec<usize> = (0..factors).filter(|&one| pair[0][one] != pair[1][one]).collect();
                    prop_assert_eq!(differ.len(), 1);
                    let step = (pair[1][differ[0]] - pair[0][differ[0]]).abs();
                    prop_assert!((step - morris_step(levels)).abs() < 1e-12, "{}", step);
                    moved[differ[0]] += 1;
                }
                prop_assert_eq!(moved, vec![1; factors]);
                for value in trajectory.iter().flatten() {
                    let level = value * (levels - 1) as f64;
                    prop_assert!((0.0..=1.0).contains(value) && (level - level.round()).abs() < 1e-9);
                }
            }
        }
    }

    /// Of 4 000 starts, each of four levels has a quarter, within five standard errors.
    #[test]
    fn all_levels_and_both_ways_are_visited() {
        let rows = morris(4000, 2, 4, 7);
        for level in [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0] {
            let count = rows.iter().step_by(3).filter(|row| (row[0] - level).abs() < 1e-9).count();
            assert!(count.abs_diff(1000) < 140, "{count} at {level}");
        }
        let first_moves = rows.chunks(3).filter(|rows| rows[0][0] != rows[1][0]).count();
        assert!(first_moves.abs_diff(2000) < 160, "{first_moves}");
        assert_eq!(morris(10, 2, 4, 7), rows[..30]);
    }

    #[test]
    #[should_panic(expected = "even number of levels, not 5")]
    fn an_odd_number_of_levels_is_a_mistake() {
        morris(1, 2, 5, 1);
    }
}
