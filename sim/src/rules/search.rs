//! Searches: masks are visible, so agencies may search those who wear one. Some have bought something illicit of late;
//! the others are troubled without cause, and the more innocents mask, the more of them there are.

use std::collections::BTreeMap;

use crate::base::dice::{Dice, Purpose, pick};
use crate::base::key::Key;

/// The first `count` ranks of a shuffle of `0..of`: drawn without replacement, each set of ranks as likely as any other.
///
/// Whoever draws more draws the same ranks and others: a larger budget searches whom a smaller one searched.
pub fn draw_ranks(dice: Dice, day: u32, agency: Key, of: u32, count: u32) -> Vec<u32> {
    let dice = dice.of(agency);
    // A shuffle of a long list of which only the places that were touched are kept.
    let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
    let at = |moved: &BTreeMap<u32, u32>, place: u32| moved.get(&place).copied().unwrap_or(place);
    (0..count.min(of))
        .map(|turn| {
            let [word] = dice.words::<1>(Purpose::Search, day, u64::from(turn));
            let chosen = turn + pick(word, of - turn).0;
            let rank = at(&moved, chosen);
            moved.insert(chosen, at(&moved, turn));
            rank
        })
        .collect()
}

/// Whether a search today finds something: the citizen bought something illicit in so many days.
pub fn finds(last_illicit: u16, today: u32, days: u32) -> bool {
    last_illicit > 0 && today.saturating_sub(u32::from(last_illicit)) <= days
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_is_drawn_twice_and_a_larger_budget_draws_the_same_and_more() {
        let dice = Dice::new(3);
        let few = draw_ranks(dice, 5, Key::numbered(1), 1000, 40);
        let many = draw_ranks(dice, 5, Key::numbered(1), 1000, 300);
        assert_eq!(few[..], many[..40]);
        let distinct: BTreeSet<u32> = many.iter().copied().collect();
        assert_eq!(distinct.len(), 300);
        assert!(many.iter().all(|&rank| rank < 1000));
    }

    #[test]
    fn a_budget_for_all_draws_everybody_once() {
        let mut ranks = draw_ranks(Dice::new(3), 5, Key::numbered(0), 64, 100);
        ranks.sort_unstable();
        assert_eq!(ranks, (0..64).collect::<Vec<u32>>());
    }

    /// Ten of a hundred over 2000 days: each is drawn on one day in ten.
    #[test]
    fn everybody_is_as_likely_to_be_drawn() {
        let mut drawn = [0u32; 100];
        for day in 0..2000 {
            for rank in draw_ranks(Dice::new(8), day, Key::numbered(0), 100, 10) {
                drawn[rank as usize] += 1;
            }
        }
        // A standard deviation is sqrt(2000 * 0.1 * 0.9) = 13.4.
        assert!(drawn.iter().all(|&times| (140..=260).contains(&times)), "{drawn:?}");
    }

    #[test]
    fn a_search_finds_what_was_bought_in_so_many_days() {
        assert!(finds(20, 30, 10));
        assert!(!finds(19, 30, 10));
        assert!(!finds(0, 5, 10));
    }
}
