//! Studies as files: read, written, and described for editors.
//!
//! A file says less than it asks: arms are scenarios, levers, dated changes, or other arms together.

use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::ops::Range;

use crate::files::study::{
    Arm, Better, MOST_ARMS, MOST_METRICS, MOST_SEEDS, OnBase, POLICY, SEEDS, Stop, Study, StudyMetric, metric_called,
    moves_valve, on_base, over, sound, stack,
};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::read::{LARGEST_SEED, LONGEST_RUN};
use contraband_sim::scenario::reader::Reader;
use contraband_sim::scenario::schema::schema;
use contraband_sim::scenario::tree::{Format, Kind, Node, read_tree};
use contraband_sim::scenario::valve::VALVE;

const FIELDS: [&str; 11] =
    ["name", "question", "base", "days", "seeds", "first_seed", "arms", "metrics", "stop", "every_valve", "$schema"];

const ARM_FIELDS: [&str; 8] = ["name", "scenario", "set", "timeline", "with", "whole", "unmoved", "taken"];

/// Most notes about an arm.
const MOST_NOTES: usize = 10_000;

const METRIC_FIELDS: [&str; 5] = ["name", "label", "metric", "better", "interest"];

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
pub fn read_study(text: &str, format: Format, find: &Find<'_>) -> Result<Study, Vec<Diagnostic>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let study = Reading { text, reader: &mut reader, find }.study(&root);
    reader.told(&root)?;
    Ok(study.expect("a study without complaints is whole"))
}

pub(crate) struct Reading<'r, 't> {
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
        let first_seed = whole("first_seed", 0, LARGEST_SEED - MOST_SEEDS, "a seed").unwrap_or(1);
        let base = match find("base") {
            Some(node) => self.base(node, days)?,
            None => {
                let what = "a study without `base`";
                let complaint = Diagnostic::new(&self.reader.caret(root), what, "`base` is missing here");
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
            let complaint = Diagnostic::new(&self.reader.caret(at), "a study without arms", "nothing to compare with");
            self.reader.complain(complaint.help("arms: [(name: \"crackdown\", scenario: \"crackdown\")]"));
        }
        let every_valve = find("every_valve").is_some_and(|node| self.every_valve(node, &base, &arms));
        let metrics = Vec::new();
        let mut study = Study { name, question, base, arms, seeds, first_seed, metrics, stop: None, every_valve };
        study.metrics = match find("metrics") {
            Some(node) => self.metrics(node, study.base.days, Some(study.window())),
            None => study.usual_metrics(),
        };
        study.stop = find("stop").and_then(|node| self.stop(node, &study.metrics, seeds));
        Some(study)
    }

    /// Whether to live it under every preset of the valve, which only a study can that leaves the valve alone.
    fn every_valve(&mut self, node: &Node<'t>, base: &Scenario, arms: &[Arm]) -> bool {
        let Kind::Flag(wanted) = node.kind else {
            let complaint = Diagnostic::new(&node.span, "`every_valve` is true or false", "neither");
            self.reader.complain(complaint.help("true runs the study under valve, neutral and gateway"));
            return false;
        };
        if let Some(who) = moves_valve(base, arms).filter(|_| wanted) {
            let what = format!("`every_valve` sets `{VALVE}`, and so does {who}");
            let complaint = Diagnostic::new(&node.span, what, "they contradict each other");
            self.reader.complain(complaint.help(format!("either do not set `{VALVE}`, or leave `every_valve` out")));
        }
        wanted
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
                let complaint = Diagnostic::new(&node.span, why, "cannot be used");
                self.reader.complain(complaint.help("give a file, or a name from `contraband list`"));
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
                let complaint = Diagnostic::new(&self.reader.caret(node), "an arm is called `base`", "taken");
                self.reader.complain(complaint.help("`base` is the world without the policy"));
            }
            let whole = find("whole").is_some_and(|(_, node)| self.flag(node, "whole"));
            let made = match (find("with"), find("scenario")) {
                (Some((_, with)), _) => {
                    if let Some((key, _)) = ["scenario", "set", "timeline"].into_iter().find_map(find) {
                        let what = format!("an arm made `with` others also has a `{}`", key.name);
                        let complaint = Diagnostic::new(&key.span, what, "one or the other");
                        self.reader.complain(complaint.help("make it a separate arm, and name that arm in `with`"));
                    }
                    self.stacked(with, base, &arms).map(|(with, scenario)| Arm { with, ..Arm::new("", scenario) })
                }
                (None, Some((_, scenario))) => self.of_scenario(&name, scenario, base, days, whole),
                (None, None) => Some(Arm::new("", base.clone())),
            };
            let Some(mut arm) = made else { continue };
            arm.name = name;
            if arm.scenario.days != base.days {
                let what = format!("`{}` has {} days, and the base has {}", arm.name, arm.scenario.days, base.days);
                let complaint = Diagnostic::new(&self.reader.caret(node), what, "days without a counterpart");
                self.reader.complain(complaint.help(format!("`days: {}` in the study applies to all", base.days)));
                continue;
            }
            if arm.with.is_empty() {
                arm.unmoved = self.reader.change(node, &mut arm.scenario);
            }
            // What the program noted of an arm that it wrote.
            for (field, notes) in [("unmoved", &mut arm.unmoved), ("taken", &mut arm.taken)] {
                let Some((_, node)) = find(field) else { continue };
                let items = self.reader.items(node, field, MOST_NOTES);
                notes.extend(items.iter().filter_map(|item| self.reader.text(item, field)));
            }
            arms.push(arm);
        }
        arms
    }

    fn flag(&mut self, node: &Node<'t>, name: &str) -> bool {
        if let Kind::Flag(flag) = node.kind {
            return flag;
        }
        let complaint = Diagnostic::new(&node.span, format!("`{name}` is true or false"), "neither");
        self.reader
            .complain(complaint.help("true takes the scenario as the whole world of the arm, whatever its base"));
        false
    }

    /// An arm that is a scenario: on the base of the study, unless the file says that it is the whole world.
    fn of_scenario(
        &mut self,
        name: &str,
        node: &Node<'t>,
        base: &Scenario,
        days: Option<u32>,
        whole: bool,
    ) -> Option<Arm> {
        let scenario = self.scenario(node, "scenario", days)?;
        if whole || scenario.days != base.days {
            return Some(Arm::new("", scenario));
        }
        match on_base(name, base, scenario) {
            Ok(OnBase { scenario, taken }) => Some(Arm { taken, ..Arm::new("", scenario) }),
            Err(why) => {
                let complaint = Diagnostic::new(&node.span, why, "another base");
                self.reader.complain(complaint.help(
                    "`whole: true` compares the two worlds as they are; what differs is then due to all that differs",
                ));
                None
            }
        }
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
                        || "an arm comes after the arms it is made of".to_owned(),
                        |name| format!("the closest is `{name}`"),
                    );
                    let what = format!("no arm before this one is called `{name}`");
                    self.reader.complain(Diagnostic::new(&item.span, what, "unknown arm").help(help));
                }
            }
        }
        if chosen.len() < items.len() {
            return None;
        }
        if chosen.len() < 2 {
            let complaint = Diagnostic::new(&node.span, "`with` names fewer than two arms", "nothing to combine");
            self.reader.complain(complaint.help("with: [\"a\", \"b\"] makes a world with both policies"));
            return None;
        }
        match stack(base, &chosen) {
            Ok(scenario) => Some((chosen.iter().map(|arm| arm.name.clone()).collect(), scenario)),
            Err(why) => {
                self.reader.complain(Diagnostic::new(&node.span, why, "these cannot be combined"));
                None
            }
        }
    }

    /// Metrics of runs of so many days; `window` where each arm has its own days.
    pub fn metrics(&mut self, node: &Node<'t>, days: u32, window: Option<(u32, u32)>) -> Vec<StudyMetric> {
        let mut metrics: Vec<StudyMetric> = Vec::new();
        for node in self.reader.items(node, "metrics", MOST_METRICS) {
            let fields = self.reader.fields(node, "a metric", "", &METRIC_FIELDS);
            let name = self.reader.name(node, "a metric", metrics.iter().map(|metric| metric.name.as_str()));
            let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
            let better = find("better").map_or(Some(Better::None), |node| self.better(node));
            let label = find("label").and_then(|node| self.reader.text(node, "label"));
            let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| name.replace('_', " "));
            let Some(text) = find("metric") else {
                let complaint =
                    Diagnostic::new(&self.reader.caret(node), "a metric without `metric`", "what is measured?");
                self.reader.complain(complaint.help("metric: \"mean(days.trades, days = 121 to 365)\""));
                continue;
            };
            let Some(words) = self.reader.text(text, "metric") else { continue };
            let interest = match find("interest") {
                Some(node) => match node.kind {
                    Kind::Number(size) if size >= 0.0 && size.is_finite() => Some(size),
                    _ => {
                        let what = "`interest` must be a number from 0";
                        let complaint = Diagnostic::new(&node.span, what, "not such a number");
                        let help = "the smallest effect of interest, in units of the metric; 0 for any";
                        self.reader.complain(complaint.help(help));
                        continue;
                    }
                },
                None => None,
            };
            let open = window.filter(|_| words.contains(POLICY));
            match sound(&open.map_or_else(|| words.clone(), |window| over(&words, window)), days) {
                Ok(expression) => metrics.extend(better.map(|better| {
                    let by_arm = open.map(|_| words.clone());
                    StudyMetric { name, label, expression, better, by_arm, interest }
                })),
                // In a text whose days stand elsewhere than in the file, the place says nothing.
                Err(complaint) if open.is_some() => {
                    self.reader.complain(Diagnostic { span: text.span.clone(), ..complaint });
                }
                Err(complaint) => {
                    let span = within(self.text, &words, &text.span, &complaint.span);
                    self.reader.complain(Diagnostic { span, ..complaint });
                }
            }
        }
        if metrics.is_empty() && matches!(&node.kind, Kind::List(items) if items.is_empty()) {
            let complaint = Diagnostic::new(&node.span, "`metrics` is an empty list", "nothing is measured");
            self.reader.complain(complaint.help("leave `metrics` out for the usual ones"));
        }
        metrics
    }

    fn better(&mut self, node: &Node<'t>) -> Option<Better> {
        let word = self.reader.text(node, "better")?;
        let found = [Better::Less, Better::More, Better::None].into_iter().find(|better| better.word() == word);
        if found.is_none() {
            let complaint =
                Diagnostic::new(&node.span, format!("`better` cannot be `{word}`"), "not one of its values");
            self.reader.complain(complaint.help("it takes less, more or none"));
        }
        found
    }

    fn stop(&mut self, node: &Node<'t>, metrics: &[StudyMetric], seeds: u64) -> Option<Stop> {
        let fields = self.reader.fields(node, "`stop`", "stop", &STOP_FIELDS);
        let find = |name: &str| fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node);
        for name in ["metric", "half_width"] {
            if find(name).is_none() {
                let complaint =
                    Diagnostic::new(&self.reader.caret(node), format!("`stop` without `{name}`"), "it is missing here");
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
                let complaint =
                    Diagnostic::new(&node.span, format!("there is no metric called `{name}`"), "unknown metric");
                self.reader.complain(complaint.help(help));
                None
            }
        });
        let half_width = find("half_width").and_then(|node| match node.kind {
            Kind::Number(width) if width > 0.0 => Some(width),
            _ => {
                let complaint =
                    Diagnostic::new(&node.span, "`half_width` must be a number above 0", "not such a number");
                self.reader.complain(complaint.help("half-width of the interval, in units of the metric"));
                None
            }
        });
        Some(Stop { metric: metric?, half_width: half_width?, most: most? })
    }
}

/// Where a part of the words of a text stands in the file; the whole text where its signs are written in another way than
/// they read.
pub(crate) fn within(file: &str, words: &str, span: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    let begin = span.start + 1;
    if file.get(begin..begin + words.len()) == Some(words) {
        begin + part.start..begin + part.end
    } else {
        span.clone()
    }
}

impl Study {
    /// The study as a file that names its worlds as other files, those that `path_of` tells for `base` and for each arm.
    pub fn to_ron(&self, path_of: &dyn Fn(&str) -> String) -> String {
        let mut out = format!(
            "(\n    name: {:?},\n    question: {:?},\n    base: {:?},\n    seeds: {},\n    first_seed: {},\n    arms: [\n",
            self.name,
            self.question,
            path_of("base"),
            self.seeds,
            self.first_seed
        );
        for arm in &self.arms {
            let notes: String = [("unmoved", &arm.unmoved), ("taken", &arm.taken)]
                .into_iter()
                .filter(|(_, notes)| !notes.is_empty())
                .map(|(field, notes)| format!(", {field}: {notes:?}"))
                .collect();
            let _ = match arm.with.as_slice() {
                [] => {
                    let path = path_of(&arm.name);
                    writeln!(out, "        (name: {:?}, scenario: {path:?}, whole: true{notes}),", arm.name)
                }
                with => writeln!(out, "        (name: {:?}, with: {with:?}),", arm.name),
            };
        }
        out += "    ],\n    metrics: [\n";
        for StudyMetric { name, label, expression, better, by_arm, interest } in &self.metrics {
            let text = by_arm.as_deref().unwrap_or(expression.text());
            let better = better.word();
            let interest = interest.map_or_else(String::new, |size| format!(", interest: {size:?}"));
            let _ = writeln!(
                out,
                "        (name: {name:?}, label: {label:?}, metric: {text:?}, better: {better:?}{interest}),"
            );
        }
        out += "    ],\n";
        if let Some(stop) = self.stop {
            let metric = &self.metrics[stop.metric].name;
            let _ = writeln!(
                out,
                "    stop: (metric: {metric:?}, half_width: {:?}, most: {}),",
                stop.half_width, stop.most
            );
        }
        if self.every_valve {
            out += "    every_valve: true,\n";
        }
        out + ")\n"
    }
}

/// The JSON Schema (draft 2020-12) of study files: for editors that complete and check while one types.
pub fn study_schema() -> Json {
    let text = |description: &str| json!({"type": "string", "description": description});
    let whole = |least: u64, most: u64, description: &str| json!({"type": "integer", "minimum": least, "maximum": most, "description": description});
    let name =
        json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "Name in tables and charts."});
    let scenario = schema();
    let of_scenario = |field: &str| scenario["properties"][field].clone();
    let group = |properties: Json, required: &[&str], description: &str| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required, "description": description});
    let base = group(
        json!({"scenario": text("A file, or a name from `contraband list`."), "set": of_scenario("set"), "timeline": of_scenario("timeline")}),
        &[],
        "A scenario with levers and dates of its own on top.",
    );
    let arm = group(
        json!({
            "name": name,
            "scenario": text("A file, or a name from `contraband list` [default: the base]."),
            "set": of_scenario("set"),
            "timeline": of_scenario("timeline"),
            "with": {"type": "array", "items": {"type": "string"}, "minItems": 2, "description": "Earlier arms that it combines, instead of the fields above."},
            "whole": {"type": "boolean", "default": false, "description": "true takes `scenario` as the whole world of the arm, even if its base differs from the study's by more than the policy."},
            "unmoved": {"type": "array", "items": {"type": "string"}, "description": "Written by the program: levers that it was asked to set to what the base has."},
            "taken": {"type": "array", "items": {"type": "string"}, "description": "Written by the program: what the arm takes from the base instead of its own."},
        }),
        &["name"],
        "A world with a policy.",
    );
    let metric = group(
        json!({
            "name": name,
            "label": text("Label with its unit [default: the name in words]."),
            "metric": text("What is measured in each run, such as `mean(days.trades, days = 121 to 365)`; `days = policy` is each arm's own days, from the first on which its policy applies."),
            "interest": {"type": "number", "minimum": 0, "description": "Smallest effect of interest, in units of the metric: a smaller one is no headline [default: 1 % of the mean in the base]."},
            "better": {"enum": Better::WORDS, "default": "none", "description": "Which direction is better, in your judgement."},
        }),
        &["name", "metric"],
        "Something measured in each run.",
    );
    let stop = group(
        json!({
            "metric": text("Name of the metric."),
            "half_width": {"type": "number", "exclusiveMinimum": 0, "description": "Half-width of its 95 % interval that is small enough in every arm, in units of the metric."},
            "most": whole(2, MOST_SEEDS, "Maximum number of seeds."),
        }),
        &["metric", "half_width"],
        "Seeds are added until the difference in one metric is known precisely enough.",
    );
    let list = |items: Json, most: usize, description: &str| json!({"type": "array", "items": items, "minItems": 1, "maxItems": most, "description": description});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Contraband study",
        "description": "A base, and arms that differ from it by a policy, run with the same seeds.",
        "type": "object",
        "additionalProperties": false,
        "required": ["base", "arms"],
        "properties": {
            "$schema": {"type": "string"},
            "name": text("Name of the study."),
            "question": text("The question it asks."),
            "base": {"anyOf": [text("The scenario without the policy: a file, or a name from `contraband list`."), base]},
            "days": whole(1, LONGEST_RUN.into(), "Length of all runs, instead of the scenarios' own."),
            "seeds": {"type": "integer", "minimum": 2, "maximum": MOST_SEEDS, "default": SEEDS, "description": "Number of seeds for every world."},
            "first_seed": {"type": "integer", "minimum": 0, "default": 1, "description": "First seed; the others follow."},
            "arms": list(arm, MOST_ARMS, "The worlds with a policy."),
            "metrics": list(metric, MOST_METRICS, "What is measured [default: the usual metrics]."),
            "stop": stop,
            "every_valve": {"type": "boolean", "default": false, "description": "Run it under every assumption about calming (preset of the release valve), and say which conclusions survive."},
        },
        "$defs": scenario["$defs"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::study::PolicyTarget;
    use contraband_sim::scenario::library::STUDIES;

    fn known(name: &str) -> Result<Scenario, String> {
        let embedded = contraband_sim::scenario::library::LIBRARY.iter().find(|embedded| embedded.name == name);
        let text = embedded.ok_or_else(|| format!("there is no scenario called `{name}`"))?.text;
        contraband_sim::scenario::read::read(text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
    }

    fn study(text: &str) -> Study {
        read_study(text, Format::Ron, &known).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
    }

    #[test]
    fn the_studies_that_come_with_the_program_are_sound() {
        for embedded in STUDIES {
            let study = study(embedded.text);
            assert!(is_study(embedded.text, Format::Ron) && !study.question.is_empty());
            assert_eq!(study.notes(), Vec::<String>::new(), "{}", embedded.name);
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
        let target = |kind, name: &str| PolicyTarget { kind, name: name.into(), day: 50 };
        assert_eq!((study.seeds, study.first_seed, all.days), (20, 1, 200));
        assert_eq!(all.timeline.iter().map(|entry| entry.day).collect::<Vec<_>>(), [120, 50]);
        assert_eq!(all.get("law.fine").unwrap().to_string(), "400");
        assert_eq!(study.window(), (50, 200));
        assert_eq!(study.arms[2].targets(&study.base), [target("good", "privacy"), target("place", "harbour")]);
        assert_eq!(study.metrics[0].expression.text(), "mean(days.trades, days = 50 to 200)");
    }

    #[test]
    fn what_arms_set_in_vain_or_take_from_the_base_is_noted_and_kept() {
        let text = "(base: (set: {\"law.fine\": 50, \"citizens.count\": 900}, timeline: [(day: 100, set: {\"law.seizure\": 0.9})]), \
                    days: 365, arms: [(name: \"a\", set: {\"law.fine\": 50, \"law.seizure\": 0.8}), \
                    (name: \"b\", set: {\"law.corruption\": 0.2}), (name: \"c\", with: [\"a\", \"b\"])])";
        let found = study(text);
        let seizure = "`law.seizure` = 0.8 is overruled on most days: on days 100 to 365 the timeline sets it to 0.9";
        let expected =
            ["in `a`, `law.fine` = 50 changes nothing: it has this value already".into(), format!("in `a`, {seizure}")];
        assert_eq!(found.notes(), expected);
        assert_eq!(found.arms[0].changes(&found.base), ["`law.seizure` 0.8 instead of 0.5"]);
        let worlds = |name: &str| {
            Ok(found.arms.iter().find(|arm| arm.name == name).map_or(&found.base, |arm| &arm.scenario).clone())
        };
        assert_eq!(read_study(&found.to_ron(&str::to_owned), Format::Ron, &worlds), Ok(found.clone()));
        let told = |arm: &str| {
            let text = format!("(base: (set: {{\"law.fine\": 50}}), days: 365, arms: [{arm}])");
            read_study(&text, Format::Ron, &known)
        };
        assert_eq!(
            told("(name: \"x\", scenario: \"licence\")").unwrap().notes(),
            ["`x` comes with another base; it is compared on the study's own, from which it takes law.fine = 50"]
        );
        assert_eq!(told("(name: \"x\")").unwrap().notes(), ["`x` is the same world as the base: it sets nothing"]);
        let plain = told("(name: \"x\", scenario: \"licence\", whole: true)").unwrap();
        assert_eq!(plain.arms[0].scenario.params.law.fine.get(), 120.0);
        let twice = told(
            "(name: \"x\", set: {\"law.seizure\": 0.8}), (name: \"y\", set: {\"law.corruption\": 0.8}), \
             (name: \"z\", with: [\"x\", \"y\"]), (name: \"w\", with: [\"z\", \"x\"])",
        );
        assert!(twice.unwrap_err()[0].what.contains("`x` would count twice"));
    }

    /// A pilot that becomes a policy: other places are targets from the day on which it holds there too.
    #[test]
    fn places_are_targets_from_the_day_on_which_the_policy_holds_there() {
        let text = "(base: \"baseline\", arms: [(name: \"a\", timeline: [
            (day: 100, places: [\"harbour\"], set: {\"law.fine\": 9}),
            (day: 200, places: [\"fringe\", \"harbour\"], set: {\"law.fine\": 9}), (day: 50, set: {\"law.seizure\": 0.9}),
        ]), (name: \"b\", timeline: [(day: 100, places: [\"harbour\"], set: {\"law.fine\": 9}), (day: 200, set: {\"law.fine\": 9})])])";
        let found = study(text);
        let days = |arm: usize| {
            let targets = found.arms[arm].targets(&found.base);
            targets.into_iter().map(|target| format!("{} {}", target.name, target.day)).collect::<Vec<_>>()
        };
        assert_eq!(days(0), ["fringe 200", "harbour 100"]);
        let all = found.base.params.places.len();
        assert_eq!((days(1).len(), days(1).iter().filter(|one| one.ends_with(" 200")).count()), (all, all - 1));
    }

    #[test]
    fn a_study_that_is_written_reads_as_it_was() {
        let study = study(
            "(name: \"Two \\\"at\\\" once\", base: \"baseline\", every_valve: true, arms: [
                (name: \"a\", set: {\"law.fine\": 400}), (name: \"b\", scenario: \"crackdown\"), (name: \"c\", with: [\"a\", \"b\"]),
            ], metrics: [(name: \"x_y\", metric: \"last(days.harm)\", better: \"less\")],
            stop: (metric: \"x_y\", half_width: 0.1, most: 30))",
        );
        let worlds = |name: &str| {
            if name == "base" {
                return Ok(study.base.clone());
            }
            Ok(study.arms.iter().find(|arm| arm.name == name).expect("it is an arm").scenario.clone())
        };
        assert_eq!(read_study(&study.to_ron(&str::to_owned), Format::Ron, &worlds), Ok(study.clone()));
        assert_eq!((study.metrics[0].label.as_str(), study.presets().len()), ("x y", 3));
        let under: Vec<&str> =
            study.presets().iter().map(|(_, study)| study.arms[2].scenario.params.society.valve.word()).collect();
        assert_eq!(under, ["valve", "neutral", "gateway"]);
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
                "(base: \"baseline\", arms: [(name: \"a\", set: {\"society.valve\": \"gateway\"})], every_valve: true)",
                "(base: \"baseline\", arms: [(name: \"a\")], every_valve: \"all\")",
            ]
            .map(refused)
            .join("\n"),
            @r#"
            "(" | a study without `base` (`base` is missing here); base: "mine.ron" names the scenario without the policy

            "\"basline\"" | there is no scenario called `basline` (cannot be used); give a file, or a name from `contraband list`

            "1" | `seeds` cannot be 1 (out of range); it takes a whole number from 2 to 10000 (one seed shows no spread)
            "\"law.fin\"" | unknown lever `law.fin` (no such lever); the closest is `law.fine`
            "\"a\"" | `a` is already the name of an arm (used a second time); names must differ, to be told apart in tables and levers
            "metrc" | unknown field `metrc` in a study (no such field); the closest is `metrics`

            "400" | day 400 is after the end of the run (never reached); the run has 365 days; `days: 400` would make it long enough, and `reached: false` keeps the entry as it is
            "(" | `b` has 600 days, and the base has 365 (days without a counterpart); `days: 365` in the study applies to all
            "(" | an arm is called `base` (taken); `base` is the world without the policy
            "\"d\"" | no arm before this one is called `d` (unknown arm); an arm comes after the arms it is made of

            "[\"a\", \"b\"]" | `a` sets `law.fine` to 3, but `b` sets it to 4: they contradict each other (these cannot be combined)
            "[\"a\"]" | `with` names fewer than two arms (nothing to combine); with: ["a", "b"] makes a world with both policies
            "set" | an arm made `with` others also has a `set` (one or the other); make it a separate arm, and name that arm in `with`

            "trade" | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
            "mean(days.trades, days = 300 to 400)" | days until 400 are not all in a run of days 1 to 365 (outside the run)
            "\"most\"" | `better` cannot be `most` (not one of its values); it takes less, more or none
            "sum(base.days.trades)" | a study already pairs every arm with its base (compares by itself); measure one world, without `base.` and `elasticity`
            "(" | a metric without `metric` (what is measured?); metric: "mean(days.trades, days = 121 to 365)"

            "\"trade\"" | there is no metric called `trade` (unknown metric); the closest is `trades`
            "0" | `half_width` must be a number above 0 (not such a number); half-width of the interval, in units of the metric
            "3" | `most` cannot be 3 (out of range); it takes a whole number from 20 to 10000 (seeds, not fewer than `seeds`)

            "true" | `every_valve` sets `society.valve`, and so does `a` (they contradict each other); either do not set `society.valve`, or leave `every_valve` out

            "\"all\"" | `every_valve` is true or false (neither); true runs the study under valve, neutral and gateway
            "#
        );
    }
}
