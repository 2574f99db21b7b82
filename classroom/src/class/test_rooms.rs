//! Classes for tests: small towns after their first round, with their journals.

use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use super::journal::ClassJournal;
use super::state::{Closed, Entry, State, WhatIf};
use super::state_of_room::Room;
use super::{ClassCall, ClassSettings, Joining};
use crate::lesson::Lesson;

pub(super) fn terms() -> ClassSettings {
    ClassSettings { threads: 1, away: Duration::from_mins(1), rest: Duration::from_millis(50), join: String::new() }
}

/// A small town with few people.
pub(super) fn village() -> Lesson {
    let mut lesson = crate::lesson::small();
    lesson.set = vec![("citizens.count".into(), "100".into())];
    lesson
}

/// A class after its first round, with these histories asked for, and what its thread would be told.
pub(super) fn room(asked: &[WhatIf]) -> (Room, Receiver<ClassCall>, Arc<Mutex<Sender<ClassCall>>>, tempfile::TempDir) {
    let lines = [Entry::Began, Entry::Deciding, Entry::Closed(Closed::default()), Entry::Played];
    let lines: Vec<Entry> = lines.into_iter().chain(asked.iter().cloned().map(Entry::Asked)).collect();
    let (journal, folder) = journal(&lines);
    let (calls, waiting) = std::sync::mpsc::channel();
    let calls = Arc::new(Mutex::new(calls));
    let board = watch::channel(Arc::default()).0;
    let room = Room::new(village(), journal, State::of(&lines), &terms(), Arc::downgrade(&calls), board).unwrap();
    (room, waiting, calls, folder)
}

/// A journal with these lines on disk.
pub(super) fn journal(lines: &[Entry]) -> (ClassJournal, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = ClassJournal::begin(folder.path(), "BCDFGH").unwrap();
    for line in lines {
        journal.note(line);
    }
    journal.sync().unwrap();
    (journal, folder)
}

pub(super) fn joined(room: &mut Room, name: &str) -> u32 {
    let joining = Joining { name: name.into(), ..Joining::default() };
    room.join(&joining).unwrap()["person"].as_u64().unwrap() as u32
}
