//! The merged tables of a sweep as Parquet files.

use std::path::Path;

use contraband_lab::sweep::{Plan, Shards, SweepFolder, SweptRun};
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::table::{self, Row as _};
use contraband_sim::record::tables::{ColumnKind, ColumnSpec, DAYS, Seed, TableSpec, Values, Word};
use contraband_sim::table;

use crate::error::StoreError;
use crate::store::{Origin, ROW_GROUP, TableFile, rows, take_first};

/// The tables of one sweep: their columns depend on its factors and metrics.
struct SweepTables {
    /// A row for each run.
    runs: &'static TableSpec,
    /// A row for each run and day that is kept.
    series: Option<&'static TableSpec>,
    /// A row for each run that failed.
    failures: &'static TableSpec,
    /// A row for each row of the design.
    design: &'static TableSpec,
}

table! {
    /// Runs of a sweep, one row each: identity, every factor by its lever path, every metric.
    RunHead {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell (the world)";
        rep: u64, "", "number of the repetition, from 0";
        seed: Seed, "", "seed of all draws of the run";
        status: &'static str, "", "ok, stopped (by a condition), failed (a panic) or timed_out";
        error: Option<Word>, "", "what went wrong, or `undefined:` and the metrics that have no value in this run (such as \
                                  a share of nothing) and are missing; missing where nothing did";
        stopped_day: Option<u32>, "day", "day on which a condition ended the run; missing where none did";
        reason: Option<Word>, "", "the condition that ended it; missing where none did";
        digest: Option<Word>, "", "beginning of the digest of the run; missing where it failed";
    }
}

table! {
    /// Columns of `days`, day by day, of each run.
    DayHead {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell (the world)";
        rep: u64, "", "number of the repetition, from 0";
        day: u32, "day", "day of the run, from 1";
    }
}

table! {
    /// Runs that failed or took too long, one row each.
    FAILURES: FailureRow in "failures" {
        run: u64, "", "number of the run";
        cell: usize, "", "number of the cell (the world)";
        rep: u64, "", "number of the repetition, from 0";
        seed: Seed, "", "seed of all draws of the run";
        status: &'static str, "", "failed (panic) or timed_out";
        error: Word, "", "what went wrong";
        command: Word, "", "command that runs it again, from within the folder of the sweep";
    }
}

table! {
    /// The rows of a sweep's design in the order of its file, for programs that take a run by its place, such as SALib: means of each metric over the runs of the row's cell, and of how many runs. Cells that were added later follow.
    DesignHead {
        row: usize, "", "number of the row of the design, from 0";
        cell: usize, "", "number of the cell (the world); rows of a design that ask for the same world share one";
    }
}

/// A text that lives as long as the program: a command writes the tables of one sweep, and their names come from it.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

impl SweepTables {
    /// Those of a plan.
    fn of(plan: &Plan) -> Self {
        let levers = || {
            plan.factors.iter().map(|factor| {
                let kind = match factor.shape.as_str() {
                    "whole" => ColumnKind::Int,
                    "number" => ColumnKind::Float,
                    _ => ColumnKind::Text,
                };
                ColumnSpec::new(kept(&factor.path), kind, kept(&factor.unit), kept(&factor.label))
            })
        };
        let mut columns = RunHead::COLUMNS.to_vec();
        columns.extend(levers());
        columns.extend(plan.metrics.iter().map(|metric| {
            ColumnSpec::new(kept(&metric.name), ColumnKind::Float, "as the metric says", kept(&metric.metric))
                .or_missing()
        }));
        let table = |name, doc, columns: Vec<ColumnSpec>| -> &'static TableSpec {
            Box::leak(Box::new(TableSpec { name, doc, columns: Box::leak(columns.into_boxed_slice()) }))
        };
        let series = plan.series.as_ref().map(|series| {
            let columns = series.columns.iter().map(|name| {
                let about = DAYS.columns.iter().find(|about| about.name == name);
                let (unit, doc) = about.map_or(("", "as in table `days` of a run"), |about| (about.unit, about.doc));
                ColumnSpec::new(kept(name), ColumnKind::Float, unit, doc).or_missing()
            });
            let columns = DayHead::COLUMNS.iter().copied().chain(columns).collect();
            table("series", "Columns of `days`, day by day, of each run.", columns)
        });
        let mut rows: Vec<ColumnSpec> = DesignHead::COLUMNS.iter().copied().chain(levers()).collect();
        rows.extend(plan.metrics.iter().flat_map(|metric| {
            let mean = format!("mean over the runs of the cell that have a value: {}", metric.metric);
            let count = ("runs", "runs that have a value, of which the mean is");
            [
                ColumnSpec::new(kept(&metric.name), ColumnKind::Float, "as the metric says", kept(&mean)).or_missing(),
                ColumnSpec::new(kept(&format!("{}.n", metric.name)), ColumnKind::Int, count.0, count.1),
            ]
        }));
        let design = table(
            "design",
            "Rows of a sweep's design in the order of its file, for programs that take a run by its place, such as SALib: \
             means of each metric over the runs of the row's cell, and of how many runs. Cells that were added later follow.",
            rows,
        );
        let doc = "Runs of a sweep, one row each, in the order of their numbers: repetition by repetition, in each of them \
                   cell by cell; identity, every factor by its lever path, every metric. The rows of the design in its own \
                   order are in `design`.";
        Self { runs: table("runs", doc, columns), series, failures: &FAILURES, design }
    }
}

/// A table that grows by rows of runs and is cut into row groups of a fixed size, whatever comes at once.
struct Growing {
    file: TableFile,
    held: Vec<Values>,
}

impl Growing {
    fn create(
        folder: &Path,
        table: &'static TableSpec,
        origin: &Origin,
        csv: Option<CsvDialect>,
    ) -> Result<Self, StoreError> {
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
        self.file.finish().map(drop)
    }
}

enum Item<'i> {
    Int(i64),
    Float(f64),
    Text(&'i str),
}

/// The merged tables while they are written.
struct SweepWriter<'w> {
    plan: &'w Plan,
    runs: Growing,
    series: Option<Growing>,
    failures: Growing,
    design: Growing,
    /// By cell and metric the sum of the values, and how many there are.
    sums: Vec<Vec<(f64, i64)>>,
}

impl<'w> SweepWriter<'w> {
    /// Starts `runs`, `failures`, and `series` where there are any, in a folder.
    fn create(folder: &Path, plan: &'w Plan, csv: Option<CsvDialect>) -> Result<Self, StoreError> {
        let tables = SweepTables::of(plan);
        let origin = Origin::many(&plan.build(), "contraband.sweep", &plan.name)
            .and("contraband.scenario_hash", &plan.base.hash);
        let begin = |table| Growing::create(folder, table, &origin, csv);
        Ok(Self {
            plan,
            runs: begin(tables.runs)?,
            series: tables.series.map(begin).transpose()?,
            failures: begin(tables.failures)?,
            design: begin(tables.design)?,
            sums: vec![vec![(0.0, 0); plan.metrics.len()]; plan.cells.len()],
        })
    }

    fn add(&mut self, row: &SweptRun) -> Result<(), StoreError> {
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
        if !row.status.is_failure() {
            let sums = self.sums[cell].iter_mut().zip(&row.values);
            for ((sum, count), &value) in sums.filter(|(_, value)| value.is_finite()) {
                *sum += value;
                *count += 1;
            }
        }
        let texts = texts_of(self.plan, cell);
        let levers = levers_of(self.plan, cell, &texts);
        self.runs.add(head, levers.chain(row.values.iter().map(|&value| Item::Float(value))));
        self.runs.flush()?;
        if let Some(series) = &mut self.series {
            for (day, values) in &row.series {
                let head = DayHead { run, cell, rep, day: *day };
                series.add(head, values.iter().map(|&value| Item::Float(value)));
            }
            series.flush()?;
        }
        if row.status.is_failure() {
            // From within the folder, wherever it lies: the same runs have the same bytes.
            let command = format!("contraband sweep replay . --run {run}").into();
            let error = row.error.clone().into();
            self.failures.add(FailureRow { run, cell, rep, seed, status, error, command }, []);
            self.failures.flush()?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let plan = self.plan;
        let cells = plan.cells.len();
        // A design whose rows share no cells has its cells in order; what came later follows.
        let mut rows = plan.rows.clone();
        let first = rows.iter().max().map_or(0, |most| most + 1);
        rows.extend(first..cells);
        for (row, &cell) in rows.iter().enumerate() {
            let texts = texts_of(plan, cell);
            let means = self.sums[cell].iter().flat_map(|&(sum, count)| {
                let mean = if count > 0 { sum / count as f64 } else { f64::NAN };
                [Item::Float(mean), Item::Int(count)]
            });
            self.design.add(DesignHead { row, cell }, levers_of(plan, cell, &texts).chain(means));
            self.design.flush()?;
        }
        self.design.finish()?;
        self.runs.finish()?;
        self.series.map_or(Ok(()), Growing::finish)?;
        self.failures.finish()
    }
}

/// The values of a cell as text.
fn texts_of(plan: &Plan, cell: usize) -> Vec<String> {
    let values = plan.cells[cell].values.iter();
    values.map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into)).collect()
}

/// The values of a cell as columns hold them.
fn levers_of<'t>(plan: &'t Plan, cell: usize, texts: &'t [String]) -> impl Iterator<Item = Item<'t>> {
    let levers = plan.factors.iter().zip(&plan.cells[cell].values).zip(texts);
    levers.map(|((factor, value), text)| match factor.shape.as_str() {
        "whole" => Item::Int(value.as_f64().unwrap_or(f64::NAN) as i64),
        "number" => Item::Float(value.as_f64().unwrap_or(f64::NAN)),
        _ => Item::Text(text),
    })
}

/// Writes the merged tables in a folder of drafts: every row that there is, in the order of runs.
///
/// # Errors
/// When a shard is of another sweep, or the system refuses.
pub(super) fn merge(sweep: &SweepFolder, draft: &Path, csv: Option<CsvDialect>) -> Result<(), StoreError> {
    let shards = Shards::of(sweep)?;
    let mut writing = SweepWriter::create(draft, sweep.plan(), csv)?;
    for shard in 0..sweep.plan().shards() {
        for row in shards.read(shard)?.rows.values() {
            writing.add(row)?;
        }
    }
    writing.finish()
}
