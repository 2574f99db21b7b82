//! Contraband: black markets after abundance. A scenario goes in, a recording comes out.
pub mod run;
pub mod schedule;
#[macro_use]
pub mod units;
pub mod goods;
pub mod record;
pub mod scenario;
