//! `contraband explore`: the page for one person.

use std::io::IsTerminal;
use std::process::{Command, Stdio};
use std::thread::available_parallelism;

use contraband_classroom::{Options, ServeError};

use crate::args;
use crate::errors::{Failure, Problem, remark};
use crate::exit::Exit;
use crate::{interrupt, output};

/// Serves the page on this machine until Ctrl-C.
///
/// # Errors
/// When the port is taken, or the system refuses.
pub fn explore(args: &args::Explore) -> Result<Exit, Failure> {
    interrupt::listen()?;
    let threads = available_parallelism().map_or(1, Into::into);
    let mut told = Ok(());
    let ready = |address: &str| {
        told = output::print(&format!("{address}\n"));
        if std::io::stderr().is_terminal() {
            remark("the page is at this address, on this machine only; Ctrl-C ends it");
        }
        if args.open && !open(address) {
            remark("no browser could be opened: go to the address yourself");
        }
    };
    let served = contraband_classroom::explore(
        &Options { port: args.port, threads, exhibits: Vec::new() },
        ready,
        interrupt::asked,
    );
    told?;
    served.map(|()| Exit::Ok).map_err(|error| {
        let problem = Problem::new(error.to_string());
        match error {
            ServeError::Port { .. } => {
                Failure::failed(problem.help("give another with --port, or --port 0 for any that is free"))
            }
            ServeError::System(_) => Failure::failed(problem),
        }
    })
}

/// Asks the system to show an address, as it would when one is clicked; whether it could be asked.
fn open(address: &str) -> bool {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    Command::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}
