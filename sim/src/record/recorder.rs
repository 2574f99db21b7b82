//! The recorder: it listens to the day's facts and writes rows. Nothing reads what it wrote while the world lives.

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::actors::agency::{Agency, good_of_beat};
use crate::actors::citizen::RISK_GROUPS;
use crate::actors::colony::Colony;
use crate::actors::delegate::Provider;
use crate::actors::enclave::Enclave;
use crate::actors::stall::Stall;
use crate::actors::syndicate::{Seller, main_good};
use crate::audit::{Balances, Wealth};
use crate::goods::{GOODS, Good};
use crate::ledger::{Account, Books, ElementMove, Flows, Kind, UnitMove, Why};
use crate::market::orders::{Fate, Order, Orders, Target};
use crate::market::venues::Venue;
use crate::numerics::ln;
use crate::record::counts::{COUNTS, Number};
use crate::record::facts::Events;
use crate::record::tables::{self, Batch, Kind as ColumnKind, TABLES, TableSpec, Values, Word};
use crate::setting::{InForce, Moods, Setting, Today, column};
use crate::society::climate::Climate;
use crate::society::welfare::{Amounts, Counts, PARTS, PARTS_OF_WELFARE, Welfare, worth};
use crate::units::Credits;

/// Days between two rows of a seller.
pub const SELLER_DAYS: u32 = 7;
/// Days whose trade is the reference of the displacement index.
const REFERENCE: u32 = 30;
/// Days over which the displacement index looks back.
const WEEK: usize = 7;

/// What the recorder remembers from day to day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecorderState {
    /// A chain of SHA-256 for each table, over all its rows so far.
    chains: Vec<[u8; 32]>,
    /// Rows of each table so far.
    rows: Vec<u64>,
    /// Illicit trades by good, place and venue, against what they were at first.
    shifts: [Shift; 3],
    /// Innovation of last evening.
    innovation: f64,
    /// Sums of the parts of welfare and, last, of their worth.
    welfare: [f64; PARTS + 1],
}

/// How the shares of some change against what they were in the reference days.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Shift {
    /// Trades of each in the reference days.
    reference: Vec<u64>,
    /// Trades of each on each of the last seven days.
    week: [Vec<u64>; WEEK],
}

impl Shift {
    /// Goods, places, venues: the order in the recorder's state.
    const GOODS: usize = 0;
    const PLACES: usize = 1;
    const VENUES: usize = 2;

    /// Another day's trades.
    fn add(&mut self, day: u32, trades: Vec<u64>) {
        if day <= REFERENCE {
            self.reference.resize(trades.len(), 0);
            self.reference.iter_mut().zip(&trades).for_each(|(sum, &today)| *sum += today);
        }
        self.week[day as usize % WEEK] = trades;
    }

    /// The share of one in the last seven days against its share in the reference days; NaN before their end, and where
    /// nothing was traded in them: what was lawful then has no share to be compared with.
    fn index(&self, day: u32, one: usize) -> f64 {
        if day < REFERENCE || self.reference.get(one).is_none_or(|&trades| trades == 0) {
            return f64::NAN;
        }
        let lately = |one: usize| self.week.iter().filter_map(|day| day.get(one)).sum::<u64>() as f64;
        let all: f64 = (0..self.reference.len()).map(lately).sum();
        let before: u64 = self.reference.iter().sum();
        (lately(one) / all) / (self.reference[one] as f64 / before as f64)
    }
}

impl Default for RecorderState {
    fn default() -> Self {
        Self {
            chains: vec![[0; 32]; TABLES.len()],
            rows: vec![0; TABLES.len()],
            shifts: Default::default(),
            innovation: 1.0,
            welfare: [0.0; PARTS + 1],
        }
    }
}

/// Rows of one table that were not handed out yet.
struct Rows {
    table: &'static TableSpec,
    columns: Vec<Values>,
    at: usize,
    /// Rows that the chain knows.
    chained: usize,
}

impl Rows {
    fn new(table: &'static TableSpec) -> Self {
        let columns = table
            .columns
            .iter()
            .map(|column| match column.kind {
                ColumnKind::Int => Values::Int(Vec::new()),
                ColumnKind::Float => Values::Float(Vec::new()),
                ColumnKind::Text => Values::Text(Vec::new()),
            })
            .collect();
        Self { table, columns, at: 0, chained: 0 }
    }

    fn next(&mut self) -> &mut Values {
        let column = &mut self.columns[self.at];
        self.at = (self.at + 1) % self.table.columns.len();
        column
    }

    fn wrong(&self) -> ! {
        let column = (self.at + self.table.columns.len() - 1) % self.table.columns.len();
        unreachable!("column {} of {} is of another type", self.table.columns[column].name, self.table.name)
    }

    fn int(&mut self, value: impl TryInto<i64>) -> &mut Self {
        let value = value.try_into().unwrap_or(i64::MAX);
        if let Values::Int(column) = self.next() {
            column.push(value);
            return self;
        }
        self.wrong()
    }

    fn float(&mut self, value: f64) -> &mut Self {
        if let Values::Float(column) = self.next() {
            column.push(value);
            return self;
        }
        self.wrong()
    }

    fn text(&mut self, value: impl Into<Word>) -> &mut Self {
        if let Values::Text(column) = self.next() {
            column.push(value.into());
            return self;
        }
        self.wrong()
    }

    fn len(&self) -> usize {
        match &self.columns[0] {
            Values::Int(column) => column.len(),
            Values::Float(column) => column.len(),
            Values::Text(column) => column.len(),
        }
    }

    /// Adds the rows since the last call to the chain.
    fn chain(&mut self, chain: &mut [u8; 32], rows: &mut u64) {
        debug_assert_eq!(self.at, 0, "rows of {} are whole", self.table.name);
        let (from, to) = (self.chained, self.len());
        if from == to {
            return;
        }
        let mut hash = Sha256::new();
        hash.update(*chain);
        let mut bytes = Vec::with_capacity((to - from) * 8);
        for column in &self.columns {
            bytes.clear();
            match column {
                Values::Int(column) => {
                    column[from..to].iter().for_each(|value| bytes.extend(value.to_le_bytes()));
                }
                Values::Float(column) => {
                    column[from..to].iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes()));
                }
                Values::Text(column) => column[from..to].iter().for_each(|value| {
                    bytes.extend((value.len() as u64).to_le_bytes());
                    bytes.extend(value.as_bytes());
                }),
            }
            hash.update(&bytes);
        }
        *chain = hash.finalize().into();
        *rows += (to - from) as u64;
        self.chained = to;
    }
}

/// Writes rows and keeps their fingerprint.
#[derive(Resource)]
pub struct Recorder {
    state: RecorderState,
    tables: Vec<Rows>,
    last_sellers: u32,
}

impl Recorder {
    /// Goes on from what was remembered.
    pub fn from_state(state: RecorderState) -> Self {
        Self { state, tables: TABLES.iter().map(|table| Rows::new(table)).collect(), last_sellers: 0 }
    }

    /// What has to be remembered to go on.
    pub fn state(&self) -> &RecorderState {
        &self.state
    }

    fn rows(&mut self, table: &'static TableSpec) -> &mut Rows {
        let index = TABLES.iter().position(|known| known.name == table.name).expect("a known table");
        &mut self.tables[index]
    }

    fn chain_all(&mut self) {
        for (rows, (chain, count)) in self.tables.iter_mut().zip(self.state.chains.iter_mut().zip(&mut self.state.rows))
        {
            rows.chain(chain, count);
        }
    }

    /// Hands out the rows written since the last call.
    pub fn take(&mut self) -> Vec<Batch> {
        let tables = std::mem::replace(&mut self.tables, TABLES.iter().map(|table| Rows::new(table)).collect());
        tables
            .into_iter()
            .filter(|rows| rows.len() > 0)
            .map(|rows| Batch { table: rows.table, columns: rows.columns })
            .collect()
    }

    /// The fingerprint: table, rows, chain.
    pub fn fingerprint(&self) -> impl Iterator<Item = (&'static str, u64, [u8; 32])> {
        TABLES
            .iter()
            .zip(&self.state.rows)
            .zip(&self.state.chains)
            .map(|((table, &rows), &chain)| (table.name, rows, chain))
    }

    /// Writes what moved on a day.
    pub fn write_flows(&mut self, day: u32, flows: &Flows) {
        let rows = self.rows(&tables::FLOWS);
        for (from, to, why, amount) in flows.credits() {
            rows.int(day).text("credits").text(from.name()).text(to.name()).text(why.name()).int(amount);
        }
        for &good in Good::ALL {
            for how in UnitMove::ALL {
                let amount = flows.units(good, how);
                if amount != 0 {
                    let (from, to, why) = how.sides();
                    rows.int(day).text(good.word()).text(from).text(to).text(why).int(amount);
                }
            }
        }
        for how in ElementMove::ALL {
            let (from, to, why) = how.sides();
            let amount = flows.elements(how);
            if amount != 0 {
                rows.int(day).text("elements").text(from).text(to).text(why).int(amount);
            }
        }
        for (from, to, why, amount) in [
            ("circles", "citizens", "favours_done", flows.favours_earned),
            ("citizens", "circles", "purchase", flows.favours_paid),
            ("citizens", "circles", "new_identity", flows.favours_forfeited),
        ] {
            if amount != 0 {
                rows.int(day).text("favours").text(from).text(to).text(why).int(amount);
            }
        }
        self.chain_all();
    }

    /// Writes the sample of citizens on the last day.
    pub fn write_citizens<'a>(
        &mut self,
        setting: &Setting,
        daily_income: f64,
        citizens: impl Iterator<Item = (usize, CitizenRow<'a>)>,
    ) {
        let places = &setting.scenario.params.places;
        let rows = self.rows(&tables::CITIZENS);
        for (number, (purse, home, tastes, mind, life)) in citizens {
            let used = tastes.familiarity.iter().max().copied().unwrap_or(0);
            let main = tastes.familiarity.iter().position(|&uses| uses == used && used > 0);
            rows.int(number as i64)
                .text(places[home.place as usize].name.clone())
                .float(purse.balance().get())
                .float(f64::from(purse.income()) * daily_income)
                .int(i64::from(life.provider > 0))
                .float(f64::from(mind.masked()))
                .int(mind.record)
                .float(f64::from(mind.anxiety))
                .float(f64::from(mind.boredom));
            mind.risk.iter().for_each(|&risk| {
                rows.float(f64::from(risk));
            });
            rows.int(tastes.purchases).int(purse.favours()).text(main.map_or("", |good| Good::at(good).word()));
        }
        self.chain_all();
    }
}

/// A citizen's components, to be written.
pub type CitizenRow<'a> = (
    &'a crate::ledger::Purse,
    &'a crate::actors::citizen::Home,
    &'a crate::actors::citizen::Tastes,
    &'a crate::actors::citizen::Mind,
    &'a crate::actors::citizen::Life,
);

/// Counts over some of the day's orders.
#[derive(Clone, Default)]
struct Tally {
    orders: i64,
    trades: i64,
    illicit: i64,
    delivered: i64,
    scams: i64,
    paid: i64,
    examined: i64,
    cases: i64,
    fines: i64,
    surplus: i64,
    sellers_fined: i64,
}

impl Tally {
    fn add(&mut self, order: &Order) {
        self.orders += 1;
        if order.fate == Fate::Trapped {
            self.cases += i64::from(order.case.is_some());
            self.fines += order.fine.as_milli();
            self.surplus -= order.fine.as_milli();
        }
        if !order.settled() {
            return;
        }
        self.trades += 1;
        self.illicit += i64::from(order.illicit);
        self.delivered += i64::from(order.fate == Fate::Delivered);
        self.scams += i64::from(matches!(order.fate, Fate::Scammed | Fate::Refunded));
        self.paid += order.paid().as_milli();
        self.examined += i64::from(order.examined_by.is_some());
        self.cases += i64::from(order.case.is_some());
        self.fines += order.fine.as_milli();
        self.surplus += surplus(order);
        self.sellers_fined += if order.case == Some(Target::Seller) { order.fine.as_milli() } else { 0 };
    }

    fn merge(&mut self, other: &Self) {
        self.orders += other.orders;
        self.trades += other.trades;
        self.illicit += other.illicit;
        self.delivered += other.delivered;
        self.scams += other.scams;
        self.paid += other.paid;
        self.examined += other.examined;
        self.cases += other.cases;
        self.fines += other.fines;
        self.surplus += other.surplus;
        self.sellers_fined += other.sellers_fined;
    }
}

fn credits(milli: i64) -> f64 {
    Credits::milli(milli).get()
}

/// What a settled purchase brought its buyer beyond what it cost, in milli-credits; a fine is the buyer's where the case is.
fn surplus(order: &Order) -> i64 {
    let fine = if order.case == Some(Target::Buyer) { order.fine.as_milli() } else { 0 };
    let had = match order.fate {
        Fate::Delivered => (f64::from(order.bid) * 1000.0) as i64 - order.paid().as_milli(),
        Fate::Scammed => -order.paid().as_milli(),
        Fate::Refunded | Fate::Unmet | Fate::Trapped => 0,
    };
    had - fine
}

/// One number over another; NaN where there is nothing to divide by.
fn ratio(part: i64, whole: i64) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}

/// Mean, standard deviation and median of prices in milli-credits; NaN where there are none.
fn price_moments(prices: &mut [i64]) -> (f64, f64, f64) {
    if prices.is_empty() {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    let n = prices.len() as f64;
    let mean = prices.iter().sum::<i64>() as f64 / n / 1000.0;
    let square = prices.iter().map(|&price| (credits(price) - mean) * (credits(price) - mean)).sum::<f64>() / n;
    let middle = prices.len() / 2;
    let (below, &mut upper, _) = prices.select_nth_unstable(middle);
    let lower = if n as usize % 2 == 1 { upper } else { below.iter().copied().max().unwrap_or(upper) };
    (mean, square.sqrt(), f64::midpoint(credits(lower), credits(upper)))
}

/// Share of the largest hundredth, at least one, in the sum.
fn top_share(values: &mut [i64]) -> f64 {
    let total: i64 = values.iter().sum();
    if total <= 0 {
        return f64::NAN;
    }
    let top = (values.len() / 100).max(1);
    values.select_nth_unstable_by(top - 1, |one, other| other.cmp(one));
    ratio(values[..top].iter().sum(), total)
}

/// How evenly weights are spread: entropy over that of the most even spread.
fn evenness(weights: &[u32]) -> f64 {
    let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    if total <= 0.0 || weights.len() < 2 {
        return f64::NAN;
    }
    let shares = weights.iter().filter(|&&weight| weight > 0).map(|&weight| f64::from(weight) / total);
    shares.map(|share| -share * ln(share)).sum::<f64>() / ln(weights.len() as f64)
}

/// Writes the day down.
#[expect(clippy::too_many_arguments, reason = "the recorder listens to everything")]
pub fn write_rows(
    (setting, today, law): (Res<Setting>, Res<Today>, Res<InForce>),
    orders: Res<Orders>,
    events: Res<Events>,
    (books, balances, wealth): (Res<Books>, Res<Balances>, Res<Wealth>),
    (climate, moods): (Res<Climate>, Res<Moods>),
    mut recorder: ResMut<Recorder>,
    (stalls, sellers): (Query<&Stall>, Query<&Seller>),
    (venues, agencies, providers): (Query<&Venue>, Query<&Agency>, Query<&Provider>),
    (enclaves, colonies): (Query<&Enclave>, Query<&Colony>),
) {
    let recorder = &mut *recorder;
    let params = &law.params;
    let day = today.day;
    let (stalls, sellers) = (column(&stalls), column(&sellers));
    let (venues, agencies, providers) = (column(&venues), column(&agencies), column(&providers));
    let people = setting.active.max(1) as i64;
    let places = setting.places();

    // The day's orders, by place and good.
    let counted = setting.in_order(orders.list.chunks(2 * crate::setting::CHUNK).collect(), |orders: &[Order]| {
        let mut cells = vec![Tally::default(); places * GOODS];
        let mut prices: [Vec<i64>; GOODS] = Default::default();
        for order in orders {
            let good = order.stall as usize / setting.slots;
            cells[order.place as usize * GOODS + good].add(order);
            if order.settled() {
                prices[good].push(order.price.as_milli());
            }
        }
        (cells, prices)
    });
    let mut cells = vec![Tally::default(); places * GOODS];
    let mut prices: [Vec<i64>; GOODS] = Default::default();
    for (part, paid) in counted {
        cells.iter_mut().zip(&part).for_each(|(cell, part)| cell.merge(part));
        prices.iter_mut().zip(paid).for_each(|(prices, paid)| prices.extend(paid));
    }
    let moments = setting.in_order(prices.iter_mut().collect(), |prices: &mut Vec<i64>| price_moments(prices));
    let sum = |cells: &mut dyn Iterator<Item = &Tally>| {
        let mut tally = Tally::default();
        cells.for_each(|cell| tally.merge(cell));
        tally
    };
    let all = sum(&mut cells.iter());
    let by_good: Vec<Tally> =
        (0..GOODS).map(|good| sum(&mut (0..places).map(|place| &cells[place * GOODS + good]))).collect();

    let flows = &wealth.flows;
    let total: i64 = Kind::ALL
        .iter()
        .filter(|kind| !matches!(kind, Kind::Mint | Kind::Burn))
        .map(|&kind| balances.kinds[kind as usize])
        .sum();
    let minted: i64 = flows.credits().filter(|flow| flow.0 == Kind::Mint).map(|flow| flow.3).sum();
    let burned: i64 = flows.credits().filter(|flow| flow.1 == Kind::Burn).map(|flow| flow.3).sum();
    let mut revenues: Vec<i64> = sellers.iter().filter(|seller| seller.alive).map(Seller::month_revenue).collect();
    let mood = |part: fn(&crate::setting::PlaceMood) -> f64| moods.places.iter().map(part).sum::<f64>();
    let share = |part: f64| part / people as f64;
    let harm: f64 = climate.places.iter().map(|place| place.harm).sum();
    let delegated = share(providers.iter().map(|provider| provider.clients).sum::<i64>() as f64);
    recorder
        .rows(&tables::DAYS)
        .int(day)
        .int(all.trades)
        .int(all.illicit)
        .float(ratio(all.illicit, all.trades))
        .int(all.orders)
        .int(all.orders - all.trades)
        .int(all.scams)
        .float(credits(all.paid))
        .int(all.paid)
        .float(credits(total))
        .int(total)
        .float(credits(minted))
        .float(credits(burned))
        .float(books.balance(Account::Treasury).get())
        .int(all.examined)
        .int(all.cases)
        .int(events.innocents)
        .float(credits(flows.total(Why::Fine)))
        .int(flows.total(Why::Fine))
        .int(events.seized.iter().sum::<i64>())
        .int(events.raids)
        .int(events.list.iter().filter(|(_, event)| event.what == super::facts::What::ExitScam).count() as i64)
        .int(sellers.iter().filter(|seller| seller.alive && seller.stalls > 0).count() as i64)
        .int(stalls.iter().filter(|stall| stall.open).count() as i64)
        .int(events.entries)
        .int(events.exits)
        .float(top_share(&mut revenues))
        .int(
            sellers
                .iter()
                .filter(|seller| seller.alive && seller.kind == crate::actors::syndicate::SellerKind::RogueAi)
                .count() as i64,
        )
        .float(delegated)
        .float(share(mood(|place| place.masked as f64)))
        .float(share(mood(|place| place.record as f64)))
        .float(share(mood(|place| place.risk)) / RISK_GROUPS as f64)
        .float(ratio(all.cases, all.illicit))
        .float(share(mood(|place| place.anxiety)))
        .float(share(mood(|place| place.boredom)))
        .float(climate.unrest)
        .float(climate.legitimacy)
        .float(climate.innovation)
        .float(harm)
        .float(wealth.gini)
        .float(climate.wealth_mean)
        .int(wealth.favours);

    let rows = recorder.rows(&COUNTS).int(day);
    for number in events.counts.numbers() {
        match number {
            Number::Int(count) => rows.int(count),
            Number::Float(level) => rows.float(level),
        };
    }

    let illicit = |cells: &[Tally]| cells.iter().map(|cell| cell.illicit as u64).sum();
    let mut at_venues = vec![0; venues.len()];
    for order in orders.list.iter().filter(|order| order.illicit && order.settled()) {
        at_venues[stalls[order.stall as usize].venue as usize] += 1;
    }
    let shifts = &mut recorder.state.shifts;
    shifts[Shift::GOODS].add(day, by_good.iter().map(|tally| tally.illicit as u64).collect());
    shifts[Shift::PLACES].add(day, cells.chunks(GOODS).map(illicit).collect());
    shifts[Shift::VENUES].add(day, at_venues);

    write_goods(recorder, &setting, &law, &books, &climate, &wealth, stalls, &by_good, &moments, &events, day);

    for place in 0..places {
        let tally = sum(&mut cells[place * GOODS..(place + 1) * GOODS].iter());
        let about = &setting.scenario.params.places[place];
        let here = f64::from(climate.population[place].max(1));
        let mood = &moods.places[place];
        let displaced = recorder.state.shifts[Shift::PLACES].index(day, place);
        recorder
            .rows(&tables::PLACES)
            .int(day)
            .text(about.name.clone())
            .text(about.params.kind.word())
            .int(climate.population[place])
            .int(tally.trades)
            .int(tally.illicit)
            .float(credits(tally.paid))
            .int(tally.examined)
            .int(tally.cases)
            .float(credits(tally.fines))
            .float(mood.risk / here / RISK_GROUPS as f64)
            .float(mood.anxiety / here)
            .float(mood.boredom / here)
            .float(mood.unrest as f64 / here)
            .float(wealth.places[place] as f64 / 1000.0 / here)
            .float(mood.record as f64 / here)
            .float(climate.places[place].harm)
            .float(displaced);
    }

    let mut open_at = vec![0i64; venues.len()];
    for stall in stalls.iter().filter(|stall| stall.open) {
        open_at[stall.venue as usize] += 1;
    }
    for (index, venue) in venues.iter().enumerate() {
        let about = &setting.scenario.params.venues[index];
        let displaced = recorder.state.shifts[Shift::VENUES].index(day, index);
        recorder
            .rows(&tables::VENUES)
            .int(day)
            .text(about.name.clone())
            .text(about.place.clone().unwrap_or_else(|| "virtual".into()))
            .int(i64::from(venue.open))
            .int(if venue.open { i64::from(day) - venue.opened } else { 0 })
            .float(f64::from(venue.trust))
            .int(open_at[index])
            .int(venue.trades)
            .float(credits(venue.volume))
            .float(credits(venue.fees))
            .float(books.balance(Account::Escrow(index)).get())
            .float(venue.evidence)
            .float(books.balance(Account::Operator(index)).get())
            .float(displaced);
    }

    for (index, colony) in column(&colonies).iter().enumerate() {
        recorder
            .rows(&tables::COLONIES)
            .int(day)
            .text(setting.scenario.params.places[colony.place].name.clone())
            .int(i64::from(colony.open))
            .float(colony.lane_cost())
            .float(colony.feared)
            .int(i64::from(colony.caught))
            .int(colony.mined)
            .int(books.elements().held[index])
            .int(colony.bartered)
            .float(credits(colony.earned))
            .float(books.balance(Account::Colony(index)).get());
    }

    for (index, agency) in agencies.iter().enumerate() {
        let busiest = agency.patrols.iter().max().copied().unwrap_or(0);
        let beat = agency.patrols.iter().position(|&patrols| patrols == busiest && busiest > 0);
        let place = beat.map_or("", |beat| &setting.scenario.params.places[beat / GOODS].name);
        recorder
            .rows(&tables::AGENCIES)
            .int(day)
            .text(setting.scenario.params.agencies[index].name.clone())
            .float(credits(agency.budget))
            .int(agency.capacity)
            .int(agency.examined)
            .int(agency.detections)
            .int(agency.searches)
            .int(agency.hits)
            .int(agency.traps())
            .int(agency.hunts)
            .int(agency.idle())
            .text(beat.map_or("", |beat| good_of_beat(beat).word()))
            .text(place.to_owned())
            .float(evenness(&agency.patrols));
    }

    for (about, state) in params.providers.iter().zip(providers) {
        recorder
            .rows(&tables::PROVIDERS)
            .int(day)
            .text(about.name.clone())
            .int(state.clients)
            .float(state.markup)
            .float(state.mean_profile())
            .float(credits(state.income))
            .int(state.injected)
            .float(state.news)
            .int(state.switched_in)
            .int(state.switched_out);
    }

    let earned = flows.total(Why::Purchase) - flows.total(Why::Refund) - all.sellers_fined;
    let searched = flows.total(Why::Fine) - cells.iter().map(|cell| cell.fines).sum::<i64>();
    write_welfare(
        recorder,
        &params.welfare,
        day,
        [
            credits(all.surplus - searched),
            credits(earned - flows.total(Why::Production) - flows.total(Why::Upkeep)),
            credits(flows.total(Why::Fine) + flows.total(Why::Tax) + flows.total(Why::Confiscation)),
            credits(flows.total(Why::Investigation)),
            by_good.iter().zip(&params.goods.0).map(|(good, about)| good.delivered as f64 * about.harm.get()).sum(),
            events.counts.accident_loss,
            events.counts.incidents as f64,
            events.counts.injuries as f64,
            events.counts.victims as f64,
            events.innocents as f64,
            mood(|place| place.anxiety),
            climate.innovation,
        ],
        people as f64,
    );
    for (seller, (council, state)) in setting.councils.iter().zip(&enclaves).enumerate() {
        recorder
            .rows(&tables::ENCLAVES)
            .int(day)
            .text(params.places[council.place].name.clone())
            .int(climate.population[council.place])
            .float(state.commons)
            .float(state.harvest)
            .float(state.norms)
            .float(state.threshold)
            .int(state.admitted)
            .int(state.refused)
            .int(state.left)
            .int(state.expelled)
            .float(climate.gates[council.place].tariff)
            .float(books.balance(Account::Seller(seller)).get())
            .int(i64::from(state.contained));
    }

    write_events(recorder, &setting, &events, day);
    recorder.write_flows(day, flows);
    if day.is_multiple_of(SELLER_DAYS) {
        write_sellers(recorder, &setting, &books, &climate, stalls, sellers, day);
        recorder.chain_all();
    }
}

#[expect(clippy::too_many_arguments, reason = "a row of goods is told from everything")]
fn write_goods(
    recorder: &mut Recorder,
    setting: &Setting,
    law: &InForce,
    books: &Books,
    climate: &Climate,
    wealth: &Wealth,
    stalls: &[Stall],
    by_good: &[Tally],
    moments: &[(f64, f64, f64)],
    events: &Events,
    day: u32,
) {
    let people = setting.active.max(1) as f64;
    let mut purse = vec![0.0; books.sellers()];
    let largest = (0..setting.places()).max_by_key(|&place| (climate.population[place], std::cmp::Reverse(place)));
    for &good in Good::ALL {
        let index = good.index();
        let tally = &by_good[index];
        let shop = &stalls[index * setting.slots..(index + 1) * setting.slots];
        let open = shop.iter().filter(|stall| stall.open);
        let stocked: Vec<f64> = shop
            .iter()
            .enumerate()
            .filter(|(slot, stall)| stall.open && books.stock(index * setting.slots + slot) > 0)
            .map(|(_, stall)| stall.price().get())
            .collect();
        let asked = if stocked.is_empty() { f64::NAN } else { stocked.iter().sum::<f64>() / stocked.len() as f64 };
        let (mean, sd, median) = moments[index];
        let (mut holders, mut felt) = (0.0, 0.0);
        for (place, &here) in climate.places.iter().zip(&climate.population) {
            holders += f64::from(place.goods[index].holders) * f64::from(here);
            felt += f64::from(place.goods[index].restriction) * f64::from(here);
        }
        let displaced = recorder.state.shifts[Shift::GOODS].index(day, index);
        let flows = &wealth.flows;
        recorder
            .rows(&tables::GOODS_TABLE)
            .int(day)
            .text(good.word())
            .int(tally.orders)
            .int(tally.trades)
            .int(tally.delivered)
            .float(credits(tally.paid))
            .float(mean)
            .float(sd)
            .float(median)
            .float(asked)
            .float(climate.costs[index].get())
            .text(largest.map_or("", |place| law.rules[place].goods[good].status.word()))
            .float(largest.map_or(f64::NAN, |place| law.attention[place][index]))
            .int(i64::from(law.gray[index]))
            .int(tally.examined)
            .int(tally.cases)
            .float(credits(tally.fines))
            .int(events.seized[index])
            .float(ratio(tally.delivered, tally.trades))
            .float(tally.trades as f64 / people)
            .float(holders / people)
            .int(open.count() as i64)
            .int(books.units(good).stock)
            .int(flows.units(good, UnitMove::Produce))
            .int(flows.units(good, UnitMove::Lose))
            .float(concentration(shop, &mut purse))
            .float(felt / people)
            .float(displaced);
    }
}

/// Writes the welfare of the day; of innovation, `amounts` holds the level.
fn write_welfare(recorder: &mut Recorder, aims: &Welfare, day: u32, mut amounts: Amounts, people: f64) {
    let level = std::mem::replace(&mut amounts[PARTS - 1], 0.0);
    amounts[PARTS - 1] = people * (level - recorder.state.innovation);
    recorder.state.innovation = level;
    let worth = worth(&amounts, aims);
    let all: f64 = worth.iter().sum();
    let mut so_far = recorder.state.welfare;
    so_far.iter_mut().zip(amounts.iter().chain([&all])).for_each(|(sum, amount)| *sum += amount);
    recorder.state.welfare = so_far;
    let rows = recorder.rows(&tables::WELFARE);
    for (at, part) in PARTS_OF_WELFARE.iter().enumerate() {
        let weight = (part.weight)(aims) * if part.counts == Counts::For { 1.0 } else { -1.0 };
        rows.int(day)
            .text(part.name)
            .text(part.unit)
            .float(amounts[at])
            .float(so_far[at])
            .float(weight)
            .float(worth[at]);
    }
    let sum = rows.int(day).text("with these weights").text("credits").float(all).float(so_far[PARTS]);
    sum.float(f64::NAN).float(all);
}

/// Herfindahl index of sellers' usual revenue from the stalls of one good.
///
/// `purse` has room for every seller, all zero before and after.
fn concentration(shop: &[Stall], purse: &mut [f64]) -> f64 {
    let mut total = 0.0;
    for stall in shop.iter().filter(|stall| stall.open) {
        let revenue = f64::from(stall.usual_revenue);
        purse[stall.seller as usize] += revenue;
        total += revenue;
    }
    let squares: f64 = shop
        .iter()
        .filter(|stall| stall.open)
        .map(|stall| std::mem::take(&mut purse[stall.seller as usize]))
        .map(|revenue| revenue * revenue)
        .sum();
    if total > 0.0 { squares / (total * total) } else { f64::NAN }
}

fn write_events(recorder: &mut Recorder, setting: &Setting, events: &Events, day: u32) {
    let params = &setting.scenario.params;
    let rows = recorder.rows(&tables::EVENTS);
    for (number, event) in &events.list {
        rows.int(day)
            .int(*number)
            .text(event.what.name())
            .text(event.good.map_or("", Good::word))
            .text(event.place.map_or(String::new(), |place| params.places[place].name.clone()))
            .text(event.venue.map_or(String::new(), |venue| params.venues[venue].name.clone()))
            .text(event.agency.map_or(String::new(), |agency| params.agencies[agency].name.clone()))
            .int(event.seller.map_or(-1, i64::from))
            .int(event.citizen.map_or(-1, i64::from))
            .float(event.amount)
            .int(event.cause)
            .text(event.note.clone());
    }
}

/// Writes every seller that trades.
fn write_sellers(
    recorder: &mut Recorder,
    setting: &Setting,
    books: &Books,
    climate: &Climate,
    stalls: &[Stall],
    sellers: &[Seller],
    day: u32,
) {
    recorder.last_sellers = day;
    let mut slots: Vec<Vec<usize>> = vec![Vec::new(); sellers.len()];
    for (slot, stall) in stalls.iter().enumerate().filter(|(_, stall)| stall.open) {
        slots[stall.seller as usize].push(slot);
    }
    let rows = recorder.rows(&tables::SYNDICATES);
    for (place, seller) in sellers.iter().enumerate().filter(|(_, seller)| seller.alive) {
        let own = &slots[place];
        let mean = |of: &dyn Fn(&Stall, usize) -> f64| {
            let sum: f64 = own.iter().map(|&slot| of(&stalls[slot], slot)).sum();
            if own.is_empty() { f64::NAN } else { sum / own.len() as f64 }
        };
        rows.int(day)
            .int(seller.number)
            .text(seller.kind.name())
            .int(day - seller.entered)
            .float(books.balance(Account::Seller(place)).get())
            .int(own.len() as i64)
            .float(credits(seller.month_revenue()))
            .int(seller.sales.iter().map(|&sales| i64::from(sales)).sum::<i64>())
            .float(mean(&|stall, slot| {
                stall.price().get() / climate.costs[setting.good_of(slot).index()].get().max(0.001)
            }))
            .float(mean(&|stall, _| f64::from(stall.reputation)))
            .float(mean(&|stall, _| f64::from(u8::from(stall.guarded))))
            .int(seller.cases)
            .text(main_good(setting, stalls, own).map_or("", Good::word));
    }
}

/// Writes the sellers of the last day, unless their row is written already.
pub fn write_last_sellers(world: &mut World) {
    let mut stalls = world.query::<&Stall>();
    let mut sellers = world.query::<&Seller>();
    world.resource_scope(|world, mut recorder: Mut<'_, Recorder>| {
        let day = world.resource::<Today>().day;
        if recorder.last_sellers == day && day > 0 || day.is_multiple_of(SELLER_DAYS) {
            return;
        }
        let stalls: Vec<Stall> = stalls.iter(world).cloned().collect();
        let sellers: Vec<Seller> = sellers.iter(world).cloned().collect();
        let (setting, books, climate) =
            (world.resource::<Setting>(), world.resource::<Books>(), world.resource::<Climate>());
        write_sellers(&mut recorder, setting, books, climate, &stalls, &sellers, day);
        recorder.chain_all();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_prices_by_hand() {
        let (mean, sd, median) = price_moments(&mut [1000, 3000, 2000, 6000]);
        assert_eq!((mean, median), (3.0, 2.5));
        assert!((sd - 3.5f64.sqrt()).abs() < 1e-12);
        assert!(price_moments(&mut []).0.is_nan());
    }

    #[test]
    fn the_top_hundredth_is_at_least_one_seller() {
        assert_eq!(top_share(&mut [10, 30, 60]), 0.6);
        assert!(top_share(&mut [0, 0]).is_nan());
    }

    /// Two shared trade evenly; then all of one's went to the other.
    #[test]
    fn a_shift_compares_shares_now_with_shares_then() {
        let mut shift = Shift::default();
        for day in 1..=REFERENCE {
            shift.add(day, vec![5, 5, 0]);
        }
        for day in REFERENCE + 1..=REFERENCE + WEEK as u32 {
            shift.add(day, vec![0, 8, 0]);
        }
        let day = REFERENCE + WEEK as u32;
        assert_eq!((shift.index(day, 0), shift.index(day, 1)), (0.0, 2.0));
        assert!(shift.index(day, 2).is_nan() && shift.index(3, 0).is_nan());
    }

    #[test]
    fn an_even_plan_has_evenness_one() {
        assert!((evenness(&[3, 3, 3, 3]) - 1.0).abs() < 1e-12);
        assert_eq!(evenness(&[5, 0]), 0.0);
    }

    #[test]
    fn a_chain_depends_on_rows_and_not_on_when_they_are_taken() {
        let write = |take_between: bool| {
            let mut recorder = Recorder::from_state(RecorderState::default());
            for day in 1..4 {
                let mut books = Books::new(0, 0, 1, 1, 1, 1, 4);
                books.pay(Account::Mint, Account::Treasury, Credits::from(f64::from(day)), Why::Budget);
                recorder.write_flows(day, &books.close_day());
                if take_between {
                    recorder.take();
                }
            }
            recorder.fingerprint().collect::<Vec<_>>()
        };
        assert_eq!(write(true), write(false));
    }
}
