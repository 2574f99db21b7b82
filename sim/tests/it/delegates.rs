//! Delegates, seen from outside: who holds their clients, and what injected instructions do.

use std::sync::Arc;

use contraband_sim::record::tables::{Batch, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::{Scenario, TimelineEntry};

pub fn scenario(citizens: u32, days: u32, set: &[(&str, &str)]) -> Scenario {
    let mut scenario = Scenario { days, ..Scenario::default() };
    scenario.set("citizens.count", &citizens.to_string()).unwrap();
    scenario.set("citizens.settling", "0").unwrap();
    for (path, value) in set {
        scenario.set(path, value).unwrap();
    }
    scenario
}

pub fn live(scenario: Scenario, seed: u64) -> Vec<Batch> {
    let days = scenario.days;
    let mut run = Run::new(Arc::new(scenario), seed, 1);
    for _ in 0..days {
        run.step();
    }
    run.finish()
}

/// The numbers of a column from a day on.
pub fn since(rows: &[Batch], table: &str, name: &str, from: i64) -> Vec<f64> {
    let Some(batch) = rows.iter().find(|batch| batch.table.name == table) else { return Vec::new() };
    let column = |name: &str| batch.column(name).expect("a known column");
    let Values::Int(days) = column("day") else { panic!("days are whole") };
    let values = column(name).numbers().expect("numbers were asked for");
    days.known().zip(values).filter(|(day, _)| **day >= from).map(|(_, value)| value).collect()
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// From day 120 on a profile can be taken along.
#[test]
fn forced_portability_makes_people_switch_and_markups_fall() {
    let locked = scenario(4000, 300, &[]);
    let mut open = locked.clone();
    let mut then = open.clone();
    then.set("delegates.portability", "1").unwrap();
    let set = vec![("delegates.portability".into(), then.get("delegates.portability").unwrap())];
    open.timeline.push(TimelineEntry { day: 120, until: None, ramp: 0, places: Vec::new(), set, label: String::new() });
    // Four seeds: with one, who happens to switch decides.
    let worlds = [locked, open].map(|world| [1, 2, 3, 4].map(|seed| live(world.clone(), seed)));
    let over_seeds =
        |of: &dyn Fn(&[Batch]) -> f64| worlds.each_ref().map(|runs| mean(&runs.each_ref().map(|rows| of(rows))));
    let switched = over_seeds(&|rows| since(rows, "counts", "switched", 120).iter().sum::<f64>());
    let markup = over_seeds(&|rows| mean(&since(rows, "providers", "markup", 270)));
    assert!(switched[1] > 3.0 * switched[0], "switched {switched:?}");
    assert!(markup[1] < 0.9 * markup[0], "markup {markup:?}");
}

#[test]
fn injected_purchases_are_in_proportion_to_exposure() {
    let injected = |exposure: &str| {
        let set: Vec<(String, &str)> =
            ["concierge", "brisk", "careful"].map(|name| (format!("providers.{name}.exposure"), exposure)).into();
        let mut set: Vec<(&str, &str)> = set.iter().map(|(path, value)| (path.as_str(), *value)).collect();
        set.extend([("delegates.injection", "0.4"), ("delegates.fear", "0"), ("delegates.safety_cost", "1000")]);
        set.push(("citizens.delegated_share", "0.5"));
        let of = |seed| since(&live(scenario(3000, 60, &set), seed), "counts", "injected", 1).iter().sum::<f64>();
        (1..=4).map(of).sum::<f64>()
    };
    let (none, low, high) = (injected("0"), injected("0.2"), injected("0.6"));
    assert_eq!(none, 0.0);
    assert!((2.5..3.5).contains(&(high / low)), "{low} and {high}");
}

#[test]
fn clients_shun_a_provider_whose_agents_are_hijacked() {
    let clients = |fear: &str| {
        let set = [("delegates.injection", "0.3"), ("delegates.fear", fear), ("providers.brisk.exposure", "1")];
        let rows = live(scenario(3000, 150, &set), 1);
        let left = since(&rows, "providers", "clients", 150);
        left[1] / (left[0] + left[1] + left[2])
    };
    let (calm, afraid) = (clients("0"), clients("10"));
    assert!(afraid < 0.7 * calm, "{afraid} of {calm}");
}

#[test]
fn with_liability_providers_pay_part_of_the_fines() {
    let liable = |share: &str| {
        let set = [("delegates.liability", share), ("citizens.delegated_share", "0.5")];
        let rows = live(scenario(3000, 60, &set), 1);
        let batch = rows.iter().find(|batch| batch.table.name == "flows").unwrap();
        let (Some(Values::Text(why)), Some(Values::Int(amount))) = (batch.column("why"), batch.column("amount")) else {
            panic!()
        };
        why.known().zip(amount.known()).filter(|(why, _)| *why == "liability").map(|(_, amount)| amount).sum::<i64>()
    };
    assert_eq!(liable("0"), 0);
    assert!(liable("0.5") > 0);
}

#[test]
fn a_world_without_providers_has_nobody_who_delegates() {
    let mut world = scenario(500, 40, &[]);
    world.params.providers.clear();
    let rows = live(world, 1);
    assert_eq!(since(&rows, "days", "delegated_share", 1), [0.0; 40]);
}
