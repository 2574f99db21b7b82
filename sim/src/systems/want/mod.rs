//! Citizens or their delegates choose among sampled goods and sellers, or stay out.

pub mod choice;
pub mod deliberation;
pub mod inputs;
pub mod watched;
