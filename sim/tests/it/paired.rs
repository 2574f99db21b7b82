//! The harness for claims about the model: the same seeds in two or more worlds, and the difference with its interval.
//!
//! Draws belong to who, when and what for, so two worlds with one seed differ by nothing but what was changed in one of
//! them. Chance that both share cancels in the difference: a dozen seeds say what would take hundreds of unpaired ones.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contraband_sim::record::tables::{Batch, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::{Entry, Format, LIBRARY, Scenario, read};
use contraband_sim::units::Value;

/// A scenario of the library, with so many citizens and days, so that the test has an answer soon.
pub fn question(name: &str, citizens: u32, days: u32) -> Scenario {
    let file = LIBRARY.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no scenario `{name}`"));
    let mut scenario = read(file.text, Format::Ron).unwrap_or_else(|complaints| panic!("{name}: {complaints:#?}"));
    scenario.days = days;
    with(scenario, &[("citizens.count", &citizens.to_string())])
}

/// The same scenario, where nothing of its timeline happens: what it is to be compared with.
pub fn without_timeline(scenario: &Scenario) -> Scenario {
    Scenario { timeline: Vec::new(), ..scenario.clone() }
}

/// The same scenario with levers set from the start.
pub fn with(mut scenario: Scenario, set: &[(&str, &str)]) -> Scenario {
    for (path, value) in set {
        scenario.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    scenario
}

/// The same scenario with levers that change on a day, for all places, until a day or for ever.
pub fn from_day(mut scenario: Scenario, day: u32, until: Option<u32>, set: &[(&str, &str)]) -> Scenario {
    let then = with(scenario.clone(), set);
    let set = set.iter().map(|&(path, _)| (path.to_owned(), then.get(path).expect("it was set"))).collect();
    scenario.timeline.push(Entry { day, until, ramp: 0, places: Vec::new(), set, label: String::new() });
    scenario
}

/// The value of a lever that is a number.
pub fn number(scenario: &Scenario, path: &str) -> f64 {
    match scenario.get(path) {
        Ok(Value::Number(value)) => value,
        other => panic!("{path} is no number: {other:?}"),
    }
}

/// All rows of one run.
pub struct Recording(Vec<Batch>);

impl Recording {
    /// Lives a scenario to its end.
    pub fn of(scenario: &Arc<Scenario>, seed: u64) -> Self {
        let mut run = Run::new(Arc::clone(scenario), seed, 1);
        for _ in 0..scenario.days {
            run.step();
        }
        Self(run.finish())
    }

    fn column(&self, table: &str, name: &str) -> Option<&Values> {
        let batch = self.0.iter().find(|batch| batch.table.name == table)?;
        let at = batch.table.columns.iter().position(|about| about.name == name);
        Some(&batch.columns[at.unwrap_or_else(|| panic!("table `{table}` has no column `{name}`"))])
    }

    /// A column of numbers, a value each row.
    pub fn numbers(&self, table: &str, name: &str) -> Vec<f64> {
        match self.column(table, name) {
            None => Vec::new(),
            Some(Values::Int(values)) => values.iter().map(|&value| value as f64).collect(),
            Some(Values::Float(values)) => values.clone(),
            Some(Values::Text(_)) => panic!("`{table}.{name}` holds words"),
        }
    }

    /// A column of words.
    pub fn words(&self, table: &str, name: &str) -> Vec<&str> {
        match self.column(table, name) {
            None => Vec::new(),
            Some(Values::Text(values)) => values.iter().map(AsRef::as_ref).collect(),
            Some(_) => panic!("`{table}.{name}` holds numbers"),
        }
    }
}

/// What is done with the rows that were chosen. Rows that say NaN have nothing to say and are left out.
#[derive(Clone, Copy, Debug)]
enum How {
    Mean,
    Sum,
    Last,
}

/// One number read off a recording: some rows of a column, brought together.
#[derive(Clone, Debug)]
pub struct Figure {
    table: &'static str,
    column: &'static str,
    how: How,
    days: RangeInclusive<u32>,
    only: Vec<(&'static str, Vec<&'static str>, bool)>,
}

const ALL_DAYS: RangeInclusive<u32> = 0..=u32::MAX;

/// The mean of a column.
pub const fn mean(table: &'static str, column: &'static str) -> Figure {
    Figure { table, column, how: How::Mean, days: ALL_DAYS, only: Vec::new() }
}

/// The sum of a column.
pub const fn sum(table: &'static str, column: &'static str) -> Figure {
    Figure { table, column, how: How::Sum, days: ALL_DAYS, only: Vec::new() }
}

/// The mean of a column over the rows of the last day.
pub const fn last(table: &'static str, column: &'static str) -> Figure {
    Figure { table, column, how: How::Last, days: ALL_DAYS, only: Vec::new() }
}

impl Figure {
    /// On these days only.
    pub fn days(mut self, days: RangeInclusive<u32>) -> Self {
        self.days = days;
        self
    }

    /// Only rows where `key` is one of these words.
    pub fn of(mut self, key: &'static str, words: &[&'static str]) -> Self {
        self.only.push((key, words.to_vec(), true));
        self
    }

    /// Only rows where `key` is none of these words.
    pub fn but(mut self, key: &'static str, words: &[&'static str]) -> Self {
        self.only.push((key, words.to_vec(), false));
        self
    }

    /// Reads it off.
    pub fn read(&self, rows: &Recording) -> f64 {
        let values = rows.numbers(self.table, self.column);
        let dated = self.table != "citizens";
        let days = if dated { rows.numbers(self.table, "day") } else { vec![0.0; values.len()] };
        let keys: Vec<(Vec<&str>, &[&str], bool)> = self
            .only
            .iter()
            .map(|(key, words, wanted)| (rows.words(self.table, key), words.as_slice(), *wanted))
            .collect();
        let chosen = (0..values.len()).filter(|&row| {
            !values[row].is_nan()
                && (!dated || self.days.contains(&(days[row] as u32)))
                && keys.iter().all(|(column, words, wanted)| words.contains(&column[row]) == *wanted)
        });
        let mut chosen: Vec<usize> = chosen.collect();
        if let (How::Last, Some(&end)) = (self.how, chosen.last()) {
            chosen.retain(|&row| days[row] == days[end]);
        }
        let total: f64 = chosen.iter().map(|&row| values[row]).sum();
        match self.how {
            How::Sum => total,
            How::Mean | How::Last if chosen.is_empty() => f64::NAN,
            How::Mean | How::Last => total / chosen.len() as f64,
        }
    }

    /// The figure under the name that its effect is told by.
    pub fn named(self, name: &str) -> Metric {
        Metric::new(name, move |rows| self.read(rows))
    }
}

/// Something measured in a run, with the name that a reader sees.
pub struct Metric {
    name: String,
    read: Box<dyn Fn(&Recording) -> f64 + Send + Sync>,
}

impl Metric {
    /// Any function of the recording.
    pub fn new(name: &str, read: impl Fn(&Recording) -> f64 + Send + Sync + 'static) -> Self {
        Self { name: name.into(), read: Box::new(read) }
    }
}

/// What was measured in several worlds with the same seeds.
pub struct Measured {
    names: Vec<String>,
    /// By world, metric and seed.
    values: Vec<Vec<Vec<f64>>>,
}

/// Lives every world with seeds 1 to `seeds` and keeps of each run no more than its metrics.
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
            let found: Vec<f64> = metrics.iter().map(|metric| (metric.read)(&rows)).collect();
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
    Measured { names: metrics.iter().map(|metric| metric.name.clone()).collect(), values }
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
    pub fn between(name: &str, base: &[f64], arm: &[f64]) -> Self {
        assert_eq!(base.len(), arm.len(), "pairs");
        let differences: Vec<f64> = base.iter().zip(arm).map(|(base, arm)| arm - base).collect();
        let (difference, sd) = moments(&differences);
        let half = t_975(differences.len() - 1) * sd / (differences.len() as f64).sqrt();
        let same = differences.iter().filter(|&&one| one * difference > 0.0).count();
        let (own_base, own_arm) = (moments(base), moments(arm));
        Self {
            name: name.into(),
            n: base.len(),
            base: own_base.0,
            arm: own_arm.0,
            sd,
            interval: (difference - half, difference + half),
            same_sign: same as f64 / differences.len() as f64,
            variance_ratio: (own_base.1 * own_base.1 + own_arm.1 * own_arm.1) / (sd * sd),
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

/// Mean and standard deviation (of a sample).
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

/// The median; NaN where there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// Student's t for an interval of 95 %, at so many degrees of freedom; beyond thirty the value for thirty, which is wider.
pub fn t_975(freedom: usize) -> f64 {
    const T: [f64; 30] = [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604,
        2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518,
        2.0484, 2.0452, 2.0423,
    ];
    assert!(freedom > 0, "a spread needs two seeds");
    T[freedom.min(30) - 1]
}

/// Wilson's interval of 95 % for a probability of which `hits` of `n` were seen.
pub fn wilson(hits: usize, n: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    let (n, share) = (n as f64, hits as f64 / n as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    ((middle - half) / whole, (middle + half) / whole)
}

mod tests {
    use super::*;

    /// Differences 1, 2 and 3: mean 2, spread 1, and t = 4.3027 at two degrees of freedom.
    #[test]
    fn an_effect_by_hand() {
        let effect = Effect::between("trade", &[10.0, 20.0, 30.0], &[11.0, 22.0, 33.0]);
        assert_eq!((effect.base, effect.arm, effect.difference(), effect.sd), (20.0, 22.0, 2.0, 1.0));
        let half = 4.3027 / 3f64.sqrt();
        assert!((effect.interval.0 - (2.0 - half)).abs() < 1e-12 && (effect.interval.1 - (2.0 + half)).abs() < 1e-12);
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

    /// Five of ten: 0.2366 to 0.7634; none of ten: at most 0.2775.
    #[test]
    fn wilson_by_hand() {
        let (low, high) = wilson(5, 10);
        assert!((low - 0.2366).abs() < 1e-4 && (high - 0.7634).abs() < 1e-4);
        let (low, high) = wilson(0, 10);
        assert!(low.abs() < 1e-12 && (high - 0.2775).abs() < 1e-4);
    }

    #[test]
    fn medians_by_hand() {
        assert_eq!(median(&[3.0, 1.0, f64::NAN, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    /// Both tell the same trade: all goods together, and one by one.
    #[test]
    fn figures_choose_rows_by_word_and_by_day() {
        let rows = Recording::of(&Arc::new(question("first_market", 300, 30)), 1);
        let days = 11..=20;
        let all = sum("days", "trades").days(days.clone()).read(&rows);
        let one = sum("goods", "trades").days(days.clone()).of("good", &["privacy"]).read(&rows);
        let rest = sum("goods", "trades").days(days).but("good", &["privacy"]).read(&rows);
        assert!(one > 0.0 && one + rest == all);
        assert_eq!(last("days", "day").read(&rows), 30.0);
        assert_eq!(mean("days", "day").days(11..=20).read(&rows), 15.5);
        assert!(mean("days", "day").days(40..=50).read(&rows).is_nan());
    }

    #[test]
    fn a_world_compared_with_itself_shows_no_difference() {
        let world = question("first_market", 300, 20);
        let measured = measure(3, &[world.clone(), world], &[sum("days", "trades").named("trade")]);
        let effect = measured.effect(0, 0, 1);
        assert_eq!((effect.difference(), effect.sd), (0.0, 0.0));
        assert_ne!(measured.of(0, 0)[0], measured.of(0, 0)[1]);
    }
}
