//! Citizens: provided for, restless, unlike each other. They are made once and stay in the order of their numbers.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dice::{Dice, Purpose, halves, open_unit, pick, unit};
use crate::goods::GOODS;
use crate::ledger::Purse;
use crate::numerics::{exp, normal_quantile};
use crate::setting::Setting;

/// Groups of goods whose risks people learn together: bodily, digital, social.
pub const RISK_GROUPS: usize = 3;

/// The risk group of each good, in the order of goods.
pub const RISK_GROUP: [u8; GOODS] = [1, 0, 2, 0, 1, 1, 0, 2, 2];

/// What drives people, in the order of [`Traits::drivers`]: seven drivers, and an eighth that is none, since processors
/// multiply eight at a time.
pub const DRIVERS: usize = 8;

/// A citizen's nature, drawn once for life.
///
/// Traits are compared with levers, never redrawn, so a lever moves people one way only. Drivers and desires are stored
/// in sixty-fourths of the average: 64 is the average person.
#[derive(Component, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Traits {
    /// Reactance, ethics, novelty, thrill, taboo, exclusivity, imitation, and nothing.
    pub drivers: [u8; DRIVERS],
    /// Desire for each good.
    pub desire: [u8; GOODS],
    /// Skill in living without help, in 255ths.
    pub skill: u8,
    /// How ready to do somebody a favour, and so how well connected, in 255ths.
    pub sociable: u8,
    /// Wears a mask by default when this is below the share of those who do, in 255ths.
    pub sheltered: u8,
}

/// Where a citizen lives, and what else decides in passing; drawn once for life.
#[derive(Component, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Home {
    /// The neighbourhood of whose arrests this citizen hears.
    pub neighbourhood: u32,
    /// How disinclined to delegate: below the delegated share (in 65536ths) an agent shops from the first day on.
    pub delegating: u16,
    /// Home.
    pub place: u8,
    /// Risk aversion in unrest, in 255ths.
    pub caution: u8,
}

/// What use has made of a citizen.
#[derive(Component, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Tastes {
    /// Habit of each good, in 65535ths of full habit.
    pub habit: [u16; GOODS],
    /// Uses of each good that are remembered: novelty wears off with them.
    pub familiarity: [u8; GOODS],
    /// The stall of the last good purchase, or [`NO_STALL`].
    pub favourite: u32,
    /// Purchases since the start.
    pub purchases: u32,
}

/// What a citizen believes and feels.
#[derive(Component, Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Mind {
    /// Perceived chance of a case for one purchase, by group of goods.
    pub risk: [f32; RISK_GROUPS],
    /// Anxiety, 0 to 1.
    pub anxiety: f32,
    /// Boredom, 0 to 1.
    pub boredom: f32,
    /// How much the citizen is masked, in 65535ths.
    pub mask: u16,
    /// Entries in the record.
    pub record: u8,
}

impl Mind {
    /// How much the citizen is masked, 0 to 1.
    pub fn masked(&self) -> f32 {
        f32::from(self.mask) / 65_535.0
    }
}

/// What has happened to a citizen's body, dealings and standing. Days count from 1; 0 is never.
#[derive(Component, Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Life {
    /// Last day in rehabilitation after an injury.
    pub out_until: u16,
    /// Last day on which something illicit was bought.
    pub last_illicit: u16,
    /// Last day on which the citizen gave, or was robbed of, an identity.
    pub donated: u16,
    /// Last day of the slot that the citizen holds.
    pub inside_until: u16,
    /// Level of augmentation.
    pub level: u8,
    /// Whether augmentation has made the citizen unstable.
    pub unstable: bool,
    /// Intensity of experiences that the citizen is used to, in tenths.
    pub intensity: u8,
    /// Provider of the citizen's delegate, from 1; 0 for none.
    pub provider: u8,
    /// What the delegate has learnt of the citizen, in 255ths.
    pub profile: u8,
}

/// No favourite.
pub const NO_STALL: u32 = u32::MAX;

impl Default for Tastes {
    fn default() -> Self {
        Self { habit: [0; GOODS], familiarity: [0; GOODS], favourite: NO_STALL, purchases: 0 }
    }
}

/// Words of a citizen's traits.
const WORDS: usize = 16;

/// Draws what consecutive citizens are for life: their empty purses, homes and traits.
pub fn draw_citizens(setting: &Setting, dice: Dice, first: u64, count: usize) -> Vec<(Purse, Home, Traits)> {
    let citizens = &setting.scenario.params.citizens;
    let diversity = citizens.diversity.get();
    let spread = citizens.income_spread.get();
    let mut words = vec![0; count * WORDS];
    dice.fill(Purpose::Traits, 0, first, WORDS, &mut words);
    words
        .chunks_exact(WORDS)
        .map(|words| {
            let place = setting.place_of(unit(words[0]));
            let (neighbourhood, _) = pick(words[1], setting.neighbourhoods[place].len);
            let mut draws = words[4..].iter().flat_map(|&word| {
                let (high, low) = halves(word);
                [high, low]
            });
            let mut next = || (f64::from(draws.next().expect("words enough for all traits")) + 0.5) / 65_536.0;
            let home = Home {
                neighbourhood: setting.neighbourhoods[place].first + neighbourhood,
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
