//! `contraband verify`: theory, integrity and patterns, as a table, JSON and a report.

use contraband_lab::verify::{absent, cases};

use crate::program::{Home, json, names};

#[test]
fn a_case_is_told_as_a_table_as_json_and_as_a_report() {
    let home = Home::new();
    let table = home.works("verify uniform_price_auction --set bidders=9 --set units=2 --out told").stdout;
    // (9 - 2) / (9 + 1)
    assert!(table.contains("uniform_price_auction") && table.contains(" 0.7 ") && table.contains("all 1 cases hold"));
    assert_eq!(names(&home.path("told")), ["verification.html", "verification.json", "verification.md"]);
    let told = json(&home.path("told/verification.json"));
    let printed: serde_json::Value =
        serde_json::from_str(&home.works("verify uniform_price_auction --set bidders=9 --set units=2 --json").stdout)
            .unwrap();
    assert_eq!(told, printed);
    let case = &told["cases"][0];
    for key in ["case", "group", "parameters", "expected", "measured", "tolerance", "pass", "source"] {
        assert!(case.get(key).is_some(), "{key}: {case}");
    }
    assert_eq!((&told["schema"], &case["expected"], &case["pass"]), (&1.into(), &0.7.into(), &true.into()));
    assert_eq!(case["parameters"]["bidders"], 9.0);
    let page = std::fs::read_to_string(home.path("told/verification.html")).unwrap();
    assert!(
        page.contains("uniform_price_auction") && !page.contains("http://") && !page.contains("https://"),
        "it asks nothing of the network"
    );
}

#[test]
fn every_case_is_listed_with_its_formula_and_what_can_be_set() {
    let home = Home::new();
    let text = home.works("verify --list").stdout;
    let listed: serde_json::Value = serde_json::from_str(&home.works("verify --list --json").stdout).unwrap();
    assert_eq!(listed["cases"].as_array().unwrap().len(), cases().len());
    assert_eq!(listed["absent"].as_array().unwrap().len(), absent().len());
    for case in cases() {
        assert!(text.contains(case.name) && case.knobs.iter().all(|knob| text.contains(knob.name)), "{}", case.name);
    }
    assert!(text.lines().all(|line| line.chars().count() <= 102), "{text}");
}

#[test]
fn what_cannot_be_verified_is_refused_with_what_can() {
    let home = Home::new();
    let told = [
        "verify uniform_price_action",
        "verify uniform_price_auction --set bidder=5",
        "verify uniform_price_auction --set bidders=NaN",
        "verify uniform_price_auction --set bidders=1e9",
        "verify uniform_price_auction --set bidders=4 --set units=4",
        "verify uniform_price_auction --seeds 1",
        "verify urn_ball --set citizens.count=0",
    ]
    .map(|args| format!("> {args}\n{}", home.refused(args)));
    insta::assert_snapshot!(told.join(""), @r"
        > verify uniform_price_action
        error: there is no case called `uniform_price_action`
         |
         = help: the closest is `uniform_price_auction`; `contraband verify --list` shows all

        > verify uniform_price_auction --set bidder=5
        error: case `uniform_price_auction` has no parameter `bidder`
         |
         = help: the closest is `bidders`

        > verify uniform_price_auction --set bidders=NaN
        error: `bidders` of case `uniform_price_auction` takes a number, not `NaN`
         |
         = help: from 2 to 64, whole

        > verify uniform_price_auction --set bidders=1e9
        error: `bidders` of case `uniform_price_auction` cannot be 1e9
         |
         = help: its formula applies from 2 to 64, whole: mean price of k units among n bidders from 0 to 1: (n - k) / (n + 1)

        > verify uniform_price_auction --set bidders=4 --set units=4
        error: case `uniform_price_auction` cannot be checked with these parameters: 4 units for 4 bidders: somebody must lose
         |
         = help: its formula: mean price of k units among n bidders from 0 to 1: (n - k) / (n + 1)

        > verify uniform_price_auction --seeds 1
        error: 1 seeds are too few for an interval in case `uniform_price_auction`
         |
         = help: give it 4 or more; its default is 20000

        > verify urn_ball --set citizens.count=0
        error: `citizens.count` of case `urn_ball` cannot be 0
         |
         = help: its formula applies from 100 to 20000, whole: share of S sellers who sell, of one unit each, when B buyers pick one each: 1 - (1 - 1/S)^B
        ");
}

#[test]
fn integrity_is_shown_of_a_scenario_of_ones_own() {
    let home = Home::new();
    home.write("mine.ron", "(name: \"Mine\", citizens: (count: 300), days: 40)");
    let table = home.works("verify integrity mine.ron").stdout;
    for proof in [
        "same_bytes",
        "observers",
        "policies",
        "inert_citizen",
        "inert_items",
        "order",
        "names",
        "entrants",
        "money",
        "snapshots",
        "books",
        "limits",
    ] {
        assert!(table.contains(proof), "{table}");
    }
    assert!(table.contains("all 13 cases hold"), "{table}");
    assert!(home.refused("verify integrity mines.ron").contains("mine.ron"));
}

#[test]
fn patterns_of_ones_own_are_measured_and_checked() {
    let home = Home::new();
    home.write("world.ron", "(name: \"World\", citizens: (count: 200), days: 20)");
    let pattern = |band: &str, metric: &str| {
        format!(
            "[(id: \"M1\", statement: \"days\", scenario: \"world.ron\", seeds: 3, metric: \"{metric}\", band: {band}, \
             source: \"the calendar\")]"
        )
    };
    home.write("mine.ron", pattern("(20, 20)", "last(days.day)"));
    let told = home.works("verify patterns mine.ron").stdout;
    assert!(told.contains("1 of 1 patterns lie in their bands"), "{told}");
    assert!(home.works("check mine.ron world.ron").stdout.contains("ok mine.ron"));
    home.write("out.ron", pattern("(21, 22)", "last(days.day)"));
    assert_eq!(home.run("verify patterns out.ron").code, Some(1));
    home.write("wrong.ron", pattern("(21, 22)", "last(days.days)"));
    let said = home.refused("verify patterns wrong.ron");
    assert!(said.contains("wrong.ron:1:") && said.contains("the closest is `day`"), "{said}");
    assert_eq!(home.refused("check wrong.ron"), said);
    home.write("lost.ron", pattern("(21, 22)", "last(days.day)").replace("world.ron", "wold.ron"));
    assert!(home.refused("verify patterns lost.ron").contains("names a scenario that cannot be used"));
}

/// A file names its scenarios from where it lies, and whoever asks says which seeds.
#[test]
fn patterns_find_their_worlds_beside_them_and_take_the_seeds_that_are_asked_for() {
    let home = Home::new();
    std::fs::create_dir(home.path("far")).unwrap();
    home.write(
        "far/world.ron",
        "(name: \"World\", citizens: (count: 200), timeline: [(day: 400, set: {\"law.fine\": 9.0})])",
    );
    home.write(
        "far/mine.ron",
        "[(id: \"M1\", statement: \"trades\", scenario: \"world.ron\", days: 410, metric: \"sum(days.trades)\", \
         band: (1, 1e6), source: \"s\")]",
    );
    let told = |seeds: &str| home.works(&format!("verify patterns far/mine.ron {seeds} --json")).stdout;
    assert_eq!(told("--seeds 5001-5003"), told("--seeds 5001-5003"));
    assert_ne!(told("--seeds 5001-5003"), told("--seeds 1-3").replace("--seeds 1-3", "--seeds 5001-5003"));
    assert!(home.refused("verify patterns far/mine.ron --seeds 7").contains("5001-5012"));
}

/// What a metric cannot see is no figure: days that nobody lives, or what differs between a world and itself.
#[test]
fn patterns_that_can_show_nothing_are_refused() {
    let home = Home::new();
    home.write("world.ron", "(name: \"World\", citizens: (count: 200, settling: 0), days: 20)");
    home.write("fined.ron", "(name: \"Fined\", citizens: (count: 200, settling: 0), days: 20, law: (fine: 900.0))");
    let share = "sum(days.trades) / sum(base.days.trades)";
    let pattern = |scenario: &str, base: &str, metric: &str| {
        format!(
            "[(id: \"M1\", statement: \"share\", scenario: \"{scenario}\", {base} seeds: 2, metric: \"{metric}\", band: (0, 9), \
             source: \"s\", note: \"n\")]"
        )
    };
    let other = "base: \"world.ron\",";
    for (name, text, told) in [
        ("late.ron", pattern("world.ron", "", "sum(days.trades, days = 10 to 30)"), "until day 30 of 20"),
        ("alone.ron", pattern("world.ron", "", share), "compares a world with itself"),
        ("idle.ron", pattern("fined.ron", other, "sum(days.trades)"), "reads nothing of this `base`"),
        ("lost.ron", pattern("fined.ron", "base: \"wold.ron\",", share), "names a scenario that cannot be used"),
    ] {
        home.write(name, text);
        let said = home.refused(&format!("verify patterns {name}"));
        assert!(said.contains(told) && said.contains(&format!("{name}:1:")) && said.contains("help: "), "{said}");
        assert_eq!(home.refused(&format!("check {name}")), said);
    }
    home.write("paired.ron", pattern("fined.ron", other, share));
    let told = home.works("verify patterns paired.ron --out report").stdout;
    assert!(told.contains("9001-9002"), "{told}");
    let json = json(&home.path("report/verification.json"));
    let found = &json["patterns"][0];
    assert_eq!(
        (&found["base"], &found["note"], &found["first_seed"]),
        (&"world.ron".into(), &"n".into(), &9001.into())
    );
    assert!(found["values"].as_array().unwrap().iter().all(|value| value.as_f64().unwrap() != 1.0), "{found}");
}

/// A run that is asked to last longer than its file says reaches what the file sets for later.
#[test]
fn days_of_the_command_line_hold_for_the_timeline_too() {
    let home = Home::new();
    home.write(
        "late.ron",
        "(name: \"Late\", citizens: (count: 100), days: 20, timeline: [(day: 25, set: {\"law.fine\": 9.0})])",
    );
    assert!(home.refused("run late.ron").contains("after the end of the run"));
    home.works("run late.ron --days 30 --no-charts --out late");
    assert!(home.refused("run late.ron --days 24").contains("the run has 24 days"));
}
