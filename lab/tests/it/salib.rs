//! The same numbers as `SALib` 1.5.2 (Iwanaga, Usher and Herman 2022) on the same outputs: `salib.json`, by `salib.py`.

use std::sync::LazyLock;

use contraband_lab::design::trajectories::morris_step;
use contraband_lab::measure::given_data::{Column, between_slices, distances, first_orders, slices, slices_of};
use contraband_lab::measure::indices::{Estimate, MorrisIndex, elementary_effects, sobol_indices};
use contraband_lab::measure::statistics::{mean, median};
use serde_json::Value;

static SALIB: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(include_str!("salib.json")).expect("JSON"));

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|one| one.as_f64().expect("a number")).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("a list").iter().map(numbers).collect()
}

#[track_caller]
fn same(what: &str, ours: &[f64], theirs: &Value) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{what}: {ours} instead of {theirs}");
    }
}

/// Both come of a thousand resamples, each of its own; theirs is 1.96 standard deviations.
#[track_caller]
fn as_wide(what: &str, ours: &[Estimate], theirs: &Value) {
    for (ours, theirs) in ours.iter().zip(numbers(theirs)) {
        let (low, high) = ours.interval;
        assert!((0.8..1.25).contains(&((high - low) / 2.0 / theirs)), "{what}: {low} to {high} against {theirs}");
        assert!(low < ours.value && ours.value < high, "{what}");
    }
}

#[test]
fn sobol_indices_are_salibs() {
    for model in ["sobol_ishigami", "sobol_g"] {
        let says = &SALIB[model];
        let factors = says["factors"].as_u64().expect("a count") as usize;
        let found = sobol_indices(&numbers(&says["outputs"]), factors, None);
        let first: Vec<Estimate> = found.factors.iter().map(|index| index.first).collect();
        let total: Vec<Estimate> = found.factors.iter().map(|index| index.total).collect();
        let values = |of: &[Estimate]| of.iter().map(|one| one.value).collect::<Vec<_>>();
        same(model, &values(&first), &says["S1"]);
        same(model, &values(&total), &says["ST"]);
        as_wide(model, &first, &says["S1_conf"]);
        as_wide(model, &total, &says["ST_conf"]);
    }
}

#[test]
fn morris_indices_are_salibs() {
    let says = &SALIB["morris"];
    let effects = elementary_effects(&rows(&says["points"]), &numbers(&says["outputs"]), morris_step(4));
    let found: Vec<MorrisIndex> = effects.iter().map(|effects| MorrisIndex::of(effects)).collect();
    same("mu", &found.iter().map(|one| one.mu.value).collect::<Vec<_>>(), &says["mu"]);
    same("mu*", &found.iter().map(|one| one.mu_star.value).collect::<Vec<_>>(), &says["mu_star"]);
    same("sigma", &found.iter().map(|one| one.sigma.value).collect::<Vec<_>>(), &says["sigma"]);
    // Every effect of the second factor has the same size, so that it has no interval to compare.
    assert!((found[1].mu_star.value - 7.875).abs() < 1e-12);
    as_wide("mu*", &[found[0].mu_star], &says["mu_star_conf"]);
}

#[test]
fn indices_of_given_data_are_salibs() {
    let says = &SALIB["given_data"];
    let outputs = numbers(&says["outputs"]);
    let (mut firsts, mut kept) = (Vec::new(), Vec::new());
    for (factor, theirs) in rows(&says["points"]).into_iter().zip(says["slice_of"].as_array().expect("a list")) {
        let count = slices_of(outputs.len());
        assert_eq!(says["slices"], count);
        firsts.push(between_slices(&slices(&Column::Numbers(factor), count), &outputs));
        // SALib leaves the largest value of a factor in no slice: here it gets one of its own, which does not count.
        let slice_of: Vec<usize> = theirs
            .as_array()
            .expect("a list")
            .iter()
            .map(|slice| slice.as_u64().map_or(10, |at| at as usize))
            .collect();
        kept.push(distances(&slice_of, &outputs)[..10].to_vec());
    }
    same("S1", &firsts, &says["S1"]);
    same("median", &kept.iter().map(|one| median(one)).collect::<Vec<_>>(), &says["median"]);
    same("mean", &kept.iter().map(|one| mean(one)).collect::<Vec<_>>(), &says["mean"]);
    same(
        "maximum",
        &kept.iter().map(|one| one.iter().copied().fold(0.0, f64::max)).collect::<Vec<_>>(),
        &says["maximum"],
    );
}

/// First orders of a Latin hypercube, beside those of `SALib`: S1 of `delta` keeps what slices explain by chance, that of
/// `rbd_fast` takes it off; neither takes out what other factors do. The truth is 16/12, 1/12 and 1/12 of a variance of
/// 1.7278; over many samples it is a case of `contraband verify`.
#[test]
fn first_orders_are_near_salibs_and_hold_the_truth() {
    let says = &SALIB["first_order"];
    let columns: Vec<Column> = rows(&says["points"]).into_iter().map(Column::Numbers).collect();
    let found = first_orders(&columns, &numbers(&says["outputs"]));
    for theirs in ["rbd_fast", "delta"] {
        for (ours, theirs) in found.iter().zip(numbers(&says[theirs])) {
            assert!((ours.value - theirs).abs() < 0.08, "{ours:?} and {theirs}");
        }
    }
    for (one, truth) in found.iter().zip([16.0 / 12.0, 1.0 / 12.0, 1.0 / 12.0].map(|own| own / 1.727_778)) {
        assert!(one.interval.0 <= truth && truth <= one.interval.1, "{one:?} of {truth}");
    }
}
