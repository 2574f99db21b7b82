//! `contraband check`: every complaint about files of scenarios, studies, sweeps, calibrations and patterns.

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
            Ok(files) => files,
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

/// The file itself, or the scenario files below a folder, in order of their paths.
fn scenario_files(given: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !given.is_dir() {
        return Ok(vec![given.to_owned()]);
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
    if files.is_empty() {
        let what = format!("no scenario files in `{}`", given.display());
        return Err(Failure::input(Problem::new(what).help("scenario files end in .ron or .json")));
    }
    files.sort();
    Ok(files)
}
