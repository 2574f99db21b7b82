//! The runs of a sweep on disk: a journal for each shard.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::folder::SweepFolder;
use super::row::{RunStatus, SweptRun};
use crate::batch::{Damage, FolderLock, Identity, Journal, Record};
use crate::build::Build;
use crate::disk::{free_name, sync_folder};
use crate::error::StoreError;

/// The shards of a sweep folder.
pub struct Shards<'s> {
    sweep: &'s SweepFolder,
    folder: PathBuf,
    /// Of the plan: what all rows depend on.
    identity: String,
    /// Journals beside the first of a shard: of processes that could not be kept out of it, where there are no locks.
    more: BTreeMap<usize, Vec<PathBuf>>,
}

/// What a shard holds.
#[derive(Default)]
pub struct ShardContents {
    /// The runs of the shard that are over, by their numbers.
    pub rows: BTreeMap<u64, SweptRun>,
    /// Runs of the shard.
    runs: u64,
    /// Records that are of no use.
    damaged: Vec<Damage>,
}

impl ShardContents {
    /// Whether all runs of the shard are there.
    pub fn is_whole(&self) -> bool {
        self.rows.len() as u64 == self.runs
    }

    /// Whether runs are there that ended so.
    pub(super) fn has(&self, again: &[RunStatus]) -> bool {
        !again.is_empty() && self.rows.values().any(|row| again.contains(&row.status))
    }

    /// Takes out the runs that ended so: they are to be run again.
    pub(super) fn take_again(&mut self, again: &[RunStatus]) -> BTreeMap<u64, SweptRun> {
        if again.is_empty() {
            return BTreeMap::new();
        }
        self.rows.extract_if(.., |_, row| again.contains(&row.status)).collect()
    }

    /// What is wrong with the journal, where runs are missing for it.
    pub fn damage(&self) -> Option<String> {
        let found = self.damaged.first().filter(|_| !self.is_whole())?;
        Some(format!("{} bytes from byte {} on are not what was written", found.bytes, found.at))
    }
}

impl<'s> Shards<'s> {
    /// Of a folder; their own folder is made where it is not there.
    ///
    /// # Errors
    /// When an earlier version kept shards in it in another form, or the system refuses.
    pub fn of(sweep: &'s SweepFolder) -> Result<Self, StoreError> {
        let folder = sweep.path().join("shards");
        fs::create_dir_all(&folder).map_err(StoreError::system("create", &folder))?;
        let mut more: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(StoreError::system("read", &folder))?.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "parquet") {
                return Err(StoreError::OtherForm { path });
            }
            let name = path.file_name().and_then(OsStr::to_str).and_then(|name| name.strip_suffix(".journal"));
            if let Some((shard, _)) = name.and_then(|name| name.split_once('-'))
                && let Ok(shard) = shard.parse()
            {
                more.entry(shard).or_default().push(path);
            }
        }
        for paths in more.values_mut() {
            paths.sort();
        }
        Ok(Self { sweep, folder, identity: sweep.plan().identity(), more })
    }

    /// The journal of a shard.
    pub fn path(&self, shard: usize) -> PathBuf {
        self.folder.join(format!("{shard:05}.journal"))
    }

    /// What all journals of the sweep are known by. It stays the same when the sweep grows.
    fn batch(&self) -> Identity {
        Identity::of([b"sweep".as_slice(), self.identity.as_bytes()])
    }

    /// What a row depends on: the plan, the world of its cell, its seed.
    fn identity_of(&self, run: u64) -> Identity {
        let plan = self.sweep.plan();
        let which = plan.which(run);
        let key = plan.cells[which.cell].key.as_bytes();
        Identity::of([self.identity.as_bytes(), key, &which.seed.to_le_bytes()])
    }

    /// Reads what there is of a shard.
    ///
    /// # Errors
    /// When the journal is of another sweep or form, or the system refuses.
    pub fn read(&self, shard: usize) -> Result<ShardContents, StoreError> {
        let runs = self.sweep.plan().runs_of(shard);
        let mut held = ShardContents { runs: runs.end - runs.start, ..ShardContents::default() };
        let more = self.more.get(&shard).into_iter().flatten().cloned();
        for path in std::iter::once(self.path(shard)).chain(more) {
            let damaged = Journal::read(&path, self.batch(), |record, answer| {
                // Where a journal is that of another shard, its runs are found there.
                if !runs.contains(&record.run) {
                    return Ok(());
                }
                let row = self.row(&path, record, answer)?;
                // What was asked for again replaces what was there, unless that is better.
                match held.rows.get(&row.run) {
                    Some(known) if !known.status.is_failure() && row.status.is_failure() => {}
                    _ => drop(held.rows.insert(row.run, row)),
                }
                Ok(())
            })?;
            held.damaged.extend(damaged);
        }
        Ok(held)
    }

    fn row(&self, path: &Path, record: Record, answer: &[u8]) -> Result<SweptRun, StoreError> {
        let identity = self.identity_of(record.run);
        if record.identity != identity {
            let told = |identity: Identity| format!("{identity} for run {}", record.run);
            let (found, wanted) = (told(record.identity), told(identity));
            return Err(StoreError::OtherBatch { path: path.to_owned(), found, wanted });
        }
        // Its checksum is right, so it is no damage.
        postcard::from_bytes(answer).map_err(|error| StoreError::NotUnderstood {
            path: path.to_owned(),
            reason: format!("run {} in it: {error}", record.run),
            found: self.sweep.plan().build().name(),
            own: Build::own().name(),
        })
    }

    /// Opens the journal of a shard to add to it, and takes its lock; where records were damaged, says where the file as it
    /// was has been put.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open(&self, shard: usize) -> Result<(Journal, Vec<Damage>), StoreError> {
        Journal::open(&self.path(shard), self.batch())
    }

    /// Adds a run that is over to the journal of its shard.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn add(&self, journal: &Journal, row: &SweptRun, now: f64) -> Result<(), StoreError> {
        let answer = postcard::to_allocvec(row).expect("plain structs become bytes");
        journal.add(row.run, self.identity_of(row.run), &answer, now).map(drop)
    }

    /// Moves the journal of another sweep out of the way, so that the shard can be run; nothing is deleted. `None` where
    /// another process has done it meanwhile.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn set_aside(&self, shard: usize) -> Result<Option<PathBuf>, StoreError> {
        let _turn = FolderLock::wait(&self.folder);
        let Err(StoreError::OtherBatch { path, .. } | StoreError::Damaged { path, .. }) = self.read(shard) else {
            return Ok(None);
        };
        let aside = free_name(&path, "foreign");
        match fs::rename(&path, &aside) {
            // Without locks another process may be faster.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.map_err(StoreError::system("move aside", &path))?,
        }
        sync_folder(&self.folder)?;
        Ok(Some(aside))
    }
}
