//! What the engine promises, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself")]

mod complaints;
mod delegates;
mod documents;
mod donors;
mod enclaves;
mod exactness;
mod houses;
mod invariants;
mod law;
mod orders;
mod salib;
mod scenarios;
mod paired;
mod patterns;
mod questions;
mod signatures;
