//! Sellers and stalls come, move and go.

use crate::actions::street::MarketAccess;
use crate::base::dice::happens;
use crate::base::key::Key;
use crate::base::units::{Credits, Status};
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::ids::rung::{RUNGS, highest_rung, markup};
use crate::ids::seller::AWAY;
use crate::params::Params;
use crate::rules::crafts::opens_with_fakes;
use crate::rules::entry::Prospects;
use crate::rules::price_learning::{LogitGame, first_values, state_of};
use crate::rules::pricing::{best_choice, try_something};
use crate::rules::settlement::group_by;
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::events::{Event, EventKind};
use crate::state::ledger::Books;
use crate::state::price_table::PriceTable;
use crate::state::seller::{Seller, SellerKind};
use crate::state::stall::{RungValues, Stall};

/// Places of dead sellers, where new ones can enter; the lowest last. Those of houses are kept for them.
pub fn vacant_places(context: &RunContext, sellers: &[Seller]) -> Vec<usize> {
    (context.councils.len() + context.houses..sellers.len()).rev().filter(|&seller| !sellers[seller].alive).collect()
}

/// A new seller enters with its capital, under its key and number. Returns its place, or `None` where all are taken or
/// there is no such kind.
pub fn enter(
    (params, context, day): (&Params, &RunContext, u32),
    vacant: &mut Vec<usize>,
    (sellers, books): (&mut [Seller], &mut Books),
    known: (Key, u32),
    rogue: bool,
) -> Option<usize> {
    let place = *vacant.last()?;
    sellers[place] = Seller::drawn(params, context, known, day, rogue)?;
    vacant.pop();
    books.pay(Account::Mint, Account::Seller(place), params.syndicates.start_capital, FlowReason::Start);
    Some(place)
}

/// A seller gives up: what is left of the capital goes to its owners, who spend it elsewhere. A house will be back.
pub fn leave(street: &mut MarketAccess<'_>, seller: usize, what: EventKind, cause: EventId, note: &'static str) {
    let (capital, day) = (street.books.balance(Account::Seller(seller)), street.day);
    let (from, to) = (Account::Seller(seller), Account::Burn);
    if capital > Credits::ZERO {
        street.books.pay(from, to, capital, FlowReason::WindUp);
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
    let held = std::mem::take(&mut stall.held).into_iter().sum();
    books.pay(Account::Escrow(stall.venue as usize), Account::Seller(stall.seller as usize), held, FlowReason::Release);
}

/// Closes a stall: its stock is left behind, its escrow is paid out, what it has learnt stays with its seller. A syndicate
/// without stalls gives up; a rogue AI waits for another, and so does a house that is directed.
pub fn close_stall(street: &mut MarketAccess<'_>, slot: usize, cause: EventId, note: &'static str) {
    let stall = &mut street.stalls[slot];
    let place = stall.seller as usize;
    let stock = street.books.stock(slot);
    street.books.move_units(slot, UnitMove::Lose, stock);
    release(stall, street.books);
    stall.open = false;
    let seller = &mut street.sellers[place];
    seller.remember(street.context.good_of(slot), stall);
    seller.stalls -= 1;
    if seller.stalls == 0 && seller.kind == SellerKind::Syndicate && seller.orders(street.params).is_none() {
        leave(street, place, EventKind::SellerExit, cause, note);
    } else {
        let (good, venue) = (Some(street.context.good_of(slot)), Some(stall.venue as usize));
        let (seller, note) = (Some(seller.number), note.into());
        street.events.add(Event { good, venue, seller, cause, note, ..Event::new(EventKind::StallClose) });
    }
}

/// Slots of open stalls by who runs them: to look through all stalls for each seller would take the square of their number.
pub(crate) struct SlotsBySeller {
    /// Where those of each seller begin in the list.
    starts: Vec<u32>,
    slots: Vec<u32>,
}

impl SlotsBySeller {
    /// As stalls stand now.
    pub(crate) fn of(stalls: &[Stall], sellers: usize) -> Self {
        let nobody = u32::try_from(sellers).expect("sellers fit");
        let keys = stalls.iter().map(|stall| if stall.open { stall.seller } else { nobody });
        let (starts, slots) = group_by(keys, sellers + 1);
        Self { starts, slots }
    }

    /// Those of one seller, in order.
    pub(crate) fn of_seller(&self, seller: usize) -> impl Iterator<Item = usize> {
        self.slots[self.starts[seller] as usize..self.starts[seller + 1] as usize].iter().map(|&slot| slot as usize)
    }
}

/// Closes all that a seller runs, and ends it.
pub(crate) fn close_down(
    street: &mut MarketAccess<'_>,
    (seller, slots): (usize, &SlotsBySeller),
    what: EventKind,
    cause: EventId,
    note: &'static str,
) {
    let alive = |street: &MarketAccess<'_>| street.sellers[seller].alive;
    // While it closes its stalls it is nobody who gives up: it is ended once, below.
    street.sellers[seller].stalls += 1;
    for slot in slots.of_seller(seller) {
        close_stall(street, slot, cause, note);
    }
    debug_assert!(alive(street) && street.sellers[seller].stalls == 1, "only the one added above is left");
    street.sellers[seller].stalls = 0;
    leave(street, seller, what, cause, note);
}

/// A stall goes to another venue; the old one pays out what it holds.
pub fn move_stall(street: &mut MarketAccess<'_>, slot: usize, venue: u16, cause: EventId, note: &'static str) {
    let stall = &mut street.stalls[slot];
    if stall.venue == venue {
        return;
    }
    release(stall, street.books);
    stall.venue = venue;
    stall.reputation *= 0.9; // part of a name stays behind
    let seller = Some(street.sellers[stall.seller as usize].number);
    let (good, venue, note) = (Some(street.context.good_of(slot)), Some(venue as usize), note.into());
    street.events.add(Event { good, venue, seller, cause, note, ..Event::new(EventKind::SellerMove) });
}

/// A slot of a good where nobody stands and that is kept for nobody.
pub fn free_slot(context: &RunContext, stalls: &[Stall], good: Good) -> Option<usize> {
    context.slots_of(good).find(|&slot| !stalls[slot].open && context.reserved(slot).is_none())
}

/// A table for a seller who begins to learn the price of a good: it expects what others tell of each markup; or, before
/// anything is told, what one rival, met at any price, would leave.
fn fresh_table(params: &Params, (cost, anchor): (Credits, Credits), told: &[f32; RUNGS]) -> PriceTable {
    let delta = params.syndicates.price_patience.get();
    let known: Vec<f64> = told.iter().filter(|value| !value.is_nan()).map(|&value| f64::from(value)).collect();
    if !known.is_empty() {
        let least = known.iter().copied().fold(f64::INFINITY, f64::min);
        let value = |&value: &f32| if value.is_nan() { least } else { f64::from(value) } / (1.0 - delta);
        return PriceTable::new(RUNGS * RUNGS, &told.iter().map(value).collect::<Vec<f64>>());
    }
    // Two like sellers and the choice to buy nothing; a unit is worth twice its cost. Only a first guess: it is unlearnt.
    let spread = params.demand.nest.get() / params.demand.price_weight.get().max(1e-6);
    let game = LogitGame { worth: 2.0 * cost.get(), outside: 0.0, spread, cost: cost.get() };
    let profit = |asked: &[usize]| {
        let prices: Vec<f64> =
            asked.iter().map(|&rung| cost.get() + anchor.get() * (markup(rung as u8) - 1.0)).collect();
        USUAL_DEMAND * game.profits(&prices)[0]
    };
    PriceTable::new(RUNGS * RUNGS, &first_values(RUNGS, 2, delta, profit))
}

/// Buyers a day who would look at a stall, as a newcomer guesses.
const USUAL_DEMAND: f64 = 8.0;

/// Whether a stall of a good opens with a licence: where there are licences, if that is the way that earns more, and if
/// nobody is known to sell without one. What stalls without and with one earn is `known`, or not.
fn opens_licensed(params: &Params, good: Good, [without, with]: [f32; 2]) -> bool {
    params.goods[good].status == Status::Licensed && (without.is_nan() || with >= without)
}

/// A stall that opens: it knows what its seller knows of the good, or else what others tell, and asks about what it knows to
/// be best; where nothing is known, what is on that rung.
pub fn opened(
    (params, context, day): (&Params, &RunContext, u32),
    seller: &Seller,
    place: usize,
    slot: usize,
    venue: u16,
    (rung, [posture, trial], climate): (u8, [u32; 2], &Climate),
) -> Stall {
    let good = context.good_of(slot);
    let lesson = seller.lessons.iter().find(|lesson| usize::from(lesson.good) == good.index());
    let kind = seller.temperament(params);
    let mut stall = Stall {
        open: true,
        seller: u32::try_from(place).expect("sellers fit"),
        venue,
        opened: day,
        rung,
        anchor: climate.costs[good.index()],
        earned: Prospects::of(params, &climate.lore).profits[good.index()],
        guarded: happens(posture, kind.map_or(0.3, |kind| kind.guarded.get())),
        quality: seller.quality(params),
        reputation: params.market.newcomer_reputation.as_f32(),
        watched: u32::try_from(slot).expect("slots fit"),
        licensed: opens_licensed(params, good, climate.licences[good.index()]),
        fakes: good == Good::Authenticity
            && seller.orders(params).is_none()
            && opens_with_fakes(seller, params, &climate.provenance, posture.rotate_left(17)),
        ..Stall::empty()
    };
    let told = told_of(params, climate, good);
    if let Some(lesson) = lesson {
        stall.values = lesson.values;
        (stall.guarded, stall.rung) = best_choice(&lesson.values).unwrap_or((stall.guarded, stall.rung));
    } else if let Some((guarded, best)) = best_in(&told, stall.guarded) {
        stall.values = told;
        (stall.guarded, stall.rung) = (guarded, try_something(guarded, best, trial).1);
    }
    stall.rung = stall.rung.min(highest_rung(good));
    if kind.is_some_and(|kind| kind.learns_prices) && highest_rung(good) > 0 {
        let known = lesson.and_then(|lesson| lesson.table.clone());
        let cost = stall.with_licence(params, seller.unit_cost(params, climate.costs[good.index()]));
        let table = || Box::new(fresh_table(params, (cost, stall.anchor), &told[usize::from(stall.guarded)]));
        stall.table = Some(known.unwrap_or_else(table));
        stall.state = state_of(RUNGS, [stall.rung, stall.rung]) as u16;
    }
    stall
}

/// What is told of the choices in a good, by those who heed it.
fn told_of(params: &Params, climate: &Climate, good: Good) -> RungValues {
    let heeds = params.syndicates.word.get() > 0.0;
    let told = &climate.lore[good.index()];
    if !heeds {
        return Stall::empty().values;
    }
    told.prospects(params.syndicates.plan_days.get() as f32, params.demand.hearsay.as_f32())
}

/// The best that is known in a posture; or in the other, where nothing is known of this one.
fn best_in(values: &RungValues, guarded: bool) -> Option<(bool, u8)> {
    let mut own = *values;
    own[usize::from(!guarded)] = [f32::NAN; RUNGS];
    best_choice(&own).or_else(|| best_choice(values))
}

/// What one seller's stalls have learnt becomes known to all who sell the same goods.
pub fn adopt_lessons(street: &mut MarketAccess<'_>, from: usize) {
    for &good in Good::ALL {
        let range = street.context.slots_of(good);
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
