//! The recorder: it listens to the day's facts and writes rows. Nothing reads what it wrote while the world lives.
//!
//! Here is what all tables share, and the order in which a day is written; each file beside fills the rows of some tables,
//! by the names of their columns.

mod agencies;
mod citizens;
mod counted;
mod enclaves;
mod events;
mod goods;
mod houses;
mod places;
mod sellers;
mod venues;
mod welfare;
mod whole;

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::agency::Agency;
use crate::actors::colony::Colony;
use crate::actors::delegate::Provider;
use crate::actors::enclave::Enclave;
use crate::actors::stall::Stall;
use crate::actors::syndicate::Seller;
use crate::audit::{Balances, Wealth};
use crate::ledger::{Books, Flows};
use crate::market::orders::Orders;
use crate::market::venues::Venue;
use crate::record::counts::Counts;
use crate::record::facts::Events;
use crate::record::rows::Rows;
use crate::record::table::{Batch, Table};
use crate::record::tables::TABLES;
use crate::record::tally::Shift;
use crate::setting::{InForce, Moods, Setting, Today, column};
use crate::society::climate::Climate;
use crate::society::welfare::PARTS;

pub use citizens::CitizenParts;
use counted::Counted;

/// Days between two rows of a seller.
pub const SELLER_DAYS: u32 = 7;

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

impl RecorderState {
    /// Whose shift stands where.
    const GOODS: usize = 0;
    const PLACES: usize = 1;
    const VENUES: usize = 2;
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

    /// The rows of a table.
    fn rows<R: Table>(&mut self) -> &mut Rows {
        let index = TABLES.iter().position(|known| known.name == R::SPEC.name).expect("a known table");
        &mut self.tables[index]
    }

    /// Writes a row.
    fn write<R: Table>(&mut self, row: R) {
        self.rows::<R>().push(row);
    }

    /// Writes rows of one table.
    fn write_all<R: Table>(&mut self, rows: impl IntoIterator<Item = R>) {
        let table = self.rows::<R>();
        rows.into_iter().for_each(|row| table.push(row));
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
        events::write_flows(self, day, flows);
        self.chain_all();
    }

    /// Writes the sample of citizens on the last day.
    pub fn write_citizens<'a>(
        &mut self,
        setting: &Setting,
        daily_income: f64,
        citizens: impl Iterator<Item = (usize, CitizenParts<'a>)>,
    ) {
        citizens::write(self, setting, daily_income, citizens);
        self.chain_all();
    }
}

/// What stands in the evening, and what happened: all that the rows of a day are filled from.
struct Evening<'e> {
    day: u32,
    setting: &'e Setting,
    law: &'e InForce,
    orders: &'e Orders,
    events: &'e Events,
    books: &'e Books,
    balances: &'e Balances,
    wealth: &'e Wealth,
    climate: &'e Climate,
    moods: &'e Moods,
    stalls: &'e [Stall],
    sellers: &'e [Seller],
    venues: &'e [Venue],
    agencies: &'e [Agency],
    providers: &'e [Provider],
    enclaves: Vec<&'e Enclave>,
    colonies: &'e [Colony],
}

impl Evening<'_> {
    /// Citizens who take part, at least one: what shares are shares of.
    fn people(&self) -> f64 {
        self.setting.active.max(1) as f64
    }

    /// A part of everybody's mood, summed over places.
    fn mood(&self, part: fn(&crate::setting::PlaceMood) -> f64) -> f64 {
        self.moods.places.iter().map(part).sum()
    }
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
    let evening = Evening {
        day: today.day,
        setting: &setting,
        law: &law,
        orders: &orders,
        events: &events,
        books: &books,
        balances: &balances,
        wealth: &wealth,
        climate: &climate,
        moods: &moods,
        stalls: column(&stalls),
        sellers: column(&sellers),
        venues: column(&venues),
        agencies: column(&agencies),
        providers: column(&providers),
        enclaves: enclaves.iter().collect(),
        colonies: column(&colonies),
    };
    let counted = Counted::of(&evening);
    counted.note_shifts(recorder, &evening);
    whole::write(recorder, &evening, &counted);
    recorder.write(Counts { day: evening.day, ..events.counts.clone() });
    goods::write(recorder, &evening, &counted);
    places::write(recorder, &evening, &counted);
    venues::write(recorder, &evening);
    enclaves::write_colonies(recorder, &evening);
    agencies::write(recorder, &evening);
    agencies::write_providers(recorder, &evening);
    welfare::write(recorder, &evening, &counted);
    enclaves::write(recorder, &evening);
    houses::write(recorder, &evening);
    events::write(recorder, &evening);
    recorder.write_flows(evening.day, &wealth.flows);
    if evening.day.is_multiple_of(SELLER_DAYS) {
        sellers::write(recorder, evening.day, &setting, &books, &climate, evening.stalls, evening.sellers);
        recorder.chain_all();
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
        sellers::write(&mut recorder, day, setting, books, climate, &stalls, &sellers);
        recorder.chain_all();
    });
}

/// The mean of something over stalls; nothing where there are none.
fn mean_over(slots: &[usize], of: impl Fn(usize) -> f64) -> Option<f64> {
    let sum: f64 = slots.iter().map(|&slot| of(slot)).sum();
    (!slots.is_empty()).then(|| sum / slots.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Account, Why};
    use crate::units::Credits;

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
