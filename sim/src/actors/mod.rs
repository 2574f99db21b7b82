//! Who trades and who governs.
pub mod agency;
pub mod citizen;
pub mod colony;
pub mod delegate;
pub mod donor;
pub mod enclave;
pub mod house;
pub mod pricing;
pub mod stall;
pub mod syndicate;
pub mod temperament;
