//! Marks of sellers that are nobody's or stand aside, and how long escrow can hold a payment.

/// The kind to which a council belongs: none.
pub const NO_TEMPERAMENT: u8 = u8::MAX;

/// What a seller is who is no house.
pub const NO_HOUSE: u8 = u8::MAX;

/// Days until a house that has nothing left is financed again.
pub const AWAY: u32 = 7;

/// Days for which escrow can hold a payment, and one.
pub const HOLDING: usize = 31;
