//! Supply: what a unit costs today, what is asked for it, and how many are made or brought.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, happens, open_unit};
use crate::base::numerics::{exp, normal_quantile};
use crate::base::units::Credits;
use crate::ids::good::Good;
use crate::rules::leaks::copy_cost;
use crate::rules::pricing::{asking_price, units_to_make};
use crate::rules::utility::openness_of;
use crate::rules::{colony, donation};
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::climate::Climate;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::ledger::Books;
use crate::state::seller::{MONTH, Seller};
use crate::state::stall::Stall;
use crate::systems::produce::rooms::{share_out_room, share_out_slots};

/// How far a cost gets from its mean, in logs: ten times as dear, where another way is found, or a tenth.
const FARTHEST: f64 = std::f64::consts::LN_10;

/// Costs move: slowly, and now and then by a jump when off-world supply is cut.
pub fn move_costs(context: Res<RunContext>, today: Res<Today>, law: Res<ActiveRules>, mut climate: ResMut<Climate>) {
    for (good, params) in law.params.goods.iter() {
        let [step, jump] = context.dice.words::<2>(Purpose::Cost, today.day, good.index() as u64);
        let drift = &mut climate.cost_drift[good.index()];
        *drift *= 1.0 - params.cost_reversion.get();
        *drift += params.cost_volatility.get() * normal_quantile(open_unit(step));
        if happens(jump, params.cost_jump.get()) {
            *drift = drift.max(std::f64::consts::LN_2); // what is cut already is not cut again
        }
        *drift = drift.clamp(-FARTHEST, FARTHEST);
        let open = in_the_open(&law, good);
        let at = 1.0 - open * (1.0 - law.params.market.lawful_cost.get());
        climate.costs[good.index()] = Credits::from(params.cost.get() * exp(climate.cost_drift[good.index()]) * at);
    }
}

/// How much of a good is made in the open: the share of people in whose places it is lawful, and half of those in whose places it
/// is tolerated.
fn in_the_open(law: &ActiveRules, good: Good) -> f64 {
    let people = |place: usize| law.params.places[place].params.population.get();
    let open = |place: usize| 0.5 * f64::from(openness_of(law.rules[place].goods[good].status));
    let places = 0..law.rules.len();
    let made = places.clone().map(|place| people(place) * open(place)).sum::<f64>();
    made / places.map(people).sum::<f64>().max(1e-9)
}

/// Stalls pay their keep, set today's price and bring what they expect to sell.
pub fn stock_stalls(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut sellers: Query<&mut Seller>,
    mut stalls: Query<&mut Stall>,
) {
    let params = &law.params;
    let stalls = column_mut(&mut stalls);
    let rooms = share_out_room(&context, params, &mut climate, today.day, stalls);
    let slots = share_out_slots(&context, &params.own.positional, today.day, stalls);
    let sellers = column_mut(&mut sellers);
    let known = |seller: &Seller| seller.alive || seller.house.get().is_some();
    for (place, seller) in sellers.iter_mut().enumerate().filter(|(_, seller)| known(seller)) {
        seller.revenue[today.day as usize % MONTH] = 0;
        seller.sales[today.day as usize % MONTH] = 0;
        let spare = books.balance(Account::Seller(place)) - params.syndicates.start_capital;
        if spare > Credits::ZERO {
            let dividend = Credits::milli((spare.as_milli() as f64 * params.syndicates.dividend.get()) as i64);
            books.pay(Account::Seller(place), Account::Burn, dividend, FlowReason::Dividend);
        }
    }
    for (slot, stall) in stalls.iter_mut().enumerate() {
        if !stall.open {
            continue;
        }
        let good = context.good_of(slot);
        let seller = &sellers[stall.seller as usize];
        let cost = stall.with_licence(params, seller.unit_cost(params, climate.costs[good.index()]));
        let owner = Account::Seller(stall.seller as usize);
        let keep = params.syndicates.upkeep.min(books.balance(owner));
        books.pay(owner, Account::Burn, keep, FlowReason::Upkeep);
        stall.profit -= params.syndicates.upkeep;
        let family = &params.goods[good];
        let copies = &climate.copies[good.index()];
        let copy = copy_cost(climate.costs[good.index()], params.leaks.copy_cost);
        if seller.orders(params).is_some() {
            stall.anchor = cost; // told a price over cost, it asks that, whatever a unit cost before
        }
        let over_cost = stall.over_cost_at(stall.rung, cost);
        let (price, mover) = asking_price(cost, over_cost, copies, copy, family.price_cap);
        stall.ask(price, mover, over_cost);

        let stock = books.stock(slot);
        if family.spoilage.get() > 0.0 && stock > 0 {
            let [word] = context.dice.words::<1>(Purpose::Cost, today.day, 1000 + slot as u64);
            let spoilt = f64::from(stock) * family.spoilage.get();
            let units = spoilt as u32 + u32::from(happens(word, spoilt.fract()));
            books.move_units(slot, UnitMove::Lose, units.min(stock));
        }
        let stock = books.stock(slot);
        match good {
            Good::ForbiddenIdentity if donation::are_needed(params) => continue,
            Good::DangerousTech if colony::are_settled(&context) => continue,
            _ => {}
        }
        let cost = Credits::from(copies.left_of(stall.made_for(params, cost).get(), copy));
        let units = units_to_make(stall, stock, params, family, cost, books.balance(owner));
        let units = match good {
            // A slot that is free is offered, whatever was asked for yesterday.
            Good::Positional => u32::try_from(books.balance(owner).as_milli() / cost.as_milli().max(1))
                .map_or(0, |payable| {
                    payable.min(slots[context.row_of(slot)].saturating_sub(stock)).min(stall.supply(family))
                }),
            Good::ScarcityRecreation => units.min(rooms[context.row_of(slot)].saturating_sub(stock)),
            Good::Authenticity if context.is_council(stall.seller as usize) => {
                let place = context.councils[stall.seller as usize].place;
                units.min(climate.gates[place].crafts.saturating_sub(stock))
            }
            _ => units,
        };
        if units > 0 && seller.vanishes == 0 {
            let price = cost * i64::from(units);
            books.pay(owner, Account::Burn, price, FlowReason::Production);
            books.move_units(slot, UnitMove::Produce, units);
            stall.profit -= price;
        }
    }
}
