//! `contraband explore`: the page for one person.

use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::available_parallelism;

use contraband_analysis::compare::worst_seed;
use contraband_analysis::store;
use contraband_classroom::world::Opening;
use contraband_classroom::{Exhibit, Options, ServeError};
use contraband_lab::sweep::SweepFolder;
use contraband_sim::scenario::Scenario;

use super::study;
use super::sweep::other_build;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::{args, interrupt, output};

/// Serves the page on this machine until Ctrl-C.
///
/// # Errors
/// When the port is taken, or the system refuses.
pub fn explore(args: &args::Explore) -> Result<Exit, Failure> {
    let mut exhibits = Vec::new();
    for dir in &args.dirs {
        exhibits.extend(exhibits_of(dir, args)?);
    }
    interrupt::listen(interrupt::CLOSING)?;
    let threads = available_parallelism().map_or(1, Into::into);
    let mut told = Ok(());
    let ready = |address: &str| {
        told = output::print(&format!("{address}\n"));
        if std::io::stderr().is_terminal() {
            remark("the page is at this address, on this machine only; Ctrl-C ends it");
        }
        if args.open && !open(address) {
            remark("no browser could be opened: open the address yourself");
        }
    };
    let options = Options { port: args.port, threads, exhibits };
    let served = contraband_classroom::explore(&options, ready, interrupt::asked);
    told?;
    served.map(|()| Exit::Ok).map_err(not_served)
}

/// Why a page cannot be served, and what to try.
pub(super) fn not_served(error: ServeError) -> Failure {
    let problem = Problem::new(error.to_string());
    match error {
        ServeError::Port { .. } => {
            Failure::failed(problem.help("choose another with --port, or --port 0 for any free port"))
        }
        ServeError::Address(_) => Failure::input(problem),
        ServeError::Class(_) => Failure::input(problem.help("`contraband list` shows all lessons")),
        ServeError::System(_) => Failure::failed(problem),
    }
}

/// The runs of a folder that can be looked at: a run's one, a study's worlds with one of its seeds, all cells of a sweep with
/// their first repetition, or one run of it.
fn exhibits_of(dir: &Path, args: &args::Explore) -> Result<Vec<Exhibit>, Failure> {
    let is_sweep = dir.join("plan.json").is_file();
    let study = study::open(dir);
    if (args.seed.is_some() || args.worst.is_some()) && study.is_none() {
        let problem = Problem::new(format!("{} is not the folder of a study", dir.display()));
        return Err(Failure::input(
            problem.help("leave out --seed and --worst: only studies have several seeds to choose from"),
        ));
    }
    if is_sweep {
        let folder = SweepFolder::open(dir)?;
        other_build(&folder);
        return of_sweep(folder, args.run);
    }
    if args.run.is_some() {
        let problem = Problem::new(format!("{} is not the folder of a sweep", dir.display()));
        return Err(Failure::input(problem.help("leave out --run: only sweeps have numbered runs")));
    }
    if let Some(folder) = study {
        let folder = folder?;
        let study = &folder.study;
        let seed = match (&args.worst, args.seed) {
            (Some(metric), _) => {
                let metric = folder.metric(metric)?;
                worst_seed(study, dir, (!study.arms.is_empty()).then_some(0), &folder.seeds, metric)?
            }
            (None, Some(seed)) => folder.seed(seed)?,
            (None, None) => folder.seeds.first().copied().unwrap_or(study.first_seed),
        };
        let worlds = study.arms.iter().map(|arm| (arm.name.as_str(), &arm.scenario));
        return Ok(std::iter::once((study.base.name.as_str(), &study.base))
            .chain(worlds)
            .map(|(name, scenario)| exhibit(name, format!("a world of {}, seed {seed}", study.name), scenario, seed))
            .collect());
    }
    let folder = store::open(dir)?;
    let info = folder.info();
    if let Some(differs) = info.build().differs() {
        remark(&format!("{}: {differs}", dir.display()));
    }
    let digest = info.digest.get(..16).unwrap_or(&info.digest);
    let about = format!("seed {}, {} days, digest {digest}", info.seed, info.days);
    let opening = Opening {
        scenario: info.scenario.clone(),
        text: Some(folder.scenario_text()?),
        seed: Some(info.seed),
        days: Some(info.days),
        futures: Vec::new(),
        now: 0,
    };
    Ok(vec![Exhibit::new(info.scenario.clone(), about, move || Ok(opening.clone()))])
}

fn of_sweep(folder: SweepFolder, run: Option<u64>) -> Result<Vec<Exhibit>, Failure> {
    let folder = Arc::new(folder);
    let plan = folder.plan();
    if let Some(run) = run.filter(|&run| run >= plan.runs()) {
        let problem = Problem::new(format!("there is no run {run}"));
        let help = format!("plan.json has {} runs, numbered 0 to {}", plan.runs(), plan.runs() - 1);
        return Err(Failure::input(problem.help(help)));
    }
    // Repetition by repetition: the first runs are one of each cell.
    let runs = run.map_or(0..plan.cells.len() as u64, |run| run..run + 1);
    let shown = runs.map(|run| {
        let which = plan.which(run);
        let values = plan.factors.iter().zip(&plan.cells[which.cell].values);
        let levers: Vec<String> = values
            .filter(|(_, value)| !value.is_null())
            .map(|(factor, value)| format!("{} {}", factor.label.to_lowercase(), value.to_string().trim_matches('"')))
            .collect();
        let title = format!("{}: cell {}", if plan.name.is_empty() { &plan.base.name } else { &plan.name }, which.cell);
        let about = format!("run {run}, seed {}; {}", which.seed, levers.join(", "));
        // A world is read when somebody opens it: there may be very many.
        let folder = Arc::clone(&folder);
        Exhibit::new(title, about, move || {
            let scenario = folder.scenario(which.cell).map_err(|error| error.to_string())?;
            Ok(opening_of(&scenario, which.seed))
        })
    });
    Ok(shown.collect())
}

fn exhibit(title: &str, about: String, scenario: &Scenario, seed: u64) -> Exhibit {
    let opening = opening_of(scenario, seed);
    Exhibit::new(title.into(), about, move || Ok(opening.clone()))
}

fn opening_of(scenario: &Scenario, seed: u64) -> Opening {
    Opening {
        scenario: scenario.name.clone(),
        text: Some(scenario.to_ron()),
        seed: Some(seed),
        days: Some(scenario.days),
        futures: Vec::new(),
        now: 0,
    }
}

/// Asks the system to show an address, as it would when one is clicked; whether it could be asked.
pub(super) fn open(address: &str) -> bool {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    Command::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}
