//! The journal of a class: every line is on disk before anyone is told about it.

use std::fs::{File, OpenOptions, create_dir_all, read_dir};
use std::io::{Error, ErrorKind, Read as _, Result, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use contraband_lab::batch::FolderLock;
use contraband_lab::error::StoreError;

use super::seats::typed_code;
use super::state::Entry;

/// Name of a journal in the folder of its class.
const FILE: &str = "class.jsonl";
/// How often it is tried to have a journal alone, with a short while between tries: a class that was just closed lets go of
/// its own.
const TRIES: u32 = 40;

/// The journal of one class. Nobody else writes in it as long as this is there.
pub struct ClassJournal {
    file: File,
    path: PathBuf,
    /// Lines that are not on disk yet, as bytes.
    waiting: Vec<u8>,
    /// How the file ends.
    end: End,
    _alone: FolderLock,
}

/// How a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With a whole line.
    Whole,
    /// With a whole line that lacks its line break.
    Unbroken,
    /// In the middle of a line, behind so many bytes of whole ones.
    Torn(u64),
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
        Ok(Self { file, waiting: Vec::new(), end: End::Whole, _alone: alone(&path)?, path })
    }

    /// Opens a journal and reads its lines. An incomplete last line is not among them: nobody was told about it. Nothing in the
    /// file is changed before a line is added.
    ///
    /// # Errors
    /// When it cannot be read, another program has it open, or a complete line is not known: its path and line number.
    pub fn resume(path: &Path) -> Result<(Self, Vec<Entry>)> {
        let alone = alone(path)?;
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let (entries, end) = lines(&mut file, path)?;
        Ok((Self { file, path: path.to_owned(), waiting: Vec::new(), end, _alone: alone }, entries))
    }

    /// Forgets the lines that are not on disk, and reads those that are.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn again(&mut self) -> Result<Vec<Entry>> {
        self.waiting.clear();
        let (entries, end) = lines(&mut self.file, &self.path)?;
        self.end = end;
        Ok(entries)
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

    /// Writes all added lines to disk. Whether there were any.
    ///
    /// # Errors
    /// When they cannot be written; then none of them counts.
    pub fn sync(&mut self) -> Result<bool> {
        if self.waiting.is_empty() {
            return Ok(false);
        }
        let lines = std::mem::take(&mut self.waiting);
        match self.end {
            End::Whole => {}
            End::Unbroken => self.file.write_all(b"\n")?,
            End::Torn(whole) => {
                self.file.set_len(whole)?;
                self.file.seek(SeekFrom::End(0))?;
            }
        }
        self.end = End::Whole;
        self.file.write_all(&lines)?;
        self.file.sync_data()?;
        Ok(true)
    }
}

/// Takes the folder of a journal for this program alone.
fn alone(path: &Path) -> Result<FolderLock> {
    let folder = path.parent().unwrap_or(path);
    let mut tries = 0;
    loop {
        match FolderLock::alone(folder) {
            Ok(lock) => return Ok(lock),
            Err(StoreError::Busy { .. }) if tries < TRIES => tries += 1,
            Err(StoreError::Busy { .. }) => {
                let wrong = "another program on this computer has this class open: end that one first";
                return Err(Error::new(ErrorKind::ResourceBusy, wrong));
            }
            Err(error) => return Err(Error::other(error.to_string())),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// All lines of a journal's file, and how it ends; the next thing written goes behind its last byte.
fn lines(file: &mut File, path: &Path) -> Result<(Vec<Entry>, End)> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let read = |(nth, line): (usize, &[u8])| -> Result<Entry> {
        serde_json::from_slice(line).map_err(|error| {
            // Not with all kinds of lines there are.
            let told = error.to_string();
            let told = told.split(", expected one of").next().unwrap_or_default();
            Error::new(ErrorKind::InvalidData, format!("{}:{}: {told}", path.display(), nth + 1))
        })
    };
    let written = bytes[..whole].split(|&byte| byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let mut entries: Vec<Entry> = written.map(read).collect::<Result<_>>()?;
    // A last line that is whole but for its line break was written by hand, or its break was lost: it counts.
    let end = match (bytes.len() > whole).then(|| read((0, &bytes[whole..]))) {
        None => End::Whole,
        Some(Ok(last)) => {
            entries.push(last);
            End::Unbroken
        }
        Some(Err(_)) if entries.is_empty() => {
            return Err(Error::new(ErrorKind::InvalidData, format!("{}:1: no line of a class", path.display())));
        }
        Some(Err(_)) => End::Torn(whole as u64),
    };
    Ok((entries, end))
}

/// Reads the lines of a journal that somebody else may be writing.
///
/// # Errors
/// As for [`ClassJournal::resume`].
pub fn read(path: &Path) -> Result<Vec<Entry>> {
    Ok(lines(&mut File::open(path)?, path)?.0)
}

/// Where the journal of a class lies.
pub fn path_of(classes: &Path, code: &str) -> PathBuf {
    classes.join(code).join(FILE)
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
        assert!(
            ClassJournal::resume(&path).is_err_and(|error| error.kind() == ErrorKind::ResourceBusy),
            "one writes alone"
        );
        drop(journal);
        let torn = std::fs::read(&path).unwrap();
        let (mut journal, read) = ClassJournal::resume(&path).unwrap();
        assert_eq!(read, entries);
        assert_eq!(std::fs::read(&path).unwrap(), torn, "who only reads changes nothing");
        journal.note(&Entry::Played);
        journal.sync().unwrap();
        assert_eq!(journal.again().unwrap().len(), 4);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    /// A journal of one line without its break, or of another program, was emptied once.
    #[test]
    fn what_cannot_be_read_stays_as_it_is_to_the_last_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_of(folder.path(), "BCDFGH");
        create_dir_all(path.parent().unwrap()).unwrap();
        for (text, wrong) in [
            ("\"began\"\n{}\n\"began\"\n", Some("class.jsonl:2")),
            ("PK\u{3}\u{4} no journal at all", Some("class.jsonl:1")),
            ("{\"a_line_of_the_next_version\":{}}\n\"began\"\n", Some("class.jsonl:1")),
            ("\"began\"", None),
            ("\"began\"\n\"dec", None),
        ] {
            std::fs::write(&path, text).unwrap();
            let told = ClassJournal::resume(&path).map(|(_, entries)| entries);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            match wrong {
                Some(wrong) => assert!(told.is_err_and(|error| error.to_string().contains(wrong)), "{text}"),
                None => assert_eq!(told.unwrap(), [Entry::Began], "{text}"),
            }
        }
        std::fs::write(&path, "\"began\"").unwrap();
        let (mut journal, _) = ClassJournal::resume(&path).unwrap();
        journal.note(&Entry::Deciding);
        journal.sync().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\"began\"\n\"deciding\"\n");
    }
}
