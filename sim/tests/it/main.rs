//! What the engine promises, seen from outside.
#![allow(clippy::disallowed_methods, reason = "tests read the repository itself")]

mod delegates;
<<<<<<< HEAD
mod documents;
=======
mod enclaves;
>>>>>>> 55247a1 (Let people leave for enclaves and come back, enclaves live from a commons, and the law contain or eradicate them)
mod exactness;
mod invariants;
mod law;
mod scenarios;
mod paired;
mod patterns;
mod signatures;
