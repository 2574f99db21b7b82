//! Orders meet traps, or stock in fair random order, and are settled.

pub mod colonies;
pub mod escrow;
pub mod injection;
pub mod settlement;
pub mod slots;
pub mod traps;
