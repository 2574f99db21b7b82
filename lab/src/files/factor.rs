//! Factors of a sweep: a lever each, and the values that it takes.

use statrs::distribution::{ContinuousCDF, Normal};

use contraband_sim::base::fields::About;
use contraband_sim::base::numerics::{exp, ln, normal_quantile};
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::{Address, LeverError};
use contraband_sim::scenario::wildcards::addresses;

/// A lever that a sweep moves.
#[derive(Clone, Debug)]
pub struct SweptFactor {
    /// Its path.
    pub path: String,
    /// The values that it takes, and how often.
    pub spread: Spread,
    /// The levers that the path means: one, or all that a star stands for.
    pub(crate) levers: Vec<Address>,
    pub(crate) about: &'static About,
}

impl PartialEq for SweptFactor {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.spread) == (&other.path, &other.spread)
    }
}

/// The values that a factor takes, and how often.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// These, each as often as the others.
    Values(Vec<Value>),
    /// All from `low` to `high` alike.
    Uniform {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// The logarithm is uniform: equal ratios are equally frequent.
    LogUniform {
        /// Least value, above 0.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// Normal, cut off where the range of the lever ends.
    Normal {
        /// Mean before it is cut.
        mean: f64,
        /// Standard deviation before it is cut.
        sd: f64,
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// Rises in a straight line from `low` to `mode`, and falls to `high`.
    Triangular {
        /// Least value.
        low: f64,
        /// Most frequent value.
        mode: f64,
        /// Greatest value.
        high: f64,
    },
}

impl SweptFactor {
    /// What people call it.
    pub fn label(&self) -> &'static str {
        self.about.label()
    }

    /// Unit in words.
    pub const fn unit(&self) -> &'static str {
        self.about.unit
    }

    /// What kind of value the lever takes.
    pub const fn shape(&self) -> Shape {
        self.about.shape
    }

    /// The value below which this share of all lies: the inverse of the distribution function, for `share` from 0 to 1.
    pub fn at(&self, share: f64) -> Value {
        let share = share.clamp(0.0, 1.0);
        if let Spread::Values(values) = &self.spread {
            let nth = (share * values.len() as f64) as usize;
            return values[nth.min(values.len() - 1)];
        }
        let number =
            if self.about.shape == Shape::Whole { self.spread.whole(share) } else { self.spread.quantile(share) };
        Value::Number(number.clamp(self.about.min, self.about.max))
    }

    /// How many values there are, where they are few: of a list, or of whole numbers.
    fn count(&self) -> Option<usize> {
        match &self.spread {
            Spread::Values(values) => Some(values.len()),
            spread if self.about.shape == Shape::Whole => {
                spread.range().map(|(low, high)| (high.floor() - low.ceil()).max(0.0) as usize + 1)
            }
            _ => None,
        }
    }

    /// The value at a level of a trajectory, `place` from 0 to 1 among so many levels. A lever with no more values than levels
    /// takes at each level the value in the middle of its part, so that each value has its share of the levels; another goes
    /// from end to end.
    pub(crate) fn at_level(&self, place: f64, levels: usize) -> Value {
        if self.count().is_none_or(|count| count > levels) {
            return self.at(place);
        }
        let nth = (place * (levels - 1) as f64).round();
        self.at((nth + 0.5) / levels as f64)
    }

    /// Levels with which all values of a lever that are alike frequent would be visited equally often, where it is not these.
    pub(crate) fn even_levels(&self, levels: usize) -> Option<usize> {
        let count = match &self.spread {
            Spread::Values(_) | Spread::Uniform { .. } => self.count()?,
            _ => return None,
        };
        (count <= levels && !levels.is_multiple_of(count))
            .then(|| if count.is_multiple_of(2) { count } else { 2 * count })
    }

    /// Gives the lever a value, and returns the value that it then has: credits are rounded to a thousandth.
    pub(crate) fn set(&self, scenario: &mut Scenario, value: Value) -> Value {
        for lever in &self.levers {
            lever.set(&mut scenario.params, value);
        }
        self.levers.first().map_or(value, |lever| lever.get(&scenario.params))
    }
}

impl SweptFactor {
    /// A factor of a sweep over a world.
    ///
    /// # Errors
    /// When no lever has this path.
    pub fn of(world: &Scenario, path: &str, spread: Spread) -> Result<Self, LeverError> {
        let levers = addresses(&world.params, path)?;
        let about = levers[0].about(&world.params);
        Ok(Self { path: path.into(), spread, levers, about })
    }
}

impl Spread {
    /// From where to where it goes, for numbers.
    pub fn range(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Values(ref values) => {
                let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
                let numbers = numbers?;
                Some((numbers.iter().copied().reduce(f64::min)?, numbers.iter().copied().reduce(f64::max)?))
            }
            Self::Uniform { low, high }
            | Self::LogUniform { low, high }
            | Self::Normal { low, high, .. }
            | Self::Triangular { low, high, .. } => Some((low, high)),
        }
    }

    /// The value below which this share of all lies, for numbers.
    fn quantile(&self, share: f64) -> f64 {
        match *self {
            Self::Values(_) => f64::NAN,
            Self::Uniform { low, high } => (low + share * (high - low)).min(high),
            Self::LogUniform { low, high } => exp(ln(low) + share * (ln(high) - ln(low))).clamp(low, high),
            Self::Normal { mean, sd, low, high } => {
                let cut = |end: f64| Normal::standard().cdf((end - mean) / sd);
                let (below, above) = (cut(low), cut(high));
                let share = (below + share * (above - below)).clamp(1e-12, 1.0 - 1e-12);
                (mean + sd * normal_quantile(share)).clamp(low, high)
            }
            Self::Triangular { low, mode, high } => {
                let rising = (mode - low) / (high - low);
                if share < rising {
                    low + (share * (high - low) * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - share) * (high - low) * (high - mode)).sqrt()
                }
            }
        }
    }

    /// The same for whole numbers: each has the probability of all that rounds to it. The distribution reaches half a step
    /// beyond the least and the greatest of them, so that the ends are not halved: a uniform one gives each the same.
    fn whole(&self, share: f64) -> f64 {
        let (least, most) = self.range().map_or((0.0, 0.0), |(low, high)| (low.ceil(), high.floor().max(low.ceil())));
        let (low, high) = (least - 0.5, most + 0.5);
        let wider = match *self {
            Self::Values(_) => return f64::NAN,
            Self::Uniform { .. } => Self::Uniform { low, high },
            // 0 has no logarithm.
            Self::LogUniform { low: given, .. } => Self::LogUniform { low: if low > 0.0 { low } else { given }, high },
            Self::Normal { mean, sd, .. } => Self::Normal { mean, sd, low, high },
            Self::Triangular { mode, .. } => Self::Triangular { low, mode, high },
        };
        // Halves go up, as the part above them does.
        (wider.quantile(share) + 0.5).floor().clamp(least, most)
    }

    /// So many values with equal steps, or equal ratios, from end to end.
    pub(crate) fn steps(&self, count: usize) -> Vec<f64> {
        (0..count).map(|nth| self.quantile(nth as f64 / (count - 1).max(1) as f64)).collect()
    }
}

/// The number that a value is.
pub(crate) const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(path: &str, spread: Spread) -> SweptFactor {
        SweptFactor::of(&Scenario::default(), path, spread).expect("a lever")
    }

    fn at(path: &str, spread: Spread) -> impl Fn(f64) -> f64 {
        let factor = factor(path, spread);
        move |share| number(&factor.at(share)).expect("a number")
    }

    #[test]
    fn shares_become_values_by_the_inverse_of_each_distribution() {
        let uniform = at("law.fine", Spread::Uniform { low: 100.0, high: 300.0 });
        assert_eq!([0.0, 0.25, 1.0].map(uniform), [100.0, 150.0, 300.0]);
        let log = at("law.fine", Spread::LogUniform { low: 10.0, high: 1000.0 });
        assert!((log(0.5) - 100.0).abs() < 1e-9);
        let triangular = at("law.fine", Spread::Triangular { low: 0.0, mode: 10.0, high: 40.0 });
        // The mode has a share of (10 - 0) / 40 below it; half of the area beyond it lies above 40 - 30 / sqrt(2).
        assert!((triangular(0.25) - 10.0).abs() < 1e-9);
        assert!((triangular(0.625) - (40.0 - 30.0 / 2f64.sqrt())).abs() < 1e-9);
        let normal = at("law.fine", Spread::Normal { mean: 100.0, sd: 10.0, low: 0.0, high: 1e9 });
        assert!((normal(0.5) - 100.0).abs() < 1e-6 && (normal(0.975) - 119.599_64).abs() < 1e-3);
        // Cut at its mean, its median is where three quarters lie below in the whole.
        let half = at("law.fine", Spread::Normal { mean: 100.0, sd: 10.0, low: 100.0, high: 1e9 });
        assert!((half(0.5) - 106.744_9).abs() < 1e-3 && half(0.0) == 100.0);
    }

    #[test]
    fn a_star_means_all() {
        let mut world = Scenario::default();
        assert_eq!(world.get_all("places.*.abundance"), Ok(None));
        world.set_all("places.*.abundance", "0.5").expect("a value that it takes");
        assert_eq!(world.get("places.fringe.abundance"), Ok(Value::Number(0.5)));
        assert_eq!(world.get_all("places.*.abundance"), Ok(Some(Value::Number(0.5))));
        assert!(world.get_all("places.*.fine").is_err() && world.set_all("places.*.abundance", "2").is_err());
        // Levers of different kinds move together in no sensible way.
        assert!(world.get_all("citizens.*").is_err());
    }

    #[test]
    fn whole_numbers_and_words_are_equally_frequent() {
        let count = at("citizens.neighbourhood", Spread::Uniform { low: 2.0, high: 4.0 });
        assert_eq!([0.0, 0.33, 0.34, 0.66, 0.67, 1.0].map(count), [2.0, 2.0, 3.0, 3.0, 4.0, 4.0]);
        // Each level has the probability of what rounds to it, the ends too: by hand for 1 to 4.
        let shares = |spread: Spread| -> Vec<f64> {
            let count = at("citizens.neighbourhood", spread);
            let mut found = vec![0.0; 4];
            (0..40_000).for_each(|nth| found[count((f64::from(nth) + 0.5) / 40_000.0) as usize - 2] += 1.0 / 40_000.0);
            found
        };
        let same = |found: Vec<f64>, expected: [f64; 4]| {
            assert!(
                found.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-3),
                "{found:?}: {expected:?}"
            );
        };
        same(shares(Spread::Uniform { low: 2.0, high: 5.0 }), [0.25; 4]);
        // ln(2.5 / 1.5) of ln(5.5 / 1.5), and so on.
        let parts = [2.5 / 1.5, 3.5 / 2.5, 4.5 / 3.5, 5.5 / 4.5].map(|ratio| ln(ratio) / ln(5.5 / 1.5));
        same(shares(Spread::LogUniform { low: 2.0, high: 5.0 }), parts);
        // From 1.5 to 5.5 with the peak at 3: rises over 1.5, falls over 2.5, 2 / 4 high.
        let below = |x: f64| if x < 3.0 { (x - 1.5) * (x - 1.5) / 6.0 } else { 1.0 - (5.5 - x) * (5.5 - x) / 10.0 };
        same(
            shares(Spread::Triangular { low: 2.0, mode: 3.0, high: 5.0 }),
            [below(2.5), below(3.5) - below(2.5), below(4.5) - below(3.5), 1.0 - below(4.5)],
        );
        let cut = |x: f64| Normal::standard().cdf(x - 3.0);
        let of = |x: f64| (cut(x + 0.5) - cut(x - 0.5)) / (cut(5.5) - cut(1.5));
        same(shares(Spread::Normal { mean: 3.0, sd: 1.0, low: 2.0, high: 5.0 }), [2.0, 3.0, 4.0, 5.0].map(of));
        let words = ["valve", "neutral", "gateway"].map(Value::Word);
        let valve = factor("society.valve", Spread::Values(words.to_vec()));
        assert_eq!([0.0, 0.4, 1.0].map(|share| valve.at(share)), words);
        assert_eq!(Spread::LogUniform { low: 1.0, high: 100.0 }.steps(3)[0], 1.0);
        assert_eq!(Spread::Uniform { low: 0.0, high: 1.0 }.steps(5), [0.0, 0.25, 0.5, 0.75, 1.0]);
    }
}
