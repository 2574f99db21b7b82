//! Facts: what happened today, each with its cause. Rules write them; the recorder only listens.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::record::counts::Counts;
use crate::state::context::RunContext;
use crate::state::orders::Order;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A trade of note: one that something came of.
    Trade,
    /// A case, caused by its trade.
    Case,
    /// A search of somebody with a mask that found something.
    Search,
    /// A raid on a venue.
    Raid,
    /// A raid on a zone of recreated scarcity.
    ZoneRaid,
    /// An operator ran away with the escrow.
    ExitScam,
    /// A case was dropped for a bribe.
    Bribe,
    /// A secret got out.
    Leak,
    /// A stall was found out with fakes.
    FakerCaught,
    /// A syndicate entered.
    SellerEntry,
    /// A syndicate gave up.
    SellerExit,
    /// A stall moved to another venue.
    SellerMove,
    /// A stall closed whose seller goes on, or closes all of them.
    StallClose,
    /// A rogue AI was born.
    RogueBirth,
    /// A rogue AI was taken down.
    RogueTakedown,
    /// A venue closed in good order.
    VenueClose,
    /// A venue opened again.
    VenueOpen,
    /// An entry of the timeline started or ended.
    Policy,
    /// An agent was hijacked by an injected instruction.
    Injection,
    /// Somebody was robbed of an identity.
    Coercion,
    /// An artefact failed.
    Accident,
    /// A shipment from a colony was caught.
    Interception,
    /// A colony opened its lane.
    LaneOpen,
    /// A colony closed its lane.
    LaneClose,
    /// An enclave became too large to be overlooked.
    EnclaveVisible,
    /// A ring was laid around an enclave.
    Containment,
    /// The ring was lifted.
    ContainmentEnd,
    /// An enclave was eradicated.
    Eradication,
    /// A house that had nothing left was financed again.
    HouseFinanced,
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
            cause: EventId::NONE,
            note: String::new(),
        }
    }
}

/// What happened today.
#[derive(Resource, Default)]
pub struct Events {
    /// Events of the run so far.
    happened: u64,
    begun: Vec<Begun>,
    /// Events with their numbers.
    pub list: Vec<(EventId, Event)>,
    /// How many sellers entered today.
    pub entries: i64,
    /// How many sellers gave up today.
    pub exits: i64,
    /// How many venues were raided today.
    pub raids: i64,
    /// Causes of the rogue AIs that are about to be born.
    pub births: Vec<EventId>,
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
    /// The event that comes next.
    next: EventId,
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
    /// Goes on numbering.
    pub fn from_state(state: EventsState) -> Self {
        Self { happened: state.next.get().unwrap_or_default(), begun: state.begun, ..Self::default() }
    }

    /// Where numbering stands.
    pub fn state(&self) -> EventsState {
        EventsState { next: EventId::at(self.happened), begun: self.begun.clone() }
    }

    /// Yesterday is over.
    pub fn new_day(&mut self) {
        *self = Self::from_state(self.state());
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
    pub fn add(&mut self, event: Event) -> EventId {
        let number = EventId::at(self.happened);
        self.happened += 1;
        self.list.push((number, event));
        number
    }
}
