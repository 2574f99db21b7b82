//! Venues: marketplaces with a fee, escrow and a name. They close for reasons of their own, are raided, or run away.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use serde::{Deserialize, Serialize};

use crate::actors::stall::Stall;
use crate::actors::syndicate;
use crate::dice::{Purpose, happens, pick_weighted};
use crate::ledger::{Account, Books, Why};
use crate::numerics::exp;
use crate::record::facts::{Event, Events, What};
use crate::scenario::params::Params;
use crate::setting::{InForce, Setting, Today, column_mut};

/// A venue on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Venue {
    /// Whether it trades.
    pub open: bool,
    /// Day on which it opened; before day 0 for those who were there already.
    pub opened: i64,
    /// Trust it has now.
    pub trust: f32,
    /// Day on which it opens again, while closed.
    pub reopens: u32,
    /// Cases gathered against it; half is forgotten in thirty days.
    pub evidence: f64,
    /// The last case against it that was written down, or -1.
    pub last_case: i64,
    /// The event that closed it last, or -1.
    pub closed_by: i64,
    /// Fees of an average day, in milli-credits, over about ten days.
    pub usual_fees: f64,
    /// Fees of today.
    pub fees: i64,
    /// What was paid for trades today.
    pub volume: i64,
    /// Purchases settled today.
    pub trades: u32,
}

impl Venue {
    /// A venue that people know already.
    pub fn established(trust: f32) -> Self {
        Self {
            open: true,
            opened: -365,
            trust,
            reopens: 0,
            evidence: 0.0,
            last_case: -1,
            closed_by: -1,
            usual_fees: 0.0,
            fees: 0,
            volume: 0,
            trades: 0,
        }
    }
}

/// Trust after so many days: most of it is earned in the first third of `trust_days`.
#[expect(clippy::cast_possible_truncation, reason = "trust needs no more than seven digits")]
pub fn trust_at(age: i64, best: f64, trust_days: f64) -> f32 {
    (best * (1.0 - 0.5 * exp(-3.0 * age as f64 / trust_days))) as f32
}

/// The largest escrow that an operator will not run away with: all fees to come, discounted.
///
/// `fees` is what a usual day earns, `discount` the daily discount, `hazard` the chance a day of losing the venue anyway.
pub fn worth_of_staying(fees: f64, discount: f64, hazard: f64) -> f64 {
    fees / (1.0 - discount * (1.0 - hazard.min(1.0)))
}

/// Evidence against a venue that makes a raid: in proportion to people, and at least three cases.
pub fn raid_threshold(setting: &Setting, params: &Params) -> f64 {
    (params.law.raid_evidence.get() * setting.active as f64 / 100.0).max(3.0)
}

/// Where a stall goes: in proportion to the size of venues, what its seller remembers of them, and their trust.
pub fn choose_venue(params: &Params, venues: &[Venue], memory: &[f32], word: u32) -> Option<u16> {
    let upkeep = params.syndicates.upkeep.get().max(0.001);
    let weights: Vec<f64> = venues
        .iter()
        .zip(&params.venues)
        .zip(memory)
        .map(|((venue, place), &value)| {
            let remembered = (1.0 + f64::from(value) / upkeep).clamp(0.1, 10.0);
            let trust = f64::from(venue.trust);
            if venue.open { place.params.size.get() * (1.0 - place.params.fee.get()) * trust * remembered } else { 0.0 }
        })
        .collect();
    pick_weighted(word, &weights).map(|venue| u16::try_from(venue).expect("at most 200 venues"))
}

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
pub struct Streets<'w, 's> {
    setting: Res<'w, Setting>,
    today: Res<'w, Today>,
    law: Res<'w, InForce>,
    books: ResMut<'w, Books>,
    events: ResMut<'w, Events>,
    sellers: Query<'w, 's, &'static mut syndicate::Seller>,
    stalls: Query<'w, 's, &'static mut Stall>,
    venues: Query<'w, 's, &'static mut Venue>,
}

impl Streets<'_, '_> {
    /// All of it, in columns.
    pub fn walk(&mut self) -> Street<'_> {
        Street {
            setting: &self.setting,
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
pub struct Street<'a> {
    /// The setting.
    pub setting: &'a Setting,
    /// What is in force.
    pub params: &'a Params,
    /// The day.
    pub day: u32,
    /// All venues.
    pub venues: &'a mut [Venue],
    /// All stalls.
    pub stalls: &'a mut [Stall],
    /// All sellers.
    pub sellers: &'a mut [syndicate::Seller],
    /// The books.
    pub books: &'a mut Books,
    /// What happened.
    pub events: &'a mut Events,
}

impl Street<'_> {
    /// Closes a venue: its escrow goes where the closing says, its stalls look for another one.
    ///
    /// One in ten stalls does not come back (attrition): whoever ran it closes it for good. The note says why in words.
    pub fn close(&mut self, venue: usize, closing: Closing, note: String) {
        let held = self.books.balance(Account::Escrow(venue));
        let (what, cause) = match closing {
            Closing::Orderly => (What::VenueClose, -1),
            // Cases against it shorten the days that an operator expects to have left.
            Closing::ExitScam => (What::ExitScam, self.venues[venue].last_case),
            Closing::Raid => (What::Raid, self.venues[venue].last_case),
        };
        let amount = if closing == Closing::Raid { self.venues[venue].evidence } else { held.get() };
        let cause = self.events.add(Event { venue: Some(venue), amount, cause, note, ..Event::new(what) });
        match closing {
            Closing::Orderly => {}
            Closing::ExitScam => self.books.pay(Account::Escrow(venue), Account::Operator(venue), held, Why::ExitScam),
            Closing::Raid => self.books.pay(Account::Escrow(venue), Account::Treasury, held, Why::Confiscation),
        }
        let state = &mut self.venues[venue];
        state.open = false;
        state.reopens = self.day + self.params.market.venue_rebuild.get();
        state.evidence = 0.0;
        state.last_case = -1;
        state.closed_by = cause;
        state.usual_fees = 0.0;
        for slot in 0..self.stalls.len() {
            let stall = &mut self.stalls[slot];
            if !stall.open || stall.venue as usize != venue {
                continue;
            }
            if closing == Closing::Orderly {
                syndicate::release(stall, self.books);
            } else {
                stall.held = [0; crate::actors::stall::HOLDING]; // it is gone, see above
            }
            if closing == Closing::Raid {
                let stock = self.books.stock(slot);
                self.books.move_units(slot, crate::ledger::UnitMove::SeizeStock, stock);
                self.events.seized[slot / self.setting.slots] += i64::from(stock);
                self.events.note_seizure(&self.sellers[stall.seller as usize], stock);
            }
            if self.setting.is_council(stall.seller as usize) {
                continue; // the council waits until its hall opens again
            }
            let [where_to, stays] = self.setting.dice.words::<2>(Purpose::Venue, self.day, (1 << 20) + slot as u64);
            let memory = &self.sellers[stall.seller as usize].venue_values;
            match choose_venue(self.params, self.venues, memory, where_to) {
                Some(other) if !happens(stays, 0.1) => {
                    syndicate::move_stall(self, slot, other, cause, "its venue closed");
                }
                _ => syndicate::close_stall(self, slot, cause, "its venue closed"),
            }
        }
    }
}

/// Operators tend their venues: trust grows, the patience of some ends, closed ones open again under a new name.
pub fn tend_venues(mut streets: Streets<'_, '_>) {
    let mut street = streets.walk();
    let (setting, params, day) = (street.setting, street.params, street.day);
    let threshold = raid_threshold(setting, params);
    for venue in 0..street.venues.len() {
        let place = &params.venues[venue].params;
        let state = &mut street.venues[venue];
        if state.open {
            let age = i64::from(day) - state.opened;
            state.trust = trust_at(age, place.trust.get(), f64::from(params.market.trust_days.get()));
            // A plain mean over the first days, a smoothed one from then on.
            let known = age.min(i64::from(day)).clamp(1, 10) as f64;
            state.usual_fees += (state.fees as f64 - state.usual_fees) / known;
            let own = params.market.venue_hazard.get();
            // Where half of what a raid needs is known, an operator expects it within two hundred days.
            let hazard = own + state.evidence / threshold / 100.0;
            let worth = worth_of_staying(state.usual_fees, params.market.operator_discount.get(), hazard);
            let held = street.books.balance(Account::Escrow(venue)).as_milli() as f64;
            // A month of trade is needed before an operator knows what staying is worth.
            let knows = age > 30 && day > 30;
            let [gives_up] = setting.dice.words::<1>(Purpose::Venue, day, venue as u64);
            if place.outage {
                street.close(venue, Closing::Orderly, "out of service".into());
            } else if knows && held > worth {
                let note = format!(
                    "{held:.0} credits in escrow, {worth:.0} for staying",
                    held = held / 1000.0,
                    worth = worth / 1000.0
                );
                street.close(venue, Closing::ExitScam, note);
            } else if happens(gives_up, own) {
                street.close(venue, Closing::Orderly, "the operator gave up".into());
            }
        } else if day >= state.reopens && !place.outage {
            state.open = true;
            state.opened = i64::from(day);
            state.trust = trust_at(0, place.trust.get(), 1.0);
            let (cause, note) = (state.closed_by, "under a new name".into());
            street.events.add(Event { venue: Some(venue), cause, note, ..Event::new(What::VenueOpen) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten credits a day, a discount of 0.99 and a hazard of 0.01 are worth 502.51 credits of staying.
    #[test]
    fn an_operator_stays_for_all_fees_to_come() {
        assert!((worth_of_staying(10.0, 0.99, 0.01) - 502.51).abs() < 0.01);
        assert!((worth_of_staying(10.0, 0.95, 0.02) - 144.93).abs() < 0.01);
    }

    #[test]
    fn trust_grows_from_half_to_the_best() {
        assert!((trust_at(0, 0.9, 90.0) - 0.45).abs() < 1e-6);
        assert!(trust_at(90, 0.9, 90.0) > 0.87);
        assert!(trust_at(10_000, 0.9, 90.0) <= 0.9);
    }
}
