//! What happened and what moved, a row each.

use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::record::tables::{EventRow, FlowRow};
use crate::state::accounts::{ElementMove, UnitMove};
use crate::state::events::Event;
use crate::state::ledger::Flows;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let params = &evening.context.scenario.params;
    // In the order of their numbers, in which causes come first: it does not depend on who was looked at first.
    let mut events: Vec<&(EventId, Event)> = evening.events.list.iter().collect();
    events.sort_unstable_by_key(|(number, _)| number.get());
    recorder.write_all(events.into_iter().map(|(number, event)| EventRow {
        day: evening.day,
        event: number.get().expect("an event that happened has a number"),
        kind: event.what.name(),
        good: event.good,
        place: event.place.map(|place| params.places[place].name.clone().into()),
        venue: event.venue.map(|venue| params.venues[venue].name.clone().into()),
        agency: event.agency.map(|agency| params.agencies[agency].name.clone().into()),
        syndicate: event.seller,
        citizen: event.citizen,
        // NaN, of kinds without an amount, is missing.
        amount: Some(event.amount),
        cause: event.cause.get(),
        note: (!event.note.is_empty()).then(|| event.note.clone().into()),
    }));
}

/// Writes what moved on a day.
pub fn write_flows(recorder: &mut Recorder, day: u32, flows: &Flows) {
    let credits = flows.credits().map(|(from, to, why, amount)| FlowRow {
        day,
        unit: "credits",
        from: from.name(),
        to: to.name(),
        why: why.name(),
        amount,
    });
    let units = Good::ALL
        .iter()
        .flat_map(|&good| UnitMove::ALL.into_iter().map(move |how| (good.word(), how.sides(), flows.units(good, how))));
    let elements = ElementMove::ALL.into_iter().map(|how| ("elements", how.sides(), flows.elements(how)));
    let favours = [
        ("favours", ("circles", "citizens", "favours_done"), flows.favours_earned),
        ("favours", ("citizens", "circles", "purchase"), flows.favours_paid),
        ("favours", ("citizens", "circles", "new_identity"), flows.favours_forfeited),
    ];
    let others = units.chain(elements).chain(favours).filter(|&(_, _, amount)| amount != 0);
    let others = others.map(|(unit, (from, to, why), amount)| FlowRow { day, unit, from, to, why, amount });
    recorder.write_all(credits.chain(others));
    recorder.chain_all();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Credits;
    use crate::state::accounts::{Account, FlowReason};
    use crate::state::ledger::{Books, Sizes};
    use crate::state::recorder::RecorderState;

    #[test]
    fn a_chain_depends_on_rows_and_not_on_when_they_are_taken() {
        let write = |take_between: bool| {
            let mut recorder = Recorder::from_state(RecorderState::default());
            for day in 1..4 {
                let mut books = Books::new(&Sizes {
                    sellers: 1,
                    venues: 1,
                    providers: 1,
                    agencies: 1,
                    slots: 4,
                    ..Sizes::default()
                });
                books.pay(Account::Mint, Account::Treasury, Credits::from(f64::from(day)), FlowReason::Budget);
                write_flows(&mut recorder, day, &books.close_day());
                if take_between {
                    recorder.take();
                }
            }
            recorder.fingerprint().collect::<Vec<_>>()
        };
        assert_eq!(write(true), write(false));
    }
}
