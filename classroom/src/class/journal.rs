//! The journal of a class: every line is on disk before anyone is told about it.

use std::fs::{File, OpenOptions, create_dir_all, read_dir};
use std::io::{Error, ErrorKind, Read as _, Result, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::seats::typed_code;
use super::state::Entry;

/// Name of a journal in the folder of its class.
const FILE: &str = "class.jsonl";

/// The journal of one class.
pub struct ClassJournal {
    file: File,
    path: PathBuf,
    /// Lines that are not on disk yet, as bytes.
    waiting: Vec<u8>,
}

impl ClassJournal {
    /// Starts a journal in a folder of its own. Only its owner may read it, because it holds tokens.
    ///
    /// # Errors
    /// When it cannot be written, or there is one already.
    pub fn begin(classes: &Path, code: &str) -> Result<Self> {
        let folder = classes.join(code);
        create_dir_all(&folder)?;
        let path = folder.join(FILE);
        let mut options = OpenOptions::new();
        options.write(true).read(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        for folder in [classes, &folder] {
            // The new file's name must be on disk too; where folders cannot be synced, nothing more can be done.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(Self { file, path, waiting: Vec::new() })
    }

    /// Opens a journal and reads its lines. An incomplete last line is dropped: nobody was told about it.
    ///
    /// # Errors
    /// When it cannot be read, or a complete line is not known: its path and line number.
    pub fn resume(path: &Path) -> Result<(Self, Vec<Entry>)> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut entries = Vec::new();
        for (nth, line) in bytes[..whole].split(|&byte| byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty())
        {
            let entry = serde_json::from_slice(line).map_err(|error| {
                Error::new(ErrorKind::InvalidData, format!("{}:{}: {error}", path.display(), nth + 1))
            })?;
            entries.push(entry);
        }
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        Ok((Self { file, path: path.to_owned(), waiting: Vec::new() }, entries))
    }

    /// Path of the journal's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line, to be written by the next [`Self::sync`].
    pub fn note(&mut self, entry: &Entry) {
        serde_json::to_writer(&mut self.waiting, entry).expect("lines can be written");
        self.waiting.push(b'\n');
    }

    /// Writes all added lines to disk.
    ///
    /// # Errors
    /// When they cannot be written; then none of them counts.
    pub fn sync(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.waiting);
        self.file.write_all(&lines)?;
        self.file.sync_data()
    }
}

/// The journals in a folder of classes, in the order of their codes; none where there is no folder yet.
pub fn journals(classes: &Path) -> Vec<PathBuf> {
    let Ok(folders) = read_dir(classes) else { return Vec::new() };
    let mut found: Vec<PathBuf> = folders
        .filter_map(|folder| {
            let folder = folder.ok()?;
            typed_code(folder.file_name().to_str()?)?;
            Some(folder.path().join(FILE)).filter(|path| path.is_file())
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_dropped_and_the_rest_is_as_it_was() {
        let folder = std::env::temp_dir().join(format!("contraband-journal-{}", std::process::id()));
        let entries = [Entry::Began, Entry::Deciding, Entry::Speed { days: 9 }];
        let mut journal = ClassJournal::begin(&folder, "BCDFGH").unwrap();
        for entry in &entries {
            journal.note(entry);
        }
        journal.sync().unwrap();
        let path = journal.path().to_owned();
        assert_eq!(journals(&folder), std::slice::from_ref(&path));
        // The power goes in the middle of a line.
        journal.file.write_all(br#"{"speed":{"#).unwrap();
        drop(journal);
        let (mut journal, read) = ClassJournal::resume(&path).unwrap();
        assert_eq!(read, entries);
        journal.note(&Entry::Played);
        journal.sync().unwrap();
        assert_eq!(ClassJournal::resume(&path).unwrap().1.len(), 4);
        // A line in the middle that says nothing is not passed over.
        std::fs::write(&path, "\"began\"\n{}\n\"began\"\n").unwrap();
        assert!(ClassJournal::resume(&path).is_err_and(|error| error.to_string().contains("class.jsonl:2")));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
