//! Some people end, and others take their place.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, happens};
use crate::base::key::Key;
use crate::base::numerics::pow;
use crate::citizen::{Home, Life, Mind, Tastes, Traits};
use crate::params::Params;
use crate::rules::delegation::first_provider;
use crate::rules::learning::first_belief;
use crate::rules::people::draw_citizens;
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::context::RunContext;
use crate::state::day::DayContext;
use crate::state::events::Events;
use crate::state::ledger::{Books, Purse};
use crate::state::provider::Provider;

/// Days between two times at which fate asks for somebody.
const MONTH: u32 = 30;

/// How far that day is from those of other monthly things.
const APART: u32 = 7;

/// On their own day, every thirtieth, some people die or move away, and somebody else takes their place among the citizens.
///
/// All that was somebody's own ends with them: nature, home, habits, fears, mask, record, augmentation, favours, delegate.
/// What they held goes to the newcomer, as an estate does, so that the books know of no death. Nothing is spawned and
/// nothing despawned: a number is a place in the world, and who has it is somebody else.
pub fn welcome_newcomers(
    DayContext { context, today, law }: DayContext<'_>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut providers: Query<&mut Provider>,
    citizens: Single<(
        &mut PerCitizen<Purse>,
        &mut PerCitizen<Home>,
        &mut PerCitizen<Traits>,
        &mut PerCitizen<Tastes>,
        &mut PerCitizen<Mind>,
        &mut PerCitizen<Life>,
    )>,
) {
    let params = &law.params;
    let chance = monthly(params.citizens.turnover.get());
    if chance <= 0.0 {
        return;
    }
    let (mut purses, mut homes, mut traits, mut tastes, mut minds, mut lives) = citizens.into_inner();
    let providers = column_mut(&mut providers);
    let day = today.day;
    let first = ((MONTH - (day + APART) % MONTH) % MONTH) as usize;
    let asked = first..context.active;
    // Whoever is asked today owns a word by the place among them, which number and day fix.
    let mut words = vec![0; asked.clone().step_by(MONTH as usize).count()];
    context.dice.fill(Purpose::Newcomer, day, 0, 1, &mut words);
    let offering = offering(params, &context);
    for (citizen, word) in asked.step_by(MONTH as usize).zip(words) {
        if !happens(word, chance) {
            continue;
        }
        let old = lives[citizen];
        climate.levels -= i64::from(old.level);
        climate.augmented -= i64::from(old.level > 0);
        climate.unstable -= i64::from(old.unstable);
        leave_provider(providers, &old);
        let (purse, home, nature) =
            draw_citizens(&context, context.dice, day, citizen as u64, 1).pop().expect("one was asked for");
        books.move_home(&mut purses[citizen], home.place);
        purses[citizen].inherit(&purse);
        (homes[citizen], traits[citizen], tastes[citizen]) = (home, nature, Tastes::default());
        let mut risk = first_belief(params);
        for (risk, &heard) in risk.iter_mut().zip(&climate.rates[home.neighbourhood as usize]) {
            *risk = if heard.is_nan() { *risk } else { heard };
        }
        minds[citizen] = Mind { risk, ..Mind::default() };
        let (provider, profile) = first_provider(&home, params.citizens.delegated_share.get(), &offering);
        lives[citizen] = Life { provider, profile, ..Life::default() };
        join_provider(providers, &lives[citizen]);
        events.counts.newcomers += 1;
    }
}

/// The chance in thirty days of what has this chance a day.
fn monthly(daily: f64) -> f64 {
    1.0 - pow(1.0 - daily, f64::from(MONTH))
}

/// The key of each provider that takes clients.
fn offering(params: &Params, context: &RunContext) -> Vec<Option<Key>> {
    let providers = params.providers.iter().zip(&context.keys.providers);
    providers.map(|(provider, &key)| provider.params.takes_clients.then_some(key)).collect()
}

fn leave_provider(providers: &mut [Provider], life: &Life) {
    if let Some(index) = usize::from(life.provider).checked_sub(1) {
        providers[index].clients -= 1;
        providers[index].profiles -= i64::from(life.profile);
    }
}

fn join_provider(providers: &mut [Provider], life: &Life) {
    if let Some(index) = usize::from(life.provider).checked_sub(1) {
        providers[index].clients += 1;
        providers[index].profiles += i64::from(life.profile);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_brings_what_thirty_days_bring() {
        assert!((monthly(0.01) - 0.260_299_6).abs() < 1e-6);
        assert!(monthly(0.0).abs() < 1e-12 && (monthly(1.0) - 1.0).abs() < 1e-12);
    }
}
