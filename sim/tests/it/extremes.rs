//! Any lever at any end of its range, alone or with another, lives on with balanced books.

use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};

use contraband_sim::base::units::Shape;
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::levers;

/// A lever at one end of its range.
type End = (String, String);

/// All ends of all levers; a lever of words has as many as there are words.
fn ends() -> Vec<End> {
    // A million people tell no more than some, and take all night.
    let held = ["citizens.count", "citizens.inert", "market.stalls_per_thousand"];
    let levers = levers(&Scenario::default()).into_iter().filter(|lever| !held.contains(&&*lever.path));
    let ends = levers.flat_map(|lever| {
        let values: Vec<String> = match lever.shape {
            Shape::Words(words) => words.iter().map(|&word| word.to_owned()).collect(),
            Shape::Flag => ["false", "true"].map(str::to_owned).to_vec(),
            Shape::Real | Shape::Whole => vec![lever.min.to_string(), lever.max.to_string()],
        };
        values.into_iter().map(move |value| (lever.path.clone(), value))
    });
    ends.collect()
}

/// Lives a world with these settings; why it does not, where it ends in a panic. What is refused is not lived.
fn trouble(set: &[&End], days: u32) -> Option<String> {
    let mut scenario = Scenario { days, ..Scenario::default() };
    scenario.set("citizens.count", "150").expect("a lever");
    for (path, value) in set {
        scenario.set(path, value).expect("an end of its range");
    }
    scenario.check().ok()?;
    let scenario = Arc::new(scenario);
    let lived = catch_unwind(|| {
        // The audit runs every evening, and panics when the books are off.
        let mut run = Run::new(scenario, 5001, 1);
        (0..days).for_each(|_| run.step());
        run.finish();
    });
    let said = lived.err()?;
    let said = said.downcast_ref::<String>().cloned().or_else(|| said.downcast_ref::<&str>().map(|&text| text.into()));
    Some(format!("{set:?}: {}", said.unwrap_or_default()))
}

/// Lives many worlds on all cores; those that end in a panic.
fn troubles(worlds: &[Vec<&End>], days: u32) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(set) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(trouble(set, days));
        }
        found
    };
    scope(|scope| {
        let threads: Vec<_> = (0..available_parallelism().map_or(2, usize::from)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("panics are caught")).collect()
    })
}

/// Pairs of ends far from each other in the list, others for each `step`.
fn pairs(ends: &[End], step: usize) -> impl Iterator<Item = Vec<&End>> {
    let other = move |at: usize| (at * 7919 + step) % ends.len();
    (0..ends.len()).map(move |at| vec![&ends[at], &ends[other(at)]]).filter(|pair| pair[0].0 != pair[1].0)
}

#[test]
fn some_extremes_live_with_balanced_books() {
    let ends = ends();
    let worlds: Vec<Vec<&End>> =
        ends.iter().step_by(29).map(|end| vec![end]).chain(pairs(&ends, 101).step_by(41)).collect();
    assert_eq!(troubles(&worlds, 40), [""; 0]);
}

/// Every end alone, and twice as many pairs: some four thousand worlds.
#[test]
#[ignore = "long: `cargo test --release --workspace --tests -- --ignored` runs it"]
fn all_extremes_live_with_balanced_books() {
    let ends = ends();
    let alone = ends.iter().map(|end| vec![end]);
    let worlds: Vec<Vec<&End>> = alone.chain(pairs(&ends, 211)).chain(pairs(&ends, 977)).collect();
    println!("{} worlds", worlds.len());
    assert_eq!(troubles(&worlds, 400), [""; 0]);
}
