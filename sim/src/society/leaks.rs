//! Leaks: what is digital is copied once it is out, by anybody, for ever.
//!
//! Data (privacy), designs (dangerous tech) and weights (taboo computing) can leak from any seller of them. The chance
//! grows with process debt: what was left undone in haste. Public copies spread like an infection and can be taken down;
//! private ones only grow. With them the price falls to what a copy costs, and nothing brings it back. A syndicate's own
//! code can leak too: then its rivals know what it had learnt. Who claimed to be safe falls deepest.
//!
//! Source: SIS epidemics for the spread, `x' = x + (1 - x)(1 - e^(-beta x)) - takedown x`.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::syndicate::{Seller, adopt_lessons};
use crate::dice::{Purpose, happens};
use crate::goods::{GOODS, Good};
use crate::market::venues::{Street, Streets};
use crate::numerics::exp;
use crate::record::facts::{Event, What};
use crate::scenario::fields::params;
use crate::society::climate::Climate;
use crate::units::{Credits, Factor, PerDay, Share};

params! {
    /// How secrets get out, and what that does.
    pub struct Leaks {
        /// Chance a day that a careful seller of data, designs or weights leaks them
        ///
        /// Process debt multiplies it. Raising it brings the day nearer on which a good is worth its copies; at 0 nothing leaks by itself.
        /// Source: assumption, so that a leak is the event of a decade.
        hazard: PerDay = 0.000_000_5, "per seller and day", 0.0 ..= 1.0, Day;
        /// Chance a day that a careful syndicate's own code leaks
        ///
        /// Raising it spreads what the best have learnt to all.
        /// Source: assumption.
        code_hazard: PerDay = 0.000_005, "per syndicate and day", 0.0 ..= 1.0, Day;
        /// Process debt that haste and growth run up in a week
        ///
        /// Raising it makes fast sellers leak sooner.
        /// Source: assumption.
        debt_gain: Factor = 0.5, "debt per week", 0.0 ..= 100.0, Day;
        /// Share of process debt that diligence pays off in a week
        ///
        /// Raising it keeps sellers careful.
        /// Source: assumption.
        diligence: Share = 0.1, "of the debt, per week", 0.0 ..= 1.0, Day;
        /// How fast public copies spread
        ///
        /// Raising it fills the world with copies sooner.
        /// Source: SIS; the size is an assumption.
        contagion: Factor = 0.3, "per day", 0.0 ..= 10.0, Day;
        /// Share of public copies that the law takes down in a day
        ///
        /// Raising it lowers the share of people who find a public copy. Private copies stay.
        /// Source: SIS; the size is an assumption.
        takedown: Share = 0.1, "of public copies, per day", 0.0 ..= 1.0, Day;
        /// Chance a day to keep a private copy, for whoever can find a public one
        ///
        /// Raising it makes takedowns come too late.
        /// Source: assumption.
        keeping: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// Cost of a copy, against the cost of the good
        ///
        /// It is the price in the end. Raising it leaves sellers of copies more to live from.
        /// Source: assumption.
        copy_cost: Share = 0.05, "of the cost", 0.001 ..= 1.0, Day;
        /// Innovation that a leak of designs brings at once
        ///
        /// Rivals catch up: the moat was smaller than people thought. Half as much comes of weights, nothing of data.
        /// Source: assumption.
        catching_up: Share = 0.02, "of innovation", 0.0 ..= 10.0, Day;
        /// What a leak costs the name of a seller that claimed to be perfectly safe
        ///
        /// Who claimed less falls less, down to a third of it. Raising it makes a proclaimed name for safety dangerous.
        /// Source: assumption.
        name_lost: Share = 0.6, "of reputation", 0.0 ..= 1.0, Day;
        /// Whether data leaks today, by whoever sells most of it
        ///
        /// For experiments: set it by date. A good leaks once.
        /// Source: the scenario's question.
        force_data: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether designs leak today, by whoever sells most of them
        ///
        /// For experiments: set it by date. A good leaks once.
        /// Source: the scenario's question.
        force_designs: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether weights leak today, by whoever sells most of them
        ///
        /// For experiments: set it by date. A good leaks once.
        /// Source: the scenario's question.
        force_weights: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Whether the code of the largest syndicate leaks today
        ///
        /// For experiments: set it by date, and withdraw it, or it leaks every day.
        /// Source: the scenario's question.
        force_code: bool = false, "flag", 0.0 ..= 1.0, Day;
    }
}

/// What can leak, with its name: no other good is its own description.
pub const SECRETS: [(Good, &str); 3] =
    [(Good::Privacy, "data"), (Good::DangerousTech, "designs"), (Good::TabooComputing, "weights")];

/// How far a good is out. Nothing here ever becomes less but public copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Copies {
    /// Whether it has leaked; once true, for ever.
    pub leaked: bool,
    /// Share of people who can find a public copy.
    pub public: f64,
    /// Share of people who hold a private one.
    pub private: f64,
    /// Number of the event of the leak.
    pub event: i64,
}

impl Copies {
    /// Share of people to whom it is no longer worth more than a copy.
    pub fn share(&self) -> f64 {
        1.0 - (1.0 - self.public) * (1.0 - self.private)
    }

    /// What is left of a price or a cost: a copy's, and the more of the rest the fewer have one.
    pub fn left_of(&self, price: f64, copy: f64) -> f64 {
        if self.leaked { copy + (price - copy).max(0.0) * (1.0 - self.share()) } else { price }
    }
}

/// Public copies a day later.
pub fn spread(public: f64, contagion: f64, takedown: f64) -> f64 {
    (public + (1.0 - public) * (1.0 - exp(-contagion * public)) - takedown * public).clamp(0.0, 1.0)
}

/// Share of people who find a copy on the first day.
const FIRST_COPIES: f64 = 0.01;

/// Process debt a week later, for somebody of this haste whose sales grew by this share.
pub fn debt_after(debt: f64, haste: f64, growth: f64, gain: f64, diligence: f64) -> f64 {
    debt * (1.0 - diligence) + gain * haste * (0.2 + growth.clamp(0.0, 2.0))
}

/// How much sales of the last week exceed those of the week before.
fn growth(seller: &Seller, day: u32) -> f64 {
    let week = |ago: u32| -> u32 {
        (1..=7).map(|back| seller.sales[(day + 60 - ago - back) as usize % seller.sales.len()]).sum()
    };
    (f64::from(week(0)) - f64::from(week(7))) / (f64::from(week(7)) + 7.0)
}

/// Debts are run up and paid off, secrets get out, copies spread.
pub fn spread_leaks(mut streets: Streets<'_, '_>, mut climate: ResMut<Climate>) {
    let mut street = streets.walk();
    let (setting, params, day) = (street.setting, street.params, street.day);
    let own = &params.leaks;
    for copies in climate.copies.iter_mut().filter(|copies| copies.leaked) {
        copies.private += (1.0 - copies.private) * own.keeping.get() * copies.public;
        copies.public = spread(copies.public, own.contagion.get(), own.takedown.get());
    }
    for (place, seller) in street.sellers.iter_mut().enumerate().skip(setting.councils.len()) {
        if seller.alive && (day + place as u32).is_multiple_of(7) {
            let haste = seller.temperament(params).map_or(0.0, |kind| kind.haste.get());
            let (gain, diligence) = (own.debt_gain.get(), own.diligence.get());
            let debt = debt_after(f64::from(seller.debt), haste, growth(seller, day), gain, diligence);
            seller.debt = debt as f32;
        }
    }
    let forced = [own.force_data, own.force_designs, own.force_weights];
    for ((good, name), forced) in SECRETS.into_iter().zip(forced) {
        if climate.copies[good.index()].leaked || own.hazard.get() <= 0.0 && !forced {
            continue;
        }
        let first = good.index() * setting.slots;
        let open = (first..first + setting.slots).filter(|&slot| street.stalls[slot].open);
        let leaking = if forced {
            open.max_by(|&one, &other| {
                let revenue = |slot: usize| street.stalls[slot].usual_revenue;
                revenue(one).total_cmp(&revenue(other)).then(other.cmp(&one))
            })
        } else {
            let mut words = vec![0; setting.slots];
            setting.dice.fill(Purpose::Leak, day, first as u64, 1, &mut words);
            open.into_iter().find(|&slot| {
                let debt = f64::from(street.sellers[street.stalls[slot].seller as usize].debt);
                happens(words[slot - first], own.hazard.get() * (1.0 + debt))
            })
        };
        let Some(slot) = leaking else { continue };
        let place = street.stalls[slot].seller as usize;
        let event = note_leak(&mut street, place, Some(good), name);
        climate.copies[good.index()] = Copies { leaked: true, public: FIRST_COPIES, private: 0.0, event };
        climate.innovation *= 1.0
            + own.catching_up.get()
                * match good {
                    Good::DangerousTech => 1.0,
                    Good::TabooComputing => 0.5,
                    _ => 0.0,
                };
    }
    if own.code_hazard.get() > 0.0 || own.force_code {
        leak_code(&mut street);
    }
    let counts = &mut street.events.counts;
    [counts.copies_data, counts.copies_designs, counts.copies_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].share());
    [counts.public_data, counts.public_designs, counts.public_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].public);
    [counts.private_data, counts.private_designs, counts.private_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].private);
}

/// A syndicate's own code may get out: its rivals know what it had learnt.
fn leak_code(street: &mut Street<'_>) {
    let (setting, own, day) = (street.setting, &street.params.leaks, street.day);
    let range = setting.councils.len()..street.sellers.len();
    let open = range.filter(|&place| street.sellers[place].alive && street.sellers[place].stalls > 0);
    let leaking = if own.force_code {
        open.max_by_key(|&place| (street.sellers[place].month_revenue(), std::cmp::Reverse(place)))
    } else {
        open.into_iter().find(|&place| {
            let seller = &street.sellers[place];
            let [word] = setting.dice.words::<1>(Purpose::Leak, day, (1 << 40) + u64::from(seller.number));
            happens(word, own.code_hazard.get() * (1.0 + f64::from(seller.debt)))
        })
    };
    if let Some(place) = leaking {
        note_leak(street, place, None, "code");
        adopt_lessons(street, place);
    }
}

/// Writes a leak down; the name of the leaking seller suffers, the more, the more safety it claimed.
fn note_leak(street: &mut Street<'_>, place: usize, good: Option<Good>, name: &'static str) -> i64 {
    let seller = &street.sellers[place];
    let claimed = seller.temperament(street.params).map_or(1.0, |kind| kind.claimed_safety.as_f32());
    let left = 1.0 - street.params.leaks.name_lost.as_f32() * (1.0 + 2.0 * claimed) / 3.0;
    for stall in street.stalls.iter_mut().filter(|stall| stall.open && stall.seller as usize == place) {
        stall.reputation *= left;
    }
    street.events.counts.leaks += 1;
    let (number, cause, amount) = (Some(seller.number), seller.arrival, f64::from(seller.debt));
    street.events.add(Event { good, seller: number, amount, cause, note: name.into(), ..Event::new(What::Leak) })
}

/// The cost of a copy of a good that costs `cost`.
pub fn copy_cost(cost: Credits, share: Share) -> f64 {
    cost.get() * share.get()
}

/// No good has leaked.
pub const SEALED: [Copies; GOODS] = [Copies { leaked: false, public: 0.0, private: 0.0, event: -1 }; GOODS];

#[cfg(test)]
mod tests {
    use super::*;

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
        let half = Copies { leaked: true, public: 0.0, private: 0.5, event: 0 };
        assert_eq!(half.left_of(41.0, 1.0), 21.0);
        let out = Copies { leaked: true, public: 0.3, private: 1.0, event: 0 };
        assert_eq!(out.left_of(40.0, 1.0), 1.0);
    }

    /// Haste of 1 without growth adds 0.1 a week; where diligence pays off a tenth, debt rests at 1.
    #[test]
    fn debt_rests_where_diligence_pays_off_what_haste_runs_up() {
        let debt = (0..500).fold(0.0, |debt, _| debt_after(debt, 1.0, 0.0, 0.5, 0.1));
        assert!((debt - 1.0).abs() < 1e-9);
        assert!(debt_after(1.0, 2.0, 0.5, 0.5, 0.1) > debt_after(1.0, 1.0, 0.5, 0.5, 0.1));
    }
}
