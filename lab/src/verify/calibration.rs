//! What parameters are believed to be, against a toy whose posterior can be reckoned.
#![expect(clippy::unnecessary_wraps, reason = "a case may find its parameters outside its domain; this one never does")]

use statrs::distribution::{ContinuousCDF, Normal};

use crate::measure::abc::{Population, weighted_correlation, weighted_mean, weighted_quantile};
use crate::measure::statistics::mean;
use crate::verify::{Case, Check, Group, Knob, OutsideDomain, Setup};
use contraband_sim::base::dice::{Dice, Purpose, open_unit};
use contraband_sim::base::numerics::normal_quantile;

/// The cases of this group.
pub const CASES: &[Case] = &[Case {
    name: "abc_two_unknowns",
    group: Group::Analysis,
    shows: "what a calibration believes about two unknowns is the Bayesian posterior, and its intervals contain the \
            truth as often as they claim",
    formula: "y1 = x1 + x2 + s e1, y2 = x1 + s e2, x uniform, e normal, bands of width 2 h around y: \
              p(x) ~ prod_k [Phi((y_k + h - m_k) / s) - Phi((y_k - h - m_k) / s)]; simulation-based calibration",
    source: "Lenormand, Jabot and Deffuant 2013; Wilkinson 2013 (bands as errors); Talts et al. 2018",
    world: None,
    knobs: &[
        Knob::own("noise", 0.1, 0.03, 0.5, "s, the model's own noise"),
        Knob::own("half_width", 0.1, 0.03, 0.5, "h, half-width of a band"),
        Knob::count("particles", 100, 50, 1000, "number of particles kept"),
    ],
    seeds: 100,
    long: false,
    run: two_unknowns,
}];

/// Points of the grid on which the posterior is reckoned, along each side.
const GRID: usize = 80;

/// More points than any round takes: it ends when all that is kept lies in the bands.
const PLENTY: usize = 1_000_000;

/// What a round found of each unknown, in standard deviations of what is exact where it is a difference.
struct CalibrationRound {
    inside: [bool; 2],
    below: [f64; 2],
    mean_off: [f64; 2],
    spread: [f64; 2],
    correlation_off: f64,
}

fn two_unknowns(setup: &Setup<'_>) -> Result<Vec<Check>, OutsideDomain> {
    let (noise, half, keep) = (setup.value("noise"), setup.value("half_width"), setup.count("particles"));
    let rounds = setup.each(setup.seeds, |seed| round(seed as u64, noise, half, keep));
    let count = rounds.len() as f64;
    let mut checks = Vec::new();
    for (at, name) in ["x1", "x2"].into_iter().enumerate() {
        let inside = rounds.iter().filter(|round| round.inside[at]).count() as f64;
        checks.push(Check::share(format!("90 % intervals that contain {name}"), 0.9, inside, count));
        let of = |read: &dyn Fn(&CalibrationRound) -> f64| rounds.iter().map(read).collect::<Vec<f64>>();
        checks.push(Check::mean(format!("share of the belief below {name}"), 0.5, &of(&|round| round.below[at])));
        let off = of(&|round| round.mean_off[at]);
        checks.push(Check::mean(format!("mean of {name}: error, in exact standard deviations"), 0.0, &off));
        let spread = mean(&of(&|round| round.spread[at]));
        let because = "a weighted sample of a hundred is slightly too narrow";
        checks.push(Check::near(format!("spread of {name}, relative to the exact one"), 1.0, spread, 0.04, because));
    }
    let off: Vec<f64> = rounds.iter().map(|round| round.correlation_off).collect();
    checks.push(Check::near("correlation of the two: error", 0.0, mean(&off), 0.03, "a sample of a hundred"));
    Ok(checks)
}

fn round(seed: u64, noise: f64, half: f64, keep: usize) -> CalibrationRound {
    let means = |x: &[f64]| [x[0] + x[1], x[0]];
    let units = |day: u32, count: usize| -> Vec<f64> {
        let mut words = vec![0; count];
        Dice::new(seed).fill(Purpose::Toy, day, 0, 1, &mut words);
        words.into_iter().map(open_unit).collect()
    };
    // The truth is drawn from the prior, and what is known of it has the error that the bands speak of.
    let drawn = units(0, 6);
    let truth = &drawn[..2];
    let middle = means(truth);
    let known: Vec<f64> = (0..2)
        .map(|at| middle[at] + noise * normal_quantile(drawn[2 + at]) + half * (2.0 * drawn[4 + at] - 1.0))
        .collect();
    let mut population = Population::new(2, keep, seed);
    while population.enough(0.0, PLENTY).is_none() {
        let asked = population.ask(&|_| true);
        let errors = units(1 + population.generations().len() as u32, 2 * asked.points.len());
        let distances: Vec<f64> = (asked.points.iter().zip(errors.chunks(2)))
            .map(|(point, errors)| {
                let off = |at: usize| {
                    let seen = means(point)[at] + noise * normal_quantile(errors[at]);
                    ((seen - known[at]).abs() / half - 1.0).max(0.0)
                };
                (off(0) * off(0) + off(1) * off(1)).sqrt()
            })
            .collect();
        population.tell(asked, &distances);
    }
    let kept = population.kept();
    let weights: Vec<f64> = kept.iter().map(|one| one.weight).collect();
    let found: Vec<Vec<f64>> = (0..2).map(|at| kept.iter().map(|one| one.at[at]).collect()).collect();

    let normal = Normal::standard();
    let (mut points, mut likely): ([Vec<f64>; 2], Vec<f64>) = ([Vec::new(), Vec::new()], Vec::new());
    for nth in 0..GRID * GRID {
        let x = [nth / GRID, nth % GRID].map(|step| (step as f64 + 0.5) / GRID as f64);
        let within = |at: usize| {
            let off = known[at] - means(&x)[at];
            normal.cdf((off + half) / noise) - normal.cdf((off - half) / noise)
        };
        likely.push(within(0) * within(1));
        points[0].push(x[0]);
        points[1].push(x[1]);
    }
    let spread = |values: &[f64], weights: &[f64]| {
        let middle = weighted_mean(values, weights);
        let squares: Vec<f64> = values.iter().map(|value| (value - middle) * (value - middle)).collect();
        weighted_mean(&squares, weights).sqrt()
    };
    let total: f64 = weights.iter().sum();
    let exact = |at: usize| (weighted_mean(&points[at], &likely), spread(&points[at], &likely));
    CalibrationRound {
        inside: [0, 1].map(|at| {
            let end = |share| weighted_quantile(&found[at], &weights, share);
            (end(0.05)..=end(0.95)).contains(&truth[at])
        }),
        below: [0, 1].map(|at| {
            let below = found[at].iter().zip(&weights).filter(|(value, _)| **value < truth[at]);
            below.map(|(_, weight)| weight).sum::<f64>() / total
        }),
        mean_off: [0, 1].map(|at| (weighted_mean(&found[at], &weights) - exact(at).0) / exact(at).1),
        spread: [0, 1].map(|at| spread(&found[at], &weights) / exact(at).1),
        correlation_off: weighted_correlation(&found[0], &found[1], &weights)
            - weighted_correlation(&points[0], &points[1], &likely),
    }
}
