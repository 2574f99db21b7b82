//! People hear what happened to others, and feel it.

use bevy_ecs::prelude::*;

use crate::citizen::{Home, Mind};
use crate::goods::privacy::MASKED;
use crate::ids::citizen::RISK_GROUPS;
use crate::ids::place::CHUNK;
use crate::rules::learning::{arrest_belief, is_active};
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Moods, PlaceMood};

/// What a neighbourhood hears of one purchase: where, in which group of goods, and whether the buyer was caught.
pub(crate) struct Rumour {
    pub(crate) neighbourhood: u32,
    pub(crate) group: u8,
    pub(crate) caught: bool,
}

/// Everybody hears of the neighbours' arrests, and feels the day.
pub fn hear_and_feel(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    mut climate: ResMut<Climate>,
    mut moods: ResMut<Moods>,
    citizens: Single<(&PerCitizen<Home>, &mut PerCitizen<Mind>)>,
) {
    let society = &law.params.society;
    let social = society.risk_social.as_f32();
    let witnessed = society.anxiety_witnessed.as_f32();
    let bored = society.anxiety_boredom.as_f32();
    let hope = (society.hope.get() * climate.progress.max(0.0)) as f32;
    let decay = 1.0 - society.anxiety_decay.as_f32();
    let legitimacy = climate.legitimacy as f32;
    let arrest = arrest_belief(society.officers.get(), climate.unrest) as f32;
    let threshold = society.unrest_threshold.as_f32();
    let harm: Vec<f32> = climate
        .places
        .iter()
        .zip(&climate.population)
        .map(|(place, &people)| (society.anxiety_harm.get() * place.harm / f64::from(people.max(1))) as f32)
        .collect();

    let (homes, mut minds) = citizens.into_inner();
    let active = context.active;
    let chunks: Vec<_> = homes[..active].chunks(CHUNK).zip(minds[..active].chunks_mut(CHUNK)).collect();
    // What a neighbourhood hears in one place of memory: chances of a case, and the fear that arrests spread.
    let heard = climate.rates.iter().zip(&climate.arrests);
    let heard: Vec<([f32; RISK_GROUPS], f32)> = heard.map(|(&rates, &arrests)| (rates, witnessed * arrests)).collect();
    // How much of the belief to be arrested counts for somebody so cautious.
    let afraid: [f32; 256] = std::array::from_fn(|caution| caution as f32 / 255.0 * arrest);
    let blame = 1.0 - legitimacy;
    let sums = context.in_order(chunks, |(homes, minds)| {
        let mut sums = vec![PlaceMood::default(); harm.len()];
        for (home, mind) in homes.iter().zip(minds) {
            let ((rates, fear), place) = (heard[home.neighbourhood as usize], home.place as usize);
            for (risk, rate) in mind.risk.iter_mut().zip(rates) {
                let gap = if rate.is_nan() { 0.0 } else { rate - *risk };
                *risk += social * gap;
            }
            let moved = mind.anxiety * decay + fear + harm[place] + bored * mind.boredom - hope;
            mind.anxiety = moved.clamp(0.0, 1.0);
            let unrest = is_active(mind.anxiety, blame, afraid[usize::from(home.caution)], threshold);
            let sums = &mut sums[place];
            sums.people += 1;
            sums.risk += f64::from(mind.risk[0] + mind.risk[1] + mind.risk[2]);
            sums.anxiety += f64::from(mind.anxiety);
            sums.boredom += f64::from(mind.boredom);
            sums.record += i64::from(mind.record);
            sums.masked += i64::from(mind.mask >= MASKED);
            sums.unrest += i64::from(unrest);
        }
        sums
    });
    climate.masked.clear();
    moods.places.clear();
    moods.places.resize(harm.len(), PlaceMood::default());
    for chunk in sums {
        for (total, part) in moods.places.iter_mut().zip(chunk) {
            climate.masked.push(u32::try_from(part.masked).expect("a chunk is small"));
            total.people += part.people;
            total.risk += part.risk;
            total.anxiety += part.anxiety;
            total.boredom += part.boredom;
            total.record += part.record;
            total.masked += part.masked;
            total.unrest += part.unrest;
        }
    }
    let unrest: i64 = moods.places.iter().map(|place| place.unrest).sum();
    climate.unrest = unrest as f64 / active.max(1) as f64;
    climate.anxiety = moods.places.iter().map(|place| place.anxiety).sum::<f64>() / active.max(1) as f64;
    climate.population.clear();
    climate.population.extend(moods.places.iter().map(|place| place.people));
}
