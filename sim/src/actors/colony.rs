//! Colonies: off-world settlements, little watched, from which dangerous tech is smuggled over a lane, and rare elements
//! with it.
//!
//! A lane has a cost that moves from day to day and sometimes jumps. A colony keeps its lane open as long as that pays, by
//! what it sees of patrols and remembers of interceptions. Its people mine elements, which are bartered to those who make
//! dangerous tech: an element takes the place of a part of the cost, and what it earns pays for what colonists buy.
//!
//! ```text
//! lane cost        log AR(1), with jumps that double it; sellers take the cheapest open lane, or make do without
//! interception     chance a day 1 - exp(-interception * investigations of dangerous tech there for each hundred residents)
//! open             as long as feared chance * (1 + days closed) < 1
//! ```

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::agency::{Agency, beat};
use crate::actors::stall::{Stall, units_to_make};
use crate::actors::syndicate::Seller;
use crate::dice::{Purpose, happens, open_unit, pick, pick_weighted, round_by_chance};
use crate::goods::Good;
use crate::ledger::{Account, Books, ElementMove, Purse, UnitMove, Why};
use crate::market::orders::{Fate, Orders};
use crate::market::settlement::share_of;
use crate::numerics::{exp, normal_quantile};
use crate::record::facts::{Event, Events, What};
use crate::scenario::fields::params;
use crate::setting::{InForce, Setting, Today, column, column_mut};
use crate::society::climate::Climate;
use crate::society::leaks::copy_cost;
use crate::units::{Credits, Days, Factor, PerDay, Share};

params! {
    /// How colonies smuggle, mine and barter.
    pub struct Colonies {
        /// Daily movement of a lane's cost (standard deviation of log)
        ///
        /// Raising it makes the prices of dangerous tech restless.
        /// Source: assumption.
        lane_volatility: Factor = 0.04, "log per day", 0.0 ..= 1.0, Day;
        /// Pull of a lane's cost back to its mean
        ///
        /// Lowering it lets dear and cheap years last.
        /// Source: assumption.
        lane_reversion: Share = 0.02, "per day", 0.0 ..= 1.0, Day;
        /// Chance a day that a lane's cost doubles for a time, by no one's doing
        ///
        /// Raising it brings price jumps.
        /// Source: assumption.
        lane_jump: PerDay = 0.005, "per day", 0.0 ..= 1.0, Day;
        /// Most that dangerous tech costs without a lane, made from what is at hand
        ///
        /// Raising it makes an interception dearer for everybody.
        /// Source: assumption.
        without_lane: Factor = 2.0, "times the cost", 1.0 ..= 100.0, Day;
        /// Chance of an interception with one investigation of dangerous tech for each hundred residents
        ///
        /// Raising it makes the same patrols catch more, and colonies more careful; at 0 nothing is ever caught.
        /// Source: assumption.
        interception: PerDay = 0.05, "per day, per investigation and hundred residents", 0.0 ..= 100.0, Day;
        /// Days for which an interception closes a lane
        ///
        /// Raising it makes patrols bite, and a colony give up its lane at a lower chance of being caught.
        /// Source: assumption.
        closure: Days = 14, "days", 1.0 ..= 10_000.0, Day;
        /// Weight of today in the chance of being caught that a colony fears
        ///
        /// Raising it makes lanes open and close with every change of patrols.
        /// Source: assumption.
        caution: Share = 0.1, "per day", 0.0 ..= 1.0, Day;
        /// Weight of an interception in what a colony fears
        ///
        /// Raising it keeps a lane closed for longer than it is watched.
        /// Source: assumption.
        fright: Share = 0.1, "of the gap to certainty", 0.0 ..= 1.0, Day;
        /// Rare elements that a colonist mines
        ///
        /// Raising it makes dangerous tech cheaper to make, and colonists better off; at 0 nothing is bartered.
        /// Source: assumption.
        mining: PerDay = 0.01, "elements per resident and day", 0.0 ..= 100.0, Day;
        /// Share of a colony's elements that an interception takes
        ///
        /// Raising it makes interceptions cost colonists more.
        /// Source: assumption.
        shipment: Share = 0.3, "of elements held", 0.0 ..= 1.0, Day;
        /// Share of a unit's cost that one element saves
        ///
        /// Raising it makes elements worth more to makers.
        /// Source: assumption.
        saving: Share = 0.4, "of the cost of a unit", 0.0 ..= 1.0, Day;
        /// Share of that saving that goes to the colony
        ///
        /// Raising it moves the gain from makers to colonists.
        /// Source: assumption: an even split, more or less.
        barter: Share = 0.6, "of the saving", 0.0 ..= 1.0, Day;
        /// Share of the price of what colonists buy that elements pay
        ///
        /// Raising it spends sooner what elements have earned.
        /// Source: assumption.
        spending: Share = 0.5, "of the price", 0.0 ..= 1.0, Day;
    }
}

/// A colony on one day.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Colony {
    /// Its place.
    pub place: usize,
    /// Whether its lane is open.
    pub open: bool,
    /// First day on which the lane may open again after an interception.
    pub closed_until: u32,
    /// Departure of the log of the lane's cost from its mean.
    pub drift: f64,
    /// The chance a day of being caught that it fears.
    pub feared: f64,
    /// The event that left the lane as it is, or -1.
    pub since: i64,
    /// Whether a shipment was caught today.
    pub caught: bool,
    /// Elements mined today.
    pub mined: u32,
    /// Elements bartered today.
    pub bartered: u32,
    /// Credits that they earned today, in milli-credits.
    pub earned: i64,
}

impl Colony {
    /// A colony whose lane has always been open.
    pub const fn at(place: usize) -> Self {
        Self {
            place,
            open: true,
            closed_until: 0,
            drift: 0.0,
            feared: 0.0,
            since: -1,
            caught: false,
            mined: 0,
            bartered: 0,
            earned: 0,
        }
    }

    /// Cost over the lane, against the mean.
    pub fn lane_cost(&self) -> f64 {
        exp(self.drift)
    }
}

/// The chance a day that a shipment is caught.
pub fn interception_chance(interception: f64, investigations: f64, residents: f64) -> f64 {
    1.0 - exp(-interception * 100.0 * investigations / residents.max(1.0))
}

/// Whether a lane pays: today's gain against the gain of all days that an interception would cost.
pub fn lane_pays(feared: f64, closure: u32) -> bool {
    feared * (1.0 + f64::from(closure)) < 1.0
}

/// What dangerous tech costs, against the mean, when these lanes are open.
pub fn cheapest_way(lanes: impl Iterator<Item = f64>, without: f64) -> f64 {
    lanes.fold(without, f64::min)
}

/// Whether dangerous tech is made with what comes from colonies.
pub fn are_settled(setting: &Setting) -> bool {
    !setting.colonies.is_empty()
}

/// Lanes move, open and close; shipments are caught; elements are mined.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn run_lanes(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut events: ResMut<Events>,
    agencies: Query<&Agency>,
    mut colonies: Query<&mut Colony>,
) {
    if !are_settled(&setting) {
        return;
    }
    let own = &law.params.colonies;
    let good = Good::DangerousTech;
    let (agencies, colonies) = (column(&agencies), column_mut(&mut colonies));
    let closure = own.closure.get();
    for (index, colony) in colonies.iter_mut().enumerate() {
        let [step, jump, caught, mined, who] = setting.dice.words::<5>(Purpose::Lane, today.day, index as u64);
        let residents = f64::from(climate.population[colony.place]);
        colony.mined = round_by_chance(residents * own.mining.get(), mined);
        books.move_elements(index, ElementMove::Mine, colony.mined);
        (colony.bartered, colony.earned, colony.caught) = (0, 0, false);

        colony.drift *= 1.0 - own.lane_reversion.get();
        colony.drift += own.lane_volatility.get() * normal_quantile(open_unit(step));
        if happens(jump, own.lane_jump.get()) {
            colony.drift += std::f64::consts::LN_2;
        }

        let there = beat(colony.place, good.index());
        let patrols: Vec<f64> = agencies.iter().map(|agency| f64::from(agency.patrols[there])).collect();
        let chance = interception_chance(own.interception.get(), patrols.iter().sum(), residents);
        colony.feared += own.caution.get() * (chance - colony.feared);
        let pays = lane_pays(colony.feared, closure);
        let about = Event { good: Some(good), place: Some(colony.place), ..Event::new(What::LaneOpen) };
        if colony.open && !pays {
            let (amount, cause, note) = (colony.lane_cost(), colony.since, "too closely watched".into());
            colony.since = events.add(Event { what: What::LaneClose, amount, cause, note, ..about });
            colony.open = false;
        } else if !colony.open && pays && today.day >= colony.closed_until {
            colony.since = events.add(Event { amount: colony.lane_cost(), cause: colony.since, ..about });
            colony.open = true;
        } else if colony.open && happens(caught, chance) {
            let held = books.elements().held[index];
            let seized = (held as f64 * own.shipment.get()).round() as u32;
            books.move_elements(index, ElementMove::Seize, seized);
            let (amount, cause) = (f64::from(seized), colony.since);
            let agency = pick_weighted(who, &patrols);
            colony.since = events.add(Event { what: What::Interception, amount, agency, cause, ..about });
            colony.drift += std::f64::consts::LN_2;
            colony.feared += own.fright.get() * (1.0 - colony.feared);
            (colony.open, colony.caught, colony.closed_until) = (false, true, today.day + closure);
        }
    }
    let open = colonies.iter().filter(|colony| colony.open).map(Colony::lane_cost);
    let times = cheapest_way(open, own.without_lane.get());
    let cost = &mut climate.costs[good.index()];
    *cost = Credits::from(cost.get() * times).max(Credits::milli(1));
}

/// Makers of dangerous tech make their units, with elements as far as open lanes bring them.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn barter_elements(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    climate: Res<Climate>,
    mut books: ResMut<Books>,
    sellers: Query<&Seller>,
    mut stalls: Query<&mut Stall>,
    mut colonies: Query<&mut Colony>,
) {
    if !are_settled(&setting) {
        return;
    }
    let params = &law.params;
    let own = &params.colonies;
    let good = Good::DangerousTech;
    let family = &params.goods[good];
    let (sellers, colonies) = (column(&sellers), column_mut(&mut colonies));
    let stalls = column_mut(&mut stalls);
    // The cheapest lane is used first, and whose turn it is to barter is drawn.
    let mut lanes: Vec<usize> = (0..colonies.len()).filter(|&colony| colonies[colony].open).collect();
    lanes.sort_by(|&one, &other| colonies[one].drift.total_cmp(&colonies[other].drift).then(one.cmp(&other)));
    let [turn] = setting.dice.words::<1>(Purpose::Lane, today.day, 1 << 20);
    let first = pick(turn, u32::try_from(setting.slots).expect("slots fit")).0 as usize;
    let start = good.index() * setting.slots;
    let copies = &climate.copies[good.index()];
    let copy = copy_cost(climate.costs[good.index()], params.leaks.copy_cost);
    for slot in (first..setting.slots).chain(0..first).map(|within| start + within) {
        let stall = &mut stalls[slot];
        let seller = &sellers[stall.seller as usize];
        if !stall.open || seller.vanishes > 0 {
            continue;
        }
        let owner = Account::Seller(stall.seller as usize);
        // Once designs are out, what is copied is not brought.
        let cost = Credits::from(copies.left_of(seller.unit_cost(params, climate.costs[good.index()]).get(), copy));
        let mut units = units_to_make(stall, books.stock(slot), params, family, cost, books.balance(owner));
        books.move_units(slot, UnitMove::Produce, units);
        let saved = share_of(cost, own.saving.get());
        let earned = share_of(saved, own.barter.get());
        for &lane in &lanes {
            let held = u32::try_from(books.elements().held[lane]).unwrap_or(u32::MAX);
            let with = units.min(held);
            if with == 0 || saved == Credits::ZERO {
                continue;
            }
            books.move_elements(lane, ElementMove::Barter, with);
            books.move_elements(lane, ElementMove::Use, with);
            let to_colony = Credits::milli(earned.as_milli() * i64::from(with));
            let rest = Credits::milli((cost.as_milli() - saved.as_milli()) * i64::from(with));
            books.pay(owner, Account::Colony(lane), to_colony, Why::Barter);
            books.pay(owner, Account::Burn, rest, Why::Production);
            stall.profit -= to_colony.as_milli() + rest.as_milli();
            colonies[lane].bartered += with;
            colonies[lane].earned += to_colony.as_milli();
            units -= with;
        }
        let rest = Credits::milli(cost.as_milli() * i64::from(units));
        books.pay(owner, Account::Burn, rest, Why::Production);
        stall.profit -= rest.as_milli();
    }
}

/// What elements have earned pays a part of what colonists bought today, in an order that favours nobody.
pub fn spend_on_colonists(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    orders: Res<Orders>,
    mut books: ResMut<Books>,
    mut citizens: Query<&mut Purse>,
) {
    if !are_settled(&setting) {
        return;
    }
    let share = law.params.colonies.spending.get();
    let purses = column_mut(&mut citizens);
    let list = &orders.list;
    let [turn] = setting.dice.words::<1>(Purpose::Lane, today.day, (1 << 20) + 1);
    let first = pick(turn, u32::try_from(list.len()).expect("orders fit")).0 as usize;
    let (before, after) = list.split_at(first);
    for order in after.iter().chain(before).filter(|order| order.fate == Fate::Delivered) {
        let Some(colony) = setting.colonies.iter().position(|&place| place == order.place as usize) else { continue };
        let fund = Account::Colony(colony);
        let paid = share_of(order.price, share).min(books.balance(fund));
        books.pay_to(fund, &mut purses[order.citizen as usize], paid, Why::Barter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten investigations among a thousand residents are one for each hundred: a chance of 1 - exp(-0.1).
    #[test]
    fn patrols_catch_in_proportion_to_those_whom_they_watch() {
        assert!((interception_chance(0.1, 10.0, 1000.0) - 0.095_163).abs() < 1e-6);
        assert_eq!(interception_chance(0.1, 0.0, 1000.0), 0.0);
        assert_eq!(interception_chance(0.0, 10.0, 0.0), 0.0);
    }

    /// Whoever loses fourteen days gives up at one chance in fifteen.
    #[test]
    fn a_lane_pays_until_an_interception_costs_more_than_it_brings() {
        assert!(lane_pays(0.066, 14));
        assert!(!lane_pays(0.067, 14));
        assert!(lane_pays(0.067, 10));
    }

    #[test]
    fn sellers_take_the_cheapest_open_lane_or_make_do() {
        assert_eq!(cheapest_way([1.5, 0.8].into_iter(), 2.0), 0.8);
        assert_eq!(cheapest_way([3.0].into_iter(), 2.0), 2.0);
        assert_eq!(cheapest_way(std::iter::empty(), 2.0), 2.0);
    }
}
