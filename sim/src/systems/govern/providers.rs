//! Providers of delegates set their prices.

use bevy_ecs::prelude::*;

use crate::rules::delegation::{meant_markup, portability_of, switching_loss};
use crate::state::columns::column_mut;
use crate::state::day::DayContext;
use crate::state::provider::Provider;
use crate::systems::adapt::providers::MONTH;

/// Providers begin their day, and every thirtieth day each thinks about its markup.
pub fn plan_providers(DayContext { context, today, law }: DayContext<'_>, mut providers: Query<&mut Provider>) {
    let params = &law.params;
    let about = &params.delegates;
    let providers = column_mut(&mut providers);
    let clients: i64 = providers.iter().map(|state| state.clients).sum();
    for (index, state) in providers.iter_mut().enumerate() {
        (state.income, state.injected, state.switched_in, state.switched_out) = (0, 0, 0, 0);
        // Each has a day of its own.
        let month = u64::from(MONTH);
        if (u64::from(today.day) + context.keys.providers[index].bits() % month).is_multiple_of(month) {
            let rebuild = params.providers[index].params.match_speed.get();
            let kappa = about.match_worth.get() * if state.clients > 0 { state.mean_profile() } else { 0.0 };
            let loss = switching_loss(kappa, portability_of(params, index), about.patience.get(), rebuild);
            let loss = (1.0 - about.patience.get()) * loss + about.trouble.get();
            let among = state.clients as f64 / clients.max(1) as f64;
            let price = params.demand.price_weight.get() * state.usual_price;
            let meant = meant_markup(about.whim.get(), among, loss, about.greed.get(), price);
            let losing = (state.gained as f64) < -about.alarm.get() * state.clients as f64;
            // Whoever loses clients does not ask what those who stay would bear.
            let aim = if losing { 0.5 * meant.min(state.markup) } else { meant };
            state.markup += about.repricing.get() * (aim - state.markup);
            state.gained = 0;
        }
        let own = &params.providers[index].params;
        if own.directed {
            state.markup = own.markup.get();
        }
        state.markup = state.markup.clamp(0.0, about.markup_cap.get());
    }
}
