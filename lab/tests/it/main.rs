//! What the model claims, and what experiments promise, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself")]

mod donors;
mod houses;
mod integrity;
mod law;
mod mechanisms;
mod orders;
mod paired;
mod patterns;
mod questions;
mod salib;
mod signatures;
