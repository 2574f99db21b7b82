//! What comes out of runs: where it is stored, measured, drawn and reported.
pub mod calibration;
pub mod charts;
pub mod compare;
pub mod discovery;
mod drawing;
pub use contraband_lab::error;
pub mod explain;
pub mod measures;
pub mod provenance;
pub mod report;
pub mod sample;
pub mod sensitivity;
pub mod store;
pub mod summary;
pub mod sweep;
mod told;
pub mod verification;
