//! Sellers look back on a period, and plan the next: price, posture, place, or the end.

use crate::actions::stalls::{close_down, close_stall, move_stall};
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens, pick};
use crate::base::numerics::exp;
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::rung::{RUNGS, highest_rung, markup, rung_of};
use crate::rules::price_learning::state_of;
use crate::rules::pricing::{best_choice, exploration, try_something};
use crate::rules::venues::{choose_venue, worth_of_staying};
use crate::state::events::EventKind;
use crate::state::ledger::Account;
use crate::state::seller::{MONTH, Seller, SellerKind, by_number};
use crate::state::stall::Reason;

/// Stalls and their sellers look back on the day: they learn, change prices, move, cheat, or give up.
pub fn plan_stalls(mut streets: MarketParams<'_, '_>) {
    let mut street = streets.walk();
    let (context, day) = (street.context, street.day);
    let period = context.scenario.params.syndicates.plan_days.get();
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
    let decides = |seller: &Seller| {
        seller.alive && seller.kind != SellerKind::Council && (seller.vanishes > 0 || seller.is_its_day(day))
    };
    for seller in by_number(street.sellers, decides) {
        stay_or_vanish(&mut street, seller);
    }
}

/// What is usual moves a little towards what was today.
fn look_back(street: &mut MarketAccess<'_>) {
    let fades = crate::base::numerics::pow(0.5, 1.0 / 30.0) as f32;
    for seller in street.sellers.iter_mut().filter(|seller| seller.alive) {
        seller.heat *= fades;
        seller.usual_profit *= 1.0 - 1.0 / 30.0;
    }
    for stall in street.stalls.iter_mut().filter(|stall| stall.open) {
        stall.demand += 0.2 * (stall.asked as f32 - stall.demand);
        stall.asked = 0;
        let revenue = std::mem::take(&mut stall.revenue).as_milli() as f32 / 1000.0;
        stall.usual_revenue += (revenue - stall.usual_revenue) / 30.0;
        stall.usual_sales += (std::mem::take(&mut stall.sold) as f32 - stall.usual_sales) / 30.0;
        let seller = &mut street.sellers[stall.seller as usize];
        seller.usual_profit += (stall.margin - street.params.syndicates.upkeep).as_milli() as f32 / 30_000.0;
        let elsewhere = seller.sales.iter().sum::<u32>() as f32 / 30.0 - stall.usual_sales;
        stall.renown = stall.usual_sales + street.params.market.brand.as_f32() * elsewhere.max(0.0);
        if stall.table.is_none() {
            stall.margin = Credits::ZERO;
        }
    }
}

/// A stall with a table learns from its day, looks at what a rival asks, and sets tomorrow's price.
fn learn_price(street: &mut MarketAccess<'_>, slot: usize) {
    let (params, day) = (&street.params.syndicates, street.day);
    let [whom, whether, which] = street.context.dice.words::<3>(Purpose::Stall, day, (1 << 40) + slot as u64);
    let watched = rival(street, slot, whom);
    let stall = &street.stalls[slot];
    let milli = |slot: usize| street.stalls[slot].price.as_milli() as f64;
    let own_cost = milli(slot) / markup(stall.rung);
    let rival_rung = watched.map_or(stall.rung, |rival| rung_of(milli(rival) / own_cost));
    let stall = &mut street.stalls[slot];
    stall.watched = watched.unwrap_or(slot) as u32;
    let next = state_of(RUNGS, [stall.rung, rival_rung]);
    let reward = std::mem::take(&mut stall.margin).as_milli() as f32 / 1000.0;
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

/// The stall that one watches: the same as yesterday while it stands, or another of the same good.
fn rival(street: &MarketAccess<'_>, slot: usize, word: u32) -> Option<usize> {
    let own = street.stalls[slot].seller;
    let stands = |&rival: &usize| street.stalls[rival].open && street.stalls[rival].seller != own;
    let watched = street.stalls[slot].watched as usize;
    let slots = street.context.slots_of(street.context.good_of(slot));
    let met = |word| slots.start + pick(word, u32::try_from(slots.len()).expect("slots fit")).0 as usize;
    let tries = [word, word.rotate_left(8), word.rotate_left(16), word.rotate_left(24)];
    Some(watched).into_iter().chain(tries.into_iter().map(met)).find(stands)
}

/// At the end of its period a stall learns which markup and posture pay, and decides: another, another venue, or the end.
fn end_period(street: &mut MarketAccess<'_>, slot: usize, lived: u32) {
    let (context, params, day) = (street.context, street.params, street.day);
    let good = context.good_of(slot);
    let stall = &mut street.stalls[slot];
    let reward = (std::mem::take(&mut stall.profit).get() / f64::from(lived)) as f32;
    let speed = params.syndicates.learning.as_f32();
    let seller = &mut street.sellers[stall.seller as usize];
    for memory in [&mut seller.good_values[good.index()], &mut seller.venue_values[stall.venue as usize]] {
        *memory += speed * (reward - *memory);
    }
    stall.losses = if reward < 0.0 { stall.losses.saturating_add(1) } else { 0 };
    let [explores, what, where_to] = context.dice.words::<3>(Purpose::Stall, day, slot as u64);
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
    if context.is_council(stall.seller as usize) {
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
        let cause = if cases > 0 || broke { stall.last_case } else { EventId::NONE };
        close_stall(street, slot, cause, if broke { "nothing left" } else { "losses" });
    } else if driven || losses > 0 && losses + 1 == patience {
        // After losses the last try is at another venue; after a case it is safer there.
        let (cause, note) = if driven { (stall.last_case, "after a case") } else { (EventId::NONE, "after losses") };
        let memory = &street.sellers[stall.seller as usize].venue_values;
        let here = stall.venue;
        if let Some(venue) =
            choose_venue((params, context), street.venues, memory, where_to).filter(|&venue| venue != here)
        {
            move_stall(street, slot, venue, cause, note);
        }
    }
}

/// Once a week a seller who cheats asks whether a week's takings for nothing are worth more than the name; such a week
/// ends with its leaving.
fn stay_or_vanish(street: &mut MarketAccess<'_>, place: usize) {
    let (params, day) = (street.params, street.day);
    let seller = &street.sellers[place];
    if seller.vanishes > 0 {
        if day >= seller.vanishes {
            let cause = seller.last_case;
            close_down(street, place, EventKind::SellerExit, cause, "ran away with a week's payments");
        }
        return;
    }
    let due = seller.is_its_day(day) && day - seller.entered >= MONTH as u32;
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
}
