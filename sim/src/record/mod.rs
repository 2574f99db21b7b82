//! Tables of a run: their columns, their rows, and events in words.

pub mod counts;
pub mod csv_dialect;
pub mod event_text;
pub mod rows;
pub mod table;
pub mod tables;
pub mod values;
