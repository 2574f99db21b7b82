//! What a class knows of itself while it goes on: who is here, what was decided, what is still to be computed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, Weak};
use std::time::Instant;

use contraband_sim::scenario::Scenario;
use serde_json::Value;
use tokio::sync::watch;

use super::asks::Ask;
use super::figures::{Counters, Figures};
use super::journal::ClassJournal;
use super::published::Board;
use super::state::State;
use super::{ClassCall, ClassSettings, Refusal, Reply};
use crate::future::Future;
use crate::lesson::Lesson;
use crate::pace::Pace;

/// Whether someone has a page open.
#[derive(Default)]
pub(super) struct Presence {
    pub(super) pages: u32,
    /// When a page last said that someone is looking at it, or was opened.
    pub(super) seen: Option<Instant>,
    /// When their last page was closed.
    pub(super) left: Option<Instant>,
}

/// A request to come back in, from someone who says that they were here before.
pub(super) struct Knock {
    pub(super) number: u32,
    pub(super) person: u32,
    pub(super) token: String,
    /// The address that it came from.
    pub(super) from: Option<IpAddr>,
    /// Whether the teacher said no.
    pub(super) refused: bool,
}

/// A what-if that was asked for, and its progress.
pub(super) struct WhatIfState {
    pub(super) title: String,
    pub(super) done: usize,
    pub(super) of: usize,
    /// What it came to, or why nothing can be said of it; `None` until then.
    pub(super) result: Option<WhatIfOutcome>,
}

/// What a comparison came to, or a sentence for people about why it came to nothing.
pub(super) type WhatIfOutcome = Result<Value, String>;

/// Progress or result of a what-if.
pub(super) struct WhatIfUpdate {
    /// The count of undone rounds when it was started: an undo ends all comparisons.
    pub(super) era: u64,
    pub(super) number: usize,
    pub(super) done: usize,
    pub(super) of: usize,
    pub(super) result: Option<WhatIfOutcome>,
}

/// What has changed since it was last published.
#[derive(Default)]
pub(super) struct Fresh {
    /// The lines that everyone sees, and the teacher's.
    pub(super) class: bool,
    /// The town.
    pub(super) town: bool,
    /// The lines of all students.
    pub(super) all: bool,
    /// The lines of these students.
    pub(super) people: BTreeSet<u32>,
}

/// What a class is doing, for the case that it meets a defect of the program there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// What somebody asked for.
    Call,
    /// Days, and what else is due.
    Days,
    /// What everyone sees.
    Show,
}

/// A defect that only tests have: where it panics, and how many times.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Trap {
    pub(super) at: Doing,
    /// Only on this day and later ones.
    pub(super) from: u32,
    pub(super) times: u32,
}

/// Answers that are given when everything is on disk.
pub(super) enum Replies {
    Value(Reply<Value>, Result<Value, Refusal>),
    Sheet(Reply<String>, Result<String, Refusal>),
}

/// A class, on its thread.
pub(super) struct Room {
    pub(super) lesson: Lesson,
    /// The lesson's world without any decisions.
    pub(super) world: Scenario,
    pub(super) counters: Counters,
    pub(super) state: State,
    pub(super) journal: ClassJournal,
    pub(super) terms: ClassSettings,
    /// Why nobody but this machine can join, in sentences.
    pub(super) alone: Option<&'static str>,
    pub(super) future: Future,
    /// What each seat is asked in the open round, or will be in the next.
    pub(super) asks: Vec<Vec<Ask>>,
    /// What was asked in the rounds before.
    pub(super) asked: Vec<Vec<Vec<Ask>>>,
    /// Numbers of the rounds that were played.
    pub(super) figures: Vec<Figures>,
    /// Numbers of the month before the first round, once it has been run.
    pub(super) eve: Option<Figures>,
    pub(super) here: BTreeMap<u32, Presence>,
    /// Who was looking at a page when that was last checked.
    pub(super) present: BTreeSet<u32>,
    pub(super) knocks: Vec<Knock>,
    pub(super) knocked: u32,
    /// Wrong return PINs by person: how many, and when the last was tried.
    pub(super) tries: BTreeMap<u32, (u32, Instant)>,
    pub(super) what_ifs: Vec<WhatIfState>,
    /// Whether a comparison is being computed.
    pub(super) comparing: bool,
    /// How many rounds were undone: after an undo, all days are sent again.
    pub(super) era: u64,
    /// Whether the days of this round pass as fast as can be.
    pub(super) hurry: bool,
    pub(super) fresh: Fresh,
    /// What went wrong, in sentences for the teacher.
    pub(super) troubles: Vec<String>,
    pub(super) doing: Doing,
    /// Defects met in a row.
    pub(super) falls: u32,
    /// Whether no day is run any more, because of a defect that no decision of the class can change.
    pub(super) halted: bool,
    /// Whether the last line could not be written.
    pub(super) unwritten: bool,
    #[cfg(test)]
    pub(super) trap: Option<Trap>,
    pub(super) board: watch::Sender<Arc<Board>>,
    pub(super) calls: Weak<Mutex<Sender<ClassCall>>>,
    pub(super) pace: Pace,
    pub(super) rested: Instant,
    /// The moment at which all that is due in one turn is judged: if the program stands still within a turn, the next one
    /// notices it before anybody counts as gone.
    pub(super) moment: Instant,
}

/// What is said of a comparison that panicked.
pub(super) fn broken(said: &str) -> String {
    format!("this comparison met a defect of the program ({said}); the others go on")
}
