//! A sweep as a sample: its levers, and what the runs of each cell gave.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use contraband_lab::measure::given_data::Column;
use contraband_lab::measure::statistics::mean;
use contraband_sim::scenario::levers::closest_name;
use polars::prelude::{DataFrame, ParquetReader, SerReader};

use crate::error::StoreError;
use crate::measures::{numbers, words};
use crate::sweep::{Plan, SweepFolder};

/// A lever that a sweep moves, with its value in each cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
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
pub enum Design {
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
pub struct Measured {
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
    pub levers: Vec<Lever>,
    /// The design.
    pub design: Design,
    /// The cell of each row of the design.
    pub rows: Vec<usize>,
    /// Whether all cells were lived with the same seeds.
    pub shared_seeds: bool,
    /// The metrics.
    pub metrics: Vec<Measured>,
    /// Runs of the plan.
    pub planned: u64,
    /// Runs that are over and have values.
    pub done: u64,
    /// Runs that failed or took too long.
    pub failed: u64,
    /// Runs that a condition ended before their last day.
    pub stopped: u64,
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
    pub(crate) fn asked(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Asked { what: what.into(), help: help.into() }
    }
}

impl Sample {
    /// Reads `plan.json` and `runs.parquet` of a sweep folder.
    ///
    /// # Errors
    /// When they are not there or damaged.
    pub fn read(folder: &Path) -> Result<Self, Unanswered> {
        let sweep = SweepFolder::open(folder)?;
        let runs = folder.join("runs.parquet");
        let Ok(file) = File::open(&runs) else {
            let what = format!("{} holds no runs.parquet yet", folder.display());
            return Err(Unanswered::asked(what, format!("`contraband sweep merge {}` makes it", folder.display())));
        };
        let frame = ParquetReader::new(BufReader::new(file))
            .finish()
            .map_err(|error| StoreError::Damaged { path: runs.clone(), reason: error.to_string() })?;
        Self::of(sweep.plan(), &frame).map_err(|reason| StoreError::Damaged { path: runs, reason }.into())
    }

    fn of(plan: &Plan, frame: &DataFrame) -> Result<Self, String> {
        let present: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
        let needed =
            ["cell", "rep", "status"].into_iter().chain(plan.metrics.iter().map(|metric| metric.name.as_str()));
        if let Some(missing) = needed.into_iter().find(|name| !present.iter().any(|one| one == name)) {
            return Err(format!("it has no column `{missing}`"));
        }
        let levers = plan.factors.iter().enumerate().map(|(at, factor)| {
            let values = || plan.cells.iter().map(move |cell| &cell.values[at]);
            let values = if matches!(factor.shape.as_str(), "number" | "whole") {
                Column::Numbers(values().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect())
            } else {
                Column::Words(
                    values().map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into)).collect(),
                )
            };
            Lever { path: factor.path.clone(), label: factor.label.clone(), unit: factor.unit.clone(), values }
        });
        let levers: Vec<Lever> = levers.collect();
        let count = |name: &str| plan.design[name].as_u64().unwrap_or(0);
        let design = match plan.design["method"].as_str().unwrap_or("list") {
            "saltelli" => Design::Saltelli { points: count("points") as usize },
            "morris" => Design::Morris {
                trajectories: count("trajectories") as usize,
                levels: count("levels") as usize,
                seed: count("seed"),
            },
            other => Design::Other(other.into()),
        };
        let reps = plan.parts.iter().map(|part| part.reps.end).max().unwrap_or(0) as usize;
        let cells: Vec<usize> = numbers(frame, "cell").into_iter().map(|cell| cell as usize).collect();
        let rep: Vec<usize> = numbers(frame, "rep").into_iter().map(|rep| rep as usize).collect();
        let status = words(frame, "status");
        if [cells.len(), rep.len(), status.len()] != [frame.height(); 3] {
            return Err("its columns cell, rep or status are not of the types they should have".into());
        }
        if cells.iter().any(|&cell| cell >= plan.cells.len()) || rep.iter().any(|&rep| rep >= reps) {
            return Err("it holds runs that are not in plan.json".into());
        }
        let usable = |at: usize| matches!(status[at].as_str(), "ok" | "stopped");
        let metrics = plan.metrics.iter().map(|metric| {
            let mut runs = vec![vec![f64::NAN; reps]; plan.cells.len()];
            for (at, value) in numbers(frame, &metric.name).into_iter().enumerate() {
                if usable(at) {
                    runs[cells[at]][rep[at]] = value;
                }
            }
            Measured { name: metric.name.clone(), text: metric.metric.clone(), runs }
        });
        let of_status = |word: &[&str]| status.iter().filter(|status| word.contains(&status.as_str())).count() as u64;
        Ok(Self {
            name: plan.name.clone(),
            rows: if plan.rows.is_empty() { (0..plan.cells.len()).collect() } else { plan.rows.clone() },
            shared_seeds: plan.seeds == "shared",
            metrics: metrics.collect(),
            planned: plan.runs(),
            done: of_status(&["ok", "stopped"]),
            failed: of_status(&["failed", "timed_out"]),
            stopped: of_status(&["stopped"]),
            levers,
            design,
        })
    }

    /// The metric of this name.
    ///
    /// # Errors
    /// When the sweep has none, or no run of it has a value.
    pub fn metric(&self, name: &str) -> Result<&Measured, Unanswered> {
        let names = || self.metrics.iter().map(|metric| metric.name.as_str());
        let Some(found) = self.metrics.iter().find(|metric| metric.name == name) else {
            let what = format!("this sweep has no metric `{name}`");
            let all = names().collect::<Vec<_>>().join(", ");
            let help = closest_name(name, names())
                .map_or_else(|| format!("it has {all}"), |closest| format!("the closest is `{closest}`; it has {all}"));
            return Err(Unanswered::asked(what, help));
        };
        if found.runs.iter().flatten().all(|value| !value.is_finite()) {
            let (what, help) = if self.done == 0 {
                (format!("none of the {} runs has ended well", self.planned), "`contraband sweep status` tells more")
            } else {
                (
                    format!("no run has a value of `{name}`"),
                    "what it looks at may never have happened; see its definition in plan.json",
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
            told.push(format!("{left} of {} runs ({:.1} %) are not over yet", self.planned, share(left)));
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

impl Measured {
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
