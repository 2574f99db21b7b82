//! What an enclave has in common, and the gate to it.

use crate::ids::event::EventId;
use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

/// An enclave and its council on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Enclave {
    /// People who lived there at the start.
    pub founders: u32,
    /// What the commons holds, as a share of what it can hold.
    pub commons: f64,
    /// What was taken from it today, in days of need.
    pub harvest: f64,
    /// Units of craft sold yesterday.
    pub sold: u32,
    /// How far norms hold overuse down today.
    pub norms: f64,
    /// Least skill asked of those who come today.
    pub threshold: f64,
    /// People who came today.
    pub admitted: i64,
    /// People who wanted to come and were not let in.
    pub refused: i64,
    /// People who went back today.
    pub left: i64,
    /// People who were sent away today.
    pub expelled: i64,
    /// Whether there is a ring around it.
    pub contained: bool,
    /// Whether it is eradicated today.
    pub eradicated: bool,
    /// The event by which it became visible, was contained or eradicated last, if there is one.
    pub cause: EventId,
}

impl Enclave {
    /// An enclave of so many people before the first day.
    pub fn founded(founders: u32) -> Self {
        Self {
            founders,
            commons: 0.75,
            harvest: 0.0,
            sold: 0,
            norms: 0.0,
            threshold: 0.0,
            admitted: 0,
            refused: 0,
            left: 0,
            expelled: 0,
            contained: false,
            eradicated: false,
            cause: EventId::NONE,
        }
    }
}

/// What others meet at a place, beside what the scenario says of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Gate {
    /// Factor on surveillance.
    pub watch: f64,
    /// Utility lost on the way in.
    pub ring: f32,
    /// Tariff on strangers' sales, as a share of the price.
    pub tariff: f64,
    /// Units of each craft that the commons allows today.
    pub crafts: u32,
}

impl Gate {
    /// A place that everybody may enter.
    pub const OPEN: Self = Self { watch: 1.0, ring: 0.0, tariff: 0.0, crafts: u32::MAX };
}
