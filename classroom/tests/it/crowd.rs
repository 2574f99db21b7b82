//! A class under load, and among people who mean no good.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use contraband_classroom::{ClassOptions, classroom};
use serde_json::{Value, json};

use crate::keeper::end_with_starter;
use crate::school::{Caller, Folder, LESSON, Stream, opened, said, served};

#[test]
fn a_hundred_come_in_at_once_and_each_has_a_place_of_their_own() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let begun = Instant::now();
    let joined: Vec<Caller> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..100)
            .map(|number| {
                scope.spawn({
                    let teacher = &teacher;
                    move || teacher.student(&format!("Student {number}"))
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().expect("they are let in")).collect()
    });
    println!("100 joined in {} ms", begun.elapsed().as_millis());
    let tokens: BTreeSet<&str> = joined.iter().map(|student| student.token.as_str()).collect();
    assert_eq!(tokens.len(), 100);
    let monitor = teacher.line("monitor");
    let people = monitor["people"].as_array().unwrap();
    let posts: Vec<&Value> = people.iter().map(|who| &who["post"]).collect();
    let seats: BTreeSet<u64> = posts.iter().filter_map(|post| post["seat"].as_u64()).collect();
    let count = |of: &dyn Fn(&Value) -> bool| posts.iter().filter(|post| of(post)).count();
    let seated = count(&|post| post.is_object());
    assert_eq!((people.len(), seats.len(), seats.len()), (100, seated, monitor["seats"].as_array().unwrap().len()));
    let (parliament, newsroom) = (count(&|post| post == "parliament"), count(&|post| post == "newsroom"));
    assert_eq!(seated + parliament + newsroom, 100);
    // Whoever has no seat has something to do all the same.
    let last = joined.iter().map(|student| student.line("you")).find(|you| you["post"] == "newsroom");
    let you = last.expect("more came than there are seats");
    assert!(you["foretells"].is_string() && you["votes"] == true && !you["numbers"].is_null(), "{you}");
}

#[test]
fn five_hundred_pages_hear_of_a_change() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let students: Vec<Caller> = (0..200).map(|number| teacher.student(&format!("Student {number}"))).collect();
    let mut pages: Vec<Stream> = Vec::new();
    for nth in 0..500 {
        pages.push(students[nth % students.len()].listen());
    }
    for page in &mut pages {
        page.until("class", |line| line["people"] == 200);
    }
    let begun = Instant::now();
    teacher.ok(&json!({"do": "hide", "hidden": true}));
    for page in &mut pages {
        page.until("class", |line| line["hidden"] == true);
    }
    println!("500 pages heard of it in {} ms", begun.elapsed().as_millis());
    // Half of them go without a word; the others stay.
    let rest = pages.split_off(250);
    drop(pages);
    teacher.ok(&json!({"do": "hide", "hidden": false}));
    for mut page in rest {
        page.until("class", |line| line["hidden"] == false);
    }
}

#[test]
fn nobody_sees_or_does_what_is_not_theirs() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let [ann, ben] = ["Ann", "Ben"].map(|name| teacher.student(name));
    let (mut page, mut screen) = (ben.listen(), Caller { token: String::new(), ..teacher.clone() }.listen());
    let secret = ann.line("you");
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    ann.ok(&json!({"do": "decide", "round": 1, "answers": {}}));
    teacher.advance("decide", 1);
    teacher.advance("play", 1);
    screen.stage("results", 1);
    page.stage("results", 1);
    let numbers =
        ann.listen().until("you", |line| !line["numbers"][0]["values"][0].is_null())["numbers"][0].to_string();
    for (line, whose) in
        page.heard.iter().map(|line| (line, "Ben")).chain(screen.heard.iter().map(|line| (line, "the projector")))
    {
        for told in [&ann.token, &teacher.token, &numbers] {
            assert!(!line.contains(told.as_str()), "{whose} hears {told}");
        }
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["kind"] != "monitor" && line["word"] != secret["word"] || line["person"] == 2, "{whose}: {line}");
        assert!(line["kind"] != "you" || line["person"] == 2);
    }
    assert!(!screen.heard.iter().any(|line| line.contains("\"kind\":\"you\"")));
    for order in [
        json!({"do": "advance", "stage": "results", "round": 1}),
        json!({"do": "undo"}),
        json!({"do": "remove", "person": 1}),
        json!({"do": "what_if", "what": "bots"}),
        json!({"do": "end"}),
    ] {
        assert_eq!(ben.ask(&order).0, 403, "{order}");
    }
    // A decision says nothing of whom it is for: it is always the sender's own.
    teacher.advance("results", 1);
    assert_eq!(ben.ask(&json!({"do": "decide", "round": 2, "seat": 0, "answers": {}})).0, 422);
    assert_eq!(ben.ask(&json!({"do": "decide", "round": 2, "answers": {"none": 1}})).0, 422);
    assert_eq!(ben.ask(&json!({"do": "vote", "round": 2, "law": 99})).0, 422);
    for file in ["class.ron", "decisions.csv"] {
        let path = format!("/api/classes/{}/export/{file}", ben.code);
        assert_eq!(ben.get(&format!("{path}?token={}", ben.token)).0, 403);
        assert_eq!(ben.get(&path).0, 401);
    }
    for file in ["../class.jsonl", "class.jsonl", "..%2f..%2fclass.jsonl", "days.csv.csv", "events", "%00"] {
        let path = format!("/api/classes/{}/export/{file}?token={}", teacher.code, teacher.token);
        assert_eq!(teacher.get(&path).0, 404, "{file}");
    }
    // In another dialect only the signs between values and before decimals differ.
    let export = |file: &str, dialect: &str| {
        teacher.get(&format!("/api/classes/{}/export/{file}?token={}&dialect={dialect}", teacher.code, teacher.token))
    };
    let ((known, plain), (_, german)) = (export("days.csv", "plain"), export("days.csv", "de"));
    assert_eq!(known, 200);
    assert!(german.contains(';') && german.replace(',', ".").replace(';', ",") == plain);
    assert!(export("decisions.csv", "de").1.lines().next().expect("a head").contains("round;first_day;last_day"));
    let (status, said) = export("days.csv", "fr");
    assert!(status == 404 && said.contains("there are plain, de"), "{said}");
}

#[test]
fn names_are_names_and_nothing_else() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let names = ["<img src=x onerror=1>", "=HYPERLINK(\"x\")", "\"},{\"kind\":\"you", "data: {}", "Zoë 😀"];
    let students = names.map(|name| teacher.student(name));
    for (student, name) in students.iter().zip(names) {
        assert_eq!(student.line("you")["name"], name);
    }
    for wrong in ["", "  ", "a\u{202e}b", "\u{0}", &"x".repeat(25), "a\u{200b}"] {
        assert_eq!(teacher.join(&json!({"name": wrong})).0, 422, "{wrong:?}");
    }
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    let _pages = students.each_ref().map(Caller::listen);
    teacher.advance("decide", 1);
    let decisions = teacher.file("decisions.csv");
    assert!(
        decisions.contains(",\"'=HYPERLINK(\"\"x\"\")\",") && !decisions.contains(",=") && decisions.contains("😀")
    );
}

#[test]
fn nonsense_is_refused_and_the_class_goes_on() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let at = teacher.at;
    let path = format!("/api/classes/{}", teacher.code);
    let send = |path: &str, token: &str, kind: &str, body: &[u8]| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        said(at, &[head.as_bytes(), body].concat()).0
    };
    let deep = "[".repeat(10_000);
    for token in [&teacher.token, &ann.token] {
        for body in
            ["", "{", "null", "[]", "{\"do\": 1}", "{\"do\": \"dance\"}", "{\"do\": \"decide\", \"round\": -1}", &deep]
        {
            assert_eq!(send(&path, token, "application/json", body.as_bytes()), 422, "{}", &body[..body.len().min(40)]);
        }
        assert_eq!(send(&path, token, "application/json", &[0xff, 0xfe, 0x00]), 422);
        assert_eq!(send(&path, token, "text/plain", b"{\"do\": \"undo\"}"), 415);
        assert_eq!(send(&path, token, "application/json", &vec![b' '; 1 << 20]), 413);
    }
    for join in ["{}", "{\"name\": 7}", "{\"name\": \"Bo\", \"person\": 1}", "{\"name\": \"Bo\", \"seat\": 0}"] {
        assert_eq!(send(&format!("{path}/join"), "", "application/json", join.as_bytes()), 422, "{join}");
    }
    for order in [
        json!({"do": "advance", "stage": "decide", "round": 4}),
        json!({"do": "advance", "stage": "lobby", "round": 1}),
        json!({"do": "undo"}),
        json!({"do": "what_if", "what": "bots"}),
        json!({"do": "admit", "knock": 1, "yes": true}),
    ] {
        assert_eq!(teacher.ask(&order).0, 409, "{order}");
    }
    for order in [
        json!({"do": "speed", "days": 0}),
        json!({"do": "speed", "days": 101}),
        json!({"do": "move", "person": 1, "to": {"seat": 999}}),
        json!({"do": "move", "person": 9, "to": "parliament"}),
        json!({"do": "bot", "seat": 999, "bot": true}),
        json!({"do": "rename", "person": 1, "name": ""}),
        json!({"do": "story", "day": 9999, "about": {"place": "nowhere"}}),
    ] {
        assert_eq!(teacher.ask(&order).0, 422, "{order}");
    }
    // Some begin to speak and never end.
    let slow: Vec<TcpStream> = (0..50)
        .map(|nth| {
            let mut stream = TcpStream::connect(at).unwrap();
            let begun = format!("POST {path} HTTP/1.1\r\nHost: {at}\r\nContent-Length: 9000\r\n\r\n{{");
            stream.write_all(&begun.as_bytes()[..if nth % 2 == 0 { 30 } else { begun.len() }]).unwrap();
            stream
        })
        .collect();
    assert_eq!(ann.line("you")["name"], "Ann");
    // Other names of this machine, and pages of others, reach nothing.
    for head in
        ["Host: evil.example", "Host: 127.0.0.1", "Host: localhost:1", "Origin: http://evil.example", "Origin: null"]
    {
        let host = if head.starts_with("Host") { String::new() } else { format!("Host: {at}\r\n") };
        let request = format!("GET {path} HTTP/1.1\r\n{host}{head}\r\nConnection: close\r\n\r\n");
        assert_eq!(said(at, request.as_bytes()).0, 403, "{head}");
    }
    for path in ["/../Cargo.toml", "//etc/passwd", "/api/classes/..%2f..%2f", "/ui/join.html", "/api/worlds"] {
        assert_ne!(
            said(at, format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").as_bytes()).0,
            200,
            "{path}"
        );
    }
    teacher.advance("lobby", 0);
    drop(slow);
}

#[test]
fn codes_and_tokens_are_not_guessed() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let ann = teacher.student("Ann");
    let letters = ["B", "C", "D", "F", "G", "H", "J", "K", "M", "N"];
    let guesses: Vec<u16> = (0..100)
        .map(|nth| teacher.get(&format!("/api/classes/ZZZZ{}{}", letters[nth / 10], letters[nth % 10])).0)
        .collect();
    let (allowed, refused) = (
        guesses.iter().filter(|status| **status == 404).count(),
        guesses.iter().filter(|status| **status == 429).count(),
    );
    assert!(allowed + refused == 100 && (55..90).contains(&allowed), "{allowed} guesses were answered");
    let thief = Caller { token: "0".repeat(32), ..ann.clone() };
    let (status, _) = thief.ask(&json!({"do": "undo"}));
    assert!([401, 429].contains(&status), "{status}");
    // Whoever is in the class is not kept out by those who guess.
    ann.ok(&json!({"do": "predict", "answer": 0}));
    assert_eq!(ann.line("you")["predicted"], 0);
    teacher.advance("lobby", 0);
}

/// Much changes while somebody does not listen: they are told what holds, not all that held.
#[test]
fn slow_readers_are_told_the_newest() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    teacher.student("Ann");
    let mut desk = teacher.listen();
    desk.until("class", |_| true);
    let changes = 500;
    for nth in 0..changes {
        teacher.ok(&json!({"do": "rename", "person": 1, "name": format!("Name {nth}")}));
    }
    let last = format!("Name {}", changes - 1);
    desk.until("monitor", |line| line["people"][0]["name"] == last.as_str());
    let heard = desk.heard.iter().filter(|line| line.contains("\"kind\":\"monitor\"")).count();
    println!("of {changes} changes a slow reader heard {heard}");
    assert!(heard < changes, "{heard} of {changes} were kept for somebody who did not listen");
}

/// Not a test: the server that others kill and stop. With a time it waits so long for whoever is away.
#[test]
#[ignore = "a server for other tests"]
fn a_server_to_be_killed() {
    let Ok(classes) = std::env::var("CONTRABAND_TEST_CLASSES") else { return };
    end_with_starter();
    if let Ok(away) = std::env::var("CONTRABAND_TEST_AWAY") {
        let away = Duration::from_millis(away.parse().expect("milliseconds"));
        let (at, school) = served(Path::new(&classes), away);
        let class = school.open(LESSON, None, false).expect("a class");
        println!("teacher http://{at}/teacher#{}.{}", class.code(), class.teacher());
        loop {
            std::thread::park();
        }
    }
    let options = ClassOptions {
        port: 0,
        lan: false,
        given: Vec::new(),
        lesson: Some(LESSON.into()),
        class: None,
        new: false,
        classes: classes.into(),
        rehearse: false,
        threads: 1,
    };
    classroom(&options, |doors| println!("teacher {}", doors.teacher), || false).expect("it serves");
}

/// A server in a process of its own.
pub struct Process(Child);

impl Process {
    fn start(classes: &Path) -> (Self, Caller) {
        Self::start_with(classes, &[])
    }

    fn start_with(classes: &Path, more: &[(&str, &str)]) -> (Self, Caller) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.envs(more.iter().copied());
        Self::start_by(command, classes)
    }

    /// A server that may open only so many files.
    pub fn start_with_files(classes: &Path, files: u32) -> (Self, Caller) {
        let mut limited = Command::new("sh");
        limited.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
        Self::start_by(limited, classes)
    }

    fn start_by(mut command: Command, classes: &Path) -> (Self, Caller) {
        let mut child = command
            .args(["--exact", "crowd::a_server_to_be_killed", "--ignored", "--nocapture"])
            .env("CONTRABAND_TEST_CLASSES", classes)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = lines.map(|line| line.split_once("teacher http://").map(|(_, door)| door.to_owned()));
        let door = said.by_ref().flatten().next().expect("it says where the teacher's door is");
        // Whatever else it says is heard, for it may not speak to nobody.
        std::thread::spawn(move || said.for_each(drop));
        let (at, secret) = door.split_once("/teacher#").unwrap();
        let (code, token) = secret.split_once('.').unwrap();
        let at: SocketAddr = at.parse().unwrap();
        (Self(child), Caller { at, code: code.into(), token: token.into() })
    }

    /// Memory that it holds, in megabytes; `None` where the system does not tell.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: nothing is said, nothing is closed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let folder = Folder::new();
    let (process, teacher) = Process::start(folder.path());
    let students: Vec<Caller> = (0..20).map(|number| teacher.student(&format!("Student {number}"))).collect();
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    // All vote again and again, until the server is gone in the middle of it.
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        drop(process);
    });
    let acknowledged: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let all: Vec<_> = students
            .iter()
            .map(|student| {
                scope.spawn(move || {
            let mut last = None;
            let mut nth = 0;
            loop {
                let Ok(mut stream) = TcpStream::connect(student.at) else { break };
                let body = json!({"do": "predict", "answer": nth % 3}).to_string();
                let request = format!(
                    "POST /api/classes/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    student.code, student.at, student.token, body.len()
                );
                let mut answer = String::new();
                let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer));
                if answer.starts_with("HTTP/1.1 429") {
                    std::thread::sleep(Duration::from_millis(20));
                    continue;
                }
                if sent.is_err() || !answer.starts_with("HTTP/1.1 200") {
                    break;
                }
                last = Some((nth, nth % 3));
                nth += 1;
            }
            last.expect("some were acknowledged")
        })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    killer.join().unwrap();
    let (_process, again) = Process::start(folder.path());
    assert_eq!((&again.code, &again.token), (&teacher.code, &teacher.token), "the same class goes on");
    for (student, (nth, answer)) in students.iter().zip(&acknowledged) {
        let student = Caller { at: again.at, ..student.clone() };
        let holds = student.line("you")["predicted"].as_u64().unwrap() as usize;
        // The one after the last that was acknowledged may have been written, and not been said.
        assert!(holds == *answer || holds == (nth + 1) % 3, "{holds} after {nth}");
    }
    println!("{} acknowledged before the kill", acknowledged.iter().map(|(nth, _)| nth + 1).sum::<usize>());
    again.advance("decide", 1);
}

/// The laptop is shut for a while in the middle of a round that closes by itself: the phones' signs of life could not be heard, so
/// nobody is away when it goes on, and the round waits for whoever has not decided.
#[cfg(unix)]
#[test]
fn a_server_that_stood_still_closes_no_round() {
    let folder = Folder::new();
    let (process, teacher) = Process::start_with(folder.path(), &[("CONTRABAND_TEST_AWAY", "2000")]);
    let names = ["Ann", "Ben", "Cem"];
    let students = names.map(|name| teacher.student(name));
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    let _pages = students.each_ref().map(Caller::listen);
    teacher.ok(&json!({"do": "auto", "auto": true}));
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    for student in &students {
        student.ok(&json!({"do": "here"}));
    }
    students[0].ok(&json!({"do": "send", "round": 1, "answers": {}}));
    screen.until("class", |line| line["stage"] == "decide" && line["waiting"] == 2);
    let signal = |name: &str| {
        let sent = Command::new("kill").args([format!("-{name}"), process.0.id().to_string()]).status();
        assert!(sent.expect("a signal").success());
    };
    signal("STOP");
    std::thread::sleep(Duration::from_secs(5));
    signal("CONT");
    // For as long as anybody who vanished would be waited for, and a little less.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1500) {
        let class = teacher.line("class");
        assert_eq!((&class["stage"], &class["waiting"]), (&json!("decide"), &json!(2)), "{:?}", begun.elapsed());
        std::thread::sleep(Duration::from_millis(100));
    }
    for student in &students[1..] {
        student.ok(&json!({"do": "send", "round": 1, "answers": {}}));
    }
    screen.until("class", |line| line["stage"] == "play");
}

/// Nobody fills the disk by asking without end.
#[test]
fn whoever_asks_without_end_has_to_wait() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let [ann, ben] = ["Ann", "Ben"].map(|name| teacher.student(name));
    let asked = (0..300).map(|_| ann.ask(&json!({"do": "predict", "answer": 0})).0);
    let statuses: BTreeSet<u16> = asked.collect();
    assert_eq!(statuses, BTreeSet::from([200, 429]));
    ben.ok(&json!({"do": "predict", "answer": 0}));
}

/// A class of two hours in short: people come, go, decide, a round is played and undone again and again. Somebody who began to
/// speak at its beginning is not waited for in the end.
#[test]
fn memory_stays_flat() {
    let folder = Folder::new();
    let (process, teacher) = Process::start(folder.path());
    let mut slow = TcpStream::connect(teacher.at).unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nHost: ").unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let students: Vec<Caller> = (0..30).map(|number| teacher.student(&format!("Student {number}"))).collect();
    let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
    teacher.advance("lobby", 0);
    teacher.advance("briefing", 0);
    let cycle = |screen: &mut Stream| {
        let mut pages: Vec<Stream> = students.iter().map(Caller::listen).collect();
        for student in &students {
            let (status, told) = student.ask(&json!({"do": "vote", "round": 1, "law": 1}));
            assert!([200, 403].contains(&status), "{told}");
        }
        teacher.advance("decide", 1);
        teacher.advance("play", 1);
        screen.stage("results", 1);
        for page in &mut pages {
            page.stage("results", 1);
        }
        teacher.ok(&json!({"do": "undo"}));
        screen.stage("decide", 1);
        screen.heard.clear();
    };
    (0..5).for_each(|_| cycle(&mut screen));
    if let Some(before) = process.memory() {
        // A whole soak asks for more.
        let rounds = std::env::var("CONTRABAND_TEST_ROUNDS").map_or(25, |rounds| rounds.parse().expect("a number"));
        (0..rounds).for_each(|_| cycle(&mut screen));
        let after = process.memory().unwrap();
        println!("{before:.1} MB before, {after:.1} MB after {rounds} rounds");
        assert!(after < before + 12.0, "{before:.1} MB became {after:.1}");
    }
    let heard = slow.read(&mut [0; 1]);
    assert!(heard.is_ok(), "whoever never ends is still waited for: {heard:?}");
}
