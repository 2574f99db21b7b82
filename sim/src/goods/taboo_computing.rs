//! # Taboo computing
//!
//! ## What it is
//!
//! Unauthorised creation of AIs, emulation of minds, extraction and implanting of memories.
//!
//! ## Why it is restricted
//!
//! It makes new actors whom nobody has chosen.
//!
//! ## Mechanics
//!
//! Wanted for the taboo and for lost freedom. Now and then a unit that is used gives birth to a rogue AI, which trades as a
//! syndicate of its own, makes others of its kind and can be taken down: see [`extinction`]. A larger share of units
//! emulates a mind. Minds are somebody: the more of them there are, the more scruples hold buyers back, and the less
//! legitimate a law looks that lets it happen. Minds end after a time.
//!
//! ## Levers
//!
//! `goods.taboo_computing.rogue_birth`, `goods.taboo_computing.emulation`, `emulation_days`, `emulation_scruples`,
//! `emulation_legitimacy`, `spill`; `temperaments.rogue_ai.replication` and `law.takedown`.
//!
//! ## What to expect
//!
//! Bans make it attractive for a while; with the same numbers some runs end with an ecology of rogue AIs and some without.

use bevy_ecs::prelude::*;

use crate::actors::stall::Stall;
use crate::actors::syndicate::Seller;
use crate::dice::{Purpose, happens, round_by_chance};
use crate::goods::Good;
use crate::market::orders::Orders;
use crate::record::facts::Events;
use crate::scenario::fields::params;
use crate::scenario::params::GoodParams;
use crate::setting::{InForce, Setting, Today, column};
use crate::society::climate::Climate;
use crate::units::{Days, Factor, Share};

params! {
    /// What taboo computing alone has.
    pub struct TabooComputing {
        /// Chance that one unit gives birth to a rogue AI
        ///
        /// Raising it brings syndicates that nobody runs.
        /// Source: assumption.
        rogue_birth: Share = 0.0005, "per unit", 0.0 ..= 1.0, Day;
        /// Chance that one unit emulates a mind
        ///
        /// Raising it weighs on buyers' scruples and, slowly, on the law's legitimacy; at 0 no minds are made.
        /// Source: assumption.
        emulation: Share = 0.05, "per unit", 0.0 ..= 1.0, Day;
        /// Days that an emulated mind runs, on average
        ///
        /// Raising it lets minds gather, and with them what they weigh.
        /// Source: assumption.
        emulation_days: Days = 200, "days", 1.0 ..= 100_000.0, Day;
        /// Scruples that emulated minds bring, on top of the ethics of this good
        ///
        /// Raising it makes the trade hold itself back as minds gather.
        /// Source: assumption.
        emulation_scruples: Factor = 0.01, "loading per mind and thousand citizens", 0.0 ..= 10.0, Day;
        /// Legitimacy lost each day with emulated minds that nobody protects
        ///
        /// Raising it makes a tolerated trade undermine the law.
        /// Source: assumption.
        emulation_legitimacy: Factor = 0.00002, "per day, per mind and thousand citizens", 0.0 ..= 1.0, Day;
        /// Part of one unit among the artefacts that tinkerers put together, against a unit of dangerous tech
        ///
        /// Raising it lets taboo computing feed innovation.
        /// Source: assumption.
        spill: Share = 0.4, "of an artefact", 0.0 ..= 1.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.10.into(),
        reactance: 0.30.into(),
        ethics: 0.15.into(),
        novelty: 0.15.into(),
        thrill: 0.05.into(),
        taboo: 0.25.into(),
        exclusivity: 0.00.into(),
        appeal: 2.4.into(),
        cost: 22.0.into(),
        harm: 0.4.into(),
        ..GoodParams::default()
    }
}

/// The chance that the line of one rogue AI dies out, when each makes another and is taken down with these chances a day.
///
/// Of `n` rogue AIs all lines die out with the `n`th power of it: worlds of equal numbers end in one of two ways.
/// Source: the discrete birth-death process in which an AI spawns first and may be taken down after that.
pub fn extinction(spawns: f64, taken_down: f64) -> f64 {
    if taken_down >= spawns {
        return if taken_down > 0.0 { 1.0 } else { 0.0 };
    }
    taken_down * (1.0 - spawns) / (spawns * (1.0 - taken_down))
}

/// Projects end: some in a rogue AI, which enters this evening, some in a mind.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn finish_projects(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    stalls: Query<&Stall>,
    sellers: Query<&Seller>,
) {
    let own = &law.params.own.taboo_computing;
    let (stalls, sellers) = (column(&stalls), column(&sellers));
    let index = Good::TabooComputing.index();
    let mut made = 0;
    for order in orders.list.iter_mut().filter(|order| order.is_used(&setting, Good::TabooComputing)) {
        let [born, mind] = setting.dice.words::<2>(Purpose::Rogue, today.day, u64::from(order.citizen));
        if happens(born, own.rogue_birth.get()) {
            let trade = events.note_trade(order, &setting, stalls, sellers);
            events.births.push(trade);
        }
        made += u32::from(happens(mind, own.emulation.get()));
    }
    let [ends] = setting.dice.words::<1>(Purpose::Mind, today.day, 0);
    let ended = round_by_chance(f64::from(climate.minds) / f64::from(own.emulation_days.get()), ends);
    climate.minds = climate.minds + made - ended.min(climate.minds);
    let minds = 1000.0 * f64::from(climate.minds) / setting.active.max(1) as f64;
    climate.scruples[index] = own.emulation_scruples.get() * minds;
    climate.legitimacy = (climate.legitimacy - own.emulation_legitimacy.get() * minds).max(0.0);
    events.counts.minds = i64::from(climate.minds);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a chance of 0.02 to spawn and 0.01 to be taken down, a line dies out in 49.495 of 100 worlds, and three lines in
    /// 12.125.
    #[test]
    fn an_ecology_that_spawns_faster_than_it_is_taken_down_may_still_die_out() {
        let line = extinction(0.02, 0.01);
        assert!((line - 0.494_95).abs() < 1e-5, "{line}");
        assert!((line * line * line - 0.121_25).abs() < 1e-5);
        assert_eq!(extinction(0.01, 0.02), 1.0);
        assert_eq!(extinction(0.01, 0.01), 1.0);
        assert_eq!(extinction(0.01, 0.0), 0.0);
    }

    /// The same by playing it out, with a line that has grown to a dozen counted as one that stays (0.495^12 is 0.0002).
    #[test]
    fn lines_die_out_as_often_as_the_formula_says() {
        let dice = crate::dice::Dice::new(5);
        let worlds = 2000;
        let died = (0..worlds)
            .filter(|&world| {
                let (mut alive, mut day) = (1u32, 0);
                while (1..12).contains(&alive) {
                    day += 1;
                    let mut words = [0; 24];
                    dice.fill(Purpose::Rogue, day, world, 24, &mut words);
                    let each = words.as_chunks::<2>().0[..alive as usize].iter();
                    alive = each
                        .map(|&[spawns, dies]| u32::from(happens(spawns, 0.02)) + u32::from(!happens(dies, 0.01)))
                        .sum();
                }
                alive == 0
            })
            .count();
        let share = died as f64 / worlds as f64;
        assert!((share - 0.494_95).abs() < 0.035, "{share}");
    }
}
