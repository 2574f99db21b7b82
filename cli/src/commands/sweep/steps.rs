//! The steps of a sweep: plan, run, status, merge, extend; and all of them at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contraband_analysis::provenance::describe;
use contraband_analysis::sweep::{merge as merge_shards, report};
use contraband_lab::batch::Runner;
use contraband_lab::batch::bytes_in_words;
use contraband_lab::error::StoreError;
use contraband_lab::files::sweep::Sweep;
use contraband_lab::sweep::{Plan, RunStatus, Standing, SweepFolder, memory_of_run, run_one, standing};
use contraband_sim::record::csv_dialect::CsvDialect;
use serde_json::json;

use super::{SweepAgain, alone, cluster, live, named, number_of, other_build, tell, threads, time};
use crate::args::EndedSo;
use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem, notes, remark};
use crate::exit::Exit;
use crate::{args, interrupt, memory, output};

/// Plans, lives, merges and reports.
pub fn all(args: &args::SweepArgs) -> Result<Exit, Failure> {
    let (name, sweep) = named(args.name.as_deref().unwrap_or_default())?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("out").join(name));
    let folder = SweepFolder::create(&out, &Plan::of(&sweep, None), &sweep.base)?;
    notes("", &folder.notes());
    interrupt::listen(interrupt::KEPT)?;
    let threads = threads(&args.how);
    let shards: Vec<usize> = (0..folder.plan().shards()).collect();
    let (progress, seconds) = live(&folder, &shards, threads, &SweepAgain::default())?;
    let exit = tell(&folder, &progress, seconds, threads);
    if exit == Exit::Interrupted {
        return Ok(exit);
    }
    put_together(&folder, args.csv)?;
    output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
    Ok(exit)
}

/// Merges, and writes the report.
fn put_together(folder: &SweepFolder, csv: Option<CsvDialect>) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    merge_shards(folder, csv)?;
    let merged = watch.seconds();
    report(folder)?;
    remark(&format!("merged in {merged:.1} s, report written in {:.1} s", watch.seconds() - merged));
    Ok(())
}

/// Writes a plan, or says what it would be.
pub fn plan(args: &args::SweepPlan) -> Result<Exit, Failure> {
    let (name, sweep) = named(&args.sweep)?;
    let plan = Plan::of(&sweep, args.shards);
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("out").join(name));
    let mut rows = about(&plan);
    notes("", &sweep.notes());
    if args.dry_run {
        interrupt::listen(interrupt::KEPT)?;
        rows.extend(probe(&plan, &sweep, threads(&args.how)));
    } else {
        let folder = SweepFolder::create(&out, &plan, &sweep.base)?;
        describe(&out)?;
        if folder.plan().parts != plan.parts {
            remark(&format!(
                "{} already has this plan, with other shards or extended; it stays as it is",
                out.display()
            ));
            rows = about(folder.plan());
        }
        rows.push(row("Plan", out.join("plan.json").display().to_string()));
    }
    output::print(&output::columns(&rows))?;
    Ok(Exit::Ok)
}

fn row(what: &str, much: String) -> Vec<String> {
    vec![what.into(), much]
}

fn about(plan: &Plan) -> Vec<Vec<String>> {
    let factors: Vec<&str> = plan.factors.iter().map(|factor| factor.path.as_str()).collect();
    vec![
        row("Sweep", format!("{}: {}", plan.name, plan.question)),
        row("Base", format!("{}, {} days, {} citizens", plan.base.name, plan.base.days, plan.base.citizens)),
        row("Design", format!("{}, over {}", plan.design["method"].as_str().unwrap_or(""), factors.join(", "))),
        row("Cells", plan.cells.len().to_string()),
        row("Runs", format!("{} ({} repetitions, {} seeds)", plan.runs(), plan.reps, plan.seeds)),
        row(
            "Shards",
            format!(
                "{}, of up to {} runs",
                plan.shards(),
                (0..plan.shards()).map(|shard| plan.runs_of(shard).count()).max().unwrap_or(0)
            ),
        ),
    ]
}

/// Cells whose memory is looked at.
const MOST_LOOKED: usize = 10_000;

/// Lives a few runs to say how long all would take.
fn probe(plan: &Plan, sweep: &Sweep, threads: usize) -> Vec<Vec<String>> {
    /// Seconds after which no further run is begun.
    const ENOUGH: f64 = 5.0;
    let folder = SweepFolder::nowhere(plan.clone(), sweep.base.clone());
    let watch = Stopwatch::start();
    let clock = || watch.seconds();
    let runner = Runner { threads: 1, time_limit: None, clock: &clock, interrupted: &interrupt::asked };
    let cells = plan.cells.len() as u64;
    let mut lived = Vec::new();
    for run in [0, cells / 2, cells - 1, cells / 4, 3 * cells / 4] {
        if watch.seconds() > ENOUGH || interrupt::asked() {
            break;
        }
        let begun = watch.seconds();
        let Ok(scenario) = folder.scenario(plan.which(run).cell).map(Arc::new) else { continue };
        // What cannot fit is not tried.
        let need = memory_of_run(&folder, &scenario);
        if memory::available().is_some_and(|all| need > all) {
            continue;
        }
        if let Some(row) = run_one(&folder, &scenario, run, &runner) {
            lived.push((watch.seconds() - begun, row));
        }
    }
    if lived.is_empty() {
        return vec![row("Time", "interrupted before this was known".into())];
    }
    let each = lived.iter().map(|(seconds, _)| seconds).sum::<f64>() / lived.len() as f64;
    let all = each * plan.runs() as f64;
    let failed = lived.iter().filter(|(_, row)| row.status.is_failure()).count();
    // Digests and metrics do not shrink; words, keys and factors do. The same again while shards are not merged.
    let series =
        lived.iter().map(|(_, row)| row.series.iter().map(|(_, values)| 8 * values.len()).sum::<usize>()).max();
    let bytes = 2.0 * plan.runs() as f64 * (24 + 9 * plan.metrics.len() + series.unwrap_or(0)) as f64;
    let largest = folder.plan().cells.len().min(MOST_LOOKED);
    let most =
        (0..largest).filter_map(|cell| folder.scenario(cell).ok()).map(|world| memory_of_run(&folder, &world)).max();
    let mut rows = vec![
        row("Memory", format!("about {} per run at most", bytes_in_words(most.unwrap_or(0)))),
        row(
            "Time",
            format!(
                "about {} on {threads} {} ({} s per run, from {} runs)",
                time(all / threads as f64),
                if threads == 1 { "thread" } else { "threads" },
                number_of(each),
                lived.len()
            ),
        ),
        row("Disk", format!("about {:.1} MB", (bytes + 4e6) / 1e6)),
    ];
    if failed > 0 {
        let said = lived.iter().find(|(_, row)| row.status.is_failure()).map_or("", |(_, row)| &row.error);
        rows.push(row("Failed", format!("{failed} of these runs: {said}")));
    }
    rows
}

/// Lives what is missing of a plan, or of one shard.
pub fn run(args: &args::SweepRun) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    folder.must_be_own()?;
    if let Some(run) = args.alone {
        return alone::answer(&folder, run, args.time_limit);
    }
    let count = folder.plan().shards();
    let shards = match args.shard.as_deref() {
        None => (0..count).collect(),
        Some(asked) => vec![cluster::shard(asked, count, &|name| std::env::var(name).ok())?],
    };
    interrupt::listen(interrupt::KEPT)?;
    let threads = threads(&args.how);
    let statuses = args.again.iter().map(|how| match how {
        EndedSo::Failed => RunStatus::Failed,
        EndedSo::TimedOut => RunStatus::TimedOut,
    });
    let again = SweepAgain { statuses: statuses.collect(), time_limit: args.time_limit };
    let (progress, seconds) = live(&folder, &shards, threads, &again)?;
    if let [shard] = shards[..]
        && !progress.busy.is_empty()
    {
        return Err(StoreError::Busy { path: folder.path().join(format!("shards/{shard:05}")) }.into());
    }
    Ok(tell(&folder, &progress, seconds, threads))
}

/// Says how far a sweep is.
pub fn status(args: &args::SweepStatus) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    other_build(&folder);
    let found = standing(&folder)?;
    if args.json {
        output::print_json(&json!({
            "notes": folder.notes(),
            "schema": 1,
            "runs": found.runs,
            "done": found.done,
            "failed": found.failed,
            "shards": folder.plan().shards(),
            "missing_shards": found.missing,
            "damaged_shards": found.damaged.iter().map(|(shard, _)| shard).collect::<Vec<_>>(),
        }))?;
    } else if args.missing {
        output::print(&found.missing.iter().map(|shard| format!("{shard}\n")).collect::<String>())?;
    } else {
        let mut rows = about(folder.plan());
        let share = 100.0 * found.done as f64 / found.runs.max(1) as f64;
        rows.push(row("Done", format!("{} runs ({share:.1} %), {} failed", found.done, found.failed)));
        rows.push(row(
            "Missing",
            format!(
                "{} of {} shards: {}",
                found.missing.len(),
                folder.plan().shards(),
                cluster::ranges(&found.missing)
            ),
        ));
        rows.extend(found.damaged.iter().map(|(shard, reason)| row("Damaged", format!("shard {shard}: {reason}"))));
        output::print(&output::columns(&rows))?;
    }
    Ok(code(&found))
}

const fn code(found: &Standing) -> Exit {
    if found.done == found.runs && found.failed == 0 && found.missing.is_empty() { Exit::Ok } else { Exit::Incomplete }
}

/// Puts the shards together.
pub fn merge(args: &args::SweepMerge) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    notes("", &folder.notes());
    other_build(&folder);
    let found = standing(&folder)?;
    let dir = args.dir.display();
    no_damage(&args.dir, &found)?;
    if !found.missing.is_empty() {
        remark(&format!(
            "{} of {} runs are done; missing shards: {}; `contraband sweep run {dir}` runs them",
            found.done,
            found.runs,
            cluster::ranges(&found.missing)
        ));
        if args.check {
            return Ok(Exit::Incomplete);
        }
    }
    put_together(&folder, args.csv)?;
    output::print(&format!("{}\n", folder.path().join("report.html").display()))?;
    Ok(code(&found))
}

/// Says what shards are damaged: what is in the others is not put together as if it were all.
///
/// # Errors
/// When one is.
pub fn no_damage(folder: &Path, found: &Standing) -> Result<(), Failure> {
    for (shard, reason) in &found.damaged {
        remark(&format!(
            "shard {shard} is damaged ({reason}); `contraband sweep run {} --shard {shard}` runs it again",
            folder.display()
        ));
    }
    let Some((shard, reason)) = found.damaged.first() else { return Ok(()) };
    let path = folder.join(format!("shards/{shard:05}.journal"));
    Err(StoreError::Damaged { path, reason: reason.clone() }.into())
}

/// Adds repetitions or points to a plan.
pub fn extend(args: &args::SweepExtend) -> Result<Exit, Failure> {
    let folder = SweepFolder::open(&args.dir)?;
    folder.must_be_own()?;
    let add = args.add.as_deref().map(named).transpose()?;
    let before = folder.plan().runs();
    if let Some(reps) = args.reps.filter(|&reps| reps < folder.plan().reps) {
        let problem =
            Problem::new(format!("the sweep has {} repetitions, which is more than {reps}", folder.plan().reps));
        return Err(Failure::input(problem.help("--reps is the total number, not how many to add")));
    }
    let plan = folder
        .plan()
        .extended(args.reps, add.as_ref().map(|(_, sweep)| sweep), folder.base(), args.shards)
        .map_err(|(found, wanted)| StoreError::OtherSweep { path: args.dir.clone(), found, wanted })?;
    let folder = folder.grow(&plan)?;
    let mut rows = about(folder.plan());
    notes("", &folder.notes());
    rows.push(row("New", format!("{} runs", folder.plan().runs() - before)));
    output::print(&output::columns(&rows))?;
    next_step(&args.dir);
    Ok(Exit::Ok)
}

fn next_step(dir: &Path) {
    remark(&format!(
        "`contraband sweep run {0}` runs what is new, `contraband sweep merge {0}` merges everything",
        dir.display()
    ));
}
