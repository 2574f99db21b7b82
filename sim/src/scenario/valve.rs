//! The preset of the release valve in words. Every output names it: whether trade calms people is assumed, never found.

use crate::scenario::Scenario;

/// The lever of the preset.
pub const VALVE: &str = "society.valve";

impl Scenario {
    /// The preset of the release valve that it runs under; with every dated change of it.
    pub fn valve(&self) -> String {
        let mut words = self.params.society.valve.word().to_owned();
        for entry in &self.timeline {
            for (_, value) in entry.set.iter().filter(|(path, _)| path == VALVE) {
                let until = entry.until.map_or_else(String::new, |until| format!(" to {until}"));
                words += &format!("; from day {}{until} {value}", entry.day);
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Value;
    use crate::scenario::TimelineEntry;

    #[test]
    fn a_preset_that_changes_is_named_with_its_dates() {
        let mut scenario = Scenario::default();
        assert_eq!(scenario.valve(), "valve");
        let set = vec![("society.valve".into(), Value::Word("gateway")), ("law.fine".into(), Value::Number(9.0))];
        let label = String::new();
        scenario.timeline = vec![TimelineEntry { day: 90, until: Some(180), ramp: 0, places: vec![], set, label }];
        assert_eq!(scenario.valve(), "valve; from day 90 to 180 gateway");
    }
}
