//! What is read off recordings: figures, and what differs between worlds that share their seeds.
//!
//! A [`Figure`] chooses rows of one column and brings them together. A [`Metric`] reckons with figures: written in code,
//! or as text such as `mean(goods.price_mean, good = experience, days = 181 to 360)` (see [`expression`]). Worlds are
//! compared by [`paired`] runs.

pub mod abc;
pub mod bootstrap;
pub mod components;
pub mod expression;
pub mod given_data;
pub mod indices;
pub mod orthogonal;
pub mod paired;
pub mod prim;
pub mod statistics;

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::batch::{Halt, Watch};
use crate::measure::statistics::{mean, quantile, spread};
use contraband_sim::record::tables::{Batch, Values};
use contraband_sim::run::Run;
use contraband_sim::scenario::Scenario;

/// All rows of one run.
pub struct Recording(Vec<Batch>);

impl Recording {
    /// Lives a scenario to its end, on one thread.
    pub fn of(scenario: &Arc<Scenario>, seed: u64) -> Self {
        let mut run = Run::new(Arc::clone(scenario), seed, 1);
        for _ in 0..scenario.days {
            run.step();
        }
        Self(run.finish())
    }

    /// The same, as one run of a list.
    ///
    /// # Errors
    /// When the run may not go on.
    pub fn watched(scenario: &Arc<Scenario>, seed: u64, watch: &Watch<'_>) -> Result<Self, Halt> {
        let mut run = Run::new(Arc::clone(scenario), seed, 1);
        for _ in 0..scenario.days {
            watch.check()?;
            run.step();
        }
        Ok(Self(run.finish()))
    }

    /// The rows of a run that was lived elsewhere.
    pub const fn from_rows(rows: Vec<Batch>) -> Self {
        Self(rows)
    }

    /// Adds rows that came later.
    pub fn add(&mut self, rows: Vec<Batch>) {
        for new in rows {
            match self.0.iter_mut().find(|held| held.table.name == new.table.name) {
                None => self.0.push(new),
                Some(held) => {
                    for (held, new) in held.columns.iter_mut().zip(new.columns) {
                        held.extend(new);
                    }
                }
            }
        }
    }

    /// The rows, table by table.
    pub fn tables(&self) -> &[Batch] {
        &self.0
    }

    fn column(&self, table: &str, name: &str) -> Option<&Values> {
        self.0.iter().find(|batch| batch.table.name == table)?.column(name)
    }

    /// A column of numbers, a value each row, NaN where one is missing; empty where the table has no rows.
    ///
    /// # Panics
    /// Where the column holds words.
    pub fn numbers(&self, table: &str, name: &str) -> Vec<f64> {
        self.column(table, name)
            .map_or_else(Vec::new, |column| column.numbers().unwrap_or_else(|| panic!("`{table}.{name}` holds words")))
    }

    /// A column of words, a word each row, an empty one where one is missing; empty where the table has no rows.
    ///
    /// # Panics
    /// Where the column holds numbers.
    pub fn words(&self, table: &str, name: &str) -> Vec<&str> {
        self.column(table, name)
            .map_or_else(Vec::new, |column| column.words().unwrap_or_else(|| panic!("`{table}.{name}` holds numbers")))
    }
}

/// What is done with the rows that were chosen. Rows whose value is missing have nothing to say and are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregate {
    /// Their mean; NaN where there are none.
    Mean,
    /// Their sum; 0 where there are none.
    Sum,
    /// The mean of those of the last day.
    Last,
    /// The least.
    Least,
    /// The greatest.
    Greatest,
    /// How many there are.
    Count,
    /// Their standard deviation, as of a sample.
    Spread,
    /// The value below which this share of them lies.
    Quantile(f64),
    /// Of the values of the first day, the share that is there on the last day too: who stayed.
    Kept,
    /// Of the values of the last day, the share below a tenth of their mean: how many are small.
    Small,
    /// Of the sum of the values of the last day, the share that the largest tenth of them make up, at least one.
    Top,
}

/// One number read off a recording: some rows of a column, brought together.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    table: Cow<'static, str>,
    column: Cow<'static, str>,
    /// Another column of the row, by which the first is divided.
    over: Option<Cow<'static, str>>,
    how: Aggregate,
    days: RangeInclusive<u32>,
    only: Vec<Only>,
    within: Vec<Within>,
}

/// Rows where a key is one of some words, or none of them.
#[derive(Clone, Debug, PartialEq)]
struct Only {
    key: Cow<'static, str>,
    words: Vec<Cow<'static, str>>,
    wanted: bool,
}

/// Rows where a number is at least or at most so much.
#[derive(Clone, Debug, PartialEq)]
struct Within {
    column: Cow<'static, str>,
    least: f64,
    most: f64,
}

const ALL_DAYS: RangeInclusive<u32> = 0..=u32::MAX;

/// The mean of a column.
pub fn mean_of(table: &'static str, column: &'static str) -> Figure {
    Figure::new(Aggregate::Mean, table, column)
}

/// The sum of a column.
pub fn sum_of(table: &'static str, column: &'static str) -> Figure {
    Figure::new(Aggregate::Sum, table, column)
}

/// The mean of a column over the rows of the last day.
pub fn last_of(table: &'static str, column: &'static str) -> Figure {
    Figure::new(Aggregate::Last, table, column)
}

impl Figure {
    /// All rows of a column, brought together.
    pub fn new(how: Aggregate, table: impl Into<Cow<'static, str>>, column: impl Into<Cow<'static, str>>) -> Self {
        let (table, column) = (table.into(), column.into());
        Self { table, column, over: None, how, days: ALL_DAYS, only: Vec::new(), within: Vec::new() }
    }

    /// Divided, row by row, by another column.
    fn over(self, column: impl Into<Cow<'static, str>>) -> Self {
        Self { over: Some(column.into()), ..self }
    }

    /// Only rows where a column of numbers lies between two values.
    fn within(mut self, column: impl Into<Cow<'static, str>>, least: f64, most: f64) -> Self {
        self.within.push(Within { column: column.into(), least, most });
        self
    }

    /// On these days only.
    #[must_use]
    pub fn days(mut self, days: RangeInclusive<u32>) -> Self {
        self.days = days;
        self
    }

    /// The columns that it looks at, with their table.
    fn reads(&self) -> Vec<(String, String)> {
        let dated = (self.table != "citizens").then_some("day");
        let all = [Some(&*self.column), self.over.as_deref(), dated].into_iter().flatten();
        let conditions =
            self.only.iter().map(|only| &*only.key).chain(self.within.iter().map(|within| &*within.column));
        all.chain(conditions).map(|column| (self.table.to_string(), column.to_owned())).collect()
    }

    /// The days that it is limited to, first and last.
    fn window(&self) -> Option<(u32, u32)> {
        (self.days != ALL_DAYS).then(|| (*self.days.start(), *self.days.end()))
    }

    /// Only rows where `key` is one of these words.
    #[must_use]
    pub fn of(self, key: &'static str, words: &[&'static str]) -> Self {
        self.only(key, words.iter().copied(), true)
    }

    /// Only rows where `key` is none of these words.
    #[must_use]
    pub fn but(self, key: &'static str, words: &[&'static str]) -> Self {
        self.only(key, words.iter().copied(), false)
    }

    fn only<W: Into<Cow<'static, str>>>(
        mut self,
        key: impl Into<Cow<'static, str>>,
        words: impl IntoIterator<Item = W>,
        wanted: bool,
    ) -> Self {
        self.only.push(Only { key: key.into(), words: words.into_iter().map(Into::into).collect(), wanted });
        self
    }

    /// Reads it off a recording, in the unit of its columns; NaN where there is nothing to read.
    pub fn read(&self, rows: &Recording) -> f64 {
        let mut values = rows.numbers(&self.table, &self.column);
        if let Some(over) = &self.over {
            for (value, by) in values.iter_mut().zip(rows.numbers(&self.table, over)) {
                *value /= by;
            }
        }
        let dated = self.table != "citizens";
        let days = if dated { rows.numbers(&self.table, "day") } else { vec![0.0; values.len()] };
        let keys: Vec<(Vec<&str>, &Only)> =
            self.only.iter().map(|only| (rows.words(&self.table, &only.key), only)).collect();
        let within: Vec<(Vec<f64>, &Within)> =
            self.within.iter().map(|within| (rows.numbers(&self.table, &within.column), within)).collect();
        let chosen = (0..values.len()).filter(|&row| {
            !values[row].is_nan()
                && (!dated || self.days.contains(&(days[row] as u32)))
                && keys.iter().all(|(column, only)| only.words.iter().any(|word| *word == column[row]) == only.wanted)
                && within.iter().all(|(column, within)| (within.least..=within.most).contains(&column[row]))
        });
        let mut chosen: Vec<usize> = chosen.collect();
        let (Some(&first), Some(&end)) = (chosen.first(), chosen.last()) else {
            return self.bring_together(Vec::new());
        };
        if self.how == Aggregate::Kept {
            let on = |day: f64| -> Vec<f64> {
                chosen.iter().filter(|&&row| days[row] == day).map(|&row| values[row]).collect()
            };
            let (began, ended) = (on(days[first]), on(days[end]));
            let stayed = began.iter().filter(|value| ended.contains(value)).count();
            return stayed as f64 / began.len() as f64;
        }
        if [Aggregate::Last, Aggregate::Small, Aggregate::Top].contains(&self.how) {
            chosen.retain(|&row| days[row] == days[end]);
        }
        self.bring_together(chosen.into_iter().map(|row| values[row]).collect())
    }

    fn bring_together(&self, mut chosen: Vec<f64>) -> f64 {
        match self.how {
            Aggregate::Sum => chosen.iter().sum(),
            Aggregate::Count => chosen.len() as f64,
            Aggregate::Mean | Aggregate::Last => mean(&chosen),
            Aggregate::Least => chosen.iter().copied().reduce(f64::min).unwrap_or(f64::NAN),
            Aggregate::Greatest => chosen.iter().copied().reduce(f64::max).unwrap_or(f64::NAN),
            Aggregate::Spread => spread(&chosen),
            Aggregate::Quantile(share) => quantile(&mut chosen, share),
            Aggregate::Small => {
                let bound = 0.1 * mean(&chosen);
                chosen.iter().filter(|&&value| value < bound).count() as f64 / chosen.len() as f64
            }
            Aggregate::Top => {
                chosen.sort_unstable_by(|one, other| other.total_cmp(one));
                let many = chosen.len().div_ceil(10);
                chosen[..many].iter().sum::<f64>() / chosen.iter().sum::<f64>()
            }
            Aggregate::Kept => f64::NAN,
        }
    }

    /// The figure under the name that its effect is told by.
    pub fn named(self, name: &str) -> Metric {
        Metric::new(name, move |rows| self.read(rows))
    }
}

/// How a metric is read off a recording.
type ReadMetric = dyn Fn(&Recording) -> f64 + Send + Sync;

/// Something measured in a run, with the name that a reader sees.
pub struct Metric {
    name: String,
    read: Box<ReadMetric>,
}

impl Metric {
    /// Any function of the recording.
    pub fn new(name: &str, read: impl Fn(&Recording) -> f64 + Send + Sync + 'static) -> Self {
        Self { name: name.into(), read: Box::new(read) }
    }

    /// The name that a reader sees.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads it off a recording, in the unit of its columns; NaN where there is nothing to read.
    pub fn read(&self, rows: &Recording) -> f64 {
        (self.read)(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both tell the same trade: all goods together, and one by one.
    #[test]
    fn figures_choose_rows_by_word_and_by_day() {
        let mut scenario = Scenario { days: 30, ..Scenario::default() };
        scenario.set("citizens.count", "500").expect("a lever");
        let rows = Recording::of(&Arc::new(scenario), 1);
        let days = 11..=20;
        let all = sum_of("days", "trades").days(days.clone()).read(&rows);
        let one = sum_of("goods", "trades").days(days.clone()).of("good", &["privacy"]).read(&rows);
        let rest = sum_of("goods", "trades").days(days).but("good", &["privacy"]).read(&rows);
        assert!(one > 0.0 && one + rest == all);
        let of = |how: Aggregate| Figure::new(how, "days", "day").days(11..=20).read(&rows);
        assert_eq!(
            [Aggregate::Mean, Aggregate::Last, Aggregate::Least, Aggregate::Greatest, Aggregate::Count].map(of),
            [15.5, 20.0, 11.0, 20.0, 10.0]
        );
        assert_eq!(of(Aggregate::Quantile(0.5)), 15.5);
        assert!(mean_of("days", "day").days(40..=50).read(&rows).is_nan());
        assert_eq!(last_of("days", "day").read(&rows), 30.0);
    }
}
