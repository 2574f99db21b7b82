//! Intervals from resampling, for what is skewed: bias-corrected and accelerated (Efron 1987). Draws are keyed, so that
//! the same values always have the same interval.

use statrs::distribution::{ContinuousCDF, Normal};

use contraband_sim::base::dice::{Dice, Purpose};

/// Resamples behind each interval.
const RESAMPLES: usize = 2_000;

/// Something of `n` values, addressed by number, in so many resamples: always the same ones for the same `n`.
pub fn resampled<T>(n: usize, resamples: usize, mut statistic: impl FnMut(&[usize]) -> T) -> Vec<T> {
    let mut draws = Dice::new(0).draws(Purpose::Bootstrap, 0, 0, n);
    let (mut words, mut chosen) = (vec![0; n], vec![0; n]);
    let mut next = || {
        draws.fill(&mut words);
        for (one, word) in chosen.iter_mut().zip(&words) {
            *one = ((u64::from(*word) * n as u64) >> 32) as usize;
        }
        statistic(&chosen)
    };
    (0..resamples).map(|_| next()).collect()
}

/// The interval of a statistic of `n` values that it addresses by number. Both ends are NaN where the statistic is, and
/// both are the statistic where no resample moves it.
pub fn bca(n: usize, confidence: f64, statistic: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let all: Vec<usize> = (0..n).collect();
    let found = statistic(&all);
    if n < 2 || !found.is_finite() {
        return (f64::NAN, f64::NAN);
    }
    let mut resampled = resampled(n, RESAMPLES, &statistic);
    resampled.retain(|value| value.is_finite());
    resampled.sort_by(f64::total_cmp);
    let (Some(&least), Some(&most)) = (resampled.first(), resampled.last()) else { return (f64::NAN, f64::NAN) };
    if least == most {
        return (least, most);
    }
    let normal = Normal::standard();
    let below = resampled.partition_point(|&value| value < found);
    let equal = resampled.partition_point(|&value| value <= found) - below;
    // Half a resample from either end, so that a statistic at the edge of its resamples has a quantile too.
    let share = (below as f64 + equal as f64 / 2.0).clamp(0.5, resampled.len() as f64 - 0.5) / resampled.len() as f64;
    let bias = normal.inverse_cdf(share);
    let acceleration = acceleration(n, statistic);
    let end = |tail: f64| {
        let z = bias + normal.inverse_cdf(tail);
        let share = normal.cdf(bias + z / (1.0 - acceleration * z));
        resampled[((share * resampled.len() as f64) as usize).min(resampled.len() - 1)]
    };
    (end((1.0 - confidence) / 2.0), end(f64::midpoint(1.0, confidence)))
}

/// How fast the spread of the statistic changes with its value: from leaving out one value at a time.
fn acceleration(n: usize, statistic: impl Fn(&[usize]) -> f64) -> f64 {
    let without = |left_out: usize| statistic(&(0..n).filter(|&one| one != left_out).collect::<Vec<_>>());
    let left: Vec<f64> = (0..n).map(without).collect();
    let mean = left.iter().sum::<f64>() / n as f64;
    let off = || left.iter().map(|one| mean - one);
    let (squares, cubes) = (off().map(|off| off * off).sum::<f64>(), off().map(|off| off * off * off).sum::<f64>());
    let found = cubes / (6.0 * squares * squares.sqrt());
    if found.is_finite() { found } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Efron and Tibshirani (1993), chapter 14: the variance of 26 scores is 171.5, its interval of 90 % 115.8 to 259.6,
    /// and its acceleration 0.061.
    #[test]
    fn an_interval_as_in_the_book() {
        let scores =
            [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]
                .map(f64::from);
        let variance = |chosen: &[usize]| {
            let n = chosen.len() as f64;
            let mean = chosen.iter().map(|&one| scores[one]).sum::<f64>() / n;
            chosen.iter().map(|&one| (scores[one] - mean) * (scores[one] - mean)).sum::<f64>() / n
        };
        assert!((variance(&(0..26).collect::<Vec<_>>()) - 171.5).abs() < 0.1);
        assert!((acceleration(26, variance) - 0.061).abs() < 0.001);
        let (low, high) = bca(26, 0.9, variance);
        assert!((low - 115.8).abs() < 4.0 && (high - 259.6).abs() < 8.0, "{low} to {high}");
    }

    #[test]
    fn what_does_not_vary_has_no_width() {
        assert_eq!(bca(5, 0.95, |chosen| 3.0 * chosen.len() as f64 / 5.0), (3.0, 3.0));
        assert!(bca(5, 0.95, |_| f64::NAN).0.is_nan() && bca(1, 0.95, |_| 1.0).0.is_nan());
    }
}
