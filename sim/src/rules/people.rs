//! Citizens are drawn: for life.

use crate::base::dice::{Dice, Purpose, halves, open_unit, pick};
use crate::base::numerics::{exp, normal_quantile};
use crate::citizen::{Home, Traits};
use crate::ids::citizen::DRIVERS;
use crate::state::context::RunContext;
use crate::state::ledger::Purse;

/// Words of a citizen's traits.
const WORDS: usize = 16;

/// Draws what consecutive citizens are for life who come on a day, 0 for those who were there first: their empty purses,
/// homes and traits.
pub fn draw_citizens(
    context: &RunContext,
    dice: Dice,
    day: u32,
    first: u64,
    count: usize,
) -> Vec<(Purse, Home, Traits)> {
    let citizens = &context.scenario.params.citizens;
    let diversity = citizens.diversity.get();
    let spread = citizens.income_spread.get();
    let mut words = vec![0; count * WORDS];
    dice.fill(Purpose::Traits, day, first, WORDS, &mut words);
    words
        .chunks_exact(WORDS)
        .map(|words| {
            let place = context.home_of(words[0]);
            let (neighbourhood, _) = pick(words[1], context.neighbourhoods[place].len);
            let mut draws = words[4..].iter().flat_map(|&word| {
                let (high, low) = halves(word);
                [high, low]
            });
            let mut next = || (f64::from(draws.next().expect("words enough for all traits")) + 0.5) / 65_536.0;
            let home = Home {
                neighbourhood: context.neighbourhoods[place].first + neighbourhood,
                delegating: halves(words[3]).0,
                place: u8::try_from(place).expect("at most 200 places"),
                caution: (halves(words[3]).1 >> 8) as u8,
            };
            let traits = Traits {
                desire: std::array::from_fn(|_| sixty_fourths(1.0 + diversity * 0.5 * normal_quantile(next()))),
                drivers: std::array::from_fn(|driver| {
                    if driver == DRIVERS - 1 { 0 } else { sixty_fourths(1.0 + diversity * (half_normal(next()) - 1.0)) }
                }),
                skill: (next() * 256.0) as u8,
                sociable: (next() * 256.0) as u8,
                sheltered: (next() * 256.0) as u8,
            };
            (Purse::empty(income(open_unit(words[2]), spread), home.place), home, traits)
        })
        .collect()
}

/// A log-normal income with a mean of 1.
#[expect(clippy::cast_possible_truncation, reason = "a trait needs no more than seven digits")]
fn income(u: f64, spread: f64) -> f32 {
    exp(spread * normal_quantile(u) - spread * spread / 2.0) as f32
}

/// The quantile of a half-normal variable with a mean of 1.
fn half_normal(u: f64) -> f64 {
    normal_quantile(f64::midpoint(1.0, u)) * 1.253_314_137_315_5
}

/// A trait against the average, in sixty-fourths, at most 255.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn sixty_fourths(times_average: f64) -> u8 {
    // Half is added instead of rounding, which costs a call; what is below zero becomes zero.
    (times_average * 64.0 + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citizen::{Life, Mind, Tastes};

    #[test]
    fn an_average_trait_is_64() {
        assert_eq!(sixty_fourths(1.0), 64);
        assert_eq!(sixty_fourths(-0.3), 0);
        assert_eq!(sixty_fourths(9.0), 255);
    }

    #[test]
    fn half_normal_traits_average_one() {
        let n = 10_000;
        let mean = (0..n).map(|i| half_normal((f64::from(i) + 0.5) / f64::from(n))).sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn hot_state_of_a_citizen_is_at_most_128_bytes() {
        let bytes = size_of::<Traits>()
            + size_of::<Home>()
            + size_of::<Tastes>()
            + size_of::<Mind>()
            + size_of::<Life>()
            + size_of::<Purse>();
        assert!(bytes <= 128, "{bytes}");
    }
}
