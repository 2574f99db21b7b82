//! A scenario as text: in full, as the reference of all parameters, and as a fingerprint.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

use crate::base::fields::{About, AnySection, Scope};
use crate::base::units::{Shape, Value};
use crate::base::words::hex;
use crate::params::Params;
use crate::params::house::HouseParams;
use crate::scenario::{Scenario, TimelineEntry};

impl Scenario {
    /// The scenario in full, every field of it. [`crate::scenario::read::read()`] makes the same scenario of it.
    pub fn to_ron(&self) -> String {
        let mut page = RonText { text: String::new(), depth: 0, comments: false };
        page.scenario(self);
        page.text
    }

    /// SHA-256 of all that a run depends on, in hexadecimal: of the full text without name, question and `look_at`.
    pub fn hash(&self) -> String {
        let unnamed = Self { name: String::new(), question: String::new(), look_at: String::new(), ..self.clone() };
        hex(&Sha256::digest(unnamed.to_ron()))
    }
}

/// The default world as a commented file: the reference of all parameters.
pub fn baseline_ron() -> String {
    let mut page = RonText { text: HEADER.into(), depth: 0, comments: true };
    page.scenario(&Scenario::default());
    page.text
}

const HEADER: &str = "\
// The default world, and the reference of every parameter: what it means, its unit and range, what happens when it
// moves, and who says so. Other scenarios write down only in what they differ from this one.
//
// This file is made from the tables in sim/src/params/ and sim/src/goods/, and a test holds it to them. After a change
// there: .ci/run write
";

/// The lines by which an item of a list begins: its name, and its key where it has one of its own.
fn named(name: &str, key: &str) -> Vec<String> {
    let key = (!key.is_empty()).then(|| format!("key: {key:?},"));
    std::iter::once(format!("name: {name:?},")).chain(key).collect()
}

/// Columns to which comments are wrapped.
const WIDTH: usize = 116;

struct RonText {
    text: String,
    depth: usize,
    comments: bool,
}

impl RonText {
    fn scenario(&mut self, scenario: &Scenario) {
        let Scenario { name, question, look_at, days, seed, params, timeline } = scenario;
        self.line("(");
        self.depth += 1;
        self.line(&format!("name: {name:?},"));
        self.line(&format!("question: {question:?},"));
        self.line(&format!("look_at: {look_at:?},"));
        self.comment("Length of the run in days; the first day is day 1.");
        self.line(&format!("days: {days},"));
        self.comment(
            "Seed of all draws, a whole number up to 2^53. The same seed gives the same run; `--seed` gives another.",
        );
        self.line(&format!("seed: {seed},"));
        self.sections(params);
        self.goods(params);
        self.places_and_law(params);
        self.sellers(params);
        self.timeline(timeline, *days);
        self.depth -= 1;
        self.line(")");
    }

    /// What the whole world has, section by section.
    fn sections(&mut self, params: &Params) {
        self.section("citizens", &params.citizens);
        self.section("demand", &params.demand);
        self.section("market", &params.market);
        self.section("syndicates", &params.syndicates);
        self.section("law", &params.law);
        self.section("society", &params.society);
        self.section("delegates", &params.delegates);
        self.section("enclaves", &params.enclaves);
        self.section("colonies", &params.colonies);
        self.section("leaks", &params.leaks);
        self.section("welfare", &params.welfare);
    }

    fn goods(&mut self, params: &Params) {
        self.space();
        self.comment(
            "The families of restricted goods. What each field means is said at the first; what only one of them \
             has stands at its end, and is explained there.",
        );
        self.line("goods: (");
        self.depth += 1;
        for (nth, (good, common)) in params.goods.iter().enumerate() {
            self.line(&format!("{}: (", good.word()));
            self.depth += 1;
            self.fields(common, nth == 0, false);
            self.fields(params.own.of(good), true, true);
            self.depth -= 1;
            self.line("),");
        }
        self.depth -= 1;
        self.line("),");
    }

    /// Where people live and trade, and who enforces the law there.
    fn places_and_law(&mut self, params: &Params) {
        self.list(
            "places",
            "Where people live. A list given in a scenario replaces this one. The order of a list changes nothing; an item of \
             this or the next lists that is renamed keeps its draws if its former name is given as its `key`.",
            &params.places,
            |page, nth, place| {
                page.group("", nth == 0, &named(&place.name, &place.key), &place.params);
            },
        );
        let doc = "Where stalls stand. A venue stands in a place, or is virtual (place: None) and serves all.";
        self.list("venues", doc, &params.venues, |page, nth, venue| {
            let place = venue.place.as_ref().map_or("None".into(), |place| format!("{place:?}"));
            let mut head = named(&venue.name, &venue.key);
            head.push(format!("place: {place},"));
            page.group("", nth == 0, &head, &venue.params);
        });
        let doc = "Who enforces. `places` and `goods` are the mandate; without them it is all places, and all goods.";
        self.list("agencies", doc, &params.agencies, |page, nth, agency| {
            let mut head = named(&agency.name, &agency.key);
            if !agency.places.is_empty() {
                head.push(format!("places: {:?},", agency.places));
            }
            if !agency.goods.is_empty() {
                let goods: Vec<&str> = agency.goods.iter().map(|good| good.word()).collect();
                head.push(format!("goods: {goods:?},"));
            }
            page.group("", nth == 0, &head, &agency.params);
        });
    }

    /// Who sells, and who shops for people.
    fn sellers(&mut self, params: &Params) {
        let doc = "Kinds of syndicates. A new one is of one of these, by their shares.";
        self.list("temperaments", doc, &params.temperaments, |page, nth, kind| {
            page.group("", nth == 0, &named(&kind.name, &kind.key), &kind.params);
        });
        let doc = "Who provides the agents that shop for people.";
        self.list("providers", doc, &params.providers, |page, nth, provider| {
            page.group("", nth == 0, &named(&provider.name, &provider.key), &provider.params);
        });
        let doc = "Named syndicates that are there from the first day to the last, and can be directed. The default world has none; \
                   one is listed as (name: \"the_ravens\", directed: true, good: \"experience\"), with these fields:";
        self.list("houses", doc, &params.houses, |page, nth, house| {
            page.group("", nth == 0, &named(&house.name, &house.key), &house.params);
        });
        if self.comments && params.houses.is_empty() {
            self.only_told(&HouseParams::default());
        }
    }

    fn timeline(&mut self, timeline: &[TimelineEntry], last: u32) {
        self.space();
        self.comment(
            "Dated changes of levers, as in: (day: 90, until: 180, ramp: 14, places: [\"harbour\"], label: \"Crackdown\", \
             set: {\"law.fine\": 240.0}). They hold from `day` until and with `until`, or for ever; numbers move there in \
             `ramp` days; `places` is for those levers that may differ by place. Of two on one lever, the later in the \
             list wins.",
        );
        if timeline.is_empty() {
            self.line("timeline: [],");
        } else {
            self.line("timeline: [");
            self.depth += 1;
            for entry in timeline {
                self.entry(entry, last);
            }
            self.depth -= 1;
            self.line("],");
        }
    }

    fn section(&mut self, name: &str, section: &dyn AnySection) {
        self.space();
        self.comment(section.doc());
        self.group(&format!("{name}: "), true, &[], section);
    }

    /// The fields of a section in brackets, after some lines that are in no table.
    fn group(&mut self, before: &str, documented: bool, head: &[String], section: &dyn AnySection) {
        self.line(&format!("{before}("));
        self.depth += 1;
        for line in head {
            self.line(line);
        }
        self.fields(section, documented, !head.is_empty());
        self.depth -= 1;
        self.line("),");
    }

    /// The fields of a section, after other lines of the same group or as its first.
    fn fields(&mut self, section: &dyn AnySection, documented: bool, after_others: bool) {
        for (nth, about) in section.abouts().enumerate() {
            if documented {
                if nth > 0 || after_others {
                    self.space();
                }
                self.about(about);
            }
            self.line(&format!("{}: {},", about.name, written(section.get(nth), about.shape)));
        }
    }

    /// The fields of a section in comments alone: what an item of a list that is empty here would have.
    fn only_told(&mut self, section: &dyn AnySection) {
        for (nth, about) in section.abouts().enumerate() {
            self.space();
            self.about(about);
            self.line(&format!("// {}: {},", about.name, written(section.get(nth), about.shape)));
        }
    }

    fn list<T>(&mut self, name: &str, doc: &str, items: &[T], write: impl Fn(&mut Self, usize, &T)) {
        self.space();
        self.comment(doc);
        if items.is_empty() {
            return self.line(&format!("{name}: [],"));
        }
        self.line(&format!("{name}: ["));
        self.depth += 1;
        for (nth, item) in items.iter().enumerate() {
            write(self, nth, item);
        }
        self.depth -= 1;
        self.line("],");
    }

    fn entry(&mut self, entry: &TimelineEntry, last: u32) {
        let TimelineEntry { day, until, ramp, places, set, label } = entry;
        let mut parts = vec![format!("day: {day}")];
        parts.extend(until.map(|until| format!("until: {until}")));
        parts.push(format!("ramp: {ramp}"));
        if !places.is_empty() {
            parts.push(format!("places: {places:?}"));
        }
        parts.push(format!("label: {label:?}"));
        // A run that was shortened is read again as it is.
        parts.extend((*day > last).then(|| "reached: false".to_owned()));
        let set: Vec<String> = set
            .iter()
            .map(|(path, value)| match value {
                Value::Number(number) => format!("{path:?}: {number:?}"),
                Value::Word(word) => format!("{path:?}: {word:?}"),
                Value::Flag(flag) => format!("{path:?}: {flag}"),
            })
            .collect();
        parts.push(format!("set: {{{}}}", set.join(", ")));
        self.line(&format!("({}),", parts.join(", ")));
    }

    fn about(&mut self, about: &About) {
        let when = match about.scope {
            Scope::Start => "fixed when the world is made",
            Scope::Day => "may change by date",
            Scope::Place => "may change by date and by place",
        };
        self.comment(about.label());
        self.comment(&format!("Takes {}; {when}.", about.allowed()));
        self.comment(&about.consequence());
        self.comment(&format!("Source: {}", about.source()));
    }

    fn comment(&mut self, text: &str) {
        if !self.comments || text.is_empty() {
            return;
        }
        let width = WIDTH - 4 * self.depth;
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() >= width {
                self.line(&format!("// {line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&format!("// {line}"));
    }

    fn space(&mut self) {
        if self.comments {
            self.text.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:indent$}{line}", "", indent = 4 * self.depth);
    }
}

/// A value as files have it: floats with a point, whole numbers without, words in quotes.
fn written(value: Value, shape: Shape) -> String {
    match value {
        Value::Number(number) if shape == Shape::Whole => format!("{number:.0}"),
        Value::Number(number) => format!("{number:?}"),
        Value::Word(word) => format!("{word:?}"),
        Value::Flag(flag) => format!("{flag}"),
    }
}
