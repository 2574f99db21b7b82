//! How one parameter describes itself: the row from which files, levers, schema and pages are read.

use crate::base::units::{Shape, Value};

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

/// What a parameter says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Name in the file, and last part of its lever path.
    pub name: &'static str,
    /// Its documentation: label, consequence, source.
    pub doc: &'static str,
    /// Unit in words.
    pub unit: &'static str,
    /// What kind of value it takes.
    pub shape: Shape,
    /// Least value allowed, in the field's unit; only for numbers.
    pub min: f64,
    /// Greatest value allowed, in the field's unit; only for numbers.
    pub max: f64,
    /// When and where it may be changed.
    pub scope: Scope,
}

impl About {
    /// The first line of the documentation: what people call it.
    pub fn label(&self) -> &'static str {
        self.doc.lines().next().unwrap_or_default().trim()
    }

    /// Who says so: the sentence after "Source:".
    pub fn source(&self) -> String {
        self.parts().1
    }

    /// What happens when it moves: the documentation without label and source.
    pub fn consequence(&self) -> String {
        self.parts().0
    }

    /// Consequence and source. The source ends with its first sentence, for what follows it speaks of consequences again.
    fn parts(&self) -> (String, String) {
        let body: Vec<&str> = self.doc.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()).collect();
        let body = body.join(" ");
        let Some((before, after)) = body.split_once("Source:") else { return (body, String::new()) };
        let (source, rest) = match after.find(". ") {
            Some(end) => (&after[..=end], &after[end + 1..]),
            None => (after, ""),
        };
        let consequence = [before.trim(), rest.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        (consequence.join(" "), source.trim().into())
    }

    /// The values allowed, in words: "a number from 0 to 1 (per day)", "one of ...", "true or false".
    pub fn allowed(&self) -> String {
        match self.shape {
            Shape::Real => format!("a number from {} to {} ({})", self.min, self.max, self.unit),
            Shape::Whole => format!("a whole number from {} to {} ({})", self.min, self.max, self.unit),
            Shape::Words(words) => format!("one of {}", words.join(", ")),
            Shape::Flag => "true or false".into(),
        }
    }
}

/// One parameter of a section, with access to it.
pub struct Field<S: 'static> {
    /// What it says of itself.
    pub about: About,
    /// Reads it.
    pub get: fn(&S) -> Value,
    /// Writes it; the value was checked against shape and range before.
    pub set: fn(&mut S, Value),
}

/// A group of parameters with a table of its fields.
pub trait Section: Sized + 'static {
    /// The fields, in the order of the file.
    const FIELDS: &'static [Field<Self>];
    /// What the group is, in a sentence.
    const DOC: &'static str;
}

/// A section of any type: what files, levers, schema and pages need of it.
pub(crate) trait AnySection {
    /// What the group is, in a sentence.
    fn doc(&self) -> &'static str;
    /// What a field says of itself, by its number; `None` past the last.
    fn about(&self, field: usize) -> Option<&'static About>;
    /// The value of a field.
    fn get(&self, field: usize) -> Value;
    /// Gives a field a value that was judged before.
    fn set(&mut self, field: usize, value: Value);
}

impl<S: Section> AnySection for S {
    fn doc(&self) -> &'static str {
        S::DOC.trim()
    }

    fn about(&self, field: usize) -> Option<&'static About> {
        S::FIELDS.get(field).map(|field| &field.about)
    }

    fn get(&self, field: usize) -> Value {
        (S::FIELDS[field].get)(self)
    }

    fn set(&mut self, field: usize, value: Value) {
        (S::FIELDS[field].set)(self, value);
    }
}

impl dyn AnySection + '_ {
    /// What each field says of itself, in order.
    pub fn abouts(&self) -> impl Iterator<Item = &'static About> {
        (0..).map_while(|field| self.about(field))
    }
}

/// Defines parameter sections: structs, their defaults and their tables of fields.
///
/// `name: Type = default, "unit", low ..= high, When;` where `When` says how a field may be changed: `Start` (only
/// before the first day), `Day` (by date, for all places), `Place` (by date and by place). A table may be empty.
macro_rules! params {
    ($(
        $(#[doc = $sdoc:literal])*
        pub struct $section:ident {
            $($(#[doc = $doc:literal])* $field:ident : $kind:ty = $default:expr, $unit:literal, $min:literal ..= $max:expr, $scope:ident;)*
        }
    )*) => {$(
        $(#[doc = $sdoc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $section { $($(#[doc = $doc])* pub $field: $kind,)* }

        impl Default for $section {
            fn default() -> Self {
                Self { $($field: <$kind>::from($default),)* }
            }
        }

        impl $crate::base::fields::Section for $section {
            const DOC: &'static str = concat!($($sdoc, "\n"),*);
            const FIELDS: &'static [$crate::base::fields::Field<Self>] = &[$($crate::base::fields::Field {
                about: $crate::base::fields::About {
                    name: stringify!($field),
                    doc: concat!($($doc, "\n"),*),
                    unit: $unit,
                    shape: <$kind as $crate::base::units::Quantity>::SHAPE,
                    min: $min,
                    max: $max,
                    scope: $crate::base::fields::Scope::$scope,
                },
                get: |section| $crate::base::units::Quantity::value(section.$field),
                set: |section, value| section.$field = $crate::base::units::Quantity::from_value(value),
            },)*];
        }
    )*};
}

pub(crate) use params;
