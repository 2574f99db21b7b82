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

use crate::args::Command;
use crate::errors::Failure;
use crate::exit::Exit;

/// Does what was asked.
///
/// # Errors
/// When it cannot be done.
pub fn carry_out(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Sensitivity(args) => sensitivity::sensitivity(&args),
        Command::Discover(args) => discover::discover(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Check(args) => check::check(&args),
        Command::Levers(args) => levers::levers(&args),
        Command::Schema(args) => schema::schema(&args),
        Command::List(args) => list::list(&args),
        Command::New(args) => new::new(&args),
        Command::Report(args) => report::report(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Explore(args) => explore::explore(&args),
        Command::Classroom(args) => classroom::classroom(&args),
        Command::Classes(args) => classes::classes(&args),
        Command::Verify(args) => verify::verify(&args),
    }
}
