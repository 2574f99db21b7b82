//! Parameters of colonies and their lanes.

use crate::base::fields::params;
use crate::base::units::{Days, Factor, PerDay, Share};

params! {
    /// How colonies smuggle, mine and barter.
    pub struct Colonies {
        /// Daily movement of a lane's cost (standard deviation of log)
        ///
        /// Raising it makes the prices of dangerous tech restless.
        /// Source: assumption.
        lane_volatility: Factor = 0.04, "log per day", 0.0 ..= 1.0, Day;
        /// Pull of a lane's cost back to its mean
        ///
        /// Lowering it lets dear and cheap years last.
        /// Source: assumption.
        lane_reversion: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Chance a day that a lane's cost doubles for a time, by no one's doing
        ///
        /// Raising it brings price jumps.
        /// Source: assumption.
        lane_jump: PerDay = 0.005, "per day", 0.0 ..= 1.0, Day;
        /// Most that dangerous tech costs without a lane, made from what is at hand
        ///
        /// Raising it makes an interception dearer for everybody.
        /// Source: assumption.
        without_lane: Factor = 2.0, "times the cost", 1.0 ..= 100.0, Day;
        /// Chance of an interception with one investigation of dangerous tech for each hundred residents
        ///
        /// Raising it makes the same patrols catch more, and colonies more careful; at 0 nothing is ever caught.
        /// Source: assumption.
        interception: PerDay = 0.05, "per day, per investigation and hundred residents", 0.0 ..= 100.0, Day;
        /// Days for which an interception closes a lane
        ///
        /// Raising it makes patrols bite, and a colony give up its lane at a lower chance of being caught.
        /// Source: assumption.
        closure: Days = 14, "days", 1.0 ..= 10_000.0, Day;
        /// Weight of today in the chance of being caught that a colony fears
        ///
        /// Raising it makes lanes open and close with every change of patrols.
        /// Source: assumption.
        caution: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// Weight of an interception in what a colony fears
        ///
        /// Raising it keeps a lane closed for longer than it is watched.
        /// Source: assumption.
        fright: Share = 0.1, "of the gap to certainty", 0.0 ..= 1.0, Day;
        /// Rare elements that a colonist mines
        ///
        /// Raising it makes dangerous tech cheaper to make, and colonists better off; at 0 nothing is bartered.
        /// Source: assumption.
        mining: PerDay = 0.01, "elements per resident and day", 0.0 ..= 100.0, Day;
        /// Share of a colony's elements that an interception takes
        ///
        /// Raising it makes interceptions cost colonists more.
        /// Source: assumption.
        shipment: Share = 0.3, "of elements held", 0.0 ..= 1.0, Day;
        /// Share of a unit's cost that one element saves
        ///
        /// Raising it makes elements worth more to makers.
        /// Source: assumption.
        saving: Share = 0.4, "of the cost of a unit", 0.0 ..= 1.0, Day;
        /// Share of that saving that goes to the colony
        ///
        /// Raising it moves the gain from makers to colonists.
        /// Source: assumption: an even split, more or less.
        barter: Share = 0.6, "of the saving", 0.0 ..= 1.0, Day;
        /// Share of the price of what colonists buy that elements pay
        ///
        /// Raising it spends sooner what elements have earned.
        /// Source: assumption.
        spending: Share = 0.5, "of the price", 0.0 ..= 1.0, Day;
    }
}
