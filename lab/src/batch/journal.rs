//! A journal: what came of runs, one record after the other, as they were over.
//!
//! | bytes | of the beginning of the file |
//! |---|---|
//! | 18 | `contraband runs 1` and a line break: what it is, and in which form |
//! | 33 | the identity of the list in hexadecimal digits, and a line break |
//! | 17 | the beginning of the SHA-256 of the bytes before, the same way |
//!
//! | bytes | of each record |
//! |---|---|
//! | 8 | a mark, by which the next sound record is found behind a damaged one |
//! | 8 | the number of the run in its list |
//! | 16 | the identity of the run |
//! | 4 | the length of the answer |
//! | ... | the answer |
//! | 16 | the beginning of the SHA-256 of the identity of the list and all of the record behind its mark |
//!
//! Numbers begin with their lowest byte. A record is of use only when its checksum is right, so one that was cut off, one
//! of which a bit is another, and one that was copied from the journal of another list are all as if they were not there:
//! that run is run again. A process that is killed in the middle of a record leaves it cut off; the next one that has the
//! lock of the journal takes the rest away.
//!
//! Beside a journal that is open lies a file that ends with `.begun`: a line with the number of each run that was begun, and
//! a stroke, by which a line that was cut off is known. So where a process ends in the middle, killed for its memory
//! perhaps, the next one knows what runs it was at. When the journal is closed in order, what remains there are the runs in
//! whose middle earlier processes ended and of which nothing is kept yet: who is told to end before their turn has come
//! leaves them known. With none of these the file is removed.
//!
//! Where a file system has no locks, nobody can be kept out of a journal. Each process then adds to one of its own,
//! `NAME-2.journal` and so on: two at one list may do the same run twice, and lose none.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::identity::{Identity, first};
use crate::disk::{free_name, put};
use crate::error::StoreError;

/// How every journal of this form begins.
const FORM: &[u8] = b"contraband runs 1\n";
/// How those of other forms begin too.
const KIND: &[u8] = b"contraband ";
/// Bytes before the first record.
const HEAD: usize = FORM.len() + 2 * Identity::BYTES + 1 + 16 + 1;
/// Begins a record. No text holds these bytes, and a transfer that changes line breaks changes them.
const MARK: [u8; 8] = [0xd3, b'r', b'u', b'n', b'\r', b'\n', 0x1a, 0xff];
/// Bytes of a record before its answer: mark, number, identity, length.
const FRONT: usize = MARK.len() + 8 + Identity::BYTES + 4;
/// Bytes of a checksum.
const SUM: usize = 16;
/// Seconds between two waits for the disk.
const SYNC: f64 = 2.0;

/// What is known of a run that is kept, but for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number of the run in the list, from 0.
    pub run: u64,
    /// What its answer depends on.
    pub identity: Identity,
    /// Where its record begins in the file.
    at: u64,
    /// Bytes of its answer.
    length: u32,
}

/// A part of a journal that is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file in which it lies.
    pub path: PathBuf,
    /// Where it begins, in bytes from the start of the file.
    pub at: u64,
    /// Bytes that it takes.
    pub bytes: u64,
}

/// A journal that this process adds to. It is locked for as long as it is open; the system lets go of it when the process
/// ends, however it ends.
pub struct Journal {
    path: PathBuf,
    batch: Identity,
    file: File,
    /// The one before, where the file was written anew: for its lock.
    older: Vec<File>,
    /// When the disk was waited for last, in seconds of the caller's clock.
    synced: Mutex<f64>,
    /// Runs that processes before began, and how often.
    left: BTreeMap<u64, u32>,
    /// Those among them of which nothing is kept; not of journals that other processes may be at.
    open: Mutex<BTreeMap<u64, u32>>,
    /// Where those that this one begins are noted, once there is one.
    begun: Mutex<Option<File>>,
}

impl Journal {
    /// Opens the journal of a list, or begins it, and takes its lock. What was cut off is removed. Where something in it is
    /// damaged, all of it is copied under a name that ends with `.damaged`, which is told, and its sound records are written
    /// anew.
    ///
    /// # Errors
    /// When another process has the lock, the journal is of another list or form, or the system refuses.
    pub fn open(path: &Path, batch: Identity) -> Result<(Self, Vec<Damage>), StoreError> {
        let file = appending(path)?;
        let is_locked = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(_)) => false,
        };
        let of = |path: PathBuf, file: File, left, open| {
            let (older, synced, begun) = (Vec::new(), Mutex::new(0.0), Mutex::new(None));
            Self { path, batch, file, older, synced, left, open: Mutex::new(open), begun }
        };
        let left = begun_in(&path.with_extension(BEGUN));
        let mut open = left.clone();
        let mut seen = scan(path, batch, |record, _| {
            open.remove(&record.run);
            Ok(())
        })?;
        if !is_locked {
            let left = begun_beside(path);
            let (own, file) = own_journal(path)?;
            let journal = of(own, file, left, BTreeMap::new());
            journal.write(&head(batch))?;
            return Ok((journal, seen.damaged));
        }
        let mut journal = of(path.to_owned(), file, left, open);
        if !seen.damaged.is_empty() {
            let aside = journal.write_anew()?;
            seen.damaged.iter_mut().for_each(|damage| damage.path.clone_from(&aside));
            return Ok((journal, seen.damaged));
        }
        let length = journal.file.metadata().map_err(StoreError::system("read", path))?.len();
        if let Some(at) = seen.torn.filter(|&at| at < length) {
            journal.file.set_len(at).map_err(StoreError::system("cut", path))?;
        }
        if seen.torn == Some(0) {
            journal.write(&head(batch))?;
        }
        Ok((journal, seen.damaged))
    }

    /// Reads a journal without its lock: hands each sound record with its answer to `each`, and returns what is damaged. A
    /// journal that is not there holds nothing.
    ///
    /// # Errors
    /// When the journal is of another list or form, the system refuses, or `each` does.
    pub fn read(
        path: &Path,
        batch: Identity,
        each: impl FnMut(Record, &[u8]) -> Result<(), StoreError>,
    ) -> Result<Vec<Damage>, StoreError> {
        scan(path, batch, each).map(|seen| seen.damaged)
    }

    /// Adds what came of a run. The disk is waited for now and then: `now` is the time in seconds.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn add(&self, run: u64, identity: Identity, answer: &[u8], now: f64) -> Result<Record, StoreError> {
        let record = encoded(self.batch, run, identity, answer);
        // One at a time: the place of a record is where the file ended.
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&record)?;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
        let end = (&self.file).stream_position().map_err(StoreError::system("write", &self.path))?;
        if now - *synced > SYNC {
            *synced = now;
            self.sync()?;
        }
        Ok(Record { run, identity, at: end - record.len() as u64, length: answer.len() as u32 })
    }

    /// Notes that a run is begun.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn begin(&self, run: u64) -> Result<(), StoreError> {
        let path = self.path.with_extension(BEGUN);
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *begun {
            Some(file) => file,
            empty => empty.insert(appending(&path)?),
        };
        file.write_all(begun_line(run).as_bytes()).map_err(StoreError::system("write", &path))
    }

    /// Runs that processes before this one began, and how often, whatever came of them: where nothing is kept of one, its
    /// process ended in the middle.
    pub const fn left(&self) -> &BTreeMap<u64, u32> {
        &self.left
    }

    /// Waits until the disk has all of it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::system("sync", &self.path))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, bytes: &[u8]) -> Result<(), StoreError> {
        (&self.file).write_all(bytes).map_err(StoreError::system("write", &self.path))
    }

    /// Copies the file aside and puts one with its sound records alone in its place. Whoever waited for the old one finds it
    /// locked for as long as the new one is.
    fn write_anew(&mut self) -> Result<PathBuf, StoreError> {
        let aside = free_name(&self.path, "damaged");
        fs::copy(&self.path, &aside).map_err(StoreError::system("copy", &self.path))?;
        let mut name = std::ffi::OsString::from(".");
        name.push(self.path.file_name().expect("a journal has a name"));
        let draft = self.path.with_file_name(name);
        let _ = fs::remove_file(&draft);
        let file = appending(&draft)?;
        let _ = file.try_lock();
        let write = |bytes: &[u8]| (&file).write_all(bytes).map_err(StoreError::system("write", &draft));
        write(&head(self.batch))?;
        scan(&self.path, self.batch, |record, answer| {
            write(&encoded(self.batch, record.run, record.identity, answer))
        })?;
        file.sync_all().map_err(StoreError::system("sync", &draft))?;
        fs::rename(&draft, &self.path).map_err(StoreError::system("name", &draft))?;
        self.older.push(std::mem::replace(&mut self.file, file));
        Ok(aside)
    }
}

/// Closed in order, nothing of this process is in the middle; what earlier ones left there and nobody has run since is.
impl Drop for Journal {
    fn drop(&mut self) {
        let begun = self.begun.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let open = std::mem::take(self.open.get_mut().unwrap_or_else(PoisonError::into_inner));
        let path = self.path.with_extension(BEGUN);
        let lines = open.iter().flat_map(|(run, &often)| (0..often).map(move |_| begun_line(*run)));
        let text: String = lines.collect();
        if text.is_empty() {
            if begun.is_some() || !self.left.is_empty() {
                let _ = fs::remove_file(path);
            }
        } else if let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(OsStr::to_str)) {
            // Where it cannot be written, the older one stays, which tells of more.
            let _ = put(folder, name, &text);
        }
    }
}

/// What is noted of a run that is begun.
fn begun_line(run: u64) -> String {
    format!("{run} |\n")
}

/// The ending of the file beside a journal that tells what was begun.
const BEGUN: &str = "begun";

/// The runs that a file says were begun, and how often. What cannot be read says nothing.
fn begun_in(path: &Path) -> BTreeMap<u64, u32> {
    let mut left = BTreeMap::new();
    let text = fs::read(path).unwrap_or_default();
    for line in String::from_utf8_lossy(&text).lines() {
        if let Some(run) = line.strip_suffix(" |").and_then(|run| run.parse().ok()) {
            *left.entry(run).or_insert(0) += 1;
        }
    }
    left
}

/// The same of all journals that several processes have for one, where there are no locks: who of them lives is not known.
fn begun_beside(path: &Path) -> BTreeMap<u64, u32> {
    let stem = path.file_stem().unwrap_or_default().as_encoded_bytes();
    let mut left = BTreeMap::new();
    for entry in path.parent().into_iter().flat_map(fs::read_dir).flatten().flatten() {
        let other = entry.path();
        let is_of_it = other.file_stem().is_some_and(|name| name.as_encoded_bytes().starts_with(stem));
        if is_of_it && other.extension().is_some_and(|ending| ending == BEGUN) {
            for (run, often) in begun_in(&other) {
                *left.entry(run).or_insert(0) += often;
            }
        }
    }
    left
}

/// A journal beside another, for this process alone.
fn own_journal(path: &Path) -> Result<(PathBuf, File), StoreError> {
    let name = |nth: usize| {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{nth}."));
        name.push(path.extension().unwrap_or_default());
        path.with_file_name(name)
    };
    for nth in 2.. {
        let own = name(nth);
        match File::options().read(true).append(true).create_new(true).open(&own) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (own.clone(), file)).map_err(StoreError::system("create", &own)),
        }
    }
    unreachable!("there are more numbers than files")
}

impl Record {
    /// Its answer, read again from its journal.
    ///
    /// # Errors
    /// When the file has changed since it was found, or the system refuses.
    pub fn answer(&self, path: &Path, batch: Identity) -> Result<Vec<u8>, StoreError> {
        let gone = || StoreError::Damaged {
            path: path.to_owned(),
            reason: "it was changed while it was read: a run that was in it is not there any more".into(),
        };
        let mut bytes = Bytes::open(path)?.ok_or_else(gone)?;
        let found = bytes.record(batch, self.at).map_err(StoreError::system("read", path))?;
        found.filter(|(record, _)| record == self).map(|(_, answer)| answer).ok_or_else(gone)
    }

    /// Where the next one begins.
    fn end(&self) -> u64 {
        self.at + (FRONT + SUM) as u64 + u64::from(self.length)
    }
}

/// What a journal holds beside sound records.
#[derive(Default)]
struct JournalScan {
    damaged: Vec<Damage>,
    /// Where it breaks off.
    torn: Option<u64>,
}

/// Reads a journal from its beginning to its end.
fn scan(
    path: &Path,
    batch: Identity,
    mut each: impl FnMut(Record, &[u8]) -> Result<(), StoreError>,
) -> Result<JournalScan, StoreError> {
    let Some(mut bytes) = Bytes::open(path)? else {
        return Ok(JournalScan { torn: Some(0), ..JournalScan::default() });
    };
    let read = |error| StoreError::System { doing: "read", path: path.to_owned(), source: error };
    let begins = bytes.at(0, HEAD.min(bytes.size as usize)).map_err(read)?;
    let wanted = head(batch);
    let is_whole = begins == wanted;
    if !is_whole && wanted.starts_with(&begins) {
        return Ok(JournalScan { torn: Some(0), ..JournalScan::default() });
    }
    if let Some(found) = batch_of(&begins).filter(|found| *found != batch) {
        let (path, found, wanted) = (path.to_owned(), found.to_string(), batch.to_string());
        return Err(StoreError::OtherBatch { path, found, wanted });
    }
    let mut seen = JournalScan::default();
    let mut unused = (!is_whole).then_some(0);
    let mut at = if is_whole { HEAD as u64 } else { 0 };
    let mut sound = 0;
    while at < bytes.size {
        match bytes.record(batch, at).map_err(read)? {
            Some((record, answer)) => {
                seen.damaged.extend(unused.take().map(|begin| damage(path, begin, at)));
                each(record, &answer)?;
                (sound, at) = (sound + 1, record.end());
            }
            None => {
                unused.get_or_insert(at);
                at = bytes.next_mark(at + 1).map_err(read)?;
            }
        }
    }
    if !is_whole && sound == 0 && begins.starts_with(KIND) && !begins.starts_with(FORM) {
        return Err(StoreError::OtherForm { path: path.to_owned() });
    }
    if let Some(begin) = unused {
        if bytes.breaks_off(begin).map_err(read)? {
            seen.torn = Some(begin);
        } else {
            seen.damaged.push(damage(path, begin, bytes.size));
        }
    }
    Ok(seen)
}

fn damage(path: &Path, begin: u64, end: u64) -> Damage {
    Damage { path: path.to_owned(), at: begin, bytes: end - begin }
}

/// The beginning of a journal of a list.
fn head(batch: Identity) -> Vec<u8> {
    let mut head = FORM.to_vec();
    head.extend(format!("{batch}\n").bytes());
    let sum: [u8; 8] = first(&Sha256::digest(&head));
    head.extend(format!("{:016x}\n", u64::from_be_bytes(sum)).bytes());
    head
}

/// The list that a beginning names, if it is one.
fn batch_of(begins: &[u8]) -> Option<Identity> {
    let digits = begins.strip_prefix(FORM)?.get(..2 * Identity::BYTES)?;
    let batch = Identity::from_hex(std::str::from_utf8(digits).ok()?)?;
    (head(batch) == begins).then_some(batch)
}

fn encoded(batch: Identity, run: u64, identity: Identity, answer: &[u8]) -> Vec<u8> {
    let length = u32::try_from(answer.len()).expect("an answer is far smaller than 4 GB");
    let mut record = Vec::with_capacity(FRONT + answer.len() + SUM);
    record.extend(MARK);
    record.extend(run.to_le_bytes());
    record.extend(identity.bytes());
    record.extend(length.to_le_bytes());
    record.extend(answer);
    record.extend(sum(batch, &record[MARK.len()..]));
    record
}

fn sum(batch: Identity, record: &[u8]) -> [u8; SUM] {
    first(&Sha256::new().chain_update(batch.bytes()).chain_update(record).finalize())
}

/// Opens a file to which only is added.
fn appending(path: &Path) -> Result<File, StoreError> {
    File::options().read(true).append(true).create(true).open(path).map_err(StoreError::system("create", path))
}

/// The bytes of a journal, read from front to back.
struct Bytes {
    file: BufReader<File>,
    size: u64,
    /// Where it is read next.
    next: u64,
}

impl Bytes {
    /// Nothing where there is no file, or none that can be read.
    fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        match fs::metadata(path) {
            Ok(about) if about.is_file() => {
                let file = File::open(path).map_err(StoreError::system("read", path))?;
                Ok(Some(Self { file: BufReader::with_capacity(1 << 16, file), size: about.len(), next: 0 }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::System { doing: "read", path: path.to_owned(), source: error }),
        }
    }

    fn at(&mut self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        self.file.seek_relative(at as i64 - self.next as i64)?;
        let mut bytes = vec![0; length];
        self.next = at;
        self.file.read_exact(&mut bytes)?;
        self.next += length as u64;
        Ok(bytes)
    }

    /// The sound record that begins at a place, if there is one.
    fn record(&mut self, batch: Identity, at: u64) -> io::Result<Option<(Record, Vec<u8>)>> {
        let Some((front, length)) = self.front(at)? else { return Ok(None) };
        if at + (FRONT + SUM) as u64 + u64::from(length) > self.size {
            return Ok(None);
        }
        let mut rest = self.at(at + FRONT as u64, length as usize + SUM)?;
        let found = rest.split_off(length as usize);
        let all = Sha256::new().chain_update(batch.bytes()).chain_update(&front[MARK.len()..]).chain_update(&rest);
        if first::<SUM>(&all.finalize()) != *found {
            return Ok(None);
        }
        let run = u64::from_le_bytes(first(&front[8..]));
        Ok(Some((Record { run, identity: Identity::from_bytes(first(&front[16..])), at, length }, rest)))
    }

    /// What stands before an answer, and how long that is; nothing where no record begins.
    fn front(&mut self, at: u64) -> io::Result<Option<(Vec<u8>, u32)>> {
        if at + FRONT as u64 > self.size {
            return Ok(None);
        }
        let front = self.at(at, FRONT)?;
        let length = u32::from_le_bytes(first(&front[FRONT - 4..]));
        Ok(front.starts_with(&MARK).then_some((front, length)))
    }

    /// The next place from `at` on where a record may begin; the end of the file if there is none.
    fn next_mark(&mut self, at: u64) -> io::Result<u64> {
        let mut last = [0; MARK.len()];
        for end in at..self.size {
            last.rotate_left(1);
            last[MARK.len() - 1] = self.at(end, 1)?[0];
            if last == MARK && end + 1 >= at + MARK.len() as u64 {
                return Ok(end + 1 - MARK.len() as u64);
            }
        }
        Ok(self.size)
    }

    /// Whether the file ends in the middle of a record that begins here, as when a process was killed while it wrote.
    fn breaks_off(&mut self, at: u64) -> io::Result<bool> {
        if at + FRONT as u64 > self.size {
            let length = (self.size - at).min(MARK.len() as u64) as usize;
            return Ok(MARK.starts_with(&self.at(at, length)?));
        }
        let front = self.front(at)?;
        Ok(front.is_some_and(|(_, length)| at + (FRONT + SUM) as u64 + u64::from(length) > self.size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str) -> Identity {
        Identity::of([name.as_bytes()])
    }

    fn answer(run: u64) -> Vec<u8> {
        // Of several lengths, and the mark of a record in one of them.
        let mut answer = vec![run as u8; 3 * run as usize];
        answer.extend(if run == 1 { MARK.as_slice() } else { b"" });
        answer
    }

    fn put(journal: &Journal, run: u64) -> Record {
        journal.add(run, list(&format!("run {run}")), &answer(run), 0.0).unwrap()
    }

    /// The runs that a journal holds; what is there must be what was put there.
    fn runs(path: &Path, batch: Identity) -> (Vec<u64>, Vec<Damage>) {
        let mut runs = Vec::new();
        let damaged = Journal::read(path, batch, |record, found| {
            assert_eq!((record.identity, found), (list(&format!("run {}", record.run)), answer(record.run).as_slice()));
            assert_eq!(record.answer(path, batch).unwrap(), found);
            runs.push(record.run);
            Ok(())
        });
        (runs, damaged.unwrap())
    }

    /// A journal with runs 0 to 3, and its bytes.
    fn four(folder: &Path) -> (PathBuf, Vec<u8>) {
        let path = folder.join("0.journal");
        let (journal, damaged) = Journal::open(&path, list("mine")).unwrap();
        assert!(damaged.is_empty());
        for run in 0..4 {
            put(&journal, run);
        }
        journal.sync().unwrap();
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    }

    #[test]
    fn wherever_it_is_cut_off_what_stands_before_is_kept_and_it_goes_on() {
        let home = tempfile::tempdir().unwrap();
        let (path, whole) = four(home.path());
        let mut kept = Vec::new();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let (before, damaged) = runs(&path, list("mine"));
            assert!(damaged.is_empty(), "{length}: {damaged:?}");
            let (journal, damaged) = Journal::open(&path, list("mine")).unwrap();
            assert!(damaged.is_empty(), "{length}: {damaged:?}");
            put(&journal, 9);
            let (after, damaged) = runs(&path, list("mine"));
            assert!(damaged.is_empty() && after == [before.as_slice(), &[9]].concat(), "{length}: {after:?}");
            assert!(before.iter().enumerate().all(|(nth, run)| *run == nth as u64));
            kept.push(before.len());
        }
        assert!(kept.is_sorted() && kept[0] == 0 && kept[whole.len()] == 4 && kept[whole.len() - 1] == 3);
    }

    #[test]
    fn a_bit_that_flips_costs_the_record_that_it_is_in_and_no_other() {
        let home = tempfile::tempdir().unwrap();
        let (path, whole) = four(home.path());
        for bit in 0..8 * whole.len() {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &flipped).unwrap();
            let (left, damaged) = runs(&path, list("mine"));
            let all = if bit < 8 * HEAD { 4 } else { 3 };
            assert_eq!(left.len(), all, "bit {bit}: {left:?}");
            if (bit / 8) % 8 != bit % 8 {
                continue;
            }
            let (journal, told) = Journal::open(&path, list("mine")).unwrap();
            // A length that became too long looks like a record that was cut off, at the end of the file only.
            let is_cut = damaged.is_empty();
            assert!(told.len() == damaged.len() && (!is_cut || !left.contains(&3)), "bit {bit}");
            for damage in told {
                assert_eq!(fs::read(&damage.path).unwrap(), flipped, "nothing is deleted");
                fs::remove_file(&damage.path).unwrap();
            }
            // What is missing is run again, and then nothing is damaged any more.
            for run in (0..4).filter(|run| !left.contains(run)) {
                put(&journal, run);
            }
            let (mut again, damaged) = runs(&path, list("mine"));
            again.sort_unstable();
            assert!(damaged.is_empty() && again == [0, 1, 2, 3], "bit {bit}: {again:?} {damaged:?}");
            assert!(matches!(Journal::open(&path, list("mine")), Err(StoreError::Busy { .. })), "it keeps its lock");
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic() {
        let home = tempfile::tempdir().unwrap();
        let (path, whole) = four(home.path());
        let mut words = 1_u64;
        for _ in 0..300 {
            let mut changed = whole.clone();
            for _ in 0..4 {
                words = words.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (words >> 33) as usize % changed.len();
                changed[at] = (words >> 20) as u8;
            }
            changed.truncate(changed.len() - (words >> 40) as usize % 9);
            fs::write(&path, &changed).unwrap();
            match Journal::read(&path, list("mine"), |record, found| {
                assert_eq!(found, answer(record.run));
                Ok(())
            }) {
                Ok(_) | Err(StoreError::OtherForm { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }

    #[test]
    fn a_journal_of_another_list_is_refused_and_both_are_named() {
        let home = tempfile::tempdir().unwrap();
        let (path, whole) = four(home.path());
        for refused in [
            Journal::open(&path, list("other")).map(drop),
            Journal::read(&path, list("other"), |_, _| Ok(())).map(drop),
        ] {
            let said = refused.unwrap_err().to_string();
            assert!(said.contains(&list("mine").to_string()) && said.contains(&list("other").to_string()), "{said}");
        }
        assert_eq!(fs::read(&path).unwrap(), whole, "it is left as it is");
        // Records that were copied from it are none of the other's.
        let other = home.path().join("1.journal");
        drop(Journal::open(&other, list("other")).unwrap());
        let spliced = [fs::read(&other).unwrap(), whole[HEAD..].to_vec()].concat();
        fs::write(&other, spliced).unwrap();
        let (found, damaged) = runs(&other, list("other"));
        assert!(found.is_empty() && damaged.len() == 1, "{found:?} {damaged:?}");
    }

    #[test]
    fn a_journal_of_another_form_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("0.journal");
        let old = b"contraband journal 1 of sweep 0123456789abcdef, shard 0000000\nand then its records";
        fs::write(&path, old).unwrap();
        assert!(matches!(Journal::open(&path, list("mine")), Err(StoreError::OtherForm { .. })));
        assert_eq!(fs::read(&path).unwrap(), old);
        // What never was a journal is set aside.
        fs::write(&path, "somebody's notes").unwrap();
        let (journal, damaged) = Journal::open(&path, list("mine")).unwrap();
        put(&journal, 2);
        assert_eq!(fs::read(&damaged[0].path).unwrap(), b"somebody's notes");
        assert_eq!(runs(&path, list("mine")), (vec![2], Vec::new()));
    }

    #[test]
    fn one_process_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let (path, _) = four(home.path());
        let first = Journal::open(&path, list("mine")).unwrap();
        assert!(matches!(Journal::open(&path, list("mine")), Err(StoreError::Busy { .. })));
        // Reading needs no lock.
        assert_eq!(runs(&path, list("mine")).0.len(), 4);
        drop(first);
        assert!(Journal::open(&path, list("mine")).is_ok());
    }

    #[test]
    fn what_was_begun_is_known_until_the_journal_is_closed_in_order() {
        let home = tempfile::tempdir().unwrap();
        let (path, _) = four(home.path());
        let begun = home.path().join("0.begun");
        assert!(!begun.exists());
        let journal = Journal::open(&path, list("mine")).unwrap().0;
        assert!(journal.left().is_empty());
        for run in [7, 8, 7] {
            journal.begin(run).unwrap();
        }
        // As it is left by a process that is killed, in the middle of a line.
        let mut text = fs::read(&begun).unwrap();
        text.extend(b"9");
        drop(journal);
        assert!(!begun.exists(), "closed in order, nothing is in the middle");
        fs::write(&begun, text).unwrap();
        let journal = Journal::open(&path, list("mine")).unwrap().0;
        assert_eq!(journal.left().iter().collect::<Vec<_>>(), [(&7, &2), (&8, &1)]);
        put(&journal, 7);
        put(&journal, 8);
        drop(journal);
        assert!(!begun.exists());
    }

    /// Whoever is told to end before it has run what earlier processes were at leaves that known, however often that is.
    #[test]
    fn what_waits_for_its_turn_is_known_after_an_orderly_end() {
        let home = tempfile::tempdir().unwrap();
        let (path, _) = four(home.path());
        let begun = home.path().join("0.begun");
        fs::write(&begun, "7 |\n8 |\n2 |\n7 |\n9 |\n").unwrap();
        let open = || Journal::open(&path, list("mine")).unwrap().0;
        let left = |journal: &Journal| journal.left().iter().map(|(&run, &often)| (run, often)).collect::<Vec<_>>();
        let journal = open();
        assert_eq!(left(&journal), [(2, 1), (7, 2), (8, 1), (9, 1)]);
        // One is run, and one is begun and then told to end: that one has ended no further process.
        journal.begin(8).unwrap();
        put(&journal, 8);
        journal.begin(9).unwrap();
        drop(journal);
        for _ in 0..3 {
            assert_eq!(left(&open()), [(7, 2), (9, 1)], "run 2 was kept before");
        }
        let journal = open();
        put(&journal, 7);
        put(&journal, 9);
        drop(journal);
        assert!(!begun.exists() && open().left().is_empty());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "no draft is left");
    }

    /// `/dev/full` takes nothing, like a disk without room.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("0.journal");
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let Err(StoreError::System { source, .. }) = Journal::open(&path, list("mine")) else {
            panic!("nothing can be written there");
        };
        assert_eq!(source.kind(), ErrorKind::StorageFull);
    }
}
