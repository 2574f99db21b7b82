//! Which house a seller is and of which temperament, if any; how long a house stays away, and escrow holds a payment.

use serde::{Deserialize, Serialize};

/// Makes a number in a list of the scenario that may be missing; it takes a byte, in memory and in snapshots.
macro_rules! optional {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name(u8);

        impl $name {
            /// None.
            pub const NONE: Self = Self(u8::MAX);

            /// The one at this place in the list, from 0.
            ///
            /// # Panics
            /// With 255 or more: lists are checked to be shorter when they are read.
            pub fn at(index: usize) -> Self {
                assert!(index < usize::from(u8::MAX), "a list of fewer than 255");
                Self(index as u8)
            }

            /// Its place in the list, from 0, if there is one.
            pub fn get(self) -> Option<usize> {
                (self != Self::NONE).then_some(usize::from(self.0))
            }
        }
    )*};
}

optional! {
    /// Which of the scenario's houses a seller is; none for all others.
    HouseId;
    /// Which of the scenario's temperaments a seller has; none for a council.
    TemperamentId;
}

/// Days until a house that has nothing left is financed again.
pub const AWAY: u32 = 7;

/// Days for which escrow can hold a payment, and one.
pub const HOLDING: usize = 31;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_no_place_in_a_list() {
        assert_eq!(HouseId::NONE.get(), None);
        assert_eq!([0, 254].map(|index| HouseId::at(index).get()), [Some(0), Some(254)]);
    }
}
