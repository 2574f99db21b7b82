//! Study folders, opened again: for their report, and for questions to two worlds at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use contraband_analysis::compare::{How, STUDY};
use contraband_lab::files::study::MOST_SEEDS;
use contraband_lab::files::study::Study;
use contraband_sim::VERSION;
use serde_json::Value;

use super::compare::of_text;
use crate::errors::{Failure, Problem};
use crate::{interrupt, source};

/// A study folder whose runs are all there.
pub struct StudyFolder {
    /// Where it lies.
    pub path: PathBuf,
    /// What was asked.
    pub study: Study,
    /// The seeds that it was lived with, those of which a run failed left out.
    pub seeds: Vec<u64>,
    /// The command that made it.
    pub command: String,
}

impl StudyFolder {
    /// How it is lived where nothing new is asked: what is kept is read, and what is missing is lived again.
    pub fn again(&self) -> How<'_> {
        How {
            threads: available_parallelism().map_or(1, Into::into),
            force: false,
            command: &self.command,
            on_done: &|_, _| (),
            ended: &interrupt::asked,
        }
    }
}

/// Opens a study folder; `None` if it is none.
///
/// # Errors
/// When it is not finished, made by another version, or damaged.
pub fn open(path: &Path) -> Option<Result<StudyFolder, Failure>> {
    let text = fs::read(path.join("study.json")).ok()?;
    Some(read(path, &text))
}

fn read(path: &Path, text: &[u8]) -> Result<StudyFolder, Failure> {
    let shown = path.display();
    let about: Value = serde_json::from_slice(text).map_err(|error| {
        let problem = Problem::new(format!("{} is damaged: {error}", path.join("study.json").display()));
        Failure::input(
            problem.help("`contraband compare` with the same study and --force writes it again; runs are kept"),
        )
    })?;
    let version = about["engine_version"].as_str().unwrap_or("no version");
    if version != VERSION {
        let problem = Problem::new(format!("{shown} was made by version {version}; this is {VERSION}"));
        let help = format!("read it with version {version}, or live the study again into another folder");
        return Err(Failure::input(problem.help(help)));
    }
    let command = about["command"].as_str().unwrap_or("contraband compare").to_owned();
    let Some(count) = about["seeds"].as_u64().filter(|&count| count <= MOST_SEEDS) else {
        let problem = Problem::new(format!("the study in {shown} is not finished"));
        return Err(Failure::input(problem.help("the command that began it goes on from there")));
    };
    let study = of_text(&source::read_file(&path.join(STUDY))?)?;
    let failed: Vec<u64> =
        about["failed"].as_array().into_iter().flatten().filter_map(|failed| failed[1].as_u64()).collect();
    let all = (study.first_seed..).filter(|seed| !failed.contains(seed));
    Ok(StudyFolder { seeds: all.take(count as usize).collect(), path: path.to_owned(), study, command })
}
