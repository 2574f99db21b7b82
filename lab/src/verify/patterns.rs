//! Patterns known of illicit markets, and what a scenario shows of them.
//!
//! Those in `scenarios/patterns/fitted.ron` were used to choose the values of the default world; whatever stands in
//! another file was not, and is held against it all the same. A pattern out of its band stays on the board as such: it is
//! a limit of the model that a reader should know.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::files::patterns::Pattern;
use crate::measure::Recording;
use crate::measure::statistics::{half_width, median};
use crate::verify::{Workers, spread_out};
use contraband_sim::scenario::Scenario;

/// A pattern, and what was found.
#[derive(Clone, Debug)]
pub struct PatternResult {
    /// What should be seen.
    pub pattern: Pattern,
    /// What each seed shows.
    pub values: Vec<f64>,
}

impl PatternResult {
    /// The median of the seeds that show anything; NaN where none does.
    pub fn middle(&self) -> f64 {
        median(&self.values)
    }

    /// Interval of 95 % of the mean, from Student's t; NaN where a seed shows nothing.
    pub fn interval(&self) -> (f64, f64) {
        let mean = crate::measure::statistics::mean(&self.values);
        let half = half_width(&self.values, 0.95);
        (mean - half, mean + half)
    }

    /// Whether the median lies in the band.
    pub fn in_band(&self) -> bool {
        (self.pattern.band.0..=self.pattern.band.1).contains(&self.middle())
    }
}

/// A world that patterns ask for.
struct PatternWorld {
    scenario: Arc<Scenario>,
    base: Arc<Scenario>,
    /// Whether it is compared with itself without its timeline.
    compared: bool,
    asked_by: Vec<usize>,
    seeds: usize,
}

/// The worlds that patterns ask for: one that several of them ask for is lived once for each seed.
fn worlds_of(patterns: &[Pattern], scenarios: &[Scenario]) -> Vec<PatternWorld> {
    let mut worlds: Vec<PatternWorld> = Vec::new();
    for (at, (pattern, scenario)) in patterns.iter().zip(scenarios).enumerate() {
        let scenario = Scenario { days: pattern.days.unwrap_or(scenario.days), ..scenario.clone() };
        let world = match worlds.iter().position(|world| *world.scenario == scenario) {
            Some(known) => &mut worlds[known],
            None => {
                let base = Arc::new(Scenario { timeline: Vec::new(), ..scenario.clone() });
                let scenario = Arc::new(scenario);
                worlds.push(PatternWorld { scenario, base, compared: false, asked_by: Vec::new(), seeds: 0 });
                worlds.last_mut().expect("it was just made")
            }
        };
        world.asked_by.push(at);
        world.compared |= pattern.metric.compares();
        world.seeds = world.seeds.max(pattern.seeds);
    }
    worlds
}

/// How many runs it takes to measure patterns.
pub fn runs_of(patterns: &[Pattern], scenarios: &[Scenario]) -> usize {
    worlds_of(patterns, scenarios).iter().map(|world| world.seeds).sum()
}

/// Measures patterns: `scenarios` are those that they name, in the same order. `first` is the first of their seeds.
pub fn measure_patterns(
    patterns: Vec<Pattern>,
    scenarios: &[Scenario],
    first: u64,
    progress: &Workers<'_>,
) -> Vec<PatternResult> {
    let worlds = worlds_of(&patterns, scenarios);
    let mut runs: Vec<(usize, usize)> =
        worlds.iter().enumerate().flat_map(|(at, world)| (0..world.seeds).map(move |seed| (at, seed))).collect();
    // The longest first, so that no thread is left alone with one at the end.
    runs.sort_by_key(|&(at, seed)| (std::cmp::Reverse(worlds[at].scenario.days), at, seed));
    let readings = spread_out(runs.len(), progress, |run| {
        let (at, seed) = runs[run];
        let world = &worlds[at];
        let this = Recording::of(&world.scenario, first + seed as u64);
        let base = world.compared.then(|| Recording::of(&world.base, first + seed as u64));
        let base = base.as_ref().unwrap_or(&this);
        let asking = world.asked_by.iter().filter(|&&asks| seed < patterns[asks].seeds);
        asking.map(|&asks| ((asks, seed), patterns[asks].metric.read(&this, base))).collect::<Vec<_>>()
    });
    let values: BTreeMap<(usize, usize), f64> = readings.into_iter().flatten().collect();
    let found = |(at, pattern): (usize, Pattern)| PatternResult {
        values: (0..pattern.seeds).map(|seed| values[&(at, seed)]).collect(),
        pattern,
    };
    patterns.into_iter().enumerate().map(found).collect()
}
