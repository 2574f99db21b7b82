//! What the day was worth to whom, a row each day and part, and their sum.

use crate::params::welfare::PARTS;
use crate::record::tables::WelfareRow;
use crate::rules::welfare::{Amounts, PARTS_OF_WELFARE, WelfareSign, worth};
use crate::state::accounts::FlowReason;
use crate::systems::record::counted::OrderCounts;
use crate::systems::record::evening::Evening;
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::credits;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>, counted: &OrderCounts) {
    let (day, aims) = (evening.day, &evening.law.params.welfare);
    let amounts = amounts(recorder, evening, counted);
    recorder.state.innovation = evening.climate.innovation;
    let worth = worth(&amounts, aims);
    let all: f64 = worth.iter().sum();
    let mut so_far = recorder.state.welfare;
    so_far.iter_mut().zip(amounts.iter().chain([&all])).for_each(|(sum, amount)| *sum += amount);
    recorder.state.welfare = so_far;
    recorder.write_all(PARTS_OF_WELFARE.iter().enumerate().map(|(at, part)| WelfareRow {
        day,
        part: part.name,
        unit: part.unit,
        amount: amounts[at],
        so_far: so_far[at],
        weight: Some((part.weight)(aims) * if part.counts == WelfareSign::For { 1.0 } else { -1.0 }),
        weighted: worth[at],
    }));
    recorder.write(WelfareRow {
        day,
        part: "with these weights",
        unit: "credits",
        amount: all,
        so_far: so_far[PARTS],
        weight: None,
        weighted: all,
    });
}

/// The day's amounts, in the order of the parts.
fn amounts(recorder: &Recorder, evening: &Evening<'_>, counted: &OrderCounts) -> Amounts {
    let Evening { climate, wealth, events, .. } = evening;
    let flows = &wealth.flows;
    let all = &counted.all;
    let earned = flows.total(FlowReason::Purchase) - flows.total(FlowReason::Refund) - all.sellers_fined;
    let searched = flows.total(FlowReason::Fine) - counted.cells.iter().map(|cell| cell.fines).sum::<i64>();
    let goods = counted.by_good.iter().zip(&evening.law.params.goods.0);
    [
        credits(all.surplus - searched),
        credits(earned - flows.total(FlowReason::Production) - flows.total(FlowReason::Upkeep)),
        credits(flows.total(FlowReason::Fine) + flows.total(FlowReason::Tax) + flows.total(FlowReason::Confiscation)),
        credits(flows.total(FlowReason::Investigation)),
        goods.map(|(good, about)| good.delivered as f64 * about.harm.get()).sum(),
        events.counts.accident_loss,
        events.counts.incidents as f64,
        events.counts.injuries as f64,
        events.counts.victims as f64,
        events.innocents as f64,
        evening.mood(|place| place.anxiety),
        evening.people() * (climate.innovation - recorder.state.innovation),
    ]
}
