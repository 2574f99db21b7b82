//! Tinkerers find things; some of them do harm.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, choose, stir};
use crate::goods::dangerous_tech::DangerousTech;
use crate::ids::good::Good;
use crate::rules::innovation::{artefacts_in, loss, pairs, progress_after};
use crate::state::climate::Climate;
use crate::state::columns::column;
use crate::state::context::RunContext;
use crate::state::day::DayContext;
use crate::state::events::{Event, EventKind, Events};
use crate::state::orders::Orders;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// Artefacts gather and wear out, tinkerers learn, ideas come, and now and then something fails.
pub fn tinker(
    DayContext { context, today, law }: DayContext<'_>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    stalls: Query<&Stall>,
    sellers: Query<&Seller>,
) {
    let params = &law.params;
    let own = &params.own.dangerous_tech;
    let spill = artefacts_in(Good::TabooComputing, &params.own);
    let (day, dice) = (today.day, context.dice);
    let used = |good| orders.list.iter().filter(|order| order.is_used(&context, good)).count() as f64;
    let kept = |good| 1.0 - 1.0 / f64::from(params.goods[good].holding.get());
    climate.artefacts = climate.artefacts * kept(Good::DangerousTech) + used(Good::DangerousTech);
    climate.models = climate.models * kept(Good::TabooComputing) + used(Good::TabooComputing);
    let around = 1000.0 * (climate.artefacts + spill * climate.models) / context.active.max(1) as f64;
    climate.techniques += own.tech_speed.get() * (1.0 + own.techniques.get() * around - climate.techniques);

    let mean = own.ideas.get() * pairs(climate.techniques, own.pairs.get());
    let ideas = dice.arrivals(Purpose::Idea, day, mean);
    let grown = (1.0 + params.society.innovation_licit.get()) * (1.0 + own.idea_gain.get() * f64::from(ideas));
    climate.innovation *= grown;
    climate.progress = progress_after(climate.progress, grown);

    let accidents = dice.arrivals(Purpose::Accident, day, own.accidents.get() * climate.artefacts);
    for accident in 0..accidents {
        let (place, loss, word) = strike(&context, &climate, own, day, accident);
        climate.places[place].harm += loss;
        // What failed was bought somewhere: today, in this place, if anybody did so.
        let bought = |here: bool| -> Vec<usize> {
            let trades = orders.list.iter().enumerate();
            let trades = trades.filter(|(_, order)| order.is_used(&context, Good::DangerousTech));
            trades.filter(|(_, order)| !here || order.place as usize == place).map(|(index, _)| index).collect()
        };
        let candidates = Some(bought(true)).filter(|here| !here.is_empty()).unwrap_or_else(|| bought(false));
        let draw = |&index: &usize| (stir(word, orders.list[index].queue), orders.list[index].citizen);
        if let Some(chosen) = candidates.into_iter().min_by_key(draw) {
            let order = &mut orders.list[chosen];
            climate.last_artefact = events.note_trade(order, &context, column(&stalls), column(&sellers));
        }
        let good = Some(Good::DangerousTech);
        let cause = climate.last_artefact;
        events.add(Event { good, place: Some(place), amount: loss, cause, ..Event::new(EventKind::Accident) });
        events.counts.accident_loss += loss;
    }
    events.counts.ideas = i64::from(ideas);
    events.counts.accidents = i64::from(accidents);
    events.counts.artefacts = climate.artefacts;
    events.counts.techniques = climate.techniques;
}

/// Where an accident happens, what it costs, and a draw for which artefact it was.
fn strike(context: &RunContext, climate: &Climate, own: &DangerousTech, day: u32, accident: u32) -> (usize, f64, u32) {
    let [where_, how, which] = context.dice.words::<3>(Purpose::Accident, day, (1 << 20) + u64::from(accident));
    let index = Good::DangerousTech.index();
    let keys = || context.keys.places.iter().copied();
    let people = || climate.population.iter().map(|&people| f64::from(people));
    let held =
        climate.places.iter().zip(people()).map(|(place, people)| f64::from(place.goods[index].holders) * people);
    // Where nobody holds any it is somebody who did.
    let place = choose(where_, keys().zip(held)).or_else(|| choose(where_, keys().zip(people())));
    (place.unwrap_or(0), loss(own, how), which)
}
