//! Detection: agencies examine as many trades as they can pay for, drawn without replacement; some become cases. Those of
//! people with the longest records can come first, and a trap makes a case of an order before anything is sold.

use crate::scenario::Rules;
use crate::state::climate::Climate;
use crate::state::orders::{Order, Target};

/// What decides how likely an examined trade becomes a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Examined {
    /// Evidence that trade in the good leaves where the buyer lives, 0 to 1 (`goods.*.evidence`).
    pub evidence: f64,
    /// How closely the buyer's place is watched, 0 to 1 (`places.*.surveillance`).
    pub surveillance: f64,
    /// How much closer the law watches because of a ring around an enclave: 1 where there is none, else
    /// `enclaves.watch`. The closer of the venue's place and the buyer's counts.
    pub watch: f64,
    /// Share of the buyer's deeds that the mask leaves to be seen, 0 to 1.
    pub visible: f64,
    /// What the venue hides, 0 to 1 (`venues.*.concealment`).
    pub concealment: f64,
    /// What a guarded stall hides, 0 to 1 (`syndicates.guard`); 0 for a stall that is not guarded.
    pub guard: f64,
}

impl Examined {
    /// An order that met a trap: the law itself is the seller, so nothing but the buyer's mask hides anything.
    pub const fn in_a_trap(evidence: f64, visible: f64) -> Self {
        Self { evidence, surveillance: 1.0, watch: 1.0, visible, concealment: 0.0, guard: 0.0 }
    }
}

/// The chance that an examined trade becomes a case: all that shows it, times what each hiding place leaves.
///
/// A ring around an enclave can lift it above 1, which means surely.
pub fn detection_chance(trade: &Examined) -> f64 {
    trade.evidence * trade.surveillance * trade.watch * trade.visible * (1.0 - trade.concealment) * (1.0 - trade.guard)
}

/// Whether a case is made at this chance. The draw is one of 65536.
pub fn becomes_case(draw: u16, chance: f64) -> bool {
    f64::from(draw) < chance * 65_536.0
}

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

/// How much closer trade at a venue there is watched, because of a ring around the place; nowhere there is none.
pub(crate) fn watch(climate: &Climate, venue_place: Option<usize>) -> f64 {
    venue_place.map_or(1.0, |place| climate.gates[place].watch)
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
    use crate::ids::event::EventId;
    use crate::state::orders::Fate;

    fn orders(count: u32) -> Vec<Order> {
        (0..count)
            .map(|citizen| Order {
                citizen,
                stall: 0,
                place: 0,
                provider: 0,
                cause: EventId::NONE,
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
                noted: EventId::NONE,
            })
            .collect()
    }

    /// Half of the evidence, four fifths of it watched, a quarter hidden by the mask, half by the venue and a tenth by
    /// the guard: 0.5 * 0.8 * 0.75 * 0.5 * 0.9 = 0.135.
    #[test]
    fn a_trade_is_detected_by_what_shows_and_what_is_left_unhidden() {
        let seen =
            Examined { evidence: 0.5, surveillance: 0.8, watch: 1.0, visible: 0.75, concealment: 0.5, guard: 0.1 };
        assert!((detection_chance(&seen) - 0.135).abs() < 1e-12);
        assert!((detection_chance(&Examined { watch: 2.0, ..seen }) - 0.27).abs() < 1e-12);
        assert!((detection_chance(&Examined { guard: 0.0, ..seen }) - 0.15).abs() < 1e-12);
        assert_eq!(detection_chance(&Examined { concealment: 1.0, ..seen }), 0.0);
        assert_eq!(detection_chance(&Examined { visible: 0.0, ..seen }), 0.0);
    }

    /// In a trap neither the place, nor the venue, nor a guard hides anything: 0.5 * 0.75.
    #[test]
    fn only_a_mask_helps_in_a_trap() {
        assert_eq!(detection_chance(&Examined::in_a_trap(0.5, 0.75)), 0.375);
    }

    /// Of the 65536 draws, the lowest quarter makes a case at a chance of a quarter; at 1 and above all do.
    #[test]
    fn a_chance_is_the_share_of_draws_that_make_a_case() {
        assert!(becomes_case(16_383, 0.25) && !becomes_case(16_384, 0.25));
        assert!(becomes_case(u16::MAX, 1.0) && becomes_case(u16::MAX, 2.0));
        assert!(!becomes_case(0, 0.0));
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
