//! One run: a scenario and a seed, lived day by day.

use std::sync::Arc;

use crate::record::tables::Batch;
use crate::scenario::Scenario;
use crate::schedule::Phase;

/// A world that lives.
pub struct Run {
    scenario: Arc<Scenario>,
}

/// The fingerprint of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 over all tables, in hexadecimal.
    pub all: String,
    /// For each table: its name, its rows, its own SHA-256.
    pub tables: Vec<(&'static str, u64, String)>,
}

/// Why a snapshot cannot be continued.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It was made by another version, or for another scenario or seed.
    #[error("the snapshot belongs to {found}, not to {expected}")]
    Foreign { found: String, expected: String },
    /// It is cut short or damaged.
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
}

impl Run {
    /// Makes the world of day 0. `threads` changes speed only.
    pub fn new(scenario: Arc<Scenario>, seed: u64, threads: usize) -> Self {
        let _ = (seed, threads);
        Self { scenario }
    }

    /// The scenario that is run.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The last day lived; 0 before the first.
    pub fn day(&self) -> u32 {
        todo!()
    }

    /// Lives one more day.
    ///
    /// # Panics
    /// When the books do not balance: that is a defect of the program.
    pub fn step(&mut self) {
        todo!()
    }

    /// The rows written since the last call.
    pub fn take_rows(&mut self) -> Vec<Batch> {
        todo!()
    }

    /// Writes what is only known at the end (the sample of citizens, the sellers of the last day) and hands out the last rows.
    pub fn finish(&mut self) -> Vec<Batch> {
        todo!()
    }

    /// The fingerprint of all rows so far.
    pub fn digest(&self) -> Digest {
        todo!()
    }

    /// The whole state, to be continued by [`Run::restore`].
    pub fn snapshot(&self) -> Vec<u8> {
        todo!()
    }

    /// Continues a snapshot of the same scenario and seed.
    ///
    /// # Errors
    /// When the snapshot is damaged or belongs to another version, scenario or seed.
    pub fn restore(scenario: Arc<Scenario>, seed: u64, threads: usize, snapshot: &[u8]) -> Result<Self, RestoreError> {
        let _ = (seed, threads, snapshot, scenario);
        todo!()
    }

    /// Calls back at the end of each phase of each day: the place for a clock, which the engine itself has not.
    pub fn on_phase(&mut self, call: Box<dyn FnMut(Phase) + Send + Sync>) {
        let _ = call;
    }
}
