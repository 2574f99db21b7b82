//! The runs of a folder: all its journals as one, found by what a run depends on.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::identity::Identity;
use super::journal::{Damage, Journal, Record};
use crate::error::StoreError;

/// The ending of a journal's name.
pub const JOURNAL: &str = "journal";

/// The runs of a folder. Whatever was put there by whom, on which machine and in which order: a run is found by its
/// identity.
pub struct RunStore {
    batch: Identity,
    files: Vec<PathBuf>,
    /// Where the records of each run are: the number of the file, and the record in it.
    found: Mutex<BTreeMap<Identity, Vec<(usize, Record)>>>,
    /// What this process adds to, and its number among the files.
    journal: Option<(usize, Journal)>,
    damaged: Vec<Damage>,
}

impl RunStore {
    /// Opens the journals of a list in a folder, which is made where it is not there. With a name for a journal of its own
    /// the process may add to it; the others are only read.
    ///
    /// # Errors
    /// When another process has that journal, one of them is of another list or form, or the system refuses.
    pub fn open(folder: &Path, batch: Identity, own: Option<&str>) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
        let mut damaged = Vec::new();
        let journal = match own {
            Some(name) => {
                let (journal, mended) = Journal::open(&folder.join(name), batch)?;
                damaged.extend(mended);
                Some(journal)
            }
            None => None,
        };
        let entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_journal(path)).collect();
        files.sort();
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (file, path) in files.iter().enumerate() {
            damaged.extend(Journal::read(path, batch, |record, _| {
                found.entry(record.identity).or_default().push((file, record));
                Ok(())
            })?);
        }
        let journal = journal.map(|journal| {
            let file = files.iter().position(|one| one == journal.path()).unwrap_or_else(|| {
                files.push(journal.path().to_owned());
                files.len() - 1
            });
            (file, journal)
        });
        Ok(Self { batch, files, found: Mutex::new(found), journal, damaged })
    }

    /// What of the journals is damaged: the runs that were in there are not found, and are to be run again.
    pub fn damaged(&self) -> &[Damage] {
        &self.damaged
    }

    /// Every answer that is kept of a run, in no order; none where it is not kept.
    ///
    /// # Errors
    /// When a journal has changed since it was opened, or the system refuses.
    pub fn answers(&self, identity: Identity) -> Result<Vec<Vec<u8>>, StoreError> {
        let places = self.places().get(&identity).cloned().unwrap_or_default();
        places.iter().map(|(file, record)| record.answer(&self.files[*file], self.batch)).collect()
    }

    /// Adds what came of a run to the journal of this process; `now` is the time in seconds.
    ///
    /// # Errors
    /// When the system refuses.
    ///
    /// # Panics
    /// When it was opened without a journal of its own.
    pub fn add(&self, run: u64, identity: Identity, answer: &[u8], now: f64) -> Result<(), StoreError> {
        let (file, journal) = self.journal.as_ref().expect("it was opened to be added to");
        let record = journal.add(run, identity, answer, now)?;
        self.places().entry(identity).or_default().push((*file, record));
        Ok(())
    }

    /// Notes that a run is begun, by its number; nothing where no journal is this process's own.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn begin(&self, run: u64) -> Result<(), StoreError> {
        self.journal.as_ref().map_or(Ok(()), |(_, journal)| journal.begin(run))
    }

    /// How often processes before this one began a run, by its number, with its own journal.
    pub fn left(&self, run: u64) -> u32 {
        self.journal.as_ref().and_then(|(_, journal)| journal.left().get(&run).copied()).unwrap_or(0)
    }

    /// Waits until the disk has all that was added.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.journal.as_ref().map_or(Ok(()), |(_, journal)| journal.sync())
    }

    fn places(&self) -> std::sync::MutexGuard<'_, BTreeMap<Identity, Vec<(usize, Record)>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_journal(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    path.extension() == Some(OsStr::new(JOURNAL)) && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{RunOutcome, Runner, Shard};

    const RUNS: u64 = 20;

    fn list(name: &str) -> Identity {
        Identity::of([name.as_bytes()])
    }

    fn run(number: u64) -> Identity {
        Identity::of([number.to_le_bytes().as_slice()])
    }

    /// Runs what is missing of a shard; how many runs that were.
    fn fill(folder: &Path, shard: Shard, threads: usize) -> u64 {
        let store = RunStore::open(folder, list("squares"), Some(&shard.journal())).unwrap();
        let missing = (0..RUNS).filter(|&one| shard.holds(one) && store.answers(run(one)).unwrap().is_empty());
        let missing: Vec<Result<u64, StoreError>> = missing.map(Ok).collect();
        let count = missing.len() as u64;
        let add = |one: u64, outcome| {
            let RunOutcome::Done(square) = outcome else { panic!("nothing fails here") };
            store.add(one, run(one), &u64::to_le_bytes(square), 0.0)
        };
        assert!(Runner::plain(threads).each(missing, |&one, _| Ok(one * one), add).unwrap());
        store.sync().unwrap();
        count
    }

    fn squares(folder: &Path) -> Vec<Option<u64>> {
        let store = RunStore::open(folder, list("squares"), None).unwrap();
        let of = |one| {
            let answers = store.answers(run(one)).unwrap();
            answers.last().map(|bytes| u64::from_le_bytes(bytes.as_slice().try_into().unwrap()))
        };
        (0..RUNS).map(of).collect()
    }

    #[test]
    fn shards_are_one_list_again_whoever_ran_them() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (home.path().join("one"), home.path().join("other"));
        for index in [2, 0] {
            fill(&one, Shard::new(index, 3).unwrap(), 2);
        }
        assert_eq!(squares(&one).iter().filter(|square| square.is_none()).count(), 7);
        // The third was run on another machine.
        let shard = Shard::new(1, 3).unwrap();
        fill(&other, shard, 1);
        fs::copy(other.join(shard.journal()), one.join(shard.journal())).unwrap();
        assert_eq!(squares(&one), (0..RUNS).map(|one| Some(one * one)).collect::<Vec<_>>());
        assert_eq!(fill(&one, Shard::WHOLE, 4), 0, "all is there");
    }

    #[test]
    fn a_shard_of_another_list_is_refused() {
        let home = tempfile::tempdir().unwrap();
        fill(home.path(), Shard::WHOLE, 1);
        let other = RunStore::open(home.path(), list("cubes"), None);
        let Err(StoreError::OtherBatch { found, wanted, .. }) = other else { panic!("it is of another list") };
        assert_eq!((found, wanted), (list("squares").to_string(), list("cubes").to_string()));
    }

    #[test]
    fn what_is_damaged_is_run_again() {
        let home = tempfile::tempdir().unwrap();
        fill(home.path(), Shard::WHOLE, 3);
        let path = home.path().join(Shard::WHOLE.journal());
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        fs::write(&path, bytes).unwrap();
        let store = RunStore::open(home.path(), list("squares"), None).unwrap();
        assert_eq!((store.damaged().len(), &store.damaged()[0].path), (1, &path));
        assert_eq!(fill(home.path(), Shard::WHOLE, 2), 1);
        assert_eq!(squares(home.path()), (0..RUNS).map(|one| Some(one * one)).collect::<Vec<_>>());
    }
}
