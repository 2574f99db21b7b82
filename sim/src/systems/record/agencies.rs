//! Agencies, and providers of delegates, a row each day.

use crate::base::units::Credits;
use crate::ids::beat::good_of_beat;
use crate::ids::good::GOODS;
use crate::record::tables::{AgencyRow, ProviderRow};
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::evenness;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let params = &evening.context.scenario.params;
    let beats = GOODS * (0..evening.context.places()).filter(|&place| evening.context.is_lived_in(place)).count();
    for &at in &evening.context.file.agencies {
        let (about, agency) = (&params.agencies[at], &evening.agencies[at]);
        let busiest = agency.patrols.iter().max().copied().unwrap_or(0);
        let beat = agency.patrols.iter().position(|&patrols| patrols == busiest && busiest > 0);
        recorder.write(AgencyRow {
            day: evening.day,
            agency: about.name.clone().into(),
            budget_credits: Credits::milli(agency.budget),
            capacity: agency.capacity,
            examined: agency.examined,
            detections: agency.detections,
            searches: agency.searches,
            search_hits: agency.hits,
            traps: agency.traps(),
            hunts: agency.hunts,
            idle: agency.idle(),
            main_good: beat.map(good_of_beat),
            main_place: beat.map(|beat| params.places[beat / GOODS].name.clone().into()),
            plan_spread: evenness(&agency.patrols, beats),
        });
    }
}

pub(crate) fn write_providers(recorder: &mut Recorder, evening: &Evening<'_>) {
    for &at in &evening.context.file.providers {
        let (about, state) = (&evening.law.params.providers[at], &evening.providers[at]);
        recorder.write(ProviderRow {
            day: evening.day,
            provider: about.name.clone().into(),
            clients: state.clients,
            markup: state.markup,
            // Of no clients it is NaN, which is missing.
            profile_mean: Some(state.mean_profile()),
            income: Credits::milli(state.income),
            injected: state.injected,
            news: state.news,
            switched_in: state.switched_in,
            switched_out: state.switched_out,
        });
    }
}
