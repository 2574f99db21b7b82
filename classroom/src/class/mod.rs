//! A class: people in seats who steer a world together, round by round.

pub mod figures;
pub mod journal;
pub mod orders;
pub mod roles;
pub mod seats;
pub mod state;
