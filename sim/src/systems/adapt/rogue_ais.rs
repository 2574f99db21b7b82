//! Rogue AIs are born, make others of their kind, and are hunted.

use bevy_ecs::prelude::*;
use std::cmp::Reverse;

use crate::actions::stalls::{close_down, enter, vacant_places};
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens};
use crate::base::key::Key;
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::seller::TemperamentId;
use crate::params::Params;
use crate::rules::policing::takedown_chance;
use crate::state::agency::Agency;
use crate::state::columns::column;
use crate::state::events::{Event, EventKind};
use crate::state::seller::{PriceMemory, Seller, SellerKind, by_number};

/// Rogue AIs replicate, and are taken down where the law has the means.
pub fn breed_rogue_ais(mut streets: MarketParams<'_, '_>, agencies: Query<&Agency>) {
    let mut street = streets.walk();
    let (context, params, day) = (street.context, street.params, street.day);
    let rogues = street.sellers.iter().filter(|seller| seller.is_rogue()).count();
    let (hunter, takedown) = hunt(params, column(&agencies), rogues);
    let born = std::mem::take(&mut street.events.births);
    // Each is known by whom it comes of, and when.
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
            close_down(&mut street, place, EventKind::RogueTakedown, cause.or(born), "");
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
        let child = &mut street.sellers[place];
        let note = if inheritance.is_some() { "a copy of another" } else { "" };
        if let Some(memory) = inheritance {
            (child.temperament, child.venue_values) = (memory.temperament, memory.venue_values);
            child.lessons = memory.lessons;
        }
        let birth = Event { seller: Some(child.number), cause, note: note.into(), ..Event::new(EventKind::RogueBirth) };
        child.arrival = street.events.add(birth);
    }
}

/// What a copy of a rogue AI knows: all that its parent knew.
struct Inheritance {
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
        Self { temperament: seller.temperament, venue_values: seller.venue_values, lessons: seller.lessons }
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
