//! Parameters of venues, search and reputation.

use crate::base::fields::params;
use crate::base::units::{Days, Factor, PerDay, Share};

params! {
    /// How trade is done.
    pub struct Market {
        /// Places for stalls, for a thousand citizens
        ///
        /// More stalls mean more sellers to find and smaller sellers. A stall costs about as much time as six citizens.
        /// Source: assumption.
        stalls_per_thousand: Factor = 12.0, "stalls per 1000 citizens", 0.1 ..= 1000.0, Start;
        /// Days until a payment in escrow is released to the seller
        ///
        /// Longer escrow protects buyers, and makes a bigger prize for a venue that runs away with it.
        /// Source: assumption; days to two weeks are usual in darknet markets.
        escrow_days: Days = 3, "days", 0.0 ..= 30.0, Start;
        /// Chance that a buyer who was cheated gets the money back where escrow is held
        ///
        /// Buyers count on it. Raising it makes cheating pay less at venues with escrow, and draws buyers to them.
        /// Source: assumption: disputes end one way as often as the other.
        refund: Share = 0.5, "of scams", 0.0 ..= 1.0, Day;
        /// Weight of the last delivery in a seller's reputation
        ///
        /// Raising it makes names quicker to make and to lose.
        /// Source: assumption.
        reputation_speed: Share = 0.05, "per delivery", 0.0 ..= 1.0, Day;
        /// Reputation of a seller nobody knows yet
        ///
        /// Source: assumption: about what newcomers deliver, of full quality. Raising it makes entry easier, and running away under a new name too.
        newcomer_reputation: Share = 0.7, "expected deliveries", 0.0 ..= 1.0, Day;
        /// How far a seller's name carries from one of its stalls to the others
        ///
        /// Raising it lets those who are known for one good be found for another, and so makes the largest syndicates larger.
        /// Source: assumption.
        brand: Share = 0.3, "of sales elsewhere", 0.0 ..= 1.0, Day;
        /// Share of operators who would run away with the escrow
        ///
        /// Drawn when a venue opens; nobody sees it. The others close in good order where these run. Raising it turns retirements into scams.
        /// Source: assumption; of 46 markets that ended by 2014 about as many retired as ran off or were robbed.
        operator_cheats: Share = 0.85, "of operators", 0.0 ..= 1.0, Day;
        /// What a raid costs an operator beside the venue, on average: fees of so many usual days
        ///
        /// It differs between operators, evenly from nothing to twice this. Whoever fears more than the fees are worth retires, or runs. Raising it closes venues before they are raided.
        /// Source: assumption: liberty, and what was saved, against fees of a quarter.
        operator_fear: Factor = 80.0, "days of fees", 0.0 ..= 100_000.0, Day;
        /// Patience of a venue's operator: the daily discount in the choice to run away with the escrow
        ///
        /// The operator runs when the escrow is worth more than all fees to come. Raising it makes exit scams rarer.
        /// Source: the form is a standard threshold; the value is an assumption.
        operator_discount: Share = 0.998, "per day", 0.0 ..= 0.9999, Day;
        /// Chance a day that a venue closes for reasons of its own
        ///
        /// Source: assumption; with raids and exit scams venues live about a year. Raising it makes operators less patient too.
        venue_hazard: PerDay = 0.0015, "per day", 0.0 ..= 1.0, Day;
        /// What a unit costs to make or bring in where everybody may, against what it costs in hiding
        ///
        /// What is lawful is made at scale and carried openly; `goods.*.cost` is the cost in hiding. Where some places forbid a good, it is the mean over people. Lowering it makes a ban raise prices more.
        /// Source: Reuter and Kleiman (1986) for what illegality adds to costs, and Caulkins and others (2012) for cannabis, whose cost of production was expected to fall to a fifth or less; the size is an assumption between these and 1.
        lawful_cost: Factor = 0.6, "times the cost", 0.01 ..= 1.0, Day;
        /// What a unit costs a seller with a licence, against one without
        ///
        /// Whoever holds a licence tests, labels, guards and accounts for what it sells. Raising it keeps more of the trade without one.
        /// Source: Statistics Canada (2020): a gram of cannabis with a licence cost 1.8 times one without, taxes included; the size is an assumption between that and 1.
        licence_cost: Factor = 1.7, "times the cost", 0.1 ..= 10.0, Day;
        /// Days until a closed venue opens again under a new name
        ///
        /// Source: assumption. Raising it makes each closure cost trade for longer.
        venue_rebuild: Days = 30, "days", 1.0 ..= 10_000.0, Day;
        /// Days over which a new venue earns people's trust
        ///
        /// Source: assumption. Raising it makes new venues weaker rivals.
        trust_days: Days = 90, "days", 1.0 ..= 10_000.0, Day;
    }
}
