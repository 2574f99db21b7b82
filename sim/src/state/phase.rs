//! The phases of the day, and who listens to their ends.

use bevy_ecs::prelude::*;

/// A phase of the day.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Rules, incomes, budgets.
    Govern,
    /// Supply.
    Produce,
    /// Demand.
    Want,
    /// Exchange.
    Trade,
    /// Detection.
    Watch,
    /// Penalties.
    Punish,
    /// Learning.
    Adapt,
    /// Audit and rows.
    Record,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 8] =
        [Self::Govern, Self::Produce, Self::Want, Self::Trade, Self::Watch, Self::Punish, Self::Adapt, Self::Record];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Govern => "govern",
            Self::Produce => "produce",
            Self::Want => "want",
            Self::Trade => "trade",
            Self::Watch => "watch",
            Self::Punish => "punish",
            Self::Adapt => "adapt",
            Self::Record => "record",
        }
    }
}

/// Who listens to the ends of phases.
#[derive(Resource, Default)]
pub struct Listener(pub Option<Box<dyn FnMut(Phase) + Send + Sync>>);
