//! One run of a sweep: what is kept of it, and how it is lived.

use std::cell::Cell as Flag;
use std::panic;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};

use contraband_lab::measure::Recording;
use contraband_sim::record::tables::Batch;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::plan::SweepFolder;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// It lived all its days.
    Ok,
    /// A condition ended it.
    Stopped,
    /// It panicked, or a metric is no number.
    Failed,
    /// It took longer than it may.
    TimedOut,
}

impl Status {
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
pub struct Row {
    /// Its number.
    pub run: u64,
    /// How it ended.
    pub status: Status,
    /// What went wrong; else empty.
    pub error: String,
    /// The day on which a condition ended it; else -1.
    pub stopped_day: i64,
    /// The condition; else empty.
    pub reason: String,
    /// The beginning of its digest; empty where it has none.
    pub digest: String,
    /// The metrics; NaN where a metric is no number, and all of them where the run failed before its end.
    pub values: Vec<f64>,
    /// Series: days, and for each the columns.
    pub series: Days,
}

/// Columns through the days: each day that is kept, with a value for each column.
pub type Days = Vec<(u32, Vec<f64>)>;

/// Letters of a digest that a row keeps: enough to tell runs apart.
const DIGEST: usize = 16;

thread_local! {
    /// Whether this thread lives a run of a sweep, whose panics are rows and not words on the screen.
    static LIVING: Flag<bool> = const { Flag::new(false) };
}

fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !LIVING.get() {
                usual(info);
            }
        }));
    });
}

/// Lives a run on this thread; `None` where it was told to end. `clock` tells seconds.
pub fn live(
    folder: &SweepFolder,
    scenario: &Arc<Scenario>,
    run: u64,
    clock: &(dyn Fn() -> f64 + Sync),
    ended: &(dyn Fn() -> bool + Sync),
) -> Option<Row> {
    guarded(folder.metrics().len(), run, || days(folder, scenario, run, clock, ended))
}

/// What comes of a run, whatever it does.
fn guarded(metrics: usize, run: u64, life: impl FnOnce() -> Ended) -> Option<Row> {
    quiet_panics();
    let failed = |status, error| Row {
        run,
        status,
        error,
        stopped_day: -1,
        reason: String::new(),
        digest: String::new(),
        values: vec![f64::NAN; metrics],
        series: Vec::new(),
    };
    LIVING.set(true);
    let lived = catch_unwind(AssertUnwindSafe(life));
    LIVING.set(false);
    match lived {
        Ok(Ended::Told) => None,
        Ok(Ended::Late(limit)) => Some(failed(Status::TimedOut, format!("it takes longer than {limit} s"))),
        Ok(Ended::Over(row)) => Some(*row),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says nothing");
            Some(failed(Status::Failed, format!("panic: {said}")))
        }
    }
}

enum Ended {
    Told,
    Late(f64),
    Over(Box<Row>),
}

fn days(
    folder: &SweepFolder,
    scenario: &Arc<Scenario>,
    run: u64,
    clock: &(dyn Fn() -> f64 + Sync),
    ended: &(dyn Fn() -> bool + Sync),
) -> Ended {
    let plan = folder.plan();
    let began = clock();
    let mut lived = Run::new(Arc::clone(scenario), plan.which(run).seed, 1);
    let mut rows = Recording::from_rows(Vec::new());
    let mut stopped = None;
    for day in 1..=scenario.days {
        if ended() {
            return Ended::Told;
        }
        lived.step();
        if let Some(limit) = plan.time_limit.filter(|&limit| clock() - began > limit) {
            return Ended::Late(limit);
        }
        if !folder.stop().is_empty() {
            let today = lived.take_rows();
            let met = folder.stop().iter().find(|stop| stop.is_met(last_of(&today, stop.column)));
            rows.add(today);
            if let Some(met) = met {
                stopped = Some((day, met.text.clone()));
                break;
            }
        }
    }
    rows.add(lived.finish());
    // What compares a world with itself without its dated changes needs that one too.
    let mut undated = None;
    if folder.metrics().iter().any(|metric| metric.expression.compares()) {
        let days = scenario.days;
        let scenario = Scenario { timeline: Vec::new(), ..Scenario::clone(scenario) };
        let mut other = Run::new(Arc::new(scenario), plan.which(run).seed, 1);
        for _ in 0..days {
            if ended() {
                return Ended::Told;
            }
            other.step();
        }
        undated = Some(Recording::from_rows(other.finish()));
    }
    let base = undated.as_ref().unwrap_or(&rows);
    let values: Vec<f64> = folder.metrics().iter().map(|metric| metric.expression.read(&rows, base)).collect();
    let no_number = folder.metrics().iter().zip(&values).filter(|(_, value)| !value.is_finite());
    let wrong: Vec<String> = no_number.map(|(metric, value)| format!("metric `{}` is {value}", metric.name)).collect();
    let (status, error) = match &stopped {
        // Of a run that was ended, what it did not live to is not known; that is no failure.
        Some(_) => (Status::Stopped, String::new()),
        None if wrong.is_empty() => (Status::Ok, String::new()),
        None => (Status::Failed, wrong.join("; ")),
    };
    let series = plan.series.as_ref().map_or_else(Vec::new, |series| {
        let numbers = rows.numbers("days", "day");
        let columns: Vec<Vec<f64>> = series.columns.iter().map(|column| rows.numbers("days", column)).collect();
        let last = numbers.len().saturating_sub(1);
        let kept = (0..numbers.len()).filter(|&at| at == last || (numbers[at] as u32).is_multiple_of(series.every));
        kept.map(|at| (numbers[at] as u32, columns.iter().map(|column| column[at]).collect())).collect()
    });
    let (stopped_day, reason) = stopped.map_or((-1, String::new()), |(day, reason)| (i64::from(day), reason));
    let digest = lived.digest().all[..DIGEST].to_owned();
    Ended::Over(Box::new(Row { run, status, error, stopped_day, reason, digest, values, series }))
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
    fn a_run_that_panics_is_a_row() {
        let row = guarded(2, 7, || panic!("the books do not balance on day {}", 3)).expect("it has ended");
        assert_eq!(
            (row.run, row.status, row.error.as_str()),
            (7, Status::Failed, "panic: the books do not balance on day 3")
        );
        assert!(row.values.len() == 2 && row.values[0].is_nan() && row.digest.is_empty());
        assert_eq!(guarded(1, 0, || panic!("plain")).expect("it has ended").error, "panic: plain");
        assert_eq!(guarded(1, 0, || Ended::Late(2.5)).expect("it has ended").error, "it takes longer than 2.5 s");
        assert!(guarded(1, 0, || Ended::Told).is_none());
    }
}
