//! How often intervals of 95 % hold the mean that they are for, over the metrics that a study takes if it does not say:
//! what the choice of one method rests on.
//!
//! Two worlds are run with 4 000 seeds, which are dealt into groups as small as a study's; the mean of all 4 000 is taken
//! as the truth. Methods: Student's t; what was printed before (resampled, bias-corrected and accelerated, where ten
//! differences or more have a skewness above 1, else t); resampling alone; resampling with Student's t (bootstrap-t);
//! and Student's t where it is given now, which is not where almost all seeds are exactly equal.
//!
//! `cargo run --release -p contraband-lab --example interval_coverage` (about two minutes on two cores)

use contraband_lab::compare::Difference;
use contraband_lab::files::study::{Arm, Study};
use contraband_lab::measure::Metric;
use contraband_lab::measure::bootstrap::resampled;
use contraband_lab::measure::paired::measure;
use contraband_lab::measure::statistics::{half_width, mean, quantile, skewness, spread};
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::library::LIBRARY;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use statrs::distribution::{ContinuousCDF, Normal};

/// Seeds that each world is run with.
const SEEDS: u64 = 4_000;

/// Policies: a small one, a large one, one about a single good, and one that hardly anybody meets.
const POLICIES: [(&str, &[(&str, &str)]); 4] = [
    ("fine 120 to 126", &[("law.fine", "126")]),
    ("fine 120 to 240", &[("law.fine", "240")]),
    ("copies ten times as severe", &[("goods.authenticity.severity", "10")]),
    ("corruption 0.02 to 0.05", &[("law.corruption", "0.05")]),
];

fn main() {
    let text = LIBRARY.iter().find(|one| one.name == "first_market").expect("it is there").text;
    let mut base = read(text, Format::Ron).expect("it is sound");
    base.days = 60;
    base.set("citizens.count", "150").expect("a lever");
    let mut worlds = vec![base.clone()];
    for (_, set) in POLICIES {
        let mut world = base.clone();
        for (path, value) in set {
            world.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        worlds.push(world);
    }
    let study = study(&base, &worlds[1]);
    let metrics: Vec<Metric> = study
        .usual_metrics()
        .into_iter()
        .map(|one| {
            let expression = one.expression;
            Metric::new(&one.name, move |rows| expression.read(rows, rows))
        })
        .collect();
    let measured = measure(SEEDS, &worlds, &metrics);
    println!(
        "policy | metric | equal seeds | skewness | n | t | printed before | resampled | bootstrap-t | now | given"
    );
    for (arm, (policy, _)) in POLICIES.iter().enumerate() {
        for (at, metric) in metrics.iter().enumerate() {
            let pairs = measured.of(0, at).iter().zip(measured.of(arm + 1, at));
            let all: Vec<f64> = pairs.map(|(base, arm)| arm - base).filter(|one| one.is_finite()).collect();
            let equal = all.iter().filter(|&&one| one == 0.0).count() as f64 / all.len() as f64;
            for n in [5, 10, 20, 50] {
                let told = Coverage::of(&all, n);
                println!(
                    "{policy} | {} | {:.0} % | {:.1} | {n} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} %",
                    metric.name(),
                    100.0 * equal,
                    skewness(&all),
                    told.shares[0],
                    told.shares[1],
                    told.shares[2],
                    told.shares[3],
                    told.shares[4],
                    told.given
                );
            }
        }
    }
}

fn study(base: &Scenario, arm: &Scenario) -> Study {
    Study::of(base.clone(), vec![Arm::new("arm", arm.clone())])
}

/// Coverage in per cent, method by method, and how often an interval is given at all.
struct Coverage {
    shares: [f64; 5],
    given: f64,
}

impl Coverage {
    fn of(all: &[f64], n: usize) -> Self {
        let truth = mean(all);
        let mut hits = [0usize; 5];
        let (mut groups, mut given) = (0usize, 0usize);
        for group in all.chunks_exact(n) {
            let half = half_width(group, 0.95);
            let t = (mean(group) - half, mean(group) + half);
            let resampled = bca(group);
            let before = if n >= 10 && skewness(group).abs() > 1.0 { resampled } else { t };
            let now = Difference::between(&vec![0.0; n], group, None).interval();
            groups += 1;
            given += usize::from(now.0.is_finite());
            for (hits, (low, high)) in hits.iter_mut().zip([t, before, resampled, bootstrap_t(group), now]) {
                // Sums of thousands of numbers are not exact.
                let room = 1e-9 * truth.abs();
                *hits += usize::from(low - room <= truth && truth <= high + room);
            }
        }
        let share = |hits: usize| 100.0 * hits as f64 / groups as f64;
        let now = 100.0 * hits[4] as f64 / given.max(1) as f64;
        Self { shares: [share(hits[0]), share(hits[1]), share(hits[2]), share(hits[3]), now], given: share(given) }
    }
}

/// Bias-corrected and accelerated (Efron 1987), for a mean.
fn bca(values: &[f64]) -> (f64, f64) {
    let n = values.len();
    let found = mean(values);
    let of = |chosen: &[usize]| chosen.iter().map(|&one| values[one]).sum::<f64>() / n as f64;
    let mut means = resampled(n, 1_000, of);
    means.sort_by(f64::total_cmp);
    if means[0] == means[means.len() - 1] {
        return (means[0], means[0]);
    }
    let count = means.len() as f64;
    let below = means.partition_point(|&one| one < found) as f64;
    let equal = means.partition_point(|&one| one <= found) as f64 - below;
    let normal = Normal::standard();
    let bias = normal.inverse_cdf((below + equal / 2.0).clamp(0.5, count - 0.5) / count);
    let acceleration = skewness(values) / (6.0 * (n as f64).sqrt());
    let end = |tail: f64| {
        let z = bias + normal.inverse_cdf(tail);
        let share = normal.cdf(bias + z / (1.0 - acceleration * z));
        means[((share * count) as usize).min(means.len() - 1)]
    };
    (end(0.025), end(0.975))
}

/// The distribution of Student's t is taken from resamples (Efron 1982).
fn bootstrap_t(values: &[f64]) -> (f64, f64) {
    let (found, error) = (mean(values), spread(values) / (values.len() as f64).sqrt());
    let of = |chosen: &[usize]| {
        let drawn: Vec<f64> = chosen.iter().map(|&one| values[one]).collect();
        (mean(&drawn) - found) / (spread(&drawn) / (drawn.len() as f64).sqrt())
    };
    let mut known: Vec<f64> = resampled(values.len(), 1_000, of).into_iter().filter(|one| one.is_finite()).collect();
    let (low, high) = (quantile(&mut known, 0.025), quantile(&mut known, 0.975));
    (found - high * error, found - low * error)
}
