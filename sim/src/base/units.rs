//! Units as types: a value that cannot be is refused while it is read.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A lever's value, whatever its unit: what files, `--set`, the timeline and sliders exchange.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number, in the unit of the lever.
    Number(f64),
    /// One of the words that the lever allows.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// What kind of value a quantity is, for readers and for pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any number in the range.
    Real,
    /// A whole number in the range.
    Whole,
    /// One of these words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
}

/// A unit newtype: how it is read from and written to a lever's value.
///
/// `from_value` trusts that the value has the quantity's shape and lies in the field's range: the reader of files and
/// the setter of levers check both first, and say where.
pub trait Quantity: Copy {
    /// The kind of value this quantity takes.
    const SHAPE: Shape;
    /// The quantity as a lever's value.
    fn value(self) -> Value;
    /// The quantity of a lever's value that was checked before.
    fn from_value(value: Value) -> Self;
}

macro_rules! real {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// The plain number.
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The plain number in single precision, as the citizens' arithmetic uses it.
            #[expect(clippy::cast_possible_truncation, reason = "parameters need no more than seven digits")]
            pub const fn as_f32(self) -> f32 {
                self.0 as f32
            }
        }

        impl From<f64> for $name {
            fn from(number: f64) -> Self {
                Self(number)
            }
        }

        impl Quantity for $name {
            const SHAPE: Shape = Shape::Real;
            fn value(self) -> Value {
                Value::Number(self.0)
            }
            fn from_value(value: Value) -> Self {
                match value {
                    Value::Number(number) => Self(number),
                    other => unreachable!("a checked value is a number, not {other}"),
                }
            }
        }
    )*};
}

real! {
    /// A share or a chance, between 0 and 1.
    Share;
    /// Utility, in units of the spread of a choice shock (a Gumbel shock has a standard deviation of 1.28).
    Utils;
    /// A multiplier, zero or more.
    Factor;
    /// A rate per day, zero or more.
    PerDay;
    /// What is added to something, above or below zero.
    Shift;
}

macro_rules! whole {
    ($($(#[doc = $doc:literal])* $name:ident($inner:ty);)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name($inner);

        impl $name {
            /// The plain number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }

        impl Quantity for $name {
            const SHAPE: Shape = Shape::Whole;
            fn value(self) -> Value {
                Value::Number(f64::from(self.0))
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked against the range before")]
            fn from_value(value: Value) -> Self {
                match value {
                    Value::Number(number) => Self(number.round() as $inner),
                    other => unreachable!("a checked value is a number, not {other}"),
                }
            }
        }
    )*};
}

whole! {
    /// How many.
    Count(u32);
    /// A number of days.
    Days(u32);
}

/// Money, in whole milli-credits: sums are exact, whatever their order.
///
/// Files and levers hold decimal credits; three decimals are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Credits(i64);

impl Credits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many thousandths of a credit.
    pub const fn milli(milli: i64) -> Self {
        Self(milli)
    }

    /// The amount in thousandths of a credit.
    pub const fn as_milli(self) -> i64 {
        self.0
    }

    /// The amount in decimal credits: for reports and utilities, never for books.
    #[expect(clippy::cast_precision_loss, reason = "exact below nine billion million credits")]
    pub const fn get(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl From<f64> for Credits {
    #[expect(clippy::cast_possible_truncation, reason = "rounded to the thousandth on purpose; `as` saturates")]
    fn from(credits: f64) -> Self {
        Self((credits * 1000.0).round() as i64)
    }
}

impl Quantity for Credits {
    const SHAPE: Shape = Shape::Real;
    fn value(self) -> Value {
        Value::Number(self.get())
    }
    fn from_value(value: Value) -> Self {
        match value {
            Value::Number(number) => Self::from(number),
            other => unreachable!("a checked value is a number, not {other}"),
        }
    }
}

impl Quantity for bool {
    const SHAPE: Shape = Shape::Flag;
    fn value(self) -> Value {
        Value::Flag(self)
    }
    fn from_value(value: Value) -> Self {
        match value {
            Value::Flag(flag) => flag,
            other => unreachable!("a checked value is a flag, not {other}"),
        }
    }
}

/// Makes an enum whose variants are words in files.
macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $vdoc])* $variant,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The words, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word that files and tables use.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one that this word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl $crate::base::units::Quantity for $name {
            const SHAPE: $crate::base::units::Shape = $crate::base::units::Shape::Words(Self::WORDS);
            fn value(self) -> $crate::base::units::Value {
                $crate::base::units::Value::Word(self.word())
            }
            fn from_value(value: $crate::base::units::Value) -> Self {
                match value {
                    $crate::base::units::Value::Word(word) => Self::from_word(word).unwrap_or_else(|| unreachable!("checked word {word}")),
                    other => unreachable!("a checked value is a word, not {other}"),
                }
            }
        }
    )*};
}

words! {
    /// What the law says of a good in a place.
    Status {
        /// Forbidden: every trade may become a case.
        Prohibited = "prohibited",
        /// Forbidden on paper; agencies look away, but for the share of attention that `law.tolerance` leaves.
        Tolerated = "tolerated",
        /// Allowed to those who pay the licence tax on each sale.
        Licensed = "licensed",
        /// Allowed.
        Free = "free",
    }
    /// What kind of place it is.
    PlaceKind {
        /// A watched city district.
        District = "district",
        /// A fringe district, less watched and less provided for.
        Fringe = "fringe",
        /// People who left oversight behind; sells what is made by hand.
        Enclave = "enclave",
        /// An off-world colony.
        Colony = "colony",
    }
    /// What a controller of tolerance watches.
    Watched {
        /// Harm done by the good.
        Harm = "harm",
        /// Anxiety of everybody.
        Anxiety = "anxiety",
    }
    /// What release of pressure tolerated markets bring: an assumption, never a finding of the model.
    Valve {
        /// A purchase calms.
        Valve = "valve",
        /// A purchase does nothing to anxiety.
        Neutral = "neutral",
        /// A purchase stirs up.
        Gateway = "gateway",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_keep_three_decimals() {
        assert_eq!(Credits::from(12.3456).as_milli(), 12_346);
        assert_eq!(Credits::milli(1_500).get(), 1.5);
    }

    #[test]
    fn words_and_variants_go_both_ways() {
        for &status in Status::ALL {
            assert_eq!(Status::from_word(status.word()), Some(status));
        }
        assert_eq!(Status::from_word("forbidden"), None);
    }
}
