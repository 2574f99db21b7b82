//! What everyone sees: a line of JSON for each reader. A line that did not change stays the same, so that nobody is sent the
//! same thing twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::asks::{Answer, Ask, clashes};
use super::awards::awards;
use super::figures::{RoundFigure, rank};
use super::published::{Board, PublishedLine, Who, line};
use super::seats::{Person, Post};
use super::state::{SeatAnswers, Stage};
use super::state_of_room::Room;
use crate::headline::{events, is_news, told};
use crate::view;

/// Headlines of a round, at most.
const HEADLINES: usize = 10;

impl Room {
    /// Publishes what has changed.
    pub(super) fn publish(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        if !(fresh.class || fresh.town || fresh.all || !fresh.people.is_empty()) {
            return;
        }
        let mut board = Board::clone(&self.board.borrow());
        if fresh.town {
            self.show_town(&mut board);
        }
        if fresh.class || fresh.all || !fresh.people.is_empty() {
            board.doors = Arc::new(self.doors());
            board.over = self.state.stage == Stage::Ended;
            renew(&mut board.class, &self.class_line());
            if fresh.all {
                renew(&mut board.past, &self.past());
            }
            renew(&mut board.monitor, &self.monitor());
            board.knocks.retain(|number, _| self.knocks.iter().any(|knock| knock.number == *number));
            for knock in &self.knocks {
                renew(board.knocks.entry(knock.number).or_default(), &self.knock_line(knock.refused));
            }
            board.what_ifs.resize(self.what_ifs.len(), PublishedLine::default());
            for (id, what_if) in self.what_ifs.iter().enumerate() {
                let (result, wrong) = match &what_if.result {
                    None => (None, None),
                    Some(Ok(result)) => (Some(result), None),
                    Some(Err(wrong)) => (None, Some(wrong)),
                };
                let told = json!({
                    "kind": "what_if", "schema": 1, "id": id, "title": what_if.title, "done": what_if.done,
                    "of": what_if.of, "result": result, "wrong": wrong,
                });
                renew(&mut board.what_ifs[id], &told);
            }
            board.people.retain(|person, _| self.state.people.contains_key(person));
            for &person in self.state.people.keys() {
                let told = board.people.entry(person).or_default();
                if fresh.all || fresh.people.contains(&person) || told.is_empty() {
                    renew(told, &self.person_line(person));
                }
            }
        }
        board.stamp();
        self.board.send_replace(Arc::new(board));
    }

    fn show_town(&self, board: &mut Board) {
        if board.hello.is_empty() {
            let setup = view::setup(&self.lesson.scenario, self.future.scenario());
            board.hello = line(&json!({"kind": "hello", "schema": 1, "setup": setup}));
        }
        let days = Arc::make_mut(&mut board.days);
        if board.era != self.era {
            board.era = self.era;
            days.clear();
        }
        for (at, day) in self.future.days().iter().enumerate().skip(days.len()) {
            let day = std::iter::once(&**day);
            days.push(line(&json!({
                "kind": "rows", "future": 0, "from": at, "to": at, "tables": view::rows(day.clone()),
                "news": view::news(day),
            })));
        }
        let now = self.day();
        board.town = line(&json!({
            "kind": "state", "now": now, "goal": null, "playing": self.state.stage == Stage::Play && !self.state.paused,
            "speed": self.state.speed,
            "futures": [{
                "lived": now,
                "changes": [],
                "timeline": self.future.scenario().timeline.iter().map(view::entry).collect::<Vec<_>>(),
                "valve": self.future.scenario().valve(),
                "digest": self.future.digest().map(|digest| &digest.all),
                "dots": self.future.day(now).map(|day| day.dots.json()),
            }],
        }));
    }

    fn doors(&self) -> BTreeMap<String, Who> {
        let people = self.state.people.iter().map(|(&person, who)| (who.token.clone(), Who::Person(person)));
        let knocks = self.knocks.iter().map(|knock| (knock.token.clone(), Who::Knock(knock.number)));
        std::iter::once((self.state.teacher.clone(), Who::Teacher)).chain(people).chain(knocks).collect()
    }

    fn knock_line(&self, refused: bool) -> Value {
        if refused {
            return no_seat("your teacher did not let you in: join under another name");
        }
        json!({"kind": "you", "schema": 1, "waiting": true, "lesson": self.lesson.title})
    }

    /// The name of whoever has a seat, unless names are hidden.
    fn shown_name(&self, seat: usize) -> Option<&str> {
        let person = self.state.at(Post::Seat(seat)).filter(|_| !self.state.hidden)?;
        Some(&self.state.people[&person].name)
    }

    fn class_line(&self) -> Value {
        let (state, lesson) = (&self.state, &self.lesson);
        let round = state.round();
        let open = round.max(1).min(lesson.rounds);
        let seats = lesson.seats.iter().enumerate().map(|(seat, card)| {
            let person = state.at(Post::Seat(seat));
            json!({
                "seat": seat, "role": card.role, "title": card.title, "actor": card.actor, "name": self.shown_name(seat),
                "bot": person.is_none() || state.bots.contains(&seat) || person.is_some_and(|person| !self.is_here(person)),
                "here": person.is_some_and(|person| self.is_here(person)),
                "taken": person.is_some(),
                "decided": person.is_some_and(|person| state.decided(person)),
            })
        });
        let closed = state.rounds.last().and_then(|round| round.closed.as_ref());
        let counts = |post| state.people.values().filter(|who| who.post == post).count();
        let results = self.state.stage >= Stage::Results || self.figures.len() as u32 >= 1;
        json!({
            "kind": "class", "schema": 1, "code": state.code, "join": self.terms.join,
            "alone": self.alone,
            "lesson": {
                "name": state.lesson, "number": lesson.number, "title": lesson.title, "question": lesson.question,
                "aims": lesson.aims, "words": lesson.words, "play": lesson.play, "look": lesson.look,
                "discuss": lesson.discuss,
            },
            "stage": state.stage, "round": round, "rounds": lesson.rounds, "window": lesson.window(open),
            "day": self.day(), "paused": state.paused, "auto": state.auto, "locked": state.locked,
            "hidden": state.hidden, "speed": state.speed, "rehearsal": state.rehearsal,
            "people": state.people.len(), "parliament": counts(Post::Parliament), "newsroom": counts(Post::Newsroom),
            "seated": (0..lesson.seats.len()).filter(|&seat| state.at(Post::Seat(seat)).is_some()).count(),
            "waiting": self.waiting(),
            "seats": seats.collect::<Vec<_>>(),
            "laws": lesson.laws_of(open).iter().map(|law| json!({"title": law.title, "text": law.text})).collect::<Vec<_>>(),
            "votes": closed.map(|closed| &closed.votes),
            "passed": closed.and_then(|closed| closed.law),
            "measures": self.measures(),
            "headlines": self.headlines(),
            "predictions": {
                "question": lesson.before.question, "answers": lesson.before.answers,
                "counts": results.then(|| (0..lesson.before.answers.len()).map(|answer| {
                    state.people.values().filter(|who| who.predicted == Some(answer)).count()
                }).collect::<Vec<_>>()),
            },
        })
    }

    /// The line `history`: long, and it changes only once a round.
    fn past(&self) -> Value {
        let over = self.state.stage >= Stage::Debrief;
        json!({
            "kind": "history", "schema": 1,
            "history": if self.state.stage >= Stage::Results { self.history() } else { Vec::new() },
            "awards": if over { awards(self) } else { Vec::new() },
            "other_worlds": self.lesson.other_worlds.iter().map(|world| &world.title).collect::<Vec<_>>(),
        })
    }

    fn measures(&self) -> Vec<Value> {
        let of = |at: usize| self.figures.iter().map(|figures| figures.measures[at]).collect::<Vec<_>>();
        let eve = |at: usize| self.eve.as_ref().map(|figures| figures.measures[at]);
        let counted = self.counters.measures.iter().enumerate();
        counted.map(|(at, counted)| counted_json(counted, eve(at), of(at), None)).collect()
    }

    /// Headlines of the last round played: the rarest kinds are chosen first, then put in order of days.
    fn headlines(&self) -> Vec<Value> {
        let rounds = self.figures.len() as u32;
        if rounds == 0 || self.state.stage < Stage::Results {
            return Vec::new();
        }
        let (first, last) = self.lesson.window(rounds);
        let days = &self.future.days()[first as usize..=(last as usize).min(self.future.days().len() - 1)];
        let mut kinds: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for event in days.iter().flat_map(|day| events(day)).filter(|event| is_news(event) && event.kind != "policy") {
            kinds.entry(event.kind.clone()).or_default().push(event);
        }
        let mut kinds: Vec<Vec<_>> = kinds.into_values().collect();
        kinds.sort_by_key(Vec::len);
        let mut chosen: Vec<_> = kinds.into_iter().flat_map(|kind| kind.into_iter().take(2)).take(HEADLINES).collect();
        chosen.sort_by_key(|event| event.event);
        chosen.iter().map(|event| json!({"day": event.day, "kind": event.kind, "text": told(event)})).collect()
    }

    /// Who decided what, round by round.
    fn history(&self) -> Vec<Value> {
        self.state
            .closed()
            .zip(1..)
            .map(|(closed, round)| {
                let orders = self.lesson.seats.iter().enumerate().map(|(seat, card)| {
                    let held = closed.held.get(&seat);
                    let none = SeatAnswers::new();
                    let answers = held.map_or(&none, |held| &held.answers);
                    let asks = &self.asked[round as usize - 1][seat];
                    let told = asks.iter().filter(|_| held.is_some()).map(|ask| {
                        let answer = answers.get(ask.key).unwrap_or(&ask.usual);
                        json!({"key": ask.key, "question": ask.question, "answer": answer, "words": ask.words(answer)})
                    });
                    json!({
                        "seat": seat, "title": card.title, "role": card.role,
                        "name": held.filter(|_| !self.state.hidden).map(|held| &held.name),
                        "by": held.map_or("bot", |held| if held.late { "late" } else { "person" }),
                        "answers": told.collect::<Vec<_>>(),
                    })
                });
                let laws = self.lesson.laws_of(round).iter();
                json!({
                    "round": round, "passed": closed.law, "votes": closed.votes,
                    "laws": laws.map(|law| &law.title).collect::<Vec<_>>(), "orders": orders.collect::<Vec<_>>(),
                })
            })
            .collect()
    }

    /// In how many rounds this person predicted correctly whether the first measure would rise.
    pub(super) fn right(&self, person: u32) -> usize {
        self.state
            .rounds
            .iter()
            .zip(0..self.figures.len())
            .filter(|(round, at)| {
                let risen = self.risen(*at);
                risen.is_some() && round.foretold.get(&person).copied() == risen
            })
            .count()
    }

    /// Whether the first measure rose in a round (from 0) against the one before, or against the days before the first.
    fn risen(&self, at: usize) -> Option<bool> {
        let before = if at == 0 { self.eve.as_ref()? } else { self.figures.get(at - 1)? };
        Some(self.figures.get(at)?.measures.first()? > before.measures.first()?)
    }

    fn person_line(&self, person: u32) -> Value {
        let (state, lesson) = (&self.state, &self.lesson);
        let who = &state.people[&person];
        let round = state.rounds.last();
        let mut told = json!({
            "kind": "you", "schema": 1, "person": person, "name": who.name, "word": who.word, "post": who.post,
            "decided": state.stage == Stage::Decide && state.decided(person),
            "vote": round.and_then(|round| round.votes.get(&person)),
            "foretold": round.and_then(|round| round.foretold.get(&person)),
            "predicted": who.predicted,
            "before": lesson.before, "votes": state.votes(person),
            "bot": false, "asks": [], "clashes": [], "numbers": [],
        });
        match who.post {
            Post::Seat(seat) => {
                let card = &lesson.seats[seat];
                let said = round.and_then(|round| round.said.get(&seat)).filter(|_| state.stage == Stage::Decide);
                let before = state.before(seat);
                told["role"] = json!(card.role);
                told["role_name"] = card.role.about().name.into();
                told["seat"] = seat.into();
                told["title"] = card.title.clone().into();
                told["actor"] = card.actor.clone().into();
                told["card"] = card.card.clone().into();
                told["aim"] = self.counters.seats[seat][0].text.clone().into();
                told["bot"] = state.bots.contains(&seat).into();
                told["asks"] = self.asks[seat]
                    .iter()
                    .map(|ask| {
                        let value = before.and_then(|before| before.get(ask.key));
                        ask_json(ask, Some(value.unwrap_or(&ask.usual)), said.and_then(|said| said.get(ask.key)))
                    })
                    .collect();
                told["clashes"] = json!(clashes(&self.asks[seat]));
                told["numbers"] = self.numbers(seat).into();
            }
            Post::Parliament => {
                told["title"] = "Parliament".into();
                told["card"] = lesson.parliament.clone().into();
                told["numbers"] = self.measures().into();
            }
            Post::Newsroom => {
                told["title"] = "The newsroom".into();
                told["card"] = lesson.newsroom.clone().into();
                let first = &self.counters.measures[0];
                told["foretells"] =
                    format!("{}: will it rise or fall over the next {} days?", first.text, lesson.days).into();
                told["right"] = self.right(person).into();
                told["numbers"] = self.measures().into();
            }
        }
        told
    }

    /// The numbers of a seat, its aim first.
    fn numbers(&self, seat: usize) -> Vec<Value> {
        let role = self.lesson.seats[seat].role;
        let rivals = (0..self.lesson.seats.len()).filter(|&other| self.lesson.seats[other].role == role);
        let rivals: Vec<usize> = rivals.collect();
        self.counters.seats[seat]
            .iter()
            .enumerate()
            .map(|(at, counted)| {
                let values: Vec<f64> = self.figures.iter().map(|figures| figures.seats[seat][at]).collect();
                let ranked = self.figures.last().filter(|_| at == 0 && self.lesson.ranked && rivals.len() > 1);
                let place = ranked.and_then(|figures| {
                    let all: Vec<f64> = rivals.iter().map(|&other| figures.seats[other][0]).collect();
                    Some((rank(figures.seats[seat][0], &all, counted.better)?, all.len()))
                });
                let eve = self.eve.as_ref().map(|figures| figures.seats[seat][at]);
                counted_json(counted, eve, values, place)
            })
            .collect()
    }

    fn monitor(&self) -> Value {
        let state = &self.state;
        // Whoever is missing comes first: those who are waited for, then those who are away.
        let missing = |&(&person, who): &(&u32, &Person)| {
            let (here, done) = (
                self.is_here(person),
                match state.stage {
                    Stage::Decide => state.decided(person),
                    Stage::Briefing => who.predicted.is_some(),
                    _ => false,
                },
            );
            let waits = matches!(state.stage, Stage::Decide | Stage::Briefing);
            let rank = match (here, done) {
                (true, false) if waits => 0,
                (false, false) => 1,
                _ => 2,
            };
            (rank, person)
        };
        let mut people: Vec<(&u32, &Person)> = state.people.iter().collect();
        people.sort_by_key(missing);
        let people = people.into_iter().map(|(&person, who)| {
            let (bot, title) = match who.post {
                Post::Seat(seat) => (state.bots.contains(&seat), self.lesson.seats[seat].title.as_str()),
                Post::Parliament => (false, "Parliament"),
                Post::Newsroom => (false, "The newsroom"),
            };
            let presence = self.here.get(&person);
            let away = presence.and_then(|who| who.left).map(|left| left.elapsed().as_secs());
            json!({
                "person": person, "name": who.name, "post": who.post, "title": title, "word": who.word,
                "here": self.is_here(person), "open": presence.is_some_and(|who| who.pages > 0),
                "away": away, "decided": state.stage == Stage::Decide && state.decided(person), "bot": bot,
                "predicted": who.predicted,
            })
        });
        let seats = self.lesson.seats.iter().enumerate().map(|(seat, card)| {
            json!({
                "seat": seat, "title": card.title, "role": card.role, "actor": card.actor,
                "person": state.at(Post::Seat(seat)), "bot": state.bots.contains(&seat),
                "asks": self.asks[seat].iter().map(|ask| ask_json(ask, None, None)).collect::<Vec<_>>(),
                "clashes": clashes(&self.asks[seat]),
            })
        });
        let knocks = self.knocks.iter().filter(|knock| !knock.refused).map(|knock| {
            let name = state.people.get(&knock.person).map(|who| &who.name);
            json!({"knock": knock.number, "person": knock.person, "name": name})
        });
        json!({
            "kind": "monitor", "schema": 1, "people": people.collect::<Vec<_>>(), "seats": seats.collect::<Vec<_>>(),
            "knocks": knocks.collect::<Vec<_>>(), "ready": state.stage == Stage::Decide && self.waiting() == 0,
            "troubles": self.troubles,
            "undo": state.closed().next().is_some() && state.stage != Stage::Ended,
            "notes": self.lesson.notes,
        })
    }
}

/// Replaces a line, unless the new one says the same.
fn renew(held: &mut PublishedLine, value: &Value) {
    let text = value.to_string();
    if **held != *text {
        *held = text.into();
    }
}

/// The last line for someone who is no longer in the class. It says why.
pub fn gone(why: &str) -> PublishedLine {
    line(&no_seat(why))
}

fn no_seat(why: &str) -> Value {
    json!({"kind": "you", "schema": 1, "gone": why})
}

fn ask_json(ask: &Ask, value: Option<&Answer>, said: Option<&Answer>) -> Value {
    let mut told = json!(ask);
    if let Some(value) = value {
        told["value"] = json!(value);
        told["said"] = json!(said);
    }
    told
}

fn counted_json(counted: &RoundFigure, eve: Option<f64>, values: Vec<f64>, place: Option<(usize, usize)>) -> Value {
    let change = match values[..] {
        [.., before, last] => Some(last - before),
        [only] => eve.map(|eve| only - eve),
        [] => None,
    };
    json!({
        "text": counted.text, "unit": counted.unit, "better": counted.better, "eve": eve, "change": change,
        "rank": place.map(|(rank, _)| rank), "of": place.map(|(_, of)| of), "values": values,
    })
}
