//! The preset of the release valve in words. Every output names it: whether trade calms people is assumed, never found.

use contraband_sim::scenario::Scenario;

const PATH: &str = "society.valve";

/// The preset that a scenario runs under; with every dated change of it.
pub fn in_words(scenario: &Scenario) -> String {
    let mut words = scenario.params.society.valve.word().to_owned();
    for entry in &scenario.timeline {
        for (_, value) in entry.set.iter().filter(|(path, _)| path == PATH) {
            let until = entry.until.map_or_else(String::new, |until| format!(" to {until}"));
            words += &format!("; from day {}{until} {value}", entry.day);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::Entry;
    use contraband_sim::units::Value;

    use super::*;

    #[test]
    fn a_preset_that_changes_is_named_with_its_dates() {
        let mut scenario = Scenario::default();
        assert_eq!(in_words(&scenario), "valve");
        let set = vec![("society.valve".into(), Value::Word("gateway")), ("law.fine".into(), Value::Number(9.0))];
        let label = String::new();
        scenario.timeline = vec![Entry { day: 90, until: Some(180), ramp: 0, places: vec![], set, label }];
        assert_eq!(in_words(&scenario), "valve; from day 90 to 180 gateway");
    }
}
