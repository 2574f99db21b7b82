//! Lessons: what a class plays, asks and looks at, as data. Each is a file in `lessons/` that is part of the program, and is
//! known by its bare name.

use std::collections::BTreeMap;

use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::levers::closest_name;
use ron::extensions::Extensions;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::plan::{Intervention, planned};
use crate::seat::{Measure, Role, SeatCard};

/// A lesson file that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedLesson {
    /// Bare name, as after `--lesson`.
    pub name: &'static str,
    /// The file's text, in RON.
    pub text: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(EmbeddedLesson { name: $name, text: include_str!(concat!("../lessons/", $name, ".ron")) }),*]
    };
}

/// The lessons that come with the program, in the order of their numbers.
pub const LESSONS: &[EmbeddedLesson] = embedded![
    "plenty",
    "prohibition_dilemma",
    "masks",
    "squeeze",
    "release_valve",
    "no_takebacks",
    "brilliant_stranger",
    "made_by_hand",
    "front_row",
];

/// Titles and cards of seats, for lessons that leave them out.
const CAST: &str = include_str!("../lessons/cast.ron");

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its number, from 1: the order in which lessons are listed.
    pub number: u32,
    /// Its title, a few words.
    pub title: String,
    /// The question it asks.
    pub question: String,
    /// What everyone can do or say afterwards.
    pub aims: Vec<String>,
    /// Keys of the words in the glossary that it uses.
    pub words: Vec<String>,
    /// The question that everyone answers before anything is played.
    pub before: Before,
    /// Bare name of the scenario that is played.
    pub scenario: String,
    /// Levers of that scenario that are set from the start, with values as after `--set PATH=`.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// Changes that happen whatever the class does.
    #[serde(default)]
    pub happens: Vec<Intervention>,
    /// Worlds with other assumptions, in which the debrief can run the class's decisions again.
    #[serde(default)]
    pub other_worlds: Vec<OtherWorld>,
    /// Seed: with the same decisions, every class sees the same.
    pub seed: u64,
    /// Days that are run before the first round, without anyone's orders.
    #[serde(default = "settled")]
    pub past: u32,
    /// Number of rounds.
    pub rounds: u32,
    /// Days in a round.
    #[serde(default = "month")]
    pub days: u32,
    /// Seats of single actors, in the order in which they are filled.
    pub seats: Vec<SeatCard>,
    /// What matters to each role in this lesson: a last line on its cards.
    #[serde(default)]
    pub today: BTreeMap<Role, String>,
    /// Number of members of parliament, who come in when all seats are taken; everyone after them joins the newsroom.
    #[serde(default)]
    pub benches: u32,
    /// The card of members of parliament.
    #[serde(default)]
    pub parliament: String,
    /// The card of the newsroom.
    #[serde(default)]
    pub newsroom: String,
    /// The laws that parliament chooses from, round by round; the last list serves all later rounds.
    #[serde(default)]
    pub laws: Vec<Vec<LawCard>>,
    /// The numbers that everyone looks at after each round; the newsroom predicts whether the first will rise.
    pub measures: Vec<Measure>,
    /// Whether people see their rank among those with the same role.
    #[serde(default)]
    pub ranked: bool,
    /// What to do in the rounds, in sentences for the class.
    pub play: Vec<String>,
    /// What to look at in the results.
    pub look: Vec<String>,
    /// Questions to discuss.
    pub discuss: Vec<String>,
    /// The timetable: minutes, and what is done in them; 45 minutes in all.
    #[serde(default)]
    pub minutes: Vec<(u32, String)>,
    /// Tasks of the worksheet, each with the number of lines to write on.
    #[serde(default)]
    pub worksheet: Vec<(String, u32)>,
    /// For the teacher: the point, what to expect, what does not always happen.
    pub notes: Vec<String>,
    /// What comes out; a test runs and checks each.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// Tasks for one person at home.
    pub homework: Vec<String>,
}

const fn settled() -> u32 {
    60
}

const fn month() -> u32 {
    30
}

/// A question before the lesson, with answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// The question.
    pub question: String,
    /// The answers to choose from.
    pub answers: Vec<String>,
}

/// A law that parliament can pass. It applies from the round in which it is passed, until another law changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawCard {
    /// Its title, a few words.
    pub title: String,
    /// What it does, in a sentence.
    pub text: String,
    /// The levers it sets, with values as after `--set PATH=`; none for a law that leaves things as they are.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// Names of the places where it applies; everywhere if there are none.
    #[serde(default)]
    pub places: Vec<String>,
}

/// The world of the lesson with other assumptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherWorld {
    /// What it assumes, as a title.
    pub title: String,
    /// Levers that are set from the start, with values as after `--set PATH=`.
    pub set: Vec<(String, String)>,
}

/// An outcome that the lesson states: two worlds with the same seeds, and what must be true of their difference. Both are the
/// town of the lesson, without the changes in `happens`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The outcome in a sentence.
    pub text: String,
    /// Changes in the first world, the base.
    #[serde(default)]
    pub base: Vec<Intervention>,
    /// Changes in the second world.
    #[serde(default)]
    pub arm: Vec<Intervention>,
    /// Title of a law of the lesson that applies in the second world from the first round on.
    #[serde(default)]
    pub law: Option<String>,
    /// What is measured, written like metrics of studies.
    pub metric: String,
    /// What must be true of the difference, second world minus first.
    pub must: Must,
}

/// What must be true of a paired difference, with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// The whole interval lies above zero.
    Rise,
    /// The whole interval lies below zero.
    Fall,
    /// The whole interval lies between these two shares of the base's mean; 0.5 is half of it, -1 all of it downwards.
    Within(f64, f64),
}

/// The lesson of this bare name.
///
/// # Errors
/// When there is none, or its file is wrong.
pub fn lesson(name: &str) -> Result<Lesson, String> {
    let known = LESSONS.iter().find(|known| known.name == name).ok_or_else(|| {
        let closest = closest_name(name, LESSONS.iter().map(|known| known.name));
        let closest = closest.map(|closest| format!("; the closest is `{closest}`")).unwrap_or_default();
        let all: Vec<&str> = LESSONS.iter().map(|known| known.name).collect();
        format!("there is no lesson `{name}`{closest}; there are: {}", all.join(", "))
    })?;
    let wrong = |file: &str, error| format!("lessons/{file}.ron:{error}");
    let mut lesson: Lesson = parsed(known.text).map_err(|error| wrong(name, error))?;
    let cast: Vec<SeatCard> = parsed(CAST).map_err(|error| wrong("cast", error))?;
    for seat in &mut lesson.seats {
        if let Some(known) = cast.iter().find(|known| (known.role, &known.actor) == (seat.role, &seat.actor)) {
            for (own, theirs) in [(&mut seat.title, &known.title), (&mut seat.card, &known.card)] {
                if own.is_empty() {
                    own.clone_from(theirs);
                }
            }
        }
        if let Some(today) = lesson.today.get(&seat.role) {
            seat.card = format!("{} {today}", seat.card);
        }
    }
    Ok(lesson)
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, ron::error::SpannedError> {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME).from_str(text)
}

/// A lesson for tests: three agencies in the default world, and parliament.
#[cfg(test)]
pub fn small() -> Lesson {
    parsed(include_str!("../tests/small.ron")).expect("a lesson")
}

impl Lesson {
    /// The first and the last day of a round, which counts from 1.
    pub const fn window(&self, round: u32) -> (u32, u32) {
        let first = self.past + (round - 1) * self.days + 1;
        (first, first + self.days - 1)
    }

    /// The laws that parliament chooses from in a round, which counts from 1.
    pub fn laws_of(&self, round: u32) -> &[LawCard] {
        let at = (round as usize).saturating_sub(1).min(self.laws.len().saturating_sub(1));
        self.laws.get(at).map_or(&[], Vec::as_slice)
    }

    /// The world of the lesson with this seed, without any decisions.
    ///
    /// # Errors
    /// Everything that is wrong with it, in sentences.
    pub fn world(&self, seed: u64) -> Result<Scenario, Vec<String>> {
        self.changed(seed, &self.happens)
    }

    /// The two worlds of an outcome, the base first.
    ///
    /// # Errors
    /// Everything that is wrong with them, in sentences.
    pub fn compared(&self, outcome: &Outcome, seed: u64) -> Result<[Scenario; 2], Vec<String>> {
        let mut arm = outcome.arm.clone();
        if let Some(title) = &outcome.law {
            let law = self.laws.iter().flatten().find(|law| law.title == *title);
            let law = law.ok_or_else(|| vec![format!("the lesson has no law `{title}`")])?;
            arm.extend(law.set.iter().map(|(path, value)| Intervention {
                day: self.window(1).0,
                until: None,
                ramp: 0,
                places: law.places.clone(),
                path: path.clone(),
                value: value.clone(),
            }));
        }
        Ok([self.changed(seed, &outcome.base)?, self.changed(seed, &arm)?])
    }

    /// The town of the lesson with these changes.
    fn changed(&self, seed: u64, changes: &[Intervention]) -> Result<Scenario, Vec<String>> {
        let set = self.set.iter().map(|(path, value)| Intervention {
            day: 0,
            until: None,
            ramp: 0,
            places: Vec::new(),
            path: path.clone(),
            value: value.clone(),
        });
        let mut scenario =
            planned(&self.scenario, Some(seed), &set.chain(changes.iter().cloned()).collect::<Vec<_>>())?;
        scenario.days = self.window(self.rounds).1;
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use contraband_lab::measure::expression::parse;

    use super::*;
    use crate::class::asks::{Answer, AskKind, asks};

    fn all() -> impl Iterator<Item = (&'static str, Lesson)> {
        LESSONS.iter().map(|known| (known.name, lesson(known.name).unwrap_or_else(|wrong| panic!("{wrong}"))))
    }

    #[test]
    fn lessons_can_be_played() {
        for (at, (name, lesson)) in all().enumerate() {
            assert_eq!(lesson.number as usize, at + 1, "{name}");
            let world = lesson.world(lesson.seed).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
            assert!(
                world.days > lesson.past && !lesson.measures.is_empty() && lesson.before.answers.len() > 1,
                "{name}"
            );
            for seat in &lesson.seats {
                let asks = asks(seat, &world).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
                assert!((2..=5).contains(&asks.len()), "{name}: {} is asked {} things", seat.title, asks.len());
                for ask in &asks {
                    ask.orders(&ask.usual).unwrap_or_else(|wrong| panic!("{name}, {}: {wrong}", seat.title));
                    let mut answers = vec![ask.usual.clone()];
                    match &ask.kind {
                        AskKind::Choice { options } => {
                            answers.extend(options.iter().map(|option| Answer::Option(option.key.clone())));
                        }
                        AskKind::Slider { from, to, .. } => answers.extend([from, to].map(|end| Answer::Number(*end))),
                        AskKind::Flag { .. } => answers.extend([true, false].map(Answer::Flag)),
                    }
                    for answer in answers {
                        for (path, value) in ask.orders(&answer).expect("an answer") {
                            let set = world.clone().set(&path, &value);
                            assert!(set.is_ok(), "{name}, {}: {set:?}", seat.title);
                        }
                    }
                }
            }
            let aims = lesson.seats.iter().flat_map(|seat| {
                let own = seat.role.about().numbers.iter().map(|number| number.1);
                let all: Vec<String> = own
                    .chain(seat.aim.as_ref().map(|aim| &*aim.metric))
                    .map(|text| text.replace("{actor}", &seat.actor))
                    .collect();
                all
            });
            for metric in lesson.measures.iter().map(|measure| measure.metric.clone()).chain(aims) {
                assert!(parse(&metric).is_ok(), "{name}: {metric}: {:?}", parse(&metric));
            }
        }
    }

    #[test]
    fn a_lesson_that_is_not_there_is_said_with_those_that_are() {
        assert!(lesson("prohibition_dilema").unwrap_err().contains("the closest is `prohibition_dilemma`"));
    }
}
