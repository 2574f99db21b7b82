//! The world of day 0: how a scenario becomes citizens, and all who sell to them, shop for them and govern them.

use std::sync::Arc;

use bevy_ecs::prelude::*;

use crate::actions::stalls::opened;
use crate::actions::street::MarketAccess;
use crate::base::dice::{Purpose, choose, happens, pick};
use crate::base::key::Key;
use crate::citizen::{Mind, Tastes};
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::ids::place::CHUNK;
use crate::ids::rung::first_rung;
use crate::params::Params;
use crate::params::venue::VenueSpec;
use crate::rules::delegation::{first_price, first_provider};
use crate::rules::learning::first_belief;
use crate::rules::people::draw_citizens;
use crate::rules::venues::reach;
use crate::state::accounts::{ACCOUNT_KINDS, Account, AccountKind, FlowReason};
use crate::state::agency::Agency;
use crate::state::balances::{Balances, Wealth};
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::columns::{CitizenColumns, CitizenSlices};
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Moods, Today};
use crate::state::enclave::Enclave;
use crate::state::events::Events;
use crate::state::ledger::{Books, Flows, Sizes, endow};
use crate::state::orders::Orders;
use crate::state::parts::Parts;
use crate::state::phase::Listener;
use crate::state::provider::Provider;
use crate::state::recorder::RecorderState;
use crate::state::searches::Searches;
use crate::state::seller::{Seller, SellerKind};
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::state::watched::WatchedCitizens;
use crate::systems::produce::houses::direct;
use crate::systems::record::events::write_flows;
use crate::systems::record::recorder::Recorder;
use crate::systems::want::inputs::ChoiceInputs;

/// The world of day 0.
pub fn build_world(context: RunContext) -> World {
    build_world_in(World::new(), context)
}

/// The same, in a world that may have had entities before: their numbers mean nothing.
pub(crate) fn build_world_in(world: World, context: RunContext) -> World {
    let params = context.scenario.params.clone();
    let councils = context.councils.len();
    let stalls = context.all_slots();
    let houses = context.houses;
    let sellers = context.seats;
    let mut parts = Parts {
        today: Today { day: 0, before: params.citizens.settling.get() },
        stalls: vec![Stall::empty(); stalls],
        sellers: vec![Seller::nobody(params.venues.len()); sellers],
        venues: params.venues.iter().map(|venue| Venue::established(venue.params.trust.as_f32())).collect(),
        agencies: vec![Agency::ignorant(context.places()); params.agencies.len()],
        providers: open_providers(&params),
        enclaves: vec![Enclave::founded(0); councils],
        colonies: context.colonies.iter().map(|&place| Colony::at(place)).collect(),
        books: Books::new(&Sizes {
            places: context.places(),
            councils,
            houses,
            sellers,
            venues: params.venues.len(),
            providers: params.providers.len(),
            agencies: params.agencies.len(),
            colonies: context.colonies.len(),
            slots: context.slots,
        }),
        balances: Balances::default(),
        climate: Climate::new(&context),
        events: Events::default().state(),
        recorder: RecorderState::default(),
    };
    open_houses(&context, &params, &mut parts);
    open_first_stalls(&context, &params, &mut parts);
    let citizens = first_citizens(&context, &params, &mut parts);
    for (state, council) in parts.enclaves.iter_mut().zip(&context.councils) {
        state.founders = parts.climate.population[council.place];
    }

    let flows = parts.books.close_day();
    for (from, to, _, amount) in flows.credits() {
        parts.balances.kinds[from as usize] -= amount;
        parts.balances.kinds[to as usize] += amount;
    }
    let mut recorder = Recorder::from_state(parts.recorder.clone());
    write_flows(&mut recorder, 0, &flows);
    let mut world = assemble(world, context, parts, citizens, recorder);
    world.resource_mut::<Wealth>().flows = flows;
    world
}

/// What the citizens of a chunk come to, by place and by provider.
struct Arrivals {
    minted: i64,
    population: Vec<u32>,
    clients: Vec<i64>,
    profiles: Vec<i64>,
}

/// Draws everybody, gives them what they start with, and counts them where they live and with those who shop for them.
fn first_citizens(context: &RunContext, params: &Params, parts: &mut Parts) -> CitizenColumns {
    let mut citizens = CitizenColumns::empty(context.active + params.citizens.inert.get() as usize);
    let risk = first_belief(params);
    let share = params.citizens.delegated_share.get();
    let providers = params.providers.iter().zip(&context.keys.providers);
    let offering: Vec<Option<Key>> =
        providers.map(|(provider, &key)| provider.params.takes_clients.then_some(key)).collect();
    let arrived = context.in_order(citizens.in_chunks(CHUNK).collect(), |chunk: CitizenSlices<'_>| {
        let CitizenSlices { first, purses, homes, traits, tastes, minds, lives } = chunk;
        let drawn = draw_citizens(context, context.dice, 0, first as u64, purses.len());
        for (nth, citizen) in drawn.into_iter().enumerate() {
            (purses[nth], homes[nth], traits[nth]) = citizen;
        }
        tastes.fill(Tastes::default());
        minds.fill(Mind { risk, ..Mind::default() });
        let active = context.active.saturating_sub(first).min(purses.len());
        let clients = vec![0; offering.len()];
        let population = vec![0; context.places()];
        let mut arrivals = Arrivals { minted: 0, population, profiles: clients.clone(), clients };
        arrivals.minted = endow(&mut purses[..active], params.citizens.start_credits.get());
        for (home, life) in homes[..active].iter().zip(lives) {
            arrivals.population[home.place as usize] += 1;
            (life.provider, life.profile) = first_provider(home, share, &offering);
            if let Some(index) = usize::from(life.provider).checked_sub(1) {
                arrivals.clients[index] += 1;
                arrivals.profiles[index] += i64::from(life.profile);
            }
        }
        arrivals
    });
    for chunk in arrived {
        parts.books.enter_start(chunk.minted);
        parts.climate.population.iter_mut().zip(chunk.population).for_each(|(all, here)| *all += here);
        for (provider, (clients, profiles)) in
            parts.providers.iter_mut().zip(chunk.clients.into_iter().zip(chunk.profiles))
        {
            provider.clients += clients;
            provider.profiles += profiles;
        }
    }
    if context.active > 0 {
        // One after another: a sum of floats depends on its order.
        let income: f64 = citizens.purses[..context.active].iter().map(|purse| f64::from(purse.income())).sum();
        parts.climate.income_mean = income / context.active as f64;
    }
    citizens
}

/// Providers on the first day, without clients.
fn open_providers(params: &Params) -> Vec<Provider> {
    let price = first_price(params);
    params.providers.iter().map(|about| Provider::opening(about.params.markup.get(), price)).collect()
}

/// Houses enter before all other syndicates.
fn open_houses(context: &RunContext, params: &Params, parts: &mut Parts) {
    for house in 0..context.houses {
        let place = context.councils.len() + house;
        parts.sellers[place] = Seller::house(params, context, house, 0);
        parts.books.pay(Account::Mint, Account::Seller(place), params.syndicates.start_capital, FlowReason::Start);
    }
    let mut street = MarketAccess {
        context,
        params,
        rules: &[],
        day: 0,
        venues: &mut parts.venues,
        stalls: &mut parts.stalls,
        sellers: &mut parts.sellers,
        books: &mut parts.books,
        events: &mut Events::default(),
    };
    direct(&mut street, &parts.climate);
}

/// The market that citizens find on the first day: seven in ten stalls are open.
fn open_first_stalls(context: &RunContext, params: &Params, parts: &mut Parts) {
    let size = |(venue, &place): (&VenueSpec, &Option<usize>)| {
        if venue.params.outage { 0.0 } else { venue.params.size.get() * reach(params, place) }
    };
    let sizes: Vec<f64> = params.venues.iter().zip(&context.venue_place).map(size).collect();
    let mut next = context.councils.len() + context.houses;
    // The same of each good, behind the houses that were here first: nobody knows yet what will pay.
    let mut slots: Vec<usize> = Vec::with_capacity(context.room());
    for &good in Good::ALL {
        let here = context.slots_of(good).filter(|&slot| !parts.stalls[slot].open);
        slots.extend(here.take(context.share));
    }
    for nth in 0..slots.len() {
        let slot = slots[nth];
        let [opens, who, known, where_to, rung, posture] = context.dice.words::<6>(Purpose::Entry, 0, slot as u64);
        let (seller, venue) = if let Some(council) = context.reserved(slot) {
            let seller = &mut parts.sellers[council];
            if !seller.alive {
                seller.alive = true;
                seller.kind = SellerKind::Council;
                seller.number = context.number_beside(0, council);
                seller.key = context.keys.places[context.councils[council].place].bits();
                parts.books.pay(
                    Account::Mint,
                    Account::Seller(council),
                    params.syndicates.start_capital,
                    FlowReason::Start,
                );
            }
            (council, context.councils[council].venue)
        } else {
            let venues = context.keys.venues.iter().copied().zip(sizes.iter().copied());
            let Some(venue) = choose(where_to, venues) else { continue };
            if params.syndicates.entry.get() <= 0.0 || !happens(opens, 0.7) {
                continue;
            }
            // Whoever is met at an earlier stall has been met in proportion to the stalls they run, so growth is too.
            let words = [known, posture.rotate_left(11), rung.rotate_left(7), known.rotate_left(16)];
            let met = words.map(|word| pick(word, u32::try_from(nth).expect("slots fit")).0 as usize);
            let is_trader = |stall: &&Stall| {
                let seller = &parts.sellers[stall.seller as usize];
                stall.open && seller.kind != SellerKind::Council && seller.house.get().is_none()
            };
            // Whoever has met nobody goes on from the last of these stalls, back to the first and round again.
            let on = (0..met[3]).rev().chain(met[3]..nth);
            let trader = met.into_iter().chain(on).map(|nth| &parts.stalls[slots[nth]]).find(is_trader);
            let trader = trader.map(|stall| stall.seller as usize);
            let newcomer = happens(who, params.syndicates.newcomers.get());
            let seller = match trader.filter(|&seller| parts.sellers[seller].stalls < params.syndicates.arms.get()) {
                Some(seller) if !newcomer => seller,
                _ => {
                    let number = context.number_at(0, slot);
                    let known = (Key::numbered(slot as u64).at(0), number);
                    let Some(entrant) = Seller::drawn(params, context, known, 0, false) else { continue };
                    let seller = next;
                    next += 1;
                    parts.sellers[seller] = entrant;
                    let account = Account::Seller(seller);
                    parts.books.pay(Account::Mint, account, params.syndicates.start_capital, FlowReason::Start);
                    seller
                }
            };
            (seller, venue)
        };
        parts.sellers[seller].stalls += 1;
        let venue = u16::try_from(venue).expect("at most 200 venues");
        let terms = (first_rung(rung), [posture, rung], &parts.climate);
        parts.stalls[slot] = opened((params, context, 0), &parts.sellers[seller], seller, slot, venue, terms);
    }
}

/// What happened before the first day is told by nobody: no rows of it are kept, nothing that is told later came of it, and
/// innovation is counted from here. What moved in all this time stands as the flows of day 0.
pub fn forget(world: &mut World, moved: &Flows) {
    world.query::<&mut Seller>().iter_mut(world).for_each(|mut seller| {
        (seller.arrival, seller.last_case) = (EventId::NONE, EventId::NONE);
    });
    world.query::<&mut Stall>().iter_mut(world).for_each(|mut stall| stall.last_case = EventId::NONE);
    world.query::<&mut Venue>().iter_mut(world).for_each(|mut venue| {
        (venue.last_case, venue.closed_by) = (EventId::NONE, EventId::NONE);
    });
    world.query::<&mut Enclave>().iter_mut(world).for_each(|mut enclave| enclave.cause = EventId::NONE);
    world.query::<&mut Colony>().iter_mut(world).for_each(|mut colony| colony.since = EventId::NONE);
    let mut climate = world.resource_mut::<Climate>();
    climate.innovation = 1.0;
    climate.last_artefact = EventId::NONE;
    climate.copies.iter_mut().for_each(|copies| copies.event = EventId::NONE);
    let mut recorder = Recorder::from_state(RecorderState::default());
    write_flows(&mut recorder, 0, moved);
    world.insert_resource(recorder);
}

/// The world: everything that all share, the citizens, and all other actors, each made once.
pub fn assemble(
    mut world: World,
    context: RunContext,
    parts: Parts,
    citizens: CitizenColumns,
    recorder: Recorder,
) -> World {
    debug_assert_eq!(ACCOUNT_KINDS, AccountKind::ALL.len());
    // bevy_ecs holds each resource by an entity of its own, in an array as long as that entity's number: so they come first.
    world.insert_resource(ActiveRules::on(&context.scenario, parts.today.day.max(1)));
    world.insert_resource(ChoiceInputs::new(&context));
    world.insert_resource(parts.today);
    world.insert_resource(parts.books);
    world.insert_resource(parts.balances);
    world.insert_resource(parts.climate);
    world.insert_resource(Events::from_state(parts.events, Arc::clone(&context.keys)));
    world.insert_resource(recorder);
    world.insert_resource(Orders::default());
    world.insert_resource(Searches::default());
    world.insert_resource(Moods::default());
    world.insert_resource(Wealth::default());
    world.insert_resource(Listener::default());
    world.insert_resource(WatchedCitizens::default());
    world.insert_resource(context);
    world.spawn(citizens);
    world.spawn_batch(parts.stalls);
    world.spawn_batch(parts.sellers);
    world.spawn_batch(parts.venues);
    world.spawn_batch(parts.agencies);
    world.spawn_batch(parts.providers);
    world.spawn_batch(parts.enclaves);
    world.spawn_batch(parts.colonies);
    world
}
