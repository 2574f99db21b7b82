//! From decisions to a scenario: the decisions of each round become dated entries of the timeline, so that the class is a file
//! that `contraband run` runs with the same results, to the last digit.

use contraband_sim::base::units::Value;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::read::read;
use contraband_sim::scenario::tree::Format;
use contraband_sim::scenario::{Scenario, TimelineEntry};

use super::roles::{Ask, asks, held};
use super::state::{Closed, WhatIf};
use crate::lesson::Lesson;

/// The lesson's world with all decisions of these rounds. Orders of seats end with their round; laws stay.
///
/// # Errors
/// A sentence for everything that does not fit.
pub fn scenario(lesson: &Lesson, world: &Scenario, rounds: &[Closed]) -> Result<Scenario, Vec<String>> {
    let mut steered = world.clone();
    for (round, closed) in (1..).zip(rounds) {
        let (first, last) = lesson.window(round);
        if let Some(law) = closed.law.and_then(|law| lesson.laws_of(round).get(law))
            && !law.set.is_empty()
        {
            let set = values(&steered, &law.set)?;
            let label = format!("Round {round}: {}", law.title);
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
        for (&seat, held_by) in &closed.held {
            let Some(card) = lesson.seats.get(seat) else { return Err(vec![format!("the lesson has no seat {seat}")]) };
            // By place: the seat's own levers first, then those that hold in some places only.
            let mut orders = vec![(Vec::new(), held(card))];
            for (key, answer) in &held_by.answers {
                let Some(ask) = asked[seat].iter().find(|ask| ask.key == key) else {
                    return Err(vec![format!("{} is not asked `{key}`", card.title)]);
                };
                let set = ask.orders(answer).map_err(|wrong| vec![format!("{}: {wrong}", card.title)])?;
                match orders.iter_mut().find(|(places, _)| *places == ask.places) {
                    Some((_, known)) => known.extend(set),
                    None => orders.push((ask.places.clone(), set)),
                }
            }
            for (places, set) in orders.into_iter().filter(|(_, set)| !set.is_empty()) {
                let set = values(&steered, &set)?;
                let label = format!("Round {round}: {}", card.title);
                steered.timeline.push(TimelineEntry { day: first, until: Some(last), ramp: 0, places, set, label });
            }
        }
    }
    // Read back, so that it passes every check that files pass.
    read(&steered.to_ron(), Format::Ron)
        .map_err(|complaints| complaints.iter().map(ToString::to_string).collect::<Vec<_>>())
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
    use crate::class::roles::Answer;
    use crate::class::state::Held;
    use crate::lesson::small;

    fn told(seat: usize, answers: &[(&str, &str)]) -> (usize, Held) {
        let answers = answers.iter().map(|(key, option)| ((*key).into(), Answer::Option((*option).into()))).collect();
        (seat, Held { name: "Ann".into(), late: false, answers })
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
