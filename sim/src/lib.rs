//! Contraband: black markets after abundance. A scenario goes in, a recording comes out.
//!
//! Start with [`schedule`]: the day on one page. The modules stand in floors: each imports only those above it in this list.
#![doc = include_str!("../MODEL.md")]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)] // whoever runs the engine has the floor

#[macro_use]
pub mod base;
pub mod ids;
pub mod citizen;
pub mod goods;
pub mod params;
pub mod record;
pub mod scenario;
pub mod state;
pub mod rules;
pub mod actions;
pub mod systems;
pub mod schedule; // start here
pub mod world;
pub mod snapshot;
pub mod explain;
pub mod run;
pub mod fingerprint;

/// Version of the engine: part of what a result depends on.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the model was fitted to: the one statement that pages, briefs and documents make about it.
pub const FIT: &str = "The default values were chosen by hand so that patterns known of illicit markets lie in wide bands, \
                       which `contraband verify patterns` measures. No value was estimated from data, and nothing here was \
                       fitted to any particular market, place or time.";
