//! The thread of a class: it notes what happens, lets days pass, and shows everybody what they may see.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use contraband_sim::scenario::Scenario;
use serde_json::Value;
use tokio::sync::watch;

use super::board::Board;
use super::debrief::{Comparison, compare};
use super::figures::{Counters, Figures};
use super::journal::Journal;
use super::orders::{asks_on, other, scenario};
use super::roles::Ask;
use super::seats::Post;
use super::state::{Closed, Entry, Held, Stage, State};
use super::{Call, Fault, Refusal, Reply, Terms, export};
use crate::future::Future;
use crate::lesson::Lesson;
use crate::pace::{Pace, now};

/// Time between two pictures of the town while days pass: more of them than eyes can follow help nobody.
const BEAT: Duration = Duration::from_millis(80);
/// Time for which a rehearsal shows what stands still.
const REST: Duration = Duration::from_millis(1500);
/// Things asked that are written to disk together, at most.
const TOGETHER: usize = 512;

/// Whether somebody has a page open.
#[derive(Default)]
pub(super) struct Presence {
    pub(super) pages: u32,
    /// When a page last said that somebody looks at it: one that never does is believed while it is open.
    seen: Option<Instant>,
    /// When the last page was closed.
    pub(super) left: Option<Instant>,
}

/// Somebody who says that they were here before.
pub(super) struct Knock {
    pub(super) number: u32,
    pub(super) person: u32,
    pub(super) token: String,
    /// Whether the teacher said no.
    pub(super) refused: bool,
}

/// Another history that was asked for, and how far it is.
pub(super) struct WhatIfState {
    pub(super) title: String,
    pub(super) done: usize,
    pub(super) of: usize,
    /// What it came to, or why nothing can be said of it; `None` until then.
    pub(super) result: Option<Outcome>,
}

/// What a comparison came to, or a sentence for people about why it came to nothing.
pub(super) type Outcome = Result<Value, String>;

/// How far another history is.
pub(super) struct Found {
    /// Of which past: an undone round ends all comparisons with it.
    era: u64,
    number: usize,
    done: usize,
    of: usize,
    result: Option<Outcome>,
}

/// What was not shown yet.
#[derive(Default)]
pub(super) struct Fresh {
    /// What everybody sees, and the teacher.
    pub(super) class: bool,
    /// The town.
    pub(super) town: bool,
    /// What each sees.
    pub(super) all: bool,
    /// What these see.
    pub(super) people: BTreeSet<u32>,
}

/// A class, on its thread.
pub(super) struct Room {
    pub(super) lesson: Lesson,
    /// The lesson's world, steered by nobody.
    pub(super) world: Scenario,
    pub(super) counters: Counters,
    pub(super) state: State,
    journal: Journal,
    pub(super) terms: Terms,
    pub(super) future: Future,
    /// What each seat is asked in the open round, or will be in the next.
    pub(super) asks: Vec<Vec<Ask>>,
    /// What was asked in the rounds before.
    pub(super) asked: Vec<Vec<Vec<Ask>>>,
    /// What the rounds that were played came to.
    pub(super) figures: Vec<Figures>,
    /// What as many days before the first round came to, where they were lived.
    pub(super) eve: Option<Figures>,
    pub(super) here: BTreeMap<u32, Presence>,
    /// Who looked at a page a moment ago.
    present: BTreeSet<u32>,
    pub(super) knocks: Vec<Knock>,
    pub(super) knocked: u32,
    /// Wrong return words, by person.
    pub(super) tries: BTreeMap<u32, (u32, Instant)>,
    pub(super) what_ifs: Vec<WhatIfState>,
    /// Whether a comparison is being computed.
    comparing: bool,
    /// Counts rounds undone: pages forget what they were told of days.
    pub(super) era: u64,
    /// Whether the days of this round pass as fast as can be.
    pub(super) hurry: bool,
    pub(super) fresh: Fresh,
    pub(super) board: watch::Sender<Arc<Board>>,
    calls: Weak<Mutex<Sender<Call>>>,
    pace: Pace,
    rested: Instant,
}

/// Answers that are given when everything is on disk.
enum Answer {
    Value(Reply<Value>, Result<Value, Refusal>),
    Sheet(Reply<String>, Result<String, Refusal>),
}

impl Room {
    pub(super) fn new(
        lesson: Lesson,
        journal: Journal,
        state: State,
        terms: &Terms,
        calls: Weak<Mutex<Sender<Call>>>,
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
        // Whoever was here when the program ended has a minute to come back, as everybody who closes a page.
        for person in room.state.people.keys().copied().collect::<Vec<_>>() {
            room.greet(person);
        }
        room.publish();
        Ok(room)
    }

    pub(super) fn live(mut self, calls: &Receiver<Call>) {
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
                // Whoever asked may have gone; what was asked is done all the same.
                match answer {
                    Answer::Value(reply, result) => drop(reply.send(result)),
                    Answer::Sheet(reply, result) => drop(reply.send(result)),
                }
            }
        }
    }

    /// What could not be written does not hold: the class is what its journal says.
    fn fall_back(&mut self, error: &std::io::Error, answers: &mut [Answer]) {
        let wrong = || Refusal::new(Fault::Broken, format!("cannot write {}: {error}", self.journal.path().display()));
        for answer in answers.iter_mut() {
            if let Answer::Value(_, result) = answer {
                *result = Err(wrong());
            }
        }
        if let Ok((journal, entries)) = Journal::resume(self.journal.path()) {
            (self.journal, self.state) = (journal, State::of(&entries));
            // The lines were taken before, so they fit.
            let _ = self.steer();
        }
        self.fresh.all = true;
    }

    fn take(&mut self, call: Call, answers: &mut Vec<Answer>) {
        match call {
            Call::Do(who, what, reply) => {
                let result = self.follow(who, what);
                answers.push(Answer::Value(reply, result));
            }
            Call::Join(joining, reply) => {
                let result = self.join(&joining);
                answers.push(Answer::Value(reply, result));
            }
            Call::Sheet(name, reply) => {
                let result = export::sheet(self, &name);
                answers.push(Answer::Sheet(reply, result));
            }
            Call::Here(person, here) => {
                let presence = self.here.entry(person).or_default();
                presence.pages = if here { presence.pages + 1 } else { presence.pages.saturating_sub(1) };
                presence.left = (presence.pages == 0).then(now);
                presence.seen = None;
                self.fresh.class = true;
            }
            Call::Found(found) => self.find(found),
        }
    }

    /// Notes a line: it holds from now on, and is on disk before anybody is told.
    pub(super) fn note(&mut self, entry: Entry) {
        self.journal.note(&entry);
        self.state.apply(entry);
        self.fresh.class = true;
    }

    /// Notes a line that all see.
    pub(super) fn turn(&mut self, entry: Entry) {
        self.note(entry);
        self.fresh.all = true;
        self.rested = now();
    }

    /// Whether somebody looks at a page, or did until shortly.
    pub(super) fn is_here(&self, person: u32) -> bool {
        let lately = |when: Instant| when.elapsed() < self.terms.away;
        self.here
            .get(&person)
            .is_some_and(|who| if who.pages > 0 { who.seen.is_none_or(lately) } else { who.left.is_some_and(lately) })
    }

    /// Somebody came who will open a page in a moment.
    pub(super) fn greet(&mut self, person: u32) {
        self.here.insert(person, Presence { left: Some(now()), ..Presence::default() });
    }

    /// Somebody looks at a page.
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

    /// The day up to which everything was seen already, or need not be.
    fn floor(&self) -> u32 {
        let (first, last) = self.played_window();
        if self.state.stage == Stage::Play && !self.hurry { first - 1 } else { last }
    }

    /// The last day lived of those that can be shown.
    pub(super) fn day(&self) -> u32 {
        self.future.lived()
    }

    /// How long nothing has to be done.
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
                within(REST.saturating_sub(self.rested.elapsed()));
            }
        }
        if self.here.values().any(|who| who.left.is_some() || who.seen.is_some()) {
            // Whoever looks away is not told of by anybody.
            within(self.terms.away / 40);
        }
        wait
    }

    fn goes_on_alone(&self) -> bool {
        self.state.rehearsal && self.state.stage < Stage::Debrief
    }

    /// Time between two days.
    fn beat(&self) -> Duration {
        Duration::from_secs(1) / self.state.speed.max(1)
    }

    /// What happens by itself.
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
                // What does not fit is said to the teacher, who closes the round by hand.
                let _ = self.close();
            } else if self.goes_on_alone() && self.state.stage != Stage::Play && self.rested.elapsed() >= REST {
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

    /// Goes one stage on.
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

    /// Closes the open round: who is late keeps what held, who is away is played by a bot.
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

    /// Opens the round again that was closed last.
    pub(super) fn undo(&mut self) -> Result<(), Refusal> {
        self.turn(Entry::Undone);
        self.steer().map_err(nonsense)
    }

    /// Lives on from what the rounds hold now.
    fn steer(&mut self) -> Result<(), Vec<String>> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        // Days of a round that is open again are not shown, even where nobody had steered anything in it.
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

    /// Other histories, none of which was computed: one for each that was asked for, in this order, for pages know them by
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

    /// Takes another history in, to be computed when those before it are done.
    pub(super) fn add_what_if(&mut self, title: String) -> usize {
        self.what_ifs.push(WhatIfState { title, done: 0, of: 0, result: None });
        self.what_ifs.len() - 1
    }

    /// Begins with the next comparison, if there is one; those that cannot be made are over at once.
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
        compute: impl FnOnce(&(dyn Fn(usize, usize) -> bool + Sync)) -> Option<Outcome> + Send + 'static,
    ) {
        let (calls, era) = (self.calls.clone(), self.era);
        self.comparing = true;
        std::thread::spawn(move || {
            // Where the class has gone, nobody wants to know any more.
            let tell = |done, of, result| {
                let Some(calls) = calls.upgrade() else { return false };
                let found = Found { era, number, done, of, result };
                calls.lock().unwrap_or_else(PoisonError::into_inner).send(Call::Found(found)).is_ok()
            };
            let found = catch_unwind(AssertUnwindSafe(|| compute(&|done, of| tell(done, of, None))));
            if let Some(result) = found.unwrap_or_else(|panic| Some(Err(broken(&*panic)))) {
                tell(1, 1, Some(result));
            }
        });
    }

    fn find(&mut self, found: Found) {
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

/// What is said of a comparison that panicked.
fn broken(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let said = said.unwrap_or("it says nothing");
    format!("this comparison met a defect of the program ({said}); the others go on")
}

fn nonsense(wrong: Vec<String>) -> Refusal {
    Refusal { fault: Fault::Nonsense, wrong }
}

/// The law that is passed: most votes of parliament win; the newsroom's poll breaks a tie. Nothing is passed where that
/// does not help.
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
    fn room(asked: &[WhatIf]) -> (Room, Receiver<Call>, Arc<Mutex<Sender<Call>>>, tempfile::TempDir) {
        let lines = [Entry::Began, Entry::Deciding, Entry::Closed(Closed::default()), Entry::Played];
        let lines: Vec<Entry> = lines.into_iter().chain(asked.iter().cloned().map(Entry::Asked)).collect();
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::begin(folder.path(), "BCDFGH").unwrap();
        let terms = Terms { threads: 1, away: Duration::from_secs(60), join: String::new() };
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
        assert!(!room.comparing && room.what_ifs[2].title.contains("other days of luck"));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[2].result.is_none());
    }

    #[test]
    fn a_comparison_that_panics_says_so_and_the_next_is_computed() {
        let (mut room, calls, _alive, _folder) = room(&[WhatIf::Seeds, WhatIf::Bots]);
        room.begin(0, |_| panic!("no good {}", 9));
        let Ok(Call::Found(found)) = calls.recv_timeout(Duration::from_secs(60)) else { panic!("nothing is told") };
        assert!(room.comparing);
        room.find(found);
        assert!(wrong(&room, 0).contains("a defect of the program (no good 9)"), "{}", wrong(&room, 0));
        room.compare_next();
        assert!(room.comparing && room.what_ifs[1].result.is_none());
    }
}
