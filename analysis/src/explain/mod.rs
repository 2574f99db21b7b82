//! Why: answers to single questions about a run, with numbers, in plain words or as data.
//!
//! Each question has a file: what it looks at, an answer as plain values (which is also the JSON), and `told`, which says the
//! answer in lines of eighty columns. What is in the tables is read from there; where a day has to be lived again for an
//! answer, whoever asks lives it and hands over what was seen.

mod chain;
mod citizen;
mod notable;
mod page;
mod price;
mod syndicate;
mod venue;

pub use chain::History;
pub use citizen::{CitizenAnswer, Purchase};
pub use notable::NotableDays;
pub(crate) use page::TextPage;
pub use price::{PriceAnswer, PriceDay, StallsSeen};
pub use syndicate::SyndicateAnswer;
pub use venue::VenueAnswer;

use polars::prelude::DataFrame;

use crate::error::StoreError;
use crate::measures::{numbers, words};
use crate::store::RunFolder;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The folder cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run holds nothing of the kind.
    #[error("{what}")]
    Nothing {
        /// What there is not.
        what: String,
        /// What there is, or what to try.
        help: String,
    },
}

impl ExplainError {
    fn nothing(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Nothing { what: what.into(), help: help.into() }
    }
}

/// Some columns of a table, each as long as the others.
struct ColumnsOfRows<'f> {
    folder: &'f RunFolder,
    table: &'static str,
    frame: DataFrame,
}

impl<'f> ColumnsOfRows<'f> {
    fn read(folder: &'f RunFolder, table: &'static str, columns: &[&str]) -> Result<Self, StoreError> {
        Ok(Self { folder, table, frame: folder.columns(table, columns)? })
    }

    fn numbers(&self, column: &str) -> Result<Vec<f64>, StoreError> {
        self.whole(column, numbers(&self.frame, column))
    }

    fn words(&self, column: &str) -> Result<Vec<String>, StoreError> {
        self.whole(column, words(&self.frame, column))
    }

    /// A column of another type than it should have reads as nothing.
    fn whole<T>(&self, column: &str, values: Vec<T>) -> Result<Vec<T>, StoreError> {
        if values.len() == self.frame.height() {
            return Ok(values);
        }
        let path = self.folder.path().join(format!("{}.parquet", self.table));
        Err(StoreError::Damaged { path, reason: format!("its column {column} is not of the expected type") })
    }
}

/// Days in words: "days 12, 13 and 40".
fn days_in_words(days: &[u32]) -> String {
    let all: Vec<String> = days.iter().map(u32::to_string).collect();
    match all.as_slice() {
        [] => "no day".into(),
        [one] => format!("day {one}"),
        [first @ .., last] => format!("days {} and {last}", first.join(", ")),
    }
}
