//! New sellers come where stalls are empty.

use bevy_ecs::prelude::*;

use crate::actions::stalls::{enter, opened, vacant_places};
use crate::base::dice::{Purpose, happens, pick, stir};
use crate::base::key::Key;
use crate::ids::good::GOODS;
use crate::params::Params;
use crate::rules::entry::Prospects;
use crate::rules::venues::choose_venue;
use crate::state::accounts::Account;
use crate::state::climate::Climate;
use crate::state::columns::column_mut;
use crate::state::context::RunContext;
use crate::state::day::DayContext;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::Books;
use crate::state::seller::{Seller, SellerKind, by_number};
use crate::state::stall::Stall;
use crate::state::venue::Venue;

/// Stalls open where there is room, by newcomers or by those who trade already, in proportion to their size; what they sell
/// is chosen by what it promises.
pub fn open_stalls(
    DayContext { context, today, law }: DayContext<'_>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    mut sellers: Query<&mut Seller>,
    mut stalls: Query<&mut Stall>,
    mut venues: Query<&mut Venue>,
) {
    let params = &law.params;
    let sellers = column_mut(&mut sellers);
    let stalls = column_mut(&mut stalls);
    let venues = column_mut(&mut venues);
    let all = u32::try_from(stalls.len()).expect("slots fit");
    let day = today.day;
    // Whoever knows nothing of venues finds one, or there is nowhere to stand.
    let unknown = vec![0.0; venues.len()];
    if choose_venue((params, &context), venues, &unknown, 0).is_none() {
        return;
    }
    let chances = chances(params, &context, &climate, sellers, stalls);
    if chances.iter().all(|&chance| chance == 0.0) {
        return;
    }
    let mut vacant = vacant_places(&context, sellers);
    let is_homeless = |seller: &Seller| seller.alive && seller.kind == SellerKind::RogueAi && seller.stalls == 0;
    let mut homeless = by_number(sellers, is_homeless);
    homeless.reverse();
    let mut words = vec![0; 8 * stalls.len()];
    context.dice.fill(Purpose::Entry, day, 0, 8, &mut words);
    for (slot, &[opens, who, by, where_to, like, posture, a, b]) in words.as_chunks::<8>().0.iter().enumerate() {
        // Hardly ever, so that few slots need be looked at.
        let good = context.good_of(slot);
        if !happens(opens, chances[good.index()]) || stalls[slot].open || context.reserved(slot).is_some() {
            continue;
        }
        // Whoever is met at a random stall has been met in proportion to the stalls they run; who cannot, tells another.
        let grows = |&place: &usize| {
            let seller = &sellers[place];
            let rich = books.balance(Account::Seller(place)) * 2 >= params.syndicates.start_capital;
            let trades = seller.kind != SellerKind::Council && seller.stalls < seller.room_to_grow(params);
            trades && rich && seller.vanishes == 0
        };
        let met = (0..16u32).map(|nth| pick(stir(who, b.wrapping_add(nth)), all).0 as usize);
        let met = met.filter(|&slot| stalls[slot].open).map(|slot| stalls[slot].seller as usize).find(grows);
        let grows = met.filter(|_| !happens(a, params.syndicates.newcomers.get()));
        let seller = match homeless.pop().or(grows) {
            Some(seller) => seller,
            None => {
                let whole = (params, &*context, day);
                let accounts = (&mut *sellers, &mut *books);
                let number = context.number_at(day, slot);
                let known = (Key::numbered(slot as u64).at(day.into()), number);
                let Some(seller) = enter(whole, &mut vacant, accounts, known, false) else { continue };
                events.entries += 1;
                let number = Some(sellers[seller].number);
                let kind = sellers[seller].temperament.get().expect("who enters has been drawn from a kind");
                let note = params.temperaments[kind].name.clone();
                let entry = Event { seller: number, good: Some(good), note, ..Event::new(EventKind::SellerEntry) };
                sellers[seller].arrival = events.add(entry);
                seller
            }
        };
        let Some(venue) = choose_venue((params, &context), venues, &sellers[seller].venue_values, where_to) else {
            continue;
        };
        sellers[seller].stalls += 1;
        let whole = (params, &*context, day);
        let terms = (2 + pick(like, 6).0 as u8, [posture, by], &*climate);
        stalls[slot] = opened(whole, &sellers[seller], seller, slot, venue, terms);
    }
}

/// The chance of each empty slot, by good, that a stall opens there today: all of them together open as many as there is
/// room for, a share `entry` a day, and those of each good as many as choose it.
fn chances(
    params: &Params,
    context: &RunContext,
    climate: &Climate,
    sellers: &[Seller],
    stalls: &[Stall],
) -> [f64; GOODS] {
    let (mut kept, mut taken, mut free) = (0, 0, [0; GOODS]);
    for (slot, stall) in stalls.iter().enumerate() {
        if context.reserved(slot).is_some() {
            kept += 1;
        } else if !stall.open {
            free[context.good_of(slot).index()] += 1;
        } else if sellers[stall.seller as usize].house.get().is_none() {
            taken += 1;
        }
    }
    let vacant = (context.room() - kept).saturating_sub(taken);
    let prospects = Prospects::of(params, &climate.lore);
    std::array::from_fn(|good| {
        let free: usize = free[good];
        let wanted = params.syndicates.entry.get() * vacant as f64 * prospects.shares[good];
        if free > 0 { (wanted / free as f64).min(1.0) } else { 0.0 }
    })
}
