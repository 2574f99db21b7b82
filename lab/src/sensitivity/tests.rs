use crate::design::latin::latin_hypercube;
use crate::design::saltelli;

use super::*;
use crate::discovery::{Conditions, Discovery};
use crate::sample::SweptLever;

/// Noise that is always the same: from -1 to 1, without a pattern that a design has.
fn noise(cell: usize, rep: usize) -> f64 {
    let word = (cell as u64 * 1_000_003 + rep as u64 * 7919 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn sample(
    points: &[Vec<f64>],
    design: SampleDesign,
    reps: usize,
    model: impl Fn(&[f64], usize, usize) -> f64,
) -> Sample {
    let levers = ["law.fine", "law.detection", "market.brand"].iter().enumerate().map(|(at, path)| SweptLever {
        path: (*path).into(),
        label: String::new(),
        unit: String::new(),
        values: Column::Numbers(points.iter().map(|point| point[at]).collect()),
    });
    let runs = |(cell, point): (usize, &Vec<f64>)| (0..reps).map(|rep| model(point, cell, rep)).collect();
    Sample {
        notes: Vec::new(),
        name: "A test".into(),
        levers: levers.collect(),
        design,
        rows: (0..points.len()).collect(),
        shared_seeds: true,
        metrics: vec![SampledMetric {
            name: "trades".into(),
            text: "mean(trades)".into(),
            runs: points.iter().enumerate().map(runs).collect(),
        }],
        planned: (points.len() * reps) as u64,
        done: (points.len() * reps) as u64,
        failed: 0,
        stopped: 0,
    }
}

fn findings(sample: &Sample) -> Findings {
    Findings::of(sample, &sample.metrics[0]).expect("enough points")
}

/// 3 x1 + x2, noise with a variance of 1/12, and a seed that moves all cells alike: nine tenths are the fine's, brand does
/// nothing.
#[test]
fn a_saltelli_sweep_is_told_as_it_is() {
    let points = saltelli(128, 3, 1).expect("small");
    let model = |x: &[f64], cell, rep| 3.0 * x[0] + x[1] + 0.5 * noise(cell, rep) + rep as f64;
    let sample = sample(&points, SampleDesign::Saltelli { points: 128 }, 4, model);
    let found = findings(&sample);
    assert!(matches!(found.method, Method::Sobol(_)) && found.instead.is_none());
    assert_eq!(found.order()[..2], [0, 1]);
    assert_eq!(
        [0, 1, 2].map(|at| found.verdict(at)),
        [LeverVerdict::Matters, LeverVerdict::Matters, LeverVerdict::Little]
    );
    // Noise leaves a quarter of its variance in an average of four.
    let floor = found.floor(2).expect("four repetitions");
    assert!((floor / (0.25 / 3.0 / 4.0 / (10.0 / 12.0)) - 1.0).abs() < 0.2, "{floor}");
    assert!(found.main(2).interval.0 < floor, "brand is noise: {:?} over {floor}", found.main(2));
    let seeds = found.seeds.expect("four repetitions");
    assert!((seeds.parts.alike - 5.0 / 3.0).abs() < 0.1, "{seeds:?}");
    let told = found.sentences().join("\n");
    assert!(told.starts_with("Without interactions, 1 of 3 levers explains "), "{told}");
    assert!(told.contains("No two levers clearly interact."), "{told}");
    assert!(told.contains("1 lever does little, less than a twentieth of the variance"), "{told}");
}

/// A plan that has grown is a sample.
#[test]
fn a_design_that_is_no_longer_whole_is_read_as_a_sample() {
    let mut points = saltelli(32, 3, 1).expect("small");
    points[1][2] = 0.123;
    let found =
        findings(&sample(&points, SampleDesign::Saltelli { points: 32 }, 2, |x, cell, rep| x[0] + noise(cell, rep)));
    assert!(matches!(found.method, Method::GivenData(..)) && found.instead.is_some());
    assert!(found.markdown().contains("Read as a plain sample"));
}

/// 10 x1 moves by 10 from end to end, and x2 by up to 4 with a sign that x1 decides.
#[test]
fn trajectories_are_told_with_their_signs() {
    let (trajectories, levels) = (30, 4);
    let points = morris(trajectories, 3, levels, 5);
    let model = |x: &[f64], cell, rep| 10.0 * x[0] + 8.0 * (x[0] - 0.5) * x[1] + 0.01 * noise(cell, rep);
    let found = findings(&sample(&points, SampleDesign::Morris { trajectories, levels, seed: 5 }, 3, model));
    assert_eq!(
        [0, 1, 2].map(|at| found.verdict(at)),
        [LeverVerdict::Matters, LeverVerdict::Matters, LeverVerdict::Little]
    );
    let told = found.sentences().join("\n");
    assert!(
        told.starts_with("2 levers move trades when taken from one end of the range to the other: `law.fine` by"),
        "{told}"
    );
    assert!(
        told.contains(", mostly up; `law.detection` by ")
            && told.contains(", depending on the other levers and on its own value"),
        "{told}"
    );
    assert!(found.drawn().iter().any(|(word, _)| *word == "effects"));
}

/// Where nothing matters, nothing is said to.
#[test]
fn noise_is_no_influence() {
    let points = latin_hypercube(200, 3, 1);
    let found =
        findings(&sample(&points, SampleDesign::Other("latin_hypercube".into()), 3, |_, cell, rep| noise(cell, rep)));
    assert!((0..3).all(|at| found.verdict(at) != LeverVerdict::Matters));
    let told = found.sentences().join("\n");
    assert!(told.contains("No lever on its own clearly explains any of the variance"), "{told}");
    let seeds = found.seeds.expect("three repetitions").share;
    assert!(seeds.interval.1 > 0.99, "all is the seed's: {seeds:?}");
}

#[test]
fn what_cannot_be_answered_says_why() {
    let refused = |points: usize, design: SampleDesign, model: &dyn Fn(&[f64]) -> f64, metric: &str| {
        let sample = sample(&latin_hypercube(points, 3, 1), design, 1, |x, _, _| model(x));
        match SensitivityAnswer::of(&sample, &[metric.to_owned()]) {
            Err(Unanswered::Asked { what, help }) => format!("{what} | {help}"),
            other => panic!("{other:?}"),
        }
    };
    let list = || SampleDesign::Other("list".into());
    assert!(
        refused(100, list(), &|_| 1.0, "trade")
            .starts_with("this sweep has no metric `trade` | the closest is `trades`")
    );
    assert!(refused(30, list(), &|x| x[0], "trades").starts_with("only 30 cells have values of `trades`: too few"));
    assert!(refused(100, list(), &|_| 7.0, "trades").starts_with("`trades` is 7 in every cell"));
    assert!(refused(100, list(), &|_| f64::NAN, "trades").starts_with("no run has a value for `trades`"));
}

/// A cell that lacks a seed is compared by the seeds that it has.
#[test]
fn a_missing_seed_does_not_move_a_cell() {
    let points = latin_hypercube(50, 3, 1);
    let mut sample = sample(&points, SampleDesign::Other("list".into()), 4, |x, _, rep| x[0] + 100.0 * rep as f64);
    sample.metrics[0].runs[7][3] = f64::NAN;
    let cells = sample.metrics[0].cells(true);
    assert!((cells[7] - (points[7][0] + 150.0)).abs() < 0.2, "{}", cells[7]);
    assert!(sample.metrics[0].cells(false)[7] < 110.0);
    sample.failed = 1;
    sample.done -= 1;
    assert_eq!(sample.missing().as_deref(), Some("1 of 200 runs (0.5 %) failed and is left out"));
}

#[test]
fn boxes_are_told_in_plain_words() {
    let points = latin_hypercube(400, 3, 1);
    let collapse = |x: &[f64]| x[0] > 0.6 && x[1] < 0.5;
    let sample = sample(&points, SampleDesign::Other("list".into()), 3, |x, cell, rep| {
        (if collapse(x) { 100.0 } else { 500.0 }) + 10.0 * noise(cell, rep)
    });
    let find = |text: &str| Discovery::of(&sample, &Conditions::parse(text).expect("a condition"));
    let found = find("trades < 300").expect("some do");
    assert_eq!(found.found().count(), 1);
    let told = found.sentences();
    assert!(
        told[0].starts_with("`trades < 300` holds in ") && told[0].ends_with(" of 1200 runs (20 %)."),
        "{}",
        told[0]
    );
    assert!(
        told[1].contains(" of the runs with ")
            && (told[1].contains("`law.fine` at least 0.6") || told[1].contains("`law.fine` at least 0.59")),
        "{}",
        told[1]
    );
    assert!(
        told[1].contains("`law.detection` at most 0.49") || told[1].contains("`law.detection` at most 0.5"),
        "{}",
        told[1]
    );
    let nothing = find("trades < 497").expect("some do");
    assert!(nothing.found().count() <= 1);
    for (text, what) in [("trades < 0", "no run meets `trades < 0`"), ("trades > 0", "every run meets `trades > 0`")] {
        let Err(Unanswered::Asked { what: said, help }) = find(text) else { panic!("{text}") };
        assert!(said.starts_with(what) && help.starts_with("`trades` ranges from 9"), "{said} {help}");
    }
}

/// Where shared seeds decide most of what a run gives, a lever that moves every cell in the same direction has a box all the
/// same: cells differ by their levers alone. (Counted as one throw of a coin each, these 128 cells showed nothing.)
#[test]
fn shared_seeds_hide_no_box() {
    let points = latin_hypercube(128, 3, 2);
    let seeds = [-9.0, 0.0, 9.0];
    let model = |x: &[f64], cell, rep: usize| 100.0 - 6.0 * x[0] + seeds[rep] + 2.0 * noise(cell, rep);
    let sample = sample(&points, SampleDesign::Other("list".into()), 3, model);
    let found = Discovery::of(&sample, &Conditions::parse("trades < 96").expect("a condition")).expect("some do");
    let first = found.found().next().expect("a box");
    assert_eq!(first.sides[0].factor, 0, "{first:?}");
    // Nothing but seeds has no box.
    let luck = |_: &[f64], cell, rep: usize| 100.0 + seeds[rep] + 6.0 * noise(cell, rep);
    let wrong = (0..40).filter(|&round| {
        let sample = self::sample(&points, SampleDesign::Other("list".into()), 3, |x, cell, rep| {
            luck(x, cell + 1_000 * round, rep)
        });
        let found = Discovery::of(&sample, &Conditions::parse("trades < 96").expect("a condition")).expect("some do");
        found.found().next().is_some()
    });
    let wrong = wrong.count();
    assert!(wrong <= 4, "{wrong} of 40");
}

/// Several metrics at once, and runs in which one of them is undefined.
#[test]
fn conditions_of_several_metrics_speak_of_runs_that_have_all() {
    let points = latin_hypercube(200, 3, 1);
    let mut sample = sample(&points, SampleDesign::Other("list".into()), 2, |x, _, _| x[0]);
    let other = self::sample(
        &points,
        SampleDesign::Other("list".into()),
        2,
        |x, _, _| if x[1] > 0.9 { f64::NAN } else { x[1] },
    );
    sample.metrics.push(SampledMetric { name: "harm".into(), ..other.metrics[0].clone() });
    let asked = Conditions::parse("trades < 0.5 and harm > 0.5").expect("conditions");
    let found = Discovery::of(&sample, &asked).expect("some do");
    let met = points.iter().filter(|x| x[0] < 0.5 && x[1] > 0.5 && x[1] <= 0.9).count();
    assert_eq!((found.offered, found.runs, found.met), (400.0, 360.0, 2.0 * met as f64));
    let told = found.sentences().join(" ");
    assert!(told.contains("40 of 400 runs have no value for it"), "{told}");
    let sides: Vec<usize> = found.found().next().expect("a box").sides.iter().map(|side| side.factor).collect();
    assert!(sides.contains(&0) && sides.contains(&1), "{sides:?}");
}

/// With one repetition and seeds of their own, noise is not known: only what acts alone or with one sign is said to matter.
#[test]
fn with_one_repetition_noise_is_said_to_be_unknown() {
    for nothing in [true, false] {
        let model = |x: &[f64], cell, rep| (if nothing { 0.0 } else { 4.0 * x[0] }) + noise(cell, rep);
        let mut saltelli = sample(&saltelli(64, 3, 1).expect("small"), SampleDesign::Saltelli { points: 64 }, 1, model);
        saltelli.shared_seeds = false;
        let morris_design = SampleDesign::Morris { trajectories: 12, levels: 4, seed: 5 };
        let mut morris = sample(&morris(12, 3, 4, 5), morris_design, 1, model);
        morris.shared_seeds = false;
        for sample in [&saltelli, &morris] {
            let found = findings(sample);
            let expected = if nothing { LeverVerdict::NoiseUnknown } else { LeverVerdict::Matters };
            assert_eq!(found.verdict(0), expected, "{:?}", found.chances);
            assert_eq!([1, 2].map(|at| found.verdict(at)), [LeverVerdict::NoiseUnknown; 2]);
            assert!(found.interacting().is_empty());
            let told = found.sentences().join(" ");
            assert!(told.contains("Noise is unknown, since every cell was run once"), "{told}");
            assert_eq!(found.json()["noise"], "unknown");
        }
    }
}

/// Runs without a value are told, with what the figures then speak of.
#[test]
fn figures_of_fewer_runs_say_so() {
    let points = saltelli(32, 3, 1).expect("small");
    let mut sample =
        sample(&points, SampleDesign::Saltelli { points: 32 }, 3, |x, cell, rep| 3.0 * x[0] + noise(cell, rep));
    sample.metrics[0].runs[1] = vec![f64::NAN; 3];
    sample.metrics[0].runs[9][2] = f64::NAN;
    let found = findings(&sample);
    let told = found.sentences().join(" ");
    assert!(told.contains("4 of 480 runs have no value for trades") && told.contains("31 of 32 base points"), "{told}");
    assert_eq!((&found.json()["runs"], &found.json()["runs_with_value"]), (&480.into(), &476.into()));
}

/// Whatever its test says, a lever whose share has an interval as wide as the variance is not ranked, nor said to explain it.
#[test]
fn shares_with_wide_intervals_rank_no_lever() {
    let points = saltelli(16, 3, 1).expect("small");
    let design = || SampleDesign::Saltelli { points: 16 };
    let sample = sample(&points, design(), 2, |x, cell, rep| 3.0 * x[0] + noise(cell, rep));
    let mut found = findings(&sample);
    let Method::Sobol(indices) = &mut found.method else { panic!("a whole design") };
    for index in &mut indices.factors {
        index.first = Estimate { value: 1.1, interval: (0.2, 2.0) };
    }
    found.false_shares = vec![0.001; 3];
    assert!((0..3).all(|at| found.verdict(at) != LeverVerdict::Matters));
    let told = found.sentences().join(" ");
    assert!(told.starts_with("What share of the variance of cell averages of trades a lever explains"), "{told}");
    assert!(told.contains("Too few points or repetitions to rank these levers for trades: "), "{told}");
    assert!(told.contains("`contraband sweep extend DIR --reps N`") && !told.contains("explains 100"), "{told}");
    assert!(!told.contains("not clear whether"), "each lever is told once: {told}");
    assert!(told.ends_with("16 base points are too few to tell whether the picture is stable."), "{told}");
}

/// A sweep that is done and too small says what it takes, not where its progress is shown.
#[test]
fn a_small_sweep_that_is_done_says_how_many_cells_it_takes() {
    let mut sample = sample(&latin_hypercube(4, 3, 1), SampleDesign::Other("list".into()), 1, |x, _, _| x[0]);
    sample.metrics.push(SampledMetric { name: "harm".into(), ..sample.metrics[0].clone() });
    let Err(Unanswered::Asked { what, help }) = SensitivityAnswer::of(&sample, &[]) else { panic!("four cells") };
    // Which metrics have none is said, and the reason once.
    assert_eq!(what, "only 4 cells have values of `trades`, `harm`: too few to say what matters");
    assert!(help.starts_with("it takes 40; `contraband sweep extend DIR --add"), "{help}");
    let mut others = sample.clone();
    others.metrics[1].runs.iter_mut().for_each(|runs| runs.fill(7.0));
    let Err(Unanswered::Asked { what, .. }) = SensitivityAnswer::of(&others, &[]) else { panic!("four cells") };
    assert_eq!(
        what,
        "only 4 cells have values of `trades`: too few to say what matters; `harm` is 7 in every cell, so it depends on no \
         lever"
    );
    sample.done -= 1;
    let Err(Unanswered::Asked { help, .. }) = SensitivityAnswer::of(&sample, &[]) else { panic!("four cells") };
    assert!(help.contains("sweep status"), "{help}");
}
