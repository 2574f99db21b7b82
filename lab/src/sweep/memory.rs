//! How much memory runs take, so that those that cannot fit are told before they are begun.

use contraband_sim::run::memory_of;
use contraband_sim::scenario::Scenario;

use super::folder::SweepFolder;

/// Worlds that a run of a sweep simulates: what compares a world with itself without its dated changes needs that one too.
pub fn worlds_of_run(folder: &SweepFolder) -> u32 {
    if folder.metrics().iter().any(|metric| metric.expression.compares()) { 2 } else { 1 }
}

/// About how many bytes a run of a sweep holds at once, at most.
pub fn memory_of_run(folder: &SweepFolder, scenario: &Scenario) -> u64 {
    u64::from(worlds_of_run(folder)) * memory_of(scenario)
}
