//! The market as the systems reach it: stalls, sellers, venues, the books and the events, in one hand.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use crate::params::Params;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Today};
use crate::state::events::Events;
use crate::state::ledger::Books;
use crate::state::seller;
use crate::state::stall::Stall;
use crate::state::venue::Venue;

/// Why a venue closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The operator gives up and pays out what is held.
    Orderly,
    /// The operator runs away with what is held.
    ExitScam,
    /// A raid: what is held is confiscated, so is the stock.
    Raid,
}

/// What systems ask for who let venues and stalls close: see [`Street`].
#[derive(SystemParam)]
pub struct MarketParams<'w, 's> {
    context: Res<'w, RunContext>,
    today: Res<'w, Today>,
    law: Res<'w, ActiveRules>,
    books: ResMut<'w, Books>,
    events: ResMut<'w, Events>,
    sellers: Query<'w, 's, &'static mut seller::Seller>,
    stalls: Query<'w, 's, &'static mut Stall>,
    venues: Query<'w, 's, &'static mut Venue>,
}

impl MarketParams<'_, '_> {
    /// All of it, in columns.
    pub fn walk(&mut self) -> MarketAccess<'_> {
        MarketAccess {
            context: &self.context,
            params: &self.law.params,
            day: self.today.day,
            venues: column_mut(&mut self.venues),
            stalls: column_mut(&mut self.stalls),
            sellers: column_mut(&mut self.sellers),
            books: &mut self.books,
            events: &mut self.events,
        }
    }
}

/// Venues, stalls and sellers, and all that is touched when one of them closes.
pub struct MarketAccess<'a> {
    /// The setting.
    pub context: &'a RunContext,
    /// What is in force.
    pub params: &'a Params,
    /// The day.
    pub day: u32,
    /// All venues.
    pub venues: &'a mut [Venue],
    /// All stalls.
    pub stalls: &'a mut [Stall],
    /// All sellers.
    pub sellers: &'a mut [seller::Seller],
    /// The books.
    pub books: &'a mut Books,
    /// What happened.
    pub events: &'a mut Events,
}
