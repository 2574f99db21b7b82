//! Seats: what somebody in one plays, as a lesson says it.

pub use contraband_lab::files::study::Better;
use serde::{Deserialize, Serialize};

/// Kinds of actors that have seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A named syndicate, which sells restricted goods. Pages call it a gang.
    House,
    /// An office that enforces the law in some places.
    Agency,
    /// The council of an enclave.
    Council,
    /// A company whose agents shop for people.
    Provider,
    /// All people of one place. Pages call them residents.
    Bloc,
}

/// A seat: one actor of the scenario that someone in the class steers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatCard {
    /// The kind of actor.
    pub role: Role,
    /// Name of the actor in the scenario; for councils and residents, name of the place.
    pub actor: String,
    /// Name of the seat on pages and cards; taken from `cast.ron` if left out.
    #[serde(default)]
    pub title: String,
    /// Text of the briefing card; taken from `cast.ron` if left out.
    #[serde(default)]
    pub card: String,
    /// Keys of the decisions that it makes, two to five; the first five of its role if left out.
    #[serde(default)]
    pub ask: Vec<String>,
    /// Its aim; that of its role if left out.
    #[serde(default)]
    pub aim: Option<Measure>,
}

/// A number that is measured in each round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name on pages.
    pub text: String,
    /// How it is computed from the tables of the round's days, written like metrics of studies; `{actor}` stands for the
    /// seat's actor.
    pub metric: String,
    /// Its unit in words.
    pub unit: String,
    /// Which way is good.
    #[serde(default)]
    pub better: Better,
}
