//! Fines, seizures, records, raids; what buyers still hold is used.

pub mod bribes;
pub mod enclaves;
pub mod penalties;
pub mod purchases;
pub mod suspects;
pub mod venues;
pub mod zones;
