//! Rows of a table, gathered column by column until somebody takes them, and the chain of digests over all of them.

use sha2::{Digest as _, Sha256};

use crate::record::tables::{Batch, TableSpec, Values, Word};

/// Rows of one table that were not handed out yet.
pub(crate) struct Rows {
    table: &'static TableSpec,
    columns: Vec<Values>,
    at: usize,
    /// Rows that the chain knows.
    chained: usize,
}

impl Rows {
    pub(crate) fn new(table: &'static TableSpec) -> Self {
        Self { table, columns: table.no_rows(), at: 0, chained: 0 }
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

    pub(crate) fn int(&mut self, value: impl TryInto<i64>) -> &mut Self {
        let value = value.try_into().unwrap_or(i64::MAX);
        if let Values::Int(column) = self.next() {
            column.push(value);
            return self;
        }
        self.wrong()
    }

    pub(crate) fn float(&mut self, value: f64) -> &mut Self {
        if let Values::Float(column) = self.next() {
            column.push(value);
            return self;
        }
        self.wrong()
    }

    pub(crate) fn text(&mut self, value: impl Into<Word>) -> &mut Self {
        if let Values::Text(column) = self.next() {
            column.push(value.into());
            return self;
        }
        self.wrong()
    }

    pub(crate) fn len(&self) -> usize {
        match &self.columns[0] {
            Values::Int(column) => column.len(),
            Values::Float(column) => column.len(),
            Values::Text(column) => column.len(),
        }
    }

    /// Adds the rows since the last call to the chain.
    pub(crate) fn chain(&mut self, chain: &mut [u8; 32], rows: &mut u64) {
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

    /// Hands them out.
    pub(crate) fn into_batch(self) -> Batch {
        Batch { table: self.table, columns: self.columns }
    }
}
