//! Agencies: limited budgets, a mandate, noisy estimates, and a plan of where to look, at whom, and how.
//!
//! An agency's day is so many investigations as its budget pays for, and each is spent once: on searching somebody who
//! wears a mask, on hunting rogue AIs, on a trap, on the trade of somebody with a long record, or on a trade drawn by lot.
//! What it learns from are two things: how much illicit trade there seems to be on each beat (an estimate with an error,
//! worse where many are masked), and how many units one investigation of each good has stopped (a bandit's value).

use std::cmp::Reverse;

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::syndicate::Seller;
use crate::dice::{Purpose, open_unit};
use crate::goods::{GOODS, Good, Sought};
use crate::ledger::{Account, Books, Why};
use crate::market::orders::Orders;
use crate::numerics::{exp, normal_quantile, pow};
use crate::scenario::fields::params;
use crate::scenario::params::Params;
use crate::setting::{InForce, Setting, Today, column};
use crate::society::climate::Climate;
use crate::units::{Count, Credits, Share};

params! {
    /// An agency that enforces.
    pub struct AgencyParams {
        /// Budget, for each citizen where it has a mandate
        ///
        /// With the next lever it fixes how many trades can be examined in a day, exactly.
        /// Source: assumption.
        budget: Credits = 0.5, "credits per citizen and day", 0.0 ..= 10_000.0, Day;
        /// Cost of examining one trade
        ///
        /// Source: assumption. Raising it lets the same budget examine less.
        case_cost: Credits = 100.0, "credits", 0.001 ..= 1_000_000.0, Day;
        /// Share of its investigations spent on searching people who wear a mask
        ///
        /// A search finds somebody who bought something illicit in the last `law.search_days` days, or troubles an innocent. Raising it deters the masked, and costs legitimacy the more innocents mask.
        /// Source: assumption.
        profiling: Share = 0.0, "of investigations", 0.0 ..= 1.0, Day;
        /// Share of its other investigations that go first to trades of people with the longest records
        ///
        /// Source: assumption. Raising it bears down on the few who buy again and again, with the same patrols.
        focused: Share = 0.0, "of trades examined", 0.0 ..= 1.0, Day;
        /// Share of its other investigations spent on traps: stalls that nobody but the agency runs
        ///
        /// An illicit order meets one as often as traps stand among the stalls of the good, unless the buyer goes to a known seller. Raising it makes cases without a trade, and strangers suspect.
        /// Source: assumption.
        honeypots: Share = 0.0, "of trades examined", 0.0 ..= 1.0, Day;
        /// Share of its investigations spent on rogue AIs, where it has a mandate for taboo computing and there are any
        ///
        /// Source: assumption. Raising it keeps takedowns at their best for more AIs, and leaves less for everything else.
        hunting: Share = 0.0, "of investigations", 0.0 ..= 1.0, Day;
        /// The good that it is told to look for: `all`, or one of the nine
        ///
        /// With the next two levers it bends the plan: the told share of its patrols goes there, spread as the plan weighs what is left.
        /// Source: the scenario's question.
        target_good: Sought = Sought::All, "word", 0.0 ..= 0.0, Day;
        /// The place where it is told to look: its number in the list of places, from 1; 0 for everywhere
        ///
        /// Only the share that it is told to spend goes there.
        /// Source: the scenario's question.
        target_place: Count = 0, "number in the list", 0.0 ..= 200.0, Day;
        /// Share of its patrols that it is told to spend on its target, as far as its mandate covers it
        ///
        /// The rest follows its plan. Raising it finds more where the target is, and less elsewhere.
        /// Source: the scenario's question.
        target_share: Share = 0.0, "of patrols", 0.0 ..= 1.0, Day;
    }
}

/// An agency on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Agency {
    /// Estimated illicit trades a day, by beat: place times nine plus good.
    pub estimates: Vec<f64>,
    /// Units that one investigation stops, as learned, by good.
    pub yields: [f64; GOODS],
    /// Trades that it means to examine today, by beat.
    pub patrols: Vec<u32>,
    /// Of these, the trades of people with the longest records, by beat.
    pub listed: Vec<u32>,
    /// Traps it has set today, by beat.
    pub traps: Vec<u32>,
    /// People with masks whom it means to search today.
    pub searches: u32,
    /// Investigations that it spends on rogue AIs today.
    pub hunts: u32,
    /// Budget of today, in milli-credits.
    pub budget: i64,
    /// Investigations that today's budget pays for.
    pub capacity: u32,
    /// Trades examined today.
    pub examined: u32,
    /// Cases opened today, of trades examined and of traps.
    pub detections: u32,
    /// Searches of today that found something.
    pub hits: u32,
    /// Trades examined and traps set today, by good.
    pub looked: [u32; GOODS],
    /// Units stopped today, by good.
    pub stopped: [f64; GOODS],
}

impl Agency {
    /// An agency that knows nothing yet and expects the same everywhere.
    pub fn ignorant(places: usize) -> Self {
        let beats = places * GOODS;
        Self {
            estimates: vec![1.0; beats],
            yields: [1.0; GOODS],
            patrols: vec![0; beats],
            listed: vec![0; beats],
            traps: vec![0; beats],
            searches: 0,
            hunts: 0,
            budget: 0,
            capacity: 0,
            examined: 0,
            detections: 0,
            hits: 0,
            looked: [0; GOODS],
            stopped: [0.0; GOODS],
        }
    }

    /// Traps it has set today.
    pub fn traps(&self) -> u32 {
        self.traps.iter().sum()
    }

    /// Investigations of today that found nothing to examine.
    pub fn idle(&self) -> u32 {
        self.capacity.saturating_sub(self.examined + self.traps() + self.searches + self.hunts)
    }
}

/// The beat of a place and a good.
pub const fn beat(place: usize, good: usize) -> usize {
    place * GOODS + good
}

/// Spreads whole investigations over beats in proportion to weights: largest remainders first, ties to the earlier beat.
pub fn spread(capacity: u32, weights: &[f64], patrols: &mut [u32]) {
    patrols.fill(0);
    let total: f64 = weights.iter().sum();
    if total <= 0.0 || capacity == 0 {
        return;
    }
    let mut rests: Vec<(f64, usize)> = Vec::with_capacity(weights.len());
    let mut given = 0;
    for (beat, (&weight, patrol)) in weights.iter().zip(patrols.iter_mut()).enumerate() {
        let due = f64::from(capacity) * weight / total;
        *patrol = due as u32;
        given += *patrol;
        if weight > 0.0 {
            rests.push((due.fract(), beat));
        }
    }
    rests.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    for &(_, beat) in rests.iter().cycle().take(capacity.saturating_sub(given) as usize) {
        patrols[beat] += 1;
    }
}

/// The same, but so many of them go to the beats that are `told`, in proportion to their weights, where these have any.
pub fn spread_as_told(
    capacity: u32,
    told_capacity: u32,
    weights: &[f64],
    told: impl Fn(usize) -> bool,
    patrols: &mut [u32],
) {
    let aims: Vec<f64> =
        weights.iter().enumerate().map(|(beat, &weight)| if told(beat) { weight } else { 0.0 }).collect();
    let bound = if aims.iter().any(|&aim| aim > 0.0) { told_capacity.min(capacity) } else { 0 };
    spread(capacity - bound, weights, patrols);
    let mut aimed = vec![0; patrols.len()];
    spread(bound, &aims, &mut aimed);
    for (patrols, aimed) in patrols.iter_mut().zip(aimed) {
        *patrols += aimed;
    }
}

/// Takes a share of each beat's investigations, in whole ones: what is left of one beat is added to the next, so that the
/// share holds over all of them.
pub fn take_share(share: f64, patrols: &[u32], taken: &mut [u32]) {
    let mut due = 0.0;
    for (&patrols, taken) in patrols.iter().zip(taken) {
        due += share * f64::from(patrols);
        *taken = (due as u32).min(patrols);
        due -= f64::from(*taken);
    }
}

/// What an investigation on a beat is worth, before the focus of the plan: harm that trade does there, as far as it is
/// known, times what an investigation of this good has stopped so far, as far as the plan `learns` from that.
pub fn worth_looking(priority: f64, harm: f64, estimate: f64, stops: f64, learns: f64) -> f64 {
    (priority * (0.1 + harm) * estimate * pow(stops.max(0.01), learns)).max(1e-9)
}

/// What an agency believes an investigation of a good stops, after a day on which so many stopped so much.
///
/// A day without an investigation of the good teaches nothing about it.
pub fn yield_after(believed: f64, stopped: f64, looked: u32, speed: f64) -> f64 {
    if looked == 0 { believed } else { believed + speed * (stopped / f64::from(looked) - believed) }
}

/// Whether agencies look away from a good for the sake of the ideas that come of it: these are worth more than the harm
/// to be expected of a unit, times what its uncertainty is feared.
///
/// Source: an ambiguity multiplier above one, as in models of robust choice.
pub fn looks_away(ideas: f64, harm: f64, ambiguity: f64) -> bool {
    ideas > 0.0 && ideas > harm * ambiguity
}

/// Chance a day that a rogue AI is found and taken down, when so many investigations are spent on so many of them.
///
/// `effort` is how many investigations a day it takes to hunt one AI as well as can be; at 0 they cost nothing.
pub fn takedown_chance(best: f64, hunts: f64, rogues: usize, effort: f64) -> f64 {
    let needed = effort * rogues as f64;
    if needed > 0.0 { best * (hunts / needed).min(1.0) } else { best }
}

/// Who hunts rogue AIs today, the one with most means first, and the chance of each AI to be taken down.
pub fn hunt(params: &Params, agencies: &[Agency], rogues: usize) -> (Option<usize>, f64) {
    let funded = params.agencies.iter().any(|agency| agency.params.budget > Credits::ZERO);
    if !funded {
        return (None, 0.0);
    }
    let hunts: f64 = agencies.iter().map(|agency| f64::from(agency.hunts)).sum();
    let first = (0..agencies.len()).max_by_key(|&agency| (agencies[agency].hunts, Reverse(agency)));
    let chance = takedown_chance(params.law.takedown.get(), hunts, rogues, params.law.takedown_effort.get());
    (first.filter(|&agency| agencies[agency].hunts > 0), chance)
}

/// Agencies receive their budgets and plan the day: whom to search, what to hunt, where to examine trades and set traps.
pub fn plan_patrols(
    setting: Res<Setting>,
    law: Res<InForce>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    mut agencies: Query<&mut Agency>,
    sellers: Query<&Seller>,
) {
    let params = &law.params;
    let rogues = column(&sellers).iter().filter(|seller| seller.is_rogue()).count();
    let focus = params.law.focus.get();
    let learns = params.law.plan_learning.get();
    let mut weights = vec![0.0; setting.places() * GOODS];
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let agency = &mut *agency;
        let means = &params.agencies[index].params;
        let mandate = &setting.mandates[index];
        let here = |of: &[u32]| of.iter().zip(&mandate.places).filter(|(_, has)| **has).map(|(people, _)| people).sum();
        let people: u32 = here(&climate.population);
        let budget = Credits::milli((means.budget.as_milli() as f64 * f64::from(people)).round() as i64);
        let account = Account::Agency(index);
        books.pay(Account::Mint, account, budget, Why::Budget);
        // What does not pay for a whole investigation is kept for tomorrow.
        let capacity = books.balance(account).as_milli() / means.case_cost.as_milli().max(1);
        let spent = Credits::milli(capacity * means.case_cost.as_milli());
        books.pay(account, Account::Burn, spent, Why::Investigation);
        agency.budget = budget.as_milli();
        agency.capacity = u32::try_from(capacity).unwrap_or(u32::MAX);
        agency.examined = 0;
        agency.detections = 0;
        agency.hits = 0;
        agency.looked = [0; GOODS];
        agency.stopped = [0.0; GOODS];

        let share = |share: f64, of: u32| (share * f64::from(of) + 0.5) as u32;
        let masked: u32 = climate.masked.chunks(setting.places()).map(here).sum();
        agency.searches = share(means.profiling.get(), agency.capacity).min(masked);
        let left = agency.capacity - agency.searches;
        let hunts = mandate.goods[Good::TabooComputing.index()] && rogues > 0;
        agency.hunts = if hunts { share(means.hunting.get(), agency.capacity).min(left) } else { 0 };

        weights.fill(0.0);
        for place in 0..setting.places() {
            let rules = &law.rules[place];
            for (good, family) in rules.goods.iter() {
                let at = good.index();
                let attention = law.attention[place][at];
                if mandate.places[place] && mandate.goods[at] && attention > 0.0 && !law.gray[at] {
                    let beat = beat(place, at);
                    let (priority, harm) = (family.priority.get(), family.harm.get());
                    let worth = worth_looking(priority, harm, agency.estimates[beat], agency.yields[at], learns);
                    weights[beat] = attention * pow(worth, focus);
                }
            }
        }
        let out = left - agency.hunts;
        let told_share = means.target_share.get();
        if told_share > 0.0 {
            let (place, good) = (means.target_place.get() as usize, means.target_good);
            let told = |beat: usize| (place == 0 || beat / GOODS == place - 1) && good.covers(good_of_beat(beat));
            spread_as_told(out, share(told_share, out), &weights, told, &mut agency.patrols);
        } else {
            spread(out, &weights, &mut agency.patrols);
        }
        take_share(means.honeypots.get(), &agency.patrols, &mut agency.traps);
        for (beat, (patrols, &traps)) in agency.patrols.iter_mut().zip(&agency.traps).enumerate() {
            *patrols -= traps;
            agency.looked[beat % GOODS] += traps;
        }
        take_share(means.focused.get(), &agency.patrols, &mut agency.listed);
    }
}

/// Agencies estimate today's illicit trade, with an error each of their own, and learn from it and from their cases.
///
/// Who is masked is missing from telemetry: the error grows as the share of those who can be seen shrinks.
pub fn estimate_trade(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<Climate>,
    orders: Res<Orders>,
    mut agencies: Query<&mut Agency>,
) {
    let mut trades = vec![0u32; setting.places() * GOODS];
    for order in orders.list.iter().filter(|order| order.illicit && order.settled()) {
        trades[beat(order.place as usize, order.stall as usize / setting.slots)] += 1;
    }
    let error = law.params.law.estimate_error.get() / (1.0 - climate.masked_share(setting.active)).max(0.1);
    let speed = law.params.law.plan_speed.get();
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let agency = &mut *agency;
        let mut words = vec![0; trades.len()];
        setting.dice.fill(Purpose::Estimate, today.day, index as u64, trades.len(), &mut words);
        for ((estimate, &trades), &word) in agency.estimates.iter_mut().zip(&trades).zip(&words) {
            let seen = f64::from(trades) * exp(error * normal_quantile(open_unit(word)) - error * error / 2.0);
            *estimate += speed * (seen - *estimate);
        }
        for ((believed, &stopped), &looked) in agency.yields.iter_mut().zip(&agency.stopped).zip(&agency.looked) {
            *believed = yield_after(*believed, stopped, looked, speed);
        }
    }
}

/// The good of a beat.
pub fn good_of_beat(beat: usize) -> Good {
    Good::at(beat % GOODS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patrols_add_up_to_the_capacity_exactly() {
        let mut patrols = [0; 4];
        spread(10, &[1.0, 1.0, 1.0, 0.0], &mut patrols);
        assert_eq!(patrols, [4, 3, 3, 0]);
        spread(7, &[0.0, 5.0, 0.0, 2.0], &mut patrols);
        assert_eq!(patrols, [0, 5, 0, 2]);
        spread(7, &[0.0; 4], &mut patrols);
        assert_eq!(patrols, [0; 4]);
    }

    /// Seven of ten are told to look at the last two beats, three to one; the other three follow the plan over all four.
    #[test]
    fn told_patrols_go_where_they_are_told_and_all_are_spent() {
        let mut patrols = [0; 4];
        spread_as_told(10, 7, &[8.0, 0.0, 3.0, 1.0], |beat| beat >= 2, &mut patrols);
        assert_eq!(patrols, [2, 0, 1 + 5, 2]);
        spread_as_told(10, 7, &[8.0, 0.0, 3.0, 1.0], |beat| beat == 1, &mut patrols);
        assert_eq!(patrols, [7, 0, 2, 1], "where there is nothing to look at, the plan is followed");
        spread_as_told(10, 10, &[8.0, 0.0, 3.0, 1.0], |_| true, &mut patrols);
        assert_eq!(patrols, [7, 0, 2, 1]);
    }

    #[test]
    fn a_share_of_patrols_holds_over_all_beats_even_where_each_is_small() {
        let patrols = [1, 1, 1, 1, 1, 0, 3];
        let mut taken = [0; 7];
        take_share(0.25, &patrols, &mut taken);
        assert_eq!(taken.iter().sum::<u32>(), 2);
        assert_eq!(taken, [0, 0, 0, 1, 0, 0, 1]);
        take_share(1.0, &patrols, &mut taken);
        assert_eq!(taken, patrols);
        take_share(0.0, &patrols, &mut taken);
        assert_eq!(taken, [0; 7]);
    }

    /// An investigation that stops four units instead of one is worth twice as much to a plan that learns by half.
    #[test]
    fn a_plan_follows_what_investigations_have_stopped() {
        let worth = |stops, learns| worth_looking(1.0, 0.4, 10.0, stops, learns);
        assert_eq!(worth(1.0, 0.5), 5.0);
        assert_eq!(worth(4.0, 0.5), 10.0);
        assert_eq!(worth(4.0, 0.0), 5.0);
    }

    #[test]
    fn what_an_investigation_stops_is_learned_from_days_with_one() {
        assert_eq!(yield_after(1.0, 6.0, 2, 0.1), 1.2);
        assert_eq!(yield_after(1.0, 0.0, 0, 0.1), 1.0);
        let settled = (0..500).fold(1.0, |believed, _| yield_after(believed, 0.9, 3, 0.1));
        assert!((settled - 0.3).abs() < 1e-9);
    }

    /// Ideas worth 0.5 against harm of 0.2: a fear of up to 2.5 times the harm still lets agencies look away.
    #[test]
    fn agencies_look_away_where_ideas_are_worth_more_than_feared() {
        assert!(looks_away(0.5, 0.2, 2.0));
        assert!(!looks_away(0.5, 0.2, 3.0));
        assert!(!looks_away(0.0, 0.0, 1.0));
    }

    /// Two AIs at half an investigation each need one; with eight the same budget leaves each a quarter of the chance.
    #[test]
    fn takedowns_cost_and_many_ais_swamp_the_hunt() {
        assert_eq!(takedown_chance(0.012, 1.0, 2, 0.5), 0.012);
        assert_eq!(takedown_chance(0.012, 1.0, 8, 0.5), 0.003);
        assert_eq!(takedown_chance(0.012, 0.0, 8, 0.5), 0.0);
        assert_eq!(takedown_chance(0.012, 0.0, 8, 0.0), 0.012);
    }
}
