//! The ladder of markups: what a stall can ask, as a number of a rung.

use crate::base::dice::unit;
use crate::ids::good::Good;

/// How many markups a stall can ask: the rungs of the ladder.
pub const RUNGS: usize = 12;

/// Price over cost at a rung: from 1.1 in steps of 22 %.
pub fn markup(rung: u8) -> f64 {
    (0..rung).fold(1.1, |markup, _| markup * 1.22)
}

/// The highest markup that a stall of this good may ask. What is let by auction is offered at the least: bids do the rest.
pub(crate) const fn highest_rung(good: Good) -> u8 {
    match good {
        Good::Positional => 0,
        _ => RUNGS as u8 - 1,
    }
}

/// The rung nearest to a price over cost.
pub(crate) fn rung_of(ratio: f64) -> u8 {
    let half_step = 1.22f64.sqrt();
    (0..RUNGS as u8 - 1).find(|&rung| ratio < markup(rung) * half_step).unwrap_or(RUNGS as u8 - 1)
}

/// The markup with which a stall stands on the first day: one of seven low and middle rungs.
pub fn first_rung(word: u32) -> u8 {
    1 + (unit(word) * 7.0) as u8
}
