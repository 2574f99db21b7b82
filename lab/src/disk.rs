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

/// A name as every system takes it for a file or a folder: letters a to z in either case, digits, `-` and `_`; not one of the
/// names that Windows keeps for devices; at most 100 letters. Other signs become `_`. The same name gives the same.
pub fn safe_name(name: &str) -> String {
    const MOST: usize = 100;
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let mut safe: String = name.chars().map(plain).take(MOST).collect();
    let lower = safe.to_ascii_lowercase();
    let bare = lower.strip_suffix(|letter: char| letter.is_ascii_digit()).unwrap_or(&lower);
    if safe.is_empty() || DEVICES.contains(&bare) {
        safe.push('_');
    }
    safe
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
    fn names_are_files_on_every_system() {
        for name in ["con", "AUX", "com1", "lpt9", "nul"] {
            assert_eq!(safe_name(name), format!("{name}_"));
        }
        assert_eq!(safe_name("agencies_*_budget"), "agencies___budget");
        assert_eq!(
            (safe_name("a:b. "), safe_name("console"), safe_name("")),
            ("a_b__".into(), "console".into(), "_".into())
        );
        for name in ["../up", "a/b", "x?\"<>|", "dots...", "市", &"long".repeat(100)] {
            let safe = safe_name(name);
            assert!(
                safe.len() <= 101 && safe.chars().all(|one| one.is_ascii_alphanumeric() || "-_".contains(one)),
                "{safe}"
            );
        }
    }

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
