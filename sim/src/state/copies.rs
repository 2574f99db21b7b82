//! Copies of what has leaked.

use serde::{Deserialize, Serialize};

use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};

/// What can leak, with its name: no other good is its own description.
pub const SECRETS: [(Good, &str); 3] =
    [(Good::Privacy, "data"), (Good::DangerousTech, "designs"), (Good::TabooComputing, "weights")];

/// How far a good is out. Nobody takes anything back but public copies; but what is out grows old, and what is sold does not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copies {
    /// Whether it has leaked; once true, for ever.
    pub leaked: bool,
    /// Share of people who can find a public copy.
    pub public: f64,
    /// Share of people who hold a private one.
    pub private: f64,
    /// What a copy is worth, against what is sold: 1 on the day of the leak, less from then on.
    pub fresh: f64,
    /// Share of people to whom a copy of an earlier leak is still worth as much as what is sold.
    pub older: f64,
    /// Number of the event of the leak.
    pub event: EventId,
}

impl Copies {
    /// It leaks, in an event with this number: for the first time, or what has been new since the last time.
    #[must_use]
    pub(crate) fn leaked_again(&self, event: EventId) -> Self {
        Self { leaked: true, public: FIRST_COPIES, private: 0.0, fresh: 1.0, older: self.share(), event }
    }

    /// A day goes by, on which copies keep so much of their worth.
    pub(crate) fn grow_old(&mut self, left: f64) {
        self.fresh *= left;
        self.older *= left;
    }

    /// Share of people to whom it is no longer worth more than a copy.
    pub fn share(&self) -> f64 {
        let reached = 1.0 - (1.0 - self.public) * (1.0 - self.private);
        1.0 - (1.0 - self.older) * (1.0 - self.fresh * reached)
    }

    /// What is left of a price or a cost: a copy's, and the more of the rest the fewer have one.
    pub fn left_of(&self, price: f64, copy: f64) -> f64 {
        if self.leaked { copy + (price - copy).max(0.0) * (1.0 - self.share()) } else { price }
    }
}

impl Default for Copies {
    fn default() -> Self {
        NOT_OUT
    }
}

/// Share of people who find a copy on the first day.
pub(crate) const FIRST_COPIES: f64 = 0.01;

/// No good has leaked.
pub const SEALED: [Copies; GOODS] = [NOT_OUT; GOODS];

/// A good that has not leaked.
const NOT_OUT: Copies =
    Copies { leaked: false, public: 0.0, private: 0.0, fresh: 1.0, older: 0.0, event: EventId::NONE };
