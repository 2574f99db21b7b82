//! Zones of recreated scarcity: they wear, and are raided.

use bevy_ecs::prelude::*;

use crate::base::numerics::pow;
use crate::goods::scarcity_recreation::load_after;
use crate::ids::good::Good;
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::events::{Event, EventKind, Events};
use crate::state::orders::{Fate, Orders};
use crate::state::stall::Stall;
use crate::systems::produce::rooms::zone_of;

/// Visits make crowds; cases make raids.
pub fn tend_zones(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
    stalls: Query<&Stall>,
) {
    let params = &law.params;
    let own = &params.own.scarcity_recreation;
    let stalls = crate::state::columns::column(&stalls);
    let slots = context.slots_of(Good::ScarcityRecreation);
    let fades = pow(0.5, 1.0 / 30.0);
    for zone in &mut climate.zones {
        zone.visits = 0;
        zone.evidence *= fades;
    }
    let visits = orders.list.iter().filter(|order| slots.contains(&(order.stall as usize)));
    for order in visits {
        let slot = order.stall as usize;
        let Some(place) = zone_of(&context, params, context.row_of(slot), &stalls[slot]) else { continue };
        let zone = &mut climate.zones[place];
        if order.fate == Fate::Delivered {
            zone.visits += 1;
            events.counts.visits += 1;
        } else if !order.settled() {
            events.counts.turned_away += 1;
        }
        zone.evidence += f64::from(u8::from(order.case.is_some()));
    }
    let (mut load, mut room) = (0.0, 0.0);
    for place in 0..climate.zones.len() {
        let people = f64::from(climate.population[place]);
        let zone = &mut climate.zones[place];
        zone.load = load_after(zone.load, zone.visits, zone.room, own.damping.as_f32());
        load += f64::from(zone.load) * zone.room;
        room += zone.room;
        if zone.evidence >= (own.raid_evidence.get() * people / 100.0).max(3.0) {
            zone.closed_until = today.day + own.closure.get();
            events.counts.zone_raids += 1;
            let about =
                Event { good: Some(Good::ScarcityRecreation), place: Some(place), ..Event::new(EventKind::ZoneRaid) };
            let cause = events.last_case(Good::ScarcityRecreation);
            events.add(Event { amount: zone.evidence, cause, ..about });
            zone.evidence = 0.0;
        }
    }
    events.counts.congestion = (room > 0.0).then(|| load / room);
}
