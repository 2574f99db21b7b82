//! Every seller that trades, a row every seventh day and on the last.

use crate::base::units::Credits;
use crate::record::tables::SyndicateRow;
use crate::state::accounts::Account;
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::day::Today;
use crate::state::ledger::Books;
use crate::state::seller::{Seller, by_number, main_good};
use crate::state::stall::Stall;
use crate::systems::record::evening::mean_over;
use crate::systems::record::recorder::Recorder;

pub(crate) fn write(
    recorder: &mut Recorder,
    today: Today,
    context: &RunContext,
    books: &Books,
    climate: &Climate,
    stalls: &[Stall],
    sellers: &[Seller],
) {
    let day = today.told();
    recorder.last_sellers = day;
    let mut slots: Vec<Vec<usize>> = vec![Vec::new(); sellers.len()];
    for (slot, stall) in stalls.iter().enumerate().filter(|(_, stall)| stall.open) {
        slots[stall.seller as usize].push(slot);
    }
    let over_cost =
        |slot: usize| stalls[slot].price().get() / climate.costs[context.good_of(slot).index()].get().max(0.001);
    let trading = by_number(sellers, |seller| seller.alive);
    let trading = trading.into_iter().map(|place| (place, &sellers[place], &slots[place]));
    recorder.write_all(trading.map(|(place, seller, own)| SyndicateRow {
        day,
        syndicate: seller.number,
        kind: seller.kind.name(),
        age: today.day - seller.entered,
        capital: books.balance(Account::Seller(place)),
        stalls: own.len(),
        revenue: Credits::milli(seller.month_revenue()),
        sales: seller.sales.iter().map(|&sales| i64::from(sales)).sum(),
        markup: mean_over(own, over_cost),
        reputation: mean_over(own, |slot| f64::from(stalls[slot].reputation)),
        guarded_share: mean_over(own, |slot| f64::from(u8::from(stalls[slot].guarded))),
        cases: seller.cases,
        main_good: main_good(context, stalls, own),
    }));
}
