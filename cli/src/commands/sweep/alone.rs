//! A run in a process of its own: what kills that one does not kill this.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use contraband_lab::batch::Runner;
use contraband_lab::error::StoreError;
use contraband_lab::sweep::{Alone, SweepFolder, SweptRun, run_one};

use crate::clock::Stopwatch;
use crate::errors::{Failure, Problem};
use crate::exit::Exit;
use crate::{interrupt, output};

/// Before the row on a line of what such a process prints.
const ROW: &str = "row ";

/// Has a run done by another process of this program; within so many seconds, if any are given.
///
/// # Errors
/// When no other process can be started.
pub fn run(folder: &Path, run: u64, time_limit: Option<f64>) -> Result<Alone, StoreError> {
    /// Between looks at it.
    const LOOK: Duration = Duration::from_millis(20);
    let program = std::env::current_exe().map_err(StoreError::system("find the program for", folder))?;
    let mut command = Command::new(&program);
    command.args(["sweep", "run", "--threads", "1", "--alone", &run.to_string()]);
    if let Some(limit) = time_limit {
        command.args(["--time-limit", &limit.to_string()]);
    }
    command.arg("--").arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(StoreError::system("start", &program))?;
    let mut out = child.stdout.take().expect("it was asked for");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text).unwrap_or_default()
    });
    let status = loop {
        if let Some(status) = child.try_wait().map_err(StoreError::system("wait for", &program))? {
            break status;
        }
        if interrupt::asked() {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(Alone::Interrupted);
        }
        std::thread::sleep(LOOK);
    };
    let told = reader.join().unwrap_or_default();
    let row = told.lines().find_map(|line| line.strip_prefix(ROW)).and_then(SweptRun::from_text);
    Ok(match row {
        Some(row) if status.success() && row.run == run => Alone::Over(Box::new(row)),
        _ if status.code() == Some(Exit::Interrupted.code().into()) => Alone::Interrupted,
        _ => Alone::Ended(ending(status)),
    })
}

/// How a process ended, in words.
fn ending(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            let name = match signal {
                6 => " (SIGABRT)",
                9 => " (SIGKILL)",
                11 => " (SIGSEGV)",
                _ => "",
            };
            return format!("signal {signal}{name}");
        }
    }
    status.code().map_or_else(|| "nobody knows how".into(), |code| format!("with code {code}"))
}

/// Does a run for the process that asked, and prints its row.
///
/// # Errors
/// When the folder has no such run, or nothing can be printed.
pub fn answer(folder: &SweepFolder, run: u64, time_limit: Option<f64>) -> Result<Exit, Failure> {
    let plan = folder.plan();
    if run >= plan.runs() {
        return Err(Failure::input(Problem::new(format!("there is no run {run}"))));
    }
    interrupt::listen(interrupt::KEPT)?;
    let watch = Stopwatch::start();
    let clock = || watch.seconds();
    let runner = Runner { threads: 1, time_limit, clock: &clock, interrupted: &interrupt::asked };
    let scenario = Arc::new(folder.scenario(plan.which(run).cell)?);
    let Some(row) = run_one(folder, &scenario, run, &runner) else { return Ok(Exit::Interrupted) };
    output::print(&format!("{ROW}{}\n", row.to_text()))?;
    Ok(Exit::Ok)
}
