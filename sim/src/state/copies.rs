//! Copies of what has leaked.

use serde::{Deserialize, Serialize};

use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};

/// What can leak, with its name: no other good is its own description.
pub const SECRETS: [(Good, &str); 3] =
    [(Good::Privacy, "data"), (Good::DangerousTech, "designs"), (Good::TabooComputing, "weights")];

/// How far a good is out. Nothing here ever becomes less but public copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Copies {
    /// Whether it has leaked; once true, for ever.
    pub leaked: bool,
    /// Share of people who can find a public copy.
    pub public: f64,
    /// Share of people who hold a private one.
    pub private: f64,
    /// Number of the event of the leak.
    pub event: EventId,
}

impl Copies {
    /// Share of people to whom it is no longer worth more than a copy.
    pub fn share(&self) -> f64 {
        1.0 - (1.0 - self.public) * (1.0 - self.private)
    }

    /// What is left of a price or a cost: a copy's, and the more of the rest the fewer have one.
    pub fn left_of(&self, price: f64, copy: f64) -> f64 {
        if self.leaked { copy + (price - copy).max(0.0) * (1.0 - self.share()) } else { price }
    }
}

/// Share of people who find a copy on the first day.
pub(crate) const FIRST_COPIES: f64 = 0.01;

/// No good has leaked.
pub const SEALED: [Copies; GOODS] = [Copies { leaked: false, public: 0.0, private: 0.0, event: EventId::NONE }; GOODS];
