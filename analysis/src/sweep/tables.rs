//! The merged tables of a sweep as Parquet files.

use std::path::Path;

use contraband_lab::sweep::{Plan, PlanMetric, Row, Shards, SweepFolder};
use contraband_sim::record::tables::{ColumnSpec, Kind, TableSpec, Values};

use crate::error::StoreError;
use crate::store::{ROW_GROUP, TableFile, rows, take_first};

/// The tables of one sweep: their columns depend on its factors and metrics.
struct Tables {
    /// A row for each run.
    runs: &'static TableSpec,
    /// A row for each run and day that is kept.
    series: Option<&'static TableSpec>,
    /// A row for each run that failed.
    failures: &'static TableSpec,
}

const fn column(name: &'static str, kind: Kind, unit: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, kind, unit, doc }
}

const RUN: [ColumnSpec; 3] = [
    column("run", Kind::Int, "", "number of the run"),
    column("cell", Kind::Int, "", "number of the cell (the world)"),
    column("rep", Kind::Int, "", "number of the repetition, from 0"),
];
const SEED: ColumnSpec = column("seed", Kind::Int, "", "seed of all draws of the run");
const STATUS: [ColumnSpec; 2] = [
    column(
        "status",
        Kind::Text,
        "",
        "ok, stopped (by a condition), failed (a panic, or a metric that is not a number) or timed_out",
    ),
    column("error", Kind::Text, "", "error message, or empty"),
];
const ENDED: [ColumnSpec; 3] = [
    column("stopped_day", Kind::Int, "day", "day on which a condition ended the run, or -1"),
    column("reason", Kind::Text, "", "the condition, or empty"),
    column("digest", Kind::Text, "", "beginning of the digest of the run, or empty"),
];
static FAILURES: TableSpec = TableSpec {
    name: "failures",
    doc: "Runs that failed or took too long, one row each.",
    columns: &[
        RUN[0],
        RUN[1],
        RUN[2],
        SEED,
        STATUS[0],
        STATUS[1],
        column("command", Kind::Text, "", "command that runs it again, from within the folder of the sweep"),
    ],
};

/// A text that lives as long as the program: a command writes the tables of one sweep, and their names come from it.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

impl Tables {
    /// Those of a plan.
    fn of(plan: &Plan) -> Self {
        let mut columns = [&RUN[..], &[SEED], &STATUS, &ENDED].concat();
        columns.extend(plan.factors.iter().map(|factor| {
            let kind = match factor.shape.as_str() {
                "whole" => Kind::Int,
                "number" => Kind::Float,
                _ => Kind::Text,
            };
            column(kept(&factor.path), kind, kept(&factor.unit), kept(&factor.label))
        }));
        let metric = |metric: &PlanMetric| column(kept(&metric.name), Kind::Float, "", kept(&metric.metric));
        columns.extend(plan.metrics.iter().map(metric));
        let table = |name, doc, columns: Vec<ColumnSpec>| -> &'static TableSpec {
            Box::leak(Box::new(TableSpec { name, doc, columns: Box::leak(columns.into_boxed_slice()) }))
        };
        let series = plan.series.as_ref().map(|series| {
            let day = column("day", Kind::Int, "day", "day of the run, from 1");
            let kept =
                series.columns.iter().map(|name| column(kept(name), Kind::Float, "", "as in table `days` of a run"));
            let columns = RUN.into_iter().chain([day]).chain(kept).collect();
            table("series", "Columns of `days`, day by day, of each run.", columns)
        });
        let doc = "Runs of a sweep, one row each: identity, every factor by its lever path, every metric.";
        Self { runs: table("runs", doc, columns), series, failures: &FAILURES }
    }
}

/// A table that grows by rows of runs and is cut into row groups of a fixed size, whatever comes at once.
struct Growing {
    file: TableFile,
    held: Vec<Values>,
}

impl Growing {
    fn create(folder: &Path, table: &'static TableSpec, csv: bool) -> Result<Self, StoreError> {
        Ok(Self { file: TableFile::create(folder, table, csv)?, held: table.no_rows() })
    }

    fn add(&mut self, row: Vec<Item<'_>>) {
        for (column, item) in self.held.iter_mut().zip(row) {
            match (column, item) {
                (Values::Int(values), Item::Int(value)) => values.push(value),
                (Values::Float(values), Item::Float(value)) => values.push(value),
                (Values::Text(values), Item::Text(value)) => values.push(value.to_owned().into()),
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

/// The merged tables while they are written.
struct Writing<'w> {
    plan: &'w Plan,
    runs: Growing,
    series: Option<Growing>,
    failures: Growing,
}

impl<'w> Writing<'w> {
    /// Starts `runs`, `failures`, and `series` where there are any, in a folder.
    fn create(folder: &Path, plan: &'w Plan, csv: bool) -> Result<Self, StoreError> {
        let tables = Tables::of(plan);
        Ok(Self {
            plan,
            runs: Growing::create(folder, tables.runs, csv)?,
            series: tables.series.map(|table| Growing::create(folder, table, csv)).transpose()?,
            failures: Growing::create(folder, tables.failures, csv)?,
        })
    }

    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let which = self.plan.which(row.run);
        let (run, cell, rep) = (row.run as i64, which.cell as i64, which.rep as i64);
        let head = || vec![Item::Int(run), Item::Int(cell), Item::Int(rep)];
        let values: Vec<(&str, String)> = (self.plan.factors.iter().zip(&self.plan.cells[which.cell].values))
            .map(|(factor, value)| {
                (factor.shape.as_str(), value.as_str().map_or_else(|| value.to_string(), Into::into))
            })
            .collect();
        let mut items = head();
        items.push(Item::Int(which.seed as i64));
        items.extend([Item::Text(row.status.word()), Item::Text(&row.error), Item::Int(row.stopped_day)]);
        items.extend([Item::Text(&row.reason), Item::Text(&row.digest)]);
        items.extend(values.iter().zip(&self.plan.cells[which.cell].values).map(
            |((shape, text), value)| match *shape {
                "whole" => Item::Int(value.as_f64().unwrap_or(f64::NAN) as i64),
                "number" => Item::Float(value.as_f64().unwrap_or(f64::NAN)),
                _ => Item::Text(text),
            },
        ));
        items.extend(row.values.iter().map(|&value| Item::Float(value)));
        self.runs.add(items);
        self.runs.flush()?;
        if let Some(series) = &mut self.series {
            for (day, values) in &row.series {
                let mut items = head();
                items.push(Item::Int(i64::from(*day)));
                items.extend(values.iter().map(|&value| Item::Float(value)));
                series.add(items);
            }
            series.flush()?;
        }
        if row.status.is_failure() {
            // From within the folder, wherever it lies: the same runs have the same bytes.
            let command = format!("contraband sweep replay . --run {run}");
            let mut items = head();
            items.extend([Item::Int(which.seed as i64), Item::Text(row.status.word()), Item::Text(&row.error)]);
            items.push(Item::Text(&command));
            self.failures.add(items);
            self.failures.flush()?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), StoreError> {
        self.runs.finish()?;
        self.series.map_or(Ok(()), Growing::finish)?;
        self.failures.finish()
    }
}

/// Writes the merged tables in a folder of drafts: every row that there is, in the order of runs.
///
/// # Errors
/// When a shard is of another sweep, or the system refuses.
pub(super) fn merge(sweep: &SweepFolder, draft: &Path, csv: bool) -> Result<(), StoreError> {
    let shards = Shards::of(sweep)?;
    let mut writing = Writing::create(draft, sweep.plan(), csv)?;
    for shard in 0..sweep.plan().shards() {
        for row in shards.read(shard)?.rows.values() {
            writing.add(row)?;
        }
    }
    writing.finish()
}
