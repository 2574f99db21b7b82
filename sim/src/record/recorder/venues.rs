//! Venues, a row each day and venue.

use super::{Evening, Recorder, RecorderState};
use crate::ledger::Account;
use crate::record::tables::VenueRow;
use crate::units::Credits;

pub(super) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let mut open_at = vec![0; evening.venues.len()];
    for stall in evening.stalls.iter().filter(|stall| stall.open) {
        open_at[stall.venue as usize] += 1;
    }
    for (index, venue) in evening.venues.iter().enumerate() {
        let about = &evening.setting.scenario.params.venues[index];
        recorder.write(VenueRow {
            day: evening.day,
            venue: about.name.clone().into(),
            place: about.place.clone().map_or("virtual".into(), Into::into),
            open: venue.open,
            age: if venue.open { i64::from(evening.day) - venue.opened } else { 0 },
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
