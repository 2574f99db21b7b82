//! How people learn and feel, and what that does to the whole.
pub mod climate;
pub mod income;
pub mod innovation;
pub mod leaks;
pub mod mood;
pub mod welfare;
