//! The sample of citizens on the last day.

use crate::ids::good::Good;
use crate::record::tables::CitizenRow;
use crate::state::columns::CitizenRef;
use crate::state::context::RunContext;
use crate::systems::record::recorder::Recorder;

/// Writes the sample of citizens on the last day.
pub fn write_citizens<'a>(
    recorder: &mut Recorder,
    context: &RunContext,
    daily_income: f64,
    citizens: impl Iterator<Item = (usize, CitizenRef<'a>)>,
) {
    let places = &context.scenario.params.places;
    recorder.write_all(citizens.map(|(citizen, (purse, home, _, tastes, mind, life))| {
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
    recorder.chain_all();
}
