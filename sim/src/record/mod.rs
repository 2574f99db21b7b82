//! What is written down: facts, tables, and the recorder that fills the tables from the facts.
pub mod counts;
pub mod facts;
pub mod recorder;
pub mod tables;
