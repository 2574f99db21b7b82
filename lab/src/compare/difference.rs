//! The answer for one arm and one metric: the difference between worlds with the same seeds, and how sure it is.

use contraband_sim::record::tables::TABLES;

use crate::files::study::StudyMetric;
use crate::measure::statistics::{
    chance_of_mean, chance_of_split, half_width, mean, quantile, skewness, spread, student, wilson,
};

/// Share of false ones that is accepted among all differences that are called found.
pub const FALSE_SHARE: f64 = 0.05;

/// Shares of the seeds whose difference is told: the least below which so many lie.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The smallest effect of interest where a metric does not say: this share of its mean in the base.
pub const OF_INTEREST: f64 = 0.01;

/// Where fewer seeds than these differ at all, and more are exactly equal, a mean has no interval: those that differ are
/// too few to say how far others would.
pub const FEWEST_THAT_DIFFER: usize = 5;

/// The paired difference of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Seeds that have a value in both worlds.
    pub n: usize,
    /// Seeds that were run: more than `n` where the metric is undefined in some of them.
    pub offered: usize,
    /// Seeds in which both worlds have exactly the same value.
    pub equal: usize,
    /// Mean in the base.
    pub base: f64,
    /// Mean in the arm.
    pub arm: f64,
    /// Mean difference.
    pub mean: f64,
    /// Interval of 95 % of the mean difference, from Student's t; NaN where all or almost all seeds are equal (see
    /// [`FEWEST_THAT_DIFFER`]): that none of some seeds differs does not say that none would. How often it holds the mean is a case of `contraband verify`.
    pub t: (f64, f64),
    /// The smallest effect of interest: [`OF_INTEREST`] of the mean in the base where nothing else is asked for.
    pub interest: f64,
    /// Share of seeds in which the arm has more.
    pub higher: f64,
    /// Share of seeds in which it has less.
    pub lower: f64,
    /// Differences below which the shares of [`QUANTILES`] lie.
    pub quantiles: [f64; 5],
    /// Standard deviation of the differences.
    pub sd: f64,
    /// Mean difference over the standard deviation of the base between seeds; NaN where the base does not vary.
    pub standardised: f64,
    /// Variance of an unpaired difference over that of the paired one; NaN where the paired one does not vary.
    pub variance_ratio: f64,
    /// Half of the width of the interval that `seeds_needed` is for.
    pub precision: f64,
    /// Seeds that such a precision needs, by the spread seen.
    pub seeds_needed: f64,
    /// How lopsided the differences are.
    pub skewness: f64,
    /// The nearest to zero that an end of the interval comes when any one seed is left out, in the direction of the mean
    /// difference; below zero where it then holds zero.
    pub margin: f64,
    /// Chance of as large a difference if there were none.
    pub p: f64,
    /// The same as the share of false ones among all that are found (see `false_discovery`).
    pub q: f64,
    /// Where it is something that happens or does not: how often it does.
    pub chance: Option<Chance>,
    /// Whether it is of a share between 0 and 1, so that it is told in percentage points.
    pub of_share: bool,
}

/// How often a metric is above a threshold: where it has two heaps, or is mostly zero, means mislead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// The threshold.
    pub above: f64,
    /// Seeds above it in the base, with Wilson's interval of the probability.
    pub base: (usize, (f64, f64)),
    /// The same in the arm.
    pub arm: (usize, (f64, f64)),
    /// How often as uneven a split of the seeds that cross the threshold comes by chance (sign test).
    pub p: f64,
}

/// What can be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every seed has exactly the same value in both worlds.
    Same,
    /// Almost every seed has: too few differ for an interval.
    AlmostSame,
    /// The whole interval lies above zero, and it is not one of many that were looked at.
    Higher,
    /// The whole interval lies below zero, and it is not one of many that were looked at.
    Lower,
    /// The whole interval lies within the smallest effect of interest; or it leaves out zero, and the mean lies within.
    Small,
    /// The interval leaves out zero, but so would some of as many metrics by chance.
    OneOfMany,
    /// The interval holds zero.
    Unclear,
    /// There are fewer than two seeds to tell from.
    Unknown,
}

impl Verdict {
    /// Its word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::AlmostSame => "almost_same",
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Small => "small",
            Self::OneOfMany => "one_of_many",
            Self::Unclear => "unclear",
            Self::Unknown => "unknown",
        }
    }
}

impl Difference {
    /// Of values in the same order of seeds; seeds of which one world says NaN are left out. `precision` is half of the
    /// width that is asked for; without it, one per cent of the mean in the base. `q` stays NaN until all are known.
    pub fn between(base: &[f64], arm: &[f64], precision: Option<f64>) -> Self {
        let offered = base.len();
        let pairs: Vec<(f64, f64)> =
            base.iter().zip(arm).map(|(&b, &a)| (b, a)).filter(|(b, a)| b.is_finite() && a.is_finite()).collect();
        let base: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
        let arm: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
        let differences: Vec<f64> = pairs.iter().map(|(b, a)| a - b).collect();
        let n = pairs.len();
        let (found, sd) = (mean(&differences), spread(&differences));
        let equal = differences.iter().filter(|&&one| one == 0.0).count();
        let rare = n - equal < FEWEST_THAT_DIFFER && 2 * equal > n;
        let half = if rare { f64::NAN } else { half_width(&differences, 0.95) };
        let share = |of: &dyn Fn(f64) -> bool| differences.iter().filter(|&&one| of(one)).count() as f64 / n as f64;
        let (one, other) = (spread(&base), spread(&arm));
        let unpaired = one * one + other * other;
        let precision = precision.unwrap_or(0.01 * mean(&base).abs());
        // Where no seed goes from one heap to the other, the policy works within them, and its mean tells.
        let chance = Chance::of(&pairs);
        let p = if rare {
            let rose = differences.iter().filter(|&&one| one > 0.0).count();
            chance_of_split(rose, n - equal - rose)
        } else {
            chance_of_mean(&differences)
        };
        let mut ordered = differences.clone();
        Self {
            n,
            offered,
            equal,
            base: mean(&base),
            arm: mean(&arm),
            mean: found,
            t: (found - half, found + half),
            interest: OF_INTEREST * mean(&base).abs(),
            higher: share(&|one| one > 0.0),
            lower: share(&|one| one < 0.0),
            quantiles: QUANTILES.map(|share| quantile(&mut ordered, share)),
            sd,
            standardised: finite_or_nan(found / spread(&base)),
            variance_ratio: finite_or_nan(unpaired / (sd * sd)),
            precision,
            seeds_needed: seeds_needed(sd, precision),
            skewness: skewness(&differences),
            margin: margin(&differences),
            p,
            q: f64::NAN,
            chance,
            of_share: false,
        }
    }

    /// The same, of a metric that is a share between 0 and 1 or is not.
    #[must_use]
    pub fn share(self, of_share: bool) -> Self {
        Self { of_share, ..self }
    }

    /// The same, where a smaller effect than this is of no interest; `None` leaves it as it is.
    #[must_use]
    pub fn of_interest(self, smallest: Option<f64>) -> Self {
        Self { interest: smallest.unwrap_or(self.interest), ..self }
    }

    /// The interval of 95 % that is told, everywhere the same: from Student's t.
    pub const fn interval(&self) -> (f64, f64) {
        self.t
    }

    /// Whether all or almost all seeds are exactly equal, so that there is no interval.
    pub const fn is_rare(&self) -> bool {
        self.n - self.equal < FEWEST_THAT_DIFFER && 2 * self.equal > self.n
    }

    /// Between what probabilities that of a seed to differ at all lies (Wilson, 95 %).
    pub fn differing(&self) -> (f64, f64) {
        wilson(self.n - self.equal, self.n)
    }

    /// Whether the interval holds zero.
    pub fn holds_zero(&self) -> bool {
        self.t.0 <= 0.0 && self.t.1 >= 0.0
    }

    /// Whether all of it, as far as the interval reaches, is smaller than what is of interest.
    pub fn is_within_interest(&self) -> bool {
        self.t.0 > -self.interest && self.t.1 < self.interest
    }

    /// Whether a single seed carries it: without one of them the interval would hold zero.
    pub fn hangs_on_one_seed(&self) -> bool {
        self.margin <= 0.0
    }

    /// How many seeds would tell it from nothing, if it is as large and varies as much as it looks; infinite where nothing
    /// is seen.
    pub fn seeds_to_tell(&self) -> f64 {
        let seeds = seeds_needed(self.sd, self.mean.abs());
        if seeds.is_finite() { seeds } else { f64::INFINITY }
    }

    /// How many times as many seeds unpaired runs would have needed, in words.
    pub fn seeds_saved(&self) -> String {
        match self.variance_ratio {
            ratio if ratio.is_nan() => "-".into(),
            ratio if ratio > 1_000.0 => "over 1000 x".into(),
            ratio => format!("{ratio:.1} x"),
        }
    }

    /// What can be said of it. It is higher or lower only where the interval leaves out zero, and unclear only where it
    /// holds zero.
    pub fn verdict(&self) -> Verdict {
        match () {
            () if self.n < 2 => Verdict::Unknown,
            () if self.equal == self.n => Verdict::Same,
            () if self.is_rare() => Verdict::AlmostSame,
            () if self.is_within_interest() => Verdict::Small,
            () if self.holds_zero() => Verdict::Unclear,
            () if self.q > FALSE_SHARE => Verdict::OneOfMany,
            () if self.mean.abs() < self.interest => Verdict::Small,
            () if self.mean > 0.0 => Verdict::Higher,
            () => Verdict::Lower,
        }
    }
}

/// See [`Difference::margin`]; infinite with fewer than four seeds, of which none can be spared.
fn margin(differences: &[f64]) -> f64 {
    let n = differences.len() as f64;
    if n < 4.0 {
        return f64::INFINITY;
    }
    let (sum, squares) = differences.iter().fold((0.0, 0.0), |(sum, squares), one| (sum + one, squares + one * one));
    let t = student(0.95, differences.len() - 2);
    let without = differences.iter().map(|one| {
        let (sum, squares) = (sum - one, squares - one * one);
        let middle = sum / (n - 1.0);
        let variance = ((squares - sum * middle) / (n - 2.0)).max(0.0);
        middle * differences.iter().sum::<f64>().signum() - t * (variance / (n - 1.0)).sqrt()
    });
    without.fold(f64::INFINITY, f64::min)
}

fn finite_or_nan(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// The fewest seeds, at least two, whose interval of 95 % is as narrow as asked for, if the spread stays as it is; NaN
/// where nothing is asked for.
fn seeds_needed(sd: f64, precision: f64) -> f64 {
    if !(sd.is_finite() && precision > 0.0) {
        return f64::NAN;
    }
    // With many seeds Student's t is the normal distribution.
    let half = 1.96 * sd / precision;
    let many = (half * half).ceil();
    if many > 1_000.0 {
        return many;
    }
    let enough = |n: &usize| student(0.95, n - 1) * sd / (*n as f64).sqrt() <= precision;
    let first = (many as usize).max(2);
    // Student's t asks for a few more.
    (first..first + 200).find(enough).map_or(f64::NAN, |n| n as f64)
}

/// Fewest seeds from which a probability is told.
const FEWEST: usize = 10;
/// Fewest seeds from which two heaps can be told: of fewer, chance leaves wide gaps too.
const FEWEST_OF_HEAPS: usize = 20;

impl Chance {
    /// Looks for two heaps in either world, or for zeros that are at least half of it, where some seed goes from one to the
    /// other.
    fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < FEWEST {
            return None;
        }
        let [base, arm] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1]
            .map(|of| pairs.iter().map(of).collect::<Vec<f64>>());
        let above = threshold(&base).or_else(|| threshold(&arm))?;
        let rose = pairs.iter().filter(|(base, arm)| *base <= above && *arm > above).count();
        let fell = pairs.iter().filter(|(base, arm)| *base > above && *arm <= above).count();
        if (rose, fell) == (0, 0) {
            return None;
        }
        let count = |values: &[f64]| {
            let hits = values.iter().filter(|&&value| value > above).count();
            (hits, wilson(hits, values.len()))
        };
        Some(Self { above, base: count(&base), arm: count(&arm), p: chance_of_split(rose, fell) })
    }
}

/// Between which two heaps the values lie, if there are two: more than half of the range is empty in one place, with at
/// least a tenth of the values on either side; or half of them are zero and the others are above.
fn threshold(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (least, most) = (values[0], values[values.len() - 1]);
    if least == most {
        return None;
    }
    let zeros = values.iter().filter(|&&value| value == 0.0).count();
    if least == 0.0 && 2 * zeros >= values.len() {
        return Some(0.0);
    }
    if values.len() < FEWEST_OF_HEAPS {
        return None;
    }
    let tenth = values.len() / 10;
    let inner = values[tenth - 1..=values.len() - tenth].windows(2);
    let gap = inner.map(|pair| (pair[1] - pair[0], pair)).max_by(|one, other| one.0.total_cmp(&other.0))?;
    (gap.0 > 0.5 * (most - least)).then(|| f64::midpoint(gap.1[0], gap.1[1]))
}

/// Whether a metric is a share between 0 and 1 as a table records it, so that its differences are percentage points.
pub fn is_share(metric: &StudyMetric) -> bool {
    let text = metric.expression.text();
    let plain = ["mean(", "last(", "min(", "max(", "median("].iter().any(|how| text.starts_with(how))
        && !text.contains(['/', '*', '+', '-']);
    let reads = metric.expression.reads();
    let unit = |table: &str, column: &str| {
        let spec = TABLES.iter().find(|spec| spec.name == table)?;
        spec.columns.iter().find(|one| one.name == column).map(|one| one.unit)
    };
    // Days and the names of rows are read too, to choose rows.
    let mut units = reads.iter().filter_map(|(table, column)| unit(table, column));
    plain && units.clone().any(|unit| unit == "share") && units.all(|unit| matches!(unit, "share" | "day" | ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::study::Better;
    use crate::measure::expression::parse;

    #[test]
    fn only_a_plain_share_differs_by_percentage_points() {
        let measure = |text: &str| StudyMetric {
            name: "x".into(),
            label: "x".into(),
            expression: parse(text).unwrap(),
            better: Better::None,
            by_arm: None,
            interest: None,
        };
        for (text, expected) in [
            ("mean(days.illicit_share, days = 120 to 365)", true),
            ("last(places.unrest_share, place = harbour)", true),
            ("mean(days.trades)", false),
            ("100 * mean(days.illicit_share)", false),
            ("sum(days.illicit_share)", false),
            ("mean(goods.trades / buyers_share)", false),
        ] {
            assert_eq!(is_share(&measure(text)), expected, "{text}");
        }
    }

    /// Differences 1, 2 and 3: mean 2, spread 1, and t = 4.3027 at two degrees of freedom.
    #[test]
    fn a_difference_by_hand() {
        let found = Difference::between(&[10.0, 20.0, 30.0, f64::NAN], &[11.0, 22.0, 33.0, 1.0], Some(0.5));
        assert_eq!((found.n, found.base, found.arm, found.mean, found.sd), (3, 20.0, 22.0, 2.0, 1.0));
        assert!((found.t.0 - (2.0 - 4.3027 / 3f64.sqrt())).abs() < 1e-4);
        assert_eq!((found.higher, found.lower, found.quantiles[2], found.standardised), (1.0, 0.0, 2.0, 0.2));
        assert!((found.variance_ratio - 221.0).abs() < 1e-9);
        assert_eq!(found.verdict(), Verdict::Unclear);
        // 1.96 / 0.5 squared is 15.4; with t it is 18: 2.1098 / sqrt(18) = 0.497, and 2.1199 / sqrt(17) = 0.514.
        assert_eq!(found.seeds_needed, 18.0);
    }

    #[test]
    fn worlds_that_are_the_same_differ_by_exactly_nothing() {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let found = Difference::between(&values, &values, None);
        assert_eq!((found.mean, found.equal, found.p), (0.0, 12, 1.0));
        assert!(found.t.0.is_nan() && found.differing().0 < 1e-12 && (found.differing().1 - 0.2425).abs() < 1e-4);
        assert_eq!((found.verdict(), found.seeds_needed), (Verdict::Same, 2.0));
        assert!(found.variance_ratio.is_nan());
    }

    #[test]
    fn a_single_seed_can_carry_a_difference() {
        let against_none = |differences: &[f64]| Difference::between(&vec![0.0; differences.len()], differences, None);
        assert!(!against_none(&[1.0, 1.2, 0.8, 1.1, 0.9, 1.0, 1.2, 0.8, 1.1, 0.9]).hangs_on_one_seed());
        // Mean .52, spread .62 and t 2.262: from .08. Without a 1 the mean is .47, the spread .63 and t 2.306: from -.02.
        let carried = against_none(&[1.0, 1.0, -0.2, 1.0, -0.2, 1.0, -0.2, 1.0, -0.2, 1.0]);
        assert!(carried.t.0 > 0.05 && carried.hangs_on_one_seed());
        assert_eq!(against_none(&[2.0, 2.0, 2.0, 2.0]).seeds_to_tell(), 2.0);
    }

    #[test]
    fn many_looks_need_more_than_one_interval() {
        let base: Vec<f64> = (0..12).map(f64::from).collect();
        let arm: Vec<f64> = base.iter().map(|value| value + 1.0 + value * 0.01).collect();
        let mut found = Difference::between(&base, &arm, None);
        found.q = 0.001;
        assert_eq!(found.verdict(), Verdict::Higher);
        found.q = 0.2;
        assert_eq!(found.verdict(), Verdict::OneOfMany);
        assert_eq!(Difference::between(&[1.0], &[2.0], None).verdict(), Verdict::Unknown);
    }

    /// Three of ten in the base and nine of ten in the arm; six went up and none went down: 2 / 64.
    #[test]
    fn what_happens_or_does_not_is_a_probability() {
        let base = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let arm = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let found = Difference::between(&base, &arm, None);
        let chance = found.chance.unwrap();
        assert_eq!((chance.above, chance.base.0, chance.arm.0), (0.0, 3, 9));
        assert_eq!(chance.p, 2.0 / 64.0);
        // The verdict follows the interval of the mean that is printed beside it: .6, and half of .369 to either side.
        assert!((found.p - chance_of_mean(&[0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0])).abs() < 1e-12);
        let heaps = [1.0, 1.1, 1.2, 1.1, 1.0, 9.0, 9.1, 9.2, 1.05, 9.05].repeat(2);
        assert!(threshold(&heaps).is_some_and(|above| (above - 5.1).abs() < 0.01));
        let within: Vec<f64> = heaps.iter().map(|value| value + 0.1).collect();
        assert!(Difference::between(&heaps, &within, None).chance.is_none(), "no seed changes heaps");
        let mut across = within.clone();
        across[0] = 9.0;
        assert!(Difference::between(&heaps, &across, None).chance.is_some());
        let mut lone = vec![1.0; 19];
        lone.push(9.0);
        assert!(threshold(&lone).is_none() && threshold(&[2.0; 20]).is_none());
        assert!(threshold(&heaps[..10]).is_none(), "too few to tell");
    }
}
