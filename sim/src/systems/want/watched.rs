//! The day of a watched citizen is set aside.

use bevy_ecs::prelude::*;

use crate::state::columns::EveryColumn;
use crate::state::watched::WatchedCitizens;

/// Sets aside how those who are watched stand before the day's choices.
pub fn set_aside(mut watched: ResMut<WatchedCitizens>, citizens: Single<EveryColumn>) {
    if watched.citizens.is_empty() {
        return;
    }
    let (purses, homes, traits, tastes, minds, lives) = *citizens;
    let WatchedCitizens { citizens, mornings } = &mut *watched;
    mornings.clear();
    mornings.extend(citizens.iter().map(|&citizen| {
        let i = citizen as usize;
        (purses[i], homes[i], traits[i], tastes[i], minds[i], lives[i])
    }));
}
