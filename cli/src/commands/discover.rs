//! `contraband discover`: where in a sweep a condition is met.

use contraband_analysis::sweep::report;
use contraband_analysis::{discovery, sample};
use contraband_lab::discovery::Discovery;
use contraband_lab::sweep::SweepFolder;

use super::sensitivity::{incomplete, unanswered};
use super::sweep::other_build;
use crate::errors::{Failure, remark};
use crate::exit::Exit;
use crate::{args, output};

/// Reads a sweep folder, tells, and writes what it told into the folder.
///
/// # Errors
/// When the folder cannot be read or written, or says nothing about what is asked.
pub fn discover(args: &args::Discover) -> Result<Exit, Failure> {
    other_build(&SweepFolder::open(&args.dir)?);
    let sample = sample::read(&args.dir).map_err(unanswered)?;
    let found = Discovery::of(&sample, &args.condition).map_err(unanswered)?;
    discovery::write(&found, &args.dir)?;
    report(&SweepFolder::open(&args.dir)?)?;
    if args.json {
        output::print_json(&found.json())?;
    } else {
        let told = found.sentences().into_iter().map(|sentence| output::wrapped(&sentence.replace('`', ""), "", 100));
        output::print(&told.collect::<String>())?;
        remark(&format!("also in {}, with charts", args.dir.join("report.html").display()));
    }
    Ok(incomplete(found.missing.as_deref()))
}
