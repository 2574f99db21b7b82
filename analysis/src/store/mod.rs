//! Run folders: the one place that knows how recordings lie on disk.
//!
//! A folder is written beside its final place under a hidden name, synced and renamed, so that what carries the final
//! name is whole. Rows stream through [`RunWriter`] in row groups of a fixed size: memory does not grow with the run, and
//! the bytes do not depend on how the rows were handed over.

mod checkpoint;
mod draft;
mod folder;
mod frame;
mod info;
mod writer;

pub use checkpoint::{Checkpoints, Resume};
pub use draft::is_free_for;
pub use folder::{RunFolder, open};
pub(crate) use frame::{Origin, TableFile, read_frame, rows, take_first};
pub use frame::{ROW_GROUP, schema_json};
pub use info::{OLDEST_SCHEMA, PhaseTiming, RunHeader, RunInfo, SCHEMA, TableInfo, Timing};
pub use writer::{Ending, FinishedRun, RunWriter, already_run, run_into};

#[cfg(test)]
mod tests;
