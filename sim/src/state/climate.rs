//! The climate: what is shared by all, or by all in a place, and changes slowly.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::units::Credits;
use crate::goods::authenticity::Provenance;
use crate::goods::scarcity_recreation::Zone;
use crate::ids::citizen::RISK_GROUPS;
use crate::ids::event::EventId;
use crate::ids::good::GOODS;
use crate::ids::place::CHUNK;
use crate::state::context::RunContext;
use crate::state::copies::{Copies, SEALED};
use crate::state::enclave::Gate;
use crate::state::lore::Lore;

/// What people in a place share about one good.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LocalGood {
    /// How keenly the loss of freedom is felt, 0 to 1 for a full ban of what was free.
    pub restriction: f32,
    /// How strict the law was yesterday; NaN before the first day.
    pub strictness: f32,
    /// What is left of the alarm that a stricter law raised, 1 for a ban of yesterday of what was free.
    pub alarm: f32,
    /// Share of people who count as holders.
    pub holders: f32,
    /// Patrols out for this trade for each resident, yesterday, whether they found a trade or not.
    pub patrols: f32,
}

/// What people in a place share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LocalClimate {
    /// By good.
    pub goods: [LocalGood; GOODS],
    /// Harm done today by what people here consumed.
    pub harm: f64,
}

/// What all share.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
pub struct Climate {
    /// Cost of a unit of each good today.
    pub costs: [Credits; GOODS],
    /// Departure of the logarithm of each good's cost from its mean, 0 on average.
    pub cost_drift: [f64; GOODS],
    /// Mean of what citizens hold, in credits.
    pub wealth_mean: f64,
    /// How far each good is out; [`SEALED`] where none has leaked.
    pub copies: [Copies; GOODS],
    /// What a stall without a licence for each good and one with it earned on a usual day, after fines, in credits; NaN where
    /// none is known.
    pub licences: [[f32; 2]; GOODS],
    /// What sellers tell each other of the trade in each good.
    pub lore: [Lore; GOODS],
    /// What is known of the trade in authentic things.
    pub provenance: Provenance,
    /// Level of innovation, above 0; 1 at the start.
    pub innovation: f64,
    /// How fast innovation has grown lately, in logs a year, over about three months: what people feel of it.
    pub progress: f64,
    /// Legitimacy of the law, 0 to 1.
    pub legitimacy: f64,
    /// Share of people in open unrest.
    pub unrest: f64,
    /// People by place, last evening.
    pub population: Vec<u32>,
    /// Mean of citizens' incomes, where 1 is what it was by nature.
    pub income_mean: f64,
    /// Levels of augmentation, over all citizens.
    pub levels: i64,
    /// Citizens with a level or more.
    pub augmented: i64,
    /// Citizens whom augmentation has made unstable.
    pub unstable: i64,
    /// The zone of each place.
    pub zones: Vec<Zone>,
    /// Injuries heard of lately among a hundred neighbours, by neighbourhood.
    pub frights: Vec<f32>,
    /// People who wore a mask last evening, by chunk of citizens and place.
    pub masked: Vec<u32>,
    /// Mean anxiety last evening, 0 to 1.
    pub anxiety: f64,
    /// Harm done by each good, by citizen and day, over about ten days.
    pub harm: [f64; GOODS],
    /// Attention to each tolerated good that the controller has set; NaN where it has set none.
    pub tolerance: [f64; GOODS],
    /// What others meet at each place.
    pub gates: Vec<Gate>,
    /// By place.
    pub places: Vec<LocalClimate>,
    /// By neighbourhood and group of goods: cases against buyers for one purchase, smoothed; NaN where none is known.
    pub rates: Vec<[f32; RISK_GROUPS]>,
    /// By neighbourhood: arrests today for each resident.
    pub arrests: Vec<f32>,
    /// By good: scruples that what is known of its victims adds to its ethics.
    pub scruples: [f64; GOODS],
    /// People robbed of an identity whom others still speak of.
    pub victims: f64,
    /// How many minds are emulated.
    pub minds: u32,
    /// Artefacts of dangerous tech that people hold.
    pub artefacts: f64,
    /// Models of taboo computing that people hold.
    pub models: f64,
    /// How many techniques tinkerers know, 0 or more: the level of illicit technology.
    pub techniques: f64,
    /// The last trade of an artefact that was written down, if there is one.
    pub last_artefact: EventId,
}

/// Legitimacy of a law that troubles nobody without cause.
pub(crate) const LEGITIMACY_AT_REST: f64 = 0.8;

impl Climate {
    /// The climate before the first day.
    pub fn new(context: &RunContext) -> Self {
        let good = LocalGood { restriction: 0.0, strictness: f32::NAN, alarm: 0.0, holders: 0.0, patrols: 0.0 };
        let neighbourhoods = context.neighbourhoods.iter().map(|range| range.len as usize).sum();
        Self {
            costs: std::array::from_fn(|good| context.scenario.params.goods.0[good].cost),
            cost_drift: [0.0; GOODS],
            wealth_mean: context.scenario.params.citizens.start_credits.get(),
            copies: SEALED,
            licences: [[f32::NAN; 2]; GOODS],
            lore: [Lore::SILENT; GOODS],
            provenance: Provenance::unknown(),
            innovation: 1.0,
            progress: 0.0,
            legitimacy: LEGITIMACY_AT_REST,
            unrest: 0.0,
            population: vec![0; context.places()],
            income_mean: 1.0,
            levels: 0,
            augmented: 0,
            unstable: 0,
            zones: vec![Zone::default(); context.places()],
            frights: vec![0.0; neighbourhoods],
            masked: vec![0; context.active.div_ceil(CHUNK) * context.places()],
            anxiety: 0.0,
            harm: [0.0; GOODS],
            tolerance: [f64::NAN; GOODS],
            gates: vec![Gate::OPEN; context.places()],
            places: vec![LocalClimate { goods: [good; GOODS], harm: 0.0 }; context.places()],
            rates: vec![[f32::NAN; RISK_GROUPS]; neighbourhoods],
            arrests: vec![0.0; neighbourhoods],
            scruples: [0.0; GOODS],
            victims: 0.0,
            minds: 0,
            artefacts: 0.0,
            models: 0.0,
            techniques: 1.0,
            last_artefact: EventId::NONE,
        }
    }

    /// Share of so many citizens who wore a mask last evening.
    pub fn masked_share(&self, citizens: usize) -> f64 {
        f64::from(self.masked.iter().sum::<u32>()) / citizens.max(1) as f64
    }
}
