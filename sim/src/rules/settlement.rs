//! In which order buyers are served, what is shared out, and when cheating pays.

use crate::base::units::Credits;
use crate::state::context::RunContext;
use crate::state::orders::Order;

/// Groups numbers `0..keys.len()` by key: returns where each key's group starts in the second list, which keeps order.
pub fn group_by(keys: impl Iterator<Item = u32> + Clone, groups: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; groups + 1];
    for key in keys.clone() {
        starts[key as usize + 1] += 1;
    }
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    let mut next = starts.clone();
    let mut members = vec![0u32; starts[groups] as usize];
    for (member, key) in (0u32..).zip(keys) {
        members[next[key as usize] as usize] = member;
        next[key as usize] += 1;
    }
    (starts, members)
}

/// The queue of each stall as (draw, order), where `starts` says: turns are drawn, and where two draws are equal the lower
/// number goes first.
pub(crate) fn queues(context: &RunContext, list: &[Order], starts: &[u32], members: &[u32]) -> Vec<(u32, u32)> {
    const STALLS: usize = 256; // enough for a thread to be worth asking
    let spans: Vec<&[u32]> = (0..starts.len() - 1)
        .step_by(STALLS)
        .map(|first| &starts[first..starts.len().min(first + STALLS + 1)])
        .collect();
    let sorted = context.in_order(spans, |starts: &[u32]| {
        let first = starts[0] as usize;
        let mut queue: Vec<(u32, u32)> = members[first..starts[starts.len() - 1] as usize]
            .iter()
            .map(|&order| (list[order as usize].queue, order))
            .collect();
        for stall in starts.windows(2) {
            queue[stall[0] as usize - first..stall[1] as usize - first].sort_unstable();
        }
        queue
    });
    sorted.concat()
}

/// Whether not delivering pays at once: the price that is kept, against the margin of an honest sale.
///
/// `refund` is the chance that the buyer gets the money back, `name` what a scam costs the seller's name.
pub fn cheating_pays(price: f64, cost: f64, refund: f64, name: f64) -> bool {
    (1.0 - refund) * price > price - cost + name
}

/// What a scam costs a name, in credits: the margins of those who will not buy until honest sales have mended it.
///
/// A scam takes `speed` of the reputation, and each sale after it gives as much of what is missing back, so `1 / speed`
/// sales feel it. Fewer come by the price of the doubt, in logs: `feel`, what doubt of a whole price takes off a sale's odds.
/// `sales` are those of a day, `patience` the discount of a day. Source: Klein and Leffler (1981), Shapiro (1983).
pub fn worth_of_a_name(margin: f64, feel: f64, speed: f64, sales: f64, patience: f64) -> f64 {
    let forgets = (1.0 - patience) / sales.max(1e-3);
    margin.max(0.0) * feel * speed / (speed + forgets).max(1e-9)
}

/// A share of an amount that is not negative, rounded to the milli-credit.
pub fn share_of(amount: Credits, share: f64) -> Credits {
    Credits::milli((amount.as_milli() as f64 * share + 0.5) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_keeps_everybody_and_their_order() {
        let keys = [2u32, 0, 2, 1, 0, 2];
        let (starts, members) = group_by(keys.iter().copied(), 3);
        assert_eq!(starts, [0, 2, 3, 6]);
        assert_eq!(members, [1, 4, 3, 0, 2, 5]);
    }

    /// Without escrow a price is worth more than a margin; with six refunds in ten only a thin margin is worth less.
    #[test]
    fn escrow_makes_cheating_pay_only_where_margins_are_thin() {
        assert!(cheating_pays(20.0, 10.0, 0.0, 0.0));
        assert!(!cheating_pays(20.0, 10.0, 0.6, 0.0));
        assert!(cheating_pays(11.0, 10.0, 0.6, 0.0));
        assert!(!cheating_pays(11.0, 10.0, 0.6, 3.5));
    }

    /// A margin of 10, doubt that takes 0.8 off the odds, a fifth of the name with each scam: 8 where the future counts in
    /// full, 4 where a day's discount weighs as much as a sale mends, and nothing where nobody remembers.
    #[test]
    fn a_name_is_worth_the_sales_that_a_scam_costs() {
        assert!((worth_of_a_name(10.0, 0.8, 0.2, 3.0, 1.0) - 8.0).abs() < 1e-9);
        assert!((worth_of_a_name(10.0, 0.8, 0.2, 0.25, 0.95) - 4.0).abs() < 1e-9);
        assert!(worth_of_a_name(10.0, 0.8, 0.0, 3.0, 0.95).abs() < 1e-9);
        assert!(worth_of_a_name(-10.0, 0.8, 0.2, 3.0, 0.95).abs() < 1e-9);
    }
}
