//! Studies: a base, and arms that differ from it by a policy, lived with the same seeds.
//!
//! A file says less than it asks: arms are scenarios, levers, dated changes, or other arms together.

use std::ops::Range;

use super::levers::levers;
use super::read::{LONGEST_RUN, Reader};
use super::tree::{Format, Kind, Node, read_tree};
use super::{Complaint, Entry, Scenario, closest_name};
use crate::goods::Good;
use crate::measure::expression::{Expression, parse};

/// A question about a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Name; empty if its file gives none.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The world without the policy.
    pub base: Scenario,
    /// The worlds with it.
    pub arms: Vec<Arm>,
    /// Seeds that each of them is lived with, at least.
    pub seeds: u64,
    /// The first of them; the others follow.
    pub first_seed: u64,
    /// What is measured.
    pub metrics: Vec<Measure>,
    /// When to stop before all seeds are lived, if not at `seeds`.
    pub stop: Option<Stop>,
}

/// A world with a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Name, in tables.
    pub name: String,
    /// Names of the arms that it is made of, where it is.
    pub with: Vec<String>,
    /// The world.
    pub scenario: Scenario,
}

/// Something measured in each run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Name, in tables.
    pub name: String,
    /// What is read off the run.
    pub expression: Expression,
    /// Which way is better.
    pub better: Better,
}

/// Which way is better: a judgement of whoever asks, told beside what is found and never mixed with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less of it.
    Less,
    /// More of it.
    More,
    /// Neither.
    None,
}

impl Better {
    const WORDS: [&str; 3] = ["less", "more", "none"];

    /// Its word in files and tables.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// Seeds are added until the difference of one metric is known well enough in every arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// The number of the metric.
    pub metric: usize,
    /// Half of the width of its interval of 95 % that is small enough.
    pub half_width: f64,
    /// Most seeds.
    pub most: u64,
}

/// Seeds that a study takes if it does not say.
pub const SEEDS: u64 = 20;
/// Most seeds that a study may take.
pub const MOST_SEEDS: u64 = 10_000;
/// Most arms of a study.
pub const MOST_ARMS: usize = 20;
/// Most metrics of a study.
const MOST_METRICS: usize = 200;

const FIELDS: [&str; 10] =
    ["name", "question", "base", "days", "seeds", "first_seed", "arms", "metrics", "stop", "$schema"];
const ARM_FIELDS: [&str; 5] = ["name", "scenario", "set", "timeline", "with"];
const METRIC_FIELDS: [&str; 3] = ["name", "metric", "better"];
const STOP_FIELDS: [&str; 3] = ["metric", "half_width", "most"];

/// Whether a text holds a study, and no scenario: it has arms.
pub fn is_study(text: &str, format: Format) -> bool {
    matches!(read_tree(text, format), Ok(Node { kind: Kind::Fields(fields), .. })
        if fields.iter().any(|(key, _)| key.name == "arms" || key.name == "base"))
}

/// How a scenario is found by its name, or why it is not.
pub type Find<'f> = dyn Fn(&str) -> Result<Scenario, String> + 'f;

/// Reads a study; `find` looks up the scenarios that it names.
///
/// # Errors
/// Everything that is wrong with the text, in the order in which it stands there.
pub fn read_study(text: &str, format: Format, find: &Find<'_>) -> Result<Study, Vec<Complaint>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let study = Reading { text, reader: &mut reader, find }.study(&root);
    reader.told(&root)?;
    Ok(study.expect("a study without complaints is whole"))
}

pub(super) struct Reading<'r, 't> {
    pub text: &'t str,
    pub reader: &'r mut Reader<'t>,
    pub find: &'r Find<'r>,
}

impl<'t> Reading<'_, 't> {
    fn study(&mut self, root: &Node<'t>) -> Option<Study> {
        let fields = self.reader.fields(root, "a study", "", &FIELDS);
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
        let mut text = |name| find(name).and_then(|node| self.reader.text(node, name)).unwrap_or_default();
        let (name, question) = (text("name"), text("question"));
        let mut whole =
            |name, least, most, unit| find(name).and_then(|node| self.reader.whole(node, name, least, most, unit));
        let days = whole("days", 1, LONGEST_RUN.into(), "days").map(|days| days as u32);
        let seeds = whole("seeds", 2, MOST_SEEDS, "one seed shows no spread").unwrap_or(SEEDS);
        let first_seed = whole("first_seed", 0, u64::MAX - MOST_SEEDS, "any whole number").unwrap_or(1);
        let base = match find("base") {
            Some(node) => self.base(node, days)?,
            None => {
                let what = "a study without `base`";
                let complaint = Complaint::new(&self.reader.caret(root), what, "`base` is missing here");
                self.reader.complain(complaint.help("base: \"mine.ron\" names the scenario without the policy"));
                return None;
            }
        };
        let arms = match find("arms") {
            Some(node) => self.arms(node, &base, days),
            None => Vec::new(),
        };
        if arms.is_empty() {
            let at = find("arms").unwrap_or(root);
            let complaint = Complaint::new(&self.reader.caret(at), "a study without arms", "nothing to compare with");
            self.reader.complain(complaint.help("arms: [(name: \"crackdown\", scenario: \"crackdown\")]"));
        }
        let mut study = Study { name, question, base, arms, seeds, first_seed, metrics: Vec::new(), stop: None };
        study.metrics = match find("metrics") {
            Some(node) => self.metrics(node, study.base.days),
            None => study.usual_metrics(),
        };
        study.stop = find("stop").and_then(|node| self.stop(node, &study.metrics, seeds));
        Some(study)
    }

    /// A scenario by its name, or a group with levers and dates of its own on top.
    pub fn base(&mut self, node: &Node<'t>, days: Option<u32>) -> Option<Scenario> {
        if !matches!(node.kind, Kind::Fields(_)) {
            return self.scenario(node, "base", days);
        }
        let fields = self.reader.fields(node, "`base`", "base", &["scenario", "set", "timeline"]);
        let mut base = match fields.iter().find(|(key, _)| key.name == "scenario") {
            Some((_, named)) => self.scenario(named, "scenario", days)?,
            None => Scenario { days: days.unwrap_or(Scenario::default().days), ..Scenario::default() },
        };
        self.reader.change(node, &mut base);
        Some(base)
    }

    /// The scenario that a text names.
    fn scenario(&mut self, node: &Node<'t>, field: &str, days: Option<u32>) -> Option<Scenario> {
        let name = self.reader.text(node, field)?;
        match (self.find)(&name) {
            Ok(scenario) => Some(Scenario { days: days.unwrap_or(scenario.days), ..scenario }),
            Err(why) => {
                let complaint = Complaint::new(&node.span, why, "cannot be used");
                self.reader.complain(complaint.help("a file, or a name from `contraband list`"));
                None
            }
        }
    }

    fn arms(&mut self, node: &Node<'t>, base: &Scenario, days: Option<u32>) -> Vec<Arm> {
        let mut arms: Vec<Arm> = Vec::new();
        for node in self.reader.items(node, "arms", MOST_ARMS) {
            let fields = self.reader.fields(node, "an arm", "", &ARM_FIELDS);
            let name = self.reader.name(node, "an arm", arms.iter().map(|arm| arm.name.as_str()));
            let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).copied();
            if name == "base" {
                let complaint = Complaint::new(&self.reader.caret(node), "an arm is called `base`", "taken");
                self.reader.complain(complaint.help("`base` is the world without a policy"));
            }
            let made = match (find("with"), find("scenario")) {
                (Some((_, with)), _) => {
                    if let Some((key, _)) = ["scenario", "set", "timeline"].into_iter().find_map(find) {
                        let what = format!("an arm made `with` others has a `{}` too", key.name);
                        let complaint = Complaint::new(&key.span, what, "one or the other");
                        self.reader.complain(complaint.help("make it an arm of its own, and name that in `with`"));
                    }
                    self.stacked(with, base, &arms)
                }
                (None, Some((_, scenario))) => {
                    self.scenario(scenario, "scenario", days).map(|scenario| (Vec::new(), scenario))
                }
                (None, None) => Some((Vec::new(), base.clone())),
            };
            let Some((with, mut scenario)) = made else { continue };
            if scenario.days != base.days {
                let what = format!("`{name}` has {} days, and the base has {}", scenario.days, base.days);
                let complaint = Complaint::new(&self.reader.caret(node), what, "days that have no pair");
                self.reader.complain(complaint.help(format!("`days: {}` in the study holds for all", base.days)));
                continue;
            }
            if with.is_empty() {
                self.reader.change(node, &mut scenario);
            }
            arms.push(Arm { name, with, scenario });
        }
        arms
    }

    fn stacked(&mut self, node: &Node<'t>, base: &Scenario, arms: &[Arm]) -> Option<(Vec<String>, Scenario)> {
        let mut chosen: Vec<&Arm> = Vec::new();
        let items = self.reader.names(node, "with", "fines");
        for item in items {
            let name = self.reader.text(item, "with")?;
            match arms.iter().find(|arm| arm.name == name) {
                Some(arm) => chosen.push(arm),
                None => {
                    let names = arms.iter().map(|arm| arm.name.as_str());
                    let help = closest_name(&name, names).map_or_else(
                        || "an arm stands after those that it is made with".to_owned(),
                        |name| format!("the closest is `{name}`"),
                    );
                    let what = format!("no arm before this one is called `{name}`");
                    self.reader.complain(Complaint::new(&item.span, what, "unknown arm").help(help));
                }
            }
        }
        if chosen.len() < items.len() {
            return None;
        }
        if chosen.len() < 2 {
            let complaint = Complaint::new(&node.span, "`with` names fewer than two arms", "nothing is stacked");
            self.reader.complain(complaint.help("with: [\"a\", \"b\"] makes a world with both policies"));
            return None;
        }
        match stack(base, &chosen) {
            Ok(scenario) => Some((chosen.iter().map(|arm| arm.name.clone()).collect(), scenario)),
            Err(why) => {
                self.reader.complain(Complaint::new(&node.span, why, "these cannot be stacked"));
                None
            }
        }
    }

    pub fn metrics(&mut self, node: &Node<'t>, days: u32) -> Vec<Measure> {
        let mut metrics: Vec<Measure> = Vec::new();
        for node in self.reader.items(node, "metrics", MOST_METRICS) {
            let fields = self.reader.fields(node, "a metric", "", &METRIC_FIELDS);
            let name = self.reader.name(node, "a metric", metrics.iter().map(|metric| metric.name.as_str()));
            let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
            let better = find("better").map_or(Some(Better::None), |node| self.better(node));
            let Some(text) = find("metric") else {
                let complaint =
                    Complaint::new(&self.reader.caret(node), "a metric without `metric`", "what is measured?");
                self.reader.complain(complaint.help("metric: \"mean(days.trades, days = 121 to 365)\""));
                continue;
            };
            let Some(words) = self.reader.text(text, "metric") else { continue };
            match sound(&words, days) {
                Ok(expression) => metrics.extend(better.map(|better| Measure { name, expression, better })),
                Err(complaint) => {
                    let span = within(self.text, &words, &text.span, &complaint.span);
                    self.reader.complain(Complaint { span, ..complaint });
                }
            }
        }
        if metrics.is_empty() && matches!(&node.kind, Kind::List(items) if items.is_empty()) {
            let complaint = Complaint::new(&node.span, "`metrics` is an empty list", "nothing is measured");
            self.reader.complain(complaint.help("leave `metrics` out for the usual ones"));
        }
        metrics
    }

    fn better(&mut self, node: &Node<'t>) -> Option<Better> {
        let word = self.reader.text(node, "better")?;
        let found = [Better::Less, Better::More, Better::None].into_iter().find(|better| better.word() == word);
        if found.is_none() {
            let complaint = Complaint::new(&node.span, format!("`better` cannot be `{word}`"), "not one of its words");
            self.reader.complain(complaint.help("it is less, more or none"));
        }
        found
    }

    fn stop(&mut self, node: &Node<'t>, metrics: &[Measure], seeds: u64) -> Option<Stop> {
        let fields = self.reader.fields(node, "`stop`", "stop", &STOP_FIELDS);
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
        for name in ["metric", "half_width"] {
            if find(name).is_none() {
                let complaint =
                    Complaint::new(&self.reader.caret(node), format!("`stop` without `{name}`"), "it is missing here");
                self.reader.complain(complaint.help("stop: (metric: \"trades\", half_width: 20.0, most: 200)"));
            }
        }
        let most = find("most").map_or(Some(MOST_SEEDS), |node| {
            self.reader.whole(node, "most", seeds, MOST_SEEDS, "seeds, not fewer than `seeds`")
        });
        let name = find("metric").and_then(|node| Some((node, self.reader.text(node, "metric")?)));
        let metric = name.and_then(|(node, name)| match metric_called(metrics, &name) {
            Ok(metric) => Some(metric),
            Err(help) => {
                let complaint = Complaint::new(&node.span, format!("no metric is called `{name}`"), "unknown metric");
                self.reader.complain(complaint.help(help));
                None
            }
        });
        let half_width = find("half_width").and_then(|node| match node.kind {
            Kind::Number(width) if width > 0.0 => Some(width),
            _ => {
                let complaint = Complaint::new(&node.span, "`half_width` is a number above 0", "not one");
                self.reader.complain(complaint.help("half of the width of the interval, in units of the metric"));
                None
            }
        });
        Some(Stop { metric: metric?, half_width: half_width?, most: most? })
    }
}

/// The number of the metric of this name, or what to try instead.
///
/// # Errors
/// When there is none.
pub fn metric_called(metrics: &[Measure], name: &str) -> Result<usize, String> {
    metrics.iter().position(|metric| metric.name == name).ok_or_else(|| {
        let names = || metrics.iter().map(|metric| metric.name.as_str());
        closest_name(name, names()).map_or_else(
            || format!("there are {}", names().collect::<Vec<_>>().join(", ")),
            |name| format!("the closest is `{name}`"),
        )
    })
}

/// A metric that a run of so many days has, and that is not a comparison already.
fn sound(words: &str, days: u32) -> Result<Expression, Complaint> {
    let expression = parse(words)?;
    let whole = 0..words.len();
    if expression.compares() {
        return Err(Complaint::new(&whole, "a study pairs every arm with its base already", "compares by itself")
            .help("say what is measured in one world, without `base.` and `elasticity`"));
    }
    if let Some((_, last)) = expression.windows().into_iter().find(|&(first, last)| first < 1 || last > days) {
        let what = format!("days until {last} are not all in a run of days 1 to {days}");
        return Err(Complaint::new(&whole, what, "outside the run"));
    }
    Ok(expression)
}

/// Where a part of the words of a text stands in the file; the whole text where its signs are written in another way than
/// they read.
pub(super) fn within(file: &str, words: &str, span: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    let begin = span.start + 1;
    if file.get(begin..begin + words.len()) == Some(words) {
        begin + part.start..begin + part.end
    } else {
        span.clone()
    }
}

/// The base with the policies of several arms: the levers that each moves, and the entries that each adds.
///
/// # Errors
/// When they contradict each other, or change more than levers and dates.
pub fn stack(base: &Scenario, arms: &[&Arm]) -> Result<Scenario, String> {
    let mut scenario = base.clone();
    let mut moved: Vec<(String, String, &str)> = Vec::new();
    for arm in arms {
        for (path, value) in arm.moved(base)? {
            match moved.iter().find(|(known, ..)| *known == path) {
                Some((_, other, first)) if *other != value => {
                    return Err(format!(
                        "`{first}` sets `{path}` to {other}, and `{}` sets it to {value}: they contradict",
                        arm.name
                    ));
                }
                Some(_) => {}
                None => moved.push((path, value, &arm.name)),
            }
        }
        scenario.timeline.extend(arm.added(base)?.iter().cloned());
    }
    for (path, value, _) in moved {
        scenario.set(&path, &value).map_err(|error| error.to_string())?;
    }
    scenario.check().map_err(|conflicts| {
        let all: Vec<String> = conflicts.iter().map(|conflict| conflict.what.clone()).collect();
        format!("together they make no world: {}", all.join("; "))
    })?;
    Ok(scenario)
}

impl Arm {
    /// The levers that stand elsewhere from the start, with their values.
    ///
    /// # Errors
    /// When the arm has other lists of places, venues or the like than the base.
    fn moved(&self, base: &Scenario) -> Result<Vec<(String, String)>, String> {
        let other = || format!("`{}` has other places, venues, agencies or kinds than the base", self.name);
        let paths = |scenario: &Scenario| levers(scenario).into_iter().map(|lever| lever.path).collect::<Vec<_>>();
        let all = paths(base);
        if all != paths(&self.scenario) {
            return Err(other());
        }
        let mut moved = Vec::new();
        for path in all {
            let (Ok(before), Ok(after)) = (base.get(&path), self.scenario.get(&path)) else { return Err(other()) };
            if before != after {
                moved.push((path, after.to_string()));
            }
        }
        Ok(moved)
    }

    /// The entries of its timeline that the base has not.
    ///
    /// # Errors
    /// When the base has entries that the arm has not.
    fn added(&self, base: &Scenario) -> Result<&[Entry], String> {
        self.scenario
            .timeline
            .strip_prefix(base.timeline.as_slice())
            .ok_or_else(|| format!("`{}` leaves out dated changes of the base", self.name))
    }

    /// What the policy is about, as far as it names goods, places or venues: kind and name of each.
    pub fn targets(&self, base: &Scenario) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let moved = self.moved(base).unwrap_or_default();
        let added = self.added(base).unwrap_or(&self.scenario.timeline);
        let dated = added.iter().flat_map(|entry| entry.set.iter().map(|(path, _)| path));
        for path in moved.iter().map(|(path, _)| path).chain(dated) {
            let mut parts = path.split('.');
            match (parts.next(), parts.next()) {
                (Some("goods"), Some(name)) if Good::from_word(name).is_some() => found.push(("good", name.to_owned())),
                (Some("venues"), Some(name)) => found.push(("venue", name.to_owned())),
                (Some("places"), Some(name)) => found.push(("place", name.to_owned())),
                _ => {}
            }
        }
        found.extend(added.iter().flat_map(|entry| entry.places.iter().map(|place| ("place", place.clone()))));
        found.sort();
        found.dedup();
        found
    }
}

impl Study {
    /// The days over which it looks if metrics do not say: from the first day on which an arm does something that the base
    /// does not, or the second half where all arms differ from the start.
    pub fn window(&self) -> (u32, u32) {
        let first = |arm: &Arm| {
            let added = arm.added(&self.base).unwrap_or(&arm.scenario.timeline);
            added.iter().map(|entry| entry.day).min()
        };
        let first = self.arms.iter().filter_map(first).min().filter(|&day| day < self.base.days);
        (first.unwrap_or(self.base.days / 2 + 1).max(1), self.base.days)
    }

    /// What is measured if nothing else is said, over [`Study::window`].
    pub fn usual_metrics(&self) -> Vec<Measure> {
        const USUAL: [(&str, &str, Better); 14] = [
            ("trades", "mean(days.trades, days = W)", Better::None),
            ("illicit_trades", "mean(days.illicit_trades, days = W)", Better::Less),
            ("price", "sum(days.spent_credits, days = W) / sum(days.trades, days = W)", Better::None),
            ("price_over_cost", "mean(goods.price_mean / cost_mean, days = W)", Better::None),
            ("detections", "mean(days.detections, days = W)", Better::None),
            ("fines", "mean(days.fines_credits, days = W)", Better::None),
            ("harm", "mean(days.harm, days = W)", Better::Less),
            ("anxiety", "mean(days.anxiety_mean, days = W)", Better::Less),
            ("legitimacy", "mean(days.legitimacy, days = W)", Better::More),
            ("innocents", "sum(days.innocents, days = W)", Better::Less),
            ("victims", "sum(counts.victims, days = W)", Better::Less),
            ("treasury", "last(days.treasury)", Better::None),
            ("innovation", "last(days.innovation)", Better::More),
            ("inequality", "last(days.gini_wealth)", Better::Less),
        ];
        let (first, last) = self.window();
        let measure = |(name, text, better): (&str, &str, Better)| Measure {
            name: name.into(),
            expression: parse(&text.replace('W', &format!("{first} to {last}"))).expect("the usual metrics are sound"),
            better,
        };
        USUAL.map(measure).into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::STUDIES;
    use super::*;

    fn known(name: &str) -> Result<Scenario, String> {
        let embedded = super::super::LIBRARY.iter().find(|embedded| embedded.name == name);
        let text = embedded.ok_or_else(|| format!("no scenario is called `{name}`"))?.text;
        super::super::read(text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
    }

    fn study(text: &str) -> Study {
        read_study(text, Format::Ron, &known).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
    }

    #[test]
    fn the_studies_that_come_with_the_program_are_sound() {
        for embedded in STUDIES {
            assert!(is_study(embedded.text, Format::Ron) && !study(embedded.text).question.is_empty());
        }
        assert!(!is_study("(name: \"x\")", Format::Ron));
    }

    #[test]
    fn arms_are_scenarios_levers_dates_or_others_together() {
        let study = study(
            "(base: \"baseline\", days: 200, arms: [
                (name: \"crackdown\", scenario: \"crackdown\"),
                (name: \"fine\", set: {\"law.fine\": 400}),
                (name: \"ban\", timeline: [(day: 50, places: [\"harbour\"], set: {\"goods.privacy.severity\": 4})]),
                (name: \"all\", with: [\"crackdown\", \"fine\", \"ban\"]),
            ])",
        );
        let all = &study.arms[3].scenario;
        assert_eq!((study.seeds, study.first_seed, all.days), (20, 1, 200));
        assert_eq!(all.timeline.iter().map(|entry| entry.day).collect::<Vec<_>>(), [120, 50]);
        assert_eq!(all.get("law.fine").unwrap().to_string(), "400");
        assert_eq!(study.window(), (50, 200));
        assert_eq!(study.arms[2].targets(&study.base), [("good", "privacy".into()), ("place", "harbour".into())]);
        assert_eq!(study.metrics[0].expression.text(), "mean(days.trades, days = 50 to 200)");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let refused = |text: &str| {
            let Err(complaints) = read_study(text, Format::Ron, &known) else { panic!("{text} was read") };
            complaints
                .iter()
                .map(|complaint| format!("{:?} | {complaint}\n", &text[complaint.span.clone()]))
                .collect::<String>()
        };
        insta::assert_snapshot!(
            [
                "(arms: [])",
                "(base: \"basline\", arms: [])",
                "(base: \"baseline\", seeds: 1, arms: [(name: \"a\", set: {\"law.fin\": 3}), (name: \"a\")], metrc: [])",
                "(base: \"baseline\", arms: [(name: \"a\", timeline: [(day: 400, set: {\"law.fine\": 3})]), \
                 (name: \"b\", scenario: \"edge_crackdown\"), (name: \"base\"), (name: \"c\", with: [\"a\", \"d\"])])",
                "(base: \"baseline\", arms: [(name: \"a\", set: {\"law.fine\": 3}), (name: \"b\", set: {\"law.fine\": 4}), \
                 (name: \"c\", with: [\"a\", \"b\"]), (name: \"d\", with: [\"a\"], set: {\"law.fine\": 4})])",
                "(base: \"baseline\", arms: [(name: \"a\")], metrics: [(name: \"x\", metric: \"mean(days.trade)\"), \
                 (name: \"y\", metric: \"mean(days.trades, days = 300 to 400)\", better: \"most\"), \
                 (name: \"z\", metric: \"sum(base.days.trades)\"), (name: \"w\")])",
                "(base: \"baseline\", arms: [(name: \"a\")], stop: (metric: \"trade\", half_width: 0, most: 3))",
            ]
            .map(refused)
            .join("\n"),
            @r#"
            "(" | a study without `base` (`base` is missing here); base: "mine.ron" names the scenario without the policy

            "\"basline\"" | no scenario is called `basline` (cannot be used); a file, or a name from `contraband list`

            "1" | `seeds` cannot be 1 (out of range); it takes a whole number from 2 to 10000 (one seed shows no spread)
            "\"law.fin\"" | unknown lever `law.fin` (no such lever); the closest is `law.fine`
            "\"a\"" | `a` is the name of an arm already (named a second time); names tell them apart in tables and levers
            "metrc" | unknown field `metrc` in a study (no such field); the closest is `metrics`

            "400" | day 400 is after the end of the run (never reached); the run has 365 days; `days: 400` would make it long enough
            "(" | `b` has 600 days, and the base has 365 (days that have no pair); `days: 365` in the study holds for all
            "(" | an arm is called `base` (taken); `base` is the world without a policy
            "\"d\"" | no arm before this one is called `d` (unknown arm); an arm stands after those that it is made with

            "[\"a\", \"b\"]" | `a` sets `law.fine` to 3, and `b` sets it to 4: they contradict (these cannot be stacked)
            "[\"a\"]" | `with` names fewer than two arms (nothing is stacked); with: ["a", "b"] makes a world with both policies
            "set" | an arm made `with` others has a `set` too (one or the other); make it an arm of its own, and name that in `with`

            "trade" | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
            "mean(days.trades, days = 300 to 400)" | days until 400 are not all in a run of days 1 to 365 (outside the run)
            "\"most\"" | `better` cannot be `most` (not one of its words); it is less, more or none
            "sum(base.days.trades)" | a study pairs every arm with its base already (compares by itself); say what is measured in one world, without `base.` and `elasticity`
            "(" | a metric without `metric` (what is measured?); metric: "mean(days.trades, days = 121 to 365)"

            "\"trade\"" | no metric is called `trade` (unknown metric); the closest is `trades`
            "0" | `half_width` is a number above 0 (not one); half of the width of the interval, in units of the metric
            "3" | `most` cannot be 3 (out of range); it takes a whole number from 20 to 10000 (seeds, not fewer than `seeds`)
            "#
        );
    }
}
