//! Tables as polars frames and Parquet files.

use std::fs::File;
use std::io;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use contraband_sim::record::tables::{Kind, TableSpec, Values};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, CompatLevel, CsvWriter, DataFrame, DataType, Field, IntoColumn, KeyValueMetadata, NamedFrom,
    NewChunkedArray, ParquetWriter, PlSmallStr, PolarsError, Schema, SchemaExt, SerWriter, Series, StringChunked,
};
use polars_parquet::write::schema_to_metadata_key;

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

/// The number of rows that columns have.
pub(crate) fn rows(columns: &[Values]) -> usize {
    columns.first().map_or(0, |column| match column {
        Values::Int(values) => values.len(),
        Values::Float(values) => values.len(),
        Values::Text(values) => values.len(),
    })
}

/// Moves the first `count` rows out of `columns`.
pub(crate) fn take_first(columns: &mut [Values], count: usize) -> Vec<Values> {
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
pub(crate) struct TableFile {
    table: &'static TableSpec,
    path: PathBuf,
    file: File,
    parquet: BatchedWriter<BufWriter<Disk>>,
    refused: Refused,
    csv: Option<CsvFile>,
}

struct CsvFile {
    path: PathBuf,
    file: File,
    header_written: bool,
}

impl TableFile {
    pub(crate) fn create(folder: &Path, table: &'static TableSpec, csv: bool) -> Result<Self, StoreError> {
        let path = folder.join(format!("{}.parquet", table.name));
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        let refused = Refused::default();
        let disk =
            Disk { file: file.try_clone().map_err(StoreError::system("open", &path))?, refused: refused.clone() };
        let described = schema_json(table);
        // Words are the same bytes either way, but readers of before 2024 refuse a file that calls them "string view".
        let columns = schema(table);
        let known = schema_to_metadata_key(&columns.to_arrow(CompatLevel::oldest()));
        let metadata = KeyValueMetadata::from_static(vec![
            (known.key, known.value.unwrap_or_default()),
            ("contraband.schema".into(), SCHEMA.to_string()),
            ("contraband.table".into(), table.name.into()),
            ("contraband.doc".into(), table.doc.trim().into()),
            ("contraband.columns".into(), described["columns"].to_string()),
        ]);
        let parquet = ParquetWriter::new(BufWriter::new(disk))
            .set_parallel(false)
            .with_key_value_metadata(Some(metadata))
            .batched(&columns)
            .map_err(|error| failed("create", &path, error, &refused))?;
        let csv = if csv { Some(CsvFile::create(folder.join(format!("{}.csv", table.name)))?) } else { None };
        Ok(Self { table, path, file, parquet, refused, csv })
    }

    /// Name of the table.
    pub(super) fn name(&self) -> &'static str {
        self.table.name
    }

    /// Appends one row group.
    pub(crate) fn append(&mut self, columns: Vec<Values>) -> Result<(), StoreError> {
        let mut rows = frame(self.table, columns);
        self.parquet.write_batch(&rows).map_err(|error| failed("write", &self.path, error, &self.refused))?;
        self.csv.as_mut().map_or(Ok(()), |csv| csv.append(&mut rows))
    }

    /// Writes the footer and waits until the disk has it all.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        if let Some(csv) = &mut self.csv {
            csv.finish(self.table)?;
        }
        self.parquet.finish().map_err(|error| failed("write", &self.path, error, &self.refused))?;
        self.file.sync_all().map_err(StoreError::system("sync", &self.path))
    }
}

impl CsvFile {
    fn create(path: PathBuf) -> Result<Self, StoreError> {
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        Ok(Self { path, file, header_written: false })
    }

    fn append(&mut self, rows: &mut DataFrame) -> Result<(), StoreError> {
        let mut out = BufWriter::new(&self.file);
        CsvWriter::new(&mut out)
            .include_header(!self.header_written)
            .n_threads(1)
            .finish(rows)
            .map_err(|error| failed("write", &self.path, error, &Refused::default()))?;
        // Not left to the end of its life, which tells nobody when the disk is full.
        out.flush().map_err(StoreError::system("write", &self.path))?;
        self.header_written = true;
        Ok(())
    }

    fn finish(&mut self, table: &TableSpec) -> Result<(), StoreError> {
        if !self.header_written {
            self.append(&mut frame(table, table.no_rows()))?;
        }
        self.file.sync_all().map_err(StoreError::system("sync", &self.path))
    }
}

/// What the system said when it refused to write.
type Refused = Arc<OnceLock<(io::ErrorKind, String)>>;

/// A file that remembers why it could not be written: Parquet's error says only that it could not.
struct Disk {
    file: File,
    refused: Refused,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            self.refused.get_or_init(|| (error.kind(), error.to_string()));
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A failure of the disk, whichever way polars wraps it.
fn failed(doing: &'static str, path: &Path, error: PolarsError, refused: &Refused) -> StoreError {
    let source = match (refused.get(), error) {
        (Some((kind, said)), _) => io::Error::new(*kind, said.clone()),
        (None, PolarsError::IO { error, .. }) => io::Error::new(error.kind(), error.to_string()),
        (None, other) => io::Error::other(other.to_string()),
    };
    StoreError::System { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use contraband_sim::record::tables::TABLES;

    use super::*;

    /// `/dev/full` takes nothing, like a disk without room.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_called_by_its_name() {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let table = TABLES[0];
        let rows = || {
            let mut rows = table.no_rows();
            for column in &mut rows {
                match column {
                    Values::Int(values) => values.push(1),
                    Values::Float(values) => values.push(1.0),
                    Values::Text(values) => values.push("x".into()),
                }
            }
            frame(table, rows)
        };
        let refused = Refused::default();
        let disk = Disk { file: full(), refused: refused.clone() };
        let mut parquet = ParquetWriter::new(BufWriter::new(disk)).set_parallel(false).batched(&schema(table)).unwrap();
        let error = parquet.write_batch(&rows()).and_then(|()| parquet.finish().map(drop)).unwrap_err();
        let said = failed("write", Path::new("days.parquet"), error, &refused).to_string();
        assert!(said.starts_with("cannot write days.parquet: No space left on device"), "{said}");

        let mut csv = CsvFile { path: "days.csv".into(), file: full(), header_written: false };
        let said = csv.append(&mut rows()).unwrap_err().to_string();
        assert!(said.starts_with("cannot write days.csv: No space left on device"), "{said}");
    }
}
