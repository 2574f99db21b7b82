//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use contraband_sim::base::words::hex;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

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

/// Writes a file under a hidden name, and gives it its name when the disk has it. Several processes may do so at once: the
/// last one's is there in the end, and whole. What a process left that died is removed.
///
/// # Errors
/// When the system refuses.
pub fn put(folder: &Path, name: &str, text: &str) -> Result<(), StoreError> {
    /// Tries, at most: each is lost only where another process takes a draft away before its lock is taken.
    const TRIES: usize = 100;
    let prefix = format!(".{name}.");
    remove_left(folder, &prefix);
    let mut refused = None;
    for nth in 0..TRIES {
        let draft = folder.join(format!("{prefix}{}-{nth}", std::process::id()));
        let mut file = match File::create_new(&draft) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            other => other.map_err(StoreError::system("create", &draft))?,
        };
        // Whoever finds a draft that is not locked takes its writer for dead.
        let _ = file.try_lock();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(StoreError::system("write", &draft))?;
        match fs::rename(&draft, folder.join(name)) {
            Ok(()) => return sync_folder(folder),
            Err(error) if error.kind() == ErrorKind::NotFound => refused = Some(error),
            Err(error) => return Err(StoreError::System { doing: "name", path: draft, source: error }),
        }
    }
    let source = refused.unwrap_or_else(|| ErrorKind::AlreadyExists.into());
    Err(StoreError::System { doing: "name", path: folder.join(name), source })
}

/// Removes drafts that begin so and whose processes died. What cannot be removed, or not be locked, stays.
fn remove_left(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_draft = entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes());
        let is_left = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_draft && is_left() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// SHA-256 of the bytes of a file, in hexadecimal digits.
///
/// # Errors
/// When the system refuses.
pub fn digest_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut part) = (Sha256::new(), vec![0; 1 << 17]);
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&part[..read]),
        }
    }
}

/// Reads a file whose SHA-256 is known, so that no damaged byte reaches whoever makes something of it.
///
/// # Errors
/// When it is missing or another, or the system refuses.
pub fn read_whole(path: &Path, digest: &str) -> Result<Vec<u8>, StoreError> {
    let damaged = |reason: &str| StoreError::Damaged { path: path.to_owned(), reason: reason.into() };
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => damaged("it is missing"),
        _ => StoreError::System { doing: "read", path: path.to_owned(), source: error },
    })?;
    if hex(&Sha256::digest(&bytes)) == digest { Ok(bytes) } else { Err(damaged(CHANGED)) }
}

/// What is said of a file whose checksum is another.
pub const CHANGED: &str = "it is not as it was written: its checksum is another";

/// What a seal looks like at the end of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// The last field of a JSON object.
    Json,
    /// The last line of a RON file, as a comment.
    Ron,
}

impl FileForm {
    const fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => (",\n  \"seal\": \"", "\"\n}\n"),
            Self::Ron => ("// seal: ", "\n"),
        }
    }

    /// A text with its seal, the SHA-256 of all that stands before it: whoever reads it finds out whether a single bit is
    /// another.
    ///
    /// # Panics
    /// When what is to be JSON is no object with a field.
    pub fn seal(self, text: &str) -> String {
        let body = match self {
            Self::Json => text.trim_end().strip_suffix('}').expect("an object ends with a bracket").trim_end(),
            Self::Ron => text,
        };
        let (before, after) = self.around();
        format!("{body}{before}{}{after}", hex(&Sha256::digest(body)))
    }

    /// What stands before the seal of a text, and whether the seal is its own; `None` where it has none.
    pub fn unseal(self, text: &str) -> Option<(&str, bool)> {
        /// Hexadecimal digits of a SHA-256.
        const DIGITS: usize = 64;
        let (before, after) = self.around();
        let rest = text.strip_suffix(after)?;
        let at = rest.len().checked_sub(DIGITS)?;
        let (rest, digits) = (rest.get(..at)?, rest.get(at..)?);
        let body = rest.strip_suffix(before)?;
        Some((body, hex(&Sha256::digest(body)) == digits))
    }
}

/// Reads a JSON file that carries its seal; `must` says whether one must be there, from what stands in it: files of before
/// there were seals have none. `None` where there is no file.
///
/// # Errors
/// When it is not as it was written, or the system refuses.
pub fn read_sealed(path: &Path, must: impl FnOnce(&Json) -> bool) -> Result<Option<Json>, StoreError> {
    Ok(read_sealed_text(path, must)?.map(|(json, _)| json))
}

/// The same, with the text that it was read from.
///
/// # Errors
/// As [`read_sealed`].
pub fn read_sealed_text(path: &Path, must: impl FnOnce(&Json) -> bool) -> Result<Option<(Json, String)>, StoreError> {
    let damaged = |reason: String| StoreError::Damaged { path: path.to_owned(), reason };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(StoreError::System { doing: "read", path: path.to_owned(), source: error }),
    };
    let text = String::from_utf8(bytes).map_err(|_| damaged(CHANGED.into()))?;
    let sound = FileForm::Json.unseal(&text).map(|(_, is_sound)| is_sound);
    if sound == Some(false) {
        return Err(damaged(CHANGED.into()));
    }
    let json: Json = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    // A damaged seal looks like none, but its name or its place is still there.
    if sound.is_none() && (json.get("seal").is_some() || must(&json)) {
        return Err(damaged(CHANGED.into()));
    }
    Ok(Some((json, text)))
}

/// Reads a RON file that carries its seal, and hands out what stands before that; `must` as in [`read_sealed`].
///
/// # Errors
/// When it is missing or not as it was written, or the system refuses.
pub fn read_sealed_ron(path: &Path, must: bool) -> Result<String, StoreError> {
    let damaged = |reason: &str| StoreError::Damaged { path: path.to_owned(), reason: reason.into() };
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => damaged("it is missing"),
        _ => StoreError::System { doing: "read", path: path.to_owned(), source: error },
    })?;
    let text = String::from_utf8(bytes).map_err(|_| damaged(CHANGED))?;
    match FileForm::Ron.unseal(&text) {
        Some((body, true)) => Ok(body.to_owned()),
        Some((_, false)) => Err(damaged(CHANGED)),
        None if must || text.contains("// seal: ") => Err(damaged(CHANGED)),
        None => Ok(text),
    }
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
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3, "no draft is left");
    }

    #[test]
    fn several_put_one_file_at_once_and_it_is_whole() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(".a.json.1-0"), "left by one that died").unwrap();
        let texts: Vec<String> = (0..4).map(|nth| format!("{nth}").repeat(100_000)).collect();
        std::thread::scope(|threads| {
            for text in &texts {
                threads.spawn(|| (0..20).for_each(|_| put(home.path(), "a.json", text).unwrap()));
            }
        });
        let text = fs::read_to_string(home.path().join("a.json")).unwrap();
        assert!(texts.contains(&text));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn every_bit_of_a_sealed_file_counts() {
        let home = tempfile::tempdir().unwrap();
        let json = home.path().join("a.json");
        let ron = home.path().join("a.ron");
        let told = serde_json::json!({"schema": 2, "name": "naïve", "seeds": [1, 2]});
        let (sealed, sealed_ron) = (FileForm::Json.seal(&format!("{told:#}\n")), FileForm::Ron.seal("(days: 3)\n"));
        fs::write(&json, &sealed).unwrap();
        fs::write(&ron, &sealed_ron).unwrap();
        let must = |json: &Json| json["schema"] == 2;
        let mut read = read_sealed(&json, must).unwrap().unwrap();
        assert_eq!(read.as_object_mut().unwrap().remove("seal").unwrap().as_str().unwrap().len(), 64);
        assert_eq!((read, read_sealed_ron(&ron, true).unwrap().as_str()), (told, "(days: 3)\n"));
        for (path, text) in [(&json, &sealed), (&ron, &sealed_ron)] {
            for bit in 0..8 * text.len() {
                let mut flipped = text.clone().into_bytes();
                flipped[bit / 8] ^= 1 << (bit % 8);
                fs::write(path, &flipped).unwrap();
                let is_found = if path == &json {
                    match read_sealed(&json, must) {
                        Ok(Some(json)) => json["schema"] != 2,
                        other => matches!(other, Err(StoreError::Damaged { .. })),
                    }
                } else {
                    matches!(read_sealed_ron(&ron, true), Err(StoreError::Damaged { .. }))
                };
                assert!(is_found, "bit {bit} of {}: {}", path.display(), String::from_utf8_lossy(&flipped));
            }
        }
        assert_eq!(read_sealed(&home.path().join("none.json"), must).unwrap(), None);
        fs::write(&json, "{\"schema\": 1}").unwrap();
        assert!(read_sealed(&json, must).unwrap().is_some(), "files of before there were seals have none");
    }

    #[test]
    fn a_file_whose_digest_is_known_is_read_whole_or_not_at_all() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.parquet");
        fs::write(&path, b"PAR1").unwrap();
        let digest = digest_of(&path).unwrap();
        assert_eq!(read_whole(&path, &digest).unwrap(), b"PAR1");
        fs::write(&path, b"PAR0").unwrap();
        assert!(matches!(read_whole(&path, &digest), Err(StoreError::Damaged { .. })));
        fs::remove_file(&path).unwrap();
        assert!(read_whole(&path, &digest).unwrap_err().to_string().contains("missing"));
    }
}
