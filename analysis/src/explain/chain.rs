//! What happened, and what brought it about: events, followed from each to its cause.

use std::collections::BTreeMap;

use contraband_sim::record::event_text::EventText;
use serde::Serialize;

use super::ColumnsOfRows;
use super::page::{TextPage, many};
use crate::error::StoreError;
use crate::store::RunFolder;

/// All events of a run.
pub struct History {
    events: Vec<EventText>,
}

impl History {
    /// Reads them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn of(folder: &RunFolder) -> Result<Self, StoreError> {
        let columns = [
            "day",
            "event",
            "kind",
            "good",
            "place",
            "venue",
            "agency",
            "syndicate",
            "citizen",
            "amount",
            "cause",
            "note",
        ];
        let rows = ColumnsOfRows::read(folder, "events", &columns)?;
        let [day, event, syndicate, citizen, amount, cause] =
            ["day", "event", "syndicate", "citizen", "amount", "cause"].map(|column| rows.numbers(column));
        let [kind, good, place, venue, agency, note] =
            ["kind", "good", "place", "venue", "agency", "note"].map(|column| rows.words(column));
        let (day, event, syndicate, citizen, amount, cause) = (day?, event?, syndicate?, citizen?, amount?, cause?);
        let (mut kind, mut good, mut place) = (kind?, good?, place?);
        let (mut venue, mut agency, mut note) = (venue?, agency?, note?);
        let houses = ColumnsOfRows::read(folder, "houses", &["syndicate", "house"])?;
        let (numbers, names) = (houses.numbers("syndicate")?, houses.words("house")?);
        let houses: BTreeMap<i64, String> = numbers.iter().map(|&number| number as i64).zip(names).collect();
        let take = |words: &mut Vec<String>, row: usize| std::mem::take(&mut words[row]);
        // Missing where there is none.
        let number = |number: f64| if number.is_nan() { -1 } else { number as i64 };
        let events = (0..day.len()).map(|row| EventText {
            day: day[row] as u32,
            event: number(event[row]),
            kind: take(&mut kind, row),
            good: take(&mut good, row),
            place: take(&mut place, row),
            venue: take(&mut venue, row),
            agency: take(&mut agency, row),
            syndicate: number(syndicate[row]),
            house: houses.get(&number(syndicate[row])).cloned().unwrap_or_default(),
            citizen: number(citizen[row]),
            amount: amount[row],
            cause: number(cause[row]),
            note: take(&mut note, row),
        });
        Ok(Self::from_events(events.collect()))
    }

    /// Events in the order of their numbers.
    pub fn from_events(mut events: Vec<EventText>) -> Self {
        events.sort_by_key(|event| event.event);
        Self { events }
    }

    /// All, in order.
    pub fn all(&self) -> &[EventText] {
        &self.events
    }

    /// The event of a number.
    pub fn get(&self, number: i64) -> Option<&EventText> {
        self.events.binary_search_by_key(&number, |event| event.event).ok().map(|at| &self.events[at])
    }

    /// What brought an event about, the nearest first.
    pub fn causes(&self, event: &EventText) -> Vec<EventText> {
        let mut chain = Vec::new();
        let (mut number, mut cause) = (event.event, event.cause);
        // What comes first causes; a damaged table may say otherwise, and would lead in circles.
        while cause >= 0 && cause < number {
            let Some(found) = self.get(cause) else { break };
            (number, cause) = (found.event, found.cause);
            chain.push(found.clone());
        }
        chain
    }

    /// What an event brought about, at once.
    pub fn effects(&self, number: i64) -> impl Iterator<Item = &EventText> {
        self.events.iter().filter(move |event| event.cause == number && number >= 0)
    }
}

/// An event and what brought it about.
#[derive(Clone, Debug, Serialize)]
pub struct EventWithCauses {
    /// The event.
    #[serde(flatten)]
    pub event: EventText,
    /// Its causes, the nearest first.
    pub because: Vec<EventText>,
}

impl EventWithCauses {
    /// An event of a history, with its causes.
    pub fn of(history: &History, event: &EventText) -> Self {
        Self { event: event.clone(), because: history.causes(event) }
    }

    /// Its lines: the day and what happened, and below what it came of.
    pub fn tell(&self, page: &mut TextPage, indent: usize) {
        page.line(indent, &format!("day {}: {}", self.event.day, self.event.words()));
        for (depth, cause) in self.because.iter().enumerate() {
            let when = if cause.day == self.event.day { "the same day".into() } else { format!("day {}", cause.day) };
            page.line(indent + 2 + 2 * depth, &format!("\u{2190} {when}: {}", cause.words()));
        }
    }
}

/// Tells some of many: the first few, how many are left out, and the last.
pub fn tell_some(page: &mut TextPage, indent: usize, told: &[EventWithCauses], first: usize, last: usize) {
    let out = told.len().saturating_sub(first + last);
    for (nth, one) in told.iter().enumerate() {
        if out > 1 && nth >= first && nth < first + out {
            if nth == first {
                page.line(indent, &format!("… {} between; --json tells all", many(out as f64, "more", "more")));
            }
            continue;
        }
        one.tell(page, indent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: i64, kind: &str, cause: i64) -> EventText {
        EventText {
            day: number as u32,
            event: number,
            kind: kind.into(),
            cause,
            syndicate: 3,
            citizen: -1,
            ..EventText::default()
        }
    }

    #[test]
    fn a_chain_leads_from_the_exit_to_the_trade() {
        let history = History::from_events(vec![
            event(1, "trade", -1),
            event(2, "case", 1),
            event(5, "raid", 2),
            event(6, "seller_exit", 5),
        ]);
        let kinds =
            |of| history.causes(history.get(of).unwrap()).into_iter().map(|cause| cause.kind).collect::<Vec<_>>();
        assert_eq!(kinds(6), ["raid", "case", "trade"]);
        assert!(kinds(1).is_empty());
        assert_eq!(history.effects(5).count(), 1);
        assert_eq!(history.effects(-1).count(), 0);
    }

    #[test]
    fn a_damaged_table_leads_nowhere_rather_than_in_circles() {
        let history = History::from_events(vec![event(1, "raid", 2), event(2, "case", 1), event(3, "raid", 99)]);
        assert_eq!(history.causes(history.get(2).unwrap()).len(), 1);
        assert!(history.causes(history.get(3).unwrap()).is_empty());
    }
}
