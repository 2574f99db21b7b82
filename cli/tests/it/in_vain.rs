//! Levers, arms and entries that do nothing, or something else than they seem to: said wherever they are used.

use std::fs;

use crate::program::{Home, json};

/// Small worlds of one place; the timeline sets the fine to 500 from the first day on.
const FIXED: &str = "(name: \"Base all\", days: 30, citizens: (count: 300), places: [(name: \"town\")], \
    venues: [(name: \"bazaar\", place: \"town\", escrow: false)], agencies: [(name: \"watch\")], \
    timeline: [(day: 1, label: \"Fixed\", set: {\"law.fine\": 500.0})])";

const NEVER: &str = "`law.fine` never holds: on days 1 to 30 the timeline sets it to 500 (\"Fixed\")";

#[test]
fn a_sweep_of_a_lever_that_the_timeline_overrules_says_so_at_every_step() {
    let home = Home::new();
    home.write("fixed.ron", FIXED);
    let sweep = |design: &str, factors: &str| {
        format!(
            "(base: \"fixed.ron\", days: 30, factors: {{{factors}}}, design: {design}, reps: 2, metrics: [(name: \"trades\", \
             metric: \"mean(days.trades)\")])"
        )
    };
    home.write("grid.ron", sweep("\"grid\"", "\"law.fine\": [10, 900]"));
    let two = "\"law.fine\": (low: 10, high: 900), \"law.seizure\": (low: 0.1, high: 0.9)";
    home.write("sample.ron", sweep("(method: \"saltelli\", points: 16)", two));
    for args in ["check grid.ron", "sweep plan grid.ron --dry-run", "sweep sample.ron --out s", "sweep merge s"] {
        let told = home.works(args);
        assert!(told.stderr.contains(NEVER), "{args}: {}", told.stderr);
    }
    assert_eq!(json_of(&home, "sweep status s --json")["notes"][0], format!("varied in vain: {NEVER}"));
    let told = home.works("sensitivity s");
    assert!(told.stderr.contains(NEVER), "{}", told.stderr);
    assert_eq!(json_of(&home, "sensitivity s --json")["notes"][0], format!("varied in vain: {NEVER}"));
    let report = fs::read_to_string(home.path("s/report.html")).unwrap();
    assert!(report.matches("law.fine never holds").count() == 1 && report.contains("varied in vain"), "in the report");
    assert!(fs::read_to_string(home.path("s/sensitivity.md")).unwrap().contains(NEVER));
}

fn json_of(home: &Home, args: &str) -> serde_json::Value {
    serde_json::from_str(&home.works(args).stdout).unwrap()
}

#[test]
fn an_arm_that_the_timeline_overrules_or_that_sets_what_holds_already_says_so() {
    let home = Home::new();
    home.write("fixed.ron", FIXED);
    home.write(
        "study.ron",
        "(base: \"fixed.ron\", seeds: 2, arms: [(name: \"over\", set: {\"law.fine\": 900}), (name: \"same\", set: \
         {\"law.seizure\": 0.5}), (name: \"late\", timeline: [(day: 20, label: \"Noop\", set: {\"law.corruption\": 0.02})]), \
         (name: \"tax\", timeline: [(day: 9, set: {\"law.licence_tax\": 0.5})])])",
    );
    let wanted = [
        "in `over`, `law.fine` = 900 never holds: on days 1 to 30 the timeline sets it to 500 (\"Fixed\")",
        "in `same`, `law.seizure` = 0.5 changes nothing: it has this value already",
        "in `late`, `law.corruption` = 0.02 (\"Noop\", from day 20) changes nothing: it has this value already",
        "in `tax`, `law.licence_tax` = 0.5 (from day 9) has nothing to act on: no good is licensed",
    ];
    let checked = home.works("check study.ron");
    assert_eq!(checked.stdout, "ok study.ron\n");
    let compared = home.works("compare study.ron --out a --json");
    let found: serde_json::Value = serde_json::from_str(&compared.stdout).unwrap();
    // The folder tells it again, without the file that was asked.
    fs::remove_file(home.path("study.ron")).unwrap();
    fs::remove_file(home.path("a/brief.md")).unwrap();
    home.works("report a");
    let brief = fs::read_to_string(home.path("a/brief.md")).unwrap();
    for (nth, wanted) in wanted.iter().enumerate() {
        assert!(checked.stderr.contains(wanted) && compared.stderr.contains(wanted), "{wanted}: {}", checked.stderr);
        assert_eq!(found["notes"][nth], *wanted);
        assert!(brief.contains(&format!("**Caution:** {wanted}.")), "{wanted}: {brief}");
    }
}

#[test]
fn a_run_says_what_of_its_policy_never_comes() {
    let home = Home::new();
    let small = "--set citizens.count=300 --no-charts";
    let told = home.works(&format!("run licence --days 30 {small} --out a"));
    assert!(told.stderr.contains("(\"Licences\", from day 120) never come: the run ends on day 30"), "{}", told.stderr);
    // The folder holds the scenario as it was run, and it can be run again.
    let again = home.works(&format!("run a/scenario.ron {small} --out b"));
    assert!(again.stderr.contains("never come"));
    assert_eq!(json(&home.path("a/run.json"))["digest"], json(&home.path("b/run.json"))["digest"]);
    home.works("report a");
    assert!(fs::read_to_string(home.path("a/report.html")).unwrap().contains("never come: the run ends on day 30."));
    home.write("fixed.ron", FIXED);
    let told = home.works(&format!("run fixed.ron --set law.fine=9 --set law.seizure=0.5 {small} --out c"));
    for wanted in ["`law.fine` = 9 never holds: on days 1 to 30", "`law.seizure` = 0.5 changes nothing"] {
        assert!(told.stderr.contains(wanted), "{wanted}: {}", told.stderr);
    }
    assert!(!home.works(&format!("run crackdown --days 130 {small} --out d")).stderr.contains("note:"));
    // Programs are told the same, word for word.
    let told = home.works(&format!("run fixed.ron --set law.fine=9 --set law.seizure=0.5 {small} --out e --json"));
    let notes: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let notes: Vec<String> =
        notes["notes"].as_array().unwrap().iter().map(|note| format!("note: {}", note.as_str().unwrap())).collect();
    let said: Vec<&str> = told.stderr.lines().filter_map(|line| line.find("note: ").map(|at| &line[at..])).collect();
    assert!(notes.len() >= 2 && said == notes, "{said:?} {notes:?}");
}

#[test]
fn settings_of_arms_are_held_to_what_a_timeline_may_say() {
    let home = Home::new();
    let of = |sets: &str| {
        let sets: String = sets.split_whitespace().map(|set| format!(" --arm-set {set}")).collect();
        home.refused(&format!("compare first_market --days 30 --seeds 2{sets}"))
    };
    for (sets, wanted) in [
        ("a:law.fine=240@20-10", "days 20 to 10 end before they begin"),
        ("a:law.fine=240@31", "day 31 is after the end of the run, which has 30 days"),
        ("a:law.fine=240@10-31", "day 31 is after the end of the run, which has 30 days; leave it out"),
        ("a:law.fine=240@0", "the first day is day 1"),
        ("a:law.fine=240@5-9 a:law.fine=300@5-9", "`law.fine` is set twice on the same days, to 240 and to 300"),
        ("a:law.fine=240@5-9 a:law.fine=300@9", "`law.fine` is set twice on the same days"),
        ("a:law.fine=240 a:law.fine=240", "`law.fine` is set twice, to 240 and to 240"),
        ("a:citizens.count=400@5", "`citizens.count` is fixed when the world is created"),
        ("a:law.target_buyers=0.9@5", "add up to"),
        (&format!("{}:law.fine=9", "a".repeat(41)), "at most 40 characters"),
    ] {
        let told = of(sets);
        assert!(told.contains(wanted), "{sets}: {told}");
    }
    for (more, wanted) in [
        ("--arm-set a:law.fine=9 --stack b=a+a", "`a` would count twice"),
        ("--arm-set a:law.fine=9 --metric Much=mean(days.trades)", "\"Much\" cannot be the name of a metric"),
    ] {
        let told = home.refused(&format!("compare first_market --days 30 --seeds 2 {more}"));
        assert!(told.contains(wanted), "{more}: {told}");
    }
    // What is not refused can be reported again.
    home.works(
        "compare first_market --days 30 --seeds 2 --out a --arm-set a:law.fine=240@5-9 --arm-set a:law.fine=300@10 --arm-set \
         a:law.fine=90 --arm-set a:law.seizure=0.9@5-9",
    );
    let before = fs::read(home.path("a/brief.md")).unwrap();
    fs::remove_file(home.path("a/brief.md")).unwrap();
    home.works("report a");
    assert_eq!(fs::read(home.path("a/brief.md")).unwrap(), before);
}

#[test]
fn an_arm_with_another_base_is_put_on_that_of_the_study_or_refused() {
    let home = Home::new();
    let base = "(name: \"Mine\", days: 130, citizens: (count: 300), law: (fine: 240))";
    home.write("mine.ron", base);
    let told = home.works("compare mine.ron --days 130 --seeds 2 --arm x=licence --out a");
    let wanted = "`x` comes with another base; it is compared on the study's own, from which it takes citizens.count = 300, \
                  law.fine = 240";
    assert!(told.stderr.contains(wanted), "{}", told.stderr);
    assert!(fs::read_to_string(home.path("a/scenarios/x.ron")).unwrap().contains("fine: 240.0"));
    let brief = fs::read_to_string(home.path("a/brief.md")).unwrap();
    assert!(brief.contains(&format!("**Caution:** {wanted}.")), "{brief}");
    assert!(
        brief.contains(
            "It changes: `goods.privacy.status` licensed, from day 120; `goods.experience.status` licensed, from"
        ),
        "{brief}"
    );
    home.works("report a");
    let refused = home.refused("compare crackdown --days 130 --seeds 2 --arm x=licence --out b");
    assert!(
        refused.contains("`x` is built on a different base, and cannot be run on this study's")
            && refused.contains("from day 120 on"),
        "{refused}"
    );
    home.write("study.ron", "(base: \"crackdown\", days: 130, seeds: 2, arms: [(name: \"x\", scenario: \"licence\")])");
    assert!(home.refused("check study.ron").contains("`whole: true` compares the two worlds as they are"));
    home.write(
        "study.ron",
        "(base: \"crackdown\", days: 130, arms: [(name: \"x\", scenario: \"licence\", whole: true)])",
    );
    home.works("check study.ron");
}

#[test]
fn levers_can_be_set_in_all_worlds_of_a_study() {
    let home = Home::new();
    let args = "compare first_market --days 30 --seeds 2 --arm-set a:law.fine=600@10";
    home.works(&format!("{args} --set citizens.count=150 --set law.seizure=0.9 --out a"));
    for world in ["base", "a"] {
        let text = fs::read_to_string(home.path(&format!("a/scenarios/{world}.ron"))).unwrap();
        assert!(text.contains("count: 150,") && text.contains("seizure: 0.9,"), "{world}");
    }
    let command = &json(&home.path("a/study.json"))["command"];
    assert!(command.as_str().unwrap().contains("--set citizens.count=150 --set law.seizure=0.9"), "{command}");
    for (more, wanted) in [
        ("--set law.fin=3", "the closest is `law.fine`"),
        ("--set law.seizure=0.9 --set law.seizure=0.8", "`law.seizure` is set twice"),
        ("--arm-set b:law.seizure=0.9 --set law.seizure=0.8", "the arm `b` sets `law.seizure` itself"),
        // What it sets is what holds in the base; it is to hold in the arm all the same.
        ("--arm-set b:law.seizure=0.5 --set law.seizure=0.8", "the arm `b` sets `law.seizure` itself"),
    ] {
        let told = home.refused(&format!("{args} {more}"));
        assert!(told.contains(wanted), "{more}: {told}");
    }
    home.write("same.ron", "(base: \"first_market\", seeds: 2, arms: [(name: \"b\", set: {\"law.seizure\": 0.5})])");
    let told = home.refused("compare same.ron --set law.seizure=0.8");
    assert!(told.contains("the arm `b` sets `law.seizure` itself"), "{told}");
}

/// What a policy touches is measured, and the page for those who read one page answers what was asked.
#[test]
fn the_usual_metrics_follow_the_policy_and_an_interaction_is_answered_first() {
    let home = Home::new();
    home.write(
        "mine.ron",
        "(base: (set: {\"citizens.count\": 300}), days: 40, seeds: 3, arms: [
            (name: \"free\", timeline: [(day: 20, places: [\"harbour\"], set: {\"goods.privacy.status\": \"free\"})]),
            (name: \"patrols\", timeline: [(day: 20, set: {\"agencies.city_watch.budget\": 2.0})]),
            (name: \"both\", with: [\"free\", \"patrols\"])])",
    );
    let found: serde_json::Value = serde_json::from_str(&home.works("compare mine.ron --out a --json").stdout).unwrap();
    let all = found["differences"].as_array().unwrap();
    let of = |arm: &str, metric: &str| all.iter().find(|one| one["arm"] == arm && one["metric"] == metric).unwrap();
    for metric in ["trades_of_privacy", "price_of_privacy", "trades_in_harbour", "harm_in_harbour", "illicit_share"] {
        assert!(of("free", metric)["n"] == 3, "{metric}");
    }
    assert_eq!(of("free", "enforcement")["mean_difference"], 0.0);
    assert!(of("patrols", "enforcement")["mean_difference"].as_f64().unwrap() > 100.0);
    let page = fs::read_to_string(home.path("a/one_page.html")).unwrap();
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
    assert!(at("Both: interaction.") < at("Free."), "the question comes first");
    assert!(page.contains("of 20 metrics with the clearest differences; the full brief has all"), "{page}");
}
