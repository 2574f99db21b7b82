//! Detection: agencies examine as many trades as they can pay for, drawn without replacement; some become cases.

use bevy_ecs::prelude::*;

use crate::actors::agency::{Agency, beat};
use crate::actors::syndicate::Stall;
use crate::dice::{Purpose, halves, happens};
use crate::goods::{GOODS, Good};
use crate::market::orders::{Order, Orders, Target};
use crate::market::settlement::group_by;
use crate::record::facts::Events;
use crate::scenario::Rules;
use crate::setting::{InForce, Setting, Today, column};
use crate::units::Status;

/// How many of `trades` can be examined at most: all that is prohibited, a share of what is tolerated.
pub fn examinable(trades: usize, status: Status, rules: &Rules) -> usize {
    match status {
        Status::Prohibited => trades,
        Status::Tolerated => (trades as f64 * rules.law.tolerance.get()).ceil() as usize,
        Status::Licensed | Status::Free => 0,
    }
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

/// Agencies spend their capacity, beat by beat.
pub fn examine_trades(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut agencies: Query<&mut Agency>,
    stalls: Query<&Stall>,
) {
    let params = &law.params;
    let stalls = column(&stalls);
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
        let planned: u64 = agencies.iter().map(|agency| u64::from(agency.patrols[beat])).sum();
        let count =
            examinable(members.len(), family.status, rules).min(usize::try_from(planned).expect("investigations fit"));
        draw_without_replacement(members, count, list);
        let mut drawn = members[..count].iter();
        for (index, agency) in agencies.iter_mut().enumerate() {
            for &member in drawn.by_ref().take(agency.patrols[beat] as usize) {
                let order = &mut list[member as usize];
                let stall = &stalls[order.stall as usize];
                let venue = &params.venues[stall.venue as usize].params;
                let guard = if stall.guarded { 1.0 - params.syndicates.guard.get() } else { 1.0 };
                let chance = family.evidence.get()
                    * params.places[place].params.surveillance.get()
                    * f64::from(order.visible)
                    * (1.0 - venue.concealment.get())
                    * guard;
                let (proof, whom) = halves(order.verdict);
                order.examined_by = Some(u8::try_from(index).expect("at most 10 agencies"));
                agency.examined += 1;
                if f64::from(proof) < chance * 65_536.0 {
                    order.case = Some(target(whom, rules));
                    agency.detections += 1;
                }
            }
        }
    }
    let mut innocents = 0;
    for (index, agency) in agencies.iter().enumerate() {
        let idle = f64::from(agency.capacity - agency.examined) * params.law.false_positive.get();
        let [word] = setting.dice.words::<1>(Purpose::Innocent, today.day, index as u64);
        innocents += idle as i64 + i64::from(happens(word, idle.fract()));
    }
    events.innocents = innocents;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::orders::Fate;
    use crate::scenario::Scenario;
    use crate::units::Credits;

    fn orders(count: u32) -> Vec<Order> {
        (0..count)
            .map(|citizen| Order {
                citizen,
                stall: 0,
                place: 0,
                delegated: false,
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
        let rules = Scenario::default().rules_in(0, 1);
        assert_eq!(examinable(100, Status::Prohibited, &rules), 100);
        assert_eq!(examinable(100, Status::Tolerated, &rules), 10);
        assert_eq!(examinable(100, Status::Free, &rules), 0);
    }
}
