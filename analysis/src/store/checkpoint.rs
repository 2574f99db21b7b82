//! Checkpoints: what a run needs to go on after its process ended, however it ended.
//!
//! A folder beside the run folder holds `identity.json` and one folder a checkpoint, `day-N`: the snapshot of the engine
//! on that day, the rows since the checkpoint before it, and the fingerprints of both. Each is filled as `next`, synced
//! and renamed, so that a folder called `day-N` is whole.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};

use contraband_sim::base::words::hex;
use contraband_sim::record::tables::{Batch, TABLES, Values, Word};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::info::RunHeader;
use crate::error::StoreError;
use contraband_lab::disk::{sync_folder, write_synced};

/// The version of the files of a checkpoint.
const FORMAT: u64 = 2;

const IDENTITY: &str = "identity.json";
const MANIFEST: &str = "manifest.json";
const SNAPSHOT: &str = "snapshot";
const ROWS: &str = "rows";
const NEXT: &str = "next";

/// The checkpoints of a run, to which more can be added.
pub struct Checkpoints {
    folder: PathBuf,
    /// Days of the checkpoints that are there, in order.
    days: Vec<u32>,
    rows: RowsFile,
}

/// Where a run can go on from.
pub struct Resume {
    /// The last day that was lived.
    pub day: u32,
    /// The engine's state on that day.
    pub snapshot: Vec<u8>,
    folder: PathBuf,
    days: Vec<u32>,
}

#[derive(PartialEq, Serialize, Deserialize)]
struct CheckpointIdentity {
    schema: u64,
    engine: String,
    scenario: String,
    scenario_hash: String,
    seed: u64,
    days: u32,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    /// Day of the checkpoint before this one; 0 for none.
    after: u32,
    rows: String,
    snapshot: String,
}

impl Checkpoints {
    /// Where the checkpoints of the run folder `target` lie.
    pub fn place(target: &Path) -> PathBuf {
        let mut name = OsString::from(target.as_os_str());
        name.push(".checkpoint");
        name.into()
    }

    /// Opens the checkpoints of the run that will be called `target`, and says where it can go on from. What is damaged,
    /// or builds on what is damaged, is removed.
    ///
    /// # Errors
    /// When the place holds checkpoints of another run (unless `force`) or anything else, or the system refuses.
    pub fn open(target: &Path, header: &RunHeader, force: bool) -> Result<(Self, Option<Resume>), StoreError> {
        let folder = Self::place(target);
        let identity = CheckpointIdentity {
            schema: FORMAT,
            engine: header.build.identity(),
            scenario: header.scenario.clone(),
            scenario_hash: header.scenario_hash.clone(),
            seed: header.seed,
            days: header.days,
        };
        claim(&folder, &identity, header, force)?;
        let valid = sound_days(&folder)?;
        // Snapshots of older checkpoints are not kept; the newest with a sound one is where the run goes on.
        let newest = valid.iter().rposition(|&(_, sound)| sound).map_or(0, |position| position + 1);
        let days: Vec<u32> = valid[..newest].iter().map(|&(day, _)| day).collect();
        drop_all_but(&folder, &days)?;
        let resume = match days.last() {
            None => None,
            Some(&day) => {
                let path = folder.join(name(day)).join(SNAPSHOT);
                let snapshot = fs::read(&path).map_err(StoreError::system("read", &path))?;
                Some(Resume { day, snapshot, folder: folder.clone(), days: days.clone() })
            }
        };
        let rows = RowsFile::create(&folder)?;
        Ok((Self { folder, days, rows }, resume))
    }

    /// Notes rows for the next checkpoint.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn note(&mut self, batches: &[Batch]) -> Result<(), StoreError> {
        batches.iter().try_for_each(|batch| self.rows.append(batch))
    }

    /// Makes what was noted, and the engine's state on `day`, durable.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn save(&mut self, day: u32, snapshot: &[u8]) -> Result<(), StoreError> {
        if self.days.last() == Some(&day) {
            return Ok(());
        }
        let next = self.folder.join(NEXT);
        let rows = self.rows.finish()?;
        write_synced(&next.join(SNAPSHOT), snapshot)?;
        let after = self.days.last().copied().unwrap_or(0);
        let manifest = Manifest { after, rows, snapshot: hex(&Sha256::digest(snapshot)) };
        write_synced(&next.join(MANIFEST), &json(&manifest))?;
        sync_folder(&next)?;
        let path = self.folder.join(name(day));
        fs::rename(&next, &path).map_err(StoreError::system("name", &path))?;
        sync_folder(&self.folder)?;
        self.days.push(day);
        // One older snapshot stays, for the case that the newest is lost to the disk.
        if let Some(&older) = self.days.iter().rev().nth(2) {
            let _ = fs::remove_file(self.folder.join(name(older)).join(SNAPSHOT));
        }
        self.rows = RowsFile::create(&self.folder)?;
        Ok(())
    }

    /// Removes all of them: the run has its folder.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(self) -> Result<(), StoreError> {
        let Self { folder, rows, .. } = self;
        drop(rows);
        fs::remove_dir_all(&folder).map_err(StoreError::system("remove", &folder))
    }
}

impl Resume {
    /// Hands out the rows of all days up to [`Resume::day`], in order.
    ///
    /// # Errors
    /// What `take` returns; when the system refuses.
    pub fn replay(&self, mut take: impl FnMut(Vec<Batch>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        for &day in &self.days {
            let path = self.folder.join(name(day)).join(ROWS);
            let file = File::open(&path).map_err(StoreError::system("open", &path))?;
            let mut rows = BufReader::new(file);
            let damaged = |error: io::Error| StoreError::Damaged { path: path.clone(), reason: error.to_string() };
            while let Some(batch) = read_batch(&mut rows).map_err(damaged)? {
                take(vec![batch])?;
            }
        }
        Ok(())
    }
}

/// Makes the folder, or finds that it is of this run already.
fn claim(folder: &Path, identity: &CheckpointIdentity, header: &RunHeader, force: bool) -> Result<(), StoreError> {
    let path = folder.join(IDENTITY);
    match fs::read(&path) {
        Ok(text) => {
            let found: Option<CheckpointIdentity> = serde_json::from_slice(&text).ok();
            if found.as_ref() == Some(identity) {
                return Ok(());
            }
            let found = found.map_or("checkpoints that cannot be read".into(), |found| {
                let CheckpointIdentity { scenario, seed, days, engine, .. } = found;
                format!("checkpoints of {scenario}, seed {seed}, {days} days, by engine {engine}")
            });
            if !force {
                return Err(StoreError::OtherRun { path: folder.to_owned(), found, wanted: header.words() });
            }
            fs::remove_dir_all(folder).map_err(StoreError::system("remove", folder))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
                return Err(StoreError::Foreign { path: folder.to_owned() });
            }
        }
        Err(error) => return Err(StoreError::System { doing: "read", path, source: error }),
    }
    fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
    // Renamed into place: a torn identity would make the folder nobody's.
    let draft = folder.with_extension("checkpoint-identity");
    write_synced(&draft, &json(identity))?;
    fs::rename(&draft, &path).map_err(StoreError::system("name", &path))?;
    sync_folder(folder)
}

/// The days of the unbroken chain of checkpoints with sound rows, and whether the snapshot of each is sound too.
fn sound_days(folder: &Path) -> Result<Vec<(u32, bool)>, StoreError> {
    let mut days = Vec::new();
    for entry in fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten() {
        if let Some(day) = entry.file_name().to_str().and_then(|name| name.strip_prefix("day-")?.parse::<u32>().ok()) {
            days.push(day);
        }
    }
    days.sort_unstable();
    let mut sound = Vec::new();
    let mut last = 0;
    for day in days {
        let path = folder.join(name(day));
        let Some(manifest) =
            fs::read(path.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice::<Manifest>(&text).ok())
        else {
            break;
        };
        if manifest.after != last || fingerprint(&path.join(ROWS)).ok() != Some(manifest.rows) {
            break;
        }
        sound.push((day, fingerprint(&path.join(SNAPSHOT)).ok() == Some(manifest.snapshot)));
        last = day;
    }
    Ok(sound)
}

fn drop_all_but(folder: &Path, days: &[u32]) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten() {
        let file = entry.file_name();
        let file = file.to_string_lossy();
        let old = file.strip_prefix("day-").and_then(|day| day.parse().ok()).is_some_and(|day| !days.contains(&day));
        if old || file == NEXT {
            fs::remove_dir_all(entry.path()).map_err(StoreError::system("remove", &entry.path()))?;
        }
    }
    Ok(())
}

fn name(day: u32) -> String {
    format!("day-{day:06}")
}

/// Rows on their way to the disk, and the fingerprint of what went there.
struct RowsFile {
    path: PathBuf,
    out: BufWriter<Hashing>,
}

struct Hashing {
    file: File,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl RowsFile {
    fn create(folder: &Path) -> Result<Self, StoreError> {
        let next = folder.join(NEXT);
        fs::create_dir(&next).map_err(StoreError::system("create", &next))?;
        let path = next.join(ROWS);
        let file = File::create_new(&path).map_err(StoreError::system("create", &path))?;
        Ok(Self { path, out: BufWriter::new(Hashing { file, hash: Sha256::new() }) })
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        write_batch(&mut self.out, batch).map_err(StoreError::system("write", &self.path))
    }

    fn finish(&mut self) -> Result<String, StoreError> {
        self.out
            .flush()
            .and_then(|()| self.out.get_ref().file.sync_all())
            .map_err(StoreError::system("write", &self.path))?;
        Ok(hex(&self.out.get_ref().hash.clone().finalize()))
    }
}

// A batch on disk: number of the table, number of rows, then column by column what stands in memory: whole numbers and the
// bits of real ones in eight bytes each, words with their length in front. All little endian.

fn write_batch(out: &mut impl Write, batch: &Batch) -> io::Result<()> {
    let table = TABLES.iter().position(|table| table.name == batch.table.name).expect("every table is in TABLES");
    out.write_all(&(table as u64).to_le_bytes())?;
    out.write_all(&(super::frame::rows(&batch.columns) as u64).to_le_bytes())?;
    for column in &batch.columns {
        match column {
            Values::Int(cells) => {
                for value in cells.slots() {
                    out.write_all(&value.to_le_bytes())?;
                }
            }
            Values::Float(cells) => {
                for value in cells.slots() {
                    out.write_all(&value.to_bits().to_le_bytes())?;
                }
            }
            Values::Text(cells) => {
                for word in cells.slots() {
                    out.write_all(&(word.len() as u64).to_le_bytes())?;
                    out.write_all(word.as_bytes())?;
                }
            }
        }
    }
    Ok(())
}

fn read_batch(input: &mut impl Read) -> io::Result<Option<Batch>> {
    let mut first = [0; 8];
    match input.read(&mut first[..1])? {
        0 => return Ok(None),
        _ => input.read_exact(&mut first[1..])?,
    }
    let nonsense = || io::Error::new(io::ErrorKind::InvalidData, "its rows are not those of this version");
    let table =
        usize::try_from(u64::from_le_bytes(first)).ok().and_then(|index| TABLES.get(index)).ok_or_else(nonsense)?;
    let rows = number(input)?;
    let mut columns = table.no_rows();
    for column in &mut columns {
        for _ in 0..rows {
            match column {
                Values::Int(cells) => cells.push_slot(number(input)?.cast_signed()),
                Values::Float(cells) => cells.push_slot(f64::from_bits(number(input)?)),
                Values::Text(cells) => cells.push_slot(word(input)?),
            }
        }
    }
    Ok(Some(Batch { table, columns }))
}

fn number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn word(input: &mut impl Read) -> io::Result<Word> {
    let length = number(input)?;
    let mut text = String::new();
    input.take(length).read_to_string(&mut text)?;
    if text.len() as u64 == length { Ok(text.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn fingerprint(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 20];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&part[..read]),
        }
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("plain structs become JSON")
}
