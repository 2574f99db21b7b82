//! Everything that changes beside the citizens, as it is built and stored.

use serde::{Deserialize, Serialize};

use crate::state::agency::Agency;
use crate::state::balances::Balances;
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::day::Today;
use crate::state::enclave::Enclave;
use crate::state::events::EventsState;
use crate::state::ledger::Books;
use crate::state::provider::Provider;
use crate::state::recorder::RecorderState;
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;

/// Everything that changes, beside the citizens.
#[derive(Serialize, Deserialize)]
pub struct Parts {
    /// Time.
    pub today: Today,
    /// Stalls, by slot.
    pub stalls: Vec<Stall>,
    /// Sellers, councils first, then houses.
    pub sellers: Vec<Seller>,
    /// Venues.
    pub venues: Vec<Venue>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Providers of delegates.
    pub providers: Vec<Provider>,
    /// Enclaves, in the order of their councils.
    pub enclaves: Vec<Enclave>,
    /// Colonies.
    pub colonies: Vec<Colony>,
    /// Balances.
    pub books: Books,
    /// What each kind of account held last evening.
    pub balances: Balances,
    /// The climate.
    pub climate: Climate,
    /// Events of which more is to come.
    pub events: EventsState,
    /// What the recorder remembers.
    pub recorder: RecorderState,
}
