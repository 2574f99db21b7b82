//! Parameters of the population.

use crate::base::fields::params;
use crate::base::units::{Count, Credits, Factor, PerDay, Share};

params! {
    /// Who lives here, and what they live on.
    pub struct Citizens {
        /// Number of citizens
        ///
        /// More citizens make every share smoother and every run longer, in proportion.
        /// Source: assumption; ten thousand show every pattern in about a second.
        count: Count = 10_000, "citizens", 0.0 ..= 10_000_000.0, Start;
        /// Number of inert citizens added at the end
        ///
        /// They take no part and are counted in no share: adding them changes nobody else's life, which is a proof, not a policy.
        /// Source: a test of the engine.
        inert: Count = 0, "citizens", 0.0 ..= 1_000_000.0, Start;
        /// Credits a citizen starts with, on average
        ///
        /// Moves the first weeks only: spending brings wealth to income over living share.
        /// Source: assumption, the long-run mean at the default income and living share.
        start_credits: Credits = 500.0, "credits", 0.0 ..= 1_000_000.0, Start;
        /// Income of a citizen, on average
        ///
        /// Income buys only restricted and positional things; necessities cost nothing. More income makes prices weigh less in absolute terms and raises trade.
        /// Source: assumption; credits are a numeraire.
        daily_income: Credits = 10.0, "credits per day", 0.0 ..= 100_000.0, Day;
        /// Spread of incomes (standard deviation of log income)
        ///
        /// A wider spread raises the Gini of wealth and the prices that the richest bear.
        /// Source: assumption; 0.8 gives a Gini of income of about 0.43, the order of unequal countries today.
        income_spread: Factor = 0.8, "log credits", 0.0 ..= 3.0, Start;
        /// Share of what one holds that goes on lawful living each day
        ///
        /// With the income it fixes how much money there is: mean wealth settles at income divided by this share, less what trade moves.
        /// Source: assumption.
        living_share: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Share of people who let an agent shop for them
        ///
        /// A delegate compares more sellers, learns its client and charges a markup: more delegates mean sharper competition among sellers and an income for providers. This is the share at the start, and people's inclination from then on; what delegates become worth moves it.
        /// Source: assumption.
        delegated_share: Share = 0.15, "of citizens", 0.0 ..= 1.0, Day;
        /// Days that the world lives before its first day
        ///
        /// Nothing is written of them, and no entry of a timeline holds on them: on day 1 sellers have learnt what to ask, people what to fear, and stocks are near to where they stay. At 0 everything begins on day 1.
        /// Source: how long prices and records of the default world take to settle, measured.
        settling: Count = 365, "days", 0.0 ..= 3650.0, Start;
        /// Chance that somebody dies or moves away, and a newcomer takes the place
        ///
        /// Augmentation, record, habits and fears end with a person, and what they held goes to the newcomer. Raising it keeps the society young: what gathers in people gathers less; at 0 everybody lives here for ever, and what is never lost fills the world.
        /// Source: assumption: a stay of two years and nine months on average, as of people who rent in large cities.
        turnover: PerDay = 0.001, "per day", 0.0 ..= 1.0, Day;
        /// How unlike each other people are in what drives them
        ///
        /// At 0 all are average; at 1 drivers are spread like a half-normal distribution.
        /// Source: assumption.
        diversity: Share = 1.0, "of full spread", 0.0 ..= 1.0, Start;
        /// Size of a neighbourhood: those of whose arrests one hears
        ///
        /// Smaller neighbourhoods make perceived risk more local and more uneven.
        /// Source: assumption, the order of Dunbar's number.
        neighbourhood: Count = 150, "citizens", 2.0 ..= 100_000.0, Start;
    }
}
