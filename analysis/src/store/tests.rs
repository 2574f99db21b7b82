//! The store with rows made up for every table.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contraband_lab::build::Build;
use contraband_lab::disk::FileForm;
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::{Batch, ColumnKind, TABLES, TableSpec, Values};
use contraband_sim::run::Digest;
use polars::df;
use polars::prelude::{AnyValue, DataFrame, DataType, ParquetReader, ParquetWriter, SerReader};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, proptest};
use tempfile::TempDir;

use super::*;
use crate::error::StoreError;

fn build(version: &str, fingerprint: &str) -> Build {
    Build { version: version.into(), fingerprint: fingerprint.into(), commit: "cc".into() }
}

/// `run.json` after an edit, as if it had been written so.
fn edited(target: &Path, edit: impl FnOnce(&mut serde_json::Value)) -> String {
    let text = fs::read_to_string(target.join("run.json")).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json.as_object_mut().unwrap().remove("seal").unwrap();
    edit(&mut json);
    FileForm::Json.seal(&format!("{json:#}"))
}

fn header() -> RunHeader {
    RunHeader {
        build: build("0.1.0", "aa"),
        scenario: "Made up".into(),
        scenario_hash: "0123456789abcdef".into(),
        seed: 7,
        days: 30,
        citizens: 1_000,
        valve: "gateway".into(),
        overrides: BTreeMap::from([("law.detection".into(), "0.06".into())]),
    }
}

/// Rows `from..to` of a table; each value tells its row. Some are missing where that may be.
fn made_up(table: &'static TableSpec, from: u64, to: u64) -> Batch {
    let mut columns = table.no_rows();
    for row in from..to {
        for column in &mut columns {
            let known = !column.may_miss() || row % 11 != 3;
            match column {
                Values::Int(cells) => cells.push(known.then_some(i64::MIN / 3 + row as i64)),
                Values::Float(cells) => cells.push(known.then_some(row as f64 / 7.0 - 3.0)),
                Values::Text(cells) => {
                    let word = format!("naïve, \"{}\"\nof {}", row % 5, table.name).into();
                    cells.push(known.then_some(if row % 3 == 0 && !cells.may_miss() { "".into() } else { word }));
                }
            }
        }
    }
    Batch { table, columns }
}

fn digest(rows: u64) -> Digest {
    Digest {
        all: "ffff".into(),
        tables: TABLES.iter().map(|table| (table.name, rows, format!("digest of {}", table.name))).collect(),
    }
}

/// A run of as many days as there are rows.
fn write(
    target: &Path,
    mut header: RunHeader,
    cuts: &[u64],
    csv: bool,
    force: bool,
) -> Result<FinishedRun, StoreError> {
    let rows = cuts.last().copied().unwrap_or(0);
    let last_day = u32::try_from(rows).expect("few rows");
    header.days = header.days.max(last_day);
    let mut writer = RunWriter::create(target, header, csv.then_some(CsvDialect::Plain), force)?;
    for cut in cuts.windows(2) {
        writer.write(TABLES.iter().map(|&table| made_up(table, cut[0], cut[1])).collect())?;
    }
    let timing = Timing { schema: SCHEMA, wall_seconds: 1.5, threads: 2, ..Timing::default() };
    writer.finish(&Ending {
        complete: true,
        last_day,
        digest: &digest(rows),
        scenario: "(name: \"Made up\")",
        timing: &timing,
    })
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn home() -> (TempDir, PathBuf) {
    let home = TempDir::new().unwrap();
    let target = home.path().join("out").join("made-up-seed7");
    (home, target)
}

/// # Panics
/// When the rows read are not those of `made_up`.
fn assert_made_up(table: &'static TableSpec, read: &DataFrame, rows: u64) {
    assert_eq!(read.height() as u64, rows, "{}", table.name);
    let expected = made_up(table, 0, rows);
    for (spec, values) in table.columns.iter().zip(expected.columns) {
        let column = read.column(spec.name).unwrap();
        let missing = if spec.may_miss { (0..rows).filter(|row| row % 11 == 3).count() } else { 0 };
        assert_eq!(column.null_count(), missing, "{}.{}", table.name, spec.name);
        let same = match values {
            Values::Int(cells) => column.i64().unwrap().iter().eq(cells.iter().map(Option::<&i64>::copied)),
            Values::Float(cells) => {
                let bits = |value: Option<f64>| value.map(f64::to_bits);
                let read = column.f64().unwrap().iter().map(bits);
                read.eq(cells.iter().map(|value| bits(value.copied())))
            }
            Values::Text(cells) => column.str().unwrap().iter().eq(cells.iter().map(|word| word.map(|word| &**word))),
        };
        assert!(same, "{}.{}", table.name, spec.name);
    }
}

#[test]
fn every_table_comes_back_as_it_was_written() {
    let (_home, target) = home();
    let folder = write(&target, header(), &[0, 1, 17, 100], false, false).unwrap().publish().unwrap();
    assert_eq!(folder.path(), target);
    for &table in TABLES {
        assert_made_up(table, &folder.table(table.name).unwrap(), 100);
    }
    let reopened = open(&target).unwrap();
    assert_eq!(reopened.info(), folder.info());
    assert!(reopened.info().complete);
    assert_eq!(reopened.scenario_text().unwrap(), "(name: \"Made up\")");
    assert_eq!(reopened.timing().unwrap().wall_seconds, 1.5);
}

#[test]
fn a_table_without_rows_keeps_its_columns() {
    let (_home, target) = home();
    let folder = write(&target, header(), &[0], true, false).unwrap().publish().unwrap();
    for &table in TABLES {
        let read = folder.table(table.name).unwrap();
        assert_eq!((read.height(), read.width()), (0, table.columns.len()));
        for spec in table.columns {
            let expected = match spec.kind {
                ColumnKind::Int => DataType::Int64,
                ColumnKind::Float => DataType::Float64,
                ColumnKind::Text => DataType::String,
            };
            assert_eq!(*read.column(spec.name).unwrap().dtype(), expected);
        }
        let header = fs::read_to_string(target.join(format!("{}.csv", table.name))).unwrap();
        let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        assert_eq!(header, columns.join(",") + "\n");
    }
}

#[test]
fn long_tables_are_cut_into_row_groups_and_stay_whole() {
    let (_home, target) = home();
    let rows = 2 * ROW_GROUP as u64 + 5;
    let folder = write(&target, header(), &[0, 10, ROW_GROUP as u64 - 1, ROW_GROUP as u64 + 1, rows], false, false);
    let folder = folder.unwrap().publish().unwrap();
    for &table in TABLES {
        assert_made_up(table, &folder.table(table.name).unwrap(), rows);
        let file = fs::File::open(target.join(format!("{}.parquet", table.name))).unwrap();
        let groups = ParquetReader::new(file).get_metadata().unwrap().row_groups.len();
        assert_eq!(groups, 3, "{}", table.name);
    }
}

#[test]
fn columns_can_be_read_by_name() {
    let (_home, target) = home();
    let folder = write(&target, header(), &[0, 4], false, false).unwrap().publish().unwrap();
    let some = folder.columns("days", &["trades", "day"]).unwrap();
    assert_eq!(some.width(), 2);
    assert!(some.column("trades").is_ok());
    assert!(matches!(folder.columns("days", &["nonsense"]), Err(StoreError::Damaged { .. })));
}

#[test]
fn parquet_files_document_their_columns() {
    let (_home, target) = home();
    write(&target, header(), &[0, 1], false, false).unwrap().publish().unwrap();
    for &table in TABLES {
        let file = fs::File::open(target.join(format!("{}.parquet", table.name))).unwrap();
        let mut reader = ParquetReader::new(file);
        let metadata = reader.get_metadata().unwrap().key_value_metadata().clone().unwrap();
        let value =
            |key: &str| metadata.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap();
        assert_eq!(value("contraband.schema"), SCHEMA.to_string());
        assert_eq!(value("contraband.table"), table.name);
        let columns: serde_json::Value = serde_json::from_str(&value("contraband.columns")).unwrap();
        for (spec, column) in table.columns.iter().zip(columns.as_array().unwrap()) {
            assert_eq!(column["name"], spec.name);
            assert_eq!(column["unit"], spec.unit);
            assert_eq!(column["doc"], spec.doc);
            assert_eq!(column["nullable"], spec.may_miss);
        }
    }
}

/// What pyarrow says with `pq.read_table(file).schema.field("price_mean").metadata`.
#[test]
fn arrow_fields_carry_units_and_meanings() {
    let (_home, target) = home();
    write(&target, header(), &[0, 1], false, false).unwrap().publish().unwrap();
    for &table in TABLES {
        let file = fs::File::open(target.join(format!("{}.parquet", table.name))).unwrap();
        let fields = ParquetReader::new(file).schema().unwrap();
        for (spec, field) in table.columns.iter().zip(fields.iter_values()) {
            let metadata = field.metadata.as_ref().unwrap();
            assert_eq!((field.name.as_str(), metadata["unit"].as_str()), (spec.name, spec.unit));
            assert_eq!(metadata["description"].as_str(), spec.doc);
        }
    }
}

#[test]
fn files_of_different_runs_can_be_told_apart() {
    let key_values = |header: RunHeader| {
        let (_home, target) = home();
        write(&target, header, &[0, 1], false, false).unwrap().publish().unwrap();
        let file = fs::File::open(target.join("events.parquet")).unwrap();
        let mut reader = ParquetReader::new(file);
        let pairs = reader.get_metadata().unwrap().key_value_metadata().clone().unwrap();
        let keys = ["contraband.seed", "contraband.scenario", "contraband.scenario_hash", "contraband.engine"];
        let of_file =
            keys.map(|key| pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap());
        // What pyarrow says with `pq.read_table(file).schema.metadata`: the Arrow schema's own.
        let schema = pairs.iter().find(|pair| pair.key == "ARROW:schema").and_then(|pair| pair.value.clone()).unwrap();
        let schema = STANDARD.decode(schema).unwrap();
        let holds = |text: &str| schema.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(keys.iter().all(|key| holds(key)) && of_file.iter().all(|value| holds(value)));
        of_file
    };
    assert_eq!(key_values(header()), ["7", "Made up", "0123456789abcdef", "0.1.0"]);
    let other = RunHeader { seed: 8, scenario_hash: "ff".into(), build: build("0.2.0", "aa"), ..header() };
    assert_eq!(key_values(other), ["8", "Made up", "ff", "0.2.0"]);
}

/// Version 1 wrote NaN, -1 and empty words where nothing was known. Such a folder is read as if it were written today; only
/// where a column never misses a value, what it holds is a value.
#[test]
fn a_folder_of_before_there_were_nulls_is_read_with_nulls() {
    let (_home, target) = home();
    write(&target, header(), &[0, 2], false, false).unwrap().publish().unwrap();
    let older = edited(&target, |run| {
        run["schema"] = 1.into();
        for table in run["tables"].as_object_mut().unwrap().values_mut() {
            table.as_object_mut().unwrap().remove("file").unwrap();
        }
    });
    // Nothing had a seal then.
    let (older, _) = FileForm::Json.unseal(&older).unwrap();
    fs::write(target.join("run.json"), format!("{older}\n}}\n")).unwrap();
    let put = |table: &str, mut rows: DataFrame| {
        let file = fs::File::create(target.join(format!("{table}.parquet"))).unwrap();
        ParquetWriter::new(file).finish(&mut rows).unwrap();
    };
    put("events", df!("syndicate" => [-1_i64, 4], "good" => ["", "privacy"], "amount" => [f64::NAN, 2.5]).unwrap());
    put("flows", df!("amount" => [-1_i64, 4], "why" => ["", "fine"]).unwrap());
    let folder = open(&target).unwrap();
    let events = folder.table("events").unwrap();
    assert_eq!(events.column("syndicate").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [None, Some(4)]);
    assert_eq!(events.column("good").unwrap().str().unwrap().iter().collect::<Vec<_>>(), [None, Some("privacy")]);
    assert_eq!(events.column("amount").unwrap().f64().unwrap().iter().collect::<Vec<_>>(), [None, Some(2.5)]);
    let flows = folder.columns("flows", &["amount", "why"]).unwrap();
    assert_eq!(flows.column("amount").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [Some(-1), Some(4)]);
    assert_eq!(flows.column("why").unwrap().str().unwrap().iter().collect::<Vec<_>>(), [Some(""), Some("fine")]);
    // The same run takes its place, and has nulls in its files.
    write(&target, header(), &[0, 12], false, false).unwrap().publish().unwrap();
    assert_eq!(open(&target).unwrap().info().schema, SCHEMA);
    assert_made_up(TABLES[0], &open(&target).unwrap().table(TABLES[0].name).unwrap(), 12);
}

#[test]
fn csv_holds_the_same_rows() {
    let (_home, target) = home();
    let folder = write(&target, header(), &[0, 3, 20], true, false).unwrap().publish().unwrap();
    let text = fs::read_to_string(target.join("agencies.csv")).unwrap();
    assert!(text.starts_with("day,agency,budget_credits,"), "{text}");
    assert_eq!(text.matches("day,agency").count(), 1, "one header");
    let table = folder.table("days").unwrap();
    let csv = fs::read_to_string(target.join("days.csv")).unwrap();
    assert_eq!(csv.lines().count(), 21);
    let AnyValue::Int64(first) = table.column("trades").unwrap().get(0).unwrap() else { panic!("a whole number") };
    assert_eq!(csv.lines().nth(1).unwrap().split(',').nth(1).unwrap(), first.to_string());
    // The fourth row misses values, of which nothing is left; an empty word that is a value stands in quotes.
    let shares = |row: usize| csv.lines().nth(row + 1).unwrap().split(',').nth(3).unwrap().to_owned();
    assert_eq!((shares(2), shares(3)), ((2.0 / 7.0 - 3.0).to_string(), String::new()));
    let flows = fs::read_to_string(target.join("flows.csv")).unwrap();
    assert!(flows.lines().nth(1).unwrap().contains(",\"\","), "{flows}");
}

#[test]
fn nothing_carries_the_final_name_before_it_is_whole() {
    let (_home, target) = home();
    let finished = write(&target, header(), &[0, 4], false, false).unwrap();
    assert!(!target.exists());
    assert!(finished.folder().path().join("run.json").exists());
    drop(finished);
    assert_eq!(names(target.parent().unwrap()), Vec::<String>::new(), "a run given up leaves nothing");
}

#[test]
fn drafts_of_dead_processes_are_swept_and_those_of_the_living_are_not() {
    let (_home, target) = home();
    let out = target.parent().unwrap();
    let dead = out.join(".made-up-seed7.partial-1");
    fs::create_dir_all(&dead).unwrap();
    fs::write(dead.join(".lock"), "").unwrap();
    fs::write(dead.join("days.parquet"), "half").unwrap();
    let alive = RunWriter::create(&target, header(), None, false).unwrap();
    assert!(!dead.exists());
    let Err(second) = RunWriter::create(&target, header(), None, true) else { panic!("two at once") };
    assert!(matches!(second, StoreError::Busy { .. }), "{second}");
    assert_eq!(names(out).len(), 1);
    drop(alive);
    RunWriter::create(&target, header(), None, false).unwrap();
}

#[test]
fn of_many_who_begin_at_once_one_writes() {
    let (_home, target) = home();
    let begun: Vec<_> = std::thread::scope(|scope| {
        let begin = || RunWriter::create(&target, header(), None, false);
        let all: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(begun.iter().filter(|one| one.is_ok()).count(), 1);
}

#[test]
fn the_same_run_is_replaced_and_notes_beside_it_are_kept() {
    let (_home, target) = home();
    write(&target, header(), &[0, 4], true, false).unwrap().publish().unwrap();
    fs::write(target.join("my notes.txt"), "look at day 90").unwrap();
    write(&target, header(), &[0, 9], false, false).unwrap().publish().unwrap();
    assert_eq!(open(&target).unwrap().table("days").unwrap().height(), 9);
    assert!(target.join("my notes.txt").exists());
    assert!(!target.join("days.csv").exists(), "files of the old run are gone");
    assert_eq!(names(target.parent().unwrap()), ["made-up-seed7"]);
}

#[test]
fn another_run_is_replaced_only_by_force() {
    let (_home, target) = home();
    write(&target, header(), &[0, 4], false, false).unwrap().publish().unwrap();
    for other in [
        RunHeader { seed: 8, ..header() },
        RunHeader { days: 31, ..header() },
        RunHeader { scenario_hash: "ff".into(), ..header() },
        RunHeader { build: build("0.2.0", "aa"), ..header() },
        RunHeader { build: build("0.1.0", "bb"), ..header() },
    ] {
        let refused = RunWriter::create(&target, other, None, false).err().unwrap();
        assert!(matches!(refused, StoreError::OtherRun { .. }), "{refused}");
    }
    let renamed = RunHeader { scenario: "Same question, other name".into(), ..header() };
    assert!(RunWriter::create(&target, renamed, None, false).is_ok());
    let other = RunHeader { seed: 8, ..header() };
    write(&target, other, &[0, 5], false, true).unwrap().publish().unwrap();
    assert_eq!(open(&target).unwrap().info().seed, 8);
}

#[test]
fn folders_that_are_not_runs_are_never_touched() {
    let (_home, target) = home();
    fs::create_dir_all(&target).unwrap();
    RunWriter::create(&target, header(), None, false).expect("an empty folder is free");
    fs::write(target.join("thesis.tex"), "years of work").unwrap();
    assert!(matches!(RunWriter::create(&target, header(), None, true), Err(StoreError::Foreign { .. })));
    fs::write(target.join("run.json"), "{\"schema\": 1, \"of\": \"something else\"}").unwrap();
    assert!(matches!(RunWriter::create(&target, header(), None, true), Err(StoreError::Foreign { .. })));
    assert!(matches!(
        RunWriter::create(&target.join("thesis.tex"), header(), None, true),
        Err(StoreError::NotAFolder { .. })
    ));
    for root in ["/", "..", "."] {
        assert!(
            matches!(RunWriter::create(Path::new(root), header(), None, true), Err(StoreError::Foreign { .. })),
            "{root}"
        );
    }
    assert_eq!(fs::read_to_string(target.join("thesis.tex")).unwrap(), "years of work");
}

#[test]
fn the_place_is_checked_again_before_the_folder_is_named() {
    let (_home, target) = home();
    let finished = write(&target, header(), &[0, 4], false, false).unwrap();
    fs::create_dir_all(&target).unwrap();
    fs::write(target.join("thesis.tex"), "years of work").unwrap();
    assert!(matches!(finished.publish(), Err(StoreError::Foreign { .. })));
    assert_eq!(names(&target), ["thesis.tex"]);
}

#[test]
fn what_cannot_be_opened_says_why() {
    let (home, target) = home();
    assert!(matches!(open(&target), Err(StoreError::NotThere { .. })));
    assert!(matches!(open(home.path()), Err(StoreError::NotARun { .. })));
    let folder = write(&target, header(), &[0, 40], false, false).unwrap().publish().unwrap();
    assert!(matches!(open(&target.join("run.json")), Err(StoreError::NotARun { .. })));

    let missing = folder.table("prices").unwrap_err();
    assert!(
        missing.to_string().starts_with("there is no table `prices`; the tables are agencies, citizens,"),
        "{missing}"
    );

    let days = target.join("days.parquet");
    let whole = fs::read(&days).unwrap();
    for length in [0, 3, 4, 8, 40, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        fs::write(&days, &whole[..length]).unwrap();
        let torn = folder.table("days");
        assert!(matches!(torn, Err(StoreError::Damaged { .. })), "{length} bytes: {torn:?}");
    }
    fs::remove_file(&days).unwrap();
    assert!(matches!(folder.table("days"), Err(StoreError::Damaged { .. })));

    let goods = target.join("goods.parquet");
    fs::copy(target.join("places.parquet"), &goods).unwrap();
    assert!(folder.table("goods").unwrap_err().to_string().contains("its checksum is another"));
    let run = fs::read_to_string(target.join("run.json")).unwrap();
    fs::write(target.join("run.json"), edited(&target, |run| run["tables"]["places"]["rows"] = 41.into())).unwrap();
    assert!(matches!(open(&target).unwrap().table("places"), Err(StoreError::Damaged { .. })));
    fs::write(target.join("run.json"), &run).unwrap();
    let newer = edited(&target, |run| run["schema"] = 99.into());
    fs::write(target.join("run.json"), newer).unwrap();
    assert!(matches!(open(&target), Err(StoreError::OtherSchema { found: 99, expected: 3, oldest: 1, .. })));
    // What is whole and of no form that is known is called so, and replaced by force alone.
    fs::write(target.join("run.json"), edited(&target, |run| run["schema"] = 3.into())).unwrap();
    fs::write(target.join("run.json"), edited(&target, |run| run["days"] = "many".into())).unwrap();
    for refused in [open(&target).map(drop), RunWriter::create(&target, header(), None, false).map(drop)] {
        assert!(matches!(refused, Err(StoreError::NotUnderstood { .. })), "{refused:?}");
    }
    fs::write(target.join("run.json"), run.replace("Made up", "Made uq")).unwrap();
    assert!(open(&target).unwrap_err().to_string().contains("its checksum is another"));
    // Which run it is is not known, so it is replaced by force alone.
    assert!(matches!(RunWriter::create(&target, header(), None, false), Err(StoreError::OtherRun { .. })));
    assert!(RunWriter::create(&target, header(), None, true).is_ok());
    fs::write(target.join("run.json"), &run[..run.len() / 2]).unwrap();
    assert!(matches!(open(&target), Err(StoreError::Damaged { .. })));
}

#[test]
fn run_json_is_as_the_contract_says() {
    let (_home, target) = home();
    write(&target, header(), &[0, 2], false, false).unwrap().publish().unwrap();
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(target.join("run.json")).unwrap()).unwrap();
    for key in ["schema", "engine_version", "scenario", "scenario_hash", "seed", "days", "citizens", "overrides"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert_eq!(json["complete"], true);
    assert_eq!((&json["last_day"], &json["days"]), (&2.into(), &30.into()));
    assert_eq!(json["digest"], "ffff");
    assert_eq!(json["overrides"]["law.detection"], "0.06");
    assert_eq!(json["engine_fingerprint"], "aa");
    let file = contraband_lab::disk::digest_of(&target.join("days.parquet")).unwrap();
    assert_eq!(json["tables"]["days"], serde_json::json!({"rows": 2, "digest": "digest of days", "file": file}));
}

#[test]
#[should_panic(expected = "rows of goods.units")]
fn a_batch_of_ragged_columns_is_a_defect() {
    let (_home, target) = home();
    let mut writer = RunWriter::create(&target, header(), None, false).unwrap();
    let mut batch = made_up(TABLES[1], 0, 3);
    let units = batch.table.columns.iter().position(|column| column.name == "units").unwrap();
    batch.columns[units] = Values::Int(vec![1].into());
    let _ = writer.write(vec![batch]);
}

/// The rows that a resumed run starts with, all in one batch a table.
fn replayed(resume: &Resume) -> BTreeMap<&'static str, Vec<Batch>> {
    let mut rows: BTreeMap<&str, Vec<Batch>> = BTreeMap::new();
    resume
        .replay(|batches| {
            for batch in batches {
                rows.entry(batch.table.name).or_default().push(batch);
            }
            Ok(())
        })
        .unwrap();
    rows
}

/// Three days with ten rows each, saved one by one.
fn three_checkpoints(target: &Path) {
    let (mut checkpoints, resume) = Checkpoints::open(target, &header(), false).unwrap();
    assert!(resume.is_none());
    for day in 1..=3_u32 {
        let rows: Vec<Batch> =
            TABLES.iter().map(|&table| made_up(table, u64::from(day - 1) * 10, u64::from(day) * 10)).collect();
        checkpoints.note(&rows).unwrap();
        checkpoints.save(day, format!("state on day {day}").as_bytes()).unwrap();
    }
    // What is noted and not saved is lost with the process.
    checkpoints.note(&[made_up(TABLES[0], 30, 40)]).unwrap();
}

#[test]
fn a_checkpoint_brings_back_state_and_rows() {
    let (_home, target) = home();
    three_checkpoints(&target);
    let (checkpoints, resume) = Checkpoints::open(&target, &header(), false).unwrap();
    let resume = resume.unwrap();
    assert_eq!((resume.day, resume.snapshot.as_slice()), (3, b"state on day 3".as_slice()));
    let rows = replayed(&resume);
    for &table in TABLES {
        let batches = &rows[table.name];
        assert_eq!(batches.len(), 3);
        for (batch, from) in batches.iter().zip([0, 10, 20]) {
            assert_eq!(batch.columns, made_up(table, from, from + 10).columns);
        }
    }
    checkpoints.remove().unwrap();
    assert!(!Checkpoints::place(&target).exists());
}

#[test]
fn damaged_checkpoints_are_passed_over() {
    for (damaged, day) in [
        ("day-000003/snapshot", Some(2)),
        ("day-000003/rows", Some(2)),
        ("day-000003/manifest.json", Some(2)),
        ("day-000001/rows", None),
        ("day-000002/rows", None), // the snapshot of day 1 is not kept
    ] {
        let (_home, target) = home();
        three_checkpoints(&target);
        let path = Checkpoints::place(&target).join(damaged);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let (mut checkpoints, resume) = Checkpoints::open(&target, &header(), false).unwrap();
        assert_eq!(resume.as_ref().map(|resume| resume.day), day, "{damaged}");
        // Life goes on from there.
        checkpoints.note(&[made_up(TABLES[0], 0, 5)]).unwrap();
        checkpoints.save(9, b"state on day 9").unwrap();
        drop(checkpoints);
        let (_, resume) = Checkpoints::open(&target, &header(), false).unwrap();
        assert_eq!(resume.unwrap().day, 9, "{damaged}");
    }
}

#[test]
fn checkpoints_of_another_run_are_replaced_only_by_force() {
    let (_home, target) = home();
    three_checkpoints(&target);
    let other = RunHeader { seed: 8, ..header() };
    assert!(matches!(Checkpoints::open(&target, &other, false), Err(StoreError::OtherRun { .. })));
    assert!(Checkpoints::open(&target, &other, true).unwrap().1.is_none());
    let (_home, target) = home();
    let place = Checkpoints::place(&target);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("thesis.tex"), "years of work").unwrap();
    assert!(matches!(Checkpoints::open(&target, &other, true), Err(StoreError::Foreign { .. })));
}

#[test]
fn an_interrupted_run_does_not_replace_a_whole_one() {
    let (_home, target) = home();
    let whole = write(&target, header(), &[0, 4], false, false).unwrap().publish().unwrap();
    let writer = RunWriter::create(&target, header(), None, false).unwrap();
    let timing = Timing::default();
    let ending = Ending { complete: false, last_day: 0, digest: &digest(0), scenario: "()", timing: &timing };
    let kept = writer.finish(&ending).unwrap().publish().unwrap();
    assert_eq!(kept.info(), whole.info());
    assert_eq!(names(target.parent().unwrap()), ["made-up-seed7"]);
}

fn cuts() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(any::<u16>(), 0..6).prop_map(|mut cuts| {
        let rows = 70_000;
        let mut cuts: Vec<u64> = cuts.drain(..).map(|cut| u64::from(cut).min(rows)).collect();
        cuts.extend([0, rows]);
        cuts.sort_unstable();
        cuts
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bytes_do_not_depend_on_how_rows_are_handed_over(cuts in cuts()) {
        let (_home, target) = home();
        let (_other_home, straight) = home();
        write(&target, header(), &cuts, true, false).unwrap().publish().unwrap();
        write(&straight, header(), &[0, 70_000], true, false).unwrap().publish().unwrap();
        let files = names(&target);
        prop_assert_eq!(&files, &names(&straight));
        for file in files {
            prop_assert!(fs::read(target.join(&file)).unwrap() == fs::read(straight.join(&file)).unwrap(), "{}", file);
        }
    }
}
