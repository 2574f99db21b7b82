//! The climate: what is shared by all, or by all in a place, and changes slowly.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::citizen::RISK_GROUPS;
use crate::actors::enclave::Gate;
use crate::goods::GOODS;
use crate::goods::authenticity::Provenance;
use crate::goods::scarcity_recreation::Zone;
use crate::market::orders::{Fate, Orders};
use crate::record::facts::Events;
use crate::setting::{CHUNK, InForce, Setting};
use crate::society::leaks::{Copies, SEALED};
use crate::units::Credits;

/// What people in a place share about one good.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LocalGood {
    /// How keenly the loss of freedom is felt, 0 to 1 for a full ban of what was free.
    pub restriction: f32,
    /// How strict the law was yesterday; NaN before the first day.
    pub strictness: f32,
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
    /// Departure of the log of each cost from its mean.
    pub cost_drift: [f64; GOODS],
    /// Mean of what citizens hold, in credits.
    pub wealth_mean: f64,
    /// How far each good is out; [`SEALED`] where none has leaked.
    pub copies: [Copies; GOODS],
    /// What is known of the trade in authentic things.
    pub provenance: Provenance,
    /// Innovation, 1 at the start.
    pub innovation: f64,
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
    /// Anxiety last evening, on average.
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
    /// Minds that are emulated.
    pub minds: u32,
    /// Artefacts of dangerous tech that people hold.
    pub artefacts: f64,
    /// Models of taboo computing that people hold.
    pub models: f64,
    /// Techniques that tinkerers know: the level of illicit technology.
    pub techniques: f64,
    /// The last trade of an artefact that was written down, or -1.
    pub last_artefact: i64,
}

/// Legitimacy of a law that troubles nobody without cause.
const LEGITIMACY_AT_REST: f64 = 0.8;

impl Climate {
    /// The climate before the first day.
    pub fn new(setting: &Setting) -> Self {
        let good = LocalGood { restriction: 0.0, strictness: f32::NAN, holders: 0.0, patrols: 0.0 };
        let neighbourhoods = setting.neighbourhoods.iter().map(|range| range.len as usize).sum();
        Self {
            costs: std::array::from_fn(|good| setting.scenario.params.goods.0[good].cost),
            cost_drift: [0.0; GOODS],
            wealth_mean: setting.scenario.params.citizens.start_credits.get(),
            copies: SEALED,
            provenance: Provenance::unknown(),
            innovation: 1.0,
            legitimacy: LEGITIMACY_AT_REST,
            unrest: 0.0,
            population: vec![0; setting.places()],
            income_mean: 1.0,
            levels: 0,
            augmented: 0,
            unstable: 0,
            zones: vec![Zone::default(); setting.places()],
            frights: vec![0.0; neighbourhoods],
            masked: vec![0; setting.active.div_ceil(CHUNK) * setting.places()],
            anxiety: 0.0,
            harm: [0.0; GOODS],
            tolerance: [f64::NAN; GOODS],
            gates: vec![Gate::OPEN; setting.places()],
            places: vec![LocalClimate { goods: [good; GOODS], harm: 0.0 }; setting.places()],
            rates: vec![[f32::NAN; RISK_GROUPS]; neighbourhoods],
            arrests: vec![0.0; neighbourhoods],
            scruples: [0.0; GOODS],
            victims: 0.0,
            minds: 0,
            artefacts: 0.0,
            models: 0.0,
            techniques: 1.0,
            last_artefact: -1,
        }
    }

    /// Share of so many citizens who wore a mask last evening.
    pub fn masked_share(&self, citizens: usize) -> f64 {
        f64::from(self.masked.iter().sum::<u32>()) / citizens.max(1) as f64
    }
}

/// A share of holders after a day with so many buyers, each a holder for so many days.
pub fn holders_after(holders: f32, buyers: f32, days: u32) -> f32 {
    (holders + buyers * (1.0 - holders) - holders / days as f32).clamp(0.0, 1.0)
}

/// What was consumed leaves its mark: holders and harm; what was done in the name of the law, on legitimacy.
pub fn move_climate(
    setting: Res<Setting>,
    law: Res<InForce>,
    orders: Res<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
) {
    let params = &law.params;
    let mut delivered = vec![[0u32; GOODS]; setting.places()];
    for order in orders.list.iter().filter(|order| order.fate == Fate::Delivered) {
        delivered[order.place as usize][order.stall as usize / setting.slots] += 1;
    }
    let mut harm = [0.0; GOODS];
    let climate = &mut *climate;
    let own = &params.own;
    for (number, ((place, delivered), &people)) in
        climate.places.iter_mut().zip(&delivered).zip(&climate.population).enumerate()
    {
        place.harm = f64::from(orders.incidents[number]) * own.augmentation.incident_harm.get();
        for (good, &units) in delivered.iter().enumerate() {
            let family = &params.goods.0[good];
            let local = &mut place.goods[good];
            let buyers = units as f32 / people.max(1) as f32;
            local.holders = holders_after(local.holders, buyers, family.holding.get());
            place.harm += f64::from(units) * family.harm.get();
            harm[good] += f64::from(units) * family.harm.get();
        }
    }
    let people = setting.active.max(1) as f64;
    let counts = &mut events.counts;
    counts.incidents = orders.incidents.iter().map(|&incidents| i64::from(incidents)).sum();
    counts.unstable = climate.unstable;
    counts.augmented_share = climate.augmented as f64 / people;
    counts.level_mean = climate.levels as f64 / people;
    for (lately, today) in climate.harm.iter_mut().zip(harm) {
        *lately += 0.1 * (today / people - *lately);
    }
    let society = &params.society;
    let recovered = society.legitimacy_recovery.get() * (LEGITIMACY_AT_REST - climate.legitimacy);
    let scandals = params.law.scandal.get() * events.counts.exposed as f64;
    let lost = society.legitimacy_loss.get() * (events.innocents as f64 + scandals) / people;
    climate.legitimacy = (climate.legitimacy + recovered - lost).clamp(0.0, 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_settle_where_new_ones_replace_those_who_cease() {
        let mut holders = 0.0;
        for _ in 0..10_000 {
            holders = holders_after(holders, 0.01, 60);
        }
        // buyers / (buyers + 1 / days)
        assert!((holders - 0.01 / (0.01 + 1.0 / 60.0)).abs() < 1e-4, "{holders}");
    }
}
