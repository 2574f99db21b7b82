//! What stands in the evening, for the rows of the day.

use crate::ids::good::Good;
use crate::state::agency::Agency;
use crate::state::balances::{Balances, Wealth};
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Moods, PlaceMood};
use crate::state::enclave::Enclave;
use crate::state::events::Events;
use crate::state::ledger::Books;
use crate::state::orders::Orders;
use crate::state::provider::Provider;
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;

/// What stands in the evening, and what happened: all that the rows of a day are filled from.
pub(crate) struct Evening<'e> {
    /// The day as it is told.
    pub(crate) day: u32,
    /// The same in the world's own days, in which it keeps when something began.
    pub(crate) now: u32,
    pub(crate) context: &'e RunContext,
    pub(crate) law: &'e ActiveRules,
    pub(crate) orders: &'e Orders,
    pub(crate) events: &'e Events,
    pub(crate) books: &'e Books,
    pub(crate) balances: &'e Balances,
    pub(crate) wealth: &'e Wealth,
    pub(crate) climate: &'e Climate,
    pub(crate) moods: &'e Moods,
    pub(crate) stalls: &'e [Stall],
    /// Slots of those that are open, in order.
    pub(crate) open: Vec<usize>,
    pub(crate) sellers: &'e [Seller],
    pub(crate) venues: &'e [Venue],
    pub(crate) agencies: &'e [Agency],
    pub(crate) providers: &'e [Provider],
    pub(crate) enclaves: Vec<&'e Enclave>,
    pub(crate) colonies: &'e [Colony],
}

impl Evening<'_> {
    /// Citizens who take part, at least one: what shares are shares of.
    pub(crate) fn people(&self) -> f64 {
        self.context.active.max(1) as f64
    }

    /// The open stalls of a good, by slot.
    pub(crate) fn open_of(&self, good: Good) -> &[usize] {
        let slots = self.context.slots_of(good);
        let before = |end: usize| self.open.partition_point(|&slot| slot < end);
        &self.open[before(slots.start)..before(slots.end)]
    }

    /// A part of everybody's mood, summed over places.
    pub(crate) fn mood(&self, part: fn(&PlaceMood) -> f64) -> f64 {
        self.moods.places.iter().map(part).sum()
    }
}

/// The mean of something over stalls; nothing where there are none.
pub(crate) fn mean_over(slots: &[usize], of: impl Fn(usize) -> f64) -> Option<f64> {
    let sum: f64 = slots.iter().map(|&slot| of(slot)).sum();
    (!slots.is_empty()).then(|| sum / slots.len() as f64)
}
