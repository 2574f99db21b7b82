//! How trade is done.
pub mod choice;
pub mod orders;
pub mod settlement;
pub mod venues;
