//! Who runs stalls: syndicates, councils, houses and rogue AIs.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::dice::{Purpose, choose, happens};
use crate::base::key::Key;
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::ids::seller::{HouseId, TemperamentId};
use crate::params::Params;
use crate::params::house::cost_of_quality;
use crate::params::temperament::TemperamentParams;
use crate::state::context::RunContext;
use crate::state::price_table::PriceTable;
use crate::state::stall::{RungValues, Stall};

/// Days of sales that are remembered.
pub const MONTH: usize = 30;

/// Days of a week.
const WEEK: u64 = 7;

/// What kind of seller it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SellerKind {
    /// A syndicate run by an algorithm for people.
    Syndicate,
    /// A syndicate that runs itself.
    RogueAi,
    /// The council of an enclave.
    Council,
}

impl SellerKind {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syndicate => "syndicate",
            Self::RogueAi => "rogue_ai",
            Self::Council => "enclave",
        }
    }
}

/// A seller.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Seller {
    /// Its number: the day and the slot of its entry, so to speak; never used twice.
    pub number: u32,
    /// What its draws are keyed by: of a house its name, of a council its place, of a syndicate its number, of a rogue AI
    /// whom or what it comes of, and when.
    pub key: u64,
    /// Whether it trades; a dead one waits to be somebody else.
    pub alive: bool,
    /// What kind it is.
    pub kind: SellerKind,
    /// Its temperament; none for a council.
    pub temperament: TemperamentId,
    /// Which house it is, if any.
    pub house: HouseId,
    /// Whether it cheats when that pays.
    pub cheats: bool,
    /// Number of the event of its entry or birth, if there is one.
    pub arrival: EventId,
    /// Day on which it entered.
    pub entered: u32,
    /// How many stalls it has open.
    pub stalls: u32,
    /// What it has learned each venue to bring, in credits a day, to a stall as well known as the average.
    pub venue_values: Vec<f32>,
    /// Revenue of each of the last days, in milli-credits.
    pub revenue: [i64; MONTH],
    /// Sales of each of the last days.
    pub sales: [u32; MONTH],
    /// How many cases there were against it since it entered.
    pub cases: u32,
    /// The last case against it that was written down, if there is one.
    pub last_case: EventId,
    /// Cases against it of late: half is forgotten in thirty days.
    pub heat: f32,
    /// Profit of a usual day, in credits, over about thirty days.
    pub usual_profit: f32,
    /// Day on which it will be gone with what was paid and not delivered; 0 while it means to stay.
    pub vanishes: u32,
    /// Day on which a house that has nothing left is financed again; 0 while it has.
    pub returns: u32,
    /// Process debt, 0 or more: what was left undone in haste.
    pub debt: f32,
    /// What it has learnt to ask for each good: it outlives the stall that learnt it.
    pub lessons: Vec<PriceMemory>,
}

/// What a stall has learnt of prices, kept by its seller.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriceMemory {
    pub(crate) good: u8,
    pub(crate) values: RungValues,
    pub(crate) table: Option<Box<PriceTable>>,
}

impl Seller {
    /// Nobody, yet.
    pub fn nobody(venues: usize) -> Self {
        Self {
            number: 0,
            key: 0,
            alive: false,
            kind: SellerKind::Syndicate,
            temperament: TemperamentId::NONE,
            house: HouseId::NONE,
            cheats: false,
            arrival: EventId::NONE,
            entered: 0,
            stalls: 0,
            venue_values: vec![0.0; venues],
            revenue: [0; MONTH],
            sales: [0; MONTH],
            cases: 0,
            last_case: EventId::NONE,
            heat: 0.0,
            usual_profit: 0.0,
            vanishes: 0,
            returns: 0,
            debt: 0.0,
            lessons: Vec::new(),
        }
    }

    /// A syndicate that enters on a day at a slot, or a rogue AI, as it is drawn by its key; `None` where a rogue AI is
    /// wanted and there is no such kind.
    pub fn drawn(
        params: &Params,
        context: &RunContext,
        (key, number): (Key, u32),
        day: u32,
        rogue: bool,
    ) -> Option<Self> {
        let [kind, nature] = context.dice.of(key).words::<2>(Purpose::Entry, day, 0);
        let kinds = &params.temperaments;
        let weights = kinds.iter().map(|kind| kind.params.share.get());
        let keys = context.keys.temperaments.iter().copied();
        let temperament = if rogue {
            // Of those that run themselves; they need no share, since they are born and do not enter.
            let some = kinds.iter().any(|kind| kind.params.runs_itself && kind.params.share.get() > 0.0);
            let weight = |kind: &TemperamentParams| if some { kind.share.get() } else { 1.0 };
            let weights = kinds.iter().map(|kind| if kind.params.runs_itself { weight(&kind.params) } else { 0.0 });
            choose(kind, keys.zip(weights))?
        } else {
            choose(kind, keys.zip(weights))?
        };
        let about = &kinds[temperament].params;
        Some(Self {
            number,
            key: key.bits(),
            alive: true,
            kind: if about.runs_itself { SellerKind::RogueAi } else { SellerKind::Syndicate },
            temperament: TemperamentId::at(temperament),
            cheats: happens(nature, about.cheats.get()),
            entered: day,
            ..Self::nobody(params.venues.len())
        })
    }

    /// What its draws are keyed by.
    pub const fn key(&self) -> Key {
        Key::of_bits(self.key)
    }

    /// Whether a day is the one in a week on which it looks back: each has its own.
    pub fn is_its_day(&self, day: u32) -> bool {
        (u64::from(day) + self.key % WEEK).is_multiple_of(WEEK)
    }

    /// Its temperament; a council has none.
    pub fn temperament<'a>(&self, params: &'a Params) -> Option<&'a TemperamentParams> {
        self.temperament.get().map(|kind| &params.temperaments[kind].params)
    }

    /// Quality of what it sells, as a share of full quality, 0 to 1.
    pub fn quality(&self, params: &Params) -> f32 {
        let own = || self.temperament(params).map_or(1.0, |kind| kind.quality.as_f32());
        self.orders(params).map_or_else(own, |orders| orders.quality.as_f32())
    }

    /// What a unit costs it, when it costs others `cost`.
    pub fn unit_cost(&self, params: &Params, cost: Credits) -> Credits {
        let own = self.temperament(params).map(|kind| kind.cost.get());
        let told = self.orders(params).map(|orders| cost_of_quality(orders.quality.get()));
        told.or(own).map_or(cost, |factor| Credits::from(cost.get() * factor))
    }

    /// Chance a day that it gives up its trade for reasons of its own: each recent case at a stall of its own adds as much again,
    /// and less at one of many.
    pub(crate) fn chance_to_give_up(&self, params: &Params) -> f64 {
        let heat = f64::from(self.heat) / f64::from(self.stalls.max(1));
        (params.syndicates.hazard.get() * (1.0 + heat)).min(1.0)
    }

    /// How ready it is to bribe: the share of chances to bribe that it takes, 0 to 1.
    pub fn bribes(&self, params: &Params) -> f64 {
        let own = || self.temperament(params).map_or(0.0, |kind| kind.bribes.get());
        self.orders(params).map_or_else(own, |orders| orders.bribes.get())
    }

    /// Keeps what a stall has learnt of a good, unless it knows more already.
    pub(crate) fn remember(&mut self, good: Good, stall: &mut Stall) {
        let best = |values: &RungValues| values.iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max);
        let practice = |table: &Option<Box<PriceTable>>| table.as_ref().map_or(0, |table| table.practice());
        let lesson = PriceMemory { good: good.index() as u8, values: stall.values, table: stall.table.take() };
        match self.lessons.iter_mut().find(|known| known.good == lesson.good) {
            Some(known) => {
                if best(&lesson.values) > best(&known.values) {
                    known.values = lesson.values;
                }
                if practice(&lesson.table) > practice(&known.table) {
                    known.table = lesson.table;
                }
            }
            None => self.lessons.push(lesson),
        }
    }

    /// Whether it is a rogue AI that trades.
    pub fn is_rogue(&self) -> bool {
        self.alive && self.kind == SellerKind::RogueAi
    }

    /// Revenue of the last thirty days, in milli-credits.
    pub fn month_revenue(&self) -> i64 {
        self.revenue.iter().sum()
    }
}

/// Sellers that are `wanted`, by number: where they stand in their list says nothing of them.
pub fn by_number(sellers: &[Seller], wanted: impl Fn(&Seller) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..sellers.len()).filter(|&place| wanted(&sellers[place])).collect();
    places.sort_unstable_by_key(|&place| sellers[place].number);
    places
}

/// The good of most of a seller's stalls.
pub fn main_good(context: &RunContext, stalls: &[Stall], slots: &[usize]) -> Option<Good> {
    let mut counts = [0u32; GOODS];
    for &slot in slots.iter().filter(|&&slot| stalls[slot].open) {
        counts[context.good_of(slot).index()] += 1;
    }
    let most = *counts.iter().max()?;
    (most > 0).then(|| Good::at(counts.iter().position(|&count| count == most).expect("the most is among them")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stall_learnt_outlives_it_unless_more_is_known() {
        let mut seller = Seller::nobody(1);
        let mut stall = Stall::empty();
        stall.values[0][4] = 5.0;
        seller.remember(Good::Privacy, &mut stall);
        stall.values[0][4] = 3.0;
        seller.remember(Good::Privacy, &mut stall);
        seller.remember(Good::Experience, &mut stall);
        assert_eq!((seller.lessons.len(), seller.lessons[0].values[0][4]), (2, 5.0));
    }
}
