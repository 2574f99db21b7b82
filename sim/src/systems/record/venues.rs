//! Venues, a row each day and venue.

use crate::base::units::Credits;
use crate::record::tables::VenueRow;
use crate::state::accounts::Account;
use crate::state::recorder::RecorderState;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let mut open_at = vec![0; evening.venues.len()];
    for &slot in &evening.open {
        open_at[evening.stalls[slot].venue as usize] += 1;
    }
    for &index in &evening.context.file.venues {
        let venue = &evening.venues[index];
        let about = &evening.context.scenario.params.venues[index];
        recorder.write(VenueRow {
            day: evening.day,
            venue: about.name.clone().into(),
            place: about.place.clone().map_or("virtual".into(), Into::into),
            open: venue.open,
            age: if venue.open { i64::from(evening.now) - venue.opened } else { 0 },
            trust: venue.trust,
            stalls: open_at[index],
            trades: venue.trades,
            volume_credits: Credits::milli(venue.volume),
            fees_credits: Credits::milli(venue.fees),
            escrow_credits: evening.books.balance(Account::Escrow(index)),
            evidence: venue.evidence,
            operator_credits: evening.books.balance(Account::Operator(index)),
            displacement_index: recorder.state.shifts[RecorderState::VENUES].index(evening.day, index),
        });
    }
}
