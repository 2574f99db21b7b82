//! Makers of authentic things turn to fakes or back; fakers are found out.

use bevy_ecs::prelude::*;

use crate::actions::stalls::close_stall;
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens};
use crate::base::units::Credits;
use crate::goods::authenticity::{still_genuine, turning};
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::rules::crafts::worth_of_crafts;
use crate::state::accounts::{Account, FlowReason};
use crate::state::climate::Climate;
use crate::state::events::{Event, EventKind};

/// Fakers are policed; what came out today moves what is believed; stalls turn to what pays.
pub fn judge_crafts(mut streets: MarketParams<'_, '_>, mut climate: ResMut<Climate>) {
    let mut street = streets.walk();
    let range = street.context.slots_of(Good::Authenticity);
    let mut words = vec![0; 2 * range.len()];
    street.context.dice.fill(Purpose::Craft, street.day, range.start as u64, 2, &mut words);
    let found = police(&mut street, &words);
    let own = &street.params.own.authenticity;
    let supply = street.params.goods[Good::Authenticity].supply.get();
    let climate = &mut *climate;
    let known = &mut climate.provenance;
    let genuine = still_genuine(own.splicing.get(), own.hands.get());
    let (mut units, mut stalls) = ([0u32; 2], [0u32; 2]);
    let (mut margins, mut hoped) = ([Credits::ZERO; 2], [Credits::ZERO; 2]);
    for stall in street.stalls[range.clone()].iter().filter(|stall| stall.open) {
        let nature = usize::from(stall.fakes);
        units[nature] += stall.sold;
        stalls[nature] += 1;
        margins[nature] += stall.margin;
        let seller = &street.sellers[stall.seller as usize];
        let cost = seller.unit_cost(street.params, climate.costs[Good::Authenticity.index()]);
        let cost = stall.with_licence(street.params, cost);
        let (limit, cost) = if stall.fakes { (supply, cost) } else { (u32::MAX, own.fake_cost) };
        hoped[1 - nature] += (stall.price - cost) * i64::from(stall.asked.min(limit));
    }
    let sold = units[0] + units[1];
    let share = genuine * f64::from(units[0]) / f64::from(sold);
    if sold > 0 {
        known.belief += own.rumour.as_f32() * (share as f32 - known.belief);
    }
    for nature in 0..2 {
        // What a way would earn that nobody goes is reckoned by those who go the other, from what they are asked for.
        let (seen, by) = if stalls[nature] > 0 { (margins, nature) } else { (hoped, 1 - nature) };
        if stalls[by] > 0 {
            let earned = seen[nature].as_milli() as f32 / 1000.0 / stalls[by] as f32;
            known.earned[nature] += (earned - known.earned[nature]) / 30.0;
        }
    }
    let counts = &mut street.events.counts;
    counts.fakers = i64::from(stalls[1]);
    counts.genuine_share = (sold > 0).then_some(share);
    counts.genuine_belief = f64::from(known.belief);
    for (slot, cause) in found {
        close_stall(&mut street, slot, cause, "found out with fakes");
    }
    let worth = worth_of_crafts(street.params, known);
    for (slot, &[_, turns]) in range.zip(words.as_chunks::<2>().0) {
        let stall = &mut street.stalls[slot];
        let told = street.sellers[stall.seller as usize].orders(street.params).is_some();
        if stall.open && !told && !street.context.is_council(stall.seller as usize) {
            let [this, other] = if stall.fakes { [worth[1], worth[0]] } else { worth };
            stall.fakes ^= happens(turns, turning(own.imitation.get(), this, other));
        }
    }
}

/// Some stalls of fakes are found out and fined: these, each with the number of its event. The fine is among what the
/// stall earned today.
fn police(street: &mut MarketAccess<'_>, words: &[u32]) -> Vec<(usize, EventId)> {
    let own = &street.params.own.authenticity;
    let mut found_out = Vec::new();
    for (slot, &[found, _]) in street.context.slots_of(Good::Authenticity).zip(words.as_chunks::<2>().0) {
        let stall = &mut street.stalls[slot];
        if !(stall.open && stall.fakes && happens(found, own.policing.get())) {
            continue;
        }
        let owner = Account::Seller(stall.seller as usize);
        let fine = own.faker_fine.min(street.books.balance(owner)).max(Credits::ZERO);
        street.books.pay(owner, Account::Treasury, fine, FlowReason::Fine);
        stall.suffer(fine);
        street.events.counts.fakers_caught += 1;
        let seller = &street.sellers[stall.seller as usize];
        let caught = Event {
            good: Some(Good::Authenticity),
            venue: Some(stall.venue as usize),
            seller: Some(seller.number),
            amount: fine.get(),
            cause: seller.arrival,
            ..Event::new(EventKind::FakerCaught)
        };
        found_out.push((slot, street.events.add(caught)));
    }
    found_out
}
