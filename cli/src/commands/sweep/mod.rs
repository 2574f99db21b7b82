//! `contraband sweep`: thousands of runs in a folder that grows until it is complete.

mod alone;
pub mod cluster;
mod replay;
pub mod steps;

use std::path::Path;
use std::sync::Mutex;
use std::thread::available_parallelism;

use contraband_lab::batch::Runner;
use contraband_lab::files::sweep::{Sweep, is_sweep, read_sweep};
use contraband_lab::sweep::{Plan, RunStatus, SweepFolder, SweepProgress, SweepTerms};
use contraband_lab::verification::number;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::library::{Embedded, SWEEPS};
use contraband_sim::scenario::tree::Format;

use crate::args::SweepWhat;
use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::progress::Counting;
use crate::source::Source;
use crate::{args, interrupt, memory, source};

/// Does what was asked of a sweep.
///
/// # Errors
/// When the sweep or the folder cannot be used, or the system refuses.
pub fn sweep(args: &args::SweepArgs) -> Result<Exit, Failure> {
    match &args.what {
        None => steps::all(args),
        Some(SweepWhat::Plan(args)) => steps::plan(args),
        Some(SweepWhat::Run(args)) => steps::run(args),
        Some(SweepWhat::Status(args)) => steps::status(args),
        Some(SweepWhat::Merge(args)) => steps::merge(args),
        Some(SweepWhat::Extend(args)) => steps::extend(args),
        Some(SweepWhat::Slurm(args)) => cluster::slurm(args),
        Some(SweepWhat::Replay(args)) => replay::replay(args),
    }
}

/// A sweep file or the like, or one of those that come with the program; `what` it is called.
pub(super) fn find(sweep: &str, all: &'static [Embedded], what: &str) -> Result<Source, Failure> {
    let bare = |name: &'static str| name.split_once('/').map_or(name, |(_, bare)| bare);
    if let Some(embedded) = all.iter().find(|embedded| [bare(embedded.name), embedded.name].contains(&sweep)) {
        return Ok(Source {
            name: bare(embedded.name).into(),
            shown: format!("scenarios/{}", embedded.file),
            text: embedded.text.into(),
            format: Format::Ron,
        });
    }
    let path = Path::new(sweep);
    if path.extension().is_none() && !path.exists() {
        let names = || all.iter().map(|embedded| bare(embedded.name));
        let help = closest_name(sweep, names()).map_or_else(
            || format!("there are {}; name a file with its extension", names().collect::<Vec<_>>().join(", ")),
            |name| format!("the closest is `{name}`"),
        );
        return Err(Failure::input(Problem::new(format!("there is no {what} called `{sweep}`")).help(help)));
    }
    source::read_file(path)
}

/// Reads a sweep, with the scenario that it names; `folder` is where its table of points lies.
fn of_text(source: &Source, folder: Option<&Path>) -> Result<Sweep, Failure> {
    if !is_sweep(&source.text, source.format) && source.scenario().is_ok() {
        let problem = Problem::new(format!("{} is a scenario, not a sweep", source.shown));
        return Err(Failure::input(
            problem.help("a sweep has `base`, `factors` and a `design`; `contraband list` shows some"),
        ));
    }
    let find = |name: &str| source::find(name).and_then(|found| found.scenario()).map_err(|failure| failure.in_short());
    let beside = |name: &str| {
        let path = folder.unwrap_or(Path::new("")).join(name);
        let cannot = |error: &dyn std::fmt::Display| format!("cannot read `{}`: {error}", path.display());
        let bytes = std::fs::read(&path).map_err(|error| cannot(&error))?;
        String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8 text; save it as \"CSV UTF-8\""))
    };
    let mut sweep =
        read_sweep(&source.text, source.format, &find, &beside).map_err(|complaints| source.refused(complaints))?;
    if sweep.name.is_empty() {
        sweep.name.clone_from(&source.name);
    }
    Ok(sweep)
}

/// The sweep that a command names, and its name for folders.
///
/// # Errors
/// When there is none, or all that is wrong with it.
pub fn named(sweep: &str) -> Result<(String, Sweep), Failure> {
    let source = find(sweep, SWEEPS, "sweep")?;
    let read = of_text(&source, Path::new(sweep).parent())?;
    Ok((source.name, read))
}

/// Whether a text is a sweep, and what is wrong with it, or what it does in vain: for `contraband check`.
pub fn check_sweep(source: &Source, folder: Option<&Path>) -> Option<Result<Vec<String>, Failure>> {
    is_sweep(&source.text, source.format).then(|| of_text(source, folder).map(|sweep| sweep.notes()))
}

/// How many runs are lived at once.
pub(super) fn threads(asked: &args::Threads) -> usize {
    asked
        .threads
        .or_else(|| cluster::allocated(&|name| std::env::var(name).ok()))
        .unwrap_or_else(|| available_parallelism().map_or(1, Into::into))
}

/// What is asked for again, and for how long a run may go on then.
#[derive(Default)]
pub(super) struct SweepAgain {
    /// Runs that ended so.
    pub statuses: Vec<RunStatus>,
    /// Seconds that a run may take, instead of those of the plan.
    pub time_limit: Option<f64>,
}

/// Lives the runs of some shards that are missing, and shows how far it is.
pub(super) fn live(
    folder: &SweepFolder,
    shards: &[usize],
    threads: usize,
    again: &SweepAgain,
) -> Result<(SweepProgress, f64), Failure> {
    /// Seconds between looks at the response, and between lines where nobody sees a bar.
    const LOOK: f64 = 0.25;
    const LINE: f64 = 60.0;
    let all: u64 = shards.iter().map(|&shard| folder.plan().runs_of(shard).count() as u64).sum();
    let watch = Stopwatch::start();
    let bar = Counting::start(all as usize, "runs");
    let told = Mutex::new((0.0, 0.0));
    let clock = || watch.seconds();
    let on_done = |progress: &SweepProgress| {
        let Ok(mut told) = told.lock() else { return };
        let now = watch.seconds();
        if now - told.0 >= LOOK {
            told.0 = now;
            bar.set(progress.done() as usize, progress.all as usize);
            bar.at(&in_words(folder.plan(), progress, now));
        }
        if now - told.1 >= LINE {
            told.1 = now;
            if bar.is_hidden() {
                let words = in_words(folder.plan(), progress, now);
                remark(&format!("{} of {} runs, {words}", progress.done(), progress.all));
            }
        }
    };
    let runner = Runner { threads, clock: &clock, interrupted: &interrupt::asked, time_limit: None };
    for aside in folder.mended() {
        remark(&format!("a file of the plan was damaged: it was moved to {}, and written again", aside.display()));
    }
    let alone = |run: u64| alone::run(folder.path(), run, again.time_limit);
    let terms = SweepTerms {
        memory: memory::available(),
        again: &again.statuses,
        time_limit: again.time_limit,
        alone: Some(&alone),
    };
    let reached = contraband_lab::sweep::run(folder, shards, &runner, &terms, &on_done);
    bar.end();
    Ok((reached?, watch.seconds()))
}

/// Rate, time left, failures, and the response so far.
fn in_words(plan: &Plan, progress: &SweepProgress, seconds: f64) -> String {
    let rate = progress.ran as f64 / seconds.max(1e-9);
    let left = (progress.all - progress.done()) as f64 / rate;
    let mut words = format!("{} runs/s, {} left", number_of(rate), time(left));
    if progress.failed > 0 {
        words += &format!(", {} failed", progress.failed);
    }
    if let (Some([(low, least), (high, most)]), Some(metric)) = (progress.ends(), plan.metrics.first()) {
        let name = &metric.name;
        words += &format!(
            "; {name} from {} ({}) to {} ({})",
            number_of(least),
            cell(plan, low),
            number_of(most),
            cell(plan, high)
        );
    }
    words
}

/// A cell by the values of its first factors.
fn cell(plan: &Plan, cell: usize) -> String {
    let told = plan.factors.iter().zip(&plan.cells[cell].values).take(2).map(|(factor, value)| {
        let last = factor.path.rsplit('.').next().unwrap_or(&factor.path);
        format!("{last} {}", value.as_f64().map_or_else(|| value.to_string(), number_of))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// Three digits that count.
fn number_of(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.9995 => format!("{value:.2}"),
        _ => number((value * 1e5).round() / 1e5),
    }
}

/// A time in the unit in which it is short.
fn time(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() => "?".into(),
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}

/// Says so where another build made a folder that is read.
pub fn other_build(folder: &SweepFolder) {
    if let Some(differs) = folder.plan().build().differs() {
        remark(&format!("{}: {differs}", folder.path().display()));
    }
}

/// What came of living runs, for the person who waits; and the exit code.
pub(super) fn tell(folder: &SweepFolder, progress: &SweepProgress, seconds: f64, threads: usize) -> Exit {
    let dir = folder.path().display();
    for (path, reason) in &progress.damaged {
        remark(&format!(
            "a shard is damaged ({reason}); it was moved to {}, and its runs are run again",
            path.display()
        ));
    }
    if !progress.busy.is_empty() {
        let shards: Vec<String> = progress.busy.iter().take(8).map(ToString::to_string).collect();
        remark(&format!(
            "another process is working on {} of the shards ({}{}); they are left to it",
            progress.busy.len(),
            shards.join(", "),
            if progress.busy.len() > 8 { ", ..." } else { "" }
        ));
    }
    for (run, status, said) in &progress.failures {
        remark(&format!(
            "run {run} {}: {said}; to run it again: contraband sweep replay {dir} --run {run}",
            status.word()
        ));
    }
    let told = progress.failures.len() as u64;
    if progress.failed > told {
        remark(&format!("and {} more failed; all are in failures.parquet", progress.failed - told));
    }
    for (metric, &count) in folder.plan().metrics.iter().zip(&progress.undefined).filter(|(_, count)| **count > 0) {
        remark(&format!(
            "`{}` has no value in {count} of {} runs (such as a share of nothing): it is missing there, and every figure \
             speaks of the other runs",
            metric.name,
            progress.done()
        ));
    }
    if progress.failed > 0 {
        remark(&format!(
            "to run what failed or took too long again: contraband sweep run {dir} --again failed --again timed_out"
        ));
    }
    let rate = progress.ran as f64 / seconds.max(1e-9);
    remark(&format!(
        "{} runs done in {seconds:.1} s on {threads} {} ({} a second), {} reused, {} failed, {} stopped",
        progress.ran,
        if threads == 1 { "thread" } else { "threads" },
        number_of(rate),
        progress.kept,
        progress.failed,
        progress.stopped
    ));
    if progress.is_complete() {
        if progress.failed > 0 { Exit::Incomplete } else { Exit::Ok }
    } else if interrupt::asked() {
        remark(&format!(
            "interrupted at {} of {} runs; the same command carries on from there",
            progress.done(),
            progress.all
        ));
        Exit::Interrupted
    } else {
        remark(&format!("{} of {} runs are done", progress.done(), progress.all));
        Exit::Incomplete
    }
}
