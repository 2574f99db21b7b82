//! Combinations that make no world: each value is allowed, together they are not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::base::fields::Scope;
use crate::base::units::{PlaceKind, Value};
use crate::params::agency::AgencySpec;
use crate::params::place::PlaceSpec;
use crate::params::venue::VenueSpec;
use crate::scenario::levers::{Address, Part};
use crate::scenario::{Scenario, TimelineEntry};

/// How many places a world has at most.
pub const MOST_PLACES: usize = 200;

/// How many venues a world has at most.
pub const MOST_VENUES: usize = 200;

/// How many agencies a world has at most.
pub const MOST_AGENCIES: usize = 50;

/// How many kinds of syndicates a world has at most.
pub const MOST_TEMPERAMENTS: usize = 16;

/// How many providers of delegates a world has at most.
pub const MOST_PROVIDERS: usize = 10;

/// How many houses a world has at most.
pub const MOST_HOUSES: usize = 30;

/// How many entries a timeline has at most.
pub const MOST_ENTRIES: usize = 500;

/// A combination of values that makes no world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Paths of what is involved, the most telling first.
    pub paths: Vec<String>,
    /// What is wrong.
    pub what: String,
    /// A few words for a caret under the first path.
    pub label: String,
    /// What to try.
    pub help: Option<String>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Conflict {}

impl Scenario {
    /// Looks for combinations of values that make no world: to be called after [`Scenario::set`]. Files are checked
    /// while they are read. Entries after the end of a run that was shortened since are no complaint: they are not
    /// reached.
    ///
    /// # Errors
    /// Every combination that makes no world.
    pub fn check(&self) -> Result<(), Vec<Conflict>> {
        let conflicts = conflicts(self);
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// The same for a scenario that was checked before, and of which levers were set since: fast enough for many worlds.
    ///
    /// # Errors
    /// As [`Scenario::check`].
    pub fn check_levers(&self) -> Result<(), Vec<Conflict>> {
        let mut conflicts = Vec::new();
        of_levers(self, &mut conflicts);
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }
}

pub(crate) fn conflicts(scenario: &Scenario) -> Vec<Conflict> {
    let mut found = Vec::new();
    of_levers(scenario, &mut found);
    names(scenario, &mut found);
    keys(scenario, &mut found);
    timeline(scenario, &mut found);
    contradictions(scenario, &mut found);
    found
}

/// Conflicts that depend on the values of levers.
fn of_levers(scenario: &Scenario, found: &mut Vec<Conflict>) {
    people_and_places(scenario, found);
    kinds_of_actors(scenario, found);
    numbers_in_lists(scenario, found);
    pairs_of_levers(scenario, found);
    numbers_of_sellers(scenario, found);
}

/// Each day has numbers of its own for as many sellers as could come on it, and they are four thousand million in all.
fn numbers_of_sellers(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    let is_lived_in = |place: &&PlaceSpec| place.params.population.get() > 0.0;
    let enclaves = params.places.iter().filter(|place| place.params.kind == PlaceKind::Enclave);
    let a_day = params.sellers_a_day(enclaves.filter(is_lived_in).count());
    // The days that a world lives before its first have numbers too.
    let days = (u32::MAX as usize / a_day).saturating_sub(1 + params.citizens.settling.get() as usize);
    if (scenario.days as usize) > days {
        let what =
            format!("up to {a_day} sellers could come on each of {} days, more than can be numbered", scenario.days);
        let help =
            format!("with so many stalls a run may have at most {days} days; or lower `market.stalls_per_thousand`");
        found.push(conflict(&["market.stalls_per_thousand", "citizens.count"], what, "too many", &help));
    }
}

/// Entries that no file could hold: for those that were put together by other means than a file.
fn timeline(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    if scenario.timeline.len() > MOST_ENTRIES {
        let what = format!("the timeline has {} entries", scenario.timeline.len());
        let help = format!("at most {MOST_ENTRIES} are allowed");
        found.push(conflict(&["timeline"], what, "too many", &help));
    }
    for (index, entry) in scenario.timeline.iter().enumerate() {
        let TimelineEntry { day, until, ramp, places, set, .. } = entry;
        let mut wrong = |path: &str, what: String, help: &str| {
            found.push(conflict(&[&format!("timeline[{index}].{path}")], what, "not possible", help));
        };
        if *day == 0 {
            wrong(
                "day",
                "an entry on day 0".into(),
                "the first day is day 1; what applies from the start needs no date",
            );
        }
        let window = until.map(|until| (until, until.saturating_add(1).saturating_sub(*day)));
        match window {
            Some((until, 0)) => {
                let what = format!("the entry ends on day {until}, before it begins on day {day}");
                wrong("until", what, "the first day comes first");
            }
            Some((until, window)) if *ramp > window => {
                let what =
                    format!("a ramp of {ramp} days does not fit into {window} days, from day {day} until day {until}");
                wrong("ramp", what, &format!("use a ramp of at most {window} days"));
            }
            _ => {}
        }
        for name in places.iter().filter(|name| params.places.iter().all(|place| place.name != **name)) {
            wrong("places", format!("there is no place `{name}`"), "leave `places` out to mean all");
        }
        for (nth, (path, _)) in set.iter().enumerate() {
            if set[..nth].iter().any(|(other, _)| other == path) {
                wrong(path, format!("`{path}` is set twice from day {day} on"), "set it once");
            }
            let Ok(lever) = Address::find(params, path) else {
                wrong(path, format!("unknown lever `{path}`"), "`contraband levers` lists them all");
                continue;
            };
            match lever.about(params).scope {
                Scope::Start => wrong(
                    path,
                    format!("`{path}` is fixed when the world is created"),
                    "it cannot change by date: set it from the start",
                ),
                Scope::Day if !places.is_empty() => {
                    wrong(path, format!("`{path}` cannot differ from place to place"), "leave `places` out");
                }
                Scope::Day | Scope::Place => {}
            }
        }
    }
}

fn conflict(paths: &[&str], what: impl Into<String>, label: &str, help: &str) -> Conflict {
    let paths = paths.iter().map(|&path| path.into()).collect();
    Conflict { paths, what: what.into(), label: label.into(), help: Some(help.into()) }
}

fn people_and_places(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    if params.citizens.count.get() == 0 {
        let what = "there are no citizens, but `market.stalls_per_thousand` asks for sellers";
        found.push(conflict(
            &["citizens.count"],
            what,
            "nobody to buy",
            "a world needs about 200 citizens to show much",
        ));
    }
    if params.places.is_empty() {
        let help = "leave `places` out for the default places, or list at least one";
        found.push(conflict(&["places"], "a world without places", "nobody can live here", help));
        return;
    }
    if params.places.iter().all(|place| place.params.population.get() == 0.0) {
        let paths: Vec<String> =
            params.places.iter().map(|place| format!("places.{}.population", place.name)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).chain(["places"]).collect();
        let help = "give at least one place a population above 0";
        found.push(conflict(&paths, "no place has a population above 0", "nobody can live here", help));
    }
    if params.venues.is_empty() {
        let help = "leave `venues` out for the default venues, or list at least one";
        found.push(conflict(&["venues"], "a world without venues", "nowhere to trade", help));
        return;
    }
    if params.venues.iter().all(|venue| venue.params.size.get() == 0.0) {
        let paths: Vec<String> = params.venues.iter().map(|venue| format!("venues.{}.size", venue.name)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).chain(["venues"]).collect();
        found.push(conflict(
            &paths,
            "no venue has a size above 0",
            "no seller can open",
            "give at least one venue a size above 0",
        ));
    }
    let homeless =
        |venue: &&VenueSpec| venue.place.as_ref().is_some_and(|at| params.places.iter().all(|place| place.name != *at));
    let homeless: Vec<&VenueSpec> = params.venues.iter().filter(homeless).collect();
    if !homeless.is_empty() {
        let named: Vec<String> = homeless
            .iter()
            .map(|venue| format!("`{}` in `{}`", venue.name, venue.place.as_deref().unwrap_or_default()))
            .collect();
        let what = format!("venues are in places that do not exist: {}", named.join(", "));
        let help = "if you replace the default places, list `venues` too";
        found.push(conflict(&["venues", "places"], what, "these venues have no place", help));
    } else if params.venues.iter().all(|venue| venue.place.is_some()) {
        let served: BTreeSet<&str> = params.venues.iter().filter_map(|venue| venue.place.as_deref()).collect();
        let lived_in = params.places.iter().filter(|place| place.params.population.get() > 0.0);
        for place in lived_in.filter(|place| !served.contains(&*place.name)) {
            let what = format!("the place `{}` has no venue, and no venue is virtual", place.name);
            let help =
                format!("add a venue with place: \"{}\", or one without `place`, which serves all places", place.name);
            found.push(conflict(&["venues", "places"], what, "nobody there can trade", &help));
        }
    }
}

fn kinds_of_actors(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    if params.temperaments.is_empty() {
        let help = "leave `temperaments` out for the default kinds, or list at least one";
        found.push(conflict(&["temperaments"], "a world without kinds of syndicates", "nobody can sell", help));
    } else if params.temperaments.iter().all(|kind| kind.params.share.get() == 0.0) {
        let paths: Vec<String> =
            params.temperaments.iter().map(|kind| format!("temperaments.{}.share", kind.name)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).chain(["temperaments"]).collect();
        let help = "give at least one temperament a share above 0";
        found.push(conflict(&paths, "no temperament has a share above 0", "no seller can enter", help));
    }
    if params.providers.is_empty() {
        let help = "leave `providers` out for the default ones, or list at least one; with `citizens.delegated_share: \
                    0` nobody delegates";
        found.push(conflict(
            &["providers"],
            "a world without providers of shopping agents",
            "nobody to delegate to",
            help,
        ));
    } else if params.citizens.delegated_share.get() > 0.0
        && params.providers.iter().all(|provider| !provider.params.takes_clients)
    {
        let what = "`citizens.delegated_share` asks for agents, and no provider takes clients";
        let help = "let one of them take clients, or set `citizens.delegated_share` to 0";
        found.push(conflict(&["citizens.delegated_share", "providers"], what, "nobody to delegate to", help));
    }
}

fn names(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    let unknown = |agency: &AgencySpec| {
        let known = |name: &String| params.places.iter().any(|place| place.name == *name);
        agency.places.iter().filter(|name| !known(name)).cloned().collect::<Vec<_>>()
    };
    let lost: Vec<String> = params
        .agencies
        .iter()
        .filter(|agency| !unknown(agency).is_empty())
        .map(|agency| format!("`{}` in `{}`", agency.name, unknown(agency).join("`, `")))
        .collect();
    if !lost.is_empty() && !params.places.is_empty() {
        let what = format!("agencies have mandates in places that do not exist: {}", lost.join(", "));
        let help = "if you replace the default places, list `agencies` too (or `agencies: []` for none)";
        found.push(conflict(&["agencies", "places"], what, "these mandates have no place", help));
    }
}

/// Items of one list whose draws are keyed alike.
fn keys(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    let mut in_list = |list: &str, items: Vec<(&str, &str)>| {
        for (nth, (name, key)) in items.iter().enumerate().filter(|(_, (name, _))| !name.is_empty()) {
            let Some((other, _)) = items[..nth].iter().find(|(_, known)| known == key) else { continue };
            if other == name {
                continue; // a name that is given twice is told of where it is read
            }
            let what = format!("`{list}.{name}` and `{list}.{other}` have the key `{key}`");
            let help = "a key says whose draws an item goes on with after it was renamed; no two of a list share one";
            let paths = [format!("{list}.{name}.key"), format!("{list}.{other}.key"), list.into()];
            found.push(conflict(&[&paths[0], &paths[1], &paths[2]], what, "the same draws as another", help));
        }
    };
    in_list("places", params.places.iter().map(|place| (&*place.name, place.key())).collect());
    in_list("venues", params.venues.iter().map(|venue| (&*venue.name, venue.key())).collect());
    in_list("agencies", params.agencies.iter().map(|agency| (&*agency.name, agency.key())).collect());
    in_list("temperaments", params.temperaments.iter().map(|kind| (&*kind.name, kind.key())).collect());
    in_list("providers", params.providers.iter().map(|provider| (&*provider.name, provider.key())).collect());
    in_list("houses", params.houses.iter().map(|house| (&*house.name, house.key())).collect());
}

/// Levers that name an item of a list by its number, from the start and in the timeline.
fn numbers_in_lists(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let params = &scenario.params;
    let mut beyond = |path: &str, named: String, value: Value| {
        let (list, most) = match path.split('.').collect::<Vec<_>>()[..] {
            ["agencies", _, "target_place"] => ("places", params.places.len()),
            ["houses", _, "venue"] => ("venues", params.venues.len()),
            ["houses", _, "temperament"] => ("temperaments", params.temperaments.len()),
            _ => return,
        };
        let Value::Number(number) = value else { return };
        if number > most as f64 {
            let what = format!("`{path}` is {number}, but the list `{list}` has {most}");
            let help = "items are numbered from 1 in the order of the list; 0 means none of them";
            let paths = vec![named];
            found.push(Conflict { paths, what, label: "beyond the end of the list".into(), help: Some(help.into()) });
        }
    };
    let own = Part::all(params).into_iter().filter(|part| matches!(part, Part::Agency(_) | Part::House(_)));
    for part in own {
        for (field, about) in part.section(params).abouts().enumerate() {
            if matches!(about.name, "target_place" | "venue" | "temperament") {
                let address = Address { part, field };
                let path = address.path(params);
                beyond(&path, path.clone(), address.get(params));
            }
        }
    }
    for (index, entry) in scenario.timeline.iter().enumerate() {
        for (path, value) in &entry.set {
            beyond(path, format!("timeline[{index}].{path}"), *value);
        }
    }
    for house in &params.houses {
        let kind = (house.params.temperament.get() as usize).checked_sub(1).and_then(|at| params.temperaments.get(at));
        if let Some(kind) = kind.filter(|kind| kind.params.runs_itself) {
            let path = format!("houses.{}.temperament", house.name);
            let what =
                format!("the house `{}` has the temperament `{}`, which cannot be directed", house.name, kind.name);
            found.push(conflict(&[&path], what, "runs itself", "choose a temperament without `runs_itself`"));
        }
    }
}

/// Pairs of levers that bound each other, on every day on which the timeline may bring them nearest.
fn pairs_of_levers(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let sums_above_one = |buyers: f64, sellers: f64| buyers + sellers > 1.0 + 1e-9;
    if let Some((day, place, [buyers, sellers])) =
        first_day(scenario, ["law.target_buyers", "law.target_sellers"], sums_above_one)
    {
        let sum = ((buyers + sellers) * 1000.0).round() / 1000.0;
        let what = format!(
            "cases against buyers ({buyers}) and sellers ({sellers}) add up to {sum}, more than all cases{}",
            when(day, place)
        );
        let help = "`law.target_buyers` and `law.target_sellers` may add up to at most 1; the rest goes to venues";
        found.push(with_entries(
            scenario,
            ["law.target_buyers", "law.target_sellers"],
            (day, place),
            what,
            "more than all",
            help,
        ));
    }
    let least_above_first = |least: f64, first: f64| least > first;
    if let Some((day, _, [least, first])) =
        first_day(scenario, ["syndicates.exploration_least", "syndicates.exploration"], least_above_first)
    {
        let what = format!(
            "the lowest exploration ({least}) is above the exploration of new stalls ({first}){}",
            when(day, None)
        );
        let help = "exploration declines from `syndicates.exploration` to `syndicates.exploration_least`";
        found.push(with_entries(
            scenario,
            ["syndicates.exploration_least", "syndicates.exploration"],
            (day, None),
            what,
            "above the starting value",
            help,
        ));
    }
}

fn when(day: u32, place: Option<&str>) -> String {
    let place = place.map(|place| format!(" in `{place}`")).unwrap_or_default();
    if day == 0 { String::new() } else { format!(", on day {day}{place}") }
}

fn with_entries(
    scenario: &Scenario,
    pair: [&str; 2],
    (day, place): (u32, Option<&str>),
    what: String,
    label: &str,
    help: &str,
) -> Conflict {
    // The last entry in force is the more telling one: without it the others would hold.
    let dated = scenario.timeline.iter().enumerate().rev().filter(|(_, entry)| {
        entry.holds_on(day) && (entry.places.is_empty() || place.is_some_and(|place| entry.holds_in(place)))
    });
    let dated = dated.flat_map(|(index, entry)| {
        let paths = entry.set.iter().filter(|(path, _)| pair.contains(&path.as_str()));
        paths.map(move |(path, _)| format!("timeline[{index}].{path}"))
    });
    let paths = dated.chain(pair.iter().map(|&path| path.to_string())).collect();
    Conflict { paths, what, label: label.into(), help: Some(help.into()) }
}

/// The first day, 0 for the start, and the place (if places differ) in which two numbers are at odds.
fn first_day<'s>(
    scenario: &'s Scenario,
    pair: [&str; 2],
    at_odds: impl Fn(f64, f64) -> bool,
) -> Option<(u32, Option<&'s str>, [f64; 2])> {
    let number = |path: &str| match scenario.get(path) {
        Ok(Value::Number(number)) => number,
        other => unreachable!("{path} is a number, not {other:?}"),
    };
    let start = pair.map(number);
    if at_odds(start[0], start[1]) {
        return Some((0, None, start));
    }
    let entries: Vec<&TimelineEntry> = scenario
        .timeline
        .iter()
        .filter(|entry| entry.set.iter().any(|(path, _)| pair.contains(&path.as_str())))
        .collect();
    // Between these days numbers stand still or move along straight lines, so they are nearest on one of them.
    let days: BTreeSet<u32> = entries
        .iter()
        .flat_map(|entry| {
            let after = entry.until.map_or(entry.day, |until| until.saturating_add(1));
            let arrived = entry.day.saturating_add(entry.ramp.max(1) - 1);
            [entry.day, entry.day.saturating_sub(1), arrived, after, after.saturating_sub(1)]
        })
        .filter(|&day| (1..=scenario.days).contains(&day))
        .collect();
    let named: BTreeSet<&str> = entries.iter().flat_map(|entry| entry.places.iter().map(String::as_str)).collect();
    for day in days {
        for place in [None].into_iter().chain(named.iter().copied().map(Some)) {
            let mut values = start;
            for entry in entries.iter().filter(|entry| entry.holds_on(day)) {
                if !entry.places.is_empty() && !place.is_some_and(|place| entry.holds_in(place)) {
                    continue;
                }
                for (path, new) in &entry.set {
                    if let Some(index) = pair.iter().position(|name| name == path)
                        && let Value::Number(moved) = entry.moved(Value::Number(values[index]), *new, day)
                    {
                        values[index] = moved;
                    }
                }
            }
            if at_odds(values[0], values[1]) {
                return Some((day, place, values));
            }
        }
    }
    None
}

/// Entries that begin on the same day and set the same lever in the same place to different values.
///
/// An exception for named places after an entry for all places is none: the later entry wins, as the file says.
fn contradictions(scenario: &Scenario, found: &mut Vec<Conflict>) {
    struct Dated<'s> {
        index: usize,
        entry: &'s TimelineEntry,
        value: Value,
    }
    let mut by_lever_and_day: BTreeMap<(&str, u32), Vec<Dated<'_>>> = BTreeMap::new();
    for (index, entry) in scenario.timeline.iter().enumerate() {
        for (path, value) in &entry.set {
            by_lever_and_day.entry((path, entry.day)).or_default().push(Dated { index, entry, value: *value });
        }
    }
    for ((path, day), dated) in by_lever_and_day {
        for (nth, Dated { index, entry, value }) in dated.iter().enumerate() {
            let rival = dated[..nth].iter().find(|earlier| earlier.value != *value && meet(earlier.entry, entry));
            if let Some(Dated { value: other, .. }) = rival {
                let what = format!("two entries set `{path}` from day {day} on, to {other} and to {value}");
                let paths = vec![format!("timeline[{index}].{path}")];
                let help = "start one of them later, or limit them to different places; an exception for named places \
                            comes after the entry for all";
                found.push(Conflict { paths, what, label: "the second of the two".into(), help: Some(help.into()) });
            }
        }
    }
}

fn meet(earlier: &TimelineEntry, later: &TimelineEntry) -> bool {
    match (earlier.places.is_empty(), later.places.is_empty()) {
        (true, exception) => exception,
        (false, true) => true,
        (false, false) => earlier.places.iter().any(|place| later.places.contains(place)),
    }
}
