//! The citizen whose day is set aside to be explained.

use bevy_ecs::prelude::*;

use crate::citizen::{Home, Life, Mind, Tastes, Traits};
use crate::state::ledger::Purse;

/// Citizens who are watched, and how they stood this morning.
#[derive(Resource, Default)]
pub struct WatchedCitizens {
    /// Their numbers.
    pub citizens: Vec<u32>,
    pub(crate) mornings: Vec<(Purse, Home, Traits, Tastes, Mind, Life)>,
}

impl WatchedCitizens {
    /// Nobody but these, from the next morning on.
    pub fn of(citizens: Vec<u32>) -> Self {
        Self { citizens, mornings: Vec::new() }
    }
}
