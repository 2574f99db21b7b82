//! What a provider of delegates asks and knows.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

/// A provider on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Provider {
    /// Markup that it asks, as a share of the price.
    pub markup: f64,
    /// People whom it serves.
    pub clients: i64,
    /// What it has learnt of them all, in 255ths.
    pub profiles: i64,
    /// Markups earned today, in milli-credits.
    pub income: i64,
    /// Markups of a usual day, in credits, over about thirty days.
    pub usual_income: f64,
    /// Price of a usual purchase, in credits.
    pub usual_price: f64,
    /// Share of its purchases that were hijacked lately, as people hear of it.
    pub news: f64,
    /// Purchases of its clients that were hijacked today.
    pub injected: i64,
    /// People who came today.
    pub switched_in: i64,
    /// People who left today.
    pub switched_out: i64,
    /// Clients gained since its last plan; below zero for lost ones.
    pub(crate) gained: i64,
}

impl Provider {
    /// A provider on the first day, without clients.
    pub fn opening(markup: f64, usual_price: f64) -> Self {
        Self {
            markup,
            clients: 0,
            profiles: 0,
            income: 0,
            usual_income: 0.0,
            usual_price,
            news: 0.0,
            injected: 0,
            switched_in: 0,
            switched_out: 0,
            gained: 0,
        }
    }

    /// What it has learnt of a client on average, 0 to 1; NaN without clients.
    pub fn mean_profile(&self) -> f64 {
        self.profiles as f64 / 255.0 / self.clients as f64
    }
}
