//! Experiments: many runs of the engine, designed, measured and compared. Without polars, so that it builds fast.
//!
//! The modules stand in floors: each imports only those above it in this list.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)] // whoever runs the experiment has the floor

pub mod error;
pub mod disk;
pub mod batch;
pub mod design;
pub mod measure;
pub mod build;
pub mod files;
pub mod sweep;
pub mod compare;
pub mod sample;
pub mod discovery;
pub mod sensitivity;
pub mod calibration;
pub mod verify;
pub mod verification;
