//! What is kept of each run of a study, in a small file of its own that is found by what the run depends on.
//!
//! A run depends on its scenario, its seed and the engine, and on nothing that is asked of it. So the columns that most
//! questions are about are kept whole, day by day: another metric, or another window, is answered from them. Only a metric
//! that looks at something else makes a run be lived again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contraband_lab::files::study::Measure;
use contraband_lab::measure::Recording;
use contraband_lab::measure::expression::Expression;
use contraband_sim::VERSION;
use contraband_sim::base::words::hex;
use contraband_sim::record::tables::{Batch, ColumnSpec, TABLES, TableSpec, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::store::{sync_folder, write_synced};

/// Grows when files look different, so that older ones are not read but lived again.
const FORM: u64 = 2;

/// Columns of `days` whose course is told.
pub const SERIES: [&str; 10] = [
    "trades",
    "illicit_trades",
    "spent_credits",
    "detections",
    "harm",
    "anxiety_mean",
    "unrest_share",
    "legitimacy",
    "treasury",
    "innovation",
];

/// Columns of `citizens` that are averaged over groups.
pub const BURDENS: [&str; 6] = ["credits", "anxiety", "boredom", "record", "purchases", "favours"];

/// Columns that are kept day by day, by table; of tables without a list, all of them.
const WHOLE: [(&str, Option<&[&str]>); 6] = [
    ("days", None),
    ("counts", None),
    ("providers", None),
    (
        "goods",
        Some(&[
            "day",
            "good",
            "orders",
            "trades",
            "units",
            "spent_credits",
            "price_mean",
            "cost_mean",
            "detections",
            "seized_units",
            "buyers_share",
        ]),
    ),
    (
        "places",
        Some(&[
            "day",
            "place",
            "kind",
            "citizens",
            "trades",
            "illicit_trades",
            "spent_credits",
            "detections",
            "fines_credits",
            "anxiety_mean",
            "unrest_share",
            "wealth_mean",
            "record_mean",
            "harm",
        ]),
    ),
    ("venues", Some(&["day", "venue", "trades", "volume_credits"])),
];

/// Whether a column is kept day by day.
fn is_whole(table: &str, column: &str) -> bool {
    WHOLE.iter().any(|(name, columns)| *name == table && columns.is_none_or(|columns| columns.contains(&column)))
}

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The digest of the run.
    pub digest: String,
    /// For each day the beginnings of the digests of all tables so far.
    pub days: Vec<Vec<u32>>,
    /// Groups of citizens on the last day.
    pub groups: Vec<Group>,
    /// Metrics that look at more than what is kept, by their text.
    values: BTreeMap<String, f64>,
    /// The columns that are kept whole, by table.
    tables: Vec<(String, Vec<Column>)>,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Column {
    /// It is not kept.
    None,
    Int(Vec<i64>),
    Float(Vec<f64>),
    /// Different words, and which of them stands in each row.
    Text(Vec<String>, Vec<u16>),
}

impl Column {
    fn of(values: &Values) -> Self {
        match values {
            Values::Int(cells) => Self::Int(cells.slots().to_vec()),
            Values::Float(cells) => Self::Float(cells.slots().to_vec()),
            Values::Text(cells) => {
                let mut words: Vec<String> = Vec::new();
                let mut which = |word: &str| {
                    words.iter().position(|known| known == word).unwrap_or_else(|| {
                        words.push(word.to_owned());
                        words.len() - 1
                    })
                };
                let rows = cells.slots().iter().map(|word| which(word) as u16).collect();
                Self::Text(words, rows)
            }
        }
    }

    /// As the column of a table that it was.
    fn values(self, about: &ColumnSpec) -> Values {
        let mut values = Values::new(about.kind, about.may_miss);
        match (&mut values, self) {
            (Values::Int(cells), Self::Int(slots)) => slots.into_iter().for_each(|slot| cells.push_slot(slot)),
            (Values::Float(cells), Self::Float(slots)) => slots.into_iter().for_each(|slot| cells.push_slot(slot)),
            (Values::Text(cells), Self::Text(words, rows)) => {
                rows.into_iter().for_each(|row| cells.push_slot(words[row as usize].clone().into()));
            }
            // It is not kept, or was of another kind in another version.
            _ => {}
        }
        values
    }
}

/// Some citizens, and what became of them on average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// By what they are told apart.
    pub kind: String,
    /// Which of them.
    pub name: String,
    /// How many are in the sample.
    pub people: u32,
    /// The means of [`BURDENS`].
    pub means: Vec<f64>,
}

/// Lives a run on this thread; `None` where it was told to end.
pub fn live(scenario: &Arc<Scenario>, seed: u64, metrics: &[Measure], ended: &dyn Fn() -> bool) -> Option<Kept> {
    let mut run = Run::new(Arc::clone(scenario), seed, 1);
    let mut days = Vec::with_capacity(scenario.days as usize);
    for _ in 0..scenario.days {
        if ended() {
            return None;
        }
        run.step();
        let tables = run.digest().tables;
        days.push(tables.iter().map(|(.., digest)| beginning(digest)).collect());
    }
    let rows = Recording::from_rows(run.finish());
    let asked = metrics.iter().map(|metric| &metric.expression).filter(|metric| !from_whole(metric));
    Some(Kept {
        digest: run.digest().all,
        days,
        groups: groups(&rows),
        values: asked.map(|metric| (metric.text().to_owned(), metric.read(&rows, &rows))).collect(),
        tables: rows.tables().iter().filter_map(whole).collect(),
    })
}

/// Enough of a digest to tell apart whatever is compared here: digests grow by chains, so what differs on a day differs on
/// all days behind it too.
fn beginning(digest: &str) -> u32 {
    u32::from_str_radix(&digest[..8], 16).expect("a digest is hexadecimal")
}

/// Whether a metric looks at nothing but what is kept of every run.
fn from_whole(metric: &Expression) -> bool {
    metric.reads().iter().all(|(table, column)| is_whole(table, column))
}

/// The columns of a table that are kept whole.
fn whole(rows: &Batch) -> Option<(String, Vec<Column>)> {
    let table = rows.table.name;
    WHOLE.iter().find(|(name, _)| *name == table)?;
    let columns = rows.table.columns.iter().zip(&rows.columns);
    let kept =
        columns.map(|(about, values)| if is_whole(table, about.name) { Column::of(values) } else { Column::None });
    Some((table.to_owned(), kept.collect()))
}

impl Kept {
    /// Whether it holds what these metrics ask for.
    pub fn knows(&self, metrics: &[Measure]) -> bool {
        let mut asked = metrics.iter().map(|metric| &metric.expression);
        asked.all(|metric| self.values.contains_key(metric.text()) || from_whole(metric))
    }

    /// Adds what an older file of the same run knows.
    pub fn join(&mut self, older: Self) {
        self.values.extend(older.values);
    }

    /// Its columns and metrics, for reading.
    pub fn open(mut self) -> Opened {
        let about = |name: &str| TABLES.iter().copied().find(|table: &&TableSpec| table.name == name);
        let batches = std::mem::take(&mut self.tables).into_iter().filter_map(|(name, columns)| {
            let table = about(&name)?;
            let columns = columns.into_iter().zip(table.columns).map(|(column, about)| column.values(about)).collect();
            Some(Batch { table, columns })
        });
        Opened { rows: Recording::from_rows(batches.collect()), kept: self }
    }
}

/// A run that is read.
pub struct Opened {
    /// The columns that are kept whole.
    pub rows: Recording,
    /// All else.
    pub kept: Kept,
}

impl Opened {
    /// What a metric says of it; NaN where nobody asked when it was lived.
    pub fn value(&self, metric: &Measure) -> f64 {
        let metric = &metric.expression;
        match self.kept.values.get(metric.text()) {
            Some(&value) => value,
            None if from_whole(metric) => metric.read(&self.rows, &self.rows),
            None => f64::NAN,
        }
    }

    /// Purchases by the key of a table, a number each day: by good, place or venue.
    pub fn trades(&self, kind: &str, table: &str) -> Vec<(String, Vec<f64>)> {
        self.by_key(kind, table, "trades")
    }

    /// A column of a table by its key, a value each day.
    pub fn by_key(&self, key: &str, table: &str, column: &str) -> Vec<(String, Vec<f64>)> {
        let mut found: Vec<(String, Vec<f64>)> = Vec::new();
        for (name, value) in self.rows.words(table, key).into_iter().zip(self.rows.numbers(table, column)) {
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name.into(), vec![value])),
            }
        }
        found
    }
}

/// Citizens of the last day by wealth, income, place, agent, mask, home and what was taken from them.
fn groups(rows: &Recording) -> Vec<Group> {
    let numbers = |column| rows.numbers("citizens", column);
    let burdens = BURDENS.map(numbers);
    let places = rows.words("citizens", "place");
    let enclaves: Vec<&str> = {
        let kinds = rows.words("places", "kind");
        let names = rows.words("places", "place").into_iter();
        names.zip(kinds).filter(|(_, kind)| *kind == "enclave").map(|(name, _)| name).collect()
    };
    let mut found: Vec<Group> = Vec::new();
    let mut told_apart = |kind: &str, order: &[&str], of: &dyn Fn(usize) -> usize| {
        let mut members = vec![Vec::new(); order.len()];
        (0..places.len()).for_each(|row| members[of(row)].push(row));
        for (name, rows) in order.iter().zip(members) {
            let mean = |values: &Vec<f64>| rows.iter().map(|&row| values[row]).sum::<f64>() / rows.len() as f64;
            let means = burdens.iter().map(mean).collect();
            found.push(Group { kind: kind.into(), name: (*name).into(), people: rows.len() as u32, means });
        }
    };
    for (kind, column) in [("wealth", "credits"), ("income", "income")] {
        let fifth = fifths(&numbers(column));
        told_apart(kind, &["poorest fifth", "second fifth", "third fifth", "fourth fifth", "richest fifth"], &|row| {
            fifth[row]
        });
    }
    let mut names = rows.words("places", "place");
    names.sort_unstable();
    names.dedup();
    told_apart("place", &names, &|row| names.iter().position(|name| *name == places[row]).unwrap_or(0));
    let (delegated, mask, donor) = (numbers("delegated"), numbers("mask"), numbers("donor"));
    told_apart("agent", &["shops alone", "agent shops"], &|row| usize::from(delegated[row] > 0.0));
    told_apart("mask", &["no mask", "masked"], &|row| usize::from(mask[row] >= 0.1));
    told_apart("enclave", &["outside", "in an enclave"], &|row| usize::from(enclaves.contains(&places[row])));
    told_apart("identity", &["kept it", "donor"], &|row| usize::from(donor[row] > 0.0));
    found
}

/// In which fifth of all each value is, from 0 for the least; equal values by their order.
fn fifths(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]).then(one.cmp(&other)));
    let mut fifths = vec![0; values.len()];
    for (rank, row) in order.into_iter().enumerate() {
        fifths[row] = rank * 5 / values.len();
    }
    fifths
}

/// The runs of a study folder.
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Opens the shelf in a study folder. Whoever calls holds its lock: what a process that died left unfinished is
    /// removed.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(study: &Path) -> Result<Self, StoreError> {
        let folder = study.join("runs");
        fs::create_dir_all(&folder).map_err(StoreError::system("create", &folder))?;
        for entry in fs::read_dir(&folder).map_err(StoreError::system("read", &folder))?.flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(Self { folder })
    }

    /// What a run depends on: scenario, seed, engine.
    pub fn identity(scenario: &Scenario, seed: u64) -> String {
        let plain = Scenario { seed: 0, ..scenario.clone() };
        let mut all = Sha256::new();
        let mut add = |part: &str| {
            all.update((part.len() as u64).to_le_bytes());
            all.update(part);
        };
        add(VERSION);
        add(&plain.hash());
        all.update(seed.to_le_bytes());
        all.update(FORM.to_le_bytes());
        hex(&all.finalize()[..16])
    }

    fn path(&self, identity: &str) -> PathBuf {
        self.folder.join(format!("{identity}.run"))
    }

    /// What was kept of a run; `None` where nothing was, or what was is damaged and the run has to be lived again.
    pub fn take(&self, identity: &str) -> Option<Kept> {
        let bytes = fs::read(self.path(identity)).ok()?;
        let (sum, packed) = bytes.split_at_checked(32)?;
        if Sha256::digest(packed)[..] != *sum {
            return None;
        }
        postcard::from_bytes(&zstd::decode_all(packed).ok()?).ok()
    }

    /// Keeps a run: it is there whole or not at all.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn put(&self, identity: &str, kept: &Kept) -> Result<(), StoreError> {
        let kept = postcard::to_allocvec(kept).expect("plain structs become bytes");
        let packed = zstd::encode_all(&*kept, 1).map_err(StoreError::system("pack", &self.folder))?;
        let bytes = [&Sha256::digest(&packed)[..], &packed].concat();
        // An arm that is the base lives the same run at the same time: each thread has a draft of its own.
        let draft = self.folder.join(format!(".{identity}-{:?}", std::thread::current().id()));
        write_synced(&draft, &bytes)?;
        fs::rename(&draft, self.path(identity)).map_err(StoreError::system("rename", &draft))?;
        sync_folder(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use contraband_lab::files::study::Better;
    use contraband_lab::measure::expression::parse;

    use super::*;

    #[test]
    fn fifths_are_of_equal_size_in_order_of_value() {
        assert_eq!(fifths(&[5.0, 1.0, 3.0, 2.0, 4.0]), [4, 0, 2, 1, 3]);
        assert_eq!(fifths(&[1.0; 10]), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }

    fn metric(text: &str) -> Measure {
        let expression = parse(text).unwrap();
        Measure { name: "it".into(), label: String::new(), expression, better: Better::None }
    }

    #[test]
    fn what_is_kept_answers_later_questions_as_the_run_itself_would() {
        let mut scenario = Scenario { days: 40, ..Scenario::default() };
        scenario.set("citizens.count", "300").unwrap();
        let scenario = Arc::new(scenario);
        let asked = [metric("p95(citizens.record)")];
        let later = [
            "mean(goods.price_mean / cost_mean, good != privacy, days = 5 to 30)",
            "sum(places.harm, kind = fringe)",
            "last(days.treasury) + sum(counts.ideas)",
        ]
        .map(metric);
        let kept = live(&scenario, 1, &asked, &|| false).unwrap();
        assert!(kept.knows(&asked) && kept.knows(&later));
        assert!(!kept.knows(&[metric("sum(flows.amount)")]));
        let home = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(home.path()).unwrap();
        shelf.put("one", &kept).unwrap();
        let opened = shelf.take("one").unwrap().open();
        let rows = Recording::of(&scenario, 1);
        for metric in asked.iter().chain(&later) {
            assert_eq!(opened.value(metric).to_bits(), metric.expression.read(&rows, &rows).to_bits());
        }
        assert_eq!(opened.trades("venue", "venues")[0].1.len(), 40);
    }

    #[test]
    fn every_column_that_is_kept_is_in_a_table() {
        for (name, columns) in WHOLE {
            let table = TABLES.iter().find(|table| table.name == name).unwrap();
            let there = |column: &&str| table.columns.iter().any(|about| about.name == *column);
            assert!(columns.is_none_or(|columns| columns.iter().all(there)), "{name}");
        }
    }

    #[test]
    fn what_is_damaged_is_not_taken_from_the_shelf() {
        let home = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(home.path()).unwrap();
        let kept = Kept {
            digest: "ab".into(),
            days: vec![vec![u32::MAX]],
            groups: Vec::new(),
            values: BTreeMap::from([("x".to_owned(), 1.0 / 3.0), ("y".to_owned(), f64::NAN)]),
            tables: Vec::new(),
        };
        shelf.put("one", &kept).unwrap();
        assert_eq!(shelf.take("one").unwrap().values["x"], 1.0 / 3.0);
        assert!(shelf.take("two").is_none());
        let path = home.path().join("runs/one.run");
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(shelf.take("one").is_none());
    }
}
