//! What is asked: parameters, levers, dated changes, and the files they are read from.
pub mod fields;
pub mod params;
