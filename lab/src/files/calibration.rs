//! Calibrations: a base, levers of which a range is believed, and what should come of them.

use crate::design::sobol;
use crate::files::factor::SweptFactor;
use crate::files::notes;
use crate::files::patterns::Pattern;
use crate::files::study::file::{Find, Reading, within};
use crate::files::study::{Better, StudyMetric, sound};
use crate::files::sweep::{Design, FACTORS, KEYS, LARGEST_SEED, MOST_RUNS, Sweep, Sweeping, field};
use contraband_sim::base::units::Value;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::read::LONGEST_RUN;
use contraband_sim::scenario::reader::Reader;
use contraband_sim::scenario::tree::{Format, Kind, Node, read_tree};

/// What is known, and levers to be learnt from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Name; empty if its file gives none.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The worlds that are lived: first the base, which is fitted; others are looked at when that is over.
    pub worlds: Vec<CalibrationWorld>,
    /// What the base should show.
    pub targets: Vec<CalibrationTarget>,
    /// What is held against it afterwards, in whichever world.
    pub held_out: Vec<CalibrationTarget>,
    /// Patterns of a file that ask for another world than the base, and are not fitted.
    pub left_out: usize,
    /// Patterns of a file that compare two scenarios, which a sweep's run does not live, and are not held against it.
    pub not_held: usize,
    /// How many particles are kept in each generation.
    pub particles: usize,
    /// Runs of each point; their median is compared.
    pub reps: u64,
    /// Runs that may be lived for fitting.
    pub budget: u64,
    /// The share of a generation that has to come closer for another to follow.
    pub acceptance: f64,
    /// Runs of each world, drawn from what is believed, with seeds that nothing was fitted to.
    pub predictive: usize,
    /// Seed of the points that are tried.
    pub seed: u64,
    /// Where seeds of runs begin.
    pub first_seed: u64,
}

/// A world with the levers that are learnt, as they are called there.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationWorld {
    /// What it is called.
    pub name: String,
    /// The world.
    pub scenario: Scenario,
    /// The levers, each with what is believed of it before.
    pub factors: Vec<SweptFactor>,
}

/// Something that should be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationTarget {
    /// What is measured.
    pub measure: StudyMetric,
    /// Between which values it should lie.
    pub band: (f64, f64),
    /// Who says so.
    pub source: String,
    /// The number of its world.
    pub world: usize,
}

/// How many particles are kept if a file does not say.
pub const PARTICLES: usize = 100;

/// Fewest and most particles.
const SOME_PARTICLES: (u64, u64) = (20, 2_000);

/// Runs for fitting if a file does not say.
pub const BUDGET: u64 = 2_000;

/// Least share of a generation that comes closer if a file does not say.
pub const ACCEPTANCE: f64 = 0.05;

/// Runs of each world afterwards if a file does not say.
pub const PREDICTIVE: usize = 50;

/// Most levers that are learnt at once: more would take more particles than anybody lives.
pub const MOST_LEARNT: usize = 20;

/// Most things that should be seen.
const MOST_TARGETS: usize = 100;

/// Added to the first seed for runs that nothing is fitted to: generations count up from it by one.
const FRESH: u64 = 1 << 20;

/// The fields of a calibration file, in order.
pub(crate) const FIELDS: [&str; 15] = [
    "name",
    "question",
    "base",
    "days",
    "factors",
    "targets",
    "held_out",
    "particles",
    "reps",
    "budget",
    "acceptance",
    "predictive",
    "seed",
    "first_seed",
    "$schema",
];

const TARGET_FIELDS: [&str; 5] = ["name", "label", "metric", "band", "source"];
const BAND: &str = "a band is two numbers, the lower one first: (0.3, 0.8)";
const EXAMPLE: &str = "targets: [(name: \"delivered\", metric: \"1 - sum(days.scams) / sum(days.trades)\", band: (0.8, \
                       0.98), source: \"who says so\")], or the name of a file of patterns";

/// Whether a text holds a calibration: it has targets.
pub fn is_calibration(text: &str, format: Format) -> bool {
    matches!(read_tree(text, format), Ok(Node { kind: Kind::Fields(fields), .. })
        if fields.iter().any(|(key, _)| key.name == "targets"))
}

/// How patterns are found by the name of their file, or why they are not.
pub type FindPatterns<'f> = dyn Fn(&str) -> Result<Vec<Pattern>, String> + 'f;

/// Reads a calibration; `find` looks up the scenarios that it names, `patterns` the files of patterns.
///
/// # Errors
/// Everything that is wrong with the text, in the order in which it stands there.
pub fn read_calibration(
    text: &str,
    format: Format,
    find: &Find<'_>,
    patterns: &FindPatterns<'_>,
) -> Result<Calibration, Vec<Diagnostic>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let beside = |_: &str| Err("a calibration has no table".to_owned());
    let sweeping = Sweeping { read: Reading { text, reader: &mut reader, find }, beside: &beside };
    let calibration = Calibrating { sweeping, text, find, patterns }.calibration(&root);
    reader.told(&root)?;
    Ok(calibration.expect("a calibration without complaints is whole"))
}

struct Calibrating<'r, 't> {
    sweeping: Sweeping<'r, 't>,
    text: &'t str,
    find: &'r Find<'r>,
    patterns: &'r FindPatterns<'r>,
}

impl<'t> Calibrating<'_, 't> {
    fn reader(&mut self) -> &mut Reader<'t> {
        self.sweeping.read.reader
    }

    fn calibration(&mut self, root: &Node<'t>) -> Option<Calibration> {
        let fields = self.reader().fields(root, "a calibration", "", &FIELDS);
        let find = |name: &str| field(&fields, name);
        let mut text = |name| find(name).and_then(|node| self.reader().text(node, name)).unwrap_or_default();
        let (name, question) = (text("name"), text("question"));
        let mut whole =
            |name, least, most, unit| find(name).and_then(|node| self.reader().whole(node, name, least, most, unit));
        let days = whole("days", 1, LONGEST_RUN.into(), "days").map(|days| days as u32);
        let (few, many) = SOME_PARTICLES;
        let particles =
            whole("particles", few, many, "number of points to keep").map_or(PARTICLES, |count| count as usize);
        let reps = whole("reps", 1, 1000, "runs of each point").unwrap_or(1);
        let budget = whole("budget", 1, MOST_RUNS, "runs for fitting").unwrap_or(BUDGET);
        let predictive =
            whole("predictive", 2, 10_000, "runs of each world").map_or(PREDICTIVE, |count| count as usize);
        let seed = whole("seed", 0, LARGEST_SEED, "a seed").unwrap_or(1);
        let first_seed = whole("first_seed", 0, LARGEST_SEED - 2 * FRESH, "a seed").unwrap_or(1);
        let acceptance = find("acceptance").map_or(Some(ACCEPTANCE), |node| self.acceptance(node));
        for (name, example) in
            [("base", "base: \"mine.ron\" names the world to fit"), ("factors", FACTORS), ("targets", EXAMPLE)]
        {
            if find(name).is_none() {
                let label = format!("`{name}` is missing here");
                self.sweeping.complain(root, &format!("a calibration without `{name}`"), &label, example);
            }
        }
        let node = find("base")?;
        let base = self.sweeping.read.base(node, days)?;
        let factors = self.factors(find("factors")?, &base)?;
        let named = match &node.kind {
            Kind::Fields(fields) => fields.iter().find(|(key, _)| key.name == "scenario").map(|(_, node)| node),
            _ => Some(node),
        };
        let named = named.and_then(|node| self.reader().text(node, "base"));
        let world =
            CalibrationWorld { name: named.clone().unwrap_or_else(|| base.name.clone()), scenario: base, factors };
        let mut made = Calibration {
            name,
            question,
            worlds: vec![world],
            targets: Vec::new(),
            held_out: Vec::new(),
            left_out: 0,
            not_held: 0,
            particles,
            reps,
            budget,
            acceptance: acceptance?,
            predictive,
            seed,
            first_seed,
        };
        let targets = find("targets")?;
        made.targets = self.targets(targets, "targets", &mut made, named.as_deref())?;
        if made.targets.is_empty() {
            let what = "nothing that the base should reproduce";
            self.sweeping.complain(
                targets,
                what,
                "no target",
                "patterns count if they name the base and have as many days",
            );
        }
        if let Some(node) = find("held_out") {
            made.held_out = self.targets(node, "held_out", &mut made, None)?;
        }
        if budget < made.reps * 2 * made.particles as u64 {
            let what = format!("{budget} runs are too few for the first generation");
            let help =
                format!("it takes {}: twice the particles, with all repetitions", made.reps * 2 * particles as u64);
            self.sweeping.complain(find("budget").or(find("particles")).unwrap_or(root), &what, "too few", &help);
        }
        // A look around: whether the ranges hold worlds that contradict themselves.
        let around = sobol(64, made.worlds[0].factors.len(), seed).expect("few points of few factors");
        for at in 0..made.worlds.len() {
            if let Err(what) = made.sweep(at, &around, 0, "") {
                let help = "narrow the ranges, or leave that world out";
                self.sweeping.complain(find("factors")?, &what, "not a possible world", help);
                break;
            }
        }
        Some(made)
    }

    fn factors(&mut self, node: &Node<'t>, base: &Scenario) -> Option<Vec<SweptFactor>> {
        let factors = self.sweeping.factors(node, base, false)?;
        if factors.len() > MOST_LEARNT {
            let what = format!("{} levers are more than the {MOST_LEARNT} that can be fitted at once", factors.len());
            self.sweeping.complain(node, &what, "too many", "`contraband sensitivity` says which ones matter");
            return None;
        }
        Some(factors)
    }

    fn acceptance(&mut self, node: &Node<'t>) -> Option<f64> {
        match node.kind {
            Kind::Number(share) if (0.0..1.0).contains(&share) => Some(share),
            _ => {
                let what = "`acceptance` is a share from 0 to below 1";
                self.sweeping.complain(
                    node,
                    what,
                    "not such a share",
                    "0.05 stops when fewer than one point in twenty comes closer",
                );
                None
            }
        }
    }

    /// What should be seen: a list, or the name of a file of patterns. `of_base` is the name of the base where only what
    /// asks for it counts.
    fn targets(
        &mut self,
        node: &Node<'t>,
        name: &str,
        made: &mut Calibration,
        of_base: Option<&str>,
    ) -> Option<Vec<CalibrationTarget>> {
        if !matches!(node.kind, Kind::Text(_) | Kind::Word(_)) {
            return Some(self.listed(node, name, made));
        }
        let file = self.reader().text(node, name)?;
        let patterns = match (self.patterns)(&file) {
            Ok(patterns) => patterns,
            Err(why) => {
                self.sweeping.complain(
                    node,
                    &why,
                    "cannot be used",
                    "fitted and held_out come with the program; or give a file of patterns",
                );
                return None;
            }
        };
        let mut found: Vec<CalibrationTarget> = Vec::new();
        for pattern in patterns {
            let world = if name == "targets" {
                let base = &made.worlds[0].scenario;
                let days = pattern.days.unwrap_or(base.days);
                // A base with a timeline is compared with itself without it; one that has none shows no difference.
                let compares = pattern.base.is_some() || (pattern.metric.compares() && base.timeline.is_empty());
                if of_base != Some(&*pattern.scenario) || days != base.days || compares {
                    made.left_out += 1;
                    continue;
                }
                0
            } else if pattern.base.is_some() {
                made.not_held += 1;
                continue;
            } else {
                self.world(node, &pattern, made)?
            };
            let name = free_name(&pattern.id, made.targets.iter().chain(&found));
            let measure = StudyMetric {
                name,
                label: pattern.statement,
                expression: pattern.metric,
                better: Better::None,
                by_arm: None,
                interest: None,
            };
            found.push(CalibrationTarget { measure, band: pattern.band, source: pattern.source, world });
        }
        Some(found)
    }

    /// The number of the world that a pattern asks for, which may be new.
    fn world(&mut self, node: &Node<'t>, pattern: &Pattern, made: &mut Calibration) -> Option<usize> {
        let scenario = match (self.find)(&pattern.scenario) {
            Ok(scenario) => Scenario { days: pattern.days.unwrap_or(scenario.days), ..scenario },
            Err(why) => {
                self.sweeping.complain(node, &why, "cannot be used", "a pattern in this file asks for it");
                return None;
            }
        };
        if let Some(known) = made.worlds.iter().position(|world| world.scenario == scenario) {
            return Some(known);
        }
        let mut factors = Vec::new();
        for factor in &made.worlds[0].factors {
            match SweptFactor::of(&scenario, &factor.path, factor.spread.clone()) {
                Ok(factor) => factors.push(factor),
                Err(error) => {
                    let what = format!("{error} in {}", pattern.scenario);
                    self.sweeping.complain(node, &what, "no such lever there", "choose a lever that all worlds have");
                    return None;
                }
            }
        }
        let taken = |name: &str| made.worlds.iter().any(|world| world.name == name);
        let mut name = pattern.scenario.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        while taken(&name) {
            name += "_";
        }
        made.worlds.push(CalibrationWorld { name, scenario, factors });
        Some(made.worlds.len() - 1)
    }

    fn listed(&mut self, node: &Node<'t>, list: &str, made: &Calibration) -> Vec<CalibrationTarget> {
        let mut found: Vec<CalibrationTarget> = Vec::new();
        for item in self.reader().items(node, list, MOST_TARGETS) {
            let fields = self.reader().fields(item, "a target", "", &TARGET_FIELDS);
            let before = made.targets.iter().chain(&found).map(|target| target.measure.name.as_str());
            let taken: Vec<String> = before.chain(KEYS).map(str::to_owned).collect();
            let name = self.reader().name(item, "a target", taken.iter().map(String::as_str));
            let mut text = |name| field(&fields, name).and_then(|node| Some((node, self.reader().text(node, name)?)));
            let label = text("label").map_or_else(|| name.replace('_', " "), |(_, label)| label);
            let (metric, source) = (text("metric"), text("source"));
            for name in ["metric", "band", "source"] {
                if field(&fields, name).is_none() {
                    let label = "it is missing here";
                    self.sweeping.complain(item, &format!("a target without `{name}`"), label, EXAMPLE);
                }
            }
            let band = field(&fields, "band").and_then(|node| self.band(node));
            let Some((at, words)) = metric else { continue };
            let expression = match sound(&words, made.worlds[0].scenario.days) {
                Ok(expression) => expression,
                Err(complaint) => {
                    let span = within(self.text, &words, &at.span, &complaint.span);
                    self.reader().complain(Diagnostic { span, ..complaint });
                    continue;
                }
            };
            let (Some(band), Some((_, source))) = (band, source) else { continue };
            found.push(CalibrationTarget {
                measure: StudyMetric { name, label, expression, better: Better::None, by_arm: None, interest: None },
                band,
                source,
                world: 0,
            });
        }
        found
    }

    fn band(&mut self, node: &Node<'t>) -> Option<(f64, f64)> {
        if let Kind::List(ends) = &node.kind
            && let [Node { kind: Kind::Number(low), .. }, Node { kind: Kind::Number(high), .. }] = ends[..]
            && low <= high
            && (high - low).is_finite()
        {
            return Some((low, high));
        }
        self.sweeping.complain(node, "this is not a band", "two numbers", BAND);
        None
    }
}

/// A column name made of what a pattern is called, that no other has.
fn free_name<'n>(id: &str, taken: impl Iterator<Item = &'n CalibrationTarget> + Clone) -> String {
    let letters = id.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let plain: String = letters;
    let plain = if plain.starts_with(|c: char| c.is_ascii_lowercase()) { plain } else { format!("p{plain}") };
    let plain: String = plain.chars().take(30).collect();
    let is_taken = |name: &str| KEYS.contains(&name) || taken.clone().any(|target| target.measure.name == name);
    if !is_taken(&plain) {
        return plain;
    }
    let most = taken.clone().count() + 2;
    (2..=most).map(|nth| format!("{plain}_{nth}")).find(|name| !is_taken(name)).expect("more numbers than names")
}

impl CalibrationTarget {
    /// Half of the width of the band; of one without width a tenth of its value.
    pub fn half_width(&self) -> f64 {
        let (low, high) = self.band;
        if high > low { (high - low) / 2.0 } else { low.abs().max(1e-9) / 10.0 }
    }

    /// How far a value lies outside of the band, in halves of its width: 0 inside, 1 as far out as the middle is in. What is
    /// no number is infinitely far.
    pub fn distance(&self, value: f64) -> f64 {
        let (low, high) = self.band;
        if value.is_nan() { f64::INFINITY } else { (low - value).max(value - high).max(0.0) / self.half_width() }
    }

    /// Whether a value lies in the band.
    pub fn holds(&self, value: f64) -> bool {
        (self.band.0..=self.band.1).contains(&value)
    }
}

impl Calibration {
    /// What it fits in vain or less than fully: a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let world = &self.worlds[0];
        let paths: Vec<&str> = world.factors.iter().map(|factor| factor.path.as_str()).collect();
        notes::of_factors(&world.scenario, &paths)
    }

    /// The levers that are learnt.
    pub fn factors(&self) -> &[SweptFactor] {
        &self.worlds[0].factors
    }

    /// How far a point lies from what is known, given a value for each target: the root of the mean square of their
    /// distances. The largest one alone would say nothing more where the model cannot reach one of the bands.
    pub fn distance(&self, values: &[f64]) -> f64 {
        let squares = self.targets.iter().zip(values).map(|(target, &value)| {
            let off = target.distance(value);
            off * off
        });
        (squares.sum::<f64>() / self.targets.len() as f64).sqrt()
    }

    /// What is believed of the levers at a point of the unit cube.
    pub fn values(&self, point: &[f64]) -> Vec<Value> {
        self.factors().iter().zip(point).map(|(factor, &share)| factor.at(share)).collect()
    }

    /// Whether a point makes a world that does not contradict itself.
    pub fn is_possible(&self, point: &[f64]) -> bool {
        let world = &self.worlds[0];
        let mut scenario = world.scenario.clone();
        for (factor, value) in world.factors.iter().zip(self.values(point)) {
            factor.set(&mut scenario, value);
        }
        scenario.check().is_ok()
    }

    /// A generation of the base as a sweep.
    ///
    /// # Errors
    /// What is wrong with a world that a point makes.
    pub fn generation(&self, generation: usize, points: &[Vec<f64>]) -> Result<Sweep, String> {
        let name = format!("generation {generation}");
        self.sweep(0, points, generation as u64, &name).map(|sweep| Sweep { reps: self.reps, ..sweep })
    }

    /// A world at points drawn from what is believed, with seeds that nothing was fitted to, as a sweep.
    ///
    /// # Errors
    /// What is wrong with a world that a point makes.
    pub fn fresh(&self, world: usize, points: &[Vec<f64>]) -> Result<Sweep, String> {
        self.sweep(world, points, FRESH, &self.worlds[world].name)
    }

    fn sweep(&self, at: usize, points: &[Vec<f64>], seed: u64, name: &str) -> Result<Sweep, String> {
        let CalibrationWorld { scenario, factors, .. } = &self.worlds[at];
        let measured = self.targets.iter().chain(&self.held_out).filter(|target| target.world == at);
        // What is held out is not even looked at while the base is fitted.
        let measured = measured.filter(|target| seed == FRESH || self.targets.contains(target));
        let mut sweep = Sweep {
            name: if self.name.is_empty() { name.to_owned() } else { format!("{}, {name}", self.name) },
            question: self.question.clone(),
            base: scenario.clone(),
            factors: factors.clone(),
            design: Design::List,
            cells: Vec::new(),
            rows: Vec::new(),
            empty: 0,
            reps: 1,
            first_seed: self.first_seed + seed,
            shared_seeds: false,
            metrics: measured.map(|target| target.measure.clone()).collect(),
            series: None,
            stop: Vec::new(),
            time_limit: None,
        };
        match sweep.place(points.iter().map(|point| self.values(point)).collect()) {
            None => Ok(sweep),
            Some(what) => Err(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::patterns::{FITTED, HELD_OUT, read_patterns};
    use contraband_sim::scenario::library::{CALIBRATIONS, LIBRARY, PATTERN_WORLDS};
    use contraband_sim::scenario::read::read;

    fn calibration(text: &str) -> Calibration {
        let find = |name: &str| {
            let mut all = LIBRARY.iter().chain(PATTERN_WORLDS);
            let found = all.find(|embedded| embedded.name == name).ok_or("no such scenario")?;
            read(found.text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
        };
        let patterns = |name: &str| {
            let text = if name == "fitted" { FITTED } else { HELD_OUT };
            read_patterns(text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
        };
        read_calibration(text, Format::Ron, &find, &patterns).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
    }

    #[test]
    fn those_that_come_with_the_program_are_sound() {
        for embedded in CALIBRATIONS {
            assert!(is_calibration(embedded.text, Format::Ron));
            let found = calibration(embedded.text);
            assert!(found.factors().len() > 1 && found.targets.len() > 5 && found.held_out.len() > 2);
            // What is fitted needs the base alone; what is held out may ask for worlds of its own, with the same levers.
            assert!(found.left_out > 0 && found.targets.iter().all(|target| target.world == 0));
            assert!(found.held_out.iter().any(|target| target.world > 0) && found.not_held > 0);
            // It is not looked at while the base is fitted, in whichever world.
            let fitting = found.generation(0, &[vec![0.5; found.factors().len()]]).expect("a sound world");
            let names = |targets: &[CalibrationTarget]| -> Vec<String> {
                targets.iter().map(|target| target.measure.name.clone()).collect()
            };
            let measured: Vec<String> = fitting.metrics.iter().map(|metric| metric.name.clone()).collect();
            assert_eq!(measured, names(&found.targets));
            let names = || found.targets.iter().chain(&found.held_out).map(|target| &target.measure.name);
            assert!(names().enumerate().all(|(at, name)| names().position(|other| other == name) == Some(at)));
        }
    }

    /// A pattern that compares a base with itself without its timeline is fitted; one that names another base is left out.
    #[test]
    fn patterns_that_compare_are_fitted_where_the_base_has_a_timeline() {
        let patterns = "[(id: \"P\", statement: \"dip\", scenario: \"SCENARIO\", metric: \"sum(days.trades) / \
                        sum(base.days.trades)\", band: (0, 1), source: \"s\"), (id: \"P\", statement: \"trade\", scenario: \
                        \"SCENARIO\", metric: \"sum(days.trades)\", band: (0, 1), source: \"s\"), (id: \"P\", statement: \
                        \"other\", scenario: \"SCENARIO\", base: \"balloon\", metric: \"sum(base.days.trades)\", band: (0, 1), \
                        source: \"s\")]";
        let fitted = |base: &str| {
            let find = |name: &str| {
                let file = LIBRARY.iter().chain(PATTERN_WORLDS).find(|file| file.name == name).expect("it is there");
                read(file.text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
            };
            let listed = |_: &str| {
                let text = patterns.replace("SCENARIO", base);
                read_patterns(&text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
            };
            let text = format!(
                "(base: \"{base}\", factors: {{\"law.fine\": (low: 10, high: 50)}}, targets: \"mine.ron\", held_out: \
                 \"mine.ron\")"
            );
            let found = read_calibration(&text, Format::Ron, &find, &listed).expect("it is sound");
            let names: Vec<String> = found.targets.iter().map(|target| target.measure.label.clone()).collect();
            (names, found.left_out, found.not_held)
        };
        assert_eq!(fitted("patterns/ban"), (vec!["dip".into(), "trade".into()], 1, 1));
        assert_eq!(fitted("baseline"), (vec!["trade".into()], 2, 1));
    }

    #[test]
    fn distances_are_in_half_widths_and_the_far_weigh_more() {
        let found = calibration(
            "(base: \"baseline\", factors: {\"law.fine\": (low: 10, high: 50), \"society.valve\": [\"valve\", \"gateway\"]}, \
              targets: [(name: \"a\", metric: \"mean(days.harm)\", band: (2, 4), source: \"x\"), \
                        (name: \"b\", metric: \"sum(days.harm)\", band: (3, 3), source: \"x\")])",
        );
        let [a, b] = [&found.targets[0], &found.targets[1]];
        assert_eq!([1.0, 2.0, 3.5, 7.0].map(|value| a.distance(value)), [1.0, 0.0, 0.0, 3.0]);
        assert!((b.distance(3.6) - 2.0).abs() < 1e-9 && a.distance(f64::NAN).is_infinite());
        assert!((found.distance(&[8.0, 3.9]) - (f64::midpoint(16.0, 9.0)).sqrt()).abs() < 1e-9);
        assert_eq!(found.values(&[0.25, 0.75]), [Value::Number(20.0), Value::Word("gateway")]);
        // A generation has its own seeds, and a world that is asked for twice is lived once.
        let points = [vec![0.25, 0.75], vec![0.25, 0.9], vec![0.5, 0.1]];
        let [first, second] = [0, 1].map(|nth| found.generation(nth, &points).expect("sound worlds"));
        assert_eq!((first.cells.len(), &*first.rows, first.first_seed + 1), (2, &[0, 0, 1][..], second.first_seed));
    }
}
