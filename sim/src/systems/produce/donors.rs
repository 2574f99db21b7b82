//! Donors: those from whom identities are taken. Every unit of forbidden identity is somebody's; some sell it, some are
//! robbed of it.
//!
//! For each unit a seller asks a few people, one after the other, and offers a share of the price. Whoever is offered more
//! than the harm weighs is willing; who has given lately cannot give again. Where nobody is willing the unit is not made,
//! or one of those who were asked is robbed. So victims come of shortages, and a cap on prices makes shortages.

use bevy_ecs::prelude::*;

use crate::base::dice::{Purpose, happens, pick};
use crate::base::units::Credits;
use crate::citizen::{Life, Mind, Traits};
use crate::goods::forbidden_identity::ForbiddenIdentity;
use crate::ids::good::Good;
use crate::rules::donation::{ETHICS, are_needed, harm_to, has_rested};
use crate::rules::pricing::units_to_make;
use crate::rules::settlement::share_of;
use crate::state::accounts::{Account, FlowReason, UnitMove};
use crate::state::climate::Climate;
use crate::state::columns::{PerCitizen, column, column_mut};
use crate::state::day::DayContext;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::{Books, Purse};
use crate::state::seller::Seller;
use crate::state::stall::Stall;

/// Cases of coercion that are written down a day, at most; all are counted.
const NOTED: i64 = 100;

/// Words of a unit: whom to ask, whether somebody is robbed, and who.
const WORDS: usize = 16;

/// People that a seller can ask for one unit.
pub const MOST_ASKED: usize = WORDS - 2;

/// Everybody who can be asked.
struct People<'a> {
    purses: &'a mut [Purse],
    traits: &'a [Traits],
    minds: &'a mut [Mind],
    lives: &'a mut [Life],
}

/// What came of looking for one donor.
enum DonorSearch {
    /// Somebody is willing.
    Willing(usize),
    /// Nobody is, and this one is robbed.
    Robbed(usize),
    /// Nobody is.
    Nobody,
}

/// Looks for a donor among a few people.
fn look(
    own: &ForbiddenIdentity,
    people: &People<'_>,
    day: u32,
    mean: f64,
    offer: Credits,
    words: [u32; WORDS],
) -> DonorSearch {
    let count = u32::try_from(people.lives.len()).expect("citizens fit");
    let mut asked = [0; MOST_ASKED];
    let mut fit = 0;
    for &word in &words[..own.asked.get() as usize] {
        let person = pick(word, count).0 as usize;
        if !has_rested(people.lives[person].donated, day, own.donor_rest.get()) {
            continue;
        }
        let scruples = f64::from(people.traits[person].drivers[ETHICS]) / 64.0;
        let wealth = people.purses[person].balance().get() / mean;
        if offer.get() > harm_to(own.donor_harm.get(), scruples, wealth) {
            return DonorSearch::Willing(person);
        }
        asked[fit] = person;
        fit += 1;
    }
    if fit > 0 && happens(words[WORDS - 2], own.coercion.get()) {
        return DonorSearch::Robbed(asked[pick(words[WORDS - 1], fit as u32).0 as usize]);
    }
    DonorSearch::Nobody
}

/// Sellers of forbidden identity find a donor for each unit that they make.
pub fn find_donors(
    DayContext { context, today, law }: DayContext<'_>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    sellers: Query<&Seller>,
    mut stalls: Query<&mut Stall>,
    citizens: Single<(&mut PerCitizen<Purse>, &PerCitizen<Traits>, &mut PerCitizen<Mind>, &mut PerCitizen<Life>)>,
) {
    let params = &law.params;
    let own = &params.own.forbidden_identity;
    let good = Good::ForbiddenIdentity;
    let active = context.active;
    climate.victims -= climate.victims / f64::from(own.outrage_days.get());
    if are_needed(params) && active > 0 {
        let (mut purses, traits, mut minds, mut lives) = citizens.into_inner();
        let people = People {
            purses: &mut purses[..active],
            traits: &traits[..active],
            minds: &mut minds[..active],
            lives: &mut lives[..active],
        };
        let day = today.day;
        let family = &params.goods[good];
        let base = climate.costs[good.index()];
        let mean = climate.wealth_mean.max(0.001);
        let sellers = column(&sellers);
        let slots = context.slots_of(good);
        let stalls = &mut column_mut(&mut stalls)[slots.clone()];
        for (slot, stall) in slots.zip(stalls).filter(|(_, stall)| stall.open) {
            let owner = Account::Seller(stall.seller as usize);
            let seller = &sellers[stall.seller as usize];
            if seller.vanishes > 0 {
                continue;
            }
            let cost = stall.with_licence(params, seller.unit_cost(params, base));
            let offer = share_of(stall.price(), own.donor_share.get());
            let each = cost + offer;
            let units = units_to_make(stall, books.stock(slot), params, family, each, books.balance(owner));
            for unit in 0..units {
                let which = ((slot as u64) << 20) + u64::from(unit);
                let words = context.dice.words::<WORDS>(Purpose::Donor, day, which);
                match look(own, &people, day, mean, offer, words) {
                    DonorSearch::Willing(person) => {
                        books.pay_to(owner, &mut people.purses[person], offer, FlowReason::Donation);
                        people.lives[person].donated = u16::try_from(day).unwrap_or(u16::MAX);
                        stall.profit -= offer;
                        events.counts.donations += 1;
                    }
                    DonorSearch::Robbed(person) => {
                        let mind = &mut people.minds[person];
                        mind.anxiety = (mind.anxiety + own.victim_anxiety.as_f32()).min(1.0);
                        people.lives[person].donated = u16::try_from(day).unwrap_or(u16::MAX);
                        climate.victims += 1.0;
                        events.counts.victims += 1;
                        if events.counts.victims <= NOTED {
                            events.add(Event {
                                good: Some(good),
                                place: Some(people.purses[person].place()),
                                venue: Some(stall.venue as usize),
                                seller: Some(seller.number),
                                citizen: Some(person as u32),
                                amount: offer.get(),
                                cause: seller.arrival,
                                note: format!("nobody of {} was willing", own.asked.get()),
                                ..Event::new(EventKind::Coercion)
                            });
                        }
                    }
                    DonorSearch::Nobody => {
                        events.counts.shortages += 1;
                        continue;
                    }
                }
                books.pay(owner, Account::Burn, cost, FlowReason::Production);
                books.move_units(slot, UnitMove::Produce, 1);
                stall.profit -= cost;
            }
        }
    }
    let heads = active.max(1) as f64;
    climate.scruples[good.index()] = own.outrage.get() * 1000.0 * climate.victims / heads;
    let lost = own.victim_legitimacy.get() * events.counts.victims as f64 / heads;
    climate.legitimacy = (climate.legitimacy - lost).max(0.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::good::GOODS;

    struct Town(Vec<Purse>, Vec<Traits>, Vec<Mind>, Vec<Life>);

    impl Town {
        /// A hundred people of average scruples who hold nothing, which weighs as a twentieth of the mean.
        fn of_poor_people() -> Self {
            let one = Traits { drivers: [64; 8], desire: [64; GOODS], skill: 0, sociable: 0, sheltered: 0 };
            Self(vec![Purse::default(); 100], vec![one; 100], vec![Mind::default(); 100], vec![Life::default(); 100])
        }

        fn people(&mut self) -> People<'_> {
            People { purses: &mut self.0, traits: &self.1, minds: &mut self.2, lives: &mut self.3 }
        }
    }

    #[test]
    fn who_is_offered_too_little_is_robbed_or_left_alone_as_coercion_says() {
        let mut town = Town::of_poor_people();
        let people = town.people();
        let mut own = ForbiddenIdentity { donor_harm: 100.0.into(), asked: 3.into(), ..ForbiddenIdentity::default() };
        let words = [1 << 31; WORDS];
        let ask = |own: &ForbiddenIdentity, offer| look(own, &people, 9, 500.0, Credits::from(offer), words);
        // 100 credits of harm, times the square root of a twentieth: 22.36.
        assert!(matches!(ask(&own, 22.37), DonorSearch::Willing(50)));
        own.coercion = 0.5.into();
        assert!(matches!(ask(&own, 22.35), DonorSearch::Nobody));
        own.coercion = 0.51.into();
        assert!(matches!(ask(&own, 22.35), DonorSearch::Robbed(50)));
    }

    #[test]
    fn nobody_can_be_taken_from_who_has_not_rested() {
        let mut town = Town::of_poor_people();
        town.3.fill(Life { donated: 8, ..Life::default() });
        let people = town.people();
        let own = ForbiddenIdentity { coercion: 1.0.into(), ..ForbiddenIdentity::default() };
        assert!(matches!(look(&own, &people, 9, 500.0, Credits::from(1e6), [7; WORDS]), DonorSearch::Nobody));
    }
}
