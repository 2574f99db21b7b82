//! Designs: which points of the unit cube a sweep visits, one row a point and one number from 0 to 1 a factor.
//!
//! A design is a pure function of its sizes and its seed, so that a plan can be made again anywhere. Whoever reads a
//! factor off its number decides what it means: a place in a range, a quantile of a distribution, one of a list.

pub mod latin;
pub mod trajectories;

use contraband_sim::base::dice::{Dice, Purpose};

/// What a design's draws are for: each has a stream of its own.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Latin,
    Exchange,
    Scramble,
    Trajectory,
}

pub(crate) fn dice(seed: u64, stream: Stream, first: usize, width: usize, words: &mut [u32]) {
    Dice::new(seed).fill(Purpose::Design, stream as u32, first as u64, width, words);
}

/// Most points of a Sobol sequence.
pub const MOST_POINTS: usize = 1 << 16;

/// Most columns of a Sobol sequence; a Saltelli design takes two for each factor.
pub const MOST_COLUMNS: usize = 256;

/// A design that the generator cannot make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// The sequence ends before.
    #[error("{asked} points are more than the {most} of a Sobol sequence")]
    Points {
        /// What was asked for.
        asked: usize,
        /// What there is.
        most: usize,
    },
    /// The sequence has fewer columns.
    #[error("{asked} factors are more than the {most} that this design can hold")]
    Factors {
        /// What was asked for.
        asked: usize,
        /// What there is.
        most: usize,
    },
}

/// The first points of a scrambled Sobol sequence (Sobol 1967, with direction numbers of Joe and Kuo 2008 and Owen's
/// scrambling by hash of Burley 2020): any first 2^m points have exactly one in each of 2^m equal parts of every factor.
///
/// More points extend what fewer gave; other factors do not. Numbers of points that are no power of two leave some
/// parts fuller than others.
///
/// # Errors
/// Beyond 2^16 points or 256 factors.
pub fn sobol(points: usize, factors: usize, seed: u64) -> Result<Vec<Vec<f64>>, TooLarge> {
    if points > MOST_POINTS {
        return Err(TooLarge::Points { asked: points, most: MOST_POINTS });
    }
    if factors > MOST_COLUMNS {
        return Err(TooLarge::Factors { asked: factors, most: MOST_COLUMNS });
    }
    let mut scramble = [0];
    dice(seed, Stream::Scramble, 0, 1, &mut scramble);
    let at = |point, factor| f64::from(sobol_burley::sample(point as u32, factor as u32, scramble[0]));
    Ok((0..points).map(|point| (0..factors).map(|factor| at(point, factor)).collect()).collect())
}

/// What [`saltelli`] visits for each point of its base: the point itself, each factor alone moved to the other point,
/// the other point. It is what `measure::indices` reads (Saltelli et al. 2010).
///
/// For each base point, `factors + 2` rows: A, then for each factor A with that factor's number from B, then B. A and B
/// are the even and the odd columns of one scrambled Sobol sequence, since neighbours among its columns match well: with
/// 1 024 base points indices err by a fifth to two thirds of what random points do, with 256 not by more. A larger base
/// extends a smaller one, and so do further factors; powers of two are best.
///
/// # Errors
/// Beyond 2^16 base points or 128 factors.
pub fn saltelli(base: usize, factors: usize, seed: u64) -> Result<Vec<Vec<f64>>, TooLarge> {
    if factors > MOST_COLUMNS / 2 {
        return Err(TooLarge::Factors { asked: factors, most: MOST_COLUMNS / 2 });
    }
    let mut rows = Vec::with_capacity(base.min(MOST_POINTS) * (factors + 2));
    for both in sobol(base, 2 * factors, seed)? {
        let [a, b] = [0, 1].map(|first| both.iter().skip(first).step_by(2).copied().collect::<Vec<_>>());
        rows.push(a.clone());
        for factor in 0..factors {
            let mut moved = a.clone();
            moved[factor] = b[factor];
            rows.push(moved);
        }
        rows.push(b);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many of these numbers lie in each of so many equal parts.
    pub(crate) fn parts(column: impl Iterator<Item = f64>, count: usize) -> Vec<usize> {
        let mut found = vec![0; count];
        for value in column {
            found[(value * count as f64) as usize] += 1;
        }
        found
    }

    proptest! {
        #[test]
        fn a_power_of_two_of_sobol_points_has_one_in_each_part(power in 0usize..11, factors in 1usize..20, seed: u64) {
            let points = sobol(1 << power, factors, seed).expect("a small design");
            for factor in 0..factors {
                prop_assert_eq!(parts(points.iter().map(|row| row[factor]), 1 << power), vec![1; 1 << power]);
            }
            // Of two factors together, each quarter of the square has its quarter of the points.
            if power >= 2 && factors >= 2 {
                let quarters = points.iter().map(|row| ((row[0] * 2.0).floor() * 2.0 + (row[1] * 2.0).floor()) / 4.0);
                prop_assert_eq!(parts(quarters, 4), vec![(1 << power) / 4; 4]);
            }
        }
    }

    #[test]
    fn more_points_extend_fewer() {
        let long = sobol(100, 5, 3).expect("small");
        assert_eq!(sobol(64, 5, 3).expect("small"), long[..64]);
        assert_ne!(sobol(64, 5, 4).expect("small"), long[..64]);
        assert_eq!(saltelli(8, 3, 1).expect("small"), saltelli(16, 3, 1).expect("small")[..8 * 5]);
    }

    #[test]
    fn a_saltelli_block_is_one_point_the_ways_to_the_other_and_the_other() {
        let (base, factors) = (32, 4);
        let rows = saltelli(base, factors, 9).expect("small");
        assert_eq!(rows.len(), base * (factors + 2));
        for block in rows.chunks(factors + 2) {
            let (a, b) = (&block[0], &block[factors + 1]);
            for factor in 0..factors {
                let moved = &block[1 + factor];
                for other in 0..factors {
                    assert_eq!(moved[other], if other == factor { b[other] } else { a[other] });
                }
            }
        }
        // The two ends have nothing to do with each other.
        let first = |row: usize| rows.chunks(factors + 2).map(move |block| block[row][0]);
        assert_eq!(parts(first(0), base), vec![1; base]);
        assert_eq!(parts(first(factors + 1), base), vec![1; base]);
        assert!(first(0).zip(first(factors + 1)).all(|(a, b)| a != b));
    }

    #[test]
    fn what_is_too_large_says_which_way() {
        assert_eq!(sobol(70_000, 2, 1), Err(TooLarge::Points { asked: 70_000, most: 65_536 }));
        assert_eq!(sobol(2, 257, 1), Err(TooLarge::Factors { asked: 257, most: 256 }));
        assert_eq!(saltelli(2, 129, 1), Err(TooLarge::Factors { asked: 129, most: 128 }));
        let most = sobol(MOST_POINTS, 1, 1).expect("as many as there are");
        assert_eq!(parts(most.iter().map(|row| row[0]), MOST_POINTS), vec![1; MOST_POINTS]);

        assert!(saltelli(2, 128, 1).is_ok_and(|rows| rows.len() == 260));
    }
}
