//! What is to be earned with a stall of each good, as whoever opens one sees it, and which good that makes them choose.

use crate::base::dice::choose;
use crate::base::key::Key;
use crate::base::numerics::exp;
use crate::ids::good::{GOODS, Good};
use crate::params::Params;
use crate::state::lore::{Lore, worths};

/// What sellers expect of a new stall of each good.
#[derive(Clone, Copy, Debug)]
pub struct Prospects {
    /// Profit of a day, in credits. A new stall is found by chance only: hearsay has to be earned.
    pub(crate) profits: [f32; GOODS],
    /// Share of those who think of opening a stall who choose each good; the rest open none.
    pub(crate) shares: [f64; GOODS],
}

impl Prospects {
    /// As they follow from what is told of each good: a logit over goods, and opening none, whose spread is the error of
    /// such guesses. Before anything is told all goods look alike, and as good as none.
    pub fn of(params: &Params, lore: &[Lore; GOODS]) -> Self {
        let syndicates = &params.syndicates;
        let found = 1.0 - params.demand.hearsay.as_f32();
        let told = lore.iter().any(|lore| lore.days.iter().flatten().any(|&days| days > 0.0));
        let upkeep = syndicates.upkeep.get() as f32;
        let worths = worths(lore, syndicates.plan_days.get() as f32);
        let profits = worths.map(|worth| if told { worth * found - upkeep } else { 0.0 });
        let most = profits.iter().fold(0.0, |most: f32, &profit| most.max(profit));
        let pull = |profit: f32| exp(f64::from(profit - most) / syndicates.guess.get().max(0.001));
        let pulls = profits.map(pull);
        let all = pull(0.0) + pulls.iter().sum::<f64>();
        Self { profits, shares: pulls.map(|pull| pull / all) }
    }

    /// The good that a draw chooses, of those that may be; `None` where none may.
    pub fn choose(&self, word: u32, may: impl Fn(Good) -> bool) -> Option<Good> {
        let weight = |good: Good| if may(good) { self.shares[good.index()] } else { 0.0 };
        let goods = Good::ALL.iter().map(|&good| (Key::named("goods", good.word()), weight(good)));
        choose(word, goods).map(Good::at)
    }
}

/// Chance that a stall gives up at the end of a period: its owner compares what it earns with other things to do, which bring
/// nothing on average. Whoever earns nothing goes on for `patience` periods on average, and whoever earns a few times the
/// upkeep hardly ever ends.
///
/// Source: exit by a random outside option, Hopenhayn (1992), as a logit whose spread is the upkeep.
pub fn chance_to_quit(earned: f64, upkeep: f64, patience: f64) -> f64 {
    (2.0 / patience.max(1.0) / (1.0 + exp(earned / upkeep.max(0.001)))).min(1.0)
}

/// Chance that a stall that earns `here` takes up another good that promises `there`: in proportion to what is gained.
///
/// Source: proportional imitation, Schlag (1998).
pub fn chance_to_change(here: f64, there: f64, mobility: f64) -> f64 {
    if there > 0.0 { mobility * ((there - here) / there).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_earns_little_gives_up_sooner_than_who_earns_much() {
        let close = |one: f64, other: f64| (one - other).abs() < 1e-6;
        assert!(close(chance_to_quit(0.0, 4.0, 5.0), 0.2) && close(chance_to_quit(-1e6, 4.0, 5.0), 0.4));
        // A spread below, 2 / 5 / (1 + 1 / e); four spreads above, 2 / 5 / (1 + e^4).
        assert!(close(chance_to_quit(-4.0, 4.0, 5.0), 0.292_423) && close(chance_to_quit(16.0, 4.0, 5.0), 0.007_194_5));
        assert_eq!(chance_to_quit(-1e6, 4.0, 1.0), 1.0);
    }

    #[test]
    fn who_would_gain_more_changes_sooner() {
        assert!((chance_to_change(5.0, 20.0, 0.4) - 0.3).abs() < 1e-9);
        assert_eq!(chance_to_change(-5.0, 20.0, 0.4), 0.4);
        assert_eq!([chance_to_change(20.0, 5.0, 0.4), chance_to_change(-9.0, -5.0, 0.4)], [0.0, 0.0]);
    }

    /// 20 credits a day at an average stall, 5 of them in its first days at a hearsay of 3 in 4, less an upkeep of 4: 1 credit;
    /// with guesses off by 1, e times as many choose it as choose none. All goods are believed to be alike.
    #[test]
    fn goods_are_chosen_by_a_logit_of_what_they_promise() {
        let mut params = Params::default();
        params.demand.hearsay = 0.75.into();
        params.syndicates.guess = 1.0.into();
        params.syndicates.upkeep = 4.0.into();
        let mut lore = [Lore::SILENT; GOODS];
        let silent = Prospects::of(&params, &lore);
        assert!(silent.shares.iter().all(|share| (share - 0.1).abs() < 1e-9));
        lore[3].hear(false, 2, (2000.0, 100.0), 100.0);
        let prospects = Prospects::of(&params, &lore);
        assert!(prospects.profits.iter().all(|profit| (profit - 1.0).abs() < 1e-5));
        let e = std::f64::consts::E;
        assert!((prospects.shares[0] - e / (1.0 + GOODS as f64 * e)).abs() < 1e-6);
        assert_eq!(prospects.choose(7, |good| good == Good::Privacy), Some(Good::Privacy));
        assert_eq!(prospects.choose(7, |_| false), None);
    }
}
