//! Sweeps: a base, levers that move, and a design that says where to.
//!
//! A file names factors with the values or distributions that they take; reading it makes the cells: the worlds that are
//! lived, each once, whatever the number of rows of the design that ask for it.

use crate::files::factor::SweptFactor;
use crate::files::notes;
use crate::files::study::file::{Find, Reading, within};
use crate::files::study::{Study, StudyMetric};
use contraband_sim::base::units::Value;
use contraband_sim::record::tables;
use contraband_sim::record::tables::DAYS;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;
use contraband_sim::scenario::read::LONGEST_RUN;
use contraband_sim::scenario::reader::Reader;
use contraband_sim::scenario::tree::{FieldKey, Format, Kind, Node, read_tree};

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
    pub factors: Vec<SweptFactor>,
    /// How their values are chosen.
    pub design: Design,
    /// The worlds: a value for each factor.
    pub cells: Vec<Vec<Value>>,
    /// The cell of each row of the design, where rows share cells; empty where row and cell are the same.
    pub rows: Vec<usize>,
    /// Fields of a table of points that were empty: there a lever is as in the base.
    pub empty: usize,
    /// Runs of each cell.
    pub reps: u64,
    /// Where seeds begin.
    pub first_seed: u64,
    /// Whether all cells are lived with the same seeds, so that they differ by their levers alone.
    pub shared_seeds: bool,
    /// What is measured.
    pub metrics: Vec<StudyMetric>,
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
    pub(crate) const WORDS: [&str; 7] = ["grid", "list", "csv", "latin_hypercube", "sobol", "saltelli", "morris"];

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
    /// With what it is compared, in the unit of the column.
    pub bound: f64,
}

/// How a value and a bound are compared.
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

impl Sign {
    /// Every one; those of two characters first, since they begin like the others.
    pub const ALL: [Self; 4] = [Self::AtMost, Self::AtLeast, Self::Less, Self::More];

    /// How it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether it holds of a value and a bound; never of a value that is missing (NaN).
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::More => value > bound,
            Self::AtLeast => value >= bound,
        }
    }
}

impl StopWhen {
    /// Whether a value of its column meets it; a value that is missing does not.
    pub fn is_met(&self, value: f64) -> bool {
        self.sign.holds(value, self.bound)
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

/// What a file of sweeps without factors is told.
pub(crate) const FACTORS: &str = "factors: {\"law.fine\": [60, 120, 240]} names levers with their values";

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
pub fn read_sweep(text: &str, format: Format, find: &Find<'_>, beside: &Beside<'_>) -> Result<Sweep, Vec<Diagnostic>> {
    let root = read_tree(text, format).map_err(|complaint| vec![complaint])?;
    let mut reader = Reader::of(text);
    let sweep = Sweeping { read: Reading { text, reader: &mut reader, find }, beside }.sweep(&root);
    reader.told(&root)?;
    Ok(sweep.expect("a sweep without complaints is whole"))
}

pub(crate) struct Sweeping<'r, 't> {
    pub read: Reading<'r, 't>,
    pub beside: &'r Beside<'r>,
}

/// The fields of a group, by name.
pub(crate) type Fields<'n, 't> = [(&'n FieldKey<'t>, &'n Node<'t>)];

pub(crate) fn field<'n, 't>(fields: &Fields<'n, 't>, name: &str) -> Option<&'n Node<'t>> {
    fields.iter().find(|(key, _)| key.name == name).map(|&(_, node)| node)
}

impl<'t> Sweeping<'_, 't> {
    fn sweep(&mut self, root: &Node<'t>) -> Option<Sweep> {
        let fields = self.read.reader.fields(root, "a sweep", "", &FIELDS);
        let find = |name: &str| field(&fields, name);
        let reader = &mut *self.read.reader;
        let mut text = |name| find(name).and_then(|node| reader.text(node, name)).unwrap_or_default();
        let (name, question) = (text("name"), text("question"));
        let mut whole =
            |name, least, most, unit| find(name).and_then(|node| reader.whole(node, name, least, most, unit));
        let days = whole("days", 1, LONGEST_RUN.into(), "days").map(|days| days as u32);
        let reps = whole("reps", 1, MOST_REPS, "runs of each cell").unwrap_or(REPS);
        let first_seed = whole("first_seed", 0, LARGEST_SEED, "a seed").unwrap_or(1);
        let shared_seeds = find("seeds").is_none_or(|node| self.seeds(node));
        let Some(node) = find("base") else {
            self.complain(
                root,
                "a sweep without `base`",
                "`base` is missing here",
                "base: \"mine.ron\" names the world in which levers vary",
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
            empty: 0,
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
            self.complain(
                find("reps").unwrap_or(design),
                &what,
                "too many runs",
                "use fewer repetitions or fewer points",
            );
        }
        Some(sweep)
    }

    pub fn complain(&mut self, node: &Node<'t>, what: &str, label: &str, help: &str) {
        let span = self.read.reader.caret(node);
        self.read.reader.complain(Diagnostic::new(&span, what, label).help(help));
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
                    "not one of its values",
                    "it takes shared (cells differ by their levers alone) or independent",
                );
                true
            }
        }
    }

    fn above_zero(&mut self, node: &Node<'t>, name: &str, unit: &str) -> Option<f64> {
        match node.kind {
            Kind::Number(number) if number > 0.0 && number.is_finite() => Some(number),
            _ => {
                self.complain(node, &format!("`{name}` must be a number above 0"), "not such a number", unit);
                None
            }
        }
    }

    fn metrics(&mut self, node: &Node<'t>, days: u32) -> Vec<StudyMetric> {
        let metrics = self.read.metrics(node, days, None);
        for metric in &metrics {
            if KEYS.contains(&metric.name.as_str()) {
                let what = format!("a metric cannot be called `{}`", metric.name);
                self.complain(
                    node,
                    &what,
                    "a column of every sweep",
                    &format!("these names are taken: {}", KEYS.join(", ")),
                );
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
                    self.read.reader.complain(Diagnostic { span, ..complaint });
                }
            }
        }
        found
    }
}

impl Sweep {
    /// What it varies in vain or less than fully: a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let paths: Vec<&str> = self.factors.iter().map(|factor| factor.path.as_str()).collect();
        let mut told = notes::of_factors(&self.base, &paths);
        for (at, factor) in self.factors.iter().enumerate() {
            let base = self.base.get_all(&factor.path).ok().flatten().map(|value| value.to_string());
            told.extend(notes::constant(
                &factor.path,
                self.cells.iter().map(|cell| cell[at].to_string()),
                base.as_deref(),
            ));
        }
        if self.empty > 0 {
            let are =
                if self.empty == 1 { "field of the table of points is" } else { "fields of the table of points are" };
            told.push(format!("{} {are} empty: there a lever is as in the base", self.empty));
        }
        told.extend(matches!(self.design, Design::List | Design::Csv).then(|| notes::repeated(&self.rows)).flatten());
        told
    }
}

/// What is measured if nothing else is said: the usual, over the second half of the run. Not what the factors touch: a sweep
/// may be extended by other factors, and goes on measuring the same.
fn usual_metrics(base: &Scenario) -> Vec<StudyMetric> {
    Study::of(base.clone(), Vec::new()).usual_metrics()
}

/// A column of numbers of the table of days, or what to try instead.
///
/// # Errors
/// When there is none of that name.
pub fn day_column(name: &str) -> Result<&'static str, String> {
    let columns =
        || DAYS.columns.iter().filter(|column| column.kind != tables::ColumnKind::Text).map(|column| column.name);
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
pub fn stop_when(text: &str) -> Result<StopWhen, Diagnostic> {
    let example = "for example `rogue_ais > 50`";
    let Some(at) = text.find(['<', '>']) else {
        return Err(
            Diagnostic::new(&(0..text.len()), "a condition without `<` or `>`", "compares nothing").help(example)
        );
    };
    let rest = &text[at + 1..];
    let (equal, bound) = rest.strip_prefix('=').map_or((false, rest), |bound| (true, bound));
    let name = text[..at].trim();
    let column = day_column(name).map_err(|help| {
        let span = 0..text[..at].trim_end().len();
        Diagnostic::new(&span, format!("table `days` has no column `{name}` of numbers"), "unknown column").help(help)
    })?;
    let bound: f64 =
        bound.trim().replace('_', "").parse().ok().filter(|bound: &f64| bound.is_finite()).ok_or_else(|| {
            Diagnostic::new(&(at + 1..text.len()), "a condition ends with a number", "no number").help(example)
        })?;
    let sign = match (text.as_bytes()[at], equal) {
        (b'<', false) => Sign::Less,
        (b'<', true) => Sign::AtMost,
        (_, false) => Sign::More,
        (_, true) => Sign::AtLeast,
    };
    Ok(StopWhen { text: text.trim().into(), column, sign, bound })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraband_sim::scenario::library::SWEEPS;

    fn known(name: &str) -> Result<Scenario, String> {
        let embedded = contraband_sim::scenario::library::LIBRARY.iter().find(|embedded| embedded.name == name);
        let text = embedded.ok_or_else(|| format!("there is no scenario called `{name}`"))?.text;
        contraband_sim::scenario::read::read(text, Format::Ron).map_err(|complaints| format!("{complaints:?}"))
    }

    fn read(text: &str) -> Result<Sweep, Vec<Diagnostic>> {
        let beside = |name: &str| match name {
            "points.csv" => Ok("law.fine, society.valve\n60,valve\n\n120,\"neutral\"\n60,\n".to_owned()),
            "short.csv" => Ok("law.fine,society.valve\n60\n".to_owned()),
            _ => Err(format!("there is no `{name}`")),
        };
        read_sweep(text, Format::Ron, &known, &beside)
    }

    fn sweep(text: &str) -> Sweep {
        read(text).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
    }

    fn shown(cells: &[Vec<Value>]) -> Vec<String> {
        cells.iter().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn the_sweeps_that_come_with_the_program_are_sound() {
        for embedded in SWEEPS {
            let sweep = sweep(embedded.text);
            assert!(is_sweep(embedded.text, Format::Ron) && !sweep.question.is_empty());
            assert_eq!(sweep.notes(), Vec::<String>::new(), "{}", embedded.name);
        }
        assert!(!is_sweep("(base: \"baseline\", arms: [])", Format::Ron));
    }

    #[test]
    fn a_grid_is_every_value_with_every_other() {
        let found = sweep(
            "(base: \"baseline\", factors: {\"law.fine\": [60, 120], \"law.seizure\": (low: 0.0, high: 1.0, steps: 3)}, design: \"grid\")",
        );
        assert_eq!(shown(&found.cells), ["60 0", "60 0.5", "60 1", "120 0", "120 0.5", "120 1"]);
        assert_eq!((found.reps, found.first_seed, found.shared_seeds), (REPS, 1, true));
        assert!(found.rows.is_empty() && found.metrics.len() == 14);
    }

    #[test]
    fn points_of_a_table_or_a_list_are_lived_once_each() {
        let table = sweep("(base: \"baseline\", design: (method: \"csv\", file: \"points.csv\"))");
        assert_eq!(shown(&table.cells), ["60 valve", "120 neutral"]);
        assert_eq!(table.rows, [0, 1, 0]);
        assert_eq!(
            table.notes(),
            [
                "1 field of the table of points is empty: there a lever is as in the base",
                "1 of 3 points repeat an earlier one and share its runs: 3"
            ]
        );
        let list = sweep(
            "(base: \"baseline\", design: (method: \"list\", points: [{\"law.fine\": 60}, {\"law.seizure\": 1}]))",
        );
        assert_eq!(shown(&list.cells), ["60 0.5", "120 1"]);
    }

    #[test]
    fn samples_lie_where_their_distributions_do() {
        let rows = |design: &str| {
            let text = format!(
                "(base: \"baseline\", factors: {{\"law.fine\": (low: 10, high: 1000, log: true), \"society.valve\": [\"valve\", \"gateway\"], \
                 \"law.seizure\": (distribution: \"normal\", mean: 0.5, sd: 0.2)}}, design: {design}, seeds: \"independent\")"
            );
            let found = sweep(&text);
            for cell in &found.cells {
                let Value::Number(fine) = cell[0] else { panic!("a fine is a number") };
                assert!((10.0..=1000.0).contains(&fine));
            }
            (found.cells.len(), found.rows.len())
        };
        assert_eq!(rows("(method: \"latin_hypercube\", points: 10)"), (10, 0));
        assert_eq!(rows("(method: \"sobol\", points: 16, seed: 3)"), (16, 0));
        // Where the valve alone is exchanged for the same word, the rows share a cell.
        let (cells, rows_of) = rows("(method: \"saltelli\", points: 8)");
        assert!(cells < 40 && rows_of == 40, "{cells}, {rows_of}");
        let (cells, _) = rows("(method: \"morris\", trajectories: 5, levels: 4)");
        assert!((5..=20).contains(&cells), "{cells}");
    }

    /// Each level of a whole lever from 1 to 4 has its share of the cells, in every design and at both ends.
    #[test]
    fn whole_levers_visit_each_level_by_its_probability() {
        let shares = |spread: &str, design: &str| -> Vec<f64> {
            let text = format!(
                "(base: \"baseline\", factors: {{\"citizens.neighbourhood\": ({spread}), \"law.seizure\": (low: 0.0, high: 1.0)}}, \
                 design: ({design}))"
            );
            let found = sweep(&text);
            let rows: Vec<usize> =
                if found.rows.is_empty() { (0..found.cells.len()).collect() } else { found.rows.clone() };
            let mut count = [0.0; 4];
            for &cell in &rows {
                let Value::Number(level) = found.cells[cell][0] else { panic!("a number") };
                count[level as usize - 2] += 1.0 / rows.len() as f64;
            }
            count.into()
        };
        let designs = [
            ("method: \"latin_hypercube\", points: 400", 0.01),
            ("method: \"sobol\", points: 256", 0.01),
            ("method: \"saltelli\", points: 256", 0.01),
            ("method: \"morris\", trajectories: 400, levels: 20", 0.06),
        ];
        for (design, room) in designs {
            for (spread, expected) in [
                ("low: 2, high: 5", [0.25; 4]),
                ("low: 2, high: 5, log: true", [0.393, 0.259, 0.193, 0.154]),
                ("distribution: \"triangular\", low: 2, mode: 3, high: 5", [0.167, 0.433, 0.3, 0.1]),
                ("distribution: \"normal\", mean: 3, sd: 1, low: 2, high: 5", [0.260, 0.412, 0.260, 0.065]),
            ] {
                let found = shares(spread, design);
                let off = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
                assert!(off < room + 0.005, "{design}, {spread}: {found:?} instead of {expected:?}");
            }
        }
        // Four levels visit four values.
        let found = shares("low: 2, high: 5", "method: \"morris\", trajectories: 400, levels: 4");
        assert!(found.iter().all(|share| (share - 0.25).abs() < 0.06), "{found:?}");
    }

    #[test]
    fn values_that_round_together_are_told() {
        let told = |spread: &str, design: &str| {
            let text =
                format!("(base: \"baseline\", factors: {{\"citizens.neighbourhood\": {spread}}}, design: {design})");
            read(&text).err().map(|complaints| complaints[0].to_string()).unwrap_or_default()
        };
        let said = told("(low: 2, high: 4, steps: 5)", "\"grid\"");
        assert!(said.contains("`steps: 5` of `citizens.neighbourhood` gives only 3 whole numbers"), "{said}");
        assert_eq!(told("(low: 2, high: 4, steps: 3)", "\"grid\""), "");
        let said = told("(low: 2, high: 4)", "(method: \"morris\", trajectories: 4)");
        assert!(said.contains("4 levels do not visit all values of `citizens.neighbourhood` equally often"), "{said}");
        assert_eq!(told("(low: 2, high: 4)", "(method: \"morris\", trajectories: 4, levels: 6)"), "");
        let text = "(base: \"baseline\", factors: {\"law.fine\": [1.0001, 1.0002]}, design: \"grid\")";
        let said = read(text).err().map(|complaints| complaints[0].to_string()).unwrap_or_default();
        assert!(said.contains("2 rows of the grid make only 1 world") && !said.contains("1 worlds"), "{said}");
        let text = "(base: \"baseline\", factors: {\"law.fine\": [1.0001, 1.0002, 2, 3]}, design: \"grid\")";
        let said = read(text).err().map(|complaints| complaints[0].to_string()).unwrap_or_default();
        assert!(said.contains("4 rows of the grid make only 3 worlds"), "{said}");
    }

    #[test]
    fn conditions_end_runs() {
        let stop = |text: &str| stop_when(text).unwrap_or_else(|complaint| panic!("{complaint}"));
        assert!(stop("rogue_ais > 50").is_met(51.0) && !stop("rogue_ais > 50").is_met(50.0));
        assert!(stop(" trades<=1_0 ").is_met(10.0) && stop("trades >= 10").is_met(10.0));
        assert!(stop("trades < 10").is_met(9.0) && !stop("trades < 10").is_met(f64::NAN));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let refused = |text: &str| {
            let Err(complaints) = read(text) else { panic!("{text} was read") };
            complaints
                .iter()
                .map(|complaint| format!("{:?} | {complaint}\n", &text[complaint.span.clone()]))
                .collect::<String>()
        };
        let grid = |factors: &str| format!("(base: \"baseline\", factors: {{{factors}}}, design: \"grid\")");
        let sobol = |factors: &str| {
            format!("(base: \"baseline\", factors: {{{factors}}}, design: (method: \"sobol\", points: 8))")
        };
        let told: String = [
            "(factors: {})".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": [1]})".to_owned(),
            "(base: \"baseline\", design: \"grid\")".to_owned(),
            grid("\"law.fin\": [1], \"law.fine\": [], \"law.seizure\": [0.5, 2, 0.5], \"goods.*.fine\": [1]"),
            grid("\"law.fine\": (low: 10, high: 20), \"society.valve\": (low: 1, high: 2), \"law.seizure\": 3"),
            sobol("\"law.fine\": (low: 20, high: 20), \"law.seizure\": (low: 0.5, high: 1.5), \"law.corruption\": (low: 0, high: 1, log: true)"),
            sobol("\"law.fine\": (distribution: \"norml\", mean: 3), \"law.seizure\": (distribution: \"normal\", mean: 0.5, sd: 0)"),
            sobol("\"law.fine\": (distribution: \"triangular\", low: 1, mode: 9, high: 5), \"law.seizure\": (low: 0.1, hgih: 0.5)"),
            "(base: \"baseline\", factors: {\"law.fine\": (low: 1, high: 2)}, design: (method: \"sobl\", points: 8))".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": (low: 1, high: 2)}, design: (method: \"sobol\", points: 100_000, file: \"x\"))".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": (low: 1, high: 2)}, design: (method: \"morris\", levels: 5))".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": (low: 1, high: 2)}, design: (method: \"morris\", trajectories: 3, levels: 5))".to_owned(),
            "(base: \"baseline\", design: (method: \"csv\", file: \"short.csv\"))".to_owned(),
            "(base: \"baseline\", design: (method: \"csv\", file: \"none.csv\"), reps: 0, seeds: \"other\", time_limit: 0)".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": [1]}, design: (method: \"list\", points: []))".to_owned(),
            "(base: \"baseline\", design: (method: \"list\", points: [{\"law.fine\": -1}, 3]))".to_owned(),
            "(base: \"baseline\", factors: {\"citizens.count\": [0, 100]}, design: \"grid\")".to_owned(),
            "(base: \"baseline\", factors: {\"law.fine\": [1]}, design: \"grid\", metrics: [(name: \"seed\", metric: \"sum(days.trades)\")], \
              series: (columns: [\"trade\"], every: 400), stop: [\"trades\", \"trade > 3\", \"trades > many\"])"
                .to_owned(),
        ]
        .iter()
        .map(|text| refused(text) + "\n")
        .collect();
        insta::assert_snapshot!(told.trim_end(), @r#"
        "(" | a sweep without `base` (`base` is missing here); base: "mine.ron" names the world in which levers vary

        "(" | a sweep without `design` (`design` is missing here); design: "grid", or (method: "sobol", points: 64)

        "(" | a sweep without `factors` (no lever varies); factors: {"law.fine": [60, 120, 240]} names levers with their values

        "\"law.fin\"" | unknown lever `law.fin` (no such lever); the closest is `law.fine`
        "[]" | `law.fine` has no values (an empty list); values in a list: [60, 120, 240]
        "2" | `law.seizure` cannot be 2 (out of range); it takes a number from 0 to 1 (of the stock)
        "0.5" | `law.seizure` has the value 0.5 twice (a second time); list each value once
        "\"goods.*.fine\"" | `goods.*.fine` matches no lever (no such levers); a star stands for any name in its position, such as `places.*.abundance`; all of them must take the same values

        "(" | `law.fine` has no values for a grid (a range without steps); values in a list: [60, 120, 240]; or `steps: 5` in the range
        "(" | `society.valve` has no range (not a number); list its values; it takes one of valve, neutral, gateway
        "3" | `law.seizure` cannot be a number (wrong kind of value); values in a list: [60, 120, 240]; or a range: (low: 60, high: 240)

        "(" | `law.fine` has an empty range, from 20 to 20 (no such distribution); low must be below high
        "1.5" | `law.seizure` cannot be 1.5 (out of range); it takes a number from 0 to 1 (of the stock)
        "(" | `law.corruption` has no logarithm at 0 (no such distribution); low must be above 0

        "\"norml\"" | there is no distribution called `norml` (unknown distribution); the closest is `normal`
        "(" | `law.seizure` does not vary (no such distribution); sd must be above 0

        "(" | `law.fine` has its mode outside its range (no such distribution); the mode must lie between low and high
        "(" | `law.seizure` has no `high` (it is missing here); (low: 60, high: 240), (distribution: "normal", mean: 120, sd: 30), (distribution: "triangular", low: 60, mode: 120, high: 240)
        "hgih" | unknown field `hgih` in `law.seizure` (no such field); the closest is `high`

        "\"sobl\"" | there is no design called `sobl` (unknown design); the closest is `sobol`

        "(" | 100000 points are more than the 65536 of a Sobol sequence (too large for this design); a Latin hypercube has no such limit
        "file" | `sobol` has no `file` (not part of this design); it takes points, seed

        "(" | `morris` without `trajectories` (how many?); design: (method: "morris", trajectories: 64)

        "5" | `levels` is odd (half of the number is the step); an even number, such as 4

        "\"short.csv\"" | short.csv: line 2 has 1 field, but the first line has 2 (cannot be used); it needs a first line of lever paths, and one line of values for each point

        "\"none.csv\"" | there is no `none.csv` (cannot be used); it needs a first line of lever paths, and one line of values for each point
        "0" | `reps` cannot be 0 (out of range); it takes a whole number from 1 to 100000 (runs of each cell)
        "\"other\"" | `seeds` cannot be `other` (not one of its values); it takes shared (cells differ by their levers alone) or independent
        "0" | `time_limit` must be a number above 0 (not such a number); seconds for each run

        "{" | `factors` beside a design that is a list (one or the other); the points name their levers themselves
        "(" | the design has no points (nothing varies); give at least one point with one lever

        "-1" | `law.fine` cannot be -1 (out of range); it takes a number from 0 to 1000000 (credits)
        "3" | a point cannot be a number (wrong kind of value); lever paths with values in curly brackets: {"law.fine": 60}

        "{" | citizens.count = 0: there are no citizens, but `market.stalls_per_thousand` asks for sellers (not a possible world); narrow the ranges, or list only points that make sense

        "[" | a metric cannot be called `seed` (a column of every sweep); these names are taken: run, cell, rep, seed, status, error, stopped_day, reason, digest
        "\"trade\"" | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
        "400" | `every` cannot be 400 (out of range); it takes a whole number from 1 to 365 (days)
        "trades" | a condition without `<` or `>` (compares nothing); for example `rogue_ais > 50`
        "trade" | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
        " many" | a condition ends with a number (no number); for example `rogue_ais > 50`
        "#);
    }
}
