//! The ground floor: units, numbers, draws, words and what a parameter says of itself. Knows nothing of the model.

#[macro_use]
pub mod units;
pub mod dice;
pub mod fields;
pub mod key;
pub mod numerics;
pub mod words;
