//! One run of a sweep: what is kept of it, and how it is run.

use std::sync::Arc;

use crate::measure::Recording;
use contraband_sim::base::words::hex;
use contraband_sim::record::tables::Batch;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::folder::SweepFolder;
use super::memory::worlds_of_run;
use crate::batch::{Halt, RunOutcome, Runner, Watch, too_long};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RunStatus {
    /// It lived all its days.
    Ok,
    /// A condition ended it.
    Stopped,
    /// It panicked, ended its process, or would need more memory than there is.
    Failed,
    /// It took longer than it may.
    TimedOut,
}

impl RunStatus {
    const WORDS: [&str; 4] = ["ok", "stopped", "failed", "timed_out"];
    const ALL: [Self; 4] = [Self::Ok, Self::Stopped, Self::Failed, Self::TimedOut];

    /// Its word in tables.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// By its word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether the run has nothing to say.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }
}

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweptRun {
    /// Number of the run in the plan, from 0.
    pub run: u64,
    /// How it ended.
    pub status: RunStatus,
    /// What went wrong, or which metrics are undefined; else empty.
    pub error: String,
    /// The day on which a condition ended it; else -1.
    pub stopped_day: i64,
    /// The condition; else empty.
    pub reason: String,
    /// The beginning of its digest; empty where it has none.
    pub digest: String,
    /// The metrics; NaN where one is undefined in this run (such as a share of nothing), which says nothing about the others,
    /// and all of them where the run failed.
    pub values: Vec<f64>,
    /// Series: days, and for each the columns.
    pub series: DailyValues,
}

/// Columns through the days: each day that is kept, with a value for each column.
pub type DailyValues = Vec<(u32, Vec<f64>)>;

/// Letters of a digest that a row keeps: enough to tell runs apart.
const DIGEST: usize = 16;

impl SweptRun {
    /// That of a run, whatever became of it.
    pub(super) fn of(run: u64, metrics: usize, outcome: RunOutcome<Self>) -> Self {
        let (status, error) = match outcome {
            RunOutcome::Done(row) => return row,
            RunOutcome::Failed(said) => (RunStatus::Failed, format!("panic: {said}")),
            RunOutcome::TimedOut(limit) => (RunStatus::TimedOut, too_long(limit)),
        };
        Self::without_end(run, metrics, status, error)
    }

    /// As a line of text, for one process to tell another.
    pub fn to_text(&self) -> String {
        hex(&postcard::to_allocvec(self).expect("plain structs become bytes"))
    }

    /// From such a line; `None` where it is none.
    pub fn from_text(text: &str) -> Option<Self> {
        let digits = text.trim().as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
        postcard::from_bytes(&bytes?).ok()
    }

    /// That of a run that failed before its end.
    pub fn failed(run: u64, metrics: usize, error: String) -> Self {
        Self::without_end(run, metrics, RunStatus::Failed, error)
    }

    fn without_end(run: u64, metrics: usize, status: RunStatus, error: String) -> Self {
        Self {
            run,
            status,
            error,
            stopped_day: -1,
            reason: String::new(),
            digest: String::new(),
            values: vec![f64::NAN; metrics],
            series: Vec::new(),
        }
    }
}

/// Runs one run of a sweep on this thread, within the time that its plan allows, or the runner if it says; `None` where it
/// was interrupted.
pub fn run_one(folder: &SweepFolder, scenario: &Arc<Scenario>, run: u64, runner: &Runner<'_>) -> Option<SweptRun> {
    let limit = runner.time_limit.or(folder.plan().time_limit);
    let outcome = runner.within(limit).one(|watch| measure(folder, scenario, run, watch))?;
    Some(SweptRun::of(run, folder.metrics().len(), outcome))
}

/// Runs a scenario and reads off it what the sweep asks.
pub(super) fn measure(
    folder: &SweepFolder,
    scenario: &Arc<Scenario>,
    run: u64,
    watch: &Watch<'_>,
) -> Result<SweptRun, Halt> {
    let plan = folder.plan();
    let seed = plan.which(run).seed;
    let mut world = Run::new(Arc::clone(scenario), seed, 1);
    let mut rows = Recording::from_rows(Vec::new());
    let mut stopped = None;
    for day in 1..=scenario.days {
        watch.check()?;
        world.step();
        if !folder.stop().is_empty() {
            let today = world.take_rows();
            let met = folder.stop().iter().find(|stop| stop.is_met(last_of(&today, stop.column)));
            rows.add(today);
            if let Some(met) = met {
                stopped = Some((day, met.text.clone()));
                break;
            }
        }
    }
    watch.check()?;
    rows.add(world.finish());
    let mut undated = None;
    if worlds_of_run(folder) > 1 {
        let scenario = Scenario { timeline: Vec::new(), ..Scenario::clone(scenario) };
        undated = Some(Recording::watched(&Arc::new(scenario), seed, watch)?);
    }
    let base = undated.as_ref().unwrap_or(&rows);
    let values = folder.metrics().iter().map(|metric| metric.expression.read(&rows, base));
    // Neither is infinity a value: it is a number over nothing.
    let values: Vec<f64> = values.map(|value| if value.is_finite() { value } else { f64::NAN }).collect();
    let undefined = folder.metrics().iter().zip(&values).filter(|(_, value)| value.is_nan());
    let undefined: Vec<&str> = undefined.map(|(metric, _)| metric.name.as_str()).collect();
    let (status, error) = match &stopped {
        // Of a run that was ended, what it did not live to is not known.
        Some(_) => (RunStatus::Stopped, String::new()),
        None if undefined.is_empty() => (RunStatus::Ok, String::new()),
        None => (RunStatus::Ok, format!("undefined: {}", undefined.join(", "))),
    };
    let series = plan.series.as_ref().map_or_else(Vec::new, |series| {
        let numbers = rows.numbers("days", "day");
        let columns: Vec<Vec<f64>> = series.columns.iter().map(|column| rows.numbers("days", column)).collect();
        let last = numbers.len().saturating_sub(1);
        let kept = (0..numbers.len()).filter(|&at| at == last || (numbers[at] as u32).is_multiple_of(series.every));
        kept.map(|at| (numbers[at] as u32, columns.iter().map(|column| column[at]).collect())).collect()
    });
    let (stopped_day, reason) = stopped.map_or((-1, String::new()), |(day, reason)| (i64::from(day), reason));
    let digest = world.digest().all[..DIGEST].to_owned();
    Ok(SweptRun { run, status, error, stopped_day, reason, digest, values, series })
}

/// The last value of a column of `days`.
fn last_of(rows: &[Batch], column: &str) -> f64 {
    let Some(batch) = rows.iter().find(|batch| batch.table.name == "days") else { return f64::NAN };
    batch.column(column).and_then(|values| values.number(batch.height().checked_sub(1)?)).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_has_no_end_is_a_row() {
        let row = SweptRun::of(7, 2, RunOutcome::Failed("the books do not balance on day 3".into()));
        assert_eq!(
            (row.run, row.status, row.error.as_str()),
            (7, RunStatus::Failed, "panic: the books do not balance on day 3")
        );
        assert!(row.values.len() == 2 && row.values[0].is_nan() && row.digest.is_empty());
        let again = SweptRun::from_text(&format!("{}\n", row.to_text())).unwrap();
        assert_eq!((again.run, &again.error, again.values[1].to_bits()), (7, &row.error, row.values[1].to_bits()));
        assert!(SweptRun::from_text("").is_none() && SweptRun::from_text("zz").is_none());
        let late = SweptRun::of(0, 1, RunOutcome::TimedOut(2.5));
        assert_eq!((late.status, late.error.as_str()), (RunStatus::TimedOut, "it took longer than 2.5 s"));
    }
}
