//! What a colony has and learns.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::numerics::exp;
use crate::ids::event::EventId;

/// A colony on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Colony {
    /// Number of its place, from 0.
    pub place: usize,
    /// Whether its lane is open.
    pub open: bool,
    /// First day on which the lane may open again after an interception.
    pub closed_until: u32,
    /// Departure of the logarithm of the lane's cost from its mean, 0 on average.
    pub drift: f64,
    /// The chance a day of being caught that it fears, 0 to 1.
    pub feared: f64,
    /// The event that left the lane as it is, if there is one.
    pub since: EventId,
    /// Whether a shipment was caught today.
    pub caught: bool,
    /// Elements mined today.
    pub mined: u32,
    /// Elements bartered today.
    pub bartered: u32,
    /// Credits that they earned today, in milli-credits.
    pub earned: i64,
}

impl Colony {
    /// A colony whose lane has always been open.
    pub const fn at(place: usize) -> Self {
        Self {
            place,
            open: true,
            closed_until: 0,
            drift: 0.0,
            feared: 0.0,
            since: EventId::NONE,
            caught: false,
            mined: 0,
            bartered: 0,
            earned: 0,
        }
    }

    /// Cost over the lane as a multiple of the mean, above 0.
    pub fn lane_cost(&self) -> f64 {
        exp(self.drift)
    }
}
