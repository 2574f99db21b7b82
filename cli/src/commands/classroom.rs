//! `contraband classroom`: a lesson, played by a class.

use std::io::IsTerminal;
use std::thread::available_parallelism;

use contraband_classroom::class::seats::typed_code;
use contraband_classroom::lesson::LESSONS;
use contraband_classroom::server::addresses::ServerAddress;
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
    // What is no lesson but can be a code is one.
    let asked = args.lesson.as_deref();
    let code = asked.filter(|asked| LESSONS.iter().all(|lesson| lesson.name != *asked)).and_then(typed_code);
    let options = ClassOptions {
        port: args.port,
        lan: args.lan,
        given: args.address.iter().chain(&args.host).cloned().collect(),
        lesson: args.lesson.clone().filter(|_| code.is_none()),
        class: code,
        new: args.new,
        classes: args.classes.clone(),
        rehearse: args.rehearse,
        threads: available_parallelism().map_or(1, Into::into),
    };
    let mut told = Ok(());
    let ready = |doors: &Doors| {
        told = welcome(doors, args.lan);
        // Everybody on this machine can read command lines: this address is good for one visit.
        if args.open && !open(&doors.open) {
            remark("no browser could be opened: open the teacher's address yourself");
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
        "teacher    {}\nprojector  {}\nstudents   {}   code {}\nlesson     {}\n",
        doors.teacher, doors.screen, doors.join, doors.code, doors.lesson
    ))?;
    if let [first, others @ ..] = &doors.addresses[..]
        && !others.is_empty()
    {
        remark(&format!(
            "{} is {}; if phones do not get there, choose another on the teacher's page:",
            first.join,
            network(first)
        ));
        for other in others {
            remark(&format!("           {}   {}", other.join, network(other)));
        }
    }
    if std::io::stderr().is_terminal() {
        if doors.picture.is_empty() {
            remark("keep the teacher's address secret");
        } else {
            remark(&format!("\n{}", doors.picture));
            remark("keep the teacher's address secret; students scan the picture, or type the address and the code");
        }
        if lan {
            remark(
                "the teacher's and the projector's page are for this machine; elsewhere put the students' address before /",
            );
        }
        remark("Ctrl-C ends it; the same command continues with the same class, and --new begins another");
    }
    Ok(())
}

/// The network of an address, with the name of its adapter.
fn network(address: &ServerAddress) -> String {
    let ServerAddress { adapter, words, .. } = address;
    if adapter.is_empty() { (*words).to_owned() } else { format!("{words} ({adapter})") }
}
