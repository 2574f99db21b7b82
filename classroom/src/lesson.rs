//! Lessons: what a class plays, asks and looks at, as data. Each is one file in `lessons/`, part of the program, and known
//! by its bare name.

use contraband_sim::scenario::{Scenario, closest_name};
use ron::extensions::Extensions;
use serde::{Deserialize, Serialize};

use crate::class::roles::Role;
use crate::plan::{Intervention, planned};

/// A lesson file that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// Bare name, as after `--lesson`.
    pub name: &'static str,
    /// Its text, in RON.
    pub text: &'static str,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(Embedded { name: $name, text: include_str!(concat!("../lessons/", $name, ".ron")) }),*]
    };
}

/// The lessons that come with the program, in the order of their numbers.
pub const LESSONS: &[Embedded] = embedded!["prohibition_dilemma"];

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its number, from 1: the order in which lessons are listed.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// The question it asks.
    pub question: String,
    /// What the class can do or say afterwards.
    pub aims: Vec<String>,
    /// Words that the glossary explains, by their keys.
    pub words: Vec<String>,
    /// What everybody is asked before anything is played.
    pub before: Before,
    /// Bare name of the scenario that is played.
    pub scenario: String,
    /// Levers of that scenario that are set from the start, with values as after `--set PATH=`.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// What happens whatever the class does.
    #[serde(default)]
    pub happens: Vec<Intervention>,
    /// Worlds of other assumptions, in which the debrief can live the class's decisions again.
    #[serde(default)]
    pub other_worlds: Vec<OtherWorld>,
    /// Seed: with the same decisions every class sees the same.
    pub seed: u64,
    /// Days lived before the first round, with nobody's orders.
    #[serde(default = "settled")]
    pub past: u32,
    /// Rounds of decisions.
    pub rounds: u32,
    /// Days a round.
    #[serde(default = "month")]
    pub days: u32,
    /// Seats of single actors, in the order in which they are filled.
    pub seats: Vec<SeatCard>,
    /// Members of parliament, who sit when all seats are taken; whoever comes after them is of the newsroom.
    #[serde(default)]
    pub benches: u32,
    /// What parliament is told.
    #[serde(default)]
    pub parliament: String,
    /// What the newsroom is told.
    #[serde(default)]
    pub newsroom: String,
    /// The laws that parliament chooses among, round by round; the last list serves all later rounds.
    #[serde(default)]
    pub laws: Vec<Vec<LawCard>>,
    /// What everybody looks at after each round; the newsroom foretells whether the first will rise.
    pub measures: Vec<Measure>,
    /// Whether people see their rank among those with the same role.
    #[serde(default)]
    pub ranked: bool,
    /// What is done in the rounds, in sentences for the class.
    pub play: Vec<String>,
    /// What to look at.
    pub look: Vec<String>,
    /// What to talk about.
    pub discuss: Vec<String>,
    /// For the teacher: minute plan, what to expect, what does not always happen.
    pub notes: Vec<String>,
    /// What comes out, each checked by a test that runs it.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// The lesson for one person at home.
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
    /// Its answers.
    pub answers: Vec<String>,
}

/// A seat: one actor of the scenario whom somebody in the class steers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatCard {
    /// What kind of actor it is.
    pub role: Role,
    /// Its name in the scenario: of a house, an agency or a provider, or of the place for councils and blocs.
    pub actor: String,
    /// What people call it.
    pub title: String,
    /// The briefing card.
    pub card: String,
    /// Keys of the decisions it is asked for, two to five; the role's own choice without any.
    #[serde(default)]
    pub ask: Vec<String>,
    /// What it is after; the role's own aim without one.
    #[serde(default)]
    pub aim: Option<Measure>,
}

/// A law that parliament can pass. It holds from the round in which it is passed, until another says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawCard {
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The levers it sets, with values as after `--set PATH=`; none for a law that leaves things as they are.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// Names of the places where it holds; everywhere without any.
    #[serde(default)]
    pub places: Vec<String>,
}

/// The world of the lesson under other assumptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherWorld {
    /// What it assumes.
    pub title: String,
    /// Levers that are set from the start, with values as after `--set PATH=`.
    pub set: Vec<(String, String)>,
}

/// Something that is counted in each round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What it is called.
    pub text: String,
    /// How it is read off the tables of the round's days, as metrics of studies are; `{actor}` stands for the seat's actor.
    pub metric: String,
    /// Its unit in words.
    pub unit: String,
    /// Which way is good, if any.
    #[serde(default)]
    pub better: Better,
}

/// Which way of a number is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    More,
    /// Less is better.
    Less,
    /// Nobody says.
    #[default]
    Neither,
}

/// Something that comes out: two worlds with the same seeds, and what must hold of their difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// It in a sentence.
    pub text: String,
    /// Changes in the world that is compared with.
    #[serde(default)]
    pub base: Vec<Intervention>,
    /// Changes in the other.
    #[serde(default)]
    pub arm: Vec<Intervention>,
    /// What is measured, as metrics of studies are.
    pub metric: String,
    /// What must hold of it.
    pub must: Must,
}

/// What must hold of a paired difference, with its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// The whole interval lies above zero.
    Rise,
    /// The whole interval lies below zero.
    Fall,
    /// The whole interval lies between these shares of the base.
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
        format!("no lesson is named `{name}`{closest}; there are: {}", all.join(", "))
    })?;
    read(known.text).map_err(|error| format!("lessons/{name}.ron:{error}"))
}

fn read(text: &str) -> Result<Lesson, ron::error::SpannedError> {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME).from_str(text)
}

/// A lesson for tests: three agencies in the default world, and parliament.
#[cfg(test)]
pub fn small() -> Lesson {
    read(include_str!("../tests/small.ron")).expect("a lesson")
}

impl Lesson {
    /// The first and the last day of a round, the first of which is 1.
    pub const fn window(&self, round: u32) -> (u32, u32) {
        let first = self.past + (round - 1) * self.days + 1;
        (first, first + self.days - 1)
    }

    /// The laws that parliament chooses among in a round, the first of which is 1.
    pub fn laws_of(&self, round: u32) -> &[LawCard] {
        let at = (round as usize - 1).min(self.laws.len().saturating_sub(1));
        self.laws.get(at).map_or(&[], Vec::as_slice)
    }

    /// The world of the lesson when nobody steers it.
    ///
    /// # Errors
    /// Everything that is wrong with it, in sentences.
    pub fn world(&self, seed: u64) -> Result<Scenario, Vec<String>> {
        let set = self.set.iter().map(|(path, value)| Intervention {
            day: 0,
            until: None,
            ramp: 0,
            places: Vec::new(),
            path: path.clone(),
            value: value.clone(),
        });
        let changes: Vec<Intervention> = set.chain(self.happens.iter().cloned()).collect();
        let mut scenario = planned(&self.scenario, Some(seed), &changes)?;
        scenario.days = self.window(self.rounds).1;
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use contraband_sim::measure::expression::parse;

    use super::*;
    use crate::class::roles::{Answer, AskKind, asks};

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
