//! Contraband: black markets after abundance. A scenario goes in, a recording comes out.
#[macro_use]
pub mod units;
pub mod goods;
pub mod record;
pub mod scenario;
