//! Snapshots: the whole state of a run as bytes, and back. A restored run equals the straight one, byte for byte.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::state::agency::Agency;
use crate::state::balances::Balances;
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::columns::{Citizen, CitizenColumns, citizens};
use crate::state::context::RunContext;
use crate::state::day::Today;
use crate::state::enclave::Enclave;
use crate::state::events::Events;
use crate::state::ledger::Books;
use crate::state::parts::Parts;
use crate::state::provider::Provider;
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::systems::record::recorder::Recorder;
use crate::world::assemble;

/// Why a snapshot cannot be continued.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It was made by another version, or for another scenario or seed.
    #[error("the snapshot belongs to {found}, not to {expected}")]
    Foreign {
        /// What it belongs to.
        found: String,
        /// What was to be continued.
        expected: String,
    },
    /// It is of a day on which the two scenarios are worlds apart already.
    #[error("the scenarios part on day {parts}, and the snapshot is of the evening of day {day}")]
    Parted {
        /// First day on which they differ; 0 for a difference from the start.
        parts: u32,
        /// Day of the snapshot.
        day: u32,
    },
    /// It is cut short or damaged.
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
}

/// To what run a snapshot belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    version: String,
    scenario: String,
    seed: u64,
}

impl Owner {
    fn of(scenario: &Scenario, seed: u64) -> Self {
        Self { version: crate::VERSION.into(), scenario: scenario.hash(), seed }
    }

    fn name(&self) -> String {
        format!(
            "scenario {} with seed {} in version {}",
            &self.scenario[..12.min(self.scenario.len())],
            self.seed,
            self.version
        )
    }
}

/// Writes the state of a world. Rows that were not handed out are not part of it: take them first.
pub fn write(world: &mut World, seed: u64) -> Vec<u8> {
    let mut stalls = world.query::<&Stall>();
    let mut sellers = world.query::<&Seller>();
    let mut venues = world.query::<&Venue>();
    let mut agencies = world.query::<&Agency>();
    let mut providers = world.query::<&Provider>();
    let mut enclaves = world.query::<&Enclave>();
    let mut colonies = world.query::<&Colony>();
    let parts = Parts {
        today: *world.resource::<Today>(),
        stalls: stalls.iter(world).cloned().collect(),
        sellers: sellers.iter(world).cloned().collect(),
        venues: venues.iter(world).cloned().collect(),
        agencies: agencies.iter(world).cloned().collect(),
        providers: providers.iter(world).cloned().collect(),
        enclaves: enclaves.iter(world).cloned().collect(),
        colonies: colonies.iter(world).cloned().collect(),
        books: world.resource::<Books>().clone(),
        balances: world.resource::<Balances>().clone(),
        climate: world.resource::<Climate>().clone(),
        events: world.resource::<Events>().state(),
        recorder: world.resource::<Recorder>().state().clone(),
    };
    let owner = Owner::of(&world.resource::<RunContext>().asked, seed);
    let mut bytes = postcard::to_allocvec(&(owner, parts)).expect("plain values can be written");
    for citizen in citizens(world) {
        bytes = postcard::to_extend(&citizen, bytes).expect("plain values can be written");
    }
    bytes
}

/// Makes the world of a snapshot of the scenario `past`, to be continued under that of the setting.
///
/// # Errors
/// When the snapshot is damaged, or belongs to another version, scenario or seed, or the scenarios part before its day.
pub fn read(context: RunContext, past: &Scenario, seed: u64, bytes: &[u8]) -> Result<World, RestoreError> {
    let damaged = |why: postcard::Error| RestoreError::Damaged(why.to_string());
    let (owner, rest) = postcard::take_from_bytes::<Owner>(bytes).map_err(damaged)?;
    let expected = Owner::of(past, seed);
    if owner != expected {
        return Err(RestoreError::Foreign { found: owner.name(), expected: expected.name() });
    }
    let (mut parts, mut rest) = postcard::take_from_bytes::<Parts>(rest).map_err(damaged)?;
    let day = parts.today.told();
    if let Some(parts) = past.parts_from(&context.asked).filter(|&parts| parts <= day) {
        return Err(RestoreError::Parted { parts, day });
    }
    let then: Vec<(usize, usize)> =
        past.begun_by(day).zip(context.asked.begun_by(day)).map(|((from, _), (to, _))| (from, to)).collect();
    parts.events.renumber(|entry| then.iter().find(|(from, _)| *from == entry).map(|&(_, to)| to));
    let total = context.active + context.scenario.params.citizens.inert.get() as usize;
    let mut citizens = CitizenColumns::empty(total);
    for number in 0..total {
        let (citizen, left) = postcard::take_from_bytes::<Citizen>(rest).map_err(damaged)?;
        if citizen.1.place as usize >= context.places() {
            return Err(RestoreError::Damaged("somebody lives in no place".into()));
        }
        citizens.set(number, citizen);
        rest = left;
    }
    if !rest.is_empty() {
        return Err(RestoreError::Damaged(format!("{} bytes too many", rest.len())));
    }
    let recorder = Recorder::from_state(parts.recorder.clone());
    Ok(assemble(World::new(), context, parts, citizens, recorder))
}
