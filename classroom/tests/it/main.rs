//! What the server and its page promise, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself, and time what they wait for")]

mod assets;
mod browser;
mod server;
mod worlds;
