//! What a stall asks, how it chooses its markup and posture, and how much it makes.

use crate::base::dice::pick;
use crate::base::numerics::exp;
use crate::base::units::Credits;
use crate::goods::params::GoodParams;
use crate::ids::rung::RUNGS;
use crate::params::Params;
use crate::state::copies::Copies;
use crate::state::stall::{Reason, RungValues, Stall};

/// What a stall asks for a unit today, and what has moved its price where the markup is the same as yesterday.
///
/// `cost` is what a unit costs its seller, `over_cost` the price over cost that the stall means. `copies` says how far the
/// good is out, `copy` what a copy costs, in credits: the more people have one, the nearer the price comes to that. The
/// law allows `cap` at most. Nothing is free: the least price is a thousandth of a credit.
pub fn asking_price(cost: Credits, over_cost: f64, copies: &Copies, copy: f64, cap: Credits) -> (Credits, Reason) {
    let wanted = Credits::from(copies.left_of(cost.get() * over_cost, copy));
    let mover = match () {
        () if wanted > cap => Reason::Cap,
        () if copies.leaked => Reason::Leak,
        () => Reason::Cost,
    };
    (wanted.min(cap).max(Credits::milli(1)), mover)
}

/// The best of what was tried, or `None` where nothing was.
pub fn best_choice(values: &RungValues) -> Option<(bool, u8)> {
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
pub fn try_something(guarded: bool, rung: u8, word: u32) -> (bool, u8) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::good::Good;
    use crate::ids::rung::{highest_rung, markup, rung_of};
    use crate::state::copies::SEALED;

    /// A unit that costs 10 credits: 11 at the lowest markup, 13.42 one rung up.
    #[test]
    fn a_price_is_the_cost_times_the_markup() {
        let ask = |cost: f64, rung| asking_price(cost.into(), markup(rung), &SEALED[0], 1.0, 1e6.into());
        assert_eq!(ask(10.0, 0), (11.0.into(), Reason::Cost));
        assert_eq!(ask(10.0, 1), (13.42.into(), Reason::Cost));
        assert_eq!(ask(0.0, 0), (0.001.into(), Reason::Cost), "nothing is free");
    }

    #[test]
    fn the_law_caps_a_price() {
        let ask = |cap: f64| asking_price(10.0.into(), 1.1, &SEALED[0], 1.0, cap.into());
        assert_eq!(ask(11.0), (11.0.into(), Reason::Cost));
        assert_eq!(ask(8.0), (8.0.into(), Reason::Cap));
    }

    /// A copy costs 1 of the 11 credits. Where half of the people have one, half of the other 10 is left; where all have
    /// one, nothing of them.
    #[test]
    fn what_has_leaked_costs_little_more_than_a_copy() {
        let ask = |public| {
            let copies = Copies { leaked: true, public, ..SEALED[0] };
            asking_price(10.0.into(), 1.1, &copies, 1.0, 1e6.into())
        };
        assert_eq!(ask(0.0), (11.0.into(), Reason::Leak));
        assert_eq!(ask(0.5), (6.0.into(), Reason::Leak));
        assert_eq!(ask(1.0), (1.0.into(), Reason::Leak));
    }

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
