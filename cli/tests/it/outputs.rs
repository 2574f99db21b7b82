//! What others read of the program's folders: text for spreadsheets, descriptions for archives, pictures, and answers.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use contraband_analysis::measures::numbers;
use contraband_analysis::store::open;
use serde_json::Value;

use crate::program::Home;

/// The description of a folder; every part that it names is there, and every one has an entry.
fn described(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("ro-crate-metadata.json")).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    for part in of(&found, "./")["hasPart"].as_array().unwrap() {
        let id = part["@id"].as_str().unwrap();
        assert!(folder.join(id).exists(), "{id} is not in {}", folder.display());
        of(&found, id);
    }
    found
}

fn of<'f>(found: &'f Value, id: &str) -> &'f Value {
    found["@graph"].as_array().unwrap().iter().find(|one| one["@id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn a_german_spreadsheet_reads_the_figures_that_are_meant() {
    let home = Home::new();
    home.works("run first_market --days 20 --no-charts --csv --out plain");
    home.works("run first_market --days 20 --no-charts --csv=de --out german");
    let (mut figures, mut decimals) = (0, 0);
    for table in ["days", "goods", "venues", "events"] {
        let read = |folder: &str| fs::read_to_string(home.path(&format!("{folder}/{table}.csv"))).unwrap();
        let (plain, german) = (read("plain"), read("german"));
        assert_eq!(plain.lines().count(), german.lines().count());
        for (plain, german) in plain.lines().zip(german.lines()) {
            // No word of this town has a comma or a semicolon in it.
            let (plain, german): (Vec<&str>, Vec<&str>) = (plain.split(',').collect(), german.split(';').collect());
            assert_eq!(plain.len(), german.len(), "{table}");
            for (plain, german) in plain.iter().zip(&german) {
                assert_eq!(*plain, german.replace(',', "."), "{table}");
                figures += 1;
                decimals += usize::from(german.contains(','));
            }
        }
    }
    assert!(figures > 1_000 && decimals > 300, "{figures} figures, {decimals} with decimals");
    let wrong = home.refused("run first_market --days 5 --csv=fr --out wrong");
    assert!(wrong.contains("plain") && wrong.contains("de (semicolons"), "{wrong}");
}

#[test]
fn every_folder_says_what_it_is_and_a_run_lived_again_of_which_sweep() {
    let home = Home::new();
    home.works("run first_market --days 12 --seed 7 --out run");
    let found = described(&home.path("run"));
    assert_eq!(of(&found, "#made")["name"], "contraband run scenario.ron --seed 7 --days 12");
    assert_eq!(of(&found, "#seed")["value"], "7");
    of(&found, "charts/trade.png");
    of(&found, "days.parquet");

    home.works("compare first_market --arm-set f:law.fine=400 --days 12 --seeds 2 --out study");
    let found = described(&home.path("study"));
    assert!(of(&found, "#made")["name"].as_str().unwrap().starts_with("contraband compare first_market"));
    of(&found, "scenarios/f.ron");
    for world in fs::read_dir(home.path("study/worlds")).unwrap().flatten() {
        described(&world.path());
    }

    home.write(
        "s.ron",
        "(name: \"s\", base: \"first_market\", days: 12, factors: {\"law.fine\": [30, 300]}, design: \"grid\", reps: 2, \
         metrics: [(name: \"trades\", metric: \"mean(days.trades)\")])",
    );
    home.works("sweep s.ron --out swept");
    described(&home.path("swept"));
    home.works("sweep replay swept --run 1 --out again");
    let found = described(&home.path("again"));
    assert_eq!(of(&found, "./")["isBasedOn"]["@id"], "#sweep");
    assert!(of(&found, "#sweep")["description"].as_str().unwrap().contains("run 1 of the sweep: cell 1, repetition 0"));
    // Drawn again, it still says so.
    home.works("report again");
    of(&described(&home.path("again")), "#sweep");
}

/// Every PNG of a folder says in its text chunk what it is of: these fields, and the build that made it.
pub fn pictures_are_of(charts: &Path, fields: &[(&str, &Value)]) {
    let mut pictures = 0;
    for path in fs::read_dir(charts).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "png") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // Keyword, two flags, two empty texts, and then what it says.
        let source =
            text.split("iTXtSource\0\0\0\0\0").nth(1).unwrap_or_else(|| panic!("{} says nothing", path.display()));
        let source: Value = serde_json::Deserializer::from_str(source).into_iter().next().unwrap().unwrap();
        for (field, wanted) in fields {
            assert_eq!(&source[field], *wanted, "{field} of {}: {source}", path.display());
        }
        let build = contraband_lab::build::Build::own();
        assert_eq!(source["engine_fingerprint"], build.fingerprint.as_str(), "{}: {source}", path.display());
        pictures += 1;
    }
    assert!(pictures > 2, "{pictures} pictures in {}", charts.display());
}

#[test]
fn a_picture_says_of_which_run_it_is() {
    let home = Home::new();
    home.works("run first_market --days 12 --seed 7 --out run");
    let png = fs::read(home.path("run/charts/trade.png")).unwrap();
    let text = String::from_utf8_lossy(&png);
    assert!(text.contains("iTXtSource") && text.contains("\"seed\":7"), "its run");
    assert!(text.contains("tEXtSoftware\0Contraband "), "what made it");
}

/// Floats, in which R and JavaScript count, skip whole numbers above 2^53.
#[test]
fn a_seed_that_others_could_not_read_is_refused() {
    let home = Home::new();
    let largest = 1u64 << 53;
    for (seed, taken) in [(largest, true), (largest + 1, false), (u64::MAX, false)] {
        let command = format!("run first_market --days 2 --no-charts --seed {seed} --out {seed}");
        home.write("mine.ron", format!("(seed: {seed}, days: 2)"));
        if taken {
            home.works(&command);
            home.works("check mine.ron");
            assert!(fs::read_to_string(home.path(&format!("{seed}/run.json"))).unwrap().contains("9007199254740992"));
        } else {
            for command in [command.as_str(), "check mine.ron"] {
                let said = home.refused(command).replace(['\u{a0}', ' '], "");
                assert!(said.contains("9007199254740992"), "{said}");
            }
        }
    }
}

#[test]
fn what_a_brief_tells_to_ask_is_answered_and_the_worst_seed_is_found() {
    let home = Home::new();
    home.works("compare first_market --arm-set f:law.fine=600@20 --arm-set f:law.raid_evidence=0.1@20 --arm-set f:syndicates.patience=1@20 --days 60 --seeds 4 --out st");
    let brief = fs::read_to_string(home.path("st/brief.md")).unwrap();
    let questions: Vec<&str> = brief.lines().filter_map(|line| line.strip_prefix("contraband explain . ")).collect();
    assert!(!questions.is_empty(), "{brief}");
    for question in &questions {
        home.works(&format!("explain st {question}"));
    }
    // Each picture says of which study it is.
    let about: Value = serde_json::from_str(&fs::read_to_string(home.path("st/study.json")).unwrap()).unwrap();
    pictures_are_of(
        &home.path("st/charts"),
        &[
            ("study", &about["name"]),
            ("base", &about["base"]["hash"]),
            ("digest", &about["digest"]),
            ("seeds", &4.into()),
        ],
    );
    // Without a seed it is the one of which the brief tells.
    let seed_of = |args: &str| -> Value {
        serde_json::from_str(&home.works(&format!("explain st {args} --json")).stdout).unwrap()
    };
    let largest = seed_of("");
    assert!(brief.contains(&format!("seed {}: largest effect", largest["seed"])), "{largest}");

    let worst = seed_of("--worst harm");
    assert_eq!(worst["choice"], "worst");
    let wrong = home.refused("explain st --worst hram");
    assert!(wrong.contains("the closest is `harm`"), "{wrong}");
    assert!(home.refused("explain st --seed 9").contains("its seeds are 1 to 4"));

    // What happened in one of the worlds only is told of that one: a gang that came later in one than in the other.
    let seed = largest["seed"].as_u64().unwrap();
    let gangs = |world: &str| -> BTreeSet<u32> {
        let seen = open(&home.path(&format!("st/worlds/{world}-seed{seed}"))).unwrap().table("syndicates").unwrap();
        numbers(&seen, "syndicate").into_iter().map(|gang| gang as u32).collect()
    };
    let (base, arm) = (gangs("base"), gangs("f"));
    let gang = base.symmetric_difference(&arm).next().expect("the worlds have other gangs");
    let told = home.works(&format!("explain st --seed {} --syndicate {gang}", largest["seed"])).stdout;
    assert!(told.contains("Nothing to tell:"), "{told}");
}

#[test]
fn levers_are_filtered_by_word_section_good_and_date() {
    let home = Home::new();
    let paths = |args: &str| -> Vec<String> {
        let found: Value = serde_json::from_str(&home.works(&format!("levers --json {args}")).stdout).unwrap();
        found.as_array().unwrap().iter().map(|lever| lever["path"].as_str().unwrap().to_owned()).collect()
    };
    assert!(paths("--word fine --section law").contains(&"law.fine".into()));
    assert!(paths("--good privacy").iter().all(|path| path.contains("privacy")));
    assert!(paths("--changes place").len() < paths("--changes day").len());
    assert!(home.refused("levers --section lwa").contains("the closest is `law`"));
    assert!(home.refused("levers --good privcy").contains("the closest is `privacy`"));
    assert!(home.refused("levers --word zzz").contains("no lever fits"));
}
