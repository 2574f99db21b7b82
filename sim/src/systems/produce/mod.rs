//! Costs move, stalls are filled, goods are made, brought and spoil.

pub mod commons;
pub mod donors;
pub mod entry;
pub mod houses;
pub mod lanes;
pub mod leaks;
pub mod rooms;
pub mod supply;
