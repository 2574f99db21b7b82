//! `contraband run`: a scenario becomes a run folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use contraband_analysis::charts::words::plain;
use contraband_analysis::store::{Checkpoints, Ending, FinishedRun, Resume, RunFolder, RunHeader, RunWriter, Timing};
use contraband_analysis::summary::{SummaryLine, summary};
use contraband_sim::run::{Run, memory_of};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::idle::{Asked, IdleSetting};
use contraband_sim::scenario::levers::LeverError;

use crate::args::Setting;
use crate::clock::Clock;
use crate::errors::{Failure, Problem, notes, remark};
use crate::exit::Exit;
use crate::progress::ProgressLine;
use crate::source::Source;
use crate::{args, interrupt, memory, output, pictures, source};

/// Runs a scenario.
///
/// # Errors
/// When the scenario, a setting or the folder cannot be used, or the system refuses.
pub fn run(args: &args::RunArgs) -> Result<Exit, Failure> {
    let source = source::find(&args.scenario)?;
    let (scenario, told) = as_asked(&source, args)?;
    notes("", &told);
    let scenario = Arc::new(scenario);
    let out =
        args.out.clone().unwrap_or_else(|| PathBuf::from("out").join(format!("{}-seed{}", source.name, scenario.seed)));
    interrupt::listen(interrupt::AFTER_THIS_DAY)?;
    run_scenario(scenario, out, args, &told)
}

/// Runs a scenario that is as asked already; `told` is what of it does nothing, or less than it seems to.
///
/// # Errors
/// When the folder cannot be used, or the system refuses.
pub fn run_scenario(
    scenario: Arc<Scenario>,
    out: PathBuf,
    args: &args::RunArgs,
    told: &[String],
) -> Result<Exit, Failure> {
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, Into::into));
    let set = args.set.iter().map(|setting| (setting.path.clone(), setting.value.clone()));
    let header = RunHeader::of(&scenario, set.collect());
    memory::must_fit("this run", memory_of(&scenario))?;

    let mut writer = RunWriter::create(&out, header.clone(), args.csv, args.force)?;
    let (checkpoints, resume) = match args.checkpoint_every {
        Some(_) => {
            let (checkpoints, resume) = Checkpoints::open(&out, &header, args.force)?;
            (Some(checkpoints), resume)
        }
        None => (None, None),
    };
    let run = begin(&scenario, threads, resume, &mut writer, (&out, args.json))?;
    let mut lived = RunInProgress { run, writer, checkpoints, threads, citizens: header.citizens, args }.live()?;

    // Data come first: when a picture cannot be drawn, the folder is there all the same.
    let pictures = if args.no_charts {
        summary(lived.finished.folder()).map_err(Into::into)
    } else {
        pictures::draw(lived.finished.folder())
    };
    let folder = lived.finished.publish()?;
    if folder.info().complete
        && let Some(checkpoints) = lived.checkpoints.take()
    {
        checkpoints.remove()?;
    }
    if args.timings {
        remark(&timings(&lived.timing));
    }
    let lines = pictures.map_err(|mut failure| {
        let help = format!("the tables are in {}; `contraband report {0}` tries again", folder.path().display());
        failure
            .problems
            .push(Problem::new("the run succeeded, but its charts and report could not be written").help(help));
        failure
    })?;
    tell(&folder, &lines, args, told)?;
    if lived.interrupted {
        remark(&interrupted(&folder, lived.last_day, args));
        return Ok(Exit::Interrupted);
    }
    Ok(Exit::Ok)
}

/// The scenario with what the command line says on top, and what of both does nothing, or less than it seems to.
fn as_asked(source: &Source, args: &args::RunArgs) -> Result<(Scenario, Vec<String>), Failure> {
    let mut scenario = source.scenario_for(args.days)?;
    let before = scenario.clone();
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    let wrong: Vec<Problem> = args
        .set
        .iter()
        .filter_map(|setting| scenario.set(&setting.path, &setting.value).err().map(|error| refused(setting, error)))
        .collect();
    if !wrong.is_empty() {
        return Err(Failure { exit: Exit::BadInput, problems: wrong });
    }
    scenario.check().map_err(|conflicts| {
        let problems = conflicts.into_iter().map(|conflict| {
            let what = format!("{} (with what the command line sets)", conflict.what);
            conflict.help.map_or_else(|| Problem::new(&what), |help| Problem::new(&what).help(help))
        });
        Failure { exit: Exit::BadInput, problems: problems.collect() }
    })?;
    let told = in_vain(&before, &scenario, &args.set);
    Ok((scenario, told))
}

/// What does nothing, or less than it seems to: of the command line, then of the scenario's own file.
fn in_vain(before: &Scenario, scenario: &Scenario, set: &[Setting]) -> Vec<String> {
    let all: Vec<String> = set.iter().map(|setting| setting.path.clone()).collect();
    let mut paths = all.clone();
    paths.sort();
    paths.dedup();
    let same = paths.iter().filter_map(|path| {
        let value = scenario.get(path).ok()?;
        (before.get(path).ok()? == value).then(|| IdleSetting::same(path, value))
    });
    let asked = scenario.idle(&Asked { start: paths.clone(), entries: 0..0, varied: false });
    let own = scenario.idle_in_file();
    let is_new = |idle: &&IdleSetting| !asked.contains(idle);
    let twice = paths.iter().filter(|path| all.iter().filter(|other| other == path).count() > 1);
    let twice = twice.map(|path| format!("`{path}` is set twice on the command line; what is set last holds"));
    let found = same.chain(asked.iter().cloned()).chain(own.iter().filter(is_new).cloned());
    twice.chain(found.map(|idle| idle.to_string())).collect()
}

/// What is wrong with a `--set`, with a caret under the part that is.
fn refused(setting: &Setting, error: LeverError) -> Problem {
    let text: Arc<str> = format!("{}={}", setting.path, setting.value).into();
    match error {
        LeverError::Unknown { path, closest } => {
            let help = match (path.as_str(), closest) {
                ("days" | "seed", _) => format!("it has its own option: --{path}"),
                (_, Some(closest)) => format!("the closest is `{closest}`"),
                (_, None) => "`contraband levers` lists them all".into(),
            };
            Problem::new(format!("unknown lever `{path}`"))
                .at("--set", &text, 0..path.len(), "no lever has this path")
                .help(help)
        }
        LeverError::Misfit { path, misfit } => {
            let value = path.len() + 1..text.len();
            let closest = misfit.closest.map(|word| format!("; the closest is `{word}`")).unwrap_or_default();
            Problem::new(format!("`{path}` cannot be {}", misfit.found))
                .at("--set", &text, value, "not a value for this lever")
                .help(format!("it takes {}{closest}", misfit.allowed))
        }
    }
}

/// The world of day 0, or of the day of the newest checkpoint.
fn begin(
    scenario: &Arc<Scenario>,
    threads: usize,
    resume: Option<Resume>,
    writer: &mut RunWriter,
    (out, quiet): (&Path, bool),
) -> Result<Run, Failure> {
    let Some(resume) = resume else {
        let citizens = &scenario.params.citizens;
        let mut progress = ProgressLine::settling(citizens.settling.get(), citizens.count.get().into(), quiet);
        let run = Run::watched(Arc::clone(scenario), scenario.seed, threads, &mut |day| {
            progress.day(day);
            !interrupt::asked()
        });
        progress.end();
        return Ok(run);
    };
    let run = Run::restore(Arc::clone(scenario), scenario.seed, threads, &resume.snapshot).map_err(|error| {
        let help = format!("remove {} to start again", Checkpoints::place(out).display());
        Failure::failed(
            Problem::new(format!("the checkpoint of day {} cannot be used: {error}", resume.day)).help(help),
        )
    })?;
    resume.replay(|rows| writer.write(rows))?;
    remark(&format!("continuing from the checkpoint of day {}", resume.day));
    Ok(run)
}

/// A run with everything that looks on.
struct RunInProgress<'a> {
    run: Run,
    writer: RunWriter,
    checkpoints: Option<Checkpoints>,
    threads: usize,
    citizens: u64,
    args: &'a args::RunArgs,
}

/// A run that ended.
struct EndedRun {
    finished: FinishedRun,
    checkpoints: Option<Checkpoints>,
    timing: Timing,
    interrupted: bool,
    last_day: u32,
}

impl RunInProgress<'_> {
    /// Lives every day that is left, or until the user has seen enough.
    fn live(mut self) -> Result<EndedRun, Failure> {
        let days = self.run.scenario().days;
        let first = self.run.day();
        let clock = Clock::of(&mut self.run);
        let mut progress = ProgressLine::start(first, days, self.citizens, self.args.json);
        while self.run.day() < days && !interrupt::asked() {
            clock.day();
            self.run.step();
            clock.writing(|| self.write_day(days))?;
            progress.day(self.run.day());
        }
        progress.end();
        let interrupted = self.run.day() < days;
        // Before the first day there is nothing to go on from but the beginning.
        if interrupted && self.run.day() > 0 {
            self.save()?;
        }
        self.end(&clock, first, interrupted)
    }

    fn write_day(&mut self, days: u32) -> Result<(), Failure> {
        let rows = self.run.take_rows();
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.note(&rows)?;
        }
        self.writer.write(rows)?;
        let due = self.args.checkpoint_every.is_some_and(|every| self.run.day().is_multiple_of(every));
        if due && self.run.day() < days {
            self.save()?;
        }
        Ok(())
    }

    fn save(&mut self) -> Result<(), Failure> {
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.save(self.run.day(), &self.run.snapshot())?;
        }
        Ok(())
    }

    fn end(mut self, clock: &Clock, first: u32, interrupted: bool) -> Result<EndedRun, Failure> {
        let last_day = self.run.day();
        let rows = self.run.finish();
        clock.writing(|| self.writer.write(rows))?;
        let timing = clock.timing(self.citizens, last_day - first, self.threads);
        let digest = self.run.digest();
        let scenario = self.run.scenario().to_ron();
        let ending = Ending { complete: !interrupted, last_day, digest: &digest, scenario: &scenario, timing: &timing };
        let finished = self.writer.finish(&ending)?;
        Ok(EndedRun { finished, checkpoints: self.checkpoints, timing, interrupted, last_day })
    }
}

/// What came out, for people or for programs.
fn tell(folder: &RunFolder, lines: &[SummaryLine], args: &args::RunArgs, told: &[String]) -> Result<(), Failure> {
    let info = folder.info();
    if args.json {
        let mut json = serde_json::to_value(info).expect("plain structs become JSON");
        json["out"] = folder.path().to_string_lossy().into();
        json["notes"] = told.into();
        return output::print_json(&json);
    }
    let days = if info.complete { info.days.to_string() } else { format!("{} of {}", info.last_day, info.days) };
    let mut page =
        format!("{}, seed {}, {days} days, {} citizens\n", info.scenario, info.seed, plain(info.citizens as f64, 0));
    let mut places: Vec<SummaryLine> = vec![("Folder".into(), folder.path().display().to_string())];
    if !args.no_charts {
        places.push(("Report".into(), folder.path().join("report.html").display().to_string()));
    }
    let rows: Vec<Vec<String>> =
        lines.iter().chain(&places).map(|(what, much)| vec![format!("  {what}"), much.clone()]).collect();
    page += &output::columns(&rows);
    output::print(&page)
}

fn interrupted(folder: &RunFolder, last_day: u32, args: &args::RunArgs) -> String {
    let info = folder.info();
    let path = folder.path().display();
    let kept = if info.complete {
        format!("ended after day {last_day} of {}; {path} holds the whole earlier run, untouched", info.days)
    } else {
        format!("ended after day {last_day} of {}; {path} is marked as incomplete", info.days)
    };
    match args.checkpoint_every {
        Some(_) if last_day > 0 => format!("{kept}; the same command continues from day {last_day}"),
        _ => kept,
    }
}

/// The time of each phase, as a table.
fn timings(timing: &Timing) -> String {
    let mut rows = vec![["phase", "seconds", "ns per citizen-day", "share"].map(String::from).to_vec()];
    let row = |phase: &str, seconds: f64, nanos: f64| {
        let share = if timing.wall_seconds > 0.0 { seconds / timing.wall_seconds * 100.0 } else { 0.0 };
        vec![phase.to_owned(), format!("{seconds:.3}"), format!("{nanos:.2}"), format!("{share:.1} %")]
    };
    rows.extend(timing.phases.iter().map(|phase| row(&phase.phase, phase.seconds, phase.ns_per_citizen_day)));
    rows.push(row("all", timing.wall_seconds, timing.ns_per_citizen_day));
    let memory = timing
        .peak_memory_bytes
        .map_or(String::new(), |bytes| format!(", peak memory {} MB", plain(bytes as f64 / 1e6, 0)));
    let threads = if timing.threads == 1 { "one thread".into() } else { format!("{} threads", timing.threads) };
    format!("{}{} days on {threads}{memory}", output::columns(&rows), timing.days)
}
