//! The worlds of a study, by their numbers.

use contraband_sim::scenario::Scenario;

use crate::files::study::Study;

/// The number of the base among the worlds of a study; arms follow.
pub const BASE: usize = 0;

/// The name of a world of a study: the base, or an arm.
pub fn world_name(study: &Study, world: usize) -> &str {
    if world == BASE { "base" } else { &study.arms[world - 1].name }
}

/// The worlds of a study under all presets, with their names.
pub(super) fn named_worlds<'s>(
    study: &'s Study,
    presets: &'s [(&'static str, Study)],
) -> impl Iterator<Item = (String, &'s Scenario)> {
    presets.iter().enumerate().flat_map(move |(nth, (preset, of))| {
        let worlds = std::iter::once(&of.base).chain(of.arms.iter().map(|arm| &arm.scenario));
        worlds.enumerate().map(move |(world, scenario)| {
            let name = world_name(study, world);
            (if nth == 0 { name.to_owned() } else { format!("{name} under {preset}") }, scenario)
        })
    })
}

/// The fingerprint of a world, whatever its seed.
pub(super) fn hash(world: &Scenario) -> String {
    Scenario { seed: 0, ..world.clone() }.hash()
}
