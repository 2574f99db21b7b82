//! Injected instructions hijack delegates.

use bevy_ecs::prelude::*;

use crate::base::dice::{happens, pick, stir};
use crate::citizen::Mind;
use crate::ids::good::Good;
use crate::rules::delegation::exposure_left;
use crate::rules::learning::risk_after;
use crate::state::columns::{PerCitizen, column, column_mut};
use crate::state::context::RunContext;
use crate::state::day::DayContext;
use crate::state::events::{Event, EventKind, Events};
use crate::state::orders::Orders;
use crate::state::provider::Provider;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// Hijacked purchases that are written down a day, at most; all are counted.
const NOTED: usize = 20;

/// Sellers inject instructions: some agents buy elsewhere, some give their client away.
pub fn inject_orders(
    DayContext { context, law, .. }: DayContext<'_>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    sellers: Query<&Seller>,
    stalls: Query<&Stall>,
    mut providers: Query<&mut Provider>,
    mut minds: Single<&mut PerCitizen<Mind>>,
) {
    let params = &law.params;
    let about = &params.delegates;
    let providers = column_mut(&mut providers);
    if about.injection.get() <= 0.0 || providers.is_empty() {
        return;
    }
    let chances: Vec<f64> = providers
        .iter()
        .zip(&params.providers)
        .map(|(state, provider)| {
            let spent = provider.params.safety.get() * state.usual_income / state.clients.max(1) as f64;
            about.injection.get() * exposure_left(provider.params.exposure.get(), spent, about.safety_cost.get())
        })
        .collect();
    let (sellers, stalls) = (column(&sellers), column(&stalls));
    let attackers = attackers(&context, sellers, stalls);
    let mut noted = 0;
    for order in orders.list.iter_mut().filter(|order| order.provider > 0) {
        // Of the order's own words, so that an order meets the same in two worlds that draw alike.
        let word = stir(order.queue, order.verdict);
        let index = usize::from(order.provider) - 1;
        if !happens(word, chances[index]) {
            continue;
        }
        let slot = order.stall as usize;
        let good = context.good_of(slot);
        let word = stir(word, order.honesty);
        let others = &attackers[good.index()];
        let betrays = happens(word, about.betrayal.get()) || others.is_empty();
        if betrays {
            let mind = &mut minds[order.citizen as usize];
            mind.mask = 0;
            order.visible = 1.0;
            let social = params.society.risk_social.as_f32();
            mind.risk = mind.risk.map(|risk| risk_after(risk, true, social, 0.0));
        } else {
            order.stall = attacker(&context, good, others, stir(word, order.examine));
        }
        providers[index].injected += 1;
        events.counts.injected += 1;
        if noted < NOTED {
            noted += 1;
            let attacker = &sellers[stalls[order.stall as usize].seller as usize];
            let name = &params.providers[index].name;
            let note = if betrays { "gave its client away" } else { "bought elsewhere" };
            order.cause = events.add(Event {
                good: Some(good),
                place: Some(order.place as usize),
                venue: Some(stalls[order.stall as usize].venue as usize),
                seller: (!betrays).then_some(attacker.number),
                citizen: Some(order.citizen),
                amount: f64::from(u8::from(betrays)),
                note: format!("an agent of {name} {note}"),
                ..Event::new(EventKind::Injection)
            });
        }
    }
}

/// The stall that an agent is led to, of those `others` of a good, in the order of their slots: at the first of four
/// slots that are drawn, or else at the next one behind. So one more attacker leads nobody from one of the others to another.
fn attacker(context: &RunContext, good: Good, others: &[u32], word: u32) -> u32 {
    let slots = context.slots_of(good);
    let count = u32::try_from(slots.len()).expect("slots fit");
    let drawn = [word, word.rotate_left(8), word.rotate_left(16), word.rotate_left(24)];
    let drawn = drawn.map(|word| slots.start as u32 + pick(word, count).0);
    let hit = drawn.into_iter().find(|slot| others.binary_search(slot).is_ok());
    hit.unwrap_or_else(|| {
        let next = others.partition_point(|&other| other < drawn[3]);
        others.get(next).copied().unwrap_or(others[0])
    })
}

/// The stalls that inject instructions, by good: those of cheats, or all where no cheat sells the good.
fn attackers(context: &RunContext, sellers: &[Seller], stalls: &[Stall]) -> Vec<Vec<u32>> {
    Good::ALL
        .iter()
        .map(|&good| {
            let slots = context.slots_of(good);
            let shop = &stalls[slots.clone()];
            let first = slots.start as u32;
            let open = |cheats: bool| {
                let open = (first..)
                    .zip(shop)
                    .filter(move |(_, stall)| stall.open && (sellers[stall.seller as usize].cheats || !cheats));
                open.map(|(slot, _)| slot).collect::<Vec<u32>>()
            };
            let cheats = open(true);
            if cheats.is_empty() { open(false) } else { cheats }
        })
        .collect()
}
