//! What the world consists of from day to day: components, resources, the ledger. No rule of the model stands here.

pub mod accounts;
pub mod agency;
pub mod balances;
pub mod climate;
pub mod colony;
pub mod columns;
pub mod context;
pub mod copies;
pub mod day;
pub mod enclave;
pub mod events;
pub mod ledger;
pub mod lore;
pub mod orders;
pub mod parts;
pub mod phase;
pub mod price_table;
pub mod provider;
pub mod recorder;
pub mod searches;
pub mod seller;
pub mod stall;
pub mod venue;
pub mod watched;
