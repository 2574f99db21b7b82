//! What happened, and what brought it about: events, followed from each to its cause.

use serde::Serialize;

use super::Rows;
use super::page::{Page, many};
use crate::charts::words::{plain, short};
use crate::error::StoreError;
use crate::store::RunFolder;

/// A row of the table of events.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Event {
    /// Its day.
    pub day: u32,
    /// Its number.
    pub event: i64,
    /// What kind it is.
    pub kind: String,
    /// Good, or empty.
    pub good: String,
    /// Place, or empty.
    pub place: String,
    /// Venue, or empty.
    pub venue: String,
    /// Agency, or empty.
    pub agency: String,
    /// Seller, or -1.
    pub syndicate: i64,
    /// Citizen, or -1.
    pub citizen: i64,
    /// How much, as the kind says.
    pub amount: f64,
    /// The event that brought it about, or -1.
    pub cause: i64,
    /// What else to know.
    pub note: String,
}

impl Event {
    /// It in words, without its day.
    pub fn words(&self) -> String {
        let Self { good, place, venue, agency, note, .. } = self;
        let good = good.replace('_', " ");
        let seller = format!("syndicate {}", self.syndicate);
        let citizen = format!("citizen {}", self.citizen);
        let credits = |what: f64| format!("{} credits", short(what));
        let of = |before: &str, what: &str| if what.is_empty() { String::new() } else { format!(" {before} {what}") };
        let noted = |before: &str| if note.is_empty() { String::new() } else { format!("{before}{note}") };
        let someone = |agency: &str| if agency.is_empty() { "somebody".into() } else { format!("the {agency}") };
        match self.kind.as_str() {
            "trade" => {
                let from = if self.syndicate >= 0 { format!(" from {seller}") } else { String::new() };
                let price = if self.amount > 0.0 { format!(" for {}", credits(self.amount)) } else { String::new() };
                format!("{citizen}{} bought {good}{from}{}{price}", of("of", place), of("at", venue))
            }
            "case" => {
                let fine = if self.amount > 0.0 { format!(", fined {}", credits(self.amount)) } else { String::new() };
                let over = if good.is_empty() { String::new() } else { format!(", over {good}") };
                let at = of("at", venue);
                format!("case {}{over}{}{at}, by {}{fine}", self.against(), of("in", place), someone(agency))
            }
            "bribe" => {
                format!(
                    "{} bribed an officer of {} with {}{}",
                    seller,
                    someone(agency),
                    credits(self.amount),
                    noted(" ")
                )
            }
            "search" => format!("{} searched {citizen}{}, who wore a mask", someone(agency), of("of", place)),
            "raid" => format!("{venue} was raided: {} cases gathered against it{}", short(self.amount), noted(", ")),
            "zone_raid" => format!("a zone{} was raided: {} cases gathered", of("in", place), short(self.amount)),
            "exit_scam" => format!("the operator of {venue} ran away with {}{}", credits(self.amount), noted(": ")),
            "venue_close" => {
                let held = self.amount.is_finite() && self.amount >= 0.5;
                let held =
                    if held { format!("; {} in escrow were paid out", credits(self.amount)) } else { String::new() };
                format!("{venue} closed{}{held}", noted(": "))
            }
            "venue_open" => format!("{venue} opened again{}", noted(", ")),
            "seller_entry" => format!("{seller} entered{}{}", of("with", &good), noted(", ")),
            "seller_exit" => {
                let left =
                    if self.amount > 0.0 { format!("; {} were left", credits(self.amount)) } else { String::new() };
                format!("{seller} gave up{}{left}", noted(": "))
            }
            "seller_move" => format!("{seller} moved its stall{}{}{}", of("for", &good), of("to", venue), noted(": ")),
            "stall_close" => format!("{seller} closed its stall{}{}{}", of("for", &good), of("at", venue), noted(": ")),
            "rogue_birth" => format!("rogue AI {} was born{}", self.syndicate, noted(", ")),
            "rogue_takedown" => format!("rogue AI {} was taken down by {}", self.syndicate, someone(agency)),
            "policy" => format!("policy: {note}"),
            "injection" if self.amount > 0.0 => {
                format!("injected instructions made the delegate of {citizen} give its client away")
            }
            "injection" => format!("injected instructions sent a purchase of {citizen} to {seller}"),
            "coercion" => format!("{citizen}{} was robbed by {seller}{}", of("of", place), noted(": ")),
            "accident" => format!("an accident with {good}{}: {} lost", of("in", place), credits(self.amount)),
            // Kinds to come are told by what they hold.
            other => {
                let who = if self.syndicate >= 0 { format!(", {seller}") } else { String::new() };
                let whom = if self.citizen >= 0 { format!(", {citizen}") } else { String::new() };
                let amount =
                    if self.amount.is_finite() { format!(", {}", plain(self.amount, 1)) } else { String::new() };
                let (kind, by) = (other.replace('_', " "), of("by the", agency));
                let good = of("of", &good);
                format!("{kind}{good}{}{}{by}{who}{whom}{amount}{}", of("in", place), of("at", venue), noted(": "))
            }
        }
    }

    /// Against whom a case was, in the words of its note.
    fn against(&self) -> String {
        match (self.note.as_str(), self.syndicate, self.citizen) {
            ("against the seller", seller, _) if seller >= 0 => format!("against syndicate {seller}"),
            ("against the buyer", _, citizen) if citizen >= 0 => format!("against citizen {citizen}, the buyer"),
            (note, ..) => note.to_owned(),
        }
    }

    /// Whether it is a case against the seller named in it.
    pub fn hits_seller(&self) -> bool {
        self.kind == "case" && self.note.starts_with("against the seller")
    }
}

/// All events of a run.
pub struct History {
    events: Vec<Event>,
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
        let rows = Rows::read(folder, "events", &columns)?;
        let [day, event, syndicate, citizen, amount, cause] =
            ["day", "event", "syndicate", "citizen", "amount", "cause"].map(|column| rows.numbers(column));
        let [kind, good, place, venue, agency, note] =
            ["kind", "good", "place", "venue", "agency", "note"].map(|column| rows.words(column));
        let (day, event, syndicate, citizen, amount, cause) = (day?, event?, syndicate?, citizen?, amount?, cause?);
        let (mut kind, mut good, mut place) = (kind?, good?, place?);
        let (mut venue, mut agency, mut note) = (venue?, agency?, note?);
        let take = |words: &mut Vec<String>, row: usize| std::mem::take(&mut words[row]);
        let events = (0..day.len()).map(|row| Event {
            day: day[row] as u32,
            event: event[row] as i64,
            kind: take(&mut kind, row),
            good: take(&mut good, row),
            place: take(&mut place, row),
            venue: take(&mut venue, row),
            agency: take(&mut agency, row),
            syndicate: syndicate[row] as i64,
            citizen: citizen[row] as i64,
            amount: amount[row],
            cause: cause[row] as i64,
            note: take(&mut note, row),
        });
        Ok(Self::from_events(events.collect()))
    }

    /// Events in the order of their numbers.
    pub fn from_events(mut events: Vec<Event>) -> Self {
        events.sort_by_key(|event| event.event);
        Self { events }
    }

    /// All, in order.
    pub fn all(&self) -> &[Event] {
        &self.events
    }

    /// The event of a number.
    pub fn get(&self, number: i64) -> Option<&Event> {
        self.events.binary_search_by_key(&number, |event| event.event).ok().map(|at| &self.events[at])
    }

    /// What brought an event about, the nearest first.
    pub fn causes(&self, event: &Event) -> Vec<Event> {
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
    pub fn effects(&self, number: i64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.cause == number && number >= 0)
    }
}

/// An event and what brought it about.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// Its causes, the nearest first.
    pub because: Vec<Event>,
}

impl Told {
    /// An event of a history, with its causes.
    pub fn of(history: &History, event: &Event) -> Self {
        Self { event: event.clone(), because: history.causes(event) }
    }

    /// Its lines: the day and what happened, and below what it came of.
    pub fn tell(&self, page: &mut Page, indent: usize) {
        page.line(indent, &format!("day {}: {}", self.event.day, self.event.words()));
        for (depth, cause) in self.because.iter().enumerate() {
            let when = if cause.day == self.event.day { "the same day".into() } else { format!("day {}", cause.day) };
            page.line(indent + 2 + 2 * depth, &format!("\u{2190} {when}: {}", cause.words()));
        }
    }
}

/// Tells some of many: the first few, how many are left out, and the last.
pub fn tell_some(page: &mut Page, indent: usize, told: &[Told], first: usize, last: usize) {
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

    fn event(number: i64, kind: &str, cause: i64) -> Event {
        Event {
            day: number as u32,
            event: number,
            kind: kind.into(),
            cause,
            syndicate: 3,
            citizen: -1,
            ..Event::default()
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

    #[test]
    fn every_kind_is_told_in_words() {
        for kind in ["trade", "case", "raid", "zone_raid", "exit_scam", "seller_exit", "policy", "lane_open"] {
            let words = event(1, kind, -1).words();
            assert!(!words.is_empty() && !words.contains('_'), "{words}");
        }
        let case = Event { note: "against the seller".into(), agency: "watch".into(), ..event(1, "case", -1) };
        assert_eq!(case.words(), "case against syndicate 3, by the watch");
    }
}
