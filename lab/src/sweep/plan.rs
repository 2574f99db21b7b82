//! `plan.json`: which worlds are lived with which seeds, and which shard holds which run. It only ever grows by parts, so
//! that a number of a run means the same run for good.

use std::fmt::Write as _;
use std::ops::Range;

use crate::files::factor::Spread;
use crate::files::study::{Better, StudyMetric};
use crate::files::sweep::{Design, Sweep};
use crate::measure::expression::parse;
use contraband_sim::base::units::{Shape, Value};
use contraband_sim::base::words::hex;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::build::Build;
use crate::disk::FileForm;

/// Version of the sweep folder. Since 2 its files carry seals, and say what build made them.
pub const SCHEMA: u64 = 2;
/// Shards that a part of a plan is cut into, at most, if nobody says.
const MOST_SHARDS: u64 = 200;
/// Runs of a shard, at least, if nobody says.
const LEAST_RUNS: u64 = 20;

/// What is lived, and where it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of the file: [`SCHEMA`].
    pub schema: u64,
    /// `sweep`, so that nobody takes it for something else.
    pub kind: String,
    /// Version of the engine.
    pub engine_version: String,
    /// What tells its build from others of this version; empty in plans of before there were fingerprints.
    #[serde(default)]
    pub engine_fingerprint: String,
    /// The commit that it was built from; empty where nobody knew.
    #[serde(default)]
    pub commit: String,
    /// Name of the sweep.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// The world in which levers are moved; in full in `base.ron`.
    pub base: Base,
    /// The levers that move.
    pub factors: Vec<PlanFactor>,
    /// How their values were chosen: `method`, and what it took.
    pub design: Json,
    /// What is measured.
    pub metrics: Vec<PlanMetric>,
    /// Columns of `days` that are kept, and every how many days.
    pub series: Option<PlanSeries>,
    /// Conditions that end a run.
    pub stop: Vec<String>,
    /// Most seconds that a run may take.
    pub time_limit: Option<f64>,
    /// `shared` where all cells are lived with the same seeds, else `independent`.
    pub seeds: String,
    /// Where seeds begin.
    pub first_seed: u64,
    /// Runs of each cell.
    pub reps: u64,
    /// Which runs are in which shards; each part came with an extension.
    pub parts: Vec<PlannedRuns>,
    /// The cell of each row of the design, where rows share cells; else empty.
    pub rows: Vec<usize>,
    /// The worlds.
    pub cells: Vec<SweepCell>,
}

/// The world in which levers are moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Name of the scenario.
    pub name: String,
    /// SHA-256 of the scenario without its prose.
    pub hash: String,
    /// Days of a run.
    pub days: u32,
    /// Citizens.
    pub citizens: u64,
    /// Preset of the release valve, in words.
    pub valve: String,
}

/// A lever that moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFactor {
    /// Its path.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// Unit in words.
    pub unit: String,
    /// `number`, `whole`, `word` or `flag`.
    pub shape: String,
    /// The values that it takes, and how often: `distribution` with its parameters.
    pub spread: Json,
}

/// Something measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanMetric {
    /// Name, in tables.
    pub name: String,
    /// What is read off a run.
    pub metric: String,
    /// What people call it.
    pub label: String,
    /// Which way is better: `less`, `more` or `none`.
    pub better: String,
}

/// Columns that are kept through the days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSeries {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Days from one row to the next.
    pub every: u32,
}

/// Runs that were planned together: every cell of a range with every repetition of a range, repetition by repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRuns {
    /// Number of its first run.
    pub first_run: u64,
    /// Its cells.
    pub cells: Range<usize>,
    /// Numbers of its repetitions, from 0.
    pub reps: Range<u64>,
    /// Number of its first shard.
    pub first_shard: usize,
    /// How many shards it is cut into.
    pub shards: usize,
}

/// A world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepCell {
    /// Begins the SHA-256 of all that makes the world: base and levers.
    pub key: String,
    /// The value of each factor.
    pub values: Vec<Json>,
}

/// A run: a cell and one of its repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// Number of the cell.
    pub cell: usize,
    /// Number of the repetition, from 0.
    pub rep: u64,
    /// The seed it is lived with.
    pub seed: u64,
}

impl PlannedRuns {
    fn runs(&self) -> u64 {
        self.cells.len() as u64 * (self.reps.end - self.reps.start)
    }
}

/// Shards for so many runs, if nobody says: small enough to be lost, few enough to be files.
pub fn usual_shards(runs: u64) -> usize {
    runs.div_ceil(LEAST_RUNS).clamp(1, MOST_SHARDS) as usize
}

impl Plan {
    /// The plan of a sweep; `shards` if somebody says how many.
    pub fn of(sweep: &Sweep, shards: Option<usize>) -> Self {
        let factors = sweep.factors.iter().map(|factor| PlanFactor {
            path: factor.path.clone(),
            label: factor.label().into(),
            unit: factor.unit().into(),
            shape: match factor.shape() {
                Shape::Real => "number",
                Shape::Whole => "whole",
                Shape::Words(_) => "word",
                Shape::Flag => "flag",
            }
            .into(),
            spread: spread(&factor.spread),
        });
        let metrics = sweep.metrics.iter().map(|metric| PlanMetric {
            name: metric.name.clone(),
            metric: metric.expression.text().into(),
            label: metric.label.clone(),
            better: metric.better.word().into(),
        });
        let base = &sweep.base;
        let Build { version, fingerprint, commit } = Build::own().clone();
        let mut plan = Self {
            schema: SCHEMA,
            kind: "sweep".into(),
            engine_version: version,
            engine_fingerprint: fingerprint,
            commit,
            name: sweep.name.clone(),
            question: sweep.question.clone(),
            base: Base {
                name: base.name.clone(),
                hash: base.hash(),
                days: base.days,
                citizens: base.params.citizens.count.get().into(),
                valve: base.valve(),
            },
            factors: factors.collect(),
            design: design(sweep.design),
            metrics: metrics.collect(),
            series: sweep.series.as_ref().map(|series| PlanSeries {
                columns: series.columns.iter().map(|&column| column.into()).collect(),
                every: series.every,
            }),
            stop: sweep.stop.iter().map(|stop| stop.text.clone()).collect(),
            time_limit: sweep.time_limit,
            seeds: if sweep.shared_seeds { "shared" } else { "independent" }.into(),
            first_seed: sweep.first_seed,
            reps: sweep.reps,
            parts: Vec::new(),
            rows: sweep.rows.clone(),
            cells: Vec::new(),
        };
        let bases: Vec<Json> = plan.factors.iter().map(|factor| in_base(base, &factor.path)).collect();
        plan.cells = sweep
            .cells
            .iter()
            .map(|values| {
                let values: Vec<Json> = values.iter().map(json_of).collect();
                SweepCell { key: key(&plan.base.hash, &bases, &plan.factors, &values), values }
            })
            .collect();
        plan.add_part(0..plan.cells.len(), 0..plan.reps, shards);
        plan
    }

    fn add_part(&mut self, cells: Range<usize>, reps: Range<u64>, shards: Option<usize>) {
        let mut part = PlannedRuns { first_run: self.runs(), cells, reps, first_shard: self.shards(), shards: 0 };
        let runs = part.runs();
        if runs > 0 {
            part.shards = shards.unwrap_or_else(|| usual_shards(runs)).clamp(1, runs.min(1_000_000) as usize);
            self.parts.push(part);
        }
    }

    /// How many runs there are.
    pub fn runs(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.first_run + part.runs())
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.parts.last().map_or(0, |part| part.first_shard + part.shards)
    }

    /// The runs of a shard.
    pub fn runs_of(&self, shard: usize) -> Range<u64> {
        let part = self.parts.iter().rfind(|part| part.first_shard <= shard).expect("shards begin with 0");
        let (nth, runs, shards) = ((shard - part.first_shard) as u128, u128::from(part.runs()), part.shards as u128);
        let cut = |nth: u128| part.first_run + (runs * nth / shards) as u64;
        cut(nth)..cut(nth + 1)
    }

    /// The shard that holds a run.
    pub fn shard_of(&self, run: u64) -> usize {
        let part = self.parts.iter().rfind(|part| part.first_run <= run).expect("runs begin with 0");
        let guess = (u128::from(run - part.first_run) * part.shards as u128 / u128::from(part.runs())) as usize;
        (part.first_shard + guess..self.shards())
            .find(|&shard| self.runs_of(shard).contains(&run))
            .expect("shards cover all runs")
    }

    /// Cell, repetition and seed of a run.
    pub fn which(&self, run: u64) -> Which {
        let part = self.parts.iter().rfind(|part| part.first_run <= run).expect("runs begin with 0");
        let (nth, cells) = (run - part.first_run, part.cells.len() as u64);
        let (cell, rep) = (part.cells.start + (nth % cells) as usize, part.reps.start + nth / cells);
        Which { cell, rep, seed: self.seed(cell, rep) }
    }

    fn seed(&self, cell: usize, rep: u64) -> u64 {
        if self.seeds == "shared" {
            return self.first_seed + rep;
        }
        let mut all = Sha256::new();
        all.update(self.first_seed.to_le_bytes());
        all.update(&self.cells[cell].key);
        all.update(rep.to_le_bytes());
        let bytes = all.finalize();
        // Exact in tables and pages, which count in floats.
        u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) >> 12
    }

    /// The build that makes its runs.
    pub fn build(&self) -> Build {
        let (version, fingerprint) = (self.engine_version.clone(), self.engine_fingerprint.clone());
        Build { version, fingerprint, commit: self.commit.clone() }
    }

    /// The same plan as another build has it: for whoever looks for what that build made.
    #[must_use]
    pub fn by(mut self, build: &Build) -> Self {
        self.engine_version.clone_from(&build.version);
        self.engine_fingerprint.clone_from(&build.fingerprint);
        self.commit.clone_from(&build.commit);
        self
    }

    /// Begins the fingerprint of all that a row of this sweep depends on, but for its cell and repetition. It stays the same
    /// when a plan grows.
    pub fn identity(&self) -> String {
        let parts = json!([
            self.schema,
            self.build().identity(),
            self.base.hash,
            self.metrics,
            self.series,
            self.stop,
            self.time_limit,
            self.seeds,
            self.first_seed
        ]);
        hex(&Sha256::digest(parts.to_string())[..8])
    }

    /// What tables of its first cells and parts are known by: another sweep, or one that grew in another way, has another.
    pub fn mark(&self, cells: usize, parts: usize) -> Option<String> {
        let (cells, parts) = (self.cells.get(..cells)?, self.parts.get(..parts)?);
        let mut all = Sha256::new();
        all.update(self.identity());
        for cell in cells {
            all.update(&cell.key);
        }
        all.update(json!(parts).to_string());
        Some(hex(&all.finalize()[..16]))
    }

    /// How this plan differs from another, in words, if a folder of the other cannot be gone on with by this one.
    pub fn differs(&self, other: &Self) -> Option<(String, String)> {
        if !self.build().is_same(&other.build()) {
            let words = |plan: &Self| format!("by engine {}", plan.build().name());
            return Some((words(other), words(self)));
        }
        let json = |plan: &Self| serde_json::to_value(plan).expect("a plan is plain");
        let (mine, theirs) = (json(self), json(other));
        for (field, word) in [
            ("base", "of"),
            ("metrics", "with metrics"),
            ("series", "with series"),
            ("stop", "with stop conditions"),
            ("time_limit", "with time limit"),
            ("seeds", "with seeds"),
            ("first_seed", "with first seed"),
            ("design", "with design"),
        ] {
            if mine[field] != theirs[field] {
                let words = |plan: &Self, value: &Json| match field {
                    "base" => format!("of {} {}", plan.base.name, &plan.base.hash[..8.min(plan.base.hash.len())]),
                    "metrics" => {
                        let told = plan.metrics.iter().map(|metric| format!("{} = {}", metric.name, metric.metric));
                        format!("with metrics {}", told.collect::<Vec<_>>().join(", "))
                    }
                    "design" => format!("with {}", design_in_words(value)),
                    _ => format!("{word} {value}"),
                };
                return Some((words(other, &theirs[field]), words(self, &mine[field])));
            }
        }
        let keys = |plan: &Self, most: usize| -> Vec<String> {
            plan.cells.iter().take(most).map(|cell| cell.key.clone()).collect()
        };
        let most = self.cells.len();
        if other.cells.len() < most || keys(self, most) != keys(other, most) {
            let words = |plan: &Self| {
                let paths: Vec<&str> = plan.factors.iter().map(|factor| factor.path.as_str()).collect();
                format!("with {} cells over {}", plan.cells.len(), paths.join(", "))
            };
            let (found, wanted) = (words(other), words(self));
            return Some(if found == wanted {
                (found, "with as many cells, but others".into())
            } else {
                (found, wanted)
            });
        }
        (other.reps < self.reps).then(|| {
            let words = |plan: &Self| format!("with {} repetitions", plan.reps);
            (words(other), words(self))
        })
    }

    /// The same with more repetitions, or with the cells of another sweep too; only what is new is in its last parts.
    ///
    /// # Errors
    /// When the two do not measure the same.
    pub fn extended(
        &self,
        reps: Option<u64>,
        add: Option<&Sweep>,
        base: &Scenario,
        shards: Option<usize>,
    ) -> Result<Self, (String, String)> {
        let mut plan = self.clone();
        if let Some(sweep) = add {
            let mut other = Self::of(sweep, None).by(&self.build());
            // What it asks of itself is its own; what it measures must be the same.
            other.design.clone_from(&self.design);
            let cells = std::mem::take(&mut other.cells);
            other.reps = self.reps;
            if let Some(differs) = other.differs(self) {
                return Err(differs);
            }
            for factor in &other.factors {
                if !plan.factors.iter().any(|known| known.path == factor.path) {
                    let value = in_base(base, &factor.path);
                    plan.factors.push(factor.clone());
                    plan.cells.iter_mut().for_each(|cell| cell.values.push(value.clone()));
                }
            }
            let before = plan.cells.len();
            let known: std::collections::BTreeSet<String> = plan.cells.iter().map(|cell| cell.key.clone()).collect();
            for cell in cells {
                let value = |factor: &PlanFactor| match other.factors.iter().position(|one| one.path == factor.path) {
                    Some(at) => cell.values[at].clone(),
                    None => in_base(base, &factor.path),
                };
                if !known.contains(&cell.key) {
                    let values = plan.factors.iter().map(value).collect();
                    plan.cells.push(SweepCell { key: cell.key, values });
                }
            }
            plan.add_part(before..plan.cells.len(), 0..self.reps, shards);
        }
        if let Some(reps) = reps.filter(|&reps| reps > self.reps) {
            plan.add_part(0..plan.cells.len(), self.reps..reps, shards);
            plan.reps = reps;
        }
        Ok(plan)
    }

    /// What is wrong with a plan that was read from disk, where somebody may have written in it: whoever reads a plan counts
    /// on its cells, parts and rows to fit each other.
    pub(super) fn fault(&self) -> Option<String> {
        let (cells, factors) = (self.cells.len(), self.factors.len());
        if let Some(cell) = self.cells.iter().position(|cell| cell.values.len() != factors) {
            return Some(format!("cell {cell} has {} values for {factors} levers", self.cells[cell].values.len()));
        }
        if let Some(row) = self.rows.iter().find(|&&row| row >= cells) {
            return Some(format!("a row names cell {row} of {cells}"));
        }
        let (mut runs, mut shards) = (0_u64, 0_usize);
        for (nth, part) in self.parts.iter().enumerate() {
            let each = part.reps.end.checked_sub(part.reps.start);
            let own = each.and_then(|each| each.checked_mul(part.cells.len() as u64)).filter(|&own| own > 0);
            let fits = (part.first_run, part.first_shard) == (runs, shards)
                && part.cells.end <= cells
                && own.is_some_and(|own| part.shards >= 1 && part.shards as u64 <= own);
            let ends = (own.and_then(|own| runs.checked_add(own)), shards.checked_add(part.shards));
            let (true, (Some(run), Some(shard))) = (fits, ends) else {
                return Some(format!("part {nth} does not fit {cells} cells and the parts before it"));
            };
            (runs, shards) = (run, shard);
        }
        let levels = self.design["levels"].as_u64().unwrap_or(0);
        if self.design["method"] == "morris" && (levels < 2 || levels % 2 == 1) {
            return Some(format!("a design by trajectories takes an even number of levels, not {levels}"));
        }
        let empty = [("cells", cells), ("metrics", self.metrics.len()), ("parts", self.parts.len())];
        empty.into_iter().find(|(_, count)| *count == 0).map(|(what, _)| format!("it has no {what}"))
    }

    /// The first cell whose values are not those that its key stands for: runs are known by their keys, so whoever writes
    /// other values beside a key would have old runs taken for those of another world.
    pub(super) fn foreign_cell(&self, base: &Scenario) -> Option<usize> {
        let bases: Vec<Json> = self.factors.iter().map(|factor| in_base(base, &factor.path)).collect();
        self.cells.iter().position(|cell| cell.key != key(&self.base.hash, &bases, &self.factors, &cell.values))
    }

    /// Takes the numbers of its cells from the text that it was read from: `serde_json` reads some of seventeen digits as one
    /// of their neighbours.
    pub(super) fn as_written(&mut self, text: &str) -> serde_json::Result<()> {
        #[derive(Deserialize)]
        struct WrittenPlan<'t> {
            #[serde(borrow)]
            cells: Vec<WrittenCell<'t>>,
        }
        #[derive(Deserialize)]
        struct WrittenCell<'t> {
            #[serde(borrow)]
            values: Vec<&'t RawValue>,
        }
        let written: WrittenPlan<'_> = serde_json::from_str(text)?;
        for (cell, written) in self.cells.iter_mut().zip(written.cells) {
            for (value, written) in cell.values.iter_mut().zip(written.values).filter(|(value, _)| value.is_f64()) {
                if let Ok(number) = written.get().parse::<f64>() {
                    *value = json!(number);
                }
            }
        }
        Ok(())
    }

    /// What is measured, ready to read.
    pub(super) fn measures(&self) -> Option<Vec<StudyMetric>> {
        let measure = |metric: &PlanMetric| {
            let better =
                [Better::Less, Better::More, Better::None].into_iter().find(|one| one.word() == metric.better)?;
            let (name, label) = (metric.name.clone(), metric.label.clone());
            Some(StudyMetric {
                name,
                label,
                expression: parse(&metric.metric).ok()?,
                better,
                by_arm: None,
                interest: None,
            })
        };
        self.metrics.iter().map(measure).collect()
    }

    /// As text: the head in full, then a line for each cell.
    pub(super) fn text(&self) -> String {
        let head = Self { cells: Vec::new(), ..self.clone() };
        let head = format!("{:#}", serde_json::to_value(&head).expect("a plan is plain"));
        let mut cells = String::new();
        for (nth, cell) in self.cells.iter().enumerate() {
            let comma = if nth == 0 { "" } else { "," };
            let _ = write!(cells, "{comma}\n    {}", serde_json::to_string(cell).expect("a cell is plain"));
        }
        FileForm::Json.seal(&head.replacen("\"cells\": []", &format!("\"cells\": [{cells}\n  ]"), 1))
    }
}

/// A value of a lever as JSON.
fn json_of(value: &Value) -> Json {
    match *value {
        Value::Number(number) => json!(number),
        Value::Word(word) => json!(word),
        Value::Flag(flag) => json!(flag),
    }
}

/// The value of a lever in the base; none where the levers of a path with a star differ.
pub(super) fn in_base(base: &Scenario, path: &str) -> Json {
    base.get_all(path).ok().flatten().map_or(Json::Null, |value| json_of(&value))
}

/// The same as text, as levers are set.
pub fn text_of(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string()), Into::into)
}

/// Begins the fingerprint of a world: of its base, and of the levers that stand elsewhere.
fn key(hash: &str, bases: &[Json], factors: &[PlanFactor], values: &[Json]) -> String {
    let mut moved: Vec<String> = (factors.iter().zip(values).zip(bases))
        .filter(|((_, value), base)| value != base)
        .map(|((factor, value), _)| format!("{}={}", factor.path, text_of(value)))
        .collect();
    moved.sort();
    let all = format!("{hash}\n{}", moved.join("\n"));
    hex(&Sha256::digest(all)[..8])
}

fn design(design: Design) -> Json {
    let mut told = match design {
        Design::Grid | Design::List | Design::Csv => json!({}),
        Design::LatinHypercube { points, seed }
        | Design::Sobol { points, seed }
        | Design::Saltelli { points, seed } => {
            json!({"points": points, "seed": seed})
        }
        Design::Morris { trajectories, levels, seed } => {
            json!({"trajectories": trajectories, "levels": levels, "seed": seed})
        }
    };
    told["method"] = design.word().into();
    told
}

/// A design as it stands in a sentence: "a Saltelli design of 16 points".
fn design_in_words(design: &Json) -> String {
    let kind = match design["method"].as_str().unwrap_or("") {
        "grid" => "a grid",
        "list" => "a list of points",
        "csv" => "points from a table",
        "latin_hypercube" => "a Latin hypercube",
        "sobol" => "a Sobol sequence",
        "saltelli" => "a Saltelli design",
        "morris" => "a Morris design",
        other => other,
    };
    let counted = |field: &str| design[field].as_u64().map(|count| format!("{count} {field}"));
    let mut said = kind.to_owned();
    for (nth, part) in [counted("points"), counted("trajectories"), counted("levels")].into_iter().flatten().enumerate()
    {
        said += if nth == 0 { " of " } else { " and " };
        said += &part;
    }
    if let Some(seed) = design["seed"].as_u64() {
        said += &format!(", drawn with seed {seed}");
    }
    said
}

fn spread(spread: &Spread) -> Json {
    match *spread {
        Spread::Values(ref values) => {
            json!({"distribution": "choice", "values": values.iter().map(json_of).collect::<Vec<_>>()})
        }
        Spread::Uniform { low, high } => json!({"distribution": "uniform", "low": low, "high": high}),
        Spread::LogUniform { low, high } => json!({"distribution": "log_uniform", "low": low, "high": high}),
        Spread::Normal { mean, sd, low, high } => {
            json!({"distribution": "normal", "mean": mean, "sd": sd, "low": low, "high": high})
        }
        Spread::Triangular { low, mode, high } => {
            json!({"distribution": "triangular", "low": low, "mode": mode, "high": high})
        }
    }
}
