//! Contraband: black markets after abundance. A scenario goes in, a recording comes out.
//!
//! Start with [`schedule`]: the day on one page.
#![doc = include_str!("../MODEL.md")]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)] // whoever runs the engine has the floor

pub mod schedule; // start here
#[macro_use]
pub mod units;
pub mod actors;
pub mod design;
pub mod explain;
pub mod goods;
pub mod law;
pub mod market;
pub mod measure;
pub mod record;
pub mod run;
pub mod scenario;
pub mod society;
pub mod setting;
pub mod verify;
pub mod words;
pub mod world;

mod audit;
mod dice;
pub mod ledger;
mod numerics;
mod snapshot;

/// Version of the engine: part of what a result depends on.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
