//! From a tree of values to a scenario, with every complaint on the way.
//!
//! What is wrong is left at its default and reading goes on, so that one look at the file finds all that is wrong with it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::check::{self, Conflict};
use super::complaint::Complaint;
use super::fields::{AnySection, Scope, Section};
use super::levers::{Address, Fault, Given, LeverError, Misfit, Part, closest_name, judge, shortened};
use super::params::{Agency, House, Params, Place, PlaceParams, Provider, Temperament, Venue, VenueParams};
use super::tree::{Format, Key, Kind, Node, read_tree};
use super::{Entry, Scenario};
use crate::actors::agency::AgencyParams;
use crate::goods::Good;
use crate::units::Value;

/// Longest run, in days.
pub const LONGEST_RUN: u32 = 36_500;

/// More complaints than these are only counted.
const MOST_COMPLAINTS: usize = 200;

/// The fields of a scenario file, in order.
pub(crate) const FIELDS: [&str; 25] = [
    "name",
    "question",
    "look_at",
    "days",
    "seed",
    "citizens",
    "demand",
    "market",
    "syndicates",
    "law",
    "society",
    "delegates",
    "enclaves",
    "colonies",
    "leaks",
    "welfare",
    "goods",
    "places",
    "venues",
    "agencies",
    "temperaments",
    "providers",
    "houses",
    "set",
    "timeline",
];

/// The fields of an entry of the timeline, in order.
pub(crate) const ENTRY_FIELDS: [&str; 6] = ["day", "until", "ramp", "places", "label", "set"];

/// Reads a scenario. What the text does not mention is as in [`Scenario::default`], but for name, question and
/// `look_at`, which are then empty.
///
/// # Errors
/// Everything that is wrong with the text, in the order in which it stands there.
pub fn read(text: &str, format: Format) -> Result<Scenario, Vec<Complaint>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let scenario = reader.scenario(&root);
    for conflict in check::conflicts(&scenario) {
        reader.conflict(conflict, &root);
    }
    reader.told(&root)?;
    Ok(scenario)
}

pub(super) struct Reader<'t> {
    text: &'t str,
    complaints: Vec<Complaint>,
    /// Complaints beyond [`MOST_COMPLAINTS`].
    untold: usize,
    /// Where what was read stands, by its path: for complaints about combinations.
    spans: BTreeMap<String, Range<usize>>,
}

impl<'t> Reader<'t> {
    /// Of a text of which nothing was read yet.
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, complaints: Vec::new(), untold: 0, spans: BTreeMap::new() }
    }

    /// All complaints, in the order of the text.
    pub(super) fn told(self, root: &Node<'t>) -> Result<(), Vec<Complaint>> {
        let Self { text, mut complaints, untold, .. } = self;
        complaints.sort_by_key(|complaint| complaint.span.start);
        if untold > 0 {
            let what = format!("and {untold} more complaints");
            complaints.push(
                Complaint::new(&caret(text, root), what, "too many to tell")
                    .help("correct the first ones and look again"),
            );
        }
        if complaints.is_empty() { Ok(()) } else { Err(complaints) }
    }

    /// Changes a scenario by the `set` and the `timeline` of a group, whose entries come behind its own.
    pub(super) fn change(&mut self, node: &Node<'t>, scenario: &mut Scenario) {
        let Kind::Fields(fields) = &node.kind else { return };
        self.spans.clear();
        for (key, node) in fields {
            match &*key.name {
                "set" => self.set(node, &mut scenario.params),
                "timeline" => {
                    for node in self.items(node, "timeline", check::MOST_ENTRIES) {
                        if let Some(entry) = self.entry(node, scenario) {
                            scenario.timeline.push(entry);
                        }
                    }
                }
                _ => {}
            }
        }
        for conflict in check::conflicts(scenario) {
            self.conflict(conflict, node);
        }
    }

    fn scenario(&mut self, root: &Node<'t>) -> Scenario {
        let mut scenario =
            Scenario { name: String::new(), question: String::new(), look_at: String::new(), ..Scenario::default() };
        // JSON editors find the schema by this name.
        let known: Vec<&str> = FIELDS.into_iter().chain(["$schema"]).collect();
        let fields = self.fields(root, "a scenario", "", &known);
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);

        for (name, slot) in
            [("name", &mut scenario.name), ("question", &mut scenario.question), ("look_at", &mut scenario.look_at)]
        {
            if let Some(text) = find(name).and_then(|node| self.text(node, name)) {
                *slot = text;
            }
        }
        if let Some(days) = find("days").and_then(|node| self.whole(node, "days", 1, LONGEST_RUN.into(), "days")) {
            scenario.days = u32::try_from(days).unwrap_or(LONGEST_RUN);
        }
        if let Some(seed) = find("seed").and_then(|node| self.whole(node, "seed", 0, u64::MAX, "any whole number")) {
            scenario.seed = seed;
        }
        // The lists come first: everything else may speak of their items by name.
        if let Some(node) = find("places") {
            self.places(node, &mut scenario.params);
        }
        if let Some(node) = find("venues") {
            self.venues(node, &mut scenario.params);
        }
        if let Some(node) = find("agencies") {
            self.agencies(node, &mut scenario.params);
        }
        let params = &mut scenario.params;
        if let Some(node) = find("temperaments") {
            let kinds = self.named(node, "temperaments", "a temperament", check::MOST_TEMPERAMENTS);
            if let Some(kinds) = kinds {
                params.temperaments = kinds.into_iter().map(|(name, params)| Temperament { name, params }).collect();
            }
        }
        if let Some(node) = find("providers") {
            let providers = self.named(node, "providers", "a provider", check::MOST_PROVIDERS);
            if let Some(providers) = providers {
                params.providers = providers.into_iter().map(|(name, params)| Provider { name, params }).collect();
            }
        }
        if let Some(node) = find("houses") {
            let houses = self.named(node, "houses", "a house", check::MOST_HOUSES);
            if let Some(houses) = houses {
                params.houses = houses.into_iter().map(|(name, params)| House { name, params }).collect();
            }
        }
        for (key, node) in &fields {
            if let Some(part) = Part::single(&key.name) {
                self.section(node, &mut [part.section_mut(params)], &key.name, &[]);
            } else if key.name == "goods" {
                for (key, node) in self.fields(node, "`goods`", "goods", Good::WORDS) {
                    if let Some(good) = Good::from_word(&key.name) {
                        let sections = &mut [&mut params.goods[good] as &mut dyn AnySection, params.own.of_mut(good)];
                        self.section(node, sections, &format!("goods.{}", key.name), &[]);
                    }
                }
            }
        }
        if let Some(node) = find("set") {
            self.set(node, &mut scenario.params);
        }
        if let Some(node) = find("timeline") {
            for node in self.items(node, "timeline", check::MOST_ENTRIES) {
                if let Some(entry) = self.entry(node, &scenario) {
                    scenario.timeline.push(entry);
                }
            }
        }
        scenario
    }

    /// Reads the fields of the sections that a group holds, and hands back those that are in no table but in `others`.
    fn section<'n>(
        &mut self,
        node: &'n Node<'t>,
        sections: &mut [&mut dyn AnySection],
        path: &str,
        others: &[&'static str],
    ) -> Vec<(&'n Key<'t>, &'n Node<'t>)> {
        let names = sections.iter().flat_map(|section| section.abouts()).map(|about| about.name);
        let known: Vec<&str> = others.iter().copied().chain(names).collect();
        let mut left = Vec::new();
        for (key, node) in self.fields(node, &format!("`{path}`"), path, &known) {
            let found = sections.iter_mut().find_map(|section| {
                let index = section.abouts().position(|about| about.name == key.name)?;
                Some((section, index))
            });
            let Some((section, index)) = found else {
                left.push((key, node));
                continue;
            };
            let path = format!("{path}.{}", key.name);
            let about = section.about(index).expect("its place in the table was just found");
            match judge(about, &given(&node.kind)) {
                Ok(value) => {
                    section.set(index, value);
                    self.spans.insert(path, node.span.clone());
                }
                Err(misfit) => self.misfit(node, &path, misfit),
            }
        }
        left
    }

    /// A list whose items have a name and one section, and nothing else.
    fn named<S: Section + Default>(
        &mut self,
        node: &Node<'t>,
        list: &str,
        what: &str,
        most: usize,
    ) -> Option<Vec<(String, S)>> {
        self.spans.insert(list.into(), self.caret(node));
        let mut items: Vec<(String, S)> = Vec::new();
        for (index, node) in self.items(node, list, most).iter().enumerate() {
            let name = self.name(node, what, items.iter().map(|(name, _)| name.as_str()));
            let mut params = S::default();
            self.section(node, &mut [&mut params], &path_in(list, &name, index), &["name"]);
            items.push((name, params));
        }
        matches!(node.kind, Kind::List(_)).then_some(items)
    }

    fn places(&mut self, node: &Node<'t>, params: &mut Params) {
        self.spans.insert("places".into(), self.caret(node));
        let mut places = Vec::new();
        for (index, node) in self.items(node, "places", check::MOST_PLACES).iter().enumerate() {
            let mut place = Place { name: String::new(), params: PlaceParams::default() };
            let taken = places.iter().map(|place: &Place| place.name.as_str());
            place.name = self.name(node, "a place", taken);
            self.section(node, &mut [&mut place.params], &path_in("places", &place.name, index), &["name"]);
            places.push(place);
        }
        if matches!(node.kind, Kind::List(_)) {
            params.places = places;
        }
    }

    fn venues(&mut self, node: &Node<'t>, params: &mut Params) {
        self.spans.insert("venues".into(), self.caret(node));
        let mut venues = Vec::new();
        for (index, node) in self.items(node, "venues", check::MOST_VENUES).iter().enumerate() {
            let mut venue = Venue { name: String::new(), place: None, params: VenueParams::default() };
            let taken = venues.iter().map(|venue: &Venue| venue.name.as_str());
            venue.name = self.name(node, "a venue", taken);
            let path = path_in("venues", &venue.name, index);
            for (key, node) in self.section(node, &mut [&mut venue.params], &path, &["name", "place"]) {
                if key.name == "place" && node.kind != Kind::Nothing {
                    venue.place = self.place(node, &params.places);
                }
            }
            venues.push(venue);
        }
        if matches!(node.kind, Kind::List(_)) {
            params.venues = venues;
        }
    }

    fn agencies(&mut self, node: &Node<'t>, params: &mut Params) {
        self.spans.insert("agencies".into(), self.caret(node));
        let mut agencies = Vec::new();
        for (index, node) in self.items(node, "agencies", check::MOST_AGENCIES).iter().enumerate() {
            let mut agency =
                Agency { name: String::new(), places: Vec::new(), goods: Vec::new(), params: AgencyParams::default() };
            let taken = agencies.iter().map(|agency: &Agency| agency.name.as_str());
            agency.name = self.name(node, "an agency", taken);
            let path = path_in("agencies", &agency.name, index);
            for (key, node) in self.section(node, &mut [&mut agency.params], &path, &["name", "places", "goods"]) {
                match &*key.name {
                    "places" => agency.places = self.place_list(node, &params.places),
                    "goods" => agency.goods = self.good_list(node),
                    _ => {}
                }
            }
            agencies.push(agency);
        }
        if matches!(node.kind, Kind::List(_)) {
            params.agencies = agencies;
        }
    }

    /// `set: {"places.harbour.surveillance": 2.0}`: levers by path, from the start.
    fn set(&mut self, node: &Node<'t>, params: &mut Params) {
        for (key, node) in self.levers(node) {
            let Some(lever) = self.lever(key, params) else { continue };
            match judge(lever.about(params), &given(&node.kind)) {
                Ok(_) if self.spans.contains_key(&*key.name) => {
                    let line = self.line_of(self.spans[&*key.name].start);
                    let what = format!("`{}` is given twice", key.name);
                    self.complain(Complaint::new(&key.span, what, "and here").help(format!("first on line {line}")));
                }
                Ok(value) => {
                    lever.set(params, value);
                    self.spans.insert(key.name.to_string(), node.span.clone());
                }
                Err(misfit) => self.misfit(node, &key.name, misfit),
            }
        }
    }

    fn entry(&mut self, node: &Node<'t>, scenario: &Scenario) -> Option<Entry> {
        let before = self.complaints.len() + self.untold;
        let fields = self.fields(node, "an entry of `timeline`", "", &ENTRY_FIELDS);
        if !matches!(node.kind, Kind::Fields(_)) {
            return None;
        }
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
        let here = self.caret(node);

        let day = match find("day") {
            Some(node) => self.day(node, scenario.days),
            None => {
                let complaint = Complaint::new(&here, "an entry of `timeline` without `day`", "`day` is missing here");
                self.complain(complaint.help("day: 90 makes it hold from day 90 on"));
                None
            }
        };
        let until_at = find("until").filter(|node| node.kind != Kind::Nothing);
        let until = until_at.and_then(|node| Some((self.whole(node, "until", 1, u32::MAX.into(), "days")?, node)));
        let ramp = find("ramp").and_then(|node| Some((self.whole(node, "ramp", 0, LONGEST_RUN.into(), "days")?, node)));
        if let (Some(day), Some((until, node))) = (day, until) {
            if until < day {
                let what = format!("the entry ends on day {until}, before it begins on day {day}");
                let complaint = Complaint::new(&node.span, what, format!("before day {day}"));
                self.complain(complaint.help("`until` is the last day on which it holds; leave it out for ever"));
            } else if let Some((ramp, node)) = ramp
                && ramp > until - day + 1
            {
                let window = until - day + 1;
                let what =
                    format!("a ramp of {ramp} days does not fit into {window} days, from day {day} until day {until}");
                let complaint = Complaint::new(&node.span, what, "longer than the entry holds");
                self.complain(complaint.help(format!("a ramp of at most {window} days, or a later `until`")));
            }
        }
        let places = find("places").map(|node| self.place_list(node, &scenario.params.places)).unwrap_or_default();
        let label = find("label").and_then(|node| self.text(node, "label")).unwrap_or_default();
        let set = match find("set") {
            Some(node) => self.dated_levers(node, scenario, find("places").is_some()),
            None => {
                let complaint = Complaint::new(&here, "an entry of `timeline` without `set`", "it changes nothing");
                self.complain(complaint.help("set: {\"law.fine\": 240.0} says which levers move, and to what"));
                Vec::new()
            }
        };
        if self.complaints.len() + self.untold > before {
            return None;
        }
        let index = scenario.timeline.len();
        for (path, span) in &set {
            self.spans.insert(format!("timeline[{index}].{}", path.0), span.clone());
        }
        let days = |days: u64| u32::try_from(days).unwrap_or(u32::MAX);
        Some(Entry {
            day: days(day?),
            until: until.map(|(until, _)| days(until)),
            ramp: ramp.map_or(0, |(ramp, _)| days(ramp)),
            places,
            set: set.into_iter().map(|(set, _)| set).collect(),
            label,
        })
    }

    fn day(&mut self, node: &Node<'t>, last: u32) -> Option<u64> {
        let day = self.whole(node, "day", 0, u32::MAX.into(), "days")?;
        if day == 0 {
            let complaint = Complaint::new(&node.span, "an entry on day 0", "the first day is day 1");
            self.complain(
                complaint.help("what holds from the start is written outside `timeline`, in its section or in `set`"),
            );
            return None;
        }
        if day > last.into() {
            let complaint =
                Complaint::new(&node.span, format!("day {day} is after the end of the run"), "never reached");
            self.complain(complaint.help(format!("the run has {last} days; `days: {day}` would make it long enough")));
            return None;
        }
        Some(day)
    }

    /// The levers that an entry sets, each with where its value stands.
    fn dated_levers(
        &mut self,
        node: &Node<'t>,
        scenario: &Scenario,
        by_place: bool,
    ) -> Vec<((String, Value), Range<usize>)> {
        let mut set = Vec::new();
        for (key, node) in self.levers(node) {
            let Some(lever) = self.lever(key, &scenario.params) else { continue };
            let path = &key.name;
            let about = lever.about(&scenario.params);
            match about.scope {
                Scope::Start => {
                    let what = format!("`{path}` is fixed when the world is made");
                    let complaint = Complaint::new(&key.span, what, "cannot change by date");
                    self.complain(complaint.help("set it outside `timeline`, in its section or in `set`"));
                    continue;
                }
                Scope::Day if by_place => {
                    let what = format!("`{path}` cannot differ from place to place");
                    let complaint = Complaint::new(&key.span, what, "holds everywhere at once");
                    self.complain(complaint.help(
                        "leave `places` out of this entry, or move this lever to an entry of its own; what can differ by place is most of `law.`, what draws people to a good and what the law makes of it, and what a council decides (admission, norms, crafts, tariff)",
                    ));
                    continue;
                }
                Scope::Day | Scope::Place => {}
            }
            match judge(about, &given(&node.kind)) {
                Ok(value) => set.push(((path.to_string(), value), node.span.clone())),
                Err(misfit) => self.misfit(node, path, misfit),
            }
        }
        set
    }

    /// The pairs of a `set`, which must not be empty.
    fn levers<'n>(&mut self, node: &'n Node<'t>) -> Vec<(&'n Key<'t>, &'n Node<'t>)> {
        let example = "lever paths with values in curly brackets, like {\"law.fine\": 240.0}";
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("`set` cannot be {}", node.kind.described());
            self.complain(Complaint::new(&node.span, what, "wrong kind of value").help(format!("it takes {example}")));
            return Vec::new();
        };
        if fields.is_empty() {
            let complaint = Complaint::new(&node.span, "`set` is empty", "no lever here");
            self.complain(complaint.help(format!("it takes {example}")));
        }
        self.once(fields)
    }

    pub(super) fn lever(&mut self, key: &Key<'t>, params: &Params) -> Option<Address> {
        // Looking for the closest of some hundred names takes time, which a text full of errors would make long.
        if self.is_full() {
            self.untold += 1;
            return None;
        }
        match Address::find(params, &key.name) {
            Ok(lever) => Some(lever),
            Err(LeverError::Unknown { path, closest }) => {
                let what = format!("unknown lever `{}`", shortened(&path));
                let help = match closest {
                    Some(closest) => format!("the closest is `{closest}`"),
                    None => "`contraband levers` lists them all".into(),
                };
                self.complain(Complaint::new(&key.span, what, "no such lever").help(help));
                None
            }
            Err(LeverError::Misfit { .. }) => None,
        }
    }

    /// The known fields of a group, each once; complains of the others.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node<'t>,
        whole: &str,
        path: &str,
        known: &[&str],
    ) -> Vec<(&'n Key<'t>, &'n Node<'t>)> {
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("{whole} cannot be {}", node.kind.described());
            let example = known.iter().find(|&&name| name != "name").copied().unwrap_or("name");
            let help = format!("it is a group of fields in brackets, like ({example}: ...)");
            self.complain(Complaint::new(&self.caret(node), what, "wrong kind of value").help(help));
            return Vec::new();
        };
        let mut good = self.once(fields);
        good.retain(|(key, _)| {
            let is_known = known.contains(&&*key.name);
            if !is_known && self.is_full() {
                self.untold += 1;
            } else if !is_known {
                self.complaints.push(unknown_field(key, whole, path, known));
            }
            is_known
        });
        good
    }

    /// The fields without those whose name came before; complains of them.
    pub(super) fn once<'n>(&mut self, fields: &'n [(Key<'t>, Node<'t>)]) -> Vec<(&'n Key<'t>, &'n Node<'t>)> {
        let mut first = BTreeMap::new();
        let mut good = Vec::new();
        for (key, node) in fields {
            if let Some(&before) = first.get(&*key.name) {
                if self.is_full() {
                    self.untold += 1;
                    continue;
                }
                let line = self.line_of(before);
                let what = format!("`{}` is given twice", shortened(&key.name));
                self.complain(Complaint::new(&key.span, what, "and here").help(format!("first on line {line}")));
            } else {
                first.insert(&*key.name, key.span.start);
                good.push((key, node));
            }
        }
        good
    }

    pub(super) fn items<'n>(&mut self, node: &'n Node<'t>, name: &str, most: usize) -> &'n [Node<'t>] {
        let Kind::List(items) = &node.kind else {
            let what = format!("`{name}` cannot be {}", node.kind.described());
            let complaint = Complaint::new(&self.caret(node), what, "wrong kind of value");
            self.complain(complaint.help(format!("it is a list in square brackets: {name}: [(...), (...)]")));
            return &[];
        };
        if items.len() > most {
            let what = format!("`{name}` has {} items", items.len());
            let complaint = Complaint::new(&items[most].span, what, "one too many");
            self.complain(complaint.help(format!("at most {most} are allowed")));
            return &items[..most];
        }
        items
    }

    /// The name of an item of a list.
    pub(super) fn name<'n>(&mut self, node: &Node<'t>, what: &str, mut taken: impl Iterator<Item = &'n str>) -> String {
        let Kind::Fields(fields) = &node.kind else { return String::new() };
        let Some((_, at)) = fields.iter().find(|(key, _)| key.name == "name") else {
            let complaint =
                Complaint::new(&self.caret(node), format!("{what} without a name"), "`name` is missing here");
            self.complain(complaint.help("tables, charts and levers call it by its name"));
            return String::new();
        };
        let Some(name) = self.text(at, "name") else { return String::new() };
        let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && name.len() <= 40;
        if !fits {
            let what = format!("{:?} cannot be the name of {what}", shortened(&name));
            let complaint = Complaint::new(&at.span, what, "not a name");
            self.complain(complaint.help("a name begins with a to z, goes on with a to z, digits and underscores, and has at most 40 signs: old_arcade"));
        } else if taken.any(|other| other == name) {
            let complaint =
                Complaint::new(&at.span, format!("`{name}` is the name of {what} already"), "named a second time");
            self.complain(complaint.help("names tell them apart in tables and levers"));
        }
        name
    }

    fn place(&mut self, node: &Node<'t>, places: &[Place]) -> Option<String> {
        let name = self.text(node, "place")?;
        if places.iter().any(|place| place.name == name) {
            return Some(name);
        }
        let names = || places.iter().map(|place| place.name.as_str());
        let complaint = Complaint::new(&node.span, format!("unknown place `{}`", shortened(&name)), "no such place");
        self.complain(complaint.help(closest_or_all(&name, names().collect())));
        None
    }

    fn place_list(&mut self, node: &Node<'t>, places: &[Place]) -> Vec<String> {
        let items = self.names(node, "places", "harbour");
        let mut found: Vec<String> = Vec::new();
        for node in items {
            if let Some(name) = self.place(node, places)
                && self.new_in_list(&name, node, found.iter().map(String::as_str))
            {
                found.push(name);
            }
        }
        found
    }

    fn good_list(&mut self, node: &Node<'t>) -> Vec<Good> {
        let mut found: Vec<Good> = Vec::new();
        for node in self.names(node, "goods", "privacy") {
            let Some(name) = self.text(node, "goods") else { continue };
            match Good::from_word(&name) {
                Some(good) if self.new_in_list(&name, node, found.iter().map(|good| good.word())) => found.push(good),
                Some(_) => {}
                None => {
                    let complaint =
                        Complaint::new(&node.span, format!("unknown good `{}`", shortened(&name)), "no such good");
                    self.complain(complaint.help(closest_or_all(&name, Good::WORDS.to_vec())));
                }
            }
        }
        found
    }

    /// A list of names, which must not be empty: an empty list would mean all.
    pub(super) fn names<'n>(&mut self, node: &'n Node<'t>, name: &str, example: &str) -> &'n [Node<'t>] {
        let Kind::List(items) = &node.kind else {
            let what = format!("`{name}` cannot be {}", node.kind.described());
            let complaint = Complaint::new(&self.caret(node), what, "wrong kind of value");
            self.complain(complaint.help(format!("it is a list of names: {name}: [\"{example}\"]")));
            return &[];
        };
        if items.is_empty() {
            let complaint = Complaint::new(&node.span, format!("`{name}` is an empty list"), "no name here");
            self.complain(complaint.help(format!("leave `{name}` out to mean all")));
        }
        items
    }

    fn new_in_list<'n>(&mut self, name: &str, node: &Node<'t>, mut found: impl Iterator<Item = &'n str>) -> bool {
        let is_new = found.all(|other| other != name);
        if !is_new {
            self.complain(Complaint::new(&node.span, format!("`{name}` is listed twice"), "a second time"));
        }
        is_new
    }

    pub(super) fn text(&mut self, node: &Node<'t>, name: &str) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => Some(text.to_string()),
            Kind::Word(word) => Some((*word).into()),
            other => {
                let what = format!("`{name}` cannot be {}", other.described());
                let complaint = Complaint::new(&self.caret(node), what, "wrong kind of value");
                self.complain(complaint.help("it takes a text in double quotes"));
                None
            }
        }
    }

    /// A whole number that is no lever. Read from its digits, since a seed may be too large for a float.
    pub(super) fn whole(&mut self, node: &Node<'t>, name: &str, min: u64, max: u64, unit: &str) -> Option<u64> {
        let digits = self.text[node.span.clone()].replace('_', "");
        let exact = digits.strip_prefix('+').unwrap_or(&digits).parse::<u64>();
        let number = match (&node.kind, exact) {
            (Kind::Number(_), Ok(number)) => Some(number),
            // 365.0 is a whole number too.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
            (&Kind::Number(number), Err(_)) if number.fract() == 0.0 && (0.0..9e15).contains(&number) => {
                Some(number as u64)
            }
            _ => None,
        };
        if let Some(number) = number.filter(|number| (min..=max).contains(number)) {
            return Some(number);
        }
        let (found, label) = match &node.kind {
            Kind::Number(number) if number.fract() == 0.0 => (shortened(&digits).into_owned(), "out of range"),
            Kind::Number(_) => (shortened(&digits).into_owned(), "not whole"),
            other => (other.described().into(), "wrong kind of value"),
        };
        let allowed = match max {
            u64::MAX => format!("a whole number, {min} or more"),
            max if max == u64::from(u32::MAX) => format!("a whole number, {min} or more ({unit})"),
            max => format!("a whole number from {min} to {max} ({unit})"),
        };
        self.complain(
            Complaint::new(&node.span, format!("`{name}` cannot be {found}"), label)
                .help(format!("it takes {allowed}")),
        );
        None
    }

    pub(super) fn misfit(&mut self, node: &Node<'t>, path: &str, misfit: Misfit) {
        let label = match misfit.fault {
            Fault::Kind => "wrong kind of value",
            Fault::Range => "out of range",
            Fault::Fraction => "not whole",
            Fault::Word => "not one of its words",
        };
        let quoted = matches!(&node.kind, Kind::Text(text) if text.trim().parse::<f64>().is_ok());
        let hint = match (misfit.closest, quoted && misfit.fault == Fault::Kind) {
            (Some(closest), _) => format!("; the closest is `{closest}`"),
            (None, true) => "; numbers stand without quotes".into(),
            (None, false) => String::new(),
        };
        let span = self.caret(node);
        let complaint = Complaint::new(&span, format!("`{path}` cannot be {}", misfit.found), label);
        self.complain(complaint.help(format!("it takes {}{hint}", misfit.allowed)));
    }

    /// A complaint about a combination, at the first of its parts that the file mentions.
    fn conflict(&mut self, conflict: Conflict, root: &Node<'t>) {
        let span = conflict.paths.iter().find_map(|path| self.spans.get(path)).cloned();
        let span = span.unwrap_or_else(|| self.caret(root));
        self.complain(Complaint::new(&span, conflict.what, conflict.label).help_if(conflict.help));
    }

    pub(super) fn complain(&mut self, complaint: Complaint) {
        if self.is_full() { self.untold += 1 } else { self.complaints.push(complaint) }
    }

    fn is_full(&self) -> bool {
        self.complaints.len() >= MOST_COMPLAINTS
    }

    pub(super) fn caret(&self, node: &Node<'t>) -> Range<usize> {
        caret(self.text, node)
    }

    fn line_of(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

fn unknown_field(key: &Key<'_>, whole: &str, path: &str, known: &[&str]) -> Complaint {
    let listed = || known.iter().copied().filter(|name| !name.starts_with('$'));
    let help = match closest_name(&key.name, listed()) {
        Some(closest) => format!("the closest is `{closest}`"),
        None if listed().next().is_none() => "it has no fields".into(),
        None if known.len() <= 20 => format!("it has {}", listed().collect::<Vec<_>>().join(", ")),
        None => format!("`contraband levers` lists them, as `{path}.` and a name"),
    };
    let what = match path {
        "goods" => format!("unknown good `{}`", shortened(&key.name)),
        _ => format!("unknown field `{}` in {whole}", shortened(&key.name)),
    };
    Complaint::new(&key.span, what, if path == "goods" { "no such good" } else { "no such field" }).help(help)
}

/// How complaints call an item of a list: by its name, or by its number if it has none.
fn path_in(list: &str, name: &str, index: usize) -> String {
    if name.is_empty() { format!("{list}[{}]", index + 1) } else { format!("{list}.{name}") }
}

fn closest_or_all(name: &str, names: Vec<&str>) -> String {
    match closest_name(name, names.iter().copied()) {
        Some(closest) => format!("the closest is `{closest}`"),
        None => {
            let more = if names.len() > 20 { ", ..." } else { "" };
            format!("there are {}{more}", names[..names.len().min(20)].join(", "))
        }
    }
}

/// Where a caret belongs: under the whole of a short value, under the first sign of a long one.
fn caret(text: &str, node: &Node<'_>) -> Range<usize> {
    let Range { start, end } = node.span;
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    if matches!(node.kind, Kind::List(_) | Kind::Fields(_)) && end > start + 2 {
        start..start + first
    } else {
        start..end
    }
}

pub(super) fn given<'n>(kind: &'n Kind<'_>) -> Given<'n> {
    match kind {
        Kind::Number(number) => Given::Number(*number),
        Kind::Text(text) => Given::Word((&**text).into()),
        Kind::Word(word) => Given::Word((*word).into()),
        Kind::Flag(flag) => Given::Flag(*flag),
        other => Given::Other(other.described()),
    }
}
