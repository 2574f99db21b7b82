//! Agencies: limited budgets, a mandate, noisy estimates, and a plan of where to look.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dice::{Purpose, open_unit};
use crate::goods::{GOODS, Good};
use crate::ledger::{Account, Books, Why};
use crate::market::menu::exposure;
use crate::market::orders::Orders;
use crate::numerics::{exp, normal_quantile, pow};
use crate::setting::{InForce, Setting, Today};
use crate::society::climate::Climate;
use crate::units::Credits;

/// An agency on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Agency {
    /// Estimated illicit trades a day, by beat: place times nine plus good.
    pub estimates: Vec<f64>,
    /// Investigations planned for today, by beat.
    pub patrols: Vec<u32>,
    /// Budget of today, in milli-credits.
    pub budget: i64,
    /// Investigations that today's budget pays for.
    pub capacity: u32,
    /// Trades examined today.
    pub examined: u32,
    /// Cases opened today.
    pub detections: u32,
}

impl Agency {
    /// An agency that knows nothing yet and expects the same everywhere.
    pub fn ignorant(places: usize) -> Self {
        Self {
            estimates: vec![1.0; places * GOODS],
            patrols: vec![0; places * GOODS],
            budget: 0,
            capacity: 0,
            examined: 0,
            detections: 0,
        }
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

/// Agencies receive their budgets and plan the day's patrols.
pub fn plan_patrols(
    setting: Res<Setting>,
    law: Res<InForce>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    mut agencies: Query<&mut Agency>,
) {
    let params = &law.params;
    let focus = params.law.focus.get();
    let mut weights = vec![0.0; setting.places() * GOODS];
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let means = &params.agencies[index].params;
        let mandate = &setting.mandates[index];
        let people: u32 =
            mandate.places.iter().zip(&climate.population).filter(|(has, _)| **has).map(|(_, people)| people).sum();
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

        weights.fill(0.0);
        for place in 0..setting.places() {
            let rules = &law.rules[place];
            for (good, family) in rules.goods.iter() {
                let attention = exposure(family.status, &rules.law);
                if mandate.places[place] && mandate.goods[good.index()] && attention > 0.0 {
                    let beat = beat(place, good.index());
                    let worth = family.priority.get() * (0.1 + family.harm.get()) * agency.estimates[beat];
                    weights[beat] = f64::from(attention) * pow(worth.max(1e-9), focus);
                }
            }
        }
        let Agency { capacity, patrols, .. } = &mut *agency;
        spread(*capacity, &weights, patrols);
    }
}

/// Agencies estimate today's illicit trade, with an error each of their own, and learn from it.
pub fn estimate_trade(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    orders: Res<Orders>,
    mut agencies: Query<&mut Agency>,
) {
    let mut trades = vec![0u32; setting.places() * GOODS];
    for order in orders.list.iter().filter(|order| order.illicit && order.settled()) {
        trades[beat(order.place as usize, order.stall as usize / setting.slots)] += 1;
    }
    let error = law.params.law.estimate_error.get();
    let speed = law.params.law.plan_speed.get();
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let mut words = vec![0; trades.len()];
        setting.dice.fill(Purpose::Estimate, today.day, index as u64, trades.len(), &mut words);
        for ((estimate, &trades), &word) in agency.estimates.iter_mut().zip(&trades).zip(&words) {
            let seen = f64::from(trades) * exp(error * normal_quantile(open_unit(word)) - error * error / 2.0);
            *estimate += speed * (seen - *estimate);
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
}
