//! `contraband run` and `contraband report`.

use std::fs;

use contraband_analysis::store::open;
use contraband_sim::record::tables::TABLES;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use serde_json::Value;

use crate::program::{Home, data, json, names};

#[test]
fn a_run_leaves_a_folder_with_tables_charts_and_report() {
    let home = Home::new();
    let told = home.works("run first_market");
    assert_eq!(told.stderr, "", "nothing to say without a terminal");
    assert!(told.stdout.starts_with("First market, seed 1, 120 days, 500 citizens\n"), "{}", told.stdout);
    for line in [
        "Trades",
        "Median price",
        "Gini of wealth",
        "the books balance every day",
        "out/first_market-seed1/report.html",
    ] {
        assert!(told.stdout.contains(line), "{line}: {}", told.stdout);
    }
    assert!((10..=15).contains(&told.stdout.lines().count()), "{}", told.stdout);

    let out = home.path("out/first_market-seed1");
    let folder = open(&out).unwrap();
    for table in TABLES {
        let rows = folder.table(table.name).unwrap();
        assert_eq!(rows.width(), table.columns.len(), "{}", table.name);
        // The smallest scenario has one place, and nobody with a name: no enclave, no colony, no house.
        let elsewhere = ["enclaves", "colonies", "houses"].contains(&table.name);
        assert_eq!(rows.height() == 0, elsewhere, "{}", table.name);
    }
    assert_eq!(folder.table("days").unwrap().height(), 120);
    let scenario = read(&folder.scenario_text().unwrap(), Format::Ron).unwrap();
    assert_eq!(scenario.hash(), folder.info().scenario_hash);
    assert!(fs::read_to_string(out.join("report.html")).unwrap().contains("</html>"));
    let charts = names(&out.join("charts"));
    assert!(charts.len() >= 14 && charts.contains(&"prices.png".into()), "{charts:?}");
    assert_eq!(names(&home.path("out")), ["first_market-seed1"], "nothing else is left");

    let timing = json(&out.join("timing.json"));
    assert!(timing["wall_seconds"].as_f64().unwrap() > 0.0 && timing["threads"].as_u64().unwrap() > 0);
    assert_eq!(timing["phases"].as_array().unwrap().len(), 9);
}

#[test]
fn what_is_asked_for_beside_the_run_changes_no_byte_of_it() {
    let home = Home::new();
    let run = |out: &str, more: &str| {
        home.works(&format!("run first_market --days 40 --no-charts --out {out} {more}"));
        data(&home.path(out))
    };
    let plain = run("plain", "--threads 1");
    assert_eq!(plain.len(), TABLES.len() + 2);
    for (out, more) in [
        ("two", "--threads 2"),
        ("four", "--threads 4 --timings"),
        ("saved", "--checkpoint-every 7"),
        ("json", "--json"),
    ] {
        assert!(run(out, more) == plain, "{more}");
    }
    let with_csv = run("text", "--csv");
    assert!(plain.iter().all(|(name, bytes)| with_csv[name] == *bytes));
    for table in TABLES {
        let text = String::from_utf8(with_csv[&format!("{}.csv", table.name)].clone()).unwrap();
        assert!(text.lines().next().unwrap().starts_with(table.columns[0].name), "{}", table.name);
    }
    let other = run("other", "--seed 2");
    assert_ne!(other["run.json"], plain["run.json"]);
}

#[test]
fn json_is_all_that_goes_to_stdout_when_asked_for() {
    let home = Home::new();
    let told = home.works("run first_market --days 9 --seed 5 --no-charts --timings --json --set law.fine=33");
    let mut told_json: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(
        told_json.as_object_mut().unwrap().remove("notes"),
        Some(Value::Array(Vec::new())),
        "nothing is in vain"
    );
    let mut run = json(&home.path("out/first_market-seed5/run.json"));
    run["out"] = "out/first_market-seed5".into();
    run.as_object_mut().unwrap().remove("seal").unwrap();
    assert_eq!(told_json, run);
    assert_eq!(run["overrides"]["law.fine"], "33");
    assert_eq!((&run["seed"], &run["days"], &run["complete"]), (&5.into(), &9.into(), &true.into()));
    assert!(told.stderr.contains("ns per citizen-day"), "the table of phases is for people: {}", told.stderr);
}

#[test]
fn files_in_ron_and_json_run_alike() {
    let home = Home::new();
    home.write("mine.ron", "(name: \"Mine\", days: 5, citizens: (count: 300), set: {\"law.fine\": 10})");
    home.write("other/mine.JSON", "\u{feff}{\"days\": 5, \"citizens\": {\"count\": 300}, \"set\": {\"law.fine\": 10}}");
    home.works("run mine.ron --no-charts --out ron");
    home.works("run other/mine.JSON --no-charts --out json");
    let (ron, json) = (json(&home.path("ron/run.json")), json(&home.path("json/run.json")));
    assert_eq!(ron["digest"], json["digest"]);
    assert_eq!(ron["scenario_hash"], json["scenario_hash"]);
    assert_eq!((ron["scenario"].as_str(), json["scenario"].as_str()), (Some("Mine"), Some("mine")));
}

#[test]
fn a_setting_is_the_same_as_a_line_in_the_file() {
    let home = Home::new();
    home.write("file.ron", "(days: 9, citizens: (count: 400), law: (fine: 77.0))");
    home.write("bare.ron", "(days: 9, citizens: (count: 400))");
    home.works("run file.ron --no-charts --out file");
    home.works("run bare.ron --no-charts --out set --set law.fine=77");
    assert_eq!(json(&home.path("file/run.json"))["digest"], json(&home.path("set/run.json"))["digest"]);
}

#[test]
fn another_run_is_not_overwritten_without_force() {
    let home = Home::new();
    home.works("run first_market --days 3 --no-charts --out here");
    home.works("run first_market --days 3 --no-charts --out here");
    let said = home.refused("run first_market --days 4 --no-charts --out here");
    assert!(said.contains("here already holds another run") && said.contains("--force"), "{said}");
    assert_eq!(json(&home.path("here/run.json"))["days"], 3);
    home.works("run first_market --days 4 --no-charts --out here --force");
    assert_eq!(json(&home.path("here/run.json"))["days"], 4);

    home.write("thesis/thesis.tex", "years of work");
    let said = home.refused("run first_market --days 3 --out thesis --force");
    assert!(said.contains("left alone"), "{said}");
    assert_eq!(names(&home.path("thesis")), ["thesis.tex"]);
    let said = home.refused("run first_market --days 3 --out thesis/thesis.tex");
    assert!(said.contains("is a file"), "{said}");
}

#[test]
fn report_draws_a_folder_again() {
    let home = Home::new();
    home.works("run first_market --days 30 --no-charts --out run");
    assert!(!home.path("run/report.html").exists());
    let told = home.works("report run");
    assert_eq!(told.stdout, "run/report.html\n");
    let first = fs::read(home.path("run/report.html")).unwrap();
    home.works("report run");
    assert!(first == fs::read(home.path("run/report.html")).unwrap(), "a report does not depend on when it is made");
    assert!(names(&home.path("run")).iter().all(|name| !name.starts_with('.')));
    assert!(home.refused("report nowhere").contains("there is no folder nowhere; check the path"));
    home.write("empty/x", "");
    assert!(home.refused("report empty").contains("is not the folder of a run"));
    fs::write(home.path("run/days.parquet"), "PAR1").unwrap();
    assert!(home.refused("report run").contains("days.parquet is damaged"));
    fs::remove_file(home.path("run/days.parquet")).unwrap();
    assert!(home.refused("report run").contains("days.parquet is damaged: it is missing"));
}
