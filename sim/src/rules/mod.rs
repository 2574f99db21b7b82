//! The rules of the model as pure functions: numbers in, numbers out. What a system does with them stands in `systems`.

pub mod auctions;
pub mod climate;
pub mod colony;
pub mod corruption;
pub mod crafts;
pub mod delegation;
pub mod detection;
pub mod donation;
pub mod enclave;
pub mod entry;
pub mod fine;
pub mod government;
pub mod innovation;
pub mod leaks;
pub mod learning;
pub mod people;
pub mod policing;
pub mod price_learning;
pub mod pricing;
pub mod search;
pub mod settlement;
pub mod utility;
pub mod venues;
pub mod welfare;
