//! What a sweep found: its merged tables, pictures and report. How it is run is told in [`contraband_lab::sweep`].

mod findings;
mod page;
mod pictures;
mod tables;

use contraband_sim::record::csv_dialect::CsvDialect;
use std::fs;

use contraband_lab::batch::FolderLock;
use contraband_lab::disk::sync_folder;
use contraband_lab::sweep::SweepFolder;

use crate::error::StoreError;
pub use findings::{Stats, SweepFindings};
pub use page::write as report;

/// Before the name of a folder in which merged tables are written.
const DRAFT: &str = ".merged-";

/// Writes `runs.parquet`, `failures.parquet`, and `series.parquet` where the sweep asks for series: of all runs that are
/// over. The same runs give the same bytes. `csv` also writes text, in its dialect.
///
/// # Errors
/// When a shard is of another sweep, or the system refuses.
pub fn merge(folder: &SweepFolder, csv: Option<CsvDialect>) -> Result<(), StoreError> {
    let _turn = FolderLock::wait(folder.path());
    // Whoever had the turn before and left something died of it.
    for entry in fs::read_dir(folder.path()).map_err(StoreError::system("read", folder.path()))?.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(DRAFT.as_bytes()) {
            fs::remove_dir_all(entry.path()).map_err(StoreError::system("remove", &entry.path()))?;
        }
    }
    let draft = tempfile::Builder::new()
        .prefix(DRAFT)
        .tempdir_in(folder.path())
        .map_err(StoreError::system("write in", folder.path()))?;
    tables::merge(folder, draft.path(), csv)?;
    let mut names: Vec<_> = fs::read_dir(draft.path())
        .map_err(StoreError::system("read", draft.path()))?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    names.sort();
    for name in names {
        let from = draft.path().join(&name);
        fs::rename(&from, folder.path().join(&name)).map_err(StoreError::system("name", &from))?;
    }
    sync_folder(folder.path())
}
