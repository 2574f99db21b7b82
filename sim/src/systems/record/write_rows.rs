//! The day is written down: every table, each from its own file beside this one.

use bevy_ecs::prelude::*;

use crate::record::counts::Counts;
use crate::state::agency::Agency;
use crate::state::balances::{Balances, Wealth};
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::columns::column;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Moods, Today};
use crate::state::enclave::Enclave;
use crate::state::events::Events;
use crate::state::ledger::Books;
use crate::state::orders::Orders;
use crate::state::provider::Provider;
use crate::state::seller::Seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::systems::record::counted::OrderCounts;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::{agencies, days, enclaves, events, goods, houses, places, sellers, venues, welfare};

/// Days between two rows of a seller.
pub const SELLER_DAYS: u32 = 7;

/// Writes the day down.
#[expect(clippy::too_many_arguments, reason = "the recorder listens to everything")]
pub fn write_rows(
    (context, today, law): (Res<RunContext>, Res<Today>, Res<ActiveRules>),
    orders: Res<Orders>,
    events: Res<Events>,
    (books, balances, wealth): (Res<Books>, Res<Balances>, Res<Wealth>),
    (climate, moods): (Res<Climate>, Res<Moods>),
    mut recorder: ResMut<Recorder>,
    (stalls, sellers): (Query<&Stall>, Query<&Seller>),
    (venues, agencies, providers): (Query<&Venue>, Query<&Agency>, Query<&Provider>),
    (enclaves, colonies): (Query<&Enclave>, Query<&Colony>),
) {
    if today.told() == 0 {
        return;
    }
    let recorder = &mut *recorder;
    let stalls = column(&stalls);
    let evening = Evening {
        day: today.told(),
        now: today.day,
        context: &context,
        law: &law,
        orders: &orders,
        events: &events,
        books: &books,
        balances: &balances,
        wealth: &wealth,
        climate: &climate,
        moods: &moods,
        stalls,
        open: (0..stalls.len()).filter(|&slot| stalls[slot].open).collect(),
        sellers: column(&sellers),
        venues: column(&venues),
        agencies: column(&agencies),
        providers: column(&providers),
        enclaves: enclaves.iter().collect(),
        colonies: column(&colonies),
    };
    let counted = OrderCounts::of(&evening);
    counted.note_shifts(recorder, &evening);
    days::write(recorder, &evening, &counted);
    recorder.write(Counts { day: evening.day, ..events.counts.clone() });
    goods::write(recorder, &evening, &counted);
    places::write(recorder, &evening, &counted);
    venues::write(recorder, &evening);
    enclaves::write_colonies(recorder, &evening);
    agencies::write(recorder, &evening);
    agencies::write_providers(recorder, &evening);
    welfare::write(recorder, &evening, &counted);
    enclaves::write(recorder, &evening);
    houses::write(recorder, &evening);
    events::write(recorder, &evening);
    events::write_flows(recorder, evening.day, &wealth.flows);
    if evening.day.is_multiple_of(SELLER_DAYS) {
        sellers::write(recorder, *today, &context, &books, &climate, evening.stalls, evening.sellers);
        recorder.chain_all();
    }
}

/// Writes the sellers of the last day, unless their row is written already.
pub fn write_last_sellers(world: &mut World) {
    let mut stalls = world.query::<&Stall>();
    let mut sellers = world.query::<&Seller>();
    world.resource_scope(|world, mut recorder: Mut<'_, Recorder>| {
        let today = *world.resource::<Today>();
        let day = today.told();
        if recorder.last_sellers == day && day > 0 || day.is_multiple_of(SELLER_DAYS) {
            return;
        }
        let stalls: Vec<Stall> = stalls.iter(world).cloned().collect();
        let sellers: Vec<Seller> = sellers.iter(world).cloned().collect();
        let (context, books, climate) =
            (world.resource::<RunContext>(), world.resource::<Books>(), world.resource::<Climate>());
        sellers::write(&mut recorder, today, context, books, climate, &stalls, &sellers);
        recorder.chain_all();
    });
}
