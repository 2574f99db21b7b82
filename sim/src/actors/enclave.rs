//! Enclaves: each has a council that sells what is made by hand, is paid into the commons, and owes favours for chores.

use crate::goods::Good;
use crate::scenario::fields::params;

params! {
    /// How enclaves govern themselves.
    pub struct Enclaves {}
}

/// What councils sell: one stall of each.
pub const CRAFTS: [Good; 2] = [Good::Authenticity, Good::ScarcityRecreation];

/// Favours that somebody so sociable, in 255ths, can hold before those they know owe them no more.
pub const fn most_favours(sociable: u8) -> i16 {
    1 + sociable as i16 / 8
}
