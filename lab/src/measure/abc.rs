//! Approximate Bayesian computation: what parameters are believed to be, when a model can be lived but its likelihood
//! cannot be reckoned.
//!
//! Adaptive population Monte Carlo (Lenormand, Jabot and Deffuant 2013). Points of the unit cube, uniform before anything is
//! known, are tried; those that come closest to what is known are kept; new ones are drawn around them, until little is
//! gained. Whoever asks lives the points wherever they like and tells how far each came; what is asked next is a pure
//! function of what was told.
//!
//! One thing is not as in the paper: a particle is weighted by the mixture of all that was drawn from so far (Cornuet,
//! Marin, Mira and Robert 2012), not by the generation that it came from. With the paper's weights each generation counts
//! the same in all, so that the few of the first that are still kept outweigh the many of the last.

use std::f64::consts::PI;

use crate::design::latin::latin_hypercube;
use contraband_sim::base::dice::{Dice, Purpose, open_unit, pick_weighted};
use contraband_sim::base::numerics::{exp, normal_quantile};

/// A point that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// Where it lies in the unit cube.
    pub at: Vec<f64>,
    /// The generation that it was tried in, from 0.
    pub generation: usize,
    /// Its number within that generation.
    pub nth: usize,
    /// Density of the prior over that of all draws so far, where it is kept; else 0.
    pub weight: f64,
    /// How far what came of it lies from what is known; infinite where nothing came of it.
    pub distance: f64,
}

/// Points to try: what a generation asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct NextPoints {
    /// The points.
    pub points: Vec<Vec<f64>>,
    source: DrawnFrom,
}

/// What a generation was drawn from.
#[derive(Clone, Debug, PartialEq)]
enum DrawnFrom {
    /// All of the cube alike.
    Prior,
    /// Steps from particles that were kept.
    Around {
        kernel: Kernel,
        /// Particles, and the share of draws that begin at each.
        from: Vec<(Vec<f64>, f64)>,
        /// The share of draws that end where worlds are possible.
        inside: f64,
    },
}

/// What a generation brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GenerationResult {
    /// Points that were tried in it.
    pub points: usize,
    /// The distance within which particles are kept after it.
    pub tolerance: f64,
    /// The share of its points that came closer than the tolerance before it; 1 for the first.
    pub acceptance: f64,
}

/// Why no further generation is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// All that are kept are as close as can be: at distance 0.
    Reached,
    /// Too few of the last points came closer.
    Settled,
    /// The next generation would be more than may be tried.
    Spent,
}

/// Everything that was tried, and how to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    seed: u64,
    factors: usize,
    keep: usize,
    tried: Vec<Particle>,
    told: Vec<GenerationResult>,
    sources: Vec<DrawnFrom>,
}

/// Draws for each point that is wanted, after which no more are found: the belief is not where worlds are.
const MOST_DRAWS: usize = 10_000;

impl Population {
    /// Nothing was tried yet; `keep` particles will be kept.
    pub const fn new(factors: usize, keep: usize, seed: u64) -> Self {
        Self { seed, factors, keep, tried: Vec::new(), told: Vec::new(), sources: Vec::new() }
    }

    /// How many points the next generation has, at most.
    pub const fn next(&self) -> usize {
        if self.told.is_empty() { 2 * self.keep } else { self.keep }
    }

    /// The next points to try; none where `possible` lets none through. What is impossible has no prior.
    pub fn ask(&self, possible: &dyn Fn(&[f64]) -> bool) -> NextPoints {
        if self.told.is_empty() {
            let mut points = latin_hypercube(self.next(), self.factors, self.seed);
            points.retain(|point| possible(point));
            return NextPoints { points, source: DrawnFrom::Prior };
        }
        let kept = self.kept();
        if kept.is_empty() {
            return NextPoints { points: Vec::new(), source: DrawnFrom::Prior };
        }
        let kernel = Kernel::around(&kept);
        let total: f64 = kept.iter().map(|particle| particle.weight).sum();
        let shares: Vec<f64> = kept.iter().map(|particle| particle.weight / total).collect();
        let width = 1 + self.factors;
        let mut draws = Dice::new(self.seed).draws(Purpose::Proposal, self.told.len() as u32, 0, width);
        let mut words = vec![0; width];
        let (mut points, mut drawn) = (Vec::new(), 0usize);
        while points.len() < self.next() && drawn < MOST_DRAWS * self.next() {
            draws.fill(&mut words);
            drawn += 1;
            let Some(near) = pick_weighted(words[0], &shares) else { break };
            let point = kernel.step(&kept[near].at, &words[1..]);
            if point.iter().all(|at| (0.0..=1.0).contains(at)) && possible(&point) {
                points.push(point);
            }
        }
        // The last draw is inside by the rule that ends the drawing, so it says nothing of the share.
        let inside = points.len().saturating_sub(1).max(1) as f64 / drawn.saturating_sub(1).max(1) as f64;
        let from = kept.iter().zip(shares).map(|(particle, share)| (particle.at.clone(), share)).collect();
        NextPoints { points, source: DrawnFrom::Around { kernel, from, inside } }
    }

    /// Takes in how far each of the points came; what is no number came infinitely far.
    ///
    /// # Panics
    /// When there are not as many distances as points.
    pub fn tell(&mut self, asked: NextPoints, distances: &[f64]) {
        assert_eq!(asked.points.len(), distances.len(), "each point has a distance");
        let generation = self.told.len();
        let before = self.tolerance();
        let points = asked.points.len();
        let closer = distances.iter().filter(|&&distance| distance < before).count();
        let acceptance = if generation == 0 { 1.0 } else { closer as f64 / points.max(1) as f64 };
        let new = asked.points.into_iter().zip(distances).enumerate();
        self.tried.extend(new.map(|(nth, (at, &distance))| {
            let distance = if distance.is_nan() { f64::INFINITY } else { distance };
            Particle { at, generation, nth, weight: 0.0, distance }
        }));
        let mut all: Vec<f64> =
            self.tried.iter().map(|particle| particle.distance).filter(|distance| distance.is_finite()).collect();
        all.sort_by(f64::total_cmp);
        let tolerance = all.get((self.keep - 1).min(all.len().saturating_sub(1))).copied().unwrap_or(f64::INFINITY);
        self.told.push(GenerationResult { points, tolerance, acceptance });
        self.sources.push(asked.source);
        let all = self.tried.len() as f64;
        for particle in &mut self.tried {
            let is_kept = particle.distance.is_finite() && particle.distance <= tolerance;
            let drawn = || -> f64 {
                let of = self.sources.iter().zip(&self.told);
                of.map(|(source, told)| told.points as f64 / all * source.density(&particle.at)).sum()
            };
            particle.weight = if is_kept { 1.0 / drawn() } else { 0.0 };
        }
    }

    /// The distance within which particles are kept; infinite before anything was told.
    pub fn tolerance(&self) -> f64 {
        self.told.last().map_or(f64::INFINITY, |told| told.tolerance)
    }

    /// What each generation brought.
    pub fn generations(&self) -> &[GenerationResult] {
        &self.told
    }

    /// All points that were tried.
    pub fn tried(&self) -> &[Particle] {
        &self.tried
    }

    /// The particles that are kept: at least as many as asked for, and more where several come equally close. With their
    /// weights they are a sample of what is believed.
    pub fn kept(&self) -> Vec<&Particle> {
        let tolerance = self.tolerance();
        self.tried.iter().filter(|one| one.distance.is_finite() && one.distance <= tolerance).collect()
    }

    /// Whether to end: where `least` of the points of a generation is to come closer, and so many points may be tried.
    pub fn enough(&self, least: f64, most: usize) -> Option<Enough> {
        let last = self.told.last()?;
        let tried = self.tried.len();
        if last.tolerance <= 0.0 {
            Some(Enough::Reached)
        } else if self.told.len() > 1 && last.acceptance < least {
            Some(Enough::Settled)
        } else if tried + self.next() > most {
            Some(Enough::Spent)
        } else {
            None
        }
    }
}

/// How many equally weighted draws a weighted sample is worth (Kish).
pub fn effective_size(weights: &[f64]) -> f64 {
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), one| (sum + one, squares + one * one));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// The value below which a share of all weight lies; NaN where there is none.
pub fn weighted_quantile(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
    let total: f64 = weights.iter().sum();
    // Half of a value's own weight lies below it; between values it rises in a straight line.
    let mut below = 0.0;
    let mut before: Option<(f64, f64)> = None;
    for &at in &order {
        let here = (below + weights[at] / 2.0) / total;
        if here >= share {
            return before.map_or(values[at], |(share_before, value)| {
                value + (values[at] - value) * (share - share_before) / (here - share_before).max(f64::MIN_POSITIVE)
            });
        }
        before = Some((here, values[at]));
        below += weights[at];
    }
    order.last().map_or(f64::NAN, |&at| values[at])
}

/// The weighted mean.
pub fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>() / weights.iter().sum::<f64>()
}

/// The weighted correlation of two; NaN where one does not vary.
pub fn weighted_correlation(one: &[f64], other: &[f64], weights: &[f64]) -> f64 {
    let (mean, mean_other) = (weighted_mean(one, weights), weighted_mean(other, weights));
    let (mut squares, mut squares_other, mut products) = (0.0, 0.0, 0.0);
    for ((a, b), weight) in one.iter().zip(other).zip(weights) {
        squares += weight * (a - mean) * (a - mean);
        squares_other += weight * (b - mean_other) * (b - mean_other);
        products += weight * (a - mean) * (b - mean_other);
    }
    products / (squares * squares_other).sqrt()
}

/// Numbers of `count` draws from a weighted sample, as evenly as the weights allow (systematic resampling).
pub fn resample(weights: &[f64], count: usize) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let mut chosen = Vec::with_capacity(count);
    let mut below = 0.0;
    for (at, weight) in weights.iter().enumerate() {
        below += weight / total;
        while chosen.len() < count && (chosen.len() as f64 + 0.5) / (count as f64) < below {
            chosen.push(at);
        }
    }
    // What rounding left of the last.
    chosen.resize(count, weights.len().saturating_sub(1));
    chosen
}

impl DrawnFrom {
    fn density(&self, at: &[f64]) -> f64 {
        match self {
            Self::Prior => 1.0,
            Self::Around { kernel, from, inside } => {
                from.iter().map(|(from, share)| share * kernel.density(from, at)).sum::<f64>() / inside
            }
        }
    }
}

/// A normal distribution around a particle, with twice the covariance of all that are kept.
#[derive(Clone, Debug, PartialEq)]
struct Kernel {
    /// Lower triangle whose square is the covariance.
    root: Vec<Vec<f64>>,
    /// Its inverse.
    inverse: Vec<Vec<f64>>,
    /// Density at the middle.
    peak: f64,
}

impl Kernel {
    fn around(kept: &[&Particle]) -> Self {
        // Where all particles agree a step still has a width.
        const LEAST: f64 = 1e-8;
        let factors = kept[0].at.len();
        let weights: Vec<f64> = kept.iter().map(|particle| particle.weight).collect();
        let total: f64 = weights.iter().sum();
        let columns: Vec<Vec<f64>> =
            (0..factors).map(|factor| kept.iter().map(|particle| particle.at[factor]).collect()).collect();
        let means: Vec<f64> = columns.iter().map(|column| weighted_mean(column, &weights)).collect();
        let covariance = |one: usize, other: usize| -> f64 {
            let products = (0..kept.len())
                .map(|at| weights[at] * (columns[one][at] - means[one]) * (columns[other][at] - means[other]));
            2.0 * products.sum::<f64>() / total + if one == other { LEAST } else { 0.0 }
        };
        // Cholesky's decomposition.
        let mut root = vec![vec![0.0; factors]; factors];
        for row in 0..factors {
            for column in 0..=row {
                let before: f64 = (0..column).map(|at| root[row][at] * root[column][at]).sum();
                let left = covariance(row, column) - before;
                root[row][column] = if row == column { left.max(LEAST).sqrt() } else { left / root[column][column] };
            }
        }
        let mut inverse = vec![vec![0.0; factors]; factors];
        for column in 0..factors {
            for row in column..factors {
                let before: f64 = (column..row).map(|at| root[row][at] * inverse[at][column]).sum();
                inverse[row][column] = (f64::from(u8::from(row == column)) - before) / root[row][row];
            }
        }
        let scale: f64 = (0..factors).map(|at| root[at][at] * (2.0 * PI).sqrt()).product();
        Self { root, inverse, peak: 1.0 / scale }
    }

    fn step(&self, from: &[f64], words: &[u32]) -> Vec<f64> {
        let shocks: Vec<f64> = words.iter().map(|&word| normal_quantile(open_unit(word))).collect();
        let moved = self.root.iter().map(|row| row.iter().zip(&shocks).map(|(one, shock)| one * shock).sum::<f64>());
        from.iter().zip(moved).map(|(at, by)| at + by).collect()
    }

    fn density(&self, around: &[f64], at: &[f64]) -> f64 {
        let mut squares = 0.0;
        for (row, inverse) in self.inverse.iter().enumerate() {
            let one: f64 = (0..=row).map(|column| inverse[column] * (at[column] - around[column])).sum();
            squares += one * one;
        }
        self.peak * exp(-squares / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lives generations of a model until it is enough.
    fn fitted(mut population: Population, model: impl Fn(&[f64]) -> f64, least: f64, most: usize) -> Population {
        while population.enough(least, most).is_none() {
            let asked = population.ask(&|_| true);
            let distances: Vec<f64> = asked.points.iter().map(|point| model(point)).collect();
            population.tell(asked, &distances);
        }
        population
    }

    /// Without noise, what is within the tolerance of a corner is a quarter of a disc: its mean lies at 4 r / 3 pi from either
    /// side, whatever the generations tried near it and however many of their draws fell outside.
    #[test]
    fn weights_undo_where_points_were_drawn() {
        let model = |at: &[f64]| (at[0] * at[0] + at[1] * at[1]).sqrt();
        let mut means = Vec::new();
        for seed in 0..20 {
            let found = fitted(Population::new(2, 100, seed), model, 0.0, 1_000);
            let kept = found.kept();
            let weights: Vec<f64> = kept.iter().map(|one| one.weight).collect();
            let at: Vec<f64> = kept.iter().map(|one| one.at[0]).collect();
            means.push(weighted_mean(&at, &weights) / found.tolerance());
            assert!(
                found.generations().len() == 9 && effective_size(&weights) > 60.0,
                "{} {}",
                found.generations().len(),
                effective_size(&weights)
            );
        }
        let (mean, half) = (weighted_mean(&means, &[1.0; 20]), crate::measure::statistics::half_width(&means, 0.999));
        let wanted = 4.0 / (3.0 * PI);
        assert!((mean - wanted).abs() < half && half < 0.03, "{mean} against {wanted}, {half}");
    }

    #[test]
    fn it_ends_when_all_is_reached_or_little_is_gained_or_nothing_is_left() {
        let ends = |model: fn(&[f64]) -> f64, least, most| {
            let found = fitted(Population::new(1, 50, 1), model, least, most);
            (found.enough(least, most).expect("it ended"), found.generations().len())
        };
        assert_eq!(ends(|at| (at[0] - 0.5).abs() - (at[0] - 0.5).abs().min(0.3), 0.1, 1000), (Enough::Reached, 1));
        assert_eq!(ends(|at| (at[0] - 0.5).abs() + 1.0, 0.0, 300), (Enough::Spent, 5));
        // Where the point says nothing of what comes of it, half of the draws are closer at first, and then fewer and fewer.
        let (why, generations) = ends(|at| (at[0] * 1e6).fract() + 1.0, 0.2, 10_000);
        assert!(why == Enough::Settled && (3..12).contains(&generations), "{generations}");
    }

    #[test]
    fn what_has_no_value_is_never_kept_and_what_is_impossible_is_never_asked() {
        let mut population = Population::new(1, 20, 3);
        for _ in 0..3 {
            let asked = population.ask(&|at| at[0] > 0.25);
            assert!(asked.points.iter().all(|point| point[0] > 0.25));
            let distances: Vec<f64> =
                asked.points.iter().map(|at| if at[0] > 0.75 { f64::NAN } else { at[0] }).collect();
            population.tell(asked, &distances);
        }
        assert!(population.kept().iter().all(|one| one.at[0] <= 0.75) && population.kept().len() >= 20);
        let mut nothing = Population::new(1, 5, 1);
        nothing.tell(nothing.ask(&|_| true), &[f64::NAN; 10]);
        assert!(nothing.kept().is_empty() && nothing.tolerance().is_infinite());
    }

    #[test]
    fn weighted_samples_are_read_by_hand() {
        assert_eq!(effective_size(&[1.0, 1.0, 2.0]), 16.0 / 6.0);
        // Shares at the middles of the weights: 1 at 1/8, 2 at 3/8, 3 at 3/4.
        let quantile = |share| weighted_quantile(&[3.0, 1.0, 2.0], &[2.0, 1.0, 1.0], share);
        assert_eq!([0.0, 0.125, 0.25, 0.375, 0.5625, 1.0].map(quantile), [1.0, 1.0, 1.5, 2.0, 2.5, 3.0]);
        assert_eq!(weighted_correlation(&[1.0, 2.0, 9.0], &[2.0, 4.0, 0.0], &[1.0, 1.0, 0.0]), 1.0);
        assert_eq!(resample(&[1.0, 0.0, 3.0], 4), [0, 2, 2, 2]);
    }
}
