//! How much a number depends on each factor, from designs made for the question: shares of variance after Sobol, and
//! elementary effects after Morris.

use crate::measure::bootstrap::resampled;
use crate::measure::statistics::{mean, quantile, spread};

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
/// the total after Jansen (1999), both over the variance of the base points; pairs from the same runs. Intervals come
/// of resampled base points, which is cautious, since those of a Sobol sequence are spread better than chance.
///
/// Base points without all their values are left out; with fewer than two, everything is NaN. An output that does not
/// vary has no indices.
pub fn sobol_indices(outputs: &[f64], factors: usize) -> SobolIndices {
    let blocks: Vec<&[f64]> =
        outputs.chunks_exact(factors + 2).filter(|block| block.iter().all(|value| value.is_finite())).collect();
    // Without its middle, the products below would lose their digits.
    let middle = blocks.iter().copied().flatten().sum::<f64>() / (blocks.len() * (factors + 2)) as f64;
    let all: Vec<usize> = (0..blocks.len()).collect();
    let found = shares(&blocks, &all, factors, middle);
    let again = resampled(blocks.len(), RESAMPLES, |chosen| shares(&blocks, chosen, factors, middle));
    let estimate = |read: &dyn Fn(&Shares) -> f64| Estimate::with(read(&found), again.iter().map(read).collect());
    let pairs = (0..factors).flat_map(|one| (one + 1..factors).map(move |other| (one, other)));
    SobolIndices {
        factors: (0..factors)
            .map(|at| Index {
                first: estimate(&|shares: &Shares| shares.first[at]),
                total: estimate(&|shares: &Shares| shares.total[at]),
            })
            .collect(),
        pairs: pairs
            .enumerate()
            .map(|(at, (one, other))| (one, other, estimate(&|shares: &Shares| shares.pairs[at])))
            .collect(),
        variance: found.variance,
        base: blocks.len(),
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
        let of =
            |model: &dyn Fn(&[f64]) -> f64| sobol_indices(&rows.iter().map(|row| model(row)).collect::<Vec<_>>(), 3);
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
        let found = sobol_indices(&outputs, 2);
        outputs.drain(4..8);
        assert_eq!((found.base, found.clone()), (63, sobol_indices(&outputs, 2)));
        let constant = sobol_indices(&[1.0; 40], 2);
        assert!(constant.factors[0].first.value.is_nan() && constant.variance == 0.0);
        assert!(sobol_indices(&[], 2).factors[1].total.value.is_nan());
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
