//! How trade is done.
pub mod auctions;
pub mod choice;
pub mod deliberation;
pub mod menu;
pub mod orders;
pub mod settlement;
pub mod supply;
pub mod utility;
pub mod venues;
