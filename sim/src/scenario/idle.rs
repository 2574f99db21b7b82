//! Settings that do nothing, or less than they seem to: a lever that the timeline overrules, an entry that sets what holds
//! already or comes after the last day. None of them is an error, so whoever shows a scenario says them by name and days.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use crate::base::units::Value;
use crate::base::words::first_few;
use crate::params::Params;
use crate::scenario::levers::Address;
use crate::scenario::{Scenario, TimelineEntry};

/// Levers that are set in one place of a file, and why this does nothing, or less than it seems to.
#[derive(Clone, Debug, PartialEq)]
pub struct IdleSetting {
    /// Their paths, with the values that they are given; none for a lever that is varied.
    pub levers: Vec<(String, Option<Value>)>,
    /// Where they are set.
    pub origin: SetBy,
    /// What becomes of it.
    pub why: IdleReason,
}

/// Where levers are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// From the start.
    Start,
    /// By an entry of the timeline.
    Entry {
        /// Its number in the list, from 0.
        index: usize,
        /// Its first day.
        day: u32,
        /// What people call it; may be empty.
        label: String,
    },
}

/// Why a setting does nothing, or less than it seems to.
#[derive(Clone, Debug, PartialEq)]
pub enum IdleReason {
    /// Another entry of the timeline holds in its stead.
    Overruled {
        /// When, where and by what.
        stretches: Vec<Stretch>,
        /// On how many days of how many, over all places where it is set, each place counted by itself.
        share: (u64, u64),
    },
    /// It is what would hold without it, on every day and everywhere.
    Same,
    /// It begins after the last day of the run, which is this.
    Never {
        /// Last day of the run.
        last: u32,
    },
    /// Its ramp would arrive after the last day on which it holds.
    Unfinished {
        /// Day on which it would arrive.
        arrives: u32,
        /// Last day of the run.
        last: u32,
    },
    /// It has a ramp, but words and flags switch at once.
    AtOnce {
        /// Days of the ramp.
        ramp: u32,
    },
    /// There is nothing that it could act on, on any day and in any place where it holds.
    NoObject {
        /// What is missing, in words.
        missing: &'static str,
    },
}

/// Days on which an entry of the timeline holds in the stead of a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// First and last day.
    pub days: (u32, u32),
    /// Names of the places; empty for all where the setting would hold.
    pub places: Vec<String>,
    /// What the entry sets the lever to.
    pub value: Value,
    /// What people call the entry; may be empty.
    pub label: String,
}

/// What is asked about.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Levers that are set from the start.
    pub start: Vec<String>,
    /// Entries of the timeline, by their numbers.
    pub entries: Range<usize>,
    /// Whether the levers of `start` have other values in other worlds, as the factors of a sweep.
    pub varied: bool,
}

impl IdleReason {
    /// Whether the setting is never felt at all.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Overruled { share: (lost, all), .. } => lost == all,
            Self::Same | Self::Never { .. } | Self::NoObject { .. } => true,
            Self::Unfinished { .. } | Self::AtOnce { .. } => false,
        }
    }
}

impl Scenario {
    /// What its own file sets and is hardly felt: entries of its timeline, and levers that differ from the default world
    /// and are overruled on nine days of ten or more in some place.
    pub fn idle_in_file(&self) -> Vec<IdleSetting> {
        let start = self.changes().into_iter().map(|change| change.path).collect();
        let mut found = self.idle(&Asked { start, entries: 0..self.timeline.len(), varied: false });
        found.retain(|idle| {
            idle.origin != SetBy::Start
                || !matches!(&idle.why, IdleReason::Overruled { share: (lost, all), .. } if 10 * lost < 9 * all)
        });
        found
    }

    /// Settings among those asked about that do nothing, or less than they seem to. Levers that there are not are left out.
    pub fn idle(&self, asked: &Asked) -> Vec<IdleSetting> {
        let mut look = IdleSearch::at(self, asked);
        let mut found: Vec<IdleSetting> = Vec::new();
        let mut add = |path: &str, value: Option<Value>, origin: &SetBy, why: IdleReason| match found.last_mut() {
            Some(last) if last.origin == *origin && last.why == why => last.levers.push((path.to_owned(), value)),
            _ => found.push(IdleSetting { levers: vec![(path.to_owned(), value)], origin: origin.clone(), why }),
        };
        for path in &asked.start {
            let Ok(lever) = Address::find(&self.params, path) else { continue };
            let value = (!asked.varied).then(|| lever.get(&self.params));
            let why = look.overruled(path, None).or_else(|| look.no_object(path, lever, None));
            if let Some(why) = why {
                add(path, value, &SetBy::Start, why);
            }
        }
        for (index, entry) in self.timeline.iter().enumerate().take(asked.entries.end).skip(asked.entries.start) {
            let origin = SetBy::Entry { index, day: entry.day, label: entry.label.clone() };
            for (path, value) in &entry.set {
                let Ok(lever) = Address::find(&self.params, path) else { continue };
                let why = if entry.day > self.days {
                    Some(IdleReason::Never { last: self.days })
                } else {
                    look.overruled(path, Some(index))
                        .or_else(|| look.same(path, lever, index))
                        .or_else(|| look.no_object(path, lever, Some(index)))
                        .or_else(|| self.ramp(entry, *value))
                };
                if let Some(why) = why {
                    add(path, Some(*value), &origin, why);
                }
            }
        }
        found
    }

    fn ramp(&self, entry: &TimelineEntry, value: Value) -> Option<IdleReason> {
        let arrives = entry.arrives();
        match value {
            Value::Number(_) if arrives > self.days => Some(IdleReason::Unfinished { arrives, last: self.days }),
            Value::Word(_) | Value::Flag(_) if entry.ramp > 1 => Some(IdleReason::AtOnce { ramp: entry.ramp }),
            _ => None,
        }
    }
}

impl TimelineEntry {
    /// The day on which a number has its new value.
    fn arrives(&self) -> u32 {
        self.day.saturating_add(self.ramp.max(1) - 1)
    }

    /// Whether a lever has its new value by this day, on which the entry holds.
    fn has_arrived(&self, value: Value, day: u32) -> bool {
        !matches!(value, Value::Number(_)) || day >= self.arrives()
    }
}

/// What a lever needs to act on: its prefix and name, or a prefix with a point at its end; and what that is, in words.
const OBJECTS: [(&str, LeverObject, &str); 26] = [
    ("market.licence_cost", LeverObject::Status(&["licensed"]), "no good is licensed"),
    ("law.licence_tax", LeverObject::Status(&["licensed"]), "no good is licensed"),
    ("law.licence_honesty", LeverObject::Status(&["licensed"]), "no good is licensed"),
    ("law.tolerance", LeverObject::Status(&["tolerated"]), "no good is tolerated"),
    ("law.controller", LeverObject::Status(&["tolerated"]), "no good is tolerated"),
    ("law.controller_watches", LeverObject::Above("law.controller"), "`law.controller` is 0"),
    ("law.controller_target", LeverObject::Above("law.controller"), "`law.controller` is 0"),
    ("law.controller_band", LeverObject::Above("law.controller"), "`law.controller` is 0"),
    ("law.idea_worth", LeverObject::Flag("law.gray_zone"), "`law.gray_zone` is false"),
    ("law.ambiguity", LeverObject::Flag("law.gray_zone"), "`law.gray_zone` is false"),
    ("law.bribe_share", LeverObject::Above("law.corruption"), "`law.corruption` is 0"),
    ("law.bribe_exposure", LeverObject::Above("law.corruption"), "`law.corruption` is 0"),
    ("law.scandal", LeverObject::Above("law.corruption"), "`law.corruption` is 0"),
    ("temperaments.*.bribes", LeverObject::Above("law.corruption"), "`law.corruption` is 0"),
    ("houses.*.bribes", LeverObject::Above("law.corruption"), "`law.corruption` is 0"),
    (
        "goods.*.severity",
        LeverObject::OwnStatus(&["prohibited", "tolerated", "licensed"]),
        "the good is free, so nobody is fined for it",
    ),
    (
        "goods.*.evidence",
        LeverObject::OwnStatus(&["prohibited", "tolerated", "licensed"]),
        "the good is free, so nobody examines its trade",
    ),
    (
        "goods.*.priority",
        LeverObject::OwnStatus(&["prohibited", "tolerated", "licensed"]),
        "the good is free, so nobody examines its trade",
    ),
    ("goods.*.habit_decay", LeverObject::OwnAbove("habit_gain"), "the good makes no habit: its `habit_gain` is 0"),
    ("goods.*.habit_pull", LeverObject::OwnAbove("habit_gain"), "the good makes no habit: its `habit_gain` is 0"),
    ("agencies.*.target_good", LeverObject::OwnAbove("target_share"), "the agency's `target_share` is 0"),
    ("agencies.*.target_place", LeverObject::OwnAbove("target_share"), "the agency's `target_share` is 0"),
    ("temperaments.*.replication", LeverObject::OwnFlag("runs_itself"), "`runs_itself` of the kind is false"),
    ("enclaves.", LeverObject::Kind("enclave"), "no place is an enclave"),
    ("colonies.", LeverObject::Kind("colony"), "no place is a colony"),
    ("agencies.*.", LeverObject::Budget, "the agency has no budget"),
];

/// What there must be for a lever to act.
#[derive(Clone, Copy)]
enum LeverObject {
    /// A good with one of these statuses.
    Status(&'static [&'static str]),
    /// The lever's own good with one of these statuses.
    OwnStatus(&'static [&'static str]),
    /// A number above 0 at this lever.
    Above(&'static str),
    /// A number above 0 in this field of the lever's own item.
    OwnAbove(&'static str),
    /// A flag in this field of the lever's own item.
    OwnFlag(&'static str),
    /// A flag at this lever.
    Flag(&'static str),
    /// A place of this kind.
    Kind(&'static str),
    /// A budget of the lever's own agency.
    Budget,
}

/// Of a lever the entries that set it: their numbers in the timeline, and the values.
type Setters = Rc<Vec<(usize, Value)>>;

/// Places where the same entries set a lever.
struct PlaceGroup {
    /// Their names; empty for all.
    names: Vec<String>,
    /// How many they are.
    count: u64,
    /// The entries that set the lever there.
    setters: Setters,
}

struct IdleSearch<'s> {
    scenario: &'s Scenario,
    asked: &'s Asked,
    /// Of each lever in the timeline all entries that set it, and those of each place.
    by_lever: BTreeMap<&'s str, (Setters, Vec<PlaceGroup>)>,
    /// To see what is kept of a value: credits are rounded to a thousandth.
    scratch: Params,
}

impl<'s> IdleSearch<'s> {
    fn at(scenario: &'s Scenario, asked: &'s Asked) -> Self {
        let mut by_lever: BTreeMap<&str, Vec<(usize, Value)>> = BTreeMap::new();
        for (index, entry) in scenario.timeline.iter().enumerate() {
            for (path, value) in &entry.set {
                by_lever.entry(path).or_default().push((index, *value));
            }
        }
        let by_place = |setters: &[(usize, Value)]| {
            let mut groups: Vec<PlaceGroup> = Vec::new();
            for place in &scenario.params.places {
                let holds = |(index, _): &&(usize, Value)| scenario.timeline[*index].holds_in(&place.name);
                let here: Vec<(usize, Value)> = setters.iter().filter(holds).copied().collect();
                match groups.iter_mut().find(|group| *group.setters == here) {
                    Some(group) => group.names.push(place.name.clone()),
                    None => groups.push(PlaceGroup { names: vec![place.name.clone()], count: 0, setters: here.into() }),
                }
            }
            groups
        };
        let both = |(path, setters): (&'s str, Vec<(usize, Value)>)| {
            let groups = by_place(&setters);
            (path, (setters.into(), groups))
        };
        let by_lever = by_lever.into_iter().map(both).collect();
        Self { scenario, asked, by_lever, scratch: scenario.params.clone() }
    }

    fn entry(&self, index: usize) -> &'s TimelineEntry {
        &self.scenario.timeline[index]
    }

    fn is_varied(&self, path: &str) -> bool {
        self.asked.varied && self.asked.start.iter().any(|varied| varied == path)
    }

    /// The places in which a setting holds, by the entries that set the same lever there.
    fn groups(&self, path: &str, by: Option<usize>) -> Vec<PlaceGroup> {
        let Some((setters, all)) = self.by_lever.get(path) else { return Vec::new() };
        let places = &self.scenario.params.places;
        let own: &[String] = by.map_or(&[], |index| &self.entry(index).places);
        if setters.iter().all(|(index, _)| self.entry(*index).places == own) {
            let count = if own.is_empty() { places.len() } else { own.len() };
            return vec![PlaceGroup { names: Vec::new(), count: count as u64, setters: Rc::clone(setters) }];
        }
        let mut groups = Vec::new();
        for group in all {
            let holds = |name: &&String| own.is_empty() || own.contains(name);
            let names: Vec<String> = group.names.iter().filter(holds).cloned().collect();
            if !names.is_empty() {
                groups.push(PlaceGroup { count: names.len() as u64, names, setters: Rc::clone(&group.setters) });
            }
        }
        if let [group] = groups.as_mut_slice() {
            group.names.clear();
        }
        groups
    }

    /// The days from one change to the next, as first and last days, over which a setting would hold.
    fn segments(&self, setters: &Setters, by: Option<usize>) -> Vec<(u32, u32)> {
        let last = self.scenario.days;
        let (from, to) = by.map_or((1, last), |index| {
            let entry = self.entry(index);
            (entry.day.max(1), entry.until.unwrap_or(last).min(last))
        });
        let mut firsts: Vec<u32> = setters
            .iter()
            .flat_map(|(index, _)| {
                let entry = self.entry(*index);
                [entry.day, entry.arrives(), entry.until.map_or(u32::MAX, |until| until.saturating_add(1))]
            })
            .chain([from])
            .filter(|day| (from..=to).contains(day))
            .collect();
        firsts.sort_unstable();
        firsts.dedup();
        let ends = firsts.iter().skip(1).map(|next| next - 1).chain([to]);
        firsts.iter().copied().zip(ends).collect()
    }

    /// Where and when another entry holds in the stead of a setting: of the start, or of an entry.
    ///
    /// An entry that begins later than another and takes its place was meant to, and so was an exception for some places:
    /// they are told only where nothing at all is left of the other, or where that one says until when it holds and another
    /// value does on most of these days.
    fn overruled(&self, path: &str, by: Option<usize>) -> Option<IdleReason> {
        let (mut lost, mut all, mut odd, mut cut) = (0, 0, false, 0);
        let mut stretches: Vec<Stretch> = Vec::new();
        let groups = self.groups(path, by);
        let places = groups.iter().map(|group| group.names.len()).sum::<usize>();
        for group in groups {
            for (first, last) in self.segments(&group.setters, by) {
                let days = u64::from(last - first + 1) * group.count;
                all += days;
                let winner = group.setters.iter().rev().find(|(index, value)| {
                    let entry = self.entry(*index);
                    entry.holds_on(first) && entry.has_arrived(*value, first)
                });
                let Some(&(winner, value)) = winner.filter(|(winner, _)| by.is_none_or(|index| *winner > index)) else {
                    continue;
                };
                lost += days;
                let entry = self.entry(winner);
                let is_exception = |own: &TimelineEntry| !entry.places.is_empty() && own.places.is_empty();
                let own = by.map(|index| self.entry(index)).filter(|own| !is_exception(own));
                odd |= by.is_none() || own.is_some_and(|own| entry.day <= own.day);
                let is_other = group.setters.iter().all(|(index, own)| Some(*index) != by || *own != value);
                cut += own.filter(|own| own.until.is_some() && is_other).map_or(0, |_| days);
                let label = &entry.label;
                match stretches.last_mut() {
                    Some(before)
                        if before.places == group.names
                            && before.days.1 + 1 == first
                            && before.value == value
                            && before.label == *label =>
                    {
                        before.days.1 = last;
                    }
                    _ => stretches.push(Stretch {
                        days: (first, last),
                        places: group.names.clone(),
                        value,
                        label: label.clone(),
                    }),
                }
            }
        }
        // What holds in several places alike is told once, and without them where they are all.
        let mut alike: Vec<Stretch> = Vec::new();
        for stretch in stretches {
            let same =
                |one: &&mut Stretch| (one.days, one.value, &one.label) == (stretch.days, stretch.value, &stretch.label);
            match alike.iter_mut().find(same) {
                Some(known) => known.places.extend(stretch.places),
                None => alike.push(stretch),
            }
        }
        alike.iter_mut().filter(|one| one.places.len() == places).for_each(|one| one.places.clear());
        (lost > 0 && (odd || lost == all || 2 * cut > all))
            .then_some(IdleReason::Overruled { stretches: alike, share: (lost, all) })
    }

    /// Whether an entry sets a lever to what would hold without it, wherever and whenever it holds.
    fn same(&mut self, path: &str, lever: Address, index: usize) -> Option<IdleReason> {
        if self.is_varied(path) {
            return None;
        }
        let groups = self.groups(path, Some(index));
        let timeline = &self.scenario.timeline;
        let start = lever.get(&self.scenario.params);
        for group in groups {
            for (first, last) in self.segments(&group.setters, Some(index)) {
                let mut stored = |value: Value| {
                    lever.set(&mut self.scratch, value);
                    lever.get(&self.scratch)
                };
                for day in [first, last] {
                    let fold = |former: Value, (other, new): &(usize, Value)| timeline[*other].moved(former, *new, day);
                    let earlier = group.setters.iter().filter(|(other, _)| *other < index);
                    let before = stored(earlier.filter(|(other, _)| timeline[*other].holds_on(day)).fold(start, fold));
                    let own = group.setters.iter().filter(|(other, _)| *other == index);
                    if stored(own.fold(before, fold)) != before {
                        return None;
                    }
                }
            }
        }
        Some(IdleReason::Same)
    }

    /// Whether there is nothing that a lever could act on while it holds.
    fn no_object(&self, path: &str, lever: Address, by: Option<usize>) -> Option<IdleReason> {
        let params = &self.scenario.params;
        let parts: Vec<&str> = path.split('.').collect();
        let fits = |pattern: &str| {
            let wanted: Vec<&str> = pattern.split('.').collect();
            wanted.len() == parts.len()
                && wanted.iter().zip(&parts).all(|(one, other)| *one == "*" || one.is_empty() || one == other)
        };
        let (_, object, missing) = OBJECTS.into_iter().find(|(pattern, ..)| fits(pattern))?;
        // To switch something off needs no object.
        let value = by.map_or_else(
            || lever.get(params),
            |index| {
                self.entry(index).set.iter().find(|(known, _)| known == path).map_or(Value::Flag(false), |one| one.1)
            },
        );
        if matches!(value, Value::Number(0.0) | Value::Flag(false)) && !self.is_varied(path) {
            return None;
        }
        let needed: Vec<String> = match object {
            LeverObject::Kind(word) => {
                let is = |place: usize| {
                    self.scenario.get(&format!("places.{}.kind", params.places[place].name)) == Ok(Value::Word(word))
                };
                return (!(0..params.places.len()).any(is)).then_some(IdleReason::NoObject { missing });
            }
            LeverObject::Status(_) => {
                crate::ids::good::Good::WORDS.iter().map(|good| format!("goods.{good}.status")).collect()
            }
            LeverObject::OwnStatus(_) => vec![format!("goods.{}.status", parts[1])],
            LeverObject::Above(other) | LeverObject::Flag(other) => vec![other.to_owned()],
            LeverObject::OwnAbove(field) | LeverObject::OwnFlag(field) => {
                vec![format!("{}.{}.{field}", parts[0], parts[1])]
            }
            LeverObject::Budget => vec![format!("agencies.{}.budget", parts[1])],
        };
        if needed.iter().any(|one| one == path || self.is_varied(one)) {
            return None;
        }
        let is_object = |value: Value| match (object, value) {
            (LeverObject::Status(words) | LeverObject::OwnStatus(words), Value::Word(word)) => words.contains(&word),
            (LeverObject::Above(_) | LeverObject::OwnAbove(_) | LeverObject::Budget, Value::Number(number)) => {
                number > 0.0
            }
            (_, Value::Flag(flag)) => flag,
            _ => true,
        };
        let span = by.map_or((1, self.scenario.days), |index| {
            let entry = self.entry(index);
            (entry.day, entry.until.unwrap_or(u32::MAX).min(self.scenario.days))
        });
        let found = needed.iter().any(|one| {
            let setters = self.by_lever.get(one.as_str()).map(|(setters, _)| Rc::clone(setters)).unwrap_or_default();
            let changes = setters.iter().flat_map(|(index, _)| {
                let entry = self.entry(*index);
                [entry.day, entry.arrives(), entry.until.map_or(u32::MAX, |until| until.saturating_add(1))]
            });
            let days: Vec<u32> = changes.chain([span.0]).filter(|day| (span.0..=span.1).contains(day)).collect();
            let places = (0..params.places.len())
                .filter(|&place| by.is_none_or(|index| self.entry(index).holds_in(&params.places[place].name)));
            let mut places: Vec<usize> = places.collect();
            if setters.iter().all(|(index, _)| self.entry(*index).places.is_empty()) {
                places.truncate(1);
            }
            places.iter().any(|&place| days.iter().any(|&day| is_object(self.scenario.value_in(one, place, day))))
        });
        (!found).then_some(IdleReason::NoObject { missing })
    }
}

impl IdleSetting {
    /// A lever that is set from the start to what holds there already.
    pub fn same(path: &str, value: Value) -> Self {
        Self { levers: vec![(path.to_owned(), Some(value))], origin: SetBy::Start, why: IdleReason::Same }
    }

    /// What is set, in words: `` `law.fine` = 240 ("Crackdown", day 120) ``.
    fn subject(&self) -> String {
        const TOLD: usize = 4;
        let one = |(path, value): &(String, Option<Value>)| {
            value.map_or_else(|| format!("`{path}`"), |value| format!("`{path}` = {value}"))
        };
        let told: Vec<String> = self.levers.iter().map(one).collect();
        let by = match &self.origin {
            SetBy::Start => String::new(),
            SetBy::Entry { day, label, .. } if label.is_empty() => format!(" (from day {day})"),
            SetBy::Entry { day, label, .. } => format!(" (\"{label}\", from day {day})"),
        };
        format!("{}{by}", first_few(&told, TOLD, ", "))
    }
}

/// In a sentence, without a capital at its start or a point at its end.
impl fmt::Display for IdleSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject();
        let many = self.levers.len() > 1;
        let s = |one: &'static str, several: &'static str| if many { several } else { one };
        match &self.why {
            IdleReason::Overruled { stretches, share: (lost, all) } => {
                let when = match (lost, all) {
                    (lost, all) if lost == all => s("never holds", "never hold").to_owned(),
                    (lost, all) if 2 * lost > *all => format!("{} overruled on most days", s("is", "are")),
                    _ => format!("{} overruled on some days", s("is", "are")),
                };
                write!(f, "{subject} {when}: ")?;
                let told: Vec<String> = stretches.iter().map(ToString::to_string).collect();
                f.write_str(&first_few(&told, 6, "; "))
            }
            IdleReason::Same => write!(
                f,
                "{subject} {} nothing: {} already",
                s("changes", "change"),
                s("it has this value", "they have these values")
            ),
            IdleReason::Never { last } => {
                write!(f, "{subject} never {}: the run ends on day {last}", s("comes", "come"))
            }
            IdleReason::Unfinished { arrives, last } => {
                write!(
                    f,
                    "{subject} never {}: the ramp takes until day {arrives}, and the run ends on day {last}",
                    s("arrives", "arrive")
                )
            }
            IdleReason::AtOnce { ramp } => write!(
                f,
                "{subject} {} at once on the first day, whatever the ramp of {ramp} days: only numbers move step by step",
                s("switches", "switch")
            ),
            IdleReason::NoObject { missing } => {
                write!(f, "{subject} {} nothing to act on: {missing}", s("has", "have"))
            }
        }
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TOLD: usize = 4;
        let Self { days: (first, last), places, value, label } = self;
        if first == last {
            write!(f, "on day {first}")?;
        } else {
            write!(f, "on days {first} to {last}")?;
        }
        if !places.is_empty() {
            write!(f, " in {}", first_few(places, TOLD, ", "))?;
        }
        write!(f, " the timeline sets it to {value}")?;
        if label.is_empty() { Ok(()) } else { write!(f, " (\"{label}\")") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library::LIBRARY;
    use crate::scenario::read::read;
    use crate::scenario::tree::Format;

    fn world(timeline: &str) -> Scenario {
        let text = format!("(days: 100, law: (fine: 60), timeline: [{timeline}])");
        read(&text, Format::Ron).unwrap_or_else(|wrong| panic!("{wrong:?}"))
    }

    fn all(scenario: &Scenario, start: &[&str]) -> Vec<String> {
        let start = start.iter().map(|&path| path.into()).collect();
        let asked = Asked { start, entries: 0..scenario.timeline.len(), varied: false };
        scenario.idle(&asked).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_lever_that_the_timeline_overrules_is_told_by_name_days_and_places() {
        let told = |timeline: &str| all(&world(timeline), &["law.fine"]);
        assert!(told("").is_empty() && told("(day: 5, set: {\"law.seizure\": 0.9})").is_empty());
        assert_eq!(
            told("(day: 1, label: \"Fixed\", set: {\"law.fine\": 500})"),
            ["`law.fine` = 60 never holds: on days 1 to 100 the timeline sets it to 500 (\"Fixed\")"]
        );
        assert_eq!(
            told("(day: 21, set: {\"law.fine\": 500})"),
            ["`law.fine` = 60 is overruled on most days: on days 21 to 100 the timeline sets it to 500"]
        );
        // While a number moves, where it started is still felt.
        assert_eq!(
            told("(day: 11, ramp: 10, until: 30, set: {\"law.fine\": 500})"),
            ["`law.fine` = 60 is overruled on some days: on days 20 to 30 the timeline sets it to 500"]
        );
        assert_eq!(
            told(
                "(day: 1, places: [\"harbour\", \"fringe\"], set: {\"law.fine\": 500}), (day: 90, places: [\"harbour\"], set: {\"law.fine\": 7})"
            ),
            [
                "`law.fine` = 60 is overruled on some days: on days 1 to 89 in harbour the timeline sets it to 500; on days 90 \
              to 100 in harbour the timeline sets it to 7; on days 1 to 100 in fringe the timeline sets it to 500"
            ]
        );
    }

    #[test]
    fn an_entry_that_another_overrules_is_told_unless_that_is_what_the_list_says() {
        let told = |timeline: &str| all(&world(timeline), &[]);
        // One phase after another, and an exception for some places, are what they seem.
        assert!(told("(day: 20, set: {\"law.fine\": 500}), (day: 60, set: {\"law.fine\": 900})").is_empty());
        assert!(
            told("(day: 20, set: {\"law.fine\": 500}), (day: 20, places: [\"harbour\"], set: {\"law.fine\": 9})")
                .is_empty()
        );
        assert_eq!(
            told(
                "(day: 20, label: \"Late\", set: {\"law.fine\": 500}), (day: 10, until: 40, set: {\"law.fine\": 900})"
            ),
            [
                "`law.fine` = 500 (\"Late\", from day 20) is overruled on some days: on days 20 to 40 the timeline sets it to 900"
            ]
        );
        // It says until when it holds, and does so for less than half of that.
        assert_eq!(
            told("(day: 5, until: 15, set: {\"law.fine\": 240}), (day: 6, until: 15, set: {\"law.fine\": 300})"),
            ["`law.fine` = 240 (from day 5) is overruled on most days: on days 6 to 15 the timeline sets it to 300"]
        );
        assert!(
            told("(day: 5, until: 15, set: {\"law.fine\": 240}), (day: 12, until: 15, set: {\"law.fine\": 300})")
                .is_empty()
        );
        assert_eq!(
            told(
                "(day: 20, places: [\"harbour\"], set: {\"law.fine\": 500}), (day: 20, places: [\"harbour\"], set: {\"law.fine\": 500})"
            ),
            [
                "`law.fine` = 500 (from day 20) never holds: on days 20 to 100 the timeline sets it to 500",
                "`law.fine` = 500 (from day 20) changes nothing: it has this value already"
            ]
        );
    }

    #[test]
    fn an_entry_that_does_nothing_is_told() {
        let told = |timeline: &str| all(&world(timeline), &[]);
        assert_eq!(
            told(
                "(day: 20, label: \"Same\", set: {\"law.fine\": 60.0001, \"law.seizure\": 0.5, \"law.corruption\": 0.3})"
            ),
            [
                "`law.fine` = 60.0001, `law.seizure` = 0.5 (\"Same\", from day 20) change nothing: they have these values already"
            ]
        );
        assert_eq!(
            told("(day: 20, set: {\"law.fine\": 80}), (day: 30, until: 50, set: {\"law.fine\": 80})"),
            ["`law.fine` = 80 (from day 30) changes nothing: it has this value already"]
        );
        assert!(told("(day: 20, until: 40, set: {\"law.fine\": 80}), (day: 30, set: {\"law.fine\": 80})").is_empty());
        assert_eq!(
            told("(day: 20, ramp: 9, set: {\"goods.privacy.status\": \"free\"})"),
            [
                "`goods.privacy.status` = free (from day 20) switches at once on the first day, whatever the ramp of 9 days: \
              only numbers move step by step"
            ]
        );
        assert_eq!(
            told("(day: 90, ramp: 30, set: {\"law.fine\": 500})"),
            ["`law.fine` = 500 (from day 90) never arrives: the ramp takes until day 119, and the run ends on day 100"]
        );
        let mut short = world("(day: 90, label: \"Policy\", set: {\"law.fine\": 500, \"law.seizure\": 0.9})");
        short.days = 89;
        assert_eq!(
            all(&short, &[]),
            ["`law.fine` = 500, `law.seizure` = 0.9 (\"Policy\", from day 90) never come: the run ends on day 89"]
        );
    }

    #[test]
    fn a_lever_with_nothing_to_act_on_is_told() {
        let told = |timeline: &str| all(&world(timeline), &[]);
        assert_eq!(
            told("(day: 20, set: {\"law.licence_tax\": 0.4})"),
            ["`law.licence_tax` = 0.4 (from day 20) has nothing to act on: no good is licensed"]
        );
        assert_eq!(
            told(
                "(day: 20, set: {\"law.corruption\": 0, \"law.bribe_share\": 0.9, \"temperaments.volume_dealer.bribes\": 0.9})"
            ),
            [
                "`law.bribe_share` = 0.9, `temperaments.volume_dealer.bribes` = 0.9 (from day 20) have nothing to act on: \
                 `law.corruption` is 0"
            ]
        );
        let licensed = |day: u32, until: &str, places: &str| {
            told(&format!(
                "(day: 20, until: 50, places: [\"harbour\"], set: {{\"law.licence_tax\": 0.4}}), \
                 (day: {day}, {until}{places} set: {{\"goods.privacy.status\": \"licensed\"}})"
            ))
        };
        assert!(licensed(50, "", "").is_empty() && licensed(5, "until: 20,", "").is_empty());
        assert_eq!(licensed(51, "", "").len() + licensed(5, "until: 19,", "").len(), 2);
        assert!(licensed(30, "", "places: [\"harbour\"],").is_empty());
        assert_eq!(licensed(30, "", "places: [\"fringe\"],").len(), 1);
        let mut mine = world(
            "(day: 9, set: {\"goods.privacy.status\": \"free\"}), (day: 10, set: {\"goods.privacy.severity\": 3})",
        );
        assert_eq!(
            all(&mine, &["law.tolerance", "enclaves.tariff", "goods.privacy.evidence"]),
            [
                "`law.tolerance` = 0.1 has nothing to act on: no good is tolerated",
                "`goods.privacy.severity` = 3 (from day 10) has nothing to act on: the good is free, so nobody is fined for it"
            ]
        );
        let own = [
            ("goods.positional.habit_pull", "0.9", "the good makes no habit: its `habit_gain` is 0"),
            ("agencies.city_watch.target_place", "1", "the agency's `target_share` is 0"),
            ("temperaments.opportunist.replication", "0.5", "`runs_itself` of the kind is false"),
        ];
        for (path, value, missing) in own {
            mine.set(path, value).expect("a lever");
            assert_eq!(all(&mine, &[path])[0], format!("`{path}` = {value} has nothing to act on: {missing}"));
        }
        mine.set("goods.positional.habit_gain", "0.1").expect("a lever");
        assert!(all(&mine, &["goods.positional.habit_pull"]).iter().all(|told| !told.contains("habit_pull")));
        mine.params.places.retain(|place| place.params.kind.word() == "district");
        assert_eq!(
            all(&mine, &["enclaves.tariff"])[0],
            "`enclaves.tariff` = 0.05 has nothing to act on: no place is an enclave"
        );
    }

    #[test]
    fn what_is_varied_is_not_judged_by_its_value_in_the_base() {
        let scenario = world("(day: 20, set: {\"law.fine\": 60, \"law.licence_tax\": 0.4})");
        let asked = |start: &[&str]| {
            let start = start.iter().map(|&path| path.into()).collect();
            let found = scenario.idle(&Asked { start, entries: 0..1, varied: true });
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            asked(&["law.fine", "goods.privacy.status"]),
            ["`law.fine` is overruled on most days: on days 20 to 100 the timeline sets it to 60"]
        );
    }

    /// What comes with the program means what it says.
    #[test]
    fn no_scenario_that_comes_with_the_program_sets_anything_in_vain() {
        for embedded in LIBRARY {
            let scenario = read(embedded.text, Format::Ron).unwrap();
            let told: Vec<String> = scenario.idle_in_file().iter().map(ToString::to_string).collect();
            assert!(told.is_empty(), "{}: {told:?}", embedded.name);
        }
    }
}
