//! People move to enclaves and back.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, choose, happens, pick};
use crate::base::units::{Factor, PlaceKind};
use crate::citizen::{Home, Mind, Traits};
use crate::ids::good::Good;
use crate::ids::place::CHUNK;
use crate::params::Params;
use crate::rules::enclave::hardship;
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::context::RunContext;
use crate::state::day::DayContext;
use crate::state::enclave::Enclave;
use crate::state::events::Events;
use crate::state::ledger::{Books, Purse};
use crate::state::orders::{Fate, Orders};

/// Where somebody goes, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Going {
    /// To an enclave.
    In,
    /// Back, from the enclave of this council.
    Back(usize),
    /// Sent away by this council.
    Expelled(usize),
    /// Driven out of the enclave of this council.
    Driven(usize),
}

/// Everything that is the same for all who think about moving today.
pub(crate) struct Ways<'a> {
    params: &'a Params,
    context: &'a RunContext,
    day: u32,
    enclaves: &'a [Enclave],
    /// What the law lacks of full legitimacy, 0 to 1.
    distrust: f64,
    /// Abundance outside enclaves, on average over those who can be moved to.
    outside: f64,
    /// Abundance and commons of the best fed enclave.
    best: (f64, f64),
}

/// Days between two thoughts about moving.
const MONTH: u32 = 30;

/// People think about moving and about their agents on different days.
const APART: u32 = 15;

impl<'a> Ways<'a> {
    /// What people weigh today: `weights` says how likely each place is for whoever comes back.
    fn of_today(
        (context, params, day): (&'a RunContext, &'a Params, u32),
        enclaves: &'a [Enclave],
        distrust: f64,
        weights: &[f64],
    ) -> Self {
        let abundance = |place: usize| params.places[place].params.abundance.get();
        let fed =
            context.councils.iter().zip(enclaves).map(|(council, state)| (abundance(council.place), state.commons));
        Self {
            params,
            context,
            day,
            enclaves,
            distrust,
            outside: weights.iter().enumerate().map(|(place, weight)| weight * abundance(place)).sum::<f64>()
                / weights.iter().sum::<f64>().max(f64::MIN_POSITIVE),
            best: fed.fold((0.0, 0.0), |best, other| if other.1 > best.1 { other } else { best }),
        }
    }

    /// Where one citizen wants to be, or has to go.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "components are handed over as they stand")]
    fn going(&self, citizen: u32, home: &Home, traits: &Traits, mind: &Mind) -> Option<Going> {
        let about = &self.params.enclaves;
        let disaffection = about.disaffection.get() * self.distrust * f64::from(traits.drivers[0]) / 64.0;
        let skill = f64::from(traits.skill) / 255.0;
        let moving = about.moving.get();
        let here = &self.params.places[home.place as usize].params;
        let abundance = here.abundance.get();
        let suffers =
            |less: f64, commons: f64| hardship(about.hardship.get(), less, skill, commons, about.hunger.get());
        let Some(council) = self.context.council_of[home.place as usize] else {
            let less = suffers(abundance - self.best.0, self.best.1);
            let goes = f64::from(mind.anxiety) + disaffection + here.leaving.get() - less > about.exit.get() + moving;
            return goes.then_some(Going::In);
        };
        let state = &self.enclaves[council];
        let less = self.outside - abundance;
        let stays = disaffection + here.leaving.get() + about.relief.get() * less - suffers(less, state.commons);
        if stays < -moving {
            return Some(Going::Back(council));
        }
        let gives = f64::from(traits.sociable) >= about.free_riders.get() * 256.0;
        let [word] = if gives { [0] } else { self.context.dice.words(Purpose::Migrate, self.day, u64::from(citizen)) };
        (!gives && happens(word, about.expulsion.get() * state.norms)).then_some(Going::Expelled(council))
    }
}

/// On their own day, every thirtieth, people think about where to live: some leave for an enclave, as far as its council
/// lets them in, and some come back.
pub fn migrate(
    DayContext { context, today, law }: DayContext<'_>,
    climate: Res<Climate>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut enclaves: Query<&mut Enclave>,
    citizens: Single<(&mut PerCitizen<Purse>, &mut PerCitizen<Home>, &PerCitizen<Traits>, &mut PerCitizen<Mind>)>,
) {
    let enclaves = column_mut(&mut enclaves);
    if enclaves.is_empty() {
        return;
    }
    count_crafts(&context, &orders, enclaves);
    let (mut purses, mut homes, traits, mut minds) = citizens.into_inner();
    let active = context.active;
    let (homes, minds) = (&mut homes[..active], &mut minds[..active]);
    let about = &law.params.enclaves;
    let weights = weights_of_return(&law.params);
    let ways = Ways::of_today((&context, &law.params, today.day), enclaves, 1.0 - climate.legitimacy, &weights);
    let movers = in_turn(&context, today.day, think(&ways, homes, traits, minds));

    let most = about.capacity.get() * active as f64;
    let mut living: Vec<i64> =
        context.councils.iter().map(|council| i64::from(climate.population[council.place])).collect();
    for mover in movers {
        let index = mover.citizen as usize;
        let place = match mover.going {
            Going::In => {
                let council = choose(mover.where_to, context.council_keys().map(|key| (key, 1.0)));
                let council = council.expect("there are enclaves");
                let full = living[council] as f64 + 1.0 > most;
                let clean = about.records || minds[index].record == 0;
                if !admits(&mut enclaves[council], traits[index].skill, clean, full) {
                    continue;
                }
                living[council] += 1;
                events.counts.joined_enclave += 1;
                context.councils[council].place
            }
            Going::Back(council) | Going::Expelled(council) | Going::Driven(council) => {
                let places = context.keys.places.iter().copied().zip(weights.iter().copied());
                let Some(place) = choose(mover.where_to, places) else { continue };
                let state = &mut enclaves[council];
                if matches!(mover.going, Going::Expelled(_)) {
                    state.expelled += 1;
                } else {
                    state.left += 1;
                }
                if matches!(mover.going, Going::Driven(_)) {
                    minds[index].anxiety = (minds[index].anxiety + about.uprooting.as_f32()).min(1.0);
                }
                living[council] -= 1;
                events.counts.left_enclave += 1;
                place
            }
        };
        let street = context.neighbourhoods[place];
        let place = u8::try_from(place).expect("at most 200 places");
        books.move_home(&mut purses[index], place);
        homes[index].place = place;
        homes[index].neighbourhood = street.first + pick(mover.door, street.len).0;
    }
}

/// How likely whoever comes back goes to each place: by its population where it is a district or a fringe. Where there is
/// none, nobody comes back.
fn weights_of_return(params: &Params) -> Vec<f64> {
    let weight = |kind, population: Factor| match kind {
        PlaceKind::District | PlaceKind::Fringe => population.get(),
        PlaceKind::Enclave | PlaceKind::Colony => 0.0,
    };
    params.places.iter().map(|place| weight(place.params.kind, place.params.population)).collect()
}

/// Whoever has thought today and wants to move or has to, by citizen: all of them think for themselves, so chunks can be
/// worked on in any order.
fn think(ways: &Ways<'_>, homes: &[Home], traits: &[Traits], minds: &[Mind]) -> Vec<(u32, Going)> {
    let context = ways.context;
    let driven: Vec<bool> = ways.enclaves.iter().map(|state| state.eradicated).collect();
    let chunks: Vec<_> = homes.chunks(CHUNK).zip(traits.chunks(CHUNK)).zip(minds.chunks(CHUNK)).enumerate().collect();
    let goings = context.in_order(chunks, |(chunk, ((homes, traits), minds))| {
        let first = (chunk * CHUNK) as u32;
        let start = (MONTH - (ways.day + first + APART) % MONTH) % MONTH;
        let mut goings = Vec::new();
        for at in (start as usize..homes.len()).step_by(MONTH as usize) {
            let citizen = first + at as u32;
            let going = ways.going(citizen, &homes[at], &traits[at], &minds[at]);
            goings.extend(going.map(|going| (citizen, going)));
        }
        if driven.contains(&true) {
            goings.retain(|(_, going)| *going == Going::In);
            let residents = (first..).zip(homes).filter_map(|(citizen, home)| {
                let council = context.council_of[home.place as usize]?;
                driven[council].then_some((citizen, Going::Driven(council)))
            });
            goings.extend(residents);
        }
        goings
    });
    goings.concat()
}

/// Somebody who moves or wants to, with draws for the place and for the neighbourhood there.
struct Mover {
    citizen: u32,
    going: Going,
    where_to: u32,
    door: u32,
}

/// Those who leave, and then those who want in, who come before the councils in an order that favours nobody.
fn in_turn(context: &RunContext, day: u32, goings: Vec<(u32, Going)>) -> Vec<Mover> {
    let mut seekers = Vec::new();
    let mut movers = Vec::new();
    for (citizen, going) in goings {
        let [turn, where_to, door] = context.dice.words::<3>(Purpose::Migrate, day, (1 << 40) + u64::from(citizen));
        let mover = Mover { citizen, going, where_to, door };
        if going == Going::In { seekers.push((turn, mover)) } else { movers.push(mover) }
    }
    seekers.sort_unstable_by_key(|(turn, mover)| (*turn, mover.citizen));
    movers.extend(seekers.into_iter().map(|(_, mover)| mover));
    movers
}

/// Whether a council lets somebody in of so much skill, in 255ths; counts either way. Nobody gets in where the enclave is
/// surrounded, eradicated or `full`, or whose record is held against them.
fn admits(state: &mut Enclave, skill: u8, clean: bool, full: bool) -> bool {
    let shut = state.contained || state.eradicated || full;
    let admitted = !shut && clean && f64::from(skill) >= state.threshold * 255.0;
    *if admitted { &mut state.admitted } else { &mut state.refused } += 1;
    admitted
}

/// Crafts sold today were taken from the commons.
fn count_crafts(context: &RunContext, orders: &Orders, enclaves: &mut [Enclave]) {
    let first = context.slots_of(Good::Authenticity).start;
    let shelf = first..first + enclaves.len();
    for order in orders.list.iter().filter(|order| shelf.contains(&(order.stall as usize))) {
        if order.fate == Fate::Delivered {
            enclaves[order.stall as usize - first].sold += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ids::good::GOODS;
    use crate::scenario::Scenario;

    /// Default places: 0.9 of abundance in the harbour, 0.4 in the enclave. Law without legitimacy by a quarter.
    #[test]
    fn the_anxious_and_disaffected_leave_and_the_content_come_back() {
        let scenario = Scenario::default();
        let context = RunContext::new(Arc::new(scenario.clone()), 1, 1);
        let enclave = context.councils[0].place;
        let enclaves = [Enclave::founded(100)];
        let ways = Ways {
            params: &scenario.params,
            context: &context,
            day: 1,
            enclaves: &enclaves,
            distrust: 0.25,
            outside: 0.9,
            best: (0.4, 0.75),
        };
        let going = |place: usize, anxiety: f32, reactance: u8, skill: u8| {
            let home = Home { neighbourhood: 0, delegating: 0, place: place as u8, caution: 0 };
            let traits = Traits {
                drivers: [reactance, 64, 64, 64, 64, 64, 64, 0],
                desire: [64; GOODS],
                skill,
                sociable: 200,
                sheltered: 0,
            };
            ways.going(7, &home, &traits, &Mind { anxiety, ..Mind::default() })
        };
        // 0.4 and 0.25 * 2 are more than 0.7 and 0.1; without skill hardship takes 0.25 of it.
        assert_eq!(going(1, 0.4, 128, 255), Some(Going::In));
        assert_eq!(going(1, 0.2, 128, 255), None);
        assert_eq!(going(1, 0.4, 128, 0), None);
        // 0.25 of disaffection and 0.1 of relief bear a hardship of 0.25; without disaffection they do not.
        assert_eq!(going(enclave, 0.0, 64, 0), None);
        assert_eq!(going(enclave, 0.0, 0, 0), Some(Going::Back(0)));
        assert_eq!(going(enclave, 0.0, 0, 255), None);
    }
}
