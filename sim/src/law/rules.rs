//! The rules of the day: a pure function of scenario, place and day, looked up each morning.

use bevy_ecs::prelude::*;

use crate::actors::agency::looks_away;
use crate::goods::{GOODS, Good};
use crate::market::utility::restriction_of;
use crate::record::facts::{Event, Events, What};
use crate::setting::{InForce, Setting, Today};
use crate::society::climate::Climate;
use crate::society::innovation;
use crate::units::{Status, Value, Watched};

/// A new day: what is due today comes into force, everywhere and in each place.
pub fn enact_rules(
    setting: Res<Setting>,
    mut today: ResMut<Today>,
    mut law: ResMut<InForce>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
) {
    today.day += 1;
    events.new_day();
    let scenario = &setting.scenario;
    *law = InForce::on(scenario, today.day);
    for (nth, entry) in scenario.timeline.iter().enumerate() {
        let starts = entry.day == today.day;
        let ends = entry.until.is_some_and(|until| until + 1 == today.day);
        if !starts && !ends {
            continue;
        }
        for (lever, (path, value)) in entry.set.iter().enumerate() {
            // What is set to what it was already is no news.
            let moved: Vec<usize> = (0..setting.places())
                .filter(|&place| {
                    let value = |day| scenario.value_in(path, place, day);
                    entry.holds_in(&scenario.params.places[place].name) && value(today.day - 1) != value(today.day)
                })
                .collect();
            let Some(&first) = moved.first() else { continue };
            let where_ =
                if entry.places.is_empty() { String::new() } else { format!(" in {}", entry.places.join(", ")) };
            let (value, note) = if starts {
                (*value, format!("{path} becomes {value}{where_}"))
            } else {
                let value = scenario.value_in(path, first, today.day);
                (value, format!("{path} is {value} again{where_}"))
            };
            let amount = if let Value::Number(number) = value { number } else { f64::NAN };
            let place = (!entry.places.is_empty() && moved.len() == 1).then_some(first);
            let event = Event { place, amount, note, ..Event::new(What::Policy) };
            if starts {
                events.begin((nth, lever), event);
            } else {
                events.end((nth, lever), event);
            }
        }
    }
    let decay = 1.0 - law.params.demand.restriction_decay.as_f32();
    let pressure = law.params.demand.pressure.as_f32();
    for (place, rules) in climate.places.iter_mut().zip(&law.rules) {
        for (local, (_, good)) in place.goods.iter_mut().zip(rules.goods.iter()) {
            let strict = restriction_of(good.status);
            local.restriction =
                felt_loss(local.restriction, local.strictness, strict, decay) + pressure * local.patrols;
            local.strictness = strict;
        }
    }
    steer(&mut law, &mut climate);
}

/// The controller sets the attention to what is tolerated, and agencies learn from what they look away.
fn steer(law: &mut InForce, climate: &mut Climate) {
    let means = law.params.law.clone();
    let gain = means.controller.get();
    for (good, index) in (0..GOODS).map(|index| (Good::at(index), index)) {
        let tolerated = law.rules.iter().any(|rules| rules.goods[good].status == Status::Tolerated);
        if gain <= 0.0 || !tolerated {
            climate.tolerance[index] = f64::NAN;
        } else {
            let now = climate.tolerance[index];
            let now = if now.is_nan() { means.tolerance.get() } else { now };
            let (target, band) = (means.controller_target.get(), means.controller_band.get());
            // More harm asks for more attention; more anxiety, for less.
            let beyond = match means.controller_watches {
                Watched::Harm => deviation(climate.harm[index], target, band),
                Watched::Anxiety => -deviation(climate.anxiety, target, band),
            };
            climate.tolerance[index] = (now + gain * beyond).clamp(0.0, 1.0);
            for (paid, rules) in law.attention.iter_mut().zip(&law.rules) {
                paid[index] = attention(rules.goods[good].status, climate.tolerance[index]);
            }
        }
        let family = &law.params.goods[good];
        let ideas = innovation::artefacts_in(good, &law.params.own) * means.idea_worth.get();
        let harm = family.harm.get() + innovation::loss_of_a_unit(good, &law.params);
        law.gray[index] = means.gray_zone && looks_away(ideas, harm, means.ambiguity.get());
    }
}

/// How much attention the law pays to trade in a good of this status, where this share is left for what is tolerated.
pub const fn attention(status: Status, tolerance: f64) -> f64 {
    match status {
        Status::Prohibited => 1.0,
        Status::Tolerated => tolerance,
        Status::Licensed | Status::Free => 0.0,
    }
}

/// How far something is from its target, as a share of the target; nothing within the dead band on both sides of it.
pub fn deviation(measured: f64, target: f64, band: f64) -> f64 {
    let error = (measured - target) / target.max(1e-9);
    if error.abs() <= band { 0.0 } else { error }
}

/// How keenly the loss of freedom is felt: it jumps when a rule gets stricter and fades from then on.
///
/// What was never allowed is not missed. Source: Brehm's reactance.
pub fn felt_loss(felt: f32, was: f32, is: f32, decay: f32) -> f32 {
    if was.is_nan() { 0.0 } else { felt * decay + (is - was).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loss_of_freedom_is_felt_and_it_fades() {
        assert_eq!(felt_loss(0.0, f32::NAN, 1.0, 0.98), 0.0);
        assert_eq!(felt_loss(0.0, 0.25, 1.0, 0.98), 0.75);
        assert_eq!(felt_loss(0.5, 1.0, 0.0, 0.98), 0.49);
    }

    /// Half as much again as the target is a deviation of a half; within a fifth nothing moves.
    #[test]
    fn a_controller_rests_within_its_dead_band() {
        assert_eq!(deviation(3.0, 2.0, 0.2), 0.5);
        assert_eq!(deviation(2.25, 2.0, 0.25), 0.0);
        assert_eq!(deviation(1.0, 2.0, 0.2), -0.5);
    }
}
