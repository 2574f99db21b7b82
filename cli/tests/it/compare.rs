//! `contraband compare`: worlds that differ by a policy alone.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::program::{Home, data, edit, json, names, resealed};

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
            "bearers_runs.parquet",
            "brief.html",
            "brief.md",
            "charts",
            "differences.parquet",
            "displacement.parquet",
            "displacement_runs.parquet",
            "divergence.parquet",
            "interactions.parquet",
            "one_page.html",
            "pilots.parquet",
            "pilots_runs.parquet",
            "preset_changes.parquet",
            "presets.parquet",
            "ro-crate-metadata.json",
            "runs",
            "runs.parquet",
            "scenarios",
            "series.parquet",
            "study.json",
            "study.ron",
            "worlds"
        ]
    );
    let about = json(&folder.join("study.json"));
    assert_eq!((&about["schema"], &about["seeds"], &about["complete"]), (&2.into(), &3.into(), &true.into()));
    let brief = fs::read_to_string(folder.join("brief.md")).unwrap();
    assert!(
        brief.contains("It changes exactly nothing")
            && brief.contains("Assumption used: buying calms people (release valve).")
    );
    assert!(brief.contains("**Caution:** 3 seeds are few"), "{brief}");
    assert!(fs::read_to_string(folder.join("one_page.html")).unwrap().contains("3 seeds are few"));
}

#[test]
fn a_study_can_be_lived_under_every_preset_of_the_valve() {
    let home = Home::new();
    home.write("mine.ron", small("").replace("(base:", "(every_valve: true, base:"));
    let found = told(&home, "compare mine.ron --json");
    assert_eq!(found["valves"], serde_json::json!(["valve", "neutral", "gateway"]));
    assert_eq!((&found["runs"]["lived"], found["presets"].as_array().unwrap().len()), (&36.into(), 12));
    let noop = found["presets"].as_array().unwrap().iter().filter(|one| one["arm"] == "noop");
    assert!(noop.clone().count() == 4 && noop.clone().all(|one| one["verdict"] == "same"));
    // Presets are compared with presets: each two of three, for three arms less the stacked, and two metrics.
    let changes = found["preset_changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3 * 3 * 2);
    let noop: Vec<_> = changes.iter().filter(|one| one["arm"] == "noop").collect();
    assert!(noop.iter().all(|one| one["mean_change"] == 0.0 && one["verdict"] == "same"), "{noop:?}");
    let brief = fs::read_to_string(home.path("out/mine/brief.md")).unwrap();
    assert!(
        brief.contains("## Does it hold under every assumption about calming?") && brief.contains("| harsh | trades |"),
        "{brief}"
    );
    home.write("own.ron", small("").replace("law.fine\": 600.0", "society.valve\": \"gateway\""));
    let refused = home.refused("compare own.ron --every-valve");
    assert!(refused.contains("--every-valve sets `society.valve`, and so does `harsh`"), "{refused}");
}

#[test]
fn two_worlds_answer_one_question_and_a_folder_is_enough_to_ask_more() {
    let home = Home::new();
    home.write("mine.ron", small("(name: \"both\", with: [\"harsh\", \"ban\"])"));
    let printed = home.works("compare mine.ron --out a").stdout;
    let reason = home.works("explain a --arm ban");
    assert!(
        reason.stdout.contains("First difference: day 25") && reason.stdout.contains("day 25, ban: policy change:")
    );
    let asked = home.works("explain a --arm ban --seed 2 --good privacy --day 30").stdout;
    assert!(asked.contains("In the base, seed 2\n===") && asked.contains("In ban, seed 2\n==="), "{asked}");
    let both: serde_json::Value =
        serde_json::from_str(&home.works("explain a --arm ban --seed 2 --citizen 7 --json").stdout).unwrap();
    assert!(both["in_base"]["lived_again"].is_string() && both["in_arm"]["lived_again"].is_string());
    assert!(home.refused("explain a --arm bann").contains("the closest is `ban`"));
    assert!(home.refused("explain a --seed 9").contains("its seeds are 1 to 3"));
    assert!(home.refused("explain a/worlds/base-seed2 --arm ban").contains("is not a study"));

    // The folder holds the study in full: the original file is not needed, and nothing is run again.
    let before = data(&home.path("a"));
    fs::remove_file(home.path("mine.ron")).unwrap();
    fs::remove_file(home.path("a/brief.html")).unwrap();
    home.works("report a");
    assert_eq!(data(&home.path("a")), before);
    assert!(home.path("a/brief.html").is_file());
    let again = told(&home, "compare a/study.ron --out a --json");
    assert_eq!((&again["runs"]["lived"], &again["runs"]["kept"]), (&0.into(), &15.into()));
    says_what_data_do(&printed, &again);
    // Metrics that are asked for later are answered from what is kept, where it holds their columns.
    let more = told(&home, "compare a/study.ron --out a --metric late=last(days.harm) --json");
    assert_eq!(more["runs"]["lived"], 0);
}

/// The terminal prints the figures of the tables: means, differences, interactions and intervals, to four digits.
fn says_what_data_do(printed: &str, data: &serde_json::Value) {
    let close = |text: &str, figure: &serde_json::Value| {
        let figure = figure.as_f64().unwrap();
        let room = match figure.abs() {
            size if size >= 999.5 => 0.5,
            size if size >= 99.95 => 0.05,
            size if size >= 0.9995 => 0.005,
            _ => 5e-6,
        };
        text.parse::<f64>().is_ok_and(|told| (told - figure).abs() <= room * 1.000_001)
    };
    let lines: Vec<&str> = printed.lines().collect();
    let heads: Vec<usize> = (0..lines.len()).filter(|&line| lines[line].starts_with("METRIC ")).collect();
    let (mut differences, mut interactions, mut with_interval) = (0, 0, 0);
    for head in heads {
        let title = lines[head - 1];
        let kind = if title.contains(": interaction, ") { "interactions" } else { "differences" };
        let arm = title.split([' ', ':']).next().unwrap();
        for line in lines[head + 1..].iter().take_while(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
            let own = |one: &&serde_json::Value| one["arm"] == arm && one["metric"] == cells[0];
            let figures = data[kind].as_array().unwrap().iter().find(own).unwrap();
            for (cell, field) in [(2, "mean_base"), (3, "mean_arm"), (4, "mean_difference")] {
                assert!(close(cells[cell], &figures[field]), "{kind} of {arm}, {field}: {line}; {figures}");
            }
            match cells[5].split_once(" to ") {
                Some((low, high)) => {
                    let ends = &figures["ci95"];
                    assert!(close(low, &ends[0]) && close(high, &ends[1]), "{kind} of {arm}: {line}; {figures}");
                    with_interval += 1;
                }
                None => assert_eq!((cells[5], &figures["ci95"][0]), ("none", &serde_json::Value::Null), "{line}"),
            }
            *(if kind == "interactions" { &mut interactions } else { &mut differences }) += 1;
        }
    }
    let count = |kind: &str| data[kind].as_array().unwrap().len();
    assert_eq!((differences, interactions), (count("differences"), count("interactions")), "all are printed");
    assert!(interactions > 0 && with_interval > 4, "{printed}");
}

#[test]
fn a_study_folder_of_another_version_is_left_alone() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    home.works("compare mine.ron --out a");
    edit(&home.path("a/study.json"), |about| about["engine_version"] = "0.0.1".into());
    let before = data(&home.path("a"));
    let refused = home.refused("compare mine.ron --out a");
    assert!(refused.contains("version 0.0.1"), "{refused}");
    assert_eq!(data(&home.path("a")), before);
    // Its runs are not found by what that version is known by here, so that it cannot be told from them.
    let refused = home.refused("report a");
    assert!(refused.contains("it was made by 0.0.1") && refused.contains("another list"), "{refused}");
}

/// Where a run of every seed failed, there are none to choose from.
#[test]
fn a_study_without_a_seed_has_nothing_to_explain() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    home.works("compare mine.ron --out a");
    let about = fs::read_to_string(home.path("a/study.json")).unwrap();
    let none = about.replace("\"seeds\": 3", "\"seeds\": 0");
    assert_ne!(about, none);
    home.write("a/study.json", resealed(&none));
    let told = home.refused("explain a");
    assert!(told.contains("no seed of the study in a has a run of every world"), "{told}");
    home.write("a/study.json", resealed(&about.replace("\"seeds\": 3", "\"seeds\": 999999999999")));
    assert!(home.refused("explain a").contains("is not finished"));
}

#[test]
fn a_pilot_is_told_as_an_observer_would_see_it() {
    let home = Home::new();
    let pilot =
        "(name: \"pilot\", timeline: [(day: 20, places: [\"harbour\"], set: {\"goods.privacy.severity\": 5.0})])";
    home.write("mine.ron", small(pilot));
    home.works("compare mine.ron --out a");
    let brief = fs::read_to_string(home.path("a/brief.md")).unwrap();
    assert!(
        brief.contains("## What an observer would see: Pilot") && brief.contains("from days 1 to 19 to days 20 to 40")
    );
    assert_eq!(brief.matches("## What an observer").count(), 1, "only pilots have one");
}

#[test]
fn a_study_that_was_killed_goes_on_to_equal_bytes() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    let mut killed =
        home.command("compare mine.ron --seeds 12 --threads 1 --out a").stderr(Stdio::null()).spawn().unwrap();
    let mut lengths = BTreeSet::new();
    while lengths.len() < 6 {
        lengths.extend(fs::metadata(home.path("a/runs/all.journal")).map(|about| about.len()).ok());
        std::thread::sleep(Duration::from_millis(1));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!home.path("a/brief.md").exists(), "it was killed too late for this test");
    let went_on = told(&home, "compare mine.ron --seeds 12 --threads 2 --out a --json");
    let kept = went_on["runs"]["kept"].as_u64().unwrap();
    assert!((3..48).contains(&kept), "{kept}");
    let straight = told(&home, "compare mine.ron --seeds 12 --threads 1 --out b --json");
    assert_eq!(straight["runs"]["kept"], 0);
    assert_eq!(data(&home.path("a")), data(&home.path("b")));
}

#[test]
fn shards_of_a_study_are_answered_as_one() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    home.works("compare mine.ron --out whole");
    for shard in [2, 0] {
        let told = home.works(&format!("compare mine.ron --out parts --shard {shard}/3 --threads 1"));
        assert!(told.stderr.contains("4 runs done") && told.stderr.contains("without --shard"), "{}", told.stderr);
        assert_eq!(told.stdout, "");
    }
    assert!(!home.path("parts/brief.md").exists());
    let told_now = home.works("compare mine.ron --out parts --shard 0/3");
    assert!(told_now.stderr.contains("0 runs done, 4 reused"), "{}", told_now.stderr);
    // The third is the task of a job array, on another machine.
    let mut command = home.command("compare mine.ron --out elsewhere --shard auto/3");
    assert!(command.env("SLURM_ARRAY_TASK_ID", "1").output().unwrap().status.success());
    let journal = "runs/shard-00001-of-00003.journal";
    fs::copy(home.path(&format!("elsewhere/{journal}")), home.path(&format!("parts/{journal}"))).unwrap();
    let all = told(&home, "compare mine.ron --out parts --json");
    assert_eq!((&all["runs"]["lived"], &all["runs"]["kept"]), (&0.into(), &12.into()));
    assert_eq!(data(&home.path("parts")), data(&home.path("whole")));
    assert!(home.refused("compare mine.ron --out parts --shard 3/3").contains("numbers begin with 0"));
}

#[test]
fn a_damaged_run_is_run_again_and_those_of_an_earlier_version_are_refused() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    home.works("compare mine.ron --out a");
    let before = data(&home.path("a"));
    let journal = home.path("a/runs/all.journal");
    let mut bytes = fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(&journal, bytes).unwrap();
    let again = home.works("compare mine.ron --out a --json");
    assert!(again.stderr.contains("all.damaged is damaged at byte"), "{}", again.stderr);
    let found: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&found["runs"]["lived"], &found["runs"]["kept"]), (&1.into(), &11.into()));
    assert_eq!(data(&home.path("a")), before);
    home.write("a/runs/0123456789abcdef.run", "old");
    let said = home.refused("compare mine.ron --out a");
    assert!(said.contains("0123456789abcdef.run keeps runs in the form of another version"), "{said}");
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
    assert!(
        refused.contains("already holds another study: with arms harsh") && refused.contains("--force"),
        "{refused}"
    );
    home.works("compare mine.ron --force");
}

/// Another window, another family of tests: none of it is another arm's business.
#[test]
fn an_arm_that_is_added_later_changes_nothing_about_the_others() {
    let home = Home::new();
    let study = |more: &str| {
        format!(
            "(base: (scenario: \"first_market\", set: {{\"citizens.count\": 150}}), days: 60, seeds: 4, arms: [
                (name: \"late\", timeline: [(day: 40, set: {{\"law.fine\": 400.0}})]), {more}
            ])"
        )
    };
    home.write("one.ron", study(""));
    let more = "(name: \"early\", timeline: [(day: 5, set: {\"law.fine\": 60.0})]), \
                (name: \"both\", with: [\"late\", \"early\"])";
    home.write("two.ron", study(more));
    let (one, two) = (told(&home, "compare one.ron --json"), told(&home, "compare two.ron --json"));
    let of = |found: &serde_json::Value| -> Vec<serde_json::Value> {
        let all = found["differences"].as_array().unwrap();
        all.iter().filter(|one| one["arm"] == "late").cloned().collect()
    };
    assert!(of(&one).len() >= 14 && of(&one)[0]["window"] == "40 to 60", "{}", of(&one)[0]);
    assert_eq!(of(&one), of(&two));
    // The stack is looked at over its own days, and so are its parts in the interaction.
    let both = two["interactions"].as_array().unwrap();
    assert!(both.iter().any(|one| one["window"] == "5 to 60") && both.iter().all(|one| one["window"] != "40 to 60"));
    let again = told(&home, "compare out/two/study.ron --out out/two --json");
    assert_eq!((&again["differences"], &again["runs"]["lived"]), (&two["differences"], &0.into()));
}

#[test]
fn seeds_are_added_until_the_difference_is_known_well_enough() {
    let home = Home::new();
    home.write("mine.ron", small(""));
    let loose = told(&home, "compare mine.ron --stop trades:100000 --json");
    assert_eq!(
        (&loose["seeds"], &loose["stopped"]),
        (&3.into(), &"every arm is as precise as the stop rule asks".into())
    );
    assert_eq!(loose["differences"][0]["precision"], 100_000.0);
    home.write(
        "capped.ron",
        small("").replace("metrics:", "stop: (metric: \"trades\", half_width: 0.001, most: 5), metrics:"),
    );
    let capped = told(&home, "compare capped.ron --json");
    assert_eq!(capped["seeds"], 5);
    assert!(capped["stopped"].as_str().unwrap().starts_with("the largest number of seeds"));
}

#[test]
fn worlds_are_compared_without_a_file_too() {
    let home = Home::new();
    let table =
        home.works("compare first_market --days 30 --seeds 2 --arm-set harsh:law.fine=600 --arm same=first_market");
    assert!(
        table.stdout.contains("harsh (first difference from the base: ")
            && table.stdout.contains("same (equal to the base throughout")
    );
    assert!(home.path("out/first_market-compared/study.json").is_file());
    let dated = told(
        &home,
        "compare first_market --days 30 --seeds 2 --arm-set a:law.fine=600@10-20 --arm-set b:law.seller_fine=25@15 --stack both=a+b --out d --json",
    );
    let first = |arm: usize| dated["divergence"][arm]["first_day"].as_u64().unwrap();
    assert!((10..=20).contains(&first(0)) && first(1) >= 15 && first(2) == first(0).min(first(1)), "{dated}");
    assert_eq!(dated["interactions"].as_array().unwrap().len(), 14);
    let told = [
        "compare first_market --arm-set a:law.fine=600 --stack c=a+b",
        "compare first_market --arm-set a:law.fine=9 --days 120 --metric m=mean(days.trade)",
        "compare crackdwn",
        "compare baseline",
        "compare first_market --arm a=nothing_such",
        "compare first_market --arm-set a:law.fin=3",
        "compare first_market --arm a=edge_crackdown",
        "compare first_market --arm-set a:law.fine=9 --days 120 --stop trade:3",
        "compare first_market --seeds 1 --arm a=crackdown",
    ]
    .map(|args| home.refused(args));
    let wanted = [
        "there is no arm called `b`",
        "table `days` has no column `trade`",
        "the closest is `crackdown`",
        "--arm crackdown=crackdown",
        "there is no scenario called `nothing_such`",
        "law.fine",
        "--days",
        "the closest is `trades`",
        "one seed shows no spread, and so has no interval",
    ];
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}
