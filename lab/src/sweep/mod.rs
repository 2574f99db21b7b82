//! Sweeps: a database of runs that grows until it is complete.
//!
//! A plan says which worlds are run with which seeds, and cuts the runs into shards. A run is written to the journal of
//! its shard as soon as it is over (see [`crate::batch`]). So whatever ends a process, on one machine or on many, the same
//! command goes on, nothing that is over is run again, and what is read from the journals does not know how it came about.

mod folder;
mod memory;
mod plan;
mod row;
mod shards;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use folder::SweepFolder;
pub use memory::{memory_of_run, worlds_of_run};
pub use plan::{Plan, PlanFactor, PlanMetric, SweepCell, Which, text_of};
pub use row::{DailyValues, RunStatus, SweptRun, run_one};
pub use shards::{ShardContents, Shards};

use crate::batch::{Break, Journal, MemoryGate, RISKED, Runner, Watch};
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
    /// For each metric, runs that did not fail and have no value of it, of all.
    pub undefined: Vec<u64>,
    /// The first metric so far: for each cell its sum and how many runs it is of.
    pub response: BTreeMap<usize, (f64, u64)>,
    /// Numbers of the shards that another process is at, from 0.
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
        self.undefined.resize(row.values.len(), 0);
        if !row.status.is_failure() {
            let counts = self.undefined.iter_mut().zip(&row.values);
            counts.filter(|(_, value)| !value.is_finite()).for_each(|(count, _)| *count += 1);
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

/// What a sweep may use, and what of it is asked for again.
#[derive(Clone, Copy, Default)]
pub struct SweepTerms<'t> {
    /// Bytes that all runs together may hold, where that is known. A run that would need more is not begun, and says so.
    pub memory: Option<u64>,
    /// Runs that ended so are run again.
    pub again: &'t [RunStatus],
    /// Seconds that a run may take, instead of those of the plan. What a run finds does not depend on it.
    pub time_limit: Option<f64>,
    /// Runs one in a process of its own, which it may end without ending this one.
    pub alone: Option<&'t (dyn Fn(u64) -> Result<Alone, StoreError> + Sync)>,
}

/// What became of a run in a process of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Alone {
    /// It is over.
    Over(Box<SweptRun>),
    /// The process ended in the middle of it, with these words on how.
    Ended(String),
    /// It was told to end.
    Interrupted,
}

/// Begins what is said of a run that ended its process.
const ENDED: &str = "the process that ran it ended";

/// A shard whose runs are being run.
struct Open {
    journal: Journal,
}

/// A run, and the shard that it is written to.
#[derive(Clone)]
struct Task {
    run: u64,
    shard: Arc<Open>,
}

/// The runs that are not over, shard by shard. A shard is opened when the last one has none left to begin.
struct Tasks<'t> {
    shards: &'t Shards<'t>,
    plan: &'t Plan,
    again: &'t [RunStatus],
    waiting: VecDeque<usize>,
    begun: VecDeque<Task>,
    /// Runs in whose middle a process ended: they are run when all else is over, each by itself. With how many that were.
    suspects: &'t Mutex<Vec<(Task, u32)>>,
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
        let mut found = self.shards.read(shard)?;
        let asked = found.take_again(self.again);
        held(self.progress).keep(self.plan, &found);
        let open = Arc::new(Open { journal });
        for run in self.plan.runs_of(shard).filter(|run| !found.rows.contains_key(run)) {
            let task = Task { run, shard: Arc::clone(&open) };
            let was_fatal = asked.get(&run).is_some_and(|row| row.error.starts_with(ENDED));
            match open.journal.left().get(&run) {
                Some(&often) if !asked.contains_key(&run) => held(self.suspects).push((task, often)),
                _ if was_fatal => held(self.suspects).push((task, 0)),
                _ => self.begun.push_back(task),
            }
        }
        Ok(())
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the runs of some shards that are not over; `on_done` is told as each of them is.
///
/// # Errors
/// When another build made the folder, or a shard cannot be read or written.
pub fn run(
    folder: &SweepFolder,
    chosen: &[usize],
    runner: &Runner<'_>,
    terms: &SweepTerms<'_>,
    on_done: &(dyn Fn(&SweepProgress) + Sync),
) -> Result<SweepProgress, StoreError> {
    folder.must_be_own()?;
    let (shards, plan) = (Shards::of(folder)?, folder.plan());
    let length = |shard: usize| plan.runs_of(shard).count();
    let mut so_far =
        SweepProgress { all: chosen.iter().map(|&shard| length(shard) as u64).sum(), ..SweepProgress::default() };
    let mut waiting = VecDeque::new();
    for &shard in chosen {
        loop {
            match shards.read(shard) {
                Ok(found) if found.is_whole() && !found.has(terms.again) => so_far.keep(plan, &found),
                Ok(_) => waiting.push_back(shard),
                Err(error @ (StoreError::OtherBatch { .. } | StoreError::Damaged { .. })) => {
                    so_far.damaged.extend(shards.set_aside(shard)?.map(|aside| (aside, error.to_string())));
                    continue;
                }
                Err(error) => return Err(error),
            }
            break;
        }
    }
    let (progress, suspects) = (Mutex::new(so_far), Mutex::new(Vec::new()));
    let tasks = Tasks {
        shards: &shards,
        plan,
        again: terms.again,
        waiting,
        begun: VecDeque::new(),
        suspects: &suspects,
        progress: &progress,
    };
    let gate = MemoryGate::of(terms.memory);
    let runner = runner.within(terms.time_limit.or(plan.time_limit));
    let one = |task: &Task, watch: &Watch<'_>| -> Result<SweptRun, Break<StoreError>> {
        let scenario = Arc::new(folder.scenario(plan.which(task.run).cell)?);
        let need = memory_of_run(folder, &scenario);
        let _pass = match gate.enter(need, watch)? {
            Ok(pass) => pass,
            Err(refused) => return Ok(SweptRun::failed(task.run, folder.metrics().len(), refused)),
        };
        task.shard.journal.begin(task.run)?;
        Ok(measure(folder, &scenario, task.run, &watch.restarted())?)
    };
    let keep = |task: Task, row: &SweptRun| {
        shards.add(&task.shard.journal, row, (runner.clock)())?;
        // The last of its shard waits for the disk.
        if let Some(open) = Arc::into_inner(task.shard) {
            open.journal.sync()?;
        }
        let mut progress = held(&progress);
        progress.ran += 1;
        progress.take(plan, row);
        on_done(&progress);
        Ok(())
    };
    let whole = runner.each(tasks, one, |task, outcome| {
        let row = SweptRun::of(task.run, folder.metrics().len(), outcome);
        keep(task, &row)
    })?;
    if whole {
        for (task, often) in suspects.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let Some(row) = by_itself(folder, &task, often, &runner, terms, &one)? else { break };
            keep(task, &row)?;
        }
    }
    let mut progress = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.failures.sort_by_key(|(run, ..)| *run);
    Ok(progress)
}

/// Runs one run of a sweep.
type OneRun<'o> = dyn Fn(&Task, &Watch<'_>) -> Result<SweptRun, Break<StoreError>> + Sync + 'o;

/// Runs a run in whose middle so many processes ended, in a process of its own where one can be had; nothing where it was
/// interrupted.
fn by_itself(
    folder: &SweepFolder,
    task: &Task,
    often: u32,
    runner: &Runner<'_>,
    terms: &SweepTerms<'_>,
    one: &OneRun<'_>,
) -> Result<Option<SweptRun>, StoreError> {
    let failed = |said: String| Some(SweptRun::failed(task.run, folder.metrics().len(), said));
    if (runner.interrupted)() {
        return Ok(None);
    }
    if often >= RISKED {
        return Ok(failed(format!("{ENDED}, {often} times: it may need more memory than there is")));
    }
    let Some(alone) = terms.alone else {
        let row = Mutex::new(None);
        runner.each(
            [Ok(())],
            |(), watch| one(task, watch),
            |(), outcome| {
                *held(&row) = Some(SweptRun::of(task.run, folder.metrics().len(), outcome));
                Ok(())
            },
        )?;
        return Ok(row.into_inner().unwrap_or_else(PoisonError::into_inner));
    };
    task.shard.journal.begin(task.run)?;
    Ok(match alone(task.run)? {
        Alone::Over(row) => Some(*row),
        Alone::Interrupted => None,
        Alone::Ended(how) if often == 0 => {
            failed(format!("{ENDED} again: {how}; it may need more memory than there is"))
        }
        Alone::Ended(how) => failed(format!(
            "{ENDED} in the middle, and again when it was run alone: {how}; it may need more memory than there is"
        )),
    })
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
    /// Numbers of the shards that are not over, or damaged, from 0.
    pub missing: Vec<usize>,
    /// Numbers of the shards that are damaged, from 0, with what is wrong.
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
