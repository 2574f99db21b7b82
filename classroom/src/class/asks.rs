//! What a seat is asked in a world: the decisions of its role with their options and levers, and which answers go together.

use std::collections::BTreeMap;

use contraband_sim::base::units::Value as LeverValue;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::roles::{Decision, Form, Where};
use crate::glossary::{good_name, proper_name};
use crate::seat::SeatCard;

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// The key of an option.
    Option(String),
}

/// A decision as one seat is asked for it: every option with the levers it sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ask {
    /// Key of the decision, as answers name it.
    pub key: &'static str,
    /// The question, for people.
    pub question: &'static str,
    /// A sentence below the question: what to consider.
    pub help: &'static str,
    /// The possible answers.
    #[serde(flatten)]
    pub kind: AskKind,
    /// The answer that counts as long as nobody has given one.
    pub usual: Answer,
    /// Names of the places where its levers are set; everywhere if there are none.
    #[serde(skip)]
    pub places: Vec<String>,
}

/// The possible answers to a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AskKind {
    /// One of some options.
    Choice {
        /// The options, in the order in which they are shown.
        options: Vec<Choice>,
    },
    /// A number, to which a lever is set.
    Slider {
        /// Path of the lever.
        #[serde(skip)]
        path: String,
        /// The smallest number allowed.
        from: f64,
        /// The largest number allowed.
        to: f64,
        /// Step of the slider.
        step: f64,
        /// Unit in words.
        unit: &'static str,
    },
    /// Yes or no, to which a lever is set.
    Flag {
        /// Path of the lever.
        #[serde(skip)]
        path: String,
    },
}

/// An option, and the levers that it sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Key of the option, as answers name it.
    pub key: String,
    /// The option in words.
    pub words: String,
    /// The levers it sets: paths and values.
    #[serde(skip)]
    pub set: Vec<(String, String)>,
}

/// A key of a file as people read it: `old_town` is "old town".
pub fn spoken(key: &str) -> String {
    key.replace('_', " ")
}

/// The levers, with their values, that tell the model that somebody steers this seat.
pub fn held(seat: &SeatCard) -> Vec<(String, String)> {
    let put = |text: &str| text.replace("{actor}", &seat.actor);
    seat.role.about().held.iter().map(|(path, value)| (put(path), put(value))).collect()
}

/// What a seat is asked each round in this world.
///
/// # Errors
/// When the seat names a decision that its role does not have, or the world has no such actor.
pub fn asks(seat: &SeatCard, world: &Scenario) -> Result<Vec<Ask>, String> {
    let about = seat.role.about();
    let known: Vec<&str> = about.decisions.iter().map(|decision| decision.key).collect();
    let keys: Vec<&str> = if seat.ask.is_empty() {
        known.iter().copied().take(5).collect()
    } else {
        seat.ask.iter().map(String::as_str).collect()
    };
    let asked = keys
        .into_iter()
        .map(|key| {
            let decision = about.decisions.iter().find(|decision| decision.key == key).ok_or_else(|| {
                format!("{}: the role {} has no decision `{key}`; it has {}", seat.title, about.name, known.join(", "))
            })?;
            decision.asked_of(seat, world)
        })
        .collect::<Result<Vec<_>, String>>()?;
    // A number or a flag always sets its lever: with another question about the same lever no answers would go together.
    for (at, ask) in asked.iter().enumerate() {
        let (AskKind::Slider { path, .. } | AskKind::Flag { path }) = &ask.kind else { continue };
        let sets = |other: &Ask| other.ways().any(|(_, set)| set.iter().any(|(set, _)| set == path));
        let mut others = asked.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        if let Some(other) = others.find(|other| sets(other)) {
            return Err(format!(
                "{}: `{}` and `{}` set one lever, `{path}`: ask one of the two",
                seat.title, ask.key, other.key
            ));
        }
    }
    Ok(asked)
}

/// Two questions of one seat with answers that exclude each other: each of them sets a lever to something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// Keys of the two questions.
    pub keys: [&'static str; 2],
    /// Keys of an option of the first question and of one of the second that cannot be chosen together.
    pub pairs: Vec<[String; 2]>,
}

/// Which answers to these questions exclude each other.
pub fn clashes(asks: &[Ask]) -> Vec<Clash> {
    let mut found = Vec::new();
    for (at, one) in asks.iter().enumerate() {
        for other in &asks[at + 1..] {
            if one.places != other.places {
                continue;
            }
            let mut pairs = Vec::new();
            for (first, set) in one.ways() {
                for (second, others) in other.ways() {
                    let apart = |(path, to): &(String, String)| {
                        others.iter().any(|(known, value)| known == path && value != to)
                    };
                    if set.iter().any(apart) {
                        pairs.push([first.to_owned(), second.to_owned()]);
                    }
                }
            }
            if !pairs.is_empty() {
                found.push(Clash { keys: [one.key, other.key], pairs });
            }
        }
    }
    found
}

/// The first two of these answers that exclude each other: their questions, and a sentence that says so. `None` where all go
/// together.
pub fn contradiction(asks: &[Ask], answers: &BTreeMap<String, Answer>) -> Option<([&'static str; 2], String)> {
    let chosen = |key: &str| match answers.get(key) {
        Some(Answer::Option(option)) => Some(option),
        _ => None,
    };
    clashes(asks).into_iter().find_map(|Clash { keys, pairs }| {
        let [one, other] = keys.map(chosen);
        let (one, other) = (one?, other?);
        pairs.iter().any(|[first, second]| first == one && second == other).then(|| {
            let said = keys.map(|key| {
                let ask = asks.iter().find(|ask| ask.key == key);
                ask.map_or_else(String::new, |ask| format!("“{} {}”", ask.question, ask.words(&answers[key])))
            });
            (keys, format!("{} and {} exclude each other: change one of the two", said[0], said[1]))
        })
    })
}

impl Decision {
    fn asked_of(&self, seat: &SeatCard, world: &Scenario) -> Result<Ask, String> {
        let put = |text: &str| text.replace("{actor}", &seat.actor);
        let get = |path: &str| world.get(path).map_err(|error| format!("{}: {error}", seat.title));
        let set_to = |path: String, to: &str| -> Result<(String, String), String> {
            match (to.strip_prefix('*'), get(&path)?) {
                (Some(factor), LeverValue::Number(number)) => {
                    let factor: f64 = factor.parse().expect("the tables of roles hold numbers");
                    Ok((path, (number * factor).to_string()))
                }
                _ => Ok((path, to.to_owned())),
            }
        };
        let mandate: Vec<String> = world
            .params
            .agencies
            .iter()
            .find(|agency| agency.name == seat.actor)
            .map_or_else(Vec::new, |agency| agency.places.clone());
        let places = match self.at {
            Where::Everywhere => Vec::new(),
            Where::Here => vec![seat.actor.clone()],
            Where::Mandate => mandate.clone(),
        };
        let numbered = |path: &str, any: &str, names: &mut dyn Iterator<Item = (usize, &str)>| {
            let mut options = vec![Choice { key: "0".into(), words: any.into(), set: vec![(put(path), "0".into())] }];
            options.extend(names.map(|(at, name)| {
                let key = (at + 1).to_string();
                Choice { key: key.clone(), words: proper_name(name), set: vec![(put(path), key)] }
            }));
            AskKind::Choice { options }
        };
        let (kind, usual) = match &self.kind {
            Form::Ways(ways) => {
                let mut options = Vec::new();
                for (key, words, set) in *ways {
                    let set = set.iter().map(|(path, to)| set_to(put(path), to)).collect::<Result<_, _>>()?;
                    options.push(Choice { key: (*key).into(), words: (*words).into(), set });
                }
                (AskKind::Choice { options }, Answer::Option(ways[0].0.into()))
            }
            Form::Good { path, to, none } => {
                let mut options = Vec::new();
                if let Some(words) = none {
                    options.push(Choice { key: "none".into(), words: (*words).into(), set: Vec::new() });
                }
                for good in Good::ALL {
                    let [path, to] = [put(path), put(to)].map(|text| text.replace("{answer}", good.word()));
                    let set = vec![set_to(path, &to)?];
                    options.push(Choice { key: good.word().into(), words: good_name(*good), set });
                }
                let usual = if none.is_some() { "none".into() } else { get(&put(path))?.to_string() };
                (AskKind::Choice { options }, Answer::Option(usual))
            }
            Form::Venue { path } => {
                let names = world.params.venues.iter().map(|venue| venue.name.as_str());
                let usual = Answer::Option(get(&put(path))?.to_string());
                (numbered(path, "Wherever it pays best", &mut names.enumerate()), usual)
            }
            Form::Beat { path } => {
                let names = world.params.places.iter().map(|place| place.name.as_str()).enumerate();
                let mut beat = names.filter(|(_, name)| mandate.is_empty() || mandate.iter().any(|own| own == name));
                let usual = Answer::Option(get(&put(path))?.to_string());
                (numbered(path, "Everywhere equally", &mut beat), usual)
            }
            Form::Slider { path, from, to, step, unit } => {
                let path = put(path);
                let usual = match get(&path)? {
                    LeverValue::Number(number) => Answer::Number(number),
                    other => return Err(format!("{}: `{path}` is {other}, not a number", seat.title)),
                };
                (AskKind::Slider { path, from: *from, to: *to, step: *step, unit }, usual)
            }
            Form::Flag { path } => {
                let path = put(path);
                let usual = match get(&path)? {
                    LeverValue::Flag(flag) => Answer::Flag(flag),
                    other => return Err(format!("{}: `{path}` is {other}, not yes or no", seat.title)),
                };
                (AskKind::Flag { path }, usual)
            }
        };
        Ok(Ask { key: self.key, question: self.question, help: self.help, kind, usual, places })
    }
}

impl Ask {
    /// Keys of its options, each with the levers that it sets; none where it is not a choice.
    fn ways(&self) -> impl Iterator<Item = (&str, &[(String, String)])> {
        let options = if let AskKind::Choice { options } = &self.kind { options.as_slice() } else { &[] };
        options.iter().map(|option| (option.key.as_str(), option.set.as_slice()))
    }

    /// The levers that an answer sets: paths and values.
    ///
    /// # Errors
    /// When it does not answer this question: a sentence that says which answers do.
    pub fn orders(&self, answer: &Answer) -> Result<Vec<(String, String)>, String> {
        match (&self.kind, answer) {
            (AskKind::Choice { options }, Answer::Option(key)) => {
                let chosen = options.iter().find(|option| option.key == *key).ok_or_else(|| {
                    let keys: Vec<&str> = options.iter().map(|option| option.key.as_str()).collect();
                    format!("`{}` has no option `{key}`; it has {}", self.key, keys.join(", "))
                })?;
                Ok(chosen.set.clone())
            }
            (AskKind::Slider { path, from, to, .. }, Answer::Number(number)) => {
                if (*from..=*to).contains(number) {
                    Ok(vec![(path.clone(), number.to_string())])
                } else {
                    Err(format!("`{}` takes a number from {from} to {to}", self.key))
                }
            }
            (AskKind::Flag { path }, Answer::Flag(flag)) => Ok(vec![(path.clone(), flag.to_string())]),
            (kind, _) => Err(format!(
                "`{}` takes {} as its answer",
                self.key,
                match kind {
                    AskKind::Choice { .. } => "the key of an option",
                    AskKind::Slider { .. } => "a number",
                    AskKind::Flag { .. } => "true or false",
                }
            )),
        }
    }

    /// An answer in words.
    pub fn words(&self, answer: &Answer) -> String {
        match (&self.kind, answer) {
            (AskKind::Choice { options }, Answer::Option(key)) => options
                .iter()
                .find(|option| option.key == *key)
                .map_or_else(|| spoken(key), |option| option.words.clone()),
            // A share of something is said in per cent, as the pages say it.
            (AskKind::Slider { from, to, unit, .. }, Answer::Number(number))
                if *from >= 0.0 && *to <= 1.0 && unit.starts_with("of ") =>
            {
                format!("{:.0} % {unit}", number * 100.0)
            }
            (AskKind::Slider { unit, .. }, Answer::Number(number)) => format!("{number} {unit}"),
            (_, Answer::Flag(true)) => "yes".into(),
            (_, Answer::Flag(false)) => "no".into(),
            (_, Answer::Number(number)) => number.to_string(),
            (_, Answer::Option(key)) => spoken(key),
        }
    }
}
