//! Locks on folders, for processes that write in the same one.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::StoreError;

/// The file in a folder that is locked by those who work in it for long.
const LOCK: &str = ".lock";

/// A folder that is locked. The system lets go of it when this is dropped and when the process ends, however it ends.
/// Where a file system has no locks nobody is held up: then two processes may do the same work twice, and lose none.
#[must_use]
pub struct FolderLock {
    file: Option<File>,
}

impl FolderLock {
    /// Waits until nobody else has the folder for a moment; for work that is done at once.
    pub fn wait(folder: &Path) -> Self {
        Self { file: File::open(folder).ok().filter(|folder| folder.lock().is_ok()) }
    }

    /// Whether nobody else can have it now: not so where the file system has no locks.
    pub const fn is_held(&self) -> bool {
        self.file.is_some()
    }

    /// Takes a folder for as long as it is worked in, for this process alone.
    ///
    /// # Errors
    /// When another process works in it, or the system refuses.
    pub fn alone(folder: &Path) -> Result<Self, StoreError> {
        Self::take(folder, File::try_lock)
    }

    /// Takes a folder together with others who do the same: nobody then has it [`alone`](Self::alone).
    ///
    /// # Errors
    /// When another process has it alone, or the system refuses.
    pub fn shared(folder: &Path) -> Result<Self, StoreError> {
        Self::take(folder, File::try_lock_shared)
    }

    fn take(folder: &Path, lock: impl FnOnce(&File) -> Result<(), TryLockError>) -> Result<Self, StoreError> {
        let path = folder.join(LOCK);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::system("create", &path))?;
        match lock(&file) {
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: folder.to_owned() }),
            Ok(()) => Ok(Self { file: Some(file) }),
            Err(TryLockError::Error(_)) => Ok(Self { file: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_or_several_together() {
        let home = tempfile::tempdir().unwrap();
        let is_busy = |taken: Result<FolderLock, StoreError>| matches!(taken, Err(StoreError::Busy { .. }));
        let alone = FolderLock::alone(home.path()).unwrap();
        assert!(is_busy(FolderLock::alone(home.path())) && is_busy(FolderLock::shared(home.path())));
        drop(alone);
        let (one, other) = (FolderLock::shared(home.path()).unwrap(), FolderLock::shared(home.path()).unwrap());
        assert!(is_busy(FolderLock::alone(home.path())));
        drop((one, other));
        assert!(FolderLock::alone(home.path()).is_ok());
        assert!(matches!(FolderLock::alone(&home.path().join("nowhere")), Err(StoreError::System { .. })));
    }
}
