//! Reading a run folder back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use contraband_lab::build::Build;
use contraband_lab::disk::{digest_of, read_sealed, read_sealed_ron, read_whole};
use contraband_sim::record::tables::TABLES;
use polars::prelude::DataFrame;

use super::frame::{read_frame, with_nulls};
use super::info::{OLDEST_SCHEMA, RunInfo, SCHEMA, Timing, WITH_NULLS};
use crate::error::StoreError;

/// Since this version the files of a run folder are held against their checksums.
const WITH_SEALS: u64 = 3;

/// A run folder that was opened.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
    info: RunInfo,
}

/// Opens a run folder.
///
/// # Errors
/// When it is not there, is not a run folder, has another schema, or its `run.json` is damaged.
pub fn open(path: &Path) -> Result<RunFolder, StoreError> {
    if !path.exists() {
        return Err(StoreError::NotThere { path: path.to_owned() });
    }
    let info = read_info(path)?;
    // Whoever reads the tables cuts them by these days.
    let rows = info.tables.get("days").map_or(info.last_day.into(), |days| days.rows);
    if info.last_day > info.days || rows != u64::from(info.last_day) {
        let reason = format!(
            "it says that {} of {} days were run, and that the table of days has {rows} rows",
            info.last_day, info.days
        );
        return Err(StoreError::Damaged { path: path.join("run.json"), reason });
    }
    Ok(RunFolder { path: path.to_owned(), info })
}

/// For `map_err`, of a file that every run folder has: without it the folder is damaged.
fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::Damaged { path, reason: "it is missing".into() },
        _ => StoreError::System { doing: "read", path, source: error },
    }
}

/// `run.json` of a folder that is there.
pub(super) fn read_info(folder: &Path) -> Result<RunInfo, StoreError> {
    let path = folder.join("run.json");
    let is_sealed = |json: &serde_json::Value| json["schema"].as_u64() >= Some(WITH_SEALS);
    let Some(json) = read_sealed(&path, is_sealed)? else {
        return Err(StoreError::NotARun { path: folder.to_owned() });
    };
    let build = Build::told(&json);
    let Some(schema) =
        json.get("schema").and_then(serde_json::Value::as_u64).filter(|_| json.get("scenario_hash").is_some())
    else {
        return Err(StoreError::NotARun { path: folder.to_owned() });
    };
    if !(OLDEST_SCHEMA..=SCHEMA).contains(&schema) {
        return Err(StoreError::OtherSchema { path, found: schema, expected: SCHEMA, oldest: OLDEST_SCHEMA });
    }
    serde_json::from_value(json).map_err(|error| StoreError::NotUnderstood {
        path,
        reason: error.to_string(),
        found: build.name(),
        own: Build::own().name(),
    })
}

impl RunFolder {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `run.json`.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// Whether every file that is read of it is as it was written.
    pub fn is_sound(&self) -> bool {
        let is_whole = |(name, about): (&String, &super::TableInfo)| {
            let path = self.path.join(format!("{name}.parquet"));
            about.file.is_empty() && path.is_file() || digest_of(&path).is_ok_and(|digest| digest == about.file)
        };
        self.scenario_text().is_ok() && self.info.tables.iter().all(is_whole)
    }

    /// `scenario.ron`: the scenario in full, as run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn scenario_text(&self) -> Result<String, StoreError> {
        read_sealed_ron(&self.path.join("scenario.ron"), self.info.schema >= WITH_SEALS)
    }

    /// `timing.json`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn timing(&self) -> Result<Timing, StoreError> {
        let path = self.path.join("timing.json");
        let damaged = |reason: String| StoreError::Damaged { path: path.clone(), reason };
        let json =
            read_sealed(&path, |_| self.info.schema >= WITH_SEALS)?.ok_or_else(|| damaged("it is missing".into()))?;
        serde_json::from_value(json).map_err(|error| damaged(error.to_string()))
    }

    /// All rows of a table; null where a value is missing, in folders of an older version too.
    ///
    /// # Errors
    /// When there is no such table, or its file is missing or damaged.
    pub fn table(&self, name: &str) -> Result<DataFrame, StoreError> {
        self.read(name, None)
    }

    /// Some columns of a table: cheaper than all of a long one.
    ///
    /// # Errors
    /// As for [`RunFolder::table`], and when there is no such column.
    pub fn columns(&self, name: &str, columns: &[&str]) -> Result<DataFrame, StoreError> {
        self.read(name, Some(columns))
    }

    fn read(&self, name: &str, columns: Option<&[&str]>) -> Result<DataFrame, StoreError> {
        let Some(expected) = self.info.tables.get(name) else {
            let present = self.info.tables.keys().cloned().collect();
            return Err(StoreError::NoTable { name: name.to_owned(), present });
        };
        let path = self.path.join(format!("{name}.parquet"));
        let damaged = |reason: String| StoreError::Damaged { path: path.clone(), reason };
        let bytes = match expected.file.as_str() {
            // Of before files had digests.
            "" => fs::read(&path).map_err(unreadable(&path))?,
            digest => read_whole(&path, digest)?,
        };
        let table = read_frame(&path, bytes, columns)?;
        if table.height() as u64 != expected.rows {
            return Err(damaged(format!("it has {} rows, but run.json says {}", table.height(), expected.rows)));
        }
        match TABLES.iter().find(|known| known.name == name) {
            Some(known) if self.info.schema < WITH_NULLS => {
                with_nulls(table, known).map_err(|error| damaged(error.to_string()))
            }
            _ => Ok(table),
        }
    }
}
