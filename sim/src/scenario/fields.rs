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
    /// Least value allowed, for numbers.
    pub min: f64,
    /// Greatest value allowed, for numbers.
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
