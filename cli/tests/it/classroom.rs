//! `contraband classroom`: doors are told, and nothing that was acknowledged is lost with the process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::explore::{Served, posted};
use crate::program::Home;

/// What a teacher is told.
struct Doors {
    served: Served,
    /// `CODE.TOKEN` of the teacher's page.
    secret: String,
    students: String,
    code: String,
    lesson: String,
}

fn begun(home: &Home, command: &str) -> Doors {
    told_by(home.command(command))
}

fn told_by(mut command: Command) -> Doors {
    let mut child: Child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap()).lines().take(4).map(Result::unwrap).collect();
    let after = |name: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{lines:?}"));
        line.trim().to_owned()
    };
    let (students, code) =
        after("students").split_once(" code ").map(|(at, code)| (at.trim().to_owned(), code.to_owned())).unwrap();
    let teacher = after("teacher");
    let secret = teacher.split_once('#').unwrap().1.to_owned();
    assert!(after("projector").ends_with(&format!("/screen#{code}")));
    Doors {
        served: Served(child),
        secret,
        students: students.trim_start_matches("http://").to_owned(),
        code,
        lesson: after("lesson"),
    }
}

fn asked(doors: &Doors, path: &str, token: Option<&str>, what: &Value) -> (u16, Value) {
    posted(&doors.students, &format!("/api/classes/{}{path}", doors.code), token, what)
}

#[test]
fn a_class_goes_on_after_a_kill() {
    let home = Home::new();
    let mut doors = begun(&home, "classroom prohibition_dilemma --port 0 --classes kept");
    let (status, joined) = asked(&doors, "/join", None, &json!({"name": "Ada"}));
    assert_eq!(status, 200, "{joined}");
    let token = joined["token"].as_str().unwrap().to_owned();
    let teacher = doors.secret.split_once('.').unwrap().1.to_owned();
    let begin = json!({"do": "advance", "stage": "lobby", "round": 0});
    assert_eq!(asked(&doors, "", Some(&teacher), &begin).0, 200);
    doors.served.0.kill().unwrap();
    doors.served.0.wait().unwrap();
    let again = begun(&home, "classroom --port 0 --classes kept");
    assert_eq!((&again.secret, &again.code), (&doors.secret, &doors.code));
    assert_eq!(asked(&again, "", Some(&teacher), &begin).0, 409, "the class stands where it stood");
    let (status, said) = asked(&again, "", Some(&token), &json!({"do": "predict", "answer": 0}));
    assert_eq!(status, 200, "the seat is still Ada's: {said}");
    assert_eq!(asked(&again, "/join", None, &json!({"name": "Ada"})).0, 409, "the name is taken");
    assert_eq!(asked(&again, "", Some("guessed"), &json!({"do": "predict", "answer": 0})).0, 401);
}

/// A teacher who forgets `--lan` used to get a picture that no phone could follow.
#[test]
fn without_lan_a_teacher_is_told_that_phones_cannot_join() {
    let home = Home::new();
    let mut command = home.command("classroom --port 0 --classes kept");
    command.stderr(Stdio::piped());
    let mut doors = told_by(command);
    assert_eq!(doors.lesson, "Plenty (plenty)");
    doors.served.0.kill().unwrap();
    let said = std::io::read_to_string(doors.served.0.stderr.take().unwrap()).unwrap();
    assert!(said.contains("Only this computer can join. Start with `--lan` so that phones can."), "{said}");
}

/// The current time.
#[allow(clippy::disallowed_methods, reason = "how long a start takes is measured; nothing else depends on it")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// The journal of a class, line by line.
fn journal(code: &str, lesson: &str, rehearsal: bool, more: &str) -> String {
    let opened = json!({"opened": {"schema": 1, "version": "0.1.0", "code": code, "lesson": lesson, "seed": 1,
        "teacher": "t".repeat(32), "rehearsal": rehearsal}});
    format!("{opened}\n{more}")
}

/// Twenty-three rehearsals that nobody ended took seven seconds and 745 MB at the next start; with one more there was none.
#[test]
fn start_works_however_many_classes_are_kept_and_whatever_became_of_them() {
    let home = Home::new();
    let letters: Vec<char> = "BCDFGHJKMNPRSTWXZ".chars().collect();
    let code = |nth: usize| format!("BCDF{}{}", letters[nth / 17], letters[nth % 17]);
    let mut files = Vec::new();
    for nth in 0..60 {
        files.push((code(nth), journal(&code(nth), "squeeze", nth % 3 > 0, "\"began\"\n\"deciding\"\n")));
    }
    files.push(("KKKKKK".into(), journal("KKKKKK", "squeeze", false, "{\"of_the_next_version\":{}}\n")));
    files.push(("KKKKKM".into(), journal("KKKKKM", "a_lesson_that_is_gone", false, "")));
    files.push(("KKKKKN".into(), String::new()));
    files.push(("KKKKKP".into(), "PK\u{3}\u{4}".into()));
    files.push(("KKKKKR".into(), journal("KKKKKR", "squeeze", false, "\"played\"\n")));
    for (code, text) in &files {
        home.write(&format!("kept/{code}/class.jsonl"), text);
    }
    let begun_at = now();
    let first = begun(&home, "classroom masks --port 0 --classes kept");
    println!("with {} classes: doors after {} ms", files.len(), begun_at.elapsed().as_millis());
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", first.served.0.id())) {
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        println!("memory: {}", kilobytes.trim());
        let kilobytes: u64 = kilobytes.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 200_000, "{kilobytes} kB");
    }
    assert!(asked(&first, "/join", None, &json!({"name": "Ada"})).0 == 200);
    // One that was kept is there for whoever has its code.
    let kept = format!("/api/classes/{}/join", code(0));
    assert_eq!(posted(&first.students, &kept, None, &json!({"name": "Ada"})).0, 200);
    drop(first);
    for (code, text) in &files[1..] {
        assert_eq!(std::fs::read_to_string(home.path(&format!("kept/{code}/class.jsonl"))).unwrap(), *text, "{code}");
    }
    let told = home.works("classes --classes kept").stdout;
    assert_eq!(told.lines().count(), files.len() + 1, "{told}");
    for part in [
        "BCDFBB  squeeze  round 1 of 4, deciding             1 person",
        "rehearsal, round 1 of 4, deciding",
        "not begun",
        "KKKKKK  left as it is: ",
        "class.jsonl:2",
        "there is no lesson `a_lesson_that_is_gone`",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    let objects: Value = serde_json::from_str(&home.works("classes --classes kept --json").stdout).unwrap();
    assert_eq!(objects.as_array().unwrap().len(), files.len() + 1);
    assert_eq!(
        (&objects[0]["code"], &objects[0]["stage"], &objects[0]["over"]),
        (&json!("BCDFBB"), &json!("decide"), &json!(false))
    );
}

#[test]
fn a_class_goes_on_because_somebody_says_so() {
    let home = Home::new();
    let open = |more: &str| begun(&home, &format!("classroom {more} --port 0 --classes kept"));
    // The code of the class that is played; its program is ended.
    let start = |more: &str| open(more).code.clone();
    let one = start("squeeze");
    // The last that was played goes on, unless another lesson or a new class is asked for.
    assert_eq!((start("squeeze"), start("")), (one.clone(), one.clone()));
    let other = start("squeeze --new");
    assert_ne!(other, one);
    assert_eq!(start("squeeze"), other);
    // By its name, however it is written; and then it is the last.
    assert_eq!(start(&one.to_lowercase()), one);
    assert_eq!(start(""), one);
    let masks = start("masks");
    assert!(masks != one && masks != other);
    assert_eq!(start(&other), other);
    // A rehearsal is none that goes on.
    let rehearsal = start("squeeze --rehearse");
    assert!(rehearsal != other && start("") == other);
    let wrong = home.run("classroom ZZZZZZ --port 0 --classes kept");
    assert!(
        wrong.code != Some(0)
            && wrong.stderr.contains("there is no class ZZZZZZ")
            && wrong.stderr.contains("contraband classes"),
        "{}",
        wrong.stderr
    );
    // Two programs on one class would spoil each other's journal.
    let playing = open(&one);
    let second = home.run(&format!("classroom {one} --port 0 --classes kept"));
    assert!(second.code != Some(0) && second.stderr.contains("another program on this computer"), "{}", second.stderr);
    drop(playing);
    assert_eq!(home.run("classes --classes nowhere").stdout, "");
}

#[test]
fn a_lesson_that_is_not_there_is_refused_with_those_that_are() {
    let home = Home::new();
    let said = home.refused("classroom prohibition_dilema --port 0");
    assert!(said.contains("the closest is `prohibition_dilemma`") && said.contains("contraband list"), "{said}");
}

#[test]
fn an_address_that_is_none_is_refused_with_what_it_could_be() {
    let home = Home::new();
    for wrong in ["--address http://10.0.0.5", "--host laptop_local", "--host 10.0.0.5:0"] {
        let said = home.refused(&format!("classroom --port 0 {wrong}"));
        assert!(said.contains("is no address") && said.contains("laptop.local"), "{said}");
    }
    let doors = begun(&home, "classroom --port 0 --classes named --host laptop.local:80");
    assert_eq!(doors.students, "laptop.local");
}

/// Everybody on a machine can read its command lines: the browser is started without the teacher's token.
#[cfg(target_os = "linux")]
#[test]
fn the_teachers_token_stands_in_no_list_of_processes() {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::new();
    // What the system opens addresses with.
    home.write("bin/xdg-open", "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$OPENED.part\"\nmv \"$OPENED.part\" \"$OPENED\"\n");
    let opener = home.path("bin/xdg-open");
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = home.command("classroom --port 0 --open --classes opened");
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("OPENED", home.path("said"));
    let doors = told_by(command);
    let token = doors.secret.split_once('.').unwrap().1;
    let said = (0..200).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(25));
        std::fs::read_to_string(home.path("said")).ok()
    });
    let address = said.expect("something was opened").trim().to_owned();
    let lines = std::fs::read(format!("/proc/{}/cmdline", doors.served.0.id())).unwrap();
    for shown in [address.as_str(), &String::from_utf8_lossy(&lines)] {
        assert!(!shown.contains(token), "{shown}");
    }
    // It leads to the teacher's page once.
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let visit = || {
        let mut line = TcpStream::connect(host).unwrap();
        write!(line, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        answer
    };
    let first = visit();
    assert!(
        first.starts_with("HTTP/1.1 303") && first.contains(&format!("location: /teacher#{}", doors.secret)),
        "{first}"
    );
    assert!(visit().starts_with("HTTP/1.1 404"), "nobody else gets in by it");
}
