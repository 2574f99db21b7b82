//! Parameters of a place.

use crate::base::fields::params;
use crate::base::units::{Factor, PlaceKind, Share, Shift};

params! {
    /// A place where people live.
    pub struct PlaceParams {
        /// What kind of place it is
        ///
        /// `district`, `fringe`, `enclave` or `colony`. In an enclave residents also pay with favours. A fringe is a district by another name: what is poorer and less watched there is told by the levers below.
        /// Source: the scenario.
        kind: PlaceKind = PlaceKind::District, "word", 0.0 ..= 0.0, Start;
        /// Weight of the place when citizens are given homes
        ///
        /// Source: the scenario. Raising it makes the place larger.
        population: Factor = 1.0, "weight", 0.0 ..= 1_000_000.0, Start;
        /// How much machines provide here
        ///
        /// Raising it makes people here restless and idle.
        /// Source: assumption.
        abundance: Share = 0.9, "of all needs", 0.0 ..= 1.0, Day;
        /// How closely the place is watched
        ///
        /// Multiplies the chance that an examined trade becomes a case. Raising it moves trade to other places.
        /// Source: assumption.
        surveillance: Factor = 1.0, "times evidence", 0.0 ..= 10.0, Day;
        /// Room in the place's zone of recreated scarcity
        ///
        /// Raising it lets more people visit before the zone is crowded; 0 means that the place has no zone.
        /// Source: assumption.
        zone_room: Factor = 0.01, "visits per resident and day", 0.0 ..= 10.0, Day;
        /// How much more than others residents are inclined to let an agent shop for them
        ///
        /// At 1 the odds of delegating are 2.7 times what they would be, at -1 a 2.7th. It is felt when somebody thinks about agents next, every 30 days.
        /// Source: the scenario's question.
        delegating: Shift = 0.0, "log odds", -20.0 ..= 20.0, Day;
        /// Share of residents who wear a mask by default, beside those who do everywhere
        ///
        /// Added to `goods.privacy.default_mask`. Raising it hides the deeds of those who live here, and makes a crowd for all who mask.
        /// Source: the scenario's question.
        masking: Share = 0.0, "of residents", 0.0 ..= 1.0, Day;
        /// How much more than others residents are inclined to leave for an enclave, or to stay in the one where they live
        ///
        /// It counts as anxiety does. Raising it sends people to enclaves that are calm and content otherwise, and keeps residents of an enclave there; below 0 it is the other way round.
        /// Source: the scenario's question.
        leaving: Shift = 0.0, "of full anxiety", -10.0 ..= 10.0, Day;
    }
}

/// A place with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSpec {
    /// Name used in tables, charts and lever paths; lower case, digits and underscores.
    pub name: String,
    /// What its draws are keyed by; empty for its name. Whoever renames it and keeps its former name here changes nothing.
    pub key: String,
    /// Its parameters.
    pub params: PlaceParams,
}

impl PlaceSpec {
    /// What its draws are keyed by: its key, or else its name.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }
}
