//! Sweeps: a database of runs that grows until it is complete.
//!
//! A plan says which worlds are lived with which seeds, and cuts the runs into shards. A run is written to the journal of
//! its shard as soon as it is over, and a shard whose runs are all over becomes a file for good. So whatever ends a
//! process, on one machine or on many, the same command goes on, nothing that is over is lived again, and the merged table
//! does not know how it came about.

mod findings;
mod journal;
mod page;
mod pictures;
mod plan;
mod row;
mod tables;

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

pub use findings::{Findings, Stats};
pub use page::write as report;
pub use plan::{Plan, SweepFolder, Which};
pub use row::{Row, Status, live};
pub use tables::Shards;

use crate::error::StoreError;
use crate::store::{Turn, sync_folder};
use journal::Journal;

/// How a sweep is lived.
pub struct How<'h> {
    /// Runs at once; they change speed only.
    pub threads: usize,
    /// Seconds since whenever.
    pub clock: &'h (dyn Fn() -> f64 + Sync),
    /// Called as each run is over.
    pub on_done: &'h (dyn Fn(&Progress) + Sync),
    /// Whether to end.
    pub ended: &'h (dyn Fn() -> bool + Sync),
}

/// How far a sweep has come.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Runs that there will be.
    pub all: u64,
    /// Runs that were over before.
    pub kept: u64,
    /// Runs lived now.
    pub lived: u64,
    /// Runs that conditions ended, of all.
    pub stopped: u64,
    /// Runs that failed, of all: number, how, and what was said of the first few.
    pub failed: u64,
    /// The first failures.
    pub failures: Vec<(u64, Status, String)>,
    /// The first metric so far: for each cell its sum and how many runs it is of.
    pub response: BTreeMap<usize, (f64, u64)>,
    /// Shards that another process is at.
    pub busy: Vec<usize>,
    /// Damaged shards that were set aside, with what was wrong.
    pub damaged: Vec<(PathBuf, String)>,
}

/// Before the name of a folder in which merged tables are written.
const DRAFT: &str = ".merged-";
/// Failures that are told one by one.
const TOLD: usize = 20;

impl Progress {
    fn take(&mut self, plan: &Plan, row: &Row) {
        self.stopped += u64::from(row.status == Status::Stopped);
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
        self.kept + self.lived
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

/// A shard whose runs are being lived.
struct Open {
    shard: usize,
    /// Runs that are not over.
    left: VecDeque<u64>,
    written: Arc<Mutex<Written>>,
}

/// What of a shard is over.
struct Written {
    journal: Option<Journal>,
    rows: BTreeMap<u64, Row>,
    whole: usize,
}

struct State {
    waiting: VecDeque<usize>,
    open: Option<Open>,
    progress: Progress,
    trouble: Option<StoreError>,
}

/// Lives the runs of some shards that are not over.
///
/// # Errors
/// When a shard cannot be read or written.
pub fn run(folder: &SweepFolder, chosen: &[usize], how: &How<'_>) -> Result<Progress, StoreError> {
    let shards = Shards::of(folder)?;
    let plan = folder.plan();
    let length = |shard: usize| plan.runs_of(shard).count();
    let mut progress = Progress { all: chosen.iter().map(|&shard| length(shard) as u64).sum(), ..Progress::default() };
    let mut waiting = VecDeque::new();
    for &shard in chosen {
        match shards.read(shard) {
            Ok(Some(rows)) => {
                shards.tidy(shard)?;
                progress.kept += rows.len() as u64;
                for row in &rows {
                    progress.take(plan, row);
                }
            }
            Ok(None) => waiting.push_back(shard),
            Err(StoreError::Damaged { reason, .. }) => {
                progress.damaged.push((shards.set_aside(shard)?, reason));
                waiting.push_back(shard);
            }
            Err(error) => return Err(error),
        }
    }
    let state = Mutex::new(State { waiting, open: None, progress, trouble: None });
    let held = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        loop {
            let next = {
                let mut state = held();
                if state.trouble.is_some() || (how.ended)() {
                    break;
                }
                next(&mut state, &shards, plan)
            };
            let (shard, run, written) = match next {
                Ok(Some(found)) => found,
                Ok(None) => break,
                Err(error) => {
                    held().trouble.get_or_insert(error);
                    break;
                }
            };
            let scenario = folder.scenario(plan.which(run).cell).map(Arc::new);
            let lived = scenario.map(|scenario| live(folder, &scenario, run, how.clock, how.ended));
            let row = match lived {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    held().trouble.get_or_insert(error);
                    break;
                }
            };
            if let Err(error) = keep(&shards, shard, &written, row.clone(), (how.clock)()) {
                held().trouble.get_or_insert(error);
                break;
            }
            let mut state = held();
            state.progress.lived += 1;
            state.progress.take(plan, &row);
            (how.on_done)(&state.progress);
        }
    };
    std::thread::scope(|threads| {
        for _ in 1..how.threads {
            threads.spawn(work);
        }
        work();
    });
    let State { mut progress, trouble, .. } = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.failures.sort_by_key(|(run, ..)| *run);
    trouble.map_or(Ok(progress), Err)
}

type Task = (usize, u64, Arc<Mutex<Written>>);

/// The next run to live; opens the next shard where the last one has none left.
fn next(state: &mut State, shards: &Shards<'_>, plan: &Plan) -> Result<Option<Task>, StoreError> {
    loop {
        if let Some(open) = &mut state.open
            && let Some(run) = open.left.pop_front()
        {
            return Ok(Some((open.shard, run, Arc::clone(&open.written))));
        }
        let Some(shard) = state.waiting.pop_front() else { return Ok(None) };
        let (journal, found) = match shards.journal(shard) {
            Ok(opened) => opened,
            Err(StoreError::Busy { .. }) => {
                state.progress.busy.push(shard);
                continue;
            }
            Err(error) => return Err(error),
        };
        // Another process may have been at it until now.
        if let Some(rows) = shards.read(shard)? {
            journal.remove()?;
            state.progress.kept += rows.len() as u64;
            for row in &rows {
                state.progress.take(plan, row);
            }
            continue;
        }
        let runs = plan.runs_of(shard);
        let whole = runs.clone().count();
        let rows: BTreeMap<u64, Row> =
            found.into_iter().filter(|row| runs.contains(&row.run)).map(|row| (row.run, row)).collect();
        state.progress.kept += rows.len() as u64;
        for row in rows.values() {
            state.progress.take(plan, row);
        }
        let left: VecDeque<u64> = runs.filter(|run| !rows.contains_key(run)).collect();
        let mut written = Written { journal: Some(journal), rows, whole };
        if left.is_empty() {
            fold(shards, shard, &mut written)?;
            continue;
        }
        state.open = Some(Open { shard, left, written: Arc::new(Mutex::new(written)) });
    }
}

/// Keeps a run that is over, and the shard when it was the last.
fn keep(shards: &Shards<'_>, shard: usize, written: &Mutex<Written>, row: Row, now: f64) -> Result<(), StoreError> {
    let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(journal) = &mut written.journal {
        journal.add(&row, now)?;
    }
    written.rows.insert(row.run, row);
    if written.rows.len() == written.whole { fold(shards, shard, &mut written) } else { Ok(()) }
}

/// Makes a shard a file for good.
fn fold(shards: &Shards<'_>, shard: usize, written: &mut Written) -> Result<(), StoreError> {
    shards.write(shard, written.rows.values())?;
    written.rows.clear();
    written.journal.take().map_or(Ok(()), Journal::remove)
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
        match shards.read_so_far(shard) {
            Ok((rows, over)) => {
                found.done += rows.len() as u64;
                found.failed += rows.iter().filter(|row| row.status.is_failure()).count() as u64;
                if !over {
                    found.missing.push(shard);
                }
            }
            Err(StoreError::Damaged { reason, .. }) => {
                found.missing.push(shard);
                found.damaged.push((shard, reason));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Writes `runs.parquet`, `failures.parquet`, and `series.parquet` where the sweep asks for series: of all runs that are
/// over. The same runs give the same bytes. `csv` writes text beside them.
///
/// # Errors
/// When a shard is damaged, or the system refuses.
pub fn merge(folder: &SweepFolder, csv: bool) -> Result<(), StoreError> {
    let shards = Shards::of(folder)?;
    let _turn = Turn::at(folder.path());
    // Whoever had the turn before and left something died of it.
    for entry in fs::read_dir(folder.path()).map_err(StoreError::system("read", folder.path()))?.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(DRAFT.as_bytes()) {
            fs::remove_dir_all(entry.path()).map_err(StoreError::system("remove", &entry.path()))?;
        }
    }
    let draft = tempfile::Builder::new()
        .prefix(DRAFT)
        .tempdir_in(folder.path())
        .map_err(StoreError::system("write in", folder.path()))?;
    shards.merge(draft.path(), csv)?;
    let mut names: Vec<_> = fs::read_dir(draft.path())
        .map_err(StoreError::system("read", draft.path()))?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    names.sort();
    for name in names {
        let from = draft.path().join(&name);
        fs::rename(&from, folder.path().join(&name)).map_err(StoreError::system("name", &from))?;
    }
    sync_folder(folder.path())
}

/// The row of a run, where it is over.
///
/// # Errors
/// When its shard is damaged, or the system refuses.
pub fn row_of(folder: &SweepFolder, run: u64) -> Result<Option<Row>, StoreError> {
    let shards = Shards::of(folder)?;
    let (rows, _) = shards.read_so_far(folder.plan().shard_of(run))?;
    Ok(rows.into_iter().find(|row| row.run == run))
}
