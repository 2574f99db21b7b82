//! The worlds of a study, by their numbers.

use crate::files::study::Study;

/// The number of the base among the worlds of a study; arms follow.
pub const BASE: usize = 0;

/// The name of a world of a study: the base, or an arm.
pub fn world_name(study: &Study, world: usize) -> &str {
    if world == BASE { "base" } else { &study.arms[world - 1].name }
}
