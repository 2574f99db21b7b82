//! `contraband calibrate`: what levers are believed to be, given what is known.

use std::fs;
use std::path::{Path, PathBuf};

use contraband_analysis::calibration;
use contraband_lab::calibration::{NextStep, mend, next};
use contraband_lab::files::calibration::{Calibration, is_calibration, read_calibration};
use contraband_lab::files::patterns::{FITTED, HELD_OUT, Pattern, read_patterns};
use contraband_sim::scenario::library::CALIBRATIONS;
use contraband_sim::scenario::tree::Format;

use super::sensitivity::unanswered;
use super::sweep::{SweepAgain, find, live, tell, threads};
use crate::errors::{Failure, Problem, notes, remark};
use crate::exit::Exit;
use crate::source::Source;
use crate::{args, interrupt, output, source};

/// Lives generation after generation until it is enough, and tells what is believed.
///
/// # Errors
/// When the calibration or the folder cannot be used, or the system refuses.
pub fn calibrate(args: &args::Calibrate) -> Result<Exit, Failure> {
    let (name, calibration) = named(&args.name)?;
    notes("", &calibration.notes());
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("out").join(name));
    interrupt::listen(interrupt::KEPT)?;
    if let Some(aside) = mend(&out)? {
        remark(&format!("calibration.json was damaged: it was moved to {}, and is written again", aside.display()));
    }
    let threads = threads(&args.how);
    let answer = loop {
        let sweep = match next(&out, &calibration).map_err(unanswered)? {
            NextStep::Over(answer) => break answer,
            NextStep::Live(sweep) => sweep,
        };
        let (path, plan) = (sweep.path(), sweep.plan());
        if args.ask {
            output::print(&format!("{}\n", path.display()))?;
            remark(&format!(
                "its {} runs are needed, in {} shards; ask again once they are done",
                plan.runs(),
                plan.shards()
            ));
            return Ok(Exit::Incomplete);
        }
        remark(&format!("{}: {} runs", path.display(), plan.runs()));
        let shards: Vec<usize> = (0..plan.shards()).collect();
        let (progress, seconds) = live(&sweep, &shards, threads, &SweepAgain::default())?;
        let exit = tell(&sweep, &progress, seconds, threads);
        if !progress.is_complete() {
            return Ok(exit);
        }
    };
    if let Some(differs) = answer.build.differs() {
        remark(&format!("{}: {differs}", out.display()));
    }
    let command = format!("contraband calibrate {}", args.name);
    let report = calibration::write(&answer, &out, args.csv, &command)?;
    if args.json {
        output::print_json(&calibration::as_json(&answer, &command))?;
    } else if args.ask {
        // Nothing is printed, so that whoever asks in a loop knows that it is over.
        remark(&format!("nothing more is needed; the results are in {}", report.display()));
    } else {
        let plain = |sentence: &String| output::wrapped(&sentence.replace('`', ""), "", 100);
        let mut told: String = answer.sentences().iter().map(plain).collect();
        for warning in answer.warnings() {
            told += &plain(&format!("Caution: {warning}"));
        }
        output::print(&told)?;
        remark(&format!("also in {}, with charts", report.display()));
    }
    Ok(if answer.failed() == 0 { Exit::Ok } else { Exit::Incomplete })
}

/// The calibration that a command names, and its name for folders.
///
/// # Errors
/// When there is none, or all that is wrong with it.
pub fn named(name: &str) -> Result<(String, Calibration), Failure> {
    let source = find(name, CALIBRATIONS, "calibration")?;
    let read = of_text(&source, Path::new(name).parent())?;
    Ok((source.name, read))
}

/// Whether a text is a calibration, and what is wrong with it, or what it does in vain: for `contraband check`.
pub fn check_calibration(source: &Source, folder: Option<&Path>) -> Option<Result<Vec<String>, Failure>> {
    is_calibration(&source.text, source.format).then(|| of_text(source, folder).map(|read| read.notes()))
}

/// Reads a calibration, with the scenarios and patterns that it names; `folder` is where its own patterns lie.
fn of_text(source: &Source, folder: Option<&Path>) -> Result<Calibration, Failure> {
    if !is_calibration(&source.text, source.format) {
        let problem = Problem::new(format!("{} is not a calibration", source.shown));
        return Err(Failure::input(problem.help(
            "a calibration has `base`, `factors` and `targets`; `contraband schema calibration` describes \
                          it",
        )));
    }
    let find = |name: &str| source::find(name).and_then(|found| found.scenario()).map_err(|failure| failure.in_short());
    let patterns = |name: &str| patterns(name, folder);
    let mut calibration = read_calibration(&source.text, source.format, &find, &patterns)
        .map_err(|complaints| source.refused(complaints))?;
    if calibration.name.is_empty() {
        calibration.name.clone_from(&source.name);
    }
    Ok(calibration)
}

/// The patterns of a file beside a calibration, or of one that comes with the program.
fn patterns(name: &str, folder: Option<&Path>) -> Result<Vec<Pattern>, String> {
    let text = match name {
        "fitted" => FITTED.to_owned(),
        "held_out" => HELD_OUT.to_owned(),
        _ => {
            let path = folder.unwrap_or(Path::new("")).join(name);
            fs::read_to_string(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?
        }
    };
    let is_json = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    read_patterns(&text, if is_json { Format::Json } else { Format::Ron })
        .map_err(|complaints| format!("{name}: {} (details: `contraband check {name}`)", complaints[0].what))
}
