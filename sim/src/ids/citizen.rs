//! Groups of risk, drivers of desire, and the mark of no favourite stall.

/// Groups of goods whose risks people learn together: bodily, digital, social.
pub const RISK_GROUPS: usize = 3;

/// What drives people, in the order of [`Traits::drivers`](crate::citizen::Traits::drivers): seven drivers, and an eighth that is none, since processors
/// multiply eight at a time.
pub const DRIVERS: usize = 8;

/// No favourite.
pub const NO_STALL: u32 = u32::MAX;
