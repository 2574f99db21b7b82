//! Facts: what happened today, each with its cause. Rules write them; the recorder only listens.

use std::collections::BTreeSet;
use std::sync::Arc;

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::key::Key;
use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::record::counts::Counts;
use crate::state::context::{Keys, RunContext};
use crate::state::orders::Order;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// What kind of event it is. Of two of one day, only the one that stands first here can have brought the other about; the
/// order is part of the numbers of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// An entry of the timeline started or ended.
    Policy,
    /// A secret got out.
    Leak,
    /// A house that had nothing left was financed again.
    HouseFinanced,
    /// A syndicate entered.
    SellerEntry,
    /// An enclave became too large to be overlooked.
    EnclaveVisible,
    /// A ring was laid around an enclave.
    Containment,
    /// The ring was lifted.
    ContainmentEnd,
    /// An enclave was eradicated.
    Eradication,
    /// A colony opened its lane.
    LaneOpen,
    /// A colony closed its lane.
    LaneClose,
    /// A shipment from a colony was caught.
    Interception,
    /// Somebody was robbed of an identity.
    Coercion,
    /// An agent was hijacked by an injected instruction.
    Injection,
    /// A trade of note: one that something came of.
    Trade,
    /// A search of somebody with a mask that found something.
    Search,
    /// A case was dropped for a bribe.
    Bribe,
    /// A case, caused by its trade.
    Case,
    /// A raid on a zone of recreated scarcity.
    ZoneRaid,
    /// A raid on a venue.
    Raid,
    /// An operator ran away with the escrow.
    ExitScam,
    /// A venue closed in good order.
    VenueClose,
    /// A venue opened again.
    VenueOpen,
    /// An artefact failed.
    Accident,
    /// A rogue AI was born.
    RogueBirth,
    /// A stall was found out with fakes.
    FakerCaught,
    /// A stall moved to another venue.
    SellerMove,
    /// A stall closed whose seller goes on, or closes all of them.
    StallClose,
    /// A rogue AI was taken down.
    RogueTakedown,
    /// A syndicate gave up.
    SellerExit,
}

impl EventKind {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Case => "case",
            Self::Search => "search",
            Self::Raid => "raid",
            Self::ZoneRaid => "zone_raid",
            Self::ExitScam => "exit_scam",
            Self::Bribe => "bribe",
            Self::Leak => "leak",
            Self::FakerCaught => "faker_caught",
            Self::SellerEntry => "seller_entry",
            Self::SellerExit => "seller_exit",
            Self::SellerMove => "seller_move",
            Self::StallClose => "stall_close",
            Self::RogueBirth => "rogue_birth",
            Self::RogueTakedown => "rogue_takedown",
            Self::VenueClose => "venue_close",
            Self::VenueOpen => "venue_open",
            Self::Policy => "policy",
            Self::Injection => "injection",
            Self::Coercion => "coercion",
            Self::Accident => "accident",
            Self::Interception => "interception",
            Self::LaneOpen => "lane_open",
            Self::LaneClose => "lane_close",
            Self::EnclaveVisible => "enclave_visible",
            Self::Containment => "containment",
            Self::ContainmentEnd => "containment_end",
            Self::Eradication => "eradication",
            Self::HouseFinanced => "house_financed",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its kind.
    pub what: EventKind,
    /// The good it is about; `None` where it is about none, or about several.
    pub good: Option<Good>,
    /// Number of the place where it happened, from 0.
    pub place: Option<usize>,
    /// Number of the venue where it happened, from 0.
    pub venue: Option<usize>,
    /// Number of the agency that acted, from 0.
    pub agency: Option<usize>,
    /// Number of the seller.
    pub seller: Option<u32>,
    /// Number of the citizen.
    pub citizen: Option<u32>,
    /// How much, in the unit of the kind: credits, units, a share; NaN where nothing is measured.
    pub amount: f64,
    /// What else it is about that tells it from others of its day, for its number: which lever, which secret.
    pub beside: Key,
    /// The event that brought it about, if there is one.
    pub cause: EventId,
    /// What else to know, in words; may be empty.
    pub note: String,
}

impl Event {
    /// An event of which nothing more is known.
    pub const fn new(what: EventKind) -> Self {
        Self {
            what,
            good: None,
            place: None,
            venue: None,
            agency: None,
            seller: None,
            citizen: None,
            amount: f64::NAN,
            beside: Key::NONE,
            cause: EventId::NONE,
            note: String::new(),
        }
    }
}

/// What happened today.
#[derive(Resource, Default)]
pub struct Events {
    day: u32,
    /// Numbers that are given today.
    taken: BTreeSet<u64>,
    keys: Arc<Keys>,
    begun: Vec<Begun>,
    /// Events with their numbers.
    pub list: Vec<(EventId, Event)>,
    /// How many sellers entered today.
    pub entries: i64,
    /// How many sellers gave up today.
    pub exits: i64,
    /// How many venues were raided today.
    pub raids: i64,
    /// Rogue AIs that are about to be born: the citizen whose project each comes of, and the event that is its cause.
    pub births: Vec<(u32, EventId)>,
    /// Innocent people investigated today.
    pub innocents: i64,
    /// Units seized, by good.
    pub seized: [i64; GOODS],
    /// Units seized from the stock of a house: which, and how many.
    pub seized_from: Vec<(u8, i64)>,
    /// Everything else that is only counted.
    pub counts: Counts,
}

/// A change of the timeline that holds, and the event of its beginning.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Begun {
    /// The entry of the timeline, and which of its levers.
    change: (usize, usize),
    event: EventId,
}

/// What of the events goes on to the next day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventsState {
    begun: Vec<Begun>,
}

impl EventsState {
    /// The same under another timeline, in which entry `from` of the former stands where `to` says.
    ///
    /// # Panics
    /// When something holds that the other timeline has not.
    pub fn renumber(&mut self, to: impl Fn(usize) -> Option<usize>) {
        for begun in &mut self.begun {
            begun.change.0 = to(begun.change.0).expect("what holds is in both timelines");
        }
    }
}

impl Events {
    /// Goes on from a state: `keys` are those of all who have a name.
    pub fn from_state(state: EventsState, keys: Arc<Keys>) -> Self {
        Self { begun: state.begun, keys, ..Self::default() }
    }

    /// What goes on to the next day.
    pub fn state(&self) -> EventsState {
        EventsState { begun: self.begun.clone() }
    }

    /// Yesterday is over.
    pub fn new_day(&mut self, day: u32) {
        *self = Self { day, ..Self::from_state(self.state(), Arc::clone(&self.keys)) };
    }

    /// The last case of today that was written down for a good, if there is one.
    pub fn last_case(&self, good: Good) -> EventId {
        let case = |(_, event): &&(EventId, Event)| event.what == EventKind::Case && event.good == Some(good);
        self.list.iter().rev().find(case).map_or(EventId::NONE, |&(number, _)| number)
    }

    /// Writes a trade down, unless it is written down already, and returns the number of its event.
    pub fn note_trade(
        &mut self,
        order: &mut Order,
        context: &RunContext,
        stalls: &[Stall],
        sellers: &[Seller],
    ) -> EventId {
        if order.noted == EventId::NONE {
            let stall = &stalls[order.stall as usize];
            order.noted = self.add(Event {
                good: Some(context.good_of(order.stall as usize)),
                place: Some(order.place as usize),
                venue: Some(stall.venue as usize),
                seller: Some(sellers[stall.seller as usize].number),
                citizen: Some(order.citizen),
                amount: order.price.get(),
                cause: order.cause,
                ..Event::new(EventKind::Trade)
            });
        }
        order.noted
    }

    /// Notes that a change of the timeline comes into force: `change` is the entry, and which of its levers.
    pub fn begin(&mut self, change: (usize, usize), event: Event) {
        let event = self.add(event);
        self.begun.push(Begun { change, event });
    }

    /// Notes that such a change ends; its cause is its beginning.
    pub fn end(&mut self, change: (usize, usize), event: Event) {
        let begun = self.begun.iter().position(|begun| begun.change == change);
        let cause = begun.map_or(EventId::NONE, |at| self.begun.swap_remove(at).event);
        self.add(Event { cause, ..event });
    }

    /// Notes what was seized of a seller's stock, where it is a house: others are not followed from day to day.
    pub fn note_seizure(&mut self, seller: &Seller, units: u32) {
        if let Some(house) = seller.house.get() {
            self.seized_from.push((house as u8, i64::from(units)));
        }
    }

    /// Notes an event and returns its number.
    ///
    /// The number is made of the day, the kind and whom it is about, so that it is the same whatever else happens: sixteen
    /// bits of the day, five of the kind, and 32 of a hash of the rest, the next free one where several are alike. It is
    /// below 2^53, which every program can read, and an event's cause has a lower one.
    pub fn add(&mut self, event: Event) -> EventId {
        let first = (u64::from(self.day) << 37) | ((event.what as u64) << 32);
        let mut hash = self.hash(&event);
        while !self.taken.insert(first | u64::from(hash)) {
            hash = hash.wrapping_add(1);
        }
        let number = EventId::at(first | u64::from(hash));
        self.list.push((number, event));
        number
    }

    /// Whom an event is about, in 32 bits.
    fn hash(&self, event: &Event) -> u32 {
        let of = |keys: &[Key], at: Option<usize>| at.and_then(|at| keys.get(at)).copied().unwrap_or_default();
        let number = |number: Option<u32>| number.map_or(0, |number| u64::from(number) + 1);
        let named = [
            of(&self.keys.places, event.place),
            of(&self.keys.venues, event.venue),
            of(&self.keys.agencies, event.agency),
        ];
        let key = named.into_iter().fold(Key::numbered(event.good.map_or(0, |good| good.index() as u64 + 1)), Key::and);
        key.at(number(event.seller)).at(number(event.citizen)).and(event.beside).word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event has its number whatever came before it, and of like ones the next.
    #[test]
    fn a_number_does_not_depend_on_what_else_happens() {
        let raid = |venue| Event { venue: Some(venue), ..Event::new(EventKind::Raid) };
        let of_day = |day, list: &[usize]| {
            let keys = Keys { venues: (0..3).map(Key::numbered).collect(), ..Keys::default() };
            let mut events = Events::from_state(EventsState { begun: Vec::new() }, Arc::new(keys));
            events.new_day(day);
            list.iter().map(|&venue| events.add(raid(venue)).get().unwrap()).collect::<Vec<u64>>()
        };
        let alone = of_day(7, &[2]);
        assert_eq!(of_day(7, &[0, 1, 2])[2..], alone);
        assert_eq!(of_day(7, &[2, 2]), [alone[0], alone[0] + 1]);
        assert_ne!(of_day(8, &[2]), alone);
        assert!(of_day(36_500, &[0])[0] < 1 << 53);
    }

    /// A case comes of its trade, and a closed stall of the case: each has a higher number, on one day too.
    #[test]
    fn a_cause_has_a_lower_number_than_what_it_brings_about() {
        let mut events = Events::default();
        events.new_day(3);
        let kinds = [EventKind::StallClose, EventKind::Raid, EventKind::Case, EventKind::Trade, EventKind::Policy];
        let numbers: Vec<Option<u64>> = kinds.into_iter().map(|kind| events.add(Event::new(kind)).get()).collect();
        assert!(numbers.is_sorted_by(|later, earlier| later > earlier), "{numbers:?}");
        assert!((EventKind::SellerExit as i64) < 32, "five bits for the kind");
    }
}
