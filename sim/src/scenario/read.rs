//! From a tree of values to a scenario, with every complaint on the way.
//!
//! What is wrong is left at its default and reading goes on, so that one look at the file finds all that is wrong with it.

use std::ops::Range;

use crate::base::fields::{About, AnySection, Scope, Section};
use crate::base::units::Value;
use crate::goods::params::GoodParams;
use crate::ids::good::Good;
use crate::params::Params;
use crate::params::agency::{AgencyParams, AgencySpec};
use crate::params::delegate::ProviderSpec;
use crate::params::house::HouseSpec;
use crate::params::place::{PlaceParams, PlaceSpec};
use crate::params::temperament::TemperamentSpec;
use crate::params::venue::{VenueParams, VenueSpec};
use crate::scenario::check::Conflict;
use crate::scenario::complaint::Diagnostic;
use crate::scenario::levers::{Address, LeverError, Part, judge, shortened};
use crate::scenario::reader::{NAME_RULE, Reader, closest_or_all, given, is_name};
use crate::scenario::tree::{FieldKey, Format, Kind, Node, read_tree};
use crate::scenario::{Scenario, TimelineEntry, check};

/// The largest seed: up to here every program reads whole numbers to the last digit, also those that count in floats
/// (R, JavaScript, spreadsheets). A larger one would become another one there, and name another run.
pub const LARGEST_SEED: u64 = 1 << 53;

/// Longest run, in days.
pub const LONGEST_RUN: u32 = 36_500;

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
pub(crate) const ENTRY_FIELDS: [&str; 7] = ["day", "until", "ramp", "places", "label", "reached", "set"];

/// The name under which a file says something of every family of goods that it does not name.
pub(crate) const OTHERS: &str = "others";

/// Several families of goods that are given the same values.
struct Families<'p>(Vec<&'p mut GoodParams>);

impl AnySection for Families<'_> {
    fn doc(&self) -> &'static str {
        "Every family of goods that is not named."
    }

    fn about(&self, field: usize) -> Option<&'static About> {
        GoodParams::FIELDS.get(field).map(|field| &field.about)
    }

    fn get(&self, field: usize) -> Value {
        self.0.first().map_or(Value::Flag(false), |family| (GoodParams::FIELDS[field].get)(family))
    }

    fn set(&mut self, field: usize, value: Value) {
        for family in &mut self.0 {
            (GoodParams::FIELDS[field].set)(family, value);
        }
    }
}

/// Reads a scenario. What the text does not mention is as in [`Scenario::default`], but for name, question and
/// `look_at`, which are then empty.
///
/// # Errors
/// Everything that is wrong with the text, in the order in which it stands there.
pub fn read(text: &str, format: Format) -> Result<Scenario, Vec<Diagnostic>> {
    read_lasting(text, format, None)
}

/// Reads a scenario that is asked to last so many days, or as long as it says itself: what comes after its own last day, but
/// before the last that is asked for, is not after the end.
///
/// # Errors
/// As [`read`].
pub fn read_lasting(text: &str, format: Format, days: Option<u32>) -> Result<Scenario, Vec<Diagnostic>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    reader.lasts = days.unwrap_or(0);
    let scenario = reader.scenario(&root);
    for conflict in check::conflicts(&scenario) {
        reader.conflict(conflict, &root);
    }
    reader.told(&root)?;
    Ok(scenario)
}

impl<'t> Reader<'t> {
    /// Changes a scenario by the `set` and the `timeline` of a group, whose entries come behind its own. Tells which levers
    /// are set to what they were.
    pub fn change(&mut self, node: &Node<'t>, scenario: &mut Scenario) -> Vec<String> {
        let Kind::Fields(fields) = &node.kind else { return Vec::new() };
        self.spans.clear();
        let mut unmoved = Vec::new();
        for (key, node) in fields {
            match &*key.name {
                "set" => {
                    let before = scenario.params.clone();
                    self.set(node, &mut scenario.params);
                    let is_as_before = |path: &&String| {
                        let lever = Address::find(&before, path);
                        lever.is_ok_and(|lever| lever.get(&before) == lever.get(&scenario.params))
                    };
                    unmoved = self.spans.keys().filter(is_as_before).cloned().collect();
                }
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
        unmoved
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
        scenario.days = scenario.days.max(self.lasts);
        if let Some(seed) = find("seed").and_then(|node| self.whole(node, "seed", 0, LARGEST_SEED, "a seed")) {
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
                let kind = |(name, key, params)| TemperamentSpec { name, key, params };
                params.temperaments = kinds.into_iter().map(kind).collect();
            }
        }
        if let Some(node) = find("providers") {
            let providers = self.named(node, "providers", "a provider", check::MOST_PROVIDERS);
            if let Some(providers) = providers {
                let provider = |(name, key, params)| ProviderSpec { name, key, params };
                params.providers = providers.into_iter().map(provider).collect();
            }
        }
        if let Some(node) = find("houses") {
            let houses = self.named(node, "houses", "a house", check::MOST_HOUSES);
            if let Some(houses) = houses {
                let house = |(name, key, params)| HouseSpec { name, key, params };
                params.houses = houses.into_iter().map(house).collect();
            }
        }
        for (key, node) in &fields {
            if let Some(part) = Part::single(&key.name) {
                self.section(node, &mut [part.section_mut(params)], &key.name, &[]);
            } else if key.name == "goods" {
                let families = self.fields(node, "`goods`", "goods", &[Good::WORDS, &[OTHERS]].concat());
                // First what is said of all others, wherever it stands.
                if let Some((_, node)) = families.iter().find(|(key, _)| key.name == OTHERS) {
                    let named = |good: &Good| families.iter().any(|(key, _)| key.name == good.word());
                    let all = Good::ALL.iter().zip(&mut params.goods.0);
                    let mut others = Families(all.filter(|(good, _)| !named(good)).map(|(_, one)| one).collect());
                    self.section(node, &mut [&mut others], "goods.others", &[]);
                }
                for (key, node) in families {
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
    ) -> Vec<(&'n FieldKey<'t>, &'n Node<'t>)> {
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

    /// A list whose items have a name, maybe a key, and one section, and nothing else.
    fn named<S: Section + Default>(
        &mut self,
        node: &Node<'t>,
        list: &str,
        what: &str,
        most: usize,
    ) -> Option<Vec<(String, String, S)>> {
        self.spans.insert(list.into(), self.caret(node));
        let mut items: Vec<(String, String, S)> = Vec::new();
        for (index, node) in self.items(node, list, most).iter().enumerate() {
            let name = self.name(node, what, items.iter().map(|(name, ..)| name.as_str()));
            let mut params = S::default();
            let path = path_in(list, &name, index);
            let fields = self.section(node, &mut [&mut params], &path, &["name", "key"]);
            let key = self.key(&fields, &path);
            items.push((name, key, params));
        }
        matches!(node.kind, Kind::List(_)).then_some(items)
    }

    /// The key of an item of a list, where it gives one; else empty.
    fn key(&mut self, fields: &[(&FieldKey<'t>, &Node<'t>)], path: &str) -> String {
        let Some((_, at)) = fields.iter().find(|(key, _)| key.name == "key") else { return String::new() };
        self.spans.insert(format!("{path}.key"), at.span.clone());
        let Some(key) = self.text(at, "key") else { return String::new() };
        if !is_name(&key) {
            let what = format!("{:?} cannot be a key", shortened(&key));
            let complaint = Diagnostic::new(&at.span, what, "not a name");
            self.complain(
                complaint.help(format!("a key is what the item was called before it was renamed; {NAME_RULE}")),
            );
            return String::new();
        }
        key
    }

    fn places(&mut self, node: &Node<'t>, params: &mut Params) {
        self.spans.insert("places".into(), self.caret(node));
        let mut places = Vec::new();
        for (index, node) in self.items(node, "places", check::MOST_PLACES).iter().enumerate() {
            let mut place = PlaceSpec { name: String::new(), key: String::new(), params: PlaceParams::default() };
            let taken = places.iter().map(|place: &PlaceSpec| place.name.as_str());
            place.name = self.name(node, "a place", taken);
            let path = path_in("places", &place.name, index);
            let fields = self.section(node, &mut [&mut place.params], &path, &["name", "key"]);
            place.key = self.key(&fields, &path);
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
            let mut venue =
                VenueSpec { name: String::new(), key: String::new(), place: None, params: VenueParams::default() };
            let taken = venues.iter().map(|venue: &VenueSpec| venue.name.as_str());
            venue.name = self.name(node, "a venue", taken);
            let path = path_in("venues", &venue.name, index);
            let fields = self.section(node, &mut [&mut venue.params], &path, &["name", "key", "place"]);
            venue.key = self.key(&fields, &path);
            for (key, node) in fields {
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
            let mut agency = AgencySpec {
                name: String::new(),
                key: String::new(),
                places: Vec::new(),
                goods: Vec::new(),
                params: AgencyParams::default(),
            };
            let taken = agencies.iter().map(|agency: &AgencySpec| agency.name.as_str());
            agency.name = self.name(node, "an agency", taken);
            let path = path_in("agencies", &agency.name, index);
            let known = ["name", "key", "places", "goods"];
            let fields = self.section(node, &mut [&mut agency.params], &path, &known);
            agency.key = self.key(&fields, &path);
            for (key, node) in fields {
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
                    self.complain(
                        Diagnostic::new(&key.span, what, "and again here").help(format!("first on line {line}")),
                    );
                }
                Ok(value) => {
                    lever.set(params, value);
                    self.spans.insert(key.name.to_string(), node.span.clone());
                }
                Err(misfit) => self.misfit(node, &key.name, misfit),
            }
        }
    }

    fn entry(&mut self, node: &Node<'t>, scenario: &Scenario) -> Option<TimelineEntry> {
        let before = self.complaints.len() + self.untold;
        let fields = self.fields(node, "an entry of `timeline`", "", &ENTRY_FIELDS);
        if !matches!(node.kind, Kind::Fields(_)) {
            return None;
        }
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
        let here = self.caret(node);

        let unreached = find("reached").is_some_and(|node| self.unreached(node));
        let day = match find("day") {
            Some(node) => self.day(node, if unreached { u32::MAX } else { scenario.days }),
            None => {
                let complaint = Diagnostic::new(&here, "an entry of `timeline` without `day`", "`day` is missing here");
                self.complain(complaint.help("day: 90 makes it apply from day 90 on"));
                None
            }
        };
        let until_at = find("until").filter(|node| node.kind != Kind::Nothing);
        let until = until_at.and_then(|node| Some((self.whole(node, "until", 1, u32::MAX.into(), "days")?, node)));
        let ramp = find("ramp").and_then(|node| Some((self.whole(node, "ramp", 0, LONGEST_RUN.into(), "days")?, node)));
        if let (Some(day), Some((until, node))) = (day, until) {
            if until < day {
                let what = format!("the entry ends on day {until}, before it begins on day {day}");
                let complaint = Diagnostic::new(&node.span, what, format!("before day {day}"));
                self.complain(complaint.help(
                    "`until` is the last day on which it applies; leave it out for an entry \
                                              without end",
                ));
            } else if let Some((ramp, node)) = ramp
                && ramp > until - day + 1
            {
                let window = until - day + 1;
                let what =
                    format!("a ramp of {ramp} days does not fit into {window} days, from day {day} until day {until}");
                let complaint = Diagnostic::new(&node.span, what, "longer than the entry lasts");
                self.complain(complaint.help(format!("use a ramp of at most {window} days, or a later `until`")));
            }
        }
        let places = find("places").map(|node| self.place_list(node, &scenario.params.places)).unwrap_or_default();
        let label = find("label").and_then(|node| self.text(node, "label")).unwrap_or_default();
        let set = match find("set") {
            Some(node) => self.dated_levers(node, scenario, find("places").is_some()),
            None => {
                let complaint = Diagnostic::new(&here, "an entry of `timeline` without `set`", "it changes nothing");
                self.complain(complaint.help("set: {\"law.fine\": 240.0} says which levers change, and to what"));
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
        Some(TimelineEntry {
            day: days(day?),
            until: until.map(|(until, _)| days(until)),
            ramp: ramp.map_or(0, |(ramp, _)| days(ramp)),
            places,
            set: set.into_iter().map(|(set, _)| set).collect(),
            label,
        })
    }

    /// Whether a file says that the run is too short for an entry.
    fn unreached(&mut self, node: &Node<'t>) -> bool {
        if let Kind::Flag(reached) = node.kind {
            return !reached;
        }
        let complaint = Diagnostic::new(&node.span, "`reached` is true or false", "neither");
        self.complain(complaint.help("false keeps an entry that begins after the last day, and so never applies"));
        false
    }

    fn day(&mut self, node: &Node<'t>, last: u32) -> Option<u64> {
        let day = self.whole(node, "day", 0, u32::MAX.into(), "days")?;
        if day == 0 {
            let complaint = Diagnostic::new(&node.span, "an entry on day 0", "the first day is day 1");
            self.complain(
                complaint.help("what applies from the start goes outside `timeline`, in its section or in `set`"),
            );
            return None;
        }
        if day > last.into() {
            let complaint =
                Diagnostic::new(&node.span, format!("day {day} is after the end of the run"), "never reached");
            self.complain(complaint.help(format!(
                "the run has {last} days; `days: {day}` would make it long enough, and `reached: false` keeps the entry \
                 as it is"
            )));
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
                    let what = format!("`{path}` is fixed when the world is created");
                    let complaint = Diagnostic::new(&key.span, what, "cannot change by date");
                    self.complain(complaint.help("set it outside `timeline`, in its section or in `set`"));
                    continue;
                }
                Scope::Day if by_place => {
                    let what = format!("`{path}` cannot differ from place to place");
                    let complaint = Diagnostic::new(&key.span, what, "applies everywhere at once");
                    self.complain(complaint.help(
                        "leave `places` out of this entry, or move this lever to an entry of its own; what can differ \
                         by place: most of `law.`, what attracts people to a good, the legal status of goods, and what \
                         a council decides (admission, norms, crafts, tariff)",
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
    fn levers<'n>(&mut self, node: &'n Node<'t>) -> Vec<(&'n FieldKey<'t>, &'n Node<'t>)> {
        let example = "lever paths with values in curly brackets, like {\"law.fine\": 240.0}";
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("`set` cannot be {}", node.kind.described());
            self.complain(Diagnostic::new(&node.span, what, "wrong kind of value").help(format!("it takes {example}")));
            return Vec::new();
        };
        if fields.is_empty() {
            let complaint = Diagnostic::new(&node.span, "`set` is empty", "no lever here");
            self.complain(complaint.help(format!("it takes {example}")));
        }
        self.once(fields)
    }

    /// The lever that a key names; `None`, and a diagnostic, where there is none.
    pub fn lever(&mut self, key: &FieldKey<'t>, params: &Params) -> Option<Address> {
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
                self.complain(Diagnostic::new(&key.span, what, "no such lever").help(help));
                None
            }
            Err(LeverError::Misfit { .. }) => None,
        }
    }

    fn place(&mut self, node: &Node<'t>, places: &[PlaceSpec]) -> Option<String> {
        let name = self.text(node, "place")?;
        if places.iter().any(|place| place.name == name) {
            return Some(name);
        }
        let names = || places.iter().map(|place| place.name.as_str());
        let complaint = Diagnostic::new(&node.span, format!("unknown place `{}`", shortened(&name)), "no such place");
        self.complain(complaint.help(closest_or_all(&name, names().collect())));
        None
    }

    fn place_list(&mut self, node: &Node<'t>, places: &[PlaceSpec]) -> Vec<String> {
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
                        Diagnostic::new(&node.span, format!("unknown good `{}`", shortened(&name)), "no such good");
                    self.complain(complaint.help(closest_or_all(&name, Good::WORDS.to_vec())));
                }
            }
        }
        found
    }

    /// A complaint about a combination, at the first of its parts that the file mentions.
    fn conflict(&mut self, conflict: Conflict, root: &Node<'t>) {
        let span = conflict.paths.iter().find_map(|path| self.spans.get(path)).cloned();
        let span = span.unwrap_or_else(|| self.caret(root));
        self.complain(Diagnostic::new(&span, conflict.what, conflict.label).help_if(conflict.help));
    }
}

/// How complaints call an item of a list: by its name, or by its number if it has none.
fn path_in(list: &str, name: &str, index: usize) -> String {
    if name.is_empty() { format!("{list}[{}]", index + 1) } else { format!("{list}.{name}") }
}
