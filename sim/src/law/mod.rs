//! What the law does: it is in force, it watches, it punishes.
pub mod corruption;
pub mod detection;
pub mod penalties;
pub mod rules;
pub mod search;
