//! What comes out of runs: where it is stored, measured, drawn and reported.
pub mod charts;
pub mod compare;
pub mod error;
pub mod explain;
pub mod measures;
pub mod report;
pub mod store;
pub mod summary;
pub mod sweep;
pub mod valve;
pub mod verification;
