//! Groups of risk, drivers of desire, and the stall that a citizen prefers.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// Groups of goods whose risks people learn together: bodily, digital, social.
pub const RISK_GROUPS: usize = 3;

/// What drives people, in the order of [`Traits::drivers`](crate::citizen::Traits::drivers): seven drivers, and an eighth that is none, since processors
/// multiply eight at a time.
pub const DRIVERS: usize = 8;

/// Number of a stall's slot in the list of all slots, from 0; or none. It takes four bytes, in memory and in snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, Serialize, Deserialize)]
#[repr(transparent)]
pub struct StallId(u32);

impl StallId {
    /// No stall.
    pub const NONE: Self = Self(u32::MAX);

    /// The stall in this slot, from 0; there are far fewer slots than numbers.
    pub const fn at(slot: u32) -> Self {
        debug_assert!(slot < u32::MAX, "the greatest number stands for none");
        Self(slot)
    }

    /// Its slot, if there is a stall.
    pub fn get(self) -> Option<u32> {
        (self != Self::NONE).then_some(self.0)
    }

    /// Its slot, if it is one of the `count` slots from `first` on.
    #[inline]
    pub fn among(self, first: u32, count: u32) -> Option<u32> {
        (self.0.wrapping_sub(first) < count).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stall_is_in_no_range_and_is_stored_as_before() {
        assert_eq!([StallId::NONE, StallId::at(0), StallId::at(7)].map(StallId::get), [None, Some(0), Some(7)]);
        assert_eq!(
            [StallId::NONE, StallId::at(5), StallId::at(7), StallId::at(8)].map(|id| id.among(6, 2)),
            [None, None, Some(7), None]
        );
        assert_eq!(StallId::NONE.among(0, 1000), None);
        let bytes = |id: StallId| postcard::to_allocvec(&id).expect("a number");
        assert_eq!(bytes(StallId::NONE), postcard::to_allocvec(&u32::MAX).expect("a number"));
    }
}
