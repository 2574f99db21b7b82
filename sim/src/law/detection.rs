//! Detection: agencies examine as many trades as they can pay for, drawn without replacement; some become cases. Those of
//! people with the longest records can come first, and a trap makes a case of an order before anything is sold.

use bevy_ecs::prelude::*;

use crate::actors::agency::{Agency, beat};
use crate::actors::citizen::{Mind, Tastes};
use crate::actors::stall::Stall;
use crate::dice::{Purpose, halves, happens, pick, stir};
use crate::goods::{GOODS, Good};
use crate::market::orders::{Fate, Order, Orders, Target};
use crate::market::settlement::group_by;
use crate::record::facts::Events;
use crate::scenario::Rules;
use crate::setting::{InForce, Setting, Today, column};
use crate::society::climate::Climate;

/// How many of `trades` can be examined at most, at so much attention: all that is prohibited, a share of what is tolerated.
pub fn examinable(trades: usize, attention: f64) -> usize {
    if attention >= 1.0 { trades } else { (trades as f64 * attention).ceil() as usize }
}

/// Moves the `count` members with the smallest draws to the front, in the order of their draws.
///
/// Every member has a draw of its own, so a larger budget examines whom a smaller one examined, and others.
pub fn draw_without_replacement(members: &mut [u32], count: usize, orders: &[Order]) {
    let key = |&member: &u32| {
        let order = &orders[member as usize];
        (order.examine, order.citizen)
    };
    if count > 0 && count < members.len() {
        members.select_nth_unstable_by_key(count - 1, key);
    }
    members[..count].sort_unstable_by_key(key);
}

/// Moves the `count` members with the longest records to the front; those with equal records in the order of their draws.
pub fn longest_records_first(members: &mut [u32], count: usize, orders: &[Order], record: impl Fn(&Order) -> u8) {
    let key = |&member: &u32| {
        let order = &orders[member as usize];
        (u8::MAX - record(order), order.examine, order.citizen)
    };
    if count > 0 && count < members.len() {
        members.select_nth_unstable_by_key(count - 1, key);
    }
    members[..count].sort_unstable_by_key(key);
}

/// Chance that somebody who looks for a seller of a good finds a trap, among so many open stalls.
pub fn trap_chance(traps: u32, stalls: u32) -> f64 {
    if traps == 0 { 0.0 } else { f64::from(traps) / f64::from(traps + stalls) }
}

/// How much closer trade at a venue there is watched, because of a ring around the place.
fn watch(climate: &Climate, venue_place: u8) -> f64 {
    climate.gates.get(venue_place as usize).map_or(1.0, |gate| gate.watch)
}

/// Against whom a case is brought.
pub fn target(draw: u16, rules: &Rules) -> Target {
    let draw = f64::from(draw) / 65_536.0;
    let buyers = rules.law.target_buyers.get();
    if draw < buyers {
        Target::Buyer
    } else if draw < buyers + rules.law.target_sellers.get() {
        Target::Seller
    } else {
        Target::Venue
    }
}

/// Traps stand among the stalls: some illicit orders meet one, and come to nothing, or to a case.
///
/// Whoever goes to the seller of the last good purchase meets none. A trap needs no witness, so only what hides the buyer
/// and the evidence of the good decide whether it becomes a case.
pub fn spring_traps(
    setting: Res<Setting>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut agencies: Query<&mut Agency>,
    stalls: Query<&Stall>,
    tastes: Query<&Tastes>,
) {
    let mut agencies: Vec<Mut<'_, Agency>> = agencies.iter_mut().collect();
    let mut traps = vec![0; setting.places() * GOODS];
    for agency in &agencies {
        traps.iter_mut().zip(&agency.traps).for_each(|(traps, &own)| *traps += own);
    }
    if traps.iter().all(|&traps| traps == 0) {
        return;
    }
    let mut open = [0; GOODS];
    for (slot, stall) in column(&stalls).iter().enumerate() {
        open[slot / setting.slots] += u32::from(stall.open);
    }
    let tastes = column(&tastes);
    for order in orders.list.iter_mut().filter(|order| order.illicit) {
        let good = order.stall as usize / setting.slots;
        let beat = beat(order.place as usize, good);
        let traps = traps[beat];
        let meets = stir(order.queue, order.verdict);
        if !happens(meets, trap_chance(traps, open[good])) || tastes[order.citizen as usize].favourite == order.stall {
            continue;
        }
        let (mut nth, _) = pick(stir(meets, order.honesty), traps);
        let owner = agencies.iter().position(|agency| {
            let own = nth < agency.traps[beat];
            nth = nth.saturating_sub(agency.traps[beat]);
            own
        });
        let owner = owner.expect("somebody set the trap");
        order.fate = Fate::Trapped;
        order.examined_by = Some(u8::try_from(owner).expect("at most 10 agencies"));
        events.counts.trapped += 1;
        let evidence = law.rules[order.place as usize].goods[Good::at(good)].evidence.get();
        if f64::from(halves(order.verdict).0) < evidence * f64::from(order.visible) * 65_536.0 {
            order.case = Some(Target::Buyer);
            agencies[owner].detections += 1;
        }
    }
}

/// Agencies spend their capacity, beat by beat: first on the list, then by lot.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn examine_trades(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    mut agencies: Query<&mut Agency>,
    stalls: Query<&Stall>,
    minds: Query<&Mind>,
) {
    let params = &law.params;
    let stalls = column(&stalls);
    let minds = column(&minds);
    let beats = setting.places() * GOODS;
    let list = &mut orders.list;
    let slots = setting.slots;
    // What is lawful or was not settled stands in a group of its own, behind all beats.
    let keys = list.iter().map(|order| {
        if order.illicit && order.settled() {
            beat(order.place as usize, order.stall as usize / slots) as u32
        } else {
            beats as u32
        }
    });
    let (starts, mut members) = group_by(keys, beats + 1);
    let mut agencies: Vec<Mut<'_, Agency>> = agencies.iter_mut().collect();
    for beat in 0..beats {
        let (place, good) = (beat / GOODS, Good::at(beat % GOODS));
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
                let guard = if stall.guarded { 1.0 - params.syndicates.guard.get() } else { 1.0 };
                let chance = family.evidence.get()
                    * params.places[place].params.surveillance.get()
                    * watch(&climate, setting.venue_place[stall.venue as usize]).max(climate.gates[place].watch)
                    * f64::from(order.visible)
                    * (1.0 - venue.concealment.get())
                    * guard;
                let (proof, whom) = halves(order.verdict);
                order.examined_by = Some(u8::try_from(index).expect("at most 10 agencies"));
                agency.examined += 1;
                agency.looked[good.index()] += 1;
                if f64::from(proof) < chance * 65_536.0 {
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
        let [word] = setting.dice.words::<1>(Purpose::Innocent, today.day, index as u64);
        events.innocents += idle as i64 + i64::from(happens(word, idle.fract()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Credits;

    fn orders(count: u32) -> Vec<Order> {
        (0..count)
            .map(|citizen| Order {
                citizen,
                stall: 0,
                place: 0,
                provider: 0,
                cause: -1,
                queue: 0,
                honesty: 0,
                examine: citizen.wrapping_mul(0x9e37_79b1),
                verdict: 0,
                bid: 0.0,
                visible: 1.0,
                fate: Fate::Delivered,
                illicit: true,
                price: Credits::ZERO,
                extra: Credits::ZERO,
                examined_by: None,
                case: None,
                fine: Credits::ZERO,
                noted: -1,
            })
            .collect()
    }

    #[test]
    fn a_larger_budget_examines_the_same_and_more() {
        let orders = orders(400);
        let mut few: Vec<u32> = (0..400).collect();
        let mut many = few.clone();
        draw_without_replacement(&mut few, 50, &orders);
        draw_without_replacement(&mut many, 90, &orders);
        assert_eq!(few[..50], many[..50]);
        let mut distinct = many[..90].to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 90);
    }

    #[test]
    fn tolerated_trade_is_examined_in_part_and_free_trade_not_at_all() {
        assert_eq!(examinable(100, 1.0), 100);
        assert_eq!(examinable(100, 0.25), 25);
        assert_eq!(examinable(100, 0.0), 0);
    }

    #[test]
    fn a_list_holds_the_longest_records_and_no_more() {
        let orders = orders(400);
        let record = |order: &Order| (order.citizen % 50) as u8;
        let mut members: Vec<u32> = (0..400).collect();
        longest_records_first(&mut members, 16, &orders, record);
        let records: Vec<u8> = members[..16].iter().map(|&member| record(&orders[member as usize])).collect();
        assert_eq!(records, [49, 49, 49, 49, 49, 49, 49, 49, 48, 48, 48, 48, 48, 48, 48, 48]);
    }

    /// Two traps among eight stalls: one search in five ends in a trap.
    #[test]
    fn traps_are_met_as_often_as_they_stand_among_stalls() {
        assert_eq!(trap_chance(2, 8), 0.2);
        assert_eq!(trap_chance(0, 8), 0.0);
        assert_eq!(trap_chance(3, 0), 1.0);
    }
}
