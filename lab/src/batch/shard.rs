//! A part of a list of runs, for whoever shares it out to processes or machines.

use std::str::FromStr;

/// Every `count`-th run of a list, from run `index` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

/// Why a text names no part of a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a shard is its number and how many there are, such as 0/8; numbers begin with 0 and stay below how many there are"
)]
pub struct NotAShard;

impl Shard {
    /// A list that nobody shares.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Part `index` of `count`.
    ///
    /// # Errors
    /// When `index` is not below `count`.
    pub const fn new(index: usize, count: usize) -> Result<Self, NotAShard> {
        if index < count { Ok(Self { index, count }) } else { Err(NotAShard) }
    }

    /// Whether a run, by its place in the list, is in it.
    pub const fn holds(self, run: u64) -> bool {
        run % self.count as u64 == self.index as u64
    }

    /// How many parts there are.
    pub const fn count(self) -> usize {
        self.count
    }

    /// The name of its journal.
    pub fn journal(self) -> String {
        match self {
            Self::WHOLE => "all.journal".into(),
            Self { index, count } => format!("shard-{index:05}-of-{count:05}.journal"),
        }
    }
}

impl FromStr for Shard {
    type Err = NotAShard;

    fn from_str(text: &str) -> Result<Self, NotAShard> {
        let (index, count) = text.split_once('/').ok_or(NotAShard)?;
        Self::new(index.parse().map_err(|_| NotAShard)?, count.parse().map_err(|_| NotAShard)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_exactly_one_shard() {
        let shards: Vec<Shard> = (0..7).map(|index| Shard::new(index, 7).unwrap()).collect();
        for run in 0..100 {
            assert_eq!(shards.iter().filter(|shard| shard.holds(run)).count(), 1);
            assert!(Shard::WHOLE.holds(run));
        }
        let names: std::collections::BTreeSet<String> = shards.iter().map(|shard| shard.journal()).collect();
        assert_eq!(names.len(), 7);
    }

    #[test]
    fn a_shard_is_named_by_its_number_and_their_count() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, count: 3 }));
        for wrong in ["3/3", "0/0", "2", "/", "-1/3", "1/x", "1/2/3"] {
            assert_eq!(wrong.parse::<Shard>(), Err(NotAShard), "{wrong}");
        }
    }
}
