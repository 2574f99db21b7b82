//! Escrow that is due is released.

use bevy_ecs::prelude::*;

use crate::base::units::Credits;
use crate::ids::seller::HOLDING;
use crate::state::accounts::{Account, FlowReason};
use crate::state::columns::column_mut;
use crate::state::day::Today;
use crate::state::ledger::Books;
use crate::state::stall::Stall;

/// Payments whose time in escrow is over go to their sellers.
pub fn release_escrow(today: Res<Today>, mut books: ResMut<Books>, mut stalls: Query<&mut Stall>) {
    let due = today.day as usize % HOLDING;
    for stall in column_mut(&mut stalls).iter_mut().filter(|stall| stall.open) {
        let amount = std::mem::take(&mut stall.held[due]);
        if amount > Credits::ZERO {
            let seller = Account::Seller(stall.seller as usize);
            books.pay(Account::Escrow(stall.venue as usize), seller, amount, FlowReason::Release);
        }
    }
}
