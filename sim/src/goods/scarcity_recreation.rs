//! # Recreated scarcity
//!
//! ## What it is
//!
//! Lives in hard mode without help from AIs, zones where automation is banned, underground survival economies.
//!
//! ## Why it is restricted
//!
//! It escapes care, and it escapes watching.
//!
//! ## Mechanics
//!
//! A club: it is had in zones, which stand in places and have room for so many visits a day. Boredom grows with what
//! machines provide and rests for a while after a visit; a life without help is worth most to those whose skill is equal to
//! its challenge. Whoever visits takes from the others what they came for: congestion, felt with a delay. Stalls sell the
//! room of a zone; whoever finds none is turned away. A zone against which enough cases are gathered is raided and stays
//! closed for weeks: a raid takes room, not stock.
//!
//! ## Levers
//!
//! `goods.scarcity_recreation.boredom`, `challenge`, `spread`, `congestion`, `damping`, `closure`, `raid_evidence`,
//! `places.<name>.zone_room`, `places.<name>.abundance`.
//!
//! ## What to expect
//!
//! The one good that is wanted more as life gets easier. Visits settle where boredom and crowding balance; where people
//! react to yesterday's crowd alone, they swing.

use serde::{Deserialize, Serialize};

use crate::base::fields::params;
use crate::base::numerics::exp32;
use crate::base::units::{Days, Factor, Share, Utils};
use crate::goods::params::GoodParams;

params! {
    /// What recreated scarcity alone has.
    pub struct ScarcityRecreation {
        /// How much boredom draws people to it
        ///
        /// Source: assumption. Raising it makes abundance raise its trade; a visit then also takes boredom away.
        boredom: Utils = 4.5, "utils at full boredom", 0.0 ..= 50.0, Day;
        /// Challenge of a life without help
        ///
        /// Those whose skill is equal to it enjoy it most. Moving it away from the middle narrows the circle.
        /// Source: Csikszentmihalyi's flow, in direction; the value is an assumption.
        challenge: Share = 0.5, "of the greatest skill", 0.0 ..= 1.0, Day;
        /// How far skill and challenge may differ
        ///
        /// Raising it lets more people enjoy it.
        /// Source: assumption.
        spread: Factor = 0.3, "of the greatest skill", 0.01 ..= 10.0, Day;
        /// What a full zone takes from a visit
        ///
        /// Raising it keeps visits further below the room there is.
        /// Source: assumption, as is usual for clubs with congestion (Buchanan 1965 for the form).
        congestion: Utils = 2.0, "utils at full load", 0.0 ..= 50.0, Day;
        /// Weight of today in the crowding that people expect
        ///
        /// Raising it makes people react faster; beyond a point that depends on congestion visits swing from day to day.
        /// Source: assumption; Arthur (1994) for the swings.
        damping: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// Cases against visits to a zone that make a raid, for each hundred residents
        ///
        /// Lowering it makes raids on zones more frequent. Evidence fades by half in thirty days.
        /// Source: assumption.
        raid_evidence: Factor = 4.0, "cases per 100 residents", 0.001 ..= 10_000.0, Day;
        /// Days for which a raided zone stays closed
        ///
        /// Source: assumption. Raising it makes a raid cost more visits.
        closure: Days = 30, "days", 0.0 ..= 3_650.0, Day;
    }
}

/// A place's zone.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Zone {
    /// Visits for which there is room today.
    pub room: f64,
    /// Visits today.
    pub visits: u32,
    /// Visits against room, smoothed: the crowd that people expect.
    pub load: f32,
    /// Cases gathered against it; half is forgotten in thirty days.
    pub evidence: f64,
    /// Last day on which it is closed by a raid.
    pub closed_until: u32,
}

/// How well a life without help fits a skill, both from 0 to 1: best where skill and challenge are equal.
pub fn flow(skill: f32, challenge: f32, spread: f32) -> f32 {
    let gap = (challenge - skill) / spread;
    exp32(-0.5 * gap * gap)
}

/// Load after a day with so many visits, for a weight of today.
pub fn load_after(load: f32, visits: u32, room: f64, damping: f32) -> f32 {
    let today = if room > 0.0 { f64::from(visits) / room } else { 0.0 };
    load + damping * (today as f32 - load)
}

/// Shares out an amount among some as whole units, so that sums follow the amount, and who gets the odd unit changes.
pub fn share_out(amount: f64, day: u32, among: &[usize], shares: &mut [u32]) {
    let each = amount / among.len().max(1) as f64;
    // The golden ratio's multiples never repeat, so that no one is favoured.
    let phase = (f64::from(day) * 0.618_033_988_749_894_9).fract();
    for (nth, &one) in among.iter().enumerate() {
        let (from, to) = (each * nth as f64 + phase, each * (nth + 1) as f64 + phase);
        shares[one] = (to.floor() - from.floor()) as u32;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.35.into(),
        reactance: 0.05.into(),
        ethics: 0.00.into(),
        novelty: 0.20.into(),
        thrill: 0.15.into(),
        taboo: 0.00.into(),
        exclusivity: 0.25.into(),
        appeal: (-2.8).into(),
        cost: 10.0.into(),
        spoilage: 1.0.into(),
        harm: 0.1.into(),
        holding: 14.into(),
        supply: 1_000.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_without_help_fits_those_who_are_equal_to_it() {
        assert_eq!(flow(0.5, 0.5, 0.3), 1.0);
        assert!((flow(0.2, 0.5, 0.3) - 0.606_5).abs() < 1e-3);
        assert_eq!(flow(0.2, 0.5, 0.3), flow(0.8, 0.5, 0.3));
    }

    /// Half the gap to today's crowd of 80 in a room for 100.
    #[test]
    fn people_expect_the_crowd_of_the_last_days() {
        assert!((load_after(0.4, 80, 100.0, 0.5) - 0.6).abs() < 1e-6);
        assert_eq!(load_after(0.4, 0, 0.0, 0.5), 0.2);
    }

    #[test]
    fn shares_of_the_room_add_up_to_it_over_the_days() {
        let mut shares = [0; 3];
        let mut sum = [0; 3];
        for day in 1..=1000 {
            share_out(2.5, day, &[0, 1, 2], &mut shares);
            assert!((2..=3).contains(&shares.iter().sum::<u32>()));
            sum.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        }
        assert!(sum.iter().all(|sum| sum.abs_diff(833) < 10), "{sum:?}");
    }
}
