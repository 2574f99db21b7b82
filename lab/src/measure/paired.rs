//! Claims about worlds: the same seeds in two or more of them, and the difference with its interval.
//!
//! Draws belong to who, when and what for, so two worlds with one seed differ by nothing but what was changed in one of
//! them. Chance that both share cancels in the difference: a dozen seeds say what would take hundreds of unpaired ones.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::measure::statistics::{half_width, mean, spread};
use crate::measure::{Metric, Recording};
use contraband_sim::scenario::Scenario;

/// What was measured in several worlds with the same seeds.
pub struct Measured {
    names: Vec<String>,
    /// By world, metric and seed.
    values: Vec<Vec<Vec<f64>>>,
}

/// Lives every world with seeds 1 to `seeds` and keeps of each run no more than its metrics.
///
/// # Panics
/// When a world is not sound (see [`Scenario::check`]).
pub fn measure(seeds: u64, worlds: &[Scenario], metrics: &[Metric]) -> Measured {
    let worlds: Vec<Arc<Scenario>> = worlds
        .iter()
        .map(|world| {
            world.check().unwrap_or_else(|conflicts| panic!("{}: {conflicts:?}", world.name));
            Arc::new(world.clone())
        })
        .collect();
    let runs = worlds.len() * seeds as usize;
    let values = Mutex::new(vec![vec![vec![f64::NAN; seeds as usize]; metrics.len()]; worlds.len()]);
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= runs {
                break;
            }
            let (seed, world) = (run / worlds.len(), run % worlds.len());
            let rows = Recording::of(&worlds[world], seed as u64 + 1);
            let found: Vec<f64> = metrics.iter().map(|metric| metric.read(&rows)).collect();
            drop(rows);
            let mut values = values.lock().expect("no other run failed");
            for (metric, value) in found.into_iter().enumerate() {
                values[world][metric][seed] = value;
            }
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(runs) {
            threads.spawn(work);
        }
    });
    let values = values.into_inner().expect("no run failed");
    Measured { names: metrics.iter().map(|metric| metric.name().to_owned()).collect(), values }
}

impl Measured {
    /// What was measured in one world, a value each seed.
    pub fn of(&self, world: usize, metric: usize) -> &[f64] {
        &self.values[world][metric]
    }

    /// What changed from one world to another.
    pub fn effect(&self, metric: usize, base: usize, arm: usize) -> Effect {
        Effect::between(&self.names[metric], self.of(base, metric), self.of(arm, metric))
    }
}

/// The paired difference of one metric between a base and an arm.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What was measured.
    pub name: String,
    /// Seeds.
    pub n: usize,
    /// Mean in the base.
    pub base: f64,
    /// Mean in the arm.
    pub arm: f64,
    /// Standard deviation of the paired differences.
    pub sd: f64,
    /// Interval of 95 % of the mean difference, from Student's t.
    pub interval: (f64, f64),
    /// Share of seeds whose difference has the sign of the mean.
    pub same_sign: f64,
    /// Variance of an unpaired difference over that of the paired one: how many times the seeds pairing was worth.
    pub variance_ratio: f64,
}

impl Effect {
    /// Of values in the same order of seeds.
    ///
    /// # Panics
    /// With fewer than two pairs.
    pub fn between(name: &str, base: &[f64], arm: &[f64]) -> Self {
        assert_eq!(base.len(), arm.len(), "pairs");
        let differences: Vec<f64> = base.iter().zip(arm).map(|(base, arm)| arm - base).collect();
        let (difference, sd) = (mean(&differences), spread(&differences));
        let half = half_width(&differences, 0.95);
        let same = differences.iter().filter(|&&one| one * difference > 0.0).count();
        let (own_base, own_arm) = (spread(base), spread(arm));
        Self {
            name: name.into(),
            n: base.len(),
            base: mean(base),
            arm: mean(arm),
            sd,
            interval: (difference - half, difference + half),
            same_sign: same as f64 / differences.len() as f64,
            variance_ratio: (own_base * own_base + own_arm * own_arm) / (sd * sd),
        }
    }

    /// The mean difference.
    pub fn difference(&self) -> f64 {
        self.arm - self.base
    }

    /// Whether the whole interval lies above zero.
    pub fn rises(&self) -> bool {
        self.interval.0 > 0.0
    }

    /// Whether the whole interval lies below zero.
    pub fn falls(&self) -> bool {
        self.interval.1 < 0.0
    }

    /// Whether the whole interval lies within `bound` of zero: too small to matter, as opposed to not seen.
    pub fn is_small(&self, bound: f64) -> bool {
        self.interval.0 > -bound && self.interval.1 < bound
    }

    /// A difference in per cent of the base.
    fn per_cent(&self, difference: f64) -> f64 {
        100.0 * difference / self.base.abs()
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval;
        if self.base.abs() > 1e-9 {
            let [mean, low, high] = [self.difference(), low, high].map(|one| self.per_cent(one));
            write!(f, "{}: {mean:+.1} % ({low:+.1} ... {high:+.1}), ", self.name)?;
        } else {
            write!(f, "{}: {:+.4} ({low:+.4} ... {high:+.4}), ", self.name, self.difference())?;
        }
        let same = 100.0 * self.same_sign;
        write!(f, "from {:.4} to {:.4} over {} seeds, {same:.0} % of one sign", self.base, self.arm, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Differences 1, 2 and 3: mean 2, spread 1, and t = 4.3027 at two degrees of freedom.
    #[test]
    fn an_effect_by_hand() {
        let effect = Effect::between("trade", &[10.0, 20.0, 30.0], &[11.0, 22.0, 33.0]);
        assert_eq!((effect.base, effect.arm, effect.difference(), effect.sd), (20.0, 22.0, 2.0, 1.0));
        let half = 4.3027 / 3f64.sqrt();
        assert!((effect.interval.0 - (2.0 - half)).abs() < 1e-4 && (effect.interval.1 - (2.0 + half)).abs() < 1e-4);
        assert!(!effect.rises() && !effect.falls() && effect.is_small(5.0) && !effect.is_small(4.0));
        // Spreads of 10 and 11 unpaired, of 1 paired.
        assert!((effect.variance_ratio - 221.0).abs() < 1e-9);
        assert_eq!(
            effect.to_string(),
            "trade: +10.0 % (-2.4 ... +22.4), from 20.0000 to 22.0000 over 3 seeds, 100 % of one sign"
        );
    }

    #[test]
    fn an_effect_with_a_gap_claims_nothing() {
        let effect = Effect::between("price", &[1.0, f64::NAN], &[2.0, 3.0]);
        assert!(!effect.rises() && !effect.falls() && !effect.is_small(1e9));
    }
}
