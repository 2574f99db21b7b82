//! The context of a run: what never changes while it goes on.

use bevy_ecs::prelude::*;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

use crate::base::dice::Dice;
use crate::base::numerics::{TailTable, gumbel_table, nest_table};
use crate::base::units::PlaceKind;
use crate::ids::good::{GOODS, Good, PerGood};
use crate::params::enclave::CRAFTS;
use crate::scenario::Scenario;

/// A run of neighbourhoods.
#[derive(Clone, Copy, Debug)]
pub struct Neighbourhoods {
    /// Number of the first.
    pub first: u32,
    /// How many.
    pub len: u32,
}

/// Where an agency may act, and on what.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// By place.
    pub places: Vec<bool>,
    /// By good.
    pub goods: [bool; GOODS],
}

/// An enclave's council, as a seller.
#[derive(Clone, Copy, Debug)]
pub struct Council {
    /// Number of the place that it governs, from 0.
    pub place: usize,
    /// Number of the venue where it sells, from 0.
    pub venue: usize,
}

/// What never changes during a run.
#[derive(Resource)]
pub struct RunContext {
    /// What is asked.
    pub scenario: Arc<Scenario>,
    /// The source of all draws.
    pub dice: Dice,
    /// Threads of the run's own, where it has more than one.
    pub threads: Option<Arc<rayon::ThreadPool>>,
    /// Citizens who take part.
    pub active: usize,
    cumulative: Vec<f64>,
    /// Neighbourhoods by place.
    pub neighbourhoods: Vec<Neighbourhoods>,
    /// How many stalls of each good there can be; see [`slots_of`](Self::slots_of).
    pub slots: usize,
    /// Councils: they are the first sellers.
    pub councils: Vec<Council>,
    /// By place, the number of its council, from 0, where it is an enclave.
    pub council_of: Vec<Option<usize>>,
    /// Houses: they are the sellers behind the councils.
    pub houses: usize,
    /// Numbers of the places of the colonies, from 0.
    pub colonies: Vec<usize>,
    /// By venue, the number of its place, from 0; none for one that stands nowhere.
    pub venue_place: Vec<Option<usize>>,
    /// Mandate of each agency.
    pub mandates: Vec<Mandate>,
    /// Gumbel shocks.
    pub gumbel: TailTable,
    /// Shocks of a nest.
    pub nest: TailTable,
    /// The nest parameter, `demand.nest`: above 0 to 1, a share of the shock's spread.
    pub nest_share: f32,
}

impl RunContext {
    /// The setting of a run; `threads` changes speed only.
    pub fn new(scenario: Arc<Scenario>, seed: u64, threads: usize) -> Self {
        let params = &scenario.params;
        let active = params.citizens.count.get() as usize;
        let weights: Vec<f64> = params.places.iter().map(|place| place.params.population.get()).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let cumulative = weights
            .iter()
            .map(|weight| {
                sum += if total > 0.0 { weight / total } else { 1.0 / weights.len() as f64 };
                sum
            })
            .collect();
        let mut first = 0;
        let size = f64::from(params.citizens.neighbourhood.get());
        let neighbourhoods = weights
            .iter()
            .map(|weight| {
                let people = if total > 0.0 { active as f64 * weight / total } else { active as f64 };
                let len = ((people / size) as u32).max(1);
                first += len;
                Neighbourhoods { first: first - len, len }
            })
            .collect();
        let place_index = |name: &str| params.places.iter().position(|place| place.name == name);
        let venue_place: Vec<Option<usize>> =
            params.venues.iter().map(|venue| venue.place.as_deref().and_then(place_index)).collect();
        let mut councils = Vec::new();
        let council_of = params
            .places
            .iter()
            .enumerate()
            .map(|(place, about)| {
                (about.params.kind == PlaceKind::Enclave).then(|| {
                    let own = venue_place.iter().position(|&at| at == Some(place));
                    let venue = own.or_else(|| venue_place.iter().position(Option::is_none)).unwrap_or(0);
                    councils.push(Council { place, venue });
                    councils.len() - 1
                })
            })
            .collect();
        let mandates = params
            .agencies
            .iter()
            .map(|agency| Mandate {
                places: params
                    .places
                    .iter()
                    .map(|place| agency.places.is_empty() || agency.places.contains(&place.name))
                    .collect(),
                goods: PerGood::from_fn(|good| agency.goods.is_empty() || agency.goods.contains(&good)).0,
            })
            .collect();
        let own_stalls: u32 = params.houses.iter().map(|house| house.params.stalls.get()).sum();
        let wanted = (params.market.stalls_per_thousand.get() * active as f64 / 1000.0 / GOODS as f64).ceil() as usize;
        let nest = params.demand.nest.get();
        Self {
            dice: Dice::new(seed),
            threads: (threads > 1).then(|| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                Arc::new(pool.expect("threads can be started"))
            }),
            active,
            cumulative,
            neighbourhoods,
            // Houses come with places of their own, whatever they sell.
            slots: wanted.max(4).max(councils.len() + 2) + (own_stalls as usize).div_ceil(GOODS),
            houses: params.houses.len(),
            councils,
            council_of,
            colonies: (0..params.places.len())
                .filter(|&place| params.places[place].params.kind == PlaceKind::Colony)
                .collect(),
            venue_place,
            mandates,
            gumbel: gumbel_table(),
            nest: nest_table(nest),
            nest_share: params.demand.nest.as_f32(),
            scenario,
        }
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.cumulative.len()
    }

    /// The place that a draw between 0 and 1 falls on.
    pub fn place_of(&self, draw: f64) -> usize {
        self.cumulative.iter().position(|&bound| draw < bound).unwrap_or(self.cumulative.len() - 1)
    }

    /// How many slots there are, of all goods.
    pub const fn all_slots(&self) -> usize {
        self.slots * GOODS
    }

    /// The slots of a good: they stand together, those of the first good first.
    pub const fn slots_of(&self, good: Good) -> Range<usize> {
        let first = good.index() * self.slots;
        first..first + self.slots
    }

    /// The good sold at a slot.
    pub const fn good_of(&self, slot: usize) -> Good {
        Good::at(slot / self.slots)
    }

    /// Where a slot stands among those of its good, from 0.
    pub const fn row_of(&self, slot: usize) -> usize {
        slot % self.slots
    }

    /// Whether a seller is an enclave's council.
    pub fn is_council(&self, seller: usize) -> bool {
        seller < self.councils.len()
    }

    /// The council for whom a slot is kept, if any.
    pub fn reserved(&self, slot: usize) -> Option<usize> {
        let row = self.row_of(slot);
        (row < self.councils.len() && CRAFTS.contains(&self.good_of(slot))).then_some(row)
    }

    /// Works through chunks, on all threads, and returns what came of them in the order of the chunks.
    pub fn in_order<T: Send, R: Send>(&self, chunks: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
        match &self.threads {
            Some(threads) if chunks.len() > 1 => {
                threads.install(|| chunks.into_par_iter().with_max_len(1).map(work).collect())
            }
            _ => chunks.into_iter().map(work).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_of_one_good_and_has_its_row_there() {
        let context = RunContext::new(Arc::new(Scenario::default()), 1, 1);
        let listed: Vec<(usize, Good, usize)> = Good::ALL
            .iter()
            .flat_map(|&good| context.slots_of(good).enumerate().map(move |(row, slot)| (slot, good, row)))
            .collect();
        let asked: Vec<(usize, Good, usize)> =
            (0..context.all_slots()).map(|slot| (slot, context.good_of(slot), context.row_of(slot))).collect();
        assert_eq!(listed, asked);
    }
}
