//! What can be seen of a class at one moment: lines of JSON, and who may read which.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// Who a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The teacher.
    Teacher,
    /// A student, by number.
    Person(u32),
    /// Someone who asks to come back in, by the number of the request.
    Knock(u32),
}

/// A line of JSON to be sent.
pub type PublishedLine = Arc<str>;

/// Everything that can be seen of a class at one moment.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Who each token belongs to.
    pub doors: Arc<BTreeMap<String, Who>>,
    /// Whether the class is over.
    pub over: bool,
    /// The line `class`, for everyone.
    pub class: PublishedLine,
    /// The line `history`, for everyone: what was decided in rounds that are over.
    pub past: PublishedLine,
    /// The line `monitor`, for the teacher.
    pub monitor: PublishedLine,
    /// The line `you` of each student, by number; a student who has none was removed from the class.
    pub people: BTreeMap<u32, PublishedLine>,
    /// The line `you` of each who asks to come back in, by the number of the request.
    pub knocks: BTreeMap<u32, PublishedLine>,
    /// The lines `what_if`, in the debrief.
    pub what_ifs: Vec<PublishedLine>,
    /// The line `hello`: the world on day 0.
    pub hello: PublishedLine,
    /// The lines `rows`: what happened each day, from day 0 on.
    pub days: Arc<Vec<PublishedLine>>,
    /// How many rounds were undone: after an undo, all days are sent again.
    pub era: u64,
    /// The line `state`: the current day of the town.
    pub town: PublishedLine,
}

/// A value as a line of JSON.
pub fn line(value: &Value) -> PublishedLine {
    value.to_string().into()
}
