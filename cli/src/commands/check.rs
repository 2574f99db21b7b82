//! `contraband check`: every complaint about files of scenarios, studies, sweeps, calibrations and patterns.

use contraband_sim::base::words::counted;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::calibrate::check_calibration;
use super::compare::check_study;
use super::sweep::check_sweep;
use super::verify::check_patterns;
use crate::errors::{Failure, Problem, notes};
use crate::exit::Exit;
use crate::{args, output, source};

/// Checks files, and the scenario files in folders.
///
/// # Errors
/// All that is wrong with any of them.
pub fn check(args: &args::CheckArgs) -> Result<Exit, Failure> {
    let mut problems = Vec::new();
    let mut fine = String::new();
    for given in &args.files {
        let files = match scenario_files(given) {
            Ok((files, left_out)) => {
                if left_out > 0 {
                    let what = counted(left_out, "file of results is", "files of results are");
                    let told = format!("{what} skipped: this program wrote them, and they are no scenarios");
                    notes(&given.display().to_string(), &[told]);
                }
                files
            }
            Err(failure) => {
                problems.extend(failure.problems);
                continue;
            }
        };
        for file in files {
            let checked = source::read_file(&file).and_then(|source| {
                let special = check_patterns(&source)
                    .or_else(|| check_calibration(&source, file.parent()))
                    .or_else(|| check_sweep(&source, file.parent()))
                    .or_else(|| check_study(&source));
                let scenario = || {
                    let idle = source.scenario()?.idle_in_file();
                    Ok(idle.iter().map(ToString::to_string).collect())
                };
                special.unwrap_or_else(scenario)
            });
            match checked {
                Ok(told) => {
                    let _ = writeln!(fine, "ok {}", file.display());
                    notes(&file.display().to_string(), &told);
                }
                Err(failure) => problems.extend(failure.problems),
            }
        }
    }
    output::print(&fine)?;
    if problems.is_empty() { Ok(Exit::Ok) } else { Err(Failure { exit: Exit::BadInput, problems }) }
}

/// Files of results beside a `ro-crate-metadata.json` that are known by their names.
const RESULTS: [&str; 8] = [
    "run.json",
    "timing.json",
    "study.json",
    "plan.json",
    "calibration.json",
    "posterior.json",
    "replay.json",
    "verification.json",
];

/// Whether a file of JSON is one that this program wrote as a result: it names its schema by a number, or its context, as no
/// scenario does; or its name and what lies beside it say so.
fn is_result(path: &Path) -> bool {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return false;
    }
    let known = path.file_name().is_some_and(|name| RESULTS.iter().any(|result| name == *result));
    if known && path.with_file_name("ro-crate-metadata.json").is_file() {
        return true;
    }
    let content = fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    content.is_some_and(|content| content.get("@context").is_some() || content["schema"].is_number())
}

/// The file itself, or the scenario files below a folder, in order of their paths, and how many files of results are left out.
fn scenario_files(given: &Path) -> Result<(Vec<PathBuf>, usize), Failure> {
    if !given.is_dir() {
        return Ok((vec![given.to_owned()], 0));
    }
    let mut files = Vec::new();
    let mut folders = vec![given.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .map_err(|error| Failure::input(Problem::new(format!("cannot read `{}`: {error}", folder.display()))))?;
        for entry in entries.flatten() {
            let path = entry.path();
            // Links are not followed down: they can lead in circles.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) if source::is_scenario_file(&path) => files.push(path),
                _ => {}
            }
        }
    }
    let all = files.len();
    files.retain(|path| !is_result(path));
    let left_out = all - files.len();
    if files.is_empty() {
        let what = if left_out == 0 {
            format!("no scenario files in `{}`", given.display())
        } else {
            let skipped = counted(left_out, "file of results is", "files of results are");
            format!("no scenario files in `{}`; {skipped} skipped", given.display())
        };
        return Err(Failure::input(Problem::new(what).help("scenario files end in .ron or .json")));
    }
    files.sort();
    Ok((files, left_out))
}
