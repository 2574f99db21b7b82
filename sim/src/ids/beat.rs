//! Beats: a place and a good as one number, the unit in which agencies plan their patrols.

use crate::ids::good::{GOODS, Good};

/// Number of the beat of a place and a good, from 0, place by place.
pub const fn beat(place: usize, good: Good) -> usize {
    place * GOODS + good.index()
}

/// Number of the place of a beat, from 0.
pub const fn place_of_beat(beat: usize) -> usize {
    beat / GOODS
}

/// The good of a beat.
pub const fn good_of_beat(beat: usize) -> Good {
    Good::at(beat % GOODS)
}
