//! The sample of citizens on the last day.

use super::Recorder;
use crate::actors::citizen::{Home, Life, Mind, Tastes};
use crate::goods::Good;
use crate::ledger::Purse;
use crate::record::tables::CitizenRow;
use crate::setting::Setting;

/// A citizen's components, to be written.
pub type CitizenParts<'a> = (&'a Purse, &'a Home, &'a Tastes, &'a Mind, &'a Life);

pub(super) fn write<'a>(
    recorder: &mut Recorder,
    setting: &Setting,
    daily_income: f64,
    citizens: impl Iterator<Item = (usize, CitizenParts<'a>)>,
) {
    let places = &setting.scenario.params.places;
    recorder.write_all(citizens.map(|(citizen, (purse, home, tastes, mind, life))| {
        let [risk_bodily, risk_digital, risk_social] = mind.risk;
        let used = tastes.familiarity.iter().max().copied().unwrap_or(0);
        let main = tastes.familiarity.iter().position(|&uses| uses == used && used > 0);
        CitizenRow {
            citizen,
            place: places[home.place as usize].name.clone().into(),
            credits: purse.balance(),
            income: f64::from(purse.income()) * daily_income,
            delegated: life.provider > 0,
            mask: mind.masked(),
            record: mind.record,
            anxiety: mind.anxiety,
            boredom: mind.boredom,
            risk_bodily,
            risk_digital,
            risk_social,
            purchases: tastes.purchases,
            favours: purse.favours(),
            donor: life.donated > 0,
            main_good: main.map(Good::at),
        }
    }));
}
