//! Experiments: lists of runs, and what is learnt from them.
//!
//! Needs the engine and no polars: tables on disk, charts and pages are made in `analysis` from what is found here.

pub mod error;
pub mod disk;
pub mod batch;
pub mod sweep;
pub mod compare;
pub mod sample;
pub mod sensitivity;
pub mod discovery;
pub mod calibration;
pub mod verification;
