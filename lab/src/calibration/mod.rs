//! Calibrations: what levers are believed to be, given what is known of the world.
//!
//! A calibration is a folder of sweeps: each generation of points is one, lived by whoever lives sweeps, here or on a
//! cluster. What is tried next follows from the runs that are there, so whoever asks again goes on, and asks nothing twice.

mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::files::calibration::{Calibration, CalibrationTarget};
use crate::files::factor::{Spread, SweptFactor};
use crate::measure::abc::{
    Enough, Particle, Population, effective_size, resample, weighted_correlation, weighted_quantile,
};
use crate::measure::statistics::median;
use contraband_sim::base::units::Value;
use contraband_sim::base::words::hex;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::batch::FolderLock;
use crate::build::Build;
use crate::disk::{FileForm, free_name, put, read_sealed, safe_name};
use crate::error::StoreError;
use crate::files::sweep::Sweep;
use crate::sample::Unanswered;
use crate::sweep::{Plan, Shards, SweepFolder};
pub use words::value;

/// Version of the calibration folder. Since 2 its files carry seals, and say what build made them.
pub const SCHEMA: u64 = 2;
/// The oldest version that is read.
const OLDEST_SCHEMA: u64 = 1;
/// What a calibration is known by.
const IDENTITY: &str = "calibration.json";
/// Independent draws that a sample has to be worth for its ends to be trusted.
const FEW: f64 = 50.0;

/// What comes next.
pub enum NextStep<'c> {
    /// The runs of a sweep.
    Live(Box<SweepFolder>),
    /// Nothing: it is over.
    Over(Box<CalibrationAnswer<'c>>),
}

/// What is believed after a calibration.
pub struct CalibrationAnswer<'c> {
    /// What was asked.
    pub calibration: &'c Calibration,
    /// The points that were tried, and those that are kept.
    pub population: Population,
    /// Why it ended.
    pub why: Enough,
    /// For each point that was tried its median of each target.
    pub values: Vec<Vec<f64>>,
    /// By lever.
    pub learnt: Vec<LeverPosterior>,
    /// By target and world.
    pub predicted: Vec<Predicted<'c>>,
    /// Runs that failed, of all.
    pub failed: u64,
    /// Runs that did not, and in which some target is undefined: the median of their point is that of its other runs.
    pub undefined: u64,
    /// Runs that were lived for fitting.
    pub runs: u64,
    /// The build that made them.
    pub build: Build,
}

/// What is believed of a lever.
pub struct LeverPosterior {
    /// Where each particle lies in the unit interval.
    pub at: Vec<f64>,
    /// Quantiles of that: 5, 50 and 95 %.
    pub quantiles: [f64; 3],
    /// By how much the interval of 90 % is narrower than before, as a share.
    pub narrower: f64,
    /// Whether the belief differs from that before by more than so few particles would by chance.
    pub is_known: bool,
    /// The end of the prior at which the belief piles up: `lower` or `upper`.
    pub edge: Option<&'static str>,
}

/// What fresh runs show of a target.
pub struct Predicted<'c> {
    /// The target.
    pub target: &'c CalibrationTarget,
    /// Whether nothing was fitted to it.
    pub is_held_out: bool,
    /// A value for each run; NaN where it has none.
    pub values: Vec<f64>,
}

impl Predicted<'_> {
    /// Median of the fresh runs, in the unit of the target.
    pub fn middle(&self) -> f64 {
        median(&self.values)
    }

    /// Runs that have a value.
    pub fn known(&self) -> usize {
        self.values.iter().filter(|value| value.is_finite()).count()
    }

    /// The share of the runs with a value that lie in the band; NaN where none has one.
    pub fn share(&self) -> f64 {
        self.values.iter().filter(|&&value| self.target.holds(value)).count() as f64 / self.known() as f64
    }

    /// That share in words, with of how many runs it is where it is not of all.
    pub fn share_in_words(&self) -> String {
        let (known, all) = (self.known(), self.values.len());
        match known {
            0 => format!("none of {all} runs has a value"),
            _ if known < all => {
                format!("{} of {known} (of {all} runs, the others have no value)", words::share(self.share()))
            }
            _ => words::share(self.share()),
        }
    }

    /// Whether their median lies in the band.
    pub fn holds(&self) -> bool {
        self.target.holds(self.middle())
    }
}

/// What has to be the same for a folder to be gone on with.
fn identity(calibration: &Calibration) -> Json {
    let target = |target: &CalibrationTarget| {
        json!([target.measure.name, target.measure.expression.text(), target.band.0, target.band.1, target.world])
    };
    let worlds = calibration.worlds.iter().map(|world| json!([world.name, world.scenario.hash()]));
    let factors = calibration.factors().iter().map(|factor| json!([factor.path, format!("{:?}", factor.spread)]));
    json!({
        "schema": SCHEMA,
        "kind": "calibration",
        "worlds": worlds.collect::<Vec<_>>(),
        "factors": factors.collect::<Vec<_>>(),
        "targets": calibration.targets.iter().map(target).collect::<Vec<_>>(),
        "held_out": calibration.held_out.iter().map(target).collect::<Vec<_>>(),
        "particles": calibration.particles,
        "reps": calibration.reps,
        "predictive": calibration.predictive,
        "seed": calibration.seed,
        "first_seed": calibration.first_seed,
    })
}

/// Says what comes next in a folder, which is made where it is not there. What is over is read, never written.
///
/// # Errors
/// When the folder holds something else or is damaged, the system refuses, or no point has a value for every target.
pub fn next<'c>(folder: &Path, calibration: &'c Calibration) -> Result<NextStep<'c>, Unanswered> {
    let build = claim(folder, calibration)?;
    let open = |path: &Path, sweep: &Sweep| -> Result<SweepFolder, StoreError> {
        if !build.is_same(Build::own()) && !path.exists() {
            // What another build did not come to is not begun by this one.
            let (found, own) = (build.name(), Build::own().name());
            return Err(StoreError::OtherBuild { path: folder.to_owned(), found, own });
        }
        SweepFolder::create(path, &Plan::of(sweep, None).by(&build), &sweep.base)
    };
    let mut population = Population::new(calibration.factors().len(), calibration.particles, calibration.seed);
    let most = (calibration.budget / calibration.reps) as usize;
    let (mut values, mut failed, mut undefined, mut runs) = (Vec::new(), 0, 0, 0);
    let why = loop {
        if let Some(why) = population.enough(calibration.acceptance, most) {
            break why;
        }
        let generation = population.generations().len();
        let asked = population.ask(&|point| calibration.is_possible(point));
        if asked.points.is_empty() {
            return Err(nothing_has_a_value(calibration, &values));
        }
        let sweep = calibration.generation(generation, &asked.points).expect("only possible worlds were asked");
        let path = place_of(folder, generation);
        let lived = open(&path, &sweep)?;
        let Some(found) = SweepRuns::read(&lived)? else { return Ok(NextStep::Live(Box::new(lived))) };
        let distances: Vec<f64> = found.medians.iter().map(|values| calibration.distance(values)).collect();
        population.tell(asked, &distances);
        values.extend(found.medians);
        failed += found.failed;
        undefined += found.undefined;
        runs += lived.plan().runs();
    };
    if population.kept().is_empty() {
        return Err(nothing_has_a_value(calibration, &values));
    }
    let weights: Vec<f64> = population.kept().iter().map(|particle| particle.weight).collect();
    let points: Vec<Vec<f64>> = {
        let kept = population.kept();
        resample(&weights, calibration.predictive).into_iter().map(|at| kept[at].at.clone()).collect()
    };
    // Named after what it was drawn from, so that a larger budget later finds its place free.
    let fresh = folder.join("predictive").join(format!("{:02}", population.generations().len() - 1));
    let mut predicted = Vec::new();
    for (at, world) in calibration.worlds.iter().enumerate() {
        let sweep = calibration.fresh(at, &points).map_err(|what| {
            Unanswered::asked(
                format!("{}: {what}", world.name),
                "take that world out of the patterns that are held out",
            )
        })?;
        let lived = open(&fresh.join(folder_of(calibration, at)), &sweep)?;
        let Some(found) = SweepRuns::read(&lived)? else { return Ok(NextStep::Live(Box::new(lived))) };
        failed += found.failed;
        undefined += found.undefined;
        let all = calibration.targets.iter().map(|target| (target, false));
        let all = all.chain(calibration.held_out.iter().map(|target| (target, true)));
        predicted.extend(all.filter(|(target, _)| target.world == at).enumerate().map(
            |(nth, (target, is_held_out))| {
                let values = found.medians.iter().map(|values| values[nth]).collect();
                Predicted { target, is_held_out, values }
            },
        ));
    }
    let kept = population.kept();
    let learnt = (0..calibration.factors().len()).map(|factor| LeverPosterior::of(&kept, factor, &weights)).collect();
    let answer =
        CalibrationAnswer { calibration, population, why, values, learnt, predicted, failed, undefined, runs, build };
    Ok(NextStep::Over(Box::new(answer)))
}

/// Moves what a folder is known by out of the way where it is damaged, so that it is written again; where it is then. Runs are
/// kept: each knows what it depends on.
///
/// # Errors
/// When the system refuses.
pub fn mend(folder: &Path) -> Result<Option<PathBuf>, StoreError> {
    let path = folder.join(IDENTITY);
    let Err(StoreError::Damaged { .. }) = read_sealed(&path, |json| json["schema"] == SCHEMA) else { return Ok(None) };
    let aside = free_name(&path, "damaged");
    fs::rename(&path, &aside).map_err(StoreError::system("move aside", &path))?;
    Ok(Some(aside))
}

/// Makes the folder, or sees whether it is one of this calibration; the build that made it.
fn claim(folder: &Path, calibration: &Calibration) -> Result<Build, StoreError> {
    let path = folder.join(IDENTITY);
    let mut wanted = identity(calibration);
    if folder.is_file() {
        return Err(StoreError::NotAFolder { path: folder.to_owned() });
    }
    fs::create_dir_all(folder).map_err(StoreError::system("create", folder))?;
    let _turn = FolderLock::wait(folder);
    if let Some(found) = read_sealed(&path, |json| json["schema"] == SCHEMA)? {
        let schema = found["schema"].as_u64().unwrap_or(0);
        if !(OLDEST_SCHEMA..=SCHEMA).contains(&schema) {
            return Err(StoreError::OtherSchema { path, found: schema, expected: SCHEMA, oldest: OLDEST_SCHEMA });
        }
        let fields = wanted.as_object().expect("it is an object");
        let differs = fields.iter().find(|(field, value)| *field != "schema" && found[field.as_str()] != **value);
        return match differs {
            Some((field, _)) => {
                Err(StoreError::OtherCalibration { path: folder.to_owned(), what: format!("`{field}`") })
            }
            None => Ok(Build::told(&found)),
        };
    }
    let entries = fs::read_dir(folder).map_err(StoreError::system("read", folder))?.flatten();
    let names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    let begins = |name: &std::ffi::OsString, with: &str| name.as_encoded_bytes().starts_with(with.as_bytes());
    // Where the old one was moved away since it was damaged, each generation knows for itself what it is of.
    let is_mended = names.iter().any(|name| begins(name, "calibration.damaged"));
    if !is_mended && names.iter().any(|name| !begins(name, ".calibration.json")) {
        return Err(StoreError::Foreign { path: folder.to_owned() });
    }
    let build = if is_mended { maker_of(folder, calibration)? } else { Build::own().clone() };
    build.tell(&mut wanted);
    put(folder, IDENTITY, &FileForm::Json.seal(&format!("{wanted:#}\n")))?;
    Ok(build)
}

/// Where a generation of points is kept.
fn place_of(folder: &Path, generation: usize) -> PathBuf {
    folder.join("generations").join(format!("{generation:02}"))
}

/// Who made a folder that has lost what it is known by: its first generation tells, if it is there.
///
/// # Errors
/// When that is of another calibration, or cannot be understood.
fn maker_of(folder: &Path, calibration: &Calibration) -> Result<Build, StoreError> {
    let there = match SweepFolder::open(&place_of(folder, 0)) {
        Err(StoreError::NotThere { .. } | StoreError::NotASweep { .. } | StoreError::Damaged { .. }) => {
            return Ok(Build::own().clone());
        }
        there => there?,
    };
    let build = there.plan().build();
    let population = Population::new(calibration.factors().len(), calibration.particles, calibration.seed);
    let asked = population.ask(&|point| calibration.is_possible(point));
    let first = calibration.generation(0, &asked.points).map(|sweep| Plan::of(&sweep, None).by(&build));
    if first.is_ok_and(|first| first.differs(there.plan()).is_none()) {
        return Ok(build);
    }
    Err(StoreError::OtherCalibration { path: folder.to_owned(), what: "its first generation".into() })
}

fn nothing_has_a_value(calibration: &Calibration, values: &[Vec<f64>]) -> Unanswered {
    let never = |nth: &usize| values.iter().all(|values| values[*nth].is_nan());
    let silent = (0..calibration.targets.len()).find(never).map(|nth| &calibration.targets[nth].measure.name);
    let what = match silent {
        Some(name) => format!("no run has a value for `{name}`"),
        None => format!("none of {} points has a value for every target", values.len()),
    };
    Unanswered::asked(what, "try other ranges or other targets: what a target measures may never have happened")
}

/// The runs of a sweep that is over.
struct SweepRuns {
    /// For each row of its design the median of each metric; NaN where no run has a value.
    medians: Vec<Vec<f64>>,
    failed: u64,
    undefined: u64,
}

impl SweepRuns {
    /// Nothing where runs are missing, or damaged and to be lived again.
    fn read(folder: &SweepFolder) -> Result<Option<Self>, StoreError> {
        let (plan, shards) = (folder.plan(), Shards::of(folder)?);
        let mut runs = vec![vec![Vec::new(); plan.metrics.len()]; plan.cells.len()];
        let (mut failed, mut undefined) = (0, 0);
        for shard in 0..plan.shards() {
            let held = match shards.read(shard) {
                Ok(held) if held.is_whole() => held,
                Ok(_) | Err(StoreError::Damaged { .. } | StoreError::OtherBatch { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            for row in held.rows.into_values() {
                failed += u64::from(row.status.is_failure());
                let gap = row.values.iter().any(|value| !value.is_finite());
                undefined += u64::from(gap && !row.status.is_failure());
                for (held, &value) in runs[plan.which(row.run).cell].iter_mut().zip(&row.values) {
                    // A share of nothing says nothing.
                    held.push(if value.is_finite() { value } else { f64::NAN });
                }
            }
        }
        let cells: Vec<Vec<f64>> =
            runs.iter().map(|metrics| metrics.iter().map(|values| median(values)).collect()).collect();
        let medians = match plan.rows.as_slice() {
            [] => cells,
            rows => rows.iter().map(|&cell| cells[cell].clone()).collect(),
        };
        Ok(Some(Self { medians, failed, undefined }))
    }
}

impl LeverPosterior {
    fn of(kept: &[&Particle], factor: usize, weights: &[f64]) -> Self {
        /// The share of the prior at each end that is looked at, and the share of the belief there that is a heap.
        const END: f64 = 0.05;
        const HEAP: f64 = 0.15;
        let at: Vec<f64> = kept.iter().map(|particle| particle.at[factor]).collect();
        let quantiles = [0.05, 0.5, 0.95].map(|share| weighted_quantile(&at, weights, share));
        let total: f64 = weights.iter().sum();
        let share = |inside: &dyn Fn(f64) -> bool| {
            let inside = at.iter().zip(weights).filter(|(at, _)| inside(**at));
            inside.map(|(_, weight)| weight).sum::<f64>() / total
        };
        let edge = if share(&|at| at < END) > HEAP {
            Some("lower")
        } else if share(&|at| at > 1.0 - END) > HEAP {
            Some("upper")
        } else {
            None
        };
        // The greatest distance from the prior, which is level here (Kolmogorov and Smirnov, at 5 %).
        let apart = at.iter().map(|&end| (share(&|at| at <= end) - end).abs()).fold(0.0, f64::max);
        let is_known = apart > 1.36 / effective_size(weights).sqrt();
        let narrower = 1.0 - (quantiles[2] - quantiles[0]) / 0.9;
        Self { at, quantiles, narrower, is_known, edge }
    }
}

impl CalibrationAnswer<'_> {
    /// The weight of each particle; together they are 1.
    pub fn weights(&self) -> Vec<f64> {
        self.population.kept().iter().map(|particle| particle.weight).collect()
    }

    /// The levers.
    pub fn factors(&self) -> &[SweptFactor] {
        self.calibration.factors()
    }

    /// How many independent draws the particles are worth.
    pub fn size(&self) -> f64 {
        effective_size(&self.weights())
    }

    /// Points that reached every band.
    pub fn reached(&self) -> usize {
        self.population.tried().iter().filter(|particle| particle.distance <= 0.0).count()
    }

    /// The share of the belief on each word of a lever that takes words.
    pub fn shares(&self, factor: usize) -> Option<Vec<(String, f64)>> {
        let Spread::Values(values) = &self.factors()[factor].spread else { return None };
        let weights = self.weights();
        let total: f64 = weights.iter().sum();
        let of = |value: &Value| {
            let there = self.learnt[factor].at.iter().zip(&weights);
            let there = there.filter(|(at, _)| self.factors()[factor].at(**at) == *value);
            there.map(|(_, weight)| weight).sum::<f64>() / total
        };
        Some(values.iter().map(|value| (value.to_string(), of(value))).collect())
    }

    /// Pairs of levers with the correlation of what is believed of them, the strongest first.
    pub fn pairs(&self) -> Vec<(usize, usize, f64)> {
        let weights = self.weights();
        let mut pairs = Vec::new();
        for one in 0..self.learnt.len() {
            for other in 0..one {
                let both = weighted_correlation(&self.learnt[other].at, &self.learnt[one].at, &weights);
                pairs.push((other, one, both));
            }
        }
        pairs.sort_by(|one, other| other.2.abs().total_cmp(&one.2.abs()));
        pairs
    }

    /// Whether a correlation is more than chance in so few particles, and strong enough to be told.
    pub fn is_told(&self, correlation: f64) -> bool {
        correlation.abs() > (2.0 / self.size().sqrt()).max(0.3)
    }

    /// Where the base stands in the unit interval of a lever, if it stands in its range.
    pub fn stands(&self, factor: usize) -> Option<f64> {
        let about = &self.factors()[factor];
        let Ok(Some(Value::Number(wanted))) = self.calibration.worlds[0].scenario.get_all(&about.path) else {
            return None;
        };
        let (least, most) = about.spread.range()?;
        if !(least..=most).contains(&wanted) || matches!(about.spread, Spread::Values(_)) {
            return None;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            match about.at(middle) {
                Value::Number(found) if found < wanted => low = middle,
                _ => high = middle,
            }
        }
        Some(high)
    }

    /// Runs that failed, of all.
    pub const fn failed(&self) -> u64 {
        self.failed
    }

    /// What is to be doubted, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        words::warnings(self)
    }

    /// What was found, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        words::sentences(self)
    }

    /// As one page of Markdown.
    pub fn markdown(&self) -> String {
        words::page(self)
    }

    /// As data.
    pub fn json(&self) -> Json {
        let number = |value: f64| if value.is_finite() { json!(value) } else { Json::Null };
        let at = |factor: usize, share: f64| match self.factors()[factor].at(share) {
            Value::Number(number) => json!(number),
            Value::Word(word) => json!(word),
            Value::Flag(flag) => json!(flag),
        };
        let learnt = self.learnt.iter().enumerate().map(|(factor, learnt)| {
            let [low, middle, high] = learnt.quantiles;
            json!({
                "lever": self.factors()[factor].path,
                "unit": self.factors()[factor].unit(),
                "prior90": [at(factor, 0.05), at(factor, 0.95)],
                "median": at(factor, middle),
                "interval90": [at(factor, low), at(factor, high)],
                "narrower": number(learnt.narrower),
                "is_known": learnt.is_known,
                "at_edge": learnt.edge,
                "shares": self.shares(factor).map(|shares| shares.into_iter().collect::<BTreeMap<_, _>>()),
            })
        });
        let predicted = self.predicted.iter().map(|one| {
            json!({
                "target": one.target.measure.name,
                "label": one.target.measure.label,
                "world": self.calibration.worlds[one.target.world].name,
                "held_out": one.is_held_out,
                "band": [one.target.band.0, one.target.band.1],
                "median": number(one.middle()),
                "in_band": one.holds(),
                "runs": one.values.len(),
                "runs_with_value": one.known(),
                "share_in_band": number(one.share()),
            })
        });
        let generations = self.population.generations().iter();
        let generations = generations.map(
            |told| json!({"points": told.points, "tolerance": number(told.tolerance), "acceptance": told.acceptance}),
        );
        let pairs = self.pairs().into_iter().map(|(one, other, correlation)| {
            json!({"levers": [self.factors()[one].path, self.factors()[other].path], "correlation": number(correlation)})
        });
        json!({
            "schema": SCHEMA,
            "calibration": self.calibration.name,
            "question": self.calibration.question,
            "digest": self.digest(),
            "runs": self.runs,
            "failed": self.failed,
            "undefined": self.undefined,
            "particles": self.learnt.first().map_or(0, |learnt| learnt.at.len()),
            "effective_particles": self.size(),
            "tolerance": number(self.population.tolerance()),
            "reached_all_bands": self.reached(),
            "ended": words::ended(self.why),
            "levers": learnt.collect::<Vec<_>>(),
            "correlations": pairs.collect::<Vec<_>>(),
            "targets": predicted.collect::<Vec<_>>(),
            "generations": generations.collect::<Vec<_>>(),
            "warnings": self.warnings(),
            "says": self.sentences(),
        })
    }

    /// The name of the calibration.
    pub fn title(&self) -> &str {
        if self.calibration.name.is_empty() { "A calibration" } else { &self.calibration.name }
    }

    /// Begins the fingerprint of the runs that all this rests on.
    pub fn digest(&self) -> String {
        let mut all = Sha256::new();
        for (particle, values) in self.population.tried().iter().zip(&self.values) {
            for number in particle.at.iter().chain(values) {
                all.update(number.to_bits().to_le_bytes());
            }
        }
        hex(&all.finalize()[..8])
    }
}

/// The name of the folder of a world, from 0: the last part of its own where that is a plain name, else as every system takes
/// it, with its number where an earlier world has the same. A base may be called by a path, which must not lead elsewhere.
fn folder_of(calibration: &Calibration, world: usize) -> String {
    let name = calibration.worlds[world].name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut parts = Path::new(name).components();
    let is_plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) && !name.contains(':');
    let name = if is_plain { name.to_owned() } else { safe_name(name) };
    let taken: Vec<String> = (0..world).map(|earlier| folder_of(calibration, earlier)).collect();
    let numbered = (world..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|free| !taken.contains(free)).expect("some number is free")
}

#[cfg(test)]
mod tests {
    use contraband_sim::scenario::Scenario;
    use contraband_sim::scenario::tree::Format;

    use super::*;
    use crate::files::calibration::read_calibration;

    fn calibration(high: u32) -> Calibration {
        let text = format!(
            "(base: \"baseline\", days: 9, factors: {{\"law.fine\": (low: 10, high: {high})}}, particles: 20, budget: 60, \
              targets: [(name: \"harm\", metric: \"sum(days.harm)\", band: (1, 4), source: \"nobody\")])"
        );
        let find = |_: &str| Ok(Scenario::default());
        read_calibration(&text, Format::Ron, &find, &|_| Err("none".into())).expect("it is sound")
    }

    fn is_other(next: Result<NextStep<'_>, Unanswered>) -> bool {
        matches!(next, Err(Unanswered::Store(StoreError::OtherCalibration { .. })))
    }

    #[test]
    fn worlds_that_are_called_by_paths_stay_inside_the_folder() {
        let mut calibration = calibration(400);
        for name in ["../../../base.ron", "/somewhere/else/base.ron", "C:\\base.ron", "..", ".", "", "base.ron"] {
            calibration.worlds[0].name = name.into();
            let mut second = calibration.worlds[0].clone();
            second.name = "base.ron".into();
            calibration.worlds.truncate(1);
            calibration.worlds.push(second);
            let names = [0, 1].map(|world| folder_of(&calibration, world));
            assert_ne!(names[0], names[1], "{name}");
            for folder in names {
                let mut parts = Path::new(&folder).components();
                assert!(matches!(parts.next(), Some(Component::Normal(_))), "{name}: {folder}");
                assert!(parts.next().is_none(), "{name}: {folder}");
            }
        }
    }

    #[test]
    fn no_two_worlds_share_a_folder_and_a_plain_name_stays() {
        let mut calibration = calibration(400);
        for name in ["town.ron", "a", "a_2", "a", "a"] {
            let mut world = calibration.worlds[0].clone();
            world.name = name.into();
            calibration.worlds.push(world);
        }
        calibration.worlds.remove(0);
        let names: Vec<String> = (0..5).map(|world| folder_of(&calibration, world)).collect();
        assert_eq!(names[..3], ["town.ron", "a", "a_2"]);
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 5, "{names:?}");
    }

    /// What a folder is known by may be lost, and then it does not go to whoever asks next.
    #[test]
    fn a_folder_that_has_lost_its_name_stays_that_of_its_calibration_and_build() {
        let another = Build { fingerprint: "0123456789abcdef".into(), ..Build::own().clone() };
        for build in [Build::own(), &another] {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join("cal");
            let (mine, other) = (calibration(400), calibration(500));
            let Ok(NextStep::Live(first)) = next(&folder, &mine) else { panic!("there is a generation to run") };
            fs::remove_dir_all(first.path()).unwrap();
            SweepFolder::create(first.path(), &first.plan().clone().by(build), first.base()).unwrap();
            assert!(is_other(next(&folder, &other)));
            let path = folder.join(IDENTITY);
            let mut bytes = fs::read(&path).unwrap();
            bytes[30] ^= 1;
            fs::write(&path, &bytes).unwrap();
            let aside = mend(&folder).unwrap().expect("it is damaged");
            assert!(is_other(next(&folder, &other)) && !path.exists());
            // Whose it is can go on with it, as what it was made by.
            assert!(matches!(next(&folder, &mine), Ok(NextStep::Live(_))));
            let told: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(Build::told(&told).fingerprint, build.fingerprint);
            assert!(fs::read(aside).unwrap() == bytes && mend(&folder).unwrap().is_none());
            // What is whole and of another form is refused, and stays.
            let text = FileForm::Json.seal("{\"schema\": 9, \"kind\": \"calibration\"}");
            fs::write(&path, &text).unwrap();
            assert!(mend(&folder).unwrap().is_none() && next(&folder, &mine).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
