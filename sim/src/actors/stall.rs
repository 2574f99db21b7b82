//! Stalls: the arms of sellers. A stall offers one good at one venue, with a markup and a posture that it learns from its
//! own profits.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::pricing::PriceTable;
use crate::dice::{pick, unit};
use crate::goods::Good;
use crate::numerics::exp;
use crate::scenario::params::{GoodParams, Params};
use crate::units::Credits;

/// Markups a stall can ask.
pub const RUNGS: usize = 12;
/// Days for which escrow can hold a payment, and one.
pub const HOLDING: usize = 31;

/// Price over cost at a rung: from 1.1 in steps of 22 %.
pub fn markup(rung: u8) -> f64 {
    (0..rung).fold(1.1, |markup, _| markup * 1.22)
}

/// The highest markup that a stall of this good may ask. What is let by auction is offered at the least: bids do the rest.
pub(super) const fn highest_rung(good: Good) -> u8 {
    match good {
        Good::Positional => 0,
        _ => RUNGS as u8 - 1,
    }
}

/// Learned profit, in credits a day, of each markup in each posture; NaN where untried.
pub(crate) type Values = [[f32; RUNGS]; 2];

/// A seller's offer of one good at one venue. The good is given by the slot: see [`good_of`](crate::setting::Setting::good_of).
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Stall {
    /// Whether somebody runs it.
    pub open: bool,
    /// Who.
    pub seller: u32,
    /// Where.
    pub venue: u16,
    /// Since which day.
    pub opened: u32,
    /// Markup.
    pub rung: u8,
    /// Posture: guarded is harder to find, for agencies and buyers alike.
    pub guarded: bool,
    /// Price today, in milli-credits.
    pub(crate) price: i64,
    /// The markup on which that price stands.
    pub(super) price_rung: u8,
    /// Deliveries that a buyer expects, 0 to 1.
    pub reputation: f32,
    /// Quality of what is sold here.
    pub quality: f32,
    /// Whether it sells fakes for authentic things.
    pub fakes: bool,
    /// Why the price is what it is.
    pub reason: Reason,
    /// Learned profit, in credits a day, of each markup in each posture; NaN where untried.
    pub(crate) values: Values,
    /// The table of a stall that learns prices by states.
    pub(crate) table: Option<Box<PriceTable>>,
    /// The stall whose price such a one watches.
    pub(super) watched: u32,
    /// Its own last rung and that of the watched one, as the number of a state.
    pub(super) state: u16,
    /// Profit since the last decision, in milli-credits.
    pub profit: i64,
    /// Earned today, less what was sold cost, in milli-credits.
    pub margin: i64,
    /// Cases against it since the last decision.
    pub cases: u32,
    /// Number of the event of the last of them, or -1.
    pub last_case: i64,
    /// Units that buyers ask for in a day, smoothed.
    pub(crate) demand: f32,
    /// Units asked for today.
    pub asked: u32,
    /// Revenue of a usual day, in credits, over about thirty days.
    pub usual_revenue: f32,
    /// Revenue of today, in milli-credits.
    pub revenue: i64,
    /// Units sold today.
    pub sold: u32,
    /// Units sold on a usual day, over about thirty days.
    pub usual_sales: f32,
    /// How much people speak of it: what it sells, and some of what its seller sells elsewhere.
    pub renown: f32,
    /// Periods of loss in a row.
    pub(crate) losses: u8,
    /// Payments in escrow, by day of release.
    pub held: [i64; HOLDING],
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
            price: 0,
            price_rung: 0,
            reputation: 0.0,
            quality: 1.0,
            fakes: false,
            reason: Reason::Opened,
            values: [[f32::NAN; RUNGS]; 2],
            table: None,
            watched: 0,
            state: 0,
            profit: 0,
            margin: 0,
            cases: 0,
            last_case: -1,
            demand: 0.0,
            asked: 0,
            usual_revenue: 0.0,
            revenue: 0,
            sold: 0,
            usual_sales: 0.0,
            renown: 0.0,
            losses: 0,
            held: [0; HOLDING],
        }
    }

    /// Price today.
    pub const fn price(&self) -> Credits {
        Credits::milli(self.price)
    }

    /// Price over cost on which today's price stands.
    pub fn asked_markup(&self) -> f64 {
        markup(self.price_rung)
    }

    /// What a unit costs to make here, when a genuine one costs the seller `cost`.
    pub fn made_for(&self, params: &Params, cost: Credits) -> Credits {
        if self.fakes { params.own.authenticity.fake_cost } else { cost }
    }

    /// Most units it can make or bring in a day: machines copy without end.
    const fn supply(&self, family: &GoodParams) -> u32 {
        if self.fakes { u32::MAX } else { family.supply.get() }
    }

    /// Whether it is asked for more than it can ever bring.
    pub fn is_short(&self, family: &GoodParams) -> bool {
        f64::from(self.demand) > f64::from(self.supply(family))
    }

    /// Asks so many milli-credits today; where its markup is yesterday's and the price is not, `mover` moved it.
    pub(crate) fn ask(&mut self, price: i64, mover: Reason) {
        if self.price != price && self.price != 0 && self.price_rung == self.rung {
            self.reason = mover;
        }
        (self.price, self.price_rung) = (price, self.rung);
    }

    /// A case against it: what was lost counts among what its choices brought.
    pub fn suffer(&mut self, lost: Credits) {
        self.profit -= lost.as_milli();
        self.margin -= lost.as_milli();
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

/// The rung nearest to a price over cost.
pub(super) fn rung_of(ratio: f64) -> u8 {
    let half_step = 1.22f64.sqrt();
    (0..RUNGS as u8 - 1).find(|&rung| ratio < markup(rung) * half_step).unwrap_or(RUNGS as u8 - 1)
}

/// The best of what was tried, or `None` where nothing was.
pub(crate) fn best_choice(values: &Values) -> Option<(bool, u8)> {
    let mut best: Option<(f32, bool, u8)> = None;
    for (posture, row) in values.iter().enumerate() {
        for (rung, &value) in (0u8..).zip(row) {
            if !value.is_nan() && best.is_none_or(|(known, ..)| value > known) {
                best = Some((value, posture == 1, rung));
            }
        }
    }
    best.map(|(_, guarded, rung)| (guarded, rung))
}

/// A neighbouring choice: one rung up or down, or two, or the other posture.
pub(crate) fn try_something(guarded: bool, rung: u8, word: u32) -> (bool, u8) {
    let last = RUNGS as u8 - 1;
    match pick(word, 6).0 {
        0 | 1 => (guarded, (rung + 1).min(last)),
        2 | 3 => (guarded, rung.saturating_sub(1)),
        4 => (guarded, if pick(pick(word, 6).1, 2).0 == 0 { (rung + 2).min(last) } else { rung.saturating_sub(2) }),
        _ => (!guarded, rung),
    }
}

/// Share of periods in which a stall of this age tries something else.
pub fn exploration(params: &Params, age: u32) -> f64 {
    let syndicates = &params.syndicates;
    let declined = syndicates.exploration.get() * exp(-syndicates.exploration_decay.get() * f64::from(age));
    declined.max(syndicates.exploration_least.get())
}

/// Units that a stall makes or brings today: what it expects to sell, less its stock, as far as supply and capital go.
pub fn units_to_make(
    stall: &Stall,
    stock: u32,
    params: &Params,
    family: &GoodParams,
    cost: Credits,
    capital: Credits,
) -> u32 {
    let wanted = (f64::from(stall.demand) * f64::from(params.syndicates.stock_days.get())).ceil() as u32 + 1;
    let payable = capital.as_milli().max(0) / cost.as_milli().max(1);
    wanted.saturating_sub(stock).min(stall.supply(family)).min(u32::try_from(payable).unwrap_or(u32::MAX))
}

/// The markup with which a stall stands on the first day: one of seven low and middle rungs.
pub fn first_rung(word: u32) -> u8 {
    1 + (unit(word) * 7.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artisans_run_short_and_copies_do_not() {
        let family = GoodParams { supply: 8.into(), ..GoodParams::default() };
        let stall = |demand, fakes| Stall { fakes, demand, ..Stall::empty() };
        assert!(stall(8.5, false).is_short(&family) && !stall(8.0, false).is_short(&family));
        assert!(!stall(1000.0, true).is_short(&family));
    }

    #[test]
    fn markups_rise_by_22_percent_a_rung() {
        assert!((markup(0) - 1.1).abs() < 1e-12);
        assert!((markup(1) / markup(0) - 1.22).abs() < 1e-12);
        assert!(markup(RUNGS as u8 - 1) < 10.0);
    }

    #[test]
    fn the_best_choice_is_among_what_was_tried() {
        let mut values = [[f32::NAN; RUNGS]; 2];
        assert_eq!(best_choice(&values), None);
        values[0][3] = -1.0;
        values[1][5] = 2.0;
        assert_eq!(best_choice(&values), Some((true, 5)));
    }

    #[test]
    fn only_what_is_let_by_auction_has_no_markup_to_learn() {
        let learnt = Good::ALL.iter().filter(|&&good| highest_rung(good) > 0).count();
        assert_eq!((learnt, highest_rung(Good::Positional)), (Good::ALL.len() - 1, 0));
    }

    #[test]
    fn a_price_stands_on_the_nearest_rung() {
        for rung in 0..RUNGS as u8 {
            assert_eq!(rung_of(markup(rung) * 1.09), rung);
            assert_eq!(rung_of(markup(rung) / 1.09), rung);
        }
        assert_eq!((rung_of(0.1), rung_of(100.0)), (0, RUNGS as u8 - 1));
    }

    #[test]
    fn trying_something_stays_on_the_ladder() {
        for word in (0..u32::MAX).step_by(1 << 20) {
            for rung in 0..RUNGS as u8 {
                let (_, tried) = try_something(false, rung, word);
                assert!((tried as usize) < RUNGS && tried.abs_diff(rung) <= 2);
            }
        }
    }
}
