//! Roles, as tables: what the person in a seat can decide, and which levers each answer sets. An actor that gets no orders
//! decides for itself, by the model's own rules.

use crate::seat::{Better, Role};

/// A role's decisions and numbers. In paths and metrics `{actor}` stands for the seat's actor.
pub struct RoleSheet {
    /// The role that this describes.
    pub role: Role,
    /// Its name on pages, cards and in `decisions.csv`.
    pub name: &'static str,
    /// Levers that tell the model that somebody steers this actor, with their values.
    pub(super) held: Set,
    /// The decisions that can be asked; a lesson that names none asks the first five.
    pub(super) decisions: &'static [Decision],
    /// What is measured of it each round: text, metric, unit in words, and which way is good. The first is its aim.
    pub numbers: &'static [(&'static str, &'static str, &'static str, Better)],
}

/// A decision that can be asked for each round.
pub(super) struct Decision {
    pub(super) key: &'static str,
    pub(super) question: &'static str,
    pub(super) help: &'static str,
    pub(super) at: Where,
    pub(super) kind: Form,
}

/// In which places the levers of a decision are set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In no place in particular: the lever belongs to one actor.
    Everywhere,
    /// In the place that the seat is named after.
    Here,
    /// In the places that the agency polices.
    Mandate,
}

/// Lever paths and values.
pub(super) type Set = &'static [(&'static str, &'static str)];

pub(super) enum Form {
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
