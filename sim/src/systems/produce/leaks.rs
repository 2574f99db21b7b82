//! Secrets leak, copies spread, copies are taken down.

use bevy_ecs::prelude::*;

use crate::actions::stalls::adopt_lessons;
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, happens};
use crate::base::key::Key;
use crate::base::numerics::pow;
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::rules::leaks::{debt_after, growth, spread};
use crate::state::climate::Climate;
use crate::state::copies::SECRETS;
use crate::state::events::{Event, EventKind};

/// Debts are run up and paid off, secrets get out, copies spread.
pub fn spread_leaks(mut streets: MarketParams<'_, '_>, mut climate: ResMut<Climate>) {
    let mut street = streets.walk();
    let (context, params, day) = (street.context, street.params, street.day);
    let own = &params.leaks;
    let left = pow(1.0 - own.ageing.get(), 1.0 / 365.0);
    for copies in climate.copies.iter_mut().filter(|copies| copies.leaked) {
        copies.grow_old(left);
        copies.private += (1.0 - copies.private) * own.keeping.get() * copies.public;
        copies.public = spread(copies.public, own.contagion.get(), own.takedown.get());
    }
    for seller in street.sellers.iter_mut().skip(context.councils.len()) {
        if seller.alive && seller.is_its_day(day) {
            let haste = seller.temperament(params).map_or(0.0, |kind| kind.haste.get());
            let (gain, diligence) = (own.debt_gain.get(), own.diligence.get());
            let debt = debt_after(f64::from(seller.debt), haste, growth(seller, day), gain, diligence);
            seller.debt = debt as f32;
        }
    }
    let forced = [own.force_data, own.force_designs, own.force_weights];
    for ((good, name), forced) in SECRETS.into_iter().zip(forced) {
        let out = climate.copies[good.index()];
        let forced = forced && !out.leaked;
        if own.hazard.get() <= 0.0 && !forced {
            continue;
        }
        let slots = context.slots_of(good);
        let open = slots.clone().filter(|&slot| street.stalls[slot].open);
        let leaking = if forced {
            open.max_by(|&one, &other| {
                let revenue = |slot: usize| street.stalls[slot].usual_revenue;
                revenue(one).total_cmp(&revenue(other)).then(other.cmp(&one))
            })
        } else {
            let mut words = vec![0; slots.len()];
            context.dice.fill(Purpose::Leak, day, slots.start as u64, 1, &mut words);
            // The chance is a secret's: the more sellers share it, the less of it is each one's; and what is out is none.
            let each = own.hazard.get() * (1.0 - out.share()) / open.clone().count().max(1) as f64;
            open.into_iter().find(|&slot| {
                let debt = f64::from(street.sellers[street.stalls[slot].seller as usize].debt);
                happens(words[context.row_of(slot)], each * (1.0 + debt))
            })
        };
        let Some(slot) = leaking else { continue };
        let place = street.stalls[slot].seller as usize;
        let event = note_leak(&mut street, place, Some(good), name);
        climate.copies[good.index()] = out.leaked_again(event);
        climate.innovation *= 1.0
            + own.catching_up.get()
                * match good {
                    Good::DangerousTech => 1.0,
                    Good::TabooComputing => 0.5,
                    _ => 0.0,
                };
    }
    if own.code_hazard.get() > 0.0 || own.force_code {
        leak_code(&mut street);
    }
    let counts = &mut street.events.counts;
    [counts.copies_data, counts.copies_designs, counts.copies_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].share());
    [counts.public_data, counts.public_designs, counts.public_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].public);
    [counts.private_data, counts.private_designs, counts.private_weights] =
        SECRETS.map(|(good, _)| climate.copies[good.index()].private);
}

/// A syndicate's own code may get out: its rivals know what it had learnt.
fn leak_code(street: &mut MarketAccess<'_>) {
    let (context, own, day) = (street.context, &street.params.leaks, street.day);
    let range = context.councils.len()..street.sellers.len();
    let open = range.filter(|&place| street.sellers[place].alive && street.sellers[place].stalls > 0);
    let leaking = if own.force_code {
        let number = |place: usize| std::cmp::Reverse(street.sellers[place].number);
        open.max_by_key(|&place| (street.sellers[place].month_revenue(), number(place)))
    } else {
        let each = own.code_hazard.get() / open.clone().count().max(1) as f64;
        // One a day at most: of several, the one with the lowest draw.
        let draw = |place: usize| {
            let seller = &street.sellers[place];
            let [word] = context.dice.of(seller.key()).words::<1>(Purpose::Leak, day, 0);
            let leaks = happens(word, each * (1.0 + f64::from(seller.debt)));
            leaks.then_some((word, seller.number, place))
        };
        open.filter_map(draw).min().map(|(.., place)| place)
    };
    if let Some(place) = leaking {
        note_leak(street, place, None, "code");
        adopt_lessons(street, place);
    }
}

/// Writes a leak down; the name of the leaking seller suffers, the more, the more safety it claimed.
fn note_leak(street: &mut MarketAccess<'_>, place: usize, good: Option<Good>, name: &'static str) -> EventId {
    let seller = &street.sellers[place];
    let claimed = seller.temperament(street.params).map_or(1.0, |kind| kind.claimed_safety.as_f32());
    let left = 1.0 - street.params.leaks.name_lost.as_f32() * (1.0 + 2.0 * claimed) / 3.0;
    for stall in street.stalls.iter_mut().filter(|stall| stall.open && stall.seller as usize == place) {
        stall.reputation *= left;
    }
    street.events.counts.leaks += 1;
    let (number, cause, amount) = (Some(seller.number), seller.arrival, f64::from(seller.debt));
    let beside = Key::named("secrets", name);
    let note = name.into();
    street.events.add(Event { good, seller: number, amount, beside, cause, note, ..Event::new(EventKind::Leak) })
}
