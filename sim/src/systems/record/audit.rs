//! The audit: every evening, in release builds too, balances are held to flows, to the last unit.

use bevy_ecs::prelude::*;

use crate::ids::good::Good;
use crate::ids::place::CHUNK;
use crate::state::accounts::AccountKind;
use crate::state::balances::{Balances, Wealth};
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::Today;
use crate::state::ledger::{Books, Purse};

/// Bins of wealth: sixteen to each doubling, from one milli-credit.
const BINS: usize = 64 * 16;

/// The bin of a balance.
///
/// The upper bits of a floating-point number are its logarithm, near enough to sort by.
fn bin(milli: i64) -> usize {
    if milli < 1 { 0 } else { (((milli as f32).to_bits() >> 19) - (127 << 4)) as usize }
}

/// Gini of balances given as (how many, their sum) in bins of rising wealth.
///
/// Within a bin all count as equal. Sixteen bins to each doubling understate the Gini of fortunes that spread over several
/// of them by less than 0.001; of nearly equal ones by more: where the spread is 0.0055 of the mean, it says 0.0015 for 0.0031.
pub fn gini(bins: &[(i64, i64)]) -> f64 {
    let people: i64 = bins.iter().map(|bin| bin.0).sum();
    let total: i64 = bins.iter().map(|bin| bin.1).sum();
    if people == 0 || total == 0 {
        return 0.0;
    }
    let mut below = 0.0;
    let mut area = 0.0;
    for &(count, sum) in bins {
        let above = below + sum as f64;
        area += count as f64 * (below + above);
        below = above;
    }
    1.0 - area / (people as f64 * total as f64)
}

/// Sums over a chunk of citizens.
struct Sums {
    credits: i64,
    least: i64,
    income: f64,
    favours: i64,
    places: Vec<i64>,
    bins: Vec<(i64, i64)>,
}

impl Sums {
    /// Sums over nobody, in so many places.
    fn none(places: usize) -> Self {
        Self { credits: 0, least: 0, income: 0.0, favours: 0, places: vec![0; places], bins: vec![(0, 0); BINS] }
    }
}

/// Counts everything and compares it with what moved.
///
/// # Panics
/// When a balance and the flows differ: a defect of the program, which no scenario can cause.
pub fn balance_books(
    context: Res<RunContext>,
    today: Res<Today>,
    mut books: ResMut<Books>,
    mut balances: ResMut<Balances>,
    mut wealth: ResMut<Wealth>,
    mut climate: ResMut<Climate>,
    purses: Single<&PerCitizen<Purse>>,
) {
    let active = context.active;
    // A thread sums sixteen chunks at a time: the bins are larger than a chunk is worth.
    let span = 16 * CHUNK;
    let chunks = purses[..active].chunks(span).collect();
    let sums = context.in_order(chunks, |purses: &[Purse]| {
        let mut sums = Sums::none(context.places());
        for purse in purses {
            let milli = purse.balance().as_milli();
            sums.credits += milli;
            sums.least = sums.least.min(milli);
            sums.income += f64::from(purse.income());
            sums.favours += i64::from(purse.favours());
            sums.places[purse.place()] += milli;
            let bin = &mut sums.bins[bin(milli)];
            bin.0 += 1;
            bin.1 += milli;
        }
        sums
    });
    let mut total = Sums::none(context.places());
    for part in sums {
        total.credits += part.credits;
        total.least = total.least.min(part.least);
        total.income += part.income;
        total.favours += part.favours;
        total.places.iter_mut().zip(part.places).for_each(|(total, part)| *total += part);
        total.bins.iter_mut().zip(part.bins).for_each(|(total, part)| {
            total.0 += part.0;
            total.1 += part.1;
        });
    }
    assert_eq!(total.least, 0, "day {}: a citizen holds less than nothing", today.day);
    let inert: i64 = purses[active..].iter().map(|purse| purse.balance().as_milli()).sum();
    assert_eq!(inert, 0, "day {}: an inert citizen holds credits", today.day);

    let flows = books.close_day();
    let mut expected = balances.kinds;
    for (from, to, _, amount) in flows.credits() {
        expected[from as usize] -= amount;
        expected[to as usize] += amount;
    }
    for kind in AccountKind::ALL {
        let held = if kind == AccountKind::Citizens { total.credits } else { books.held_by(kind) };
        assert_eq!(held, expected[kind as usize], "day {}: {} do not balance", today.day, kind.name());
        balances.kinds[kind as usize] = held;
    }
    assert_eq!(balances.kinds.iter().sum::<i64>(), 0, "day {}: credits appeared or vanished", today.day);
    let overdrawn = books.overdrawn().map(AccountKind::name);
    assert_eq!(overdrawn, None, "day {}: an account holds less than nothing", today.day);
    assert!(books.elements().balance(), "day {}: elements appeared or vanished", today.day);
    for &good in Good::ALL {
        let units = books.units(good);
        let placed = units.stock + units.hands + units.consumed + units.lost + units.evidence;
        assert_eq!(units.produced, placed, "day {}: units of {} appeared or vanished", today.day, good.word());
        assert_eq!(units.stock, books.counted_stock(good), "day {}: stock of {}", today.day, good.word());
    }
    assert_eq!(total.favours + books.owed_by_circles(), 0, "day {}: favours do not sum to zero", today.day);

    climate.income_mean = if active > 0 { total.income / active as f64 } else { 1.0 };
    climate.wealth_mean = total.credits as f64 / 1000.0 / active.max(1) as f64;
    *wealth = Wealth { gini: gini(&total.bins), places: total.places, favours: total.favours, flows };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gini_of(balances: &[i64]) -> f64 {
        let mut bins = vec![(0, 0); BINS];
        for &milli in balances {
            bins[bin(milli)].0 += 1;
            bins[bin(milli)].1 += milli;
        }
        gini(&bins)
    }

    #[test]
    fn equal_wealth_has_a_gini_of_zero_and_one_owner_nearly_one() {
        assert!(gini_of(&[5000; 100]).abs() < 1e-12);
        let mut one = vec![0; 99];
        one.push(1_000_000);
        assert!((gini_of(&one) - 0.99).abs() < 1e-12);
    }

    /// A share of p people owning nothing and the rest equal: Gini p.
    #[test]
    fn bins_cost_less_than_a_thousandth() {
        let balances: Vec<i64> = (1..=10_000).map(|i| i * 1000).collect();
        assert!((gini_of(&balances) - 1.0 / 3.0).abs() < 1e-3, "{}", gini_of(&balances));
    }

    #[test]
    fn every_balance_has_a_bin() {
        for milli in [i64::MIN, -1, 0, 1, 2, 1000, i64::MAX] {
            assert!(bin(milli) < BINS);
        }
        assert!(bin(2000) - bin(1000) == 16);
    }
}
