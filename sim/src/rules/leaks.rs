//! Leaks: what is digital is copied once it is out, by anybody, for ever.
//!
//! Data (privacy), designs (dangerous tech) and weights (taboo computing) can leak from any seller of them. The chance
//! grows with process debt: what was left undone in haste. Public copies spread like an infection and can be taken down;
//! private ones only grow. With them the price falls to what a copy costs, and nothing that anybody does brings it back; but
//! copies grow old, so that buyers come back in the course of years, until what is new leaks in its turn. A syndicate's own
//! code can leak too: then its rivals know what it had learnt. Who claimed to be safe falls deepest.
//!
//! Source: SIS epidemics for the spread, `x' = x + (1 - x)(1 - e^(-beta x)) - takedown x`.

use crate::base::numerics::exp;
use crate::base::units::{Credits, Share};
use crate::state::seller::Seller;

/// Public copies a day later.
pub fn spread(public: f64, contagion: f64, takedown: f64) -> f64 {
    (public + (1.0 - public) * (1.0 - exp(-contagion * public)) - takedown * public).clamp(0.0, 1.0)
}

/// Process debt a week later, for somebody of this haste whose sales grew by this share.
pub fn debt_after(debt: f64, haste: f64, growth: f64, gain: f64, diligence: f64) -> f64 {
    debt * (1.0 - diligence) + gain * haste * (0.2 + growth.clamp(0.0, 2.0))
}

/// How much sales of the last week exceed those of the week before.
pub(crate) fn growth(seller: &Seller, day: u32) -> f64 {
    let week = |ago: u32| -> u32 {
        (1..=7).map(|back| seller.sales[(day + 60 - ago - back) as usize % seller.sales.len()]).sum()
    };
    (f64::from(week(0)) - f64::from(week(7))) / (f64::from(week(7)) + 7.0)
}

/// The cost in credits of a copy of a good that costs `cost` credits.
pub fn copy_cost(cost: Credits, share: Share) -> f64 {
    cost.get() * share.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::copies::{Copies, FIRST_COPIES};

    /// With a contagion of 0.3 and takedowns of 0.1 the share with a public copy settles at 0.634; with takedowns faster
    /// than contagion it dies out.
    #[test]
    fn public_copies_settle_where_takedowns_balance_contagion() {
        let rest = |contagion, takedown| (0..5000).fold(FIRST_COPIES, |x, _| spread(x, contagion, takedown));
        assert!((rest(0.3, 0.1) - 0.634).abs() < 1e-3, "{}", rest(0.3, 0.1));
        assert!((rest(0.5, 0.25) - 0.4426).abs() < 1e-3, "{}", rest(0.5, 0.25));
        assert!(rest(0.2, 0.25) < 1e-6);
    }

    #[test]
    fn the_price_falls_to_the_cost_of_a_copy_and_takedowns_do_not_bring_it_back() {
        let sealed = Copies::default();
        assert_eq!(sealed.left_of(40.0, 1.0), 40.0);
        let half = Copies { leaked: true, private: 0.5, ..Copies::default() };
        assert_eq!(half.left_of(41.0, 1.0), 21.0);
        let out = Copies { leaked: true, public: 0.3, private: 1.0, ..Copies::default() };
        assert_eq!(out.left_of(40.0, 1.0), 1.0);
    }

    /// A third of its worth a year is lost: of what all had, 0.67 is left after a year, and 0.45 after two. What leaks then anew
    /// reaches one in a hundred of the others at first.
    #[test]
    fn copies_grow_old_and_what_is_new_can_leak_again() {
        let mut copies = Copies { leaked: true, private: 1.0, ..Copies::default() };
        let left = crate::base::numerics::pow(0.67, 1.0 / 365.0);
        (0..365).for_each(|_| copies.grow_old(left));
        assert!((copies.share() - 0.67).abs() < 1e-9);
        (0..365).for_each(|_| copies.grow_old(left));
        assert!((copies.share() - 0.4489).abs() < 1e-9);
        let again = copies.leaked_again(crate::ids::event::EventId::at(7));
        assert!((again.share() - (1.0 - (1.0 - 0.4489) * 0.99)).abs() < 1e-9);
    }

    /// Haste of 1 without growth adds 0.1 a week; where diligence pays off a tenth, debt rests at 1.
    #[test]
    fn debt_rests_where_diligence_pays_off_what_haste_runs_up() {
        let debt = (0..500).fold(0.0, |debt, _| debt_after(debt, 1.0, 0.0, 0.5, 0.1));
        assert!((debt - 1.0).abs() < 1e-9);
        assert!(debt_after(1.0, 2.0, 0.5, 0.5, 0.1) > debt_after(1.0, 1.0, 0.5, 0.5, 0.1));
    }
}
