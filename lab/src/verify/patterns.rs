//! Patterns known of illicit markets, and what a scenario shows of them.
//!
//! Those in `scenarios/patterns/fitted.ron` were used to choose the values of the default world; whatever stands in
//! another file was not, and is held against it all the same. A pattern out of its band stays on the board as such: it is
//! a limit of the model that a reader should know.
//!
//! A pattern looks at one world, or at a world and a base, seed by seed. Each world is lived once for each seed, however
//! many patterns look at it.

use std::collections::{BTreeMap, BTreeSet};
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
    /// The seed of the first value; those of the others follow it.
    pub first_seed: u64,
    /// What each seed shows.
    pub values: Vec<f64>,
}

impl PatternResult {
    /// Who says so, and what else to know.
    pub fn source_and_note(&self) -> String {
        match self.pattern.note.as_str() {
            "" => self.pattern.source.clone(),
            note => format!("{}. {note}", self.pattern.source),
        }
    }

    /// The seeds, as they are told: the first and the last.
    pub fn seeds(&self) -> String {
        match self.values.len() as u64 {
            0 => "none".into(),
            1 => self.first_seed.to_string(),
            many => format!("{}-{}", self.first_seed, self.first_seed + many - 1),
        }
    }

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

/// The worlds that a pattern names.
#[derive(Clone, Debug)]
pub struct PatternWorlds {
    /// The one that should show it.
    pub scenario: Scenario,
    /// The one that `base.` stands for in its metric, if it names one; else it is the first without its timeline.
    pub base: Option<Scenario>,
}

impl From<Scenario> for PatternWorlds {
    fn from(scenario: Scenario) -> Self {
        Self { scenario, base: None }
    }
}

/// What patterns ask for: distinct worlds, and which of them each pattern looks at.
struct AskedWorlds {
    worlds: Vec<Arc<Scenario>>,
    /// For each pattern the number of its world, and that of its base, which is the same one where it compares nothing.
    looks_at: Vec<(usize, usize)>,
    /// Patterns that share worlds, directly or through others, in an order in which few worlds are held at once.
    groups: Vec<Vec<usize>>,
}

impl AskedWorlds {
    fn by(patterns: &[Pattern], named: &[PatternWorlds]) -> Self {
        let mut worlds: Vec<Arc<Scenario>> = Vec::new();
        let mut number = |scenario: Scenario| match worlds.iter().position(|known| **known == scenario) {
            Some(known) => known,
            None => {
                worlds.push(Arc::new(scenario));
                worlds.len() - 1
            }
        };
        let lasting = |scenario: &Scenario, pattern: &Pattern| Scenario {
            days: pattern.days.unwrap_or(scenario.days),
            ..scenario.clone()
        };
        let looks_at: Vec<(usize, usize)> = patterns
            .iter()
            .zip(named)
            .map(|(pattern, named)| {
                let this = lasting(&named.scenario, pattern);
                let base = match &named.base {
                    _ if !pattern.metric.compares() => None,
                    Some(base) => Some(lasting(base, pattern)),
                    None => Some(Scenario { timeline: Vec::new(), ..this.clone() }),
                };
                // The base is lived first: whatever differs from it by its timeline alone goes on from where it settled.
                let base = base.map(&mut number);
                let this = number(this);
                (this, base.unwrap_or(this))
            })
            .collect();
        // The first world that each world is bound to by some chain of patterns.
        let mut bound: Vec<usize> = (0..worlds.len()).collect();
        for &(this, base) in &looks_at {
            let (one, other) = (bound[this].min(bound[base]), bound[this].max(bound[base]));
            bound.iter_mut().filter(|to| **to == other).for_each(|to| *to = one);
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, &(this, _)) in looks_at.iter().enumerate() {
            groups.entry(bound[this]).or_default().push(at);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|&at| (looks_at[at].1, looks_at[at].0, at));
        }
        Self { worlds, looks_at, groups }
    }

    /// The patterns of a group that have a seed so far from the first.
    fn with_seed<'a>(&'a self, group: usize, seed: usize, patterns: &'a [Pattern]) -> impl Iterator<Item = usize> + 'a {
        self.groups[group].iter().copied().filter(move |&at| seed < patterns[at].seeds)
    }

    /// The worlds that these patterns look at, each once.
    fn worlds_of(&self, asks: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        asks.flat_map(|at| [self.looks_at[at].0, self.looks_at[at].1]).collect()
    }

    /// Every group with each of its seeds, counted from 0: the one with the most days first, so that no thread is left
    /// alone with it at the end.
    fn jobs(&self, patterns: &[Pattern]) -> Vec<(usize, usize)> {
        let mut jobs = Vec::new();
        for (group, asks) in self.groups.iter().enumerate() {
            let seeds = asks.iter().map(|&at| patterns[at].seeds).max().unwrap_or(0);
            jobs.extend((0..seeds).map(|seed| (group, seed)));
        }
        let days = |&(group, seed): &(usize, usize)| -> u64 {
            let worlds = self.worlds_of(self.with_seed(group, seed, patterns));
            worlds.into_iter().map(|world| u64::from(self.worlds[world].days)).sum()
        };
        jobs.sort_by_cached_key(|job| (std::cmp::Reverse(days(job)), *job));
        jobs
    }
}

/// How many runs it takes to measure patterns: each world that any of them looks at is lived once for each seed.
pub fn runs_of(patterns: &[Pattern], named: &[PatternWorlds]) -> usize {
    let asked = AskedWorlds::by(patterns, named);
    let jobs = asked.jobs(patterns).into_iter();
    jobs.map(|(group, seed)| asked.worlds_of(asked.with_seed(group, seed, patterns)).len()).sum()
}

/// Measures patterns: `named` are the worlds that they name, in the same order. `first` is the first of their seeds.
/// Progress is told run by run.
pub fn measure_patterns(
    patterns: Vec<Pattern>,
    named: &[PatternWorlds],
    first: u64,
    progress: &Workers<'_>,
) -> Vec<PatternResult> {
    let asked = AskedWorlds::by(&patterns, named);
    let jobs = asked.jobs(&patterns);
    let by_job = Workers { threads: progress.threads, on_done: &|| {} };
    let readings = spread_out(jobs.len(), &by_job, |job| {
        let (group, seed) = jobs[job];
        let asks: Vec<usize> = asked.with_seed(group, seed, &patterns).collect();
        let mut held: BTreeMap<usize, Recording> = BTreeMap::new();
        let mut found = Vec::new();
        for (nth, &at) in asks.iter().enumerate() {
            let (this, base) = asked.looks_at[at];
            for world in [base, this] {
                held.entry(world).or_insert_with(|| {
                    let lived = Recording::of(&asked.worlds[world], first + seed as u64);
                    (progress.on_done)();
                    lived
                });
            }
            found.push(((at, seed), patterns[at].metric.read(&held[&this], &held[&base])));
            // What nobody looks at any more is let go: a recording takes tens of megabytes.
            let later = asked.worlds_of(asks[nth + 1..].iter().copied());
            held.retain(|world, _| later.contains(world));
        }
        found
    });
    let values: BTreeMap<(usize, usize), f64> = readings.into_iter().flatten().collect();
    let found = |(at, pattern): (usize, Pattern)| PatternResult {
        values: (0..pattern.seeds).map(|seed| values[&(at, seed)]).collect(),
        first_seed: first,
        pattern,
    };
    patterns.into_iter().enumerate().map(found).collect()
}
