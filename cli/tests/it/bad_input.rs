//! What a user can get wrong, and what is said about it.

use std::fs::File;

use insta::assert_snapshot;

use crate::program::Home;

#[test]
fn a_name_that_is_not_in_the_library() {
    assert_snapshot!(Home::new().refused("run basline"), @"
    error: there is no scenario called `basline`
     |
     = help: the closest is `baseline`; `contraband list` shows all
    ");
}

#[test]
fn a_file_that_is_not_there() {
    let home = Home::new();
    home.write("mine.ron", "()");
    assert_snapshot!(home.refused("run mien.ron"), @"
    error: there is no file `mien.ron`
     |
     = help: the closest in that folder is `mine.ron`
    ");
    assert_snapshot!(home.refused("run scenarios/crackdown.ron"), @"
    error: there is no file `scenarios/crackdown.ron`
     |
     = help: `crackdown` comes with the program: give its name without folder and extension
    ");
}

#[test]
fn a_directory() {
    let home = Home::new();
    home.write("mine/a.ron", "()");
    assert_snapshot!(home.refused("run mine"), @"
    error: `mine` is a folder
     |
     = help: name one file in it, or check them all with `contraband check`
    ");
}

#[test]
fn files_that_are_not_text() {
    let home = Home::new();
    home.write("photo.ron", b"(\n\xff\xd8\xff\xe0");
    assert_snapshot!(home.refused("run photo.ron"), @"
    error: `photo.ron` is not UTF-8 text: byte 0xff in line 2
     |
     = help: a scenario is a text file, in RON or JSON
    ");
    home.write("wide.ron", b"\xff\xfe(\0)\0");
    assert_snapshot!(home.refused("run wide.ron"), @"
    error: `wide.ron` is not UTF-8 text: byte 0xff in line 1
     |
     = help: it looks like UTF-16: save it as UTF-8
    ");
    home.write("nul.ron", b"(days: 3,\0\0\0)");
    assert!(home.refused("run nul.ron").contains("nul.ron:1:10"));
}

#[test]
fn an_empty_file() {
    let home = Home::new();
    home.write("empty.ron", "");
    assert_snapshot!(home.refused("run empty.ron"), @r#"
    error: the file is empty
     --> empty.ron:1:1
      |
    1 |
      | ^ nothing here
      |
      = help: the smallest scenario is `(name: "My question")`: it runs the default world
    "#);
    home.write("empty.json", " \n");
    home.refused("run empty.json");
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_even_read() {
    let home = Home::new();
    File::create(home.path("huge.ron")).unwrap().set_len(100_000_000).unwrap();
    assert_snapshot!(home.refused("run huge.ron"), @"
    error: `huge.ron` is 100.0 MB long; a scenario may be up to 4 MB
     |
     = help: is this the right file?
    ");
}

#[test]
fn everything_wrong_with_a_file_is_said_at_once() {
    let home = Home::new();
    home.write(
        "mine.ron",
        "// naïve 🏛\n(\n    name: \"Été\", dyas: 30,\n    law: (fine: -5.0),\n    goods: {privacy: (status: \"prohibitted\")},\n    timeline: [(day: 90, until: 80, set: {\"law.fin\": 1.0})],\n)\n",
    );
    assert_snapshot!(home.refused("run mine.ron"), @r#"
    error: unknown field `dyas` in a scenario
     --> mine.ron:3:18
      |
    3 |     name: "Été", dyas: 30,
      |                  ^^^^ no such field
      |
      = help: the closest is `days`

    error: `law.fine` cannot be -5
     --> mine.ron:4:17
      |
    4 |     law: (fine: -5.0),
      |                 ^^^^ out of range
      |
      = help: it takes a number from 0 to 1000000 (credits)

    error: `goods.privacy.status` cannot be "prohibitted"
     --> mine.ron:5:31
      |
    5 |     goods: {privacy: (status: "prohibitted")},
      |                               ^^^^^^^^^^^^^ not one of its values
      |
      = help: it takes one of prohibited, tolerated, licensed, free; the closest is `prohibited`

    error: the entry ends on day 80, before it begins on day 90
     --> mine.ron:6:33
      |
    6 |     timeline: [(day: 90, until: 80, set: {"law.fin": 1.0})],
      |                                 ^^ before day 90
      |
      = help: `until` is the last day on which it applies; leave it out for an entry without end

    error: unknown lever `law.fin`
     --> mine.ron:6:43
      |
    6 |     timeline: [(day: 90, until: 80, set: {"law.fin": 1.0})],
      |                                           ^^^^^^^^^ no such lever
      |
      = help: the closest is `law.fine`
    "#);
}

#[test]
fn settings_that_cannot_be() {
    let home = Home::new();
    let run = "run first_market --days 1 --no-charts";
    assert_snapshot!(home.refused(&format!("{run} --set law.fien=3 --set law.fine=-1 --set goods.privacy.status=fre --set law.fine=lots")), @r#"
    error: unknown lever `law.fien`
     --> --set:1:1
      |
    1 | law.fien=3
      | ^^^^^^^^ no lever has this path
      |
      = help: the closest is `law.fine`

    error: `law.fine` cannot be -1
     --> --set:1:10
      |
    1 | law.fine=-1
      |          ^^ not a value for this lever
      |
      = help: it takes a number from 0 to 1000000 (credits)

    error: `goods.privacy.status` cannot be "fre"
     --> --set:1:22
      |
    1 | goods.privacy.status=fre
      |                      ^^^ not a value for this lever
      |
      = help: it takes one of prohibited, tolerated, licensed, free; the closest is `free`

    error: `law.fine` cannot be "lots"
     --> --set:1:10
      |
    1 | law.fine=lots
      |          ^^^^ not a value for this lever
      |
      = help: it takes a number from 0 to 1000000 (credits)
    "#);
    let said = home.refused(&format!("{run} --set citizens.count=0"));
    assert!(said.contains("no citizens") && said.contains("command line"), "{said}");
    assert!(home.refused(&format!("{run} --set law.fine")).contains("such as law.fine=240"));
    assert!(home.refused(&format!("{run} --set days=3")).contains("it has its own option: --days"));
}

#[test]
fn usage() {
    let home = Home::new();
    for args in [
        "",
        "rum baseline",
        "run",
        "run first_market --days 0",
        "run first_market --days 36501",
        "run first_market --days many",
        "run first_market --seed -1",
        "run first_market --threads 0",
        "run first_market --checkpoint-every 0",
        "run first_market --colour",
        "check",
        "schema planets",
        "new",
    ] {
        let said = home.refused(args);
        assert!(said.contains("Usage:") || said.contains("--help"), "{args}: {said}");
    }
}

#[test]
fn check_tells_all_complaints_of_all_files() {
    let home = Home::new();
    home.write("all/good.ron", "(name: \"Good\")");
    home.write("all/deep/good.json", "{\"days\": 30}");
    home.write("all/deep/bad.ron", "(days: 0)");
    home.write("all/worse.json", "{\"days\": 30,}");
    home.write("all/notes.txt", "not a scenario");
    let told = home.run("check all nowhere.ron");
    assert_eq!(told.code, Some(2));
    assert_eq!(told.stdout, "ok all/deep/good.json\nok all/good.ron\n");
    for place in ["all/deep/bad.ron:1:8", "all/worse.json:1:13", "no file `nowhere.ron`"] {
        assert!(told.stderr.contains(place), "{place}: {}", told.stderr);
    }
    let told = home.works("check all/good.ron");
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("ok all/good.ron\n", ""));
    home.write("none/notes.txt", "");
    assert!(home.refused("check none").contains("no scenario files"));
}

#[test]
fn errors_have_no_colour_where_nobody_sees_it() {
    let home = Home::new();
    home.write("mine.ron", "(days: 0)");
    assert!(!home.refused("run mine.ron").contains('\u{1b}'));
}

/// On a terminal made by `script`, where the system has it.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_terminals_and_not_for_those_who_asked_for_none() {
    let home = Home::new();
    home.write("mine.ron", "(days: 0)");
    let on_a_terminal = |no_color: &str| {
        let line = format!("NO_COLOR={no_color} {} check mine.ron", env!("CARGO_BIN_EXE_contraband"));
        let told =
            std::process::Command::new("script").args(["-qec", &line, "/dev/null"]).current_dir(home.path("")).output();
        told.ok().map(|told| String::from_utf8_lossy(&told.stdout).into_owned())
    };
    let Some(coloured) = on_a_terminal("") else { return };
    assert!(coloured.contains('\u{1b}') && coloured.contains("mine.ron:1:8"), "{coloured}");
    let plain = on_a_terminal("1").unwrap();
    assert!(!plain.contains('\u{1b}') && plain.contains("mine.ron:1:8"), "{plain}");
}

/// Results that lie beside scenarios are no scenarios with faults.
#[test]
fn check_of_a_folder_skips_the_results_in_it() {
    let home = Home::new();
    home.write("all/good.ron", "(name: \"Good\", days: 5)");
    home.write("all/run/run.json", "{\"schema\": 1, \"seal\": \"0\"}");
    home.write("all/run/timing.json", "{\"seconds\": 1}");
    home.write("all/run/ro-crate-metadata.json", "{\"@context\": \"https://w3id.org/ro/crate/1.1/context\"}");
    let told = home.works("check all");
    assert!(told.stdout.contains("good.ron") && told.stdout.lines().count() == 1, "{}", told.stdout);
    assert!(told.stderr.contains("3 files of results are skipped"), "{}", told.stderr);
    // A name alone makes no result.
    home.write("alone/study.json", "{\"dayz\": 5}");
    assert!(home.refused("check alone").contains("dayz"));
}
