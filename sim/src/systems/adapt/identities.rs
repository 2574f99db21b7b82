//! Those who bought a new identity are somebody without a past.

use bevy_ecs::prelude::*;

use crate::citizen::{Life, Mind, Tastes};
use crate::ids::citizen::StallId;
use crate::ids::good::Good;
use crate::rules::learning::first_belief;
use crate::state::columns::{PerCitizen, column_mut};
use crate::state::context::RunContext;
use crate::state::events::Events;
use crate::state::ledger::{Books, Purse};
use crate::state::orders::Orders;
use crate::state::provider::Provider;

/// Whoever has got a new identity is nobody: no record, nothing learnt of risk, no standing, unknown to all.
pub fn reset_identities(
    context: Res<RunContext>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut providers: Query<&mut Provider>,
    citizens: Single<(&mut PerCitizen<Purse>, &mut PerCitizen<Tastes>, &mut PerCitizen<Mind>, &mut PerCitizen<Life>)>,
) {
    let (mut purses, mut tastes, mut minds, mut lives) = citizens.into_inner();
    let providers = column_mut(&mut providers);
    let risk = first_belief(&context.scenario.params);
    for order in orders.list.iter().filter(|order| order.is_used(&context, Good::ForbiddenIdentity)) {
        let citizen = order.citizen as usize;
        books.forfeit_favours(&mut purses[citizen]);
        tastes[citizen].favourite = StallId::NONE;
        let mind = &mut minds[citizen];
        (mind.record, mind.risk) = (0, risk);
        let life = &mut lives[citizen];
        if let Some(index) = usize::from(life.provider).checked_sub(1) {
            providers[index].profiles -= i64::from(life.profile);
        }
        (life.last_illicit, life.profile) = (0, 0);
        events.counts.identities += 1;
    }
}
