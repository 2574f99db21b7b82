//! Tables as polars frames and Parquet files.

use std::fs::File;
use std::io;
use std::io::{BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use contraband_lab::batch::{caught, quietly};
use contraband_lab::build::Build;
use contraband_lab::disk::digest_of;
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::{ColumnKind, ColumnSpec, TableSpec, Values};
use contraband_sim::record::values::Slot;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    ArrowSchema, Column, CompatLevel, CsvWriter, DataFrame, DataType, Field, Float64Chunked, Int64Chunked, IntoColumn,
    KeyValueMetadata, NamedFrom, NewChunkedArray, ParquetReader, ParquetWriter, PlSmallStr, PolarsError, Schema,
    SchemaExt, SerReader, SerWriter, Series, StringChunked,
};
use polars_parquet::write::schema_to_metadata_key;

use super::SCHEMA;
use super::info::RunHeader;
use crate::error::StoreError;

/// Rows held in memory for a table before they go to its file; also the size of its row groups.
pub const ROW_GROUP: usize = 65_536;

/// The columns of a table as JSON: name, type, whether values may be missing, unit, meaning.
pub fn schema_json(table: &TableSpec) -> serde_json::Value {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            serde_json::json!({
                "name": column.name, "type": kind_word(column.kind), "nullable": column.may_miss, "unit": column.unit,
                "doc": column.doc,
            })
        })
        .collect();
    serde_json::json!({"table": table.name, "doc": table.doc.trim(), "columns": columns})
}

fn kind_word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "int64",
        ColumnKind::Float => "float64",
        ColumnKind::Text => "string",
    }
}

/// The number of rows that columns have.
pub(crate) fn rows(columns: &[Values]) -> usize {
    columns.first().map_or(0, Values::len)
}

/// Moves the first `count` rows out of `columns`.
pub(crate) fn take_first(columns: &mut [Values], count: usize) -> Vec<Values> {
    columns.iter_mut().map(|column| column.take_first(count)).collect()
}

fn frame(table: &TableSpec, columns: Vec<Values>) -> DataFrame {
    let height = rows(&columns);
    let columns: Vec<Column> = table
        .columns
        .iter()
        .zip(columns)
        .map(|(spec, values)| {
            let name = PlSmallStr::from_static(spec.name);
            // Missing values become null, which is what readers of Parquet and of CSV expect.
            match values {
                Values::Int(cells) if !cells.may_miss() => Series::new(name, cells.slots()).into_column(),
                Values::Float(cells) if !cells.may_miss() => Series::new(name, cells.slots()).into_column(),
                Values::Int(cells) => {
                    Int64Chunked::from_iter_options(name, cells.iter().map(Option::<&i64>::copied)).into_column()
                }
                Values::Float(cells) => {
                    Float64Chunked::from_iter_options(name, cells.iter().map(Option::<&f64>::copied)).into_column()
                }
                Values::Text(cells) => {
                    let words = cells.iter().map(|word| word.map(AsRef::<str>::as_ref));
                    StringChunked::from_iter_options(name, words).into_column()
                }
            }
        })
        .collect();
    DataFrame::new(height, columns).expect("columns of one table have one length and names of their own")
}

fn schema(table: &TableSpec) -> Schema {
    let dtype = |kind| match kind {
        ColumnKind::Int => DataType::Int64,
        ColumnKind::Float => DataType::Float64,
        ColumnKind::Text => DataType::String,
    };
    table.columns.iter().map(|spec| Field::new(PlSmallStr::from_static(spec.name), dtype(spec.kind))).collect()
}

/// Reads a table from the bytes of its file: all columns, or some. The reader of Parquet panics where some bytes are not what
/// they were; no file whose digest is known gets this far then, and of one of before there were digests that is told too.
///
/// # Errors
/// When the bytes are no table, or lack a column.
pub(crate) fn read_frame(path: &Path, bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<DataFrame, StoreError> {
    let columns = columns.map(|names| names.iter().map(|&name| name.to_owned()).collect());
    let damaged = |reason: String| StoreError::Damaged { path: path.to_owned(), reason };
    let read = || ParquetReader::new(Cursor::new(bytes)).with_columns(columns).finish();
    match quietly(|| caught(read)) {
        Ok(table) => table.map_err(|error| damaged(error.to_string())),
        Err(_) => Err(damaged("it cannot be read as a table".into())),
    }
}

/// A table of a folder of before there were nulls, as one of today: what stood for a missing value becomes null.
///
/// # Errors
/// When a column is not of the type that it should have.
pub(super) fn with_nulls(mut frame: DataFrame, table: &TableSpec) -> Result<DataFrame, PolarsError> {
    fn seen<T: Slot>(value: Option<T>) -> Option<T> {
        value.filter(|value| !value.is_hole())
    }
    for about in table.columns.iter().filter(|about| about.may_miss) {
        let Ok(column) = frame.column(about.name) else { continue };
        let name = PlSmallStr::from_static(about.name);
        let column = match about.kind {
            ColumnKind::Int => Int64Chunked::from_iter_options(name, column.i64()?.iter().map(seen)).into_column(),
            ColumnKind::Float => Float64Chunked::from_iter_options(name, column.f64()?.iter().map(seen)).into_column(),
            ColumnKind::Text => {
                let words = column.str()?.iter().map(|word| word.filter(|word| !word.is_empty()));
                StringChunked::from_iter_options(name, words).into_column()
            }
        };
        frame.with_column(column)?;
    }
    Ok(frame)
}

/// Where the rows of a file come from, for its key-value metadata: files that were stacked can be told apart by it.
#[derive(Clone, Debug)]
pub(crate) struct Origin(Vec<(&'static str, String)>);

impl Origin {
    /// A run.
    pub(super) fn run(header: &RunHeader) -> Self {
        Self(vec![
            ("contraband.engine", header.build.version.clone()),
            ("contraband.build", header.build.fingerprint.clone()),
            ("contraband.scenario", header.scenario.clone()),
            ("contraband.scenario_hash", header.scenario_hash.clone()),
            ("contraband.seed", header.seed.to_string()),
        ])
    }

    /// Many runs of a build: `what` they are (a study, a sweep, a calibration), and its name.
    pub(crate) fn many(build: &Build, what: &'static str, name: &str) -> Self {
        let of = [("contraband.engine", build.version.clone()), ("contraband.build", build.fingerprint.clone())];
        Self(of.into_iter().chain([(what, name.into())]).collect())
    }

    /// And what else is to be said.
    pub(crate) fn and(mut self, key: &'static str, value: &str) -> Self {
        self.0.push((key, value.into()));
        self
    }
}

/// What Arrow knows of a table, as the metadata of a Parquet file hold it: each field with its unit and its meaning, and the
/// file's own metadata once more, since readers that find an Arrow schema show those of the schema and not the file's.
fn arrow_schema(table: &TableSpec, of_file: &[(String, String)]) -> (String, String) {
    // Words are the same bytes either way, but readers of before 2024 refuse a file that calls them "string view".
    let plain = schema(table).to_arrow(CompatLevel::oldest());
    let described = |about: &ColumnSpec| {
        [("unit", about.unit), ("description", about.doc)]
            .map(|(key, text)| (PlSmallStr::from_static(key), PlSmallStr::from_static(text)))
            .into_iter()
            .collect()
    };
    let fields = plain.iter_values().zip(table.columns);
    let fields = fields.map(|(field, about)| field.clone().with_metadata(described(about)));
    let mut fields: ArrowSchema = fields.map(|field| (field.name.clone(), field)).collect();
    fields.metadata_mut().extend(of_file.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into())));
    let known = schema_to_metadata_key(&fields);
    (known.key, known.value.unwrap_or_default())
}

/// A table on its way to a Parquet file, and to a CSV file where one was asked for.
pub(crate) struct TableFile {
    table: &'static TableSpec,
    path: PathBuf,
    file: File,
    parquet: BatchedWriter<BufWriter<Disk>>,
    refused: WriteFailure,
    csv: Option<CsvFile>,
}

struct CsvFile {
    path: PathBuf,
    file: File,
    dialect: CsvDialect,
    header_written: bool,
}

impl TableFile {
    pub(crate) fn create(
        folder: &Path,
        table: &'static TableSpec,
        origin: &Origin,
        csv: Option<CsvDialect>,
    ) -> Result<Self, StoreError> {
        let path = folder.join(format!("{}.parquet", table.name));
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        let refused = WriteFailure::default();
        let disk =
            Disk { file: file.try_clone().map_err(StoreError::system("open", &path))?, refused: refused.clone() };
        let described = schema_json(table);
        let mut metadata: Vec<(String, String)> = vec![
            ("contraband.schema".into(), SCHEMA.to_string()),
            ("contraband.table".into(), table.name.into()),
            ("contraband.doc".into(), table.doc.trim().into()),
            ("contraband.columns".into(), described["columns"].to_string()),
        ];
        metadata.extend(origin.0.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        metadata.insert(0, arrow_schema(table, &metadata));
        let parquet = ParquetWriter::new(BufWriter::new(disk))
            .set_parallel(false)
            .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
            .batched(&schema(table))
            .map_err(|error| failed("create", &path, error, &refused))?;
        let csv =
            csv.map(|dialect| CsvFile::create(folder.join(format!("{}.csv", table.name)), dialect)).transpose()?;
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

    /// Writes the footer and waits until the disk has it all; the SHA-256 of the file.
    pub(crate) fn finish(mut self) -> Result<String, StoreError> {
        if let Some(csv) = &mut self.csv {
            csv.finish(self.table)?;
        }
        self.parquet.finish().map_err(|error| failed("write", &self.path, error, &self.refused))?;
        self.file.sync_all().map_err(StoreError::system("sync", &self.path))?;
        digest_of(&self.path).map_err(StoreError::system("read", &self.path))
    }
}

impl CsvFile {
    fn create(path: PathBuf, dialect: CsvDialect) -> Result<Self, StoreError> {
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        Ok(Self { path, file, dialect, header_written: false })
    }

    fn append(&mut self, rows: &mut DataFrame) -> Result<(), StoreError> {
        let mut out = BufWriter::new(&self.file);
        CsvWriter::new(&mut out)
            .include_header(!self.header_written)
            .with_separator(self.dialect.separator() as u8)
            .with_decimal_comma(self.dialect.has_decimal_comma())
            .n_threads(1)
            .finish(rows)
            .map_err(|error| failed("write", &self.path, error, &WriteFailure::default()))?;
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
type WriteFailure = Arc<OnceLock<(io::ErrorKind, String)>>;

/// A file that remembers why it could not be written: Parquet's error says only that it could not.
struct Disk {
    file: File,
    refused: WriteFailure,
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
fn failed(doing: &'static str, path: &Path, error: PolarsError, refused: &WriteFailure) -> StoreError {
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
                    Values::Int(cells) => cells.push(Some(1)),
                    Values::Float(cells) => cells.push(Some(1.0)),
                    Values::Text(cells) => cells.push(Some("x".into())),
                }
            }
            frame(table, rows)
        };
        let refused = WriteFailure::default();
        let disk = Disk { file: full(), refused: refused.clone() };
        let mut parquet = ParquetWriter::new(BufWriter::new(disk)).set_parallel(false).batched(&schema(table)).unwrap();
        let error = parquet.write_batch(&rows()).and_then(|()| parquet.finish().map(drop)).unwrap_err();
        let said = failed("write", Path::new("days.parquet"), error, &refused).to_string();
        assert!(said.starts_with("cannot write days.parquet: No space left on device"), "{said}");

        let mut csv =
            CsvFile { path: "days.csv".into(), file: full(), dialect: CsvDialect::Plain, header_written: false };
        let said = csv.append(&mut rows()).unwrap_err().to_string();
        assert!(said.starts_with("cannot write days.csv: No space left on device"), "{said}");
    }
}
