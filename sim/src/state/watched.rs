//! The citizen whose day is set aside to be explained.

use bevy_ecs::prelude::*;

use crate::state::columns::Citizen;

/// Citizens who are watched, and how they stood this morning.
#[derive(Resource, Default)]
pub struct WatchedCitizens {
    /// Numbers of the citizens, from 0.
    pub citizens: Vec<u32>,
    pub(crate) mornings: Vec<Citizen>,
}

impl WatchedCitizens {
    /// Nobody but these, from the next morning on.
    pub fn of(citizens: Vec<u32>) -> Self {
        Self { citizens, mornings: Vec::new() }
    }
}
