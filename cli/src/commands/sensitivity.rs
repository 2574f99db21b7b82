//! `contraband sensitivity`: what the metrics of a sweep depend on.

use contraband_analysis::sweep::report;
use contraband_analysis::{sample, sensitivity as told};
use contraband_lab::error::StoreError;
use contraband_lab::sample::Unanswered;
use contraband_lab::sensitivity::SensitivityAnswer;
use contraband_lab::sweep::SweepFolder;

use super::sweep::other_build;
use crate::errors::{Failure, Problem, notes, remark};
use crate::exit::Exit;
use crate::{args, output};

/// Reads a sweep folder, tells, and writes what it told into the folder.
///
/// # Errors
/// When the folder cannot be read or written, or says nothing about what is asked.
pub fn sensitivity(args: &args::Sensitivity) -> Result<Exit, Failure> {
    other_build(&SweepFolder::open(&args.dir)?);
    let sample = sample::read(&args.dir).map_err(unanswered)?;
    let answer = SensitivityAnswer::of(&sample, &args.metric).map_err(unanswered)?;
    told::write(&answer, &args.dir)?;
    report(&SweepFolder::open(&args.dir)?)?;
    notes("", &answer.notes);
    if args.json {
        output::print_json(&answer.json())?;
    } else {
        let mut told = String::new();
        for findings in &answer.findings {
            told += &format!("{}\n", findings.metric);
            told += &output::columns(&findings.table());
            for sentence in findings.sentences() {
                told += &output::wrapped(&sentence.replace('`', ""), "  ", 100);
            }
            told.push('\n');
        }
        output::print(&told)?;
        for (_, why) in &answer.without {
            remark(&format!("left out: {why}"));
        }
        remark(&format!("also in {}, with charts", args.dir.join("report.html").display()));
    }
    Ok(incomplete(answer.missing.as_deref()))
}

/// Says what of the sweep is missing; the exit code says it too.
pub fn incomplete(missing: Option<&str>) -> Exit {
    match missing {
        Some(missing) => {
            remark(&format!("incomplete sweep: {missing}"));
            Exit::Incomplete
        }
        None => Exit::Ok,
    }
}

/// Why a question about a sweep has no answer.
pub fn unanswered(why: Unanswered) -> Failure {
    match why {
        Unanswered::Store(error @ StoreError::NotThere { .. }) => {
            Failure::input(Problem::new(error.to_string()).help("`contraband sweep` prints the folder it writes"))
        }
        Unanswered::Store(error) => error.into(),
        Unanswered::Asked { what, help } => Failure::input(Problem::new(what).help(help)),
    }
}
