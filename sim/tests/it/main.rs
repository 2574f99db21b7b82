//! What the engine promises, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself")]

mod complaints;
mod delegates;
mod documents;
mod enclaves;
mod exactness;
mod extremes;
mod floors;
mod invariants;
mod levers;
mod names;
mod pairing;
mod scenarios;
