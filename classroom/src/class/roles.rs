//! Roles: what the person in a seat can decide, and which levers each answer sets. An actor that gets no orders decides for
//! itself, by the model's own rules.

use std::collections::BTreeMap;

use contraband_sim::base::units::Value as LeverValue;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use crate::glossary::{good_name, proper_name};
use crate::seat::{Better, Role, SeatCard};

/// A role's decisions and numbers. In paths and metrics `{actor}` stands for the seat's actor.
pub struct RoleSheet {
    /// The role that this describes.
    pub role: Role,
    /// Its name on pages, cards and in `decisions.csv`.
    pub name: &'static str,
    /// Levers that tell the model that somebody steers this actor, with their values.
    held: Set,
    /// The decisions that can be asked; a lesson that names none asks the first five.
    decisions: &'static [Decision],
    /// What is measured of it each round: text, metric, unit in words, and which way is good. The first is its aim.
    pub numbers: &'static [(&'static str, &'static str, &'static str, Better)],
}

/// A decision that can be asked for each round.
struct Decision {
    key: &'static str,
    question: &'static str,
    help: &'static str,
    at: Where,
    kind: Form,
}

/// In which places the levers of a decision are set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// In no place in particular: the lever belongs to one actor.
    Everywhere,
    /// In the place that the seat is named after.
    Here,
    /// In the places that the agency polices.
    Mandate,
}

/// Lever paths and values.
type Set = &'static [(&'static str, &'static str)];

enum Form {
    /// One of some options, each of which sets levers; the first leaves everything as usual. A value such as `*2` doubles what
    /// the scenario says.
    Ways(&'static [(&'static str, &'static str, Set)]),
    /// A good, for which `{answer}` stands in the path. With `none`, no good can be chosen too, under these words, and that is
    /// the usual answer.
    Good { path: &'static str, to: &'static str, none: Option<&'static str> },
    /// A venue by its number from 1, or 0 for any.
    Venue { path: &'static str },
    /// A place that the agency polices, by its number from 1, or 0 for all.
    Beat { path: &'static str },
    /// A number between `from` and `to`.
    Slider { path: &'static str, from: f64, to: f64, step: f64, unit: &'static str },
    /// Yes or no.
    Flag { path: &'static str },
}

const HOUSE: RoleSheet = RoleSheet {
    role: Role::House,
    name: "Gang",
    held: &[("houses.{actor}.directed", "true")],
    decisions: &[
        Decision {
            key: "good",
            question: "What do you sell?",
            help: "Your stalls switch as soon as they can.",
            at: Where::Everywhere,
            kind: Form::Good { path: "houses.{actor}.good", to: "{answer}", none: None },
        },
        Decision {
            key: "venue",
            question: "Where do you sell?",
            help: "Buyers go to markets they trust. Officers go where they find cases.",
            at: Where::Everywhere,
            kind: Form::Venue { path: "houses.{actor}.venue" },
        },
        Decision {
            key: "markup",
            question: "How much do you charge?",
            help: "Your price, as a multiple of what one item costs you.",
            at: Where::Everywhere,
            kind: Form::Slider { path: "houses.{actor}.markup", from: 1.1, to: 6.0, step: 0.1, unit: "times the cost" },
        },
        Decision {
            key: "deal",
            question: "What do buyers get?",
            help: "Better goods cost more to make. A cheated buyer tells others.",
            at: Where::Everywhere,
            kind: Form::Ways(&[
                ("usual", "The usual quality", &[]),
                ("best", "The best there is", &[("houses.{actor}.quality", "0.95")]),
                ("cheap", "The cheapest thing that works", &[("houses.{actor}.quality", "0.3")]),
                ("cheat", "Often nothing: we keep the money", &[("houses.{actor}.cheats", "true")]),
            ]),
        },
        Decision {
            key: "cover",
            question: "How careful are you?",
            help: "Hiding costs you sales and bribes cost you money. Neither always works.",
            at: Where::Everywhere,
            kind: Form::Ways(&[
                ("usual", "Open to everyone", &[]),
                ("guarded", "Hidden", &[("houses.{actor}.guarded", "true")]),
                ("bribes", "Open, and ready to bribe", &[("houses.{actor}.bribes", "0.8")]),
                (
                    "both",
                    "Hidden, and ready to bribe",
                    &[("houses.{actor}.guarded", "true"), ("houses.{actor}.bribes", "0.8")],
                ),
            ]),
        },
        Decision {
            key: "quality",
            question: "How good is what you sell?",
            help: "Better items cost you more.",
            at: Where::Everywhere,
            kind: Form::Slider {
                path: "houses.{actor}.quality",
                from: 0.0,
                to: 1.0,
                step: 0.05,
                unit: "of full quality",
            },
        },
        Decision {
            key: "guarded",
            question: "Do you hide?",
            help: "If you hide, both officers and buyers find you less often.",
            at: Where::Everywhere,
            kind: Form::Flag { path: "houses.{actor}.guarded" },
        },
        Decision {
            key: "cheats",
            question: "Do you cheat?",
            help: "It pays at once, and ruins your reputation.",
            at: Where::Everywhere,
            kind: Form::Flag { path: "houses.{actor}.cheats" },
        },
        Decision {
            key: "bribes",
            question: "How often do you offer a bribe?",
            help: "An officer who takes it drops the case. If it comes out, there is a scandal.",
            at: Where::Everywhere,
            kind: Form::Slider { path: "houses.{actor}.bribes", from: 0.0, to: 1.0, step: 0.1, unit: "of cases" },
        },
    ],
    numbers: &[
        ("Profit", "sum(houses.profit, house = {actor})", "credits", Better::More),
        ("Sales", "sum(houses.sales, house = {actor})", "sales", Better::More),
        ("Cases against you", "sum(houses.cases, house = {actor})", "cases", Better::Less),
        ("Capital", "last(houses.capital, house = {actor})", "credits", Better::More),
    ],
};

const AGENCY: RoleSheet = RoleSheet {
    role: Role::Agency,
    name: "Agency",
    held: &[],
    decisions: &[
        Decision {
            key: "target_good",
            question: "Which goods do you target?",
            help: "Officers who look for one good do not look for another.",
            at: Where::Everywhere,
            kind: Form::Good {
                path: "agencies.{actor}.target_good",
                to: "{answer}",
                none: Some("Let the agency decide"),
            },
        },
        Decision {
            key: "target_share",
            question: "How many of your patrols do that?",
            help: "The rest go where your agency has learned to look.",
            at: Where::Everywhere,
            kind: Form::Slider {
                path: "agencies.{actor}.target_share",
                from: 0.0,
                to: 1.0,
                step: 0.1,
                unit: "of patrols",
            },
        },
        Decision {
            key: "method",
            question: "How do you work?",
            help: "Each method finds different people, and bothers different people.",
            at: Where::Everywhere,
            kind: Form::Ways(&[
                ("usual", "As usual", &[]),
                (
                    "patrols",
                    "Patrols and nothing else",
                    &[
                        ("agencies.{actor}.honeypots", "0"),
                        ("agencies.{actor}.focused", "0"),
                        ("agencies.{actor}.profiling", "0"),
                    ],
                ),
                ("traps", "Trap stalls that we run ourselves", &[("agencies.{actor}.honeypots", "0.4")]),
                ("lists", "A short list of repeat offenders", &[("agencies.{actor}.focused", "0.8")]),
                ("searches", "Search people who wear masks", &[("agencies.{actor}.profiling", "0.4")]),
            ]),
        },
        Decision {
            key: "severity",
            question: "How hard do you punish?",
            help: "This applies only in your part of town.",
            at: Where::Mandate,
            kind: Form::Ways(&[
                ("usual", "As the law says", &[]),
                ("mild", "Mildly: half the fine", &[("law.fine", "*0.5"), ("law.seller_fine", "*0.5")]),
                ("hard", "Hard: twice the fine", &[("law.fine", "*2"), ("law.seller_fine", "*2")]),
                ("very_hard", "Very hard: five times the fine", &[("law.fine", "*5"), ("law.seller_fine", "*5")]),
            ]),
        },
        Decision {
            key: "tolerate",
            question: "Which goods do you look away from?",
            help: "They are tolerated in your part of town for this round.",
            at: Where::Mandate,
            kind: Form::Good {
                path: "goods.{answer}.status",
                to: "tolerated",
                none: Some("None: we enforce everything"),
            },
        },
        Decision {
            key: "target_place",
            question: "Where do you look?",
            help: "Officers can be in only one place at a time.",
            at: Where::Everywhere,
            kind: Form::Beat { path: "agencies.{actor}.target_place" },
        },
    ],
    numbers: &[
        (
            "Cases per 1,000 credits, weighted by public trust",
            "1000 * sum(agencies.detections, agency = {actor}) / sum(agencies.budget_credits, agency = {actor}) \
             * mean(days.legitimacy)",
            "cases",
            Better::More,
        ),
        ("Cases", "sum(agencies.detections, agency = {actor})", "cases", Better::None),
        ("Purchases checked", "sum(agencies.examined, agency = {actor})", "purchases", Better::None),
        ("Patrols that found nothing", "sum(agencies.idle, agency = {actor})", "patrols", Better::Less),
    ],
};

const COUNCIL: RoleSheet = RoleSheet {
    role: Role::Council,
    name: "Council",
    held: &[],
    decisions: &[
        Decision {
            key: "admission",
            question: "How skilled must newcomers be?",
            help: "0 % lets everyone in; 100 % lets in masters only.",
            at: Where::Here,
            kind: Form::Slider { path: "enclaves.admission", from: 0.0, to: 1.0, step: 0.05, unit: "of full skill" },
        },
        Decision {
            key: "records",
            question: "May people with a record move in?",
            help: "If they may, you are a refuge, and perhaps a hideout.",
            at: Where::Here,
            kind: Form::Flag { path: "enclaves.records" },
        },
        Decision {
            key: "tariff",
            question: "What do outsiders pay to sell here?",
            help: "The money goes to the village, and the charge keeps outsiders away.",
            at: Where::Here,
            kind: Form::Slider { path: "enclaves.tariff", from: 0.0, to: 0.5, step: 0.05, unit: "of the price" },
        },
        Decision {
            key: "norms",
            question: "How strict are you with each other?",
            help: "Strict rules protect the commons, and drive people away.",
            at: Where::Here,
            kind: Form::Slider { path: "enclaves.norms", from: 0.0, to: 1.0, step: 0.1, unit: "of overuse prevented" },
        },
        Decision {
            key: "crafts",
            question: "How much do you make by hand to sell?",
            help: "It brings in credits, and uses up the commons.",
            at: Where::Here,
            kind: Form::Slider {
                path: "enclaves.crafts",
                from: 0.0,
                to: 0.5,
                step: 0.05,
                unit: "items of each craft per resident per day",
            },
        },
    ],
    numbers: &[
        (
            "Residents, weighted by how full the commons is",
            "last(enclaves.residents, place = {actor}) * last(enclaves.commons, place = {actor})",
            "people",
            Better::More,
        ),
        ("Residents", "last(enclaves.residents, place = {actor})", "people", Better::More),
        ("Commons", "100 * last(enclaves.commons, place = {actor})", "% full", Better::More),
        ("Village funds", "last(enclaves.purse, place = {actor})", "credits", Better::More),
    ],
};

const PROVIDER: RoleSheet = RoleSheet {
    role: Role::Provider,
    name: "Provider",
    held: &[("providers.{actor}.directed", "true")],
    decisions: &[
        Decision {
            key: "markup",
            question: "How much do you charge on each purchase?",
            help: "Clients who have taught you their taste do not leave easily.",
            at: Where::Everywhere,
            kind: Form::Slider {
                path: "providers.{actor}.markup",
                from: 0.0,
                to: 0.3,
                step: 0.01,
                unit: "of the price",
            },
        },
        Decision {
            key: "portability",
            question: "How much of their profile may clients take with them?",
            help: "What they take with them, their next provider need not learn again.",
            at: Where::Everywhere,
            kind: Form::Slider {
                path: "providers.{actor}.portability",
                from: 0.0,
                to: 1.0,
                step: 0.1,
                unit: "of the profile",
            },
        },
        Decision {
            key: "safety",
            question: "How much do you spend on safety?",
            help: "It protects your agents from sellers who slip them hidden instructions.",
            at: Where::Everywhere,
            kind: Form::Slider { path: "providers.{actor}.safety", from: 0.0, to: 1.0, step: 0.05, unit: "of income" },
        },
    ],
    numbers: &[
        ("Income", "sum(providers.income, provider = {actor})", "credits", Better::More),
        ("Clients", "last(providers.clients, provider = {actor})", "people", Better::More),
        ("Hijacked purchases", "sum(providers.injected, provider = {actor})", "purchases", Better::Less),
        (
            "Clients gained minus clients lost",
            "sum(providers.switched_in, provider = {actor}) - sum(providers.switched_out, provider = {actor})",
            "people",
            Better::More,
        ),
    ],
};

const BLOC: RoleSheet = RoleSheet {
    role: Role::Bloc,
    name: "Residents",
    held: &[],
    decisions: &[
        Decision {
            key: "want",
            question: "What do people here want more of?",
            help: "Demand rises by 50 %.",
            at: Where::Here,
            kind: Form::Good { path: "goods.{answer}.desire", to: "*1.5", none: Some("Nothing more than usual") },
        },
        Decision {
            key: "shun",
            question: "What do people here turn away from?",
            help: "Demand falls by 50 %.",
            at: Where::Here,
            kind: Form::Good { path: "goods.{answer}.desire", to: "*0.5", none: Some("Nothing") },
        },
        Decision {
            key: "delegating",
            question: "Should AI agents shop for people here?",
            help: "They find better offers and never sleep. If you leave one, the next one does not know you.",
            at: Where::Everywhere,
            kind: Form::Ways(&[
                ("usual", "Everyone decides for themselves", &[]),
                ("more", "Encourage it", &[("places.{actor}.delegating", "2")]),
                ("less", "Discourage it", &[("places.{actor}.delegating", "-2")]),
            ]),
        },
        Decision {
            key: "masking",
            question: "How many wear a mask?",
            help: "Masks hide what you do, but officers search people who wear them.",
            at: Where::Everywhere,
            kind: Form::Slider { path: "places.{actor}.masking", from: 0.0, to: 1.0, step: 0.1, unit: "of residents" },
        },
        Decision {
            key: "leaving",
            question: "Should people move to an enclave?",
            help: "People are watched less there, and machines provide less.",
            at: Where::Everywhere,
            kind: Form::Ways(&[
                ("usual", "Everyone decides for themselves", &[]),
                ("go", "Encourage people to leave", &[("places.{actor}.leaving", "0.4")]),
                ("stay", "Encourage people to stay", &[("places.{actor}.leaving", "-0.4")]),
            ]),
        },
    ],
    numbers: &[
        (
            "Well-being: calm, busy and unharmed",
            "100 - 50 * mean(places.anxiety_mean, place = {actor}) - 50 * mean(places.boredom_mean, place = {actor}) \
             - 100 * sum(places.harm, place = {actor}) / mean(places.citizens, place = {actor})",
            "out of 100",
            Better::More,
        ),
        ("Anxiety", "100 * mean(places.anxiety_mean, place = {actor})", "out of 100", Better::Less),
        ("Purchases", "sum(places.trades, place = {actor})", "purchases", Better::None),
        ("Cases", "sum(places.detections, place = {actor})", "cases", Better::Less),
    ],
};

impl Role {
    /// Its decisions and numbers.
    pub const fn about(self) -> &'static RoleSheet {
        match self {
            Self::House => &HOUSE,
            Self::Agency => &AGENCY,
            Self::Council => &COUNCIL,
            Self::Provider => &PROVIDER,
            Self::Bloc => &BLOC,
        }
    }
}

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
