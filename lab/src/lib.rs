//! Experiments: many runs of the engine, designed, measured and compared. Without polars, so that it builds fast.
//!
//! The modules stand in floors: each imports only those above it in this list.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)] // whoever runs the experiment has the floor

pub mod design;
pub mod measure;
pub mod files;
pub mod verify;
