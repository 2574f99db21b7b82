//! What is kept of each run of a study, in a small file of its own that is found by what the run depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contraband_sim::VERSION;
use contraband_sim::measure::Recording;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::study::Measure;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::store::{sync_folder, write_synced};

/// Grows when files look different, so that older ones are not read but lived again.
const FORM: u64 = 1;

/// Columns of `days` whose course is kept.
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

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The metrics of the study, in its order.
    pub values: Vec<f64>,
    /// The digest of the run.
    pub digest: String,
    /// For each day the beginnings of the digests of all tables so far.
    pub days: Vec<Vec<u64>>,
    /// The course of each of [`SERIES`], a value each day.
    pub series: Vec<Vec<f32>>,
    /// Purchases by good, place and venue, a number each day.
    pub trades: Vec<Trades>,
    /// Groups of citizens on the last day.
    pub groups: Vec<Group>,
}

/// Purchases of a good, or by people of a place, or at a venue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trades {
    /// `good`, `place` or `venue`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// A number each day.
    pub days: Vec<u32>,
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
    Some(Kept {
        values: metrics.iter().map(|metric| metric.expression.read(&rows, &rows)).collect(),
        digest: run.digest().all,
        days,
        series: SERIES
            .map(|column| rows.numbers("days", column).into_iter().map(|value| value as f32).collect())
            .into(),
        trades: [("good", "goods"), ("place", "places"), ("venue", "venues")]
            .into_iter()
            .flat_map(|(kind, table)| trades(&rows, kind, table))
            .collect(),
        groups: groups(&rows),
    })
}

/// Enough of a digest to tell apart whatever is compared here.
fn beginning(digest: &str) -> u64 {
    u64::from_str_radix(&digest[..16], 16).expect("a digest is hexadecimal")
}

/// Purchases by a key of a table, a number each day.
fn trades(rows: &Recording, kind: &str, table: &str) -> Vec<Trades> {
    let mut found: Vec<Trades> = Vec::new();
    for (name, count) in rows.words(table, kind).into_iter().zip(rows.numbers(table, "trades")) {
        match found.iter_mut().find(|one| one.name == name) {
            Some(one) => one.days.push(count as u32),
            None => found.push(Trades { kind: kind.into(), name: name.into(), days: vec![count as u32] }),
        }
    }
    found
}

/// Citizens of the last day by wealth, income, place, agent and mask.
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
    let (delegated, mask) = (numbers("delegated"), numbers("mask"));
    told_apart("agent", &["shops alone", "agent shops"], &|row| usize::from(delegated[row] > 0.0));
    told_apart("mask", &["no mask", "masked"], &|row| usize::from(mask[row] >= 0.1));
    told_apart("enclave", &["outside", "in an enclave"], &|row| usize::from(enclaves.contains(&places[row])));
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

    /// What a run depends on, and what is kept of it depends on: scenario, seed, engine, metrics.
    pub fn identity(scenario: &Scenario, seed: u64, metrics: &[Measure]) -> String {
        let plain = Scenario { seed: 0, ..scenario.clone() };
        let mut all = Sha256::new();
        let mut add = |part: &str| {
            all.update((part.len() as u64).to_le_bytes());
            all.update(part);
        };
        add(VERSION);
        add(&plain.hash());
        for metric in metrics {
            add(metric.expression.text());
        }
        all.update(seed.to_le_bytes());
        all.update(FORM.to_le_bytes());
        all.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn path(&self, identity: &str) -> PathBuf {
        self.folder.join(format!("{identity}.run"))
    }

    /// What was kept of a run; `None` where nothing was, or what was is damaged and the run has to be lived again.
    pub fn take(&self, identity: &str) -> Option<Kept> {
        let bytes = fs::read(self.path(identity)).ok()?;
        let (sum, kept) = bytes.split_at_checked(32)?;
        if Sha256::digest(kept)[..] != *sum {
            return None;
        }
        postcard::from_bytes(kept).ok()
    }

    /// Keeps a run: it is there whole or not at all.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn put(&self, identity: &str, kept: &Kept) -> Result<(), StoreError> {
        let kept = postcard::to_allocvec(kept).expect("plain structs become bytes");
        let bytes = [&Sha256::digest(&kept)[..], &kept].concat();
        // An arm that is the base lives the same run at the same time: each thread has a draft of its own.
        let draft = self.folder.join(format!(".{identity}-{:?}", std::thread::current().id()));
        write_synced(&draft, &bytes)?;
        fs::rename(&draft, self.path(identity)).map_err(StoreError::system("rename", &draft))?;
        sync_folder(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifths_are_of_equal_size_in_order_of_value() {
        assert_eq!(fifths(&[5.0, 1.0, 3.0, 2.0, 4.0]), [4, 0, 2, 1, 3]);
        assert_eq!(fifths(&[1.0; 10]), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn what_is_damaged_is_not_taken_from_the_shelf() {
        let home = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(home.path()).unwrap();
        let kept = Kept {
            values: vec![1.0 / 3.0, f64::NAN],
            digest: "ab".into(),
            days: vec![vec![u64::MAX]],
            series: vec![vec![0.1]],
            trades: Vec::new(),
            groups: Vec::new(),
        };
        shelf.put("one", &kept).unwrap();
        assert_eq!(shelf.take("one").unwrap().values[0], 1.0 / 3.0);
        assert!(shelf.take("two").is_none());
        let path = home.path().join("runs/one.run");
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(shelf.take("one").is_none());
    }
}
