//! Rogue AIs are born, make others of their kind, and are hunted.

use bevy_ecs::prelude::*;
use std::cmp::Reverse;

use crate::actions::stalls::{SlotsBySeller, close_down, enter, leave, vacant_places};
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens};
use crate::base::key::Key;
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::seller::TemperamentId;
use crate::params::Params;
use crate::params::syndicates::Syndicates;
use crate::rules::policing::takedown_chance;
use crate::state::accounts::{Account, FlowReason};
use crate::state::agency::Agency;
use crate::state::columns::column;
use crate::state::events::{Event, EventKind};
use crate::state::ledger::Books;
use crate::state::seller::{PriceMemory, Seller, SellerKind, by_number};

/// Rogue AIs replicate, and are taken down where the law has the means.
pub fn breed_rogue_ais(mut streets: MarketParams<'_, '_>, agencies: Query<&Agency>) {
    let mut street = streets.walk();
    let (context, params, day) = (street.context, street.params, street.day);
    let rogues = street.sellers.iter().filter(|seller| seller.is_rogue()).count();
    let (hunter, takedown) = hunt(params, column(&agencies), rogues);
    let born = std::mem::take(&mut street.events.births);
    // Each is known by whom it comes of, and when.
    starve(&mut street);
    let mut births: Vec<(Key, EventId, Option<Inheritance>)> = born
        .into_iter()
        .map(|(citizen, cause)| (Key::named("sellers", "projects").at(citizen.into()).at(day.into()), cause, None))
        .collect();
    let breeds = |seller: &Seller| seller.alive && seller.kind == SellerKind::RogueAi && seller.entered != day;
    for place in by_number(street.sellers, breeds) {
        let seller = &street.sellers[place];
        let [spawns, found] = context.dice.of(seller.key()).words::<2>(Purpose::Rogue, day, 0);
        if happens(spawns, seller.temperament(params).map_or(0.0, |kind| kind.replication.get())) {
            births.push((seller.key().at(day.into()), seller.arrival, Some(Inheritance::of(&street, place))));
        }
        if happens(found, takedown) {
            let (cause, born) = (street.sellers[place].last_case, street.sellers[place].arrival);
            let slots = SlotsBySeller::of(street.stalls, street.sellers.len());
            close_down(&mut street, (place, &slots), EventKind::RogueTakedown, cause.or(born), "");
            if let Some((_, takedown)) = street.events.list.last_mut() {
                takedown.agency = hunter;
            }
        }
    }
    let mut vacant = vacant_places(context, street.sellers);
    for (nth, (key, cause, inheritance)) in births.into_iter().enumerate() {
        let accounts = (&mut *street.sellers, &mut *street.books);
        let known = (key, context.number_beside(day, nth));
        let Some(place) = enter((params, context, day), &mut vacant, accounts, known, true) else { continue };
        let note = if inheritance.is_some() { "a copy of another" } else { "" };
        if let Some(memory) = inheritance {
            let (parent, number) = memory.parent;
            let lives = street.sellers[parent].alive && street.sellers[parent].number == number;
            endow(street.books, &params.syndicates, lives.then_some(parent), place);
            let child = &mut street.sellers[place];
            (child.temperament, child.venue_values) = (memory.temperament, memory.venue_values);
            child.lessons = memory.lessons;
        }
        let child = &mut street.sellers[place];
        let birth = Event { seller: Some(child.number), cause, note: note.into(), ..Event::new(EventKind::RogueBirth) };
        child.arrival = street.events.add(birth);
    }
}

/// A rogue AI without a stall pays for what it runs on like a stall for its keep, and ends when it cannot.
fn starve(street: &mut MarketAccess<'_>) {
    let keep = street.params.syndicates.upkeep;
    let waits = |seller: &Seller| seller.alive && seller.kind == SellerKind::RogueAi && seller.stalls == 0;
    for place in by_number(street.sellers, waits) {
        let account = Account::Seller(place);
        if street.books.balance(account) < keep {
            let cause = street.sellers[place].arrival;
            leave(street, place, EventKind::SellerExit, cause, "it could not pay for what it runs on");
        } else {
            street.books.pay(account, Account::Burn, keep, FlowReason::Upkeep);
        }
    }
}

/// A copy begins with half of what its parent holds, if that has not ended today, and not with new money: what lives off trade cannot grow beyond it.
fn endow(books: &mut Books, syndicates: &Syndicates, parent: Option<usize>, child: usize) {
    let to = Account::Seller(child);
    books.pay(to, Account::Burn, syndicates.start_capital, FlowReason::WindUp);
    if let Some(from) = parent.map(Account::Seller) {
        let half = Credits::milli(books.balance(from).as_milli().max(0) / 2);
        books.pay(from, to, half, FlowReason::Start);
    }
}

/// What a copy of a rogue AI knows: all that its parent knew.
struct Inheritance {
    /// Place of the parent among sellers, and its number.
    parent: (usize, u32),
    temperament: TemperamentId,
    venue_values: Vec<f32>,
    lessons: Vec<PriceMemory>,
}

impl Inheritance {
    fn of(street: &MarketAccess<'_>, parent: usize) -> Self {
        let mut seller = street.sellers[parent].clone();
        for (slot, stall) in street.stalls.iter().enumerate().filter(|(_, stall)| stall.open) {
            if stall.seller as usize == parent {
                seller.remember(street.context.good_of(slot), &mut stall.clone());
            }
        }
        Self {
            parent: (parent, seller.number),
            temperament: seller.temperament,
            venue_values: seller.venue_values,
            lessons: seller.lessons,
        }
    }
}

/// Who hunts rogue AIs today, the one with most means first, and the chance of each AI to be taken down.
pub fn hunt(params: &Params, agencies: &[Agency], rogues: usize) -> (Option<usize>, f64) {
    let funded = params.agencies.iter().any(|agency| agency.params.budget > Credits::ZERO);
    if !funded {
        return (None, 0.0);
    }
    let hunts: f64 = agencies.iter().map(|agency| f64::from(agency.hunts)).sum();
    let first = (0..agencies.len()).max_by_key(|&agency| (agencies[agency].hunts, Reverse(agency)));
    let chance = takedown_chance(params.law.takedown.get(), hunts, rogues, params.law.takedown_effort.get());
    (first.filter(|&agency| agencies[agency].hunts > 0), chance)
}
