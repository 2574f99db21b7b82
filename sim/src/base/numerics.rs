//! The only place that calls `exp`, `ln` and their kin, in pure Rust, so that results do not depend on a platform's C library.

use std::f64::consts::PI;

/// e to the power of `x`, the same on every machine; infinite above about 709.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the power of `x` in single precision, the same on every machine.
pub fn exp32(x: f32) -> f32 {
    libm::expf(x)
}

/// Natural logarithm, the same on every machine; NaN below 0.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `x` to the power of `y`, the same on every machine.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// The logistic function: the share that has these log-odds, and the chance to prefer what has this utility to what has
/// none, where shocks are Gumbel.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// The sine of an angle in radians, -1 to 1, the same on every machine.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Hyperbolic tangent, -1 to 1, the same on every machine.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The quantile of the standard normal distribution at `p`, by Acklam's rational approximation (relative error below 1.2e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < 0.02425 {
        tail((-2.0 * ln(p)).sqrt())
    } else if p > 1.0 - 0.02425 {
        -tail((-2.0 * ln(1.0 - p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

/// The quantile of the Poisson distribution at `u`, by inversion; for means up to about a hundred.
///
/// A larger mean never gives fewer for the same `u`. See [`crate::base::dice::Dice::arrivals`] for means of any size.
pub fn poisson_quantile(mean: f64, u: f64) -> u32 {
    let mut term = exp(-mean);
    let mut below = term;
    let mut count = 0;
    // Beyond this the terms have vanished, and rounding may leave the sum a hair below `u` for ever.
    let most = (mean + 40.0 * (mean + 1.0).sqrt()) as u32;
    while u > below && count < most {
        count += 1;
        term *= mean / f64::from(count);
        below += term;
    }
    count
}

/// The quantile at `u` of a Pareto distribution with this tail, between `least` and `most`.
pub fn pareto_quantile(tail: f64, least: f64, most: f64, u: f64) -> f64 {
    let within = 1.0 - pow(least / most, tail);
    least * pow(1.0 - u * within, -1.0 / tail)
}

/// The mean of a Pareto distribution with this tail, between `least` and `most`.
pub fn pareto_mean(tail: f64, least: f64, most: f64) -> f64 {
    let within = 1.0 - pow(least / most, tail);
    if (tail - 1.0).abs() < 1e-9 {
        return least * ln(most / least) / within;
    }
    tail / (tail - 1.0) * least * (1.0 - pow(least / most, tail - 1.0)) / within
}

/// A function of a 16-bit uniform draw, tabulated finely where the upper tail is.
///
/// A draw of 16 bits is read as `1 - u`, the distance from the top, and looked up by its floating-point form: 128 bins for
/// each halving of that distance, each with the value at its middle. The tail that decides rare choices is thus as exact
/// as the body, and a look-up costs a nanosecond. Against the exact function a Gumbel shock is off by less than 0.012
/// above its lowest 5 %, and by nothing on average.
#[derive(Clone, Debug)]
pub struct TailTable {
    bins: Box<[f32; BINS]>,
}

const SUB_BITS: u32 = 7;

const OCTAVES: usize = 17;

const BINS: usize = OCTAVES << SUB_BITS;

/// The exponent of one half, in units of bins: the least distance is that of draw 0.
const LOWEST: u32 = 126 << SUB_BITS;

impl TailTable {
    /// Tabulates `quantile`, a function of the probability `u` strictly between 0 and 1.
    #[expect(clippy::cast_possible_truncation, reason = "shocks need no more than seven digits")]
    pub fn new(quantile: impl Fn(f64) -> f64) -> Self {
        let half_bin = 1 << (22 - SUB_BITS);
        let mut bins = Box::new([0.0; BINS]);
        for (bin, value) in (0u32..).zip(bins.iter_mut()) {
            let middle = f32::from_bits(((LOWEST + bin) << (23 - SUB_BITS)) + half_bin);
            *value = quantile((1.0 - f64::from(middle) / 65536.0).clamp(1.0 / 1024.0, 1.0 - 1.0 / 262_144.0)) as f32;
        }
        Self { bins }
    }

    /// The value for a draw of 16 even bits.
    #[inline]
    pub fn at(&self, draw: u16) -> f32 {
        let bin = ((f32::from(draw) + 0.5).to_bits() >> (23 - SUB_BITS)) - LOWEST;
        self.bins[bin as usize]
    }
}

/// Shocks of a standard Gumbel distribution.
pub fn gumbel_table() -> TailTable {
    TailTable::new(|u| -ln(-ln(u)))
}

/// The part of a nest's shock that is not Gumbel: see [`crate::systems::want::choice`].
///
/// For a nest parameter `nest`, the shock that makes `max(V + nest * gumbel) + shock` a nested logit is
/// `nest * ln S`, with `S` positive stable of index `nest`. By Kanter's representation it is this function of one uniform
/// draw plus `1 - nest` times a Gumbel shock. Source: Cardell (1997) for the distribution, Kanter (1975) for `S`.
pub fn nest_table(nest: f64) -> TailTable {
    if nest >= 1.0 {
        return TailTable::new(|_| 0.0);
    }
    TailTable::new(|u| {
        nest * ln(libm::sin(nest * PI * u)) + (1.0 - nest) * ln(libm::sin((1.0 - nest) * PI * u))
            - ln(libm::sin(PI * u))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gumbel_table_has_the_moments_of_its_distribution() {
        let table = gumbel_table();
        let n = 65_536.0;
        let mean = (0..=u16::MAX).map(|draw| f64::from(table.at(draw))).sum::<f64>() / n;
        let square = (0..=u16::MAX).map(|draw| f64::from(table.at(draw) * table.at(draw))).sum::<f64>() / n;
        assert!((mean - 0.577_216).abs() < 1e-3, "{mean}");
        assert!((square - mean * mean - PI * PI / 6.0).abs() < 5e-3, "{}", square - mean * mean);
    }

    #[test]
    fn the_gumbel_table_is_exact_in_the_tail_and_never_jumps_back() {
        let table = gumbel_table();
        for draw in [0u16, 1, 2, 3, 10, 100, 1000, 10_000, 40_000] {
            let u = 1.0 - (f64::from(draw) + 0.5) / 65_536.0;
            let exact = -ln(-ln(u));
            assert!((f64::from(table.at(draw)) - exact).abs() < 0.012, "{draw}: {} {exact}", table.at(draw));
        }
        assert!((1..=u16::MAX).all(|draw| table.at(draw) <= table.at(draw - 1)));
    }

    /// The whole point of the nest's shock: with it, the best of a nest is a Gumbel variable shifted by the inclusive value.
    #[test]
    fn a_nest_of_one_alternative_has_a_plain_gumbel_shock() {
        let (gumbel, nest) = (gumbel_table(), nest_table(0.5));
        let mut state = 1u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u16::try_from(state >> 48).expect("16 bits")
        };
        let n = 400_000;
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..n {
            let shock = f64::from(0.5 * gumbel.at(draw()) + nest.at(draw()) + 0.5 * gumbel.at(draw()));
            sum += shock;
            square += shock * shock;
        }
        let mean = sum / f64::from(n);
        let variance = square / f64::from(n) - mean * mean;
        assert!((mean - 0.5772).abs() < 0.01, "{mean}");
        assert!((variance - 1.6449).abs() < 0.02, "{variance}");
    }

    /// With a mean of 2, P(0) = 0.1353, P(up to 1) = 0.4060 and P(up to 2) = 0.6767.
    #[test]
    fn the_poisson_quantile_inverts_its_distribution() {
        for (u, count) in [(0.13, 0), (0.14, 1), (0.40, 1), (0.41, 2), (0.67, 2), (0.68, 3)] {
            assert_eq!(poisson_quantile(2.0, u), count, "at {u}");
        }
        assert_eq!(poisson_quantile(0.0, 0.999_999), 0);
        let n = 100_000;
        let mean = (0..n).map(|i| f64::from(poisson_quantile(3.7, (f64::from(i) + 0.5) / f64::from(n)))).sum::<f64>();
        assert!((mean / f64::from(n) - 3.7).abs() < 1e-3, "{}", mean / f64::from(n));
    }

    /// A tail of 1.5 from 1 on has a median of 1.5874 and leaves one in a hundred above 21.54; its mean of 3 says little.
    #[test]
    fn the_pareto_quantile_is_that_of_a_heavy_tail() {
        let at = |u| pareto_quantile(1.5, 1.0, 1e12, u);
        assert!((at(0.5) - 1.5874).abs() < 1e-4 && (at(0.99) - 21.544).abs() < 1e-2);
        assert!((pareto_mean(1.5, 1.0, 1e12) - 3.0).abs() < 1e-5);
        assert!((pareto_quantile(1.5, 1.0, 100.0, 1.0) - 100.0).abs() < 1e-9);
        let n = 100_000;
        let sum = (0..n).map(|i| pareto_quantile(1.5, 20.0, 400.0, (f64::from(i) + 0.5) / f64::from(n))).sum::<f64>();
        let mean = sum / f64::from(n);
        assert!((mean / pareto_mean(1.5, 20.0, 400.0) - 1.0).abs() < 1e-4, "{mean}");
    }

    #[test]
    fn the_normal_quantile_is_that_of_the_tables() {
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-6);
        assert!((normal_quantile(0.01) + 2.326_348).abs() < 1e-6);
    }
}
