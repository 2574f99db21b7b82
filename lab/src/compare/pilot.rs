//! Pilots: policies that hold in some places only.
//!
//! Who tries a policy in one place has no second world. All there is to see is how that place changed, less how the others
//! changed: a difference in differences. Here the second world is known too, so what an observer would report stands beside
//! what the pilot truly does, there and elsewhere.

use crate::files::study::Study;

use super::difference::Difference;
use super::kept::Opened;

/// What is observed of people in places: the column of `places`, its name in words, and whether it is counted and shared
/// out among the people (otherwise it is a level of each).
const OUTCOMES: [(&str, &str, bool); 5] = [
    ("trades", "purchases a day per 100 people", true),
    ("illicit_trades", "illicit purchases a day per 100 people", true),
    ("detections", "cases a day per 100 people", true),
    ("harm", "harm a day per 100 people", true),
    ("anxiety_mean", "anxiety, 0 to 1", false),
];

/// A pilot, as it is seen and as it is.
pub struct Pilot {
    /// Where it holds.
    pub places: Vec<String>,
    /// Days before that an observer looks at, first and last.
    pub before: (u32, u32),
    /// Days of the pilot.
    pub after: (u32, u32),
    /// One by one.
    pub outcomes: Vec<PilotOutcome>,
}

/// One outcome of a pilot.
pub struct PilotOutcome {
    /// Its column of `places`.
    pub column: &'static str,
    /// In words, with its unit.
    pub words: &'static str,
    /// What an observer sees: the change there less the change elsewhere, against none.
    pub seen: Difference,
    /// What the pilot truly does there: both worlds, days of the pilot.
    pub real: Difference,
    /// What it does elsewhere.
    pub elsewhere: Difference,
    /// What is seen less what is real, against none: what an observer gets wrong.
    pub error: Difference,
    /// Seed by seed: there and elsewhere, each before and after in the arm, and after in the base.
    pub values: [[Vec<f64>; 3]; 2],
}

/// What is gathered of a pilot, seed by seed.
pub struct Pilots {
    places: Vec<String>,
    before: (u32, u32),
    after: (u32, u32),
    /// By outcome: there and elsewhere, each before and after in the arm, and after in the base.
    values: Vec<[[Vec<f64>; 3]; 2]>,
}

impl Pilots {
    /// Of an arm whose dated changes all hold in the same places, and not in all.
    pub fn of(study: &Study, arm: usize) -> Option<Self> {
        let arm = &study.arms[arm];
        let added = arm.scenario.timeline.strip_prefix(study.base.timeline.as_slice())?;
        let places = added.first()?.places.clone();
        let all = study.base.params.places.len();
        let alike = added.iter().all(|entry| entry.places == places);
        let from_the_start = arm.scenario.params != study.base.params;
        if places.is_empty() || places.len() >= all || !alike || from_the_start {
            return None;
        }
        let begin = added.iter().map(|entry| entry.day).min()?;
        let end = added.iter().map(|entry| entry.until).max_by_key(|until| until.unwrap_or(u32::MAX))?;
        let end = end.unwrap_or(study.base.days).min(study.base.days);
        if begin <= 1 || end < begin {
            return None;
        }
        let before = ((begin - 1).saturating_sub(end - begin).max(1), begin - 1);
        Some(Self { places, before, after: (begin, end), values: OUTCOMES.map(|_| Default::default()).into() })
    }

    /// Takes a seed.
    pub fn add(&mut self, base: &Opened, arm: &Opened) {
        for ((column, _, counted), values) in OUTCOMES.into_iter().zip(&mut self.values) {
            for (there, values) in [true, false].into_iter().zip(values) {
                let of = |world: &Opened, days: (u32, u32)| {
                    let people = world.by_key("place", "places", "citizens");
                    let found = world.by_key("place", "places", column);
                    let (mut sum, mut citizens) = (0.0, 0.0);
                    for ((place, found), (_, people)) in found.iter().zip(&people) {
                        if self.places.contains(place) == there {
                            for day in days.0 as usize - 1..days.1 as usize {
                                citizens += people[day];
                                // Nobody's mood is no number.
                                sum += match () {
                                    () if counted => 100.0 * found[day],
                                    () if people[day] > 0.0 => found[day] * people[day],
                                    () => 0.0,
                                };
                            }
                        }
                    }
                    sum / citizens
                };
                values[0].push(of(arm, self.before));
                values[1].push(of(arm, self.after));
                values[2].push(of(base, self.after));
            }
        }
    }

    /// What came of it.
    pub fn told(self) -> Pilot {
        let outcomes = OUTCOMES.into_iter().zip(self.values).map(|((column, words, _), [there, elsewhere])| {
            let change = |of: &[Vec<f64>; 3]| of[1].iter().zip(&of[0]).map(|(after, before)| after - before).collect();
            let (here, others): (Vec<f64>, Vec<f64>) = (change(&there), change(&elsewhere));
            let seen: Vec<f64> = here.iter().zip(&others).map(|(here, others)| here - others).collect();
            let real = there[1].iter().zip(&there[2]).map(|(arm, base)| arm - base);
            let error: Vec<f64> = seen.iter().zip(real).map(|(seen, real)| seen - real).collect();
            let none = vec![0.0; seen.len()];
            PilotOutcome {
                column,
                words,
                seen: Difference::between(&none, &seen, None),
                real: Difference::between(&there[2], &there[1], None),
                elsewhere: Difference::between(&elsewhere[2], &elsewhere[1], None),
                error: Difference::between(&none, &error, None),
                values: [there, elsewhere],
            }
        });
        Pilot { outcomes: outcomes.collect(), places: self.places, before: self.before, after: self.after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There it falls from 10 to 4 where it would have risen to 11; elsewhere it rises from 5 to 9 where it would be 6.
    #[test]
    fn a_pilot_by_hand() {
        let there = [vec![10.0, 10.0], vec![4.0, 4.0], vec![11.0, 11.0]];
        let elsewhere = [vec![5.0, 5.0], vec![9.0, 9.0], vec![6.0, 6.0]];
        let mut values: Vec<[[Vec<f64>; 3]; 2]> = OUTCOMES.map(|_| [there.clone(), elsewhere.clone()]).into();
        values.truncate(1);
        let told = Pilots { places: vec!["harbour".into()], before: (1, 5), after: (6, 10), values }.told();
        let one = &told.outcomes[0];
        assert_eq!((one.seen.mean, one.real.mean, one.elsewhere.mean, one.error.mean), (-10.0, -7.0, 3.0, -3.0));
    }
}
