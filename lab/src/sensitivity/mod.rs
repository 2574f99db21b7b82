//! What a metric of a sweep depends on: indices of its levers, what of its variance is the seed's alone, and whether there
//! were enough points, with words that follow the numbers.
//!
//! A sweep made for the question (Saltelli, Morris) is read as it was meant; any other is read as a sample. Repetitions are
//! averaged cell by cell first, so that indices are of what the levers do on average over seeds.

mod words;

use crate::design::trajectories::{morris, morris_step};
use crate::measure::components::{SeedShare, seed_share};
use crate::measure::given_data::{Column, GivenData, first_orders, given_data};
use crate::measure::indices::{Estimate, MorrisIndex, SobolIndices, elementary_effects, sobol_indices};
use crate::measure::statistics::{chance_above, chance_of_mean, false_discovery, half_width, mean, spread};
use contraband_sim::base::words::first_few;
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
/// Of all levers, or pairs of them, that are said to matter, at most this share is expected to be none; where none does
/// anything, so rarely is any said to.
const FALSE_SHARE: f64 = 0.05;
/// Half of the width of an interval, as a share of the variance, from which it says nothing.
const WIDEST: f64 = 0.5;
/// A share of the variance that is more than all of it by more than rounding and small errors would give.
const TOO_MUCH: f64 = 1.2;
/// The share of the variance in a total index that is noise, from which the index says nothing of its lever.
const MOST_NOISE: f64 = 0.9;
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
    /// It may matter or not, and what is noise is not known: each cell was run once.
    NoiseUnknown,
}

impl LeverVerdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Matters => "matters",
            Self::Little => "little",
            Self::Unclear => "unclear",
            Self::NoiseUnknown => "noise_unknown",
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
    /// Runs of the plan, and those of them that have a value: all figures speak of these.
    pub runs: (usize, usize),
    /// For each lever, the variance that seeds leave in the difference of two cells between which it alone moves; none
    /// where that is not known.
    pub noise: Vec<f64>,
    /// For each lever, the mean square of that difference without what seeds leave in it, with its interval: from products
    /// of the differences of two repetitions, whose noise has nothing in common. None where noise is not known.
    pub squares: Vec<Estimate>,
    /// For each lever, how often it would look as much as this if it did nothing; NaN where that is not known.
    pub chances: Vec<f64>,
    /// The same as shares of false ones among all that are said to matter.
    pub false_shares: Vec<f64>,
    /// For each pair of a Sobol design the share of false ones among all that are said to interact; NaN where that is not
    /// known.
    pub false_pairs: Vec<f64>,
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
        let (mut method, used, all) = match &read {
            Read::Sobol(outputs) => {
                let found = sobol_indices(outputs, k, Some(&points_of(sample, outputs.len())));
                let base = found.base;
                enough(&measured.name, base, LEAST_BASE, "base points of the design")?;
                (Method::Sobol(found), base, outputs.len() / (k + 2))
            }
            Read::Morris(outputs, levels, seed) => {
                let found = of_trajectories(outputs, k, *levels, *seed);
                let least = found.iter().map(|one| one.effects).min().unwrap_or(0);
                enough(&measured.name, least, LEAST_TRAJECTORIES, "trajectories")?;
                (Method::Morris(found, morris_step(*levels)), least, outputs.len() / (k + 1))
            }
            Read::GivenData(chosen, outputs) => {
                enough(&measured.name, outputs.len(), LEAST_CELLS, "cells")?;
                let found = of_any(sample, chosen, outputs);
                let chances: Vec<f64> = found.iter().map(|one| one.chance).collect();
                (Method::GivenData(found, false_discovery(&chances)), outputs.len(), cells.len())
            }
        };
        let steps = LeverSteps::of(sample, measured, &read);
        let (chances, pairs) = match &mut method {
            Method::Sobol(found) => {
                let alone = found.factors.iter().map(|index| index.chance);
                let chances = alone.enumerate().map(|(lever, chance)| steps.either(chance, lever)).collect();
                let variance = found.variance;
                let of_pair = |(one, other, share): &mut (usize, usize, Estimate)| {
                    let products = steps.products(*one, *other)?;
                    // Without what both share of the noise in the point from which they start.
                    let half = half_width(&products, 0.95) / variance;
                    let value = mean(&products) / variance;
                    *share = Estimate { value, interval: (value - half, value + half) };
                    Some(chance_above(&products))
                };
                let pairs: Vec<f64> = found.pairs.iter_mut().map(|pair| of_pair(pair).unwrap_or(f64::NAN)).collect();
                (chances, pairs)
            }
            Method::Morris(..) => {
                let Read::Morris(outputs, levels, seed) = &read else { unreachable!("they were read as trajectories") };
                let effects = effects_of(outputs, k, *levels, *seed);
                let signed = effects.iter().map(|effects| {
                    chance_of_mean(&effects.iter().copied().filter(|one| one.is_finite()).collect::<Vec<_>>())
                });
                (signed.enumerate().map(|(lever, chance)| steps.either(chance, lever)).collect(), Vec::new())
            }
            Method::GivenData(found, _) => (found.iter().map(|one| one.chance).collect::<Vec<f64>>(), Vec::new()),
        };
        let seeds = seed_share(&measured.runs, sample.shared_seeds);
        let offered = measured.runs.iter().map(Vec::len).sum();
        let valued = measured.runs.iter().flatten().filter(|value| value.is_finite()).count();
        let mut findings = Self {
            metric: measured.name.clone(),
            text: measured.text.clone(),
            levers: sample.levers.iter().map(|lever| lever.path.clone()).collect(),
            method,
            instead,
            seeds,
            shared: sample.shared_seeds,
            used: (used, all),
            runs: (offered, valued),
            noise: steps.noise(),
            squares: steps.squares(),
            false_shares: false_discovery(&chances),
            false_pairs: false_discovery(&pairs),
            chances,
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

    /// Places of the levers in the sample, from 0, those first that matter most.
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

    /// What can be said of a lever. It matters where chance and noise hardly ever make it look so: by what it does alone, or
    /// by its sign, of which noise has none; or, where noise is known, by all that it does.
    pub fn verdict(&self, lever: usize) -> LeverVerdict {
        let main = self.main(lever);
        let known = self.squares.get(lever);
        let floor = self.floor(lever).unwrap_or(0.0);
        // In loud noise nothing is seen to be little.
        let little = match &self.method {
            Method::Sobol(found) => {
                let noise = self.noise.iter().sum::<f64>() / self.noise.len().max(1) as f64;
                let variance = found.variance - noise / 2.0;
                let bound = known.map_or(main.interval.1, |square| square.interval.1 / 2.0 / variance);
                floor < 2.0 * LITTLE && variance > 0.0 && bound < LITTLE
            }
            Method::Morris(found, step) => {
                let bound = LITTLE * found.iter().map(|one| one.mu_star.value).fold(0.0, f64::max);
                let most = known.map_or(main.interval.1, |square| square.interval.1.max(0.0).sqrt() / step);
                floor < 2.0 * bound && most < bound
            }
            Method::GivenData(found, _) => found[lever].first.interval.1 < LITTLE,
        };
        let matters = match &self.method {
            Method::GivenData(_, false_shares) => false_shares[lever] <= FALSE_SHARE,
            _ => self.false_shares[lever] <= FALSE_SHARE,
        };
        let matters = matters && !self.is_vague(lever);
        match (matters, little) {
            // What leaves means alone may still move the spread.
            (true, _) if matches!(self.method, Method::GivenData(..)) => LeverVerdict::Matters,
            (true, false) => LeverVerdict::Matters,
            (_, true) => LeverVerdict::Little,
            (false, false) if self.is_noise_unknown() => LeverVerdict::NoiseUnknown,
            (false, false) => LeverVerdict::Unclear,
        }
    }

    /// Whether the shares of a lever say nothing, however clear its test: an interval as wide as all of the variance, more
    /// than all of it, or as much as noise alone would give.
    pub fn is_vague(&self, lever: usize) -> bool {
        let shares = match &self.method {
            Method::Sobol(found) => vec![found.factors[lever].first, found.factors[lever].total],
            Method::GivenData(found, _) => vec![found[lever].first],
            Method::Morris(..) => return false,
        };
        let noise =
            matches!(self.method, Method::Sobol(_)) && self.floor(lever).is_some_and(|floor| floor >= MOST_NOISE);
        noise || shares.into_iter().any(is_vague)
    }

    /// Whether it is not known what of the numbers is noise: each cell was run once, in a design that is read by the
    /// difference of single cells.
    pub const fn is_noise_unknown(&self) -> bool {
        self.squares.is_empty() && !matches!(self.method, Method::GivenData(..))
    }

    /// Pairs of levers that are said to interact, those first that do most.
    pub fn interacting(&self) -> Vec<(usize, usize, Estimate)> {
        let Method::Sobol(found) = &self.method else { return Vec::new() };
        let all = found.pairs.iter().zip(&self.false_pairs);
        let mut told: Vec<_> = all.filter(|(_, share)| **share <= FALSE_SHARE).map(|(pair, _)| *pair).collect();
        told.retain(|(.., both)| both.value > 0.01 && !is_vague(*both));
        told.sort_by(|one, other| other.2.value.total_cmp(&one.2.value));
        told
    }

    /// The same from an eighth, a quarter, half and all of the points.
    fn grown(&self, sample: &Sample, read: &Read) -> Vec<(usize, Vec<Estimate>)> {
        let k = self.levers.len();
        let all = if matches!(self.method, Method::GivenData(..)) { self.used.0 } else { self.used.1 };
        let sizes = [all / 8, all / 4, all / 2];
        let part = |size: usize| -> Vec<Estimate> {
            match read {
                Read::Sobol(outputs) => {
                    let points = points_of(sample, size * (k + 2));
                    let found = sobol_indices(&outputs[..size * (k + 2)], k, Some(&points));
                    found.factors.iter().map(|index| index.total).collect()
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
                    first_orders(&columns_of(sample, &chosen), &outputs)
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
                Method::GivenData(found, _) => {
                    told["first"] = estimate(found[at].first);
                    told["pawn"] = estimate(found[at].pawn);
                    told["pawn_by_chance"] = finite(found[at].pawn_by_chance);
                }
            }
            told["by_noise"] = self.floor(at).map_or(Value::Null, finite);
            told["p"] = finite(self.chances[at]);
            told["q"] = finite(self.false_shares[at]);
            told
        };
        let (method, pairs) = match &self.method {
            Method::Sobol(found) => {
                let pair = |((one, other, share), q): (&(usize, usize, Estimate), &f64)| json!({"levers": [self.levers[*one], self.levers[*other]], "share": estimate(*share), "q": finite(*q)});
                ("sobol", found.pairs.iter().zip(&self.false_pairs).map(pair).collect())
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
            "runs": self.runs.0,
            "runs_with_value": self.runs.1,
            "noise": if self.is_noise_unknown() { "unknown" } else { "known" },
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

/// Whether a share of the variance says nothing.
fn is_vague(share: Estimate) -> bool {
    share.value > TOO_MUCH || (share.interval.1 - share.interval.0) / 2.0 > WIDEST
}

fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn estimate(one: Estimate) -> Value {
    json!({"value": finite(one.value), "ci95": [finite(one.interval.0), finite(one.interval.1)]})
}

/// Whether there is enough to say what a metric depends on.
fn enough(metric: &str, found: usize, least: usize, what: &str) -> Result<(), Unanswered> {
    if found >= least {
        return Ok(());
    }
    let what = format!("only {found} {what} have values of `{metric}`: too few to say what matters");
    Err(Unanswered::asked(
        what,
        format!(
            "it takes {least}; `contraband sweep extend DIR --add MORE.ron` adds the points of another sweep, and a new \
             sweep with more points is better still"
        ),
    ))
}

/// Why there is no answer about metrics: what is said of several of them alike is said once, with their names.
fn alike(without: &[(String, String)]) -> Vec<String> {
    /// Metrics that are named in one sentence.
    const NAMED: usize = 8;
    let mut told: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for (metric, why) in without {
        let name = format!("`{metric}`");
        // A sentence that begins with its metric is about that one.
        let (before, after) =
            why.split_once(&name).filter(|(before, _)| !before.is_empty()).unwrap_or((why.as_str(), ""));
        match told.iter_mut().find(|(one, other, _)| (*one, *other) == (before, after)) {
            Some((.., names)) => names.push(name),
            None => told.push((before, after, vec![name])),
        }
    }
    let sentence = |(before, after, names): &(&str, &str, Vec<String>)| {
        if after.is_empty() {
            (*before).to_owned()
        } else {
            format!("{before}{}{after}", first_few(names, NAMED, ", "))
        }
    };
    told.iter().map(sentence).collect()
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

/// Where the rows of a design lie, lever by lever: their values, or the places of their words.
fn points_of(sample: &Sample, rows: usize) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = sample
        .levers
        .iter()
        .map(|lever| match &lever.values {
            Column::Numbers(values) => values.clone(),
            Column::Words(values) => {
                let mut kinds: Vec<&String> = values.iter().collect();
                kinds.sort();
                kinds.dedup();
                values.iter().map(|word| kinds.binary_search(&word).unwrap_or(0) as f64).collect()
            }
        })
        .collect();
    sample.rows[..rows].iter().map(|&cell| columns.iter().map(|column| column[cell]).collect()).collect()
}

/// The steps of a design in which one lever alone moves: what each repetition says of the difference.
struct LeverSteps {
    /// By lever and step; only steps that two repetitions at least tell of.
    by_lever: Vec<Vec<Vec<f64>>>,
    /// Whether the nth steps of all levers start from the same cell.
    from_one: bool,
}

/// `LeverSteps` from which the mean of their squares is told.
const LEAST_STEPS: usize = 4;

impl LeverSteps {
    fn of(sample: &Sample, measured: &SampledMetric, read: &Read) -> Self {
        let k = sample.levers.len();
        let mut by_lever = vec![Vec::new(); k];
        let apart = |from: usize, to: usize| -> Vec<f64> {
            let pairs = measured.runs[from].iter().zip(&measured.runs[to]);
            pairs.map(|(from, to)| to - from).filter(|one| one.is_finite()).collect()
        };
        match read {
            Read::Sobol(outputs) => {
                for block in sample.rows[..outputs.len()].chunks_exact(k + 2) {
                    // Those of one point belong together: repetitions in which all of them have a value.
                    let cells = &block[..=k];
                    let reps: Vec<usize> = (0..measured.runs[block[0]].len())
                        .filter(|&rep| cells.iter().all(|&cell| measured.runs[cell][rep].is_finite()))
                        .collect();
                    if reps.len() > 1 {
                        for (lever, all) in by_lever.iter_mut().enumerate() {
                            let (from, to) = (&measured.runs[block[0]], &measured.runs[block[1 + lever]]);
                            all.push(reps.iter().map(|&rep| to[rep] - from[rep]).collect());
                        }
                    }
                }
            }
            Read::Morris(outputs, levels, seed) => {
                let points = morris(outputs.len() / (k + 1), k, *levels, *seed);
                for (rows, points) in sample.rows.chunks_exact(k + 1).zip(points.chunks_exact(k + 1)) {
                    for (row, point) in rows.windows(2).zip(points.windows(2)) {
                        let moved = (0..k).find(|&at| point[0][at] != point[1][at]).expect("each step moves a lever");
                        by_lever[moved].extend(Some(apart(row[0], row[1])).filter(|step| step.len() > 1));
                    }
                }
            }
            Read::GivenData(..) => {}
        }
        if by_lever.iter().any(|steps| steps.len() < LEAST_STEPS) {
            by_lever.clear();
        }
        Self { by_lever, from_one: matches!(read, Read::Sobol(_)) }
    }

    /// For each lever, the mean variance of what seeds leave in a step: from how much the step differs between repetitions,
    /// so that what shared seeds take out of it is out.
    fn noise(&self) -> Vec<f64> {
        let left = |step: &Vec<f64>| spread(step) * spread(step) / step.len() as f64;
        self.by_lever.iter().map(|steps| mean(&steps.iter().map(left).collect::<Vec<_>>())).collect()
    }

    /// For each step the product of what two repetitions say, on average over all two of them: noise, which they do not have
    /// in common, leaves nothing in it.
    fn products(&self, one: usize, other: usize) -> Option<Vec<f64>> {
        if self.by_lever.is_empty() || (one != other && !self.from_one) {
            return None;
        }
        let product = |(one, other): (&Vec<f64>, &Vec<f64>)| {
            let n = one.len() as f64;
            let same: f64 = one.iter().zip(other).map(|(one, other)| one * other).sum();
            (one.iter().sum::<f64>() * other.iter().sum::<f64>() - same) / (n * (n - 1.0))
        };
        Some(self.by_lever[one].iter().zip(&self.by_lever[other]).map(product).collect())
    }

    fn squares(&self) -> Vec<Estimate> {
        let of_lever = |lever: usize| {
            let products = self.products(lever, lever).unwrap_or_default();
            let (value, half) = (mean(&products), half_width(&products, 0.95));
            Estimate { value, interval: (value - half, value + half) }
        };
        (0..self.by_lever.len()).map(of_lever).collect()
    }

    /// How often either of two looks would be as clear if a lever did nothing: what it does alone or with one sign, and, where
    /// noise is known, all that it does. Each is given half of the chance (Bonferroni).
    fn either(&self, alone: f64, lever: usize) -> f64 {
        match self.products(lever, lever) {
            Some(products) => (2.0 * chance_above(&products).min(alone)).min(1.0),
            None => alone,
        }
    }
}

/// Effects in the design's own coordinates, by lever: one that takes few values may stay where it is in a step.
fn effects_of(outputs: &[f64], levers: usize, levels: usize, seed: u64) -> Vec<Vec<f64>> {
    let points = morris(outputs.len() / (levers + 1), levers, levels, seed);
    elementary_effects(&points, outputs, morris_step(levels))
}

fn of_trajectories(outputs: &[f64], levers: usize, levels: usize, seed: u64) -> Vec<MorrisIndex> {
    effects_of(outputs, levers, levels, seed).iter().map(|effects| MorrisIndex::of(effects)).collect()
}

/// The values of all levers in some cells.
fn columns_of(sample: &Sample, chosen: &[usize]) -> Vec<Column> {
    sample.levers.iter().map(|lever| lever.values.rows(chosen)).collect()
}

fn of_any(sample: &Sample, chosen: &[usize], outputs: &[f64]) -> Vec<GivenData> {
    given_data(&columns_of(sample, chosen), outputs)
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
    /// What the sweep varies in vain or less than fully, a sentence each.
    pub notes: Vec<String>,
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
        let mut instead = None;
        for name in if metrics.is_empty() { &all } else { metrics } {
            match sample.metric(name).and_then(|measured| Findings::of(sample, measured)) {
                Ok(found) => findings.push(found),
                Err(Unanswered::Asked { what, help }) if metrics.is_empty() && all.len() > 1 => {
                    instead = instead.or(Some(help));
                    without.push((name.clone(), what));
                }
                Err(error) => return Err(error),
            }
        }
        if findings.is_empty() {
            let why = alike(&without);
            let status = || "`contraband sweep status` shows how far the sweep has got".to_owned();
            let help = instead.filter(|_| sample.missing().is_none()).unwrap_or_else(status);
            return Err(Unanswered::asked(why.join("; "), help));
        }
        let stopped = (sample.stopped, sample.done);
        let (name, notes) = (sample.name.clone(), sample.notes.clone());
        Ok(Self { name, missing: sample.missing(), stopped, notes, findings, without })
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
            "notes": self.notes,
            "metrics": self.findings.iter().map(Findings::json).collect::<Vec<_>>(),
            "without": self.without.iter().map(|(metric, why)| json!({"metric": metric, "why": why})).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests;
