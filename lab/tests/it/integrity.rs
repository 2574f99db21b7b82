//! What `contraband verify integrity` shows of a scenario holds for three kinds of worlds.

use contraband_lab::verify::Workers;
use contraband_lab::verify::integrity::integrity;
use contraband_sim::scenario::Scenario;

use crate::paired::{question, with};

/// The default world, with so many citizens and days, and levers set.
fn world(citizens: u32, days: u32, set: &[(&str, &str)]) -> Scenario {
    with(
        with(
            Scenario { days, ..Scenario::default() },
            &[("citizens.count", &citizens.to_string()), ("citizens.settling", "0")],
        ),
        set,
    )
}

/// All that `contraband verify integrity` shows, of so many citizens and days.
fn integrity_holds(scenario: &Scenario, seed: u64) {
    for outcome in integrity(scenario, seed, &Workers { threads: 2, on_done: &|| {} }) {
        let failing: Vec<_> = outcome.checks.iter().filter(|check| !check.holds()).collect();
        assert!(outcome.holds(), "{}: {failing:#?}", outcome.case);
    }
}

/// 20 000 citizens are five chunks, so that four threads have something to share.
#[test]
fn what_must_hold_in_any_world_holds_in_the_default_one() {
    integrity_holds(&world(20_000, 25, &[]), 1);
}

#[test]
fn what_must_hold_in_any_world_holds_in_a_small_one_with_inert_people() {
    integrity_holds(&world(2000, 90, &[("citizens.inert", "3")]), 9);
}

#[test]
fn what_must_hold_in_any_world_holds_with_a_timeline() {
    integrity_holds(&question("pilot", 1500, 150), 3);
}
