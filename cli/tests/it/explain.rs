//! `contraband explain`: five questions, answers that agree with the tables, and a folder that stays as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use contraband_analysis::measures::{numbers, words};
use contraband_analysis::store::open;
use contraband_lab::disk::FileForm;
use serde_json::Value;

use crate::program::{Home, edit, json, resealed};

/// A market with one bazaar that lives for sixty days.
fn market() -> Home {
    let home = Home::new();
    home.works("run first_market --days 60 --no-charts --out run");
    home
}

/// A world of the usual venues, some of which close.
fn venues() -> Home {
    let home = Home::new();
    home.write("closings.ron", "(days: 70, citizens: (count: 600), market: (venue_hazard: 0.02))");
    home.works("run closings.ron --no-charts --out run");
    home
}

fn answer(home: &Home, choice: &str) -> Value {
    let json: Value = serde_json::from_str(&home.works(&format!("explain run {choice} --json")).stdout).unwrap();
    assert_eq!(json["schema"], 1, "{choice}");
    let text = home.works(&format!("explain run {choice}")).stdout;
    let too_long = |line: &&str| line.chars().count() > 80 && !line.trim_start().starts_with("contraband explain");
    assert_eq!(text.lines().find(too_long), None, "{text}");
    json
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn without_a_choice_the_questions_of_a_run_are_listed_and_every_command_works() {
    for home in [market(), venues()] {
        let before = bytes(&home.path("run"));
        let told = home.works("explain run").stdout;
        let commands: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("contraband ")).collect();
        assert!(commands.len() >= 5, "{told}");
        for about in ["--good", "--syndicate", "--citizen"] {
            assert!(commands.iter().any(|command| command.contains(about)), "{about}: {told}");
        }
        for command in &commands {
            home.works(command);
        }
        assert_eq!(answer(&home, "")["questions"].as_array().unwrap().len(), commands.len());
        assert!(before == bytes(&home.path("run")), "asking changes no byte");
    }
}

#[test]
fn a_purchase_is_told_term_by_term() {
    let home = market();
    let most = home.works("explain run").stdout;
    let citizen = most.lines().find_map(|line| line.split("--citizen ").nth(1)).unwrap().to_owned();
    let told = answer(&home, &format!("--citizen {citizen}"));
    let purchases = told["purchases"].as_array().unwrap();
    assert!(purchases.iter().any(|purchase| purchase["day"] == told["day"]), "{told}");
    assert!(told["lived_again"].as_str().unwrap().contains("the digest matches the folder's"));
    let staying_out = number(&told["staying_out"]);
    let mut chosen = f64::NAN;
    let mut others = Vec::new();
    for thought in told["thoughts"].as_array().unwrap() {
        let terms: f64 = thought["terms"].as_object().unwrap().values().map(number).sum();
        let worth = terms + number(&thought["delegate"]) + number(&thought["liking"]);
        assert!((worth - number(&thought["worth"])).abs() < 1e-4, "{thought}");
        for seller in thought["sellers"].as_array().unwrap() {
            let offer: f64 = ["cost", "doubt", "travel", "bother", "loyalty", "suspicion", "liking"]
                .iter()
                .map(|&term| number(&seller[term]))
                .sum();
            let utility = number(&seller["utility"]);
            assert!((worth + offer - utility).abs() < 1e-3, "{seller}");
            if seller["chosen"] == true {
                chosen = utility;
            } else if seller["affordable"] == true {
                others.push(utility);
            }
        }
    }
    assert!(chosen > staying_out && others.iter().all(|&other| other <= chosen), "{told}");

    // A day on which the same citizen did not buy, and the days that are known by then.
    let bought: Vec<u64> = purchases.iter().map(|purchase| purchase["day"].as_u64().unwrap()).collect();
    let idle = (1..=60).find(|day| !bought.contains(day)).unwrap();
    let told = answer(&home, &format!("--citizen {citizen} --day {idle}"));
    assert!(told["outcome"].is_null() && told["day"] == idle);
    assert!(
        home.works(&format!("explain run --citizen {citizen} --day {idle}"))
            .stdout
            .contains("stayed out of the market on day")
    );
}

#[test]
fn a_blow_leads_back_to_the_trade_that_was_seen() {
    let home = market();
    let events = open(&home.path("run")).unwrap().table("events").unwrap();
    let (kinds, notes, sellers) = (words(&events, "kind"), words(&events, "note"), numbers(&events, "syndicate"));
    let hit = (0..kinds.len()).find(|&row| kinds[row] == "case" && notes[row] == "against the seller").unwrap();
    let syndicate = sellers[hit];
    let told = answer(&home, &format!("--syndicate {syndicate}"));
    let cases = (0..kinds.len())
        .filter(|&row| sellers[row] == syndicate && kinds[row] == "case" && notes[row] == "against the seller");
    assert_eq!(told["cases_against_it"], cases.count());
    let life = told["life"].as_array().unwrap();
    for case in life.iter().filter(|event| event["kind"] == "case") {
        assert_eq!((&case["because"][0]["kind"], &case["because"][0]["event"]), (&"trade".into(), &case["cause"]));
    }
    let day = &life.iter().find(|event| event["kind"] == "case").unwrap()["day"];
    let told = answer(&home, &format!("--syndicate {syndicate} --day {day}"));
    assert!(told["life"].as_array().unwrap().iter().all(|event| event["day"] == *day));
}

#[test]
fn the_parts_of_a_jump_add_up_to_the_change_of_the_price_in_the_table() {
    let home = market();
    let goods = open(&home.path("run")).unwrap().table("goods").unwrap();
    let (names, days) = (words(&goods, "good"), numbers(&goods, "day"));
    let (prices, asked) = (numbers(&goods, "price_mean"), numbers(&goods, "price_asked"));
    let at = |good: &str, day: f64| (0..names.len()).find(|&row| names[row] == good && days[row] == day).unwrap();
    let listed = home.works("explain run").stdout;
    let wild: Vec<&str> = listed.lines().filter_map(|line| line.split("--good ").nth(1)?.split(' ').next()).collect();
    assert!(!wild.is_empty(), "{listed}");
    for good in wild {
        let bought: Vec<f64> = (2..=60).map(f64::from).filter(|&day| prices[at(good, day)].is_finite()).collect();
        let some = [bought[bought.len() / 2], bought[bought.len() - 1]].map(|day| format!(" --day {day}"));
        for choice in [String::new()].into_iter().chain(some) {
            let told = answer(&home, &format!("--good {good}{choice}"));
            let [before, day] = ["before", "day"].map(|key| at(good, number(&told[key])));
            let sum = |parts: &Value| parts.as_object().unwrap().values().map(number).sum::<f64>();
            assert!((number(&told["to"]) - prices[day]).abs() < 1e-9, "{told}");
            let change = prices[day] - prices[before];
            assert!((sum(&told["paid"]) - change).abs() < 1e-6, "{good} {choice}: {} is not {change}", told["paid"]);
            if asked[day].is_finite() && asked[before].is_finite() {
                let change = asked[day] - asked[before];
                assert!(
                    (sum(&told["asked"]) - change).abs() < 1e-6,
                    "{good} {choice}: {} is not {change}",
                    told["asked"]
                );
            }
        }
    }
}

#[test]
fn what_moved_from_a_closed_venue_and_what_vanished_is_what_it_lost() {
    let home = venues();
    let listed = home.works("explain run").stdout;
    let choice = listed.lines().find_map(|line| line.split_once("--venue ")).map(|(_, rest)| rest.to_owned()).unwrap();
    let told = answer(&home, &format!("--venue {choice}"));
    for of in ["trades", "volume"] {
        let moved = &told[of];
        let own = |change: &&Value| change["venue"] == told["venue"];
        let all = moved["venues"].as_array().unwrap();
        let closed = all.iter().find(own).unwrap();
        let lost = number(&closed["before"]) - number(&closed["after"]);
        assert!((lost - number(&moved["lost"])).abs() < 1e-9);
        let others = all.iter().filter(|change| !own(change));
        let gained: f64 = others.map(|change| number(&change["after"]) - number(&change["before"])).sum();
        assert!((gained + number(&moved["vanished"]) - lost).abs() < 1e-6, "{moved}");
    }
    let table = open(&home.path("run")).unwrap().table("venues").unwrap();
    let (names, days, trades) = (words(&table, "venue"), numbers(&table, "day"), numbers(&table, "trades"));
    let [from, to] = [0, 1].map(|end| number(&told["before"][end]));
    let within = |row: &usize| names[*row] == told["venue"] && (from..=to).contains(&days[*row]);
    let mean = (0..names.len()).filter(within).map(|row| trades[row]).sum::<f64>() / (to - from + 1.0);
    let own = told["trades"]["venues"].as_array().unwrap().iter().find(|change| change["venue"] == told["venue"]);
    assert!((number(&own.unwrap()["before"]) - mean).abs() < 1e-9);
    assert_eq!(told["closing"]["day"], told["day"]);

    // Where it opened again, that comes of the closing.
    let events = open(&home.path("run")).unwrap().table("events").unwrap();
    let (kinds, causes) = (words(&events, "kind"), numbers(&events, "cause"));
    let closings = ["raid", "exit_scam", "venue_close"];
    for row in (0..kinds.len()).filter(|&row| kinds[row] == "venue_open") {
        let numbers = numbers(&events, "event");
        // What closed before the first day is told by nobody.
        let Some(cause) = (0..kinds.len()).find(|&other| numbers[other] == causes[row]) else {
            assert!(causes[row].is_nan(), "{}", causes[row]);
            continue;
        };
        assert!(closings.contains(&kinds[cause].as_str()), "{}", kinds[cause]);
    }
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_can_be() {
    let home = market();
    for (choice, said) in [
        ("--citizen 500", "numbered 0 to 499"),
        ("--syndicate 100000", "there is no gang 100000"),
        ("--good privcy", "the closest is `privacy`"),
        ("--venue bazar", "the closest is `bazaar`"),
        ("--venue bazaar", "bazaar never closed in this run"),
        ("--good privacy --day 61", "its days are 1 to 60"),
        ("--good privacy --day 0", "--day"),
        ("--good privacy --citizen 3", "cannot be used with"),
        ("--day 3", "required"),
        ("--citizen -1", "unexpected argument"),
    ] {
        let told = home.refused(&format!("explain run {choice}"));
        assert!(told.contains(said), "{choice}: {told}");
    }
    assert!(home.refused("explain nowhere").contains("there is no folder nowhere; check the path"));
    home.write("empty/x", "");
    assert!(home.refused("explain empty").contains("is not the folder of a run"));
}

#[test]
fn a_folder_that_is_damaged_or_another_s_is_called_so() {
    let home = market();
    let file = |name: &str| home.path("run").join(name);
    let spoil = |name: &str, bytes: &[u8], choice: &str, said: &str| {
        let kept = fs::read(file(name)).unwrap();
        fs::write(file(name), bytes).unwrap();
        let told = home.refused(&format!("explain run {choice}"));
        assert!(told.contains(said), "{name}: {told}");
        fs::write(file(name), kept).unwrap();
    };
    spoil("events.parquet", b"PAR1", "", "events.parquet is damaged");
    spoil("goods.parquet", b"", "--good privacy", "goods.parquet is damaged");
    let other = fs::read(file("goods.parquet")).unwrap();
    spoil("events.parquet", &other, "--syndicate 1", "damaged");
    spoil("run.json", b"{", "", "is damaged");
    spoil("scenario.ron", b"()", "--citizen 3", "scenario.ron is damaged: it is not as it was written");
    spoil(
        "scenario.ron",
        FileForm::Ron.seal("()").as_bytes(),
        "--citizen 3",
        "is not the scenario that run.json describes",
    );
    let run = fs::read_to_string(file("run.json")).unwrap();
    let more = resealed(&run.replace("\"citizens\": 500", "\"citizens\": 5000"));
    spoil("run.json", more.as_bytes(), "--citizen 4000", "citizen 4000 takes no part in any day");
    let shorter = resealed(&run.replace("\"last_day\": 60", "\"last_day\": 7"));
    spoil("run.json", shorter.as_bytes(), "--good privacy", "says that 7 of 60 days were run");
    assert!(run != more && run != shorter);
    // Of another version it is tried, and told.
    edit(&file("run.json"), |run| run["engine_version"] = "0.0.1".into());
    let told = home.works("explain run --citizen 3");
    assert!(
        told.stderr.contains("it was made by 0.0.1") && told.stdout.contains("the digest matches"),
        "{}",
        told.stderr
    );
    fs::write(file("run.json"), &run).unwrap();

    // Tables of another seed are found out by their checksum; and as another build of the same version would leave them.
    home.works("run first_market --days 60 --no-charts --seed 2 --out other");
    let days = fs::read(home.path("other/days.parquet")).unwrap();
    spoil("days.parquet", &days, "--citizen 3", "days.parquet is damaged");
    fs::write(file("days.parquet"), &days).unwrap();
    let theirs = json(&home.path("other/run.json"))["tables"]["days"].clone();
    edit(&file("run.json"), |run| run["tables"]["days"] = theirs);
    assert!(home.refused("explain run --citizen 3").contains("on day 1 the re-run differs from the folder"));
    let told = home.works("explain run --good privacy");
    assert!(
        told.stderr.contains("cannot be shown again") && told.stdout.contains("the parts add up"),
        "{}",
        told.stdout
    );
    fs::remove_file(file("goods.parquet")).unwrap();
    home.refused("explain run --good privacy");
}
