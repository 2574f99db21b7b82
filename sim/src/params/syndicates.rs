//! Parameters of how syndicates enter, learn and leave.

use crate::base::fields::params;
use crate::base::units::{Count, Credits, Days, PerDay, Share, Utils};

params! {
    /// How syndicates plan, act, monitor and iterate.
    pub struct Syndicates {
        /// Capital a syndicate starts with
        ///
        /// Source: assumption. Raising it lets weak entrants last longer.
        start_capital: Credits = 2_000.0, "credits", 0.0 ..= 10_000_000.0, Day;
        /// Chance a day that an empty stall is filled
        ///
        /// Raising it makes supply recover faster after raids.
        /// Source: assumption.
        entry: PerDay = 0.05, "per empty stall and day", 0.0 ..= 1.0, Day;
        /// Share of new stalls opened by newcomers, the rest by those who trade already, in proportion to their size
        ///
        /// Lowering it concentrates revenue in a few hands (Simon's process).
        /// Source: Simon (1955) for the form; the value is an assumption.
        newcomers: Share = 0.1, "of new stalls", 0.0 ..= 1.0, Day;
        /// Number of stalls a syndicate can run
        ///
        /// Source: assumption. Raising it lets giants grow.
        arms: Count = 24, "stalls", 1.0 ..= 64.0, Day;
        /// Days between two decisions of a stall on its price and posture
        ///
        /// Shorter periods learn faster from noisier profits.
        /// Source: assumption.
        plan_days: Days = 7, "days", 1.0 ..= 365.0, Start;
        /// Weight of the last period in what a stall believes of its choices
        ///
        /// Source: model of tabular value learning; 0.05 to 0.25 are usual. Raising it makes sellers forget faster.
        learning: Share = 0.2, "per period", 0.0 ..= 1.0, Day;
        /// Share of periods in which a new stall tries something else
        ///
        /// Source: assumption. Raising it keeps prices spread.
        exploration: Share = 0.25, "of periods", 0.0 ..= 1.0, Day;
        /// Least share of periods in which an old stall tries something else
        ///
        /// Source: assumption. Above 0 sellers never stop learning.
        exploration_least: Share = 0.05, "of periods", 0.0 ..= 1.0, Day;
        /// How fast trying declines with age
        ///
        /// Source: assumption. Raising it makes prices settle sooner.
        exploration_decay: PerDay = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Days of demand that a stall keeps in stock
        ///
        /// Source: assumption. Raising it loses more at each seizure and serves more buyers.
        stock_days: Days = 3, "days of sales", 1.0 ..= 60.0, Day;
        /// Periods for which a stall that earns nothing goes on, on average
        ///
        /// The more it earns, the longer it stays. Raising it keeps losers longer.
        /// Source: assumption; it gives lives of weeks to months.
        patience: Count = 5, "periods", 1.0 ..= 100.0, Day;
        /// Weight of what other sellers tell in what a stall believes of its choices
        ///
        /// What is told is the mean of all stalls of the good, by markup and posture. At 0 each learns alone. Raising it makes sellers learn faster, and ask more alike.
        /// Source: assumption; sales and prices of rivals stand in the listings of darknet markets.
        word: Share = 0.5, "per period", 0.0 ..= 1.0, Day;
        /// Error of sellers' guesses at what another good would bring
        ///
        /// The spread of a logit over goods. Raising it makes sellers choose goods at random, so that profits differ more between goods.
        /// Source: logit choice, McFadden (1974), for the form; the value is an assumption.
        guess: Credits = 8.0, "credits a day", 0.0 ..= 1_000_000.0, Day;
        /// Readiness of a stall to take up another good that promises more
        ///
        /// It changes with this chance, times the share of the promise that it does not earn where it is. Raising it draws supply faster to where profits are.
        /// Source: proportional imitation, Schlag (1998), for the form; the value is an assumption.
        mobility: Share = 0.2, "per period", 0.0 ..= 1.0, Day;
        /// Cost of keeping a stall
        ///
        /// Rent of attention, watchers, couriers. Raising it thins the market out to fewer, larger stalls.
        /// Source: assumption.
        upkeep: Credits = 5.0, "credits per day", 0.0 ..= 100_000.0, Day;
        /// Share of capital that owners take out
        ///
        /// Source: assumption. Raising it keeps syndicates poor and raids deadly.
        dividend: Share = 0.01, "per day", 0.0 ..= 1.0, Day;
        /// Chance that a seller who means to cheat does not deliver
        ///
        /// Source: assumption. Raising it lowers the delivered share and drives buyers to known names.
        cheating: Share = 0.9, "of a cheat's sales", 0.0 ..= 1.0, Day;
        /// Patience of a cheat: the daily discount in the choice to run away with a week's payments
        ///
        /// A seller who cheats runs when a week of payments for nothing is worth more than all profits to come. Raising it makes such ends rarer, and being found out with fakes cost more.
        /// Source: the form is a standard threshold; the value is an assumption.
        patience_to_stay: Share = 0.98, "per day", 0.0 ..= 0.9999, Day;
        /// Chance a day that a syndicate gives up its trade for reasons of its own
        ///
        /// Each recent case for each of its stalls adds as much again. Sellers know it: raising it makes the future worth less, so that cheats run away sooner. Houses and enclaves stay.
        /// Source: Christin (2013): of the sellers of a market about one in five was there throughout eight months, some of whom were driven out; the size is an assumption.
        hazard: PerDay = 0.000_7, "per day", 0.0 ..= 1.0, Day;
        /// Readiness to move a stall to another venue after a case
        ///
        /// Raising it makes supply flee from where the law strikes, and trade follow it.
        /// Source: assumption.
        relocation: Share = 0.3, "of periods with a case", 0.0 ..= 1.0, Day;
        /// Weight of a day in what a stall with a table believes of its prices
        ///
        /// Raising it makes such stalls learn faster from noisier days.
        /// Source: Calvano and others (2020), 0.15.
        price_learning: Share = 0.15, "per day", 0.0 ..= 1.0, Day;
        /// Patience of a stall with a table: the weight of tomorrow against today
        ///
        /// Without patience there is nothing to be gained from keeping prices high together, and they fall.
        /// Source: Calvano and others (2020), 0.95.
        price_patience: Share = 0.95, "per day", 0.0 ..= 0.9999, Start;
        /// How fast a stall with a table ceases to try prices at random
        ///
        /// Its share of random prices falls as e to the minus this, times its days of practice. In the published experiment learners try for a million periods before they settle; no seller lives so long. At 0.03 trying is nearly over after a hundred days, so stalls live from what they have learnt, and learn less of each other. Lowering it brings more learning and more losses from odd prices.
        /// Source: assumption, for a world of days.
        price_exploration_decay: PerDay = 0.03, "per day of practice", 0.0 ..= 1.0, Day;
        /// How much a guarded posture hides, against an open one
        ///
        /// A guarded stall is harder to find for agencies and for buyers.
        /// Source: assumption.
        guard: Share = 0.5, "of detection", 0.0 ..= 1.0, Day;
        /// Utility that a buyer loses at a guarded stall
        ///
        /// Source: assumption. Raising it makes sellers stand in the open.
        guard_cost: Utils = 0.5, "utils", 0.0 ..= 50.0, Day;
    }
}
