//! Every lesson, played by a program with any answers: sensible, extreme, contradictory, missing and nonsense. No round is
//! refused, nothing that contradicts itself is kept, and every day that follows can be run.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contraband_lab::batch::Runner;
use contraband_sim::base::dice::{Dice, Draws, Purpose, pick};
use contraband_sim::ids::good::Good;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::asks::{Answer, Ask, AskKind, Choice, asks, clashes, contradiction};
use super::journal::ClassJournal;
use super::published::Who;
use super::recovery::mended;
use super::seats::Post;
use super::state::{Closed, Entry, Held, SCHEMA, Stage, State};
use super::state_of_room::Room;
use super::{ClassSettings, Fault, Joining, Refusal};
use crate::lesson::{LESSONS, Lesson, lesson};
use crate::seat::Role;

/// Days of a round here: enough that orders begin, hold and end.
const DAYS: u32 = 3;

/// Draws one after the other, always the same from one seed.
struct AnswerDraws(Draws);

impl AnswerDraws {
    fn of(seed: u64) -> Self {
        Self(Dice::new(seed).draws(Purpose::Toy, 0, 0, 1))
    }

    fn below(&mut self, many: usize) -> usize {
        let mut word = [0];
        self.0.fill(&mut word);
        pick(word[0], many.max(1) as u32).0 as usize
    }

    fn of_a_hundred(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A lesson in a small town, whose rounds are short.
fn short(name: &str) -> Lesson {
    let mut lesson = lesson(name).unwrap();
    let day = |lesson: &Lesson, day: u32| {
        if day > lesson.past { (day - lesson.past - 1) / lesson.days * DAYS + DAYS + 1 } else { 1 }
    };
    for at in 0..lesson.happens.len() {
        let happens = &lesson.happens[at];
        let (from, until) = (day(&lesson, happens.day), happens.until.map(|until| day(&lesson, until)));
        (lesson.happens[at].day, lesson.happens[at].until) = (from, until);
    }
    lesson.set.push(("citizens.count".into(), "100".into()));
    (lesson.past, lesson.days) = (DAYS, DAYS);
    lesson
}

/// A class of this lesson, and the folder of its journal.
fn opened(lesson: Lesson, name: &str, seed: u64) -> (Room, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = ClassJournal::begin(folder.path(), "BCDFGH").unwrap();
    let first = Entry::Opened {
        schema: SCHEMA,
        version: "0".into(),
        code: "BCDFGH".into(),
        lesson: name.into(),
        seed,
        teacher: "t".into(),
        rehearsal: false,
    };
    journal.note(&first);
    let terms = ClassSettings {
        threads: 1,
        away: Duration::from_mins(9),
        rest: Duration::from_millis(50),
        join: String::new(),
    };
    let calls = Arc::new(Mutex::new(channel().0));
    let board = watch::channel(Arc::default()).0;
    (Room::new(lesson, journal, State::of([&first]), &terms, Arc::downgrade(&calls), board).unwrap(), folder)
}

/// Any answer to a question, and whether it is one.
fn answer(draws: &mut AnswerDraws, ask: &Ask) -> (Value, bool) {
    if draws.of_a_hundred(12) {
        let wrong = [json!(null), json!("no such option"), json!([1]), json!({"a": 1}), json!(""), json!("../../etc")];
        return (draws.one_of(&wrong).clone(), false);
    }
    match &ask.kind {
        AskKind::Choice { options } => (json!(options[draws.below(options.len())].key), true),
        AskKind::Flag { .. } => (json!(draws.of_a_hundred(50)), true),
        AskKind::Slider { from, to, .. } => {
            let inside = from + (to - from) * (draws.below(1001) as f64 / 1000.0);
            let tiny = from + f64::MIN_POSITIVE;
            let value =
                *draws.one_of(&[*from, *to, inside, tiny, -0.0, from + 0.1 + 0.2, to + 1e-9, -1.0, 1e308, f64::MAX]);
            (json!(value), (*from..=*to).contains(&value))
        }
    }
}

/// What someone sends in an open round, and whether it must be refused.
fn sends(draws: &mut AnswerDraws, room: &Room, person: u32) -> Option<Value> {
    let round = room.state.round();
    let law = draws.below(room.lesson.laws_of(round).len() + 1);
    let rises = draws.of_a_hundred(50);
    let Post::Seat(seat) = room.state.people[&person].post else {
        return Some(match draws.below(4) {
            0 => json!({"do": "vote", "round": round, "law": law}),
            1 => json!({"do": "foretell", "round": round, "rises": rises}),
            2 => json!({"do": "send", "round": round, "law": law, "rises": rises}),
            _ => return None,
        });
    };
    let asks = &room.asks[seat];
    let mut answers = serde_json::Map::new();
    // The same option in all questions that have it is what contradicts most often.
    let alike = draws.of_a_hundred(40).then(|| {
        let all: Vec<&String> = asks.iter().filter_map(options).flatten().map(|choice| &choice.key).collect();
        (!all.is_empty()).then(|| (*draws.one_of(&all)).clone())
    });
    for ask in asks {
        if draws.of_a_hundred(25) {
            continue;
        }
        let same =
            alike.iter().flatten().find(|key| options(ask).is_some_and(|all| all.iter().any(|one| one.key == **key)));
        let value = same.map_or_else(|| answer(draws, ask).0, |key| json!(key));
        answers.insert(ask.key.into(), value);
    }
    if draws.of_a_hundred(4) {
        answers.insert("nobody_asks_this".into(), json!(1));
    }
    Some(match draws.below(3) {
        0 => json!({"do": "decide", "round": round, "answers": answers}),
        1 => json!({"do": "send", "round": round, "answers": answers}),
        _ => json!({"do": "send", "round": round, "answers": answers, "law": law}),
    })
}

fn options(ask: &Ask) -> Option<&Vec<Choice>> {
    if let AskKind::Choice { options } = &ask.kind { Some(options) } else { None }
}

/// What came of playing.
#[derive(Default, Debug)]
struct Played {
    rounds: usize,
    taken: usize,
    refused: usize,
    contradictions: usize,
}

impl Played {
    fn and(self, other: Self) -> Self {
        Self {
            rounds: self.rounds + other.rounds,
            taken: self.taken + other.taken,
            refused: self.refused + other.refused,
            contradictions: self.contradictions + other.contradictions,
        }
    }
}

/// Plays a lesson once, with rounds that are undone and decided otherwise.
fn play(name: &str, seed: u64, undone: usize, played: &mut Played) {
    let mut draws = AnswerDraws::of(seed);
    let (mut room, _folder) = opened(short(name), name, seed);
    let people = room.lesson.seats.len() + 5;
    for person in 0..people {
        let joining = Joining { name: format!("P{person}"), ..Joining::default() };
        room.join(&joining).unwrap();
    }
    let obey = |room: &mut Room, order: Value| room.follow(Who::Teacher, order);
    let on = |room: &mut Room| -> Result<Value, Refusal> {
        let (stage, round) = (room.state.stage, room.state.round());
        obey(room, json!({"do": "advance", "stage": stage, "round": round}))
    };
    on(&mut room).unwrap();
    while room.state.stage < Stage::Debrief {
        on(&mut room).unwrap_or_else(|refusal| panic!("{name}, seed {seed}: {refusal:?}"));
        if room.state.stage != Stage::Decide {
            continue;
        }
        for _ in 0..=undone {
            decide(&mut draws, &mut room, people as u32, played, name);
            // The last of them is a teacher who is in a hurry.
            let refusal = on(&mut room).err();
            assert_eq!(refusal, None, "{name}, seed {seed}, round {}", room.state.round());
            assert!(room.troubles.is_empty(), "{name}, seed {seed}: {:?}", room.troubles);
            played.rounds += 1;
            let again = !played.rounds.is_multiple_of(undone + 1);
            if again {
                obey(&mut room, json!({"do": "undo"})).unwrap();
            }
        }
        room.hurry = true;
        while room.state.stage == Stage::Play {
            room.go_on();
        }
        room.publish();
    }
    // Every line that was written can be read again, and is the same class.
    room.journal.sync().unwrap();
    let lines = room.journal.again().unwrap();
    assert_eq!(State::of_journal(&lines, &room.lesson), Ok(room.state.clone()), "{name}, seed {seed}");
    assert_eq!(room.day(), room.lesson.window(room.lesson.rounds).1);
}

fn decide(draws: &mut AnswerDraws, room: &mut Room, people: u32, played: &mut Played, name: &str) {
    for person in 1..=people {
        let seat = if let Post::Seat(seat) = room.state.people[&person].post { Some(seat) } else { None };
        if let Some(seat) = seat
            && draws.of_a_hundred(8)
        {
            let bot = draws.of_a_hundred(40);
            room.follow(Who::Teacher, json!({"do": "bot", "seat": seat, "bot": bot})).unwrap();
        }
        if draws.of_a_hundred(6) {
            room.here.remove(&person);
        }
        for _ in 0..draws.below(3) {
            let Some(what) = sends(draws, room, person) else { continue };
            let before = seat.map(|seat| room.counting(seat));
            match room.follow(Who::Person(person), what.clone()) {
                Ok(_) => played.taken += 1,
                Err(Refusal { fault: Fault::Nonsense | Fault::NotYours, wrong }) => {
                    played.refused += 1;
                    played.contradictions += usize::from(wrong[0].contains("exclude each other"));
                    assert_eq!(seat.map(|seat| room.counting(seat)), before, "{name}: {what} was kept: {wrong:?}");
                }
                Err(other) => panic!("{name}: {what}: {other:?}"),
            }
            if let Some(seat) = seat {
                assert_eq!(contradiction(&room.asks[seat], &room.counting(seat)), None, "{name}: {what}");
            }
        }
    }
}

/// Plays all lessons so many times each, side by side.
fn play_all(from: u64, times: u64, undone: usize) -> Played {
    let runner = Runner::on_all_threads();
    let played = runner.map(LESSONS.len() * times as usize, &|| (), |run, _| {
        let mut played = Played::default();
        let nth = run % LESSONS.len();
        play(LESSONS[nth].name, from + (run / LESSONS.len()) as u64 * 1000 + nth as u64, undone, &mut played);
        Ok(played)
    });
    let played = played.unwrap_or_else(|wrong| panic!("{wrong}")).into_iter().fold(Played::default(), Played::and);
    println!("{played:?}");
    played
}

#[test]
fn no_answers_of_anybody_refuse_a_round() {
    let played = play_all(1000, 4, 14);
    assert!(played.rounds > 2_000 && played.contradictions > 500, "{played:?}");
}

#[test]
#[ignore = "long: `cargo test --release --workspace -- --ignored` runs it"]
fn no_answers_of_anybody_refuse_a_round_in_many_thousands() {
    let played = play_all(1_000_000, 40, 19);
    assert!(played.rounds > 25_000, "{played:?}");
}

/// Laws and orders about one lever in one round: the order holds for its round, and the law after it.
#[test]
fn a_law_about_what_somebody_orders_is_in_force_when_the_order_has_ended() {
    let (mut room, _folder) = opened(short("masks"), "masks", 3);
    let seat = room.lesson.seats.iter().position(|seat| seat.actor == "town_watch").unwrap();
    for person in 0..=seat {
        let joining = Joining { name: format!("P{person}"), ..Joining::default() };
        room.join(&joining).unwrap();
    }
    let person = room.state.at(Post::Seat(seat)).unwrap();
    let law = room.lesson.laws_of(1).iter().position(|law| law.title == "Search people in masks").unwrap();
    room.advance().unwrap();
    room.advance().unwrap();
    let what = json!({"do": "send", "round": 1, "answers": {"method": "patrols"}, "law": law});
    room.follow(Who::Person(person), what).unwrap();
    room.advance().unwrap();
    assert!(room.troubles.is_empty(), "{:?}", room.troubles);
    let (first, last) = room.lesson.window(1);
    let profiling = |day: u32, name: &str| {
        let params = room.future.scenario().params_on(day);
        params.agencies.iter().find(|agency| agency.name == name).unwrap().params.profiling.get()
    };
    assert_eq!([first - 1, first, last, last + 1].map(|day| profiling(day, "town_watch")), [0.2, 0.0, 0.0, 0.6]);
    assert_eq!([first - 1, first, last + 1].map(|day| profiling(day, "harbour_watch")), [0.2, 0.6, 0.6]);
}

/// A class that stands in an old journal with answers that no lesson has any more.
#[test]
fn answers_that_do_not_fit_any_more_are_left_out_and_told() {
    let lesson = short("plenty");
    let (mut room, _folder) = opened(lesson, "plenty", 5);
    let joining = Joining { name: "Ann".into(), ..Joining::default() };
    room.join(&joining).unwrap();
    room.advance().unwrap();
    room.advance().unwrap();
    let answers = [("want", "privacy"), ("shun", "privacy"), ("leaving", "to the moon"), ("gone", "x")];
    let answers = answers.map(|(key, to)| (key.to_owned(), Answer::Option(to.into()))).into();
    room.note(Entry::Said { person: 1, seat: 0, round: 1, answers });
    room.note(Entry::Voted { person: 1, round: 1, law: 99 });
    room.note(Entry::Predicted { person: 1, answer: 99 });
    room.advance().unwrap();
    let held = &room.state.closed().next().unwrap().held[&0].answers;
    assert_eq!(held.keys().collect::<Vec<_>>(), ["want"]);
    assert_eq!(room.troubles.len(), 3, "{:?}", room.troubles);
    assert!(
        room.troubles
            .iter()
            .any(|told| told.contains("“Should people move to an enclave?”") && told.contains("to the moon"))
    );
    assert!(room.troubles.iter().any(|told| told.contains("exclude each other")));
    room.publish();
    // The same in a round that was closed by another version: its seat is left to its bot, and the class opens.
    let answers = [("want".to_owned(), Answer::Number(7.0))].into();
    let held = [(0, Held { name: "Ann".into(), person: Some(1), late: false, answers })].into();
    let closed = Closed { held, ..Closed::default() };
    let lines = [Entry::Began, Entry::Deciding, Entry::Closed(closed), Entry::Played];
    let mut state = State::of(&lines);
    let world = room.lesson.world(5).unwrap();
    let told = mended(&room.lesson, &world, &mut state).unwrap();
    assert!(told.len() == 1 && told[0].contains("a bot plays it"), "{told:?}");
    assert!(state.closed().next().unwrap().held.is_empty());
}

/// What a page is told of answers that exclude each other is what the class refuses.
#[test]
fn pages_are_told_which_answers_exclude_each_other() {
    let (mut room, _folder) = opened(short("plenty"), "plenty", 5);
    room.join(&Joining { name: "Ann".into(), ..Joining::default() }).unwrap();
    room.advance().unwrap();
    room.advance().unwrap();
    room.publish();
    let you: Value = serde_json::from_str(&room.board.borrow().people[&1]).unwrap();
    let monitor: Value = serde_json::from_str(&room.board.borrow().monitor).unwrap();
    assert_eq!(you["clashes"], monitor["seats"][0]["clashes"]);
    assert_eq!(you["clashes"][0]["keys"], json!(["want", "shun"]));
    assert!(you["clashes"][0]["pairs"].as_array().unwrap().contains(&json!(["privacy", "privacy"])));
    let send = |room: &mut Room, answers: Value| {
        room.follow(Who::Person(1), json!({"do": "send", "round": 1, "answers": answers}))
    };
    // Also in two parts, and also over two rounds.
    send(&mut room, json!({"want": "privacy"})).unwrap();
    let refusal = send(&mut room, json!({"shun": "privacy"})).unwrap_err();
    assert!(refusal.fault == Fault::Nonsense && refusal.wrong[0].contains("exclude each other"), "{refusal:?}");
    room.advance().unwrap();
    room.hurry = true;
    while room.state.stage == Stage::Play {
        room.go_on();
    }
    room.advance().unwrap();
    let refusal =
        room.follow(Who::Person(1), json!({"do": "decide", "round": 2, "answers": {"shun": "privacy"}})).unwrap_err();
    assert!(refusal.wrong[0].contains("exclude each other"), "{refusal:?}");
    room.follow(Who::Person(1), json!({"do": "decide", "round": 2, "answers": {"shun": "privacy", "want": "none"}}))
        .unwrap();
}

/// What a district is asked, if it is asked this.
fn bloc(ask: &[&str]) -> Result<Vec<Ask>, String> {
    let lesson = lesson("plenty").unwrap();
    let mut seat = lesson.seats.iter().find(|seat| seat.role == Role::Bloc).unwrap().clone();
    seat.ask = ask.iter().map(|key| (*key).into()).collect();
    asks(&seat, &lesson.world(1).unwrap())
}

#[test]
fn the_same_good_cannot_be_wanted_and_shunned_and_that_is_data() {
    let asks = bloc(&["want", "shun", "leaving"]).unwrap();
    let clashes = clashes(&asks);
    assert_eq!((clashes.len(), clashes[0].keys), (1, ["want", "shun"]));
    let same = Good::ALL.iter().map(|good| [good.word().to_owned(), good.word().to_owned()]);
    assert_eq!(clashes[0].pairs, same.collect::<Vec<_>>());
    let answers = |want: &str, shun: &str| -> BTreeMap<String, Answer> {
        [("want", want), ("shun", shun)].map(|(key, to)| (key.to_owned(), Answer::Option(to.into()))).into()
    };
    let (keys, said) = contradiction(&asks, &answers("privacy", "privacy")).unwrap();
    assert_eq!(keys, ["want", "shun"]);
    assert!(said.contains("“What do people here want more of?") && said.contains("exclude each other"), "{said}");
    for (want, shun) in [("privacy", "experience"), ("none", "none"), ("privacy", "none"), ("none", "privacy")] {
        assert_eq!(contradiction(&asks, &answers(want, shun)), None, "{want} {shun}");
    }
}

#[test]
fn two_questions_about_one_lever_that_leave_no_choice_are_refused() {
    let lesson = lesson("plenty").unwrap();
    let mut seat = lesson.seats.iter().find(|seat| seat.role == Role::House).unwrap().clone();
    seat.ask = vec!["deal".into(), "quality".into()];
    let wrong = asks(&seat, &lesson.world(1).unwrap()).unwrap_err();
    assert!(wrong.contains("`quality` and `deal` set one lever") && wrong.contains(".quality"), "{wrong}");
}
