//! Slots and rooms that cannot be made are shared out among stalls.

use crate::goods::positional::{Positional, tier};
use crate::goods::scarcity_recreation::share_out;
use crate::ids::good::Good;
use crate::params::Params;
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::stall::Stall;

/// How many slots each stall of the good may let today.
pub fn share_out_slots(context: &RunContext, params: &Positional, day: u32, stalls: &[Stall]) -> Vec<u32> {
    let here = &stalls[context.slots_of(Good::Positional)];
    let mut shares = vec![0; here.len()];
    let free = params.slots.get() * context.active as f64 / 1000.0 / f64::from(params.lease.get());
    let tiers = params.tiers.get();
    let weights: f64 = (0..tiers).map(|tier| f64::from(1u32 << tier)).sum();
    for at in 0..tiers {
        let sellers: Vec<usize> = (0..here.len()).filter(|&slot| here[slot].open && tier(slot, tiers) == at).collect();
        share_out(free * f64::from(1u32 << at) / weights, day + at, &sellers, &mut shares);
    }
    shares
}

/// The place whose zone a stall sells: its venue's place if that has one, else one of those that have, by turns: `row` is
/// where its slot stands among those of the good.
pub fn zone_of(context: &RunContext, params: &Params, row: usize, stall: &Stall) -> Option<usize> {
    let has_zone = |place: usize| context.is_lived_in(place) && params.places[place].params.zone_room.get() > 0.0;
    let own = context.venue_place[stall.venue as usize].filter(|&place| has_zone(place));
    if own.is_some() {
        return own;
    }
    let zones = (0..context.places()).filter(|&place| has_zone(place));
    zones.clone().nth(row % zones.count().max(1))
}

/// How many units of room each slot of the good may sell today: the room of a zone, shared out among its stalls.
pub fn share_out_room(
    context: &RunContext,
    params: &Params,
    climate: &mut Climate,
    day: u32,
    stalls: &[Stall],
) -> Vec<u32> {
    let here = &stalls[context.slots_of(Good::ScarcityRecreation)];
    let zones: Vec<Option<usize>> = here
        .iter()
        .enumerate()
        .map(|(row, stall)| if stall.open { zone_of(context, params, row, stall) } else { None })
        .collect();
    let mut rooms = vec![0; here.len()];
    for (place, zone) in climate.zones.iter_mut().enumerate() {
        let open = zone.closed_until < day;
        let people = f64::from(climate.population[place]);
        zone.room = if open { params.places[place].params.zone_room.get() * people } else { 0.0 };
        let sellers: Vec<usize> = (0..here.len()).filter(|&slot| zones[slot] == Some(place)).collect();
        share_out(zone.room, day, &sellers, &mut rooms);
    }
    rooms
}
