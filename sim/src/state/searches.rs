//! Who is to be searched today.

use bevy_ecs::prelude::*;

/// Somebody who is searched today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Who.
    pub citizen: u32,
    /// By which agency.
    pub agency: u8,
    /// Whether something is found.
    pub found: bool,
}

/// The day's searches, in the order in which agencies drew their names.
#[derive(Resource, Default)]
pub struct Searches {
    /// Who is searched.
    pub suspects: Vec<Suspect>,
}
