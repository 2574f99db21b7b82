//! Corruption: some officers drop a case for a bribe, where the seller in it is ready to pay one.
//!
//! The bribe is what two who bargain would share out: the accused saves the fine, the officer gains what would otherwise go
//! to the treasury. Source: Nash (1950) for the bargain; Becker and Stigler (1974) for officers who can be bought.

use crate::base::dice::{halves, stir};
use crate::base::units::Credits;
use crate::params::law::Law;
use crate::rules::settlement::share_of;
use crate::state::orders::Order;

/// What an officer with this share of the bargaining power gets of a fine.
pub fn bribe_for(fine: Credits, power: f64) -> Credits {
    share_of(fine, power)
}

/// Whether the officer of a case takes, the seller is ready to pay, and it comes out. The draws are the case's own, so a
/// larger chance drops the same cases and more.
pub(crate) fn falls(order: &Order, law: &Law, readiness: f64, exposure: f64) -> Option<bool> {
    let below = |draw: u16, chance: f64| f64::from(draw) < chance * 65_536.0;
    let (takes, pays) = halves(stir(order.verdict, order.examine));
    let dropped = below(takes, law.corruption.get()) && below(pays, readiness);
    dropped.then(|| below(halves(stir(order.examine, order.verdict)).1, exposure))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who bargains on equal terms splits what is to be had: of a fine of 100, each side keeps 50.
    #[test]
    fn a_bribe_splits_the_fine_by_bargaining_power() {
        assert_eq!(bribe_for(Credits::from(100.0), 0.5), Credits::from(50.0));
        assert_eq!(bribe_for(Credits::from(100.0), 0.9), Credits::from(90.0));
    }
}
