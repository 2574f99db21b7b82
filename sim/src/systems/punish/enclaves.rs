//! Enclaves are raided.

use bevy_ecs::prelude::*;

use crate::actions::street::{Closing, MarketParams};
use crate::state::enclave::Enclave;

/// Venues of enclaves that are eradicated are raided.
pub fn raid_enclaves(mut streets: MarketParams<'_, '_>, enclaves: Query<&Enclave>) {
    if !enclaves.iter().any(|state| state.eradicated) {
        return;
    }
    let mut street = streets.walk();
    for (council, state) in street.context.councils.iter().zip(&enclaves) {
        for venue in 0..street.venues.len() {
            let here = street.context.venue_place[venue] == Some(council.place);
            if state.eradicated && here && street.venues[venue].open {
                street.venues[venue].last_case = state.cause;
                street.events.raids += 1;
                street.close(venue, Closing::Raid, "its enclave is eradicated".into());
            }
        }
    }
}
