//! Syndicates: sellers that plan, act, monitor and iterate. Each runs [stalls](super::stall), which are its arms, after the
//! manner of its [kind](super::temperament).
//!
//! Source: tabular value learning with declining exploration; Simon (1955) for growth in proportion to size.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::agency::{Agency, hunt};
use crate::actors::house::{AWAY, NO_HOUSE, cost_of_quality};
use crate::actors::pricing::{LogitGame, PriceTable, first_values, state_of};
use crate::actors::stall::{
    RUNGS, Reason, Stall, Values, best_choice, exploration, highest_rung, markup, rung_of, try_something,
};
use crate::actors::temperament::{NO_TEMPERAMENT, TemperamentParams};
use crate::dice::{Dice, Purpose, happens, pick, pick_weighted};
use crate::goods::authenticity::opens_with_fakes;
use crate::goods::{GOODS, Good};
use crate::ledger::{Account, Books, UnitMove, Why};
use crate::market::venues::{Street, Streets, Venue, choose_venue, worth_of_staying};
use crate::numerics::exp;
use crate::record::facts::{Event, Events, What};
use crate::scenario::params::Params;
use crate::setting::{InForce, Numbers, Setting, Today, column, column_mut};
use crate::society::climate::Climate;
use crate::units::Credits;

/// Days of sales that are remembered.
pub const MONTH: usize = 30;

/// What kind of seller it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SellerKind {
    /// A syndicate run by an algorithm for people.
    Syndicate,
    /// A syndicate that runs itself.
    RogueAi,
    /// The council of an enclave.
    Council,
}

impl SellerKind {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syndicate => "syndicate",
            Self::RogueAi => "rogue_ai",
            Self::Council => "enclave",
        }
    }
}

/// A seller.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Seller {
    /// Its number; never used twice.
    pub number: u32,
    /// Whether it trades; a dead one waits to be somebody else.
    pub alive: bool,
    /// What kind it is.
    pub kind: SellerKind,
    /// Its temperament, by its place in the list; [`NO_TEMPERAMENT`] for a council.
    pub temperament: u8,
    /// Which house it is; [`NO_HOUSE`] for all others.
    pub house: u8,
    /// Whether it cheats when that pays.
    pub cheats: bool,
    /// Number of the event of its entry or birth, or -1.
    pub arrival: i64,
    /// Day on which it entered.
    pub entered: u32,
    /// Open stalls.
    pub stalls: u32,
    /// What it has learned each good to bring, in credits a day and stall.
    pub good_values: [f32; GOODS],
    /// What it has learned each venue to bring, in credits a day and stall.
    pub venue_values: Vec<f32>,
    /// Revenue of each of the last days, in milli-credits.
    pub revenue: [i64; MONTH],
    /// Sales of each of the last days.
    pub sales: [u32; MONTH],
    /// Cases against it.
    pub cases: u32,
    /// The last case against it that was written down, or -1.
    pub last_case: i64,
    /// Cases against it of late: half is forgotten in thirty days.
    pub heat: f32,
    /// Profit of a usual day, in credits, over about thirty days.
    pub usual_profit: f32,
    /// Day on which it will be gone with what was paid and not delivered; 0 while it means to stay.
    pub vanishes: u32,
    /// Day on which a house that has nothing left is financed again; 0 while it has.
    pub returns: u32,
    /// Process debt: what was left undone in haste.
    pub debt: f32,
    /// What it has learnt to ask for each good: it outlives the stall that learnt it.
    pub lessons: Vec<Lesson>,
}

/// What a stall has learnt of prices, kept by its seller.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lesson {
    good: u8,
    values: Values,
    table: Option<Box<PriceTable>>,
}

impl Seller {
    /// Nobody, yet.
    pub fn nobody(venues: usize) -> Self {
        Self {
            number: 0,
            alive: false,
            kind: SellerKind::Syndicate,
            temperament: NO_TEMPERAMENT,
            house: NO_HOUSE,
            cheats: false,
            arrival: -1,
            entered: 0,
            stalls: 0,
            good_values: [0.0; GOODS],
            venue_values: vec![0.0; venues],
            revenue: [0; MONTH],
            sales: [0; MONTH],
            cases: 0,
            last_case: -1,
            heat: 0.0,
            usual_profit: 0.0,
            vanishes: 0,
            returns: 0,
            debt: 0.0,
            lessons: Vec::new(),
        }
    }

    /// A seller that enters, as it is drawn by its number; `None` where a rogue AI is wanted and there is no such kind.
    pub fn drawn(params: &Params, dice: Dice, number: u32, day: u32, rogue: bool) -> Option<Self> {
        let [kind, nature] = dice.words::<2>(Purpose::Entry, day, (1 << 40) + u64::from(number));
        let kinds = &params.temperaments;
        let temperament = if rogue {
            kinds.iter().position(|kind| kind.params.runs_itself)?
        } else {
            let shares: Vec<f64> = kinds.iter().map(|kind| kind.params.share.get()).collect();
            pick_weighted(kind, &shares)?
        };
        let about = &kinds[temperament].params;
        Some(Self {
            number,
            alive: true,
            kind: if about.runs_itself { SellerKind::RogueAi } else { SellerKind::Syndicate },
            temperament: u8::try_from(temperament).expect("few kinds"),
            cheats: happens(nature, about.cheats.get()),
            entered: day,
            ..Self::nobody(params.venues.len())
        })
    }

    /// Its temperament; a council has none.
    pub fn temperament<'a>(&self, params: &'a Params) -> Option<&'a TemperamentParams> {
        params.temperaments.get(self.temperament as usize).map(|kind| &kind.params)
    }

    /// Quality of what it sells.
    pub fn quality(&self, params: &Params) -> f32 {
        let own = || self.temperament(params).map_or(1.0, |kind| kind.quality.as_f32());
        self.orders(params).map_or_else(own, |orders| orders.quality.as_f32())
    }

    /// What a unit costs it, when it costs others `cost`.
    pub fn unit_cost(&self, params: &Params, cost: Credits) -> Credits {
        let own = self.temperament(params).map(|kind| kind.cost.get());
        let told = self.orders(params).map(|orders| cost_of_quality(orders.quality.get()));
        told.or(own).map_or(cost, |factor| Credits::from(cost.get() * factor))
    }

    /// How ready it is to bribe.
    pub fn bribes(&self, params: &Params) -> f64 {
        let own = || self.temperament(params).map_or(0.0, |kind| kind.bribes.get());
        self.orders(params).map_or_else(own, |orders| orders.bribes.get())
    }

    /// Keeps what a stall has learnt of a good, unless it knows more already.
    fn remember(&mut self, good: Good, stall: &mut Stall) {
        let best = |values: &Values| values.iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max);
        let practice = |table: &Option<Box<PriceTable>>| table.as_ref().map_or(0, |table| table.practice());
        let lesson = Lesson { good: good.index() as u8, values: stall.values, table: stall.table.take() };
        match self.lessons.iter_mut().find(|known| known.good == lesson.good) {
            Some(known) => {
                if best(&lesson.values) > best(&known.values) {
                    known.values = lesson.values;
                }
                if practice(&lesson.table) > practice(&known.table) {
                    known.table = lesson.table;
                }
            }
            None => self.lessons.push(lesson),
        }
    }

    /// Whether it is a rogue AI that trades.
    pub fn is_rogue(&self) -> bool {
        self.alive && self.kind == SellerKind::RogueAi
    }

    /// Revenue of the last thirty days, in milli-credits.
    pub fn month_revenue(&self) -> i64 {
        self.revenue.iter().sum()
    }
}

/// Places of dead sellers, where new ones can enter; the lowest last. Those of houses are kept for them.
pub fn vacant_places(setting: &Setting, sellers: &[Seller]) -> Vec<usize> {
    (setting.councils.len() + setting.houses..sellers.len()).rev().filter(|&seller| !sellers[seller].alive).collect()
}

/// A new seller enters with its capital, under the next number. Returns its place, or `None` where all are taken or there
/// is no such kind.
pub fn enter(
    (params, setting, day): (&Params, &Setting, u32),
    vacant: &mut Vec<usize>,
    (sellers, books): (&mut [Seller], &mut Books),
    numbers: &mut u32,
    rogue: bool,
) -> Option<usize> {
    let place = *vacant.last()?;
    sellers[place] = Seller::drawn(params, setting.dice, *numbers + 1, day, rogue)?;
    *numbers += 1;
    vacant.pop();
    books.pay(Account::Mint, Account::Seller(place), params.syndicates.start_capital, Why::Start);
    Some(place)
}

/// A seller gives up: what is left of the capital goes to its owners, who spend it elsewhere. A house will be back.
pub fn leave(street: &mut Street<'_>, seller: usize, what: What, cause: i64, note: &'static str) {
    let (capital, day) = (street.books.balance(Account::Seller(seller)), street.day);
    let (from, to) = (Account::Seller(seller), Account::Burn);
    if capital > Credits::ZERO {
        street.books.pay(from, to, capital, Why::WindUp);
    }
    let gone = &mut street.sellers[seller];
    (gone.alive, gone.returns) = (false, day + AWAY);
    gone.lessons = Vec::new();
    street.events.exits += 1;
    let (seller, note) = (Some(gone.number), note.into());
    street.events.add(Event { seller, amount: capital.get(), cause, note, ..Event::new(what) });
}

/// All that escrow holds for a stall is paid out to its seller.
pub fn release(stall: &mut Stall, books: &mut Books) {
    let held = Credits::milli(std::mem::take(&mut stall.held).iter().sum());
    books.pay(Account::Escrow(stall.venue as usize), Account::Seller(stall.seller as usize), held, Why::Release);
}

/// Closes a stall: its stock is left behind, its escrow is paid out, what it has learnt stays with its seller. A syndicate
/// without stalls gives up; a rogue AI waits for another, and so does a house that is directed.
pub fn close_stall(street: &mut Street<'_>, slot: usize, cause: i64, note: &'static str) {
    let stall = &mut street.stalls[slot];
    let place = stall.seller as usize;
    let stock = street.books.stock(slot);
    street.books.move_units(slot, UnitMove::Lose, stock);
    release(stall, street.books);
    stall.open = false;
    let seller = &mut street.sellers[place];
    seller.remember(street.setting.good_of(slot), stall);
    seller.stalls -= 1;
    if seller.stalls == 0 && seller.kind == SellerKind::Syndicate && seller.orders(street.params).is_none() {
        leave(street, place, What::SellerExit, cause, note);
    } else {
        let (good, venue) = (Some(street.setting.good_of(slot)), Some(stall.venue as usize));
        let (seller, note) = (Some(seller.number), note.into());
        street.events.add(Event { good, venue, seller, cause, note, ..Event::new(What::StallClose) });
    }
}

/// Closes all that a seller runs, and ends it.
fn close_down(street: &mut Street<'_>, seller: usize, what: What, cause: i64, note: &'static str) {
    let alive = |street: &Street<'_>| street.sellers[seller].alive;
    // While it closes its stalls it is nobody who gives up: it is ended once, below.
    street.sellers[seller].stalls += 1;
    for slot in 0..street.stalls.len() {
        if street.stalls[slot].open && street.stalls[slot].seller as usize == seller {
            close_stall(street, slot, cause, note);
        }
    }
    debug_assert!(alive(street) && street.sellers[seller].stalls == 1, "only the one added above is left");
    street.sellers[seller].stalls = 0;
    leave(street, seller, what, cause, note);
}

/// A stall goes to another venue; the old one pays out what it holds.
pub fn move_stall(street: &mut Street<'_>, slot: usize, venue: u16, cause: i64, note: &'static str) {
    let stall = &mut street.stalls[slot];
    if stall.venue == venue {
        return;
    }
    release(stall, street.books);
    stall.venue = venue;
    stall.reputation *= 0.9; // part of a name stays behind
    let seller = Some(street.sellers[stall.seller as usize].number);
    let (good, venue, note) = (Some(street.setting.good_of(slot)), Some(venue as usize), note.into());
    street.events.add(Event { good, venue, seller, cause, note, ..Event::new(What::SellerMove) });
}

/// A table for a seller who begins to learn the price of a good: it expects what one rival, met at any price, would leave.
fn fresh_table(params: &Params, cost: Credits, delta: f64) -> PriceTable {
    // Two like sellers and the choice to buy nothing; a unit is worth twice its cost. Only a first guess: it is unlearnt.
    let spread = params.demand.nest.get() / params.demand.price_weight.get().max(1e-6);
    let game = LogitGame { worth: 2.0 * cost.get(), outside: 0.0, spread, cost: cost.get() };
    let profit = |asked: &[usize]| {
        let prices: Vec<f64> = asked.iter().map(|&rung| cost.get() * markup(rung as u8)).collect();
        USUAL_DEMAND * game.profits(&prices)[0]
    };
    PriceTable::new(RUNGS * RUNGS, &first_values(RUNGS, 2, delta, profit))
}

/// Buyers a day who would look at a stall, as a newcomer guesses.
const USUAL_DEMAND: f64 = 8.0;

/// A stall that opens: it knows what its seller knows, and asks what a model asks, or what it knows to be best.
pub fn opened(
    (params, setting, day): (&Params, &Setting, u32),
    seller: &Seller,
    place: usize,
    slot: usize,
    venue: u16,
    (rung, posture, climate): (u8, u32, &Climate),
) -> Stall {
    let good = setting.good_of(slot);
    let lesson = seller.lessons.iter().find(|lesson| usize::from(lesson.good) == good.index());
    let kind = seller.temperament(params);
    let mut stall = Stall {
        open: true,
        seller: u32::try_from(place).expect("sellers fit"),
        venue,
        opened: day,
        rung,
        guarded: happens(posture, kind.map_or(0.3, |kind| kind.guarded.get())),
        quality: seller.quality(params),
        reputation: params.market.newcomer_reputation.as_f32(),
        watched: u32::try_from(slot).expect("slots fit"),
        fakes: good == Good::Authenticity
            && seller.orders(params).is_none()
            && opens_with_fakes(seller, params, &climate.provenance, posture.rotate_left(17)),
        ..Stall::empty()
    };
    if let Some(lesson) = lesson {
        stall.values = lesson.values;
        (stall.guarded, stall.rung) = best_choice(&lesson.values).unwrap_or((stall.guarded, stall.rung));
    }
    stall.rung = stall.rung.min(highest_rung(good));
    if kind.is_some_and(|kind| kind.learns_prices) && highest_rung(good) > 0 {
        let known = lesson.and_then(|lesson| lesson.table.clone());
        let cost = seller.unit_cost(params, climate.costs[good.index()]);
        let table = || Box::new(fresh_table(params, cost, params.syndicates.price_patience.get()));
        stall.table = Some(known.unwrap_or_else(table));
        stall.state = state_of(RUNGS, [stall.rung, stall.rung]) as u16;
    }
    stall
}

/// Empty stalls are filled, by newcomers or by those who trade already, in proportion to their size.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn open_stalls(
    setting: Res<Setting>,
    (today, mut numbers): (Res<Today>, ResMut<Numbers>),
    (law, climate): (Res<InForce>, Res<Climate>),
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut sellers: Query<&mut Seller>,
    mut stalls: Query<&mut Stall>,
    mut venues: Query<&mut Venue>,
) {
    let params = &law.params;
    let sellers = column_mut(&mut sellers);
    let stalls = column_mut(&mut stalls);
    let venues = column_mut(&mut venues);
    let all = u32::try_from(stalls.len()).expect("slots fit");
    let day = today.day;
    if !venues.iter().any(|venue| venue.open) {
        return; // nowhere to stand
    }
    let mut vacant = vacant_places(&setting, sellers);
    let is_homeless = |seller: &Seller| seller.alive && seller.kind == SellerKind::RogueAi && seller.stalls == 0;
    let mut homeless: Vec<usize> = (0..sellers.len()).rev().filter(|&seller| is_homeless(&sellers[seller])).collect();
    let mut words = vec![0; 8 * stalls.len()];
    setting.dice.fill(Purpose::Entry, day, 0, 8, &mut words);
    for (slot, &[opens, who, _, where_to, like, posture, a, b]) in words.as_chunks::<8>().0.iter().enumerate() {
        if stalls[slot].open || setting.reserved(slot).is_some() {
            continue;
        }
        if !happens(opens, params.syndicates.entry.get()) {
            continue;
        }
        let good = setting.good_of(slot);
        // Whoever is met at a random stall has been met in proportion to the stalls they run.
        let met = [who, a, b, who.rotate_left(16)].into_iter().map(|word| pick(word, all).0 as usize).find(|&slot| {
            let seller = &sellers[stalls[slot].seller as usize];
            stalls[slot].open && seller.kind != SellerKind::Council && seller.stalls < seller.room_to_grow(params)
        });
        let grows = met.map(|slot| stalls[slot].seller as usize).filter(|&seller| {
            let upkeep = params.syndicates.upkeep.get().max(0.001);
            let value = f64::from(sellers[seller].good_values[good.index()]);
            let willing = (0.5 + 0.5 * value / upkeep).clamp(0.05, 1.0);
            let rich =
                books.balance(Account::Seller(seller)).as_milli() * 2 >= params.syndicates.start_capital.as_milli();
            let stays = sellers[seller].vanishes == 0;
            !happens(a, params.syndicates.newcomers.get()) && rich && stays && happens(b, willing)
        });
        let seller = match homeless.pop().or(grows) {
            Some(seller) => seller,
            None => {
                let whole = (params, &*setting, day);
                let accounts = (&mut *sellers, &mut *books);
                let Some(seller) = enter(whole, &mut vacant, accounts, &mut numbers.0, false) else { continue };
                events.entries += 1;
                let number = Some(sellers[seller].number);
                let note = params.temperaments[usize::from(sellers[seller].temperament)].name.clone();
                let entry = Event { seller: number, good: Some(good), note, ..Event::new(What::SellerEntry) };
                sellers[seller].arrival = events.add(entry);
                seller
            }
        };
        let Some(venue) = choose_venue(params, venues, &sellers[seller].venue_values, where_to) else { continue };
        // Newcomers ask what somebody else asks for the same good, more or less.
        let base = good.index() * setting.slots;
        let model = base + pick(like, u32::try_from(setting.slots).expect("slots fit")).0 as usize;
        let rung = if stalls[model].open { stalls[model].rung } else { 2 + pick(like, 6).0 as u8 };
        let (_, rung) = try_something(false, rung, posture.rotate_left(11));
        sellers[seller].stalls += 1;
        let whole = (params, &*setting, day);
        let terms = (rung, posture, &*climate);
        stalls[slot] = opened(whole, &sellers[seller], seller, slot, venue, terms);
    }
}

/// Stalls and their sellers look back on the day: they learn, change prices, move, cheat, or give up.
pub fn plan_stalls(mut streets: Streets<'_, '_>) {
    let mut street = streets.walk();
    let (setting, day) = (street.setting, street.day);
    let period = setting.scenario.params.syndicates.plan_days.get();
    look_back(&mut street);
    for slot in 0..street.stalls.len() {
        let stall = &mut street.stalls[slot];
        if !stall.open {
            continue;
        }
        let age = day - stall.opened;
        if stall.table.is_some() {
            learn_price(&mut street, slot);
        }
        if age > 0 && (day + slot as u32).is_multiple_of(period) {
            end_period(&mut street, slot, period.min(age));
        }
    }
    for seller in setting.councils.len()..street.sellers.len() {
        if street.sellers[seller].alive {
            stay_or_vanish(&mut street, seller);
        }
    }
}

/// What is usual moves a little towards what was today.
fn look_back(street: &mut Street<'_>) {
    let fades = crate::numerics::pow(0.5, 1.0 / 30.0) as f32;
    for seller in street.sellers.iter_mut().filter(|seller| seller.alive) {
        seller.heat *= fades;
        seller.usual_profit *= 1.0 - 1.0 / 30.0;
    }
    for stall in street.stalls.iter_mut().filter(|stall| stall.open) {
        stall.demand += 0.2 * (stall.asked as f32 - stall.demand);
        stall.asked = 0;
        stall.usual_revenue += (std::mem::take(&mut stall.revenue) as f32 / 1000.0 - stall.usual_revenue) / 30.0;
        stall.usual_sales += (std::mem::take(&mut stall.sold) as f32 - stall.usual_sales) / 30.0;
        let seller = &mut street.sellers[stall.seller as usize];
        seller.usual_profit += (stall.margin - street.params.syndicates.upkeep.as_milli()) as f32 / 30_000.0;
        let elsewhere = seller.sales.iter().sum::<u32>() as f32 / 30.0 - stall.usual_sales;
        stall.renown = stall.usual_sales + street.params.market.brand.as_f32() * elsewhere.max(0.0);
        if stall.table.is_none() {
            stall.margin = 0;
        }
    }
}

/// A stall with a table learns from its day, looks at what a rival asks, and sets tomorrow's price.
fn learn_price(street: &mut Street<'_>, slot: usize) {
    let (params, day) = (&street.params.syndicates, street.day);
    let [whom, whether, which] = street.setting.dice.words::<3>(Purpose::Stall, day, (1 << 40) + slot as u64);
    let watched = rival(street, slot, whom);
    let stall = &street.stalls[slot];
    let own_cost = stall.price as f64 / markup(stall.rung);
    let rival_rung = watched.map_or(stall.rung, |rival| rung_of(street.stalls[rival].price as f64 / own_cost));
    let stall = &mut street.stalls[slot];
    stall.watched = watched.unwrap_or(slot) as u32;
    let next = state_of(RUNGS, [stall.rung, rival_rung]);
    let reward = std::mem::take(&mut stall.margin) as f32 / 1000.0;
    let table = stall.table.as_mut().expect("only stalls with a table learn so");
    let (alpha, delta) = (params.price_learning.as_f32(), params.price_patience.as_f32());
    table.learn(usize::from(stall.state), stall.rung, reward, next, alpha, delta);
    let exploration = exp(-params.price_exploration_decay.get() * f64::from(table.practice()));
    let explores = happens(whether, exploration);
    let rung = table.choose(next, explores, which);
    if rung != stall.rung {
        stall.reason = if explores { Reason::Exploration } else { Reason::Learnt };
    }
    (stall.state, stall.rung) = (next as u16, rung);
}

/// What one seller's stalls have learnt becomes known to all who sell the same goods.
pub fn adopt_lessons(street: &mut Street<'_>, from: usize) {
    let slots = street.setting.slots;
    for good in 0..GOODS {
        let range = good * slots..(good + 1) * slots;
        let here = range.clone().filter(|&slot| street.stalls[slot].open);
        let best = here.filter(|&slot| street.stalls[slot].seller as usize == from).max_by(|&one, &other| {
            let revenue = |slot: usize| street.stalls[slot].usual_revenue;
            revenue(one).total_cmp(&revenue(other)).then(other.cmp(&one))
        });
        let Some(best) = best else { continue };
        let (values, table) = (street.stalls[best].values, street.stalls[best].table.clone());
        for slot in range {
            let stall = &mut street.stalls[slot];
            if !stall.open || stall.seller as usize == from {
                continue;
            }
            if stall.table.is_some() && table.is_some() {
                stall.table.clone_from(&table);
            } else if stall.table.is_none() && table.is_none() {
                stall.values = values;
            }
        }
    }
}

/// The stall that one watches: the same as yesterday while it stands, or another of the same good.
fn rival(street: &Street<'_>, slot: usize, word: u32) -> Option<usize> {
    let own = street.stalls[slot].seller;
    let stands = |&rival: &usize| street.stalls[rival].open && street.stalls[rival].seller != own;
    let watched = street.stalls[slot].watched as usize;
    let slots = street.setting.slots;
    let first = slot / slots * slots;
    let met = |word| first + pick(word, u32::try_from(slots).expect("slots fit")).0 as usize;
    let tries = [word, word.rotate_left(8), word.rotate_left(16), word.rotate_left(24)];
    Some(watched).into_iter().chain(tries.into_iter().map(met)).find(stands)
}

/// At the end of its period a stall learns which markup and posture pay, and decides: another, another venue, or the end.
fn end_period(street: &mut Street<'_>, slot: usize, lived: u32) {
    let (setting, params, day) = (street.setting, street.params, street.day);
    let good = setting.good_of(slot);
    let stall = &mut street.stalls[slot];
    let reward = (std::mem::take(&mut stall.profit) as f64 / 1000.0 / f64::from(lived)) as f32;
    let speed = params.syndicates.learning.as_f32();
    let seller = &mut street.sellers[stall.seller as usize];
    for memory in [&mut seller.good_values[good.index()], &mut seller.venue_values[stall.venue as usize]] {
        *memory += speed * (reward - *memory);
    }
    stall.losses = if reward < 0.0 { stall.losses.saturating_add(1) } else { 0 };
    let [explores, what, where_to] = setting.dice.words::<3>(Purpose::Stall, day, slot as u64);
    if stall.table.is_none() {
        let value = &mut stall.values[usize::from(stall.guarded)][stall.rung as usize];
        *value = if value.is_nan() { reward } else { *value + speed * (reward - *value) };
        let (guarded, rung) = best_choice(&stall.values).unwrap_or((stall.guarded, stall.rung));
        let tries = happens(explores, exploration(params, day - stall.opened));
        let (reason, (guarded, rung)) = match () {
            () if tries => (Reason::Exploration, try_something(guarded, rung, what)),
            // Who could not sell more if it were cheaper need not wait for chance to ask more.
            () if stall.is_short(&params.goods[good]) => (Reason::Shortage, (guarded, (rung + 1).min(RUNGS as u8 - 1))),
            () => (Reason::Learnt, (guarded, rung)),
        };
        let rung = rung.min(highest_rung(good));
        if rung != stall.rung {
            stall.reason = reason;
        }
        (stall.guarded, stall.rung) = (guarded, rung);
    }
    let cases = std::mem::take(&mut stall.cases);
    if setting.is_council(stall.seller as usize) {
        return;
    }
    let losses = u32::from(stall.losses);
    let patience = params.syndicates.patience.get();
    let broke = street.books.balance(Account::Seller(stall.seller as usize)) < params.syndicates.upkeep;
    let told = street.sellers[stall.seller as usize].orders(params);
    let driven = cases > 0 && happens(what.rotate_left(9), params.syndicates.relocation.get());
    if told.is_some_and(|orders| orders.venue.get() > 0) {
        return; // it stays where it is told
    }
    if told.is_none() && (losses >= patience || broke) {
        let cause = if cases > 0 || broke { stall.last_case } else { -1 };
        close_stall(street, slot, cause, if broke { "nothing left" } else { "losses" });
    } else if driven || losses > 0 && losses + 1 == patience {
        // After losses the last try is at another venue; after a case it is safer there.
        let (cause, note) = if driven { (stall.last_case, "after a case") } else { (-1, "after losses") };
        let memory = &street.sellers[stall.seller as usize].venue_values;
        let here = stall.venue;
        if let Some(venue) = choose_venue(params, street.venues, memory, where_to).filter(|&venue| venue != here) {
            move_stall(street, slot, venue, cause, note);
        }
    }
}

/// Once a week a seller who cheats asks whether a week's takings for nothing are worth more than the name; such a week
/// ends with its leaving.
fn stay_or_vanish(street: &mut Street<'_>, place: usize) {
    let (params, day) = (street.params, street.day);
    let seller = &street.sellers[place];
    if seller.vanishes > 0 {
        if day >= seller.vanishes {
            let cause = seller.last_case;
            close_down(street, place, What::SellerExit, cause, "ran away with a week's payments");
        }
        return;
    }
    let due = (day + place as u32).is_multiple_of(WEEK) && day - seller.entered >= MONTH as u32;
    if !seller.cheats || !due || seller.stalls == 0 || seller.orders(params).is_some() {
        return;
    }
    let taken: f64 = street
        .stalls
        .iter()
        .filter(|stall| stall.open && stall.seller as usize == place)
        .map(|stall| {
            let escrow = params.venues[stall.venue as usize].params.escrow;
            f64::from(stall.usual_revenue) * if escrow { 1.0 - params.market.refund.get() } else { 1.0 }
        })
        .sum();
    let hazard = params.syndicates.hazard.get() * (1.0 + f64::from(seller.heat));
    if vanishing_pays(
        f64::from(WEEK) * taken,
        f64::from(seller.usual_profit),
        params.syndicates.patience_to_stay.get(),
        hazard,
    ) {
        street.sellers[place].vanishes = day + WEEK;
    }
}

/// Days for which a seller takes money for nothing before it is gone.
const WEEK: u32 = 7;

/// Whether it pays to run away: what can be taken at once, against all profits to come.
///
/// `profit` is what a usual day earns, `discount` the daily discount, `hazard` the chance a day of losing the trade anyway.
pub fn vanishing_pays(taken: f64, profit: f64, discount: f64, hazard: f64) -> bool {
    taken > worth_of_staying(profit.max(0.0), discount, hazard)
}

/// Rogue AIs replicate, and are taken down where the law has the means.
pub fn breed_rogue_ais(mut streets: Streets<'_, '_>, mut numbers: ResMut<Numbers>, agencies: Query<&Agency>) {
    let mut street = streets.walk();
    let (setting, params, day) = (street.setting, street.params, street.day);
    let rogues = street.sellers.iter().filter(|seller| seller.is_rogue()).count();
    let (hunter, takedown) = hunt(params, column(&agencies), rogues);
    let born = std::mem::take(&mut street.events.births);
    let mut births: Vec<(i64, Option<Inheritance>)> = born.into_iter().map(|cause| (cause, None)).collect();
    for place in setting.councils.len()..street.sellers.len() {
        let seller = &street.sellers[place];
        if !seller.alive || seller.kind != SellerKind::RogueAi || seller.entered == day {
            continue;
        }
        let number = seller.number;
        let [spawns, found] = setting.dice.words::<2>(Purpose::Rogue, day, (1 << 40) + u64::from(number));
        if happens(spawns, seller.temperament(params).map_or(0.0, |kind| kind.replication.get())) {
            births.push((seller.arrival, Some(Inheritance::of(&street, place))));
        }
        if happens(found, takedown) {
            let (cause, born) = (street.sellers[place].last_case, street.sellers[place].arrival);
            let cause = if cause >= 0 { cause } else { born };
            close_down(&mut street, place, What::RogueTakedown, cause, "");
            if let Some((_, takedown)) = street.events.list.last_mut() {
                takedown.agency = hunter;
            }
        }
    }
    let mut vacant = vacant_places(setting, street.sellers);
    for (cause, inheritance) in births {
        let accounts = (&mut *street.sellers, &mut *street.books);
        let Some(place) = enter((params, setting, day), &mut vacant, accounts, &mut numbers.0, true) else { continue };
        let child = &mut street.sellers[place];
        let note = if inheritance.is_some() { "a copy of another" } else { "" };
        if let Some(memory) = inheritance {
            (child.good_values, child.venue_values) = (memory.good_values, memory.venue_values);
            (child.temperament, child.lessons) = (memory.temperament, memory.lessons);
        }
        let birth = Event { seller: Some(child.number), cause, note: note.into(), ..Event::new(What::RogueBirth) };
        child.arrival = street.events.add(birth);
    }
}

/// What a copy of a rogue AI knows: all that its parent knew.
struct Inheritance {
    temperament: u8,
    good_values: [f32; GOODS],
    venue_values: Vec<f32>,
    lessons: Vec<Lesson>,
}

impl Inheritance {
    fn of(street: &Street<'_>, parent: usize) -> Self {
        let mut seller = street.sellers[parent].clone();
        for (slot, stall) in street.stalls.iter().enumerate().filter(|(_, stall)| stall.open) {
            if stall.seller as usize == parent {
                seller.remember(street.setting.good_of(slot), &mut stall.clone());
            }
        }
        Self {
            temperament: seller.temperament,
            good_values: seller.good_values,
            venue_values: seller.venue_values,
            lessons: seller.lessons,
        }
    }
}

/// The good of most of a seller's stalls.
pub fn main_good(setting: &Setting, stalls: &[Stall], slots: &[usize]) -> Option<Good> {
    let mut counts = [0u32; GOODS];
    for &slot in slots.iter().filter(|&&slot| stalls[slot].open) {
        counts[setting.good_of(slot).index()] += 1;
    }
    let most = *counts.iter().max()?;
    (most > 0).then(|| Good::at(counts.iter().position(|&count| count == most).expect("the most is among them")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten credits a day, a discount of 0.95 and a hazard of 0.02 are worth 144.93 credits of staying.
    #[test]
    fn a_cheat_runs_away_when_a_week_takes_more_than_the_name_is_worth() {
        assert!(!vanishing_pays(144.0, 10.0, 0.95, 0.02));
        assert!(vanishing_pays(146.0, 10.0, 0.95, 0.02));
        assert!(vanishing_pays(1.0, -3.0, 0.95, 0.02), "a trade that loses is worth nothing");
    }

    #[test]
    fn what_a_stall_learnt_outlives_it_unless_more_is_known() {
        let mut seller = Seller::nobody(1);
        let mut stall = Stall::empty();
        stall.values[0][4] = 5.0;
        seller.remember(Good::Privacy, &mut stall);
        stall.values[0][4] = 3.0;
        seller.remember(Good::Privacy, &mut stall);
        seller.remember(Good::Experience, &mut stall);
        assert_eq!((seller.lessons.len(), seller.lessons[0].values[0][4]), (2, 5.0));
    }
}
