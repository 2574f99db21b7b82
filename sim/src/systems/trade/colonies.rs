//! Colonists spend what they earn.

use bevy_ecs::prelude::*;

use crate::base::dice::stir;
use crate::rules::colony::are_settled;
use crate::rules::settlement::share_of;
use crate::state::accounts::{Account, FlowReason};
use crate::state::columns::PerCitizen;
use crate::state::context::RunContext;
use crate::state::day::ActiveRules;
use crate::state::ledger::{Books, Purse};
use crate::state::orders::{Fate, Order, Orders};

/// What elements have earned pays a part of what colonists bought today, in an order that favours nobody.
pub fn spend_on_colonists(
    context: Res<RunContext>,
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut purses: Single<&mut PerCitizen<Purse>>,
) {
    if !are_settled(&context) {
        return;
    }
    let share = law.params.colonies.spending.get();
    let list = &orders.list;
    // In the order of draws that each order has of its own.
    let colony = |order: &Order| context.colonies.iter().position(|&place| place == order.place as usize);
    let mut turns: Vec<(usize, &Order)> = list
        .iter()
        .filter(|order| order.fate == Fate::Delivered)
        .filter_map(|order| Some((colony(order)?, order)))
        .collect();
    turns.sort_unstable_by_key(|(_, order)| (stir(order.queue, order.examine), order.citizen));
    for (colony, order) in turns {
        let fund = Account::Colony(colony);
        let paid = share_of(order.price, share).min(books.balance(fund));
        books.pay_to(fund, &mut purses[order.citizen as usize], paid, FlowReason::Barter);
    }
}
