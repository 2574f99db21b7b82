//! Arms that come as scenarios with a base of their own: put on the base of the study, or refused, so that an arm never
//! differs from it by more than its policy.

use std::collections::BTreeMap;

use contraband_sim::base::units::Value;
use contraband_sim::base::words::first_few;
use contraband_sim::params::Params;
use contraband_sim::scenario::levers::Address;
use contraband_sim::scenario::{Scenario, TimelineEntry};

/// An arm on the base of its study.
#[derive(Clone, Debug, PartialEq)]
pub struct OnBase {
    /// The world.
    pub scenario: Scenario,
    /// What it takes from the base of the study in the stead of what its own base has, in words.
    pub taken: Vec<String>,
}

/// Levers that are told by name.
const TOLD: usize = 5;

/// A scenario as an arm of a study with this base.
///
/// Both are changes of the default world. Where only one of them changes something that the other leaves alone, they differ
/// by one thing, and the arm stays as it is. Where both do, the difference between them would be due to both: what the arm
/// changes is then put on the base.
///
/// # Errors
/// When that cannot be done: what the arm would leave out, and what to try.
pub fn on_base(name: &str, base: &Scenario, own: Scenario) -> Result<OnBase, String> {
    let (of_base, of_arm) = (changes(base), changes(&own));
    let without = |one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>| -> Vec<String> {
        one.keys().filter(|path| !other.contains_key(*path)).cloned().collect()
    };
    let left_out = without(&of_base, &of_arm);
    let moved: Vec<String> = of_arm
        .iter()
        .filter(|(path, value)| of_base.get(*path) != Some(*value))
        .map(|(path, _)| path.clone())
        .collect();
    let lists = WorldLists::of(base, &own);
    let dated = |entry: &TimelineEntry| {
        own.timeline.iter().any(|other| entry.set.iter().all(|(path, _)| other.set.iter().any(|(one, _)| one == path)))
    };
    let undated: Vec<&TimelineEntry> =
        base.timeline.iter().filter(|entry| !own.timeline.contains(entry) && !dated(entry)).collect();
    let added: Vec<&TimelineEntry> = own.timeline.iter().filter(|entry| !base.timeline.contains(entry)).collect();

    let leaves_out = !left_out.is_empty() || !lists.only_base.is_empty() || !undated.is_empty();
    let changes_more = !moved.is_empty() || !lists.own.is_empty() || !added.is_empty();
    if !(leaves_out && changes_more) {
        return Ok(OnBase { scenario: own, taken: Vec::new() });
    }
    let refused = |what: String| {
        format!(
            "`{name}` is built on a different base, and cannot be run on this study's: {what}. Describe its changes with \
             `set` and `timeline`, or use one base for both"
        )
    };
    if let Some(entry) = undated.first() {
        let levers: Vec<String> = entry.set.iter().map(|(path, _)| format!("`{path}`")).collect();
        return Err(refused(format!(
            "it leaves out what the base does from day {} on ({}), and changes something else",
            entry.day,
            some(&levers)
        )));
    }
    if let Some(list) = lists.own.first() {
        return Err(refused(format!(
            "it has its own `{list}`, and leaves out what the base sets ({})",
            some(&left_out)
        )));
    }
    let mut scenario = Scenario { name: own.name.clone(), timeline: base.timeline.clone(), ..base.clone() };
    for path in &moved {
        let Ok(lever) = Address::find(&scenario.params, path) else {
            return Err(refused(format!("it sets `{path}`, which the base does not have")));
        };
        lever.set(&mut scenario.params, of_arm[path]);
    }
    scenario.timeline.extend(added.into_iter().cloned());
    if let Err(conflicts) = scenario.check() {
        let all: Vec<String> = conflicts.iter().map(|conflict| conflict.what.clone()).collect();
        return Err(refused(format!("on the study's base it is not a possible world: {}", all.join("; "))));
    }
    let lists = lists.only_base.iter().map(|list| format!("its {list}"));
    let levers = left_out.iter().filter(|path| !lists_of(path, &scenario.params, &own.params));
    let levers = levers.map(|path| format!("{path} = {}", of_base[path]));
    Ok(OnBase { taken: lists.chain(levers).collect(), scenario })
}

/// Whether a path names an item of a list that the other world does not have.
fn lists_of(path: &str, here: &Params, there: &Params) -> bool {
    Address::find(here, path).is_ok() && Address::find(there, path).is_err()
}

/// The first few of some names.
pub(super) fn some(names: &[String]) -> String {
    first_few(names, TOLD, ", ")
}

/// The levers that stand elsewhere than in the default world.
fn changes(scenario: &Scenario) -> BTreeMap<String, Value> {
    scenario.changes().into_iter().map(|change| (change.path, change.value)).collect()
}

/// The lists of two worlds.
struct WorldLists {
    /// Those that the base alone has of its own.
    only_base: Vec<&'static str>,
    /// Those that the other has of its own.
    own: Vec<&'static str>,
}

impl WorldLists {
    fn of(base: &Scenario, own: &Scenario) -> Self {
        let default = Params::default();
        let words = |params: &Params| -> [(&'static str, Vec<String>); 6] {
            let venue = |venue: &contraband_sim::params::venue::VenueSpec| format!("{} {:?}", venue.name, venue.place);
            let agency = |agency: &contraband_sim::params::agency::AgencySpec| {
                format!("{} {:?} {:?}", agency.name, agency.places, agency.goods)
            };
            [
                ("places", params.places.iter().map(|place| place.name.clone()).collect()),
                ("venues", params.venues.iter().map(venue).collect()),
                ("agencies", params.agencies.iter().map(agency).collect()),
                ("temperaments", params.temperaments.iter().map(|kind| kind.name.clone()).collect()),
                ("providers", params.providers.iter().map(|provider| provider.name.clone()).collect()),
                ("houses", params.houses.iter().map(|house| house.name.clone()).collect()),
            ]
        };
        let mut found = Self { only_base: Vec::new(), own: Vec::new() };
        for (((list, usual), (_, of_base)), (_, of_arm)) in
            words(&default).into_iter().zip(words(&base.params)).zip(words(&own.params))
        {
            match () {
                () if of_base == of_arm => {}
                () if of_arm == usual => found.only_base.push(list),
                () => found.own.push(list),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::library::LIBRARY;
    use contraband_sim::scenario::read::read;
    use contraband_sim::scenario::tree::Format;

    use super::*;

    fn world(text: &str) -> Scenario {
        let text = LIBRARY.iter().find(|known| known.name == text).map_or(text, |known| known.text);
        read(text, Format::Ron).unwrap_or_else(|wrong| panic!("{wrong:?}"))
    }

    fn arm(base: &str, own: &str) -> Result<OnBase, String> {
        on_base("x", &world(base), world(own))
    }

    #[test]
    fn where_one_of_two_worlds_holds_the_other_the_arm_stays_as_it_is() {
        let fines = "(law: (fine: 240))";
        for (base, own) in [
            ("baseline", "crackdown"),
            ("crackdown", "baseline"),
            ("baseline", "first_market"),
            ("first_market", "baseline"),
            (fines, "(law: (fine: 240, seizure: 0.9))"),
            (fines, "(law: (fine: 300))"),
            ("(timeline: [(day: 9, set: {\"law.fine\": 240})])", "(timeline: [(day: 9, set: {\"law.fine\": 300})])"),
        ] {
            let found = arm(base, own).unwrap_or_else(|why| panic!("{base}, {own}: {why}"));
            assert_eq!((found.scenario, found.taken), (world(own), Vec::new()), "{base}, {own}");
        }
    }

    #[test]
    fn a_policy_with_another_base_is_put_on_the_base_of_the_study() {
        let found = arm("(citizens: (count: 900), law: (fine: 240))", "licence").unwrap();
        assert_eq!(found.taken, ["citizens.count = 900", "law.fine = 240"]);
        let expected =
            Scenario { timeline: world("licence").timeline, ..world("(citizens: (count: 900), law: (fine: 240))") };
        assert_eq!((&found.scenario.params, &found.scenario.timeline), (&expected.params, &expected.timeline));
        let found = arm("first_market", "licence").unwrap();
        assert!(found.taken.starts_with(&["its places".into(), "its venues".into()]), "{:?}", found.taken);
        assert_eq!(found.scenario.params, world("first_market").params);
    }

    #[test]
    fn two_policies_are_not_one() {
        let why = |base: &str, own: &str| arm(base, own).unwrap_err();
        assert!(why("crackdown", "licence").contains("it leaves out what the base does from day 120 on (`law.fine`"));
        assert!(why("(law: (fine: 240))", "first_market").contains("it has its own `places`"));
        assert!(why("first_market", "pilot").contains("there is no place `harbour`"));
        assert!(
            why("first_market", "(set: {\"places.harbour.surveillance\": 2.0})")
                .contains("which the base does not have")
        );
    }
}
