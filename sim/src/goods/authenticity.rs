//! # Authentic things
//!
//! ## What it is
//!
//! Things made by hand, relics from before the machines, natural food, live imperfect performance.
//!
//! ## Why it is restricted
//!
//! Machines copy everything; what is certified as made by people is restricted to keep the certificate scarce.
//!
//! ## Mechanics
//!
//! Nobody can tell what is genuine, not even after the purchase: a credence good. Sellers are artisans, who make a few
//! units a day at full cost, or fakers, who copy for next to nothing and ask what artisans ask. Which of the two a stall is
//! depends on its owner's temperament, and later on what either is worth: what it earned of late, for as long as it is not
//! found out. Where artisans cannot make all that they are asked for, they ask more, and fakers find buyers. Buyers start
//! from what is said of the trade (the share of units that turned out genuine) and inspect: a genuine unit passes a check
//! more often than a fake. The more doubt is left, the less it is worth to them. The law may police fakers. Every hand
//! that a unit has gone through may have put a fake in its place.
//!
//! ## Levers
//!
//! `goods.authenticity.policing`, `faker_fine`, `sensitivity`, `false_accept`, `checks`, `truth`, `splicing`, `hands`,
//! `fake_cost`, `rumour`, `imitation`, `goods.authenticity.supply` (what an artisan makes in a day),
//! `temperaments.*.fakes`.
//!
//! ## What to expect
//!
//! Policing fakers raises the share that is genuine, and the price: trust brings more buyers than artisans can serve. As
//! fakes come to pass checks as well as genuine things do, trade does not fade: at some point doubt drives artisans out,
//! that deepens the doubt, and it collapses. Months later newcomers who make what they sell may bring it back.
//! Source: Akerlof (1970) for the unravelling; Darby and Karni (1973) for credence goods.

use serde::{Deserialize, Serialize};

use crate::base::fields::params;
use crate::base::numerics::{ln, logistic, pow};
use crate::base::units::{Count, Credits, Factor, PerDay, Share, Utils};
use crate::goods::params::GoodParams;

params! {
    /// What authentic things alone have.
    pub struct Authenticity {
        /// Cost of a fake
        ///
        /// Raising it leaves fakers less, and so fewer of them.
        /// Source: assumption; what machines copy costs little.
        fake_cost: Credits = 4.0, "credits", 0.0 ..= 1_000_000.0, Day;
        /// Chance that a genuine unit passes a check
        ///
        /// Raising it makes checks worth more.
        /// Source: assumption within 0.6 to 0.99.
        sensitivity: Share = 0.9, "of genuine units", 0.0 ..= 1.0, Day;
        /// Chance that a fake passes a check
        ///
        /// Better replicators raise it. Where it comes near to the chance of a genuine unit, checks say nothing, and trade collapses.
        /// Source: assumption.
        false_accept: Share = 0.4, "of fakes", 0.0 ..= 1.0, Day;
        /// Checks of provenance that do not depend on each other
        ///
        /// A provenance subsidy. Raising it lets buyers tell genuine from fake whatever fakers learn.
        /// Source: assumption.
        checks: Count = 1, "checks", 0.0 ..= 4.0, Day;
        /// What it is worth to a buyer that a unit is genuine for certain
        ///
        /// Raising it makes doubt dearer; at 0 nobody cares.
        /// Source: assumption; buyers of what is genuine pay for little else.
        truth: Utils = 6.0, "utils", 0.0 ..= 50.0, Day;
        /// Chance a day that a stall of fakes is found out
        ///
        /// Raising it drives fakers out: the price rises, and so does the share that is genuine.
        /// Source: assumption.
        policing: PerDay = 0.004, "per stall of fakes and day", 0.0 ..= 1.0, Day;
        /// Fine of a faker who is found out
        ///
        /// Raising it makes faking pay less.
        /// Source: assumption.
        faker_fine: Credits = 600.0, "credits", 0.0 ..= 1_000_000.0, Day;
        /// Chance that a hand through which a unit goes puts a fake in its place
        ///
        /// Raising it makes even honest sellers' things doubtful.
        /// Source: assumption within 0.01 to 0.1.
        splicing: Share = 0.02, "per hand", 0.0 ..= 1.0, Day;
        /// Hands through which a unit goes before it is sold
        ///
        /// Raising it makes splicing tell.
        /// Source: assumption.
        hands: Count = 1, "hands", 0.0 ..= 100.0, Day;
        /// How fast it becomes known what share of units is genuine
        ///
        /// Raising it lets trust follow the truth sooner, up and down.
        /// Source: assumption.
        rumour: Share = 0.05, "of the gap, per day", 0.0 ..= 1.0, Day;
        /// How readily a stall turns to what is worth more
        ///
        /// Raising it makes the mixture of artisans and fakers follow what either is worth faster.
        /// Source: assumption; imitation of the more successful. Faster than rumour it drives trust out before anybody sees it go.
        imitation: Factor = 0.005, "per day, at twice the worth", 0.0 ..= 10.0, Day;
    }
}

/// Most checks.
const MOST_CHECKS: usize = 4;

/// What is known of the trade in authentic things.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Provenance {
    /// Share of units that people believe to be genuine.
    pub belief: f32,
    /// What a stall of artisans and one of fakers earned on a usual day after fines, in credits.
    pub earned: [f32; 2],
}

impl Provenance {
    /// Before anything is known.
    pub const fn unknown() -> Self {
        Self { belief: 0.7, earned: [0.0; 2] }
    }
}

/// Chance that a unit of an honest seller is still genuine after so many hands.
pub fn still_genuine(splicing: f64, hands: u32) -> f64 {
    pow(1.0 - splicing, f64::from(hands))
}

/// The share genuine among units with this many checks passed of so many, when a share `prior` is genuine at the start.
///
/// Every check adds its log-odds, as independent evidence does.
pub fn posterior(prior: f64, sensitivity: f64, false_accept: f64, checks: u32, passed: u32) -> f64 {
    let limit = |share: f64| share.clamp(1e-6, 1.0 - 1e-6);
    let (prior, s, f) = (limit(prior), limit(sensitivity), limit(false_accept));
    let odds = ln(prior / (1.0 - prior))
        + f64::from(passed) * ln(s / f)
        + f64::from(checks - passed) * ln((1.0 - s) / (1.0 - f));
    logistic(odds)
}

/// What an inspection finds, laid out for the day: utility lost to doubt by checks passed, and how often each number
/// comes about, for artisans and for fakers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inspection {
    lost: [f32; MOST_CHECKS + 1],
    /// At or above which draw one check more is passed, by nature of the stall.
    bounds: [[u32; MOST_CHECKS]; 2],
}

impl Inspection {
    /// Today's, when so much is believed to be genuine.
    pub fn new(params: &Authenticity, belief: f32) -> Self {
        let checks = params.checks.get().min(MOST_CHECKS as u32);
        let (s, f) = (params.sensitivity.get(), params.false_accept.get());
        let genuine = still_genuine(params.splicing.get(), params.hands.get());
        let mut inspection = Self { bounds: [[u32::MAX; MOST_CHECKS]; 2], ..Self::default() };
        for passed in 0..=checks {
            let doubt = 1.0 - posterior(f64::from(belief), s, f, checks, passed);
            inspection.lost[passed as usize] = (params.truth.get() * doubt) as f32;
        }
        for (bounds, genuine) in inspection.bounds.iter_mut().zip([genuine, 0.0]) {
            let mut sum = 0.0;
            for (passed, bound) in (0..checks).zip(bounds) {
                let chance = |pass: f64| {
                    let ways: f64 = (0..passed).map(|k| f64::from(checks - k) / f64::from(k + 1)).product();
                    ways * pow(pass, f64::from(passed)) * pow(1.0 - pass, f64::from(checks - passed))
                };
                sum += genuine * chance(s) + (1.0 - genuine) * chance(f);
                *bound = (sum * 65_536.0) as u32;
            }
        }
        inspection
    }

    /// Utility lost to the doubt that is left after inspecting what a stall sells.
    #[inline]
    pub fn lost(&self, fakes: bool, draw: u16) -> f32 {
        let passed = self.bounds[usize::from(fakes)].iter().filter(|&&bound| u32::from(draw) >= bound).count();
        self.lost[passed]
    }
}

/// Chance a day that a stall turns to the other way, when that is worth so much against this one's.
pub fn turning(imitation: f64, this: f64, other: f64) -> f64 {
    let gain = (other - this) / this.abs().max(1.0);
    (imitation * gain).clamp(0.0, 1.0)
}

/// The parameters of this family in the default world.
pub fn defaults() -> GoodParams {
    GoodParams {
        desire: 0.40.into(),
        reactance: 0.05.into(),
        ethics: (-0.10).into(),
        novelty: 0.10.into(),
        thrill: 0.00.into(),
        taboo: 0.00.into(),
        exclusivity: 0.45.into(),
        appeal: (-0.6).into(),
        cost: 20.0.into(),
        harm: 0.0.into(),
        supply: 8.into(),
        holding: 365.into(),
        ..GoodParams::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Params;
    use crate::rules::crafts::worth_of_crafts;

    /// At even odds a check that genuine units pass nine times in ten and fakes three times leaves 0.75 after a pass and
    /// 1/8 after a failure; two passes leave 0.9.
    #[test]
    fn a_check_moves_the_odds_by_what_it_can_tell() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        near(posterior(0.5, 0.9, 0.3, 1, 1), 0.75);
        near(posterior(0.5, 0.9, 0.3, 1, 0), 0.125);
        near(posterior(0.5, 0.9, 0.3, 2, 2), 0.9);
        near(posterior(0.2, 0.6, 0.6, 3, 1), 0.2);
    }

    /// A hand that puts a fake in its place one time in ten leaves 0.81 of the units genuine after two.
    #[test]
    fn every_hand_may_splice_a_fake() {
        assert!((still_genuine(0.1, 2) - 0.81).abs() < 1e-12);
        assert_eq!(still_genuine(0.1, 0), 1.0);
    }

    #[test]
    fn an_inspection_of_a_fake_leaves_more_doubt_than_that_of_a_genuine_thing() {
        let params = Authenticity {
            checks: 2.into(),
            splicing: 0.0.into(),
            false_accept: 0.25.into(),
            truth: 4.0.into(),
            ..Authenticity::default()
        };
        let inspection = Inspection::new(&params, 0.6);
        let mean = |fakes| (0..=u16::MAX).map(|draw| f64::from(inspection.lost(fakes, draw))).sum::<f64>() / 65_536.0;
        // By hand: posteriors 0.9511, 0.4186 and 0.0260 for two, one and no check passed.
        let expected = |pass: f64| {
            let doubt = [1.0 - 0.026, 1.0 - 0.418_6, 1.0 - 0.951_1];
            4.0 * ((1.0 - pass) * (1.0 - pass) * doubt[0]
                + 2.0 * pass * (1.0 - pass) * doubt[1]
                + pass * pass * doubt[2])
        };
        assert!((mean(false) - expected(0.9)).abs() < 2e-3, "{} {}", mean(false), expected(0.9));
        assert!((mean(true) - expected(0.25)).abs() < 2e-3, "{} {}", mean(true), expected(0.25));
    }

    /// A daily discount of 0.98 and a chance of 0.01 to lose the trade make 33.56 days; with one of 0.05 they make 14.49.
    #[test]
    fn fakers_who_may_be_found_out_count_fewer_days() {
        let mut params = Params::default();
        params.own.authenticity.policing = 0.04.into();
        params.syndicates.hazard = 0.01.into();
        let known = Provenance { belief: 0.5, earned: [10.0, 20.0] };
        let [artisans, fakers] = worth_of_crafts(&params, &known);
        assert!((artisans - 335.6).abs() < 0.1 && (fakers - 289.9).abs() < 0.1, "{artisans} {fakers}");
    }

    #[test]
    fn a_stall_turns_only_to_what_is_worth_more() {
        assert_eq!(turning(0.05, 10.0, 20.0), 0.05);
        assert_eq!(turning(0.05, 20.0, 10.0), 0.0);
        assert_eq!(turning(0.05, -1.0, 1.0), 0.1);
    }
}
