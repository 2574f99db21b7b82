//! The day, the rules in force on it, and the moods of places.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use serde::{Deserialize, Serialize};

use crate::base::units::Status;
use crate::ids::good::GOODS;
use crate::params::Params;
use crate::scenario::{Rules, Scenario};
use crate::state::context::RunContext;

/// Where time stands.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Today {
    /// The day, counted from the first that was lived; 0 before it.
    pub day: u32,
    /// How many days were lived before the first that is told of.
    pub before: u32,
}

impl Today {
    /// The day as it is told: 1 for the first, 0 before it.
    pub const fn told(&self) -> u32 {
        self.day.saturating_sub(self.before)
    }
}

/// What is in force today.
#[derive(Resource, Debug)]
pub struct ActiveRules {
    /// Everywhere.
    pub params: Params,
    /// In each place.
    pub rules: Vec<Rules>,
    /// Attention that the law pays to trade in each good in each place, 0 to 1.
    pub attention: Vec<[f64; GOODS]>,
    /// Goods from which agencies look away for the sake of ideas.
    pub gray: [bool; GOODS],
}

/// What nearly every system reads.
#[derive(SystemParam)]
pub struct DayContext<'w> {
    /// What never changes during the run.
    pub context: Res<'w, RunContext>,
    /// Where time stands.
    pub today: Res<'w, Today>,
    /// What is in force.
    pub law: Res<'w, ActiveRules>,
}

impl ActiveRules {
    /// What is in force on a day.
    pub fn on(scenario: &Scenario, day: u32) -> Self {
        let places = scenario.params.places.len();
        let rules: Vec<Rules> = (0..places).map(|place| scenario.rules_in(place, day)).collect();
        let paid = |rules: &Rules| {
            let tolerance = rules.law.tolerance.get();
            rules.goods.0.each_ref().map(|good| attention(good.status, tolerance))
        };
        Self {
            params: scenario.params_on(day),
            attention: rules.iter().map(paid).collect(),
            rules,
            gray: [false; GOODS],
        }
    }
}

/// Sums of what people in a place feel.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceMood {
    /// People who live there.
    pub people: u32,
    /// Perceived risk, over people and groups of goods.
    pub risk: f64,
    /// Sum of the anxiety of its people, each 0 to 1.
    pub anxiety: f64,
    /// Sum of the boredom of its people, each 0 to 1.
    pub boredom: f64,
    /// Sum of the entries in the criminal records of its people.
    pub record: i64,
    /// People hidden by a tenth or more.
    pub masked: i64,
    /// People in open unrest.
    pub unrest: i64,
}

/// How people feel this evening.
#[derive(Resource, Clone, Debug, Default)]
pub struct Moods {
    /// By place.
    pub places: Vec<PlaceMood>,
}

/// How much attention the law pays to trade in a good of this status, where this share is left for what is tolerated.
pub const fn attention(status: Status, tolerance: f64) -> f64 {
    match status {
        // What is sold without a licence is as forbidden as ever.
        Status::Prohibited | Status::Licensed => 1.0,
        Status::Tolerated => tolerance,
        Status::Free => 0.0,
    }
}
