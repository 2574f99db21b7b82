//! What each kind of account held last evening, and how wealth was spread.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::state::accounts::ACCOUNT_KINDS;
use crate::state::ledger::Flows;

/// What each kind of account held last evening.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Balances {
    /// Milli-credits, in the order of [`AccountKind::ALL`](crate::state::accounts::AccountKind::ALL).
    pub kinds: [i64; ACCOUNT_KINDS],
}

/// How wealth is spread this evening.
#[derive(Resource, Clone, Debug, Default)]
pub struct Wealth {
    /// Gini of citizens' credits.
    pub gini: f64,
    /// Sum, in milli-credits, by place.
    pub places: Vec<i64>,
    /// Favours that citizens hold.
    pub favours: i64,
    /// What moved today.
    pub flows: Flows,
}
