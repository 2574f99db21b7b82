//! Parameters of an agency.

use crate::base::fields::params;
use crate::base::units::{Count, Credits, Share};
use crate::ids::good::{Good, Sought};

params! {
    /// An agency that enforces.
    pub struct AgencyParams {
        /// Budget, for each citizen where it has a mandate
        ///
        /// With the next lever it fixes how many trades can be examined in a day, exactly.
        /// Source: assumption.
        budget: Credits = 0.5, "credits per citizen and day", 0.0 ..= 10_000.0, Day;
        /// Cost of examining one trade
        ///
        /// Source: assumption. Raising it lets the same budget examine less.
        case_cost: Credits = 100.0, "credits", 0.001 ..= 1_000_000.0, Day;
        /// Share of its investigations spent on searching people who wear a mask
        ///
        /// A search finds somebody who bought something illicit in the last `law.search_days` days, or hits an innocent person. Raising it deters the masked, and costs legitimacy the more innocents mask.
        /// Source: assumption.
        profiling: Share = 0.0, "of investigations", 0.0 ..= 1.0, Day;
        /// Share of its other investigations that go first to trades of people with the longest records
        ///
        /// Source: assumption. Raising it bears down on the few who buy again and again, with the same patrols.
        focused: Share = 0.0, "of trades examined", 0.0 ..= 1.0, Day;
        /// Share of its other investigations spent on traps: stalls that nobody but the agency runs
        ///
        /// An illicit order meets one as often as traps stand among the stalls of the good, unless the buyer goes to a known seller. Raising it makes cases without a trade, and strangers suspect.
        /// Source: assumption.
        honeypots: Share = 0.0, "of trades examined", 0.0 ..= 1.0, Day;
        /// Share of its investigations spent on rogue AIs, where it has a mandate for taboo computing and there are any
        ///
        /// Source: assumption. Raising it keeps takedowns at their best for more AIs, and leaves less for everything else.
        hunting: Share = 0.0, "of investigations", 0.0 ..= 1.0, Day;
        /// The good that it is told to look for: `all`, or one of the goods
        ///
        /// With the next two levers it bends the plan: the told share of its patrols goes there, spread as the plan weighs what is left.
        /// Source: the scenario's question.
        target_good: Sought = Sought::All, "word", 0.0 ..= 0.0, Day;
        /// The place where it is told to look: its number in the list of places, from 1; 0 for everywhere
        ///
        /// Only the share that it is told to spend goes there.
        /// Source: the scenario's question.
        target_place: Count = 0, "number in the list", 0.0 ..= 200.0, Day;
        /// Share of its patrols that it is told to spend on its target, as far as its mandate covers it
        ///
        /// The rest follows its plan. Raising it finds more where the target is, and less elsewhere.
        /// Source: the scenario's question.
        target_share: Share = 0.0, "of patrols", 0.0 ..= 1.0, Day;
    }
}

/// An agency with its name and mandate.
#[derive(Clone, Debug, PartialEq)]
pub struct AgencySpec {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Names of the places where it may act; empty for all.
    pub places: Vec<String>,
    /// Goods it pursues; empty for all.
    pub goods: Vec<Good>,
    /// Its parameters.
    pub params: AgencyParams,
}

impl AgencySpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}
