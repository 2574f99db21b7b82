//! What can go wrong with files of results, in words for the person who asked for them.

use std::io;
use std::path::{Path, PathBuf};

/// Schemas in words.
fn schemas(oldest: u64, newest: u64) -> String {
    if oldest == newest { format!("schema {newest}") } else { format!("schemas {oldest} to {newest}") }
}

/// Why a run folder could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is nothing at the path.
    #[error("there is no folder {}; check the path", path.display())]
    NotThere {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The path leads to something without a `run.json` of ours.
    #[error("{} is not the folder of a run: it has no run.json written by contraband", path.display())]
    NotARun {
        /// What was opened.
        path: PathBuf,
    },
    /// Written by a version whose files look different.
    #[error("{} was written with schema {found}, but this version reads {}; use the version that wrote it, or make it again",
            path.display(), schemas(*oldest, *expected))]
    OtherSchema {
        /// The `run.json`.
        path: PathBuf,
        /// The schema it states.
        found: u64,
        /// The schema that this version writes.
        expected: u64,
        /// The oldest schema that it reads.
        oldest: u64,
    },
    /// A file of a run folder is missing, cut short, or was changed.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No table of that name.
    #[error("there is no table `{name}`; the tables are {}", present.join(", "))]
    NoTable {
        /// What was asked for.
        name: String,
        /// What there is.
        present: Vec<String>,
    },
    /// The folder holds another run.
    #[error("{} already holds another run: {found}; the new one is {wanted}", path.display())]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// The run in it.
        found: String,
        /// The run that was to be written there.
        wanted: String,
    },
    /// The folder holds another study.
    #[error("{} already holds another study: {found}; the new one is {wanted}", path.display())]
    OtherStudy {
        /// The folder.
        path: PathBuf,
        /// The study in it, by what differs.
        found: String,
        /// The study that was to be written there.
        wanted: String,
    },
    /// The folder holds another sweep.
    #[error("{} already holds another sweep: {found}; the new one is {wanted}", path.display())]
    OtherSweep {
        /// The folder.
        path: PathBuf,
        /// The sweep in it, by what differs.
        found: String,
        /// The sweep that was to be written there.
        wanted: String,
    },
    /// The folder holds another calibration.
    #[error("{} already holds another calibration: {what} differs", path.display())]
    OtherCalibration {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// What is there was made by another build, and nothing new is added to it.
    #[error("{} was made by {found}, and this is {own}: new runs are not mixed with old ones", path.display())]
    OtherBuild {
        /// The folder.
        path: PathBuf,
        /// What it was made by.
        found: String,
        /// What was to add to it.
        own: String,
    },
    /// A file is as it was written, and says what this build cannot read.
    #[error("{} is as it was written, but this build cannot read it: {reason}; it was made by {found}, and this is {own}",
            path.display())]
    NotUnderstood {
        /// The file.
        path: PathBuf,
        /// What is not understood.
        reason: String,
        /// What it was made by.
        found: String,
        /// What was to read it.
        own: String,
    },
    /// A journal is of another list of runs.
    #[error("{} keeps the runs of another list: its identity is {found}, and that of this list {wanted}", path.display())]
    OtherBatch {
        /// The journal.
        path: PathBuf,
        /// The list that it is of.
        found: String,
        /// The list that was to be read or run.
        wanted: String,
    },
    /// Runs are kept in a form that this version does not read.
    #[error("{} keeps runs in the form of another version, which this one does not read", path.display())]
    OtherForm {
        /// The file.
        path: PathBuf,
    },
    /// No run of a study is there to be told of.
    #[error("no seed of the study in {} has a run of every world: all failed", path.display())]
    NoSeed {
        /// The folder.
        path: PathBuf,
    },
    /// The path leads to something without a `plan.json` of ours.
    #[error("{} is not the folder of a sweep: it has no plan.json written by contraband", path.display())]
    NotASweep {
        /// What was opened.
        path: PathBuf,
    },
    /// The folder holds something that is not a run; it is never touched.
    #[error("{} holds something other than what would be written there; it is left alone", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// Another process fills a folder that will have this name.
    #[error("another process is writing {} right now", path.display())]
    Busy {
        /// The name.
        path: PathBuf,
    },
    /// A run does not fit into memory.
    #[error("{what}: {reason}")]
    TooLarge {
        /// Which run.
        what: String,
        /// How much it needs, and how much there is.
        reason: String,
    },
    /// The path is a file.
    #[error("{} is a file, but a folder is needed", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    System {
        /// What was tried, as a verb: `write`, `rename`.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl StoreError {
    /// For `map_err`: what was tried on which path.
    pub fn system(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { doing, path, source }
    }
}
