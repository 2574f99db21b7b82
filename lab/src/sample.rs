//! A sweep as a sample: its levers, and what the runs of each cell gave.

use crate::measure::given_data::Column;
use crate::measure::statistics::mean;
use contraband_sim::scenario::levers::closest_name;

use crate::error::StoreError;

/// A lever that a sweep moves, with its value in each cell.
#[derive(Clone, Debug, PartialEq)]
pub struct SweptLever {
    /// Its path.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// Unit in words.
    pub unit: String,
    /// Its value by cell.
    pub values: Column,
}

/// How the points of a sweep were chosen, as far as it matters for reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SampleDesign {
    /// Two samples and the ways between them.
    Saltelli {
        /// Base points.
        points: usize,
    },
    /// Paths on which one lever after the other moves.
    Morris {
        /// Paths.
        trajectories: usize,
        /// Levels of each lever.
        levels: usize,
        /// Seed of the design.
        seed: u64,
    },
    /// For nothing in particular: its word.
    Other(String),
}

/// Something measured, by cell and repetition.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledMetric {
    /// Its name.
    pub name: String,
    /// What was read off each run.
    pub text: String,
    /// Values by cell and repetition; NaN where a run is missing, failed, or has none.
    pub runs: Vec<Vec<f64>>,
}

/// What a sweep found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Name of the sweep.
    pub name: String,
    /// The levers.
    pub levers: Vec<SweptLever>,
    /// The design.
    pub design: SampleDesign,
    /// The cell of each row of the design, from 0.
    pub rows: Vec<usize>,
    /// Whether all cells were lived with the same seeds.
    pub shared_seeds: bool,
    /// The metrics.
    pub metrics: Vec<SampledMetric>,
    /// Runs of the plan.
    pub planned: u64,
    /// Runs that are over and have values.
    pub done: u64,
    /// Runs that failed or took too long.
    pub failed: u64,
    /// Runs that a condition ended before their last day.
    pub stopped: u64,
    /// What the sweep varies in vain or less than fully, a sentence each.
    pub notes: Vec<String>,
}

/// Why a question about a sweep has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The folder cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The question does not fit the sweep.
    #[error("{what}")]
    Asked {
        /// What is wrong.
        what: String,
        /// What is allowed, or what to try.
        help: String,
    },
}

impl Unanswered {
    /// A question that does not fit the sweep: what is wrong, and what to try.
    pub fn asked(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Asked { what: what.into(), help: help.into() }
    }
}

impl Sample {
    /// The metric of this name.
    ///
    /// # Errors
    /// When the sweep has none, or no run of it has a value.
    pub fn metric(&self, name: &str) -> Result<&SampledMetric, Unanswered> {
        let names = || self.metrics.iter().map(|metric| metric.name.as_str());
        let Some(found) = self.metrics.iter().find(|metric| metric.name == name) else {
            let what = format!("this sweep has no metric `{name}`");
            let all = names().collect::<Vec<_>>().join(", ");
            let help = closest_name(name, names()).map_or_else(
                || format!("its metrics are {all}"),
                |closest| {
                    format!(
                        "the closest is `{closest}`; its metrics \
                                                                            are {all}"
                    )
                },
            );
            return Err(Unanswered::asked(what, help));
        };
        if found.runs.iter().flatten().all(|value| !value.is_finite()) {
            let (what, help) = if self.done == 0 {
                (format!("none of the {} runs ended well", self.planned), "`contraband sweep status` says why")
            } else {
                (
                    format!("no run has a value for `{name}`"),
                    "what it measures may never have happened; see its definition in plan.json",
                )
            };
            return Err(Unanswered::asked(what, help));
        }
        Ok(found)
    }

    /// What of the plan is missing, in words, if anything is.
    pub fn missing(&self) -> Option<String> {
        let left = self.planned.saturating_sub(self.done + self.failed);
        let share = |runs: u64| 100.0 * runs as f64 / self.planned as f64;
        let mut told = Vec::new();
        if left > 0 {
            told.push(format!("{left} of {} runs ({:.1} %) are not done yet", self.planned, share(left)));
        }
        if self.failed > 0 {
            let are = if self.failed == 1 { "is" } else { "are" };
            told.push(format!(
                "{} of {} runs ({:.1} %) failed and {are} left out",
                self.failed,
                self.planned,
                share(self.failed)
            ));
        }
        (!told.is_empty()).then(|| told.join("; "))
    }
}

impl SampledMetric {
    /// The mean of each cell over its repetitions; NaN where none has a value. With shared seeds, a cell that lacks some is
    /// compared with the others by the seeds that it has.
    pub fn cells(&self, shared_seeds: bool) -> Vec<f64> {
        let finite =
            |values: &mut dyn Iterator<Item = f64>| mean(&values.filter(|value| value.is_finite()).collect::<Vec<_>>());
        let reps = self.runs.first().map_or(0, Vec::len);
        let by_seed: Vec<f64> = (0..reps).map(|rep| finite(&mut self.runs.iter().map(|runs| runs[rep]))).collect();
        let usual = finite(&mut by_seed.iter().copied());
        let of_cell = |runs: &Vec<f64>| {
            if !shared_seeds || runs.iter().all(|value| value.is_finite()) {
                return finite(&mut runs.iter().copied());
            }
            usual + finite(&mut runs.iter().zip(&by_seed).map(|(value, seed)| value - seed))
        };
        self.runs.iter().map(of_cell).collect()
    }
}
