//! Commands of the teacher and of students: whether they are allowed, and what they do.

use std::net::IpAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::asks::{Answer, contradiction};
use super::orders::other;
use super::published::Who;
use super::seats::{Post, fit_name, isolated, same_name, token, word};
use super::state::{Closed, Entry, SeatAnswers, Stage, WhatIf};
use super::state_of_room::{Knock, Room};
use super::{Deed, Fault, Joining, Refusal, TeacherCommand};
use crate::pace::now;
use crate::story::story;

/// People in a class, at most: far more than fit into any room.
const MOST_PEOPLE: usize = 1_000;
/// Requests to come back in that can wait at a time.
const MOST_KNOCKS: usize = 50;
/// Of these, the requests from one address.
const MOST_KNOCKS_OF_ONE: usize = 5;
/// Wrong return PINs for one name, from anywhere, after which any PIN, right or wrong, only sends the teacher a request, so that
/// no answer gives the right one away. How many one address may try, the server counts: nobody who guesses keeps out whoever
/// the seat belongs to.
const TRIES: u32 = 20;
/// Time after which wrong PINs are forgotten.
const FORGOTTEN: Duration = Duration::from_mins(5);
/// Steps of a number that somebody answers with, in one.
const FINEST: f64 = 1e6;
/// What-ifs in one class, at most.
const MOST_WHAT_IFS: usize = 40;

fn not_now(wrong: impl Into<String>) -> Refusal {
    Refusal::new(Fault::NotNow, wrong)
}

fn nonsense(wrong: impl Into<String>) -> Refusal {
    Refusal::new(Fault::Nonsense, wrong)
}

/// Reads a command.
fn read<T: DeserializeOwned>(what: Value) -> Result<T, Refusal> {
    serde_json::from_value(what).map_err(|error| nonsense(format!("this is not a known command: {error}")))
}

/// The key that a page made up, if it has the form of a token.
fn key_of(joining: &Joining) -> Result<Option<String>, Refusal> {
    let fits = |key: &str| {
        key.len() == 32 && key.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
    };
    match &joining.key {
        Some(key) if !fits(key) => Err(nonsense("a key has 32 hexadecimal digits in small letters")),
        key => Ok(key.clone()),
    }
}

/// The answer to someone for whom the teacher is asked.
fn waiting(token: &str) -> Value {
    json!({"schema": 1, "token": token, "waiting": true})
}

/// An answer as far as the page goes, and as a journal gives it back to the last bit.
fn rounded(answer: &Answer) -> Answer {
    match answer {
        Answer::Number(number) => Answer::Number((number * FINEST).round() / FINEST),
        other => other.clone(),
    }
}

fn done() -> Value {
    json!({"schema": 1})
}

impl Room {
    pub(super) fn follow(&mut self, who: Who, what: Value) -> Result<Value, Refusal> {
        match who {
            Who::Teacher => {
                let order = read(what)?;
                self.obey(order)
            }
            Who::Person(person) if self.state.people.contains_key(&person) => {
                let deed = read(what.clone()).map_err(|refusal| {
                    let is_order = serde_json::from_value::<TeacherCommand>(what).is_ok();
                    if is_order { Refusal::new(Fault::NotYours, "only the teacher can do this") } else { refusal }
                })?;
                match deed {
                    Deed::Here => self.see(person),
                    deed => self.act(person, deed)?,
                }
                Ok(done())
            }
            Who::Person(_) | Who::Knock(_) => {
                Err(Refusal::new(Fault::NotYours, "you are not in this class: join it first"))
            }
        }
    }

    /// Someone joins: they get a free seat, or a place in parliament, or in the newsroom, which is never full.
    pub(super) fn join(&mut self, joining: &Joining) -> Result<Value, Refusal> {
        let name = fit_name(&joining.name).map_err(nonsense)?;
        if self.state.stage == Stage::Ended {
            return Err(not_now("this class is over"));
        }
        if self.state.rehearsal {
            return Err(not_now("this is a rehearsal: only bots play"));
        }
        // Whoever types the code again where they hold a seat has it.
        if let Some(Who::Person(person)) = joining.own
            && let Some(who) = self.state.people.get(&person)
            && same_name(&who.name, &name)
        {
            return Ok(json!({"schema": 1, "token": who.token, "person": person}));
        }
        let key = key_of(joining)?;
        if let (Some(person), Some(key)) = (self.state.named(&name), &key)
            && self.state.people[&person].token == *key
        {
            // They are in already: the answer was lost on its way.
            return Ok(json!({"schema": 1, "token": key, "person": person}));
        }
        if let Some(key) = &key
            && self.is_taken(key)
        {
            let waits = self.knocks.iter().any(|knock| knock.token == *key && !knock.refused);
            return if waits { Ok(waiting(key)) } else { Err(nonsense("this key is in use: reload the page")) };
        }
        let token = key.unwrap_or_else(token);
        match (self.state.named(&name), &joining.word) {
            (None, _) => {
                if self.state.people.len() >= MOST_PEOPLE {
                    return Err(not_now("this class is full"));
                }
                let person = self.state.came + 1;
                let post = self.free_post();
                self.note(Entry::Joined { person, name, token: token.clone(), word: word(), post });
                self.fresh.people.insert(person);
                self.greet(person);
                Ok(json!({"schema": 1, "token": token, "person": person}))
            }
            (Some(person), Some(said)) => {
                let (tries, since) = self.tries.get(&person).copied().unwrap_or((0, now()));
                let tries = if since.elapsed() >= FORGOTTEN { 0 } else { tries };
                let right = self.state.people[&person].word == said.trim();
                // Past the limit the right one counts too: otherwise the time until wrong ones are forgotten tells which it is.
                if !right || tries >= TRIES {
                    self.tries.insert(person, (tries + 1, now()));
                }
                if tries >= TRIES {
                    // The right one and a wrong one are answered alike: otherwise the answer tells which it is.
                    return Ok(self.knock(person, token, joining.from));
                }
                if !right {
                    return Err(Refusal::new(Fault::WrongWord, "that is not the PIN for this name"));
                }
                self.tries.remove(&person);
                Ok(self.welcome_back(person, token))
            }
            (Some(person), None) if joining.knock => Ok(self.knock(person, token, joining.from)),
            (Some(_), None) => Err(Refusal::new(
                Fault::Taken,
                format!(
                    "someone here is already called {}: choose another name, or come back with your PIN",
                    isolated(&name)
                ),
            )),
        }
    }

    /// Whether a token belongs to somebody already.
    fn is_taken(&self, token: &str) -> bool {
        self.state.teacher == token
            || self.state.people.values().any(|who| who.token == token)
            || self.knocks.iter().any(|knock| knock.token == token)
    }

    /// Asks the teacher to let someone back in. Whoever asks for too many loses their own oldest request, nobody else's.
    fn knock(&mut self, person: u32, token: String, from: Option<IpAddr>) -> Value {
        self.knocks.retain(|knock| !(knock.refused || knock.person == person && knock.from == from));
        let of = |from: Option<IpAddr>| self.knocks.iter().filter(|knock| knock.from == from).count();
        let crowded = if of(from) >= MOST_KNOCKS_OF_ONE {
            Some(from)
        } else if self.knocks.len() >= MOST_KNOCKS {
            self.knocks.iter().map(|knock| knock.from).max_by_key(|&from| of(from))
        } else {
            None
        };
        if let Some(from) = crowded
            && let Some(oldest) = self.knocks.iter().position(|knock| knock.from == from)
        {
            self.knocks.remove(oldest);
        }
        self.knocked += 1;
        let told = waiting(&token);
        self.knocks.push(Knock { number: self.knocked, person, token, from, refused: false });
        self.fresh.class = true;
        told
    }

    /// Someone is back on another device; the old device loses the seat.
    fn welcome_back(&mut self, person: u32, token: String) -> Value {
        self.note(Entry::Device { person, token: token.clone() });
        self.fresh.people.insert(person);
        json!({"schema": 1, "token": token, "person": person})
    }

    fn free_post(&self) -> Post {
        if self.state.locked {
            return Post::Newsroom;
        }
        let seats = (0..self.lesson.seats.len()).map(Post::Seat);
        let free = seats.into_iter().find(|&seat| self.state.at(seat).is_none());
        free.unwrap_or_else(|| {
            let members = self.state.people.values().filter(|who| who.post == Post::Parliament).count();
            if members < self.lesson.benches as usize { Post::Parliament } else { Post::Newsroom }
        })
    }

    fn act(&mut self, person: u32, deed: Deed) -> Result<(), Refusal> {
        if self.has_taken(person, &deed) {
            self.see(person);
            return Ok(());
        }
        if self.state.paused {
            return Err(not_now("the class is paused"));
        }
        let entries = match deed {
            Deed::Here => Vec::new(),
            Deed::Predict { answer } => {
                if self.state.round() > 1 || self.state.stage > Stage::Play {
                    return Err(not_now("the lesson has begun: it is too late to predict"));
                }
                if answer >= self.lesson.before.answers.len() {
                    return Err(nonsense(format!("there are only {} answers", self.lesson.before.answers.len())));
                }
                vec![Entry::Predicted { person, answer }]
            }
            Deed::Decide { round, answers } => vec![self.said(person, round, answers)?],
            Deed::Vote { round, law } => vec![self.voted(person, round, law)?],
            Deed::Foretell { round, rises } => vec![self.foretold(person, round, rises)?],
            Deed::Send { round, answers, law, rises } => {
                // All of it or nothing: with the answers of the last one the round may close, and their vote is in it.
                let said = answers.map(|answers| self.said(person, round, answers));
                let voted = law.map(|law| self.voted(person, round, law));
                let foretold = rises.map(|rises| self.foretold(person, round, rises));
                let entries: Vec<Entry> = [said, voted, foretold].into_iter().flatten().collect::<Result<_, _>>()?;
                if entries.is_empty() {
                    return Err(nonsense("nothing was chosen: answer, vote or predict"));
                }
                entries
            }
        };
        for entry in entries {
            self.note(entry);
        }
        self.see(person);
        self.fresh.people.insert(person);
        Ok(())
    }

    /// Whether all of this was taken from them already: whoever lost the answer sends it again, and is told so, also when its
    /// round is closed by then.
    fn has_taken(&self, person: u32, deed: &Deed) -> bool {
        let who = &self.state.people[&person];
        let round = |round: u32| self.state.rounds.get((round as usize).wrapping_sub(1));
        let answered = |at: u32, answers: &SeatAnswers| {
            let Post::Seat(seat) = who.post else { return false };
            round(at).and_then(|round| round.said.get(&seat)).is_some_and(|said| {
                answers.iter().all(|(key, answer)| said.get(key).is_some_and(|said| *said == rounded(answer)))
            })
        };
        let voted = |at: u32, law: usize| round(at).is_some_and(|round| round.votes.get(&person) == Some(&law));
        let foretold = |at: u32, rises| round(at).is_some_and(|round| round.foretold.get(&person) == Some(&rises));
        match deed {
            Deed::Here => false,
            Deed::Predict { answer } => who.predicted == Some(*answer),
            Deed::Decide { round, answers } => answered(*round, answers),
            Deed::Vote { round, law } => voted(*round, *law),
            Deed::Foretell { round, rises } => foretold(*round, *rises),
            Deed::Send { round, answers, law, rises } => {
                (answers.is_some() || law.is_some() || rises.is_some())
                    && answers.as_ref().is_none_or(|answers| answered(*round, answers))
                    && law.is_none_or(|law| voted(*round, law))
                    && rises.is_none_or(|rises| foretold(*round, rises))
            }
        }
    }

    /// Whether this round is open for decisions.
    fn open(&self, round: u32) -> Result<(), Refusal> {
        let known = self.state.stage == Stage::Decide && round == self.state.round();
        if known { Ok(()) } else { Err(not_now(format!("round {round} is not open for decisions"))) }
    }

    /// Answers of someone for their seat, which must go together with all others that count for it.
    fn said(&self, person: u32, round: u32, mut answers: SeatAnswers) -> Result<Entry, Refusal> {
        self.open(round)?;
        let Post::Seat(seat) = self.state.people[&person].post else {
            return Err(Refusal::new(Fault::NotYours, "you have no seat: you can only vote or predict"));
        };
        for (key, answer) in &mut answers {
            let ask = self.asks[seat].iter().find(|ask| ask.key == key);
            let ask = ask.ok_or_else(|| {
                let known: Vec<&str> = self.asks[seat].iter().map(|ask| ask.key).collect();
                nonsense(format!("you are not asked `{key}`; you are asked {}", known.join(", ")))
            })?;
            ask.orders(answer).map_err(nonsense)?;
            *answer = rounded(answer);
        }
        let mut all = self.counting(seat);
        all.extend(answers.clone());
        if let Some((_, wrong)) = contradiction(&self.asks[seat], &all) {
            return Err(nonsense(wrong));
        }
        Ok(Entry::Said { person, seat, round, answers })
    }

    /// The answers of a seat that count now: those of the last round, and what was sent in this one.
    pub(super) fn counting(&self, seat: usize) -> SeatAnswers {
        let mut all = self.state.before(seat).cloned().unwrap_or_default();
        let said = self.state.rounds.last().and_then(|round| round.said.get(&seat));
        all.extend(said.cloned().unwrap_or_default());
        all
    }

    fn voted(&self, person: u32, round: u32, law: usize) -> Result<Entry, Refusal> {
        self.open(round)?;
        if !self.state.votes(person) {
            return Err(Refusal::new(Fault::NotYours, "only parliament and the newsroom vote"));
        }
        let laws = self.lesson.laws_of(round).len();
        if law >= laws {
            return Err(nonsense(format!("there are only {laws} laws to choose from")));
        }
        Ok(Entry::Voted { person, round, law })
    }

    fn foretold(&self, person: u32, round: u32, rises: bool) -> Result<Entry, Refusal> {
        self.open(round)?;
        if self.state.people[&person].post != Post::Newsroom {
            return Err(Refusal::new(Fault::NotYours, "only the newsroom predicts"));
        }
        Ok(Entry::Foretold { person, round, rises })
    }

    fn obey(&mut self, order: TeacherCommand) -> Result<Value, Refusal> {
        match order {
            TeacherCommand::Advance { stage, round } => {
                if (stage, round) != (self.state.stage, self.state.round()) {
                    return Err(not_now("the class has already moved on"));
                }
                if self.state.paused {
                    return Err(not_now("the class is paused: press Resume first"));
                }
                self.advance()?;
            }
            TeacherCommand::Undo { round } => {
                let closed = self.state.closed().count() as u32;
                if closed == 0 {
                    return Err(not_now("no round has been closed yet"));
                }
                if round.is_some_and(|round| round != closed) {
                    return Err(not_now("the class has already moved on"));
                }
                if self.state.stage == Stage::Ended {
                    return Err(not_now("this class is over"));
                }
                self.undo()?;
            }
            TeacherCommand::Pause { paused } => self.turn(Entry::Paused { paused }),
            TeacherCommand::Speed { days } => {
                if !(1..=100).contains(&days) {
                    return Err(nonsense(format!("{days} days per second are not possible: choose from 1 to 100")));
                }
                self.note(Entry::Speed { days });
            }
            TeacherCommand::Auto { auto } => self.note(Entry::Auto { auto }),
            TeacherCommand::Lock { locked } => self.note(Entry::Locked { locked }),
            TeacherCommand::Hide { hidden } => self.turn(Entry::Hidden { hidden }),
            TeacherCommand::Rename { person, name } => {
                self.known(person)?;
                let name = fit_name(&name).map_err(nonsense)?;
                if self.state.people.iter().any(|(&other, who)| other != person && same_name(&who.name, &name)) {
                    let name = isolated(&name);
                    return Err(Refusal::new(Fault::Taken, format!("someone else is already called {name}")));
                }
                self.note(Entry::Renamed { person, name });
                // The name also stands in what was decided before.
                self.fresh.all = true;
            }
            TeacherCommand::Move { person, to } => {
                self.known(person)?;
                if let Post::Seat(seat) = to {
                    self.seat(seat)?;
                }
                self.turn(Entry::Moved { person, to });
            }
            TeacherCommand::Remove { person } => {
                self.known(person)?;
                self.turn(Entry::Removed { person });
            }
            TeacherCommand::Bot { seat, bot } => {
                self.seat(seat)?;
                self.turn(Entry::Bot { seat, bot });
            }
            TeacherCommand::Admit { knock, yes } => {
                let at = self.knocks.iter().position(|known| known.number == knock && !known.refused);
                let at = at.ok_or_else(|| not_now("nobody is waiting there any more"))?;
                if yes {
                    let Knock { person, token, .. } = self.knocks.remove(at);
                    self.known(person)?;
                    self.tries.remove(&person);
                    self.welcome_back(person, token);
                } else {
                    self.knocks[at].refused = true;
                }
                self.fresh.class = true;
            }
            TeacherCommand::WhatIf(what_if) => return self.wonder(what_if),
            TeacherCommand::End => match self.state.stage {
                Stage::Play => return Err(not_now("days are passing: wait for the round's results")),
                Stage::Debrief | Stage::Ended => self.turn(Entry::Ended),
                _ => self.turn(Entry::Debriefing),
            },
            TeacherCommand::Story { day, about } => {
                return story(&self.future, day, &about).map_err(|wrong| Refusal { fault: Fault::Nonsense, wrong });
            }
        }
        Ok(done())
    }

    /// Takes in a what-if, to be computed.
    fn wonder(&mut self, what_if: WhatIf) -> Result<Value, Refusal> {
        let closed: Vec<Closed> = self.state.closed().cloned().collect();
        if self.state.stage < Stage::Results || self.state.stage == Stage::Play || closed.is_empty() {
            return Err(not_now("there is nothing to compare with yet: play a round first"));
        }
        if let Some(known) = self.state.asked.iter().position(|asked| *asked == what_if) {
            return Ok(json!({"schema": 1, "id": known}));
        }
        if self.state.asked.len() >= MOST_WHAT_IFS {
            return Err(Refusal::new(
                Fault::TooOften(FORGOTTEN),
                format!("a class can ask at most {MOST_WHAT_IFS} what-ifs"),
            ));
        }
        let (title, _) = other(&self.lesson, &self.world, &closed, &what_if)
            .map_err(|wrong| Refusal { fault: Fault::Nonsense, wrong })?;
        self.note(Entry::Asked(what_if));
        let id = self.add_what_if(title);
        Ok(json!({"schema": 1, "id": id}))
    }

    fn known(&self, person: u32) -> Result<(), Refusal> {
        let known = self.state.people.contains_key(&person);
        if known { Ok(()) } else { Err(nonsense(format!("there is nobody with the number {person}"))) }
    }

    fn seat(&self, seat: usize) -> Result<(), Refusal> {
        let seats = self.lesson.seats.len();
        if seat < seats { Ok(()) } else { Err(nonsense(format!("there are only {seats} seats, numbered from 0"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_rooms::{joined, room};
    use super::*;

    /// When wrong ones are forgotten tells nothing either.
    #[test]
    fn past_the_limit_the_right_pin_leaves_the_same_trace_as_a_wrong_one() {
        let (mut room, ..) = room(&[]);
        let ann = joined(&mut room, "Ann");
        let right = room.state.people[&ann].word.clone();
        for word in ["x".to_owned(), right] {
            let before = now();
            room.tries.insert(ann, (TRIES, before));
            let joining = Joining { name: "Ann".into(), word: Some(word.clone()), ..Joining::default() };
            let told = room.join(&joining).unwrap();
            assert_eq!(told["waiting"], true, "{word}: {told}");
            let (tries, since) = room.tries[&ann];
            assert!(tries == TRIES + 1 && since > before, "{word}: {tries} tries");
        }
    }
}
