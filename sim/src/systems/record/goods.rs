//! Goods, a row each day and good.

use std::cmp::Reverse;

use crate::base::units::Credits;
use crate::ids::good::Good;
use crate::record::tables::GoodRow;
use crate::state::accounts::UnitMove;
use crate::state::recorder::RecorderState;
use crate::systems::record::counted::OrderCounts;
use crate::systems::record::evening::{Evening, mean_over};
use crate::systems::record::recorder::Recorder;
use crate::systems::record::tally::{concentration, ratio};

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>, counted: &OrderCounts) {
    let Evening { context, law, books, climate, wealth, events, .. } = evening;
    let mut purse = vec![0.0; books.sellers()];
    // Where most people live.
    let largest = (0..context.places()).max_by_key(|&place| (climate.population[place], Reverse(place)));
    let largest = largest.expect("a world has places");
    for &good in Good::ALL {
        let index = good.index();
        let tally = &counted.by_good[index];
        let open = evening.open_of(good);
        let stocked: Vec<usize> = open.iter().copied().filter(|&slot| books.stock(slot) > 0).collect();
        let (holders, felt) = holders_and_loss(evening, index);
        let prices = counted.prices[index];
        recorder.write(GoodRow {
            day: evening.day,
            good,
            orders: tally.orders,
            trades: tally.trades,
            units: tally.delivered,
            illicit_trades: tally.illicit,
            spent_credits: Credits::milli(tally.paid),
            price_mean: prices.map(|prices| prices.mean),
            price_sd: prices.map(|prices| prices.sd),
            price_median: prices.map(|prices| prices.median),
            price_asked: mean_over(&stocked, |slot| evening.stalls[slot].price().get()),
            cost_mean: cost_of_sales(evening, good),
            status: law.rules[largest].goods[good].status.word(),
            attention: law.attention[largest][index],
            looked_away: law.gray[index],
            examined: tally.examined,
            detections: tally.cases,
            fines_credits: Credits::milli(tally.fines),
            seized_units: events.seized[index],
            delivered_share: ratio(tally.delivered, tally.trades),
            buyers_share: tally.trades as f64 / evening.people(),
            holders_share: holders / evening.people(),
            stalls: open.len(),
            stock: books.units(good).stock,
            produced: wealth.flows.units(good, UnitMove::Produce),
            spoiled: wealth.flows.units(good, UnitMove::Lose),
            seller_concentration: concentration(open.iter().map(|&slot| &evening.stalls[slot]), &mut purse),
            restriction: felt / evening.people(),
            displacement_index: recorder.state.shifts[RecorderState::GOODS].index(evening.day, index),
        });
    }
}

/// What a genuine unit of a good costs those who sell it, each as often as it usually sells; what it costs the average seller where
/// nobody sells.
fn cost_of_sales(evening: &Evening<'_>, good: Good) -> Credits {
    let (params, base) = (&evening.law.params, evening.climate.costs[good.index()]);
    let open = evening.open_of(good).iter().map(|&slot| &evening.stalls[slot]);
    let (cost, sales) = open.fold((0.0, 0.0), |(cost, sales), stall| {
        let own = stall.with_licence(params, evening.sellers[stall.seller as usize].unit_cost(params, base));
        let usual = f64::from(stall.usual_sales);
        (cost + own.get() * usual, sales + usual)
    });
    if sales > 0.0 { Credits::from(cost / sales) } else { base }
}

/// How many hold a good, and how keenly its loss is felt, summed over people.
fn holders_and_loss(evening: &Evening<'_>, good: usize) -> (f64, f64) {
    let (mut holders, mut felt) = (0.0, 0.0);
    for (place, &here) in evening.climate.places.iter().zip(&evening.climate.population) {
        holders += f64::from(place.goods[good].holders) * f64::from(here);
        felt += f64::from(place.goods[good].restriction) * f64::from(here);
    }
    (holders, felt)
}
