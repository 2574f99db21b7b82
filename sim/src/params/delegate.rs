//! Parameters of delegates and of those who provide them.

use crate::base::fields::params;
use crate::base::units::{Credits, Factor, Share, Utils};

params! {
    /// What agents do for those whom they serve, and what holds people to them.
    pub struct Delegates {
        /// What a perfect profile adds to every purchase
        ///
        /// An agent that knows its client finds what fits. Raising it makes delegated citizens buy more, and holds them to whoever knows them.
        /// Source: assumption.
        match_worth: Utils = 0.4, "utils", 0.0 ..= 50.0, Day;
        /// Share of what was learnt that people can take along when they leave
        ///
        /// At 0 whoever leaves starts again with a stranger; at 1 leaving costs only the trouble. Raising it makes people switch and markups fall.
        /// Source: the scenario's question; the default is the state of things today.
        portability: Share = 0.0, "of the profile", 0.0 ..= 1.0, Day;
        /// Patience in the choice of a provider: the discount from one purchase to the next
        ///
        /// Source: assumption; a purchase a month. Raising it makes people look beyond the loss of a profile, which can be learnt again.
        patience: Share = 0.95, "per purchase", 0.0 ..= 0.9999, Day;
        /// Trouble of leaving a provider, or of finding one
        ///
        /// Source: assumption. Raising it holds people where they are, whatever the law says of profiles.
        trouble: Utils = 0.1, "utils per purchase", 0.0 ..= 50.0, Day;
        /// How much of the choice of a provider is whim
        ///
        /// Raising it makes people change for no reason and lets providers ask more even where nothing holds anybody.
        /// Source: logit choice; the size is an assumption, small since providers do much the same.
        whim: Utils = 0.03, "utils", 0.001 ..= 50.0, Day;
        /// How much more often a delegated citizen is in the market
        ///
        /// Agents never sleep. Raising it raises the trade of delegated citizens.
        /// Source: assumption.
        attention: Factor = 1.2, "times attention", 0.0 ..= 10.0, Day;
        /// Chance that an agent meets an injected instruction on its way
        ///
        /// With a provider's exposure it decides how many purchases are hijacked.
        /// Source: assumption.
        injection: Share = 0.03, "of purchases", 0.0 ..= 1.0, Day;
        /// Share of hijacked agents that give their client away instead of buying elsewhere
        ///
        /// Whoever is given away loses the mask. Source: assumption.
        betrayal: Share = 0.3, "of hijacked purchases", 0.0 ..= 1.0, Day;
        /// How much people shun a provider whose agents are hijacked
        ///
        /// Source: assumption. Raising it makes safety pay.
        fear: Utils = 10.0, "utils if every purchase were hijacked", 0.0 ..= 1000.0, Day;
        /// Share of a delegated buyer's fine that the provider pays
        ///
        /// Raising it makes delegated citizens bold and costs their providers what they hold.
        /// Source: the scenario's question.
        liability: Share = 0.0, "of the fine", 0.0 ..= 1.0, Day;
        /// Spending on safety, for each client, that halves exposure
        ///
        /// Source: assumption. Raising it makes safety dear.
        safety_cost: Credits = 0.1, "credits per client and day", 0.0001 ..= 1_000_000.0, Day;
        /// Share of the loss of switching that providers turn into markup
        ///
        /// Source: Klemperer (1987) in direction; the size is an assumption. Raising it makes lock-in dear to clients.
        greed: Share = 0.5, "of the loss of switching", 0.0 ..= 1.0, Day;
        /// How fast providers move towards the markup that they mean to ask
        ///
        /// Source: assumption. Raising it brings lock-in into prices sooner.
        repricing: Share = 0.25, "of the gap, every 30 days", 0.0 ..= 1.0, Day;
        /// Share of clients lost in 30 days at which a provider lowers its markup instead
        ///
        /// Source: assumption. Raising it makes providers slow to notice.
        alarm: Share = 0.04, "of clients", 0.0 ..= 1.0, Day;
        /// Most that a provider may ask
        ///
        /// A cap by law. Lowering it takes from providers what lock-in would give them.
        /// Source: the scenario's question.
        markup_cap: Share = 1.0, "of the price", 0.0 ..= 1.0, Day;
        /// Share of what a provider holds that its owners take out
        ///
        /// Source: assumption. Raising it leaves less to pay clients' fines from.
        dividend: Share = 0.01, "per day", 0.0 ..= 1.0, Day;
    }

    /// A provider of delegates.
    pub struct ProviderParams {
        /// What it learns of a client with each purchase
        ///
        /// Source: assumption. Raising it makes its agents useful, and clients hard to win back, sooner.
        match_speed: Share = 0.05, "of the gap, per purchase", 0.0 ..= 1.0, Day;
        /// Markup that it opens with, and what it asks while it is directed
        ///
        /// From the first day on it decides for itself where it is not directed. Source: assumption. Raising it pays the provider and sends clients to others.
        markup: Share = 0.04, "of the price", 0.0 ..= 1.0, Day;
        /// Whether it asks the markup that it is told
        ///
        /// Otherwise it finds its own.
        /// Source: the scenario.
        directed: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Share of what it has learnt that its own clients can take along when they leave
        ///
        /// `delegates.portability` holds for all, so this counts only above it. Raising it lets clients go, and the provider that takes them in know them.
        /// Source: the scenario's question.
        portability: Share = 0.0, "of the profile", 0.0 ..= 1.0, Day;
        /// How open its agents are to instructions that sellers inject
        ///
        /// Source: assumption. Raising it makes injection pay, and costs its clients money and trust.
        exposure: Share = 0.3, "of attempts", 0.0 ..= 1.0, Day;
        /// Whether it takes clients
        ///
        /// Where it does not, nobody begins with it or comes to it, and whoever it serves leaves at their next thought about agents, within 30 days.
        /// Source: the scenario's question.
        takes_clients: bool = true, "flag", 0.0 ..= 1.0, Day;
        /// Share of its income that it spends on safety
        ///
        /// Source: assumption. Raising it makes its agents less exposed, and leaves it less to compete with.
        safety: Share = 0.2, "of income", 0.0 ..= 1.0, Day;
    }
}

/// The providers of the default world.
pub fn providers() -> Vec<ProviderSpec> {
    let provider = |name: &str, [match_speed, markup, exposure, safety]: [f64; 4]| ProviderSpec {
        name: name.into(),
        key: String::new(),
        params: ProviderParams {
            match_speed: match_speed.into(),
            markup: markup.into(),
            exposure: exposure.into(),
            safety: safety.into(),
            ..ProviderParams::default()
        },
    };
    vec![
        provider("concierge", [0.05, 0.04, 0.3, 0.2]),
        provider("brisk", [0.08, 0.03, 0.6, 0.05]),
        provider("careful", [0.03, 0.06, 0.1, 0.5]),
    ]
}

/// A provider of delegates with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSpec {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Its parameters.
    pub params: ProviderParams,
}

impl ProviderSpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}
