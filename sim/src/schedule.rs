//! The day.

/// A phase of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    Govern,
    Produce,
    Want,
    Trade,
    Watch,
    Punish,
    Adapt,
    Record,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 8] =
        [Self::Govern, Self::Produce, Self::Want, Self::Trade, Self::Watch, Self::Punish, Self::Adapt, Self::Record];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Govern => "govern",
            Self::Produce => "produce",
            Self::Want => "want",
            Self::Trade => "trade",
            Self::Watch => "watch",
            Self::Punish => "punish",
            Self::Adapt => "adapt",
            Self::Record => "record",
        }
    }
}
