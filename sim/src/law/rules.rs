//! The rules of the day: a pure function of scenario, place and day, looked up each morning.

use bevy_ecs::prelude::*;

use crate::market::menu::restriction_of;
use crate::record::facts::{Event, Events, What};
use crate::setting::{InForce, Setting, Today};
use crate::society::climate::Climate;
use crate::units::Value;

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
    for entry in &scenario.timeline {
        let starts = entry.day == today.day;
        let ends = entry.until.is_some_and(|until| until + 1 == today.day);
        if !starts && !ends {
            continue;
        }
        for (path, value) in &entry.set {
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
            events.add(Event { place, amount, note, ..Event::new(What::Policy) });
        }
    }
    let decay = 1.0 - law.params.demand.restriction_decay.as_f32();
    for (place, rules) in climate.places.iter_mut().zip(&law.rules) {
        for (local, (_, good)) in place.goods.iter_mut().zip(rules.goods.iter()) {
            let strict = restriction_of(good.status);
            local.restriction = felt_loss(local.restriction, local.strictness, strict, decay);
            local.strictness = strict;
        }
    }
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
}
