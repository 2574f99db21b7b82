//! `contraband calibrate`: what levers are believed to be, whatever happens on the way.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use crate::program::{Home, json, names};

const SMALL: &str = "(
    name: \"Small\", question: \"What <b>is</b> the fine?\",
    base: (scenario: \"first_market\", set: {\"citizens.count\": 150}), days: 30,
    factors: {\"law.fine\": (low: 10, high: 500, log: true), \"goods.privacy.severity\": (low: 0.5, high: 3.0)},
    targets: [
        (name: \"fines\", label: \"fines | credits\", metric: \"sum(days.fines_credits)\", band: (900, 1000), source: \"nobody\"),
        (name: \"cases\", metric: \"sum(days.detections)\", band: (15, 30), source: \"nobody\"),
    ],
    held_out: \"mine.ron\",
    particles: 20, budget: BUDGET, acceptance: 0.0, predictive: 6,
)";

/// What it does is told by a world with dates: it is compared with itself without them.
const HELD_OUT: &str = "[
    (id: \"R 1\", statement: \"trade in the crackdown\", scenario: \"crackdown\", days: 110, seeds: 2,
     metric: \"sum(days.trades, days = 91 to 110) / sum(base.days.trades, days = 91 to 110)\", band: (0, 2), source: \"nobody\"),
    (id: \"R 1\", statement: \"harm\", scenario: \"first_market\", days: 20, metric: \"sum(days.harm)\", band: (0, 1), source: \"nobody\"),
]";

fn small(home: &Home, budget: u32) {
    home.write("small.ron", SMALL.replace("BUDGET", &budget.to_string()));
    // The crackdown of a small town.
    let town = "(name: \"Town\", days: 110, citizens: (count: 300), timeline: [(day: 91, set: {\"law.fine\": 900.0})])";
    home.write("town.ron", town);
    home.write("mine.ron", HELD_OUT.replace("\"crackdown\"", "\"town.ron\""));
}

/// Every file that is told of a calibration.
fn told(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = ["", "charts"].map(|part| folder.join(part));
    let files = all.iter().flat_map(|folder| names(folder).into_iter().map(|name| folder.join(name)));
    let files = files.filter(|path| path.is_file());
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())).collect()
}

/// The shards of a generation, with when they were written.
fn written(folder: &Path) -> Vec<(String, SystemTime)> {
    let shards = folder.join("shards");
    let when = |name: &String| fs::metadata(shards.join(name)).unwrap().modified().unwrap();
    names(&shards).into_iter().map(|name| (name.clone(), when(&name))).collect()
}

#[test]
fn a_calibration_that_is_killed_or_lived_elsewhere_ends_with_equal_bytes() {
    let home = Home::new();
    small(&home, 120);
    let said = home.works("calibrate small.ron --out straight --threads 1");
    assert!(said.stdout.contains("law.fine is believed to be about"), "{}", said.stdout);
    let wanted = told(&home.path("straight"));
    assert_eq!(names(&home.path("straight/generations")), ["00", "01", "02", "03", "04"]);
    let report = String::from_utf8(wanted["report.html"].clone()).unwrap();
    assert!(
        report.contains("What &lt;b&gt;is&lt;/b&gt;") && report.contains("<svg") && wanted.contains_key("pairs.png")
    );

    let (mut kills, mut whole, mut pause) = (0u64, 0u64, 7u64);
    while kills < 8 {
        let folder = format!("killed{whole}");
        let args = format!("calibrate small.ron --out {folder} --threads {}", 1 + kills % 3);
        let mut child = home.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        pause = pause * 1_103_515_245 % 2_147_483_647;
        std::thread::sleep(Duration::from_millis(100 + pause % 900));
        if child.try_wait().unwrap().is_some() {
            whole += 1;
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        // A run in whose middle five processes end is given up, as one for which there may not be memory enough.
        whole += u64::from(kills % 4 == 0);
    }
    let last = format!("killed{whole}");
    home.works(&format!("calibrate small.ron --out {last}"));
    assert!(told(&home.path(&last)) == wanted);
    // Once more lives nothing, and leaves what is over as it is.
    let first = home.path(&format!("{last}/generations/00"));
    let before = written(&first);
    let again = home.works(&format!("calibrate small.ron --out {last}"));
    assert!(!again.stderr.contains("runs done") && written(&first) == before, "{}", again.stderr);

    // The workers of a cluster live what is asked for, shard by shard and in any order.
    let mut asked = 0;
    loop {
        let ask = home.run("calibrate small.ron --out asked --ask");
        if ask.code == Some(0) {
            break;
        }
        assert_eq!(ask.code, Some(3), "{}", ask.stderr);
        let folder = ask.stdout.trim().to_owned();
        let missing = home.run(&format!("sweep status {folder} --missing")).stdout;
        for shard in missing.lines().rev() {
            home.works(&format!("sweep run {folder} --shard {shard} --threads 2"));
        }
        asked += 1;
    }
    assert_eq!(asked, 5 + 3, "generations and worlds");
    assert!(told(&home.path("asked")) == wanted);

    // What was allowed less goes on when it is allowed more.
    small(&home, 60);
    home.works("calibrate small.ron --out grown");
    small(&home, 120);
    let more = home.works("calibrate small.ron --out grown");
    assert!(!more.stderr.contains("generations/01") && more.stderr.contains("generations/02"), "{}", more.stderr);
    assert!(told(&home.path("grown")) == wanted);
}

#[test]
fn what_is_told_is_told_as_data_too() {
    let home = Home::new();
    small(&home, 80);
    let told = home.works("calibrate small.ron --out a --json --csv");
    let data: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let mut kept = json(&home.path("a/posterior.json"));
    assert!(kept.as_object_mut().unwrap().remove("seal").is_some());
    assert_eq!(data, kept);
    assert_eq!((&data["schema"], data["levers"].as_array().unwrap().len()), (&2.into(), 2));
    let targets = data["targets"].as_array().unwrap();
    let of = |name: &str| targets.iter().find(|one| one["target"] == name).unwrap();
    assert_eq!((targets.len(), &of("r_1")["world"], &of("r_1")["held_out"]), (4, &"town.ron".into(), &true.into()));
    // Dearer fines leave some trade, and not all of it: the world was compared with itself without them.
    let share = of("r_1")["median"].as_f64().unwrap();
    assert!((0.1..0.98).contains(&share), "{share}");
    let csv = fs::read_to_string(home.path("a/posterior.csv")).unwrap();
    let head = "generation,row,kept,weight,distance,law.fine,goods.privacy.severity,fines,cases";
    assert!(csv.starts_with(head) && csv.lines().count() > 20, "{csv}");
    let weights: f64 = csv.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().parse::<f64>().unwrap()).sum();
    assert!((weights - 1.0).abs() < 1e-9, "{weights}");
    assert_eq!(fs::read_to_string(home.path("a/points.csv")).unwrap().lines().count(), 81);
}

#[test]
fn what_cannot_be_calibrated_is_told() {
    let home = Home::new();
    small(&home, 80);
    home.works("check small.ron");
    home.works("check mine.ron");
    let wrong = |from: &str, to: &str| {
        let text = fs::read_to_string(home.path("small.ron")).unwrap();
        assert!(text.contains(from), "{from}");
        home.write("wrong.ron", text.replacen(from, to, 1));
        let said = home.refused("check wrong.ron");
        assert!(home.refused("calibrate wrong.ron --out wrong").contains("wrong.ron:"), "{said}");
        said
    };
    for (from, to, told) in [
        ("law.fine", "law.fin", "the closest is `law.fine`"),
        ("log: true", "log: true, steps: 3, hgih: 2", "unknown field `hgih`"),
        ("(900, 1000)", "(1000, 900)", "a band is two numbers, the lower one first"),
        ("sum(days.detections)", "sum(days.detection)", "the closest is"),
        ("sum(days.detections)", "sum(base.days.detections)", "compares by itself"),
        ("\"cases\"", "\"fines\"", "used a second time"),
        ("budget: 80", "budget: 30", "30 runs are too few for the first generation"),
        ("mine.ron", "none.ron", "cannot read `none.ron`"),
        ("particles: 20", "particle: 20", "the closest is `particles`"),
        ("acceptance: 0.0", "acceptance: 1.5", "a share from 0 to below 1"),
    ] {
        let said = wrong(from, to);
        assert!(said.contains(told) && said.contains("wrong.ron:"), "{to}: {said}");
    }
    home.write("none.ron", "(base: \"baseline\", targets: [], factors: {})");
    let said = home.refused("check none.ron");
    assert!(said.contains("`factors` is empty"), "{said}");
    assert!(home.refused("calibrate seller").contains("the closest is `sellers`"));
    assert!(home.refused("calibrate town.ron").contains("is not a calibration"));

    home.run("calibrate small.ron --out a --ask");
    let text = fs::read_to_string(home.path("small.ron")).unwrap();
    home.write("other.ron", text.replace("(15, 30)", "(15, 31)"));
    assert!(home.refused("calibrate other.ron --out a").contains("another calibration: `targets` differs"));
    home.write("strange/file", "mine");
    assert!(home.refused("calibrate small.ron --out strange").contains("left alone"));
    assert!(home.refused("report a").contains("folder of a calibration"));
}

#[test]
fn a_target_that_never_has_a_value_is_named() {
    let home = Home::new();
    small(&home, 80);
    let text = fs::read_to_string(home.path("small.ron")).unwrap();
    home.write("mute.ron", text.replace("sum(days.detections)", "mean(days.trades, trades >= 1000000000)"));
    let said = home.refused("calibrate mute.ron --out a");
    assert!(said.contains("no run has a value for `cases`"), "{said}");
}
