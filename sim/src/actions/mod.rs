//! What systems of several phases do to the market: open, close and move stalls, close venues.

pub mod stalls;
pub mod street;
pub mod venues;
