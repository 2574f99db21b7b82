//! Latin hypercubes: every factor is covered evenly, whatever the number of points.

use crate::design::{Stream, dice};
use contraband_sim::base::dice::{pick, unit};

/// Distances that the search for a good square may reckon, each over all factors: a second of work at most.
const DISTANCES: usize = 40_000_000;

/// Exchanges beyond which a search finds little more.
const MOST_EXCHANGES: usize = 200_000;

/// A Latin hypercube: of n points, each factor has exactly one in each nth of its range (`McKay`, Beckman and Conover 1979),
/// and no two points lie closer together than they must (maximin, Johnson et al. 1990).
///
/// Starts from a random one and exchanges the numbers of a factor between two points wherever the nearer of their
/// neighbours is then farther away (so the least distance of all never shrinks), for a bounded time: a few thousand points
/// end well spread, a hundred thousand hardly better than random. Other sizes give other points throughout.
pub fn latin_hypercube(points: usize, factors: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rows = random(points, factors, seed);
    if points > 2 && factors > 1 {
        let exchanges = (DISTANCES / (2 * points * factors)).min(MOST_EXCHANGES);
        spread(&mut rows, exchanges, seed);
    }
    rows
}

/// Each factor's nths in an order of their own, and a random place in each.
fn random(points: usize, factors: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; factors]; points];
    let mut words = vec![0; 2 * points];
    for factor in 0..factors {
        dice(seed, Stream::Latin, factor, 2 * points, &mut words);
        let (order, places) = words.split_at(points);
        let mut nths: Vec<usize> = (0..points).collect();
        for last in (1..points).rev() {
            nths.swap(last, pick(order[last], last as u32 + 1).0 as usize);
        }
        for (row, (nth, place)) in rows.iter_mut().zip(nths.into_iter().zip(places)) {
            row[factor] = (nth as f64 + unit(*place)) / points as f64;
        }
    }
    rows
}

fn spread(rows: &mut [Vec<f64>], exchanges: usize, seed: u64) {
    let (points, factors) = (rows.len() as u32, rows[0].len() as u32);
    let mut words = vec![0; 2 * exchanges];
    dice(seed, Stream::Exchange, 0, 1, &mut words);
    for draw in words.chunks_exact(2) {
        let one = pick(draw[0], points).0 as usize;
        let (factor, rest) = pick(draw[1], factors);
        let other = pick(rest, points).0 as usize;
        if one == other {
            continue;
        }
        let before = clearance(rows, one, other);
        exchange(rows, one, other, factor as usize);
        if clearance(rows, one, other) <= before {
            exchange(rows, one, other, factor as usize);
        }
    }
}

fn exchange(rows: &mut [Vec<f64>], one: usize, other: usize, factor: usize) {
    let kept = rows[one][factor];
    rows[one][factor] = rows[other][factor];
    rows[other][factor] = kept;
}

/// The square of the least distance from either of two points to any other.
fn clearance(rows: &[Vec<f64>], one: usize, other: usize) -> f64 {
    let mut least = f64::INFINITY;
    for (at, row) in rows.iter().enumerate() {
        if at != one {
            least = least.min(apart(row, &rows[one]));
        }
        if at != other && at != one {
            least = least.min(apart(row, &rows[other]));
        }
    }
    least
}

fn apart(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other) * (one - other)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::design::tests::parts;
    use crate::measure::statistics::median;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn each_nth_of_each_factor_holds_one_point(points in 1usize..60, factors in 1usize..8, seed: u64) {
            let rows = latin_hypercube(points, factors, seed);
            for factor in 0..factors {
                prop_assert_eq!(parts(rows.iter().map(|row| row[factor]), points), vec![1; points]);
            }
            prop_assert_eq!(rows, latin_hypercube(points, factors, seed));
        }
    }

    fn least_distance(rows: &[Vec<f64>]) -> f64 {
        (1..rows.len()).map(|one| clearance(&rows[..=one], one, one)).fold(f64::INFINITY, f64::min).sqrt()
    }

    /// Against the best of twenty random squares, the exchanged ones leave two fifths more room.
    #[test]
    fn exchanges_keep_points_apart() {
        for (points, factors) in [(50, 2), (100, 5), (500, 12)] {
            let found: Vec<f64> = (0..5).map(|seed| least_distance(&latin_hypercube(points, factors, seed))).collect();
            let best = (0..20).map(|seed| least_distance(&random(points, factors, seed))).fold(0.0, f64::max);
            assert!(median(&found) > 1.4 * best, "{points} x {factors}: {found:?} against {best}");
        }
    }

    #[test]
    fn nothing_and_one_are_designs_too() {
        assert_eq!(latin_hypercube(0, 3, 1).len(), 0);
        assert_eq!(latin_hypercube(1, 3, 1)[0].len(), 3);
    }
}
