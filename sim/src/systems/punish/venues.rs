//! Venues with evidence enough against them are raided.

use crate::actions::street::{Closing, MarketParams};
use crate::base::numerics::pow;
use crate::rules::venues::raid_threshold;

/// Venues against which enough is known are raided. Half of what is known is forgotten in thirty days.
pub fn raid_venues(mut streets: MarketParams<'_, '_>) {
    let mut street = streets.walk();
    let threshold = raid_threshold(street.context, street.params);
    let fades = pow(0.5, 1.0 / 30.0);
    for venue in 0..street.venues.len() {
        street.venues[venue].evidence *= fades;
        if street.venues[venue].open && street.venues[venue].evidence >= threshold {
            street.events.raids += 1;
            let note = format!("{threshold:.1} cases are enough");
            street.close(venue, Closing::Raid, note);
        }
    }
}
