//! Colonists spend what they earn.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, pick};
use crate::rules::colony::are_settled;
use crate::rules::settlement::share_of;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::ledger::{Account, Books, FlowReason, Purse};
use crate::state::orders::{Fate, Orders};

/// What elements have earned pays a part of what colonists bought today, in an order that favours nobody.
pub fn spend_on_colonists(
    context: Res<RunContext>,
    today: Res<Today>,
    law: Res<ActiveRules>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut citizens: Query<&mut Purse>,
) {
    if !are_settled(&context) {
        return;
    }
    let share = law.params.colonies.spending.get();
    let purses = column_mut(&mut citizens);
    let list = &orders.list;
    let [turn] = context.dice.words::<1>(Purpose::Lane, today.day, (1 << 20) + 1);
    let first = pick(turn, u32::try_from(list.len()).expect("orders fit")).0 as usize;
    let (before, after) = list.split_at(first);
    for order in after.iter().chain(before).filter(|order| order.fate == Fate::Delivered) {
        let Some(colony) = context.colonies.iter().position(|&place| place == order.place as usize) else { continue };
        let fund = Account::Colony(colony);
        let paid = share_of(order.price, share).min(books.balance(fund));
        books.pay_to(fund, &mut purses[order.citizen as usize], paid, FlowReason::Barter);
    }
}
