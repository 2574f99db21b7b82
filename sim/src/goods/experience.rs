//! # Restricted experiences
//!
//! ## What it is
//!
//! Physical danger, unfiltered virtual worlds, the raw network.
//!
//! ## Why it is restricted
//!
//! It is the new drug: it harms those who seek it, and they seek more of it.
//!
//! ## Mechanics
//!
//! Perishable, and habit-forming: each use adds to the desire of the next days. Users adapt: what they feel is what goes
//! beyond the intensity they are used to, so they choose a step more, and adapt to that; those who have given it up lose a
//! quarter of it every two months. The chance of an injury grows with the square of the intensity.
//! The injured are out of it for weeks and start again without habit and with half the intensity; their neighbours hear of
//! it and stay away for a while.
//!
//! ## Levers
//!
//! `goods.experience.habit_gain`, `habit_decay`, `habit_pull`, `escalation`, `step`, `injury`, `injury_harm`,
//! `rehabilitation`, `fright`, `fright_fades`.
//!
//! ## What to expect
//!
//! Intensity climbs in a straight line with the number of uses, and injuries bound it. Where somebody was hurt, trade stops
//! for a while. Where nothing but the price holds users back, a lasting rise of the price lowers trade nearly twice as much
//! as a short one (Becker, Grossman and Murphy 1994); injuries, scarcity and fashion among sellers blur that elsewhere.

use crate::base::dice::{happens, unit};
use crate::base::fields::params;
use crate::base::numerics::{exp, pow};
use crate::base::units::{Days, Factor, Share, Utils};
use crate::citizen::Life;
use crate::goods::params::GoodParams;

params! {
    /// What restricted experiences alone have.
    pub struct Experience {
        /// By how much a user goes beyond the intensity they are used to
        ///
        /// Source: assumption; the unit of intensity. Raising it makes users climb faster and get hurt sooner.
        step: Factor = 1.0, "intensity", 0.0 ..= 10.0, Day;
        /// Share of that step to which a user gets used at once
        ///
        /// Raising it makes intensity climb faster: by this share of the step with each use.
        /// Source: assumption within 0.05 to 0.3; hedonic adaptation in direction.
        escalation: Share = 0.2, "of the step, per use", 0.0 ..= 1.0, Day;
        /// Chance of an injury at intensity 1; it grows with the square
        ///
        /// Raising it ends careers sooner and frightens neighbours.
        /// Source: assumption within 0.00001 to 0.001.
        injury: Share = 0.001, "per use", 0.0 ..= 1.0, Day;
        /// Days that an injured user is out
        ///
        /// Source: assumption within 10 to 60. Raising it takes users out for longer.
        rehabilitation: Days = 30, "days", 0.0 ..= 3_650.0, Day;
        /// Harm of one injury
        ///
        /// Source: assumption, in the units of harm of the goods. Raising it draws patrols and anxiety.
        injury_harm: Factor = 5.0, "harm per injury", 0.0 ..= 10_000.0, Day;
        /// Utility that an injury among a hundred neighbours takes from experiences
        ///
        /// Raising it makes more people stop when somebody is hurt.
        /// Source: assumption.
        fright: Utils = 2.0, "utils per injury and hundred neighbours", 0.0 ..= 100.0, Day;
        /// How fast that fright fades
        ///
        /// Source: assumption. Lowering it makes waves of quitting longer.
        fright_fades: Share = 0.05, "per day", 0.0 ..= 1.0, Day;
    }
}

/// Chance of an injury at an intensity.
pub fn danger(params: &Experience, intensity: f64) -> f64 {
    1.0 - exp(-params.injury.get() * intensity * intensity)
}

/// One use, on a day: the user climbs a step, or is injured and has to rest. Returns whether it ended in an injury.
pub fn go_through(params: &Experience, life: &mut Life, day: u32, words: [u32; 2]) -> bool {
    let used_to = f64::from(life.intensity) / 10.0;
    if happens(words[0], danger(params, used_to + params.step.get())) {
        life.out_until = (day + params.rehabilitation.get()).min(u32::from(u16::MAX)) as u16;
        life.intensity /= 2;
        return true;
    }
    // Intensity is kept in tenths: what is left of a step is drawn.
    let climbed = params.escalation.get() * params.step.get() * 10.0 + unit(words[1]);
    life.intensity = life.intensity.saturating_add(climbed.min(255.0) as u8);
    false
}

/// Habit, in 65535ths, that a single use leaves so many days later.
pub fn left_of_a_use(family: &GoodParams, days: u32) -> u16 {
    (65_535.0 * family.habit_gain.get() * pow(1.0 - family.habit_decay.get(), f64::from(days))) as u16
}

/// Intensity after two months more without use, in which a quarter of it is lost.
pub const fn rested(intensity: u8) -> u8 {
    intensity - intensity / 4
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.25.into(),
        reactance: 0.10.into(),
        ethics: 0.05.into(),
        novelty: 0.25.into(),
        thrill: 0.30.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 0.0.into(),
        cost: 10.0.into(),
        habit_gain: 0.12.into(),
        habit_decay: 0.02.into(),
        habit_pull: 3.5.into(),
        spoilage: 0.2.into(),
        harm: 0.2.into(),
        holding: 7.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At intensity 10 and 0.0005, the chance is 1 - e^-0.05 = 0.0488.
    #[test]
    fn danger_grows_with_the_square_of_intensity() {
        let params = Experience { injury: Share::from(0.0005), ..Experience::default() };
        assert!((danger(&params, 10.0) - 0.048_77).abs() < 1e-5);
        assert_eq!(danger(&params, 0.0), 0.0);
    }

    /// Ten uses at a tenth of a step of 1 climb by one whole unit of intensity.
    #[test]
    fn intensity_climbs_in_a_straight_line() {
        let params = Experience { injury: Share::from(0.0), escalation: Share::from(0.1), ..Experience::default() };
        let mut life = Life::default();
        for _ in 0..10 {
            assert!(!go_through(&params, &mut life, 5, [1, 0]));
        }
        assert_eq!(life.intensity, 10);
    }

    /// The mean number of uses until an injury is the sum over n of e^(-h * (x1^2 + ... + xn^2)): 118.8 for a step of 1, a
    /// tenth of it kept, and h = 0.0001.
    #[test]
    fn careers_are_as_long_as_the_formula_says() {
        let params = Experience { injury: Share::from(0.0001), escalation: Share::from(0.1), ..Experience::default() };
        let dice = crate::base::dice::Dice::new(3);
        let careers = 4_000;
        let mut uses = 0u32;
        for career in 0..careers {
            let mut life = Life::default();
            for day in 1.. {
                let words = dice.words::<2>(crate::base::dice::Purpose::Cost, day, career);
                if go_through(&params, &mut life, day, words) {
                    break;
                }
                uses += 1;
            }
        }
        let mean = f64::from(uses) / careers as f64;
        assert!((mean - 118.8).abs() < 2.5, "{mean}");
    }

    /// Of half of full habit, half of it lost in a day, an eighth is left after two days.
    #[test]
    fn a_use_is_forgotten_day_by_day() {
        let family = GoodParams { habit_gain: 0.5.into(), habit_decay: 0.5.into(), ..GoodParams::default() };
        assert_eq!((left_of_a_use(&family, 0), left_of_a_use(&family, 2)), (32_767, 8_191));
    }

    #[test]
    fn an_injury_puts_its_user_out_and_back() {
        let params = Experience { injury: Share::from(1.0), ..Experience::default() };
        let mut life = Life { intensity: 200, ..Life::default() };
        assert!(go_through(&params, &mut life, 100, [0, 0]));
        assert_eq!((life.out_until, life.intensity), (130, 100));
        assert_eq!((rested(100), rested(3), rested(0)), (75, 3, 0));
    }
}
