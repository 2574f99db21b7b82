//! What is written down: tables, and the recorder that fills them.
pub mod tables;
