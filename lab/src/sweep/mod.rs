//! Sweeps: a database of runs that grows until it is complete.
//!
//! A plan says which worlds are run with which seeds, and cuts the runs into shards. A run is written to the journal of
//! its shard as soon as it is over (see [`crate::batch`]). So whatever ends a process, on one machine or on many, the same
//! command goes on, nothing that is over is run again, and what is read from the journals does not know how it came about.

mod plan;
mod row;
mod shards;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use plan::{Plan, PlanFactor, PlanMetric, SweepCell, SweepFolder, Which, text_of};
pub use row::{DailyValues, RunStatus, SweptRun, run_one};
pub use shards::{ShardContents, Shards};

use crate::batch::{Journal, Runner};
use crate::error::StoreError;
use row::measure;

/// How far a sweep has come.
#[derive(Clone, Debug, Default)]
pub struct SweepProgress {
    /// Runs that there will be.
    pub all: u64,
    /// Runs that were over before.
    pub kept: u64,
    /// Runs that were run now.
    pub ran: u64,
    /// Runs that conditions ended, of all.
    pub stopped: u64,
    /// Runs that failed, of all: number, how, and what was said of the first few.
    pub failed: u64,
    /// The first failures.
    pub failures: Vec<(u64, RunStatus, String)>,
    /// The first metric so far: for each cell its sum and how many runs it is of.
    pub response: BTreeMap<usize, (f64, u64)>,
    /// Shards that another process is at.
    pub busy: Vec<usize>,
    /// Journals that were set aside, or copied, for what was wrong with them.
    pub damaged: Vec<(PathBuf, String)>,
}

/// Failures that are told one by one.
const TOLD: usize = 20;

impl SweepProgress {
    /// Counts the runs of a shard that were over before.
    fn keep(&mut self, plan: &Plan, found: &ShardContents) {
        self.kept += found.rows.len() as u64;
        found.rows.values().for_each(|row| self.take(plan, row));
    }

    fn take(&mut self, plan: &Plan, row: &SweptRun) {
        self.stopped += u64::from(row.status == RunStatus::Stopped);
        if row.status.is_failure() {
            self.failed += 1;
            if self.failures.len() < TOLD {
                self.failures.push((row.run, row.status, row.error.clone()));
            }
        }
        if let Some(value) = row.values.first().filter(|value| value.is_finite()) {
            let (sum, count) = self.response.entry(plan.which(row.run).cell).or_insert((0.0, 0));
            *sum += value;
            *count += 1;
        }
    }

    /// Runs that are over.
    pub const fn done(&self) -> u64 {
        self.kept + self.ran
    }

    /// Whether all runs are over.
    pub const fn is_complete(&self) -> bool {
        self.done() == self.all
    }

    /// The cells with the least and the greatest mean of the first metric, and these means.
    pub fn ends(&self) -> Option<[(usize, f64); 2]> {
        let mean = |(cell, (sum, count)): (&usize, &(f64, u64))| (*cell, sum / *count as f64);
        let by_mean = |one: &(usize, f64), other: &(usize, f64)| one.1.total_cmp(&other.1);
        let means = || self.response.iter().map(mean);
        Some([means().min_by(by_mean)?, means().max_by(by_mean)?])
    }
}

/// A shard whose runs are being run.
struct Open {
    journal: Journal,
    /// Runs that are not over.
    left: AtomicUsize,
}

/// A run, and the shard that it is written to.
struct Task {
    run: u64,
    shard: Arc<Open>,
}

/// The runs that are not over, shard by shard. A shard is opened when the last one has none left to begin.
struct Tasks<'t> {
    shards: &'t Shards<'t>,
    plan: &'t Plan,
    waiting: VecDeque<usize>,
    begun: VecDeque<Task>,
    progress: &'t Mutex<SweepProgress>,
}

impl Iterator for Tasks<'_> {
    type Item = Result<Task, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.begun.is_empty() {
            let shard = self.waiting.pop_front()?;
            if let Err(error) = self.begin(shard) {
                return Some(Err(error));
            }
        }
        self.begun.pop_front().map(Ok)
    }
}

impl Tasks<'_> {
    /// Opens a shard, unless another process is at it or has completed it.
    fn begin(&mut self, shard: usize) -> Result<(), StoreError> {
        let journal = match self.shards.open(shard) {
            Ok((journal, damaged)) => {
                let told = damaged.into_iter().map(|one| (one.path, "a record in it is not what was written".into()));
                held(self.progress).damaged.extend(told);
                journal
            }
            Err(StoreError::Busy { .. }) => {
                held(self.progress).busy.push(shard);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let found = self.shards.read(shard)?;
        held(self.progress).keep(self.plan, &found);
        let runs = self.plan.runs_of(shard);
        let left: Vec<u64> = runs.filter(|run| !found.rows.contains_key(run)).collect();
        let open = Arc::new(Open { journal, left: AtomicUsize::new(left.len()) });
        self.begun.extend(left.into_iter().map(|run| Task { run, shard: Arc::clone(&open) }));
        Ok(())
    }
}

fn held(progress: &Mutex<SweepProgress>) -> MutexGuard<'_, SweepProgress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the runs of some shards that are not over; `on_done` is told as each of them is.
///
/// # Errors
/// When a shard cannot be read or written.
pub fn run(
    folder: &SweepFolder,
    chosen: &[usize],
    runner: &Runner<'_>,
    on_done: &(dyn Fn(&SweepProgress) + Sync),
) -> Result<SweepProgress, StoreError> {
    let (shards, plan) = (Shards::of(folder)?, folder.plan());
    let length = |shard: usize| plan.runs_of(shard).count();
    let mut so_far =
        SweepProgress { all: chosen.iter().map(|&shard| length(shard) as u64).sum(), ..SweepProgress::default() };
    let mut waiting = VecDeque::new();
    for &shard in chosen {
        match shards.read(shard) {
            Ok(found) if found.is_whole() => so_far.keep(plan, &found),
            Ok(_) => waiting.push_back(shard),
            Err(error @ (StoreError::OtherBatch { .. } | StoreError::Damaged { .. })) => {
                so_far.damaged.extend(shards.set_aside(shard)?.map(|aside| (aside, error.to_string())));
                waiting.push_back(shard);
            }
            Err(error) => return Err(error),
        }
    }
    let progress = Mutex::new(so_far);
    let tasks = Tasks { shards: &shards, plan, waiting, begun: VecDeque::new(), progress: &progress };
    runner.within(plan.time_limit).each(
        tasks,
        |task, watch| {
            let scenario = Arc::new(folder.scenario(plan.which(task.run).cell)?);
            Ok(measure(folder, &scenario, task.run, watch)?)
        },
        |Task { run, shard }, outcome| {
            let row = SweptRun::of(run, folder.metrics().len(), outcome);
            shards.add(&shard.journal, &row, (runner.clock)())?;
            if shard.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                shard.journal.sync()?;
            }
            let mut progress = held(&progress);
            progress.ran += 1;
            progress.take(plan, &row);
            on_done(&progress);
            Ok(())
        },
    )?;
    let mut progress = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.failures.sort_by_key(|(run, ..)| *run);
    Ok(progress)
}

/// How far the shards of a folder are, as it lies there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Runs of the plan.
    pub runs: u64,
    /// Runs that are over.
    pub done: u64,
    /// Runs among them that failed or took too long.
    pub failed: u64,
    /// Shards that are not over, or damaged.
    pub missing: Vec<usize>,
    /// Shards that are damaged, with what is wrong.
    pub damaged: Vec<(usize, String)>,
}

/// Looks at all shards; nothing is changed.
///
/// # Errors
/// When the system refuses.
pub fn standing(folder: &SweepFolder) -> Result<Standing, StoreError> {
    let shards = Shards::of(folder)?;
    let mut found = Standing { runs: folder.plan().runs(), ..Standing::default() };
    for shard in 0..folder.plan().shards() {
        let damage = match shards.read(shard) {
            Ok(held) => {
                found.done += held.rows.len() as u64;
                found.failed += held.rows.values().filter(|row| row.status.is_failure()).count() as u64;
                if held.is_whole() {
                    continue;
                }
                held.damage()
            }
            Err(error @ (StoreError::OtherBatch { .. } | StoreError::Damaged { .. })) => Some(error.to_string()),
            Err(error) => return Err(error),
        };
        found.missing.push(shard);
        found.damaged.extend(damage.map(|reason| (shard, reason)));
    }
    Ok(found)
}

/// The row of a run, where it is over.
///
/// # Errors
/// When its shard is damaged, or the system refuses.
pub fn row_of(folder: &SweepFolder, run: u64) -> Result<Option<SweptRun>, StoreError> {
    Ok(Shards::of(folder)?.read(folder.plan().shard_of(run))?.rows.remove(&run))
}
