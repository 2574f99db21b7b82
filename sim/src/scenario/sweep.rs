//! Sweeps: a base, levers that move, and a design that says where to.
//!
//! A file names factors with the values or distributions that they take; reading it makes the cells: the worlds that are
//! lived, each once, whatever the number of rows of the design that ask for it.

use std::collections::BTreeMap;

use super::factor::{Factor, Spread, number};
use super::levers::{Given, judge};
use super::read::{LONGEST_RUN, Reader, given};
use super::study::{Find, Measure, Reading, Study, within};
use super::tree::{Format, Key, Kind, Node, read_tree};
use super::{Complaint, Scenario, closest_name};
use crate::design;
use crate::record::tables::{self, DAYS};
use crate::units::{Shape, Value};

/// A question about levers.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// Name; empty if its file gives none.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The world in which levers are moved.
    pub base: Scenario,
    /// The levers that move.
    pub factors: Vec<Factor>,
    /// How their values are chosen.
    pub design: Design,
    /// The worlds: a value for each factor.
    pub cells: Vec<Vec<Value>>,
    /// The cell of each row of the design, where rows share cells; empty where row and cell are the same.
    pub rows: Vec<usize>,
    /// Runs of each cell.
    pub reps: u64,
    /// Where seeds begin.
    pub first_seed: u64,
    /// Whether all cells are lived with the same seeds, so that they differ by their levers alone.
    pub shared_seeds: bool,
    /// What is measured.
    pub metrics: Vec<Measure>,
    /// Columns that are kept through the days.
    pub series: Option<Series>,
    /// What ends a run before its last day.
    pub stop: Vec<StopWhen>,
    /// Most seconds that a run may take.
    pub time_limit: Option<f64>,
}

/// How the values of factors are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Every value of each factor with every value of the others.
    Grid,
    /// The points that the file lists.
    List,
    /// The points that a file beside it lists.
    Csv,
    /// Each factor in equal steps, in an order that fills the space.
    LatinHypercube {
        /// How many.
        points: usize,
        /// Seed of the design.
        seed: u64,
    },
    /// A scrambled Sobol sequence.
    Sobol {
        /// How many.
        points: usize,
        /// Seed of the design.
        seed: u64,
    },
    /// Two Sobol samples, and for each factor one in which it alone is exchanged: `factors + 2` rows a point.
    Saltelli {
        /// Points of each sample.
        points: usize,
        /// Seed of the design.
        seed: u64,
    },
    /// Paths on which one factor after the other moves: `factors + 1` rows a path.
    Morris {
        /// How many paths.
        trajectories: usize,
        /// Levels of each factor.
        levels: usize,
        /// Seed of the design.
        seed: u64,
    },
}

impl Design {
    const WORDS: [&str; 7] = ["grid", "list", "csv", "latin_hypercube", "sobol", "saltelli", "morris"];

    /// Its word in files.
    pub const fn word(self) -> &'static str {
        Self::WORDS[match self {
            Self::Grid => 0,
            Self::List => 1,
            Self::Csv => 2,
            Self::LatinHypercube { .. } => 3,
            Self::Sobol { .. } => 4,
            Self::Saltelli { .. } => 5,
            Self::Morris { .. } => 6,
        }]
    }
}

/// Columns of `days` that are kept, every so many days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Days from one row to the next; the last day of a run is always kept.
    pub every: u32,
}

/// A condition that ends a run, looked at in the evening of each day.
#[derive(Clone, Debug, PartialEq)]
pub struct StopWhen {
    /// As it was written.
    pub text: String,
    /// Column of `days`.
    pub column: &'static str,
    /// How the two are compared.
    pub sign: Sign,
    /// With what it is compared.
    pub bound: f64,
}

/// How a column and a bound are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl StopWhen {
    /// Whether a value of its column meets it; a value that is missing does not.
    pub fn is_met(&self, value: f64) -> bool {
        match self.sign {
            Sign::Less => value < self.bound,
            Sign::AtMost => value <= self.bound,
            Sign::More => value > self.bound,
            Sign::AtLeast => value >= self.bound,
        }
    }
}

/// Runs of each cell if a sweep does not say.
pub const REPS: u64 = 10;
/// Most runs of a cell.
pub const MOST_REPS: u64 = 100_000;
/// Most cells.
pub const MOST_CELLS: usize = 200_000;
/// Most runs.
pub const MOST_RUNS: u64 = 10_000_000;
/// Largest first seed: seeds stay exact in tables and pages.
pub const LARGEST_SEED: u64 = 1 << 52;
/// Most factors.
pub const MOST_FACTORS: usize = 256;

/// Columns of a row of a sweep that are there whatever is measured.
pub const KEYS: [&str; 9] = ["run", "cell", "rep", "seed", "status", "error", "stopped_day", "reason", "digest"];

/// The fields of a sweep file, in order.
pub(crate) const FIELDS: [&str; 14] = [
    "name",
    "question",
    "base",
    "days",
    "factors",
    "design",
    "reps",
    "first_seed",
    "seeds",
    "metrics",
    "series",
    "stop",
    "time_limit",
    "$schema",
];
const RANGE_FIELDS: [&str; 9] = ["values", "low", "high", "log", "steps", "distribution", "mean", "sd", "mode"];
const DISTRIBUTIONS: [&str; 5] = ["uniform", "log_uniform", "normal", "triangular", "choice"];

/// Whether a text holds a sweep: it has factors or a design.
pub fn is_sweep(text: &str, format: Format) -> bool {
    matches!(read_tree(text, format), Ok(Node { kind: Kind::Fields(fields), .. })
        if fields.iter().any(|(key, _)| key.name == "factors" || key.name == "design"))
}

/// How the text of a file beside the sweep is found, or why it is not.
pub type Beside<'f> = dyn Fn(&str) -> Result<String, String> + 'f;

/// Reads a sweep; `find` looks up the scenario that it names, `beside` the file with its points.
///
/// # Errors
/// Everything that is wrong with the text, in the order in which it stands there.
pub fn read_sweep(text: &str, format: Format, find: &Find<'_>, beside: &Beside<'_>) -> Result<Sweep, Vec<Complaint>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let sweep = Sweeping { read: Reading { text, reader: &mut reader, find }, beside }.sweep(&root);
    reader.told(&root)?;
    Ok(sweep.expect("a sweep without complaints is whole"))
}

struct Sweeping<'r, 't> {
    read: Reading<'r, 't>,
    beside: &'r Beside<'r>,
}

/// The fields of a group, by name.
type Fields<'n, 't> = [(&'n Key<'t>, &'n Node<'t>)];

fn field<'n, 't>(fields: &Fields<'n, 't>, name: &str) -> Option<&'n Node<'t>> {
    fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node)
}

/// A design whose points lie in the unit cube.
type Points = Vec<Vec<f64>>;

impl<'t> Sweeping<'_, 't> {
    fn sweep(&mut self, root: &Node<'t>) -> Option<Sweep> {
        let fields = self.read.reader.fields(root, "a sweep", "", &FIELDS);
        let find = |name: &str| field(&fields, name);
        let reader = &mut self.read.reader;
        let mut text = |name| find(name).and_then(|node| reader.text(node, name)).unwrap_or_default();
        let (name, question) = (text("name"), text("question"));
        let mut whole =
            |name, least, most, unit| find(name).and_then(|node| reader.whole(node, name, least, most, unit));
        let days = whole("days", 1, LONGEST_RUN.into(), "days").map(|days| days as u32);
        let reps = whole("reps", 1, MOST_REPS, "runs of each cell").unwrap_or(REPS);
        let first_seed = whole("first_seed", 0, LARGEST_SEED, "any whole number").unwrap_or(1);
        let shared_seeds = find("seeds").is_none_or(|node| self.seeds(node));
        let Some(node) = find("base") else {
            self.complain(
                root,
                "a sweep without `base`",
                "`base` is missing here",
                "base: \"baseline\" names the world in which levers move",
            );
            return None;
        };
        let base = self.read.base(node, days)?;
        let metrics = match find("metrics") {
            Some(node) => self.metrics(node, base.days),
            None => usual_metrics(&base),
        };
        let series = find("series").and_then(|node| self.series(node, base.days));
        let stop = find("stop").map(|node| self.stop(node)).unwrap_or_default();
        let time_limit =
            find("time_limit").and_then(|node| self.above_zero(node, "time_limit", "seconds for each run"));
        let mut sweep = Sweep {
            name,
            question,
            base,
            factors: Vec::new(),
            design: Design::Grid,
            cells: Vec::new(),
            rows: Vec::new(),
            reps,
            first_seed,
            shared_seeds,
            metrics,
            series,
            stop,
            time_limit,
        };
        let Some(design) = find("design") else {
            self.complain(
                root,
                "a sweep without `design`",
                "`design` is missing here",
                "design: \"grid\", or (method: \"sobol\", points: 64)",
            );
            return None;
        };
        let values = self.design(design, find("factors"), root, &mut sweep)?;
        self.cells(values, find("factors").unwrap_or(design), &mut sweep)?;
        if sweep.cells.len() as u64 * sweep.reps > MOST_RUNS {
            let what =
                format!("{} cells with {} repetitions are more than {MOST_RUNS} runs", sweep.cells.len(), sweep.reps);
            self.complain(find("reps").unwrap_or(design), &what, "too many runs", "fewer repetitions, or fewer points");
        }
        Some(sweep)
    }

    fn complain(&mut self, node: &Node<'t>, what: &str, label: &str, help: &str) {
        let span = self.read.reader.caret(node);
        self.read.reader.complain(Complaint::new(&span, what, label).help(help));
    }

    fn seeds(&mut self, node: &Node<'t>) -> bool {
        let word = self.read.reader.text(node, "seeds");
        match word.as_deref() {
            Some("shared") | None => true,
            Some("independent") => false,
            Some(other) => {
                let what = format!("`seeds` cannot be `{other}`");
                self.complain(
                    node,
                    &what,
                    "not one of its words",
                    "it is shared (cells differ by their levers alone) or independent",
                );
                true
            }
        }
    }

    fn above_zero(&mut self, node: &Node<'t>, name: &str, unit: &str) -> Option<f64> {
        match node.kind {
            Kind::Number(number) if number > 0.0 && number.is_finite() => Some(number),
            _ => {
                self.complain(node, &format!("`{name}` is a number above 0"), "not one", unit);
                None
            }
        }
    }

    fn metrics(&mut self, node: &Node<'t>, days: u32) -> Vec<Measure> {
        let metrics = self.read.metrics(node, days);
        for metric in &metrics {
            if KEYS.contains(&metric.name.as_str()) {
                let what = format!("no metric can be called `{}`", metric.name);
                self.complain(node, &what, "a column of every sweep", &format!("these are taken: {}", KEYS.join(", ")));
            }
        }
        metrics
    }

    fn series(&mut self, node: &Node<'t>, days: u32) -> Option<Series> {
        let fields = self.read.reader.fields(node, "`series`", "series", &["columns", "every"]);
        let every = field(&fields, "every").map_or(Some(1), |node| {
            self.read.reader.whole(node, "every", 1, days.into(), "days").map(|days| days as u32)
        });
        let Some(listed) = field(&fields, "columns") else {
            self.complain(
                node,
                "`series` without `columns`",
                "which columns?",
                "series: (columns: [\"trades\", \"harm\"], every: 7)",
            );
            return None;
        };
        let mut columns = Vec::new();
        for item in self.read.reader.names(listed, "columns", "trades") {
            let name = self.read.reader.text(item, "columns")?;
            match day_column(&name) {
                Ok(column) if columns.contains(&column) => {
                    self.complain(item, &format!("`{column}` is listed twice"), "a second time", "once is enough");
                }
                Ok(column) => columns.push(column),
                Err(help) => {
                    self.complain(
                        item,
                        &format!("table `days` has no column `{name}` of numbers"),
                        "unknown column",
                        &help,
                    );
                }
            }
        }
        Some(Series { columns, every: every? })
    }

    fn stop(&mut self, node: &Node<'t>) -> Vec<StopWhen> {
        let mut found = Vec::new();
        for item in self.read.reader.items(node, "stop", 20) {
            let Some(words) = self.read.reader.text(item, "stop") else { continue };
            match stop_when(&words) {
                Ok(stop) => found.push(stop),
                Err(complaint) => {
                    let span = within(self.read.text, &words, &item.span, &complaint.span);
                    self.read.reader.complain(Complaint { span, ..complaint });
                }
            }
        }
        found
    }

    /// The values of each row of the design; sets design and factors of the sweep.
    fn design(
        &mut self,
        node: &Node<'t>,
        factors: Option<&Node<'t>>,
        root: &Node<'t>,
        sweep: &mut Sweep,
    ) -> Option<Vec<Vec<Value>>> {
        const ALL: [&str; 6] = ["method", "points", "seed", "trajectories", "levels", "file"];
        let plain = !matches!(node.kind, Kind::Fields(_));
        let fields = if plain { Vec::new() } else { self.read.reader.fields(node, "`design`", "design", &ALL) };
        let named = if plain { Some(node) } else { field(&fields, "method") };
        let Some(named) = named else {
            self.complain(
                node,
                "`design` without `method`",
                "which?",
                &format!("it is one of {}", Design::WORDS.join(", ")),
            );
            return None;
        };
        let word = self.read.reader.text(named, "design")?;
        let Some(method) = Design::WORDS.into_iter().find(|known| *known == word) else {
            let help = closest_name(&word, Design::WORDS).map_or_else(
                || format!("it is one of {}", Design::WORDS.join(", ")),
                |name| format!("the closest is `{name}`"),
            );
            self.complain(named, &format!("no design is called `{word}`"), "unknown design", &help);
            return None;
        };
        let takes: &[&str] = match method {
            "grid" => &["method"],
            "list" => &["method", "points"],
            "csv" => &["method", "file"],
            "morris" => &["method", "trajectories", "levels", "seed"],
            _ => &["method", "points", "seed"],
        };
        for (key, _) in fields.iter().filter(|(key, _)| !takes.contains(&&*key.name)) {
            let complaint =
                Complaint::new(&key.span, format!("`{method}` has no `{}`", key.name), "not of this design");
            self.read.reader.complain(complaint.help(format!("it takes {}", takes[1..].join(", "))));
        }
        if method == "list" || method == "csv" {
            if let Some(factors) = factors {
                self.complain(
                    factors,
                    &format!("`factors` beside a design that is a {method}"),
                    "one or the other",
                    "the points name their levers themselves",
                );
            }
            return self.listed(method, node, &fields, sweep);
        }
        let Some(factors) = factors else {
            self.complain(
                root,
                "a sweep without `factors`",
                "no lever moves",
                "factors: {\"law.fine\": [60, 120, 240]} names levers with their values",
            );
            return None;
        };
        sweep.factors = self.factors(factors, &sweep.base, method == "grid")?;
        let k = sweep.factors.len();
        if method == "grid" {
            return self.grid(factors, sweep);
        }
        let mut count = |name: &str, least: u64, usual: Option<u64>| -> Option<usize> {
            let Some(at) = field(&fields, name) else {
                if usual.is_none() {
                    self.complain(
                        node,
                        &format!("`{method}` without `{name}`"),
                        "how many?",
                        &format!("design: (method: \"{method}\", {name}: 64)"),
                    );
                }
                return usual.map(|usual| usual as usize);
            };
            self.read.reader.whole(at, name, least, MOST_CELLS as u64, "of the design").map(|count| count as usize)
        };
        let (points, levels) = if method == "morris" {
            (count("trajectories", 1, None), count("levels", 2, Some(4)))
        } else {
            (count("points", 1, None), Some(2))
        };
        let seed = field(&fields, "seed")
            .map_or(Some(1), |at| self.read.reader.whole(at, "seed", 0, u64::MAX, "any whole number"))?;
        let (points, levels) = (points?, levels?);
        if levels % 2 == 1 {
            self.complain(
                field(&fields, "levels").unwrap_or(node),
                "`levels` is odd",
                "half of them is the step",
                "an even number, such as 4",
            );
            return None;
        }
        let rows = match method {
            "saltelli" => points.saturating_mul(k + 2),
            "morris" => points.saturating_mul(k + 1),
            _ => points,
        };
        if rows > MOST_CELLS {
            let what = format!("{rows} rows are more than the {MOST_CELLS} cells that a sweep may have");
            self.complain(node, &what, "too large", "fewer points, or fewer factors");
            return None;
        }
        let made: Result<Points, design::TooLarge> = match method {
            "sobol" => design::sobol(points, k, seed),
            "saltelli" => design::saltelli(points, k, seed),
            "morris" => Ok(design::morris(points, k, levels, seed)),
            _ => Ok(design::latin_hypercube(points, k, seed)),
        };
        sweep.design = match method {
            "sobol" => Design::Sobol { points, seed },
            "saltelli" => Design::Saltelli { points, seed },
            "morris" => Design::Morris { trajectories: points, levels, seed },
            _ => Design::LatinHypercube { points, seed },
        };
        match made {
            Ok(made) => {
                let value =
                    |row: Vec<f64>| sweep.factors.iter().zip(row).map(|(factor, share)| factor.at(share)).collect();
                Some(made.into_iter().map(value).collect())
            }
            Err(error) => {
                self.complain(
                    node,
                    &error.to_string(),
                    "too large for this design",
                    "a Latin hypercube has no such limit",
                );
                None
            }
        }
    }

    fn factors(&mut self, node: &Node<'t>, base: &Scenario, grid: bool) -> Option<Vec<Factor>> {
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("`factors` cannot be {}", node.kind.described());
            self.complain(node, &what, "wrong kind of value", "factors: {\"law.fine\": [60, 120, 240]}");
            return None;
        };
        if fields.is_empty() {
            self.complain(node, "`factors` is empty", "no lever moves", "factors: {\"law.fine\": [60, 120, 240]}");
        }
        if fields.len() > MOST_FACTORS {
            let what = format!("{} factors are more than the {MOST_FACTORS} that a sweep may have", fields.len());
            self.complain(node, &what, "too many", "leave out those that matter least");
            return None;
        }
        let fields = self.read.reader.once(fields);
        let mut factors = Vec::new();
        let mut sound = !fields.is_empty();
        for (key, node) in fields {
            let Some(mut factor) = self.factor(key, base) else {
                sound = false;
                continue;
            };
            match self.spread(&factor, node, grid) {
                Some(spread) => factor.spread = spread,
                None => sound = false,
            }
            factors.push(factor);
        }
        sound.then_some(factors)
    }

    /// The lever of a path, or those that a star stands for; without its values.
    fn factor(&mut self, key: &Key<'t>, base: &Scenario) -> Option<Factor> {
        let none = Spread::Values(Vec::new());
        if !key.name.contains('*') {
            self.read.reader.lever(key, &base.params)?;
        }
        let factor = base.factor(&key.name, none).ok();
        if factor.is_none() {
            let complaint = Complaint::new(&key.span, format!("`{}` stands for no lever", key.name), "no such levers");
            let help = "a star stands for every name in its place, such as `places.*.abundance`; all must take the same values";
            self.read.reader.complain(complaint.help(help));
        }
        factor
    }

    fn spread(&mut self, factor: &Factor, node: &Node<'t>, grid: bool) -> Option<Spread> {
        let fields = match &node.kind {
            Kind::List(_) => return self.values(factor, node),
            Kind::Fields(_) => {
                self.read.reader.fields(node, &format!("`{}`", factor.path), &factor.path, &RANGE_FIELDS)
            }
            _ => {
                let what = format!("`{}` cannot be {}", factor.path, node.kind.described());
                self.complain(
                    node,
                    &what,
                    "wrong kind of value",
                    "values in a list: [60, 120, 240]; or a range: (low: 60, high: 240)",
                );
                return None;
            }
        };
        if let Some(values) = field(&fields, "values") {
            return self.values(factor, values);
        }
        if !matches!(factor.shape(), Shape::Real | Shape::Whole) {
            let what = format!("`{}` has no range", factor.path);
            self.complain(
                node,
                &what,
                "not a number",
                &format!("values in a list; it takes {}", factor.about.allowed()),
            );
            return None;
        }
        let is_log = matches!(field(&fields, "log"), Some(Node { kind: Kind::Flag(true), .. }));
        let word = match field(&fields, "distribution") {
            Some(named) => {
                let word = self.read.reader.text(named, "distribution")?;
                let Some(known) = DISTRIBUTIONS.into_iter().find(|known| *known == word) else {
                    let help = closest_name(&word, DISTRIBUTIONS).map_or_else(
                        || format!("it is one of {}", DISTRIBUTIONS.join(", ")),
                        |name| format!("the closest is `{name}`"),
                    );
                    self.complain(named, &format!("no distribution is called `{word}`"), "unknown distribution", &help);
                    return None;
                };
                known
            }
            None if is_log => "log_uniform",
            None => "uniform",
        };
        let mut end = |name: &str, usual: Option<f64>| -> Option<f64> {
            let Some(at) = field(&fields, name) else {
                if usual.is_none() {
                    let what = format!("`{}` has no `{name}`", factor.path);
                    self.complain(node, &what, "it is missing here", "(low: 60, high: 240), (distribution: \"normal\", mean: 120, sd: 30), (distribution: \"triangular\", low: 60, mode: 120, high: 240)");
                }
                return usual;
            };
            let Kind::Number(number) = at.kind else {
                let what = format!("`{name}` cannot be {}", at.kind.described());
                self.complain(at, &what, "wrong kind of value", "a number");
                return None;
            };
            // How wide a distribution is is no value of its lever; where it ends is.
            if name == "sd" || name == "mean" {
                return Some(number);
            }
            match judge(factor.about, &Given::Number(number)) {
                Ok(_) => Some(number),
                Err(misfit) => {
                    self.read.reader.misfit(at, &factor.path, misfit);
                    None
                }
            }
        };
        let spread = match word {
            "choice" => {
                end("values", None)?;
                return None;
            }
            "normal" => {
                let about = factor.about;
                let (mean, sd) = (end("mean", None), end("sd", None));
                let (low, high) = (end("low", Some(about.min)), end("high", Some(about.max)));
                Spread::Normal { mean: mean?, sd: sd?, low: low?, high: high? }
            }
            "triangular" => {
                let (low, mode, high) = (end("low", None), end("mode", None), end("high", None));
                Spread::Triangular { low: low?, mode: mode?, high: high? }
            }
            "log_uniform" => {
                let (low, high) = (end("low", None), end("high", None));
                Spread::LogUniform { low: low?, high: high? }
            }
            _ => {
                let (low, high) = (end("low", None), end("high", None));
                Spread::Uniform { low: low?, high: high? }
            }
        };
        let (low, high) = spread.range().expect("it is no list");
        let wrong = match spread {
            _ if low >= high => {
                Some((format!("`{}` has an empty range, from {low} to {high}", factor.path), "low is less than high"))
            }
            Spread::LogUniform { low, .. } if low <= 0.0 => {
                Some((format!("`{}` has no logarithm at {low}", factor.path), "low is above 0"))
            }
            Spread::Normal { sd, .. } if sd.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) => {
                Some((format!("`{}` does not vary", factor.path), "sd is above 0"))
            }
            Spread::Normal { mean, sd, low, high } if mean < low - 6.0 * sd || mean > high + 6.0 * sd => Some((
                format!("nothing of this distribution lies from {low} to {high}, where `{}` does", factor.path),
                "a mean in its range",
            )),
            Spread::Triangular { low, mode, high } if !(low..=high).contains(&mode) => {
                Some((format!("`{}` has its mode outside of its range", factor.path), "mode lies between low and high"))
            }
            _ => None,
        };
        if let Some((what, help)) = wrong {
            self.complain(node, &what, "no such distribution", help);
            return None;
        }
        match field(&fields, "steps") {
            Some(steps) => {
                let count = self.read.reader.whole(steps, "steps", 2, 1000, "values from end to end")?;
                let about = factor.about;
                let whole = |value: f64| if about.shape == Shape::Whole { value.round() } else { value };
                Some(Spread::Values(
                    spread.steps(count as usize).into_iter().map(|value| Value::Number(whole(value))).collect(),
                ))
            }
            None if grid => {
                let what = format!("`{}` has no values for a grid", factor.path);
                self.complain(
                    node,
                    &what,
                    "a range without steps",
                    "values in a list: [60, 120, 240]; or `steps: 5` in the range",
                );
                None
            }
            None => Some(spread),
        }
    }

    fn values(&mut self, factor: &Factor, node: &Node<'t>) -> Option<Spread> {
        let items = self.read.reader.items(node, "values", 1000);
        if items.is_empty() {
            self.complain(
                node,
                &format!("`{}` has no values", factor.path),
                "an empty list",
                "values in a list: [60, 120, 240]",
            );
            return None;
        }
        let mut values: Vec<Value> = Vec::new();
        let mut sound = true;
        for item in items {
            match judge(factor.about, &given(&item.kind)) {
                Ok(value) if values.contains(&value) => {
                    self.complain(
                        item,
                        &format!("`{}` has the value {value} twice", factor.path),
                        "a second time",
                        "each value once",
                    );
                    sound = false;
                }
                Ok(value) => values.push(value),
                Err(misfit) => {
                    self.read.reader.misfit(item, &factor.path, misfit);
                    sound = false;
                }
            }
        }
        sound.then_some(Spread::Values(values))
    }

    /// Every value with every other; the last factor moves fastest.
    fn grid(&mut self, node: &Node<'t>, sweep: &mut Sweep) -> Option<Vec<Vec<Value>>> {
        sweep.design = Design::Grid;
        let lists: Vec<&Vec<Value>> = sweep
            .factors
            .iter()
            .map(|factor| match &factor.spread {
                Spread::Values(values) => values,
                _ => unreachable!("factors of a grid have values"),
            })
            .collect();
        let count = lists.iter().try_fold(1usize, |count, list| count.checked_mul(list.len()));
        match count.filter(|&count| count <= MOST_CELLS) {
            Some(count) => Some(
                (0..count)
                    .map(|cell| {
                        let mut rest = cell;
                        let mut row: Vec<Value> = lists
                            .iter()
                            .rev()
                            .map(|list| {
                                let value = list[rest % list.len()];
                                rest /= list.len();
                                value
                            })
                            .collect();
                        row.reverse();
                        row
                    })
                    .collect(),
            ),
            None => {
                self.complain(
                    node,
                    &format!("the grid has more than {MOST_CELLS} cells"),
                    "too large",
                    "fewer values, or a design that samples, such as sobol",
                );
                None
            }
        }
    }

    /// Points as they are written, in the sweep or in a table beside it; a lever that one leaves out is as in the base.
    fn listed(
        &mut self,
        method: &str,
        node: &Node<'t>,
        fields: &Fields<'_, 't>,
        sweep: &mut Sweep,
    ) -> Option<Vec<Vec<Value>>> {
        let mut points: Vec<Vec<(String, Value)>> = Vec::new();
        if method == "csv" {
            sweep.design = Design::Csv;
            let Some(at) = field(fields, "file") else {
                self.complain(
                    node,
                    "`csv` without `file`",
                    "which?",
                    "design: (method: \"csv\", file: \"points.csv\")",
                );
                return None;
            };
            let name = self.read.reader.text(at, "file")?;
            match (self.beside)(&name)
                .and_then(|text| table(&text, &sweep.base).map_err(|why| format!("{name}: {why}")))
            {
                Ok(found) => points = found,
                Err(why) => {
                    self.complain(
                        at,
                        &why,
                        "cannot be used",
                        "a first line of lever paths, and a line of values for each point",
                    );
                    return None;
                }
            }
        } else {
            sweep.design = Design::List;
            let Some(at) = field(fields, "points") else {
                self.complain(
                    node,
                    "`list` without `points`",
                    "which?",
                    "design: (method: \"list\", points: [{\"law.fine\": 60}, {\"law.fine\": 240}])",
                );
                return None;
            };
            let mut sound = true;
            for item in self.read.reader.items(at, "points", MOST_CELLS) {
                let Kind::Fields(levers) = &item.kind else {
                    let what = format!("a point cannot be {}", item.kind.described());
                    self.complain(
                        item,
                        &what,
                        "wrong kind of value",
                        "lever paths with values in curly brackets: {\"law.fine\": 60}",
                    );
                    sound = false;
                    continue;
                };
                let mut point = Vec::new();
                for (key, value) in self.read.reader.once(levers) {
                    let Some(factor) = self.factor(key, &sweep.base) else {
                        sound = false;
                        continue;
                    };
                    match judge(factor.about, &given(&value.kind)) {
                        Ok(value) => point.push((key.name.to_string(), value)),
                        Err(misfit) => {
                            self.read.reader.misfit(value, &key.name, misfit);
                            sound = false;
                        }
                    }
                }
                points.push(point);
            }
            if !sound {
                return None;
            }
        }
        if points.iter().all(Vec::is_empty) {
            self.complain(node, "the design has no points", "nothing moves", "at least one point with one lever");
            return None;
        }
        if points.len() > MOST_CELLS {
            self.complain(
                node,
                &format!("{} points are more than {MOST_CELLS}", points.len()),
                "too large",
                "fewer points",
            );
            return None;
        }
        let mut paths: Vec<&String> = Vec::new();
        for (path, _) in points.iter().flatten() {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let base = &sweep.base;
        let value = |point: &Vec<(String, Value)>, path: &str| {
            let set = point.iter().find(|(known, _)| known == path).map(|&(_, value)| value);
            set.or_else(|| base.get_all(path).expect("its path was looked up"))
        };
        let rows: Option<Vec<Vec<Value>>> =
            points.iter().map(|point| paths.iter().map(|path| value(point, path)).collect()).collect();
        let Some(rows) = rows else {
            let what = "a point leaves out a lever with a star, and the base has no one value for it";
            self.complain(node, what, "not known", "give it a value in each point");
            return None;
        };
        sweep.factors = paths
            .iter()
            .enumerate()
            .map(|(at, path)| {
                let mut values: Vec<Value> = Vec::new();
                for row in &rows {
                    if !values.contains(&row[at]) {
                        values.push(row[at]);
                    }
                }
                values.sort_by(|one, other| match (number(one), number(other)) {
                    (Some(one), Some(other)) => one.total_cmp(&other),
                    _ => one.to_string().cmp(&other.to_string()),
                });
                sweep.base.factor(path, Spread::Values(values)).expect("its path was looked up")
            })
            .collect();
        Some(rows)
    }

    /// Makes the cells: each world once, as its levers have their values, and sound.
    fn cells(&mut self, rows: Vec<Vec<Value>>, node: &Node<'t>, sweep: &mut Sweep) -> Option<()> {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let (mut order, mut sound) = (Vec::with_capacity(rows.len()), true);
        for row in rows {
            let mut scenario = sweep.base.clone();
            let row: Vec<Value> =
                sweep.factors.iter().zip(row).map(|(factor, value)| factor.set(&mut scenario, value)).collect();
            let words: Vec<String> = row.iter().map(ToString::to_string).collect();
            let cell = *known.entry(words.join(",")).or_insert_with(|| {
                sweep.cells.push(row);
                sweep.cells.len() - 1
            });
            order.push(cell);
            if let (true, Err(conflicts)) = (sound, scenario.check()) {
                let set: Vec<String> = sweep
                    .factors
                    .iter()
                    .zip(&words)
                    .map(|(factor, word)| format!("{} = {word}", factor.path))
                    .collect();
                let what: Vec<String> = conflicts.iter().map(|conflict| conflict.what.clone()).collect();
                let what = format!("{}: {}", set.join(", "), what.join("; "));
                self.complain(node, &what, "no such world", "narrow the ranges, or list the points that make sense");
                sound = false;
            }
        }
        if sweep.cells.len() < order.len() {
            sweep.rows = order;
        }
        sound.then_some(())
    }
}

/// What is measured if nothing else is said: the usual, over the second half of the run.
fn usual_metrics(base: &Scenario) -> Vec<Measure> {
    let study = Study {
        name: String::new(),
        question: String::new(),
        base: base.clone(),
        arms: Vec::new(),
        seeds: 2,
        first_seed: 1,
        metrics: Vec::new(),
        stop: None,
        every_valve: false,
    };
    study.usual_metrics()
}

/// A column of numbers of the table of days, or what to try instead.
///
/// # Errors
/// When there is none of that name.
pub fn day_column(name: &str) -> Result<&'static str, String> {
    let columns = || DAYS.columns.iter().filter(|column| column.kind != tables::Kind::Text).map(|column| column.name);
    columns().find(|column| *column == name).ok_or_else(|| {
        closest_name(name, columns()).map_or_else(
            || "`contraband schema tables` lists them".to_owned(),
            |name| format!("the closest is `{name}`"),
        )
    })
}

/// Reads a condition such as `rogue_ais > 50`.
///
/// # Errors
/// What is wrong with it, and where.
pub fn stop_when(text: &str) -> Result<StopWhen, Complaint> {
    let example = "for example `rogue_ais > 50`";
    let Some(at) = text.find(['<', '>']) else {
        return Err(
            Complaint::new(&(0..text.len()), "a condition without `<` or `>`", "compares nothing").help(example)
        );
    };
    let rest = &text[at + 1..];
    let (equal, bound) = rest.strip_prefix('=').map_or((false, rest), |bound| (true, bound));
    let name = text[..at].trim();
    let column = day_column(name).map_err(|help| {
        let span = 0..text[..at].trim_end().len();
        Complaint::new(&span, format!("table `days` has no column `{name}` of numbers"), "unknown column").help(help)
    })?;
    let bound: f64 =
        bound.trim().replace('_', "").parse().ok().filter(|bound: &f64| bound.is_finite()).ok_or_else(|| {
            Complaint::new(&(at + 1..text.len()), "a condition ends with a number", "no number").help(example)
        })?;
    let sign = match (text.as_bytes()[at], equal) {
        (b'<', false) => Sign::Less,
        (b'<', true) => Sign::AtMost,
        (_, false) => Sign::More,
        (_, true) => Sign::AtLeast,
    };
    Ok(StopWhen { text: text.trim().into(), column, sign, bound })
}

/// The points of a table: lever paths in the first line, values below; empty fields are as in the base.
fn table(text: &str, base: &Scenario) -> Result<Vec<Vec<(String, Value)>>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let cells =
        |line: &str| -> Vec<String> { line.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect() };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = lines.next().map(|(_, line)| cells(line)).ok_or("it is empty")?;
    let mut scratch = base.clone();
    for (at, path) in head.iter().enumerate() {
        base.get_all(path).map_err(|error| format!("column {}: {error}", at + 1))?;
        if head[..at].contains(path) {
            return Err(format!("column {}: `{path}` a second time", at + 1));
        }
    }
    lines
        .map(|(at, line)| {
            let row = cells(line);
            if row.len() != head.len() {
                return Err(format!("line {} has {} fields, and the first line {}", at + 1, row.len(), head.len()));
            }
            let set = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            set.map(|(path, cell)| {
                scratch.set_all(path, &cell).map_err(|error| format!("line {}: {error}", at + 1))?;
                Ok((path.clone(), scratch.get_all(path).ok().flatten().expect("it was just set")))
            })
            .collect()
        })
        .collect()
}
