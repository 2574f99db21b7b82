//! Houses: named syndicates that are there from the first day to the last. Where somebody directs one, it does what it is
//! told; where nobody does, it decides as any syndicate of its kind.

use bevy_ecs::prelude::*;

use crate::actions::stalls::{close_stall, free_slot, move_stall, opened};
use crate::actions::street::{MarketAccess, MarketParams};
use crate::base::dice::{Purpose, choose, happens, pick};
use crate::ids::event::EventId;
use crate::ids::good::Good;
use crate::ids::rung::{highest_rung, rung_of};
use crate::ids::seller::{AWAY, HouseId, TemperamentId};
use crate::params::Params;
use crate::params::house::HouseParams;
use crate::rules::entry::Prospects;
use crate::rules::venues::choose_venue;
use crate::scenario::canonical::FileOrder;
use crate::state::accounts::{Account, FlowReason};
use crate::state::climate::Climate;
use crate::state::context::RunContext;
use crate::state::events::{Event, EventKind};
use crate::state::seller::Seller;
use crate::state::stall::Reason;

/// What kind of syndicate a house is, and whether it cheats, while nobody directs it: drawn by its key for ever.
fn nature(params: &Params, context: &RunContext, house: usize) -> (TemperamentId, bool) {
    let [kind, nature] = context.dice.of(context.keys.houses[house]).words::<2>(Purpose::Entry, 0, 0);
    let kinds = &params.temperaments;
    let told = FileOrder::numbered(&context.file.temperaments, params.houses[house].params.temperament.get());
    let shares = kinds.iter().map(|kind| if kind.params.runs_itself { 0.0 } else { kind.params.share.get() });
    let drawn = || choose(kind, context.keys.temperaments.iter().copied().zip(shares));
    let Some(temperament) = told.or_else(drawn) else { return (TemperamentId::NONE, false) };
    let cheats = happens(nature, kinds[temperament].params.cheats.get());
    (TemperamentId::at(temperament), cheats)
}

impl Seller {
    /// A house as it comes.
    pub fn house(params: &Params, context: &RunContext, house: usize, day: u32) -> Self {
        let (temperament, cheats) = nature(params, context, house);
        Self {
            number: context.number_beside(0, context.councils.len() + house),
            key: context.keys.houses[house].bits(),
            alive: true,
            temperament,
            house: HouseId::at(house),
            cheats,
            entered: day,
            ..Self::nobody(params.venues.len())
        }
    }

    /// What it is told, where it is a house that is directed.
    pub fn orders<'a>(&self, params: &'a Params) -> Option<&'a HouseParams> {
        self.house.get().map(|house| &params.houses[house].params).filter(|house| house.directed)
    }

    /// Stalls that it may run, if it decides for itself.
    pub fn room_to_grow(&self, params: &Params) -> u32 {
        let arms = params.syndicates.arms.get();
        match self.house.get().map(|house| &params.houses[house].params) {
            Some(house) if house.directed => 0,
            Some(house) => house.stalls.get().min(arms),
            None => arms,
        }
    }
}

/// Houses are financed, and those that are directed do what they are told: before anybody else opens a stall.
pub fn direct_houses(mut streets: MarketParams<'_, '_>, climate: Res<Climate>) {
    direct(&mut streets.walk(), &climate);
}

/// The same for whoever has the street at hand: on day 0 houses find their places before others do.
pub fn direct(street: &mut MarketAccess<'_>, climate: &Climate) {
    let houses = street.context.houses;
    for nth in 0..houses {
        // Another one goes first every day.
        let house = (street.day as usize + nth) % houses;
        let place = street.context.councils.len() + house;
        finance(street, place, house, climate);
        let seller = &mut street.sellers[place];
        if !seller.alive {
            continue;
        }
        match seller.orders(street.params) {
            Some(orders) => {
                (seller.cheats, seller.vanishes) = (orders.cheats, 0);
                obey(street, place, orders, climate);
            }
            None => {
                seller.cheats = nature(street.params, street.context, house).1;
                settle(street, place, climate);
            }
        }
    }
}

/// A house that is gone, or that is directed and can pay neither a day's keep nor a unit, is financed again after a week.
fn finance(street: &mut MarketAccess<'_>, place: usize, house: usize, climate: &Climate) {
    let (params, day) = (street.params, street.day);
    let seller = &mut street.sellers[place];
    if seller.alive {
        let least = |good: Good| {
            let unit = seller.unit_cost(params, climate.costs[good.index()]);
            params.syndicates.upkeep + unit
        };
        let held = street.books.balance(Account::Seller(place));
        let broke = seller.orders(params).is_some_and(|orders| held < least(orders.good));
        match (broke, seller.returns) {
            (false, _) => return seller.returns = 0,
            (true, 0) => return seller.returns = day + AWAY,
            (true, _) => {}
        }
    }
    if day < seller.returns {
        return;
    }
    let capital = params.syndicates.start_capital;
    street.books.pay(Account::Mint, Account::Seller(place), capital, FlowReason::Start);
    let note = params.houses[house].name.clone();
    let (number, cause) = (seller.number, seller.last_case);
    let financed =
        Event { amount: capital.get(), cause, note, seller: Some(number), ..Event::new(EventKind::HouseFinanced) };
    let event = street.events.add(financed);
    if !seller.alive {
        *seller = Seller::house(params, street.context, house, day);
    }
    (seller.arrival, seller.returns) = (event, 0);
}

/// A directed house opens and moves its stalls, and asks what it is told.
fn obey(street: &mut MarketAccess<'_>, place: usize, orders: &HouseParams, climate: &Climate) {
    for slot in stalls_of(street, place) {
        if street.context.good_of(slot) == orders.good {
            continue;
        }
        let Some(free) = free_slot(street.context, street.stalls, orders.good) else { break };
        if open(street, place, free, climate) {
            close_stall(street, slot, EventId::NONE, "told to sell something else");
        }
    }
    while street.sellers[place].stalls < orders.stalls.get() {
        let Some(free) = free_slot(street.context, street.stalls, orders.good) else { break };
        if !open(street, place, free, climate) {
            break;
        }
    }
    let venue = told_venue(street, orders);
    for slot in stalls_of(street, place) {
        let good = street.context.good_of(slot);
        let stall = &mut street.stalls[slot];
        (stall.rung, stall.reason) = (rung_of(orders.markup.get()).min(highest_rung(good)), Reason::Told);
        (stall.guarded, stall.quality, stall.fakes) = (orders.guarded, orders.quality.as_f32(), false);
        if let Some(venue) = venue {
            move_stall(street, slot, venue, EventId::NONE, "told to sell there");
        }
    }
}

/// A house that decides for itself chooses what to sell by what it promises: all its stalls at once where it has none, and
/// later one more now and then, while it has room and capital.
fn settle(street: &mut MarketAccess<'_>, place: usize, climate: &Climate) {
    let (params, context, day) = (street.params, street.context, street.day);
    let quality = street.sellers[place].quality(params);
    for slot in stalls_of(street, place) {
        street.stalls[slot].quality = quality;
    }
    let seller = &street.sellers[place];
    let (dice, missing) = (context.dice.of(seller.key()), seller.room_to_grow(params).saturating_sub(seller.stalls));
    let rich = street.books.balance(Account::Seller(place)) * 2 >= params.syndicates.start_capital;
    let [opens] = dice.words::<1>(Purpose::Entry, day, 15);
    let more = match seller.stalls {
        0 => missing,
        _ => missing.min(u32::from(rich && seller.vanishes == 0 && happens(opens, params.syndicates.entry.get()))),
    };
    if more == 0 {
        return;
    }
    let prospects = Prospects::of(params, &climate.lore);
    for nth in 0..more {
        let [word] = dice.words::<1>(Purpose::Entry, day, 16 + u64::from(nth));
        let good = prospects.choose(word, |good| free_slot(context, street.stalls, good).is_some());
        let Some(free) = good.and_then(|good| free_slot(context, street.stalls, good)) else { break };
        open(street, place, free, climate);
    }
}

/// The open stalls of a seller.
fn stalls_of(street: &MarketAccess<'_>, place: usize) -> Vec<usize> {
    let own = |slot: &usize| street.stalls[*slot].open && street.stalls[*slot].seller as usize == place;
    (0..street.stalls.len()).filter(own).collect()
}

/// The venue that a house is told to sell at, where it is open.
fn told_venue(street: &MarketAccess<'_>, orders: &HouseParams) -> Option<u16> {
    let venue = FileOrder::numbered(&street.context.file.venues, orders.venue.get())?;
    street.venues.get(venue)?.open.then(|| u16::try_from(venue).expect("at most 200 venues"))
}

/// Opens a stall of a house, where it is told to or else where it chooses; says whether there is a venue for it.
fn open(street: &mut MarketAccess<'_>, place: usize, slot: usize, climate: &Climate) -> bool {
    let (params, context, day) = (street.params, street.context, street.day);
    let dice = context.dice.of(street.sellers[place].key());
    let [where_to, like, posture, trial] = dice.words::<4>(Purpose::Entry, day, (1 << 20) + slot as u64);
    let told = street.sellers[place].orders(params).and_then(|orders| told_venue(street, orders));
    let seller = &mut street.sellers[place];
    let Some(venue) = told.or_else(|| choose_venue((params, context), street.venues, &seller.venue_values, where_to))
    else {
        return false;
    };
    seller.stalls += 1;
    let terms = (2 + pick(like, 6).0 as u8, [posture, trial], climate);
    street.stalls[slot] = opened((params, context, day), seller, place, slot, venue, terms);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::params::house::HouseSpec;
    use crate::scenario::Scenario;

    fn context(params: &Params) -> RunContext {
        RunContext::new(Arc::new(Scenario { params: params.clone(), ..Scenario::default() }), 1, 1)
    }

    /// A house without orders pays and bribes as its kind; with orders, as it is told.
    #[test]
    fn orders_count_while_a_house_is_directed() {
        let mut params = Params::default();
        let about =
            HouseParams { temperament: 1.into(), bribes: 0.7.into(), quality: 1.0.into(), ..HouseParams::default() };
        params.houses.push(HouseSpec { name: "ravens".into(), key: String::new(), params: about });
        let house = Seller::house(&params, &context(&params), 0, 0);
        let cost = |params: &Params| house.unit_cost(params, 10.0.into()).get();
        assert_eq!((house.temperament.get(), house.bribes(&params), cost(&params)), (Some(0), 0.1, 12.0));
        assert_eq!(house.room_to_grow(&params), 4);
        params.houses[0].params.directed = true;
        assert_eq!((house.bribes(&params), cost(&params), house.quality(&params)), (0.7, 12.0, 1.0));
        assert_eq!(house.room_to_grow(&params), 0);
        let other = Seller::nobody(1);
        assert!(other.orders(&params).is_none() && other.room_to_grow(&params) == params.syndicates.arms.get());
    }

    #[test]
    fn nobody_runs_a_house_that_runs_itself() {
        let mut params = Params::default();
        let house =
            |number| HouseSpec { name: format!("house_{number}"), key: String::new(), params: HouseParams::default() };
        params.houses.extend((0..30).map(house));
        let machine = params.temperaments.iter().position(|kind| kind.params.runs_itself).expect("there is one");
        params.temperaments[machine].params.share = 1000.0.into();
        let context = context(&params);
        let params = &context.scenario.params;
        for house in 0..30 {
            let kind = nature(params, &context, house).0.get().expect("it is of some kind");
            assert!(!params.temperaments[kind].params.runs_itself);
        }
    }
}
