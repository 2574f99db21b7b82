//! Everyone learns from the day, and some move.

pub mod agencies;
pub mod climate;
pub mod crafts;
pub mod hearsay;
pub mod identities;
pub mod innovation;
pub mod learning;
pub mod licences;
pub mod migration;
pub mod projects;
pub mod providers;
pub mod rogue_ais;
pub mod stalls;
pub mod venues;
