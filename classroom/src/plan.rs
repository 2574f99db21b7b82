//! What someone at a page asks for: a scenario that comes with the program or a file of their own, a seed, and dated changes.
//! A plan is all that a link holds, and all that a world is made from.

use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::library::{Embedded, LIBRARY};
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};
use serde::{Deserialize, Serialize};

/// A change of a lever, and from which day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervention {
    /// First day on which it applies; 0 for a world that is made with it.
    pub day: u32,
    /// Last day on which it applies; without one it applies to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Number of days over which a number moves to the new value; 0 for at once.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ramp: u32,
    /// Names of the places where it applies; everywhere if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Path of the lever.
    pub path: String,
    /// The new value, as after `--set PATH=`.
    pub value: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(days: &u32) -> bool {
    *days == 0
}

/// A scenario before any change: the one that comes with the program under this name or, with a `text`, a file of this name
/// (JSON if its name ends so, otherwise RON).
///
/// # Errors
/// Everything that is wrong with it, with line and column in the file, and what to try.
pub fn written(name: &str, text: Option<&str>) -> Result<Scenario, Vec<String>> {
    let Some(text) = text else {
        let embedded = embedded(name).map_err(|wrong| vec![wrong])?;
        return read(embedded.text, Format::Ron).map_err(|complaints| sentences(&complaints));
    };
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "ron"));
    let format = if ending.eq_ignore_ascii_case("json") { Format::Json } else { Format::Ron };
    // Some editors put a mark at the start that says that this is UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let place = |complaint: &Diagnostic| {
        let (line, column) = place(text, complaint.span.start);
        format!("{name}:{line}:{column}: {complaint}")
    };
    let mut scenario = read(text, format).map_err(|complaints| complaints.iter().map(place).collect::<Vec<_>>())?;
    if scenario.name.is_empty() {
        scenario.name = stem.into();
    }
    Ok(scenario)
}

/// Line and column of a byte of a text, both from 1; columns count characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

fn sentences(complaints: &[Diagnostic]) -> Vec<String> {
    complaints.iter().map(ToString::to_string).collect()
}

/// The scenario that comes with the program under this name, with these changes.
///
/// # Errors
/// As for [`changed`], and when there is no scenario of this name.
pub fn planned(name: &str, seed: Option<u64>, changes: &[Intervention]) -> Result<Scenario, Vec<String>> {
    let mut scenario = written(name, None)?;
    scenario.seed = seed.unwrap_or(scenario.seed);
    changed(scenario, changes)
}

/// A scenario with these changes, the same as a file with them in its timeline.
///
/// # Errors
/// Everything that is wrong with the changes, in sentences for whoever made them.
pub fn changed(mut scenario: Scenario, changes: &[Intervention]) -> Result<Scenario, Vec<String>> {
    let mut wrong = Vec::new();
    for change in changes.iter().filter(|change| change.day == 0) {
        if let Err(error) = scenario.set(&change.path, &change.value) {
            wrong.push(error.to_string());
        }
    }
    for change in changes.iter().filter(|change| change.day > 0) {
        match dated(&scenario, change) {
            Ok(entry) => scenario.timeline.push(entry),
            Err(error) => wrong.push(error),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    // Read back as a file, so that it passes every check that files pass: days, places, dates, contradictions.
    read(&scenario.to_ron(), Format::Ron).map_err(|complaints| sentences(&complaints))
}

/// The scenario that comes with the program under this name.
fn embedded(name: &str) -> Result<&'static Embedded, String> {
    LIBRARY.iter().find(|known| known.name == name).ok_or_else(|| {
        let closest = closest_name(name, LIBRARY.iter().map(|known| known.name));
        let closest = closest.map(|closest| format!("; the closest is `{closest}`")).unwrap_or_default();
        let name: String = name.chars().take(60).collect();
        format!("there is no built-in scenario `{name}`{closest}")
    })
}

/// A change as an entry of the timeline.
fn dated(scenario: &Scenario, change: &Intervention) -> Result<TimelineEntry, String> {
    if change.day > scenario.days {
        let last = scenario.days;
        return Err(format!("day {} is after the end of the run: choose a day from 1 to {last}", change.day));
    }
    let mut probe = scenario.clone();
    probe.set(&change.path, &change.value).map_err(|error| error.to_string())?;
    let value = probe.get(&change.path).map_err(|error| error.to_string())?;
    Ok(TimelineEntry {
        day: change.day,
        until: change.until,
        ramp: change.ramp,
        places: change.places.clone(),
        set: vec![(change.path.clone(), value)],
        label: format!("{} = {value}", change.path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(day: u32, path: &str, value: &str) -> Intervention {
        Intervention { day, until: None, ramp: 0, places: Vec::new(), path: path.into(), value: value.into() }
    }

    #[test]
    fn a_plan_is_a_scenario_file() {
        let changes = [change(0, "citizens.count", "700"), change(31, "law.fine", "500")];
        let scenario = planned("baseline", Some(9), &changes).unwrap();
        assert_eq!((scenario.seed, scenario.params.citizens.count.get()), (9, 700));
        assert_eq!((scenario.timeline.len(), scenario.timeline[0].day), (1, 31));
        assert_eq!(read(&scenario.to_ron(), Format::Ron).unwrap(), scenario);
    }

    #[test]
    fn a_file_says_the_same_in_ron_and_in_json_and_is_named_after_itself_where_it_has_no_name() {
        let [ron, json] = [("mine.ron", "(days: 40, seed: 7)"), ("mine.JSON", "{\"days\": 40, \"seed\": 7}")]
            .map(|(name, text)| written(name, Some(text)).unwrap());
        assert_eq!(ron, json);
        assert_eq!((ron.name.as_str(), ron.days, ron.seed), ("mine", 40, 7));
        let named = written("mine.ron", Some("\u{feff}(name: \"Ours\", days: 9)")).unwrap();
        assert_eq!(named.name, "Ours");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_place() {
        // The same text, and the same place, as in the test of what `contraband check` prints.
        let text = "(\n  // été 🏛 ünï\n  set: {\"naïve 🏛\": 1, \"law.fin\": 2},\n)\n";
        let told = written("mine.ron", Some(text)).unwrap_err();
        assert!(told.iter().any(|line| line.starts_with("mine.ron:3:23: ") && line.contains("law.fin")), "{told:#?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_allowed() {
        let told = |name, changes: &[Intervention]| planned(name, None, changes).unwrap_err().join("\n");
        assert!(told("basline", &[]).contains("the closest is `baseline`"));
        assert!(told("baseline", &[change(5, "law.fin", "1")]).contains("the closest is `law.fine`"));
        assert!(told("baseline", &[change(5, "law.fine", "-1")]).contains("a number from 0"));
        assert!(
            told("baseline", &[change(500, "law.fine", "1")])
                .contains("after the end of the run: choose a day from 1 to 365")
        );
        let elsewhere = Intervention { places: vec!["harbor".into()], ..change(5, "law.fine", "1") };
        assert!(told("baseline", &[elsewhere]).contains("`harbour`"));
        // What the world is made from cannot be changed by date.
        assert!(!told("baseline", &[change(5, "citizens.count", "100")]).is_empty());
    }
}
