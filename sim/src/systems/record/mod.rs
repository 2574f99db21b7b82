//! The books are balanced and the day is written down.

pub mod agencies;
pub mod audit;
pub mod citizens;
pub mod counted;
pub mod days;
pub mod enclaves;
pub mod evening;
pub mod events;
pub mod goods;
pub mod houses;
pub mod places;
pub mod recorder;
pub mod sellers;
pub mod tally;
pub mod venues;
pub mod welfare;
pub mod write_rows;
