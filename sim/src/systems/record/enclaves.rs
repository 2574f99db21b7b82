//! Enclaves and colonies, a row each day and place.

use crate::base::units::Credits;
use crate::record::tables::{ColonyRow, EnclaveRow};
use crate::state::accounts::Account;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let Evening { context, law, books, climate, .. } = evening;
    for seller in context.file.places.iter().filter_map(|&place| context.council_of[place]) {
        let (council, state) = (&context.councils[seller], &evening.enclaves[seller]);
        recorder.write(EnclaveRow {
            day: evening.day,
            place: law.params.places[council.place].name.clone().into(),
            residents: climate.population[council.place],
            commons: state.commons,
            harvest: state.harvest,
            norms: state.norms,
            threshold: state.threshold,
            admitted: state.admitted,
            refused: state.refused,
            left: state.left,
            expelled: state.expelled,
            tariff: climate.gates[council.place].tariff,
            purse: books.balance(Account::Seller(seller)),
            contained: state.contained,
        });
    }
}

pub(crate) fn write_colonies(recorder: &mut Recorder, evening: &Evening<'_>) {
    let Evening { context, books, .. } = evening;
    let at = |place: &usize| context.colonies.iter().position(|colony| colony == place);
    for index in context.file.places.iter().filter_map(at) {
        let colony = &evening.colonies[index];
        recorder.write(ColonyRow {
            day: evening.day,
            place: context.scenario.params.places[colony.place].name.clone().into(),
            lane_open: colony.open,
            lane_cost: colony.lane_cost(),
            feared: colony.feared,
            interceptions: u32::from(colony.caught),
            mined: colony.mined,
            elements: books.elements().held[index],
            bartered: colony.bartered,
            earned_credits: Credits::milli(colony.earned),
            fund: books.balance(Account::Colony(index)),
        });
    }
}
