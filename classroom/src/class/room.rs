//! The thread of a class: it writes down what happens, lets days pass, and shows everyone what they may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use contraband_lab::batch::caught;
use tokio::sync::watch;

use super::asks::contradiction;
use super::figures::Counters;
use super::journal::ClassJournal;
use super::orders::{asks_on, fitted, scenario};
use super::published::Board;
use super::recovery::mended;
use super::seats::{Post, isolated};
use super::state::{Closed, Entry, Held, Stage, State};
use super::state_of_room::{Doing, Fresh, Replies, Room};
use super::{ClassCall, ClassSettings, Fault, Refusal, export};
use crate::future::Future;
use crate::lesson::Lesson;
use crate::pace::{Nap, Pace, now};

/// Shortest time between two updates of the town while days pass: more than eyes can follow help nobody.
const BEAT: Duration = Duration::from_millis(80);
/// Commands that are written to disk together, at most.
const TOGETHER: usize = 512;
/// Troubles that the teacher is told of at a time; older ones have been read.
const MOST_TROUBLES: usize = 12;

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
            alone: None,
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
            moment: now(),
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
            self.moment = nap.since();
            let call = match call {
                Ok(call) => Some(call),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut answers = Vec::new();
            match caught(|| self.turn_once(call, calls, &mut answers)) {
                Ok(()) => self.falls = 0,
                Err(said) => {
                    if !self.recover(&said, &mut answers) {
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

    /// Tells the teacher of something that went wrong.
    pub(super) fn trouble(&mut self, said: String) {
        // The same once more is news only by its date.
        self.troubles.retain(|known| *known != said);
        self.troubles.push(said);
        let old = self.troubles.len().saturating_sub(MOST_TROUBLES);
        self.troubles.drain(..old);
        self.fresh.class = true;
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
            ClassCall::Here(person, page) => self.turn_page(person, page),
            ClassCall::Reached(join, alone, all) => {
                (self.terms.join, self.alone) = (join, alone);
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

    /// The first and the last day of the round that was closed last; before any, the day before the first round twice.
    fn played_window(&self) -> (u32, u32) {
        match self.state.closed().count() as u32 {
            0 => (self.lesson.past, self.lesson.past),
            rounds => self.lesson.window(rounds),
        }
    }

    /// The day up to which days are run without a pause between them.
    pub(super) fn floor(&self) -> u32 {
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
                && self.moment.saturating_duration_since(self.rested) >= self.terms.rest
            {
                let _ = self.advance();
            }
        }
        self.look_around();
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
            closed.held.insert(seat, Held { name, person: Some(person), late: said.is_none(), answers });
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
    pub(super) fn steer(&mut self) -> Result<(), Vec<String>> {
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
    use contraband_sim::record::csv_dialect::CsvDialect;
    use serde_json::json;

    use super::super::Joining;
    use super::super::published::Who;
    use super::super::test_rooms::{joined, room};
    use super::*;

    #[test]
    fn most_votes_win_and_the_poll_breaks_a_tie() {
        assert_eq!(passed(&[3, 5, 1], &[9, 0, 0]), Some(1));
        assert_eq!(passed(&[4, 4, 1], &[0, 2, 9]), Some(1));
        assert_eq!(passed(&[0, 0, 0], &[0, 0, 1]), Some(2));
        assert_eq!(passed(&[4, 4, 1], &[2, 2, 9]), None);
        assert_eq!((passed(&[0, 0, 0], &[0, 0, 0]), passed(&[], &[])), (None, None));
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
