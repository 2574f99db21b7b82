//! Writing a run folder while the run goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use contraband_lab::batch::{Break, Watch};
use contraband_lab::build::Build;
use contraband_lab::disk::{FileForm, write_synced};
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::{Batch, TABLES, Values};
use contraband_sim::run::{Digest, Run};
use contraband_sim::scenario::Scenario;
use serde::Serialize;

use super::draft::{Draft, is_free_for};
use super::folder::{RunFolder, open};
use super::frame::{Origin, ROW_GROUP, TableFile, rows, take_first};
use super::info::{RunHeader, RunInfo, SCHEMA, TableInfo, Timing};
use crate::error::StoreError;
use crate::provenance::describe;

/// Takes the rows of a run and writes its folder.
pub struct RunWriter {
    draft: Draft,
    header: RunHeader,
    force: bool,
    tables: Vec<Pending>,
}

/// Rows of one table that are not in its file yet: fewer than [`ROW_GROUP`] between calls.
struct Pending {
    file: TableFile,
    columns: Vec<Values>,
    rows: u64,
}

/// How a run ended.
pub struct Ending<'a> {
    /// Whether all days were lived.
    pub complete: bool,
    /// The last day lived.
    pub last_day: u32,
    /// The fingerprint of all rows.
    pub digest: &'a Digest,
    /// The scenario in full.
    pub scenario: &'a str,
    /// How long it took.
    pub timing: &'a Timing,
}

impl RunWriter {
    /// Starts a run folder that will be called `target`. With `csv`, every table is also written as text, in that dialect.
    ///
    /// # Errors
    /// When `target` holds another run (unless `force`) or anything else, or the system refuses.
    pub fn create(target: &Path, header: RunHeader, csv: Option<CsvDialect>, force: bool) -> Result<Self, StoreError> {
        is_free_for(target, &header, force)?;
        let draft = Draft::create(target)?;
        let origin = Origin::run(&header);
        let tables = TABLES
            .iter()
            .map(|&table| {
                let file = TableFile::create(draft.path(), table, &origin, csv)?;
                Ok(Pending { file, columns: table.no_rows(), rows: 0 })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Self { draft, header, force, tables })
    }

    /// Takes rows.
    ///
    /// # Errors
    /// When the system refuses.
    ///
    /// # Panics
    /// When a batch does not fit its table: that is a defect of the recorder.
    pub fn write(&mut self, batches: Vec<Batch>) -> Result<(), StoreError> {
        for batch in batches {
            fits(&batch);
            let index =
                TABLES.iter().position(|table| table.name == batch.table.name).expect("every table is in TABLES");
            self.tables[index].take(batch)?;
        }
        Ok(())
    }

    /// Writes what is left and the files about the run. The folder is whole then, but still carries its hidden name, so
    /// that charts can be added.
    ///
    /// # Errors
    /// When the system refuses.
    ///
    /// # Panics
    /// When the rows taken are not those that the digest counts: that is a defect of the program.
    pub fn finish(self, ending: &Ending) -> Result<FinishedRun, StoreError> {
        let Self { draft, header, force, tables } = self;
        let mut files = BTreeMap::new();
        for pending in tables {
            let name = pending.file.name();
            let counted =
                ending.digest.tables.iter().find(|(table, ..)| *table == name).map_or(0, |&(_, rows, _)| rows);
            assert_eq!(pending.rows, counted, "rows of table {name} written, and counted by the recorder");
            files.insert(name, pending.finish()?);
        }
        let folder = draft.path();
        let table = |(name, rows, digest): &(&str, u64, String)| {
            let file = files.get(name).cloned().unwrap_or_default();
            ((*name).to_owned(), TableInfo { rows: *rows, digest: digest.clone(), file })
        };
        let Build { version, fingerprint, commit } = header.build.clone();
        let info = RunInfo {
            schema: SCHEMA,
            engine_version: version,
            engine_fingerprint: fingerprint,
            commit,
            scenario: header.scenario.clone(),
            scenario_hash: header.scenario_hash.clone(),
            seed: header.seed,
            days: header.days,
            citizens: header.citizens,
            valve: header.valve.clone(),
            overrides: header.overrides.clone(),
            complete: ending.complete,
            last_day: ending.last_day,
            digest: ending.digest.all.clone(),
            tables: ending.digest.tables.iter().map(table).collect(),
        };
        write_synced(&folder.join("scenario.ron"), FileForm::Ron.seal(ending.scenario).as_bytes())?;
        write_synced(&folder.join("timing.json"), &json(ending.timing))?;
        write_synced(&folder.join("run.json"), &json(&info))?;
        let folder = open(folder)?;
        Ok(FinishedRun { draft, header, force, folder })
    }
}

impl Pending {
    fn take(&mut self, batch: Batch) -> Result<(), StoreError> {
        self.rows += rows(&batch.columns) as u64;
        for (held, new) in self.columns.iter_mut().zip(batch.columns) {
            held.extend(new);
        }
        // Cut at fixed places: the bytes of the file do not depend on how many days came at once.
        while rows(&self.columns) >= ROW_GROUP {
            self.file.append(take_first(&mut self.columns, ROW_GROUP))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<String, StoreError> {
        if rows(&self.columns) > 0 {
            self.file.append(self.columns)?;
        }
        self.file.finish()
    }
}

/// A run folder with all its data, waiting for its charts and its name.
pub struct FinishedRun {
    draft: Draft,
    header: RunHeader,
    force: bool,
    folder: RunFolder,
}

impl FinishedRun {
    /// The folder under its hidden name.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Gives the folder its name; an older one of the same run is replaced. An interrupted run does not replace a whole
    /// one: then the whole one is kept and handed back.
    ///
    /// # Errors
    /// When the place was taken meanwhile, or the system refuses.
    pub fn publish(self) -> Result<RunFolder, StoreError> {
        if let Ok(there) = open(self.draft.target())
            && !self.folder.info().complete
            && there.info().complete
            && self.header.same_run(there.info())
        {
            return Ok(there);
        }
        let path = self.draft.publish(&self.header, self.force)?;
        // Of the folder as it is now: somebody's notes moved along.
        describe(&path)?;
        open(&path)
    }
}

/// The folder of a scenario with its seed, where a build has run it already and it is whole and sound.
pub fn already_run(target: &Path, scenario: &Scenario, build: &Build) -> Option<RunFolder> {
    let header = RunHeader::of(scenario, BTreeMap::new()).by(build);
    let there = open(target).ok().filter(|there| there.info().complete)?;
    // Another build may count other things among what makes a scenario.
    let is_its_own = || build.is_same(&there.info().build()) && header.seed == there.info().seed;
    let is_it = header.same_run(there.info()) || !build.is_same(Build::own()) && is_its_own();
    (is_it && there.is_sound()).then_some(there)
}

/// Runs a scenario with its seed on this thread and writes its folder; one of the same run by this build that is there
/// already, whole and sound, is opened, and one of another run is replaced. Of another build it is opened or refused.
///
/// # Errors
/// When the run may not go on, `target` holds anything but a run, another build did not run it, or the system refuses.
pub fn run_into(
    target: &Path,
    scenario: &Arc<Scenario>,
    build: &Build,
    watch: &Watch<'_>,
) -> Result<RunFolder, Break<StoreError>> {
    if let Some(there) = already_run(target, scenario, build) {
        return Ok(there);
    }
    let header = RunHeader::of(scenario, BTreeMap::new()).by(build);
    if !build.is_same(Build::own()) {
        let (found, own) = (build.name(), Build::own().name());
        return Err(StoreError::OtherBuild { path: target.to_owned(), found, own }.into());
    }
    let mut writer = RunWriter::create(target, header, None, true)?;
    let mut run = Run::new(Arc::clone(scenario), scenario.seed, 1);
    while run.day() < scenario.days {
        watch.check()?;
        run.step();
        writer.write(run.take_rows())?;
    }
    writer.write(run.finish())?;
    let (digest, text, timing) = (run.digest(), scenario.to_ron(), Timing { schema: SCHEMA, ..Timing::default() });
    let ending = Ending { complete: true, last_day: run.day(), digest: &digest, scenario: &text, timing: &timing };
    Ok(writer.finish(&ending)?.publish()?)
}

fn json(value: &impl Serialize) -> Vec<u8> {
    FileForm::Json.seal(&serde_json::to_string_pretty(value).expect("plain structs become JSON")).into_bytes()
}

/// # Panics
/// When the batch has other columns than its table, or columns of different lengths.
fn fits(batch: &Batch) {
    let name = batch.table.name;
    assert_eq!(batch.columns.len(), batch.table.columns.len(), "columns of a batch of {name}");
    let height = rows(&batch.columns);
    for (spec, values) in batch.table.columns.iter().zip(&batch.columns) {
        assert_eq!((values.kind(), values.may_miss()), (spec.kind, spec.may_miss), "type of {name}.{}", spec.name);
        assert_eq!(values.len(), height, "rows of {name}.{}", spec.name);
    }
}
