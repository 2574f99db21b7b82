//! How much memory runs take, so that those that cannot fit are told before they are begun.

use contraband_sim::run::memory_of;
use contraband_sim::scenario::Scenario;

use super::folder::SweepFolder;

/// About how many bytes a run of a sweep holds at once, at most.
pub fn memory_of_run(folder: &SweepFolder, scenario: &Scenario) -> u64 {
    // What compares a world with itself without its dated changes runs that one too.
    let worlds = if folder.metrics().iter().any(|metric| metric.expression.compares()) { 2 } else { 1 };
    worlds * memory_of(scenario)
}
