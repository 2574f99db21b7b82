//! A class: people in seats who steer a world together, round by round.

pub mod roles;
