//! The rules of the day come into force; tolerance is steered.

use bevy_ecs::prelude::*;

use crate::base::key::Key;
use crate::base::units::{Status, Value, Watched};
use crate::ids::good::{GOODS, Good};
use crate::rules::government::{deviation, felt_loss};
use crate::rules::innovation;
use crate::rules::policing::looks_away;
use crate::rules::utility::restriction_of;
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today, attention};
use crate::state::events::{Event, EventKind, Events};

/// A new day: what is due today comes into force, everywhere and in each place.
pub fn enact_rules(
    context: Res<RunContext>,
    mut today: ResMut<Today>,
    mut law: ResMut<ActiveRules>,
    mut climate: ResMut<Climate>,
    mut events: ResMut<Events>,
) {
    today.day += 1;
    events.new_day(today.day);
    let scenario = &context.scenario;
    *law = ActiveRules::on(scenario, today.day);
    for (nth, entry) in scenario.timeline.iter().enumerate() {
        let starts = entry.day == today.day;
        let ends = entry.until.is_some_and(|until| until + 1 == today.day);
        if !starts && !ends {
            continue;
        }
        for (lever, (path, value)) in entry.set.iter().enumerate() {
            // What is set to what it was already is no news.
            let moved: Vec<usize> = (0..context.places())
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
            let beside = Key::named("levers", &scenario.keyed(path));
            let event = Event { place, amount, beside, note, ..Event::new(EventKind::Policy) };
            if starts {
                events.begin((nth, lever), event);
            } else {
                events.end((nth, lever), event);
            }
        }
    }
    let decay = 1.0 - law.params.demand.restriction_decay.as_f32();
    let pressure = law.params.demand.pressure.as_f32();
    let calming = 1.0 - law.params.demand.announcement_decay.as_f32();
    for (place, rules) in climate.places.iter_mut().zip(&law.rules) {
        for (local, (_, good)) in place.goods.iter_mut().zip(rules.goods.iter()) {
            let strict = restriction_of(good.status);
            local.restriction =
                felt_loss(local.restriction, local.strictness, strict, decay) + pressure * local.patrols;
            local.alarm = felt_loss(local.alarm, local.strictness, strict, calming);
            local.strictness = strict;
        }
    }
    steer(&mut law, &mut climate);
}

/// The controller sets the attention to what is tolerated, and agencies learn from what they look away.
fn steer(law: &mut ActiveRules, climate: &mut Climate) {
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
