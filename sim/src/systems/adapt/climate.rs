//! The climate of the society moves.

use bevy_ecs::prelude::*;

use crate::ids::good::GOODS;
use crate::rules::climate::holders_after;
use crate::state::climate::{Climate, LEGITIMACY_AT_REST};
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::events::Events;
use crate::state::orders::{Fate, Orders};

/// What was consumed leaves its mark: holders and harm; what was done in the name of the law, on legitimacy.
pub fn move_climate(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
) {
    let params = &law.params;
    let mut delivered = vec![[0u32; GOODS]; context.places()];
    for order in orders.list.iter().filter(|order| order.fate == Fate::Delivered) {
        delivered[order.place as usize][order.stall as usize / context.slots] += 1;
    }
    let mut harm = [0.0; GOODS];
    let climate = &mut *climate;
    let own = &params.own;
    for (number, ((place, delivered), &people)) in
        climate.places.iter_mut().zip(&delivered).zip(&climate.population).enumerate()
    {
        place.harm = f64::from(orders.incidents[number]) * own.augmentation.incident_harm.get();
        for (good, &units) in delivered.iter().enumerate() {
            let family = &params.goods.0[good];
            let local = &mut place.goods[good];
            let buyers = units as f32 / people.max(1) as f32;
            local.holders = holders_after(local.holders, buyers, family.holding.get());
            place.harm += f64::from(units) * family.harm.get();
            harm[good] += f64::from(units) * family.harm.get();
        }
    }
    let people = context.active.max(1) as f64;
    let counts = &mut events.counts;
    counts.incidents = orders.incidents.iter().map(|&incidents| i64::from(incidents)).sum();
    counts.unstable = climate.unstable;
    counts.augmented_share = climate.augmented as f64 / people;
    counts.level_mean = climate.levels as f64 / people;
    for (lately, today) in climate.harm.iter_mut().zip(harm) {
        *lately += 0.1 * (today / people - *lately);
    }
    let society = &params.society;
    let recovered = society.legitimacy_recovery.get() * (LEGITIMACY_AT_REST - climate.legitimacy);
    let scandals = params.law.scandal.get() * events.counts.exposed as f64;
    let lost = society.legitimacy_loss.get() * (events.innocents as f64 + scandals) / people;
    climate.legitimacy = (climate.legitimacy + recovered - lost).clamp(0.0, 1.0);
}
