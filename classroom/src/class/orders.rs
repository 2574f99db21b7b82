//! From decisions to a scenario: the decisions of each round become dated entries of the timeline, so that the class is a file
//! that `contraband run` runs with the same results, to the last digit.

use contraband_sim::base::units::Value;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};

use super::asks::{Ask, asks, contradiction, held};
use super::seats::isolated;
use super::state::{Closed, WhatIf};
use crate::lesson::Lesson;

/// The lesson's world with all decisions of these rounds. Orders of seats end with their round; laws stay. A lever that a seat
/// orders about in the round in which a law about it is passed follows the law when that order has ended, as it would if
/// the law had been there before. If two seats order about one lever in one place, the order of the first of them holds there.
///
/// # Errors
/// A sentence for everything that does not fit.
pub fn scenario(lesson: &Lesson, world: &Scenario, rounds: &[Closed]) -> Result<Scenario, Vec<String>> {
    let mut steered = world.clone();
    // Places of laws and of orders in the timeline.
    let (mut laws, mut orders) = (Vec::new(), Vec::new());
    for (round, closed) in (1..).zip(rounds) {
        let (first, last) = lesson.window(round);
        if let Some(law) = closed.law.and_then(|law| lesson.laws_of(round).get(law))
            && !law.set.is_empty()
        {
            let set = values(&steered, &law.set)?;
            let label = format!("Round {round}: {}", law.title);
            laws.push(steered.timeline.len());
            steered.timeline.push(TimelineEntry {
                day: first,
                until: None,
                ramp: 0,
                places: law.places.clone(),
                set,
                label,
            });
        }
        let asked = asks_on(lesson, &steered, first).map_err(|wrong| vec![wrong])?;
        let own = orders.len();
        for (&seat, held_by) in &closed.held {
            let Some(card) = lesson.seats.get(seat) else { return Err(vec![format!("the lesson has no seat {seat}")]) };
            // By place: the seat's own levers first, then those that hold in some places only.
            let mut given = vec![(Vec::new(), held(card))];
            if let Some((_, wrong)) = contradiction(&asked[seat], &held_by.answers) {
                return Err(vec![format!("{}: {wrong}", card.title)]);
            }
            for (key, answer) in &held_by.answers {
                let Some(ask) = asked[seat].iter().find(|ask| ask.key == key) else {
                    return Err(vec![format!("{} is not asked `{key}`", card.title)]);
                };
                let set = ask.orders(answer).map_err(|wrong| vec![format!("{}: {wrong}", card.title)])?;
                let known = match given.iter().position(|(places, _)| *places == ask.places) {
                    Some(known) => known,
                    None => {
                        given.push((ask.places.clone(), Vec::new()));
                        given.len() - 1
                    }
                };
                for (path, to) in set {
                    if given[known].1.iter().all(|(set, _)| *set != path) {
                        given[known].1.push((path, to));
                    }
                }
            }
            for (places, set) in given.into_iter().filter(|(_, set)| !set.is_empty()) {
                let set = values(&steered, &set)?;
                let label = format!("Round {round}: {}", card.title);
                let order = TimelineEntry { day: first, until: Some(last), ramp: 0, places, set, label };
                let left = beside(order, orders[own..].iter().map(|&at: &usize| &steered.timeline[at]));
                for order in left {
                    orders.push(steered.timeline.len());
                    steered.timeline.push(order);
                }
            }
        }
    }
    steered.timeline = after_orders(&steered, &laws, &orders);
    // Read back, so that it passes every check that files pass.
    read(&steered.to_ron(), Format::Ron)
        .map_err(|complaints| complaints.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// What is left of an order beside those that were given before it for the same days.
fn beside<'e>(order: TimelineEntry, before: impl Iterator<Item = &'e TimelineEntry> + Clone) -> Vec<TimelineEntry> {
    let mut left: Vec<TimelineEntry> = Vec::new();
    for (path, value) in &order.set {
        let rivals = before.clone().filter(|rival| rival.set.iter().any(|(set, to)| set == path && to != value));
        let mut places = order.places.clone();
        let mut everywhere = false;
        for rival in rivals {
            everywhere |= rival.places.is_empty() || order.places.is_empty();
            places.retain(|place| !rival.places.contains(place));
        }
        if everywhere || (places.is_empty() && !order.places.is_empty()) {
            continue;
        }
        let set = (path.clone(), *value);
        match left.iter_mut().find(|part| part.places == places) {
            Some(part) => part.set.push(set),
            None => left.push(TimelineEntry { places, set: vec![set], ..order.clone() }),
        }
    }
    left
}

/// The timeline with laws that wait where an order about the same lever begins on their day.
fn after_orders(steered: &Scenario, laws: &[usize], orders: &[usize]) -> Vec<TimelineEntry> {
    let timeline = &steered.timeline;
    let meet = |one: &TimelineEntry, other: &TimelineEntry| {
        one.places.is_empty() || other.places.is_empty() || one.places.iter().any(|place| other.places.contains(place))
    };
    let mut found = Vec::new();
    for (at, entry) in timeline.iter().enumerate() {
        if !laws.contains(&at) {
            found.push(entry.clone());
            continue;
        }
        let mut on_its_day = TimelineEntry { set: Vec::new(), ..entry.clone() };
        let mut later: Vec<TimelineEntry> = Vec::new();
        for (path, value) in &entry.set {
            let sets = |other: &TimelineEntry| {
                other.set.iter().any(|(set, to)| set == path && to != value) && meet(entry, other)
            };
            // An order for some places, after a law for all, is an exception and no rival.
            let rival = |day: u32| {
                let all = orders.iter().map(|&order| &timeline[order]);
                let mut rivals = all.filter(|order| {
                    order.day == day && sets(order) && (order.places.is_empty() || !entry.places.is_empty())
                });
                rivals.next().and_then(|order| order.until)
            };
            let mut day = entry.day;
            while let Some(until) = rival(day) {
                day = until + 1;
            }
            if day == entry.day {
                on_its_day.set.push((path.clone(), *value));
                continue;
            }
            let replaced = laws.iter().any(|&law| law > at && timeline[law].day <= day && sets(&timeline[law]));
            if day > steered.days || replaced {
                continue;
            }
            match later.iter_mut().find(|part| part.day == day) {
                Some(part) => part.set.push((path.clone(), *value)),
                None => later.push(TimelineEntry { day, set: vec![(path.clone(), *value)], ..entry.clone() }),
            }
        }
        found.extend([on_its_day].into_iter().chain(later).filter(|entry| !entry.set.is_empty()));
    }
    found
}

/// A closed round as it fits the rounds before it, what the class then does, and a sentence for everything that was left out of
/// it. Nothing that anybody in the class has sent can keep a round from being played: what cannot be put into force is left
/// to the bot of its seat, and a law that cannot be is not passed.
///
/// # Errors
/// When the rounds before it do not fit the lesson.
pub fn fitted(
    lesson: &Lesson,
    world: &Scenario,
    before: &[Closed],
    mut closed: Closed,
) -> Result<(Closed, Scenario, Vec<String>), Vec<String>> {
    let round = before.len() as u32 + 1;
    let with = |closed: &Closed| {
        let rounds: Vec<Closed> = before.iter().cloned().chain([closed.clone()]).collect();
        scenario(lesson, world, &rounds)
    };
    if let Ok(steered) = with(&closed) {
        return Ok((closed, steered, Vec::new()));
    }
    let mut told = Vec::new();
    let held = std::mem::take(&mut closed.held);
    if let Err(wrong) = with(&closed)
        && let Some(law) = closed.law.take()
    {
        let title = lesson.laws_of(round).get(law).map_or_else(|| format!("number {law}"), |law| law.title.clone());
        told.push(format!(
            "round {round}: the law “{title}” cannot be put into force, so none is: {}",
            wrong.join("; ")
        ));
    }
    let mut steered = with(&closed)?;
    for (seat, held) in held {
        closed.held.insert(seat, held);
        match with(&closed) {
            Ok(fits) => steered = fits,
            Err(wrong) => {
                let held = closed.held.remove(&seat).expect("it was just put there");
                let title = lesson.seats.get(seat).map_or_else(|| format!("seat {seat}"), |card| card.title.clone());
                told.push(format!(
                    "round {round}: what {} sent for {title} cannot be put into force, so a bot plays it: {}",
                    isolated(&held.name),
                    wrong.join("; ")
                ));
            }
        }
    }
    Ok((closed, steered, told))
}

/// Turns texts into values that these levers take.
fn values(world: &Scenario, set: &[(String, String)]) -> Result<Vec<(String, Value)>, Vec<String>> {
    let mut probe = world.clone();
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (path, text) in set {
        match probe.set(path, text).and_then(|()| probe.get(path)) {
            Ok(value) => found.push((path.clone(), value)),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// What every seat is asked on the first day of a round, given the class so far.
///
/// # Errors
/// When a seat does not fit the world.
pub fn asks_on(lesson: &Lesson, so_far: &Scenario, first: u32) -> Result<Vec<Vec<Ask>>, String> {
    let mut today = so_far.clone();
    today.params = so_far.params_on(first);
    lesson.seats.iter().map(|seat| asks(seat, &today)).collect()
}

/// A what-if of the class: its title, and its scenario.
///
/// # Errors
/// When there is no such round, seat, law or answer.
pub fn other(
    lesson: &Lesson,
    world: &Scenario,
    rounds: &[Closed],
    what_if: &WhatIf,
) -> Result<(String, Scenario), Vec<String>> {
    let at = |round: u32| {
        let known = round >= 1 && round as usize <= rounds.len();
        known.then(|| round as usize - 1).ok_or_else(|| vec![format!("round {round} was not played")])
    };
    let mut changed = rounds.to_vec();
    let title = match what_if {
        WhatIf::Decision { round, seat, answers } => {
            let card = lesson.seats.get(*seat).ok_or_else(|| vec![format!("the lesson has no seat {seat}")])?;
            let held = changed[at(*round)?].held.get_mut(seat).ok_or_else(|| {
                vec![format!("{} was played by its bot in round {round}: there is no decision to change", card.title)]
            })?;
            held.answers.extend(answers.clone());
            let asked = asks_on(lesson, &scenario(lesson, world, &rounds[..at(*round)?])?, lesson.window(*round).0)
                .map_err(|wrong| vec![wrong])?;
            let said: Vec<String> = answers
                .iter()
                .filter_map(|(key, answer)| {
                    let ask = asked[*seat].iter().find(|ask| ask.key == key)?;
                    Some(format!("{} {}", ask.question, ask.words(answer)))
                })
                .collect();
            format!("Round {round}, {}: {}", card.title, said.join("; "))
        }
        WhatIf::Law { round, law } => {
            let played = at(*round)?;
            let laws = lesson.laws_of(*round);
            let card = laws.get(*law).ok_or_else(|| vec![format!("round {round} has {} laws", laws.len())])?;
            changed[played].law = Some(*law);
            format!("Round {round}, parliament: {}", card.title)
        }
        WhatIf::World { world } => {
            let other = lesson.other_worlds.get(*world);
            other
                .ok_or_else(|| vec![format!("the lesson has {} other worlds", lesson.other_worlds.len())])?
                .title
                .clone()
        }
        WhatIf::NoLaw => "Nothing is forbidden, and nobody enforces the law".into(),
        WhatIf::Bots => {
            changed = vec![Closed::default(); rounds.len()];
            "Bots in every seat".into()
        }
        WhatIf::Seeds => "Same decisions, different luck".into(),
    };
    let mut elsewhere = world.clone();
    if let WhatIf::World { world } = what_if {
        for (path, value) in &lesson.other_worlds[*world].set {
            elsewhere.set(path, value).map_err(|error| vec![error.to_string()])?;
        }
    }
    let mut scenario = scenario(lesson, &elsewhere, &changed)?;
    if *what_if == WhatIf::NoLaw {
        let free = Good::ALL.iter().map(|good| (format!("goods.{}.status", good.word()), "free".to_owned()));
        let agencies = scenario.params.agencies.iter();
        let unpaid = agencies.map(|agency| (format!("agencies.{}.budget", agency.name), "0".to_owned()));
        let set = values(&scenario, &free.chain(unpaid).collect::<Vec<_>>())?;
        let (day, label) = (lesson.window(1).0, title.clone());
        scenario.timeline.push(TimelineEntry { day, until: None, ramp: 0, places: Vec::new(), set, label });
    }
    // Only what was played is compared.
    scenario.days = lesson.window(rounds.len().max(1) as u32).1;
    Ok((title, scenario))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::asks::Answer;
    use crate::class::state::Held;
    use crate::lesson::small;

    fn told(seat: usize, answers: &[(&str, &str)]) -> (usize, Held) {
        let answers = answers.iter().map(|(key, option)| ((*key).into(), Answer::Option((*option).into()))).collect();
        (seat, Held { name: "Ann".into(), person: Some(1), late: false, answers })
    }

    #[test]
    fn orders_hold_for_their_round_and_laws_stay() {
        let lesson = small();
        let world = lesson.world(7).unwrap();
        let law = |law| Closed { law, ..Closed::default() };
        let rounds = [
            Closed { held: [told(0, &[("severity", "hard"), ("method", "traps")])].into(), ..law(Some(1)) },
            law(None),
        ];
        let class = scenario(&lesson, &world, &rounds).unwrap();
        let (first, last) = lesson.window(1);
        assert_eq!((first, last), (61, 90));
        let place = |name: &str| world.params.places.iter().position(|place| place.name == name).unwrap();
        let fine = |place, day| class.rules_in(place, day).law.fine.get();
        // Parliament doubles 120 from day 61 on, and the watch doubles that once more in its own places for the round.
        let (harbour, colony) = (place("harbour"), place("colony"));
        assert_eq!([60, 61, 90, 91].map(|day| fine(harbour, day)), [120.0, 480.0, 480.0, 240.0]);
        assert_eq!([60, 61, 90, 91].map(|day| fine(colony, day)), [120.0, 240.0, 240.0, 240.0]);
        let traps = |day| class.params_on(day).agencies[0].params.honeypots.get();
        assert_eq!([60, 61, 90, 91].map(traps), [0.0, 0.4, 0.4, 0.0]);
        assert_eq!(class.days, 60 + 5 * 30);
    }

    #[test]
    fn a_class_without_orders_is_the_lesson_s_world() {
        let lesson = small();
        let world = lesson.world(7).unwrap();
        let class = scenario(&lesson, &world, &vec![Closed::default(); 5]).unwrap();
        assert_eq!((class.parts_from(&world), class.timeline.len()), (None, world.timeline.len()));
    }

    #[test]
    fn another_history_parts_where_something_is_other() {
        let lesson = small();
        let world = lesson.world(7).unwrap();
        let hard = || Closed { held: [told(0, &[("severity", "hard")])].into(), ..Closed::default() };
        let rounds = [hard(), hard(), hard()];
        let class = scenario(&lesson, &world, &rounds).unwrap();
        let parts = |what_if| other(&lesson, &world, &rounds, &what_if).unwrap().1.parts_from(&class);
        let answers = |option: &str| [("severity".to_owned(), Answer::Option(option.into()))].into();
        assert_eq!(parts(WhatIf::Decision { round: 2, seat: 0, answers: answers("mild") }), Some(lesson.window(2).0));
        assert_eq!(parts(WhatIf::Decision { round: 2, seat: 0, answers: answers("hard") }), None);
        assert_eq!(parts(WhatIf::Law { round: 3, law: 1 }), Some(lesson.window(3).0));
        assert_eq!((parts(WhatIf::NoLaw), parts(WhatIf::Bots), parts(WhatIf::Seeds)), (Some(61), Some(61), None));
        let refused = |what_if| other(&lesson, &world, &rounds, &what_if).unwrap_err().join("\n");
        for round in [0, 4] {
            assert!(refused(WhatIf::Law { round, law: 9 }).contains("was not played"), "{round}");
        }
        assert!(
            refused(WhatIf::Decision { round: 1, seat: 2, answers: answers("mild") }).contains("played by its bot")
        );
        assert!(
            refused(WhatIf::Decision { round: 1, seat: 0, answers: answers("cruel") }).contains("it has usual, mild")
        );
    }
}
