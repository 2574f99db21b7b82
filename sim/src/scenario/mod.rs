//! What is asked: parameters, levers, dated changes, and the files they are read from.

pub mod canonical;
pub mod check;
pub mod complaint;
pub mod idle;
pub mod levers;
pub mod library;
pub mod read;
pub mod reader;
pub mod reference;
pub mod schema;
pub mod timeline;
pub mod tree;
pub mod valve;
pub mod wildcards;
pub mod write;

use crate::base::units::Value;
use crate::goods::params::GoodParams;
use crate::ids::good::PerGood;
use crate::params::Params;
use crate::params::enclave::Enclaves;
use crate::params::law::Law;

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
    pub timeline: Vec<TimelineEntry>,
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
pub struct TimelineEntry {
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
