//! The commands that tell what there is.

use std::fs;
use std::process::Stdio;

use contraband_classroom::lesson::LESSONS;
use contraband_sim::record::tables::TABLES;
use contraband_sim::scenario::library::{CALIBRATIONS, LIBRARY, STUDIES, SWEEPS};
use serde_json::Value;

use crate::program::Home;

fn json_of(home: &Home, args: &str) -> Value {
    serde_json::from_str(&home.works(args).stdout).unwrap()
}

#[test]
fn levers_are_listed_with_range_default_and_source() {
    let home = Home::new();
    let text = home.works("levers").stdout;
    let fine = text.lines().find(|line| line.starts_with("law.fine ")).unwrap();
    assert!(fine.contains("credits") && fine.contains("assumption"), "{fine}");
    let json = json_of(&home, "levers --json");
    assert_eq!(json.as_array().unwrap().len() + 1, text.lines().count());
    for lever in json.as_array().unwrap() {
        for key in ["schema", "path", "label", "unit", "min", "max", "default", "source"] {
            assert!(lever.get(key).is_some(), "{key}: {lever}");
        }
    }
    let town = home.works("levers first_market").stdout;
    assert!(town.contains("places.town.surveillance") && !town.contains("places.harbour"));
}

#[test]
fn schema_describes_scenarios_and_tables() {
    let home = Home::new();
    let scenario = json_of(&home, "schema scenario");
    assert!(scenario["properties"]["timeline"].is_object());
    let study = json_of(&home, "schema study");
    assert!(study["properties"]["arms"]["items"]["properties"]["with"].is_object());
    let calibration = json_of(&home, "schema calibration");
    assert!(calibration["properties"]["targets"]["anyOf"][1]["items"]["properties"]["band"].is_object());
    let tables = json_of(&home, "schema tables --json");
    assert_eq!(tables["tables"].as_array().unwrap().len(), TABLES.len());
    let text = home.works("schema tables").stdout;
    for table in TABLES {
        let (_, page) = text.split_once(&format!("\n## {}\n", table.name)).expect("a part for each table");
        let mut lines = page.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
        for column in table.columns {
            let cells: Vec<&str> = lines.next().expect("a line for each column").split('|').map(str::trim).collect();
            assert_eq!((cells[1], cells[3], cells[4]), (column.name, column.unit, column.doc), "{}", table.name);
            assert_eq!(cells[2].ends_with(", or null"), column.may_miss, "{}.{}", table.name, column.name);
        }
    }
}

#[test]
fn list_shows_every_scenario_with_its_question() {
    let home = Home::new();
    let text = home.works("list").stdout;
    let questions = text.lines().filter(|line| line.ends_with('?')).count();
    assert_eq!(questions, LESSONS.len() + LIBRARY.len() + STUDIES.len() + SWEEPS.len() + CALIBRATIONS.len(), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("for `contraband")).count(), 5, "{text}");
    let json = json_of(&home, "list --json");
    assert_eq!(json[0]["name"], LIBRARY[0].name);
    assert_eq!(json[0]["schema"], 1);
}

#[test]
fn new_begins_a_scenario_and_never_overwrites() {
    let home = Home::new();
    let told = home.works("new mine");
    assert_eq!(told.stdout, "wrote mine.ron; try: contraband run mine.ron\n");
    home.works("check mine.ron");
    let before = fs::read(home.path("mine.ron")).unwrap();
    assert!(home.refused("new mine").contains("already exists"));
    assert!(home.refused("new mine.ron --from crackdown").contains("already exists"));
    assert_eq!(fs::read(home.path("mine.ron")).unwrap(), before);
    for name in ["mine/", ".ron", "nowhere/mine"] {
        home.refused(&format!("new {name}"));
    }
    assert!(home.refused("new other --from crackdwon").contains("`crackdown`"));
    assert!(!home.path("other.ron").exists());
}

#[test]
fn new_can_begin_with_the_differences_of_another() {
    let home = Home::new();
    home.works("new mine --from first_market");
    let text = fs::read_to_string(home.path("mine.ron")).unwrap();
    assert!(text.contains("name: \"mine\"") && text.contains("bazaar") && text.contains("// timeline: ["), "{text}");
    home.works("run mine.ron --days 2 --no-charts --out mine");
    home.works("run first_market --days 2 --no-charts --out first");
    let [mine, first] = ["mine", "first"].map(|out| crate::program::json(&home.path(out).join("run.json")));
    assert_eq!(mine["digest"], first["digest"]);
}

#[test]
fn help_and_version_are_no_errors() {
    let home = Home::new();
    assert!(home.works("--help").stdout.contains("Exit codes"));
    assert!(home.works("run --help").stdout.contains("--checkpoint-every"));
    assert!(home.works("--version").stdout.starts_with("contraband 0."));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let home = Home::new();
    let mut child = home.command("levers").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let told = child.wait_with_output().unwrap();
    assert_eq!((told.status.code(), told.stderr.len()), (Some(0), 0));
}
