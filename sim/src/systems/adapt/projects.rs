//! Projects of taboo computing end: some bear a rogue AI.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, happens, round_by_chance};
use crate::base::numerics::ln;
use crate::ids::good::Good;
use crate::state::climate::Climate;
use crate::state::columns::column;
use crate::state::day::DayContext;
use crate::state::events::Events;
use crate::state::orders::Orders;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// Projects end: some in a rogue AI, which enters this evening, some in a mind.
pub fn finish_projects(
    DayContext { context, today, law }: DayContext<'_>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    stalls: Query<&Stall>,
    sellers: Query<&Seller>,
) {
    let own = &law.params.own.taboo_computing;
    let (stalls, sellers) = (column(&stalls), column(&sellers));
    let index = Good::TabooComputing.index();
    let mut made = 0;
    for order in orders.list.iter_mut().filter(|order| order.is_used(&context, Good::TabooComputing)) {
        let [born, mind] = context.dice.words::<2>(Purpose::Rogue, today.day, u64::from(order.citizen));
        if happens(born, own.rogue_birth.get()) {
            let trade = events.note_trade(order, &context, stalls, sellers);
            events.births.push((order.citizen, trade));
        }
        made += u32::from(happens(mind, own.emulation.get()));
    }
    let [ends] = context.dice.words::<1>(Purpose::Mind, today.day, 0);
    let ended = round_by_chance(f64::from(climate.minds) / f64::from(own.emulation_days.get()), ends);
    climate.minds = climate.minds + made - ended.min(climate.minds);
    let minds = 1000.0 * f64::from(climate.minds) / context.active.max(1) as f64;
    climate.scruples[index] = own.emulation_scruples.get() * ln(1.0 + minds);
    climate.legitimacy = (climate.legitimacy - own.emulation_legitimacy.get() * minds).max(0.0);
    events.counts.minds = i64::from(climate.minds);
}
