//! Innovation and catastrophe, from one source: what circulates in the gray zone is put together to new ideas, and fails.
//!
//! ```text
//! artefacts   + units of dangerous tech used today - artefacts / holding
//! techniques  moves by tech_speed towards 1 + techniques * (artefacts + spill * models) for each thousand citizens
//! ideas       Poisson(ideas * min(M (M - 1) / 2, pairs)), with M techniques
//! innovation  * (1 + innovation_licit) * (1 + idea_gain * ideas)
//! accidents   Poisson(accidents * artefacts), each with a loss from a Pareto distribution between least and most
//! ```
//!
//! Source: Weitzman (1998) for growth by recombination.

use bevy_ecs::prelude::*;

use crate::actors::stall::Stall;
use crate::actors::syndicate::Seller;
use crate::dice::{Dice, Purpose, open_unit, pick, pick_weighted};
use crate::goods::dangerous_tech::DangerousTech;
use crate::goods::{Good, Own};
use crate::market::orders::Orders;
use crate::numerics::{pareto_mean, pareto_quantile};
use crate::record::facts::{Event, Events, What};
use crate::scenario::params::Params;
use crate::setting::{InForce, Setting, Today, column};
use crate::society::climate::Climate;

/// Pairs of so many techniques, as far as there are people to work on them.
pub fn pairs(techniques: f64, most: f64) -> f64 {
    (techniques * (techniques - 1.0) / 2.0).clamp(0.0, most)
}

/// The loss in an accident.
pub fn loss(own: &DangerousTech, word: u32) -> f64 {
    let least = own.loss_least.get();
    pareto_quantile(own.loss_tail.get(), least, own.loss_most.get().max(2.0 * least), open_unit(word))
}

/// Loss to be expected of so many artefacts in a day.
pub fn expected_loss(own: &DangerousTech, artefacts: f64) -> f64 {
    let least = own.loss_least.get();
    own.accidents.get() * artefacts * pareto_mean(own.loss_tail.get(), least, own.loss_most.get().max(2.0 * least))
}

/// How far a unit of a good is something that tinkerers can use, against a unit of dangerous tech.
pub fn artefacts_in(good: Good, own: &Own) -> f64 {
    match good {
        Good::DangerousTech => 1.0,
        Good::TabooComputing => own.taboo_computing.spill.get(),
        _ => 0.0,
    }
}

/// Loss to be expected of one unit over the days that it is held.
pub fn loss_of_a_unit(good: Good, params: &Params) -> f64 {
    match good {
        Good::DangerousTech => expected_loss(&params.own.dangerous_tech, f64::from(params.goods[good].holding.get())),
        _ => 0.0,
    }
}

/// Artefacts gather and wear out, tinkerers learn, ideas come, and now and then something fails.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn tinker(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut orders: ResMut<Orders>,
    mut events: ResMut<Events>,
    mut climate: ResMut<Climate>,
    stalls: Query<&Stall>,
    sellers: Query<&Seller>,
) {
    let params = &law.params;
    let own = &params.own.dangerous_tech;
    let spill = artefacts_in(Good::TabooComputing, &params.own);
    let (day, dice) = (today.day, setting.dice);
    let used = |good| orders.list.iter().filter(|order| order.is_used(&setting, good)).count() as f64;
    let kept = |good| 1.0 - 1.0 / f64::from(params.goods[good].holding.get());
    climate.artefacts = climate.artefacts * kept(Good::DangerousTech) + used(Good::DangerousTech);
    climate.models = climate.models * kept(Good::TabooComputing) + used(Good::TabooComputing);
    let around = 1000.0 * (climate.artefacts + spill * climate.models) / setting.active.max(1) as f64;
    climate.techniques += own.tech_speed.get() * (1.0 + own.techniques.get() * around - climate.techniques);

    let mean = own.ideas.get() * pairs(climate.techniques, own.pairs.get());
    let ideas = dice.arrivals(Purpose::Idea, day, mean);
    climate.innovation *=
        (1.0 + params.society.innovation_licit.get()) * (1.0 + own.idea_gain.get() * f64::from(ideas));

    let accidents = dice.arrivals(Purpose::Accident, day, own.accidents.get() * climate.artefacts);
    for accident in 0..accidents {
        let (place, loss, word) = strike(&climate, own, dice, day, accident);
        climate.places[place].harm += loss;
        // What failed was bought somewhere: today, in this place, if anybody did so.
        let bought = |here: bool| -> Vec<usize> {
            let trades = orders.list.iter().enumerate();
            let trades = trades.filter(|(_, order)| order.is_used(&setting, Good::DangerousTech));
            trades.filter(|(_, order)| !here || order.place as usize == place).map(|(index, _)| index).collect()
        };
        let candidates = Some(bought(true)).filter(|here| !here.is_empty()).unwrap_or_else(|| bought(false));
        if !candidates.is_empty() {
            let chosen = candidates[pick(word, u32::try_from(candidates.len()).expect("orders fit")).0 as usize];
            let order = &mut orders.list[chosen];
            climate.last_artefact = events.note_trade(order, &setting, column(&stalls), column(&sellers));
        }
        let good = Some(Good::DangerousTech);
        let cause = climate.last_artefact;
        events.add(Event { good, place: Some(place), amount: loss, cause, ..Event::new(What::Accident) });
        events.counts.accident_loss += loss;
    }
    events.counts.ideas = i64::from(ideas);
    events.counts.accidents = i64::from(accidents);
    events.counts.artefacts = climate.artefacts;
    events.counts.techniques = climate.techniques;
}

/// Where an accident happens, what it costs, and a draw for which artefact it was.
fn strike(climate: &Climate, own: &DangerousTech, dice: Dice, day: u32, accident: u32) -> (usize, f64, u32) {
    let [where_, how, which] = dice.words::<3>(Purpose::Accident, day, (1 << 20) + u64::from(accident));
    let held = climate.places.iter().zip(&climate.population);
    let index = Good::DangerousTech.index();
    let held: Vec<f64> =
        held.map(|(place, &people)| f64::from(place.goods[index].holders) * f64::from(people)).collect();
    (pick_weighted(where_, &held).unwrap_or(0), loss(own, how), which)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five techniques make ten pairs.
    #[test]
    fn pairs_grow_with_the_square_of_techniques_until_people_run_out() {
        assert_eq!(pairs(5.0, 40.0), 10.0);
        assert_eq!(pairs(50.0, 40.0), 40.0);
        assert_eq!(pairs(1.0, 40.0), 0.0);
        assert_eq!(pairs(0.5, 40.0), 0.0);
    }

    /// With a tail of 1.5 the median loss is 1.5874 times the least, and one in a hundred is beyond 21.54 times the least.
    #[test]
    fn most_losses_are_small_and_a_few_are_all_that_counts() {
        let own = DangerousTech { loss_most: 1e9.into(), ..DangerousTech::default() };
        let dice = Dice::new(9);
        let mut losses: Vec<f64> = (0..100_000)
            .map(|accident| loss(&own, dice.words::<1>(Purpose::Accident, 1, accident)[0]) / 20.0)
            .collect();
        losses.sort_by(f64::total_cmp);
        assert!((losses[50_000] / 1.5874 - 1.0).abs() < 0.01, "{}", losses[50_000]);
        assert!((losses[99_000] / 21.54 - 1.0).abs() < 0.06, "{}", losses[99_000]);
        let all: f64 = losses.iter().sum();
        assert!(losses[99_000..].iter().sum::<f64>() > 0.15 * all);
    }

    #[test]
    fn an_expected_loss_is_a_chance_times_a_mean() {
        let own = DangerousTech { loss_most: 1e12.into(), accidents: 0.001.into(), ..DangerousTech::default() };
        assert!((expected_loss(&own, 500.0) / (0.5 * 60.0) - 1.0).abs() < 1e-3);
    }
}
