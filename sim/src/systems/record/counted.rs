//! The day's orders, counted once for all tables that tell of them.

use crate::ids::good::GOODS;
use crate::ids::place::CHUNK;
use crate::state::orders::Order;
use crate::state::recorder::RecorderState;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::{Moments, Tally, price_moments};

/// The day's orders, by place and good.
pub(crate) struct OrderCounts {
    /// By place and, within it, by good.
    pub(crate) cells: Vec<Tally>,
    /// All together.
    pub(crate) all: Tally,
    pub(crate) by_good: Vec<Tally>,
    /// Prices paid, by good.
    pub(crate) prices: Vec<Option<Moments>>,
}

impl OrderCounts {
    pub(crate) fn of(evening: &Evening<'_>) -> Self {
        let context = evening.context;
        let places = context.places();
        let counted = context.in_order(evening.orders.list.chunks(2 * CHUNK).collect(), |orders: &[Order]| {
            let mut cells = vec![Tally::default(); places * GOODS];
            let mut prices: [Vec<i64>; GOODS] = Default::default();
            for order in orders {
                let good = order.stall as usize / context.slots;
                cells[order.place as usize * GOODS + good].add(order);
                if order.settled() {
                    prices[good].push(order.price.as_milli());
                }
            }
            (cells, prices)
        });
        let mut cells = vec![Tally::default(); places * GOODS];
        let mut prices: [Vec<i64>; GOODS] = Default::default();
        for (part, paid) in counted {
            cells.iter_mut().zip(&part).for_each(|(cell, part)| cell.merge(part));
            prices.iter_mut().zip(paid).for_each(|(prices, paid)| prices.extend(paid));
        }
        let prices = context.in_order(prices.iter_mut().collect(), |prices: &mut Vec<i64>| price_moments(prices));
        let of_good = |good| Tally::sum((0..places).map(|place: usize| &cells[place * GOODS + good]));
        Self { all: Tally::sum(&cells), by_good: (0..GOODS).map(of_good).collect(), prices, cells }
    }

    /// The orders of those who live in a place, by good.
    pub(crate) fn in_place(&self, place: usize) -> &[Tally] {
        &self.cells[place * GOODS..(place + 1) * GOODS]
    }

    /// Adds the day's illicit trades to what displacement is told from.
    pub(crate) fn note_shifts(&self, recorder: &mut Recorder, evening: &Evening<'_>) {
        let illicit = |cells: &[Tally]| cells.iter().map(|cell| cell.illicit as u64).sum();
        let mut at_venues = vec![0; evening.venues.len()];
        for order in evening.orders.list.iter().filter(|order| order.illicit && order.settled()) {
            at_venues[evening.stalls[order.stall as usize].venue as usize] += 1;
        }
        let shifts = &mut recorder.state.shifts;
        let by_good = self.by_good.iter().map(|tally| tally.illicit as u64).collect();
        shifts[RecorderState::GOODS].add(evening.day, by_good);
        shifts[RecorderState::PLACES].add(evening.day, self.cells.chunks(GOODS).map(illicit).collect());
        shifts[RecorderState::VENUES].add(evening.day, at_venues);
    }
}
