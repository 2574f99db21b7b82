//! A class: people in seats who steer a world together, round by round, on a thread of its own.
//!
//! What is asked of it comes in as calls; what holds is noted in the journal and is on disk before anybody is told. What
//! everybody sees hangs on a [`Board`], of which whoever looks on always takes the newest.

mod awards;
pub mod board;
pub mod debrief;
mod deeds;
mod export;
pub mod figures;
pub mod journal;
pub mod orders;
pub mod roles;
mod room;
pub mod seats;
pub mod state;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use contraband_sim::VERSION;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::lesson::{Lesson, lesson};
use crate::story::Asked;
use board::{Board, Who};
use journal::Journal;
use room::Room;
use seats::Post;
use state::{Answers, Entry, State, WhatIf};

/// Version of the journal's lines.
const SCHEMA: u32 = 1;

/// What the class of a lesson is opened with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Threads of the world; they change speed only.
    pub threads: usize,
    /// Time without any page after which a bot plays for somebody.
    pub away: Duration,
    /// Where people join, up to the code.
    pub join: String,
}

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In what way it is wrong.
    pub fault: Fault,
    /// Sentences for people.
    pub wrong: Vec<String>,
}

/// In what way something that is asked is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It makes no sense.
    Nonsense,
    /// It comes too late, too early, or twice.
    NotNow,
    /// Somebody has this name already.
    Taken,
    /// Not for whoever asks.
    NotYours,
    /// Nobody knows who asks.
    Stranger,
    /// There is no such thing.
    Missing,
    /// It is not JSON that was sent as such.
    NotJson,
    /// Too often: after so long it can be tried again.
    TooOften(Duration),
    /// The disk refuses, or the class is gone.
    Broken,
}

impl Refusal {
    pub(crate) fn new(fault: Fault, wrong: impl Into<String>) -> Self {
        Self { fault, wrong: vec![wrong.into()] }
    }
}

/// Somebody who wants to come in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// What they want to be called, or are called already.
    pub name: String,
    /// The return word, from whoever was here before.
    #[serde(default)]
    pub word: Option<String>,
    /// Whether the teacher is to be asked whether they were here before.
    #[serde(default)]
    pub knock: bool,
}

/// What a student can ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// Nothing: they look at the page.
    Here,
    /// To answer the question before the lesson.
    Predict {
        /// The answer, by its number.
        answer: usize,
    },
    /// To decide for their seat.
    Decide {
        /// In which round.
        round: u32,
        /// What is other than what holds.
        answers: Answers,
    },
    /// To vote.
    Vote {
        /// In which round.
        round: u32,
        /// For which law.
        law: usize,
    },
    /// To foretell whether the first measure will rise.
    Foretell {
        /// In which round.
        round: u32,
        /// Whether it will.
        rises: bool,
    },
}

/// What the teacher can ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// To go on from here.
    Advance {
        /// The stage that the teacher sees.
        stage: state::Stage,
        /// The round that the teacher sees.
        round: u32,
    },
    /// To open the round again that was closed last.
    Undo,
    /// To stand still, or go on.
    Pause {
        /// Which of them.
        paused: bool,
    },
    /// To let days pass faster or slower.
    Speed {
        /// Days a second, 1 to 100.
        days: u32,
    },
    /// To close rounds by themselves, or not.
    Auto {
        /// Which of them.
        auto: bool,
    },
    /// To send newcomers to the newsroom, or not.
    Lock {
        /// Which of them.
        locked: bool,
    },
    /// To hide names on the projector, or show them.
    Hide {
        /// Which of them.
        hidden: bool,
    },
    /// To call somebody otherwise.
    Rename {
        /// Whom.
        person: u32,
        /// What.
        name: String,
    },
    /// To give somebody another post.
    Move {
        /// Whom.
        person: u32,
        /// Which.
        to: Post,
    },
    /// To send somebody out.
    Remove {
        /// Whom.
        person: u32,
    },
    /// To hand a seat to a bot, or back.
    Bot {
        /// Which seat.
        seat: usize,
        /// Which of them.
        bot: bool,
    },
    /// To let somebody who knocks back in, or not.
    Admit {
        /// Which knock.
        knock: u32,
        /// Which of them.
        yes: bool,
    },
    /// To compare with another history.
    WhatIf(WhatIf),
    /// To end the rounds, or the class.
    End,
    /// To be told why.
    Story {
        /// On which day.
        day: u32,
        /// Of whom or what.
        about: Asked,
    },
}

/// What is asked, with a way to answer.
enum Call {
    Do(Who, Value, Reply<Value>),
    Join(Joining, Reply<Value>),
    Sheet(String, Reply<String>),
    /// Somebody has opened a page, or closed it.
    Here(u32, bool),
    /// How far another history is.
    Found(room::Found),
}

type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// The way to a class. The class ends when the last of these is dropped, and can be resumed.
#[derive(Clone)]
pub struct Class {
    code: String,
    teacher: String,
    lesson: String,
    rehearsal: bool,
    path: PathBuf,
    calls: Arc<Mutex<Sender<Call>>>,
    board: watch::Receiver<Arc<Board>>,
}

impl Class {
    /// Opens a class of this lesson, with a journal in a folder of its own.
    ///
    /// # Errors
    /// When the lesson is not known or does not fit, or the disk refuses: sentences for people.
    pub fn open(
        classes: &Path,
        name: &str,
        seed: Option<u64>,
        rehearsal: bool,
        terms: &Terms,
    ) -> Result<Self, Vec<String>> {
        let lesson = lesson(name).map_err(|wrong| vec![wrong])?;
        // A code that is taken is not taken again: its journal is there already.
        let code = seats::code();
        let mut journal = Journal::begin(classes, &code)
            .map_err(|error| vec![format!("cannot write in {}: {error}", classes.display())])?;
        let opened = Entry::Opened {
            schema: SCHEMA,
            version: VERSION.into(),
            code,
            lesson: name.into(),
            seed: seed.unwrap_or(lesson.seed),
            teacher: seats::token(),
            rehearsal,
        };
        journal.note(&opened);
        journal.sync().map_err(|error| vec![format!("cannot write {}: {error}", journal.path().display())])?;
        Self::start(lesson, journal, State::of([&opened]), terms)
    }

    /// Opens the class of this journal again, as it was.
    ///
    /// # Errors
    /// When the journal cannot be read, or its lesson is not there any more: sentences for people.
    pub fn resume(path: &Path, terms: &Terms) -> Result<Self, Vec<String>> {
        let (journal, entries) =
            Journal::resume(path).map_err(|error| vec![format!("cannot read {}: {error}", path.display())])?;
        let Some(Entry::Opened { schema: SCHEMA, lesson: name, .. }) = entries.first() else {
            return Err(vec![format!("{} is no journal of a class that this version knows", path.display())]);
        };
        let lesson = lesson(name).map_err(|wrong| vec![format!("{}: {wrong}", path.display())])?;
        let state =
            State::of_journal(&entries, &lesson).map_err(|wrong| vec![format!("{}: {wrong}", path.display())])?;
        Self::start(lesson, journal, state, terms)
    }

    fn start(lesson: Lesson, journal: Journal, state: State, terms: &Terms) -> Result<Self, Vec<String>> {
        let (code, teacher, name) = (state.code.clone(), state.teacher.clone(), state.lesson.clone());
        let (rehearsal, path) = (state.rehearsal, journal.path().to_owned());
        let (calls, waiting) = channel();
        let calls = Arc::new(Mutex::new(calls));
        let (tell, board) = watch::channel(Arc::default());
        let room = Room::new(lesson, journal, state, terms, Arc::downgrade(&calls), tell)?;
        std::thread::spawn(move || room.live(&waiting));
        Ok(Self { code, teacher, lesson: name, rehearsal, path, calls, board })
    }

    /// Its code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The teacher's token.
    pub fn teacher(&self) -> &str {
        &self.teacher
    }

    /// Bare name of its lesson.
    pub fn lesson(&self) -> &str {
        &self.lesson
    }

    /// Whether nobody plays in it.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.board.borrow().over
    }

    /// Whether its thread has ended.
    pub fn is_gone(&self) -> bool {
        self.board.has_changed().is_err()
    }

    /// Its journal.
    pub fn journal(&self) -> &Path {
        &self.path
    }

    /// When something last happened in it, for finding the newest; `None` where the disk does not know.
    pub fn touched(&self) -> Option<SystemTime> {
        std::fs::metadata(&self.path).and_then(|about| about.modified()).ok()
    }

    /// What everybody sees, now and from now on.
    pub fn board(&self) -> watch::Receiver<Arc<Board>> {
        self.board.clone()
    }

    /// Whose token this is.
    pub fn who(&self, token: &str) -> Option<Who> {
        self.board.borrow().doors.get(token).copied()
    }

    /// Has something done that this person may ask for.
    ///
    /// # Errors
    /// When it is not done.
    pub async fn ask(&self, who: Who, what: Value) -> Result<Value, Refusal> {
        self.call(|reply| Call::Do(who, what, reply)).await
    }

    /// Lets somebody in.
    ///
    /// # Errors
    /// When they cannot come in so.
    pub async fn join(&self, joining: Joining) -> Result<Value, Refusal> {
        self.call(|reply| Call::Join(joining, reply)).await
    }

    /// A file of the class, by its name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn sheet(&self, name: &str) -> Result<String, Refusal> {
        self.call(|reply| Call::Sheet(name.into(), reply)).await
    }

    /// Says that somebody has opened a page; they have closed it when what comes back is dropped.
    pub fn here(&self, person: u32) -> Here {
        self.send(Call::Here(person, true));
        Here { class: self.clone(), person }
    }

    async fn call<T>(&self, of: impl FnOnce(Reply<T>) -> Call) -> Result<T, Refusal> {
        let (reply, replied) = oneshot::channel();
        self.send(of(reply));
        replied
            .await
            .unwrap_or_else(|_| Err(Refusal::new(Fault::Broken, "this class has ended; start the program again")))
    }

    /// Where the class is gone, whoever waits is told so.
    fn send(&self, call: Call) {
        let _ = self.calls.lock().unwrap_or_else(PoisonError::into_inner).send(call);
    }
}

/// A page that somebody has open.
pub struct Here {
    class: Class,
    person: u32,
}

impl Drop for Here {
    fn drop(&mut self) {
        self.class.send(Call::Here(self.person, false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What used to end the whole program as it started, with all classes of the folder.
    #[test]
    fn a_class_whose_journal_was_edited_is_told_of_and_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let terms = Terms { threads: 1, away: Duration::from_secs(60), join: String::new() };
        let class = Class::open(folder.path(), "prohibition_dilemma", None, false, &terms).unwrap();
        let path = class.journal().to_owned();
        drop(class);
        let whole = std::fs::read_to_string(&path).unwrap();
        let seat = r#"{"joined":{"person":1,"name":"Ann","token":"t","word":"0000","post":{"seat":99}}}"#;
        for (line, wrong) in [(seat, "it names seat 99"), ("\"played\"", "cannot follow in the stage Lobby")] {
            std::fs::write(&path, format!("{whole}{line}\n")).unwrap();
            let told = Class::resume(&path, &terms).err().expect("a refusal").join("\n");
            assert!(told.contains("class.jsonl: entry 2") && told.contains(wrong), "{told}");
        }
        std::fs::write(&path, whole).unwrap();
        assert!(Class::resume(&path, &terms).is_ok());
    }
}
