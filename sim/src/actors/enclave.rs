//! Enclaves: each has a council that sells what is made by hand, is paid into the commons, and owes favours for chores.

use crate::goods::Good;
use crate::scenario::fields::params;

params! {
    /// How enclaves govern themselves.
    pub struct Enclaves {}
}

/// What councils sell: one stall of each.
pub const CRAFTS: [Good; 2] = [Good::Authenticity, Good::ScarcityRecreation];

/// Favours a resident can hold before chores stop earning more.
pub const MOST_FAVOURS: i16 = 20;
