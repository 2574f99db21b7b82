//! The recorder: it listens to the day's facts and writes rows. Nothing reads what it wrote while the world lives.

use bevy_ecs::prelude::*;

use crate::base::units::Credits;
use crate::ids::beat::good_of_beat;
use crate::ids::citizen::RISK_GROUPS;
use crate::ids::good::{GOODS, Good};
use crate::params::welfare::{PARTS, Welfare};
use crate::record::counts::{COUNTS, Number};
use crate::record::rows::Rows;
use crate::record::tables;
use crate::record::tables::{Batch, TABLES, TableSpec};
use crate::rules::welfare::{Amounts, Counts, PARTS_OF_WELFARE, worth};
use crate::state::agency::Agency;
use crate::state::balances::{Balances, Wealth};
use crate::state::climate::Climate;
use crate::state::colony::Colony;
use crate::state::columns::column;
use crate::state::context::RunContext;
use crate::state::day::{ActiveRules, Moods, Today};
use crate::state::enclave::Enclave;
use crate::state::events::{Event, EventKind, Events};
use crate::state::ledger::{Account, AccountKind, Books, ElementMove, FlowReason, Flows, UnitMove};
use crate::state::orders::{Fate, Order, Orders, Target};
use crate::state::provider::Provider;
use crate::state::recorder::RecorderState;
use crate::state::seller::{MONTH, Seller, main_good};
use crate::state::stall::Stall;
use crate::state::venue::Venue;
use crate::systems::record::tally::{Tally, concentration, credits, evenness, price_moments, ratio, top_share};

/// Days between two rows of a seller.
pub const SELLER_DAYS: u32 = 7;

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
        tables.into_iter().filter(|rows| rows.len() > 0).map(Rows::into_batch).collect()
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
        context: &RunContext,
        daily_income: f64,
        citizens: impl Iterator<Item = (usize, CitizenRow<'a>)>,
    ) {
        let places = &context.scenario.params.places;
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
            rows.int(tastes.purchases)
                .int(purse.favours())
                .int(i64::from(life.donated > 0))
                .text(main.map_or("", |good| Good::at(good).word()));
        }
        self.chain_all();
    }
}

/// A citizen's components, to be written.
pub type CitizenRow<'a> = (
    &'a crate::state::ledger::Purse,
    &'a crate::citizen::Home,
    &'a crate::citizen::Tastes,
    &'a crate::citizen::Mind,
    &'a crate::citizen::Life,
);

/// Writes the day down.
#[expect(clippy::too_many_arguments, reason = "the recorder listens to everything")]
pub fn write_rows(
    (context, today, law): (Res<RunContext>, Res<Today>, Res<ActiveRules>),
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
    let people = context.active.max(1) as i64;
    let places = context.places();

    // The day's orders, by place and good.
    let counted = context.in_order(orders.list.chunks(2 * crate::ids::place::CHUNK).collect(), |orders: &[Order]| {
        let mut cells = vec![Tally::default(); places * GOODS];
        let mut prices: [Vec<i64>; GOODS] = Default::default();
        for order in orders {
            let good = order.stall as usize / context.slots;
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
    let moments = context.in_order(prices.iter_mut().collect(), |prices: &mut Vec<i64>| price_moments(prices));
    let sum = |cells: &mut dyn Iterator<Item = &Tally>| {
        let mut tally = Tally::default();
        cells.for_each(|cell| tally.merge(cell));
        tally
    };
    let all = sum(&mut cells.iter());
    let by_good: Vec<Tally> =
        (0..GOODS).map(|good| sum(&mut (0..places).map(|place| &cells[place * GOODS + good]))).collect();

    let flows = &wealth.flows;
    let total: i64 = AccountKind::ALL
        .iter()
        .filter(|kind| !matches!(kind, AccountKind::Mint | AccountKind::Burn))
        .map(|&kind| balances.kinds[kind as usize])
        .sum();
    let minted: i64 = flows.credits().filter(|flow| flow.0 == AccountKind::Mint).map(|flow| flow.3).sum();
    let burned: i64 = flows.credits().filter(|flow| flow.1 == AccountKind::Burn).map(|flow| flow.3).sum();
    let mut revenues: Vec<i64> = sellers.iter().filter(|seller| seller.alive).map(Seller::month_revenue).collect();
    let mood = |part: fn(&crate::state::day::PlaceMood) -> f64| moods.places.iter().map(part).sum::<f64>();
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
        .float(credits(flows.total(FlowReason::Fine)))
        .int(flows.total(FlowReason::Fine))
        .int(events.seized.iter().sum::<i64>())
        .int(events.raids)
        .int(events.list.iter().filter(|(_, event)| event.what == EventKind::ExitScam).count() as i64)
        .int(sellers.iter().filter(|seller| seller.alive && seller.stalls > 0).count() as i64)
        .int(stalls.iter().filter(|stall| stall.open).count() as i64)
        .int(events.entries)
        .int(events.exits)
        .float(top_share(&mut revenues))
        .int(
            sellers
                .iter()
                .filter(|seller| seller.alive && seller.kind == crate::state::seller::SellerKind::RogueAi)
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
    shifts[RecorderState::GOODS].add(day, by_good.iter().map(|tally| tally.illicit as u64).collect());
    shifts[RecorderState::PLACES].add(day, cells.chunks(GOODS).map(illicit).collect());
    shifts[RecorderState::VENUES].add(day, at_venues);

    write_goods(recorder, &context, &law, &books, &climate, &wealth, stalls, &by_good, &moments, &events, day);

    for place in 0..places {
        let tally = sum(&mut cells[place * GOODS..(place + 1) * GOODS].iter());
        let about = &context.scenario.params.places[place];
        let here = f64::from(climate.population[place].max(1));
        let mood = &moods.places[place];
        let displaced = recorder.state.shifts[RecorderState::PLACES].index(day, place);
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
        let about = &context.scenario.params.venues[index];
        let displaced = recorder.state.shifts[RecorderState::VENUES].index(day, index);
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
            .text(context.scenario.params.places[colony.place].name.clone())
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
        let place = beat.map_or("", |beat| &context.scenario.params.places[beat / GOODS].name);
        recorder
            .rows(&tables::AGENCIES)
            .int(day)
            .text(context.scenario.params.agencies[index].name.clone())
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

    let earned = flows.total(FlowReason::Purchase) - flows.total(FlowReason::Refund) - all.sellers_fined;
    let searched = flows.total(FlowReason::Fine) - cells.iter().map(|cell| cell.fines).sum::<i64>();
    write_welfare(
        recorder,
        &params.welfare,
        day,
        [
            credits(all.surplus - searched),
            credits(earned - flows.total(FlowReason::Production) - flows.total(FlowReason::Upkeep)),
            credits(
                flows.total(FlowReason::Fine) + flows.total(FlowReason::Tax) + flows.total(FlowReason::Confiscation),
            ),
            credits(flows.total(FlowReason::Investigation)),
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
    for (seller, (council, state)) in context.councils.iter().zip(&enclaves).enumerate() {
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

    if context.houses > 0 {
        write_houses(recorder, &context, &law, &books, &wealth, (stalls, sellers), (&orders, &events), day);
    }
    write_events(recorder, &context, &events, day);
    recorder.write_flows(day, flows);
    if day.is_multiple_of(SELLER_DAYS) {
        write_sellers(recorder, &context, &books, &climate, stalls, sellers, day);
        recorder.chain_all();
    }
}

#[expect(clippy::too_many_arguments, reason = "a row of goods is told from everything")]
fn write_goods(
    recorder: &mut Recorder,
    context: &RunContext,
    law: &ActiveRules,
    books: &Books,
    climate: &Climate,
    wealth: &Wealth,
    stalls: &[Stall],
    by_good: &[Tally],
    moments: &[(f64, f64, f64)],
    events: &Events,
    day: u32,
) {
    let people = context.active.max(1) as f64;
    let mut purse = vec![0.0; books.sellers()];
    let largest = (0..context.places()).max_by_key(|&place| (climate.population[place], std::cmp::Reverse(place)));
    for &good in Good::ALL {
        let index = good.index();
        let tally = &by_good[index];
        let shop = &stalls[index * context.slots..(index + 1) * context.slots];
        let open = shop.iter().filter(|stall| stall.open);
        let stocked: Vec<f64> = shop
            .iter()
            .enumerate()
            .filter(|(slot, stall)| stall.open && books.stock(index * context.slots + slot) > 0)
            .map(|(_, stall)| stall.price().get())
            .collect();
        let asked = if stocked.is_empty() { f64::NAN } else { stocked.iter().sum::<f64>() / stocked.len() as f64 };
        let (mean, sd, median) = moments[index];
        let (mut holders, mut felt) = (0.0, 0.0);
        for (place, &here) in climate.places.iter().zip(&climate.population) {
            holders += f64::from(place.goods[index].holders) * f64::from(here);
            felt += f64::from(place.goods[index].restriction) * f64::from(here);
        }
        let displaced = recorder.state.shifts[RecorderState::GOODS].index(day, index);
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

#[expect(clippy::too_many_arguments, reason = "a row of a house is told from everything")]
fn write_houses(
    recorder: &mut Recorder,
    context: &RunContext,
    law: &ActiveRules,
    books: &Books,
    wealth: &Wealth,
    (stalls, sellers): (&[Stall], &[Seller]),
    (orders, events): (&Orders, &Events),
    day: u32,
) {
    let first = context.councils.len();
    // Of each: scams and cases.
    let mut dealings = vec![(0, 0); context.houses];
    for order in &orders.list {
        let house = (stalls[order.stall as usize].seller as usize).wrapping_sub(first);
        if let Some((scams, cases)) = dealings.get_mut(house) {
            *scams += i64::from(order.fate == Fate::Scammed);
            *cases += i64::from(order.case == Some(Target::Seller));
        }
    }
    let names = &context.scenario.params;
    let rows = recorder.rows(&tables::HOUSES);
    for (house, (scams, cases)) in dealings.into_iter().enumerate() {
        let seller = &sellers[first + house];
        let own = |slot: &usize| stalls[*slot].open && stalls[*slot].seller as usize == first + house;
        let slots: Vec<usize> = (0..stalls.len()).filter(own).collect();
        let mean = |of: &dyn Fn(&Stall) -> f64| {
            let sum: f64 = slots.iter().map(|&slot| of(&stalls[slot])).sum();
            if slots.is_empty() { f64::NAN } else { sum / slots.len() as f64 }
        };
        let stands = |venue: usize| slots.iter().filter(|&&slot| stalls[slot].venue as usize == venue).count();
        let venue = (0..names.venues.len()).max_by_key(|&venue| (stands(venue), std::cmp::Reverse(venue)));
        let venue = venue.filter(|_| !slots.is_empty()).map_or("", |venue| &names.venues[venue].name);
        let paid = |whys: &[FlowReason]| whys.iter().map(|&why| wealth.flows.paid_by(house, why)).sum::<i64>();
        let revenue = seller.revenue[day as usize % MONTH];
        let cost = paid(&[FlowReason::Production, FlowReason::Barter, FlowReason::Donation, FlowReason::Upkeep]);
        let (fines, bribes) = (paid(&[FlowReason::Fine]), paid(&[FlowReason::Bribe]));
        let seized: i64 =
            events.seized_from.iter().filter(|(of, _)| *of as usize == house).map(|(_, units)| units).sum();
        let own = |event: &Event| event.what == EventKind::HouseFinanced && event.seller == Some(seller.number);
        let financed: f64 = events.list.iter().filter(|(_, event)| own(event)).map(|(_, event)| event.amount).sum();
        let held = slots.iter().flat_map(|&slot| stalls[slot].held).sum::<Credits>().as_milli();
        rows.int(day)
            .text(names.houses[house].name.clone())
            .int(seller.number)
            .int(i64::from(law.params.houses[house].params.directed))
            .text(main_good(context, stalls, &slots).map_or("", Good::word))
            .text(venue.to_owned())
            .int(slots.len() as i64)
            .float(mean(&|stall| stall.price().get()))
            .float(mean(&Stall::asked_markup))
            .float(mean(&|stall| f64::from(stall.quality)))
            .float(mean(&|stall| f64::from(stall.reputation)))
            .int(seller.sales[day as usize % MONTH])
            .int(scams)
            .float(credits(revenue))
            .float(credits(cost))
            .float(credits(fines))
            .float(credits(bribes))
            .float(credits(revenue - cost - fines - bribes))
            .int(cases)
            .int(seized)
            .float(books.balance(Account::Seller(first + house)).get())
            .float(credits(held))
            .float(financed);
    }
}

fn write_events(recorder: &mut Recorder, context: &RunContext, events: &Events, day: u32) {
    let params = &context.scenario.params;
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
    context: &RunContext,
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
                stall.price().get() / climate.costs[context.good_of(slot).index()].get().max(0.001)
            }))
            .float(mean(&|stall, _| f64::from(stall.reputation)))
            .float(mean(&|stall, _| f64::from(u8::from(stall.guarded))))
            .int(seller.cases)
            .text(main_good(context, stalls, own).map_or("", Good::word));
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
        let (context, books, climate) =
            (world.resource::<RunContext>(), world.resource::<Books>(), world.resource::<Climate>());
        write_sellers(&mut recorder, context, books, climate, &stalls, &sellers, day);
        recorder.chain_all();
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::ledger::Sizes;

    #[test]
    fn a_chain_depends_on_rows_and_not_on_when_they_are_taken() {
        let write = |take_between: bool| {
            let mut recorder = Recorder::from_state(RecorderState::default());
            for day in 1..4 {
                let mut books = Books::new(&Sizes {
                    sellers: 1,
                    venues: 1,
                    providers: 1,
                    agencies: 1,
                    slots: 4,
                    ..Sizes::default()
                });
                books.pay(Account::Mint, Account::Treasury, Credits::from(f64::from(day)), FlowReason::Budget);
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
