//! A folder under a hidden name, until it is whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use contraband_lab::batch::FolderLock;
use contraband_lab::disk::sync_folder;
use contraband_sim::record::tables::TABLES;
use tempfile::TempDir;

use super::folder;
use super::info::RunHeader;
use crate::error::StoreError;
use crate::provenance::{METADATA, REPLAY};

/// Held by the process that fills a draft; a draft whose lock is free was left behind by one that died.
const LOCK: &str = ".lock";

/// A folder that is being filled. Dropped before it is published, it leaves nothing behind.
pub(super) struct Draft {
    folder: TempDir,
    target: PathBuf,
    // Held for its lock; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Draft {
    /// Makes the hidden folder beside `target`, and sweeps up those of processes that died.
    ///
    /// # Errors
    /// When a living process fills one for the same target, or the system refuses.
    pub(super) fn create(target: &Path) -> Result<Self, StoreError> {
        let (parent, name) = place(target)?;
        fs::create_dir_all(&parent).map_err(StoreError::system("create", &parent))?;
        // Of two that begin at once, one finds the other's draft.
        let _turn = FolderLock::wait(&parent);
        if sweep(&parent, &name) {
            return Err(StoreError::Busy { path: target.to_owned() });
        }
        let folder = tempfile::Builder::new()
            .prefix(&hidden(&name, ".partial-"))
            .tempdir_in(&parent)
            .map_err(StoreError::system("write in", &parent))?;
        let lock_path = folder.path().join(LOCK);
        let lock = File::create(&lock_path).map_err(StoreError::system("create", &lock_path))?;
        // A file system without locks only loses the sweeping.
        let _ = lock.try_lock();
        Ok(Self { folder, target: target.to_owned(), _lock: lock })
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What it will be called.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the folder its name. What was there is moved aside first and deleted last; files in it that no run writes
    /// (somebody's notes) move along.
    pub(super) fn publish(self, header: &RunHeader, force: bool) -> Result<PathBuf, StoreError> {
        let (parent, name) = place(&self.target)?;
        let turn = FolderLock::wait(&parent);
        is_free_for(&self.target, header, force)?;
        // Where nobody can be kept out, another process may have put the same run there, and may be reading it.
        let is_there = |target: &Path| {
            folder::read_info(target).is_ok_and(|info| !turn.is_held() && info.complete && header.same_run(&info))
        };
        if is_there(&self.target) {
            return Ok(self.target);
        }
        let lock = self.path().join(LOCK);
        fs::remove_file(&lock).map_err(StoreError::system("remove", &lock))?;
        sync_folder(self.path())?;
        let old = parent.join(hidden(&name, &format!(".old-{}", std::process::id())));
        let replaces = self.target.exists();
        if replaces {
            let _ = fs::remove_dir_all(&old);
            fs::rename(&self.target, &old).map_err(StoreError::system("move aside", &self.target))?;
        }
        if let Err(error) = fs::rename(self.path(), &self.target) {
            if !replaces && is_there(&self.target) {
                return Ok(self.target);
            }
            if replaces {
                let _ = fs::rename(&old, &self.target);
            }
            return Err(StoreError::System { doing: "name", path: self.target.clone(), source: error });
        }
        let Self { folder, target, .. } = self;
        // It carries its name now: there is nothing left to remove.
        let _ = folder.keep();
        sync_folder(&parent)?;
        if replaces {
            keep_notes(&old, &target)?;
            fs::remove_dir_all(&old).map_err(StoreError::system("remove", &old))?;
        }
        Ok(target)
    }
}

/// Whether a run may be written to `target`: nothing is there, or nothing that would be lost.
///
/// # Errors
/// A file is there; another run is there and `force` is not given; or a folder with other things in it, which even
/// `force` does not touch.
pub fn is_free_for(target: &Path, header: &RunHeader, force: bool) -> Result<(), StoreError> {
    place(target)?;
    let kind = match fs::metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let file = target.ancestors().find(|path| path.is_file()).unwrap_or(target);
            return Err(StoreError::NotAFolder { path: file.to_owned() });
        }
        Err(error) => return Err(StoreError::System { doing: "look at", path: target.to_owned(), source: error }),
        Ok(kind) => kind,
    };
    if !kind.is_dir() {
        return Err(StoreError::NotAFolder { path: target.to_owned() });
    }
    let mut entries = fs::read_dir(target).map_err(StoreError::system("read", target))?;
    if entries.next().is_none() {
        return Ok(());
    }
    let other = |found: String| StoreError::OtherRun { path: target.to_owned(), found, wanted: header.words() };
    match folder::read_info(target) {
        Ok(info) if header.same_run(&info) || force => Ok(()),
        Ok(info) => Err(other(info.words())),
        Err(StoreError::OtherSchema { .. } | StoreError::NotUnderstood { .. }) if force => Ok(()),
        Err(StoreError::OtherSchema { found, .. }) => Err(other(format!("a run with schema {found}"))),
        Err(error @ (StoreError::System { .. } | StoreError::NotUnderstood { .. })) => Err(error),
        // Which run it is cannot be known, but its tables show that it is one.
        Err(StoreError::Damaged { .. })
            if TABLES.iter().any(|table| target.join(format!("{}.parquet", table.name)).is_file()) =>
        {
            if force {
                Ok(())
            } else {
                Err(other("a run whose run.json is damaged".into()))
            }
        }
        Err(_) => Err(StoreError::Foreign { path: target.to_owned() }),
    }
}

/// The folder that `target` lies in, and its own name.
fn place(target: &Path) -> Result<(PathBuf, OsString), StoreError> {
    let Some(name) = target.file_name() else {
        return Err(StoreError::Foreign { path: target.to_owned() });
    };
    let parent = match target.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    Ok((parent, name.to_owned()))
}

fn hidden(name: &OsStr, state: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(state);
    hidden
}

/// Removes drafts of `name` whose process died, and says whether one is there whose process lives. What cannot be
/// removed stays: it is in nobody's way.
fn sweep(parent: &Path, name: &OsStr) -> bool {
    let prefix = hidden(name, ".partial-");
    let Ok(entries) = fs::read_dir(parent) else { return false };
    let mut living = false;
    for entry in entries.flatten() {
        if !entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            continue;
        }
        let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
        match lock.try_lock() {
            Ok(()) => {
                let _ = fs::remove_dir_all(entry.path());
            }
            Err(TryLockError::WouldBlock) => living = true,
            Err(TryLockError::Error(_)) => {}
        }
    }
    living
}

fn keep_notes(old: &Path, new: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(old).map_err(StoreError::system("read", old))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_ours) || new.join(&name).exists() {
            continue;
        }
        fs::rename(entry.path(), new.join(&name)).map_err(StoreError::system("keep", &entry.path()))?;
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    let table =
        |extension| name.strip_suffix(extension).is_some_and(|stem| TABLES.iter().any(|table| table.name == stem));
    matches!(name, "run.json" | "timing.json" | "scenario.ron" | "report.html" | "charts" | METADATA | REPLAY | LOCK)
        || table(".parquet")
        || table(".csv")
}
