//! Agencies examine trades; some become cases.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, halves, happens};
use crate::citizen::Mind;
use crate::ids::beat::{beat, good_of_beat, place_of_beat};
use crate::ids::good::GOODS;
use crate::rules::detection::{
    Examined, becomes_case, detection_chance, draw_without_replacement, examinable, longest_records_first, target,
    watch,
};
use crate::rules::settlement::group_by;
use crate::state::agency::Agency;
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column};
use crate::state::day::DayContext;
use crate::state::events::Events;
use crate::state::orders::Orders;
use crate::state::stall::Stall;

/// Agencies spend their capacity, beat by beat: first on the list, then by lot.
pub fn examine_trades(
    DayContext { context, today, law }: DayContext<'_>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    mut agencies: Query<&mut Agency>,
    stalls: Query<&Stall>,
    minds: Single<&PerCitizen<Mind>>,
) {
    let params = &law.params;
    let stalls = column(&stalls);
    let beats = context.places() * GOODS;
    let list = &mut orders.list;
    // What is lawful or was not settled stands in a group of its own, behind all beats.
    let keys = list.iter().map(|order| {
        if order.illicit && order.settled() {
            beat(order.place as usize, context.good_of(order.stall as usize)) as u32
        } else {
            beats as u32
        }
    });
    let (starts, mut members) = group_by(keys, beats + 1);
    let mut agencies: Vec<Mut<'_, Agency>> = agencies.iter_mut().collect();
    for beat in 0..beats {
        let (place, good) = (place_of_beat(beat), good_of_beat(beat));
        let rules = &law.rules[place];
        let family = &rules.goods[good];
        let members = &mut members[starts[beat] as usize..starts[beat + 1] as usize];
        let sum =
            |of: fn(&Agency, usize) -> u32| -> usize { agencies.iter().map(|agency| of(agency, beat) as usize).sum() };
        let count = examinable(members.len(), law.attention[place][good.index()]).min(sum(|of, beat| of.patrols[beat]));
        let listed = sum(|of, beat| of.listed[beat]).min(count);
        let (first, rest) = if listed > 0 {
            longest_records_first(members, listed, list, |order| minds[order.citizen as usize].record);
            members.split_at_mut(listed)
        } else {
            members.split_at_mut(0)
        };
        draw_without_replacement(rest, count - listed, list);
        let (mut first, mut drawn) = (first.iter(), rest[..count - listed].iter());
        let patrols: u32 = agencies.iter().map(|agency| agency.patrols[beat]).sum();
        for (index, agency) in agencies.iter_mut().enumerate() {
            let by_list = first.by_ref().take(agency.listed[beat] as usize);
            let by_lot = drawn.by_ref().take((agency.patrols[beat] - agency.listed[beat]) as usize);
            for &member in by_list.chain(by_lot) {
                let order = &mut list[member as usize];
                let stall = &stalls[order.stall as usize];
                let venue = &params.venues[stall.venue as usize].params;
                let chance = detection_chance(&Examined {
                    evidence: family.evidence.get(),
                    surveillance: params.places[place].params.surveillance.get(),
                    watch: watch(&climate, context.venue_place[stall.venue as usize]).max(climate.gates[place].watch),
                    visible: f64::from(order.visible),
                    concealment: venue.concealment.get(),
                    guard: if stall.guarded { params.syndicates.guard.get() } else { 0.0 },
                });
                let (proof, whom) = halves(order.verdict);
                order.examined_by = Some(u8::try_from(index).expect("at most 10 agencies"));
                agency.examined += 1;
                agency.looked[good.index()] += 1;
                if becomes_case(proof, chance) {
                    order.case = Some(target(whom, rules));
                    agency.detections += 1;
                }
            }
        }
        let people = climate.population[place].max(1);
        climate.places[place].goods[good.index()].patrols = patrols as f32 / people as f32;
    }
    for (index, agency) in agencies.iter().enumerate() {
        let idle = f64::from(agency.idle()) * params.law.false_positive.get();
        let [word] = context.dice.of(context.keys.agencies[index]).words::<1>(Purpose::Innocent, today.day, 0);
        events.innocents += idle as i64 + i64::from(happens(word, idle.fract()));
    }
}
