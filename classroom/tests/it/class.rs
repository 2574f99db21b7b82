//! A class, from join to debrief, as its pages see it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use contraband_sim::run::Run;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use serde_json::{Value, json};

use crate::school::{Caller, Folder, LESSON, MINUTE, Stream, opened, served};

/// The first answer to each question that is not what holds already.
fn other_answers(you: &Value) -> Value {
    let asks = you["asks"].as_array().expect("questions");
    let answers = asks.iter().map(|ask| {
        let value = &ask["value"];
        let other = match ask["kind"].as_str().expect("a kind") {
            "choice" => {
                let options = ask["options"].as_array().expect("options");
                options.iter().map(|option| &option["key"]).find(|key| *key != value).expect("another").clone()
            }
            "slider" if ask["from"] == *value => ask["to"].clone(),
            "slider" => ask["from"].clone(),
            _ => json!(value != &json!(true)),
        };
        (ask["key"].as_str().expect("a key").to_owned(), other)
    });
    Value::Object(answers.collect())
}

/// The digest of a scenario file, as `contraband run` gives it.
fn digest(ron: &str) -> String {
    let scenario = Arc::new(read(ron, Format::Ron).unwrap_or_else(|wrong| panic!("{wrong:?}")));
    let mut run = Run::new(Arc::clone(&scenario), scenario.seed, 2);
    (0..scenario.days).for_each(|_| run.step());
    run.finish();
    run.digest().all
}

/// Plays a round to its results: everybody who listens decides.
fn play(teacher: &Caller, screen: &mut Stream, round: u32) -> Value {
    teacher.advance(if round == 1 { "briefing" } else { "results" }, round - 1);
    screen.stage("decide", round);
    teacher.advance("decide", round);
    screen.stage("play", round);
    teacher.advance("play", round);
    screen.stage("results", round)
}

/// Somebody's choice arrived, its answer was lost, and the round was closed before they could send it again: it counts, so that is
/// what they are told, whatever it was, and whatever the class does meanwhile. What differs from it is still too late.
#[test]
fn what_was_taken_is_acknowledged_again_when_its_time_is_over() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    teacher.ok(&json!({"do": "lock", "locked": true}));
    let newsroom = teacher.student("Ben");
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    teacher.advance("lobby", 0);
    let predict = json!({"do": "predict", "answer": 1});
    ann.ok(&predict);
    teacher.advance("briefing", 0);
    screen.stage("decide", 1);
    let answers = other_answers(&ann.line("you"));
    let all = [
        (&ann, predict, json!({"do": "predict", "answer": 0})),
        (
            &ann,
            json!({"do": "decide", "round": 1, "answers": answers}),
            json!({"do": "decide", "round": 2, "answers": answers}),
        ),
        (&ann, json!({"do": "vote", "round": 1, "law": 1}), json!({"do": "vote", "round": 1, "law": 0})),
        (
            &ann,
            json!({"do": "send", "round": 1, "answers": {}, "law": 1}),
            json!({"do": "send", "round": 1, "answers": {}, "law": 2}),
        ),
        (
            &newsroom,
            json!({"do": "foretell", "round": 1, "rises": true}),
            json!({"do": "foretell", "round": 1, "rises": false}),
        ),
        (&newsroom, json!({"do": "vote", "round": 1, "law": 0}), json!({"do": "vote", "round": 1, "law": 1})),
        (
            &newsroom,
            json!({"do": "send", "round": 1, "law": 0, "rises": true}),
            json!({"do": "send", "round": 1, "law": 0, "rises": false}),
        ),
    ];
    for (who, what, _) in &all[1..] {
        who.ok(what);
    }
    let again = |when: &str| {
        for (who, what, other) in &all {
            assert_eq!(who.ask(what).0, 200, "{when}: {what}");
            assert_eq!(who.ask(other).0, 409, "{when}: {other}");
        }
    };
    teacher.ok(&json!({"do": "pause", "paused": true}));
    again("while the class is paused");
    teacher.ok(&json!({"do": "pause", "paused": false}));
    teacher.advance("decide", 1);
    // The days of the round can be stopped, so that this is still so.
    teacher.ok(&json!({"do": "pause", "paused": true}));
    again("while days pass");
    teacher.ok(&json!({"do": "pause", "paused": false}));
    teacher.advance("play", 1);
    screen.stage("results", 1);
    again("after the results");
    teacher.ok(&json!({"do": "end"}));
    again("in the debrief");
    // What nobody sent was not taken.
    let other = other_answers(&ann.line("you"));
    assert_eq!(ann.ask(&json!({"do": "send", "round": 1, "answers": other, "law": 1})).0, 409);
}

#[test]
fn a_lesson_is_played_from_join_to_debrief() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let projector = Caller { token: String::new(), ..teacher.clone() };
    let (mut screen, mut desk) = (projector.listen(), teacher.listen());
    let hello = screen.until("hello", |_| true);
    assert!(hello["setup"]["places"].is_array());
    let students = ["Ann", "Ben", "Cem"].map(|name| teacher.student(name));
    let mut pages = students.clone().map(|student| student.listen());
    let monitor = desk.until("monitor", |line| line["people"].as_array().is_some_and(|people| people.len() == 3));
    assert_eq!(monitor["people"][0]["post"], json!({"seat": 0}));

    teacher.advance("lobby", 0);
    students[0].ok(&json!({"do": "predict", "answer": 1}));
    let mut rounds = 0;
    for round in 1..=2_u32 {
        teacher.advance(if round == 1 { "briefing" } else { "results" }, round - 1);
        for (student, page) in students.iter().zip(&mut pages).take(2) {
            let you = page.until("you", |line| line["asks"].is_array() && line["decided"] == false);
            student.ok(&json!({"do": "decide", "round": round, "answers": other_answers(&you)}));
            let you = page.until("you", |line| line["decided"] == true);
            let said = you["asks"].as_array().unwrap().iter().all(|ask| !ask["said"].is_null());
            assert!(said, "{you}");
            // Two of three sit in seats and none in parliament: everybody votes.
            student.ok(&json!({"do": "vote", "round": round, "law": 1}));
        }
        let class = screen.until("class", |line| line["stage"] == "decide" && line["waiting"] == 1);
        assert_eq!(class["votes"], Value::Null, "votes are shown when they are counted");
        teacher.advance("decide", round);
        let playing = screen.stage("play", round);
        assert_eq!((&playing["votes"][1], &playing["passed"]), (&json!(2), &json!(1)));
        teacher.advance("play", round);
        let results = screen.stage("results", round);
        rounds = results["rounds"].as_u64().unwrap();
        assert_eq!(results["day"], results["window"][1]);
        let orders = results["history"][round as usize - 1]["orders"].as_array().unwrap().clone();
        let by: Vec<&str> = orders.iter().map(|order| order["by"].as_str().unwrap()).collect();
        // The third kept what held.
        assert_eq!(by[..3], ["person", "person", "late"]);
        assert!(by[3..].iter().all(|by| *by == "bot"));
        for page in &mut pages {
            let you = page.until("you", |line| {
                line["numbers"][0]["values"].as_array().is_some_and(|all| all.len() == round as usize)
            });
            assert!(you["numbers"][0]["values"][round as usize - 1].is_number(), "{you}");
        }
    }
    for round in 3..=rounds as u32 {
        play(&teacher, &mut screen, round);
    }
    teacher.advance("results", rounds as u32);
    let debrief = screen.stage("debrief", rounds as u32);
    assert_eq!(debrief["history"].as_array().map(Vec::len), Some(rounds as usize));
    assert_eq!(debrief["predictions"]["counts"][1], 1);
    assert!(debrief["awards"].as_array().is_some_and(|awards| !awards.is_empty()), "{debrief}");

    // The town that was shown is the run of the class's own file.
    let town = teacher.listen().until("state", |line| !line["futures"][0]["digest"].is_null());
    assert_eq!(town["futures"][0]["digest"], digest(&teacher.file("class.ron")));

    // Another history: nobody had steered.
    let id = teacher.ok(&json!({"do": "what_if", "what": "bots"}))["id"].clone();
    let found = screen.until("what_if", |line| line["id"] == id && !line["result"].is_null());
    let measures = found["result"]["measures"].as_array().unwrap();
    assert!(!measures.is_empty() && measures.iter().all(|one| one["words"].is_string()), "{found}");
    assert_eq!(found["result"]["means"], format!("Your decisions, mean of {} towns", found["result"]["seeds"]));
    assert_eq!(found["result"]["series"][0]["base"].as_array().unwrap().len() as u64, 30 * rounds);
    // An answer that was given anyway makes no difference at all.
    let order = &debrief["history"][0]["orders"][0];
    let (key, answer) = (order["answers"][0]["key"].as_str().unwrap(), &order["answers"][0]["answer"]);
    teacher.ok(&json!({"do": "what_if", "what": "decision", "round": 1, "seat": 0, "answers": {key: answer}}));
    let found = screen.until("what_if", |line| line["id"] == 1 && !line["result"].is_null());
    for measure in found["result"]["measures"].as_array().unwrap() {
        assert_eq!(measure["difference"], 0.0, "{measure}");
    }

    let decisions = teacher.file("decisions.csv");
    let lines: Vec<&str> = decisions.lines().collect();
    assert!(
        lines[0].ends_with("round,first_day,last_day,role,title,actor,name,by,key,question,answer"),
        "{}",
        lines[0]
    );
    assert!(lines.iter().any(|line| line.contains(",Ann,person,")) && lines.iter().any(|line| line.contains(",vote,")));
    let days = teacher.file("days.csv");
    assert_eq!(days.lines().count() as u64, 1 + town["now"].as_u64().unwrap());
    teacher.advance("debrief", rounds as u32);
    assert_eq!(teacher.join(&json!({"name": "Dee"})).0, 409);
}

#[test]
fn a_rehearsal_goes_through_the_whole_lesson_by_itself() {
    let folder = Folder::new();
    let (at, school) = served(folder.path(), MINUTE);
    let class = school.open(LESSON, None, true).unwrap();
    let teacher = Caller { at, code: class.code().into(), token: class.teacher().into() };
    teacher.ok(&json!({"do": "speed", "days": 100}));
    let mut desk = teacher.listen();
    let debrief = desk.until("class", |line| line["stage"] == "debrief");
    assert_eq!(debrief["round"], debrief["rounds"]);
    let town = teacher.line("state");
    assert_eq!(town["futures"][0]["digest"], digest(&teacher.file("class.ron")));
    assert_eq!(teacher.join(&json!({"name": "Ann"})).0, 409);
}

#[test]
fn a_round_that_is_undone_is_played_again_to_the_same_figures() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    teacher.advance("lobby", 0);
    let mut page = ann.listen();
    play(&teacher, &mut screen, 1);
    let you = page.until("you", |line| line["numbers"][0]["values"].as_array().is_some_and(|all| all.len() == 1));
    teacher.advance("results", 1);
    ann.ok(&json!({"do": "decide", "round": 2, "answers": other_answers(&you)}));
    teacher.advance("decide", 2);
    teacher.advance("play", 2);
    let played = screen.stage("results", 2);
    teacher.ok(&json!({"do": "undo"}));
    let open = screen.stage("decide", 2);
    assert_eq!((&open["day"], open["measures"][0]["values"].as_array().map(Vec::len)), (&json!(90), Some(1)));
    // What was sent is still there.
    assert_eq!(open["waiting"], 0);
    teacher.advance("decide", 2);
    teacher.advance("play", 2);
    let again = screen.stage("results", 2);
    assert_eq!(again["measures"], played["measures"]);
    // With another decision, it is another month, and the first is as it was.
    teacher.ok(&json!({"do": "undo"}));
    let round_one: Value = you["asks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ask| (ask["key"].as_str().unwrap().to_owned(), ask["value"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    ann.ok(&json!({"do": "decide", "round": 2, "answers": round_one}));
    teacher.advance("decide", 2);
    teacher.advance("play", 2);
    let other = screen.stage("results", 2);
    assert_eq!(other["measures"][0]["values"][0], played["measures"][0]["values"][0]);
    assert_ne!(other["measures"], played["measures"]);
    // A second click does nothing.
    assert_eq!(teacher.ask(&json!({"do": "advance", "stage": "decide", "round": 2})).0, 409);
}

#[test]
fn whoever_is_away_is_played_by_a_bot_and_comes_back_to_their_seat() {
    let folder = Folder::new();
    let (at, school) = served(folder.path(), Duration::from_millis(400));
    let class = school.open(LESSON, None, false).unwrap();
    let teacher = Caller { at, code: class.code().into(), token: class.teacher().into() };
    let mut desk = teacher.listen();
    let ann = teacher.student("Ann");
    let page = ann.listen();
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    let here = |here: bool| move |line: &Value| line["people"][0]["here"] == here;
    desk.until("monitor", here(true));
    drop(page);
    desk.until("monitor", here(false));
    teacher.advance("decide", 1);
    teacher.advance("play", 1);
    let results = desk.stage("results", 1);
    assert_eq!(results["history"][0]["orders"][0]["by"], "bot");
    // Back: the seat is theirs again, as long as somebody looks at the page.
    let mut page = ann.listen();
    assert_eq!(page.until("you", |_| true)["post"], json!({"seat": 0}));
    desk.until("monitor", here(true));
    teacher.advance("results", 1);
    ann.ok(&json!({"do": "here"}));
    teacher.advance("decide", 2);
    teacher.advance("play", 2);
    let results = desk.stage("results", 2);
    assert_eq!(results["history"][1]["orders"][0]["by"], "late");
    // A page that says that somebody looks at it, and then no more, is no longer believed, though it is still open.
    desk.until("monitor", here(false));
    ann.ok(&json!({"do": "here"}));
    desk.until("monitor", here(true));
}

#[test]
fn people_come_back_on_another_device() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let mut old = ann.listen();
    let word = old.until("you", |_| true)["word"].clone();
    let (status, told) = teacher.join(&json!({"name": " ann "}));
    assert_eq!((status, &told["taken"]), (409, &json!(true)), "{told}");
    // With the word.
    let (status, told) = teacher.join(&json!({"name": "Ann", "word": word}));
    assert_eq!((status, &told["person"]), (200, &json!(1)), "{told}");
    let phone = Caller { token: told["token"].as_str().unwrap().into(), ..teacher.clone() };
    assert_eq!(phone.line("you")["post"], json!({"seat": 0}));
    assert!(old.until("you", |line| line["gone"].is_string())["gone"].as_str().unwrap().contains("another device"));
    assert_eq!(ann.ask(&json!({"do": "predict", "answer": 0})).0, 401);
    // With the teacher's yes.
    let (_, told) = teacher.join(&json!({"name": "Ann", "knock": true}));
    let tablet = Caller { token: told["token"].as_str().unwrap().into(), ..teacher.clone() };
    let mut waiting = tablet.listen();
    assert_eq!(waiting.until("you", |_| true)["waiting"], true);
    assert_eq!(tablet.ask(&json!({"do": "predict", "answer": 0})).0, 403);
    let knock = teacher.line("monitor")["knocks"][0]["knock"].clone();
    teacher.ok(&json!({"do": "admit", "knock": knock, "yes": true}));
    assert_eq!(waiting.until("you", |line| line["post"].is_object())["name"], "Ann");
    tablet.ok(&json!({"do": "predict", "answer": 0}));
    // Without it.
    let (_, told) = teacher.join(&json!({"name": "Ann", "knock": true}));
    let mut stranger = Caller { token: told["token"].as_str().unwrap().into(), ..teacher.clone() }.listen();
    stranger.until("you", |_| true);
    let knock = teacher.line("monitor")["knocks"][0]["knock"].clone();
    teacher.ok(&json!({"do": "admit", "knock": knock, "yes": false}));
    assert!(stranger.until("you", |line| line["gone"].is_string())["gone"].is_string());
    // Words are not guessed.
    let wrong = |word: usize| teacher.join(&json!({"name": "Ann", "word": format!("{word:05}")})).0;
    assert_eq!((0..7).map(wrong).collect::<Vec<_>>(), [422, 422, 422, 422, 422, 429, 429]);
}

/// Whoever guesses is slowed down by their address, and keeps nobody out: neither by words nor by requests.
#[test]
fn guessing_return_words_keeps_the_owner_of_a_seat_out_of_nothing() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let word = ann.line("you")["word"].as_str().unwrap().to_owned();
    let begun = Instant::now();
    let guesses: Vec<u16> = std::thread::scope(|scope| {
        let guess = |nth: usize| {
            teacher.join(&json!({"name": format!("Ann{}", " ".repeat(nth % 3)), "word": format!("x{nth}")})).0
        };
        let all: Vec<_> = (0..150).map(|nth| scope.spawn(move || guess(nth))).collect();
        all.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let answered = guesses.iter().filter(|status| **status == 422).count();
    println!("of 150 wrong words from one address {answered} were answered, in {} ms", begun.elapsed().as_millis());
    assert_eq!((answered, guesses.len() - answered), (5, guesses.iter().filter(|status| **status == 429).count()));
    // Names that are nobody's count by address too.
    (0..5).for_each(|nth| drop(teacher.student(&format!("Ben {nth}"))));
    let of_all = |nth: usize| teacher.join(&json!({"name": format!("Ben {}", nth % 5), "word": "x"})).0;
    assert_eq!((0..60).map(of_all).filter(|status| *status == 422).count(), 25);
    // The owner comes from elsewhere; here every address of this machine is one's own.
    let elsewhere = |what: &Value| teacher.join_from([127, 0, 0, 9].into(), what);
    let (status, told) = elsewhere(&json!({"name": "Ann", "word": word}));
    assert_eq!((status, &told["person"]), (200, &json!(1)), "{told}");
    // And when many addresses have guessed, any word asks the teacher: the right one is not refused, and no answer, nor how
    // many there are, tells which it is.
    let tries = |last: u8, word: &str| -> Vec<(u16, bool, Vec<String>)> {
        let ask = |_| {
            let (status, told) = teacher.join_from([127, 0, 0, last].into(), &json!({"name": "Ann", "word": word}));
            let parts = told.as_object().map(|told| told.keys().cloned().collect());
            (status, told["waiting"] == true, parts.unwrap_or_default())
        };
        (0..7).map(ask).collect()
    };
    let guessed: Vec<u16> = (10..14).flat_map(|last| tries(last, "x")).map(|(status, ..)| status).collect();
    assert_eq!([422, 429].map(|of| guessed.iter().filter(|status| **status == of).count()), [20, 8], "{guessed:?}");
    let (right, wrong) = (tries(20, &word), tries(21, "x"));
    assert_eq!(right, wrong);
    assert_eq!(right.iter().filter(|(status, waits, _)| *status == 200 && *waits).count(), 5, "{right:?}");
    for knock in teacher.line("monitor")["knocks"].as_array().unwrap() {
        teacher.ok(&json!({"do": "admit", "knock": knock["knock"], "yes": false}));
    }
    let (status, told) = elsewhere(&json!({"name": "Ann", "word": word}));
    assert_eq!((status, &told["waiting"]), (200, &json!(true)), "{told}");
    let mine = Caller { token: told["token"].as_str().unwrap().into(), ..teacher.clone() };
    // One who knocks without end takes the place of their own requests alone.
    let knocks: Vec<u16> =
        (0..60).map(|nth| teacher.join(&json!({"name": format!("Ben {}", nth % 5), "knock": true})).0).collect();
    assert!(knocks.iter().filter(|status| **status == 200).count() <= 31, "{knocks:?}");
    let waiting = teacher.line("monitor")["knocks"].as_array().unwrap().clone();
    assert!(waiting.len() <= 6, "{waiting:?}");
    let hers = waiting.iter().find(|knock| knock["name"] == "Ann").expect("hers is still there");
    teacher.ok(&json!({"do": "admit", "knock": hers["knock"], "yes": true}));
    assert_eq!(mine.line("you")["person"], 1);
}

/// What is asked twice because the answer was lost on the way is done once.
#[test]
fn an_answer_that_is_lost_on_the_way_loses_no_seat() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let key = "0123456789abcdef0123456789abcdef";
    let ask = || teacher.join(&json!({"name": "Ann", "key": key}));
    let (status, told) = ask();
    assert_eq!((status, &told["token"], &told["person"]), (200, &json!(key), &json!(1)), "{told}");
    assert_eq!(ask(), (200, told), "the same answer");
    assert_eq!(teacher.join(&json!({"name": "Ann"})).0, 409, "the name alone opens nothing");
    assert_eq!(teacher.join(&json!({"name": "Ann", "key": "f".repeat(32)})).0, 409);
    assert_eq!(teacher.join(&json!({"name": "Ben", "key": key})).0, 422, "a key belongs to one");
    for wrong in ["", "xyz", &"F".repeat(32), &"0".repeat(33)] {
        assert_eq!(teacher.join(&json!({"name": "Cem", "key": wrong})).0, 422, "{wrong}");
    }
    assert_eq!(teacher.line("monitor")["people"].as_array().unwrap().len(), 1);
    // An undo that is sent twice undoes one round.
    teacher.ok(&json!({"do": "speed", "days": 100}));
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    for round in 1..=2 {
        teacher.advance("decide", round);
        teacher.advance("play", round);
        screen.stage("results", round);
        teacher.advance("results", round);
    }
    let undo = json!({"do": "undo", "round": 2});
    assert_eq!((teacher.ask(&undo).0, teacher.ask(&undo).0), (200, 409));
    assert_eq!(teacher.line("class")["round"], 2);
}

#[test]
fn the_teacher_moves_people_and_hides_names() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let [ann, ben] = ["Ann", "Ben"].map(|name| teacher.student(name));
    let screen = Caller { token: String::new(), ..teacher.clone() };
    assert_eq!(screen.line("class")["seats"][0]["name"], "Ann");
    teacher.ok(&json!({"do": "move", "person": 2, "to": {"seat": 0}}));
    assert_eq!((&ann.line("you")["post"], &ben.line("you")["post"]), (&json!({"seat": 1}), &json!({"seat": 0})));
    teacher.ok(&json!({"do": "move", "person": 2, "to": "parliament"}));
    assert_eq!(ben.line("you")["title"], "Parliament");
    teacher.ok(&json!({"do": "hide", "hidden": true}));
    assert!(!screen.line("class").to_string().contains("Ann"), "names are hidden on the projector");
    teacher.ok(&json!({"do": "rename", "person": 1, "name": "Anna"}));
    assert_eq!(ann.line("you")["name"], "Anna");
    assert_eq!(teacher.ask(&json!({"do": "rename", "person": 1, "name": "ben"})).0, 409);
    teacher.ok(&json!({"do": "lock", "locked": true}));
    assert_eq!(teacher.student("Cem").line("you")["post"], "newsroom");
    teacher.ok(&json!({"do": "bot", "seat": 1, "bot": true}));
    assert_eq!(ann.line("you")["bot"], true);
    let mut page = ann.listen();
    teacher.ok(&json!({"do": "remove", "person": 1}));
    assert!(page.until("you", |line| line["gone"].is_string())["gone"].is_string());
    assert_eq!(ann.ask(&json!({"do": "predict", "answer": 0})).0, 401);
    teacher.ok(&json!({"do": "pause", "paused": true}));
    assert_eq!(ben.ask(&json!({"do": "predict", "answer": 0})).0, 409);
    assert_eq!(teacher.ask(&json!({"do": "advance", "stage": "lobby", "round": 0})).0, 409);
}

#[test]
fn rounds_close_by_themselves_when_all_have_decided() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let [ann, ben] = ["Ann", "Ben"].map(|name| teacher.student(name));
    let _pages = [&ann, &ben].map(Caller::listen);
    teacher.ok(&json!({"do": "auto", "auto": true}));
    teacher.ok(&json!({"do": "speed", "days": 100}));
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    let decide = |who: &Caller, round: u32| who.ask(&json!({"do": "decide", "round": round, "answers": {}})).0;
    assert_eq!((decide(&ann, 2), decide(&ann, 1)), (409, 200));
    assert_eq!(screen.stage("decide", 1)["stage"], "decide");
    assert_eq!(decide(&ben, 1), 200);
    screen.stage("results", 1);
    // What was taken is acknowledged again; what was not comes too late.
    assert_eq!((decide(&ben, 1), ben.ask(&json!({"do": "vote", "round": 1, "law": 0})).0), (200, 409));
}

/// Phones show the question of the lesson as soon as its code is typed.
#[test]
fn whoever_knows_the_code_is_told_the_question() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let (status, told) = teacher.get(&format!("/api/classes/{}", teacher.code));
    let told: Value = serde_json::from_str(&told).unwrap();
    let lesson = contraband_classroom::lesson::lesson(LESSON).unwrap();
    assert_eq!((status, &told["lesson"]["question"]), (200, &json!(lesson.question)), "{told}");
    assert_eq!((&told["lesson"]["title"], &told["lesson"]["name"]), (&json!(lesson.title), &json!(LESSON)));
}

/// The same phone, on which somebody types the code once more.
#[test]
fn a_phone_that_holds_a_seat_gets_it_back_with_its_name() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let path = format!("/api/classes/{}/join", ann.code);
    let (status, told) = ann.post(&path, &json!({"name": "ANN"}));
    assert_eq!((status, &told["token"], &told["person"]), (200, &json!(ann.token), &json!(1)), "{told}");
    assert_eq!(teacher.join(&json!({"name": "Ann"})).0, 409, "not from another phone");
    let stranger = Caller { token: "0".repeat(32), ..ann };
    assert_eq!(stranger.post(&path, &json!({"name": "Ann"})).0, 409);
}

/// Rehearsals and unfinished classes never fill the house: those in which nobody is make room, and are there again when somebody
/// asks for them.
#[test]
fn there_is_always_room_for_one_more_class() {
    let folder = Folder::new();
    let (at, school) = served(folder.path(), MINUTE);
    let first = school.open(LESSON, None, false).unwrap();
    let teacher = Caller { at, code: first.code().into(), token: first.teacher().into() };
    let ann = teacher.student("Ann");
    // Somebody is in this one, and stays in it.
    let mut page = ann.listen();
    let mut codes = Vec::new();
    for nth in 0..30 {
        let class = school.open(LESSON, None, nth % 2 == 0).unwrap_or_else(|wrong| panic!("class {nth}: {wrong:?}"));
        codes.push((class.code().to_owned(), class.teacher().to_owned()));
    }
    teacher.advance("lobby", 0);
    page.until("class", |line| line["stage"] == "briefing");
    for (code, token) in codes {
        let other = Caller { at, code, token };
        assert_eq!(other.line("monitor")["people"], json!([]));
    }
    assert_eq!(ann.line("you")["name"], "Ann");
}

#[test]
fn two_classes_do_not_touch() {
    let folder = Folder::new();
    let one = opened(&folder);
    let (status, told) = one.post("/api/classes", &json!({"lesson": LESSON, "seed": 99}));
    assert_eq!(status, 200, "{told}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let other = Caller { at: one.at, code: text("code"), token: text("token") };
    let (ann, other_ann) = (one.student("Ann"), other.student("Ann"));
    // The days before the first round have passed: nothing else goes on by itself.
    let before = other.listen().until("class", |line| line["measures"][0]["eve"].is_number());
    one.advance("lobby", 0);
    ann.ok(&json!({"do": "predict", "answer": 1}));
    assert_eq!(other.line("class"), before);
    assert_eq!(other_ann.line("you")["predicted"], Value::Null);
    // Tokens of one open nothing in the other.
    let stray = Caller { code: other.code.clone(), ..ann.clone() };
    assert_eq!(stray.ask(&json!({"do": "predict", "answer": 1})).0, 401);
    let stray = Caller { code: other.code.clone(), ..one.clone() };
    assert_eq!(stray.ask(&json!({"do": "advance", "stage": "lobby", "round": 0})).0, 401);
    assert_eq!(Stream::open(&stray).err(), Some(401));
    assert_eq!(ann.post("/api/classes", &json!({"lesson": LESSON})).0, 403);
}

#[test]
fn a_class_that_was_cut_off_goes_on_as_it_was() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let [ann, ben] = ["Ann", "Ben"].map(|name| teacher.student(name));
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    teacher.advance("lobby", 0);
    play(&teacher, &mut screen, 1);
    teacher.advance("results", 1);
    let you = ann.line("you");
    ann.ok(&json!({"do": "decide", "round": 2, "answers": other_answers(&you)}));
    // The server is not asked to end: another one finds the folder as it is at this moment.
    let cut_off = folder.copy();
    let (at, _) = served(cut_off.path(), MINUTE);
    let again = |who: &Caller| Caller { at, ..who.clone() };
    let mut new_screen = Caller { token: String::new(), ..again(&teacher) }.listen();
    let mut shown =
        new_screen.until("class", |line| line["measures"][0]["values"].as_array().is_some_and(|all| all.len() == 1));
    let mut before = teacher.line("class");
    // Addresses are not part of the class, nor who has a page open.
    for line in [&mut shown, &mut before] {
        line["join"].take();
        line["waiting"].take();
    }
    assert_eq!(shown, before);
    assert_eq!((again(&ann).line("you"), again(&ben).line("you")), (ann.line("you"), ben.line("you")));
    let new_teacher = again(&teacher);
    new_teacher.advance("decide", 2);
    new_teacher.advance("play", 2);
    let results = new_screen.stage("results", 2);
    assert_eq!(results["history"][1]["orders"][0]["by"], "person");
}
