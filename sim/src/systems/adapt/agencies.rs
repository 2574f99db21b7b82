//! Agencies estimate the trade that they did not see.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, open_unit};
use crate::base::numerics::{exp, normal_quantile};
use crate::ids::beat::beat;
use crate::ids::good::GOODS;
use crate::rules::policing::yield_after;
use crate::state::agency::Agency;
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::orders::Orders;

/// Agencies estimate today's illicit trade, with an error each of their own, and learn from it and from their cases.
///
/// Who is masked is missing from telemetry: the error grows as the share of those who can be seen shrinks.
pub fn estimate_trade(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    climate: Res<Climate>,
    orders: Res<Orders>,
    mut agencies: Query<&mut Agency>,
) {
    let mut trades = vec![0u32; context.places() * GOODS];
    for order in orders.list.iter().filter(|order| order.illicit && order.settled()) {
        trades[beat(order.place as usize, context.good_of(order.stall as usize))] += 1;
    }
    let error = law.params.law.estimate_error.get() / (1.0 - climate.masked_share(context.active)).max(0.1);
    let speed = law.params.law.plan_speed.get();
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let agency = &mut *agency;
        let words = context.keys.places.iter().flat_map(|&place| {
            let dice = context.dice.of(context.keys.agencies[index].and(place));
            dice.words::<GOODS>(Purpose::Estimate, today.day, 0)
        });
        for ((estimate, &trades), word) in agency.estimates.iter_mut().zip(&trades).zip(words) {
            let seen = f64::from(trades) * exp(error * normal_quantile(open_unit(word)) - error * error / 2.0);
            *estimate += speed * (seen - *estimate);
        }
        for ((believed, &stopped), &looked) in agency.yields.iter_mut().zip(&agency.stopped).zip(&agency.looked) {
            *believed = yield_after(*believed, stopped, looked, speed);
        }
    }
}
