//! Houses: named syndicates that are there from the first day to the last. Where somebody directs one, it does what it is
//! told; where nobody does, it decides as any syndicate of its kind.

use bevy_ecs::prelude::*;

use crate::actors::stall::{Reason, highest_rung, rung_of};
use crate::actors::syndicate::{Seller, close_stall, move_stall, opened};
use crate::actors::temperament::NO_TEMPERAMENT;
use crate::dice::{Dice, Purpose, happens, pick, pick_weighted};
use crate::goods::{GOODS, Good};
use crate::ledger::{Account, Why};
use crate::market::venues::{Street, Streets, choose_venue};
use crate::record::facts::{Event, What};
use crate::scenario::fields::params;
use crate::scenario::params::Params;
use crate::society::climate::Climate;
use crate::units::{Count, Factor, Share};

params! {
    /// A house: a named syndicate that is there from the first day to the last, and can be directed.
    pub struct HouseParams {
        /// Whether it does what it is told
        ///
        /// Otherwise it decides as any syndicate of its kind, and the next seven levers wait. While it is directed it never gives up and sells nothing fake.
        /// Source: the scenario.
        directed: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// The good that it sells while it is directed
        ///
        /// Told another one, it closes each stall as soon as there is room for one of the new good; what was in stock is lost.
        /// Source: the scenario's question.
        good: Good = Good::Privacy, "word", 0.0 ..= 0.0, Day;
        /// The venue where it sells while it is directed: its number in the list of venues, from 1; 0 lets it choose
        ///
        /// A stall that moves leaves a tenth of its name behind. While the venue is closed, stalls stand where they found room.
        /// Source: the scenario's question.
        venue: Count = 0, "number in the list", 0.0 ..= 200.0, Day;
        /// Price over cost that it asks while it is directed
        ///
        /// Put on the nearest of twelve markups, each 22 per cent above the one below. What is let by auction is offered at the least, and bids do the rest. Raising it earns more on each unit and sells fewer.
        /// Source: the scenario's question.
        markup: Factor = 2.4, "times the cost", 1.1 ..= 9.8, Day;
        /// Quality of what it sells while it is directed
        ///
        /// A unit costs 0.2 + 1.8 times the fourth power of this, times the cost of the good. Raising it makes its name worth more, and its wares dearer.
        /// Source: assumption; the curve runs through what kinds of syndicates in the default world pay.
        quality: Share = 0.8, "of full quality", 0.0 ..= 1.0, Day;
        /// Whether its stalls are guarded while it is directed
        ///
        /// Source: the scenario's question. Guarded stalls are harder to find, for agencies and buyers alike.
        guarded: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Readiness to bribe while it is directed
        ///
        /// Source: the scenario's question. Raising it buys off more cases where officers take.
        bribes: Share = 0.0, "of chances to bribe", 0.0 ..= 1.0, Day;
        /// Whether it cheats while it is directed
        ///
        /// It keeps money for nothing as cheats do, where that brings more than honesty, and does not run away. Buyers learn.
        /// Source: the scenario's question.
        cheats: bool = false, "flag", 0.0 ..= 1.0, Day;
        /// Stalls that it runs at most
        ///
        /// While it is directed it opens as many as there is room for. There is room in the market for these stalls beside all others.
        /// Source: the scenario.
        stalls: Count = 4, "stalls", 1.0 ..= 24.0, Start;
        /// Its kind while nobody directs it: its number in the list of temperaments, from 1; 0 draws one by their shares
        ///
        /// Haste and claimed safety are those of its kind at all times.
        /// Source: the scenario.
        temperament: Count = 0, "number in the list", 0.0 ..= 16.0, Start;
    }
}

/// What a seller is who is no house.
pub const NO_HOUSE: u8 = u8::MAX;

/// Days until a house that has nothing left is financed again.
pub const AWAY: u32 = 7;

/// What a unit of this quality costs, against the cost of the good.
///
/// Half of the best quality costs about a third of the usual, and full quality twice the usual. It runs through what the
/// artisan house and the price learner of the default world pay, above its volume dealer and below its opportunist.
pub fn cost_of_quality(quality: f64) -> f64 {
    let square = quality * quality;
    0.2 + 1.8 * square * square
}

/// What kind of syndicate a house is, and whether it cheats, while nobody directs it: drawn by its number for ever.
fn nature(params: &Params, dice: Dice, house: usize, number: u32) -> (u8, bool) {
    let [kind, nature] = dice.words::<2>(Purpose::Entry, 0, (1 << 40) + u64::from(number));
    let kinds = &params.temperaments;
    let told = (params.houses[house].params.temperament.get() as usize).checked_sub(1).filter(|&at| at < kinds.len());
    let shares = kinds.iter().map(|kind| if kind.params.runs_itself { 0.0 } else { kind.params.share.get() });
    let Some(temperament) = told.or_else(|| pick_weighted(kind, &shares.collect::<Vec<_>>())) else {
        return (NO_TEMPERAMENT, false);
    };
    let cheats = happens(nature, kinds[temperament].params.cheats.get());
    (u8::try_from(temperament).expect("few kinds"), cheats)
}

impl Seller {
    /// A house as it comes.
    pub fn house(params: &Params, dice: Dice, house: usize, number: u32, day: u32) -> Self {
        let (temperament, cheats) = nature(params, dice, house, number);
        let house = u8::try_from(house).expect("few houses");
        Self { number, alive: true, temperament, house, cheats, entered: day, ..Self::nobody(params.venues.len()) }
    }

    /// What it is told, where it is a house that is directed.
    pub fn orders<'a>(&self, params: &'a Params) -> Option<&'a HouseParams> {
        params.houses.get(self.house as usize).map(|house| &house.params).filter(|house| house.directed)
    }

    /// Stalls that it may run, if it decides for itself.
    pub fn room_to_grow(&self, params: &Params) -> u32 {
        let arms = params.syndicates.arms.get();
        match params.houses.get(self.house as usize).map(|house| &house.params) {
            Some(house) if house.directed => 0,
            Some(house) => house.stalls.get().min(arms),
            None => arms,
        }
    }
}

/// Houses are financed, and those that are directed do what they are told: before anybody else opens a stall.
pub fn direct_houses(mut streets: Streets<'_, '_>, climate: Res<Climate>) {
    direct(&mut streets.walk(), &climate);
}

/// The same for whoever has the street at hand: on day 0 houses find their places before others do.
pub fn direct(street: &mut Street<'_>, climate: &Climate) {
    let houses = street.setting.houses;
    for nth in 0..houses {
        // Another one goes first every day.
        let house = (street.day as usize + nth) % houses;
        let place = street.setting.councils.len() + house;
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
                seller.cheats = nature(street.params, street.setting.dice, house, seller.number).1;
                settle(street, place, climate);
            }
        }
    }
}

/// A house that is gone, or that is directed and can pay neither a day's keep nor a unit, is financed again after a week.
fn finance(street: &mut Street<'_>, place: usize, house: usize, climate: &Climate) {
    let (params, day) = (street.params, street.day);
    let seller = &mut street.sellers[place];
    if seller.alive {
        let least = |good: Good| {
            let unit = seller.unit_cost(params, climate.costs[good.index()]);
            params.syndicates.upkeep.as_milli() + unit.as_milli()
        };
        let held = street.books.balance(Account::Seller(place)).as_milli();
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
    street.books.pay(Account::Mint, Account::Seller(place), capital, Why::Start);
    let note = params.houses[house].name.clone();
    let (number, cause) = (seller.number, seller.last_case);
    let financed =
        Event { amount: capital.get(), cause, note, seller: Some(number), ..Event::new(What::HouseFinanced) };
    let event = street.events.add(financed);
    if !seller.alive {
        *seller = Seller::house(params, street.setting.dice, house, number, day);
    }
    (seller.arrival, seller.returns) = (event, 0);
}

/// A directed house opens and moves its stalls, and asks what it is told.
fn obey(street: &mut Street<'_>, place: usize, orders: &HouseParams, climate: &Climate) {
    for slot in stalls_of(street, place) {
        if street.setting.good_of(slot) == orders.good {
            continue;
        }
        let Some(free) = free_slot(street, orders.good) else { break };
        if open(street, place, free, climate) {
            close_stall(street, slot, -1, "told to sell something else");
        }
    }
    while street.sellers[place].stalls < orders.stalls.get() {
        let Some(free) = free_slot(street, orders.good) else { break };
        if !open(street, place, free, climate) {
            break;
        }
    }
    let venue = told_venue(street, orders);
    for slot in stalls_of(street, place) {
        let good = street.setting.good_of(slot);
        let stall = &mut street.stalls[slot];
        (stall.rung, stall.reason) = (rung_of(orders.markup.get()).min(highest_rung(good)), Reason::Told);
        (stall.guarded, stall.quality, stall.fakes) = (orders.guarded, orders.quality.as_f32(), false);
        if let Some(venue) = venue {
            move_stall(street, slot, venue, -1, "told to sell there");
        }
    }
}

/// A house that decides for itself and has no stall opens all it may run, of goods that are drawn.
fn settle(street: &mut Street<'_>, place: usize, climate: &Climate) {
    let quality = street.sellers[place].quality(street.params);
    for slot in stalls_of(street, place) {
        street.stalls[slot].quality = quality;
    }
    if street.sellers[place].stalls > 0 {
        return;
    }
    for nth in 0..street.sellers[place].room_to_grow(street.params) {
        let which = (1 << 41) + ((place as u64) << 8) + u64::from(nth);
        let [word] = street.setting.dice.words::<1>(Purpose::Entry, street.day, which);
        let first = pick(word, GOODS as u32).0 as usize;
        let free = (0..GOODS).find_map(|further| free_slot(street, Good::at((first + further) % GOODS)));
        let Some(free) = free else { break };
        open(street, place, free, climate);
    }
}

/// The open stalls of a seller.
fn stalls_of(street: &Street<'_>, place: usize) -> Vec<usize> {
    let own = |slot: &usize| street.stalls[*slot].open && street.stalls[*slot].seller as usize == place;
    (0..street.stalls.len()).filter(own).collect()
}

/// A slot of a good where nobody stands and that is kept for nobody.
fn free_slot(street: &Street<'_>, good: Good) -> Option<usize> {
    let first = good.index() * street.setting.slots;
    (first..first + street.setting.slots)
        .find(|&slot| !street.stalls[slot].open && street.setting.reserved(slot).is_none())
}

/// The venue that a house is told to sell at, where it is open.
fn told_venue(street: &Street<'_>, orders: &HouseParams) -> Option<u16> {
    let venue = (orders.venue.get() as usize).checked_sub(1)?;
    street.venues.get(venue)?.open.then(|| u16::try_from(venue).expect("at most 200 venues"))
}

/// Opens a stall of a house, where it is told to or else where it chooses; says whether there is a venue for it.
fn open(street: &mut Street<'_>, place: usize, slot: usize, climate: &Climate) -> bool {
    let (params, setting, day) = (street.params, street.setting, street.day);
    let [where_to, like, posture] = setting.dice.words::<3>(Purpose::Entry, day, (1 << 42) + slot as u64);
    let told = street.sellers[place].orders(params).and_then(|orders| told_venue(street, orders));
    let seller = &mut street.sellers[place];
    let Some(venue) = told.or_else(|| choose_venue(params, street.venues, &seller.venue_values, where_to)) else {
        return false;
    };
    seller.stalls += 1;
    let terms = (2 + pick(like, 6).0 as u8, posture, climate);
    street.stalls[slot] = opened((params, setting, day), seller, place, slot, venue, terms);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::temperament::temperaments;
    use crate::scenario::params::House;

    /// 0.2 + 1.8 / 16 at half of full quality, and within a sixth of what the two kinds in the middle pay.
    #[test]
    fn what_is_better_made_costs_more() {
        assert_eq!([0.0, 0.5, 1.0].map(cost_of_quality), [0.2, 0.3125, 2.0]);
        let kinds = temperaments();
        let kind = |name: &str| &kinds.iter().find(|kind| kind.name == name).expect("a known kind").params;
        for (name, within) in [("artisan_house", 0.05), ("price_learner", 0.05), ("volume_dealer", 0.2)] {
            let about = kind(name);
            let gap = cost_of_quality(about.quality.get()) - about.cost.get();
            assert!(gap.abs() < within, "{name}: {gap}");
        }
        assert!(cost_of_quality(kind("opportunist").quality.get()) < kind("opportunist").cost.get());
    }

    /// A house without orders pays and bribes as its kind; with orders, as it is told.
    #[test]
    fn orders_count_while_a_house_is_directed() {
        let mut params = Params::default();
        let about =
            HouseParams { temperament: 1.into(), bribes: 0.7.into(), quality: 1.0.into(), ..HouseParams::default() };
        params.houses.push(House { name: "ravens".into(), params: about });
        let house = Seller::house(&params, Dice::new(1), 0, 2, 0);
        let cost = |params: &Params| house.unit_cost(params, 10.0.into()).get();
        assert_eq!((house.temperament, house.bribes(&params), cost(&params)), (0, 0.1, 17.0));
        assert_eq!(house.room_to_grow(&params), 4);
        params.houses[0].params.directed = true;
        assert_eq!((house.bribes(&params), cost(&params), house.quality(&params)), (0.7, 20.0, 1.0));
        assert_eq!(house.room_to_grow(&params), 0);
        let other = Seller::nobody(1);
        assert!(other.orders(&params).is_none() && other.room_to_grow(&params) == params.syndicates.arms.get());
    }

    #[test]
    fn nobody_runs_a_house_that_runs_itself() {
        let mut params = Params::default();
        params.houses.push(House { name: "ravens".into(), params: HouseParams::default() });
        let machine = params.temperaments.iter().position(|kind| kind.params.runs_itself).expect("there is one");
        params.temperaments[machine].params.share = 1000.0.into();
        for number in 1..200 {
            assert_ne!(usize::from(nature(&params, Dice::new(1), 0, number).0), machine);
        }
    }
}
