//! What a metric of a sweep depends on: indices of its levers, what of its variance is the seed's alone, and whether there
//! were enough points, with words that follow the numbers.
//!
//! A sweep made for the question (Saltelli, Morris) is read as it was meant; any other is read as a sample. Repetitions are
//! averaged cell by cell first, so that indices are of what the levers do on average over seeds.

mod words;

use crate::design::trajectories::{morris, morris_step};
use crate::measure::components::{SeedShare, seed_share};
use crate::measure::given_data::{Column, GivenData, given_data};
use crate::measure::indices::{Estimate, MorrisIndex, SobolIndices, elementary_effects, sobol_indices};
use crate::measure::statistics::{false_discovery, spread};
use serde_json::{Value, json};

use crate::sample::{Sample, SampleDesign, SampledMetric, Unanswered};

/// Base points without which Sobol indices are not reckoned.
const LEAST_BASE: usize = 16;
/// Trajectories without which elementary effects are not.
const LEAST_TRAJECTORIES: usize = 4;
/// Cells without which a sample says nothing.
const LEAST_CELLS: usize = 40;
/// A total below this share of the variance is called little.
const LITTLE: f64 = 0.05;
/// Of all levers that a sample calls influences, at most this share is expected to be none.
const FALSE_SHARE: f64 = 0.05;
/// Version of `sensitivity.json`.
const SCHEMA: u64 = 1;

/// How a metric was looked at, with what was found for each lever.
#[derive(Clone, Debug)]
pub enum Method {
    /// Shares of variance, of a Saltelli design.
    Sobol(SobolIndices),
    /// Elementary effects, of trajectories; and how far a lever moves in a step, in parts of its range.
    Morris(Vec<MorrisIndex>, f64),
    /// Of any sample; with the shares of false ones among what is called an influence.
    GivenData(Vec<GivenData>, Vec<f64>),
}

/// What can be said of a lever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeverVerdict {
    /// It matters, more than chance and noise.
    Matters,
    /// Whatever it does is little.
    Little,
    /// It may matter or not.
    Unclear,
}

impl LeverVerdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Matters => "matters",
            Self::Little => "little",
            Self::Unclear => "unclear",
        }
    }
}

/// What a metric depends on.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Its name.
    pub metric: String,
    /// What was read off each run.
    pub text: String,
    /// Paths of the levers.
    pub levers: Vec<String>,
    /// What was found for each.
    pub method: Method,
    /// Why a sweep that was made for more is read as a sample.
    pub instead: Option<String>,
    /// Whose the variance is; `None` where each cell was lived once.
    pub seeds: Option<SeedShare>,
    /// Whether seeds were shared.
    pub shared: bool,
    /// Base points, trajectories or cells that were used, and how many there would be.
    pub used: (usize, usize),
    /// For each lever, the variance that seeds leave in the difference of two cells between which it alone moves; none
    /// where that is not known.
    pub noise: Vec<f64>,
    /// Total orders, sizes of effects, or shares of given samples, from fewer points: how many, and for each lever.
    pub growth: Vec<(usize, Vec<Estimate>)>,
}

/// How a sweep is read for one metric, with the outputs in the order of its design.
enum Read {
    Sobol(Vec<f64>),
    /// With levels and seed of the design.
    Morris(Vec<f64>, usize, u64),
    /// With the cells that have values.
    GivenData(Vec<usize>, Vec<f64>),
}

impl Findings {
    /// Of a metric of a sweep.
    ///
    /// # Errors
    /// When the sweep has too few points, or the metric is the same in all of them.
    pub fn of(sample: &Sample, measured: &SampledMetric) -> Result<Self, Unanswered> {
        let cells = measured.cells(sample.shared_seeds);
        let known: Vec<f64> = cells.iter().copied().filter(|value| value.is_finite()).collect();
        if known.windows(2).all(|pair| pair[0] == pair[1]) {
            let what = format!("`{}` is {} in every cell, so it depends on no lever", measured.name, known[0]);
            return Err(Unanswered::asked(what, "choose another metric with --metric"));
        }
        let (read, instead) = read(sample, &cells);
        let k = sample.levers.len();
        let (method, used, all) = match &read {
            Read::Sobol(outputs) => {
                let found = sobol_indices(outputs, k);
                let base = found.base;
                enough(base, LEAST_BASE, "base points of the design")?;
                (Method::Sobol(found), base, outputs.len() / (k + 2))
            }
            Read::Morris(outputs, levels, seed) => {
                let found = of_trajectories(outputs, k, *levels, *seed);
                let least = found.iter().map(|one| one.effects).min().unwrap_or(0);
                enough(least, LEAST_TRAJECTORIES, "trajectories")?;
                (Method::Morris(found, morris_step(*levels)), least, outputs.len() / (k + 1))
            }
            Read::GivenData(chosen, outputs) => {
                enough(outputs.len(), LEAST_CELLS, "cells")?;
                let found = of_any(sample, chosen, outputs);
                let chances: Vec<f64> = found.iter().map(|one| one.chance).collect();
                (Method::GivenData(found, false_discovery(&chances)), outputs.len(), cells.len())
            }
        };
        let seeds = seed_share(&measured.runs, sample.shared_seeds);
        let mut findings = Self {
            metric: measured.name.clone(),
            text: measured.text.clone(),
            levers: sample.levers.iter().map(|lever| lever.path.clone()).collect(),
            method,
            instead,
            seeds,
            shared: sample.shared_seeds,
            used: (used, all),
            noise: noise(sample, measured, &read),
            growth: Vec::new(),
        };
        findings.growth = findings.grown(sample, &read);
        Ok(findings)
    }

    /// The number by which levers are ordered: total order, mean size of effects, or PAWN.
    pub fn main(&self, lever: usize) -> Estimate {
        match &self.method {
            Method::Sobol(found) => found.factors[lever].total,
            Method::Morris(found, _) => found[lever].mu_star,
            Method::GivenData(found, _) => found[lever].pawn,
        }
    }

    /// Levers, those first that matter most.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.levers.len()).collect();
        order.sort_by(|&one, &other| self.main(other).value.total_cmp(&self.main(one).value).then(one.cmp(&other)));
        order
    }

    /// What the main number of a lever that does nothing would be, for the noise that seeds leave; `None` where it is not
    /// known.
    pub fn floor(&self, lever: usize) -> Option<f64> {
        match &self.method {
            Method::Sobol(found) => self.noise.get(lever).map(|noise| noise / 2.0 / found.variance),
            // The mean size of a normal number of this variance, over the step.
            Method::Morris(_, step) => {
                self.noise.get(lever).map(|noise| (noise * 2.0 / std::f64::consts::PI).sqrt() / step)
            }
            Method::GivenData(found, _) => Some(found[lever].pawn_by_chance),
        }
    }

    /// What can be said of a lever.
    pub fn verdict(&self, lever: usize) -> LeverVerdict {
        let main = self.main(lever);
        let floor = self.floor(lever).unwrap_or(0.0);
        let (matters, little) = match &self.method {
            // What leaves means alone may still move the spread.
            Method::GivenData(_, false_shares) if false_shares[lever] <= FALSE_SHARE => (true, false),
            // Noise has no share alone, and no sign; and in loud noise nothing is seen to be little.
            Method::Sobol(found) => {
                let alone = found.factors[lever].first.interval.0 > 0.0;
                (alone || main.interval.0 > floor, floor < 2.0 * LITTLE && main.interval.1 < LITTLE + floor)
            }
            Method::Morris(found, _) => {
                let (low, high) = found[lever].mu.interval;
                let signed = low > 0.0 || high < 0.0;
                let most = found.iter().map(|one| one.mu_star.value).fold(0.0, f64::max);
                let bound = LITTLE * most;
                (signed || main.interval.0 > floor, floor < 2.0 * bound && main.interval.1 < bound + floor)
            }
            Method::GivenData(found, _) => (false, found[lever].first.interval.1 < LITTLE),
        };
        match (matters, little) {
            (true, false) => LeverVerdict::Matters,
            (_, true) => LeverVerdict::Little,
            (false, false) => LeverVerdict::Unclear,
        }
    }

    /// The same from an eighth, a quarter, half and all of the points.
    fn grown(&self, sample: &Sample, read: &Read) -> Vec<(usize, Vec<Estimate>)> {
        let k = self.levers.len();
        let all = if matches!(self.method, Method::GivenData(..)) { self.used.0 } else { self.used.1 };
        let sizes = [all / 8, all / 4, all / 2];
        let part = |size: usize| -> Vec<Estimate> {
            match read {
                Read::Sobol(outputs) => {
                    sobol_indices(&outputs[..size * (k + 2)], k).factors.iter().map(|index| index.total).collect()
                }
                Read::Morris(outputs, levels, seed) => of_trajectories(&outputs[..size * (k + 1)], k, *levels, *seed)
                    .iter()
                    .map(|index| index.mu_star)
                    .collect(),
                Read::GivenData(chosen, outputs) => {
                    // Scattered over all cells, since those of a grid come in order.
                    let mut rows: Vec<usize> = (0..outputs.len()).collect();
                    rows.sort_by_key(|&row| (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    rows.truncate(size);
                    let chosen: Vec<usize> = rows.iter().map(|&row| chosen[row]).collect();
                    let outputs: Vec<f64> = rows.iter().map(|&row| outputs[row]).collect();
                    of_any(sample, &chosen, &outputs).iter().map(|index| index.first).collect()
                }
            }
        };
        let least = match self.method {
            Method::Sobol(_) => LEAST_BASE,
            Method::Morris(..) => LEAST_TRAJECTORIES,
            Method::GivenData(..) => LEAST_CELLS,
        };
        let mut grown: Vec<_> =
            sizes.into_iter().filter(|&size| size >= least).map(|size| (size, part(size))).collect();
        let now = |lever: usize| match &self.method {
            Method::GivenData(found, _) => found[lever].first,
            _ => self.main(lever),
        };
        grown.push((all, (0..k).map(now).collect()));
        grown
    }

    /// As Markdown; pictures are named by [`Findings::path`].
    pub fn markdown(&self) -> String {
        words::markdown(self)
    }

    /// What was found, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        words::sentences(self)
    }

    /// The table for a terminal: a row for each lever.
    pub fn table(&self) -> Vec<Vec<String>> {
        words::table(self)
    }

    /// Which pictures there are: the word in their paths, and what each shows.
    pub fn drawn(&self) -> Vec<(&'static str, &'static str)> {
        let mut drawn = vec![("indices", "levers, most important first")];
        if matches!(self.method, Method::Morris(..)) {
            drawn.push(("effects", "size and spread of effects"));
        }
        if self.growth.len() > 1 {
            drawn.push(("convergence", "the same figures from fewer points"));
        }
        drawn
    }

    /// Where a picture lies, from the sweep folder.
    pub fn path(&self, word: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        format!("sensitivity/{}-{word}.svg", self.metric.chars().map(plain).collect::<String>())
    }

    /// As data.
    pub fn json(&self) -> Value {
        let lever = |at: usize| {
            let mut told = json!({"lever": self.levers[at], "verdict": self.verdict(at).word()});
            match &self.method {
                Method::Sobol(found) => {
                    told["first"] = estimate(found.factors[at].first);
                    told["total"] = estimate(found.factors[at].total);
                }
                Method::Morris(found, _) => {
                    told["mu"] = estimate(found[at].mu);
                    told["mu_star"] = estimate(found[at].mu_star);
                    told["sigma"] = estimate(found[at].sigma);
                }
                Method::GivenData(found, false_shares) => {
                    told["first"] = estimate(found[at].first);
                    told["pawn"] = estimate(found[at].pawn);
                    told["pawn_by_chance"] = finite(found[at].pawn_by_chance);
                    told["p"] = finite(found[at].chance);
                    told["q"] = finite(false_shares[at]);
                }
            }
            told["by_noise"] = self.floor(at).map_or(Value::Null, finite);
            told
        };
        let (method, pairs) = match &self.method {
            Method::Sobol(found) => {
                let pair = |(one, other, share): &(usize, usize, Estimate)| json!({"levers": [self.levers[*one], self.levers[*other]], "share": estimate(*share)});
                ("sobol", found.pairs.iter().map(pair).collect())
            }
            Method::Morris(..) => ("morris", Vec::new()),
            Method::GivenData(..) => ("given_data", Vec::new()),
        };
        let grown = |(points, found): &(usize, Vec<Estimate>)| json!({"points": points, "values": found.iter().map(|one| estimate(*one)).collect::<Vec<_>>()});
        json!({
            "metric": self.metric,
            "definition": self.text,
            "method": method,
            "instead": self.instead,
            "points": self.used.0,
            "points_planned": self.used.1,
            "seed_share": self.seeds.as_ref().map(|seeds| json!({
                "share": estimate(seeds.share),
                "repetitions": seeds.repetitions,
                "shared_seeds": self.shared,
                "variance": {"levers": seeds.parts.cells, "seeds_alike": seeds.parts.alike, "seeds_own": seeds.parts.own},
            })),
            "levers": self.order().into_iter().map(lever).collect::<Vec<_>>(),
            "pairs": pairs,
            "convergence": self.growth.iter().map(grown).collect::<Vec<_>>(),
            "says": self.sentences(),
        })
    }
}

fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn estimate(one: Estimate) -> Value {
    json!({"value": finite(one.value), "ci95": [finite(one.interval.0), finite(one.interval.1)]})
}

fn enough(found: usize, least: usize, what: &str) -> Result<(), Unanswered> {
    if found >= least {
        return Ok(());
    }
    let what = format!("only {found} {what} have values: too few to say what matters");
    Err(Unanswered::asked(
        what,
        format!("it takes {least}; `contraband sweep extend` adds points, and a larger design is better still"),
    ))
}

/// How a sweep can be read; and why a design is not read as what it was made for.
fn read(sample: &Sample, cells: &[f64]) -> (Read, Option<String>) {
    let k = sample.levers.len();
    let outputs = |rows: usize| sample.rows[..rows].iter().map(|&cell| cells[cell]).collect::<Vec<_>>();
    let as_it_is = || {
        let chosen: Vec<usize> = (0..cells.len()).filter(|&cell| cells[cell].is_finite()).collect();
        let outputs = chosen.iter().map(|&cell| cells[cell]).collect();
        Read::GivenData(chosen, outputs)
    };
    let grown = "the plan was extended with other points or levers, so its design is read as a plain sample";
    match sample.design {
        SampleDesign::Saltelli { points } => {
            let rows = points.saturating_mul(k + 2);
            if sample.rows.len() >= rows && is_saltelli(sample, rows) {
                (Read::Sobol(outputs(rows)), None)
            } else {
                (as_it_is(), Some(grown.into()))
            }
        }
        SampleDesign::Morris { trajectories, levels, seed } => {
            let rows = trajectories.saturating_mul(k + 1);
            if sample.rows.len() >= rows {
                (Read::Morris(outputs(rows), levels, seed), None)
            } else {
                (as_it_is(), Some(grown.into()))
            }
        }
        SampleDesign::Other(_) => (as_it_is(), None),
    }
}

/// Whether each block moves one lever after the other from its first row towards its last.
fn is_saltelli(sample: &Sample, rows: usize) -> bool {
    let k = sample.levers.len();
    sample.rows[..rows].chunks_exact(k + 2).all(|block| {
        sample.levers.iter().enumerate().all(|(at, lever)| {
            (0..k).all(|moved| {
                let like = if moved == at { block[k + 1] } else { block[0] };
                same(&lever.values, block[1 + moved], like)
            })
        })
    })
}

fn same(values: &Column, one: usize, other: usize) -> bool {
    match values {
        Column::Numbers(values) => values[one] == values[other],
        Column::Words(values) => values[one] == values[other],
    }
}

/// For each lever, the mean variance of what seeds leave in the step in which it alone moves: from how much the step differs
/// between repetitions, so that what shared seeds take out of it is out.
fn noise(sample: &Sample, measured: &SampledMetric, read: &Read) -> Vec<f64> {
    let k = sample.levers.len();
    let mut sums = vec![(0.0, 0.0); k];
    let mut step = |lever: usize, from: usize, to: usize| {
        let apart = measured.runs[from].iter().zip(&measured.runs[to]).map(|(from, to)| to - from);
        let apart: Vec<f64> = apart.filter(|one| one.is_finite()).collect();
        if apart.len() > 1 {
            let spread = spread(&apart);
            sums[lever].0 += spread * spread / apart.len() as f64;
            sums[lever].1 += 1.0;
        }
    };
    match read {
        Read::Sobol(outputs) => {
            for block in sample.rows[..outputs.len()].chunks_exact(k + 2) {
                (0..k).for_each(|lever| step(lever, block[0], block[1 + lever]));
            }
        }
        Read::Morris(outputs, levels, seed) => {
            let points = morris(outputs.len() / (k + 1), k, *levels, *seed);
            for (rows, points) in sample.rows.chunks_exact(k + 1).zip(points.chunks_exact(k + 1)) {
                for (row, point) in rows.windows(2).zip(points.windows(2)) {
                    let moved = (0..k).find(|&at| point[0][at] != point[1][at]).expect("each step moves a lever");
                    step(moved, row[0], row[1]);
                }
            }
        }
        Read::GivenData(..) => return Vec::new(),
    }
    if sums.iter().any(|(_, count)| *count == 0.0) {
        return Vec::new();
    }
    sums.into_iter().map(|(sum, count)| sum / count).collect()
}

/// Effects in the design's own coordinates: a lever that takes few values may stay where it is in a step.
fn of_trajectories(outputs: &[f64], levers: usize, levels: usize, seed: u64) -> Vec<MorrisIndex> {
    let points = morris(outputs.len() / (levers + 1), levers, levels, seed);
    let effects = elementary_effects(&points, outputs, morris_step(levels));
    effects.iter().map(|effects| MorrisIndex::of(effects)).collect()
}

fn of_any(sample: &Sample, chosen: &[usize], outputs: &[f64]) -> Vec<GivenData> {
    let one = |(nth, lever): (usize, &crate::sample::SweptLever)| given_data(&lever.values.rows(chosen), outputs, nth);
    sample.levers.iter().enumerate().map(one).collect()
}

/// What some metrics of a sweep depend on.
#[derive(Clone, Debug)]
pub struct SensitivityAnswer {
    /// Name of the sweep.
    pub name: String,
    /// What of the plan is missing, in words.
    pub missing: Option<String>,
    /// Runs that a condition ended before their last day, of how many that have values.
    pub stopped: (u64, u64),
    /// By metric.
    pub findings: Vec<Findings>,
    /// Metrics of which nothing can be said, with the reason: those that were not asked for by name.
    pub without: Vec<(String, String)>,
}

impl SensitivityAnswer {
    /// Of the metrics asked for, or all where none is.
    ///
    /// # Errors
    /// When the sweep has no such metric, or nothing can be said of any.
    pub fn of(sample: &Sample, metrics: &[String]) -> Result<Self, Unanswered> {
        let all: Vec<String> = sample.metrics.iter().map(|metric| metric.name.clone()).collect();
        let (mut findings, mut without) = (Vec::new(), Vec::new());
        for name in if metrics.is_empty() { &all } else { metrics } {
            match sample.metric(name).and_then(|measured| Findings::of(sample, measured)) {
                Ok(found) => findings.push(found),
                Err(Unanswered::Asked { what, .. }) if metrics.is_empty() && all.len() > 1 => {
                    without.push((name.clone(), what));
                }
                Err(error) => return Err(error),
            }
        }
        if findings.is_empty() {
            let mut why: Vec<&str> = without.iter().map(|(_, why)| why.as_str()).collect();
            why.dedup();
            return Err(Unanswered::asked(why.join("; "), "`contraband sweep status` shows how far the sweep has got"));
        }
        let stopped = (sample.stopped, sample.done);
        Ok(Self { name: sample.name.clone(), missing: sample.missing(), stopped, findings, without })
    }

    /// As one page of Markdown.
    pub fn markdown(&self) -> String {
        words::page(self)
    }

    /// As data.
    pub fn json(&self) -> Value {
        json!({
            "schema": SCHEMA,
            "sweep": self.name,
            "runs": self.stopped.1,
            "missing": self.missing,
            "metrics": self.findings.iter().map(Findings::json).collect::<Vec<_>>(),
            "without": self.without.iter().map(|(metric, why)| json!({"metric": metric, "why": why})).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests;
