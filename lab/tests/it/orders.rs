//! Orders to single actors who are there in every world: agencies, providers, the people of a place, councils.

use std::sync::Arc;

use contraband_sim::base::units::Value;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};

use crate::paired::{Effect, Metric, Recording, claim, measure, sum, with};

fn world(citizens: u32, days: u32, set: &[(&str, &str)]) -> Scenario {
    with(
        with(
            Scenario { days, ..Scenario::default() },
            &[("citizens.count", &citizens.to_string()), ("citizens.settling", "0")],
        ),
        set,
    )
}

fn recorded(scenario: &Scenario) -> Recording {
    Recording::of(&Arc::new(scenario.clone()), 1)
}

/// The same scenario with levers that hold from a day on in some places.
fn from(mut scenario: Scenario, day: u32, places: &[&str], set: &[(&str, Value)]) -> Scenario {
    let set = set.iter().map(|(path, value)| ((*path).into(), *value)).collect();
    let places = places.iter().map(|&place| place.into()).collect();
    scenario.timeline.push(TimelineEntry { day, until: None, ramp: 0, places, set, label: String::new() });
    scenario
}

/// The mean of a number over those citizens of the last day who live in a place.
fn of_residents(rows: &Recording, place: &str, column: &str) -> f64 {
    let (places, numbers) = (rows.words("citizens", "place"), rows.numbers("citizens", column));
    let here: Vec<f64> = places.iter().zip(numbers).filter(|(at, _)| **at == place).map(|(_, number)| number).collect();
    here.iter().sum::<f64>() / here.len() as f64
}

/// The same budget: where it is told to look there are more cases, and every investigation is still spent once.
#[test]
fn a_targeted_good_sees_more_cases_for_the_same_budget() {
    let plain = world(6000, 120, &[]);
    let told = with(
        plain.clone(),
        &[("agencies.city_watch.target_good", "experience"), ("agencies.city_watch.target_share", "0.8")],
    );
    let watch = |column| sum("agencies", column).of("agency", &["city_watch"]);
    let metrics: [Metric; 3] = [
        sum("goods", "detections").of("good", &["experience"]).named("cases of what is sought"),
        sum("goods", "detections").but("good", &["experience"]).named("cases of all else"),
        watch("capacity").named("investigations paid for"),
    ];
    let measured = measure(16, &[plain, told.clone()], &metrics);
    let [sought, others, capacity]: [Effect; 3] = [0, 1, 2].map(|metric| measured.effect(metric, 0, 1));
    claim(
        sought.rises() && others.falls(),
        "a target is found at the cost of the rest",
        &[&sought, &others, &capacity],
    );
    let rows = recorded(&told);
    let column = |name| rows.numbers("agencies", name);
    let kinds = ["examined", "searches", "traps", "hunts", "idle"].map(column);
    for (row, &capacity) in column("capacity").iter().enumerate() {
        assert_eq!(kinds.iter().map(|kind| kind[row]).sum::<f64>(), capacity, "row {row}");
    }
}

#[test]
fn an_agency_told_of_a_place_looks_there_as_far_as_its_mandate_goes() {
    let told = |place: &str| {
        let set = [("agencies.city_watch.target_place", place), ("agencies.city_watch.target_share", "1")];
        recorded(&world(2000, 30, &set))
    };
    let places = |rows: &Recording| -> Vec<String> {
        let (names, main) = (rows.words("agencies", "agency"), rows.words("agencies", "main_place"));
        names.iter().zip(main).filter(|(name, _)| **name == "city_watch").map(|(_, main)| main.to_owned()).collect()
    };
    assert!(places(&told("3")).iter().all(|place| place == "fringe"));
    // The fourth place is no part of its mandate: it follows its plan.
    assert_eq!(places(&told("4")), places(&told("0")));
}

#[test]
fn a_directed_provider_asks_what_it_is_told_and_the_law_caps() {
    let scenario = from(
        world(1500, 60, &[("delegates.markup_cap", "0.3")]),
        20,
        &[],
        &[
            ("providers.brisk.directed", Value::Flag(true)),
            ("providers.brisk.markup", Value::Number(0.2)),
            ("providers.careful.directed", Value::Flag(true)),
            ("providers.careful.markup", Value::Number(0.9)),
        ],
    );
    let rows = recorded(&scenario);
    let (names, markups) = (rows.words("providers", "provider"), rows.numbers("providers", "markup"));
    let of = |name: &str| -> Vec<f64> {
        names.iter().zip(&markups).filter(|(known, _)| **known == name).map(|(_, &markup)| markup).collect()
    };
    assert!(of("brisk")[19..].iter().all(|&markup| markup == 0.2) && of("brisk")[18] != 0.2);
    assert!(of("careful")[19..].iter().all(|&markup| markup == 0.3));
}

/// Only its own clients can take along what it knows of them, so they are the ones who leave.
#[test]
fn a_provider_that_lets_profiles_go_loses_clients() {
    let plain = world(4000, 240, &[]);
    let open = with(plain.clone(), &[("providers.concierge.portability", "1")]);
    let left = |name: &'static str| sum("providers", "switched_out").of("provider", &[name]);
    let measured = measure(4, &[plain, open], &[left("concierge").named("people who left it")]);
    let effect = measured.effect(0, 0, 1);
    claim(effect.rises(), "clients who can take their profile along leave", &[&effect]);
}

#[test]
fn the_people_of_one_place_can_be_inclined_otherwise() {
    let plain = recorded(&world(3000, 90, &[]));
    let set = [("places.harbour.delegating", "3"), ("places.harbour.masking", "0.6"), ("places.fringe.leaving", "0.6")];
    let told = recorded(&world(3000, 90, &set));
    let share = |rows: &Recording, place: &str| of_residents(rows, place, "delegated");
    assert!(share(&told, "harbour") > 0.5 && share(&plain, "harbour") < 0.3);
    assert!((share(&told, "centre") - share(&plain, "centre")).abs() < 0.1);
    let masked = |rows: &Recording, place: &str| of_residents(rows, place, "mask");
    assert!(masked(&told, "harbour") > masked(&plain, "harbour") + 0.2);
    assert!((masked(&told, "centre") - masked(&plain, "centre")).abs() < 0.1);
    let came = |rows: &Recording| rows.numbers("enclaves", "admitted").iter().sum::<f64>();
    assert!(came(&told) > 2.0 * came(&plain) + 10.0, "{} and {}", came(&told), came(&plain));
}

/// In the harbour alone people want experiences: they buy them there, and elsewhere not more than before.
#[test]
fn what_is_wanted_in_one_place_is_wanted_there_only() {
    let plain = world(4000, 60, &[]);
    let keen = from(plain.clone(), 1, &["harbour"], &[("goods.experience.desire", Value::Number(1.5))]);
    let trades = |place: &'static str| sum("places", "trades").of("place", &[place]);
    let measured = measure(4, &[plain, keen], &[trades("harbour").named("harbour"), trades("centre").named("centre")]);
    let (here, there) = (measured.effect(0, 0, 1), measured.effect(1, 0, 1));
    claim(here.rises() && !there.rises(), "desire in one place moves trade there", &[&here, &there]);
}

/// Two enclaves, of which one has other rules from day 11 on.
#[test]
fn two_councils_decide_apart() {
    let places = "places: [(name: \"town\"), (name: \"hollow\", kind: \"enclave\"), (name: \"glen\", kind: \"enclave\")], venues: [(name: \"market\")], agencies: []";
    let scenario = read(&format!("(days: 20, citizens: (count: 600), {places})"), Format::Ron).unwrap();
    let set = [
        ("enclaves.tariff", Value::Number(0.4)),
        ("enclaves.admission", Value::Number(0.9)),
        ("enclaves.norms", Value::Number(0.95)),
        ("enclaves.crafts", Value::Number(0.0)),
    ];
    let rows = recorded(&from(scenario.clone(), 11, &["glen"], &set));
    let plain = recorded(&scenario);
    let names = rows.words("enclaves", "place");
    for (column, value) in [("tariff", 0.4), ("threshold", 0.9), ("norms", 0.95)] {
        let (told, usual) = (rows.numbers("enclaves", column), plain.numbers("enclaves", column));
        for row in 0..names.len() {
            let day = row / 2 + 1;
            let due = if names[row] == "glen" && day >= 11 { value } else { usual[row] };
            assert_eq!(told[row], due, "{column} of {} on day {day}", names[row]);
        }
    }
    let text = "(timeline: [(day: 3, places: [\"hollow\"], set: {\"enclaves.moving\": 0.5})])";
    let refused = read(text, Format::Ron).expect_err("what people think of moving is the same everywhere");
    assert_eq!(refused[0].what, "`enclaves.moving` cannot differ from place to place");
}
