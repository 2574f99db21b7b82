//! How much a number depends on each factor, from designs made for the question: shares of variance after Sobol, and
//! elementary effects after Morris.

use crate::measure::bootstrap::resampled;
use crate::measure::orthogonal::{OrthogonalTerms, dot};
use crate::measure::statistics::{chance_beyond, mean, quantile, spread, student};

/// Resamples behind each interval.
const RESAMPLES: usize = 1_000;

/// A number with its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate: a share of variance, or an effect in the metric's unit.
    pub value: f64,
    /// Both ends; NaN where nothing can be said.
    pub interval: (f64, f64),
}

impl Estimate {
    /// With the middle 95 % of what resamples gave.
    pub fn with(value: f64, mut resampled: Vec<f64>) -> Self {
        resampled.retain(|one| one.is_finite());
        Self { value, interval: (quantile(&mut resampled, 0.025), quantile(&mut resampled, 0.975)) }
    }

    /// With an interval from Student's t, of a standard error with so many degrees of freedom.
    pub fn from_error(value: f64, error: f64, freedom: usize) -> Self {
        let half = if freedom > 0 { student(0.95, freedom) * error } else { f64::NAN };
        Self { value, interval: (value - half, value + half) }
    }

    /// With the middle 95 % of what resamples gave, moved so that their mean is the number: for what resampling itself makes
    /// larger, since it draws some values twice.
    pub fn centred(value: f64, resampled: Vec<f64>) -> Self {
        let known: Vec<f64> = resampled.iter().copied().filter(|one| one.is_finite()).collect();
        let off = value - mean(&known);
        Self::with(value, known.into_iter().map(|one| one + off).collect())
    }
}

/// What a factor does to the variance of an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// Share of the variance that goes when the factor alone is known (S1).
    pub first: Estimate,
    /// Share of the variance that stays while all but the factor are known (ST).
    pub total: Estimate,
    /// How often the first order comes out as large, or larger, where the factor alone does nothing. Noise in the outputs
    /// does not make it smaller.
    pub chance: f64,
}

/// The indices of all factors.
#[derive(Clone, Debug, PartialEq)]
pub struct SobolIndices {
    /// By factor.
    pub factors: Vec<Index>,
    /// Share of the variance of everything that needs both factors of a pair (superset importance, Liu and Owen 2006): 0
    /// where the two do not act together.
    pub pairs: Vec<(usize, usize, Estimate)>,
    /// Variance of the output over the base points.
    pub variance: f64,
    /// Base points of which all rows have a value.
    pub base: usize,
}

/// Sobol indices from the rows of [`crate::design::saltelli`], in its order: the first order after Saltelli et al. (2010),
/// the total after Jansen (1999), both over the variance of the base points; pairs from the same runs.
///
/// With the `points` themselves (only the order of their numbers counts, so they may be values of the factors), intervals
/// allow for what such points know better than chance: of what each base point adds to an index, the part that follows the
/// factors in simple ways (lines, curves, products with the index's own factor) is averaged almost exactly by points that
/// are spread evenly, so that only the rest errs as a mean of independent draws does. Without points, or where they say
/// little (fewer than three for each term), intervals come of resampled base points, as in `SALib`; for a scrambled Sobol
/// sequence and a smooth output these are several times too wide.
///
/// Base points without all their values are left out; with fewer than two, everything is NaN. An output that does not
/// vary has no indices.
pub fn sobol_indices(outputs: &[f64], factors: usize, points: Option<&[Vec<f64>]>) -> SobolIndices {
    let size = factors + 2;
    let known: Vec<usize> = (0..outputs.len() / size)
        .filter(|block| outputs[block * size..(block + 1) * size].iter().all(|value| value.is_finite()))
        .collect();
    let blocks: Vec<&[f64]> = known.iter().map(|block| &outputs[block * size..(block + 1) * size]).collect();
    // Without its middle, the products below would lose their digits.
    let middle = blocks.iter().copied().flatten().sum::<f64>() / (blocks.len() * size) as f64;
    let all: Vec<usize> = (0..blocks.len()).collect();
    let found = shares(&blocks, &all, factors, middle);
    let parts = BlockParts { blocks: &blocks, middle, variance: found.variance };
    let ends: Option<PointScores> = points.map(|points| {
        let ends = known.iter().map(|block| (&points[block * size], &points[block * size + factors + 1]));
        PointScores::of(&ends.collect::<Vec<_>>(), factors)
    });
    let again = match ends {
        Some(_) => Vec::new(),
        None => resampled(blocks.len(), RESAMPLES, |chosen| shares(&blocks, chosen, factors, middle)),
    };
    let estimate = |value: f64, added: &[f64], factor: Option<usize>, read: &dyn Fn(&Shares) -> f64| match &ends {
        Some(scores) => {
            let (error, freedom) = scores.error(added, factor);
            (Estimate::from_error(value, error, freedom), chance_beyond(value / error, freedom))
        }
        None => {
            let found = Estimate::with(value, again.iter().map(read).collect());
            let error = spread(&again.iter().map(read).collect::<Vec<_>>());
            (found, chance_beyond(value / error, blocks.len().saturating_sub(1)))
        }
    };
    let pairs = (0..factors).flat_map(|one| (one + 1..factors).map(move |other| (one, other)));
    SobolIndices {
        factors: (0..factors)
            .map(|at| {
                let value = found.first[at];
                let (first, chance) =
                    estimate(value, &parts.first(at, value), Some(at), &|shares: &Shares| shares.first[at]);
                let value = found.total[at];
                let (total, _) =
                    estimate(value, &parts.total(at, value), Some(at), &|shares: &Shares| shares.total[at]);
                Index { first, total, chance }
            })
            .collect(),
        pairs: pairs
            .enumerate()
            .map(|(at, (one, other))| {
                let value = found.pairs[at];
                let added = parts.pair(one, other, value);
                (one, other, estimate(value, &added, None, &|shares: &Shares| shares.pairs[at]).0)
            })
            .collect(),
        variance: found.variance,
        base: blocks.len(),
    }
}

/// What each base point adds to an index, as far as it departs from the index itself (its influence).
struct BlockParts<'b> {
    blocks: &'b [&'b [f64]],
    middle: f64,
    variance: f64,
}

impl BlockParts<'_> {
    fn each(&self, share: f64, of: impl Fn(f64, f64, &[f64]) -> f64) -> Vec<f64> {
        let one = |block: &&[f64]| {
            let (a, b) = (block[0] - self.middle, block[block.len() - 1] - self.middle);
            (of(a, b, &block[1..block.len() - 1]) - share * f64::midpoint(a * a, b * b)) / self.variance
        };
        self.blocks.iter().map(one).collect()
    }

    fn first(&self, factor: usize, share: f64) -> Vec<f64> {
        self.each(share, |a, b, moved| b * (moved[factor] - self.middle - a))
    }

    fn total(&self, factor: usize, share: f64) -> Vec<f64> {
        self.each(share, |a, _, moved| {
            let off = moved[factor] - self.middle - a;
            off * off / 2.0
        })
    }

    fn pair(&self, one: usize, other: usize, share: f64) -> Vec<f64> {
        self.each(share, |a, _, moved| (moved[one] - self.middle - a) * (moved[other] - self.middle - a))
    }
}

/// Where the base points of a design lie: for each of the two ends and each factor a number from -1 to 1, by order.
struct PointScores {
    ends: [Vec<Vec<f64>>; 2],
}

/// Terms by which what a base point adds is explained, at most.
const TERMS: usize = 60;

impl PointScores {
    fn of(points: &[(&Vec<f64>, &Vec<f64>)], factors: usize) -> Self {
        let column = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let n = points.len();
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&one, &other| of(one).total_cmp(&of(other)));
            let mut scores = vec![0.0; n];
            let mut start = 0;
            while start < n {
                let same = order[start..].iter().take_while(|&&row| of(row) == of(order[start])).count();
                // Equal values share the middle of their places.
                let place = (start as f64 + same as f64 / 2.0) / n as f64;
                order[start..start + same].iter().for_each(|&row| scores[row] = 2.0 * place - 1.0);
                start += same;
            }
            scores
        };
        let all = |end: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..factors).map(|factor| column(&|row| end(row, factor))).collect()
        };
        Self { ends: [all(&|row, factor| points[row].0[factor]), all(&|row, factor| points[row].1[factor])] }
    }

    /// The terms that explain what a base point adds to an index of a factor, those first that explain most.
    fn terms(&self, factor: Option<usize>) -> Vec<Vec<f64>> {
        let [from, to] = &self.ends;
        let n = from.first().map_or(0, Vec::len);
        let bent = |of: &Vec<f64>| of.iter().map(|x| f64::midpoint(3.0 * x * x, -1.0)).collect::<Vec<f64>>();
        let times = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(a, b)| a * b).collect::<Vec<f64>>();
        let mut terms = vec![vec![1.0; n]];
        if let Some(own) = factor {
            terms.extend([from[own].clone(), to[own].clone(), times(&from[own], &to[own])]);
            terms.extend([bent(&from[own]), bent(&to[own])]);
        }
        let others = || (0..from.len()).filter(move |&other| Some(other) != factor);
        terms.extend(others().flat_map(|other| [from[other].clone(), to[other].clone()]));
        if let Some(own) = factor {
            for other in others() {
                for (one, two) in [(from, from), (to, to), (from, to), (to, from)] {
                    terms.push(times(&one[own], &two[other]));
                }
            }
        }
        terms.extend(others().flat_map(|other| [bent(&from[other]), bent(&to[other])]));
        terms.truncate(TERMS.min(n / 3).max(1));
        terms
    }

    /// The standard error of the mean of what base points add, and its degrees of freedom.
    fn error(&self, added: &[f64], factor: Option<usize>) -> (f64, usize) {
        let known = OrthogonalTerms::of(self.terms(factor));
        let mut rest = added.to_vec();
        known.take_out(&mut rest);
        let freedom = added.len().saturating_sub(known.rank());
        ((dot(&rest, &rest) / freedom as f64 / added.len() as f64).sqrt(), freedom)
    }
}

struct Shares {
    first: Vec<f64>,
    total: Vec<f64>,
    pairs: Vec<f64>,
    variance: f64,
}

fn shares(blocks: &[&[f64]], chosen: &[usize], factors: usize, middle: f64) -> Shares {
    let n = chosen.len() as f64;
    let (mut sum, mut square) = (0.0, 0.0);
    let (mut first, mut total) = (vec![0.0; factors], vec![0.0; factors]);
    let mut both = vec![0.0; factors * (factors - 1) / 2];
    for &block in chosen {
        let block = blocks[block];
        let (a, b, moved) = (block[0] - middle, block[factors + 1] - middle, &block[1..=factors]);
        sum += a + b;
        square += a * a + b * b;
        let mut pair = 0;
        for one in 0..factors {
            let off = moved[one] - middle - a;
            first[one] += b * off;
            total[one] += off * off;
            for other in one + 1..factors {
                let apart = moved[one] - moved[other];
                both[pair] += apart * apart;
                pair += 1;
            }
        }
    }
    let variance = square / (2.0 * n) - (sum / (2.0 * n)) * (sum / (2.0 * n));
    let share = |sum: f64, of: f64| if variance > 0.0 { sum / (of * n) / variance } else { f64::NAN };
    let first: Vec<f64> = first.into_iter().map(|sum| share(sum, 1.0)).collect();
    let total: Vec<f64> = total.into_iter().map(|sum| share(sum, 2.0)).collect();
    // Two moved points differ in both factors: half of their squared distance is what the two cause alone or together.
    let pairs = (0..factors).flat_map(|one| (one + 1..factors).map(move |other| (one, other))).zip(both);
    let pairs = pairs.map(|((one, other), sum)| total[one] + total[other] - share(sum, 2.0)).collect();
    Shares { first, total, pairs, variance }
}

/// What moving one factor does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MorrisIndex {
    /// Mean effect of moving the factor across its whole range, other factors anywhere; effects of both signs cancel.
    pub mu: Estimate,
    /// Mean size of the effect, whatever its sign (Campolongo et al. 2007).
    pub mu_star: Estimate,
    /// Spread of effects: large where the factor acts in a curve, or together with others.
    pub sigma: Estimate,
    /// How many trajectories have this effect.
    pub effects: usize,
}

/// Elementary effects, by factor and trajectory, from the rows of [`crate::design::trajectories::morris`] in its order; of `points` only
/// the order of their numbers counts, so they may be values of the factors. NaN where an output is missing.
///
/// # Panics
/// When two rows that follow each other do not differ in exactly one factor.
pub fn elementary_effects(points: &[Vec<f64>], outputs: &[f64], step: f64) -> Vec<Vec<f64>> {
    let factors = points.first().map_or(0, Vec::len);
    let mut effects = vec![Vec::new(); factors];
    for (rows, values) in points.chunks_exact(factors + 1).zip(outputs.chunks_exact(factors + 1)) {
        for (pair, value) in rows.windows(2).zip(values.windows(2)) {
            let moved: Vec<usize> = (0..factors).filter(|&factor| pair[0][factor] != pair[1][factor]).collect();
            let &[factor] = moved.as_slice() else { panic!("a step of a trajectory moves one factor, not {moved:?}") };
            let way = if pair[1][factor] > pair[0][factor] { step } else { -step };
            effects[factor].push((value[1] - value[0]) / way);
        }
    }
    effects
}

impl MorrisIndex {
    /// Of the effects of one factor; what is NaN is left out.
    pub fn of(effects: &[f64]) -> Self {
        let known: Vec<f64> = effects.iter().copied().filter(|effect| effect.is_finite()).collect();
        let read = |chosen: &[usize]| {
            let chosen: Vec<f64> = chosen.iter().map(|&at| known[at]).collect();
            let sizes: Vec<f64> = chosen.iter().map(|effect| effect.abs()).collect();
            [mean(&chosen), mean(&sizes), spread(&chosen)]
        };
        let found = read(&(0..known.len()).collect::<Vec<_>>());
        let again = if known.len() < 2 { Vec::new() } else { resampled(known.len(), RESAMPLES, read) };
        let [mu, mu_star, sigma] =
            [0, 1, 2].map(|at| Estimate::with(found[at], again.iter().map(|one| one[at]).collect()));
        Self { mu, mu_star, sigma, effects: known.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::saltelli;

    /// y = 3 x1 + x2: nine tenths and one tenth, nothing together; x1 x2 about the middle is nothing but together.
    #[test]
    fn a_sum_has_no_pairs_and_a_product_has_nothing_else() {
        let rows = saltelli(4096, 3, 2).expect("small");
        let of = |model: &dyn Fn(&[f64]) -> f64| {
            sobol_indices(&rows.iter().map(|row| model(row)).collect::<Vec<_>>(), 3, Some(&rows))
        };
        let sum = of(&|row| 3.0 * row[0] + row[1]);
        let near = |estimate: &Estimate, value: f64| (estimate.value - value).abs() < 0.02;
        assert!(near(&sum.factors[0].first, 0.9) && near(&sum.factors[0].total, 0.9));
        assert!(near(&sum.factors[1].first, 0.1) && sum.pairs.iter().all(|(.., pair)| near(pair, 0.0)));
        assert_eq!(sum.factors[2].total.value, 0.0);
        let product = of(&|row| (row[0] - 0.5) * (row[1] - 0.5));
        assert!(near(&product.factors[0].first, 0.0) && near(&product.factors[0].total, 1.0));
        assert_eq!((product.pairs[0].0, product.pairs[0].1), (0, 1));
        assert!(near(&product.pairs[0].2, 1.0) && near(&product.pairs[1].2, 0.0));
    }

    #[test]
    fn a_base_point_with_a_gap_is_left_out() {
        let rows = saltelli(64, 2, 1).expect("small");
        let mut outputs: Vec<f64> = rows.iter().map(|row| row[0] + 2.0 * row[1]).collect();
        outputs[5] = f64::NAN;
        let found = sobol_indices(&outputs, 2, None);
        outputs.drain(4..8);
        assert_eq!((found.base, found.clone()), (63, sobol_indices(&outputs, 2, None)));
        let constant = sobol_indices(&[1.0; 40], 2, None);
        assert!(constant.factors[0].first.value.is_nan() && constant.variance == 0.0);
        assert!(sobol_indices(&[], 2, None).factors[1].total.value.is_nan());
    }

    /// Effects 2, -2 and 6.
    #[test]
    fn morris_by_hand() {
        let found = MorrisIndex::of(&[2.0, f64::NAN, -2.0, 6.0]);
        assert_eq!((found.mu.value, found.mu_star.value, found.sigma.value), (2.0, 10.0 / 3.0, 4.0));
        assert!(found.effects == 3 && found.mu.interval.0 < 0.0 && found.mu.interval.1 > 2.0);
        assert!(MorrisIndex::of(&[]).mu.value.is_nan());
    }
}
