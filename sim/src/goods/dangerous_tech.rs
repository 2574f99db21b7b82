//! # Dangerous innovations and unfiltered tech
//!
//! ## What it is
//!
//! Jailbroken AIs, fabricators for prohibited devices, smuggled off-world technology, bartered rare elements.
//!
//! ## Why it is restricted
//!
//! Innovation and catastrophe come from one source.
//!
//! ## Mechanics
//!
//! It comes over lanes from off-world colonies, at a cost that moves from day to day and sometimes jumps, see
//! [`crate::systems::produce::lanes`]. What buyers hold are artefacts. Tinkerers learn from what circulates, and the more techniques
//! they know, the more pairs there are to put together to new ideas; each idea moves innovation. And each artefact may fail,
//! once in a long while with a loss that has a heavy tail, see [`crate::systems::adapt::innovation`].
//!
//! ## Levers
//!
//! `goods.dangerous_tech.techniques`, `tech_speed`, `ideas`, `pairs`, `idea_gain`, `accidents`, `loss_tail`,
//! `loss_least`, `loss_most`, `law.gray_zone`, and all of `colonies`.
//!
//! ## What to expect
//!
//! Looking away brings faster growth and, in the worst of a thousand days, a larger loss. The mean loss of a short run says
//! little: one accident outweighs all others.

use crate::base::fields::params;
use crate::base::units::{Factor, PerDay, Share};
use crate::goods::params::GoodParams;

params! {
    /// What dangerous technology alone has.
    pub struct DangerousTech {
        /// Techniques that one artefact for each thousand citizens teaches
        ///
        /// Raising it raises the level of illicit technology that the same trade leads to.
        /// Source: assumption.
        techniques: Factor = 0.02, "techniques per artefact and thousand citizens", 0.0 ..= 100.0, Day;
        /// How fast tinkerers learn what circulates, and forget what does not
        ///
        /// Raising it lets illicit technology follow the trade.
        /// Source: assumption.
        tech_speed: Share = 0.02, "of the gap, per day", 0.0 ..= 1.0, Day;
        /// New ideas from each pair of techniques
        ///
        /// Raising it raises growth; at 0 the gray zone brings nothing.
        /// Source: Weitzman (1998) for growth by recombination; the value is an assumption.
        ideas: PerDay = 0.03, "per pair and day", 0.0 ..= 10.0, Day;
        /// Most pairs that can be worked on
        ///
        /// Pairs grow with the square of techniques, people do not. Raising it lets growth run away.
        /// Source: Weitzman (1998), in direction; the value is an assumption.
        pairs: Factor = 40.0, "pairs", 0.0 ..= 1_000_000.0, Day;
        /// Innovation from one idea
        ///
        /// Raising it makes looking away pay.
        /// Source: assumption within 0.0001 to 0.01.
        idea_gain: Factor = 0.0005, "of innovation, per idea", 0.0 ..= 1.0, Day;
        /// Accidents of one artefact
        ///
        /// Raising it makes accidents more frequent, not larger; at 0 nothing ever fails.
        /// Source: assumption.
        accidents: PerDay = 0.00005, "per artefact and day", 0.0 ..= 1.0, Day;
        /// Tail of the loss in an accident
        ///
        /// Lowering it makes the rare accident outweigh all others; below 2 the mean of losses settles only after very many.
        /// Source: assumption within the 1.2 to 2.5 found for losses in disasters.
        loss_tail: Factor = 1.5, "Pareto exponent", 0.1 ..= 10.0, Day;
        /// Least loss in an accident
        ///
        /// Raising it raises all losses in proportion.
        /// Source: assumption.
        loss_least: Factor = 20.0, "harm", 0.001 ..= 1_000_000.0, Day;
        /// Largest loss in an accident, at least twice the least
        ///
        /// Raising it leaves most accidents as they are and makes the worst one worse.
        /// Source: assumption; what there is to lose is finite.
        loss_most: Factor = 20_000.0, "harm", 0.002 ..= 1_000_000_000.0, Day;
    }
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.45.into(),
        reactance: 0.15.into(),
        ethics: 0.15.into(),
        novelty: 0.15.into(),
        thrill: 0.05.into(),
        taboo: 0.05.into(),
        exclusivity: 0.00.into(),
        appeal: 0.0.into(),
        cost: 25.0.into(),
        harm: 0.6.into(),
        ..GoodParams::default()
    }
}
