//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Writes a file and waits until the disk has it.
///
/// # Errors
/// When the system refuses.
pub fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = File::create(path).map_err(StoreError::system("create", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::system("write", path))
}

/// Waits until the disk has the names in a folder.
///
/// # Errors
/// When the system refuses.
pub fn sync_folder(path: &Path) -> Result<(), StoreError> {
    // Elsewhere folders cannot be opened as files, and renames are durable by themselves.
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::system("sync", path))?;
    }
    Ok(())
}

/// Writes a file under a hidden name, and gives it its name when the disk has it.
///
/// # Errors
/// When the system refuses.
pub fn put(folder: &Path, name: &str, text: &str) -> Result<(), StoreError> {
    let draft = folder.join(format!(".{name}"));
    write_synced(&draft, text.as_bytes())?;
    fs::rename(&draft, folder.join(name)).map_err(StoreError::system("name", &draft))?;
    sync_folder(folder)
}

/// A name beside a file for what is set aside: its own with this ending, and a number where that is taken.
pub fn free_name(path: &Path, ending: &str) -> PathBuf {
    let mut free = path.with_extension(ending);
    for nth in 2.. {
        if !free.exists() {
            break;
        }
        free = path.with_extension(format!("{ending}-{nth}"));
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_replaces_nothing() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.journal");
        let names = ["a.damaged", "a.damaged-2", "a.damaged-3"].map(|name| home.path().join(name));
        for name in names {
            let free = free_name(&path, "damaged");
            assert_eq!(free, name);
            put(home.path(), free.file_name().unwrap().to_str().unwrap(), "kept").unwrap();
        }
        assert!(!home.path().join(".a.damaged").exists());
    }
}
