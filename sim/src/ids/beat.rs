//! Beats: a place and a good as one number, the unit in which agencies plan their patrols.

use crate::ids::good::{GOODS, Good};

/// The beat of a place and a good.
pub const fn beat(place: usize, good: usize) -> usize {
    place * GOODS + good
}

/// The good of a beat.
pub fn good_of_beat(beat: usize) -> Good {
    Good::at(beat % GOODS)
}
