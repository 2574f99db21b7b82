//! `contraband sweep replay`: one run again, in full.

use std::sync::Arc;

use contraband_analysis::provenance::{Replay, replayed};
use contraband_analysis::store::open;
use contraband_lab::batch::Runner;
use contraband_lab::sweep::{RunStatus, SweepFolder, SweptRun, row_of, run_one};
use contraband_sim::scenario::Scenario;

use super::super::run::run_scenario;
use super::{other_build, threads};
use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::{args, interrupt};

/// Lives one run of a sweep again, holds it to its row, and writes its folder.
pub fn replay(args: &args::SweepReplay) -> Result<Exit, Failure> {
    let sweep = SweepFolder::open(&args.dir)?;
    other_build(&sweep);
    let plan = sweep.plan();
    if args.run >= plan.runs() {
        let problem = Problem::new(format!("there is no run {}", args.run));
        return Err(Failure::input(problem.help(format!(
            "plan.json has {} runs, numbered 0 to {}",
            plan.runs(),
            plan.runs() - 1
        ))));
    }
    let which = plan.which(args.run);
    let mut scenario = sweep.scenario(which.cell)?;
    interrupt::listen(interrupt::AFTER_THIS_DAY)?;
    let kept = row_of(&sweep, args.run)?;
    let watch = Stopwatch::start();
    let clock = || watch.seconds();
    let runner = Runner { threads: 1, time_limit: None, clock: &clock, interrupted: &interrupt::asked };
    let again = run_one(&sweep, &Arc::new(scenario.clone()), args.run, &runner);
    let Some(again) = again else { return Ok(Exit::Interrupted) };
    match &kept {
        Some(kept) => hold(kept, &again, &sweep)?,
        None => remark(&format!("run {} is not done yet, so there is no row to check it against", args.run)),
    }
    if again.digest.is_empty() {
        remark(&format!("run {} {}: {}", args.run, again.status.word(), again.error));
        return Ok(Exit::Incomplete);
    }
    if again.stopped_day > 0 {
        scenario.days = again.stopped_day as u32;
    }
    scenario.seed = which.seed;
    let out = args.out.clone().unwrap_or_else(|| args.dir.join("replay").join(args.run.to_string()));
    let how = args::RunArgs {
        scenario: String::new(),
        seed: None,
        days: None,
        set: Vec::new(),
        threads: Some(threads(&args.how)),
        out: None,
        force: args.force,
        csv: None,
        no_charts: false,
        checkpoint_every: None,
        timings: false,
        json: false,
    };
    let exit = run_scenario(Arc::new(Scenario { name: name(&sweep, args.run), ..scenario }), out.clone(), &how, &[])?;
    if exit != Exit::Ok {
        return Ok(exit);
    }
    let of =
        Replay { sweep: plan.name.clone(), plan: plan.identity(), run: args.run, cell: which.cell, rep: which.rep };
    replayed(&out, &of)?;
    let folder = open(&out)?;
    if !folder.info().digest.starts_with(&again.digest) {
        return Err(Failure::failed(Problem::new(format!(
            "the folder has digest {}, but the row has {}",
            folder.info().digest,
            again.digest
        ))));
    }
    if kept.is_some() {
        remark(&format!("matches the row: every metric, and digest {}", again.digest));
    }
    Ok(if again.status.is_failure() { Exit::Incomplete } else { Exit::Ok })
}

fn name(sweep: &SweepFolder, run: u64) -> String {
    format!("{}, run {run}", sweep.plan().name)
}

/// Whether what was kept is what is lived now.
fn hold(kept: &SweptRun, again: &SweptRun, sweep: &SweepFolder) -> Result<(), Failure> {
    // How long a run may take depends on the machine; what it finds does not.
    if kept.status == RunStatus::TimedOut || again.status == RunStatus::TimedOut {
        remark(&format!("the row says {}, now it is {}", kept.status.word(), again.status.word()));
        return Ok(());
    }
    let same = |one: f64, other: f64| one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan());
    let other = (sweep.metrics().iter().zip(kept.values.iter().zip(&again.values)))
        .find(|(_, (one, other))| !same(**one, **other));
    if let Some((metric, (one, other))) = other {
        return Err(differs(&format!("metric `{}` is {one} in the row and {other} now", metric.name)));
    }
    if (kept.status, &kept.error, kept.stopped_day, &kept.digest)
        != (again.status, &again.error, again.stopped_day, &again.digest)
    {
        return Err(differs(&format!(
            "the row says {} {} {}, now it is {} {} {}",
            kept.status.word(),
            kept.error,
            kept.digest,
            again.status.word(),
            again.error,
            again.digest
        )));
    }
    Ok(())
}

fn differs(what: &str) -> Failure {
    Failure::failed(
        Problem::new(format!("the run does not match its row: {what}"))
            .help("has runs.parquet or the program changed since?"),
    )
}
