//! The world: how a scenario becomes citizens, stalls, venues, sellers and agencies on day 0.

use std::sync::Arc;

use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::agency::Agency;
use crate::actors::citizen::{Home, Mind, RISK_GROUPS, Tastes, Traits, draw_citizens};
use crate::actors::delegate::PROVIDERS;
use crate::actors::enclave::CRAFTS;
use crate::actors::syndicate::{Seller, SellerKind, Stall, first_rung};
use crate::audit::{Balances, Wealth};
use crate::dice::{Dice, Purpose, happens, pick, pick_weighted};
use crate::goods::{GOODS, Good, PerGood};
use crate::ledger::{Account, Books, KINDS, Kind, Purse, Why};
use crate::market::menu::{Menu, VIRTUAL};
use crate::market::orders::Orders;
use crate::market::venues::Venue;
use crate::numerics::{TailTable, gumbel_table, nest_table};
use crate::record::facts::{Events, EventsState};
use crate::record::recorder::{Recorder, RecorderState};
use crate::scenario::params::Params;
use crate::scenario::{Rules, Scenario};
use crate::schedule::Listener;
use crate::society::climate::Climate;
use crate::units::{Credits, PlaceKind};

/// Citizens in a chunk: the unit of work of a thread, fixed so that threads change nothing.
pub const CHUNK: usize = 4096;

/// A run of neighbourhoods.
#[derive(Clone, Copy, Debug)]
pub struct Neighbourhoods {
    /// Number of the first.
    pub first: u32,
    /// How many.
    pub len: u32,
}

/// Where an agency may act, and on what.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// By place.
    pub places: Vec<bool>,
    /// By good.
    pub goods: [bool; GOODS],
}

/// An enclave's council, as a seller.
#[derive(Clone, Copy, Debug)]
pub struct Council {
    /// Its enclave.
    pub place: usize,
    /// The venue where it sells.
    pub venue: usize,
}

/// What never changes during a run.
#[derive(Resource)]
pub struct Setting {
    /// What is asked.
    pub scenario: Arc<Scenario>,
    /// The source of all draws.
    pub dice: Dice,
    /// Threads of the run's own, where it has more than one.
    pub threads: Option<Arc<rayon::ThreadPool>>,
    /// Citizens who take part.
    pub active: usize,
    /// People by place.
    pub population: Vec<u32>,
    cumulative: Vec<f64>,
    /// Neighbourhoods by place.
    pub neighbourhoods: Vec<Neighbourhoods>,
    /// Places for stalls, for each good.
    pub slots: usize,
    /// Councils: they are the first sellers.
    pub councils: Vec<Council>,
    /// The council of a place, where it is an enclave.
    pub council_of: Vec<Option<usize>>,
    /// Place of each venue, or [`VIRTUAL`].
    pub venue_place: Vec<u8>,
    /// Mandate of each agency.
    pub mandates: Vec<Mandate>,
    /// Gumbel shocks.
    pub gumbel: TailTable,
    /// Shocks of a nest.
    pub nest: TailTable,
    /// The nest parameter.
    pub nest_share: f32,
}

impl Setting {
    /// The setting of a run; `threads` changes speed only.
    pub fn new(scenario: Arc<Scenario>, seed: u64, threads: usize) -> Self {
        let params = &scenario.params;
        let active = params.citizens.count.get() as usize;
        let weights: Vec<f64> = params.places.iter().map(|place| place.params.population.get()).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let cumulative = weights
            .iter()
            .map(|weight| {
                sum += if total > 0.0 { weight / total } else { 1.0 / weights.len() as f64 };
                sum
            })
            .collect();
        let mut first = 0;
        let size = f64::from(params.citizens.neighbourhood.get());
        let neighbourhoods = weights
            .iter()
            .map(|weight| {
                let people = if total > 0.0 { active as f64 * weight / total } else { active as f64 };
                let len = ((people / size) as u32).max(1);
                first += len;
                Neighbourhoods { first: first - len, len }
            })
            .collect();
        let place_index = |name: &str| params.places.iter().position(|place| place.name == name);
        let venue_place: Vec<u8> = params
            .venues
            .iter()
            .map(|venue| {
                let place = venue.place.as_deref().and_then(place_index);
                place.map_or(VIRTUAL, |place| u8::try_from(place).expect("at most 200 places"))
            })
            .collect();
        let mut councils = Vec::new();
        let council_of = params
            .places
            .iter()
            .enumerate()
            .map(|(place, about)| {
                (about.params.kind == PlaceKind::Enclave).then(|| {
                    let own = venue_place.iter().position(|&at| at as usize == place);
                    let venue = own.or_else(|| venue_place.iter().position(|&at| at == VIRTUAL)).unwrap_or(0);
                    councils.push(Council { place, venue });
                    councils.len() - 1
                })
            })
            .collect();
        let mandates = params
            .agencies
            .iter()
            .map(|agency| Mandate {
                places: params
                    .places
                    .iter()
                    .map(|place| agency.places.is_empty() || agency.places.contains(&place.name))
                    .collect(),
                goods: PerGood::from_fn(|good| agency.goods.is_empty() || agency.goods.contains(&good)).0,
            })
            .collect();
        let wanted = (params.market.stalls_per_thousand.get() * active as f64 / 1000.0 / GOODS as f64).ceil() as usize;
        let nest = params.demand.nest.get();
        Self {
            dice: Dice::new(seed),
            threads: (threads > 1).then(|| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                Arc::new(pool.expect("threads can be started"))
            }),
            active,
            population: vec![0; params.places.len()],
            cumulative,
            neighbourhoods,
            slots: wanted.max(4).max(councils.len() + 2),
            councils,
            council_of,
            venue_place,
            mandates,
            gumbel: gumbel_table(),
            nest: nest_table(nest),
            nest_share: params.demand.nest.as_f32(),
            scenario,
        }
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.cumulative.len()
    }

    /// The place that a draw between 0 and 1 falls on.
    pub fn place_of(&self, draw: f64) -> usize {
        self.cumulative.iter().position(|&bound| draw < bound).unwrap_or(self.cumulative.len() - 1)
    }

    /// The good sold at a slot.
    pub fn good_of(&self, slot: usize) -> Good {
        Good::at(slot / self.slots)
    }

    /// Whether a seller is an enclave's council.
    pub fn is_council(&self, seller: usize) -> bool {
        seller < self.councils.len()
    }

    /// The council for whom a slot is kept, if any.
    pub fn reserved(&self, slot: usize) -> Option<usize> {
        let within = slot % self.slots;
        (within < self.councils.len() && CRAFTS.contains(&self.good_of(slot))).then_some(within)
    }

    /// Works through chunks, on all threads, and returns what came of them in the order of the chunks.
    pub fn in_order<T: Send, R: Send>(&self, chunks: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
        match &self.threads {
            Some(threads) if chunks.len() > 1 => {
                threads.install(|| chunks.into_par_iter().with_max_len(1).map(work).collect())
            }
            _ => chunks.into_iter().map(work).collect(),
        }
    }
}

/// Where time stands.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Today {
    /// The day; 0 before the first.
    pub day: u32,
}

/// The highest number given to a seller; none is given twice.
#[derive(Resource, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Numbers(pub u32);

/// What is in force today.
#[derive(Resource, Debug)]
pub struct InForce {
    /// Everywhere.
    pub params: Params,
    /// In each place.
    pub rules: Vec<Rules>,
}

impl InForce {
    /// What is in force on a day.
    pub fn on(scenario: &Scenario, day: u32) -> Self {
        let places = scenario.params.places.len();
        Self {
            params: scenario.params_on(day),
            rules: (0..places).map(|place| scenario.rules_in(place, day)).collect(),
        }
    }
}

/// Sums of what people in a place feel.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceMood {
    /// Perceived risk, over people and groups of goods.
    pub risk: f64,
    /// Anxiety.
    pub anxiety: f64,
    /// Boredom.
    pub boredom: f64,
    /// Entries in records.
    pub record: i64,
    /// People hidden by a tenth or more.
    pub masked: i64,
    /// People in open unrest.
    pub unrest: i64,
}

/// How people feel this evening.
#[derive(Resource, Clone, Debug, Default)]
pub struct Moods {
    /// By place.
    pub places: Vec<PlaceMood>,
}

/// A citizen's components.
pub type Citizen = (Purse, Home, Traits, Tastes, Mind);

/// Everything that changes, beside the citizens.
#[derive(Serialize, Deserialize)]
pub struct Parts {
    /// Time.
    pub today: Today,
    /// Numbers of sellers.
    pub numbers: Numbers,
    /// Stalls, by slot.
    pub stalls: Vec<Stall>,
    /// Sellers, councils first.
    pub sellers: Vec<Seller>,
    /// Venues.
    pub venues: Vec<Venue>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Balances.
    pub books: Books,
    /// What each kind of account held last evening.
    pub balances: Balances,
    /// The climate.
    pub climate: Climate,
    /// Where the numbering of events stands.
    pub events: EventsState,
    /// What the recorder remembers.
    pub recorder: RecorderState,
}

/// The world of day 0.
pub fn genesis(setting: Setting) -> World {
    let params = setting.scenario.params.clone();
    let councils = setting.councils.len();
    let stalls = setting.slots * GOODS;
    let sellers = councils + stalls + stalls / 8 + 16;
    let mut parts = Parts {
        today: Today { day: 0 },
        numbers: Numbers(u32::try_from(councils).expect("few enclaves")),
        stalls: vec![Stall::empty(); stalls],
        sellers: vec![Seller::nobody(params.venues.len()); sellers],
        venues: params.venues.iter().map(|venue| Venue::established(venue.params.trust.as_f32())).collect(),
        agencies: vec![Agency::ignorant(setting.places()); params.agencies.len()],
        books: Books::new(councils, sellers, params.venues.len(), PROVIDERS, params.agencies.len(), setting.slots),
        balances: Balances::default(),
        climate: Climate::new(&setting),
        events: Events::default().state(),
        recorder: RecorderState::default(),
    };
    open_first_stalls(&setting, &params, &mut parts);
    let (mut world, mut setting) = furnish(setting, &mut parts);

    let books = &mut parts.books;
    let total = setting.active + params.citizens.inert.get() as usize;
    let risk = first_belief(&params);
    // Drawn a few chunks a thread at a time, and counted before: memory is asked for once, and exactly.
    let mut population = vec![0; setting.places()];
    let drawn = (0..total).step_by(16 * CHUNK).flat_map(|first| {
        let starts = (first..total.min(first + 16 * CHUNK)).step_by(CHUNK).collect();
        setting
            .in_order(starts, |start: usize| {
                draw_citizens(&setting, setting.dice, start as u64, CHUNK.min(total - start))
            })
            .into_iter()
            .flatten()
    });
    let citizens = (0..total).zip(drawn).map(|(number, (mut purse, home, traits))| {
        if number < setting.active {
            let credits = Credits::from(params.citizens.start_credits.get() * f64::from(purse.income()));
            books.pay_to(Account::Mint, &mut purse, credits, Why::Start);
            population[home.place as usize] += 1;
        }
        let mind = Mind { risk, ..Mind::default() };
        (purse, home, traits, Tastes::default(), mind)
    });
    settle_down(&mut world, total, citizens);
    setting.population = population;

    let flows = parts.books.close_day();
    for (from, to, _, amount) in flows.credits() {
        parts.balances.kinds[from as usize] -= amount;
        parts.balances.kinds[to as usize] += amount;
    }
    let mut recorder = Recorder::from_state(parts.recorder.clone());
    recorder.write_flows(0, &flows);
    populate(&mut world, setting, parts, recorder);
    world
}

/// Citizens move in: they are spawned once, in the order of their numbers, and never leave.
pub fn settle_down(world: &mut World, total: usize, citizens: impl Iterator<Item = Citizen>) {
    struct Counted<I>(usize, I);
    impl<I: Iterator> Iterator for Counted<I> {
        type Item = I::Item;
        fn next(&mut self) -> Option<I::Item> {
            self.0 = self.0.saturating_sub(1);
            self.1.next()
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.0, Some(self.0))
        }
    }
    world.spawn_batch(Counted(total, citizens));
}

/// What people believe of the risk before they have learnt: what the law could reach if everybody bought once a month.
fn first_belief(params: &Params) -> [f32; RISK_GROUPS] {
    let examined: f64 = params
        .agencies
        .iter()
        .map(|agency| agency.params.budget.get() / agency.params.case_cost.get().max(0.001))
        .sum();
    [(examined * 30.0 * params.law.target_buyers.get()).clamp(0.0, 0.5) as f32; RISK_GROUPS]
}

/// The market that citizens find on the first day: seven in ten stalls are open.
fn open_first_stalls(setting: &Setting, params: &Params, parts: &mut Parts) {
    let sizes: Vec<f64> = params.venues.iter().map(|venue| venue.params.size.get()).collect();
    let mut traders: Vec<usize> = Vec::new();
    for slot in 0..parts.stalls.len() {
        let [opens, who, nature, where_to, rung, posture] = setting.dice.words::<6>(Purpose::Entry, 0, slot as u64);
        let (seller, venue) = if let Some(council) = setting.reserved(slot) {
            let seller = &mut parts.sellers[council];
            if !seller.alive {
                seller.alive = true;
                seller.kind = SellerKind::Council;
                seller.number = u32::try_from(council + 1).expect("few enclaves");
                parts.books.pay(Account::Mint, Account::Seller(council), params.syndicates.start_capital, Why::Start);
            }
            (council, setting.councils[council].venue)
        } else {
            let Some(venue) = pick_weighted(where_to, &sizes) else { continue };
            if params.syndicates.entry.get() <= 0.0 || !happens(opens, 0.7) {
                continue;
            }
            let newcomer = traders.is_empty() || happens(who, params.syndicates.newcomers.get());
            // Traders stand in the list once for each stall, so growth is in proportion to size.
            let known = pick(nature, u32::try_from(traders.len()).expect("stalls fit")).0 as usize;
            let seller = match traders.get(known) {
                Some(&seller) if !newcomer && parts.sellers[seller].stalls < params.syndicates.arms.get() => seller,
                _ => {
                    parts.numbers.0 += 1;
                    let seller = parts.numbers.0 as usize - 1;
                    parts.sellers[seller] = Seller {
                        number: parts.numbers.0,
                        alive: true,
                        cheats: happens(nature.rotate_left(7), params.syndicates.cheats.get()),
                        ..Seller::nobody(params.venues.len())
                    };
                    let account = Account::Seller(seller);
                    parts.books.pay(Account::Mint, account, params.syndicates.start_capital, Why::Start);
                    seller
                }
            };
            traders.push(seller);
            (seller, venue)
        };
        parts.sellers[seller].stalls += 1;
        parts.stalls[slot] = Stall {
            open: true,
            seller: u32::try_from(seller).expect("sellers fit"),
            venue: u16::try_from(venue).expect("at most 200 venues"),
            rung: first_rung(rung),
            guarded: happens(posture, 0.3),
            reputation: params.market.newcomer_reputation.as_f32(),
            ..Stall::empty()
        };
    }
}

/// A world without citizens, whose resources have their places.
///
/// bevy_ecs holds each resource by an entity of its own, in an array as long as that entity's number. Made after ten
/// million citizens, fifteen resources would cost sixty bytes a citizen; made before, nothing. [`populate`] puts the real
/// ones in their places.
fn empty_world(setting: Setting) -> (World, Setting) {
    let mut world = World::new();
    world.insert_resource(InForce::on(&setting.scenario, 1));
    world.insert_resource(Menu::new(&setting));
    world.insert_resource(Today { day: 0 });
    world.insert_resource(Numbers(0));
    world.insert_resource(Books::new(0, 0, 0, 0, 0, 0));
    world.insert_resource(Balances::default());
    world.insert_resource(Climate::new(&setting));
    world.insert_resource(Events::default());
    world.insert_resource(Recorder::from_state(RecorderState::default()));
    world.insert_resource(Orders::default());
    world.insert_resource(Moods::default());
    world.insert_resource(Wealth::default());
    world.insert_resource(Listener::default());
    // Taken out again, the setting keeps its place until it is known how many people live where.
    world.insert_resource(setting);
    let setting = world.remove_resource().expect("just put there");
    (world, setting)
}

/// A world with all actors but the citizens.
pub fn furnish(setting: Setting, parts: &mut Parts) -> (World, Setting) {
    let (mut world, setting) = empty_world(setting);
    world.spawn_batch(std::mem::take(&mut parts.stalls));
    world.spawn_batch(std::mem::take(&mut parts.sellers));
    world.spawn_batch(std::mem::take(&mut parts.venues));
    world.spawn_batch(std::mem::take(&mut parts.agencies));
    (world, setting)
}

/// Puts the state of everything that all share in its place: the world is whole.
pub fn populate(world: &mut World, setting: Setting, parts: Parts, recorder: Recorder) {
    debug_assert_eq!(KINDS, Kind::ALL.len());
    world.insert_resource(InForce::on(&setting.scenario, parts.today.day.max(1)));
    world.insert_resource(parts.today);
    world.insert_resource(parts.numbers);
    world.insert_resource(parts.books);
    world.insert_resource(parts.balances);
    world.insert_resource(parts.climate);
    world.insert_resource(Events::from_state(parts.events));
    world.insert_resource(recorder);
    world.insert_resource(setting);
}

/// A component of one kind of actors as a slice, in the order in which they were made.
pub fn column<'w, T: Component>(query: &'w Query<'_, '_, &T>) -> &'w [T] {
    query.contiguous_iter().expect("actors are dense").next().unwrap_or(&[])
}

/// The same, to be changed.
pub fn column_mut<'w, T: Component<Mutability = Mutable>>(query: &'w mut Query<'_, '_, &mut T>) -> &'w mut [T] {
    let column = query.contiguous_iter_mut().expect("actors are dense").next();
    column.map_or(&mut [], |column| ContiguousMut::bypass_change_detection_split(column).0)
}
