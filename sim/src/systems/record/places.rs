//! Places, a row each day and place.

use crate::base::units::Credits;
use crate::ids::citizen::RISK_GROUPS;
use crate::record::tables::PlaceRow;
use crate::state::recorder::RecorderState;
use crate::systems::record::counted::OrderCounts;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::Tally;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>, counted: &OrderCounts) {
    let Evening { climate, wealth, .. } = evening;
    for &place in &evening.context.file.places {
        let about = &evening.context.scenario.params.places[place];
        let tally = Tally::sum(counted.in_place(place));
        let mood = &evening.moods.places[place];
        let here = f64::from(climate.population[place].max(1));
        recorder.write(PlaceRow {
            day: evening.day,
            place: about.name.clone().into(),
            kind: about.params.kind.word(),
            citizens: climate.population[place],
            trades: tally.trades,
            illicit_trades: tally.illicit,
            spent_credits: Credits::milli(tally.paid),
            examined: tally.examined,
            detections: tally.cases,
            fines_credits: Credits::milli(tally.fines),
            risk_perceived: mood.risk / here / RISK_GROUPS as f64,
            anxiety_mean: mood.anxiety / here,
            boredom_mean: mood.boredom / here,
            unrest_share: mood.unrest as f64 / here,
            wealth_mean: wealth.places[place] as f64 / 1000.0 / here,
            record_mean: mood.record as f64 / here,
            harm: climate.places[place].harm,
            displacement_index: recorder.state.shifts[RecorderState::PLACES].index(evening.day, place),
        });
    }
}
