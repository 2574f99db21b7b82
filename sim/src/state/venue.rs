//! What a venue is on a day.

use crate::ids::event::EventId;
use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

/// A venue on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Venue {
    /// Whether it trades.
    pub open: bool,
    /// Day on which it opened; before day 0 for those who were there already.
    pub opened: i64,
    /// Trust in it now, 0 to 1.
    pub trust: f32,
    /// Day on which it opens again, while closed.
    pub reopens: u32,
    /// Cases gathered against it; half is forgotten in thirty days.
    pub evidence: f64,
    /// The last case against it that was written down, if there is one.
    pub last_case: EventId,
    /// The event that closed it last, if there is one.
    pub closed_by: EventId,
    /// Fees of an average day, in milli-credits, over about ten days.
    pub usual_fees: f64,
    /// Fees of today, in milli-credits.
    pub fees: i64,
    /// What was paid for trades today, in milli-credits.
    pub volume: i64,
    /// Purchases settled today.
    pub trades: u32,
}

impl Venue {
    /// A venue that people know already.
    pub fn established(trust: f32) -> Self {
        Self {
            open: true,
            opened: -365,
            trust,
            reopens: 0,
            evidence: 0.0,
            last_case: EventId::NONE,
            closed_by: EventId::NONE,
            usual_fees: 0.0,
            fees: 0,
            volume: 0,
            trades: 0,
        }
    }
}
