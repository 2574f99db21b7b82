//! Rows of a table, gathered column by column until somebody takes them, and the chain of digests over all of them.

use sha2::{Digest as _, Sha256};

use crate::record::table::{Batch, Table, TableSpec, Values};

/// Rows of one table that were not handed out yet.
pub(crate) struct Rows {
    table: &'static TableSpec,
    columns: Vec<Values>,
    /// Rows that the chain knows.
    chained: usize,
}

impl Rows {
    pub(crate) fn new(table: &'static TableSpec) -> Self {
        Self { table, columns: table.no_rows(), chained: 0 }
    }

    /// Adds a row of its table.
    pub(crate) fn push<R: Table>(&mut self, row: R) {
        debug_assert_eq!(self.table.name, R::SPEC.name, "rows of one table");
        row.push(&mut self.columns);
    }

    pub(crate) fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Adds the rows since the last call to the chain.
    pub(crate) fn chain(&mut self, chain: &mut [u8; 32], rows: &mut u64) {
        let (from, to) = (self.chained, self.len());
        if from == to {
            return;
        }
        let mut hash = Sha256::new();
        hash.update(*chain);
        let mut bytes = Vec::with_capacity((to - from) * 8);
        for column in &self.columns {
            bytes.clear();
            // Slots, so that a missing value counts as what stood there before tables knew missing ones.
            match column {
                Values::Int(cells) => {
                    cells.slots()[from..to].iter().for_each(|value| bytes.extend(value.to_le_bytes()));
                }
                Values::Float(cells) => {
                    cells.slots()[from..to].iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes()));
                }
                Values::Text(cells) => cells.slots()[from..to].iter().for_each(|word| {
                    bytes.extend((word.len() as u64).to_le_bytes());
                    bytes.extend(word.as_bytes());
                }),
            }
            hash.update(&bytes);
        }
        *chain = hash.finalize().into();
        *rows += (to - from) as u64;
        self.chained = to;
    }

    /// Hands them out.
    pub(crate) fn into_batch(self) -> Batch {
        Batch { table: self.table, columns: self.columns }
    }
}
