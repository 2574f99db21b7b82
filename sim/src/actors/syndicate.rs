//! Syndicates: sellers that plan, act, monitor and iterate. Each runs stalls; a stall is an arm: a good at a venue, with a
//! markup and a posture that it learns from its own profits.
//!
//! Source: tabular value learning with declining exploration; Simon (1955) for growth in proportion to size.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::agency::{Agency, hunt};
use crate::dice::{Purpose, happens, open_unit, pick, unit};
use crate::goods::positional::share_out_slots;
use crate::goods::scarcity_recreation::share_out_room;
use crate::goods::{GOODS, Good};
use crate::ledger::{Account, Books, UnitMove, Why};
use crate::market::venues::{Street, Streets, Venue, choose_venue};
use crate::numerics::exp;
use crate::record::facts::{Event, Events, What};
use crate::scenario::fields::params;
use crate::scenario::params::{GoodParams, Params, Temperament};
use crate::setting::{InForce, Numbers, Setting, Today, column, column_mut};
use crate::society::climate::Climate;
use crate::units::{Credits, Factor, PerDay, Share};

/// Markups a stall can ask.
pub const RUNGS: usize = 12;
/// Days of sales that are remembered.
pub const MONTH: usize = 30;
/// Days for which escrow can hold a payment, and one.
pub const HOLDING: usize = 31;

params! {
    /// A kind of syndicate: what it sells, and how it deals with buyers, with the law and with its own members.
    pub struct TemperamentParams {
        /// Weight among syndicates that enter
        ///
        /// Source: assumption. Raising it makes this kind more common among new sellers; whether they last is another matter.
        share: Factor = 0.2, "weight", 0.0 ..= 1000.0, Day;
        /// Quality of what it sells
        ///
        /// Source: assumption. Raising it brings buyers back, and makes its name worth more.
        quality: Share = 0.8, "of full quality", 0.0 ..= 1.0, Day;
        /// Cost of a unit, against the cost of the good
        ///
        /// Source: assumption. Raising it raises its prices and thins its profits.
        cost: Factor = 1.0, "times the cost", 0.1 ..= 10.0, Day;
        /// How fast it ships
        ///
        /// Source: assumption. Raising it runs up process debt: work left undone that later costs sales, quality or freedom.
        haste: Factor = 1.0, "times the usual pace", 0.0 ..= 10.0, Day;
        /// How safe it says that its goods are
        ///
        /// Source: assumption. Raising it draws buyers, and disappoints them where the claim is false.
        claimed_safety: Share = 0.5, "of full safety", 0.0 ..= 1.0, Day;
        /// Chance that a new stall starts guarded
        ///
        /// Source: assumption. Raising it hides its stalls, from agencies and buyers alike, until they learn better.
        guarded: Share = 0.3, "of new stalls", 0.0 ..= 1.0, Day;
        /// Share of its members who cheat when it pays
        ///
        /// Source: assumption. Raising it lowers the share of what is paid for that arrives.
        cheats: Share = 0.15, "of syndicates", 0.0 ..= 1.0, Day;
        /// Readiness to bribe
        ///
        /// Source: assumption. Raising it buys off more cases, and corrupts more officers.
        bribes: Share = 0.2, "of chances to bribe", 0.0 ..= 1.0, Day;
        /// Chance that a member who sells authentic things sells fakes
        ///
        /// Source: assumption. Raising it makes certificates worth less, and what is genuine harder to tell.
        fakes: Share = 0.4, "of sellers of authentic things", 0.0 ..= 1.0, Day;
        /// Whether its stalls set prices by a table of states
        ///
        /// Such stalls also look at what rivals ask, and may learn to keep prices high without a word between them.
        /// Source: Calvano and others (2020), in direction.
        learns_prices: bool = false, "flag", 0.0 ..= 1.0, Start;
        /// Whether it is a rogue AI
        ///
        /// Nobody runs it: it is born of taboo computing, makes others of its kind and can be taken down.
        /// Source: the scenario.
        runs_itself: bool = false, "flag", 0.0 ..= 1.0, Start;
        /// Chance a day to make another of its kind
        ///
        /// Source: assumption within 0.005 to 0.03 for rogue AIs. Above the chance of a takedown its kind can persist.
        replication: PerDay = 0.0, "per day", 0.0 ..= 1.0, Day;
    }
}

/// The kinds of syndicates in the default world.
pub fn temperaments() -> Vec<Temperament> {
    let kind = |name: &str, params| Temperament { name: name.into(), params };
    vec![
        kind(
            "artisan_house",
            TemperamentParams {
                share: 0.25.into(),
                quality: 0.95.into(),
                cost: 1.15.into(),
                haste: 0.3.into(),
                claimed_safety: 0.8.into(),
                guarded: 0.4.into(),
                cheats: 0.03.into(),
                bribes: 0.1.into(),
                fakes: 0.05.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "volume_dealer",
            TemperamentParams {
                share: 0.45.into(),
                quality: 0.75.into(),
                cost: 0.9.into(),
                haste: 1.0.into(),
                claimed_safety: 0.3.into(),
                guarded: 0.2.into(),
                cheats: 0.15.into(),
                bribes: 0.5.into(),
                fakes: 0.5.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "price_learner",
            TemperamentParams {
                share: 0.2.into(),
                quality: 0.8.into(),
                cost: 0.95.into(),
                haste: 1.0.into(),
                claimed_safety: 0.5.into(),
                guarded: 0.3.into(),
                cheats: 0.1.into(),
                bribes: 0.2.into(),
                fakes: 0.4.into(),
                learns_prices: true,
                ..TemperamentParams::default()
            },
        ),
        kind(
            "opportunist",
            TemperamentParams {
                share: 0.1.into(),
                quality: 0.6.into(),
                cost: 1.0.into(),
                haste: 2.0.into(),
                claimed_safety: 0.1.into(),
                guarded: 0.3.into(),
                cheats: 0.5.into(),
                bribes: 0.3.into(),
                fakes: 0.7.into(),
                ..TemperamentParams::default()
            },
        ),
        kind(
            "rogue_ai",
            TemperamentParams {
                share: 0.0.into(),
                quality: 0.85.into(),
                cost: 0.8.into(),
                haste: 2.5.into(),
                claimed_safety: 0.6.into(),
                guarded: 0.5.into(),
                cheats: 0.2.into(),
                fakes: 0.5.into(),
                learns_prices: true,
                runs_itself: true,
                replication: 0.01.into(),
                ..TemperamentParams::default()
            },
        ),
    ]
}

/// Price over cost at a rung: from 1.1 in steps of 22 %.
pub fn markup(rung: u8) -> f64 {
    (0..rung).fold(1.1, |markup, _| markup * 1.22)
}

/// What kind of seller it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SellerKind {
    /// A syndicate run by an algorithm for people.
    Syndicate,
    /// A syndicate that runs itself.
    RogueAi,
    /// The council of an enclave.
    Council,
}

impl SellerKind {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syndicate => "syndicate",
            Self::RogueAi => "rogue_ai",
            Self::Council => "enclave",
        }
    }
}

/// A seller.
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Seller {
    /// Its number; never used twice.
    pub number: u32,
    /// Whether it trades; a dead one waits to be somebody else.
    pub alive: bool,
    /// What kind it is.
    pub kind: SellerKind,
    /// Whether it cheats when that pays.
    pub cheats: bool,
    /// Day on which it entered.
    pub entered: u32,
    /// Open stalls.
    pub stalls: u32,
    /// What it has learned each good to bring, in credits a day and stall.
    pub good_values: [f32; GOODS],
    /// What it has learned each venue to bring, in credits a day and stall.
    pub venue_values: Vec<f32>,
    /// Revenue of each of the last days, in milli-credits.
    pub revenue: [i64; MONTH],
    /// Sales of each of the last days.
    pub sales: [u32; MONTH],
    /// Cases against it.
    pub cases: u32,
    /// The last case against it that was written down, or -1.
    pub last_case: i64,
}

impl Seller {
    /// Nobody, yet.
    pub fn nobody(venues: usize) -> Self {
        Self {
            number: 0,
            alive: false,
            kind: SellerKind::Syndicate,
            cheats: false,
            entered: 0,
            stalls: 0,
            good_values: [0.0; GOODS],
            venue_values: vec![0.0; venues],
            revenue: [0; MONTH],
            sales: [0; MONTH],
            cases: 0,
            last_case: -1,
        }
    }

    /// Whether it is a rogue AI that trades.
    pub fn is_rogue(&self) -> bool {
        self.alive && self.kind == SellerKind::RogueAi
    }

    /// Revenue of the last thirty days, in milli-credits.
    pub fn month_revenue(&self) -> i64 {
        self.revenue.iter().sum()
    }
}

/// A seller's offer of one good at one venue. The good is given by the slot: see [`Setting::good_of`].
#[derive(Component, Clone, Debug, Serialize, Deserialize)]
pub struct Stall {
    /// Whether somebody runs it.
    pub open: bool,
    /// Who.
    pub seller: u32,
    /// Where.
    pub venue: u16,
    /// Since which day.
    pub opened: u32,
    /// Markup.
    pub rung: u8,
    /// Posture: guarded is harder to find, for agencies and buyers alike.
    pub guarded: bool,
    /// Price today, in milli-credits.
    pub(crate) price: i64,
    /// Deliveries that a buyer expects, 0 to 1.
    pub reputation: f32,
    /// Learned profit, in credits a day, of each markup in each posture; NaN where untried.
    pub(crate) values: [[f32; RUNGS]; 2],
    /// Profit since the last decision, in milli-credits.
    pub profit: i64,
    /// Units that buyers ask for in a day, smoothed.
    pub(crate) demand: f32,
    /// Units asked for today.
    pub asked: u32,
    /// Revenue of a usual day, in credits, over about thirty days.
    pub usual_revenue: f32,
    /// Revenue of today, in milli-credits.
    pub revenue: i64,
    /// Units sold today.
    pub sold: u32,
    /// Units sold on a usual day, over about thirty days.
    pub usual_sales: f32,
    /// How much people speak of it: what it sells, and some of what its seller sells elsewhere.
    pub renown: f32,
    /// Periods of loss in a row.
    pub(crate) losses: u8,
    /// Payments in escrow, by day of release.
    pub held: [i64; HOLDING],
}

impl Stall {
    /// An empty stall.
    pub fn empty() -> Self {
        Self {
            open: false,
            seller: 0,
            venue: 0,
            opened: 0,
            rung: 0,
            guarded: false,
            price: 0,
            reputation: 0.0,
            values: [[f32::NAN; RUNGS]; 2],
            profit: 0,
            demand: 0.0,
            asked: 0,
            usual_revenue: 0.0,
            revenue: 0,
            sold: 0,
            usual_sales: 0.0,
            renown: 0.0,
            losses: 0,
            held: [0; HOLDING],
        }
    }

    /// Price today.
    pub const fn price(&self) -> Credits {
        Credits::milli(self.price)
    }
}

/// The best of what was tried, or `None` where nothing was.
fn best_choice(values: &[[f32; RUNGS]; 2]) -> Option<(bool, u8)> {
    let mut best: Option<(f32, bool, u8)> = None;
    for (posture, row) in values.iter().enumerate() {
        for (rung, &value) in (0u8..).zip(row) {
            if !value.is_nan() && best.is_none_or(|(known, ..)| value > known) {
                best = Some((value, posture == 1, rung));
            }
        }
    }
    best.map(|(_, guarded, rung)| (guarded, rung))
}

/// A neighbouring choice: one rung up or down, or two, or the other posture.
fn try_something(guarded: bool, rung: u8, word: u32) -> (bool, u8) {
    let last = RUNGS as u8 - 1;
    match pick(word, 6).0 {
        0 | 1 => (guarded, (rung + 1).min(last)),
        2 | 3 => (guarded, rung.saturating_sub(1)),
        4 => (guarded, if pick(pick(word, 6).1, 2).0 == 0 { (rung + 2).min(last) } else { rung.saturating_sub(2) }),
        _ => (!guarded, rung),
    }
}

/// Share of periods in which a stall of this age tries something else.
pub fn exploration(params: &Params, age: u32) -> f64 {
    let syndicates = &params.syndicates;
    let declined = syndicates.exploration.get() * exp(-syndicates.exploration_decay.get() * f64::from(age));
    declined.max(syndicates.exploration_least.get())
}

/// Places of dead sellers, where new ones can enter; the lowest last.
pub fn vacant_places(setting: &Setting, sellers: &[Seller]) -> Vec<usize> {
    (setting.councils.len()..sellers.len()).rev().filter(|&seller| !sellers[seller].alive).collect()
}

/// A new seller enters with its capital, under the next number. Returns its place, or `None` where all are taken.
pub fn enter(
    (params, setting, day): (&Params, &Setting, u32),
    vacant: &mut Vec<usize>,
    (sellers, books): (&mut [Seller], &mut Books),
    numbers: &mut u32,
    kind: SellerKind,
    word: u32,
) -> Option<usize> {
    let place = vacant.pop()?;
    *numbers += 1;
    sellers[place] = Seller {
        number: *numbers,
        alive: true,
        kind,
        cheats: happens(word, setting.scenario.params.syndicates.cheats.get()),
        entered: day,
        ..Seller::nobody(params.venues.len())
    };
    books.pay(Account::Mint, Account::Seller(place), params.syndicates.start_capital, Why::Start);
    Some(place)
}

/// A seller gives up: what is left of the capital goes to its owners, who spend it elsewhere.
pub fn leave(street: &mut Street<'_>, seller: usize, cause: i64) {
    let capital = street.books.balance(Account::Seller(seller));
    let (from, to) = (Account::Seller(seller), Account::Burn);
    if capital > Credits::ZERO {
        street.books.pay(from, to, capital, Why::WindUp);
    }
    street.sellers[seller].alive = false;
    let number = street.sellers[seller].number;
    street.events.exits += 1;
    let what = if street.sellers[seller].kind == SellerKind::RogueAi { What::RogueTakedown } else { What::SellerExit };
    street.events.add(Event { seller: Some(number), amount: capital.get(), cause, ..Event::new(what) });
}

/// All that escrow holds for a stall is paid out to its seller.
pub fn release(stall: &mut Stall, books: &mut Books) {
    let held = Credits::milli(std::mem::take(&mut stall.held).iter().sum());
    books.pay(Account::Escrow(stall.venue as usize), Account::Seller(stall.seller as usize), held, Why::Release);
}

/// Closes a stall: its stock is left behind, its escrow is paid out.
pub fn close_stall(street: &mut Street<'_>, slot: usize, cause: i64) {
    let stall = &mut street.stalls[slot];
    let seller = stall.seller as usize;
    let stock = street.books.stock(slot);
    street.books.move_units(slot, UnitMove::Lose, stock);
    release(stall, street.books);
    stall.open = false;
    street.sellers[seller].stalls -= 1;
    if street.sellers[seller].stalls == 0 && street.sellers[seller].kind == SellerKind::Syndicate {
        leave(street, seller, cause);
    }
}

/// Empty stalls are filled, by newcomers or by those who trade already, in proportion to their size.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its reads and writes")]
pub fn open_stalls(
    setting: Res<Setting>,
    (today, mut numbers): (Res<Today>, ResMut<Numbers>),
    law: Res<InForce>,
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
    if !venues.iter().any(|venue| venue.open) {
        return; // nowhere to stand
    }
    let mut vacant = vacant_places(&setting, sellers);
    let is_homeless = |seller: &Seller| seller.alive && seller.kind == SellerKind::RogueAi && seller.stalls == 0;
    let mut homeless: Vec<usize> = (0..sellers.len()).rev().filter(|&seller| is_homeless(&sellers[seller])).collect();
    for slot in 0..stalls.len() {
        if stalls[slot].open || setting.reserved(slot).is_some() {
            continue;
        }
        let [opens, who, nature, where_to, like, posture, a, b] =
            setting.dice.words::<8>(Purpose::Entry, day, slot as u64);
        if !happens(opens, params.syndicates.entry.get()) {
            continue;
        }
        let good = setting.good_of(slot);
        // Whoever is met at a random stall has been met in proportion to the stalls they run.
        let met = [who, a, b, who.rotate_left(16)].into_iter().map(|word| pick(word, all).0 as usize).find(|&slot| {
            let seller = &sellers[stalls[slot].seller as usize];
            stalls[slot].open && seller.kind != SellerKind::Council && seller.stalls < params.syndicates.arms.get()
        });
        let grows = met.map(|slot| stalls[slot].seller as usize).filter(|&seller| {
            let upkeep = params.syndicates.upkeep.get().max(0.001);
            let value = f64::from(sellers[seller].good_values[good.index()]);
            let willing = (0.5 + 0.5 * value / upkeep).clamp(0.05, 1.0);
            let rich =
                books.balance(Account::Seller(seller)).as_milli() * 2 >= params.syndicates.start_capital.as_milli();
            !happens(a, params.syndicates.newcomers.get()) && rich && happens(b, willing)
        });
        let seller = match homeless.pop().or(grows) {
            Some(seller) => seller,
            None => {
                let (kind, numbers) = (SellerKind::Syndicate, &mut numbers.0);
                let whole = (params, &*setting, day);
                let Some(seller) = enter(whole, &mut vacant, (sellers, &mut books), numbers, kind, nature) else {
                    continue;
                };
                events.entries += 1;
                let number = Some(sellers[seller].number);
                events.add(Event { seller: number, good: Some(good), ..Event::new(What::SellerEntry) });
                seller
            }
        };
        let Some(venue) = choose_venue(params, venues, &sellers[seller].venue_values, where_to) else { continue };
        // Newcomers ask what somebody else asks for the same good, more or less.
        let base = good.index() * setting.slots;
        let model = base + pick(like, u32::try_from(setting.slots).expect("slots fit")).0 as usize;
        let rung = if stalls[model].open { stalls[model].rung } else { 2 + pick(like, 6).0 as u8 };
        let (guarded, rung) = try_something(happens(posture, 0.3), rung, posture.rotate_left(11));
        sellers[seller].stalls += 1;
        stalls[slot] = Stall {
            open: true,
            seller: u32::try_from(seller).expect("sellers fit"),
            venue,
            opened: day,
            rung,
            guarded,
            reputation: params.market.newcomer_reputation.as_f32(),
            demand: 1.0,
            ..Stall::empty()
        };
    }
}

/// Costs move: slowly, and now and then by a jump when off-world supply is cut.
pub fn move_costs(setting: Res<Setting>, today: Res<Today>, law: Res<InForce>, mut climate: ResMut<Climate>) {
    for (good, params) in law.params.goods.iter() {
        let [step, jump] = setting.dice.words::<2>(Purpose::Cost, today.day, good.index() as u64);
        let drift = &mut climate.cost_drift[good.index()];
        *drift *= 1.0 - params.cost_reversion.get();
        *drift += params.cost_volatility.get() * crate::numerics::normal_quantile(open_unit(step));
        if happens(jump, params.cost_jump.get()) {
            *drift += std::f64::consts::LN_2;
        }
        climate.costs[good.index()] = Credits::from(params.cost.get() * exp(climate.cost_drift[good.index()]));
    }
}

/// Units that a stall makes or brings today: what it expects to sell, less its stock, as far as supply and capital go.
pub fn units_to_make(
    stall: &Stall,
    stock: u32,
    params: &Params,
    family: &GoodParams,
    cost: Credits,
    capital: Credits,
) -> u32 {
    let wanted = (f64::from(stall.demand) * f64::from(params.syndicates.stock_days.get())).ceil() as u32 + 1;
    let payable = capital.as_milli().max(0) / cost.as_milli().max(1);
    wanted.saturating_sub(stock).min(family.supply.get()).min(u32::try_from(payable).unwrap_or(u32::MAX))
}

/// Stalls pay their keep, set today's price and bring what they expect to sell.
pub fn stock_stalls(
    setting: Res<Setting>,
    today: Res<Today>,
    law: Res<InForce>,
    mut climate: ResMut<Climate>,
    mut books: ResMut<Books>,
    mut sellers: Query<&mut Seller>,
    mut stalls: Query<&mut Stall>,
) {
    let params = &law.params;
    let stalls = column_mut(&mut stalls);
    let rooms = share_out_room(&setting, params, &mut climate, today.day, stalls);
    let slots = share_out_slots(&setting, &params.own.positional, today.day, stalls);
    let sellers = column_mut(&mut sellers);
    for (place, seller) in sellers.iter_mut().enumerate().filter(|(_, seller)| seller.alive) {
        seller.revenue[today.day as usize % MONTH] = 0;
        seller.sales[today.day as usize % MONTH] = 0;
        let spare = books.balance(Account::Seller(place)).as_milli() - params.syndicates.start_capital.as_milli();
        if spare > 0 {
            let dividend = Credits::milli((spare as f64 * params.syndicates.dividend.get()) as i64);
            books.pay(Account::Seller(place), Account::Burn, dividend, Why::Dividend);
        }
    }
    for (slot, stall) in stalls.iter_mut().enumerate() {
        if !stall.open {
            continue;
        }
        let good = setting.good_of(slot);
        let cost = climate.costs[good.index()];
        let owner = Account::Seller(stall.seller as usize);
        let keep = params.syndicates.upkeep.min(books.balance(owner));
        books.pay(owner, Account::Burn, keep, Why::Upkeep);
        stall.profit -= params.syndicates.upkeep.as_milli();
        stall.price = Credits::from(cost.get() * markup(stall.rung)).as_milli().max(1);

        let family = &params.goods[good];
        let stock = books.stock(slot);
        if family.spoilage.get() > 0.0 && stock > 0 {
            let [word] = setting.dice.words::<1>(Purpose::Cost, today.day, 1000 + slot as u64);
            let spoilt = f64::from(stock) * family.spoilage.get();
            let units = spoilt as u32 + u32::from(happens(word, spoilt.fract()));
            books.move_units(slot, UnitMove::Lose, units.min(stock));
        }
        let stock = books.stock(slot);
        let units = units_to_make(stall, stock, params, family, cost, books.balance(owner));
        let units = match good {
            // A slot that is free is offered, whatever was asked for yesterday.
            Good::Positional => u32::try_from(books.balance(owner).as_milli() / cost.as_milli().max(1))
                .map_or(0, |payable| payable.min(slots[slot % setting.slots].saturating_sub(stock))),
            Good::ScarcityRecreation => units.min(rooms[slot % setting.slots].saturating_sub(stock)),
            _ => units,
        };
        if units > 0 {
            let price = Credits::milli(cost.as_milli() * i64::from(units));
            books.pay(owner, Account::Burn, price, Why::Production);
            books.move_units(slot, UnitMove::Produce, units);
            stall.profit -= price.as_milli();
        }
    }
}

/// At the end of its period a stall looks back, learns, and decides: another price or posture, another venue, or the end.
pub fn plan_stalls(mut streets: Streets<'_, '_>) {
    let mut street = streets.walk();
    let (setting, params, day) = (street.setting, street.params, street.day);
    let period = setting.scenario.params.syndicates.plan_days.get();
    for slot in 0..street.stalls.len() {
        let stall = &mut street.stalls[slot];
        if !stall.open {
            continue;
        }
        stall.demand += 0.2 * (stall.asked as f32 - stall.demand);
        stall.asked = 0;
        stall.usual_revenue += (std::mem::take(&mut stall.revenue) as f32 / 1000.0 - stall.usual_revenue) / 30.0;
        stall.usual_sales += (std::mem::take(&mut stall.sold) as f32 - stall.usual_sales) / 30.0;
        let seller = &street.sellers[stall.seller as usize];
        let elsewhere = seller.sales.iter().sum::<u32>() as f32 / 30.0 - stall.usual_sales;
        stall.renown = stall.usual_sales + params.market.brand.as_f32() * elsewhere.max(0.0);
        let age = day - stall.opened;
        if age == 0 || !(day + slot as u32).is_multiple_of(period) {
            continue;
        }
        let lived = f64::from(period.min(age));
        let reward = (stall.profit as f64 / 1000.0 / lived) as f32;
        stall.profit = 0;
        let good = setting.good_of(slot);
        let speed = params.syndicates.learning.as_f32();
        let seller = &mut street.sellers[stall.seller as usize];
        for memory in [&mut seller.good_values[good.index()], &mut seller.venue_values[stall.venue as usize]] {
            *memory += speed * (reward - *memory);
        }
        let value = &mut stall.values[usize::from(stall.guarded)][stall.rung as usize];
        *value = if value.is_nan() { reward } else { *value + speed * (reward - *value) };
        stall.losses = if reward < 0.0 { stall.losses.saturating_add(1) } else { 0 };

        let [explores, what, where_to] = setting.dice.words::<3>(Purpose::Stall, day, slot as u64);
        let (guarded, rung) = best_choice(&stall.values).unwrap_or((stall.guarded, stall.rung));
        (stall.guarded, stall.rung) = if happens(explores, exploration(params, age)) {
            try_something(guarded, rung, what)
        } else {
            (guarded, rung)
        };
        if setting.is_council(stall.seller as usize) {
            continue;
        }
        let losses = u32::from(stall.losses);
        let patience = params.syndicates.patience.get();
        let broke = street.books.balance(Account::Seller(stall.seller as usize)) < params.syndicates.upkeep;
        if losses >= patience || broke {
            close_stall(&mut street, slot, -1);
        } else if losses > 0 && losses + 1 == patience {
            // The last try is at another venue; the old one pays out what it holds.
            let memory = &street.sellers[stall.seller as usize].venue_values;
            if let Some(venue) = choose_venue(params, street.venues, memory, where_to) {
                release(stall, street.books);
                stall.venue = venue;
            }
        }
    }
}

/// Rogue AIs replicate, and are taken down where the law has the means.
pub fn breed_rogue_ais(mut streets: Streets<'_, '_>, mut numbers: ResMut<Numbers>, agencies: Query<&Agency>) {
    let mut street = streets.walk();
    let (setting, params, day) = (street.setting, street.params, street.day);
    let rogues = street.sellers.iter().filter(|seller| seller.is_rogue()).count();
    let (hunter, takedown) = hunt(params, column(&agencies), rogues);
    let mut births: Vec<i64> = std::mem::take(&mut street.events.births);
    for place in setting.councils.len()..street.sellers.len() {
        let seller = &street.sellers[place];
        if !seller.alive || seller.kind != SellerKind::RogueAi || seller.entered == day {
            continue;
        }
        let number = seller.number;
        let [spawns, found] = setting.dice.words::<2>(Purpose::Rogue, day, (1 << 40) + u64::from(number));
        if happens(spawns, params.syndicates.replication.get()) {
            births.push(-1);
        }
        if happens(found, takedown) {
            let cause = street.sellers[place].last_case;
            for slot in 0..street.stalls.len() {
                if street.stalls[slot].open && street.stalls[slot].seller as usize == place {
                    close_stall(&mut street, slot, cause);
                }
            }
            leave(&mut street, place, cause);
            if let Some((_, takedown)) = street.events.list.last_mut() {
                takedown.agency = hunter;
            }
        }
    }
    let mut vacant = vacant_places(setting, street.sellers);
    for (birth, cause) in births.into_iter().enumerate() {
        let [nature] = setting.dice.words::<1>(Purpose::Rogue, day, (1 << 42) + birth as u64);
        let (kind, numbers) = (SellerKind::RogueAi, &mut numbers.0);
        let accounts = (&mut *street.sellers, &mut *street.books);
        let entered = enter((params, setting, day), &mut vacant, accounts, numbers, kind, nature);
        if let Some(seller) = entered {
            let number = Some(street.sellers[seller].number);
            street.events.add(Event { seller: number, cause, ..Event::new(What::RogueBirth) });
        }
    }
}

/// The markup with which a stall stands on the first day: one of seven low and middle rungs.
pub fn first_rung(word: u32) -> u8 {
    1 + (unit(word) * 7.0) as u8
}

/// The good of most of a seller's stalls.
pub fn main_good(setting: &Setting, stalls: &[Stall], slots: &[usize]) -> Option<Good> {
    let mut counts = [0u32; GOODS];
    for &slot in slots.iter().filter(|&&slot| stalls[slot].open) {
        counts[setting.good_of(slot).index()] += 1;
    }
    let most = *counts.iter().max()?;
    (most > 0).then(|| Good::at(counts.iter().position(|&count| count == most).expect("the most is among them")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markups_rise_by_22_percent_a_rung() {
        assert!((markup(0) - 1.1).abs() < 1e-12);
        assert!((markup(1) / markup(0) - 1.22).abs() < 1e-12);
        assert!(markup(RUNGS as u8 - 1) < 10.0);
    }

    #[test]
    fn the_best_choice_is_among_what_was_tried() {
        let mut values = [[f32::NAN; RUNGS]; 2];
        assert_eq!(best_choice(&values), None);
        values[0][3] = -1.0;
        values[1][5] = 2.0;
        assert_eq!(best_choice(&values), Some((true, 5)));
    }

    #[test]
    fn trying_something_stays_on_the_ladder() {
        for word in (0..u32::MAX).step_by(1 << 20) {
            for rung in 0..RUNGS as u8 {
                let (_, tried) = try_something(false, rung, word);
                assert!((tried as usize) < RUNGS && tried.abs_diff(rung) <= 2);
            }
        }
    }
}
