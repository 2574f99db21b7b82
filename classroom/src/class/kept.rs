//! Classes that are kept on disk, closed: what is known of each without opening it, and which was chosen last.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;

use super::journal::{journals, path_of, read};
use super::seats::typed_code;
use super::state::{Entry, SCHEMA, Stage, State};
use crate::lesson::lesson;

/// The file in a folder of classes that names the one that was opened last.
const LAST: &str = "last";

/// What is known of a class that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptClass {
    /// Its code.
    pub code: String,
    /// Bare name of its lesson.
    pub lesson: String,
    /// Title of its lesson.
    pub title: String,
    /// Where it stands.
    pub stage: Stage,
    /// The current round, from 1; 0 before the first.
    pub round: u32,
    /// Rounds of the lesson.
    pub rounds: u32,
    /// People in it.
    pub people: usize,
    /// Whether only bots play it.
    pub rehearsal: bool,
    /// Seconds since 1970 when it was last written, where the disk says so. Nothing is chosen by it.
    pub written: Option<u64>,
}

impl KeptClass {
    /// Whether it can go on.
    pub fn goes_on(&self) -> bool {
        self.stage != Stage::Ended
    }

    /// Where it stands, in words.
    pub fn words(&self) -> String {
        let Self { round, rounds, .. } = self;
        let stage = match self.stage {
            Stage::Lobby => "not begun".into(),
            Stage::Briefing => "cards handed out".into(),
            Stage::Decide => format!("round {round} of {rounds}, deciding"),
            Stage::Play => format!("round {round} of {rounds}, days passing"),
            Stage::Results => format!("round {round} of {rounds}, results"),
            Stage::Debrief => "debrief".into(),
            Stage::Ended => "over".into(),
        };
        if self.rehearsal { format!("rehearsal, {stage}") } else { stage }
    }
}

/// What is known of the class of a journal.
///
/// # Errors
/// When it cannot be read, or its lesson is no longer there or is another now: a sentence with its path. The file stays as it is.
pub fn about(path: &Path) -> Result<KeptClass, String> {
    let at = path.display();
    let entries = read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let Some(Entry::Opened { schema: SCHEMA, lesson: name, .. }) = entries.first() else {
        return Err(format!("{at} is not a class journal that this version can read"));
    };
    let known = lesson(name).map_err(|wrong| format!("{at}: {wrong}"))?;
    let state = State::of_journal(&entries, &known).map_err(|wrong| format!("{at}: {wrong}"))?;
    let written = std::fs::metadata(path).and_then(|about| about.modified()).ok();
    Ok(KeptClass {
        round: state.round(),
        code: state.code,
        lesson: state.lesson,
        title: known.title,
        stage: state.stage,
        rounds: known.rounds,
        people: state.people.len(),
        rehearsal: state.rehearsal,
        written: written.and_then(|when| when.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_secs()),
    })
}

/// All classes of a folder, in the order of their codes, each with its code; a sentence for each that cannot be read.
pub fn all(classes: &Path) -> Vec<(String, Result<KeptClass, String>)> {
    let code = |path: &PathBuf| path.parent().and_then(Path::file_name).map(|code| code.to_string_lossy().into_owned());
    journals(classes).iter().map(|path| (code(path).unwrap_or_default(), about(path))).collect()
}

/// The class that was opened last in this folder, if it is still there; its journal was not looked at.
pub fn last(classes: &Path) -> Option<String> {
    let code = typed_code(std::fs::read_to_string(classes.join(LAST)).ok()?.trim())?;
    path_of(classes, &code).is_file().then_some(code)
}

/// Writes down which class was opened last. Where it cannot be written, the next start opens a new class.
pub fn choose(classes: &Path, code: &str) {
    let _ = std::fs::write(classes.join(LAST), format!("{code}\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_class_is_told_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let opened = |lesson: &str, schema: u32| {
            format!(
                "{{\"opened\":{{\"schema\":{schema},\"version\":\"0\",\"code\":\"C\",\"lesson\":\"{lesson}\",\"seed\":1,\"teacher\":\"t\",\"rehearsal\":false}}}}\n"
            )
        };
        for (code, text, wrong) in [
            ("BCDFGH", opened("squeeze", 1), None),
            ("BCDFGJ", opened("squeeze", 99), Some("not a class journal that this version can read")),
            ("BCDFGK", opened("squeezed_out", 1), Some("there is no lesson `squeezed_out`")),
            ("BCDFGM", String::new(), Some("not a class journal")),
            ("BCDFGN", opened("squeeze", 1) + "\"played\"\n", Some("entry 2")),
            ("BCDFGP", "\0\0\0".into(), Some("class.jsonl:1")),
        ] {
            let path = path_of(folder.path(), code);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
            match (about(&path), wrong) {
                (Ok(kept), None) => assert_eq!((kept.words().as_str(), kept.goes_on()), ("not begun", true)),
                (Err(told), Some(wrong)) => assert!(told.contains(wrong), "{told}"),
                (told, _) => panic!("{code}: {told:?}"),
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(all(folder.path()).iter().filter(|(_, kept)| kept.is_ok()).count(), 1);
        assert_eq!(last(folder.path()), None);
        choose(folder.path(), "BCDFGJ");
        assert_eq!(last(folder.path()).as_deref(), Some("BCDFGJ"));
        choose(folder.path(), "ZZZZZZ");
        assert_eq!(last(folder.path()), None);
    }
}
