//! `contraband compare`: worlds that differ by a policy alone.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::program::{Home, data, json, names};

const SMALL: &str = "(base: (set: {\"citizens.count\": 300}), days: 40, seeds: 3, arms: [
    (name: \"harsh\", timeline: [(day: 20, set: {\"law.fine\": 600.0})]),
    (name: \"noop\", timeline: [(day: 20, set: {\"law.fine\": 120.0})]),
    (name: \"ban\", timeline: [(day: 25, set: {\"goods.privacy.severity\": 5.0})]),
    MORE
], metrics: [
    (name: \"trades\", metric: \"sum(days.trades, days = 20 to 40)\"),
    (name: \"treasury\", metric: \"last(days.treasury)\"),
])";

fn small(more: &str) -> String {
    SMALL.replace("MORE", more)
}

fn told(home: &Home, args: &str) -> serde_json::Value {
    serde_json::from_str(&home.works(args).stdout).unwrap()
}

#[test]
fn an_arm_that_changes_nothing_is_exactly_zero_with_the_proof() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    let found = told(&home, "compare mine.ron --json");
    let of = |arm: &str| {
        let all = found["differences"].as_array().unwrap();
        all.iter().filter(|one| one["arm"] == arm).cloned().collect::<Vec<_>>()
    };
    for one in of("noop") {
        assert_eq!((&one["mean_difference"], &one["verdict"], &one["n"]), (&0.0.into(), &"same".into(), &3.into()));
    }
    assert!(of("harsh").iter().any(|one| one["verdict"] != "same"));
    let parting = |at: usize| &found["divergence"][at];
    assert_eq!((&parting(0)["equal_runs"], &parting(0)["first_day"]), (&0.into(), &20.into()));
    assert_eq!((&parting(1)["equal_runs"], &parting(1)["first_day"]), (&3.into(), &serde_json::Value::Null));
    let folder = home.path("out/mine");
    assert_eq!(
        names(&folder),
        [
            ".lock",
            "bearers.parquet",
            "brief.html",
            "brief.md",
            "charts",
            "differences.parquet",
            "displacement.parquet",
            "divergence.parquet",
            "interactions.parquet",
            "runs",
            "runs.parquet",
            "series.parquet",
            "study.json"
        ]
    );
    let about = json(&folder.join("study.json"));
    assert_eq!((&about["schema"], &about["seeds"], &about["complete"]), (&1.into(), &3.into(), &true.into()));
    let brief = fs::read_to_string(folder.join("brief.md")).unwrap();
    assert!(brief.contains("It changes exactly nothing") && brief.contains("Preset of the valve: valve"));
}

#[test]
fn a_study_that_was_killed_goes_on_to_equal_bytes() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    let mut killed =
        home.command("compare mine.ron --seeds 12 --threads 1 --out a").stderr(Stdio::null()).spawn().unwrap();
    while fs::read_dir(home.path("a/runs")).map_or(0, Iterator::count) < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!home.path("a/brief.md").exists(), "it was killed too late for this test");
    let went_on = told(&home, "compare mine.ron --seeds 12 --threads 2 --out a --json");
    let kept = went_on["runs"]["kept"].as_u64().unwrap();
    assert!((4..48).contains(&kept), "{kept}");
    let straight = told(&home, "compare mine.ron --seeds 12 --threads 1 --out b --json");
    assert_eq!(straight["runs"]["kept"], 0);
    assert_eq!(data(&home.path("a")), data(&home.path("b")));
}

#[test]
fn a_later_arm_and_more_seeds_cost_only_themselves() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    home.works("compare mine.ron");
    home.write("mine.ron", small("(name: \"both\", with: [\"harsh\", \"ban\"])"));
    let more = told(&home, "compare mine.ron --json");
    assert_eq!((&more["runs"]["lived"], &more["runs"]["kept"]), (&3.into(), &12.into()));
    assert_eq!(more["interactions"].as_array().unwrap().len(), 2);
    let longer = told(&home, "compare mine.ron --seeds 4 --json");
    assert_eq!((&longer["runs"]["lived"], &longer["runs"]["kept"]), (&5.into(), &15.into()));
    home.write("mine.ron", small("").replace("600.0", "700.0"));
    let refused = home.refused("compare mine.ron");
    assert!(refused.contains("holds another study: with arms harsh") && refused.contains("--force"), "{refused}");
    home.works("compare mine.ron --force");
}

#[test]
fn seeds_are_added_until_the_difference_is_known_well_enough() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    let loose = told(&home, "compare mine.ron --stop trades:100000 --json");
    assert_eq!((&loose["seeds"], &loose["stopped"]), (&3.into(), &"every arm is known as well as asked for".into()));
    assert_eq!(loose["differences"][0]["precision"], 100_000.0);
    home.write(
        "capped.ron",
        small("").replace("metrics:", "stop: (metric: \"trades\", half_width: 0.001, most: 5), metrics:"),
    );
    let capped = told(&home, "compare capped.ron --json");
    assert_eq!(capped["seeds"], 5);
    assert!(capped["stopped"].as_str().unwrap().starts_with("most seeds were lived"));
}

#[test]
fn worlds_are_compared_without_a_file_too() {
    let home = Home::new();
    let table =
        home.works("compare first_market --days 30 --seeds 2 --arm-set harsh:law.fine=600 --arm same=first_market");
    assert!(
        table.stdout.contains("harsh (parts from the base on")
            && table.stdout.contains("same (equals the base exactly")
    );
    assert!(home.path("out/first_market-compared/study.json").is_file());
    let told = [
        "compare crackdwn",
        "compare baseline",
        "compare first_market --arm a=nothing_such",
        "compare first_market --arm-set a:law.fin=3",
        "compare first_market --arm a=edge_crackdown",
        "compare first_market --arm a=crackdown --days 120 --stop trade:3",
        "compare first_market --seeds 1 --arm a=crackdown",
    ]
    .map(|args| home.refused(args));
    let wanted = [
        "the closest is `crackdown`",
        "--arm crackdown=crackdown",
        "no scenario is called `nothing_such`",
        "law.fine",
        "--days",
        "the closest is `trades`",
        "2..=10000",
    ];
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}
