//! What comes out of runs: where it is stored, measured, drawn and reported.
pub mod store;
pub mod error;
pub mod measures;
pub mod charts;
pub mod summary;
pub mod report;
