//! Commands of the teacher and of students: whether they are allowed, and what they do.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::orders::other;
use super::published::Who;
use super::seats::{Post, fit_name, same_name, token, word};
use super::state::{Closed, Entry, Stage, WhatIf};
use super::state_of_room::{Knock, Room};
use super::{Deed, Fault, Joining, Refusal, TeacherCommand};
use crate::pace::now;
use crate::story::story;

/// People in a class, at most: far more than fit into any room.
const MOST_PEOPLE: usize = 1_000;
/// Requests to come back in that can wait at a time.
const MOST_KNOCKS: usize = 50;
/// Wrong return PINs for one name before it has to wait.
const TRIES: u32 = 5;
/// Time after which wrong PINs are forgotten.
const FORGOTTEN: Duration = Duration::from_mins(5);
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
        match (self.state.named(&name), &joining.word) {
            (None, _) => {
                if self.state.people.len() >= MOST_PEOPLE {
                    return Err(not_now("this class is full"));
                }
                let (person, token) = (self.state.came + 1, token());
                let post = self.free_post();
                self.note(Entry::Joined { person, name, token: token.clone(), word: word(), post });
                self.fresh.people.insert(person);
                self.greet(person);
                Ok(json!({"schema": 1, "token": token, "person": person}))
            }
            (Some(person), Some(said)) => {
                let (tries, since) = self.tries.get(&person).copied().unwrap_or((0, now()));
                let tries = if since.elapsed() >= FORGOTTEN { 0 } else { tries };
                if tries >= TRIES {
                    return Err(Refusal::new(
                        Fault::TooOften(FORGOTTEN),
                        "too many wrong PINs: ask your teacher to let you in",
                    ));
                }
                if self.state.people[&person].word != said.trim() {
                    self.tries.insert(person, (tries + 1, now()));
                    return Err(nonsense("that is not the PIN for this name"));
                }
                self.tries.remove(&person);
                Ok(self.welcome_back(person, token()))
            }
            (Some(person), None) if joining.knock => {
                if self.knocks.iter().filter(|knock| !knock.refused).count() >= MOST_KNOCKS {
                    return Err(Refusal::new(
                        Fault::TooOften(FORGOTTEN),
                        "too many people are waiting to be let in: ask your teacher",
                    ));
                }
                self.knocks.retain(|knock| !knock.refused);
                self.knocked += 1;
                let token = token();
                self.knocks.push(Knock { number: self.knocked, person, token: token.clone(), refused: false });
                self.fresh.class = true;
                Ok(json!({"schema": 1, "token": token, "waiting": true}))
            }
            (Some(_), None) => Err(Refusal::new(
                Fault::Taken,
                format!("someone here is already called {name}: choose another name, or come back with your PIN"),
            )),
        }
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
        if self.state.paused {
            return Err(not_now("the class is paused"));
        }
        let post = self.state.people[&person].post;
        let open = |round: u32| {
            let known = self.state.stage == Stage::Decide && round == self.state.round();
            if known { Ok(()) } else { Err(not_now(format!("round {round} is not open for decisions"))) }
        };
        let entry = match deed {
            Deed::Here => return Ok(()),
            Deed::Predict { answer } => {
                if self.state.round() > 1 || self.state.stage > Stage::Play {
                    return Err(not_now("the lesson has begun: it is too late to predict"));
                }
                if answer >= self.lesson.before.answers.len() {
                    return Err(nonsense(format!("there are only {} answers", self.lesson.before.answers.len())));
                }
                Entry::Predicted { person, answer }
            }
            Deed::Decide { round, answers } => {
                open(round)?;
                let Post::Seat(seat) = post else {
                    return Err(Refusal::new(Fault::NotYours, "you have no seat: you can only vote or predict"));
                };
                for (key, answer) in &answers {
                    let ask = self.asks[seat].iter().find(|ask| ask.key == key);
                    let ask = ask.ok_or_else(|| {
                        let known: Vec<&str> = self.asks[seat].iter().map(|ask| ask.key).collect();
                        nonsense(format!("you are not asked `{key}`; you are asked {}", known.join(", ")))
                    })?;
                    ask.orders(answer).map_err(nonsense)?;
                }
                Entry::Said { person, seat, round, answers }
            }
            Deed::Vote { round, law } => {
                open(round)?;
                if !self.state.votes(person) {
                    return Err(Refusal::new(Fault::NotYours, "only parliament and the newsroom vote"));
                }
                let laws = self.lesson.laws_of(round).len();
                if law >= laws {
                    return Err(nonsense(format!("there are only {laws} laws to choose from")));
                }
                Entry::Voted { person, round, law }
            }
            Deed::Foretell { round, rises } => {
                open(round)?;
                if post != Post::Newsroom {
                    return Err(Refusal::new(Fault::NotYours, "only the newsroom predicts"));
                }
                Entry::Foretold { person, round, rises }
            }
        };
        self.note(entry);
        self.fresh.people.insert(person);
        Ok(())
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
            TeacherCommand::Undo => {
                if self.state.closed().next().is_none() {
                    return Err(not_now("no round has been closed yet"));
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
                    return Err(Refusal::new(Fault::Taken, format!("someone else is already called {name}")));
                }
                self.note(Entry::Renamed { person, name });
                self.fresh.people.insert(person);
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
