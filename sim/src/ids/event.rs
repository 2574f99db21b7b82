//! Numbers of events, and the place where one may stand.

use serde::{Deserialize, Serialize};

/// Number of an event of the run, made of its day, its kind and whom it is about; or none. It takes eight bytes, in memory and
/// in snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventId(i64);

impl EventId {
    /// No event.
    pub const NONE: Self = Self(-1);

    /// The event of this number; no run has as many as half of all numbers.
    pub const fn at(number: u64) -> Self {
        Self(number.cast_signed())
    }

    /// The number, if there is an event.
    pub fn get(self) -> Option<u64> {
        u64::try_from(self.0).ok()
    }

    /// This event, or the other where there is none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::NONE { other } else { self }
    }
}

impl Default for EventId {
    fn default() -> Self {
        Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_has_no_number_and_is_stored_as_before() {
        assert_eq!([EventId::NONE, EventId::at(0), EventId::at(1)].map(EventId::get), [None, Some(0), Some(1)]);
        assert_eq!(EventId::NONE.or(EventId::at(0)), EventId::at(0));
        assert_eq!(EventId::at(0).or(EventId::NONE), EventId::at(0));
        let bytes = |id: EventId| postcard::to_allocvec(&id).expect("a number");
        let before = |number: i64| postcard::to_allocvec(&number).expect("a number");
        assert_eq!(bytes(EventId::NONE), before(-1));
        assert_eq!(bytes(EventId::at(1)), before(1));
    }
}
