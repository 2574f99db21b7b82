//! Stalls: the arms of sellers. A stall offers one good at one venue, with a markup and a posture that it learns from its
//! own profits.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::units::Credits;
use crate::goods::params::GoodParams;
use crate::ids::event::EventId;
use crate::ids::rung::{RUNGS, markup};
use crate::ids::seller::HOLDING;
use crate::params::Params;
use crate::state::price_table::PriceTable;

/// Learned profit, in credits a day, of each markup in each posture; NaN where untried.
pub(crate) type RungValues = [[f32; RUNGS]; 2];

/// A seller's offer of one good at one venue. The good is given by the slot: see [`good_of`](crate::state::context::RunContext::good_of).
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Stall {
    /// Whether somebody runs it.
    pub open: bool,
    /// Place in the list of sellers of whoever runs it, or ran it last.
    pub seller: u32,
    /// Number of the venue where it stands, from 0.
    pub venue: u16,
    /// Day on which it opened.
    pub opened: u32,
    /// Markup, as a number of a rung, 0 to 11.
    pub rung: u8,
    /// Posture: guarded is harder to find, for agencies and buyers alike.
    pub guarded: bool,
    /// Price today.
    pub(crate) price: Credits,
    /// The markup on which that price stands.
    pub(crate) price_rung: u8,
    /// Price over cost that it means.
    pub(crate) over_cost: f64,
    /// What its markups are counted in: the cost of a unit when it opened, or what it is told.
    pub(crate) anchor: Credits,
    /// Deliveries that a buyer expects, 0 to 1.
    pub reputation: f32,
    /// Quality of what is sold here, as a share of full quality, 0 to 1.
    pub quality: f32,
    /// Whether it sells fakes for authentic things.
    pub fakes: bool,
    /// Whether it has a licence for what it sells.
    pub licensed: bool,
    /// Why the price is what it is.
    pub reason: Reason,
    /// Learned profit, in credits a day, of each markup in each posture; NaN where untried.
    pub(crate) values: RungValues,
    /// The table of a stall that learns prices by states.
    pub(crate) table: Option<Box<PriceTable>>,
    /// The stall whose price such a one watches.
    pub(crate) watched: u32,
    /// Its own last rung and that of the watched one, as the number of a state.
    pub(crate) state: u16,
    /// Profit since the last decision, in credits.
    pub profit: Credits,
    /// Takings and fines since the last decision, in credits.
    pub(crate) takings: Credits,
    pub(crate) fines: Credits,
    /// Units sold since the last decision.
    pub(crate) units: u32,
    /// What its stock had cost at the last decision, in credits.
    pub(crate) stocked: Credits,
    /// How well known it is, against the average stall of its good, summed over the days since the last decision.
    pub(crate) exposure: f32,
    /// The same today: 1 for the average.
    pub(crate) known: f32,
    /// Profit of a usual day, as it has learnt, in credits; what the law takes is what it takes on average.
    pub(crate) earned: f32,
    /// Earned today, less what was sold cost.
    pub margin: Credits,
    /// Fines of today.
    pub(crate) fined: Credits,
    /// How many cases there were against it since the last decision.
    pub cases: u32,
    /// Number of the event of the last of them, if there is one.
    pub last_case: EventId,
    /// Units that buyers ask for in a day, smoothed.
    pub(crate) demand: f32,
    /// Units asked for today.
    pub asked: u32,
    /// Revenue of a usual day, in credits, over about thirty days.
    pub usual_revenue: f32,
    /// Revenue of today.
    pub revenue: Credits,
    /// Units sold today.
    pub sold: u32,
    /// Units sold on a usual day, over about thirty days.
    pub usual_sales: f32,
    /// How much people speak of it: what it sells, and some of what its seller sells elsewhere.
    pub renown: f32,
    /// Payments in escrow, by day of release.
    pub held: [Credits; HOLDING],
}

impl Stall {
    /// An empty stall.
    pub fn empty() -> Self {
        Self {
            open: false,
            seller: 0,
            venue: 0,
            opened: 0,
            rung: 0,
            guarded: false,
            price: Credits::ZERO,
            price_rung: 0,
            over_cost: 1.0,
            anchor: Credits::ZERO,
            reputation: 0.0,
            quality: 1.0,
            fakes: false,
            licensed: false,
            reason: Reason::Opened,
            values: [[f32::NAN; RUNGS]; 2],
            table: None,
            watched: 0,
            state: 0,
            profit: Credits::ZERO,
            takings: Credits::ZERO,
            fines: Credits::ZERO,
            units: 0,
            stocked: Credits::ZERO,
            exposure: 0.0,
            known: 1.0,
            earned: 0.0,
            margin: Credits::ZERO,
            fined: Credits::ZERO,
            cases: 0,
            last_case: EventId::NONE,
            demand: 0.0,
            asked: 0,
            usual_revenue: 0.0,
            revenue: Credits::ZERO,
            sold: 0,
            usual_sales: 0.0,
            renown: 0.0,
            held: [Credits::ZERO; HOLDING],
        }
    }

    /// Price today.
    pub const fn price(&self) -> Credits {
        self.price
    }

    /// Price over cost that it means with today's price.
    pub const fn asked_markup(&self) -> f64 {
        self.over_cost
    }

    /// Price over cost on a rung, for a seller to whom a unit costs so much: the cost, and as many anchors more as the
    /// rung says.
    pub(crate) fn over_cost_at(&self, rung: u8, cost: Credits) -> f64 {
        let anchors = if cost > Credits::ZERO { self.anchor.get() / cost.get() } else { 1.0 };
        1.0 + (markup(rung) - 1.0) * anchors
    }

    /// What a genuine unit costs here, when it costs the seller `cost` without a licence.
    pub fn with_licence(&self, params: &Params, cost: Credits) -> Credits {
        if self.licensed { Credits::from(cost.get() * params.market.licence_cost.get()) } else { cost }
    }

    /// What a unit costs to make here, when a genuine one costs `cost`.
    pub fn made_for(&self, params: &Params, cost: Credits) -> Credits {
        if self.fakes { params.own.authenticity.fake_cost } else { cost }
    }

    /// Most units it can make or bring in a day: machines copy without end.
    pub(crate) const fn supply(&self, family: &GoodParams) -> u32 {
        if self.fakes { u32::MAX } else { family.supply.get() }
    }

    /// Whether it is asked for more than it can ever bring.
    pub fn is_short(&self, family: &GoodParams) -> bool {
        f64::from(self.demand) > f64::from(self.supply(family))
    }

    /// Asks this price today; where its markup is yesterday's and the price is not, `mover` moved it.
    pub(crate) fn ask(&mut self, price: Credits, mover: Reason, over_cost: f64) {
        if self.price != price && self.price != Credits::ZERO && self.price_rung == self.rung {
            self.reason = mover;
        }
        (self.price, self.price_rung, self.over_cost) = (price, self.rung, over_cost);
    }

    /// A case against it: what was lost counts among what its choices brought.
    pub fn suffer(&mut self, lost: Credits) {
        self.profit -= lost;
        self.margin -= lost;
        self.fined += lost;
        self.cases += 1;
    }
}

/// Why a stall asks what it asks: what moved its price last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It has just opened, and asks what others ask.
    Opened,
    /// The cost moved.
    Cost,
    /// It tries something else.
    Exploration,
    /// It has learnt that this pays.
    Learnt,
    /// It is asked for more than it can bring.
    Shortage,
    /// What it sells has leaked, and is copied.
    Leak,
    /// The law caps the price.
    Cap,
    /// Its house is told to ask that.
    Told,
}

impl Reason {
    /// Its name in explanations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Cost => "cost",
            Self::Exploration => "exploration",
            Self::Learnt => "learnt",
            Self::Shortage => "shortage",
            Self::Leak => "leak",
            Self::Cap => "cap",
            Self::Told => "told",
        }
    }
}
