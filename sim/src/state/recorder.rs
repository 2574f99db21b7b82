//! What the recorder remembers from day to day.

use serde::{Deserialize, Serialize};

use crate::params::welfare::PARTS;
use crate::record::tables::TABLES;

/// What the recorder remembers from day to day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecorderState {
    /// A chain of SHA-256 for each table, over all its rows so far.
    pub(crate) chains: Vec<[u8; 32]>,
    /// Rows of each table so far.
    pub(crate) rows: Vec<u64>,
    /// Illicit trades by good, place and venue, against what they were at first.
    pub(crate) shifts: [ShareShift; 3],
    /// Innovation of last evening.
    pub(crate) innovation: f64,
    /// Sums of the parts of welfare and, last, of their worth.
    pub(crate) welfare: [f64; PARTS + 1],
}

impl RecorderState {
    /// Whose shift stands where.
    pub(crate) const GOODS: usize = 0;
    pub(crate) const PLACES: usize = 1;
    pub(crate) const VENUES: usize = 2;
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

/// Days whose trade is the reference of the displacement index.
pub(crate) const REFERENCE: u32 = 30;

/// Days over which the displacement index looks back.
pub(crate) const WEEK: usize = 7;

/// How the shares of some change against what they were in the reference days.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ShareShift {
    /// Trades of each in the reference days.
    reference: Vec<u64>,
    /// Trades of each on each of the last seven days.
    week: [Vec<u64>; WEEK],
}

impl ShareShift {
    /// Another day's trades.
    pub(crate) fn add(&mut self, day: u32, trades: Vec<u64>) {
        if day <= REFERENCE {
            self.reference.resize(trades.len(), 0);
            self.reference.iter_mut().zip(&trades).for_each(|(sum, &today)| *sum += today);
        }
        self.week[day as usize % WEEK] = trades;
    }

    /// The share of one in the last seven days against its share in the reference days; nothing before their end, and where
    /// nothing was traded in them: what was lawful then has no share to be compared with. NaN, which tables hold to be
    /// missing, where nothing at all was traded in the last seven days.
    pub(crate) fn index(&self, day: u32, one: usize) -> Option<f64> {
        if day < REFERENCE || self.reference.get(one).is_none_or(|&trades| trades == 0) {
            return None;
        }
        let lately = |one: usize| self.week.iter().filter_map(|day| day.get(one)).sum::<u64>() as f64;
        let all: f64 = (0..self.reference.len()).map(lately).sum();
        let before: u64 = self.reference.iter().sum();
        Some((lately(one) / all) / (self.reference[one] as f64 / before as f64))
    }
}
