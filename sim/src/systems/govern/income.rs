//! Incomes: everybody receives theirs, and spends a share of what they hold on lawful living.

use bevy_ecs::prelude::*;

use crate::ids::place::CHUNK;
use crate::state::climate::Climate;
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::ledger::{Books, Purse, earn_and_live};

/// Pays incomes and takes what lawful living costs.
pub fn pay_incomes(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    mut purses: Single<&mut PerCitizen<Purse>>,
) {
    // Incomes are shares of a whole: who is augmented gets more of it, and the mean is what the scenario says.
    let mean = law.params.citizens.daily_income.as_milli() as f64 / climate.income_mean.max(1e-9);
    let living = (law.params.citizens.living_share.get() * 4_294_967_296.0) as u32;
    let chunks = purses[..context.active].chunks_mut(CHUNK).collect();
    let moved = context.in_order(chunks, |purses| earn_and_live(purses, mean, living));
    for (minted, burned) in moved {
        books.enter_living(minted, burned);
    }
}
