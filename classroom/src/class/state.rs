//! The state of a class: the sum of the lines of its journal, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::asks::Answer;
use super::seats::{Person, Post, same_name};
use crate::lesson::Lesson;

/// Version of the journal's lines.
pub const SCHEMA: u32 = 1;
/// Fewest members of a parliament; with fewer, everyone votes.
const QUORUM: usize = 3;

/// The stages of a class, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// People join.
    #[default]
    Lobby,
    /// Everyone reads their card and answers the question before the lesson.
    Briefing,
    /// Everyone decides for the days that follow.
    Decide,
    /// These days pass.
    Play,
    /// Everyone sees the results.
    Results,
    /// The class looks back and asks what-ifs.
    Debrief,
    /// The class is over.
    Ended,
}

/// Answers of one seat, by key of the question.
pub type SeatAnswers = BTreeMap<String, Answer>;

/// The decisions of a person in one seat, in a round that is closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Name of the person.
    pub name: String,
    /// Number of the person; `None` in journals that did not note it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u32>,
    /// Whether they sent nothing in this round, so that their earlier answers still count.
    pub late: bool,
    /// All answers that count.
    pub answers: SeatAnswers,
}

/// How a round was closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Seats that a person steers, by number from 0; bots play all others.
    pub held: BTreeMap<usize, Held>,
    /// Number of the law that was passed, in the round's list, from 0; `None` if none was.
    pub law: Option<usize>,
    /// Number of votes of parliament for each law.
    pub votes: Vec<usize>,
}

/// A round: what was sent, and how it was closed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Round {
    /// Answers that were sent, by seat.
    pub said: BTreeMap<usize, SeatAnswers>,
    /// Numbers of the laws that were voted for, by person.
    pub votes: BTreeMap<u32, usize>,
    /// Predictions by person: whether the first measure will rise.
    pub foretold: BTreeMap<u32, bool>,
    /// How it was closed; `None` while it is open.
    pub closed: Option<Closed>,
}

/// A what-if: another history of the class, to be compared with the one that was played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum WhatIf {
    /// One seat answers differently in one round.
    Decision {
        /// The round, from 1.
        round: u32,
        /// Number of the seat, from 0.
        seat: usize,
        /// The answers that differ.
        answers: SeatAnswers,
    },
    /// Parliament passes another law in one round.
    Law {
        /// The round, from 1.
        round: u32,
        /// Number of the law in the round's list, from 0.
        law: usize,
    },
    /// The same decisions in another world of the lesson.
    World {
        /// Number of the world in the lesson, from 0.
        world: usize,
    },
    /// Nothing is forbidden, and nobody enforces.
    NoLaw,
    /// Bots play every seat.
    Bots,
    /// The same decisions with other seeds.
    Seeds,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The class was opened: always the first line.
    Opened {
        /// Version of the journal's lines.
        schema: u32,
        /// Version of the program.
        version: String,
        /// The code that people type to join.
        code: String,
        /// Bare name of the lesson.
        lesson: String,
        /// Seed of the world.
        seed: u64,
        /// The teacher's token.
        teacher: String,
        /// Whether it is a rehearsal: only bots play, and it moves on by itself.
        rehearsal: bool,
    },
    /// Someone joined.
    Joined {
        /// Their number, from 1.
        person: u32,
        /// Their name.
        name: String,
        /// Their token.
        token: String,
        /// Their return PIN.
        word: String,
        /// What they do.
        post: Post,
    },
    /// Someone came back on another device.
    Device {
        /// Number of the person.
        person: u32,
        /// Their new token.
        token: String,
    },
    /// Someone has not been looking at a page for a while.
    Away {
        /// Number of the person.
        person: u32,
    },
    /// Someone who was away looks at a page again.
    Back {
        /// Number of the person.
        person: u32,
    },
    /// Someone got another name.
    Renamed {
        /// Number of the person.
        person: u32,
        /// The new name.
        name: String,
    },
    /// Someone got another post; whoever had it swapped with them.
    Moved {
        /// Number of the person.
        person: u32,
        /// The new post.
        to: Post,
    },
    /// Someone was removed from the class.
    Removed {
        /// Number of the person.
        person: u32,
    },
    /// Newcomers go to the newsroom, or no longer do.
    Locked {
        /// Whether they do.
        locked: bool,
    },
    /// Names are hidden on the projector, or shown.
    Hidden {
        /// Whether they are hidden.
        hidden: bool,
    },
    /// A round closes by itself when everyone has decided, or no longer does.
    Auto {
        /// Whether it does.
        auto: bool,
    },
    /// The speed of days was set.
    Speed {
        /// Days per second, 1 to 100.
        days: u32,
    },
    /// The class was paused, or resumed.
    Paused {
        /// Whether it is paused.
        paused: bool,
    },
    /// A seat was handed to a bot, or back to its owner.
    Bot {
        /// Number of the seat, from 0.
        seat: usize,
        /// Whether a bot plays it.
        bot: bool,
    },
    /// Someone answered the question before the lesson.
    Predicted {
        /// Number of the person.
        person: u32,
        /// Number of the answer, from 0.
        answer: usize,
    },
    /// Someone decided for their seat.
    Said {
        /// Number of the person.
        person: u32,
        /// Number of the seat, from 0.
        seat: usize,
        /// The round, from 1.
        round: u32,
        /// The answers that were sent.
        answers: SeatAnswers,
    },
    /// Someone voted.
    Voted {
        /// Number of the person.
        person: u32,
        /// The round, from 1.
        round: u32,
        /// Number of the law in the round's list, from 0.
        law: usize,
    },
    /// Someone predicted whether the first measure will rise.
    Foretold {
        /// Number of the person.
        person: u32,
        /// The round, from 1.
        round: u32,
        /// Whether it will rise.
        rises: bool,
    },
    /// The briefing began.
    Began,
    /// The next round was opened for decisions.
    Deciding,
    /// A round was closed.
    Closed(Closed),
    /// The days of the round were over.
    Played,
    /// The round that was closed last was reopened.
    Undone,
    /// The debrief began.
    Debriefing,
    /// The class was over.
    Ended,
    /// A what-if was asked for.
    Asked(WhatIf),
}

/// The state of a class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The code that people type to join.
    pub code: String,
    /// Bare name of the lesson.
    pub lesson: String,
    /// Seed of the world.
    pub seed: u64,
    /// The teacher's token.
    pub teacher: String,
    /// Whether it is a rehearsal, in which only bots play.
    pub rehearsal: bool,
    /// The current stage.
    pub stage: Stage,
    /// Whether the class is paused.
    pub paused: bool,
    /// Whether a round closes by itself when everyone has decided.
    pub auto: bool,
    /// Whether newcomers go to the newsroom.
    pub locked: bool,
    /// Whether names are hidden on the projector.
    pub hidden: bool,
    /// Days per second, 1 to 100.
    pub speed: u32,
    /// The people in the class, by number.
    pub people: BTreeMap<u32, Person>,
    /// The highest number given to a person so far, from 1; 0 before anybody came.
    pub came: u32,
    /// Numbers of those who are not looking at a page. Who is not among them counts as here for a while after a restart.
    pub away: BTreeSet<u32>,
    /// Numbers of the seats that bots play in place of their owners.
    pub bots: BTreeSet<usize>,
    /// The rounds so far, the open one last.
    pub rounds: Vec<Round>,
    /// The what-ifs that were asked for.
    pub asked: Vec<WhatIf>,
}

impl State {
    /// The state after these lines.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut state = Self { speed: 3, ..Self::default() };
        for entry in entries {
            state.apply(entry.clone());
        }
        state
    }

    /// The same of a journal that was read from disk, where somebody may have written in it, or the lesson was another then.
    ///
    /// # Errors
    /// A sentence about the first line that cannot follow those before it in a class of this lesson.
    pub fn of_journal(entries: &[Entry], lesson: &Lesson) -> Result<Self, String> {
        let mut state = Self::of([]);
        for (nth, entry) in entries.iter().enumerate() {
            state.takes(entry, lesson).map_err(|wrong| format!("entry {} does not fit the class: {wrong}", nth + 1))?;
            state.apply(entry.clone());
        }
        Ok(state)
    }

    /// Whether a line can follow in a class of this lesson; if not, what is wrong with it.
    fn takes(&self, entry: &Entry, lesson: &Lesson) -> Result<(), String> {
        let fits = |holds: bool, wrong: &dyn Fn() -> String| if holds { Ok(()) } else { Err(wrong()) };
        let seat = |seat: usize| {
            let seats = lesson.seats.len();
            fits(seat < seats, &|| format!("it names seat {seat}; the lesson has {seats} seats, from 0 on"))
        };
        let post = |post: Post| if let Post::Seat(number) = post { seat(number) } else { Ok(()) };
        let round = |round: u32| {
            let rounds = self.round();
            fits((1..=rounds).contains(&round), &|| format!("it names round {round}; {rounds} have begun"))
        };
        let stage = |holds: bool| fits(holds, &|| format!("it cannot follow in the stage {:?}", self.stage));
        match entry {
            Entry::Joined { person, post: to, .. } => {
                fits((1..u32::MAX).contains(person), &|| format!("nobody has the number {person}"))?;
                post(*to)
            }
            Entry::Moved { to, .. } => post(*to),
            Entry::Bot { seat: number, .. } => seat(*number),
            Entry::Said { seat: number, round: at, .. } => seat(*number).and_then(|()| round(*at)),
            Entry::Voted { round: at, .. } | Entry::Foretold { round: at, .. } => round(*at),
            Entry::Deciding => {
                let rounds = lesson.rounds;
                stage(matches!(self.stage, Stage::Briefing | Stage::Results))?;
                fits(self.round() < rounds, &|| format!("the lesson has {rounds} rounds"))
            }
            Entry::Closed(closed) => {
                stage(self.stage == Stage::Decide)?;
                closed.held.keys().try_for_each(|&number| seat(number))
            }
            Entry::Played => stage(self.stage == Stage::Play),
            Entry::Undone | Entry::Asked(_) => stage(self.closed().next().is_some()),
            Entry::Began => stage(self.stage == Stage::Lobby),
            Entry::Debriefing => stage(self.stage != Stage::Play),
            Entry::Opened { .. }
            | Entry::Device { .. }
            | Entry::Away { .. }
            | Entry::Back { .. }
            | Entry::Renamed { .. }
            | Entry::Removed { .. }
            | Entry::Locked { .. }
            | Entry::Hidden { .. }
            | Entry::Auto { .. }
            | Entry::Speed { .. }
            | Entry::Paused { .. }
            | Entry::Predicted { .. }
            | Entry::Ended => Ok(()),
        }
    }

    /// Applies one more line.
    pub fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Opened { code, lesson, seed, teacher, rehearsal, .. } => {
                (self.code, self.lesson, self.seed, self.teacher) = (code, lesson, seed, teacher);
                self.rehearsal = rehearsal;
            }
            Entry::Joined { person, name, token, word, post } => {
                self.came = self.came.max(person);
                self.people.insert(person, Person { name, token, word, post, predicted: None });
            }
            Entry::Device { person, token } => self.change(person, |who| who.token = token),
            Entry::Away { person } => {
                self.away.insert(person);
            }
            Entry::Back { person } => {
                self.away.remove(&person);
            }
            Entry::Renamed { person, name } => {
                // A name that had to be changed is not shown in what was decided before either. Somebody else may have had it.
                let before = self.people.get(&person).map(|who| who.name.clone());
                let closed = self.rounds.iter_mut().filter_map(|round| round.closed.as_mut());
                for held in closed.flat_map(|closed| closed.held.values_mut()) {
                    if held.person.map_or(before.as_ref() == Some(&held.name), |of| of == person) {
                        held.name.clone_from(&name);
                    }
                }
                self.change(person, |who| who.name = name);
            }
            Entry::Moved { person, to } => {
                let Some(from) = self.people.get(&person).map(|who| who.post) else { return };
                if let Some(other) = self.at(to) {
                    self.change(other, |who| who.post = from);
                }
                self.change(person, |who| who.post = to);
            }
            Entry::Removed { person } => {
                self.people.remove(&person);
                self.away.remove(&person);
            }
            Entry::Locked { locked } => self.locked = locked,
            Entry::Hidden { hidden } => self.hidden = hidden,
            Entry::Auto { auto } => self.auto = auto,
            Entry::Speed { days } => self.speed = days,
            Entry::Paused { paused } => self.paused = paused,
            Entry::Bot { seat, bot: true } => {
                self.bots.insert(seat);
            }
            Entry::Bot { seat, bot: false } => {
                self.bots.remove(&seat);
            }
            Entry::Predicted { person, answer } => self.change(person, |who| who.predicted = Some(answer)),
            Entry::Said { seat, round, answers, .. } => {
                if let Some(round) = self.rounds.get_mut((round as usize).wrapping_sub(1)) {
                    round.said.entry(seat).or_default().extend(answers);
                }
            }
            Entry::Voted { person, round, law } => {
                if let Some(round) = self.rounds.get_mut((round as usize).wrapping_sub(1)) {
                    round.votes.insert(person, law);
                }
            }
            Entry::Foretold { person, round, rises } => {
                if let Some(round) = self.rounds.get_mut((round as usize).wrapping_sub(1)) {
                    round.foretold.insert(person, rises);
                }
            }
            Entry::Began => self.stage = Stage::Briefing,
            Entry::Deciding => {
                self.rounds.push(Round::default());
                self.stage = Stage::Decide;
            }
            Entry::Closed(closed) => {
                if let Some(round) = self.rounds.last_mut() {
                    round.closed = Some(closed);
                }
                self.stage = Stage::Play;
            }
            Entry::Played => self.stage = Stage::Results,
            Entry::Undone => {
                while self.rounds.len() > 1 && self.rounds.last().is_some_and(|round| round.closed.is_none()) {
                    self.rounds.pop();
                }
                if let Some(round) = self.rounds.last_mut() {
                    round.closed = None;
                    self.stage = Stage::Decide;
                }
                // What-ifs were asked about the history that is undone.
                self.asked.clear();
            }
            Entry::Debriefing => self.stage = Stage::Debrief,
            Entry::Ended => self.stage = Stage::Ended,
            Entry::Asked(what_if) => self.asked.push(what_if),
        }
    }

    fn change(&mut self, person: u32, how: impl FnOnce(&mut Person)) {
        if let Some(who) = self.people.get_mut(&person) {
            how(who);
        }
    }

    /// The current round, from 1; 0 before the first.
    pub fn round(&self) -> u32 {
        self.rounds.len() as u32
    }

    /// Rounds that are closed, in order.
    pub fn closed(&self) -> impl Iterator<Item = &Closed> {
        self.rounds.iter().filter_map(|round| round.closed.as_ref())
    }

    /// Number of the person in a seat; `None` if it is empty, or the post is not a seat.
    pub fn at(&self, post: Post) -> Option<u32> {
        matches!(post, Post::Seat(_))
            .then(|| self.people.iter().find(|(_, who)| who.post == post).map(|(&person, _)| person))
            .flatten()
    }

    /// Number of the person of this name, if there is one.
    pub fn named(&self, name: &str) -> Option<u32> {
        self.people.iter().find(|(_, who)| same_name(&who.name, name)).map(|(&person, _)| person)
    }

    /// A seat's answers in the last closed round; `None` if a bot played it then.
    pub fn before(&self, seat: usize) -> Option<&SeatAnswers> {
        self.closed().last().and_then(|closed| closed.held.get(&seat)).map(|held| &held.answers)
    }

    /// Whether everyone votes: that is so while fewer than three sit in parliament.
    pub fn all_vote(&self) -> bool {
        self.people.values().filter(|who| who.post == Post::Parliament).count() < QUORUM
    }

    /// Whether this person votes: parliament, whose votes decide, and the newsroom, whose votes break a tie.
    pub fn votes(&self, person: u32) -> bool {
        let seated = self.people.get(&person).is_some_and(|who| matches!(who.post, Post::Seat(_)));
        self.all_vote() || !seated
    }

    /// Whether this person has done what the open round asks of them.
    pub fn decided(&self, person: u32) -> bool {
        let (Some(who), Some(round)) = (self.people.get(&person), self.rounds.last()) else { return false };
        match who.post {
            Post::Seat(seat) => round.said.contains_key(&seat) || self.bots.contains(&seat),
            Post::Parliament => round.votes.contains_key(&person),
            Post::Newsroom => round.votes.contains_key(&person) || round.foretold.contains_key(&person),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(person: u32, name: &str, post: Post) -> Entry {
        Entry::Joined { person, name: name.into(), token: format!("t{person}"), word: "0000".into(), post }
    }

    fn said(seat: usize, round: u32, key: &str, number: f64) -> Entry {
        let answers = [(key.to_owned(), Answer::Number(number))].into();
        Entry::Said { person: 1, seat, round, answers }
    }

    fn closed(answers: &[(&str, f64)]) -> Entry {
        let answers = answers.iter().map(|(key, number)| ((*key).to_owned(), Answer::Number(*number))).collect();
        let held = [(0, Held { name: "Ann".into(), person: Some(1), late: false, answers })].into();
        Entry::Closed(Closed { held, law: None, votes: Vec::new() })
    }

    #[test]
    fn whoever_is_moved_to_a_seat_changes_places_with_its_owner() {
        let mut state = State::of(&[
            joined(1, "Ann", Post::Seat(0)),
            joined(2, "Ben", Post::Seat(1)),
            joined(3, "Cem", Post::Newsroom),
            Entry::Moved { person: 3, to: Post::Seat(0) },
            Entry::Moved { person: 2, to: Post::Parliament },
        ]);
        let posts = |state: &State| state.people.values().map(|who| who.post).collect::<Vec<_>>();
        assert_eq!(posts(&state), [Post::Newsroom, Post::Parliament, Post::Seat(0)]);
        state.apply(Entry::Removed { person: 3 });
        assert_eq!((state.at(Post::Seat(0)), state.came, state.named("ANN")), (None, 3, Some(1)));
    }

    #[test]
    fn another_name_stands_in_what_was_decided_before_and_whoever_is_away_stays_away() {
        let mut state = State::of(&[
            joined(1, "Ann", Post::Seat(0)),
            Entry::Away { person: 1 },
            Entry::Began,
            Entry::Deciding,
            closed(&[("markup", 3.0)]),
            Entry::Renamed { person: 1, name: "Anna".into() },
        ]);
        assert_eq!(state.closed().next().unwrap().held[&0].name, "Anna");
        assert_eq!(state.away, BTreeSet::from([1]));
        state.apply(Entry::Back { person: 1 });
        assert!(state.away.is_empty());
    }

    /// Ann has left; another Ann, who came later, is renamed. A journal of before says only names, and is read as before.
    #[test]
    fn another_name_is_that_of_the_person_and_of_nobody_who_had_it_before() {
        let mut state = State::of(&[
            joined(1, "Ann", Post::Seat(0)),
            Entry::Began,
            Entry::Deciding,
            closed(&[("markup", 3.0)]),
            Entry::Removed { person: 1 },
            joined(2, "Ann", Post::Seat(0)),
            Entry::Renamed { person: 2, name: "Bea".into() },
        ]);
        let held = |state: &State| state.closed().next().unwrap().held[&0].name.clone();
        assert_eq!((held(&state), &*state.people[&2].name), ("Ann".into(), "Bea"));
        let old = r#"{"closed":{"held":{"0":{"name":"Ann","late":false,"answers":{}}},"law":null,"votes":[]}}"#;
        let old: Entry = serde_json::from_str(old).unwrap();
        for entry in [Entry::Undone, old, Entry::Renamed { person: 2, name: "Ann".into() }] {
            state.apply(entry);
        }
        state.apply(Entry::Renamed { person: 2, name: "Cem".into() });
        assert_eq!(held(&state), "Cem");
    }

    #[test]
    fn a_round_that_is_undone_is_open_again_with_what_was_sent() {
        let lines = [Entry::Began, Entry::Deciding, said(0, 1, "markup", 2.0), said(0, 1, "markup", 3.0)];
        let mut state = State::of(&lines);
        let open = state.clone();
        state.apply(closed(&[("markup", 3.0)]));
        state.apply(Entry::Played);
        assert_eq!(state.stage, Stage::Results);
        state.apply(Entry::Deciding);
        state.apply(said(0, 2, "markup", 9.0));
        assert_eq!((state.round(), state.before(0).map(|held| held["markup"].clone())), (2, Some(Answer::Number(3.0))));
        state.apply(Entry::Undone);
        assert_eq!(state, open);
        assert_eq!(state.rounds[0].said[&0]["markup"], Answer::Number(3.0));
    }

    #[test]
    fn a_journal_of_another_lesson_or_that_somebody_wrote_in_is_refused_with_its_entry() {
        let lesson = crate::lesson::small();
        let read = |lines: &[Entry]| State::of_journal(lines, &lesson);
        let round = || [Entry::Deciding, closed(&[]), Entry::Played];
        let whole: Vec<Entry> = std::iter::once(Entry::Began)
            .chain((0..lesson.rounds).flat_map(|_| round()))
            .chain([Entry::Asked(WhatIf::Seeds), Entry::Undone, closed(&[]), Entry::Played, Entry::Debriefing])
            .collect();
        assert_eq!(read(&whole), Ok(State::of(&whole)));
        let cases = [
            (vec![joined(1, "Ann", Post::Seat(3))], "entry 1 does not fit the class: it names seat 3"),
            (vec![joined(u32::MAX, "Ann", Post::Newsroom)], "nobody has the number 4294967295"),
            (vec![Entry::Began, Entry::Moved { person: 1, to: Post::Seat(9) }], "entry 2 does not fit the class"),
            (vec![Entry::Bot { seat: 7, bot: true }], "the lesson has 3 seats"),
            (vec![Entry::Began, Entry::Deciding, said(0, 0, "severity", 1.0)], "it names round 0; 1 have begun"),
            (vec![Entry::Began, Entry::Deciding, said(5, 1, "severity", 1.0)], "it names seat 5"),
            (vec![Entry::Voted { person: 1, round: 1, law: 0 }], "it names round 1; 0 have begun"),
            (vec![Entry::Played], "the stage Lobby"),
            (vec![closed(&[])], "the stage Lobby"),
            (vec![Entry::Undone], "the stage Lobby"),
            (vec![Entry::Asked(WhatIf::Bots)], "the stage Lobby"),
            ((whole[..=3 * lesson.rounds as usize]).iter().cloned().chain([Entry::Deciding]).collect(), "has 5 rounds"),
        ];
        for (lines, wrong) in cases {
            let told = read(&lines).unwrap_err();
            assert!(told.contains(wrong), "{told} instead of {wrong}");
        }
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let lines = [
            joined(1, "Ann \"Q\"\n", Post::Seat(4)),
            joined(2, "Ben", Post::Parliament),
            Entry::Deciding,
            said(0, 1, "quality", 0.1 + 0.2),
            closed(&[("quality", 0.1 + 0.2)]),
            Entry::Asked(WhatIf::Law { round: 1, law: 2 }),
            Entry::Asked(WhatIf::Seeds),
        ];
        for line in lines {
            let text = serde_json::to_string(&line).unwrap();
            assert!(!text.contains('\n'), "{text}");
            assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), line, "{text}");
        }
    }
}
