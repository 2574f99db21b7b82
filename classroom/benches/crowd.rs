//! How long a decision takes to reach a hundred screens: `cargo bench -p contraband-classroom --bench crowd`. It fails where that
//! is too long.
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::future::Future;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;

#[path = "../tests/it/school.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod school;

use school::{Caller, Folder, opened};

fn wait<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    runtime.expect("the system has room for one more").block_on(what)
}

const SCREENS: usize = 100;
const ROUNDS: u32 = 4;
/// Milliseconds in which 95 of a hundred must be over.
const MOST_MS: f64 = 50.0;

fn main() {
    let folder = Folder::new();
    let teacher = opened(&folder);
    let begun = Instant::now();
    let students: Vec<Caller> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..SCREENS)
            .map(|nth| {
                scope.spawn({
                    let teacher = &teacher;
                    move || teacher.student(&format!("S {nth}"))
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().expect("they are let in")).collect()
    });
    println!("{SCREENS} joined in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    // Each screen says when it sees that so many of a round have decided.
    let (tell, told) = channel();
    for student in &students {
        let (mut page, tell) = (student.listen(), tell.clone());
        std::thread::spawn(move || {
            while let Some(line) = page.next() {
                if line["kind"] == "class" && line["stage"] == "decide" {
                    let seats = line["seats"].as_array().map_or(&[][..], Vec::as_slice);
                    let decided = seats.iter().filter(|seat| seat["decided"] == true).count();
                    if tell.send((line["round"].as_u64().unwrap_or(0) as u32, decided, Instant::now())).is_err() {
                        return;
                    }
                }
            }
        });
    }
    // All came at once: who has a seat is chance.
    let seated: Vec<&Caller> = students.iter().filter(|student| student.line("you")["post"].is_object()).collect();
    teacher.ok(&json!({"do": "speed", "days": 100}));
    teacher.advance("lobby", 0);
    let mut taken: Vec<Duration> = Vec::new();
    let mut answered: Vec<Duration> = Vec::new();
    for round in 1..=ROUNDS {
        teacher.advance(if round == 1 { "briefing" } else { "results" }, round - 1);
        for (nth, student) in seated.iter().enumerate() {
            let sent = Instant::now();
            student.ok(&json!({"do": "decide", "round": round, "answers": {}}));
            answered.push(sent.elapsed());
            let mut seen = 0;
            while seen < SCREENS {
                let (of, decided, when) = told.recv_timeout(Duration::from_secs(20)).expect("screens see it");
                if (of, decided) == (round, nth + 1) {
                    taken.push(when.duration_since(sent));
                    seen += 1;
                }
            }
        }
        let mut screen = Caller { token: String::new(), ..teacher.clone() }.listen();
        teacher.advance("decide", round);
        teacher.advance("play", round);
        screen.stage("results", round);
    }
    for (what, times) in [("acknowledged", &mut answered), ("seen on a screen", &mut taken)] {
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!(
            "{what}: {} times, median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
            times.len(),
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
        );
        if at(0.95) >= MOST_MS {
            eprintln!("{what}: p95 is {:.1} ms, and must be below {MOST_MS} ms", at(0.95));
            std::process::exit(1);
        }
    }
}
