//! The recorder: it takes rows and keeps their fingerprint. Nothing reads what it wrote while the world lives.

use bevy_ecs::prelude::*;

use crate::record::rows::Rows;
use crate::record::table::{Batch, Table};
use crate::record::tables::TABLES;
use crate::state::recorder::RecorderState;

/// Writes rows and keeps their fingerprint.
#[derive(Resource)]
pub struct Recorder {
    pub(crate) state: RecorderState,
    tables: Vec<Rows>,
    /// The day of the last rows of sellers.
    pub(crate) last_sellers: u32,
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
    pub(crate) fn write<R: Table>(&mut self, row: R) {
        self.rows::<R>().push(row);
    }

    /// Writes rows of one table.
    pub(crate) fn write_all<R: Table>(&mut self, rows: impl IntoIterator<Item = R>) {
        let table = self.rows::<R>();
        rows.into_iter().for_each(|row| table.push(row));
    }

    /// Adds what was written since the last call to the fingerprint.
    pub(crate) fn chain_all(&mut self) {
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
}
