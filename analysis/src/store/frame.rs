//! Tables as polars frames and Parquet files.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use contraband_sim::record::tables::{Kind, TableSpec, Values};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, CsvWriter, DataFrame, DataType, Field, IntoColumn, KeyValueMetadata, NamedFrom, NewChunkedArray,
    ParquetWriter, PlSmallStr, PolarsError, Schema, SerWriter, Series, StringChunked,
};

use super::SCHEMA;
use crate::error::StoreError;

/// Rows held in memory for a table before they go to its file; also the size of its row groups.
pub const ROW_GROUP: usize = 65_536;

/// The columns of a table as JSON: name, type, unit, meaning.
pub fn schema_json(table: &TableSpec) -> serde_json::Value {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| serde_json::json!({"name": column.name, "type": kind_word(column.kind), "unit": column.unit, "doc": column.doc}))
        .collect();
    serde_json::json!({"table": table.name, "doc": table.doc.trim(), "columns": columns})
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "int64",
        Kind::Float => "float64",
        Kind::Text => "string",
    }
}

/// Columns without rows, of the table's types.
pub(super) fn no_rows(table: &TableSpec) -> Vec<Values> {
    let column = |kind| match kind {
        Kind::Int => Values::Int(Vec::new()),
        Kind::Float => Values::Float(Vec::new()),
        Kind::Text => Values::Text(Vec::new()),
    };
    table.columns.iter().map(|spec| column(spec.kind)).collect()
}

/// The number of rows that columns have.
pub(super) fn rows(columns: &[Values]) -> usize {
    columns.first().map_or(0, |column| match column {
        Values::Int(values) => values.len(),
        Values::Float(values) => values.len(),
        Values::Text(values) => values.len(),
    })
}

/// Moves the first `count` rows out of `columns`.
pub(super) fn take_first(columns: &mut [Values], count: usize) -> Vec<Values> {
    fn first<T>(values: &mut Vec<T>, count: usize) -> Vec<T> {
        let rest = values.split_off(count);
        std::mem::replace(values, rest)
    }
    columns
        .iter_mut()
        .map(|column| match column {
            Values::Int(values) => Values::Int(first(values, count)),
            Values::Float(values) => Values::Float(first(values, count)),
            Values::Text(values) => Values::Text(first(values, count)),
        })
        .collect()
}

fn frame(table: &TableSpec, columns: Vec<Values>) -> DataFrame {
    let height = rows(&columns);
    let columns: Vec<Column> = table
        .columns
        .iter()
        .zip(columns)
        .map(|(spec, values)| {
            let name = PlSmallStr::from_static(spec.name);
            match values {
                Values::Int(values) => Series::new(name, values).into_column(),
                Values::Float(values) => Series::new(name, values).into_column(),
                Values::Text(values) => {
                    StringChunked::from_iter_values(name, values.iter().map(AsRef::as_ref)).into_column()
                }
            }
        })
        .collect();
    DataFrame::new(height, columns).expect("columns of one table have one length and names of their own")
}

fn schema(table: &TableSpec) -> Schema {
    let dtype = |kind| match kind {
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Text => DataType::String,
    };
    table.columns.iter().map(|spec| Field::new(PlSmallStr::from_static(spec.name), dtype(spec.kind))).collect()
}

/// A table on its way to a Parquet file, and to a CSV file where one was asked for.
pub(super) struct TableFile {
    table: &'static TableSpec,
    path: PathBuf,
    file: File,
    parquet: BatchedWriter<BufWriter<File>>,
    csv: Option<CsvFile>,
}

struct CsvFile {
    path: PathBuf,
    file: File,
    header_written: bool,
}

impl TableFile {
    pub(super) fn create(folder: &Path, table: &'static TableSpec, csv: bool) -> Result<Self, StoreError> {
        let path = folder.join(format!("{}.parquet", table.name));
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        let out = BufWriter::new(file.try_clone().map_err(StoreError::system("open", &path))?);
        let described = schema_json(table);
        let metadata = KeyValueMetadata::from_static(vec![
            ("contraband.schema".into(), SCHEMA.to_string()),
            ("contraband.table".into(), table.name.into()),
            ("contraband.doc".into(), table.doc.trim().into()),
            ("contraband.columns".into(), described["columns"].to_string()),
        ]);
        let parquet = ParquetWriter::new(out)
            .set_parallel(false)
            .with_key_value_metadata(Some(metadata))
            .batched(&schema(table))
            .map_err(|error| failed("create", &path, error))?;
        let csv = if csv { Some(CsvFile::create(folder.join(format!("{}.csv", table.name)))?) } else { None };
        Ok(Self { table, path, file, parquet, csv })
    }

    /// Name of the table.
    pub(super) fn name(&self) -> &'static str {
        self.table.name
    }

    /// Appends one row group.
    pub(super) fn append(&mut self, columns: Vec<Values>) -> Result<(), StoreError> {
        let mut rows = frame(self.table, columns);
        self.parquet.write_batch(&rows).map_err(|error| failed("write", &self.path, error))?;
        self.csv.as_mut().map_or(Ok(()), |csv| csv.append(&mut rows))
    }

    /// Writes the footer and waits until the disk has it all.
    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        if let Some(csv) = &mut self.csv {
            csv.finish(self.table)?;
        }
        self.parquet.finish().map_err(|error| failed("write", &self.path, error))?;
        self.file.sync_all().map_err(StoreError::system("sync", &self.path))
    }
}

impl CsvFile {
    fn create(path: PathBuf) -> Result<Self, StoreError> {
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        Ok(Self { path, file, header_written: false })
    }

    fn append(&mut self, rows: &mut DataFrame) -> Result<(), StoreError> {
        CsvWriter::new(BufWriter::new(&self.file))
            .include_header(!self.header_written)
            .n_threads(1)
            .finish(rows)
            .map_err(|error| failed("write", &self.path, error))?;
        self.header_written = true;
        Ok(())
    }

    fn finish(&mut self, table: &TableSpec) -> Result<(), StoreError> {
        if !self.header_written {
            self.append(&mut frame(table, no_rows(table)))?;
        }
        self.file.sync_all().map_err(StoreError::system("sync", &self.path))
    }
}

/// A failure of the disk, whichever way polars wraps it.
fn failed(doing: &'static str, path: &Path, error: PolarsError) -> StoreError {
    let source = match error {
        PolarsError::IO { error, .. } => std::io::Error::new(error.kind(), error.to_string()),
        other => std::io::Error::other(other.to_string()),
    };
    StoreError::System { doing, path: path.to_owned(), source }
}
