//! Detection: agencies examine as many trades as they can pay for, drawn without replacement; some become cases. Those of
//! people with the longest records can come first, and a trap makes a case of an order before anything is sold.

use crate::scenario::Rules;
use crate::state::climate::Climate;
use crate::state::orders::{Order, Target};

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
pub(crate) fn watch(climate: &Climate, venue_place: u8) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Credits;
    use crate::state::orders::Fate;

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
