//! A venue closes: what becomes of its escrow and its stalls.

use crate::actions::stalls;
use crate::actions::street::{Closing, MarketAccess};
use crate::base::dice::{Purpose, happens};
use crate::base::units::Credits;
use crate::ids::event::EventId;
use crate::ids::seller::HOLDING;
use crate::rules::venues::choose_venue;
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::events::{Event, EventKind};

impl MarketAccess<'_> {
    /// Closes a venue: its escrow goes where the closing says, its stalls look for another one.
    ///
    /// One in ten stalls does not come back (attrition): whoever ran it closes it for good. The note says why in words.
    pub fn close(&mut self, venue: usize, closing: Closing, note: String) {
        let held = self.books.balance(Account::Escrow(venue));
        let (what, cause) = match closing {
            Closing::Orderly => (EventKind::VenueClose, EventId::NONE),
            // Cases against it shorten the days that an operator expects to have left.
            Closing::ExitScam => (EventKind::ExitScam, self.venues[venue].last_case),
            Closing::Raid => (EventKind::Raid, self.venues[venue].last_case),
        };
        let amount = if closing == Closing::Raid { self.venues[venue].evidence } else { held.get() };
        let cause = self.events.add(Event { venue: Some(venue), amount, cause, note, ..Event::new(what) });
        match closing {
            Closing::Orderly => {}
            Closing::ExitScam => {
                self.books.pay(Account::Escrow(venue), Account::Operator(venue), held, FlowReason::ExitScam);
            }
            Closing::Raid => self.books.pay(Account::Escrow(venue), Account::Treasury, held, FlowReason::Confiscation),
        }
        let state = &mut self.venues[venue];
        state.open = false;
        state.reopens = self.day + self.params.market.venue_rebuild.get();
        state.evidence = 0.0;
        state.last_case = EventId::NONE;
        state.closed_by = cause;
        state.usual_fees = 0.0;
        for slot in 0..self.stalls.len() {
            let stall = &mut self.stalls[slot];
            if !stall.open || stall.venue as usize != venue {
                continue;
            }
            if closing == Closing::Orderly {
                stalls::release(stall, self.books);
            } else {
                stall.held = [Credits::ZERO; HOLDING]; // it is gone, see above
            }
            if closing == Closing::Raid {
                let stock = self.books.stock(slot);
                self.books.move_units(slot, UnitMove::SeizeStock, stock);
                self.events.seized[self.context.good_of(slot).index()] += i64::from(stock);
                self.events.note_seizure(&self.sellers[stall.seller as usize], stock);
            }
            if self.context.is_council(stall.seller as usize) {
                continue; // the council waits until its hall opens again
            }
            let dice = self.context.dice.of(self.context.keys.venues[venue]);
            let [where_to, stays] = dice.words::<2>(Purpose::Venue, self.day, 1 + slot as u64);
            let memory = &self.sellers[stall.seller as usize].venue_values;
            match choose_venue((self.params, self.context), self.venues, memory, where_to) {
                Some(other) if !happens(stays, 0.1) => {
                    stalls::move_stall(self, slot, other, cause, "its venue closed");
                }
                _ => stalls::close_stall(self, slot, cause, "its venue closed"),
            }
        }
    }
}
