//! The same world told otherwise: its lists in another order, under other names, or longer by what does nothing; and how
//! many rows of a recording differ once that is taken back.

use std::collections::BTreeMap;

use contraband_sim::base::units::{PlaceKind, Value};
use contraband_sim::params::agency::{AgencyParams, AgencySpec};
use contraband_sim::params::delegate::{ProviderParams, ProviderSpec};
use contraband_sim::params::place::{PlaceParams, PlaceSpec};
use contraband_sim::params::temperament::{TemperamentParams, TemperamentSpec};
use contraband_sim::params::venue::{VenueParams, VenueSpec};
use contraband_sim::record::tables::{Batch, Values};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::check::{MOST_AGENCIES, MOST_PLACES, MOST_PROVIDERS, MOST_TEMPERAMENTS, MOST_VENUES};
use contraband_sim::scenario::levers::levers;

/// Where in a list something is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListPosition {
    /// Before all others.
    Head,
    /// Between them.
    Middle,
    /// Behind all others.
    Tail,
}

impl ListPosition {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Head, "head"), (Self::Middle, "middle"), (Self::Tail, "tail")];

    /// Puts something there.
    fn put<T>(self, list: &mut Vec<T>, item: T) -> usize {
        let at = match self {
            Self::Head => 0,
            Self::Middle => list.len() / 2,
            Self::Tail => list.len(),
        };
        list.insert(at, item);
        at
    }
}

/// Another name for each item of a list that levers may give by its number, from 1: what `moved` makes of the number.
fn renumber(scenario: &mut Scenario, list: &str, moved: impl Fn(usize) -> usize) {
    let names_it = |path: &str| match path.split('.').collect::<Vec<_>>()[..] {
        ["agencies", _, "target_place"] => list == "places",
        ["houses", _, "venue"] => list == "venues",
        ["houses", _, "temperament"] => list == "temperaments",
        _ => false,
    };
    let other = |value: Value| match value {
        Value::Number(number) if number >= 1.0 => Value::Number(moved(number as usize - 1) as f64 + 1.0),
        same => same,
    };
    for lever in levers(scenario).into_iter().filter(|lever| names_it(&lever.path)) {
        let value = other(scenario.get(&lever.path).expect("it is one of the levers"));
        scenario.set(&lever.path, &value.to_string()).expect("a number in the list");
    }
    for (path, value) in scenario.timeline.iter_mut().flat_map(|entry| &mut entry.set) {
        if names_it(path) {
            *value = other(*value);
        }
    }
}

/// The scenario with an item that does nothing in each list that has room for one: a place where nobody lives, a venue
/// where nobody can sell, an agency without means, a kind of syndicate that never enters, a provider who takes no
/// clients. And the names of what was added, which no item has; by `letter`, which is their first, they stand before,
/// between or behind others.
pub fn with_inert(scenario: &Scenario, at: ListPosition, letter: char) -> (Scenario, Vec<String>) {
    let mut longer = scenario.clone();
    let mut added = Vec::new();
    let mut name = |list: &str| {
        let name = format!("{letter}q_inert_{list}");
        added.push(name.clone());
        name
    };
    let key = String::new;
    let behind = |from: usize| move |number: usize| number + usize::from(number >= from);
    let kind = match at {
        ListPosition::Head => PlaceKind::District,
        ListPosition::Middle => PlaceKind::Enclave,
        ListPosition::Tail => PlaceKind::Colony,
    };
    if longer.params.places.len() < MOST_PLACES {
        let params = PlaceParams { kind, population: 0.0.into(), zone_room: 0.5.into(), ..PlaceParams::default() };
        let from = at.put(&mut longer.params.places, PlaceSpec { name: name("place"), key: key(), params });
        renumber(&mut longer, "places", behind(from));
    }
    if longer.params.venues.len() < MOST_VENUES {
        // In one way or another: too small for anybody, or out of service for ever.
        let params = if at == ListPosition::Middle {
            VenueParams { outage: true, size: 3.0.into(), ..VenueParams::default() }
        } else {
            VenueParams { size: 0.0.into(), ..VenueParams::default() }
        };
        // A council without a hall of its own would go to one in its place.
        let outside = scenario.params.places.iter().find(|place| place.params.kind != PlaceKind::Enclave);
        let place = outside.filter(|_| at == ListPosition::Tail).map(|place| place.name.clone());
        let from = at.put(&mut longer.params.venues, VenueSpec { name: name("venue"), key: key(), place, params });
        renumber(&mut longer, "venues", behind(from));
    }
    if longer.params.agencies.len() < MOST_AGENCIES {
        let params = AgencyParams { budget: 0.0.into(), profiling: 0.5.into(), ..AgencyParams::default() };
        let agency = AgencySpec { name: name("agency"), key: key(), places: Vec::new(), goods: Vec::new(), params };
        at.put(&mut longer.params.agencies, agency);
    }
    if longer.params.temperaments.len() < MOST_TEMPERAMENTS {
        let params = TemperamentParams { share: 0.0.into(), ..TemperamentParams::default() };
        let from = at.put(&mut longer.params.temperaments, TemperamentSpec { name: name("kind"), key: key(), params });
        renumber(&mut longer, "temperaments", behind(from));
    }
    if longer.params.providers.len() < MOST_PROVIDERS {
        let params = ProviderParams { takes_clients: false, ..ProviderParams::default() };
        at.put(&mut longer.params.providers, ProviderSpec { name: name("provider"), key: key(), params });
    }
    (longer, added)
}

/// The scenario with each of its lists turned so far and, where it says so, the other way round.
pub fn permuted(scenario: &Scenario, turned: usize, backwards: bool) -> Scenario {
    let mut other = scenario.clone();
    let went = |count: usize| {
        move |number: usize| {
            let at = if backwards { count - 1 - number } else { number };
            (at + count - turned % count.max(1)) % count
        }
    };
    macro_rules! turn {
        ($($list:ident)+) => {$(
            let count = other.params.$list.len();
            if count > 0 {
                if backwards {
                    other.params.$list.reverse();
                }
                other.params.$list.rotate_left(turned % count);
                renumber(&mut other, stringify!($list), went(count));
            }
        )+};
    }
    turn!(places venues agencies temperaments providers houses);
    for agency in &mut other.params.agencies {
        agency.places.reverse();
        agency.goods.reverse();
    }
    other
}

/// The scenario under other names, each with its former key, and what the new names were before.
pub fn renamed(scenario: &Scenario) -> (Scenario, Vec<(String, String)>) {
    let mut other = scenario.clone();
    let mut names = Vec::new();
    // In another order than before, so that a rule that sorts names is found out.
    macro_rules! rename {
        ($($list:ident)+) => {$(
            let count = other.params.$list.len();
            for (nth, item) in other.params.$list.iter_mut().enumerate() {
                let name = format!("q{}{}x", stringify!($list), count - nth);
                item.key = item.key().into();
                names.push((stringify!($list), std::mem::replace(&mut item.name, name.clone()), name));
            }
        )+};
    }
    rename!(places venues agencies temperaments providers houses);
    let new = |list: &str, old: &str| {
        let found = names.iter().find(|(known, name, _)| *known == list && name == old);
        found.map_or_else(|| old.to_owned(), |(.., name)| name.clone())
    };
    for place in other.params.venues.iter_mut().filter_map(|venue| venue.place.as_mut()) {
        *place = new("places", place);
    }
    for place in other.params.agencies.iter_mut().flat_map(|agency| &mut agency.places) {
        *place = new("places", place);
    }
    for entry in &mut other.timeline {
        entry.places.iter_mut().for_each(|place| *place = new("places", place));
        for (path, _) in &mut entry.set {
            if let [list, name, field] = path.split('.').collect::<Vec<_>>()[..] {
                *path = format!("{list}.{}.{field}", new(list, name));
            }
        }
    }
    (other, names.into_iter().map(|(_, old, new)| (new, old)).collect())
}

/// How many rows of each table only one of two recordings has, whatever the order of the rows: without the rows of the
/// other about those who were `added`, and with the `names` of the other taken back. Tables without such rows are left
/// out.
pub fn rows_that_differ(
    one: &[Batch],
    other: &[Batch],
    added: &[String],
    names: &[(String, String)],
) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<(&'static str, Vec<u8>), i64> = BTreeMap::new();
    for (batches, sign) in [(one, 1), (other, -1)] {
        for batch in batches {
            for row in 0..batch.height() {
                if sign < 0 && is_about(batch, row, added) {
                    continue;
                }
                *counts
                    .entry((batch.table.name, bytes(batch, row, if sign < 0 { names } else { &[] })))
                    .or_default() += sign;
            }
        }
    }
    let mut differ = BTreeMap::new();
    for ((table, _), count) in counts.into_iter().filter(|(_, count)| *count != 0) {
        *differ.entry(table).or_default() += count.unsigned_abs() as usize;
    }
    differ
}

/// Whether a row says something about one of those who were added.
fn is_about(batch: &Batch, row: usize, added: &[String]) -> bool {
    batch.columns.iter().any(|values| match values {
        Values::Text(cells) => cells.get(row).is_some_and(|word| added.iter().any(|name| **name == **word)),
        _ => false,
    })
}

/// A row as bytes, with names taken back wherever they stand in a text.
fn bytes(batch: &Batch, row: usize, names: &[(String, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for values in &batch.columns {
        match values {
            Values::Int(cells) => bytes.extend(cells.slots()[row].to_le_bytes()),
            Values::Float(cells) => bytes.extend(cells.slots()[row].to_bits().to_le_bytes()),
            Values::Text(cells) => {
                let mut word = cells.slots()[row].to_string();
                for (new, old) in names.iter().filter(|_| word.contains('q')).collect::<Vec<_>>() {
                    if word.contains(new.as_str()) {
                        word = word.replace(new.as_str(), old);
                    }
                }
                bytes.extend(word.as_bytes());
                bytes.push(0);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraband_sim::params::house::{HouseParams, HouseSpec};

    fn with_numbers() -> Scenario {
        let mut scenario = Scenario::default();
        let params = HouseParams { venue: 2.into(), temperament: 4.into(), ..HouseParams::default() };
        scenario.params.houses.push(HouseSpec { name: "ravens".into(), key: String::new(), params });
        scenario.set("agencies.city_watch.target_place", "3").expect("a place");
        scenario
    }

    /// What a number in a list means is the same after the list was changed.
    #[test]
    fn numbers_in_lists_follow_their_items() {
        let scenario = with_numbers();
        let meant = |scenario: &Scenario| {
            let params = &scenario.params;
            let watch =
                params.agencies.iter().find(|agency| agency.name.ends_with("watch") || agency.key == "city_watch");
            let (place, house) = (watch.expect("it is there").params.target_place.get(), &params.houses[0].params);
            [
                params.places[place as usize - 1].key().to_owned(),
                params.venues[house.venue.get() as usize - 1].key().to_owned(),
                params.temperaments[house.temperament.get() as usize - 1].key().to_owned(),
            ]
        };
        let before = meant(&scenario);
        for (at, _) in ListPosition::ALL {
            assert_eq!(meant(&with_inert(&scenario, at, 'm').0), before, "{at:?}");
        }
        for (turned, backwards) in [(0, true), (2, false), (3, true)] {
            let other = permuted(&scenario, turned, backwards);
            assert_ne!(other.params.places, scenario.params.places);
            assert_eq!(meant(&other), before, "{turned} {backwards}");
        }
        let (other, names) = renamed(&scenario);
        assert!(other.check().is_ok() && names.len() == 5 + 7 + 3 + 5 + 3 + 1, "{names:?}");
        assert_eq!(meant(&other), before);
    }
}
