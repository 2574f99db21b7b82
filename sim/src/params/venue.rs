//! Parameters of a venue.

use crate::base::fields::params;
use crate::base::units::{Factor, Share};

params! {
    /// A venue: a market where stalls stand.
    pub struct VenueParams {
        /// Fee on each sale
        ///
        /// Source: assumption; 2 to 6 per cent are usual in darknet markets. Raising it pays the operator and drives sellers away.
        fee: Share = 0.04, "of the price", 0.0 ..= 0.9, Day;
        /// Whether payments are held in escrow
        ///
        /// Source: the scenario. With escrow buyers are safer from sellers, and exposed to the operator.
        escrow: bool = true, "flag", 0.0 ..= 1.0, Day;
        /// Whether the venue is out of service
        ///
        /// It closes in good order on the first day, and opens again, under a new name, when it is over. Where its trade goes is the question.
        /// Source: the scenario.
        outage: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Trust that the venue has at its best
        ///
        /// Source: assumption. Raising it draws buyers.
        trust: Share = 0.9, "of full trust", 0.0 ..= 1.0, Day;
        /// Weight of the venue when sellers choose where to open
        ///
        /// Source: assumption. Raising it makes the venue larger.
        size: Factor = 1.0, "weight", 0.0 ..= 1000.0, Day;
        /// How well the venue hides its trade
        ///
        /// Source: assumption. Raising it lowers the share of examined trades that become cases.
        concealment: Share = 0.1, "of detection", 0.0 ..= 1.0, Day;
    }
}

/// A venue with its name and, unless it is virtual, its place.
#[derive(Clone, Debug, PartialEq)]
pub struct VenueSpec {
    /// Name used in tables, charts and lever paths.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Name of the place where it stands; `None` for a virtual venue, equally near to everybody.
    pub place: Option<String>,
    /// Its parameters.
    pub params: VenueParams,
}

impl VenueSpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}
