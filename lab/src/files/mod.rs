//! What is asked of many runs: studies, sweeps, calibrations and patterns, and the files they are read from.

pub mod calibration;
pub mod calibration_schema;
pub mod factor;
pub mod notes;
pub mod patterns;
pub mod point_table;
pub mod study;
pub mod sweep;
pub mod sweep_factors;
pub mod sweep_points;
pub mod sweep_schema;
