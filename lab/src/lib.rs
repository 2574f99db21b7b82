//! Experiments: lists of runs, and what is learnt from them.
//!
//! Needs the engine and no polars: tables on disk, charts and pages are made in `analysis` from what is found here.

pub mod batch;
pub mod compare;
pub mod error;
pub mod files;
pub mod sweep;
