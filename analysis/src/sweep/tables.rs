//! Shards and merged tables of a sweep as Parquet files.

use std::fs;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use contraband_sim::record::table::{self, Row as _};
use contraband_sim::record::tables::{ColumnSpec, DAYS, Kind, Seed, TableSpec, Values, Word};
use contraband_sim::table;
use polars::prelude::{DataFrame, ParquetReader, SerReader};

use super::journal::Journal;
use super::plan::{Plan, SweepFolder};
use super::row::{Days, Row, Status};
use crate::error::StoreError;
use crate::measures::{numbers, words};
use crate::store::{Origin, ROW_GROUP, TableFile, rows, sync_folder, take_first};

/// The tables of one sweep: their columns depend on its factors and metrics.
pub struct Tables {
    /// A row for each run.
    pub runs: &'static TableSpec,
    /// A row for each run and day that is kept.
    pub series: Option<&'static TableSpec>,
    /// A row for each run that failed.
    pub failures: &'static TableSpec,
}

table! {
    /// Runs of a sweep, a row each: who and how, every factor by its lever path, every metric.
    RunHead {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell: the world";
        rep: u64, "", "number of the repetition, from 0";
        seed: Seed, "", "seed of all draws of the run";
        status: &'static str, "", "ok, stopped (by a condition), failed (panic, or a metric that is no number) or timed_out";
        error: Option<Word>, "", "what went wrong; missing where nothing did";
        stopped_day: Option<u32>, "day", "day on which a condition ended the run; missing where none did";
        reason: Option<Word>, "", "the condition that ended it; missing where none did";
        digest: Option<Word>, "", "beginning of the digest of the run; missing where it failed";
    }
}

table! {
    /// Columns of `days` through the days of each run.
    DayHead {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell: the world";
        rep: u64, "", "number of the repetition, from 0";
        day: u32, "day", "day of the run, from 1";
    }
}

table! {
    /// Runs that failed or took too long, a row each.
    FAILURES: FailureRow in "failures" {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell: the world";
        rep: u64, "", "number of the repetition, from 0";
        seed: Seed, "", "seed of all draws of the run";
        status: &'static str, "", "failed (panic, or a metric that is no number) or timed_out";
        error: Word, "", "what went wrong";
        command: Word, "", "how to live it again, from within the folder of the sweep";
    }
}

/// A text that lives as long as the program: a command writes the tables of one sweep, and their names come from it.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

impl Tables {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut columns = RunHead::COLUMNS.to_vec();
        columns.extend(plan.factors.iter().map(|factor| {
            let kind = match factor.shape.as_str() {
                "whole" => Kind::Int,
                "number" => Kind::Float,
                _ => Kind::Text,
            };
            ColumnSpec::new(kept(&factor.path), kind, kept(&factor.unit), kept(&factor.label))
        }));
        columns.extend(plan.metrics.iter().map(|metric| {
            ColumnSpec::new(kept(&metric.name), Kind::Float, "as the metric says", kept(&metric.metric)).or_missing()
        }));
        let table = |name, doc, columns: Vec<ColumnSpec>| -> &'static TableSpec {
            Box::leak(Box::new(TableSpec { name, doc, columns: Box::leak(columns.into_boxed_slice()) }))
        };
        let series = plan.series.as_ref().map(|series| {
            let columns = series.columns.iter().map(|name| {
                let about = DAYS.columns.iter().find(|about| about.name == name);
                let (unit, doc) = about.map_or(("", "as in table `days` of a run"), |about| (about.unit, about.doc));
                ColumnSpec::new(kept(name), Kind::Float, unit, doc).or_missing()
            });
            let columns = DayHead::COLUMNS.iter().copied().chain(columns).collect();
            table("series", "Columns of `days` through the days of each run.", columns)
        });
        let doc = "Runs of a sweep, a row each: who and how, every factor by its lever path, every metric.";
        Self { runs: table("runs", doc, columns), series, failures: &FAILURES }
    }
}

/// A table that grows by rows of runs and is cut into row groups of a fixed size, whatever comes at once.
struct Growing {
    file: TableFile,
    held: Vec<Values>,
}

impl Growing {
    fn create(folder: &Path, table: &'static TableSpec, origin: &Origin, csv: bool) -> Result<Self, StoreError> {
        Ok(Self { file: TableFile::create(folder, table, origin, csv)?, held: table.no_rows() })
    }

    /// Adds a row: its first columns, and those that depend on the sweep.
    fn add<'i, R: table::Row>(&mut self, head: R, more: impl IntoIterator<Item = Item<'i>>) {
        let (first, rest) = self.held.split_at_mut(R::COLUMNS.len());
        head.push(first);
        let mut more = more.into_iter();
        for column in rest {
            match (column, more.next()) {
                (Values::Int(cells), Some(Item::Int(value))) => cells.push_slot(value),
                // NaN is missing.
                (Values::Float(cells), Some(Item::Float(value))) => cells.push_slot(value),
                (Values::Text(cells), Some(Item::Text(value))) => cells.push_slot(value.to_owned().into()),
                _ => unreachable!("a row fits its table"),
            }
        }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        while rows(&self.held) >= ROW_GROUP {
            self.file.append(take_first(&mut self.held, ROW_GROUP))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        if rows(&self.held) > 0 {
            self.file.append(self.held)?;
        }
        self.file.finish()
    }
}

enum Item<'i> {
    Int(i64),
    Float(f64),
    Text(&'i str),
}

/// Files of a folder under hidden names, until they are whole.
pub(super) struct Writing<'w> {
    plan: &'w Plan,
    runs: Growing,
    series: Option<Growing>,
    failures: Option<Growing>,
}

impl<'w> Writing<'w> {
    /// Starts `runs`, and `series` where there are any, in a folder; `failures` too where they are wanted.
    fn create(folder: &Path, plan: &'w Plan, tables: &Tables, failures: bool, csv: bool) -> Result<Self, StoreError> {
        let origin = Origin::many("contraband.sweep", &plan.name).and("contraband.scenario_hash", &plan.base.hash);
        let begin = |table| Growing::create(folder, table, &origin, csv);
        Ok(Self {
            plan,
            runs: begin(tables.runs)?,
            series: tables.series.map(begin).transpose()?,
            failures: failures.then(|| begin(tables.failures)).transpose()?,
        })
    }

    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let which = self.plan.which(row.run);
        let (run, cell, rep, seed) = (row.run, which.cell, which.rep, Seed(which.seed));
        let status = row.status.word();
        let said = |text: &str| (!text.is_empty()).then(|| Word::from(text.to_owned()));
        let head = RunHead {
            run,
            cell,
            rep,
            seed,
            status,
            error: said(&row.error),
            stopped_day: u32::try_from(row.stopped_day).ok(),
            reason: said(&row.reason),
            digest: said(&row.digest),
        };
        let levers = self.plan.factors.iter().zip(&self.plan.cells[which.cell].values);
        let values: Vec<String> =
            levers.clone().map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), Into::into)).collect();
        let levers = levers.zip(&values).map(|((factor, value), text)| match factor.shape.as_str() {
            "whole" => Item::Int(value.as_f64().unwrap_or(f64::NAN) as i64),
            "number" => Item::Float(value.as_f64().unwrap_or(f64::NAN)),
            _ => Item::Text(text),
        });
        self.runs.add(head, levers.chain(row.values.iter().map(|&value| Item::Float(value))));
        self.runs.flush()?;
        if let Some(series) = &mut self.series {
            for (day, values) in &row.series {
                let head = DayHead { run, cell, rep, day: *day };
                series.add(head, values.iter().map(|&value| Item::Float(value)));
            }
            series.flush()?;
        }
        if let Some(failures) = self.failures.as_mut().filter(|_| row.status.is_failure()) {
            // From within the folder, wherever it lies: the same runs have the same bytes.
            let command = format!("contraband sweep replay . --run {run}").into();
            let error = row.error.clone().into();
            failures.add(FailureRow { run, cell, rep, seed, status, error, command }, []);
            failures.flush()?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), StoreError> {
        self.runs.finish()?;
        self.series.map_or(Ok(()), Growing::finish)?;
        self.failures.map_or(Ok(()), Growing::finish)
    }
}

/// The shards of a sweep folder.
pub struct Shards<'s> {
    sweep: &'s SweepFolder,
    /// Its tables.
    pub tables: Tables,
    folder: PathBuf,
}

impl<'s> Shards<'s> {
    /// Of a folder; their own folder is made where it is not there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn of(sweep: &'s SweepFolder) -> Result<Self, StoreError> {
        let folder = sweep.path().join("shards");
        let made = if sweep.plan().series.is_some() { folder.join("series") } else { folder.clone() };
        fs::create_dir_all(&made).map_err(StoreError::system("create", &made))?;
        Ok(Self { sweep, tables: Tables::of(sweep.plan()), folder })
    }

    /// The file of a shard.
    pub fn path(&self, shard: usize) -> PathBuf {
        self.folder.join(format!("{shard:05}.parquet"))
    }

    fn series_path(&self, shard: usize) -> PathBuf {
        self.folder.join("series").join(format!("{shard:05}.parquet"))
    }

    fn journal_path(&self, shard: usize) -> PathBuf {
        self.folder.join(format!("{shard:05}.journal"))
    }

    /// Opens the journal of a shard, and takes its lock.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn journal(&self, shard: usize) -> Result<(Journal, Vec<Row>), StoreError> {
        Journal::open(&self.journal_path(shard), &self.sweep.plan().identity(), shard)
    }

    /// Removes the journal of a shard that has its file: of a process that was killed between the two.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn tidy(&self, shard: usize) -> Result<(), StoreError> {
        if !self.journal_path(shard).exists() {
            return Ok(());
        }
        match self.journal(shard) {
            Ok((journal, _)) => journal.remove(),
            // Whoever has it removes it.
            Err(StoreError::Busy { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The rows of a shard that is over; `None` where it is not.
    ///
    /// # Errors
    /// When its file is damaged, or the system refuses.
    pub fn read(&self, shard: usize) -> Result<Option<Vec<Row>>, StoreError> {
        let path = self.path(shard);
        let Some(frame) = open(&path)? else { return Ok(None) };
        let plan = self.sweep.plan();
        let damaged = |reason: &str| StoreError::Damaged { path: path.clone(), reason: reason.into() };
        let wanted = plan.runs_of(shard);
        let runs = numbers(&frame, "run");
        if runs.len() as u64 != wanted.end - wanted.start
            || runs.iter().zip(wanted.clone()).any(|(&run, one)| run != one as f64)
        {
            return Err(damaged("it holds other runs than plan.json says"));
        }
        let [status, error, reason, digest] = ["status", "error", "reason", "digest"].map(|name| words(&frame, name));
        let stopped = numbers(&frame, "stopped_day");
        let values: Vec<Vec<f64>> = plan.metrics.iter().map(|metric| numbers(&frame, &metric.name)).collect();
        if [status.len(), error.len(), reason.len(), digest.len(), stopped.len()]
            .into_iter()
            .chain(values.iter().map(Vec::len))
            .any(|length| length != runs.len())
        {
            return Err(damaged("a column is missing"));
        }
        let mut days = self.read_series(shard)?;
        wanted
            .enumerate()
            .map(|(at, run)| {
                Ok(Row {
                    run,
                    status: Status::from_word(&status[at]).ok_or_else(|| damaged("it has a status that is none"))?,
                    error: error[at].clone(),
                    // Missing where no condition ended it.
                    stopped_day: if stopped[at].is_nan() { -1 } else { stopped[at] as i64 },
                    reason: reason[at].clone(),
                    digest: digest[at].clone(),
                    values: values.iter().map(|column| column[at]).collect(),
                    series: days.get_mut(at).map(std::mem::take).unwrap_or_default(),
                })
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn read_series(&self, shard: usize) -> Result<Vec<Days>, StoreError> {
        let Some(series) = &self.sweep.plan().series else { return Ok(Vec::new()) };
        let path = self.series_path(shard);
        let Some(frame) = open(&path)? else {
            return Err(StoreError::Damaged { path, reason: "it is missing".into() });
        };
        let wanted = self.sweep.plan().runs_of(shard);
        let mut found = vec![Vec::new(); (wanted.end - wanted.start) as usize];
        let columns: Vec<Vec<f64>> = series.columns.iter().map(|name| numbers(&frame, name)).collect();
        for (at, (run, day)) in numbers(&frame, "run").into_iter().zip(numbers(&frame, "day")).enumerate() {
            let values = columns.iter().map(|column| column.get(at).copied().unwrap_or(f64::NAN)).collect();
            if let Some(days) = (run as u64).checked_sub(wanted.start).and_then(|nth| found.get_mut(nth as usize)) {
                days.push((day as u32, values));
            }
        }
        Ok(found)
    }

    /// The rows of a shard as far as it is: of its file, or of its journal; and whether it is over.
    ///
    /// # Errors
    /// When its file is damaged, or the system refuses.
    pub fn read_so_far(&self, shard: usize) -> Result<(Vec<Row>, bool), StoreError> {
        if let Some(rows) = self.read(shard)? {
            return Ok((rows, true));
        }
        let mut rows = Journal::peek(&self.journal_path(shard), &self.sweep.plan().identity(), shard)?;
        rows.sort_by_key(|row| row.run);
        rows.dedup_by_key(|row| row.run);
        Ok((rows, false))
    }

    /// Writes the file of a shard; whoever calls holds its lock.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write<'r>(&self, shard: usize, rows: impl Iterator<Item = &'r Row>) -> Result<(), StoreError> {
        let draft = self.folder.join(format!(".{shard:05}"));
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(StoreError::system("remove", &draft))?;
        }
        fs::create_dir(&draft).map_err(StoreError::system("create", &draft))?;
        let mut writing = Writing::create(&draft, self.sweep.plan(), &self.tables, false, false)?;
        for row in rows {
            writing.add(row)?;
        }
        writing.finish()?;
        let name = |from: &str, to: PathBuf| {
            let from = draft.join(from);
            fs::rename(&from, &to).map_err(StoreError::system("name", &from))
        };
        if self.tables.series.is_some() {
            name("series.parquet", self.series_path(shard))?;
            sync_folder(&self.folder.join("series"))?;
        }
        // Whoever sees this file may count on all of the shard.
        name("runs.parquet", self.path(shard))?;
        fs::remove_dir(&draft).map_err(StoreError::system("remove", &draft))?;
        sync_folder(&self.folder)
    }

    /// Moves a damaged shard out of the way, so that its runs are lived again; nothing is deleted.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn set_aside(&self, shard: usize) -> Result<PathBuf, StoreError> {
        let (path, mut aside) = (self.path(shard), self.folder.join(format!("{shard:05}.damaged")));
        for nth in 2.. {
            if !aside.exists() {
                break;
            }
            aside = self.folder.join(format!("{shard:05}.damaged-{nth}"));
        }
        fs::rename(&path, &aside).map_err(StoreError::system("move aside", &path))?;
        sync_folder(&self.folder)?;
        Ok(aside)
    }

    /// Writes the merged tables in a folder of drafts: every row that there is, in the order of runs.
    ///
    /// # Errors
    /// When a shard is damaged, or the system refuses.
    pub fn merge(&self, draft: &Path, csv: bool) -> Result<(), StoreError> {
        let mut writing = Writing::create(draft, self.sweep.plan(), &self.tables, true, csv)?;
        for shard in 0..self.sweep.plan().shards() {
            for row in self.read_so_far(shard)?.0 {
                writing.add(&row)?;
            }
        }
        writing.finish()
    }
}

/// A Parquet file; `None` where there is none.
fn open(path: &Path) -> Result<Option<DataFrame>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::System { doing: "read", path: path.to_owned(), source: error }),
    };
    let read = ParquetReader::new(BufReader::new(file)).finish();
    read.map(Some).map_err(|error| StoreError::Damaged { path: path.to_owned(), reason: error.to_string() })
}
