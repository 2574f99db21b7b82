//! What every family of goods has: the parameters they share.

use crate::base::fields::params;
use crate::base::units::{Count, Credits, Days, Factor, Share, Status, Utils};

params! {
    /// One family of restricted goods. Defaults differ by family and stand in `sim/src/goods/`, with what only one has.
    pub struct GoodParams {
        /// What the law says of it
        ///
        /// `prohibited`, `tolerated`, `licensed` or `free`. A move to a stricter status is felt as lost freedom.
        /// Source: the scenario's question.
        status: Status = Status::Prohibited, "word", 0.0 ..= 0.0, Place;
        /// Share of desire and habit among what drives people to it
        ///
        /// Source: design of the families; an assumption in size. Raising it makes demand steady.
        desire: Factor = 0.4, "loading", 0.0 ..= 10.0, Place;
        /// Share of reactance among its drivers
        ///
        /// Source: as for desire. Raising it makes bans backfire.
        reactance: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of ethics among what holds people back; negative where buying it feels good
        ///
        /// Source: as for desire. Raising it holds the scrupulous back.
        ethics: Utils = 0.1, "loading", -10.0 ..= 10.0, Place;
        /// Share of novelty among its drivers
        ///
        /// Source: as for desire. Raising it brings more first-time buyers.
        novelty: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of thrill among its drivers
        ///
        /// Source: as for desire. Raising it draws the bold under moderate enforcement.
        thrill: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of taboo among its drivers
        ///
        /// Source: as for desire. Raising it draws people while few do it.
        taboo: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Share of exclusivity among its drivers
        ///
        /// Source: as for desire. Raising it draws people while few have it.
        exclusivity: Factor = 0.1, "loading", 0.0 ..= 10.0, Place;
        /// Appeal beside all drivers
        ///
        /// Source: assumption; sets how much of one family is traded against the others. Raising it raises its trade.
        appeal: Utils = 0.0, "utils", -50.0 ..= 50.0, Place;
        /// How much a unit adds to desire the next day (habit)
        ///
        /// Raising it makes users who come back, and with the next lever it sets how much more elastic demand is in the long run.
        /// Source: Becker, Grossman and Murphy for the form; the size is an assumption.
        habit_gain: Factor = 0.0, "of full habit, per unit", 0.0 ..= 1.0, Day;
        /// How fast habit fades
        ///
        /// Source: assumption. Raising it frees people of a habit sooner.
        habit_decay: Share = 0.05, "per day", 0.0 ..= 1.0, Day;
        /// Most that habit adds to desire
        ///
        /// Source: assumption. Raising it makes addicts' demand inelastic.
        habit_pull: Factor = 0.5, "of desire", 0.0 ..= 10.0, Place;
        /// Cost of making or bringing one unit
        ///
        /// Raising it raises price almost one for one times the markup.
        /// Source: assumption; credits are a numeraire.
        cost: Credits = 12.0, "credits", 0.001 ..= 1_000_000.0, Day;
        /// Daily movement of that cost (standard deviation of log)
        ///
        /// Source: assumption; high for what comes from off-world. Raising it makes prices restless.
        cost_volatility: Factor = 0.01, "log per day", 0.0 ..= 1.0, Day;
        /// Pull of the cost back to its mean
        ///
        /// Source: assumption. Lowering it lets dear and cheap years last.
        cost_reversion: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Chance a day that supply from off-world is cut, which doubles the usual cost for a time
        ///
        /// What is cut already is not cut again. Source: assumption: about once in three years. Raising it brings price jumps.
        cost_jump: Share = 0.001, "per day", 0.0 ..= 1.0, Day;
        /// Share of the stock that spoils in a day
        ///
        /// Source: assumption. Raising it makes unsold stock dear.
        spoilage: Share = 0.0, "per day", 0.0 ..= 1.0, Day;
        /// Most units a stall can make or bring in a day
        ///
        /// Source: assumption. Lowering it makes the good scarce, and its sellers able to ask more.
        supply: Count = 60, "units per stall and day", 0.0 ..= 1_000_000.0, Day;
        /// Fine for this good, against the general fine
        ///
        /// Source: assumption. Raising it deters this trade and moves it to other goods.
        severity: Factor = 1.0, "times the fine", 0.0 ..= 100.0, Place;
        /// Weight of this good in agencies' plans
        ///
        /// Source: assumption. Raising it draws patrols here, and away from the others.
        priority: Factor = 1.0, "weight", 0.0 ..= 100.0, Place;
        /// Chance that an examined trade of this good becomes a case
        ///
        /// Source: assumption. Lowering it makes the same budget catch less.
        evidence: Share = 0.9, "of examined trades", 0.0 ..= 1.0, Place;
        /// Harm done by one unit
        ///
        /// Source: assumption, in units that only compare goods with each other. Raising it draws patrols, anxiety and moral cost.
        harm: Factor = 0.1, "harm per unit", 0.0 ..= 1000.0, Day;
        /// Highest price that may be asked
        ///
        /// A cap below what buyers would pay leaves sellers less, and with forbidden identity less to offer to donors. A million is no cap.
        /// Source: the scenario's question.
        price_cap: Credits = 1_000_000.0, "credits", 0.001 ..= 1_000_000_000.0, Day;
        /// Days for which a buyer counts as a holder
        ///
        /// Source: assumption. Raising it makes the good less exclusive for the same trade.
        holding: Days = 60, "days", 1.0 ..= 10_000.0, Day;
    }
}
