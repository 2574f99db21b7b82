//! What the columns of tables hold: values by kind, of which some may be missing.

use std::borrow::Cow;

use crate::base::units::Credits;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers.
    Int,
    /// Real numbers.
    Float,
    /// Words.
    Text,
}

/// A word in a table: a fixed one of the engine, or a name from the scenario.
pub type Word = Cow<'static, str>;

/// What a cell is made of: whole numbers, real ones, words.
///
/// A missing value leaves its slot to `HOLE`, which is no value of any column that may miss some. Holes are what stood in
/// the cells before tables knew missing values. Fingerprints are taken over slots, so that they are what they were; so are
/// the files of checkpoints and of kept runs. This is the one place that knows these holes: whoever reads a cell gets
/// [`None`].
pub trait Slot: Clone {
    /// What stands in the slot of a missing value.
    const HOLE: Self;
    /// Whether it is that.
    fn is_hole(&self) -> bool;
}

impl Slot for i64 {
    /// Columns of whole numbers that may miss some are filled from unsigned numbers only.
    const HOLE: Self = -1;
    fn is_hole(&self) -> bool {
        *self == Self::HOLE
    }
}

impl Slot for f64 {
    /// Any NaN is a hole: what is no number is no value. It keeps the bits that it was computed with.
    const HOLE: Self = Self::NAN;
    fn is_hole(&self) -> bool {
        self.is_nan()
    }
}

impl Slot for Word {
    /// A word without letters says nothing.
    const HOLE: Self = Cow::Borrowed("");
    fn is_hole(&self) -> bool {
        self.is_empty()
    }
}

/// A number for a column in which some may be missing: arithmetic says NaN where it has no answer, a table says nothing.
pub const fn known(number: f64) -> Option<f64> {
    if number.is_nan() { None } else { Some(number) }
}

/// The cells of one column, a row each.
#[derive(Clone, Debug)]
pub struct Cells<T> {
    slots: Vec<T>,
    may_miss: bool,
}

impl<T: Slot> Cells<T> {
    /// None yet, of a column in which values may be missing or not.
    pub const fn new(may_miss: bool) -> Self {
        Self { slots: Vec::new(), may_miss }
    }

    /// Whether values may be missing.
    pub const fn may_miss(&self) -> bool {
        self.may_miss
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are no rows.
    pub const fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The value of a row; nothing where it is missing.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn get(&self, row: usize) -> Option<&T> {
        self.seen(&self.slots[row])
    }

    /// The values, row by row; nothing where one is missing.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Option<&T>> + ExactSizeIterator {
        self.slots.iter().map(|slot| self.seen(slot))
    }

    /// The values that are there.
    pub fn known(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.iter().flatten()
    }

    fn seen<'s>(&self, slot: &'s T) -> Option<&'s T> {
        if self.may_miss && slot.is_hole() { None } else { Some(slot) }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the value is missing and must not be.
    pub fn push(&mut self, value: Option<T>) {
        assert!(self.may_miss || value.is_some(), "a column without missing values misses one");
        self.slots.push(value.unwrap_or(T::HOLE));
    }

    /// What stands in memory, holes included: for fingerprints and for files that are read back by [`Cells::push_slot`].
    pub fn slots(&self) -> &[T] {
        &self.slots
    }

    /// Adds what stood in the memory of a column of the same name.
    pub fn push_slot(&mut self, slot: T) {
        self.slots.push(slot);
    }

    /// Moves the first `count` rows out.
    fn take_first(&mut self, count: usize) -> Self {
        let rest = self.slots.split_off(count);
        Self { slots: std::mem::replace(&mut self.slots, rest), may_miss: self.may_miss }
    }
}

/// Of a column without missing values.
impl<T> From<Vec<T>> for Cells<T> {
    fn from(slots: Vec<T>) -> Self {
        Self { slots, may_miss: false }
    }
}

/// Of a column in which values may be missing.
impl<T: Slot> From<Vec<Option<T>>> for Cells<T> {
    fn from(values: Vec<Option<T>>) -> Self {
        Self { slots: values.into_iter().map(|value| value.unwrap_or(T::HOLE)).collect(), may_miss: true }
    }
}

/// Equal values, and the same ones missing.
impl<T: Slot + PartialEq> PartialEq for Cells<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The values of one column, a row each.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of an `Int` column.
    Int(Cells<i64>),
    /// Of a `Float` column.
    Float(Cells<f64>),
    /// Of a `Text` column.
    Text(Cells<Word>),
}

/// The same of cells of whichever kind.
macro_rules! each {
    ($values:expr, $cells:ident => $of:expr) => {
        match $values {
            Values::Int($cells) => $of,
            Values::Float($cells) => $of,
            Values::Text($cells) => $of,
        }
    };
}

impl Values {
    /// None yet.
    pub const fn new(kind: ColumnKind, may_miss: bool) -> Self {
        match kind {
            ColumnKind::Int => Self::Int(Cells::new(may_miss)),
            ColumnKind::Float => Self::Float(Cells::new(may_miss)),
            ColumnKind::Text => Self::Text(Cells::new(may_miss)),
        }
    }

    /// What kind they are.
    pub const fn kind(&self) -> ColumnKind {
        match self {
            Self::Int(_) => ColumnKind::Int,
            Self::Float(_) => ColumnKind::Float,
            Self::Text(_) => ColumnKind::Text,
        }
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        each!(self, cells => cells.len())
    }

    /// Whether there are no rows.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether values may be missing.
    pub const fn may_miss(&self) -> bool {
        each!(self, cells => cells.may_miss())
    }

    /// A number of a row; nothing where it is missing, or where the column holds words.
    pub fn number(&self, row: usize) -> Option<f64> {
        match self {
            Self::Int(cells) => cells.get(row).map(|&value| value as f64),
            Self::Float(cells) => cells.get(row).copied(),
            Self::Text(_) => None,
        }
    }

    /// All numbers, row by row, for arithmetic: NaN where one is missing. Nothing where the column holds words.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Self::Int(cells) => Some(cells.iter().map(|value| value.map_or(f64::NAN, |&value| value as f64)).collect()),
            Self::Float(cells) => Some(cells.iter().map(|value| value.copied().unwrap_or(f64::NAN)).collect()),
            Self::Text(_) => None,
        }
    }

    /// All words, row by row: an empty one where one is missing. Nothing where the column holds numbers.
    pub fn words(&self) -> Option<Vec<&str>> {
        let Self::Text(cells) = self else { return None };
        Some(cells.iter().map(|word| word.map_or("", AsRef::as_ref)).collect())
    }

    /// Adds values of the same kind.
    ///
    /// # Panics
    /// Where they are of another.
    pub fn extend(&mut self, more: Self) {
        match (self, more) {
            (Self::Int(held), Self::Int(new)) => held.slots.extend(new.slots),
            (Self::Float(held), Self::Float(new)) => held.slots.extend(new.slots),
            (Self::Text(held), Self::Text(new)) => held.slots.extend(new.slots),
            _ => unreachable!("columns of one table hold values of one kind"),
        }
    }

    /// Moves the first `count` rows out.
    #[must_use]
    pub fn take_first(&mut self, count: usize) -> Self {
        match self {
            Self::Int(cells) => Self::Int(cells.take_first(count)),
            Self::Float(cells) => Self::Float(cells.take_first(count)),
            Self::Text(cells) => Self::Text(cells.take_first(count)),
        }
    }
}

/// A type that a field of a row may have: how it stands in a column.
pub trait Cell {
    /// What the column holds.
    const KIND: ColumnKind;
    /// Whether the value may be missing.
    const MAY_MISS: bool = false;

    /// Adds it to its column.
    ///
    /// # Panics
    /// When the column is of another kind.
    fn push(self, column: &mut Values);
}

macro_rules! cells {
    ($kind:ident: $($type:ty = |$value:ident| $slot:expr;)*) => {$(
        impl Cell for $type {
            const KIND: ColumnKind = ColumnKind::$kind;
            fn push(self, column: &mut Values) {
                let Values::$kind(cells) = column else { unreachable!("a column of its own kind") };
                let $value = self;
                cells.push_slot($slot);
            }
        }
    )*};
}

macro_rules! cells_that_may_miss {
    ($kind:ident: $($type:ty)*) => {$(
        impl Cell for Option<$type> {
            const KIND: ColumnKind = ColumnKind::$kind;
            const MAY_MISS: bool = true;
            fn push(self, column: &mut Values) {
                match self {
                    Some(value) => value.push(column),
                    None => {
                        let Values::$kind(cells) = column else { unreachable!("a column of its own kind") };
                        cells.push(None);
                    }
                }
            }
        }
    )*};
}

cells! { Int:
    bool = |value| i64::from(value);
    u8 = |value| i64::from(value);
    i16 = |value| i64::from(value);
    i64 = |value| value;
    u16 = |value| i64::from(value);
    u32 = |value| i64::from(value);
    u64 = |value| i64::try_from(value).unwrap_or(i64::MAX);
    usize = |value| i64::try_from(value).unwrap_or(i64::MAX);
    Exact = |value| value.0.as_milli();
    Seed = |value| value.0.cast_signed();
}
cells! { Float:
    f64 = |value| value;
    f32 = |value| f64::from(value);
    Credits = |value| value.get();
}
cells! { Text:
    Word = |value| value;
    String = |value| value.into();
    &'static str = |value| value.into();
}
// Whole numbers that may be missing are unsigned: none of them is a hole.
cells_that_may_miss! { Int: u32 u64 }
cells_that_may_miss! { Float: f64 Credits }
cells_that_may_miss! { Text: Word &'static str }

/// A seed in a column of signed numbers: one that is greater than those keeps its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

/// Makes a type that has a word in tables a cell, and so what may be missing of it.
macro_rules! word_cell {
    ($type:ty, |$value:ident| $word:expr) => {
        impl $crate::record::values::Cell for $type {
            const KIND: $crate::record::values::ColumnKind = $crate::record::values::ColumnKind::Text;
            fn push(self, column: &mut $crate::record::values::Values) {
                let $value = self;
                $crate::record::values::Cell::push($word, column);
            }
        }

        impl $crate::record::values::Cell for Option<$type> {
            const KIND: $crate::record::values::ColumnKind = $crate::record::values::ColumnKind::Text;
            const MAY_MISS: bool = true;
            fn push(self, column: &mut $crate::record::values::Values) {
                $crate::record::values::Cell::push(self.map(|$value| $word), column);
            }
        }
    };
}
pub(crate) use word_cell;

/// An amount of credits in a column of whole milli-credits, beside which another holds credits: sums of it are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact(pub Credits);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_is_nothing_to_those_who_read_and_a_hole_to_fingerprints() {
        let mut seller = Values::new(ColumnKind::Int, true);
        for number in [Some(7_u32), None] {
            number.push(&mut seller);
        }
        let Values::Int(cells) = &seller else { panic!("whole numbers") };
        assert_eq!((cells.get(0), cells.get(1)), (Some(&7), None));
        assert_eq!((cells.slots(), cells.known().count()), (&[7, -1][..], 1));

        let mut price = Values::new(ColumnKind::Float, true);
        for value in [Some(2.5), None, Some(0.0 / f64::from(u8::from(price.len() == 9)))] {
            value.push(&mut price);
        }
        assert_eq!([0, 1, 2].map(|row| price.number(row)), [Some(2.5), None, None]);

        let mut good = Values::new(ColumnKind::Text, true);
        for word in [Some("privacy"), None] {
            word.push(&mut good);
        }
        assert_eq!(good.words(), Some(vec!["privacy", ""]));
        assert_eq!(good, Values::Text(vec![Some("privacy".into()), None].into()));
    }

    /// The number that stands for a missing one is a number where none may be missing.
    #[test]
    fn minus_one_is_a_value_of_a_column_without_missing_ones() {
        let mut flow = Values::new(ColumnKind::Int, false);
        (-1_i64).push(&mut flow);
        assert_eq!(flow.number(0), Some(-1.0));
    }

    #[test]
    fn rows_are_cut_and_joined_with_their_gaps() {
        let mut rows = Values::Int(vec![Some(1), None, Some(3), None].into());
        let first = rows.take_first(2);
        assert_eq!((&first, rows.len()), (&Values::Int(vec![Some(1), None].into()), 2));
        let mut joined = first;
        joined.extend(rows);
        assert_eq!(joined, Values::Int(vec![Some(1), None, Some(3), None].into()));
    }
}
