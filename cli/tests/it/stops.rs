//! Runs that end before their last day: by Ctrl-C, and by a killed process.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use contraband_analysis::store::{TableInfo, open};
use contraband_sim::record::tables::TABLES;

use crate::program::{Home, Told, data, names};

/// It begins with its first day, so that whoever interrupts it interrupts a day.
const LONG: &str = "run first_market --set citizens.settling=0 --days 36000 --no-charts --out run";

fn start(home: &Home, args: &str) -> Child {
    home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Waits until `is_so`, for a minute at most.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited a minute for {what}");
}

fn checkpoints(folder: &Path) -> usize {
    if folder.exists() { names(folder).iter().filter(|name| name.starts_with("day-")).count() } else { 0 }
}

/// Starts, waits for the folder under its hidden name, lets a few days pass and interrupts.
fn interrupted(home: &Home, signal: &str, args: &str) -> Told {
    let child = start(home, args);
    wait_until("the run to begin", || names(&home.path("")).iter().any(|name| name.starts_with(".run.partial")));
    std::thread::sleep(Duration::from_millis(300));
    send(signal, &child);
    child.wait_with_output().unwrap().into()
}

#[test]
fn ctrl_c_ends_after_the_day_in_progress_and_the_folder_says_so() {
    let home = Home::new();
    let told = interrupted(&home, "-INT", LONG);
    assert_eq!(told.code, Some(130), "{}", told.stderr);
    assert!(told.stderr.contains("is marked as incomplete"), "{}", told.stderr);
    let folder = open(&home.path("run")).unwrap();
    let last_day = folder.info().last_day;
    assert!(!folder.info().complete && last_day > 0 && last_day < 36000);
    assert!(told.stdout.contains(&format!("seed 1, {last_day} of 36000 days, ")), "{}", told.stdout);
    for table in TABLES {
        folder.table(table.name).unwrap();
    }
    assert_eq!(folder.table("days").unwrap().height() as u32, last_day);
    assert_eq!(names(&home.path("")), ["run"]);

    // The days that were lived are those of a shorter run; only the length asked for is another.
    home.works(&format!("run first_market --set citizens.settling=0 --days {last_day} --no-charts --out short"));
    let short = open(&home.path("short")).unwrap();
    // Their files say what run they are of, so only what they hold is equal.
    let held = |info: &TableInfo| (info.rows, info.digest.clone());
    assert_eq!(held(&short.info().tables["days"]), held(&folder.info().tables["days"]));

    assert_eq!(home.run("report run").code, Some(3));
    assert!(home.path("run/report.html").exists());
}

#[test]
fn two_processes_do_not_write_one_folder_at_once() {
    let home = Home::new();
    let mut first = start(&home, &format!("{LONG} --checkpoint-every 50"));
    wait_until("a checkpoint", || checkpoints(&home.path("run.checkpoint")) > 0);
    for more in ["--checkpoint-every 50", "--force", "--seed 2"] {
        let told = home.run(&format!("{LONG} {more}"));
        assert_eq!(told.code, Some(1), "{more}: {}", told.stderr);
        assert!(told.stderr.contains("another process is writing run right now"), "{more}: {}", told.stderr);
    }
    send("-KILL", &first);
    first.wait().unwrap();
    home.works("run first_market --days 3 --no-charts --out run");
}

/// Clusters end jobs with SIGTERM.
#[test]
fn being_terminated_is_like_ctrl_c() {
    let home = Home::new();
    let told = interrupted(&home, "-TERM", LONG);
    assert_eq!(told.code, Some(130), "{}", told.stderr);
    assert!(!open(&home.path("run")).unwrap().info().complete);
}

#[test]
fn an_interrupted_run_with_checkpoints_goes_on_to_the_same_bytes() {
    let home = Home::new();
    let days = "run first_market --set citizens.settling=0 --days 3000 --no-charts";
    home.works(&format!("{days} --out straight"));
    let told = interrupted(&home, "-INT", &format!("{days} --out run --checkpoint-every 100"));
    if told.code == Some(130) {
        assert!(told.stderr.contains("the same command continues from day"), "{}", told.stderr);
        assert!(checkpoints(&home.path("run.checkpoint")) > 0);
    }
    let told = home.works(&format!("{days} --out run --checkpoint-every 100"));
    assert!(told.stderr.contains("continuing from the checkpoint of day"), "{}", told.stderr);
    assert!(data(&home.path("run")) == data(&home.path("straight")));
    assert_eq!(names(&home.path("")), ["run", "straight"], "the checkpoints are gone");
}

/// Whoever interrupts a run that is still settling has a folder without a day, and begins anew.
#[test]
fn a_run_that_is_interrupted_while_it_settles_begins_again() {
    let home = Home::new();
    let days = "run first_market --days 30 --no-charts --set citizens.settling=3000";
    home.works(&format!("{days} --out straight"));
    let told = interrupted(&home, "-INT", &format!("{days} --out run --checkpoint-every 10"));
    assert_eq!(told.code, Some(130), "{}", told.stderr);
    assert!(
        told.stderr.contains("ended after day 0 of 30") && !told.stderr.contains("continues from"),
        "{}",
        told.stderr
    );
    let told = home.works(&format!("{days} --out run --checkpoint-every 10"));
    assert!(!told.stderr.contains("continuing from"), "{}", told.stderr);
    assert!(data(&home.path("run")) == data(&home.path("straight")));
    assert_eq!(names(&home.path("")), ["run", "straight"], "the checkpoints are gone");
}

#[test]
fn a_killed_run_with_checkpoints_goes_on_to_the_same_bytes() {
    let home = Home::new();
    let days = "run first_market --days 6000 --no-charts --csv";
    home.works(&format!("{days} --out straight"));
    let mut seen = 0;
    // Killed three times, each time a little further on.
    for _ in 0..3 {
        let mut child = start(&home, &format!("{days} --out run --checkpoint-every 250"));
        wait_until("another checkpoint", || {
            checkpoints(&home.path("run.checkpoint")) > seen + 1 || home.path("run").exists()
        });
        send("-KILL", &child);
        assert_eq!(child.wait().unwrap().code(), None, "it was killed, not ended");
        seen = checkpoints(&home.path("run.checkpoint"));
        assert!(!home.path("run").exists());
    }
    let told = home.works(&format!("{days} --out run --checkpoint-every 250"));
    assert!(told.stderr.contains("continuing from the checkpoint of day"), "{}", told.stderr);
    assert!(data(&home.path("run")) == data(&home.path("straight")));
    assert_eq!(names(&home.path("")), ["run", "straight"], "drafts and checkpoints are gone");
}

#[test]
fn checkpoints_of_another_run_are_removed_only_by_force() {
    let home = Home::new();
    let command = "run first_market --days 36000 --no-charts --out run --checkpoint-every 50";
    let mut child = start(&home, command);
    wait_until("a checkpoint", || checkpoints(&home.path("run.checkpoint")) > 0);
    send("-KILL", &child);
    child.wait().unwrap();
    let said = home.refused("run first_market --days 20 --no-charts --out run --checkpoint-every 5");
    assert!(said.contains("checkpoints of First market, seed 1, 36000 days"), "{said}");
    home.works("run first_market --days 20 --no-charts --out run --checkpoint-every 5 --force");
    assert_eq!(names(&home.path("")), ["run"]);
}
