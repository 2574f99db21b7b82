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
//! syndicate of its own, makes others of its kind and can be taken down. A larger share of units
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
