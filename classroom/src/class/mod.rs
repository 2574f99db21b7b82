//! A class: people in seats who run a town together, round by round, on a thread of its own.
//!
//! Commands come in as calls. What they change is written to the journal, and is on disk before anyone is told. What everyone
//! sees is a [`Board`]; readers always take the newest.

#[cfg(test)]
mod any_answer;
pub mod asks;
mod awards;
pub mod board;
pub mod debrief;
mod deeds;
mod export;
pub mod figures;
pub mod journal;
pub mod kept;
pub mod orders;
mod presence;
pub mod published;
mod recovery;
pub mod roles;
mod room;
mod state_of_room;
#[cfg(test)]
mod test_rooms;
mod what_ifs;
pub mod seats;
pub mod state;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contraband_lab::batch::{RunOutcome, Runner};
use contraband_sim::VERSION;
use contraband_sim::record::csv_dialect::CsvDialect;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::lesson::{Lesson, lesson};
use crate::story::QuestionSubject;
use journal::ClassJournal;
use published::{Board, PublishedLine, Who};
use seats::Post;
use state::{Entry, SCHEMA, SeatAnswers, State, WhatIf};
use state_of_room::Room;

/// Settings that a class is opened with.
#[derive(Clone, Debug)]
pub struct ClassSettings {
    /// Threads of the world, from 1; they change speed only.
    pub threads: usize,
    /// Time without an open page after which a bot plays for someone.
    pub away: Duration,
    /// Time for which a rehearsal shows each stage.
    pub rest: Duration,
    /// Address where people join, up to the code.
    pub join: String,
}

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of error.
    pub fault: Fault,
    /// The reasons, in sentences for people.
    pub wrong: Vec<String>,
}

/// Kinds of errors, each with a status code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The command is not valid.
    Nonsense,
    /// The command comes too late, too early, or twice.
    NotNow,
    /// Someone has this name already.
    Taken,
    /// The return PIN is not the one of this name.
    WrongWord,
    /// The sender may not do this.
    NotYours,
    /// The token is not known.
    Stranger,
    /// There is no such class or file.
    Missing,
    /// The request is not marked as JSON.
    NotJson,
    /// Too many tries; it can be tried again after this time.
    TooOften(Duration),
    /// The disk cannot be written, or the class has ended.
    Broken,
}

impl Refusal {
    pub(crate) fn new(fault: Fault, wrong: impl Into<String>) -> Self {
        Self { fault, wrong: vec![wrong.into()] }
    }
}

/// Someone who wants to join.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// Their name: a new one, or the one they already have here.
    pub name: String,
    /// The return PIN, from someone who was here before.
    #[serde(default)]
    pub word: Option<String>,
    /// Whether to ask the teacher to let them back in without the PIN.
    #[serde(default)]
    pub knock: bool,
    /// 32 hexadecimal digits that the page made up before it asked, which become its token: when the answer is lost on the way,
    /// the page asks again with the same key and gets the same seat.
    #[serde(default)]
    pub key: Option<String>,
    /// The address that this comes from; the server fills it in.
    #[serde(skip)]
    pub from: Option<IpAddr>,
    /// Whose token the request carries, if it is one of this class.
    #[serde(skip)]
    pub own: Option<Who>,
}

/// The commands of a student.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// Changes nothing: it says that someone is looking at the page.
    Here,
    /// Answers the question before the lesson.
    Predict {
        /// Number of the answer, from 0.
        answer: usize,
    },
    /// Decides for their seat.
    Decide {
        /// The open round, from 1.
        round: u32,
        /// Answers that differ from the current ones, by key of the question.
        answers: SeatAnswers,
    },
    /// Votes for a law.
    Vote {
        /// The open round, from 1.
        round: u32,
        /// Number of the law in the round's list, from 0.
        law: usize,
    },
    /// Predicts whether the first measure will rise.
    Foretell {
        /// The open round, from 1.
        round: u32,
        /// Whether it will rise.
        rises: bool,
    },
    /// All that someone decides in a round, in one: nothing of it counts unless all of it is valid.
    Send {
        /// The open round, from 1.
        round: u32,
        /// Answers for their seat, as in [`Deed::Decide`].
        #[serde(default)]
        answers: Option<SeatAnswers>,
        /// The law they vote for, as in [`Deed::Vote`].
        #[serde(default)]
        law: Option<usize>,
        /// Their prediction, as in [`Deed::Foretell`].
        #[serde(default)]
        rises: Option<bool>,
    },
}

/// The commands of the teacher.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum TeacherCommand {
    /// Moves the class to its next stage.
    Advance {
        /// The stage that the teacher sees now: a second click changes nothing.
        stage: state::Stage,
        /// The round that the teacher sees now, 0 before the first.
        round: u32,
    },
    /// Reopens the round that was closed last.
    Undo {
        /// The round that the teacher sees as closed last: the same order sent twice does not undo two rounds. Whichever it is
        /// without it.
        #[serde(default)]
        round: Option<u32>,
    },
    /// Pauses or resumes the class.
    Pause {
        /// Whether it is paused from now on.
        paused: bool,
    },
    /// Sets how fast days pass.
    Speed {
        /// Days per second, 1 to 100.
        days: u32,
    },
    /// Sets whether a round closes by itself when everyone has decided.
    Auto {
        /// Whether it does.
        auto: bool,
    },
    /// Sets whether newcomers go to the newsroom.
    Lock {
        /// Whether they do.
        locked: bool,
    },
    /// Sets whether names are hidden on the projector.
    Hide {
        /// Whether they are.
        hidden: bool,
    },
    /// Gives someone another name.
    Rename {
        /// Number of the person.
        person: u32,
        /// The new name.
        name: String,
    },
    /// Gives someone another post; whoever has it swaps with them.
    Move {
        /// Number of the person.
        person: u32,
        /// The new post.
        to: Post,
    },
    /// Removes someone from the class.
    Remove {
        /// Number of the person.
        person: u32,
    },
    /// Hands a seat to a bot, or back to its owner.
    Bot {
        /// Number of the seat, from 0.
        seat: usize,
        /// Whether a bot plays it.
        bot: bool,
    },
    /// Answers someone who asks to come back in.
    Admit {
        /// Number of the request.
        knock: u32,
        /// Whether they may.
        yes: bool,
    },
    /// Compares the class with another history.
    WhatIf(WhatIf),
    /// Ends the rounds, or in the debrief the class.
    End,
    /// Asks for what is known about someone or something, and why.
    Story {
        /// The day.
        day: u32,
        /// The person, seller, market, place or event.
        about: QuestionSubject,
    },
}

/// A call to the class's thread, with a channel for the answer.
enum ClassCall {
    Do(Who, Value, Reply<Value>),
    Join(Joining, Reply<Value>),
    Sheet(String, CsvDialect, Reply<String>),
    /// A page of this person has come or gone.
    Here(u32, Page),
    /// People reach the server at this address from now on; why others than this machine do not; and the line that tells the
    /// teacher of all.
    Reached(String, Option<&'static str>, PublishedLine),
    /// Progress or result of a what-if.
    Found(state_of_room::WhatIfUpdate),
    /// Lets the class meet a defect, as only tests do.
    #[cfg(test)]
    Trap(state_of_room::Trap),
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// It was opened.
    Came,
    /// It was closed.
    Left,
    /// The network has not acknowledged anything from it for so long that it was given up.
    Lost,
}

type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// A handle of a class. The class ends when the last of these is dropped, and can be resumed.
#[derive(Clone)]
pub struct Class {
    code: String,
    teacher: String,
    lesson: String,
    rehearsal: bool,
    path: PathBuf,
    calls: Arc<Mutex<Sender<ClassCall>>>,
    board: watch::Receiver<Arc<Board>>,
}

impl Class {
    /// Opens a class of this lesson, with a journal in a folder of its own.
    ///
    /// # Errors
    /// When the lesson is not known or does not fit, or the journal cannot be written: sentences for people.
    pub fn open(
        classes: &Path,
        name: &str,
        seed: Option<u64>,
        rehearsal: bool,
        terms: &ClassSettings,
    ) -> Result<Self, Vec<String>> {
        let lesson = lesson(name).map_err(|wrong| vec![wrong])?;
        // No code is used twice: a journal that exists cannot be started again.
        let code = seats::code();
        let mut journal = ClassJournal::begin(classes, &code)
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
    /// When the journal cannot be read, or its lesson no longer exists: sentences for people.
    pub fn resume(path: &Path, terms: &ClassSettings) -> Result<Self, Vec<String>> {
        let (journal, entries) =
            ClassJournal::resume(path).map_err(|error| vec![format!("cannot read {}: {error}", path.display())])?;
        let Some(Entry::Opened { schema: SCHEMA, lesson: name, .. }) = entries.first() else {
            return Err(vec![format!("{} is not a class journal that this version can read", path.display())]);
        };
        let lesson = lesson(name).map_err(|wrong| vec![format!("{}: {wrong}", path.display())])?;
        let state =
            State::of_journal(&entries, &lesson).map_err(|wrong| vec![format!("{}: {wrong}", path.display())])?;
        Self::start(lesson, journal, state, terms)
    }

    fn start(lesson: Lesson, journal: ClassJournal, state: State, terms: &ClassSettings) -> Result<Self, Vec<String>> {
        let (code, teacher, name) = (state.code.clone(), state.teacher.clone(), state.lesson.clone());
        let (rehearsal, path) = (state.rehearsal, journal.path().to_owned());
        let (calls, waiting) = channel();
        let calls = Arc::new(Mutex::new(calls));
        let (tell, board) = watch::channel(Arc::new(Board::new()));
        let weak = Arc::downgrade(&calls);
        // A defect of the program that only this class meets must not end all others.
        let room = match Runner::plain(1).one(|_| Ok(Room::new(lesson, journal, state, terms, weak, tell))) {
            Some(RunOutcome::Done(room)) => room?,
            Some(RunOutcome::Failed(said)) => {
                return Err(vec![format!("{}: a defect of the program keeps it closed ({said})", path.display())]);
            }
            Some(RunOutcome::TimedOut(_)) | None => return Err(vec![format!("{} was not opened", path.display())]),
        };
        std::thread::spawn(move || room.live(&waiting));
        Ok(Self { code, teacher, lesson: name, rehearsal, path, calls, board })
    }

    /// The code that people type to join.
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

    /// Whether it is a rehearsal, in which only bots play.
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

    /// Path of its journal.
    pub fn journal(&self) -> &Path {
        &self.path
    }

    /// What everyone sees, now and from now on.
    pub fn board(&self) -> watch::Receiver<Arc<Board>> {
        self.board.clone()
    }

    /// Who this token belongs to; `None` if it is not known.
    pub fn who(&self, token: &str) -> Option<Who> {
        self.board.borrow().doors.get(token).copied()
    }

    /// Carries out a command of this person.
    ///
    /// # Errors
    /// When it is not valid, not allowed, or not possible now; then nothing changes.
    pub async fn ask(&self, who: Who, what: Value) -> Result<Value, Refusal> {
        self.call(|reply| ClassCall::Do(who, what, reply)).await
    }

    /// Lets someone join, or come back.
    ///
    /// # Errors
    /// When the name is taken or not valid, the PIN is wrong, or the class is full or over.
    pub async fn join(&self, joining: Joining) -> Result<Value, Refusal> {
        self.call(|reply| ClassCall::Join(joining, reply)).await
    }

    /// The content of a file of the class, by its name; of tables, in this dialect.
    ///
    /// # Errors
    /// When there is no such file.
    pub async fn sheet(&self, name: &str, dialect: CsvDialect) -> Result<String, Refusal> {
        self.call(|reply| ClassCall::Sheet(name.into(), dialect, reply)).await
    }

    /// Says that this person has opened a page. The page counts as closed when the returned value is dropped.
    pub fn here(&self, person: u32) -> Here {
        self.send(ClassCall::Here(person, Page::Came));
        Here { class: self.clone(), person, gone: Page::Left }
    }

    /// Says at which address people reach the server from now on. `alone` is why nobody but this machine
    /// does, in sentences; `all` is the line that tells the teacher of all addresses.
    pub fn reached_at(&self, join: String, alone: Option<&'static str>, all: &Value) {
        self.send(ClassCall::Reached(join, alone, published::line(all)));
    }

    async fn call<T>(&self, of: impl FnOnce(Reply<T>) -> ClassCall) -> Result<T, Refusal> {
        let (reply, replied) = oneshot::channel();
        self.send(of(reply));
        replied.await.unwrap_or_else(|_| {
            let wrong = if self.is_gone() {
                "this class has ended; start the program again"
            } else {
                "a defect of the program kept this from being done; the class goes on, and the teacher is told"
            };
            Err(Refusal::new(Fault::Broken, wrong))
        })
    }

    /// Sends a call. If the class has ended, whoever waits for the answer is told so.
    fn send(&self, call: ClassCall) {
        let _ = self.calls.lock().unwrap_or_else(PoisonError::into_inner).send(call);
    }
}

/// A page that someone has open.
pub struct Here {
    class: Class,
    person: u32,
    gone: Page,
}

impl Here {
    /// The page was not closed: the network has lost it.
    pub fn lost(&mut self) {
        self.gone = Page::Lost;
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.class.send(ClassCall::Here(self.person, self.gone));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What used to end the whole program as it started, with all classes of the folder.
    #[test]
    fn a_class_whose_journal_was_edited_is_told_of_and_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let terms = ClassSettings {
            threads: 1,
            away: Duration::from_mins(1),
            rest: Duration::from_millis(50),
            join: String::new(),
        };
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
