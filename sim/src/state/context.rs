//! The context of a run: what never changes while it goes on.

use bevy_ecs::prelude::*;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

use crate::base::dice::{Dice, choose};
use crate::base::key::Key;
use crate::base::numerics::{TailTable, gumbel_table, nest_table};
use crate::base::units::PlaceKind;
use crate::ids::good::{GOODS, Good, PerGood};
use crate::params::Params;
use crate::params::enclave::CRAFTS;
use crate::scenario::Scenario;
use crate::scenario::canonical::FileOrder;

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

/// What whoever has a name is known by to the dice, by list.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// By place.
    pub places: Vec<Key>,
    /// By venue.
    pub venues: Vec<Key>,
    /// By agency.
    pub agencies: Vec<Key>,
    /// By temperament.
    pub temperaments: Vec<Key>,
    /// By provider.
    pub providers: Vec<Key>,
    /// By house.
    pub houses: Vec<Key>,
}

impl Keys {
    /// Of the lists of a scenario, as they stand there.
    pub fn of(params: &Params) -> Self {
        let named = |list: &str, key: &str| Key::named(list, key);
        Self {
            places: params.places.iter().map(|place| named("places", place.key())).collect(),
            venues: params.venues.iter().map(|venue| named("venues", venue.key())).collect(),
            agencies: params.agencies.iter().map(|agency| named("agencies", agency.key())).collect(),
            temperaments: params.temperaments.iter().map(|kind| named("temperaments", kind.key())).collect(),
            providers: params.providers.iter().map(|provider| named("providers", provider.key())).collect(),
            houses: params.houses.iter().map(|house| named("houses", house.key())).collect(),
        }
    }
}

/// What never changes during a run.
#[derive(Resource)]
pub struct RunContext {
    /// What is asked, with every list in the order of its keys: all numbers of places, venues and so on are those here. Days
    /// of its timeline are those of the world, which begin before those that are told of (`citizens.settling`).
    pub scenario: Arc<Scenario>,
    /// What is asked, as whoever asks has it.
    pub asked: Arc<Scenario>,
    /// Where the items of its lists stand in those of `scenario`.
    pub file: FileOrder,
    /// Keys of all who have a name.
    pub keys: Arc<Keys>,
    /// The source of all draws.
    pub dice: Dice,
    /// Threads of the run's own, where it has more than one.
    pub threads: Option<Arc<rayon::ThreadPool>>,
    /// Citizens who take part.
    pub active: usize,
    /// By place, its weight when homes are given; 0 for a place where nobody lives and nobody comes to live.
    weights: Vec<f64>,
    /// Neighbourhoods by place.
    pub neighbourhoods: Vec<Neighbourhoods>,
    /// How many stalls of each good there can be; see [`slots_of`](Self::slots_of).
    pub slots: usize,
    /// How many stalls of a good there is room for when goods share the market alike: a ninth of all.
    pub share: usize,
    /// How many sellers there can be at a time.
    pub seats: usize,
    /// How many sellers there can be on a day, each with a number of its own.
    sellers_a_day: usize,
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
    pub fn new(asked: Arc<Scenario>, seed: u64, threads: usize) -> Self {
        let (mut scenario, file) = asked.canonical();
        // The world's own days begin before those that are told of, and its timeline is kept in its own.
        let before = scenario.params.citizens.settling.get();
        for entry in &mut scenario.timeline {
            entry.day += before;
            entry.until = entry.until.map(|until| until.saturating_add(before));
        }
        let scenario = Arc::new(scenario);
        let params = &scenario.params;
        let active = params.citizens.count.get() as usize;
        let mut weights: Vec<f64> = params.places.iter().map(|place| place.params.population.get()).collect();
        if weights.iter().all(|&weight| weight == 0.0) {
            weights.fill(1.0); // no such world is read from a file
        }
        let total: f64 = weights.iter().sum();
        let mut first = 0;
        let size = f64::from(params.citizens.neighbourhood.get());
        let neighbourhoods = weights
            .iter()
            .map(|weight| {
                let len = ((active as f64 * weight / total / size) as u32).max(1);
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
                (about.params.kind == PlaceKind::Enclave && weights[place] > 0.0).then(|| {
                    // Of the venues there, or else of those anywhere, one that other sellers use too, if there is one.
                    let used = |venue: &usize| params.venues[*venue].params.size.get() > 0.0;
                    let stands =
                        |at: Option<usize>| (0..venue_place.len()).filter(|&venue| venue_place[venue] == at).collect();
                    let (own, virtual_ones): (Vec<usize>, Vec<usize>) = (stands(Some(place)), stands(None));
                    let own = own.iter().copied().find(used).or(own.first().copied());
                    let venue = own.or_else(|| virtual_ones.into_iter().chain(0..venue_place.len()).find(used));
                    let venue = venue.unwrap_or(0);
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
                    .zip(&weights)
                    .map(|(place, &weight)| {
                        weight > 0.0 && (agency.places.is_empty() || agency.places.contains(&place.name))
                    })
                    .collect(),
                goods: PerGood::from_fn(|good| agency.goods.is_empty() || agency.goods.contains(&good)).0,
            })
            .collect();
        let nest = params.demand.nest.get();
        Self {
            dice: Dice::new(seed),
            threads: (threads > 1).then(|| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                Arc::new(pool.expect("threads can be started"))
            }),
            active,
            neighbourhoods,
            slots: params.slots_per_good(councils.len()),
            share: params.share_per_good(councils.len()),
            seats: params.seats(councils.len()),
            sellers_a_day: params.sellers_a_day(councils.len()),
            houses: params.houses.len(),
            councils,
            council_of,
            colonies: (0..params.places.len())
                .filter(|&place| params.places[place].params.kind == PlaceKind::Colony && weights[place] > 0.0)
                .collect(),
            venue_place,
            mandates,
            gumbel: gumbel_table(),
            nest: nest_table(nest),
            nest_share: params.demand.nest.as_f32(),
            keys: Arc::new(Keys::of(params)),
            weights,
            file,
            asked,
            scenario,
        }
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.weights.len()
    }

    /// Whether anybody lives in a place, or may come to: where its population is 0, nobody does.
    pub fn is_lived_in(&self, place: usize) -> bool {
        self.weights[place] > 0.0
    }

    /// The home that a draw gives, in proportion to the weights of places.
    pub fn home_of(&self, word: u32) -> usize {
        let homes = self.keys.places.iter().copied().zip(self.weights.iter().copied());
        choose(word, homes).expect("a place has a weight")
    }

    /// Keys of the enclaves' places, in the order of their councils.
    pub fn council_keys(&self) -> impl Iterator<Item = Key> {
        self.councils.iter().map(|council| self.keys.places[council.place])
    }

    /// How many stalls there is room for beside those of houses, whatever they sell.
    pub const fn room(&self) -> usize {
        self.share * GOODS
    }

    /// How many slots there are, of all goods.
    pub const fn all_slots(&self) -> usize {
        self.slots * GOODS
    }

    /// The number of a seller who enters on a day at a slot: the same in every world where somebody does.
    ///
    /// # Panics
    /// When there are more slots on more days than numbers: a scenario that is checked has fewer.
    pub fn number_at(&self, day: u32, slot: usize) -> u32 {
        self.number(day, slot)
    }

    /// The number of a seller who comes on a day and not to a slot: a council or a house on day 0, a rogue AI later. `nth`
    /// is which of them that day, from 0.
    ///
    /// # Panics
    /// As [`number_at`](Self::number_at).
    pub fn number_beside(&self, day: u32, nth: usize) -> u32 {
        self.number(day, self.all_slots() + nth)
    }

    /// Each day has numbers of its own, as many as sellers could come on it.
    fn number(&self, day: u32, nth: usize) -> u32 {
        let a_day = self.sellers_a_day as u64;
        let number = u64::from(day) * a_day + nth as u64 + 1;
        u32::try_from(number).expect("fewer sellers over all days than 32 bits can number")
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
