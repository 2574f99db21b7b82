//! What a sweep found: its merged tables, pictures and report. How it is run is told in [`contraband_lab::sweep`].

mod findings;
mod page;
mod pictures;
mod tables;

use std::collections::BTreeMap;
use std::fs;

use contraband_lab::batch::FolderLock;
use contraband_lab::disk::{FileForm, digest_of, put, read_sealed, read_whole, sync_folder};
use contraband_lab::sweep::SweepFolder;
use contraband_sim::record::csv_dialect::CsvDialect;
use polars::prelude::DataFrame;
use serde_json::json;

use crate::error::StoreError;
use crate::store::read_frame;
pub use findings::{Stats, SweepFindings};
pub use page::write as report;

/// Before the name of a folder in which merged tables are written.
const DRAFT: &str = ".merged-";
/// What the merged tables are held against: the SHA-256 of each file.
const SUMS: &str = "tables.json";

/// Writes `runs.parquet`, `failures.parquet`, and `series.parquet` where the sweep asks for series: of all runs that are
/// over. The same runs give the same bytes. `csv` also writes text, in its dialect.
///
/// # Errors
/// When a shard is of another sweep, or the system refuses.
pub fn merge(folder: &SweepFolder, csv: Option<CsvDialect>) -> Result<(), StoreError> {
    let turn = FolderLock::wait(folder.path());
    // Whoever had the turn before and left something died of it. Without turns it may be at it now.
    let left = if turn.is_held() { fs::read_dir(folder.path()).ok() } else { None };
    for entry in left.into_iter().flatten().flatten() {
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
    let mut sums = BTreeMap::new();
    for name in names {
        let from = draft.path().join(&name);
        if let Some(table) = name.to_str().filter(|name| name.ends_with(".parquet")) {
            sums.insert(table.to_owned(), digest_of(&from).map_err(StoreError::system("read", &from))?);
        }
        fs::rename(&from, folder.path().join(&name)).map_err(StoreError::system("name", &from))?;
    }
    sync_folder(folder.path())?;
    let plan = folder.plan();
    let (cells, parts) = (plan.cells.len(), plan.parts.len());
    let about = json!({"schema": 1, "kind": "tables of a sweep", "cells": cells, "parts": parts,
                       "sweep": plan.mark(cells, parts), "sha256": sums});
    put(folder.path(), SUMS, &FileForm::Json.seal(&format!("{about:#}")))
}

/// Reads a merged table of a sweep folder: all columns, or some. No bytes are read as a table that are not those that were
/// written.
///
/// # Errors
/// When it is missing, damaged or of another merge, or lacks a column.
pub(crate) fn read_table(folder: &SweepFolder, name: &str, columns: Option<&[&str]>) -> Result<DataFrame, StoreError> {
    let path = folder.path().join(name);
    let sums_at = folder.path().join(SUMS);
    let bytes = match read_sealed(&sums_at, |_| true)? {
        Some(sums) => {
            let count = |field: &str| sums[field].as_u64().unwrap_or(u64::MAX) as usize;
            if folder.plan().mark(count("cells"), count("parts")).as_deref() != sums["sweep"].as_str() {
                let reason =
                    "it is of tables of another sweep; `contraband sweep merge` writes those of this one".into();
                return Err(StoreError::Damaged { path: sums_at, reason });
            }
            let digest = sums["sha256"][name].as_str().ok_or_else(|| StoreError::Damaged {
                path: path.clone(),
                reason: format!("{SUMS} does not say what its checksum is"),
            })?;
            read_whole(&path, digest)?
        }
        // A folder of before there were checksums.
        None => fs::read(&path).map_err(StoreError::system("read", &path))?,
    };
    read_frame(&path, bytes, columns)
}
