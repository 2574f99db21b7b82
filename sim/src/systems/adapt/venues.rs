//! Operators tend their venues.

use crate::actions::street::{Closing, MarketParams};
use crate::base::dice::{Purpose, happens};
use crate::rules::venues::{VenueOperator, raid_threshold, trust_at, worth_of_staying};
use crate::state::accounts::Account;
use crate::state::events::{Event, EventKind};

/// Operators tend their venues: trust grows, the patience of some ends, closed ones open again under a new name.
pub fn tend_venues(mut streets: MarketParams<'_, '_>) {
    let mut street = streets.walk();
    let (context, params, day) = (street.context, street.params, street.day);
    let threshold = raid_threshold(context, params);
    for venue in 0..street.venues.len() {
        let place = &params.venues[venue].params;
        let state = &mut street.venues[venue];
        if state.open {
            let age = i64::from(day) - state.opened;
            state.trust = trust_at(age, place.trust.get(), f64::from(params.market.trust_days.get()));
            // A plain mean over the first days, a smoothed one from then on.
            let known = age.min(i64::from(day)).clamp(1, 10) as f64;
            state.usual_fees += (state.fees as f64 - state.usual_fees) / known;
            let own = params.market.venue_hazard.get();
            // Where half of what a raid needs is known, an operator expects it within two hundred days.
            let raid = state.evidence / threshold / 100.0;
            let hazard = own + raid;
            let operator = VenueOperator::of(context.dice, context.keys.venues[venue], state.opened, params);
            let left = operator.fees_less_fear(state.usual_fees, raid);
            let worth = worth_of_staying(left, params.market.operator_discount.get(), hazard);
            let held = street.books.balance(Account::Escrow(venue)).as_milli() as f64;
            // A month of trade is needed before an operator knows what staying is worth.
            let knows = age > 30 && day > 30;
            let [gives_up] = context.dice.of(context.keys.venues[venue]).words::<1>(Purpose::Venue, day, 0);
            if place.outage {
                street.close(venue, Closing::Orderly, "out of service".into());
            } else if knows && operator.cheats && held > worth.max(0.0) {
                let note = format!(
                    "{held:.0} credits in escrow, {worth:.0} for staying",
                    held = held / 1000.0,
                    worth = worth / 1000.0
                );
                street.close(venue, Closing::ExitScam, note);
            } else if knows && left < 0.0 {
                street.close(venue, Closing::Orderly, "the operator expects a raid, and retires".into());
            } else if happens(gives_up, own) {
                street.close(venue, Closing::Orderly, "the operator gave up".into());
            }
        } else if day >= state.reopens && !place.outage {
            state.open = true;
            state.opened = i64::from(day);
            state.trust = trust_at(0, place.trust.get(), 1.0);
            let (cause, note) = (state.closed_by, "under a new name".into());
            street.events.add(Event { venue: Some(venue), cause, note, ..Event::new(EventKind::VenueOpen) });
        }
    }
}
