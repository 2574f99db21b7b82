//! Some orders meet an agency's trap.

use bevy_ecs::prelude::*;

use crate::base::dice::{choose, halves, happens, stir};
use crate::citizen::Tastes;
use crate::ids::beat::beat;
use crate::ids::citizen::StallId;
use crate::ids::good::GOODS;
use crate::rules::detection::{Examined, becomes_case, detection_chance, trap_chance};
use crate::state::agency::Agency;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::events::Events;
use crate::state::orders::{Fate, Orders, Target};
use crate::state::stall::Stall;

/// Traps stand among the stalls: some illicit orders meet one, and come to nothing, or to a case.
///
/// Whoever goes to the seller of the last good purchase meets none. A trap takes the name of a stall, so that stall loses as much
/// of it as by a scam. A trap needs no witness, so only what hides the buyer
/// and the evidence of the good decide whether it becomes a case.
pub fn spring_traps(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut agencies: Query<&mut Agency>,
    mut stalls: Query<&mut Stall>,
    tastes: Single<&PerCitizen<Tastes>>,
) {
    let mut agencies: Vec<Mut<'_, Agency>> = agencies.iter_mut().collect();
    let mut traps = vec![0; context.places() * GOODS];
    for agency in &agencies {
        traps.iter_mut().zip(&agency.traps).for_each(|(traps, &own)| *traps += own);
    }
    if traps.iter().all(|&traps| traps == 0) {
        return;
    }
    let mut open = [0; GOODS];
    let stalls = column_mut(&mut stalls);
    let learns = law.params.market.reputation_speed.as_f32();
    for (slot, stall) in stalls.iter().enumerate() {
        open[context.good_of(slot).index()] += u32::from(stall.open);
    }
    for order in orders.list.iter_mut().filter(|order| order.illicit) {
        let good = context.good_of(order.stall as usize);
        let beat = beat(order.place as usize, good);
        let traps = traps[beat];
        let meets = stir(order.queue, order.verdict);
        if !happens(meets, trap_chance(traps, open[good.index()]))
            || tastes[order.citizen as usize].favourite == StallId::at(order.stall)
        {
            continue;
        }
        let set = agencies.iter().map(|agency| f64::from(agency.traps[beat]));
        let owner = choose(stir(meets, order.honesty), context.keys.agencies.iter().copied().zip(set));
        let owner = owner.expect("somebody set the trap");
        order.fate = Fate::Trapped;
        order.examined_by = Some(u8::try_from(owner).expect("at most 10 agencies"));
        events.counts.trapped += 1;
        // Whoever was had in its name blames the stall, as for a scam.
        let stall = &mut stalls[order.stall as usize];
        stall.reputation -= learns * stall.reputation;
        let evidence = law.rules[order.place as usize].goods[good].evidence.get();
        let chance = detection_chance(&Examined::in_a_trap(evidence, f64::from(order.visible)));
        if becomes_case(halves(order.verdict).0, chance) {
            order.case = Some(Target::Buyer);
            agencies[owner].detections += 1;
        }
    }
}
