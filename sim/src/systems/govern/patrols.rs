//! Agencies plan where their officers go.

use bevy_ecs::prelude::*;

use crate::base::numerics::pow;
use crate::base::units::Credits;
use crate::ids::beat::{beat, good_of_beat, place_of_beat};
use crate::ids::good::{GOODS, Good};
use crate::rules::policing::{kept_busy, spread, spread_as_told, take_share, worth_looking};
use crate::scenario::canonical::FileOrder;
use crate::state::accounts::{Account, FlowReason};
use crate::state::agency::Agency;
use crate::state::climate::Climate;
use crate::state::columns::column;
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::ledger::Books;
use crate::state::seller::Seller;

/// Agencies receive their budgets and plan the day: whom to search, what to hunt, where to examine trades and set traps.
pub fn plan_patrols(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    mut agencies: Query<&mut Agency>,
    sellers: Query<&Seller>,
) {
    let params = &law.params;
    let rogues = column(&sellers).iter().filter(|seller| seller.is_rogue()).count();
    let focus = params.law.focus.get();
    let learns = params.law.plan_learning.get();
    let busy = kept_busy(climate.unrest, params.society.officers.get());
    let mut weights = vec![0.0; context.places() * GOODS];
    for (index, mut agency) in agencies.iter_mut().enumerate() {
        let agency = &mut *agency;
        let means = &params.agencies[index].params;
        let mandate = &context.mandates[index];
        let here = |of: &[u32]| of.iter().zip(&mandate.places).filter(|(_, has)| **has).map(|(people, _)| people).sum();
        let people: u32 = here(&climate.population);
        let budget = Credits::milli((means.budget.as_milli() as f64 * f64::from(people)).round() as i64);
        let account = Account::Agency(index);
        books.pay(Account::Mint, account, budget, FlowReason::Budget);
        // What does not pay for a whole investigation is kept for tomorrow.
        let capacity = books.balance(account).as_milli() / means.case_cost.as_milli().max(1);
        let spent = Credits::milli(capacity * means.case_cost.as_milli());
        books.pay(account, Account::Burn, spent, FlowReason::Investigation);
        agency.budget = budget.as_milli();
        // What is paid for is paid; who has to face the street investigates nothing.
        let capacity = u32::try_from(capacity).unwrap_or(u32::MAX);
        agency.capacity = capacity - (f64::from(capacity) * busy).round() as u32;
        agency.examined = 0;
        agency.detections = 0;
        agency.hits = 0;
        agency.looked = [0; GOODS];
        agency.stopped = [0.0; GOODS];

        let share = |share: f64, of: u32| (share * f64::from(of) + 0.5) as u32;
        let masked: u32 = climate.masked.chunks(context.places()).map(here).sum();
        agency.searches = share(means.profiling.get(), agency.capacity).min(masked);
        let left = agency.capacity - agency.searches;
        let hunts = mandate.goods[Good::TabooComputing.index()] && rogues > 0;
        agency.hunts = if hunts { share(means.hunting.get(), agency.capacity).min(left) } else { 0 };

        weights.fill(0.0);
        for place in 0..context.places() {
            let rules = &law.rules[place];
            for (good, family) in rules.goods.iter() {
                let at = good.index();
                let attention = law.attention[place][at];
                if mandate.places[place] && mandate.goods[at] && attention > 0.0 && !law.gray[at] {
                    let beat = beat(place, good);
                    let (priority, harm) = (family.priority.get(), family.harm.get());
                    let worth = worth_looking(priority, harm, agency.estimates[beat], agency.yields[at], learns);
                    weights[beat] = attention * pow(worth, focus);
                }
            }
        }
        let out = left - agency.hunts;
        let told_share = means.target_share.get();
        if told_share > 0.0 {
            let (number, good) = (means.target_place.get(), means.target_good);
            let place = FileOrder::numbered(&context.file.places, number);
            let told =
                |beat: usize| (number == 0 || Some(place_of_beat(beat)) == place) && good.covers(good_of_beat(beat));
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
