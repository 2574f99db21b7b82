//! How the law looks, as seen in the tables: every investigation is spent once, and what each kind of looking does.

use std::sync::Arc;

use contraband_sim::base::units::Value;
use contraband_sim::scenario::{Scenario, TimelineEntry};

use crate::paired::{Effect, Recording, claim, last, mean, measure, number, sum, with};

/// The default world with so many citizens and days, and levers set.
fn world(citizens: u32, days: u32, set: &[(&str, &str)]) -> Scenario {
    let default = Scenario { days, ..Scenario::default() };
    with(with(default, &[("citizens.count", &citizens.to_string()), ("citizens.settling", "0")]), set)
}

fn recorded(scenario: Scenario) -> Recording {
    Recording::of(&Arc::new(scenario), 1)
}

/// Each end names the beginning of its own lever.
#[test]
fn a_policy_ends_because_it_began() {
    let set = vec![("law.fine".into(), Value::Number(500.0)), ("law.seizure".into(), Value::Number(0.9))];
    let entry =
        |day, until| TimelineEntry { day, until, ramp: 0, places: Vec::new(), set: set.clone(), label: String::new() };
    let timeline = vec![entry(5, Some(9)), entry(12, Some(14)), entry(20, None)];
    let rows = recorded(Scenario { timeline, ..world(300, 25, &[]) });
    let (kinds, notes) = (rows.words("events", "kind"), rows.words("events", "note"));
    let [days, numbers, causes] = ["day", "event", "cause"].map(|name| rows.numbers("events", name));
    let policies: Vec<usize> = (0..kinds.len()).filter(|&row| kinds[row] == "policy").collect();
    let mut ended = Vec::new();
    for &row in &policies {
        let begun = policies.iter().find(|&&begun| numbers[begun] == causes[row]);
        assert_eq!(begun.is_some(), notes[row].contains("again"), "{}", notes[row]);
        if let Some(&begun) = begun {
            let lever = |row: usize| notes[row].split(' ').next();
            assert_eq!(lever(begun), lever(row));
            ended.push((days[begun], days[row]));
        }
    }
    assert_eq!(ended, [(5.0, 10.0), (5.0, 10.0), (12.0, 15.0), (12.0, 15.0)]);
}

/// Every kind of looking at once.
const BUSY: [(&str, &str); 7] = [
    ("goods.privacy.default_mask", "0.5"),
    ("agencies.city_watch.profiling", "0.3"),
    ("agencies.city_watch.honeypots", "0.2"),
    ("agencies.machine_office.hunting", "0.3"),
    ("agencies.machine_office.honeypots", "0.5"),
    ("agencies.frontier_guard.focused", "0.5"),
    ("goods.taboo_computing.rogue_birth", "0.2"),
];

#[test]
fn every_investigation_is_spent_once() {
    let rows = recorded(world(2000, 60, &BUSY));
    let column = |name| rows.numbers("agencies", name);
    let capacity = column("capacity");
    let kinds = ["examined", "searches", "traps", "hunts", "idle"].map(column);
    for (row, &capacity) in capacity.iter().enumerate() {
        let spent: f64 = kinds.iter().map(|kind| kind[row]).sum();
        assert_eq!(spent, capacity, "row {row}");
    }
    assert!(kinds.iter().all(|kind| kind.iter().sum::<f64>() > 0.0), "every kind of looking is tried");
}

/// Where more are masked than can be searched, as many are searched as the share of the budget pays for, each once.
#[test]
fn searches_are_limited_by_the_budget_exactly() {
    let rows = recorded(world(2000, 40, &BUSY));
    let (capacity, searches) = (rows.numbers("agencies", "capacity"), rows.numbers("agencies", "searches"));
    let names = rows.words("agencies", "agency");
    let mut seen = 0;
    for row in (0..names.len()).filter(|&row| names[row] == "city_watch").skip(1) {
        assert_eq!(searches[row], (0.3 * capacity[row] + 0.5).floor(), "row {row}");
        seen += 1;
    }
    assert!(seen > 30);
    let (people, hits) = (rows.numbers("counts", "searches"), rows.numbers("counts", "search_hits"));
    assert!(people.iter().zip(&hits).all(|(people, hits)| hits <= people));
    assert!(hits.iter().sum::<f64>() > 0.0);
}

#[test]
fn an_agency_that_only_sets_traps_examines_no_trade_and_stops_orders() {
    let set: Vec<(&str, &str)> = ["city_watch", "machine_office", "frontier_guard"]
        .into_iter()
        .flat_map(|agency| match agency {
            "city_watch" => [("agencies.city_watch.honeypots", "1"), ("agencies.city_watch.focused", "0")],
            "machine_office" => [("agencies.machine_office.honeypots", "1"), ("agencies.machine_office.hunting", "0")],
            _ => [("agencies.frontier_guard.honeypots", "1"), ("agencies.frontier_guard.profiling", "0")],
        })
        .collect();
    let rows = recorded(world(2000, 40, &set));
    assert_eq!(sum("days", "examined").read(&rows), 0.0);
    let (trapped, cases) = (sum("counts", "trapped").read(&rows), sum("days", "detections").read(&rows));
    assert!(cases > 0.0 && cases <= trapped, "{cases} of {trapped}");
}

/// Whom agencies examine first changes no count of what they examine.
#[test]
fn a_list_costs_no_patrol() {
    // Nobody moves, for budgets follow people.
    let all = |share| {
        let stay = ("enclaves.moving", "100");
        [("agencies.city_watch.focused", share), ("agencies.frontier_guard.focused", share), stay]
    };
    let (lot, list) = (recorded(world(2000, 60, &all("0"))), recorded(world(2000, 60, &all("1"))));
    let capacity = |rows: &Recording| rows.numbers("agencies", "capacity");
    assert_eq!(capacity(&lot), capacity(&list));
    let examined = sum("days", "examined");
    let (lot, list) = (examined.read(&lot), examined.read(&list));
    // Buyers who are caught buy less or more afterwards, so the trade that can be examined is not quite the same.
    assert!((list / lot - 1.0).abs() < 0.15, "{list} against {lot}");
}

/// Far more harm than wanted: the controller turns attention up to all of it. Far less: down to none.
#[test]
fn the_controller_moves_attention_between_nothing_and_all() {
    let attention = |target: &str| {
        let set =
            [("goods.experience.status", "tolerated"), ("law.controller", "0.1"), ("law.controller_target", target)];
        // A month: under all of it sellers turn to other goods in the second.
        last("goods", "attention").of("good", &["experience"]).read(&recorded(world(6000, 30, &set)))
    };
    assert_eq!(attention("0.0001"), 1.0);
    assert_eq!(attention("100"), 0.0);
    let off = [("goods.experience.status", "tolerated")];
    assert_eq!(last("goods", "attention").of("good", &["experience"]).read(&recorded(world(1500, 10, &off))), 0.1);
}

#[test]
fn in_the_gray_zone_nothing_is_examined() {
    let rows = recorded(world(2000, 40, &[("law.gray_zone", "true"), ("law.idea_worth", "1000")]));
    let looked_away = mean("goods", "looked_away").of("good", &["dangerous_tech"]).read(&rows);
    let examined = sum("goods", "examined");
    assert_eq!((looked_away, examined.clone().of("good", &["dangerous_tech"]).read(&rows)), (1.0, 0.0));
    assert!(examined.of("good", &["experience"]).read(&rows) > 0.0);
}

#[test]
fn a_takedown_names_its_hunter() {
    let set = [("goods.taboo_computing.rogue_birth", "0.5"), ("law.takedown", "0.2"), ("law.takedown_effort", "0.01")];
    let rows = recorded(world(3000, 60, &set));
    let (kinds, hunters) = (rows.words("events", "kind"), rows.words("events", "agency"));
    let takedowns = kinds.iter().zip(&hunters).filter(|(kind, _)| **kind == "rogue_takedown");
    let hunters: Vec<&str> = takedowns.map(|(_, hunter)| *hunter).collect();
    assert!(hunters.contains(&"machine_office"), "{hunters:?}");
}

/// Raising masking raises trade in the other eight goods. Of so many searches fewer find something: those who mask for a
/// reason are lost among everybody else, so what searches find beyond everybody's share falls as one over the masked.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
fn masks_for_all_raise_other_trade_and_make_searches_fail() {
    let masked = |share| {
        let quiet = ("demand.attention", "0.1"); // few buy, so that to be masked says something
        world(4000, 150, &[("goods.privacy.default_mask", share), ("agencies.frontier_guard.profiling", "0.5"), quiet])
    };
    let worlds = ["0", "0.1", "0.4"].map(masked);
    let days = 31..=150;
    let metrics = [
        sum("goods", "trades").but("good", &["privacy"]).days(days.clone()).named("trade of the other eight"),
        sum("counts", "search_hits").days(days.clone()).named("searches that find something"),
        sum("counts", "searches").days(days.clone()).named("searches"),
        mean("days", "masked_share").days(days.clone()).named("share of people who are masked"),
        mean("days", "risk_true").days(days).named("cases per trade"),
    ];
    let measured = measure(12, &worlds, &metrics);
    let [trade, hits, searches, share, cases] = [0, 1, 2, 3, 4].map(|metric| measured.effect(metric, 0, 2));
    let shown = trade.rises() && hits.falls() && cases.falls() && searches.is_small(1e-9);
    claim(shown, "masks hide trade, and the innocent hide the others", &[&trade, &hits, &searches, &share, &cases]);
}

/// Where patrols that are seen are felt as lost freedom, more of them lower trade only up to a point: fear has a ceiling,
/// reactance has none.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
fn enforcement_that_is_seen_backfires_beyond_a_point() {
    let patrolled = |pressure, budget| {
        let others = [("agencies.machine_office.budget", "0"), ("agencies.frontier_guard.budget", "0")];
        let calm = ("law.false_positive", "0");
        let set = [others[0], others[1], calm, ("demand.pressure", pressure), ("agencies.city_watch.budget", budget)];
        world(3000, 150, &set)
    };
    let trade = sum("goods", "trades").of("good", &["taboo_computing"]).days(61..=150);
    let along = |pressure| {
        let worlds = ["0", "1", "8"].map(|budget| patrolled(pressure, budget));
        let name = format!("taboo computing traded, at a pressure of {pressure}");
        let measured = measure(48, &worlds, &[trade.clone().named(&name)]);
        [measured.effect(0, 0, 1), measured.effect(0, 1, 2)]
    };
    let ([few, many], [fear, more_fear]) = (along("4"), along("0"));
    let shown = !few.rises() && many.rises() && fear.falls() && !more_fear.rises();
    claim(shown, "enforcement backfires beyond a point", &[&few, &many, &fear, &more_fear]);
}

/// The account adds up: a row for each part, sums since the start, and the sum of what the parts are worth beside them.
#[test]
fn the_welfare_account_adds_up_and_hides_nothing() {
    let rows = recorded(world(1500, 90, &[]));
    let (days, parts) = (rows.numbers("welfare", "day"), rows.words("welfare", "part"));
    let column = |name| rows.numbers("welfare", name);
    let (amount, so_far, weight, weighted) = (column("amount"), column("so_far"), column("weight"), column("weighted"));
    let each = parts.iter().position(|part| *part == "with these weights").expect("the sum") + 1;
    assert_eq!(days.len(), 90 * each);
    let mut sums = vec![0.0; each];
    for row in 0..days.len() {
        sums[row % each] += amount[row];
        assert_eq!(so_far[row], sums[row % each], "row {row}");
        if row % each == each - 1 {
            let parts: f64 = weighted[row + 1 - each..row].iter().sum();
            assert!((amount[row] - parts).abs() < 1e-6 && weight[row].is_nan());
        } else {
            assert!((weighted[row] - amount[row] * weight[row]).abs() < 1e-9);
        }
    }
    let part = |name: &'static str| sum("welfare", "amount").of("part", &[name]).read(&rows);
    assert_eq!(part("innocents"), sum("days", "innocents").read(&rows));
    assert_eq!(part("injuries"), sum("counts", "injuries").read(&rows));
    assert!(part("buyers") > 0.0 && part("enforcement") > 0.0 && part("harm") > 0.0);
}

/// Tolerated without any attention, more is consumed than is wanted; under a controller as much as is wanted, at an
/// attention that is neither none nor all.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
fn the_controller_brings_harm_to_its_target() {
    let steered = |gain| {
        let set = [
            ("goods.experience.status", "tolerated"),
            ("law.tolerance", "0"),
            ("law.controller", gain),
            ("law.controller_target", "0.0014"),
            // Fines that are felt in full, and high ones: otherwise no attention would do.
            ("demand.sanction_weight", "1"),
            ("law.fine", "600"),
        ];
        world(4000, 500, &set)
    };
    let of = |column, name| mean("goods", column).of("good", &["experience"]).days(301..=500).named(name);
    let metrics = [of("units", "experiences consumed"), of("attention", "attention")];
    let measured = measure(16, &["0", "0.005"].map(steered), &metrics);
    let [units, attention] = [0, 1].map(|metric| measured.effect(metric, 0, 1));
    let harm = units.arm * number(&Scenario::default(), "goods.experience.harm") / 4000.0;
    println!("harm per citizen and day: {harm}");
    let shown = units.falls() && (0.85..1.15).contains(&(harm / 0.0014)) && (0.1..0.95).contains(&attention.arm);
    claim(shown, "a controller brings harm to its target", &[&units, &attention]);
}

/// Where harm weighs enough, neither no enforcement nor much of it is best, but some: containment.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow where the engine is not optimised")]
fn some_enforcement_is_worth_more_than_none_and_than_much() {
    let worlds = ["0", "0.5", "8"].map(|budget| {
        let others = [("agencies.machine_office.budget", "0"), ("agencies.frontier_guard.budget", "0")];
        let weighs = ("welfare.harm", "800");
        world(4000, 240, &[others[0], others[1], weighs, ("agencies.city_watch.budget", budget)])
    });
    let part = |name| sum("welfare", "weighted").of("part", &[name]).days(61..=240).named(name);
    let measured =
        measure(20, &worlds, &["with these weights", "buyers", "harm", "enforcement", "innovation"].map(part));
    let [some, much] = [(0, 1), (1, 2)].map(|(base, arm)| measured.effect(0, base, arm));
    let parts: Vec<Effect> = (1..5).map(|part| measured.effect(part, 0, 1)).collect();
    let told: Vec<&Effect> = [&some, &much].into_iter().chain(&parts).collect();
    claim(some.rises() && much.falls(), "containment is worth more than both extremes", &told);
}
