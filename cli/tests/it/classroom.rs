//! `contraband classroom`: doors are told, and nothing that was acknowledged is lost with the process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

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
}

fn begun(home: &Home, command: &str) -> Doors {
    let mut child: Child = home.command(command).stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap()).lines().take(3).map(Result::unwrap).collect();
    let after = |name: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{lines:?}"));
        line.trim().to_owned()
    };
    let (students, code) =
        after("students").split_once(" code ").map(|(at, code)| (at.trim().to_owned(), code.to_owned())).unwrap();
    let teacher = after("teacher");
    let secret = teacher.split_once('#').unwrap().1.to_owned();
    assert!(after("projector").ends_with(&format!("/screen#{code}")));
    Doors { served: Served(child), secret, students: students.trim_start_matches("http://").to_owned(), code }
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

#[test]
fn a_lesson_that_is_not_there_is_refused_with_those_that_are() {
    let home = Home::new();
    let said = home.refused("classroom prohibition_dilema --port 0");
    assert!(said.contains("the closest is `prohibition_dilemma`") && said.contains("contraband list"), "{said}");
}
