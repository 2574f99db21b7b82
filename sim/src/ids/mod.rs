//! Names and numbers by which the parts of the model know each other: goods, places, sellers, groups of risk.

pub mod beat;
pub mod citizen;
pub mod event;
pub mod good;
pub mod place;
pub mod rung;
pub mod seller;
