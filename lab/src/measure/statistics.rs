//! Small statistics, each with a test by hand. What is NaN is no value.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use contraband_sim::base::numerics::{ln, pow};

/// Normal quantile of an interval of 95 %.
const Z_975: f64 = 1.959_963_984_540_054;

/// The mean; NaN where there is nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation, as of a sample; NaN for fewer than two values.
pub fn spread(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let middle = mean(values);
    let squares: f64 = values.iter().map(|value| (value - middle) * (value - middle)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// The value below which a share of all lies, between the two nearest where it falls between them; NaN where there are
/// none. Puts the values in order.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    values[below] + (values[above] - values[below]) * (at - below as f64)
}

/// The median of what is not NaN; NaN where there is nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    quantile(&mut known, 0.5)
}

/// Degrees of freedom above which Student's t is taken from the normal distribution, with the first terms of its series in
/// one over them: `statrs` 0.19.1 falls off there (at ten million its interval of 95 % holds 93 %), the series does not.
const MANY: usize = 1_000;

/// Student's t: how many standard errors hold so much of the probability to both sides, at so many degrees of freedom.
///
/// # Panics
/// Without a degree of freedom, or with a confidence that is not between 0 and 1.
pub fn student(confidence: f64, freedom: usize) -> f64 {
    assert!(freedom > 0 && confidence > 0.0 && confidence < 1.0, "a spread needs two values, a confidence is a share");
    let below = f64::midpoint(1.0, confidence);
    if freedom <= MANY {
        return StudentsT::new(0.0, 1.0, freedom as f64).expect("it has a degree of freedom").inverse_cdf(below);
    }
    // Cornish and Fisher (1938); Abramowitz and Stegun 26.7.5.
    let (z, over) = (Normal::standard().inverse_cdf(below), 1.0 / freedom as f64);
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    z + over * (first + over * second)
}

/// How often Student's t is as far from zero as this, to either side, at so many degrees of freedom.
fn chance_of_t(t: f64, freedom: usize) -> f64 {
    if freedom <= MANY {
        return 2.0 * StudentsT::new(0.0, 1.0, freedom as f64).expect("it has a degree of freedom").cdf(-t.abs());
    }
    // The number of the normal distribution that is as rare (Wallace 1959).
    let n = freedom as f64;
    let z = (8.0 * n + 1.0) / (8.0 * n + 3.0) * (n * ln(1.0 + t * t / n)).sqrt();
    2.0 * Normal::standard().cdf(-z)
}

/// Half of the width of an interval for the mean, from Student's t; NaN for fewer than two values.
pub fn half_width(values: &[f64], confidence: f64) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    student(confidence, values.len() - 1) * spread(values) / (values.len() as f64).sqrt()
}

/// The ratio of two means of pairs, and the ends of its interval from Student's t (Fieller 1954); `None` where the mean
/// below may be zero, so that the ratio may be anything.
pub fn ratio_of_means(above: &[f64], below: &[f64], confidence: f64) -> Option<(f64, (f64, f64))> {
    let n = above.len() as f64;
    if above.len() != below.len() || above.len() < 2 {
        return None;
    }
    let (one, other) = (mean(above), mean(below));
    let product = |a: &[f64], b: &[f64], (one, other): (f64, f64)| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - one) * (b - other)).sum::<f64>() / (n - 1.0)
    };
    let t = student(confidence, above.len() - 1);
    let share = t * t / n;
    let square = other * other - share * product(below, below, (other, other));
    let middle = one * other - share * product(above, below, (one, other));
    let rest = one * one - share * product(above, above, (one, one));
    if square <= 0.0 {
        return None;
    }
    let root = (middle * middle - square * rest).max(0.0).sqrt();
    Some((one / other, ((middle - root) / square, (middle + root) / square)))
}

/// How often Student's t is as large as this, or larger, at so many degrees of freedom; NaN without any.
pub fn chance_beyond(t: f64, freedom: usize) -> f64 {
    if freedom == 0 || t.is_nan() {
        return f64::NAN;
    }
    let both = chance_of_t(t, freedom);
    if t > 0.0 { both / 2.0 } else { 1.0 - both / 2.0 }
}

/// Student's test: how often a mean as far from zero as this comes of values whose true mean is zero. Where no value
/// differs from the others, 1 if all are zero and 0 if not; NaN for fewer than two.
pub fn chance_of_mean(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let (mean, spread) = (mean(values), spread(values));
    if spread == 0.0 {
        return if mean == 0.0 { 1.0 } else { 0.0 };
    }
    chance_of_t(mean / spread * (values.len() as f64).sqrt(), values.len() - 1)
}

/// The same to one side: how often a mean as far above zero as this, or farther, comes of values whose true mean is zero.
/// Where no value differs from the others, 0 if they are above zero and 1 if not; NaN for fewer than two.
pub fn chance_above(values: &[f64]) -> f64 {
    let (both, mean) = (chance_of_mean(values), mean(values));
    match mean {
        _ if mean > 0.0 => both / 2.0,
        _ if mean < 0.0 => 1.0 - both / 2.0,
        _ if both >= 1.0 && spread(values) == 0.0 => 1.0,
        _ => both / 2.0,
    }
}

/// The sign test: how often so uneven a split comes of as many throws of a coin.
pub fn chance_of_split(one: usize, other: usize) -> f64 {
    let n = one + other;
    // Terms of the binomial from the rare side, each from the one before.
    let mut term = pow(0.5, n as f64);
    let mut tail = 0.0;
    for k in 0..=one.min(other) {
        tail += term;
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * tail).min(1.0)
}

/// What chances become where many things are looked at: the share of false ones among all that are called found, if
/// this one and all below it are (Benjamini and Hochberg 1995). What is NaN stays so and does not count.
pub fn false_discovery(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).filter(|&one| !chances[one].is_nan()).collect();
    order.sort_by(|&one, &other| chances[one].total_cmp(&chances[other]));
    let mut found = vec![f64::NAN; chances.len()];
    let mut least = 1.0f64;
    for (rank, &one) in order.iter().enumerate().rev() {
        least = least.min(chances[one] * order.len() as f64 / (rank + 1) as f64);
        found[one] = least;
    }
    found
}

/// How lopsided values are: the third moment over the cube of their spread; NaN where they do not vary.
pub fn skewness(values: &[f64]) -> f64 {
    let (n, middle) = (values.len() as f64, mean(values));
    let off = || values.iter().map(|value| value - middle);
    let (squares, cubes) =
        (off().map(|off| off * off).sum::<f64>() / n, off().map(|off| off * off * off).sum::<f64>() / n);
    cubes / (squares * squares.sqrt())
}

/// Wilson's interval of 95 % for a probability of which `hits` of `n` were seen.
pub fn wilson(hits: usize, n: usize) -> (f64, f64) {
    let (n, share) = (n as f64, hits as f64 / n as f64);
    let middle = share + Z_975 * Z_975 / (2.0 * n);
    let half = Z_975 * (share * (1.0 - share) / n + Z_975 * Z_975 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z_975 * Z_975 / n;
    ((middle - half) / whole, (middle + half) / whole)
}

/// The life that half outlive, where some are still alive (Kaplan and Meier).
pub fn median_life(lives: &[(f64, bool)]) -> f64 {
    let mut lives = lives.to_vec();
    lives.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    let mut survive = 1.0;
    for (place, &(life, ended)) in lives.iter().enumerate() {
        if ended {
            survive *= 1.0 - 1.0 / (lives.len() - place) as f64;
            if survive <= 0.5 {
                return life;
            }
        }
    }
    f64::NAN
}

/// How far apart two samples of one distribution come by chance once in a hundred thousand times, measured by their
/// [`distance`]: the asymptotic quantile, which is too large rather than too small for few values.
pub fn usual_distance(one: usize, other: usize) -> f64 {
    let (n, m) = (one as f64, other as f64);
    2.470_4 * ((n + m) / (n * m)).sqrt()
}

/// The greatest distance between two distributions (Kolmogorov and Smirnov). Puts the values in order.
pub fn distance(one: &mut [f64], other: &mut [f64]) -> f64 {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let (mut at, mut behind, mut greatest) = (0, 0, 0.0f64);
    while at < one.len() && behind < other.len() {
        let value = one[at].min(other[behind]);
        at += one[at..].iter().take_while(|&&found| found <= value).count();
        behind += other[behind..].iter().take_while(|&&found| found <= value).count();
        greatest = greatest.max((at as f64 / one.len() as f64 - behind as f64 / other.len() as f64).abs());
    }
    greatest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_quantiles_by_hand() {
        assert_eq!((mean(&[1.0, 2.0, 6.0]), spread(&[1.0, 2.0, 6.0])), (3.0, 7f64.sqrt()));
        assert!(mean(&[]).is_nan() && spread(&[1.0]).is_nan());
        assert_eq!(median(&[3.0, 1.0, f64::NAN, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!(median(&[]).is_nan());
        assert_eq!(quantile(&mut [40.0, 10.0, 20.0, 30.0, 0.0], 0.9), 36.0);
    }

    /// From the tables: 4.3027 at two degrees of freedom, 2.0452 at 29, 1.96 without end.
    #[test]
    fn student_as_in_the_tables() {
        assert!((student(0.95, 2) - 4.302_65).abs() < 1e-4 && (student(0.95, 29) - 2.045_23).abs() < 1e-4);
        assert!((student(0.95, 100_000) - Z_975).abs() < 1e-4, "{}", student(0.95, 100_000));
        // 1.96 + 2.3722 / n: the series goes on where the tables end, without a step, and never below the normal one.
        for n in [1_001, 10_000, 1_000_000, 10_000_000] {
            let expected = Z_975 + 2.372_27 / n as f64;
            assert!((student(0.95, n) - expected).abs() < 5e-6, "{n}: {} and {expected}", student(0.95, n));
        }
        assert!((student(0.95, 1_000) - student(0.95, 1_001)).abs() < 5e-6);
        assert!((half_width(&[1.0, 2.0, 3.0], 0.95) - 4.302_65 / 3f64.sqrt()).abs() < 1e-4);
    }

    /// Mean 2 and spread 1 of three: t = 3.4641, of which the tables say 0.0742. One of ten throws or fewer: 11 of 1024 to
    /// either side.
    #[test]
    fn chances_as_in_the_tables() {
        assert!((chance_of_mean(&[1.0, 2.0, 3.0]) - 0.0742).abs() < 1e-4);
        assert_eq!((chance_of_mean(&[0.0; 3]), chance_of_mean(&[2.0; 3])), (1.0, 0.0));
        assert!(chance_of_mean(&[1.0]).is_nan());
        // What Student's t holds 95 % of is as far away, to either side, one time in twenty, with however many values.
        for n in [5, 1_000, 1_001, 10_000_000] {
            assert!((chance_of_t(student(0.95, n), n) - 0.05).abs() < 1e-7, "{n}");
        }
        assert!((chance_above(&[1.0, 2.0, 3.0]) - 0.0371).abs() < 1e-4 && chance_above(&[0.0; 3]) == 1.0);
        assert!((chance_above(&[-1.0, -2.0, -3.0]) - 0.9629).abs() < 1e-4 && chance_above(&[1.0; 3]) == 0.0);
        assert!((chance_of_split(1, 9) - 22.0 / 1024.0).abs() < 1e-12 && chance_of_split(3, 3) == 1.0);
    }

    /// The example of the paper's first four of fifteen: 0.0095 is the fourth, and 0.0095 * 15 / 4 = 0.0356.
    #[test]
    fn false_discoveries_as_in_the_paper() {
        let chances = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let found = false_discovery(&chances);
        assert!((found[3] - 0.035_625).abs() < 1e-9 && found.iter().filter(|&&one| one <= 0.05).count() == 4);
        let found = false_discovery(&[0.04, f64::NAN, 0.01]);
        assert!(found[1].is_nan() && found[0] == 0.04 && found[2] == 0.02);
    }

    /// Deviations -2/3, -2/3 and 4/3 of the mean 1: 16/27 over (8/9) to the power 3/2.
    #[test]
    fn a_skewness_by_hand() {
        assert!((skewness(&[0.0, 0.0, 2.0]) - 0.5f64.sqrt()).abs() < 1e-6);
        assert_eq!(skewness(&[-1.0, 0.0, 1.0]), 0.0);
    }

    /// Five of ten: 0.2366 to 0.7634; none of ten: at most 0.2775.
    #[test]
    fn wilson_by_hand() {
        let (low, high) = wilson(5, 10);
        assert!((low - 0.2366).abs() < 1e-4 && (high - 0.7634).abs() < 1e-4);
        let (low, high) = wilson(0, 10);
        assert!(low.abs() < 1e-12 && (high - 0.2775).abs() < 1e-4);
    }

    /// Fieller's interval by hand: means 2 and 4 of four pairs with variances 2/3 and 2/3 and covariance 0, t = 3.1824; so the
    /// share is 10.1280 / 4 = 2.5320, and (16 - 1.6880) r^2 - 16 r + 4 - 1.6880 = 0.
    #[test]
    fn a_ratio_of_means_by_hand() {
        let (above, below) = ([1.0, 2.0, 2.0, 3.0], [4.0, 3.0, 5.0, 4.0]);
        let (ratio, (low, high)) = ratio_of_means(&above, &below, 0.95).expect("the lower mean is not zero");
        let root = (256.0f64 - 4.0 * 14.312_0 * 2.312_0).sqrt();
        let expected = ((16.0 - root) / 28.624_0, (16.0 + root) / 28.624_0);
        assert!(ratio == 0.5 && (low - expected.0).abs() < 1e-3 && (high - expected.1).abs() < 1e-3, "{low} to {high}");
        assert_eq!(ratio_of_means(&above, &[1.0, -1.0, 0.5, -0.4], 0.95), None);
    }

    /// Half of the one lies below all of the other; and 2 exp(-2 * 2.4704 ^ 2) is 0.00001.
    #[test]
    fn a_distance_by_hand() {
        assert_eq!(distance(&mut [1.0, 2.0, 5.0, 5.0], &mut [5.0, 5.0]), 0.5);
        assert_eq!(distance(&mut [1.0, 2.0], &mut [2.0, 1.0]), 0.0);
        assert!((usual_distance(8, 8) - 2.4704 / 2.0).abs() < 1e-9);
    }

    /// Of four lives of 1, 2, 2 (not over) and 5 days, three quarters outlive the first and half the second.
    #[test]
    fn a_median_life_by_hand() {
        assert_eq!(median_life(&[(5.0, true), (2.0, false), (1.0, true), (2.0, true)]), 2.0);
        assert!(median_life(&[(5.0, false), (1.0, true), (7.0, false)]).is_nan());
    }
}
