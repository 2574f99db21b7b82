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
    #[error("there is no folder {}", path.display())]
    NotThere {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The path leads to something without a `run.json` of ours.
    #[error("{} is not a run folder: it holds no run.json of contraband", path.display())]
    NotARun {
        /// What was opened.
        path: PathBuf,
    },
    /// Written by a version whose files look different.
    #[error("{} has schema {found}; this version reads {}", path.display(), schemas(*oldest, *expected))]
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
    #[error("there is no table `{name}`; there are {}", present.join(", "))]
    NoTable {
        /// What was asked for.
        name: String,
        /// What there is.
        present: Vec<String>,
    },
    /// The folder holds another run.
    #[error("{} holds another run: {found}; this one is {wanted}", path.display())]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// The run in it.
        found: String,
        /// The run that was to be written there.
        wanted: String,
    },
    /// The folder holds another study.
    #[error("{} holds another study: {found}; this one is {wanted}", path.display())]
    OtherStudy {
        /// The folder.
        path: PathBuf,
        /// The study in it, by what differs.
        found: String,
        /// The study that was to be written there.
        wanted: String,
    },
    /// The folder holds another sweep.
    #[error("{} holds another sweep: {found}; this one is {wanted}", path.display())]
    OtherSweep {
        /// The folder.
        path: PathBuf,
        /// The sweep in it, by what differs.
        found: String,
        /// The sweep that was to be written there.
        wanted: String,
    },
    /// The folder holds another calibration.
    #[error("{} holds another calibration: {what} is not the same", path.display())]
    OtherCalibration {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// No run of a study is there to be told of.
    #[error("no seed of the study in {} has a run of every world: all failed", path.display())]
    NoSeed {
        /// The folder.
        path: PathBuf,
    },
    /// The path leads to something without a `plan.json` of ours.
    #[error("{} is not a sweep folder: it holds no plan.json of contraband", path.display())]
    NotASweep {
        /// What was opened.
        path: PathBuf,
    },
    /// The folder holds something that is not a run; it is never touched.
    #[error("{} holds files that are not a run of contraband; they are left alone", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// Another process fills a folder that will have this name.
    #[error("another process is writing {} now", path.display())]
    Busy {
        /// The name.
        path: PathBuf,
    },
    /// The path is a file.
    #[error("{} is a file, not a folder", path.display())]
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
