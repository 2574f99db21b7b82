//! Roles: what whoever sits in a seat decides, and what each answer moves. Nothing here is done by the model's own actors:
//! an actor without orders decides for itself.

use contraband_sim::base::units::Value as LeverValue;
use contraband_sim::ids::good::Good;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use crate::lesson::{Better, SeatCard};

/// Kinds of actors that have seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A named syndicate.
    House,
    /// One that enforces the law.
    Agency,
    /// The council of an enclave.
    Council,
    /// One that sells agents who shop for people.
    Provider,
    /// The people of a place.
    Bloc,
}

/// What a role is: its decisions, its numbers. `{actor}` stands for the seat's actor.
pub struct About {
    /// Which.
    pub role: Role,
    /// What people call it.
    pub name: &'static str,
    /// Levers that say that somebody steers it, with their values.
    held: Set,
    /// What can be decided; a lesson that names none asks the first five.
    decisions: &'static [Decision],
    /// What can be counted of it: text, metric, unit, and which way is good. The first is its aim.
    pub numbers: &'static [(&'static str, &'static str, &'static str, Better)],
}

/// A decision that can be asked for each round.
struct Decision {
    key: &'static str,
    question: &'static str,
    help: &'static str,
    at: Where,
    kind: Kind,
}

/// Where the levers of a decision are moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// They belong to one actor, or to nobody's place.
    Everywhere,
    /// In the place that the seat is named after.
    Here,
    /// In the places of the agency's mandate.
    Mandate,
}

/// Lever paths and values.
type Set = &'static [(&'static str, &'static str)];

enum Kind {
    /// One of some ways, each of which sets levers; the first leaves things as usual. A value such as `*2` is twice what the
    /// world says.
    Ways(&'static [(&'static str, &'static str, Set)]),
    /// A good: `{answer}` in the path stands for it. With words for none, none can be chosen and is usual.
    Good { path: &'static str, to: &'static str, none: Option<&'static str> },
    /// A venue by its number, or any.
    Venue { path: &'static str },
    /// A place of the mandate by its number, or all.
    Beat { path: &'static str },
    /// A number.
    Slider { path: &'static str, from: f64, to: f64, step: f64, unit: &'static str },
    /// Yes or no.
    Flag { path: &'static str },
}

const HOUSE: About = About {
    role: Role::House,
    name: "House",
    held: &[("houses.{actor}.directed", "true")],
    decisions: &[
        Decision {
            key: "good",
            question: "What do you sell?",
            help: "Your stalls change over as soon as they can.",
            at: Where::Everywhere,
            kind: Kind::Good { path: "houses.{actor}.good", to: "{answer}", none: None },
        },
        Decision {
            key: "venue",
            question: "Where do you sell?",
            help: "Buyers go where they trust; officers go where they find cases.",
            at: Where::Everywhere,
            kind: Kind::Venue { path: "houses.{actor}.venue" },
        },
        Decision {
            key: "markup",
            question: "How dear are you?",
            help: "Price as a multiple of what a piece costs you.",
            at: Where::Everywhere,
            kind: Kind::Slider { path: "houses.{actor}.markup", from: 1.1, to: 6.0, step: 0.1, unit: "times cost" },
        },
        Decision {
            key: "deal",
            question: "What do buyers get?",
            help: "Good things cost more to make. A cheated buyer tells others.",
            at: Where::Everywhere,
            kind: Kind::Ways(&[
                ("usual", "What is usual", &[]),
                ("best", "The best there is", &[("houses.{actor}.quality", "0.95")]),
                ("cheap", "The cheapest that works", &[("houses.{actor}.quality", "0.3")]),
                ("cheat", "Money taken, often nothing given", &[("houses.{actor}.cheats", "true")]),
            ]),
        },
        Decision {
            key: "cover",
            question: "How careful are you?",
            help: "Hiding costs sales, bribes cost money, and neither is certain.",
            at: Where::Everywhere,
            kind: Kind::Ways(&[
                ("usual", "Open to all comers", &[]),
                ("guarded", "Hidden", &[("houses.{actor}.guarded", "true")]),
                ("bribes", "Open, and ready with a bribe", &[("houses.{actor}.bribes", "0.8")]),
                (
                    "both",
                    "Hidden, and ready with a bribe",
                    &[("houses.{actor}.guarded", "true"), ("houses.{actor}.bribes", "0.8")],
                ),
            ]),
        },
        Decision {
            key: "quality",
            question: "How good is what you sell?",
            help: "What a piece costs you rises with it.",
            at: Where::Everywhere,
            kind: Kind::Slider {
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
            help: "Who hides is found less often, by officers and by buyers.",
            at: Where::Everywhere,
            kind: Kind::Flag { path: "houses.{actor}.guarded" },
        },
        Decision {
            key: "cheats",
            question: "Do you cheat?",
            help: "It pays at once, and costs your name.",
            at: Where::Everywhere,
            kind: Kind::Flag { path: "houses.{actor}.cheats" },
        },
        Decision {
            key: "bribes",
            question: "How often do you offer a bribe?",
            help: "An officer who takes it drops the case; a bribe that comes out is a scandal.",
            at: Where::Everywhere,
            kind: Kind::Slider { path: "houses.{actor}.bribes", from: 0.0, to: 1.0, step: 0.1, unit: "of cases" },
        },
    ],
    numbers: &[
        ("Profit", "sum(houses.profit, house = {actor})", "credits in the round", Better::More),
        ("Sales", "sum(houses.sales, house = {actor})", "in the round", Better::More),
        ("Cases against you", "sum(houses.cases, house = {actor})", "in the round", Better::Less),
        ("Capital", "last(houses.capital, house = {actor})", "credits", Better::More),
    ],
};

const AGENCY: About = About {
    role: Role::Agency,
    name: "Agency",
    held: &[],
    decisions: &[
        Decision {
            key: "target_good",
            question: "Which trade do you look for?",
            help: "Officers who look for one trade do not look for another.",
            at: Where::Everywhere,
            kind: Kind::Good {
                path: "agencies.{actor}.target_good",
                to: "{answer}",
                none: Some("Whatever our own plan says"),
            },
        },
        Decision {
            key: "target_share",
            question: "How many of your patrols go there?",
            help: "The rest follow the plan that your agency has learnt.",
            at: Where::Everywhere,
            kind: Kind::Slider {
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
            help: "Each way finds other people, and troubles other people.",
            at: Where::Everywhere,
            kind: Kind::Ways(&[
                ("usual", "As usual", &[]),
                (
                    "patrols",
                    "Patrols only",
                    &[
                        ("agencies.{actor}.honeypots", "0"),
                        ("agencies.{actor}.focused", "0"),
                        ("agencies.{actor}.profiling", "0"),
                    ],
                ),
                ("traps", "Stalls that we run ourselves", &[("agencies.{actor}.honeypots", "0.4")]),
                ("lists", "A short list of old offenders", &[("agencies.{actor}.focused", "0.8")]),
                ("searches", "Searching people who wear masks", &[("agencies.{actor}.profiling", "0.4")]),
            ]),
        },
        Decision {
            key: "severity",
            question: "How hard do you punish?",
            help: "It holds in the places of your agency.",
            at: Where::Mandate,
            kind: Kind::Ways(&[
                ("usual", "As the law says", &[]),
                ("mild", "Mildly: half the fine", &[("law.fine", "*0.5"), ("law.seller_fine", "*0.5")]),
                ("hard", "Hard: twice the fine", &[("law.fine", "*2"), ("law.seller_fine", "*2")]),
                ("very_hard", "Very hard: five times the fine", &[("law.fine", "*5"), ("law.seller_fine", "*5")]),
            ]),
        },
        Decision {
            key: "tolerate",
            question: "Which trade do you look away from?",
            help: "In the places of your agency it is tolerated for the round.",
            at: Where::Mandate,
            kind: Kind::Good {
                path: "goods.{answer}.status",
                to: "tolerated",
                none: Some("None: we look at everything"),
            },
        },
        Decision {
            key: "target_place",
            question: "Where do you look?",
            help: "Officers who are in one place are not in another.",
            at: Where::Everywhere,
            kind: Kind::Beat { path: "agencies.{actor}.target_place" },
        },
    ],
    numbers: &[
        (
            "Cases for each 1 000 credits, times trust in the law",
            "1000 * sum(agencies.detections, agency = {actor}) / sum(agencies.budget_credits, agency = {actor}) \
             * mean(days.legitimacy)",
            "cases",
            Better::More,
        ),
        ("Cases", "sum(agencies.detections, agency = {actor})", "in the round", Better::Neither),
        ("Trades examined", "sum(agencies.examined, agency = {actor})", "in the round", Better::Neither),
        ("Patrols that found nothing", "sum(agencies.idle, agency = {actor})", "in the round", Better::Less),
    ],
};

const COUNCIL: About = About {
    role: Role::Council,
    name: "Council",
    held: &[],
    decisions: &[
        Decision {
            key: "admission",
            question: "What must newcomers be able to do?",
            help: "0 lets everybody in, 1 masters only.",
            at: Where::Here,
            kind: Kind::Slider { path: "enclaves.admission", from: 0.0, to: 1.0, step: 0.05, unit: "of full skill" },
        },
        Decision {
            key: "records",
            question: "May those with a record come?",
            help: "Without them you are no refuge, and no nest.",
            at: Where::Here,
            kind: Kind::Flag { path: "enclaves.records" },
        },
        Decision {
            key: "tariff",
            question: "What do strangers pay to sell here?",
            help: "It goes to the commons, and keeps strangers away.",
            at: Where::Here,
            kind: Kind::Slider { path: "enclaves.tariff", from: 0.0, to: 0.5, step: 0.05, unit: "of the price" },
        },
        Decision {
            key: "norms",
            question: "How strict are you with each other?",
            help: "Strict norms spare the commons, and send people away.",
            at: Where::Here,
            kind: Kind::Slider { path: "enclaves.norms", from: 0.0, to: 1.0, step: 0.1, unit: "of overuse" },
        },
        Decision {
            key: "crafts",
            question: "How much do you make by hand to sell?",
            help: "It brings credits, and takes from the commons.",
            at: Where::Here,
            kind: Kind::Slider {
                path: "enclaves.crafts",
                from: 0.0,
                to: 0.5,
                step: 0.05,
                unit: "of each craft, per resident and day",
            },
        },
    ],
    numbers: &[
        (
            "Residents, times how full the commons is",
            "last(enclaves.residents, place = {actor}) * last(enclaves.commons, place = {actor})",
            "people",
            Better::More,
        ),
        ("Residents", "last(enclaves.residents, place = {actor})", "people", Better::More),
        ("Commons", "100 * last(enclaves.commons, place = {actor})", "of 100", Better::More),
        ("Purse", "last(enclaves.purse, place = {actor})", "credits", Better::More),
    ],
};

const PROVIDER: About = About {
    role: Role::Provider,
    name: "Provider",
    held: &[("providers.{actor}.directed", "true")],
    decisions: &[
        Decision {
            key: "markup",
            question: "What do you take of each purchase?",
            help: "Clients who have taught you their taste do not leave easily.",
            at: Where::Everywhere,
            kind: Kind::Slider {
                path: "providers.{actor}.markup",
                from: 0.0,
                to: 0.3,
                step: 0.01,
                unit: "of the price",
            },
        },
        Decision {
            key: "portability",
            question: "How much may clients take along when they leave?",
            help: "What you have learnt of them, and whoever they go to need not learn again.",
            at: Where::Everywhere,
            kind: Kind::Slider {
                path: "providers.{actor}.portability",
                from: 0.0,
                to: 1.0,
                step: 0.1,
                unit: "of what was learnt",
            },
        },
        Decision {
            key: "safety",
            question: "What do you spend on safety?",
            help: "Against sellers who slip instructions to your agents.",
            at: Where::Everywhere,
            kind: Kind::Slider { path: "providers.{actor}.safety", from: 0.0, to: 1.0, step: 0.05, unit: "of income" },
        },
    ],
    numbers: &[
        ("Income", "sum(providers.income, provider = {actor})", "credits in the round", Better::More),
        ("Clients", "last(providers.clients, provider = {actor})", "people", Better::More),
        ("Purchases hijacked", "sum(providers.injected, provider = {actor})", "in the round", Better::Less),
        (
            "Clients won, less those lost",
            "sum(providers.switched_in, provider = {actor}) - sum(providers.switched_out, provider = {actor})",
            "people in the round",
            Better::More,
        ),
    ],
};

const BLOC: About = About {
    role: Role::Bloc,
    name: "Bloc",
    held: &[],
    decisions: &[
        Decision {
            key: "want",
            question: "What do people here want more of?",
            help: "The wish for it grows by half.",
            at: Where::Here,
            kind: Kind::Good { path: "goods.{answer}.desire", to: "*1.5", none: Some("Nothing more than usual") },
        },
        Decision {
            key: "shun",
            question: "What do people here turn away from?",
            help: "The wish for it falls by half.",
            at: Where::Here,
            kind: Kind::Good { path: "goods.{answer}.desire", to: "*0.5", none: Some("Nothing") },
        },
        Decision {
            key: "delegating",
            question: "Should agents shop for you?",
            help: "They find better and never sleep; who leaves one starts again with a stranger.",
            at: Where::Everywhere,
            kind: Kind::Ways(&[
                ("usual", "Everybody as they like", &[]),
                ("more", "Rather yes", &[("places.{actor}.delegating", "2")]),
                ("less", "Rather not", &[("places.{actor}.delegating", "-2")]),
            ]),
        },
        Decision {
            key: "masking",
            question: "How many wear a mask?",
            help: "Masks hide what you do; searches trouble those who wear them.",
            at: Where::Everywhere,
            kind: Kind::Slider { path: "places.{actor}.masking", from: 0.0, to: 1.0, step: 0.1, unit: "of residents" },
        },
        Decision {
            key: "leaving",
            question: "Do you leave for an enclave?",
            help: "Less is watched there, and less is provided.",
            at: Where::Everywhere,
            kind: Kind::Ways(&[
                ("usual", "Everybody as they like", &[]),
                ("go", "Rather go", &[("places.{actor}.leaving", "0.4")]),
                ("stay", "Rather stay", &[("places.{actor}.leaving", "-0.4")]),
            ]),
        },
    ],
    numbers: &[
        (
            "Well-being: calm, something to do, unharmed",
            "100 - 50 * mean(places.anxiety_mean, place = {actor}) - 50 * mean(places.boredom_mean, place = {actor}) \
             - 100 * sum(places.harm, place = {actor}) / mean(places.citizens, place = {actor})",
            "of 100",
            Better::More,
        ),
        ("Anxiety", "100 * mean(places.anxiety_mean, place = {actor})", "of 100", Better::Less),
        ("Bought", "sum(places.trades, place = {actor})", "in the round", Better::Neither),
        ("Cases", "sum(places.detections, place = {actor})", "in the round", Better::Less),
    ],
};

impl Role {
    /// What it is.
    pub const fn about(self) -> &'static About {
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
    /// Its key.
    pub key: &'static str,
    /// The question.
    pub question: &'static str,
    /// What to think of.
    pub help: &'static str,
    /// What can be answered.
    #[serde(flatten)]
    pub kind: AskKind,
    /// What holds when nobody ever answers.
    pub usual: Answer,
    /// Names of the places where its levers are moved; everywhere without any.
    #[serde(skip)]
    pub places: Vec<String>,
}

/// What can be answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AskKind {
    /// One of some options.
    Choice {
        /// They.
        options: Vec<Choice>,
    },
    /// A number of a lever.
    Slider {
        /// The lever.
        #[serde(skip)]
        path: String,
        /// Least.
        from: f64,
        /// Greatest.
        to: f64,
        /// Step.
        step: f64,
        /// Unit in words.
        unit: &'static str,
    },
    /// Yes or no, of a lever.
    Flag {
        /// The lever.
        #[serde(skip)]
        path: String,
    },
}

/// An option, and the levers that it sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Its key.
    pub key: String,
    /// It in words.
    pub words: String,
    /// Lever paths and values.
    #[serde(skip)]
    pub set: Vec<(String, String)>,
}

/// A key as people read it.
pub fn spoken(key: &str) -> String {
    key.replace('_', " ")
}

/// Levers with their values that say that somebody steers this seat.
pub fn held(seat: &SeatCard) -> Vec<(String, String)> {
    let put = |text: &str| text.replace("{actor}", &seat.actor);
    seat.role.about().held.iter().map(|(path, value)| (put(path), put(value))).collect()
}

/// What a seat is asked each round in this world.
///
/// # Errors
/// When the seat asks for a decision that its role has not, or the world has no such actor.
pub fn asks(seat: &SeatCard, world: &Scenario) -> Result<Vec<Ask>, String> {
    let about = seat.role.about();
    let known: Vec<&str> = about.decisions.iter().map(|decision| decision.key).collect();
    let keys: Vec<&str> = if seat.ask.is_empty() {
        known.iter().copied().take(5).collect()
    } else {
        seat.ask.iter().map(String::as_str).collect()
    };
    keys.into_iter()
        .map(|key| {
            let decision = about.decisions.iter().find(|decision| decision.key == key).ok_or_else(|| {
                format!(
                    "{}: a {} decides nothing named `{key}`; it decides {}",
                    seat.title,
                    about.name,
                    known.join(", ")
                )
            })?;
            decision.asked_of(seat, world)
        })
        .collect()
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
                Choice { key: key.clone(), words: spoken(name), set: vec![(put(path), key)] }
            }));
            AskKind::Choice { options }
        };
        let (kind, usual) = match &self.kind {
            Kind::Ways(ways) => {
                let mut options = Vec::new();
                for (key, words, set) in *ways {
                    let set = set.iter().map(|(path, to)| set_to(put(path), to)).collect::<Result<_, _>>()?;
                    options.push(Choice { key: (*key).into(), words: (*words).into(), set });
                }
                (AskKind::Choice { options }, Answer::Option(ways[0].0.into()))
            }
            Kind::Good { path, to, none } => {
                let mut options = Vec::new();
                if let Some(words) = none {
                    options.push(Choice { key: "none".into(), words: (*words).into(), set: Vec::new() });
                }
                for good in Good::ALL {
                    let [path, to] = [put(path), put(to)].map(|text| text.replace("{answer}", good.word()));
                    let set = vec![set_to(path, &to)?];
                    options.push(Choice { key: good.word().into(), words: spoken(good.word()), set });
                }
                let usual = if none.is_some() { "none".into() } else { get(&put(path))?.to_string() };
                (AskKind::Choice { options }, Answer::Option(usual))
            }
            Kind::Venue { path } => {
                let names = world.params.venues.iter().map(|venue| venue.name.as_str());
                let usual = Answer::Option(get(&put(path))?.to_string());
                (numbered(path, "Wherever it pays best", &mut names.enumerate()), usual)
            }
            Kind::Beat { path } => {
                let names = world.params.places.iter().map(|place| place.name.as_str()).enumerate();
                let mut beat = names.filter(|(_, name)| mandate.is_empty() || mandate.iter().any(|own| own == name));
                let usual = Answer::Option(get(&put(path))?.to_string());
                (numbered(path, "Everywhere alike", &mut beat), usual)
            }
            Kind::Slider { path, from, to, step, unit } => {
                let path = put(path);
                let usual = match get(&path)? {
                    LeverValue::Number(number) => Answer::Number(number),
                    other => return Err(format!("{}: `{path}` is {other}, not a number", seat.title)),
                };
                (AskKind::Slider { path, from: *from, to: *to, step: *step, unit }, usual)
            }
            Kind::Flag { path } => {
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
    /// The levers that an answer sets.
    ///
    /// # Errors
    /// When it is no answer to this question: what is, in words.
    pub fn orders(&self, answer: &Answer) -> Result<Vec<(String, String)>, String> {
        match (&self.kind, answer) {
            (AskKind::Choice { options }, Answer::Option(key)) => {
                let chosen = options.iter().find(|option| option.key == *key).ok_or_else(|| {
                    let keys: Vec<&str> = options.iter().map(|option| option.key.as_str()).collect();
                    format!("`{}` has no option of this name; it has {}", self.key, keys.join(", "))
                })?;
                Ok(chosen.set.clone())
            }
            (AskKind::Slider { path, from, to, .. }, Answer::Number(number)) => {
                if (*from..=*to).contains(number) {
                    Ok(vec![(path.clone(), number.to_string())])
                } else {
                    Err(format!("`{}` is a number from {from} to {to}", self.key))
                }
            }
            (AskKind::Flag { path }, Answer::Flag(flag)) => Ok(vec![(path.clone(), flag.to_string())]),
            (kind, _) => Err(format!(
                "`{}` is answered with {}",
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
            (AskKind::Slider { unit, .. }, Answer::Number(number)) => format!("{number} {unit}"),
            (_, Answer::Flag(true)) => "yes".into(),
            (_, Answer::Flag(false)) => "no".into(),
            (_, Answer::Number(number)) => number.to_string(),
            (_, Answer::Option(key)) => spoken(key),
        }
    }
}
