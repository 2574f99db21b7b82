//! The books are balanced and the day is written down.

pub mod audit;
pub mod recorder;
pub mod tally;
