//! `contraband`: black markets after abundance, from a scenario to charts.
//!
//! What is asked for on the command line is in `args`; `commands` holds one file for each command; only `errors` shows
//! what went wrong, and only `exit` says with which code.

mod args;
mod clock;
mod commands;
mod errors;
mod exit;
mod interrupt;
mod memory;
mod output;
mod pictures;
mod progress;
mod source;

use std::panic;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    contraband_lab::build::built_from(env!("CONTRABAND_COMMIT"));
    // Usage errors end here, with exit code 2.
    let args = args::Args::parse();
    let ended = panic::catch_unwind(|| commands::carry_out(args.command));
    let exit = match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            errors::show(&failure);
            failure.exit
        }
        // The panic has said what and where.
        Err(_) => {
            errors::show_defect();
            exit::Exit::Failed
        }
    };
    exit.into()
}
