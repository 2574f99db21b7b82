//! Lanes between places and colonies: smuggling, interception, barter for elements.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, choose, happens, open_unit, pick, round_by_chance};
use crate::base::numerics::normal_quantile;
use crate::base::units::Credits;
use crate::ids::beat::beat;
use crate::ids::good::Good;
use crate::rules::colony::{are_settled, cheapest_way, interception_chance, lane_pays};
use crate::rules::leaks::copy_cost;
use crate::rules::pricing::units_to_make;
use crate::rules::settlement::share_of;
use crate::state::accounts::{Account, ElementMove, FlowReason, UnitMove};
use crate::state::agency::Agency;
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::columns::{column, column_mut};
use crate::state::day::DayContext;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::Books;
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// Lanes move, open and close; shipments are caught; elements are mined.
pub fn run_lanes(
    DayContext { context, today, law }: DayContext<'_>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    agencies: Query<&Agency>,
    mut colonies: Query<&mut Colony>,
) {
    if !are_settled(&context) {
        return;
    }
    let own = &law.params.colonies;
    let good = Good::DangerousTech;
    let (agencies, colonies) = (column(&agencies), column_mut(&mut colonies));
    let closure = own.closure.get();
    for (index, colony) in colonies.iter_mut().enumerate() {
        let dice = context.dice.of(context.keys.places[colony.place]);
        let [step, jump, caught, mined, who] = dice.words::<5>(Purpose::Lane, today.day, 0);
        let residents = f64::from(climate.population[colony.place]);
        colony.mined = round_by_chance(residents * own.mining.get(), mined);
        books.move_elements(index, ElementMove::Mine, colony.mined);
        (colony.bartered, colony.earned, colony.caught) = (0, 0, false);

        colony.drift *= 1.0 - own.lane_reversion.get();
        colony.drift += own.lane_volatility.get() * normal_quantile(open_unit(step));
        if happens(jump, own.lane_jump.get()) {
            colony.drift += std::f64::consts::LN_2;
        }

        let there = beat(colony.place, good);
        let patrols: Vec<f64> = agencies.iter().map(|agency| f64::from(agency.patrols[there])).collect();
        let chance = interception_chance(own.interception.get(), patrols.iter().sum(), residents);
        colony.feared += own.caution.get() * (chance - colony.feared);
        let pays = lane_pays(colony.feared, closure);
        let about = Event { good: Some(good), place: Some(colony.place), ..Event::new(EventKind::LaneOpen) };
        if colony.open && !pays {
            let (amount, cause, note) = (colony.lane_cost(), colony.since, "too closely watched".into());
            colony.since = events.add(Event { what: EventKind::LaneClose, amount, cause, note, ..about });
            colony.open = false;
        } else if !colony.open && pays && today.day >= colony.closed_until {
            colony.since = events.add(Event { amount: colony.lane_cost(), cause: colony.since, ..about });
            colony.open = true;
        } else if colony.open && happens(caught, chance) {
            let held = books.elements().held[index];
            let seized = (held as f64 * own.shipment.get()).round() as u32;
            books.move_elements(index, ElementMove::Seize, seized);
            let (amount, cause) = (f64::from(seized), colony.since);
            let agency = choose(who, context.keys.agencies.iter().copied().zip(patrols.iter().copied()));
            colony.since = events.add(Event { what: EventKind::Interception, amount, agency, cause, ..about });
            colony.drift += std::f64::consts::LN_2;
            colony.feared += own.fright.get() * (1.0 - colony.feared);
            (colony.open, colony.caught, colony.closed_until) = (false, true, today.day + closure);
        }
    }
    let open = colonies.iter().filter(|colony| colony.open).map(Colony::lane_cost);
    let times = cheapest_way(open, own.without_lane.get());
    let cost = &mut climate.costs[good.index()];
    *cost = Credits::from(cost.get() * times).max(Credits::milli(1));
}

/// Makers of dangerous tech make their units, with elements as far as open lanes bring them.
pub fn barter_elements(
    DayContext { context, today, law }: DayContext<'_>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    sellers: Query<&Seller>,
    mut stalls: Query<&mut Stall>,
    mut colonies: Query<&mut Colony>,
) {
    if !are_settled(&context) {
        return;
    }
    let params = &law.params;
    let own = &params.colonies;
    let good = Good::DangerousTech;
    let family = &params.goods[good];
    let (sellers, colonies) = (column(&sellers), column_mut(&mut colonies));
    let stalls = column_mut(&mut stalls);
    // The cheapest lane is used first, and whose turn it is to barter is drawn.
    let mut lanes: Vec<usize> = (0..colonies.len()).filter(|&colony| colonies[colony].open).collect();
    lanes.sort_by(|&one, &other| colonies[one].drift.total_cmp(&colonies[other].drift).then(one.cmp(&other)));
    let [turn] = context.dice.words::<1>(Purpose::Lane, today.day, 1 << 20);
    let slots = context.slots_of(good);
    let first = slots.start + pick(turn, u32::try_from(slots.len()).expect("slots fit")).0 as usize;
    let copies = &climate.copies[good.index()];
    let copy = copy_cost(climate.costs[good.index()], params.leaks.copy_cost);
    for slot in (first..slots.end).chain(slots.start..first) {
        let stall = &mut stalls[slot];
        let seller = &sellers[stall.seller as usize];
        if !stall.open || seller.vanishes > 0 {
            continue;
        }
        let owner = Account::Seller(stall.seller as usize);
        // Once designs are out, what is copied is not brought.
        let cost = stall.with_licence(params, seller.unit_cost(params, climate.costs[good.index()]));
        let cost = Credits::from(copies.left_of(cost.get(), copy));
        let mut units = units_to_make(stall, books.stock(slot), params, family, cost, books.balance(owner));
        books.move_units(slot, UnitMove::Produce, units);
        let saved = share_of(cost, own.saving.get());
        let earned = share_of(saved, own.barter.get());
        for &lane in &lanes {
            let held = u32::try_from(books.elements().held[lane]).unwrap_or(u32::MAX);
            let with = units.min(held);
            if with == 0 || saved == Credits::ZERO {
                continue;
            }
            books.move_elements(lane, ElementMove::Barter, with);
            books.move_elements(lane, ElementMove::Use, with);
            let to_colony = earned * i64::from(with);
            let rest = (cost - saved) * i64::from(with);
            books.pay(owner, Account::Colony(lane), to_colony, FlowReason::Barter);
            books.pay(owner, Account::Burn, rest, FlowReason::Production);
            stall.profit -= to_colony + rest;
            colonies[lane].bartered += with;
            colonies[lane].earned += to_colony.as_milli();
            units -= with;
        }
        let rest = cost * i64::from(units);
        books.pay(owner, Account::Burn, rest, FlowReason::Production);
        stall.profit -= rest;
    }
}
