//! What an agency knows and plans.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::good::GOODS;

/// An agency on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Agency {
    /// Estimated illicit trades a day, by beat: place times the number of goods, plus good.
    pub estimates: Vec<f64>,
    /// Units that one investigation stops, as learned, by good.
    pub yields: [f64; GOODS],
    /// Trades that it means to examine today, by beat.
    pub patrols: Vec<u32>,
    /// Of these, the trades of people with the longest records, by beat.
    pub listed: Vec<u32>,
    /// Traps it has set today, by beat.
    pub traps: Vec<u32>,
    /// People with masks whom it means to search today.
    pub searches: u32,
    /// Investigations that it spends on rogue AIs today.
    pub hunts: u32,
    /// Budget of today, in milli-credits.
    pub budget: i64,
    /// Investigations that today's budget pays for.
    pub capacity: u32,
    /// Trades examined today.
    pub examined: u32,
    /// Cases opened today, of trades examined and of traps.
    pub detections: u32,
    /// Searches of today that found something.
    pub hits: u32,
    /// Trades examined and traps set today, by good.
    pub looked: [u32; GOODS],
    /// Units stopped today, by good.
    pub stopped: [f64; GOODS],
}

impl Agency {
    /// An agency that knows nothing yet and expects the same everywhere.
    pub fn ignorant(places: usize) -> Self {
        let beats = places * GOODS;
        Self {
            estimates: vec![1.0; beats],
            yields: [1.0; GOODS],
            patrols: vec![0; beats],
            listed: vec![0; beats],
            traps: vec![0; beats],
            searches: 0,
            hunts: 0,
            budget: 0,
            capacity: 0,
            examined: 0,
            detections: 0,
            hits: 0,
            looked: [0; GOODS],
            stopped: [0.0; GOODS],
        }
    }

    /// Traps it has set today.
    pub fn traps(&self) -> u32 {
        self.traps.iter().sum()
    }

    /// Investigations of today that found nothing to examine.
    pub fn idle(&self) -> u32 {
        self.capacity.saturating_sub(self.examined + self.traps() + self.searches + self.hunts)
    }
}
