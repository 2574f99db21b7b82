//! How a class goes on after defects and a disk that does not write: it is what its journal says.

use std::collections::BTreeSet;

use contraband_lab::batch::caught;
use contraband_sim::scenario::Scenario;

use super::orders::{fitted, scenario};
use super::state::{Closed, Entry, Stage, State};
use super::state_of_room::{Doing, Fresh, Replies, Room};
use super::{Fault, Refusal};
use crate::lesson::Lesson;
use crate::pace::now;

impl Room {
    /// Panics where a test wants it to.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests have traps"))]
    pub(super) fn trip(&mut self) {
        #[cfg(test)]
        if let Some(trap) = self.trap.as_mut().filter(|trap| trap.at == self.doing && trap.times > 0)
            && self.future.lived() + 1 >= trap.from
        {
            trap.times -= 1;
            panic!("a trap at {:?}", trap.at);
        }
    }

    /// Undoes what could not be written: the class is what its journal says.
    pub(super) fn fall_back(&mut self, error: &std::io::Error, answers: &mut [Replies]) {
        let wrong = format!("cannot write {}: {error}", self.journal.path().display());
        refuse(answers, &wrong);
        self.trouble(wrong);
        self.unwritten = true;
        self.restore();
        // The lines were taken before, so they fit.
        let _ = self.steer();
        self.fresh.all = true;
    }

    /// Makes the state again from what is on disk.
    fn restore(&mut self) {
        if let Ok(entries) = self.journal.again() {
            self.state = State::of(&entries);
            let _ = mended(&self.lesson, &self.world, &mut self.state);
        }
    }

    /// A defect of the program ended what was being done. The class is what its journal says, and goes on from there; where the
    /// days of a round cannot be run, from the decisions of that round. Whether it can.
    pub(super) fn recover(&mut self, said: &str, answers: &mut [Replies]) -> bool {
        self.falls += 1;
        let falls = self.falls;
        // What can only not be shown is on disk, and was done.
        if self.doing != Doing::Show {
            refuse(answers, &format!("a defect of the program kept this from being done ({said}); the class goes on"));
        }
        let again = caught(|| {
            self.restore();
            let (day, round) = (self.day() + 1, self.state.closed().count());
            let running = self.state.stage == Stage::Play || self.day() < self.floor();
            let told = match self.doing {
                Doing::Days | Doing::Show if round > 0 && (falls > 1 || (running && self.doing == Doing::Days)) => {
                    self.note(Entry::Undone);
                    self.note(Entry::Paused { paused: true });
                    format!(
                        "a defect of the program met this class on day {day} ({said}): round {round} is open again with \
                         what was sent, and the class is paused; change a decision, or let a bot play, then press Resume"
                    )
                }
                Doing::Days if running && falls > 2 => {
                    self.halted = true;
                    format!(
                        "a defect of the program keeps day {day} of this town from being run ({said}): open another class"
                    )
                }
                Doing::Days if running => format!("a defect of the program met day {day} ({said}); it is tried again"),
                Doing::Days => {
                    self.note(Entry::Paused { paused: true });
                    format!("a defect of the program met this class ({said}); it is paused: press Resume to go on")
                }
                Doing::Call => format!("a defect of the program kept a command from being carried out ({said})"),
                Doing::Show => format!("a defect of the program kept the pages from being renewed ({said})"),
            };
            let halted = self.halted;
            self.trouble(told);
            let steered = self.steer();
            self.halted = halted;
            self.rested = now();
            self.fresh = Fresh { class: true, town: true, all: true, people: BTreeSet::new() };
            (steered.is_ok() || falls < 3) && self.journal.sync().is_ok()
        });
        let shown = again.unwrap_or(false) && {
            self.doing = Doing::Show;
            caught(|| {
                self.trip();
                self.publish();
            })
            .is_ok()
        };
        // What cannot be shown is tried again with the round before, and then given up: the journal is whole.
        shown
            || (falls <= 1 + self.lesson.rounds && {
                self.fresh.all = true;
                true
            })
    }
}

/// Makes what a journal holds fit its lesson, which may have been another when it was written, and tells what does not count.
pub(super) fn mended(lesson: &Lesson, world: &Scenario, state: &mut State) -> Result<Vec<String>, Vec<String>> {
    let closed: Vec<Closed> = state.closed().cloned().collect();
    if scenario(lesson, world, &closed).is_ok() {
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    let mut before = Vec::new();
    for round in state.rounds.iter_mut().filter_map(|round| round.closed.as_mut()) {
        let (fits, _, unfit) = fitted(lesson, world, &before, round.clone())?;
        *round = fits.clone();
        before.push(fits);
        told.extend(unfit);
    }
    Ok(told)
}

/// Refuses all commands that were not written down.
fn refuse(answers: &mut [Replies], wrong: &str) {
    for answer in answers {
        if let Replies::Value(_, result) = answer {
            *result = Err(Refusal::new(Fault::Broken, wrong));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::super::journal::ClassJournal;
    use super::super::published::{Board, PublishedLine, Who};
    use super::super::state::WhatIf;
    use super::super::state_of_room::Trap;
    use super::super::test_rooms::{journal, room, terms, village};
    use super::super::{Class, ClassCall};
    use super::*;

    /// A class on a thread of its own, after its first round.
    fn living() -> (Class, tempfile::TempDir) {
        let lines = [Entry::Began, Entry::Deciding, Entry::Closed(Closed::default()), Entry::Played];
        let (journal, folder) = journal(&lines);
        (Class::start(village(), journal, State::of(&lines), &terms()).unwrap(), folder)
    }

    fn ask(class: &Class, what: Value) -> Result<Value, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(class.ask(Who::Teacher, what))
    }

    fn advance(class: &Class, stage: &str, round: u32) {
        ask(class, json!({"do": "advance", "stage": stage, "round": round})).unwrap();
    }

    /// Waits until a line of the board is so.
    fn until(class: &Class, of: impl Fn(&Board) -> &PublishedLine, is: impl Fn(&Value) -> bool) -> Value {
        let board = class.board();
        for _ in 0..6_000 {
            let line = serde_json::from_str(of(&board.borrow())).unwrap_or_default();
            if is(&line) {
                return line;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it never is so: {}", of(&board.borrow()));
    }

    fn stands(class: &Class, stage: &str, round: u32) -> Value {
        until(class, |board| &board.class, |line| line["stage"] == stage && line["round"] == round)
    }

    /// Plays round 2 as fast as can be.
    fn second(class: &Class) -> Value {
        advance(class, "decide", 2);
        advance(class, "play", 2);
        stands(class, "results", 2)
    }

    #[test]
    fn a_day_that_panics_opens_its_round_again_and_the_class_goes_on_as_if_nothing_had_been() {
        let (other, _other_folder) = living();
        advance(&other, "results", 1);
        let whole = second(&other);
        let (class, folder) = living();
        advance(&class, "results", 1);
        let from = village().window(2).0 + 7;
        class.send(ClassCall::Trap(Trap { at: Doing::Days, from, times: 1 }));
        advance(&class, "decide", 2);
        let _ = ask(&class, json!({"do": "advance", "stage": "play", "round": 2}));
        let paused = until(&class, |board| &board.class, |line| line["paused"] == true);
        assert_eq!((&paused["stage"], &paused["round"]), (&json!("decide"), &json!(2)));
        let told = until(&class, |board| &board.monitor, |line| line["troubles"][0].is_string())["troubles"][0].clone();
        let told = told.as_str().unwrap();
        assert!(told.contains(&format!("on day {from} (a trap at Days): round 2 is open again")), "{told}");
        ask(&class, json!({"do": "pause", "paused": false})).unwrap();
        assert_eq!(second(&class)["measures"], whole["measures"]);
        // All of it is in the journal, and the same class can be opened again.
        drop(class);
        let path = super::super::journal::path_of(folder.path(), "BCDFGH");
        let (_, lines) = ClassJournal::resume(&path).unwrap();
        let state = State::of_journal(&lines, &village()).unwrap();
        assert_eq!((state.stage, state.closed().count()), (Stage::Results, 2));
    }

    #[test]
    fn a_command_that_panics_is_refused_and_nothing_else() {
        let (class, _folder) = living();
        until(&class, |board| &board.class, |line| line["measures"][0]["values"][0].is_number());
        class.send(ClassCall::Trap(Trap { at: Doing::Call, from: 0, times: 1 }));
        let refusal = ask(&class, json!({"do": "speed", "days": 50})).unwrap_err();
        assert!(refusal.wrong[0].contains("the class goes on"), "{refusal:?}");
        let told = until(&class, |board| &board.monitor, |line| line["troubles"][0].is_string());
        assert!(told["troubles"][0].as_str().unwrap().contains("a trap at Call"), "{told}");
        assert_eq!(stands(&class, "results", 1)["speed"], 3);
        ask(&class, json!({"do": "speed", "days": 50})).unwrap();
        assert_eq!(stands(&class, "results", 1)["speed"], 50);
    }

    /// Its own next history is compared, and a class beside it is played as if it were alone.
    #[test]
    fn a_what_if_that_panics_is_told_in_its_class_and_no_other_class_notices() {
        let (alone, _alone_folder) = living();
        advance(&alone, "results", 1);
        let whole = second(&alone);
        let (mut room, waiting, calls, _folder) = room(&[WhatIf::Seeds, WhatIf::Bots]);
        let class = Class {
            code: String::new(),
            teacher: String::new(),
            lesson: String::new(),
            rehearsal: false,
            path: PathBuf::new(),
            calls,
            board: room.board.subscribe(),
        };
        let (other, _other_folder) = living();
        advance(&other, "results", 1);
        room.begin(0, |_| panic!("no good"));
        std::thread::spawn(move || room.live(&waiting));
        assert_eq!(second(&other)["measures"], whole["measures"]);
        let first = until(&class, |board| &board.what_ifs[0], |line| line["wrong"].is_string());
        assert!(first["wrong"].as_str().unwrap().contains("a defect of the program (no good)"), "{first}");
        until(&class, |board| &board.what_ifs[1], |line| line["result"].is_object());
        let told = until(&other, |board| &board.monitor, |line| line["troubles"].is_array());
        assert_eq!(told["troubles"], json!([]));
    }

    #[test]
    fn pages_that_panic_are_made_again_and_what_was_asked_is_done() {
        let (class, _folder) = living();
        until(&class, |board| &board.class, |line| line["measures"][0]["values"][0].is_number());
        class.send(ClassCall::Trap(Trap { at: Doing::Show, from: 0, times: 1 }));
        ask(&class, json!({"do": "speed", "days": 50})).unwrap();
        assert_eq!(until(&class, |board| &board.class, |line| line["speed"] == 50)["stage"], "results");
        advance(&class, "results", 1);
    }

    /// What no decision of the class can mend is tried three times, and then left; everything else can still be asked.
    #[test]
    fn a_town_that_cannot_be_run_at_all_is_told_and_nothing_runs_in_circles() {
        let (journal, _folder) = journal(&[]);
        let class = Class::start(village(), journal, State::of(&[]), &terms()).unwrap();
        class.send(ClassCall::Trap(Trap { at: Doing::Days, from: 3, times: u32::MAX }));
        let is = |line: &Value| {
            line["troubles"]
                .as_array()
                .is_some_and(|all| all.iter().any(|told| told.to_string().contains("open another class")))
        };
        until(&class, |board| &board.monitor, is);
        advance(&class, "lobby", 0);
        assert_eq!(stands(&class, "briefing", 0)["stage"], "briefing");
    }
}
