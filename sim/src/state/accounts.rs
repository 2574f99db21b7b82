//! The words of the ledger: kinds of accounts, and how and why credits, units of goods and rare elements move.

/// Kinds of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// People's purses.
    Citizens,
    /// Capital of syndicates and rogue AIs.
    Syndicates,
    /// Commons of enclaves.
    Commons,
    /// Payments that venues hold back.
    Escrow,
    /// Those who run venues.
    Operators,
    /// Those who provide delegates.
    Providers,
    /// Agencies of the law.
    Agencies,
    /// Officers who take bribes.
    Officers,
    /// The public purse.
    Treasury,
    /// Where credits come from.
    Mint,
    /// Where credits go for good.
    Burn,
    /// What colonies have earned.
    Colonies,
}

/// How many kinds of accounts there are.
pub const ACCOUNT_KINDS: usize = 12;

impl AccountKind {
    /// All, in order.
    pub const ALL: [Self; ACCOUNT_KINDS] = [
        Self::Citizens,
        Self::Syndicates,
        Self::Commons,
        Self::Escrow,
        Self::Operators,
        Self::Providers,
        Self::Agencies,
        Self::Officers,
        Self::Treasury,
        Self::Mint,
        Self::Burn,
        Self::Colonies,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Citizens => "citizens",
            Self::Syndicates => "syndicates",
            Self::Commons => "commons",
            Self::Escrow => "escrow",
            Self::Operators => "operators",
            Self::Providers => "providers",
            Self::Agencies => "agencies",
            Self::Officers => "officers",
            Self::Treasury => "treasury",
            Self::Mint => "mint",
            Self::Burn => "burn",
            Self::Colonies => "colonies",
        }
    }
}

/// An account that is not a citizen's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// A seller's capital; a council's is its enclave's commons.
    Seller(usize),
    /// Payments held back at a venue.
    Escrow(usize),
    /// A venue's operator.
    Operator(usize),
    /// A provider of delegates.
    Provider(usize),
    /// An agency.
    Agency(usize),
    /// Officers who take bribes.
    Officers,
    /// The public purse.
    Treasury,
    /// Where credits come from; its balance is minus what was made.
    Mint,
    /// Where credits go for good.
    Burn,
    /// What a colony has earned.
    Colony(usize),
}

/// Why credits move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowReason {
    /// What somebody begins with.
    Start,
    /// A citizen's daily income.
    Income,
    /// Lawful living.
    Living,
    /// The price of a unit.
    Purchase,
    /// Escrow that is due, to the seller.
    Release,
    /// Escrow of a scam, back to the buyer.
    Refund,
    /// A venue's fee.
    Fee,
    /// The tax on a licensed trade.
    Tax,
    /// A delegate's markup.
    Markup,
    /// The cost of units made or brought.
    Production,
    /// The cost of keeping a stall.
    Upkeep,
    /// What a syndicate's owners take out.
    Dividend,
    /// A fine.
    Fine,
    /// An agency's budget.
    Budget,
    /// What investigations cost.
    Investigation,
    /// Escrow with which an operator runs away.
    ExitScam,
    /// Escrow taken in a raid.
    Confiscation,
    /// What is left of a seller who gives up.
    WindUp,
    /// What an officer takes to drop a case.
    Bribe,
    /// What a provider of delegates spends on safety.
    Safety,
    /// A provider's part of its client's fine.
    Liability,
    /// A payment to a donor.
    Donation,
    /// What an enclave takes of strangers' sales.
    Tariff,
    /// What an element is worth: to the colony, and on to those who live there.
    Barter,
}

/// How many reasons there are.
pub const FLOW_REASONS: usize = 24;

impl FlowReason {
    /// All, in order.
    pub const ALL: [Self; FLOW_REASONS] = [
        Self::Start,
        Self::Income,
        Self::Living,
        Self::Purchase,
        Self::Release,
        Self::Refund,
        Self::Fee,
        Self::Tax,
        Self::Markup,
        Self::Production,
        Self::Upkeep,
        Self::Dividend,
        Self::Fine,
        Self::Budget,
        Self::Investigation,
        Self::ExitScam,
        Self::Confiscation,
        Self::WindUp,
        Self::Bribe,
        Self::Safety,
        Self::Liability,
        Self::Donation,
        Self::Tariff,
        Self::Barter,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Income => "income",
            Self::Living => "living",
            Self::Purchase => "purchase",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Fee => "fee",
            Self::Tax => "tax",
            Self::Markup => "markup",
            Self::Production => "production",
            Self::Upkeep => "upkeep",
            Self::Dividend => "dividend",
            Self::Fine => "fine",
            Self::Budget => "budget",
            Self::Investigation => "investigation",
            Self::ExitScam => "exit_scam",
            Self::Confiscation => "confiscation",
            Self::WindUp => "wind_up",
            Self::Bribe => "bribe",
            Self::Safety => "safety",
            Self::Liability => "liability",
            Self::Donation => "donation",
            Self::Tariff => "tariff",
            Self::Barter => "barter",
        }
    }
}

/// How units of a good move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitMove {
    /// Made or brought into stock.
    Produce,
    /// From stock into a buyer's hands.
    Deliver,
    /// From a buyer's hands into use.
    Consume,
    /// Spoilt or left behind in stock.
    Lose,
    /// From stock into evidence.
    SeizeStock,
    /// From a buyer's hands into evidence.
    SeizeHands,
}

/// How many kinds of moves of units there are.
pub const UNIT_MOVES: usize = 6;

impl UnitMove {
    /// All, in order.
    pub const ALL: [Self; UNIT_MOVES] =
        [Self::Produce, Self::Deliver, Self::Consume, Self::Lose, Self::SeizeStock, Self::SeizeHands];

    /// Where the units come from, where they go, and why.
    pub const fn sides(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Produce => ("produced", "stock", "production"),
            Self::Deliver => ("stock", "hands", "delivery"),
            Self::Consume => ("hands", "consumed", "use"),
            Self::Lose => ("stock", "lost", "spoilage"),
            Self::SeizeStock => ("stock", "evidence", "seizure"),
            Self::SeizeHands => ("hands", "evidence", "seizure"),
        }
    }
}

/// How rare elements move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementMove {
    /// Out of the ground, to a colony.
    Mine,
    /// From a colony to a maker.
    Barter,
    /// From a maker into what is made.
    Use,
    /// From a colony into evidence.
    Seize,
}

/// How many kinds of moves of elements there are.
pub const ELEMENT_MOVES: usize = 4;

impl ElementMove {
    /// All, in order.
    pub const ALL: [Self; ELEMENT_MOVES] = [Self::Mine, Self::Barter, Self::Use, Self::Seize];

    /// Where the elements come from, where they go, and why.
    pub const fn sides(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Mine => ("ground", "colonies", "mining"),
            Self::Barter => ("colonies", "makers", "barter"),
            Self::Use => ("makers", "used", "production"),
            Self::Seize => ("colonies", "evidence", "interception"),
        }
    }
}
