//! Worlds for claims about the model: scenarios of the library, smaller and changed in one thing.

pub use contraband_lab::measure::paired::{Effect, Measured, measure};
pub use contraband_lab::measure::statistics::{median, wilson};
pub use contraband_lab::measure::{Metric, Recording, last_of as last, mean_of as mean, sum_of as sum};
use contraband_sim::base::units::Value;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::library::{LIBRARY, PATTERN_WORLDS};
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;

/// A scenario of the library, or a world of patterns.
pub fn library(name: &str) -> Scenario {
    let mut all = LIBRARY.iter().chain(PATTERN_WORLDS);
    let file = all.find(|file| file.name == name).unwrap_or_else(|| panic!("no scenario `{name}`"));
    read(file.text, Format::Ron).unwrap_or_else(|complaints| panic!("{name}: {complaints:#?}"))
}

/// A scenario of the library, with so many citizens and days, so that the test has an answer soon.
pub fn question(name: &str, citizens: u32, days: u32) -> Scenario {
    let mut scenario = library(name);
    scenario.days = days;
    with(scenario, &[("citizens.count", &citizens.to_string())])
}

/// The same scenario, where nothing of its timeline happens: what it is to be compared with.
pub fn without_timeline(scenario: &Scenario) -> Scenario {
    Scenario { timeline: Vec::new(), ..scenario.clone() }
}

/// The same scenario with levers set from the start.
pub fn with(mut scenario: Scenario, set: &[(&str, &str)]) -> Scenario {
    for (path, value) in set {
        scenario.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    scenario
}

/// A claim: it must hold, and is told with its numbers either way.
pub fn claim(holds: bool, what: &str, effects: &[&Effect]) {
    let told = effects.iter().map(|effect| format!("\n    {effect}")).collect::<String>();
    assert!(holds, "it does not show that {what}:{told}");
    println!("{what}:{told}");
}

/// The value of a lever that is a number.
pub fn number(scenario: &Scenario, path: &str) -> f64 {
    match scenario.get(path) {
        Ok(Value::Number(value)) => value,
        other => panic!("{path} is no number: {other:?}"),
    }
}

#[test]
fn a_world_compared_with_itself_shows_no_difference() {
    let world = question("first_market", 300, 20);
    let measured = measure(3, &[world.clone(), world], &[sum("days", "trades").named("trade")]);
    let effect = measured.effect(0, 0, 1);
    assert_eq!((effect.difference(), effect.sd), (0.0, 0.0));
    assert_ne!(measured.of(0, 0)[0], measured.of(0, 0)[1]);
}
