//! Batches: lists of runs, and the one way in which they are run and kept.
//!
//! A sweep, a study, a calibration, a list of patterns, the many seeds of a verified case: each is a list of runs, and a
//! run is a scenario, a seed, and what is asked of it. All of them are run here:
//!
//! * [`Runner`] runs a list on several threads, in the order of the list. A run that panics or takes too long ends itself
//!   and no other; an interrupt ends all of them within a day of each run.
//! * [`Journal`] keeps what came of each run as soon as it is over, with the [`Identity`] of its list, its own identity and
//!   a checksum. So a process may be killed at any time, and the same command goes on from there.
//! * [`RunStore`] reads all journals of a folder as one: those of several processes, machines or attempts.
//! * [`Shard`] is a part of a list, for whoever shares it out.
//! * [`MemoryGate`] lets no more runs begin at once than there is memory for.
//! * [`FolderLock`] keeps two processes from writing the same folder.
//!
//! Nothing here knows what is asked of a run, or what its answer looks like. No clock is read: whoever calls brings one.

mod identity;
mod journal;
mod lock;
mod memory;
mod runner;
mod shard;
mod store;

pub use identity::Identity;
pub use journal::{Damage, Journal, Record};
pub use lock::FolderLock;
pub use memory::{MemoryGate, Pass, bytes_in_words};
pub use runner::{Break, Halt, RunOutcome, Runner, Stopped, Watch, caught, quietly, too_long};
pub use shard::{NotAShard, Shard};
pub use store::{JOURNAL, RunStore};

/// Processes that ended in the middle of a run, together with others or alone, after which no further one is risked.
pub const RISKED: u32 = 5;
