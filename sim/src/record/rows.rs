//! Rows of a table, gathered column by column until somebody takes them, and the chain of digests over all of them.

use sha2::{Digest as _, Sha256};

use crate::record::table::{Batch, Table, TableSpec, Values};
use crate::record::tables::EVENTS;

/// Rows of one table that were not handed out yet.
pub(crate) struct Rows {
    table: &'static TableSpec,
    columns: Vec<Values>,
    /// Rows that the chain has passed.
    chained: usize,
    /// The column that says of which kind a row is, where some kinds are no part of the chain.
    kind: Option<usize>,
}

/// Events of this kind say what the timeline sets, not what came of it: a change that nobody feels changes no digest.
const ANNOUNCED: &str = "policy";

impl Rows {
    pub(crate) fn new(table: &'static TableSpec) -> Self {
        let kind = if table.name == EVENTS.name { table.position("kind") } else { None };
        Self { table, columns: table.no_rows(), chained: 0, kind }
    }

    /// Adds a row of its table.
    pub(crate) fn push<R: Table>(&mut self, row: R) {
        debug_assert_eq!(self.table.name, R::SPEC.name, "rows of one table");
        row.push(&mut self.columns);
    }

    pub(crate) fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Adds the rows since the last call to the chain, but those that only announce a policy.
    pub(crate) fn chain(&mut self, chain: &mut [u8; 32], rows: &mut u64) {
        let new = self.chained..self.len();
        *rows += new.len() as u64;
        self.chained = new.end;
        let felt: Vec<usize> = match self.kind.map(|kind| &self.columns[kind]) {
            Some(Values::Text(kinds)) => new.filter(|&row| &*kinds.slots()[row] != ANNOUNCED).collect(),
            _ => new.collect(),
        };
        if felt.is_empty() {
            return;
        }
        let mut hash = Sha256::new();
        hash.update(*chain);
        let mut bytes = Vec::with_capacity(felt.len() * 8);
        for column in &self.columns {
            bytes.clear();
            // Slots, so that a missing value counts as what stood there before tables knew missing ones.
            match column {
                Values::Int(cells) => felt.iter().for_each(|&row| bytes.extend(cells.slots()[row].to_le_bytes())),
                Values::Float(cells) => {
                    for &row in &felt {
                        bytes.extend(cells.slots()[row].to_bits().to_le_bytes());
                    }
                }
                Values::Text(cells) => felt.iter().for_each(|&row| {
                    let word = &cells.slots()[row];
                    bytes.extend((word.len() as u64).to_le_bytes());
                    bytes.extend(word.as_bytes());
                }),
            }
            hash.update(&bytes);
        }
        *chain = hash.finalize().into();
    }

    /// Hands them out.
    pub(crate) fn into_batch(self) -> Batch {
        Batch { table: self.table, columns: self.columns }
    }
}
