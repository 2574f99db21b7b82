//! What the engine promises, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself")]

mod complaints;
mod delegates;
mod documents;
mod donors;
mod enclaves;
mod exactness;
mod invariants;
mod law;
mod salib;
mod scenarios;
mod paired;
mod patterns;
mod questions;
mod signatures;
