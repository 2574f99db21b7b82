//! Temperaments: the kinds of syndicates, told apart by numbers alone.

use crate::base::fields::params;
use crate::base::units::{Factor, PerDay, Share};

params! {
    /// A kind of syndicate: what it sells, and how it deals with buyers, with the law and with its own members.
    pub struct TemperamentParams {
        /// Weight among syndicates that enter
        ///
        /// Source: assumption. Raising it makes this kind more common among new sellers; whether they last is another matter.
        share: Factor = 0.2, "weight", 0.0 ..= 1000.0, Day;
        /// Quality of what it sells
        ///
        /// What a buyer gets, against what the good can be: reputation learns it, and buyers expect it. Raising it brings buyers back, and makes its name worth more.
        /// Source: assumption.
        quality: Share = 0.8, "of full quality", 0.0 ..= 1.0, Day;
        /// Cost of a unit, against the cost of the good
        ///
        /// Source: assumption. Raising it raises its prices and thins its profits.
        cost: Factor = 1.0, "times the cost", 0.1 ..= 10.0, Day;
        /// How fast it ships
        ///
        /// Source: assumption. Raising it runs up process debt: work left undone that later costs sales, quality or freedom.
        haste: Factor = 1.0, "times the usual pace", 0.0 ..= 10.0, Day;
        /// How safe it says that its goods are
        ///
        /// Source: assumption. Raising it draws buyers, and disappoints them where the claim is false.
        claimed_safety: Share = 0.5, "of full safety", 0.0 ..= 1.0, Day;
        /// Chance that a new stall starts guarded
        ///
        /// Source: assumption. Raising it hides its stalls, from agencies and buyers alike, until they learn better.
        guarded: Share = 0.3, "of new stalls", 0.0 ..= 1.0, Day;
        /// Share of its members who cheat when it pays
        ///
        /// They keep money for nothing where that brings more than honesty, and run away when the name is worth less than a week's takings. Raising it lowers the share of what is paid for that arrives, and makes a good name worth more.
        /// Source: Bolton, Katok and Ockenfels (2004): of strangers whom nobody rates about 0.6 keep the money; that it is about half as many of those who live by a trade, and how it differs between kinds, is an assumption.
        cheats: Share = 0.25, "of syndicates", 0.0 ..= 1.0, Day;
        /// Readiness to bribe
        ///
        /// Source: assumption. Raising it buys off more cases, and corrupts more officers.
        bribes: Share = 0.2, "of chances to bribe", 0.0 ..= 1.0, Day;
        /// Chance that a member who sells authentic things sells fakes
        ///
        /// Source: assumption. Raising it makes certificates worth less, and what is genuine harder to tell.
        fakes: Share = 0.4, "of sellers of authentic things", 0.0 ..= 1.0, Day;
        /// Whether its stalls set prices by a table of states
        ///
        /// Such stalls also look at what rivals ask, and may learn to keep prices high without a word between them.
        /// Source: Calvano and others (2020), in direction.
        learns_prices: bool = false, "flag", 0.0 ..= 1.0, Start;
        /// Whether it is a rogue AI
        ///
        /// Nobody runs it: it is born of taboo computing, makes others of its kind and can be taken down.
        /// Source: the scenario.
        runs_itself: bool = false, "flag", 0.0 ..= 1.0, Start;
        /// Chance a day to make another of its kind
        ///
        /// Source: assumption within 0.005 to 0.03 for rogue AIs. Above the chance of a takedown its kind can persist.
        replication: PerDay = 0.0, "per day", 0.0 ..= 1.0, Day;
    }
}

/// The kinds of syndicates in the default world.
pub fn temperaments() -> Vec<TemperamentSpec> {
    let kind = |name: &str, params| TemperamentSpec { name: name.into(), key: String::new(), params };
    vec![
        kind(
            "artisan_house",
            TemperamentParams {
                share: 0.35.into(),
                quality: 0.95.into(),
                cost: 1.2.into(),
                haste: 0.3.into(),
                claimed_safety: 0.8.into(),
                guarded: 0.4.into(),
                cheats: 0.12.into(),
                bribes: 0.1.into(),
                fakes: 0.05.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "volume_dealer",
            TemperamentParams {
                share: 0.45.into(),
                quality: 0.75.into(),
                cost: 0.85.into(),
                haste: 1.0.into(),
                claimed_safety: 0.3.into(),
                guarded: 0.2.into(),
                cheats: 0.35.into(),
                bribes: 0.5.into(),
                fakes: 0.5.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "price_learner",
            TemperamentParams {
                share: 0.3.into(),
                quality: 0.8.into(),
                cost: 0.95.into(),
                haste: 1.0.into(),
                claimed_safety: 0.5.into(),
                guarded: 0.3.into(),
                cheats: 0.25.into(),
                bribes: 0.2.into(),
                fakes: 0.4.into(),
                learns_prices: true,
                ..TemperamentParams::default()
            },
        ),
        kind(
            "opportunist",
            TemperamentParams {
                share: 0.1.into(),
                quality: 0.6.into(),
                cost: 0.8.into(),
                haste: 2.0.into(),
                claimed_safety: 0.1.into(),
                guarded: 0.3.into(),
                cheats: 0.6.into(),
                bribes: 0.3.into(),
                fakes: 0.7.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "rogue_ai",
            TemperamentParams {
                share: 0.0.into(),
                quality: 0.85.into(),
                cost: 0.8.into(),
                haste: 2.5.into(),
                claimed_safety: 0.6.into(),
                guarded: 0.5.into(),
                cheats: 0.35.into(),
                fakes: 0.5.into(),
                learns_prices: true,
                runs_itself: true,
                replication: 0.01.into(),
                ..TemperamentParams::default()
            },
        ),
        // The next kind goes above this line.
    ]
}

/// A kind of syndicate with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct TemperamentSpec {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Its parameters.
    pub params: TemperamentParams,
}

impl TemperamentSpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}
