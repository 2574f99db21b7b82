//! Parameters of a house: a named syndicate that can be directed.

use crate::base::fields::params;
use crate::base::units::{Count, Factor, Share};
use crate::ids::good::Good;

params! {
    /// A house: a named syndicate that is there from the first day to the last, and can be directed.
    pub struct HouseParams {
        /// Whether it does what it is told
        ///
        /// Otherwise it decides as any syndicate of its kind, and the next seven levers wait. While it is directed it never gives up and sells nothing fake.
        /// Source: the scenario.
        directed: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// The good that it sells while it is directed
        ///
        /// Told another one, it closes each stall as soon as there is room for one of the new good; what was in stock is lost.
        /// Source: the scenario's question.
        good: Good = Good::Privacy, "word", 0.0 ..= 0.0, Day;
        /// The venue where it sells while it is directed: its number in the list of venues, from 1; 0 lets it choose
        ///
        /// A stall that moves leaves a tenth of its name behind. While the venue is closed, stalls stand where they found room.
        /// Source: the scenario's question.
        venue: Count = 0, "number in the list", 0.0 ..= 200.0, Day;
        /// Price over cost that it asks while it is directed
        ///
        /// Put on the nearest of twelve markups, each 22 per cent above the one below. What is let by auction is offered at the least, and bids do the rest. Raising it earns more on each unit and sells fewer.
        /// Source: the scenario's question.
        markup: Factor = 2.4, "times the cost", 1.1 ..= 9.8, Day;
        /// Quality of what it sells while it is directed
        ///
        /// A unit costs 0.1 + 1.1 times this, times the cost of the good. Raising it makes its name worth more, and its wares dearer.
        /// Source: assumption; the line runs near what kinds of syndicates in the default world pay. Its slope is about what quality is worth to buyers of a good of mean price, so that no quality is best everywhere.
        quality: Share = 0.8, "of full quality", 0.0 ..= 1.0, Day;
        /// Whether its stalls are guarded while it is directed
        ///
        /// Source: the scenario's question. Guarded stalls are harder to find, for agencies and buyers alike.
        guarded: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Readiness to bribe while it is directed
        ///
        /// Source: the scenario's question. Raising it buys off more cases where officers take.
        bribes: Share = 0.0, "of chances to bribe", 0.0 ..= 1.0, Day;
        /// Whether it cheats while it is directed
        ///
        /// It keeps money for nothing as cheats do, where that brings more than honesty, and does not run away. Buyers learn.
        /// Source: the scenario's question.
        cheats: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Stalls that it runs at most
        ///
        /// While it is directed it opens as many as there is room for. There is room in the market for these stalls beside all others.
        /// Source: the scenario.
        stalls: Count = 4, "stalls", 1.0 ..= 24.0, Start;
        /// Its kind while nobody directs it: its number in the list of temperaments, from 1; 0 draws one by their shares
        ///
        /// Haste and claimed safety are those of its kind at all times.
        /// Source: the scenario.
        temperament: Count = 0, "number in the list", 0.0 ..= 16.0, Start;
    }
}

/// What a unit of this quality costs, against the cost of the good.
///
/// Buyers who expect so much less of a delivery as quality falls short give up to `scam_weight` times the price for full
/// quality against none: twice the cost at a usual price, and half of that where escrow gives every second payment back.
/// Competition lets it cost about as much.
pub fn cost_of_quality(quality: f64) -> f64 {
    0.1 + 1.1 * quality
}

/// A house with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseSpec {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Its parameters.
    pub params: HouseParams,
}

impl HouseSpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::temperament::temperaments;

    /// 0.1 + 1.1 / 2 at half of full quality, and near what the kinds pay.
    #[test]
    fn what_is_better_made_costs_more() {
        let costs = [0.0, 0.5, 1.0].map(cost_of_quality);
        assert!(costs.iter().zip([0.1, 0.65, 1.2]).all(|(cost, due)| (cost - due).abs() < 1e-9), "{costs:?}");
        let kinds = temperaments();
        let kind = |name: &str| &kinds.iter().find(|kind| kind.name == name).expect("a known kind").params;
        for name in ["artisan_house", "volume_dealer", "price_learner", "opportunist"] {
            let about = kind(name);
            let gap = cost_of_quality(about.quality.get()) - about.cost.get();
            assert!(gap.abs() < 0.15, "{name}: {gap}");
        }
    }
}
