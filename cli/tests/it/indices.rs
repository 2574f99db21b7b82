//! `contraband sensitivity` and `contraband discover`: what a sweep says of its levers.

use std::fs;

use serde_json::Value;

use crate::program::{Home, names};

/// A small town; fines and the weight of prices move trade, refunds without escrow do nothing.
fn sweep(design: &str, reps: u32) -> String {
    format!(
        "(base: \"first_market\", days: 30, factors: {{
            \"demand.price_weight\": (low: 0.01, high: 0.06),
            \"goods.privacy.status\": (values: [\"prohibited\", \"free\"]),
            \"market.refund\": (low: 0.0, high: 0.5),
        }}, design: ({design}), reps: {reps}, metrics: [
            (name: \"trades\", metric: \"sum(days.trades)\"),
            (name: \"raids\", metric: \"count(events.day, kind = raid)\"),
        ])"
    )
}

fn lived(design: &str, reps: u32) -> Home {
    let home = Home::new();
    home.write("mine.ron", sweep(design, reps));
    home.works("sweep mine.ron --out mine");
    home
}

fn told(home: &Home, args: &str) -> Value {
    serde_json::from_str(&home.works(args).stdout).unwrap()
}

fn levers(found: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = found["metrics"][0]["levers"].as_array().unwrap();
    all.iter().map(|lever| (text(&lever["lever"]), text(&lever["verdict"]))).collect()
}

#[test]
fn a_saltelli_sweep_tells_what_matters_and_what_is_the_seeds() {
    let home = lived("method: \"saltelli\", points: 64, seed: 1", 3);
    let found = told(&home, "sensitivity mine --metric trades --json");
    assert_eq!((&found["schema"], &found["metrics"][0]["method"]), (&1.into(), &"sobol".into()));
    let levers = levers(&found);
    assert_eq!(levers[0], ("demand.price_weight".into(), "matters".into()));
    assert_eq!(levers[2], ("market.refund".into(), "little".into()));
    assert_eq!(found["metrics"][0]["levers"][2]["total"]["value"], 0.0);
    let share = found["metrics"][0]["seed_share"]["share"]["value"].as_f64().unwrap();
    assert!(share > 0.01 && share < 0.6, "{share}");
    assert_eq!(found["metrics"][0]["convergence"].as_array().unwrap().len(), 3);
    let pictures = ["trades-convergence.png", "trades-convergence.svg", "trades-indices.png", "trades-indices.svg"];
    assert_eq!(names(&home.path("mine/sensitivity")), pictures);
    let page = fs::read_to_string(home.path("mine/report.html")).unwrap();
    assert!(page.contains("<h3>What trades depends on</h3>") && page.contains("of 3 levers clearly matter"));
    assert_eq!(page.matches("<h1>").count(), 1);
    // The same folder gives the same bytes.
    let files = || ["mine/sensitivity.md", "mine/sensitivity.json"].map(|name| fs::read(home.path(name)).unwrap());
    let before = files();
    let people = home.works("sensitivity mine --metric trades").stdout;
    assert!(people.contains("Without interactions, 1 of 3 levers explains "), "{people}");
    assert_eq!(before, files());
}

#[test]
fn trajectories_and_any_other_points_are_read_as_they_are() {
    let home = lived("method: \"morris\", trajectories: 8, levels: 4, seed: 1", 2);
    let found = told(&home, "sensitivity mine --metric trades --json");
    assert_eq!(found["metrics"][0]["method"], "morris");
    assert_eq!(levers(&found)[0], ("demand.price_weight".into(), "matters".into()));
    assert!(found["metrics"][0]["levers"][0]["mu"]["ci95"][1].as_f64().unwrap() < 0.0);
    let home = lived("method: \"latin_hypercube\", points: 60, seed: 1", 2);
    let found = told(&home, "sensitivity mine --json");
    assert_eq!(found["metrics"][0]["method"], "given_data");
    assert_eq!(levers(&found)[0], ("demand.price_weight".into(), "matters".into()));
    // Nobody is raided in so small a town: nothing to say of it, unless it is asked for by name.
    assert_eq!(found["without"][0]["metric"], "raids");
    let refused = home.refused("sensitivity mine --metric raids");
    assert!(refused.contains("`raids` is 0 in every cell, so it depends on no lever"), "{refused}");
}

#[test]
fn boxes_are_found_and_told() {
    let home = lived("method: \"latin_hypercube\", points: 120, seed: 2", 2);
    let spread = told(&home, "sensitivity mine --metric trades --json");
    assert_eq!(spread["runs"], 240);
    let home_dir = home.path("mine");
    let found = home.command("discover mine --json --where").arg("trades < 700").output().unwrap();
    assert_eq!(found.status.code(), Some(0), "{}", String::from_utf8_lossy(&found.stderr));
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    let first = &found["boxes"][0];
    assert_eq!((&first["found"], &first["sides"][0]["lever"]), (&true.into(), &"demand.price_weight".into()));
    assert!(first["sides"][0]["at_least"].as_f64().unwrap() > 0.015, "{first}");
    assert!(first["held_out"]["density"].as_f64().unwrap() > first["usual"].as_f64().unwrap());
    assert_eq!(names(&home_dir.join("discovery")), ["boxes.png", "boxes.svg", "trajectory.png", "trajectory.svg"]);
    let page = fs::read_to_string(home.path("mine/report.html")).unwrap();
    assert!(page.contains("Where trades &lt; 700") && page.contains("What trades depends on"));
}

#[test]
fn questions_that_fit_no_sweep_say_what_to_try() {
    let home = lived("method: \"latin_hypercube\", points: 12, seed: 1", 1);
    for (args, says) in [
        ("sensitivity mine --metric trade", "this sweep has no metric `trade`"),
        ("sensitivity mine --metric trades", "only 12 cells have values of `trades`: too few to say what matters"),
        ("sensitivity mine", "only 12 cells have values of `trades`: too few"),
        ("sensitivity nowhere", "there is no folder nowhere; check the path"),
        ("discover mine --where trades<0", "no run meets `trades < 0`"),
        ("discover mine --where trades>0", "every run meets `trades > 0`"),
        ("discover mine --where trade<0", "the closest is `trades`"),
        ("discover mine --where trades", "a condition is a metric, one of < <= > >=, and a number"),
    ] {
        let refused = home.refused(args);
        assert!(refused.contains(says), "{args}: {refused}");
    }
    // Half a sweep answers, and says that it is half.
    home.write("more.ron", sweep("method: \"latin_hypercube\", points: 100, seed: 3", 1));
    home.works("sweep plan more.ron --out more --shards 4");
    for shard in 0..2 {
        home.works(&format!("sweep run more --shard {shard}"));
    }
    let refused = home.refused("sensitivity more");
    assert!(
        refused.contains("has no runs.parquet yet") && refused.contains("contraband sweep merge more"),
        "{refused}"
    );
    assert_eq!(home.run("sweep merge more").code, Some(3));
    let half = home.run("sensitivity more --metric trades");
    assert_eq!(half.code, Some(3), "{}", half.stderr);
    assert!(half.stderr.contains("50 of 100 runs (50.0 %) are not done yet"), "{}", half.stderr);
    let markdown = fs::read_to_string(home.path("more/sensitivity.md")).unwrap();
    assert!(markdown.contains("**Incomplete sweep**"));
}

/// Programs such as `SALib` take a run by its place: the rows of the design are in its own order, however they were run.
#[test]
fn rows_of_a_design_are_in_its_order_after_shards_kills_and_an_extension() {
    const LEVERS: usize = 3;
    let home = Home::new();
    home.write("mine.ron", sweep("method: \"saltelli\", points: 32, seed: 1", 1));
    home.works("sweep plan mine.ron --out mine --shards 5");
    home.works("sweep run mine --shard 3");
    let mut killed = home.command("sweep run mine --shard 1 --threads 1").spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    killed.kill().unwrap();
    killed.wait().unwrap();
    home.works("sweep run mine");
    home.works("sweep extend mine --reps 3");
    home.works("sweep run mine");
    home.works("sweep merge mine --csv");
    let text = fs::read_to_string(home.path("mine/design.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let at = |name: &str| head.iter().position(|one| *one == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(rows.len(), 32 * (LEVERS + 2));
    assert!(rows.iter().enumerate().all(|(nth, row)| row[at("row")] == nth.to_string() && row[at("trades.n")] == "3"));
    let outputs: Vec<f64> = rows.iter().map(|row| row[at("trades")].parse().unwrap()).collect();
    // As SALib reckons them, from the order of the rows alone.
    let blocks: Vec<&[f64]> = outputs.chunks(LEVERS + 2).collect();
    let n = blocks.len() as f64;
    let middle = outputs.iter().sum::<f64>() / outputs.len() as f64;
    let ends: Vec<f64> = blocks.iter().flat_map(|block| [block[0] - middle, block[LEVERS + 1] - middle]).collect();
    let mean = ends.iter().sum::<f64>() / ends.len() as f64;
    let variance = ends.iter().map(|end| end * end).sum::<f64>() / ends.len() as f64 - mean * mean;
    let total = |lever: usize| {
        let squares = blocks.iter().map(|block| (block[1 + lever] - block[0]) * (block[1 + lever] - block[0]));
        squares.sum::<f64>() / (2.0 * n) / variance
    };
    let found = told(&home, "sensitivity mine --metric trades --json");
    let levers = ["demand.price_weight", "goods.privacy.status", "market.refund"];
    for lever in found["metrics"][0]["levers"].as_array().unwrap() {
        let nth = levers.iter().position(|one| lever["lever"] == *one).unwrap();
        let said = lever["total"]["value"].as_f64().unwrap();
        assert!((said - total(nth)).abs() < 1e-9, "{}: {said} and {}", levers[nth], total(nth));
    }
}
