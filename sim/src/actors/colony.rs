//! Colonies: off-world settlements that live from what is shipped to them.

use crate::scenario::fields::params;

params! {
    /// How colonies are supplied.
    pub struct Colonies {}
}
