//! Sellers look back on a period, and plan the next: price, posture, place, or the end.

use bevy_ecs::prelude::*;

use crate::actions::stalls::{SlotsBySeller, close_down, close_stall, free_slot, move_stall, opened};
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens, pick};
use crate::base::numerics::{exp, pow};
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::good::{GOODS, Good};
use crate::ids::rung::{RUNGS, highest_rung, markup, rung_of};
use crate::rules::entry::{Prospects, chance_to_change, chance_to_quit};
use crate::rules::price_learning::state_of;
use crate::rules::pricing::{best_choice, exploration, try_something};
use crate::rules::venues::{choose_venue, worth_of_staying};
use crate::state::accounts::Account;
use crate::state::climate::Climate;
use crate::state::events::EventKind;
use crate::state::lore::{Lore, in_the_long_run};
use crate::state::seller::{MONTH, Seller, SellerKind, by_number};
use crate::state::stall::{Reason, RungValues, Stall};

/// Stalls and their sellers look back on the day: they learn, change prices, move, cheat, or give up.
pub fn plan_stalls(mut streets: MarketParams<'_, '_>, mut climate: ResMut<Climate>) {
    let mut street = streets.walk();
    let (context, day) = (street.context, street.day);
    let period = context.scenario.params.syndicates.plan_days.get();
    // Most slots are empty, and none opens or closes before periods end.
    let open: Vec<usize> = (0..street.stalls.len()).filter(|&slot| street.stalls[slot].open).collect();
    reckon_fame(&mut street, &open);
    for &slot in &open {
        let stall = &street.stalls[slot];
        if stall.table.is_some() && stall.opened < day {
            learn_price(&mut street, &climate.lore, slot);
        }
    }
    look_back(&mut street, &open);
    let ends = |slot: &usize| street.stalls[*slot].opened < day && (day + *slot as u32).is_multiple_of(period);
    let due: Vec<usize> = open.into_iter().filter(ends).collect();
    // All tell before anybody decides.
    tell(&street, &mut climate, &due);
    let mut told = Told {
        values: climate
            .lore
            .each_ref()
            .map(|lore| lore.prospects(period as f32, street.params.demand.hearsay.as_f32())),
        fame: climate.lore.each_ref().map(|lore| lore.fame(period as f32, street.params.demand.hearsay.as_f32())),
        prospects: Prospects::of(street.params, &climate.lore),
        climate: &climate,
    };
    for slot in due {
        // It may have closed since, with the rest of its seller's.
        if street.stalls[slot].open {
            end_period(&mut street, &mut told, slot);
        }
    }
    let decides = |seller: &Seller| {
        seller.alive && seller.kind != SellerKind::Council && (seller.vanishes > 0 || seller.is_its_day(day))
    };
    let slots = SlotsBySeller::of(street.stalls, street.sellers.len());
    for seller in by_number(street.sellers, decides) {
        stay_or_vanish(&mut street, seller, &slots);
    }
}

/// What is usual moves a little towards what was today.
fn look_back(street: &mut MarketAccess<'_>, open: &[usize]) {
    let fades = pow(0.5, 1.0 / 30.0) as f32;
    for seller in street.sellers.iter_mut().filter(|seller| seller.alive) {
        seller.heat *= fades;
        seller.usual_profit *= 1.0 - 1.0 / 30.0;
    }
    for &slot in open {
        let stall = &mut street.stalls[slot];
        stall.demand += 0.2 * (stall.asked as f32 - stall.demand);
        stall.asked = 0;
        let revenue = std::mem::take(&mut stall.revenue);
        stall.takings += revenue;
        let revenue = revenue.as_milli() as f32 / 1000.0;
        stall.usual_revenue += (revenue - stall.usual_revenue) / 30.0;
        stall.units += stall.sold;
        stall.usual_sales += (std::mem::take(&mut stall.sold) as f32 - stall.usual_sales) / 30.0;
        stall.exposure += stall.known;
        stall.fines += std::mem::take(&mut stall.fined);
        let seller = &mut street.sellers[stall.seller as usize];
        seller.usual_profit += (stall.margin - street.params.syndicates.upkeep).as_milli() as f32 / 30_000.0;
        let elsewhere = seller.sales.iter().sum::<u32>() as f32 / 30.0 - stall.usual_sales;
        stall.renown = stall.usual_sales + street.params.market.brand.as_f32() * elsewhere.max(0.0);
        stall.margin = Credits::ZERO;
    }
}

/// A stall with a table learns from its day, looks at what a rival asks, and sets tomorrow's price.
fn learn_price(street: &mut MarketAccess<'_>, lore: &[Lore; GOODS], slot: usize) {
    let (params, day) = (&street.params.syndicates, street.day);
    let [whom, whether, which] = street.context.dice.words::<3>(Purpose::Stall, day, (1 << 40) + slot as u64);
    let watched = rival(street, slot, whom);
    let stall = &street.stalls[slot];
    let milli = |slot: usize| street.stalls[slot].price.as_milli() as f64;
    // On its own ladder: so many anchors above what a unit costs.
    let anchor = stall.anchor.as_milli().max(1) as f64;
    let own_cost = milli(slot) - (markup(stall.price_rung) - 1.0) * anchor;
    let rival_rung = watched.map_or(stall.rung, |rival| rung_of(1.0 + (milli(rival) - own_cost) / anchor));
    let known = &lore[street.context.good_of(slot).index()];
    let stall = &mut street.stalls[slot];
    stall.watched = watched.unwrap_or(slot) as u32;
    let next = state_of(RUNGS, [stall.rung, rival_rung]);
    let credits = |amount: Credits| amount.as_milli() as f32 / 1000.0;
    let gained = credits(stall.margin) + unusual_fines(known, stall, [stall.fined, stall.revenue]);
    let (reward, weight) = at_average_fame(gained, stall.known);
    let table = stall.table.as_mut().expect("only stalls with a table learn so");
    let (alpha, delta) = (params.price_learning.as_f32(), params.price_patience.as_f32());
    table.learn(usize::from(stall.state), stall.rung, reward, next, alpha * weight, delta);
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

/// How well known each open stall is, against the average of its good: some find it by chance, the others are told of it.
fn reckon_fame(street: &mut MarketAccess<'_>, open: &[usize]) {
    let hearsay = street.params.demand.hearsay.as_f32();
    for here in open.chunk_by(|&one, &next| street.context.good_of(one) == street.context.good_of(next)) {
        let (count, renown) = (here.len() as f32, here.iter().map(|&slot| street.stalls[slot].renown).sum::<f32>());
        for &slot in here {
            let stall = &mut street.stalls[slot];
            let heard = if renown > 0.0 { stall.renown * count / renown } else { 1.0 };
            stall.known = 1.0 - hearsay + hearsay * heard;
        }
    }
}

/// What somebody gained would be worth at a stall as well known as the average; and the weight of that, which is less where
/// few came by.
fn at_average_fame(gained: f32, known: f32) -> (f32, f32) {
    if known > 0.0 { (gained / known, known.min(1.0)) } else { (0.0, 0.0) }
}

/// What all know when they decide.
struct Told<'a> {
    /// What each choice gains in the long run, by good.
    values: [RungValues; GOODS],
    /// How well known each choice makes a stall, by good.
    fame: [RungValues; GOODS],
    prospects: Prospects,
    climate: &'a Climate,
}

/// Days of a stall since its last decision.
fn lived(street: &MarketAccess<'_>, slot: usize) -> f32 {
    let period = street.context.scenario.params.syndicates.plan_days.get();
    period.min(street.day - street.stalls[slot].opened) as f32
}

/// What the stock of a stall has cost.
fn stocked(street: &MarketAccess<'_>, climate: &Climate, slot: usize) -> Credits {
    let (stall, cost) = (&street.stalls[slot], climate.costs[street.context.good_of(slot).index()]);
    let own = street.sellers[stall.seller as usize].unit_cost(street.params, cost);
    stall.made_for(street.params, stall.with_licence(street.params, own)) * i64::from(street.books.stock(slot))
}

/// What a stall gained in a period before its upkeep, in cash and in stock, where fines are what they are on average.
fn gained(street: &MarketAccess<'_>, climate: &Climate, slot: usize) -> f32 {
    let stall = &street.stalls[slot];
    let known = &climate.lore[street.context.good_of(slot).index()];
    let upkeep = street.params.syndicates.upkeep.get() as f32 * lived(street, slot);
    let credits = |amount: Credits| amount.as_milli() as f32 / 1000.0;
    let stock = stocked(street, climate, slot) - stall.stocked;
    credits(stall.profit + stock) + upkeep + unusual_fines(known, stall, [stall.fines, stall.takings])
}

/// By how much fines on these takings were more than they are on average, in credits. Who has a licence reckons with its own:
/// what others pay is for having none.
fn unusual_fines(known: &Lore, stall: &Stall, [fines, takings]: [Credits; 2]) -> f32 {
    let credits = |amount: Credits| amount.as_milli() as f32 / 1000.0;
    if stall.licensed { 0.0 } else { credits(fines) - known.risk(stall.guarded) * credits(takings) }
}

/// Stalls whose period ends tell what came of it; what was told before fades.
fn tell(street: &MarketAccess<'_>, climate: &mut Climate, due: &[usize]) {
    let syndicates = &street.params.syndicates;
    let period = street.context.scenario.params.syndicates.plan_days.get();
    let left = 1.0 - syndicates.learning.as_f32() / period as f32;
    climate.lore.iter_mut().for_each(|lore| lore.fade(left));
    let credits = |amount: Credits| amount.as_milli() as f32 / 1000.0;
    for &slot in due.iter().filter(|&&slot| !street.stalls[slot].licensed) {
        let stall = &street.stalls[slot];
        let lore = &mut climate.lore[street.context.good_of(slot).index()];
        lore.hear_of_law(stall.guarded, credits(stall.takings), credits(stall.fines));
    }
    for &slot in due {
        let (gained, stall) = (gained(street, climate, slot), &street.stalls[slot]);
        let lore = &mut climate.lore[street.context.good_of(slot).index()];
        // Who cheats gains what others do not.
        if !street.sellers[stall.seller as usize].cheats {
            lore.hear(stall.guarded, stall.rung, (gained, stall.units as f32), stall.exposure);
        }
    }
}

/// At the end of its period a stall learns which markup and posture pay, and decides: another, another venue, another
/// good, or the end.
fn end_period(street: &mut MarketAccess<'_>, told: &mut Told<'_>, slot: usize) {
    let (context, params, day) = (street.context, street.params, street.day);
    let good = context.good_of(slot);
    let (gained, lived) = (gained(street, told.climate, slot), lived(street, slot));
    let stocked = stocked(street, told.climate, slot);
    let upkeep = params.syndicates.upkeep.get() as f32;
    let stall = &mut street.stalls[slot];
    (stall.profit, stall.takings, stall.fines) = (Credits::ZERO, Credits::ZERO, Credits::ZERO);
    stall.units = 0;
    stall.stocked = stocked;
    let known = std::mem::take(&mut stall.exposure) / lived;
    let (reward, weight) = at_average_fame(gained / lived, known);
    let speed = params.syndicates.learning.as_f32();
    stall.earned += speed * (gained / lived - upkeep - stall.earned);
    let seller = &mut street.sellers[stall.seller as usize];
    let memory = &mut seller.venue_values[stall.venue as usize];
    *memory += speed * weight * (reward - upkeep - *memory);
    let words = context.dice.words::<7>(Purpose::Stall, day, slot as u64);
    let [explores, what, where_to, quits, wanders, changes, which] = words;
    if stall.table.is_none() {
        let (posture, rung) = (usize::from(stall.guarded), stall.rung as usize);
        let reward = in_the_long_run(reward, told.fame[good.index()][posture][rung]);
        let value = &mut stall.values[posture][rung];
        *value = if value.is_nan() { reward } else { *value + speed * weight * (reward - *value) };
        heed(&mut stall.values, &told.values[good.index()], params.syndicates.word.as_f32());
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
    let (earned, venue, last_case) = (f64::from(stall.earned), stall.venue, stall.last_case);
    let place = stall.seller as usize;
    if context.is_council(place) {
        return;
    }
    let orders = street.sellers[place].orders(params);
    if orders.is_some_and(|orders| orders.venue.get() > 0) {
        return; // it stays where it is told
    }
    let broke = street.books.balance(Account::Seller(place)) < params.syndicates.upkeep;
    let gives_up = chance_to_quit(earned, f64::from(upkeep), f64::from(params.syndicates.patience.get()));
    let driven = cases > 0 && happens(what.rotate_left(9), params.syndicates.relocation.get());
    if orders.is_none() && (broke || happens(quits, gives_up)) {
        let cause = if cases > 0 || broke { last_case } else { EventId::NONE };
        close_stall(street, slot, cause, if broke { "nothing left" } else { "losses" });
    } else if driven || happens(wanders, gives_up) {
        // After losses it may try another venue as soon as give up; after a case it is safer there.
        let (cause, note) = if driven { (last_case, "after a case") } else { (EventId::NONE, "after losses") };
        let memory = &street.sellers[place].venue_values;
        if let Some(other) =
            choose_venue((params, context), street.venues, memory, where_to).filter(|&other| other != venue)
        {
            move_stall(street, slot, other, cause, note);
        }
    } else if orders.is_none() && street.sellers[place].vanishes == 0 {
        let Some(other) = told.prospects.choose(which, |other| other != good) else { return };
        let there = f64::from(told.prospects.profits[other.index()]);
        if happens(changes, chance_to_change(earned, there, params.syndicates.mobility.get())) {
            change_good(street, told.climate, slot, other, [what, where_to]);
        }
    }
}

/// What a stall believes of its choices moves to what is told of them; of what it has not tried it believes what is told.
fn heed(values: &mut RungValues, told: &RungValues, word: f32) {
    for (value, &told) in values.iter_mut().flatten().zip(told.iter().flatten()) {
        if word > 0.0 && !told.is_nan() {
            *value = if value.is_nan() { told } else { *value + word * (told - *value) };
        }
    }
}

/// A stall takes up another good, where there is room: it opens anew with it at its venue, and nobody knows it for that.
fn change_good(street: &mut MarketAccess<'_>, climate: &Climate, slot: usize, good: Good, words: [u32; 2]) {
    let Some(free) = free_slot(street.context, street.stalls, good) else { return };
    let (place, venue) = (street.stalls[slot].seller as usize, street.stalls[slot].venue);
    let terms = (street.stalls[slot].rung, words, climate);
    street.sellers[place].stalls += 1;
    let whole = (street.params, street.context, street.day);
    street.stalls[free] = opened(whole, &street.sellers[place], place, free, venue, terms);
    close_stall(street, slot, EventId::NONE, "another good pays more");
}

/// Once a week a seller who cheats asks whether a week's takings for nothing are worth more than the name; such a week
/// ends with its leaving.
fn stay_or_vanish(street: &mut MarketAccess<'_>, place: usize, slots: &SlotsBySeller) {
    let (params, day) = (street.params, street.day);
    let seller = &street.sellers[place];
    if seller.vanishes > 0 {
        if day >= seller.vanishes {
            let cause = seller.last_case;
            close_down(street, (place, slots), EventKind::SellerExit, cause, "ran away with a week's payments");
        }
        return;
    }
    let hazard = seller.chance_to_give_up(params);
    if seller.is_its_day(day) && seller.kind == SellerKind::Syndicate && seller.house.get().is_none() {
        let [gives_up] = street.context.dice.of(seller.key()).words::<1>(Purpose::Stall, day, 0);
        if happens(gives_up, 1.0 - pow(1.0 - hazard, f64::from(WEEK))) {
            let cause = if seller.heat > 1.0 { seller.last_case } else { EventId::NONE };
            close_down(street, (place, slots), EventKind::SellerExit, cause, "had enough");
            return;
        }
    }
    let due = seller.is_its_day(day) && day - seller.entered >= MONTH as u32;
    if !seller.cheats || !due || seller.stalls == 0 || seller.orders(params).is_some() {
        return;
    }
    let (mut taken, mut believes) = (0.0, 0.0);
    for stall in slots.of_seller(place).map(|slot| &street.stalls[slot]) {
        let escrow = params.venues[stall.venue as usize].params.escrow;
        taken += f64::from(stall.usual_revenue) * if escrow { 1.0 - params.market.refund.get() } else { 1.0 };
        believes += f64::from(stall.earned);
    }
    let earns = f64::from(seller.usual_profit).max(believes);
    if vanishing_pays(f64::from(WEEK) * taken, earns, params.syndicates.patience_to_stay.get(), hazard) {
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
