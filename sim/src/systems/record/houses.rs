//! Houses, a row each day and house.

use std::cmp::Reverse;

use crate::base::units::Credits;
use crate::record::tables::{HouseRow, Word};
use crate::state::accounts::{Account, FlowReason};
use crate::state::events::EventKind;
use crate::state::orders::{Fate, Target};
use crate::state::seller::{MONTH, main_good};
use crate::state::stall::Stall;
use crate::systems::record::evening::{Evening, mean_over};
use crate::systems::record::recorder::Recorder;

pub(crate) fn write(recorder: &mut Recorder, evening: &Evening<'_>) {
    let dealings = dealings(evening);
    let houses = evening.context.file.houses.iter();
    let rows: Vec<HouseRow> = houses.map(|&house| row(evening, house, dealings[house])).collect();
    recorder.write_all(rows);
}

/// What came of a house's sales today.
#[derive(Clone, Copy, Default)]
struct Dealings {
    scams: i64,
    cases: i64,
}

fn dealings(evening: &Evening<'_>) -> Vec<Dealings> {
    let first = evening.context.councils.len();
    let mut dealings = vec![Dealings::default(); evening.context.houses];
    if dealings.is_empty() {
        return dealings;
    }
    for order in &evening.orders.list {
        let house = (evening.stalls[order.stall as usize].seller as usize).wrapping_sub(first);
        if let Some(dealt) = dealings.get_mut(house) {
            dealt.scams += i64::from(order.fate == Fate::Scammed);
            dealt.cases += i64::from(order.case == Some(Target::Seller));
        }
    }
    dealings
}

fn row(evening: &Evening<'_>, house: usize, dealt: Dealings) -> HouseRow {
    let Evening { day, context, law, books, wealth, stalls, .. } = *evening;
    let place = context.councils.len() + house;
    let seller = &evening.sellers[place];
    let own = |slot: &usize| stalls[*slot].open && stalls[*slot].seller as usize == place;
    let slots: Vec<usize> = (0..stalls.len()).filter(own).collect();
    let mean = |of: fn(&Stall) -> f64| mean_over(&slots, |slot| of(&stalls[slot]));
    let paid =
        |whys: &[FlowReason]| Credits::milli(whys.iter().map(|&why| wealth.flows.paid_by(house, why)).sum::<i64>());
    let revenue = Credits::milli(seller.revenue[day as usize % MONTH]);
    let cost = paid(&[FlowReason::Production, FlowReason::Barter, FlowReason::Donation, FlowReason::Upkeep]);
    let (fines, bribes) = (paid(&[FlowReason::Fine]), paid(&[FlowReason::Bribe]));
    HouseRow {
        day,
        house: context.scenario.params.houses[house].name.clone().into(),
        syndicate: seller.number,
        directed: law.params.houses[house].params.directed,
        good: main_good(context, stalls, &slots),
        venue: main_venue(evening, &slots),
        stalls: slots.len(),
        price: mean(|stall| stall.price().get()),
        markup: mean(Stall::asked_markup),
        quality: mean(|stall| f64::from(stall.quality)),
        reputation: mean(|stall| f64::from(stall.reputation)),
        sales: seller.sales[day as usize % MONTH],
        scams: dealt.scams,
        revenue,
        cost,
        fines,
        bribes,
        profit: Credits::milli(revenue.as_milli() - cost.as_milli() - fines.as_milli() - bribes.as_milli()),
        cases: dealt.cases,
        seized_units: seized_from(evening, house),
        capital: books.balance(Account::Seller(place)),
        escrow: slots.iter().flat_map(|&slot| stalls[slot].held).sum(),
        financed: financed(evening, seller.number),
    }
}

/// The venue where most of its stalls stand, the first among equals.
fn main_venue(evening: &Evening<'_>, slots: &[usize]) -> Option<Word> {
    let venues = &evening.context.scenario.params.venues;
    let stands = |venue: usize| slots.iter().filter(|&&slot| evening.stalls[slot].venue as usize == venue).count();
    let most = (0..venues.len()).max_by_key(|&venue| (stands(venue), Reverse(venue)));
    most.filter(|_| !slots.is_empty()).map(|venue| venues[venue].name.clone().into())
}

fn seized_from(evening: &Evening<'_>, house: usize) -> i64 {
    evening.events.seized_from.iter().filter(|(of, _)| *of as usize == house).map(|(_, units)| units).sum()
}

fn financed(evening: &Evening<'_>, seller: u32) -> f64 {
    let events = evening.events.list.iter().map(|(_, event)| event);
    let own = events.filter(|event| event.what == EventKind::HouseFinanced && event.seller == Some(seller));
    own.map(|event| event.amount).sum()
}
