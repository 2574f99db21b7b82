//! Resamples: how much a statistic varies, from drawing its own values again. Draws are keyed, so that the same values
//! always give the same.

use contraband_sim::base::dice::{Dice, Purpose};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::statistics::{mean, spread};

    /// The mean of ten values of spread s varies, from resample to resample, by s times the root of 9 / 10 over that of 10.
    #[test]
    fn means_of_resamples_vary_as_they_must() {
        let values = [1.0, 5.0, 2.0, 8.0, 4.0, 4.0, 9.0, 3.0, 7.0, 6.0];
        let found = resampled(10, 4_000, |chosen| chosen.iter().map(|&one| values[one]).sum::<f64>() / 10.0);
        let expected = spread(&values) * (0.9f64 / 10.0).sqrt();
        assert!((mean(&found) - mean(&values)).abs() < 4.0 * expected / 4_000f64.sqrt());
        assert!((spread(&found) / expected - 1.0).abs() < 0.05, "{} against {expected}", spread(&found));
        assert_eq!(found, resampled(10, 4_000, |chosen| chosen.iter().map(|&one| values[one]).sum::<f64>() / 10.0));
    }
}
