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

use crate::base::fields::params;
use crate::base::units::{Days, Factor, Share};
use crate::goods::params::GoodParams;

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
        /// They grow with the logarithm of one more than the minds per thousand citizens: many are not felt as so many times one. Raising it makes the trade hold itself back as minds gather.
        /// Source: Slovic (2007) for the form: concern grows ever more slowly with the number of victims; the size is an assumption.
        emulation_scruples: Factor = 0.03, "loading per log of minds per thousand citizens", 0.0 ..= 10.0, Day;
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
