//! # Unregulated augmentation
//!
//! ## What it is
//!
//! Genetic edits for intelligence, aggression or longevity, banned implants, edits of memory and personality.
//!
//! ## Why it is restricted
//!
//! It cannot be undone, and whoever has it gains on those who have not.
//!
//! ## Mechanics
//!
//! Each unit raises its buyer's level by one, for good. Income is shared out by `(1 + level)` to a power, and its mean stays
//! what it was: the whole is a race that nobody wins together (Frank's positional arms race, Tullock's contest). A buyer
//! weighs the income of the days that count against price and danger, and those who fall behind the mean level feel it.
//! Every day the augmented may lose their balance, with a chance that grows exponentially with the level; the unstable
//! choose erratically and cause violent incidents until they are treated. Nothing takes a level away.
//!
//! ## Levers
//!
//! `goods.augmentation.levels`, `income_power`, `horizon`, `irreversibility`, `arms_race`, `dread`, `instability`,
//! `convexity`, `craft`, `care`, `incidents`, `incident_harm`, `erratic`, `goods.augmentation.status`.
//!
//! ## What to expect
//!
//! Adoption rises in an S and does not fall when what was allowed is banned again. Mean income stays where it was.
//! Incidents grow faster than the mean level.

use crate::base::dice::happens;
use crate::base::fields::params;
use crate::base::numerics::{exp, pow};
use crate::base::units::{Count, Days, Factor, PerDay, Share, Utils};
use crate::citizen::Life;
use crate::goods::params::GoodParams;

params! {
    /// What augmentation alone has.
    pub struct Augmentation {
        /// Highest level of augmentation
        ///
        /// Raising it lets the race go on for longer, and makes its last stretch more dangerous.
        /// Source: assumption.
        levels: Count = 5, "levels", 0.0 ..= 20.0, Day;
        /// How much augmentation raises income against others (power of 1 + level)
        ///
        /// Mean income does not move: what one gains others lose. Raising it makes the race fiercer and incomes more unequal.
        /// Source: assumption within 0.2 to 0.6; Frank (1985) for the positional race.
        income_power: Factor = 0.35, "power", 0.0 ..= 3.0, Day;
        /// Days of gained income that a buyer counts
        ///
        /// Source: assumption. Raising it makes the gain outweigh higher prices and dangers.
        horizon: Days = 40, "days", 0.0 ..= 10_000.0, Day;
        /// What irreversibility demands of the gain
        ///
        /// A step that cannot be taken back has to promise more than it costs: at 1.5, half as much again. Raising it delays adoption.
        /// Source: Dixit and Pindyck (1994) for the option to wait; the size is an assumption.
        irreversibility: Factor = 1.5, "times the cost", 1.0 ..= 100.0, Day;
        /// Pull on those who are behind the mean level
        ///
        /// Raising it makes adoption feed on itself.
        /// Source: assumption; relative deprivation in direction.
        arms_race: Utils = 0.8, "utils per level behind", 0.0 ..= 50.0, Day;
        /// Chance a day to lose one's balance, before level and quality
        ///
        /// Raising it brings more unstable people and more incidents.
        /// Source: assumption within 0.00001 to 0.001.
        instability: PerDay = 0.0001, "per day", 0.0 ..= 1.0, Day;
        /// How fast that chance grows with each level
        ///
        /// The chance is multiplied by e to this power for each level: incidents grow faster than levels.
        /// Source: assumption within 0.5 to 1.2.
        convexity: Factor = 0.8, "log per level", 0.0 ..= 5.0, Day;
        /// Quality of the craft
        ///
        /// At 1 nobody loses their balance.
        /// Source: assumption.
        craft: Share = 0.4, "of perfect", 0.0 ..= 1.0, Day;
        /// Chance a day that an unstable person is treated
        ///
        /// Raising it shortens instability.
        /// Source: assumption.
        care: PerDay = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Violent incidents of an unstable person
        ///
        /// Raising it makes instability a public matter.
        /// Source: assumption.
        incidents: PerDay = 0.03, "per unstable person and day", 0.0 ..= 1.0, Day;
        /// Harm of one incident
        ///
        /// Source: assumption, in the units of harm of the goods. Raising it draws patrols and anxiety.
        incident_harm: Factor = 10.0, "harm per incident", 0.0 ..= 10_000.0, Day;
        /// How erratic the unstable choose
        ///
        /// At 3 only a third of what usually moves them is left against chance.
        /// Source: assumption.
        erratic: Factor = 3.0, "times the spread of shocks", 1.0 ..= 100.0, Day;
        /// Utility that the fear of instability takes, for a chance of one in a thousand a day
        ///
        /// Raising it stops the race at lower levels.
        /// Source: assumption.
        dread: Utils = 1.0, "utils", 0.0 ..= 50.0, Day;
    }
}

/// What a day does to the augmented, the same for all of a level: worked out once each morning.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Highest level there is, `goods.augmentation.levels`.
    pub most: u8,
    /// Share of their judgement that is left to the unstable, 0 to 1.
    pub judgement: f32,
    /// What the next level adds to income over the days that count, in days of today's income.
    gains: Vec<f32>,
    /// What the next level costs and brings beside income, in utils.
    asides: Vec<f32>,
    /// Chance to lose one's balance, by level.
    dangers: Vec<f64>,
    care: f64,
    incidents: f64,
}

impl Body {
    /// Today's tables, where citizens have so many levels on average.
    pub fn new(params: &Augmentation, mean_level: f64) -> Self {
        let most = params.levels.get() as u8;
        let share = |level: u8| pow(1.0 + f64::from(level), params.income_power.get());
        let dangers: Vec<f64> = (0..=most).map(|level| danger(params, level)).collect();
        let gain = |level: u8| {
            let gained = (share(level + 1) / share(level) - 1.0) * f64::from(params.horizon.get());
            (gained / params.irreversibility.get()) as f32
        };
        let aside = |level: u8| {
            let behind = (mean_level - f64::from(level)).max(0.0);
            let dread = params.dread.get() * danger(params, level + 1) * 1000.0;
            (params.arms_race.get() * behind - dread) as f32
        };
        Self {
            most,
            judgement: (1.0 / params.erratic.get()) as f32,
            gains: (0..=most).map(gain).collect(),
            asides: (0..=most).map(aside).collect(),
            dangers,
            care: params.care.get(),
            incidents: params.incidents.get(),
        }
    }

    /// What one more level is worth to somebody of this level, in utils, where `income` is a day's income in utils.
    #[inline]
    pub fn worth_of_a_step(&self, level: u8, income: f32) -> f32 {
        let level = usize::from(level.min(self.most));
        income * self.gains[level] + self.asides[level]
    }
}

/// Chance a day to lose one's balance at a level: none without augmentation.
pub fn danger(params: &Augmentation, level: u8) -> f64 {
    if level == 0 {
        return 0.0;
    }
    let steep = exp(params.convexity.get() * f64::from(level));
    (params.instability.get() * steep * (1.0 - params.craft.get())).min(1.0)
}

/// A day of somebody augmented: whether it brought an incident, and by how many the unstable became more.
pub fn live_with_it(body: &Body, life: &mut Life, words: (u32, u32)) -> (bool, i64) {
    let (turns, happens_today) = (words.0, words.1);
    if life.unstable > 0 {
        life.unstable = u8::from(!happens(turns, body.care));
        (happens(happens_today, body.incidents), i64::from(life.unstable) - 1)
    } else {
        life.unstable = u8::from(happens(turns, body.dangers[usize::from(life.level.min(body.most))]));
        (false, i64::from(life.unstable))
    }
}

/// By what an income grows with the step from one level to the next.
pub fn raise_of(params: &Augmentation, level: u8) -> f64 {
    let level = f64::from(level);
    pow((2.0 + level) / (1.0 + level), params.income_power.get())
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.35.into(),
        reactance: 0.10.into(),
        ethics: 0.15.into(),
        novelty: 0.10.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.20.into(),
        appeal: (-2.2).into(),
        cost: 60.0.into(),
        harm: 0.5.into(),
        severity: 1.5.into(),
        holding: 365.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At level 3, 0.0001 * e^2.4 * 0.6 = 0.00066.
    #[test]
    fn danger_grows_exponentially_with_the_level() {
        let params = Augmentation::default();
        assert_eq!(danger(&params, 0), 0.0);
        assert!((danger(&params, 3) - 0.000_661).abs() < 1e-6, "{}", danger(&params, 3));
        assert!((danger(&params, 4) / danger(&params, 3) - exp(0.8)).abs() < 1e-9);
    }

    /// With a power of 1 the first step doubles an income, the second adds half.
    #[test]
    fn each_step_gains_less_than_the_one_before() {
        let params = Augmentation { income_power: Factor::from(1.0), ..Augmentation::default() };
        assert_eq!((raise_of(&params, 0), raise_of(&params, 1)), (2.0, 1.5));
        let body = Body::new(&params, 0.0);
        assert!(body.worth_of_a_step(0, 0.1) > body.worth_of_a_step(1, 0.1));
    }

    #[test]
    fn whoever_falls_behind_feels_it() {
        let params = Augmentation::default();
        let (early, late) = (Body::new(&params, 0.0), Body::new(&params, 2.0));
        assert!((late.worth_of_a_step(0, 0.0) - early.worth_of_a_step(0, 0.0) - 1.6).abs() < 1e-5);
    }

    #[test]
    fn only_the_unstable_cause_incidents_and_treatment_ends_it() {
        let body = Body::new(&Augmentation::default(), 0.0);
        let mut life = Life { level: 5, ..Life::default() };
        assert_eq!(live_with_it(&body, &mut life, (0, 0)), (false, 1));
        assert_eq!(live_with_it(&body, &mut life, (u32::MAX, 0)), (true, 0));
        assert_eq!(live_with_it(&body, &mut life, (0, u32::MAX)), (false, -1));
        assert!(life.unstable == 0 && life.level == 5);
    }
}
