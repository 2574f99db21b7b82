//! What is written down: facts, tables, and the recorder that fills the tables from the facts.
pub mod counts;
pub mod facts;
pub mod recorder;
mod rows;
pub mod table;
pub mod tables;
mod tally;
pub mod told;
pub mod values;
