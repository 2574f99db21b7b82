//! What happens in a day: one folder for each phase, in the order of the schedule.

pub mod adapt;
pub mod govern;
pub mod produce;
pub mod punish;
pub mod record;
pub mod trade;
pub mod want;
pub mod watch;
