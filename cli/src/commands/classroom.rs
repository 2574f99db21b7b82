//! `contraband classroom`: a lesson, played by a class.

use std::io::IsTerminal;
use std::thread::available_parallelism;

use contraband_classroom::{ClassOptions, Doors};

use super::explore::{not_served, open};
use crate::errors::{Failure, remark};
use crate::exit::Exit;
use crate::{args, interrupt, output};

/// Serves a class until Ctrl-C.
///
/// # Errors
/// When there is no such lesson, the port is taken, or the system refuses.
pub fn classroom(args: &args::Classroom) -> Result<Exit, Failure> {
    interrupt::listen(interrupt::CLOSING)?;
    let options = ClassOptions {
        port: args.port,
        lan: args.lan,
        lesson: args.lesson.clone(),
        classes: args.classes.clone(),
        rehearse: args.rehearse,
        threads: available_parallelism().map_or(1, Into::into),
    };
    let mut told = Ok(());
    let ready = |doors: &Doors| {
        told = welcome(doors, args.lan);
        if args.open && !open(&doors.teacher) {
            remark("no browser could be opened: go to the teacher's address yourself");
        }
    };
    let served = contraband_classroom::classroom(&options, ready, interrupt::asked);
    told?;
    served.map(|()| Exit::Ok).map_err(not_served)
}

/// What the teacher needs before the lesson, on one screen.
fn welcome(doors: &Doors, lan: bool) -> Result<(), Failure> {
    for said in &doors.remarks {
        remark(said);
    }
    output::print(&format!(
        "teacher    {}\nprojector  {}\nstudents   {}   code {}\n",
        doors.teacher, doors.screen, doors.join, doors.code
    ))?;
    if std::io::stderr().is_terminal() {
        remark(&format!("\n{}", doors.picture));
        remark("the teacher's address is secret; students scan the picture, or type the address and the code");
        if !lan {
            remark("only this machine can join; --lan lets phones in");
        }
        remark("Ctrl-C ends it; the same command goes on with the same class");
    }
    Ok(())
}
