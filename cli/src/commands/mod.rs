//! One file for each command.

mod calibrate;
mod check;
mod classes;
mod compare;
mod discover;
mod explain;
mod classroom;
mod explore;
mod levers;
mod list;
mod new;
mod report;
mod run;
mod schema;
mod sensitivity;
mod study;
mod sweep;
mod verify;

use crate::args::CliCommand;
use crate::errors::Failure;
use crate::exit::Exit;

/// Does what was asked.
///
/// # Errors
/// When it cannot be done.
pub fn carry_out(command: CliCommand) -> Result<Exit, Failure> {
    match command {
        CliCommand::Run(args) => run::run(&args),
        CliCommand::Compare(args) => compare::compare(&args),
        CliCommand::Sweep(args) => sweep::sweep(&args),
        CliCommand::Sensitivity(args) => sensitivity::sensitivity(&args),
        CliCommand::Discover(args) => discover::discover(&args),
        CliCommand::Calibrate(args) => calibrate::calibrate(&args),
        CliCommand::Check(args) => check::check(&args),
        CliCommand::Levers(args) => levers::levers(&args),
        CliCommand::Schema(args) => schema::schema(&args),
        CliCommand::List(args) => list::list(&args),
        CliCommand::New(args) => new::new(&args),
        CliCommand::Report(args) => report::report(&args),
        CliCommand::Explain(args) => explain::explain(&args),
        CliCommand::Explore(args) => explore::explore(&args),
        CliCommand::Classroom(args) => classroom::classroom(&args),
        CliCommand::Classes(args) => classes::classes(&args),
        CliCommand::Verify(args) => verify::verify(&args),
    }
}
