//! Parameters of leaks and their copies.

use crate::base::fields::params;
use crate::base::units::{Factor, PerDay, Share};

params! {
    /// How secrets get out, and what that does.
    pub struct Leaks {
        /// Chance a day that data leak, or designs, or weights, where all who sell them are careful
        ///
        /// It is shared out among the sellers, and process debt multiplies the part of each; of what is out already only the rest can leak. Raising it brings the day nearer on which a good is worth its copies; at 0 nothing leaks by itself.
        /// Source: assumption, so that a leak is the event of a decade in a world of any size.
        hazard: PerDay = 0.000_1, "per secret and day", 0.0 ..= 1.0, Day;
        /// Chance a day that the code of some syndicate leaks, where all are careful
        ///
        /// It is shared out among them, and process debt multiplies the part of each. Raising it spreads what the best have learnt to all.
        /// Source: assumption.
        code_hazard: PerDay = 0.000_05, "per day", 0.0 ..= 1.0, Day;
        /// Process debt that haste and growth run up in a week
        ///
        /// Raising it makes fast sellers leak sooner.
        /// Source: assumption.
        debt_gain: Factor = 0.5, "debt per week", 0.0 ..= 100.0, Day;
        /// Share of process debt that diligence pays off in a week
        ///
        /// Raising it keeps sellers careful.
        /// Source: assumption.
        diligence: Share = 0.1, "of the debt, per week", 0.0 ..= 1.0, Day;
        /// How fast public copies spread
        ///
        /// Raising it fills the world with copies sooner.
        /// Source: SIS; the size is an assumption.
        contagion: Factor = 0.3, "per day", 0.0 ..= 10.0, Day;
        /// Share of public copies that the law takes down in a day
        ///
        /// Raising it lowers the share of people who find a public copy. Private copies stay.
        /// Source: SIS; the size is an assumption.
        takedown: Share = 0.1, "of public copies, per day", 0.0 ..= 1.0, Day;
        /// Chance a day to keep a private copy, for whoever can find a public one
        ///
        /// Raising it makes takedowns come too late.
        /// Source: assumption.
        keeping: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// Share of its worth that a copy loses in a year
        ///
        /// What is out stays out, but it is yesterday's: what is sold is newer. Raising it brings buyers back sooner, until what is new leaks in its turn; at 0 a leak is for ever.
        /// Source: the United States Bureau of Economic Analysis writes off 0.22 of what software publishers spend on research each year.
        ageing: Share = 0.22, "of its worth, per year", 0.0 ..= 1.0, Day;
        /// Cost of a copy, against the cost of the good
        ///
        /// It is the price in the end. Raising it leaves sellers of copies more to live from.
        /// Source: assumption.
        copy_cost: Share = 0.05, "of the cost", 0.001 ..= 1.0, Day;
        /// Innovation that a leak of designs brings at once
        ///
        /// Rivals catch up: the moat was smaller than people thought. Half as much comes of weights, nothing of data.
        /// Source: assumption.
        catching_up: Share = 0.02, "of innovation", 0.0 ..= 10.0, Day;
        /// What a leak costs the name of a seller that claimed to be perfectly safe
        ///
        /// Who claimed less falls less, down to a third of it. Raising it makes a proclaimed name for safety dangerous.
        /// Source: assumption.
        name_lost: Share = 0.6, "of reputation", 0.0 ..= 1.0, Day;
        /// Whether data leaks today, by whoever sells most of it
        ///
        /// For experiments: set it by date. It does nothing once the good is out.
        /// Source: the scenario's question.
        force_data: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether designs leak today, by whoever sells most of them
        ///
        /// For experiments: set it by date. It does nothing once the good is out.
        /// Source: the scenario's question.
        force_designs: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether weights leak today, by whoever sells most of them
        ///
        /// For experiments: set it by date. It does nothing once the good is out.
        /// Source: the scenario's question.
        force_weights: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether the code of the largest syndicate leaks today
        ///
        /// For experiments: set it by date, and withdraw it, or it leaks every day.
        /// Source: the scenario's question.
        force_code: bool = false, "flag", 0.0 ..= 1.0, Day;
    }
}
