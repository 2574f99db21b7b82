//! `run.json` and `timing.json`.

use std::collections::BTreeMap;

use contraband_lab::build::Build;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// The version of the files of a run folder. Since 3 its texts carry seals, and the digest of each file of a table is told.
pub const SCHEMA: u64 = 3;
/// Since this one a missing value is null; in 1 it was NaN, -1 or an empty word.
pub(super) const WITH_NULLS: u64 = 2;
/// The oldest version that is read: its tables are handed out with nulls.
pub const OLDEST_SCHEMA: u64 = 1;

/// What a run is, known before its first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunHeader {
    /// The build that runs it.
    pub build: Build,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario without its prose, overrides included.
    pub scenario_hash: String,
    /// Seed.
    pub seed: u64,
    /// Days asked for.
    pub days: u32,
    /// Citizens, inert ones not counted.
    pub citizens: u64,
    /// Preset of the release valve, in words: see [`Scenario::valve`](contraband_sim::scenario::Scenario::valve).
    pub valve: String,
    /// Lever paths set on the command line, and their values as given.
    pub overrides: BTreeMap<String, String>,
}

/// `run.json`: what was run, and the fingerprint of what came out. It holds no times, so equal runs have equal files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// [`SCHEMA`], or the older one of a folder that was read.
    pub schema: u64,
    /// Version of the engine.
    pub engine_version: String,
    /// What tells its build from others of this version; empty in folders of before there were fingerprints.
    #[serde(default)]
    pub engine_fingerprint: String,
    /// The commit that it was built from; empty where nobody knew.
    #[serde(default)]
    pub commit: String,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario without its prose, overrides included.
    pub scenario_hash: String,
    /// Seed.
    pub seed: u64,
    /// Days asked for.
    pub days: u32,
    /// Citizens, inert ones not counted.
    pub citizens: u64,
    /// Preset of the release valve, `society.valve`; where it changes in time, with its dates. Empty in folders that do not say.
    #[serde(default)]
    pub valve: String,
    /// Lever paths set on the command line, and their values as given.
    pub overrides: BTreeMap<String, String>,
    /// Whether all days were lived.
    pub complete: bool,
    /// The last day lived.
    pub last_day: u32,
    /// SHA-256 over all tables.
    pub digest: String,
    /// Rows and SHA-256 of each table.
    pub tables: BTreeMap<String, TableInfo>,
}

/// What `run.json` says of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Number of rows.
    pub rows: u64,
    /// SHA-256 of its values.
    pub digest: String,
    /// SHA-256 of its file, so that no damaged one is read; empty in folders of before it was told.
    #[serde(default)]
    pub file: String,
}

impl RunHeader {
    /// Of a scenario with its seed, and what the command line set on top of its file.
    pub fn of(scenario: &Scenario, overrides: BTreeMap<String, String>) -> Self {
        Self {
            build: Build::own().clone(),
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash(),
            seed: scenario.seed,
            days: scenario.days,
            citizens: scenario.params.citizens.count.get().into(),
            valve: scenario.valve(),
            overrides,
        }
    }

    /// The same as another build ran it: for whoever looks for what that build made.
    #[must_use]
    pub fn by(self, build: &Build) -> Self {
        Self { build: build.clone(), ..self }
    }

    /// Whether a folder is of this very run: its tables then have the same bytes, as far as they go.
    pub(super) fn same_run(&self, info: &RunInfo) -> bool {
        self.build.is_same(&info.build())
            && (&self.scenario_hash, self.seed, self.days) == (&info.scenario_hash, info.seed, info.days)
    }

    /// The identity in words.
    pub(super) fn words(&self) -> String {
        identity(&self.scenario, &self.scenario_hash, self.seed, self.days, &self.build)
    }
}

impl RunInfo {
    /// The build that ran it.
    pub fn build(&self) -> Build {
        let (version, fingerprint) = (self.engine_version.clone(), self.engine_fingerprint.clone());
        Build { version, fingerprint, commit: self.commit.clone() }
    }

    /// The identity in words.
    pub(super) fn words(&self) -> String {
        identity(&self.scenario, &self.scenario_hash, self.seed, self.days, &self.build())
    }
}

fn identity(scenario: &str, hash: &str, seed: u64, days: u32, build: &Build) -> String {
    let (hash, build) = (hash.get(..8).unwrap_or(hash), build.name());
    format!("{scenario} ({hash}), seed {seed}, {days} days, engine {build}")
}

/// `timing.json`: how long it took, here and now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Version of the file: [`SCHEMA`].
    pub schema: u64,
    /// Seconds from the first day to the last row written.
    pub wall_seconds: f64,
    /// The same in nanoseconds for one citizen and day.
    pub ns_per_citizen_day: f64,
    /// Days that were timed: fewer than were lived when the run was resumed.
    pub days: u32,
    /// The same by phase, in the order of the day; `write` is the time taken by files.
    pub phases: Vec<PhaseTiming>,
    /// Threads.
    pub threads: usize,
    /// Most memory held at once, where the system tells.
    pub peak_memory_bytes: Option<u64>,
}

/// The time of one phase of the day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhaseTiming {
    /// Name of the phase.
    pub phase: String,
    /// Seconds over all days.
    pub seconds: f64,
    /// Nanoseconds for one citizen and day.
    pub ns_per_citizen_day: f64,
}
