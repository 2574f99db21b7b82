//! The journal of a shard that is being lived: a record for each run as it ends, so that a process that is killed loses
//! only the runs that were not over. The journal is also the lock of its shard.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::row::Row;
use crate::error::StoreError;

/// Before the records of a journal: what it is, of which sweep and shard.
fn head(identity: &str, shard: usize) -> Vec<u8> {
    format!("contraband journal 1 of sweep {identity}, shard {shard:07}\n").into_bytes()
}

/// A journal to which records are added.
pub struct Journal {
    path: PathBuf,
    // Locked for as long as it is open; the system lets go when the process ends, however it ends.
    file: File,
    synced: f64,
}

impl Journal {
    /// Opens the journal of a shard and takes its lock; hands back the runs that it holds. What a process left half
    /// written is cut off.
    ///
    /// # Errors
    /// When another process is at the shard, or the system refuses.
    pub fn open(path: &Path, identity: &str, shard: usize) -> Result<(Self, Vec<Row>), StoreError> {
        let open = || File::options().read(true).append(true).create(true).open(path);
        let file = open().map_err(StoreError::system("create", path))?;
        // A file system without locks only loses the warning: both would write the same rows.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(StoreError::Busy { path: path.to_owned() });
        }
        let journal = Self { path: path.to_owned(), file, synced: 0.0 };
        let bytes = read_file(path)?;
        let head = head(identity, shard);
        let (rows, sound) = match bytes.strip_prefix(head.as_slice()) {
            Some(records) => {
                let (rows, sound) = rows_of(records);
                (rows, head.len() + sound)
            }
            None => (Vec::new(), 0),
        };
        if sound < bytes.len() {
            journal.file.set_len(sound as u64).map_err(StoreError::system("cut", path))?;
        }
        if sound == 0 {
            journal.write(&head)?;
        }
        Ok((journal, rows))
    }

    /// The runs that a journal holds, without its lock; none where there is no journal.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn peek(path: &Path, identity: &str, shard: usize) -> Result<Vec<Row>, StoreError> {
        let bytes = read_file(path)?;
        Ok(bytes.strip_prefix(head(identity, shard).as_slice()).map_or_else(Vec::new, |records| rows_of(records).0))
    }

    /// Adds a run. The disk is waited for now and then: once in two seconds of `now`.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn add(&mut self, row: &Row, now: f64) -> Result<(), StoreError> {
        let record = postcard::to_allocvec(row).expect("plain structs become bytes");
        let length = u32::try_from(record.len()).expect("a record is small").to_le_bytes();
        self.write(&[&length, &Sha256::digest(&record)[..8], &record].concat())?;
        if now - self.synced > 2.0 {
            self.file.sync_data().map_err(StoreError::system("sync", &self.path))?;
            self.synced = now;
        }
        Ok(())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), StoreError> {
        (&self.file).write_all(bytes).map_err(StoreError::system("write", &self.path))
    }

    /// Removes it, when the shard has its file.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(self) -> Result<(), StoreError> {
        fs::remove_file(&self.path).map_err(StoreError::system("remove", &self.path))
    }
}

/// All of a file; nothing where there is none, or where it is no file to read.
fn read_file(path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    match fs::metadata(path) {
        Ok(about) if about.is_file() => {
            let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
            read.map(|_| bytes).map_err(StoreError::system("read", path))
        }
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(bytes),
        Err(error) => Err(StoreError::System { doing: "read", path: path.to_owned(), source: error }),
    }
}

/// The sound records from the beginning, and the bytes that they take.
fn rows_of(bytes: &[u8]) -> (Vec<Row>, usize) {
    let mut rows = Vec::new();
    let mut rest = bytes;
    while let Some((record, after)) = first_of(rest) {
        rows.push(record);
        rest = after;
    }
    (rows, bytes.len() - rest.len())
}

fn first_of(bytes: &[u8]) -> Option<(Row, &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let (sum, rest) = rest.split_at_checked(8)?;
    let (record, rest) = rest.split_at_checked(u32::from_le_bytes(length.try_into().ok()?) as usize)?;
    if Sha256::digest(record)[..8] != *sum {
        return None;
    }
    Some((postcard::from_bytes(record).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::super::row::Status;
    use super::*;

    fn row(run: u64) -> Row {
        Row {
            run,
            status: Status::Ok,
            error: String::new(),
            stopped_day: -1,
            reason: String::new(),
            digest: "ab".into(),
            values: vec![1.0 / 3.0],
            series: vec![(7, vec![0.5])],
        }
    }

    #[test]
    fn wherever_a_journal_is_torn_what_stands_before_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("0.journal");
        let (mut journal, none) = Journal::open(&path, "x", 0).unwrap();
        assert!(none.is_empty());
        assert!(matches!(Journal::open(&path, "x", 0), Err(StoreError::Busy { .. })));
        for run in 0..3 {
            journal.add(&row(run), 0.0).unwrap();
        }
        drop(journal);
        let whole = fs::read(&path).unwrap();
        let mut kept = Vec::new();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let (mut journal, rows) = Journal::open(&path, "x", 0).unwrap();
            assert!(rows.iter().enumerate().all(|(nth, one)| *one == row(nth as u64)));
            kept.push(rows.len());
            journal.add(&row(9), 0.0).unwrap();
            drop(journal);
            let again = Journal::peek(&path, "x", 0).unwrap();
            assert_eq!((again.len(), &again[rows.len()]), (rows.len() + 1, &row(9)));
        }
        assert_eq!((kept[0], kept[whole.len()]), (0, 3));
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        fs::write(&path, &flipped).unwrap();
        assert_eq!(Journal::peek(&path, "x", 0).unwrap().len(), 2);
        // That of another sweep, or of another shard, holds nothing of ours.
        assert!(Journal::peek(&path, "y", 0).unwrap().is_empty() && Journal::peek(&path, "x", 1).unwrap().is_empty());
    }
}
