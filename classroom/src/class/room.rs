//! The thread of a class: it writes down what happens, lets days pass, and shows everyone what they may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use contraband_lab::batch::{self, Runner};
use serde_json::Value;
use tokio::sync::watch;

use super::debrief::{Comparison, compare};
use super::figures::Counters;
use super::journal::ClassJournal;
use super::orders::{asks_on, other, scenario};
use super::published::Board;
use super::seats::Post;
use super::state::{Closed, Entry, Held, Stage, State};
use super::state_of_room::{Fresh, Presence, Room, WhatIfOutcome, WhatIfState, WhatIfUpdate, broken};
use super::{ClassCall, ClassSettings, Fault, Refusal, Reply, export};
use crate::future::Future;
use crate::lesson::Lesson;
use crate::pace::{Pace, now};

/// Shortest time between two updates of the town while days pass: more than eyes can follow help nobody.
const BEAT: Duration = Duration::from_millis(80);
/// Commands that are written to disk together, at most.
const TOGETHER: usize = 512;

/// Answers that are given when everything is on disk.
enum Replies {
    Value(Reply<Value>, Result<Value, Refusal>),
    Sheet(Reply<String>, Result<String, Refusal>),
}

impl Room {
    pub(super) fn new(
        lesson: Lesson,
        journal: ClassJournal,
        state: State,
        terms: &ClassSettings,
        calls: Weak<Mutex<Sender<ClassCall>>>,
        board: watch::Sender<Arc<Board>>,
    ) -> Result<Self, Vec<String>> {
        let world = lesson.world(state.seed)?;
        let counters = Counters::of(&lesson).map_err(|wrong| vec![wrong])?;
        let closed: Vec<Closed> = state.closed().cloned().collect();
        let future = Future::new(Arc::new(scenario(&lesson, &world, &closed)?), terms.threads);
        let mut room = Self {
            lesson,
            world,
            counters,
            state,
            journal,
            terms: terms.clone(),
            future,
            asks: Vec::new(),
            asked: Vec::new(),
            figures: Vec::new(),
            eve: None,
            here: BTreeMap::new(),
            present: BTreeSet::new(),
            knocks: Vec::new(),
            knocked: 0,
            tries: BTreeMap::new(),
            what_ifs: Vec::new(),
            comparing: false,
            era: 0,
            hurry: false,
            fresh: Fresh { class: true, town: true, all: true, people: BTreeSet::new() },
            board,
            calls,
            pace: Pace::start(),
            rested: now(),
        };
        room.ask_again()?;
        room.list_what_ifs();
        // Whoever was here when the program ended has a minute to come back, like anyone who closes a page.
        for person in room.state.people.keys().copied().collect::<Vec<_>>() {
            room.greet(person);
        }
        room.publish();
        Ok(room)
    }

    pub(super) fn live(mut self, calls: &Receiver<ClassCall>) {
        loop {
            let call = match self.wait() {
                None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => calls.recv_timeout(wait),
            };
            let mut answers = Vec::new();
            match call {
                Ok(call) => {
                    self.take(call, &mut answers);
                    while answers.len() < TOGETHER {
                        let Ok(call) = calls.try_recv() else { break };
                        self.take(call, &mut answers);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.go_on();
            if let Err(error) = self.journal.sync() {
                self.fall_back(&error, &mut answers);
            }
            self.publish();
            for answer in answers {
                // Whoever asked may have left; the command is carried out all the same.
                match answer {
                    Replies::Value(reply, result) => drop(reply.send(result)),
                    Replies::Sheet(reply, result) => drop(reply.send(result)),
                }
            }
        }
    }

    /// Undoes what could not be written: the class is what its journal says.
    fn fall_back(&mut self, error: &std::io::Error, answers: &mut [Replies]) {
        let wrong = || Refusal::new(Fault::Broken, format!("cannot write {}: {error}", self.journal.path().display()));
        for answer in answers.iter_mut() {
            if let Replies::Value(_, result) = answer {
                *result = Err(wrong());
            }
        }
        if let Ok((journal, entries)) = ClassJournal::resume(self.journal.path()) {
            (self.journal, self.state) = (journal, State::of(&entries));
            // The lines were taken before, so they fit.
            let _ = self.steer();
        }
        self.fresh.all = true;
    }

    fn take(&mut self, call: ClassCall, answers: &mut Vec<Replies>) {
        match call {
            ClassCall::Do(who, what, reply) => {
                let result = self.follow(who, what);
                answers.push(Replies::Value(reply, result));
            }
            ClassCall::Join(joining, reply) => {
                let result = self.join(&joining);
                answers.push(Replies::Value(reply, result));
            }
            ClassCall::Sheet(name, dialect, reply) => {
                let result = export::sheet(self, &name, dialect);
                answers.push(Replies::Sheet(reply, result));
            }
            ClassCall::Here(person, here) => {
                let presence = self.here.entry(person).or_default();
                presence.pages = if here { presence.pages + 1 } else { presence.pages.saturating_sub(1) };
                presence.left = (presence.pages == 0).then(now);
                presence.seen = None;
                self.fresh.class = true;
            }
            ClassCall::Found(found) => self.find(found),
        }
    }

    /// Adds a line to the journal: it counts from now on, and is on disk before anyone is told.
    pub(super) fn note(&mut self, entry: Entry) {
        self.journal.note(&entry);
        self.state.apply(entry);
        self.fresh.class = true;
    }

    /// The same, for a change that everyone sees.
    pub(super) fn turn(&mut self, entry: Entry) {
        self.note(entry);
        self.fresh.all = true;
        self.rested = now();
    }

    /// Whether someone is looking at a page, or was until a moment ago.
    pub(super) fn is_here(&self, person: u32) -> bool {
        let lately = |when: Instant| when.elapsed() < self.terms.away;
        self.here
            .get(&person)
            .is_some_and(|who| if who.pages > 0 { who.seen.is_none_or(lately) } else { who.left.is_some_and(lately) })
    }

    /// Counts someone as present who will open a page in a moment.
    pub(super) fn greet(&mut self, person: u32) {
        self.here.insert(person, Presence { left: Some(now()), ..Presence::default() });
    }

    /// Someone is looking at a page.
    pub(super) fn see(&mut self, person: u32) {
        self.here.entry(person).or_default().seen = Some(now());
    }

    /// The first and the last day of the round that was closed last; before any, the day before the first round twice.
    fn played_window(&self) -> (u32, u32) {
        match self.state.closed().count() as u32 {
            0 => (self.lesson.past, self.lesson.past),
            rounds => self.lesson.window(rounds),
        }
    }

    /// The day up to which days are run without a pause between them.
    fn floor(&self) -> u32 {
        let (first, last) = self.played_window();
        if self.state.stage == Stage::Play && !self.hurry { first - 1 } else { last }
    }

    /// The last day that has been run.
    pub(super) fn day(&self) -> u32 {
        self.future.lived()
    }

    /// How long the thread may wait for a call; `None` for as long as it takes.
    fn wait(&self) -> Option<Duration> {
        if self.day() < self.floor() {
            return Some(Duration::ZERO);
        }
        let mut wait = None;
        let mut within = |time: Duration| wait = Some(wait.map_or(time, |known: Duration| known.min(time)));
        if !self.state.paused {
            if self.state.stage == Stage::Play {
                within(self.pace.left(self.beat()));
            } else if self.goes_on_alone() {
                within(self.terms.rest.saturating_sub(self.rested.elapsed()));
            }
        }
        if self.here.values().any(|who| who.left.is_some() || who.seen.is_some()) {
            // Nobody reports that someone has stopped looking: it has to be checked.
            within(self.terms.away / 40);
        }
        wait
    }

    fn goes_on_alone(&self) -> bool {
        self.state.rehearsal && self.state.stage < Stage::Debrief
    }

    /// Time between two days at the chosen speed.
    fn beat(&self) -> Duration {
        Duration::from_secs(1) / self.state.speed.max(1)
    }

    /// Does what is due: days, results, presence, what-ifs.
    fn go_on(&mut self) {
        let (floor, end) = (self.floor(), self.played_window().1);
        if self.day() < floor {
            self.step();
            self.fresh.town |= self.day() == floor || self.pace.may_tell(BEAT);
        } else if !self.state.paused && self.state.stage == Stage::Play && self.pace.left(self.beat()).is_zero() {
            self.pace.step(self.beat());
            self.step();
            self.fresh.town |= self.pace.may_tell(BEAT);
        }
        if self.state.stage == Stage::Play && self.day() >= end {
            self.hurry = false;
            self.turn(Entry::Played);
            self.fresh.town = true;
        }
        if !self.state.paused {
            let everybody = self.waiting() == 0 && self.state.people.keys().any(|&person| self.state.decided(person));
            if self.state.stage == Stage::Decide && self.state.auto && everybody {
                // If something does not fit, the teacher is told when closing the round by hand.
                let _ = self.close();
            } else if self.goes_on_alone()
                && self.state.stage != Stage::Play
                && self.rested.elapsed() >= self.terms.rest
            {
                let _ = self.advance();
            }
        }
        let away = self.terms.away;
        self.here.retain(|_, who| who.left.is_none_or(|left| left.elapsed() < away));
        let present: BTreeSet<u32> = self.here.keys().copied().filter(|&person| self.is_here(person)).collect();
        if present != self.present {
            self.present = present;
            self.fresh.class = true;
        }
        self.compare_next();
    }

    fn step(&mut self) {
        self.future.step();
        if self.day() == self.lesson.past && self.lesson.past >= self.lesson.days {
            let days = &self.future.days()[(self.lesson.past - self.lesson.days + 1) as usize..];
            self.eve = Some(self.counters.count(days));
            self.fresh.all = true;
        }
        while self.figures.len() < self.state.closed().count() {
            let (first, last) = self.lesson.window(self.figures.len() as u32 + 1);
            if self.day() < last {
                break;
            }
            self.figures.push(self.counters.count(&self.future.days()[first as usize..=last as usize]));
            self.fresh.all = true;
        }
    }

    /// How many of those who are here have not done what the open round asks of them.
    pub(super) fn waiting(&self) -> usize {
        if self.state.stage != Stage::Decide {
            return 0;
        }
        self.state.people.keys().filter(|&&person| self.is_here(person) && !self.state.decided(person)).count()
    }

    /// Moves to the next stage.
    pub(super) fn advance(&mut self) -> Result<(), Refusal> {
        match self.state.stage {
            Stage::Lobby => self.turn(Entry::Began),
            Stage::Results if self.state.round() == self.lesson.rounds => self.turn(Entry::Debriefing),
            Stage::Briefing | Stage::Results => {
                self.turn(Entry::Deciding);
                self.ask_again().map_err(nonsense)?;
            }
            Stage::Decide => self.close()?,
            Stage::Play => self.hurry = true,
            Stage::Debrief => self.turn(Entry::Ended),
            Stage::Ended => return Err(Refusal::new(Fault::NotNow, "this class is over")),
        }
        Ok(())
    }

    /// Closes the open round: whoever is late keeps their last answers, whoever is away is played by a bot.
    fn close(&mut self) -> Result<(), Refusal> {
        let round = self.state.rounds.last().expect("a round is open");
        let mut closed = Closed::default();
        for seat in 0..self.lesson.seats.len() {
            let Some(person) = self.state.at(Post::Seat(seat)) else { continue };
            let said = round.said.get(&seat);
            if self.state.bots.contains(&seat) || (said.is_none() && !self.is_here(person)) {
                continue;
            }
            let mut answers = self.state.before(seat).cloned().unwrap_or_default();
            answers.extend(said.cloned().unwrap_or_default());
            let name = self.state.people[&person].name.clone();
            closed.held.insert(seat, Held { name, late: said.is_none(), answers });
        }
        let laws = self.lesson.laws_of(self.state.round()).len();
        let votes = |of: &dyn Fn(Post) -> bool| {
            let mut counts = vec![0; laws];
            for (person, &law) in &round.votes {
                if self.state.people.get(person).is_some_and(|who| of(who.post)) && law < laws {
                    counts[law] += 1;
                }
            }
            counts
        };
        closed.votes = votes(&|post| post == Post::Parliament || self.state.all_vote());
        closed.law = passed(&closed.votes, &votes(&|post| post == Post::Newsroom));
        let rounds: Vec<Closed> = self.state.closed().cloned().chain([closed.clone()]).collect();
        let steered = scenario(&self.lesson, &self.world, &rounds).map_err(nonsense)?;
        self.turn(Entry::Closed(closed));
        self.asked.push(self.asks.clone());
        self.future.follow(Arc::new(steered));
        self.pace.again();
        Ok(())
    }

    /// Reopens the round that was closed last.
    pub(super) fn undo(&mut self) -> Result<(), Refusal> {
        self.turn(Entry::Undone);
        self.steer().map_err(nonsense)
    }

    /// Goes on from the decisions of the rounds as they are now.
    fn steer(&mut self) -> Result<(), Vec<String>> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        // Days of a reopened round are not shown, even if nobody had decided anything in it.
        let steered = scenario(&self.lesson, &self.world, &closed)?;
        self.future.follow(Arc::new(steered));
        self.future.forget_after(self.played_window().1);
        self.figures.truncate(closed.len());
        self.hurry = false;
        self.era += 1;
        self.list_what_ifs();
        self.fresh.town = true;
        self.ask_again()
    }

    /// Works out what each seat is asked in each round.
    fn ask_again(&mut self) -> Result<(), Vec<String>> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        let on = |round: usize| {
            let so_far = scenario(&self.lesson, &self.world, &closed[..round])?;
            let first = self.lesson.window((round as u32 + 1).min(self.lesson.rounds)).0;
            asks_on(&self.lesson, &so_far, first).map_err(|wrong| vec![wrong])
        };
        self.asked = (0..closed.len()).map(on).collect::<Result<_, _>>()?;
        self.asks = on(closed.len())?;
        Ok(())
    }

    /// Lists the what-ifs that were asked for, none of them computed, in the order in which they were asked: pages know them by
    /// their numbers. One that this version of the lesson cannot have says so.
    fn list_what_ifs(&mut self) {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        let listed = self.state.asked.iter().map(|what_if| {
            let (title, result) = match other(&self.lesson, &self.world, &closed, what_if) {
                Ok((title, _)) => (title, None),
                Err(wrong) => ("Another history".into(), Some(Err(wrong.join("; ")))),
            };
            WhatIfState { title, done: 0, of: 0, result }
        });
        self.what_ifs = listed.collect();
        self.comparing = false;
    }

    /// Adds a what-if, to be computed when those before it are done.
    pub(super) fn add_what_if(&mut self, title: String) -> usize {
        self.what_ifs.push(WhatIfState { title, done: 0, of: 0, result: None });
        self.what_ifs.len() - 1
    }

    /// Starts the next comparison, if there is one; those that cannot be made are over at once.
    fn compare_next(&mut self) {
        while !self.comparing
            && self.state.stage >= Stage::Results
            && let Some(number) = self.what_ifs.iter().position(|what_if| what_if.result.is_none())
        {
            match self.comparison(number) {
                Ok(comparison) => self.begin(number, move |tell| compare(&comparison, tell)),
                Err(wrong) => {
                    self.what_ifs[number].result = Some(Err(wrong.join("; ")));
                    self.fresh.class = true;
                }
            }
        }
    }

    /// The class and another history that was asked for.
    fn comparison(&self, number: usize) -> Result<Comparison, Vec<String>> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        let asked = &self.state.asked[number];
        let (title, arm) = other(&self.lesson, &self.world, &closed, asked)?;
        let mut base = scenario(&self.lesson, &self.world, &closed)?;
        base.days = arm.days;
        Ok(Comparison {
            lesson: self.lesson.clone(),
            title,
            seeds_only: *asked == super::WhatIf::Seeds,
            base: Arc::new(base),
            arm: Arc::new(arm),
        })
    }

    /// Computes on a thread of its own, for it takes seconds. However that ends, the class is told: a comparison that meets
    /// a defect of the program must not keep all others waiting.
    fn begin(
        &mut self,
        number: usize,
        compute: impl FnOnce(&(dyn Fn(usize, usize) -> bool + Sync)) -> Option<WhatIfOutcome> + Send + 'static,
    ) {
        let (calls, era) = (self.calls.clone(), self.era);
        self.comparing = true;
        std::thread::spawn(move || {
            // If the class has ended, nobody waits for the result.
            let tell = |done, of, result| {
                let Some(calls) = calls.upgrade() else { return false };
                let found = WhatIfUpdate { era, number, done, of, result };
                calls.lock().unwrap_or_else(PoisonError::into_inner).send(ClassCall::Found(found)).is_ok()
            };
            let found = match Runner::plain(1).one(|_| Ok(compute(&|done, of| tell(done, of, None)))) {
                Some(batch::RunOutcome::Done(found)) => found,
                Some(batch::RunOutcome::Failed(said)) => Some(Err(broken(&said))),
                Some(batch::RunOutcome::TimedOut(_)) | None => None,
            };
            if let Some(result) = found {
                tell(1, 1, Some(result));
            }
        });
    }

    fn find(&mut self, found: WhatIfUpdate) {
        if found.era != self.era {
            return;
        }
        if let Some(what_if) = self.what_ifs.get_mut(found.number) {
            if found.result.is_some() {
                (what_if.done, what_if.result) = (what_if.of, found.result);
                self.comparing = false;
            } else {
                (what_if.done, what_if.of) = (found.done, found.of);
            }
            self.fresh.class = true;
        }
    }
}

fn nonsense(wrong: Vec<String>) -> Refusal {
    Refusal { fault: Fault::Nonsense, wrong }
}

/// The law that is passed: the one with the most votes of parliament; the newsroom's votes break a tie. `None` if it is still
/// a tie.
fn passed(parliament: &[usize], newsroom: &[usize]) -> Option<usize> {
    let first = |counts: &[usize], among: &[usize]| -> Vec<usize> {
        let most = among.iter().map(|&law| counts[law]).max().unwrap_or(0);
        among.iter().copied().filter(|&law| counts[law] == most).collect()
    };
    if parliament.iter().chain(newsroom).all(|&votes| votes == 0) {
        return None;
    }
    let all: Vec<usize> = (0..parliament.len()).collect();
    let ahead = first(newsroom, &first(parliament, &all));
    if let [law] = ahead[..] { Some(law) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::WhatIf;
    use super::*;

    #[test]
    fn most_votes_win_and_the_poll_breaks_a_tie() {
        assert_eq!(passed(&[3, 5, 1], &[9, 0, 0]), Some(1));
        assert_eq!(passed(&[4, 4, 1], &[0, 2, 9]), Some(1));
        assert_eq!(passed(&[0, 0, 0], &[0, 0, 1]), Some(2));
        assert_eq!(passed(&[4, 4, 1], &[2, 2, 9]), None);
        assert_eq!((passed(&[0, 0, 0], &[0, 0, 0]), passed(&[], &[])), (None, None));
    }

    /// A class after its first round, with these histories asked for, and what its thread would be told.
    fn room(asked: &[WhatIf]) -> (Room, Receiver<ClassCall>, Arc<Mutex<Sender<ClassCall>>>, tempfile::TempDir) {
        let lines = [Entry::Began, Entry::Deciding, Entry::Closed(Closed::default()), Entry::Played];
        let lines: Vec<Entry> = lines.into_iter().chain(asked.iter().cloned().map(Entry::Asked)).collect();
        let folder = tempfile::tempdir().unwrap();
        let journal = ClassJournal::begin(folder.path(), "BCDFGH").unwrap();
        let terms = ClassSettings {
            threads: 1,
            away: Duration::from_mins(1),
            rest: Duration::from_millis(50),
            join: String::new(),
        };
        let (calls, waiting) = std::sync::mpsc::channel();
        let calls = Arc::new(Mutex::new(calls));
        let board = watch::channel(Arc::default()).0;
        let mut lesson = crate::lesson::small();
        lesson.set = vec![("citizens.count".into(), "100".into())];
        let room = Room::new(lesson, journal, State::of(&lines), &terms, Arc::downgrade(&calls), board).unwrap();
        (room, waiting, calls, folder)
    }

    fn wrong(room: &Room, number: usize) -> &str {
        room.what_ifs[number].result.as_ref().unwrap().as_ref().unwrap_err()
    }

    /// After a lesson has changed, a history that was asked for may be none any more; the others keep their numbers.
    #[test]
    fn a_history_that_cannot_be_made_keeps_its_number_and_lets_the_next_be_computed() {
        let (mut room, ..) = room(&[WhatIf::World { world: 7 }, WhatIf::Law { round: 1, law: 9 }, WhatIf::Seeds]);
        assert_eq!(room.what_ifs.len(), room.state.asked.len());
        assert!(wrong(&room, 0).contains("other worlds") && wrong(&room, 1).contains("laws"));
        assert!(!room.comparing && room.what_ifs[2].title.contains("different luck"));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[2].result.is_none());
    }

    #[test]
    fn a_comparison_that_panics_says_so_and_the_next_is_computed() {
        let (mut room, calls, _alive, _folder) = room(&[WhatIf::Seeds, WhatIf::Bots]);
        room.begin(0, |_| panic!("no good {}", 9));
        let Ok(ClassCall::Found(found)) = calls.recv_timeout(Duration::from_mins(1)) else { panic!("nothing is told") };
        assert!(room.comparing);
        room.find(found);
        assert!(wrong(&room, 0).contains("a defect of the program (no good 9)"), "{}", wrong(&room, 0));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[1].result.is_none());
    }
}
