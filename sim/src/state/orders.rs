//! Orders: what citizens decided to buy today, in the order of their numbers, and what became of it.

use bevy_ecs::prelude::*;

use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::state::context::RunContext;

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No stock was left, or no money.
    Unmet,
    /// Paid and delivered.
    Delivered,
    /// Paid, not delivered, and the money gone.
    Scammed,
    /// Paid, not delivered, and the money back.
    Refunded,
    /// The seller was the law: nothing was paid, nothing sold.
    Trapped,
    /// Others bid more for what was let by auction: nothing was paid, and nobody was wronged.
    Outbid,
}

impl Fate {
    /// Its name in explanations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unmet => "unmet",
            Self::Delivered => "delivered",
            Self::Scammed => "scammed",
            Self::Refunded => "refunded",
            Self::Trapped => "trapped",
            Self::Outbid => "outbid",
        }
    }
}

/// Against whom a case is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Who bought: a fine, a record, and the unit is seized.
    Buyer,
    /// Who sold: a fine, and stock is seized.
    Seller,
    /// Where it was sold: evidence towards a raid.
    Venue,
}

/// An order and its day.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Number of the citizen who buys.
    pub citizen: u32,
    /// Number of the slot of the stall where it was placed, or to which it was sent since, from 0.
    pub stall: u32,
    /// Number of the buyer's home place, from 0.
    pub place: u8,
    /// Provider of the agent who shopped, from 1; 0 for none.
    pub provider: u8,
    /// Event that brought the order to this stall, if there is one.
    pub cause: EventId,
    /// Draw of 32 even bits: turn in the stall's queue, the lower first.
    pub queue: u32,
    /// Draw of 32 even bits: whether a cheat delivers, and whether escrow pays back.
    pub honesty: u32,
    /// Draw: turn among the trades that an agency may examine.
    pub examine: u32,
    /// Draw of 32 even bits: whether an examined trade becomes a case, and against whom.
    pub verdict: u32,
    /// What the buyer would have paid rather than stay out, in credits: the price, and the surplus of the choice.
    pub bid: f32,
    /// Share of the buyer's deeds that can be seen: what the mask leaves.
    pub visible: f32,
    /// What became of it.
    pub fate: Fate,
    /// Whether the law forbids it (also on paper only) where the buyer lives.
    pub illicit: bool,
    /// Price paid to the stall, in credits; 0 where nothing was bought.
    pub price: Credits,
    /// Tax and markup paid beside the price, in credits.
    pub extra: Credits,
    /// Number of the agency that examined the trade, from 0; none where none did.
    pub examined_by: Option<u8>,
    /// The case that came of it.
    pub case: Option<Target>,
    /// Fine paid, in credits; 0 where there was none.
    pub fine: Credits,
    /// Number of the event that writes the trade down, if there is one.
    pub noted: EventId,
}

impl Order {
    /// Whether money and stock met.
    pub fn settled(&self) -> bool {
        !matches!(self.fate, Fate::Unmet | Fate::Trapped | Fate::Outbid)
    }

    /// Whether the buyer has got a unit of this good and can use it: delivered, and not seized.
    pub fn is_used(&self, context: &RunContext, good: Good) -> bool {
        self.fate == Fate::Delivered && self.case != Some(Target::Buyer) && context.good_of(self.stall as usize) == good
    }

    /// What the buyer paid in all, in credits: price, tax and markup.
    pub fn paid(&self) -> Credits {
        self.price + self.extra
    }
}

/// The day's orders.
#[derive(Resource, Default)]
pub struct Orders {
    /// In the order of the buyers' numbers.
    pub list: Vec<Order>,
    /// Violent incidents by the unstable today, by place.
    pub incidents: Vec<u32>,
}
