//! What is asked: parameters, levers, dated changes, and the files they are read from.
pub mod calibration;
mod calibration_schema;
mod check;
mod complaint;
pub mod factor;
pub mod fields;
mod levers;
mod library;
pub mod params;
mod read;
mod reader;
mod reference;
mod schema;
pub mod study;
pub mod sweep;
mod sweep_points;
mod sweep_schema;
mod timeline;
mod tree;
mod valve;
mod write;

pub use calibration_schema::calibration_schema;
pub use check::{
    Conflict, MOST_AGENCIES, MOST_ENTRIES, MOST_HOUSES, MOST_PLACES, MOST_PROVIDERS, MOST_TEMPERAMENTS, MOST_VENUES,
};
pub use complaint::Complaint;
pub use levers::{Change, Fault, Lever, LeverError, Misfit, closest_name, levers};
pub use library::{CALIBRATIONS, Embedded, LIBRARY, PROOFS, STUDIES, SWEEPS};
pub use read::{LONGEST_RUN, read};
pub use reference::parameters_md;
pub use schema::schema;
pub use sweep_schema::sweep_schema;
pub use tree::{Format, LONGEST_TEXT};
pub(crate) use tree::{Kind, Node, read_tree};
pub use write::baseline_ron;

use params::{GoodParams, Law, Params};

use crate::actors::enclave::Enclaves;
use crate::goods::PerGood;
use crate::units::Value;

/// A question put to the model: everything a run needs but the seed it is run with.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Name, as in `contraband list`; empty if its file gives none.
    pub name: String,
    /// The question it asks.
    pub question: String,
    /// What to look at in the answer.
    pub look_at: String,
    /// Length of the run in days.
    pub days: u32,
    /// Seed, unless the command line gives another.
    pub seed: u64,
    /// Every parameter, as it holds where no entry of the timeline says otherwise.
    pub params: Params,
    /// Dated changes.
    pub timeline: Vec<Entry>,
}

/// The default world: the same as the scenario file that is the reference of all parameters.
impl Default for Scenario {
    fn default() -> Self {
        Self {
            name: "Baseline".into(),
            question: "What does a year of black markets look like after abundance, when nothing changes?".into(),
            look_at: "prices and trade by good, and how even the law's burden is between places".into(),
            days: 365,
            seed: 1,
            params: Params::default(),
            timeline: Vec::new(),
        }
    }
}

/// A dated change of levers.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// First day on which it holds.
    pub day: u32,
    /// Last day on which it holds; `None` for ever.
    pub until: Option<u32>,
    /// Days over which a number moves from its former value to the new one; 0 for a step.
    pub ramp: u32,
    /// Names of the places where it holds; empty for all.
    pub places: Vec<String>,
    /// Lever paths and their new values, checked.
    pub set: Vec<(String, Value)>,
    /// What people call it: shown on charts.
    pub label: String,
}

/// What holds in one place on one day: of enclaves, what their councils decide for themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// The means of the law.
    pub law: Law,
    /// What holds for each family.
    pub goods: PerGood<GoodParams>,
    /// How an enclave there governs itself.
    pub enclaves: Enclaves,
}
