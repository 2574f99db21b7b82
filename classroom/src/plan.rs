//! What somebody at a page asks for: a scenario that comes with the program, a seed, and changes with their dates. A plan
//! is all that a link holds, and all that a world is made from.

use contraband_sim::scenario::{Embedded, Entry, Format, LIBRARY, Scenario, closest_name, read};
use serde::{Deserialize, Serialize};

/// A lever that somebody moves, and from which day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervention {
    /// First day on which it holds; 0 for a world that is made so.
    pub day: u32,
    /// Last day on which it holds; for ever without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Days over which a number moves there.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ramp: u32,
    /// Names of the places where it holds; everywhere without any.
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

/// The scenario of this bare name, and what changes in it: a file that `contraband run` reads says the same.
///
/// # Errors
/// Everything that is wrong with it, in sentences for whoever moved the lever.
pub fn planned(name: &str, seed: Option<u64>, changes: &[Intervention]) -> Result<Scenario, Vec<String>> {
    let mut scenario = read(embedded(name).map_err(|wrong| vec![wrong])?.text, Format::Ron)
        .map_err(|complaints| complaints.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    scenario.seed = seed.unwrap_or(scenario.seed);
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
    // As a file it meets every check that files meet: days, places, what may be dated, what contradicts what.
    read(&scenario.to_ron(), Format::Ron)
        .map_err(|complaints| complaints.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The scenario that comes with the program under this name.
fn embedded(name: &str) -> Result<&'static Embedded, String> {
    LIBRARY.iter().find(|known| known.name == name).ok_or_else(|| {
        let closest = closest_name(name, LIBRARY.iter().map(|known| known.name));
        let closest = closest.map(|closest| format!("; the closest is `{closest}`")).unwrap_or_default();
        format!("no scenario named `{name}` comes with the program{closest}")
    })
}

/// The entry of the timeline that a change becomes.
fn dated(scenario: &Scenario, change: &Intervention) -> Result<Entry, String> {
    let mut probe = scenario.clone();
    probe.set(&change.path, &change.value).map_err(|error| error.to_string())?;
    let value = probe.get(&change.path).map_err(|error| error.to_string())?;
    Ok(Entry {
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
    fn what_is_wrong_is_said_with_what_is_allowed() {
        let told = |name, changes: &[Intervention]| planned(name, None, changes).unwrap_err().join("\n");
        assert!(told("basline", &[]).contains("the closest is `baseline`"));
        assert!(told("baseline", &[change(5, "law.fin", "1")]).contains("the closest is `law.fine`"));
        assert!(told("baseline", &[change(5, "law.fine", "-1")]).contains("a number from 0"));
        assert!(told("baseline", &[change(500, "law.fine", "1")]).contains("after the end of the run"));
        let elsewhere = Intervention { places: vec!["harbor".into()], ..change(5, "law.fine", "1") };
        assert!(told("baseline", &[elsewhere]).contains("`harbour`"));
        // What the world is made from cannot be changed by date.
        assert!(!told("baseline", &[change(5, "citizens.count", "100")]).is_empty());
    }
}
