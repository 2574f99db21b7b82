//! How one parameter describes itself: the row from which files, levers, schema and pages are read.

use crate::units::{Shape, Value};

/// When and where a parameter may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only before the first day: the world is made from it.
    Start,
    /// From any day on, for all places at once.
    Day,
    /// From any day on, for all places or for some.
    Place,
}

/// One parameter of a section.
pub struct Field<S: 'static> {
    /// Name in the file, and last part of its lever path.
    pub name: &'static str,
    /// Its documentation: label, consequence, source.
    pub doc: &'static str,
    /// Unit in words.
    pub unit: &'static str,
    /// What kind of value it takes.
    pub shape: Shape,
    /// Least value allowed, for numbers.
    pub min: f64,
    /// Greatest value allowed, for numbers.
    pub max: f64,
    /// When and where it may be changed.
    pub scope: Scope,
    /// Reads it.
    pub get: fn(&S) -> Value,
    /// Writes it; the value was checked against shape and range before.
    pub set: fn(&mut S, Value),
}

/// A group of parameters with a table of its fields.
pub trait Section: Sized + 'static {
    /// The fields, in the order of the file.
    const FIELDS: &'static [Field<Self>];
}
