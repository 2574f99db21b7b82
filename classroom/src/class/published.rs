//! What can be seen of a class at one moment: lines of JSON, and who may read which.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value;

use super::seats::token;

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

/// A line of JSON to be sent, and the number of the board on which it first stood.
#[derive(Clone, Debug, Default)]
pub struct PublishedLine {
    text: Arc<str>,
    /// 0 until it is published.
    number: u64,
}

impl PublishedLine {
    /// The number of the board on which it first stood.
    pub fn number(&self) -> u64 {
        self.number
    }

    fn stamp(&mut self, number: u64) -> bool {
        let fresh = self.number == 0 && !self.text.is_empty();
        if fresh {
            self.number = number;
        }
        fresh
    }
}

impl Deref for PublishedLine {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Display for PublishedLine {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.text)
    }
}

impl From<String> for PublishedLine {
    fn from(text: String) -> Self {
        Self { text: text.into(), number: 0 }
    }
}

/// Everything that can be seen of a class at one moment.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Which life of the class this is: numbers of another one say nothing here.
    pub run: Arc<str>,
    /// Grows with each board that says something new.
    pub number: u64,
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
    /// The line `addresses`, for the teacher; empty until the server has looked for them.
    pub addresses: PublishedLine,
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

impl Board {
    /// The board of a class that begins, or goes on after its thread has ended.
    pub fn new() -> Self {
        Self { run: token()[..8].into(), ..Self::default() }
    }

    /// Numbers all lines that were not numbered yet: readers tell by it what they have not been sent.
    pub fn stamp(&mut self) {
        let number = self.number + 1;
        let mut fresh = false;
        // Days are only ever added, or made anew together.
        if self.days.last().is_some_and(|day| day.number == 0) {
            for day in Arc::make_mut(&mut self.days).iter_mut().rev().take_while(|day| day.number == 0) {
                fresh |= day.stamp(number);
            }
        }
        let of_all =
            [&mut self.class, &mut self.past, &mut self.monitor, &mut self.addresses, &mut self.hello, &mut self.town];
        let of_some = self.people.values_mut().chain(self.knocks.values_mut()).chain(&mut self.what_ifs);
        for line in of_all.into_iter().chain(of_some) {
            fresh |= line.stamp(number);
        }
        if fresh {
            self.number = number;
        }
    }
}

/// A value as a line of JSON.
pub fn line(value: &Value) -> PublishedLine {
    value.to_string().into()
}
