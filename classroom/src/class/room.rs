//! The thread of a class: it writes down what happens, lets days pass, and shows everyone what they may see.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use contraband_lab::batch::{self, Runner};
use contraband_sim::scenario::Scenario;
use serde_json::Value;
use tokio::sync::watch;

use super::asks::contradiction;
use super::debrief::{Comparison, compare};
use super::figures::Counters;
use super::journal::ClassJournal;
use super::orders::{asks_on, fitted, other, scenario};
use super::published::Board;
use super::seats::{Post, isolated};
use super::state::{Closed, Entry, Held, Stage, State};
use super::state_of_room::{Doing, Fresh, Presence, Room, WhatIfOutcome, WhatIfState, WhatIfUpdate, broken};
use super::{ClassCall, ClassSettings, Fault, Page, Refusal, Reply, export};
use crate::future::Future;
use crate::lesson::Lesson;
use crate::pace::{Nap, Pace, now};

/// Shortest time between two updates of the town while days pass: more than eyes can follow help nobody.
const BEAT: Duration = Duration::from_millis(80);
/// Commands that are written to disk together, at most.
const TOGETHER: usize = 512;
/// Troubles that the teacher is told of at a time; older ones have been read.
const MOST_TROUBLES: usize = 12;

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
        let mut state = state;
        let troubles = mended(&lesson, &world, &mut state)?;
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
            troubles,
            doing: Doing::Show,
            falls: 0,
            halted: false,
            unwritten: false,
            #[cfg(test)]
            trap: None,
            board,
            calls,
            pace: Pace::start(),
            rested: now(),
        };
        room.ask_again()?;
        room.list_what_ifs();
        // Whoever was here when the program ended has a minute to come back, like anyone who closes a page.
        let here: Vec<u32> =
            room.state.people.keys().copied().filter(|person| !room.state.away.contains(person)).collect();
        for person in here {
            room.greet(person);
        }
        room.publish();
        Ok(room)
    }

    pub(super) fn live(mut self, calls: &Receiver<ClassCall>) {
        let mut nap = Nap::start();
        loop {
            let wait = self.wait();
            let call = match wait {
                None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => calls.recv_timeout(wait),
            };
            let slept = nap.slept(wait);
            if slept > self.terms.away / 8 {
                self.wake(slept);
            }
            let call = match call {
                Ok(call) => Some(call),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut answers = Vec::new();
            let turned = catch_unwind(AssertUnwindSafe(|| self.turn_once(call, calls, &mut answers)));
            match turned {
                Ok(()) => self.falls = 0,
                Err(panic) => {
                    if !self.recover(&said(&*panic), &mut answers) {
                        return;
                    }
                }
            }
            for answer in answers {
                // Whoever asked may have left; the command is carried out all the same.
                match answer {
                    Replies::Value(reply, result) => drop(reply.send(result)),
                    Replies::Sheet(reply, result) => drop(reply.send(result)),
                }
            }
        }
    }

    /// Takes what was asked, does what is due, writes it down and shows it.
    fn turn_once(&mut self, first: Option<ClassCall>, calls: &Receiver<ClassCall>, answers: &mut Vec<Replies>) {
        self.doing = Doing::Call;
        if let Some(call) = first {
            self.take(call, answers);
            while answers.len() < TOGETHER {
                let Ok(call) = calls.try_recv() else { break };
                self.take(call, answers);
            }
        }
        self.doing = Doing::Days;
        self.go_on();
        match self.journal.sync() {
            Ok(written) => self.unwritten &= !written,
            Err(error) => self.fall_back(&error, answers),
        }
        self.doing = Doing::Show;
        self.trip();
        self.publish();
    }

    /// Panics where a test wants it to.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests have traps"))]
    fn trip(&mut self) {
        #[cfg(test)]
        if let Some(trap) = self.trap.as_mut().filter(|trap| trap.at == self.doing && trap.times > 0)
            && self.future.lived() + 1 >= trap.from
        {
            trap.times -= 1;
            panic!("a trap at {:?}", trap.at);
        }
    }

    /// The program stood still for so long, and with it all signs of life: whoever was here then has a while to come back.
    fn wake(&mut self, slept: Duration) {
        let was_here = |when: Option<Instant>| when.is_some_and(|when| when.elapsed() < self.terms.away + slept);
        for who in self.here.values_mut() {
            if was_here(who.seen) || was_here(who.left) {
                (who.seen, who.left) = (who.seen.map(|_| now()), who.left.map(|_| now()));
            }
        }
        self.pace.again();
        self.rested = now();
    }

    /// Tells the teacher of something that went wrong.
    pub(super) fn trouble(&mut self, said: String) {
        // The same once more is news only by its date.
        self.troubles.retain(|known| *known != said);
        self.troubles.push(said);
        let old = self.troubles.len().saturating_sub(MOST_TROUBLES);
        self.troubles.drain(..old);
        self.fresh.class = true;
    }

    /// Undoes what could not be written: the class is what its journal says.
    fn fall_back(&mut self, error: &std::io::Error, answers: &mut [Replies]) {
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
    fn recover(&mut self, said: &str, answers: &mut [Replies]) -> bool {
        self.falls += 1;
        let falls = self.falls;
        // What can only not be shown is on disk, and was done.
        if self.doing != Doing::Show {
            refuse(answers, &format!("a defect of the program kept this from being done ({said}); the class goes on"));
        }
        let again = catch_unwind(AssertUnwindSafe(|| {
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
        }));
        let shown = again.unwrap_or(false) && {
            self.doing = Doing::Show;
            catch_unwind(AssertUnwindSafe(|| {
                self.trip();
                self.publish();
            }))
            .is_ok()
        };
        // What cannot be shown is tried again with the round before, and then given up: the journal is whole.
        shown
            || (falls <= 1 + self.lesson.rounds && {
                self.fresh.all = true;
                true
            })
    }

    fn take(&mut self, call: ClassCall, answers: &mut Vec<Replies>) {
        self.trip();
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
            ClassCall::Here(person, page) => {
                let presence = self.here.entry(person).or_default();
                if page == Page::Came {
                    presence.pages += 1;
                    // A page that is opened is looked at; one that then never says so was opened by nobody.
                    presence.seen = Some(now());
                } else {
                    presence.pages = presence.pages.saturating_sub(1);
                }
                presence.left = (presence.pages == 0).then(now);
                if page == Page::Lost && presence.pages == 0 {
                    // Nothing was heard of it for so long already that nobody waits for it any longer.
                    self.here.remove(&person);
                }
                self.fresh.class = true;
            }
            ClassCall::Reached(join, all) => {
                self.terms.join = join;
                self.board.send_modify(|board| Arc::make_mut(board).addresses = all);
                self.fresh.class = true;
            }
            ClassCall::Found(found) => self.find(found),
            #[cfg(test)]
            ClassCall::Trap(trap) => self.trap = Some(trap),
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
        self.here.get(&person).is_some_and(|who| who.seen.is_some_and(lately) || who.left.is_some_and(lately))
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
        if self.day() < self.floor() && !self.halted {
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
    pub(super) fn go_on(&mut self) {
        let (floor, end) = (self.floor(), self.played_window().1);
        if self.halted {
            // Its decisions can still be looked at, and its files taken.
        } else if self.day() < floor {
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
            // Where nobody is here at all, a network or a machine has failed: that closes no round.
            let one = self.state.people.keys().any(|&person| self.is_here(person) && self.state.decided(person));
            if self.state.stage == Stage::Decide && self.state.auto && one && self.waiting() == 0 {
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
        for person in self.state.people.keys().copied().collect::<Vec<_>>() {
            let (here, away) = (self.present.contains(&person), self.state.away.contains(&person));
            // Where the disk is full, it is not asked for this.
            if here == away && !self.unwritten {
                self.note(if here { Entry::Back { person } } else { Entry::Away { person } });
            }
        }
        self.compare_next();
    }

    fn step(&mut self) {
        self.trip();
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
                // What went wrong in the round before has been read.
                self.troubles.clear();
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
        let mut told = Vec::new();
        for seat in 0..self.lesson.seats.len() {
            let Some(person) = self.state.at(Post::Seat(seat)) else { continue };
            let said = round.said.get(&seat);
            if self.state.bots.contains(&seat) || (said.is_none() && !self.is_here(person)) {
                continue;
            }
            let name = self.state.people[&person].name.clone();
            let mut answers = self.counting(seat);
            // Nothing of this is taken in today, but it may stand in a journal: such an answer does not count.
            let asks = &self.asks[seat];
            let title = &self.lesson.seats[seat].title;
            let mut left_out = |key: &str, wrong: &str| {
                let (round, who) = (self.state.round(), isolated(&name));
                let asked = asks.iter().find(|ask| ask.key == key).map_or(key, |ask| ask.question);
                told.push(format!(
                    "round {round}: what {who} answered for {title} to “{asked}” does not count: {wrong}"
                ));
            };
            answers.retain(|key, answer| {
                let ask = asks.iter().find(|ask| ask.key == key);
                let fits = ask.ok_or_else(|| "nobody asks it".to_owned()).and_then(|ask| ask.orders(answer));
                fits.map_err(|wrong| left_out(key, &wrong)).is_ok()
            });
            while let Some(([_, other], wrong)) = contradiction(asks, &answers) {
                answers.remove(other);
                left_out(other, &wrong);
            }
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
        let before: Vec<Closed> = self.state.closed().cloned().collect();
        let (closed, steered, unfit) = fitted(&self.lesson, &self.world, &before, closed).map_err(nonsense)?;
        for said in told.into_iter().chain(unfit) {
            self.trouble(said);
        }
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
        (self.hurry, self.halted) = (false, false);
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
        // What was asked in a round follows from the rounds before it alone, and these stay as they were.
        self.asked.truncate(closed.len());
        for round in self.asked.len()..closed.len() {
            self.asked.push(on(round)?);
        }
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
            let comparison = catch_unwind(AssertUnwindSafe(|| self.comparison(number)));
            match comparison.unwrap_or_else(|panic| Err(vec![broken(&said(&*panic))])) {
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

/// Refuses all commands that were not written down.
fn refuse(answers: &mut [Replies], wrong: &str) {
    for answer in answers {
        if let Replies::Value(_, result) = answer {
            *result = Err(Refusal::new(Fault::Broken, wrong));
        }
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it gave no message").to_owned()
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
    use contraband_sim::record::csv_dialect::CsvDialect;
    use serde_json::json;

    use super::super::published::{PublishedLine, Who};
    use super::super::state_of_room::Trap;
    use super::super::{Class, Joining, WhatIf};
    use super::*;

    #[test]
    fn most_votes_win_and_the_poll_breaks_a_tie() {
        assert_eq!(passed(&[3, 5, 1], &[9, 0, 0]), Some(1));
        assert_eq!(passed(&[4, 4, 1], &[0, 2, 9]), Some(1));
        assert_eq!(passed(&[0, 0, 0], &[0, 0, 1]), Some(2));
        assert_eq!(passed(&[4, 4, 1], &[2, 2, 9]), None);
        assert_eq!((passed(&[0, 0, 0], &[0, 0, 0]), passed(&[], &[])), (None, None));
    }

    fn terms() -> ClassSettings {
        ClassSettings { threads: 1, away: Duration::from_mins(1), rest: Duration::from_millis(50), join: String::new() }
    }

    /// A small town with few people.
    fn village() -> Lesson {
        let mut lesson = crate::lesson::small();
        lesson.set = vec![("citizens.count".into(), "100".into())];
        lesson
    }

    /// A class after its first round, with these histories asked for, and what its thread would be told.
    fn room(asked: &[WhatIf]) -> (Room, Receiver<ClassCall>, Arc<Mutex<Sender<ClassCall>>>, tempfile::TempDir) {
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
    fn journal(lines: &[Entry]) -> (ClassJournal, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = ClassJournal::begin(folder.path(), "BCDFGH").unwrap();
        for line in lines {
            journal.note(line);
        }
        journal.sync().unwrap();
        (journal, folder)
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

    /// A moment so long ago.
    fn ago(time: Duration) -> Instant {
        now().checked_sub(time).expect("this machine has been running for a while")
    }

    fn joined(room: &mut Room, name: &str) -> u32 {
        let joining = Joining { name: name.into(), ..Joining::default() };
        room.join(&joining).unwrap()["person"].as_u64().unwrap() as u32
    }

    #[test]
    fn a_page_that_never_says_that_somebody_looks_at_it_is_not_waited_for() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Ann");
        room.advance().unwrap();
        let mut answers = Vec::new();
        room.take(ClassCall::Here(ann, Page::Came), &mut answers);
        assert!(room.is_here(ann) && room.waiting() == 1);
        // Its connection is still open, for nobody has closed it.
        room.here.get_mut(&ann).unwrap().seen = Some(ago(Duration::from_secs(61)));
        assert!(!room.is_here(ann) && room.waiting() == 0);
        // Whatever somebody does shows that they are there.
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        assert!(room.is_here(ann));
    }

    #[test]
    fn after_a_restart_whoever_was_away_counts_as_away_and_whoever_was_here_is_waited_for() {
        let (mut room, .., folder) = room(&[]);
        let [ann, ben] = ["Ann", "Ben"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.go_on();
        room.here.get_mut(&ann).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.journal.sync().unwrap();
        drop(room);
        let path = super::super::journal::path_of(folder.path(), "BCDFGH");
        let (journal, lines) = ClassJournal::resume(&path).unwrap();
        let calls = Arc::new(Mutex::new(std::sync::mpsc::channel().0));
        let (state, board) = (State::of(&lines), watch::channel(Arc::default()).0);
        let mut room = Room::new(village(), journal, state, &terms(), Arc::downgrade(&calls), board).unwrap();
        room.go_on();
        assert_eq!((room.is_here(ann), room.is_here(ben), room.waiting()), (false, true, 1));
        // Back in the class, she is waited for again, and the next restart knows it.
        room.take(ClassCall::Here(ann, Page::Came), &mut Vec::new());
        room.go_on();
        assert!(room.is_here(ann) && room.state.away.is_empty());
    }

    /// A laptop slept for three minutes, with rounds that close by themselves: all phones were here when it did.
    #[test]
    fn a_class_that_slept_closes_no_round_and_waits_for_everybody_again() {
        let (mut room, ..) = room(&[]);
        let [ann, ben, cem] = ["Ann", "Ben", "Cem"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        for person in [ann, ben] {
            room.take(ClassCall::Here(person, Page::Came), &mut Vec::new());
        }
        room.here.get_mut(&cem).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        for person in [ann, ben] {
            room.here.get_mut(&person).unwrap().seen = Some(ago(Duration::from_mins(3)));
        }
        room.wake(Duration::from_mins(3));
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 1));
        assert_eq!([ann, ben, cem].map(|person| room.is_here(person)), [true, true, false]);
        room.follow(Who::Person(ben), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        room.go_on();
        assert_eq!(room.state.stage, Stage::Play);
    }

    /// A network that fails for all of them at once.
    #[test]
    fn where_nobody_is_here_no_round_closes_by_itself() {
        let (mut room, ..) = room(&[]);
        let [ann, _] = ["Ann", "Ben"].map(|name| joined(&mut room, name));
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        for who in room.here.values_mut() {
            (who.left, who.seen) = (Some(ago(Duration::from_secs(61))), None);
        }
        room.go_on();
        assert_eq!((room.state.stage, room.waiting()), (Stage::Decide, 0));
    }

    /// The round closed between the answers of the last one and their vote.
    #[test]
    fn the_vote_of_the_last_one_counts_where_rounds_close_by_themselves() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Ann");
        room.advance().unwrap();
        room.note(Entry::Auto { auto: true });
        let send = json!({"do": "send", "round": 2, "answers": {"method": "traps"}, "law": 1});
        room.follow(Who::Person(ann), send).unwrap();
        room.go_on();
        let closed = room.state.closed().last().unwrap();
        assert_eq!((room.state.stage, closed.law, closed.votes.as_slice()), (Stage::Play, Some(1), &[0, 1, 0][..]));
        // All of it or nothing.
        room.undo().unwrap();
        let send = json!({"do": "send", "round": 2, "answers": {"method": "lists"}, "law": 9});
        assert!(room.follow(Who::Person(ann), send).is_err());
        assert_eq!(room.counting(0)["method"], super::super::asks::Answer::Option("traps".into()));
        let nothing = room.follow(Who::Person(ann), json!({"do": "send", "round": 2})).unwrap_err();
        assert!(nothing.wrong[0].contains("nothing was chosen"), "{nothing:?}");
    }

    #[test]
    fn whoever_is_missing_comes_first_in_the_teacher_s_list() {
        let (mut room, ..) = room(&[]);
        let names: Vec<String> = (0..30).map(|nth| format!("P{nth}")).collect();
        let people: Vec<u32> = names.iter().map(|name| joined(&mut room, name)).collect();
        room.advance().unwrap();
        for &person in &people[..20] {
            let what = if room.state.people[&person].post == Post::Newsroom {
                json!({"do": "foretell", "round": 2, "rises": true})
            } else {
                json!({"do": "send", "round": 2, "answers": {}})
            };
            let voted = room.follow(Who::Person(person), what);
            if voted.is_err() {
                room.follow(Who::Person(person), json!({"do": "vote", "round": 2, "law": 0})).unwrap();
            }
        }
        room.here.get_mut(&people[25]).unwrap().left = Some(ago(Duration::from_secs(61)));
        room.go_on();
        room.publish();
        let monitor: Value = serde_json::from_str(&room.board.borrow().monitor).unwrap();
        let listed: Vec<u64> =
            monitor["people"].as_array().unwrap().iter().map(|who| who["person"].as_u64().unwrap()).collect();
        let waited: Vec<u64> = (21..=30).filter(|&person| person != 26).collect();
        assert_eq!((&listed[..9], listed[9], &listed[10..]), (&waited[..], 26, &(1..=20).collect::<Vec<u64>>()[..]));
    }

    /// A name that had to be changed is gone from every page at once, also from what was decided before.
    #[test]
    fn another_name_is_seen_at_once_and_everywhere() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Rude");
        room.advance().unwrap();
        room.follow(Who::Person(ann), json!({"do": "send", "round": 2, "answers": {}})).unwrap();
        room.advance().unwrap();
        room.hurry = true;
        while room.state.stage == Stage::Play {
            room.go_on();
        }
        room.publish();
        assert!(room.board.borrow().past.contains("Rude"));
        room.follow(Who::Teacher, json!({"do": "rename", "person": ann, "name": "Ann"})).unwrap();
        room.publish();
        let board = Arc::clone(&room.board.borrow());
        for (what, line) in [
            ("history", &board.past),
            ("class", &board.class),
            ("monitor", &board.monitor),
            ("you", &board.people[&ann]),
        ] {
            assert!(!line.contains("Rude") && line.contains("Ann"), "{what}: {line}");
        }
        assert!(!export::sheet(&room, "decisions.csv", CsvDialect::Plain).unwrap().contains("Rude"));
    }

    #[test]
    fn an_undo_that_is_asked_for_twice_undoes_one_round() {
        let (mut room, ..) = room(&[]);
        room.advance().unwrap();
        let undo = json!({"do": "undo", "round": 1});
        room.follow(Who::Teacher, undo.clone()).unwrap();
        assert_eq!((room.state.stage, room.state.round()), (Stage::Decide, 1));
        let refusal = room.follow(Who::Teacher, undo).unwrap_err();
        assert_eq!((refusal.fault, room.state.stage), (Fault::NotNow, Stage::Decide));
    }

    #[test]
    fn whoever_types_the_code_again_where_they_hold_a_seat_has_it() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Ann");
        let token = room.state.people[&ann].token.clone();
        let joining = |name: &str, own| Joining { name: name.into(), own, ..Joining::default() };
        let own = Some(Who::Person(ann));
        let back = room.join(&joining(" ann ", own)).unwrap();
        assert_eq!((&back["person"], &back["token"]), (&json!(ann), &json!(token)));
        assert_eq!(room.join(&joining("Ann", None)).unwrap_err().fault, Fault::Taken);
        assert_eq!(room.join(&joining("Ann", Some(Who::Knock(7)))).unwrap_err().fault, Fault::Taken);
        // A friend on the same phone is somebody else.
        assert_eq!(room.join(&joining("Ben", own)).unwrap()["person"], json!(ann + 1));
    }
}
