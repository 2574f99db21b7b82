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
/// `refund` is the chance that the buyer gets the money back.
pub fn cheating_pays(price: f64, cost: f64, refund: f64) -> bool {
    (1.0 - refund) * price > price - cost
}

/// A share of an amount that is not negative, rounded to the milli-credit.
pub fn share_of(amount: Credits, share: f64) -> Credits {
    Credits::milli((amount.as_milli() as f64 * share + 0.5) as i64)
}
