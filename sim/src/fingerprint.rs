//! What tells one build of the engine from another whose runs differ: what a small world comes to.

use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use crate::base::words::hex;
use crate::record::tables::{Batch, TABLES};
use crate::run::Run;
use crate::scenario::{Scenario, TimelineEntry};

/// Days of the small world.
const DAYS: u32 = 40;

/// What stands in the small world from its first day: everything that the default world leaves alone.
const SET: [(&str, &str); 6] = [
    ("citizens.count", "400"),
    ("temperaments.artisan_house.share", "0.1"),
    ("temperaments.price_learner.share", "0.3"),
    ("law.corruption", "0.2"),
    ("delegates.injection", "0.1"),
    ("goods.privacy.default_mask", "0.3"),
];

/// What changes in it, and on which day.
const DATED: [(u32, &str, &str); 6] = [
    (6, "goods.experience.status", "licensed"),
    (10, "goods.positional.status", "tolerated"),
    (14, "law.fine", "240"),
    (20, "agencies.city_watch.budget", "2.0"),
    (25, "goods.augmentation.status", "free"),
    (30, "goods.forbidden_identity.donor_share", "0.6"),
];

/// Begins the SHA-256 of all rows of a small world in which everything happens, and of the names of all columns: 16
/// hexadecimal digits. Two builds with one fingerprint may be taken for one; with two, the same seeds may give other runs,
/// whatever version they call themselves. It is found once in a process, in some hundredths of a second.
pub fn fingerprint() -> &'static str {
    static FOUND: OnceLock<String> = OnceLock::new();
    FOUND.get_or_init(|| small_run().0)
}

/// The fingerprint, and the rows that it is of: for whoever tells builds apart by more than the engine.
pub fn small_run() -> (String, Vec<Batch>) {
    of(&small_world())
}

fn of(world: &Scenario) -> (String, Vec<Batch>) {
    let mut run = Run::new(Arc::new(world.clone()), world.seed, 1);
    for _ in 0..world.days {
        run.step();
    }
    let rows = run.finish();
    let mut all = Sha256::new();
    all.update(run.digest().all);
    for table in TABLES {
        for column in table.columns {
            all.update(format!("{}.{} {:?} {}\n", table.name, column.name, column.kind, column.may_miss));
        }
    }
    (hex(&all.finalize()[..8]), rows)
}

/// # Panics
/// When a lever that it moves has another name, or takes other values: the lists above are to follow.
fn small_world() -> Scenario {
    let mut world = Scenario { days: DAYS, seed: 1, ..Scenario::default() };
    for (path, value) in SET {
        world.set(path, value).unwrap_or_else(|error| panic!("the small world of the fingerprint: {error}"));
    }
    for (day, path, value) in DATED {
        let mut then = world.clone();
        let value = then.set(path, value).and_then(|()| then.get(path));
        let value = value.unwrap_or_else(|error| panic!("the small world of the fingerprint: {error}"));
        let set = vec![(path.to_owned(), value)];
        world.timeline.push(TimelineEntry { day, until: None, ramp: 0, places: Vec::new(), set, label: String::new() });
    }
    world
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_world_is_one_that_can_be_run_and_in_which_everything_happens() {
        assert_eq!(small_world().check(), Ok(()));
        let (_, rows) = small_run();
        // Houses are there only where a scenario names them.
        for table in TABLES.iter().filter(|table| table.name != "houses") {
            let count: usize = rows.iter().filter(|batch| batch.table.name == table.name).map(Batch::height).sum();
            assert!(count > 0, "nothing happens in table {}", table.name);
        }
    }

    #[test]
    fn whatever_moves_a_run_moves_the_fingerprint() {
        let (world, (known, _)) = (small_world(), small_run());
        assert_eq!((known.as_str(), known.len()), (fingerprint(), 16));
        for (path, value) in [("law.fine", "61"), ("goods.privacy.severity", "1.7"), ("citizens.count", "401")] {
            let mut other = world.clone();
            other.set(path, value).unwrap();
            assert_ne!(of(&other).0, known, "{path}");
        }
    }
}
