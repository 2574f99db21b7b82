//! Columns of a table of a run, as the pages need them.

use contraband_sim::record::tables::{Batch, Cells, Values, Word};
use serde_json::Value;

/// A column of words, if the table has one of this name.
pub fn text<'b>(batch: &'b Batch, name: &str) -> Option<&'b Cells<Word>> {
    if let Values::Text(words) = batch.column(name)? { Some(words) } else { None }
}

/// A value of a table as JSON; `null` where it is missing.
pub fn cell(values: &Values, row: usize) -> Value {
    match values {
        Values::Int(cells) => cells.get(row).copied().into(),
        Values::Float(cells) => cells.get(row).copied().into(),
        Values::Text(cells) => cells.get(row).map(|word| &**word).into(),
    }
}
