//! Leaks: restricted goods are copied, legalised or caught up with, and lose what made them scarce.

use crate::scenario::fields::params;

params! {
    /// How goods lose what makes them scarce.
    pub struct Leaks {}
}
