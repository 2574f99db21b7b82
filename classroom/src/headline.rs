//! What happened, in a line for people.

use contraband_sim::record::tables::{Batch, Values};
use serde_json::{Value, json};

use crate::future::Day;
use crate::view::{cell, text};

/// A row of the table of events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its day.
    pub day: u32,
    /// Its number.
    pub number: i64,
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
    /// Name of the house that the seller is, or empty.
    pub house: String,
    /// Citizen, or -1.
    pub citizen: i64,
    /// How much, as the kind says.
    pub amount: f64,
    /// The event that brought it about, or -1.
    pub cause: i64,
    /// What else to know.
    pub note: String,
}

/// The events of a day, in order.
pub fn events(day: &Day) -> impl Iterator<Item = Event> {
    day.rows.iter().filter(|batch| batch.table.name == "events").flat_map(|batch| {
        let rows = text(batch, "kind").map_or(0, <[_]>::len);
        (0..rows).map(|row| {
            let event = event(batch, row);
            Event { house: house(day, event.syndicate).unwrap_or_default(), ..event }
        })
    })
}

/// The house that a seller is, if it is one.
fn house(day: &Day, seller: i64) -> Option<String> {
    let houses = day.rows.iter().find(|batch| batch.table.name == "houses")?;
    let numbers = houses.table.columns.iter().position(|column| column.name == "syndicate")?;
    let Values::Int(numbers) = &houses.columns[numbers] else { return None };
    let row = numbers.iter().position(|&number| number == seller)?;
    Some(text(houses, "house")?[row].to_string())
}

fn event(batch: &Batch, row: usize) -> Event {
    let at = |name: &str| batch.table.columns.iter().position(|column| column.name == name);
    let values = |name: &str| &batch.columns[at(name).expect("a column of the table of events")];
    let word = |name: &str| cell(values(name), row).as_str().unwrap_or_default().to_owned();
    let number = |name: &str| if let Values::Int(values) = values(name) { values[row] } else { -1 };
    let amount = if let Values::Float(values) = values("amount") { values[row] } else { f64::NAN };
    Event {
        day: number("day") as u32,
        number: number("event"),
        kind: word("kind"),
        good: word("good"),
        place: word("place"),
        venue: word("venue"),
        agency: word("agency"),
        syndicate: number("syndicate"),
        house: String::new(),
        citizen: number("citizen"),
        amount,
        cause: number("cause"),
        note: word("note"),
    }
}

/// Kinds that are too common to be told one by one: tables count them.
const COMMON: [&str; 7] = ["trade", "case", "bribe", "search", "seller_move", "stall_close", "seller_entry"];

impl Event {
    /// Whether it is news.
    pub fn is_news(&self) -> bool {
        !COMMON.contains(&&*self.kind)
    }

    /// It in words, without its day.
    pub fn words(&self) -> String {
        let name = |key: &str| key.replace('_', " ");
        let (good, place, venue, agency) = (name(&self.good), name(&self.place), name(&self.venue), name(&self.agency));
        let seller = if self.house.is_empty() { format!("syndicate {}", self.syndicate) } else { name(&self.house) };
        let citizen = format!("citizen {}", self.citizen);
        let part = |before: &str, what: &str| if what.is_empty() { String::new() } else { format!("{before}{what}") };
        let note = part(": ", &name(&self.note));
        let credits = if self.amount.is_finite() { format!("{:.1} credits", self.amount) } else { "something".into() };
        let (in_place, at_venue, of_good) = (part(" in ", &place), part(" at ", &venue), part(" of ", &good));
        let by = part(" by ", &agency);
        match self.kind.as_str() {
            "trade" => format!("{citizen} bought {good} from {seller}{at_venue} for {credits}"),
            "case" => {
                let fine = if self.amount > 0.0 { format!(", fined {credits}") } else { String::new() };
                format!("a case {}{}{in_place}{at_venue}{by}{fine}", self.note, part(" over ", &good))
            }
            "bribe" => format!("{seller} bribed an officer of {agency} with {credits}"),
            "search" => format!("{citizen}{in_place}, who wore a mask, was searched{by}"),
            "raid" => format!("{venue} was raided{note}"),
            "zone_raid" => format!("a zone of recreated scarcity{in_place} was raided"),
            "exit_scam" => format!("the operator of {venue} ran away with {credits}{note}"),
            "faker_caught" => format!("{seller} was found out with fakes{at_venue}"),
            "leak" => format!("a secret{of_good} got out of {seller}{note}"),
            "seller_entry" => format!("{seller} entered{}{note}", part(" with ", &good)),
            "seller_exit" => format!("{seller} gave up{note}"),
            "seller_move" => format!("{seller} moved its stall of {good} to {venue}{note}"),
            "stall_close" => format!("{seller} closed its stall of {good}{at_venue}{note}"),
            "rogue_birth" => format!("a rogue AI was born, number {}{note}", self.syndicate),
            "rogue_takedown" => format!("rogue AI {} was taken down{by}", self.syndicate),
            "venue_close" => format!("{venue} closed{note}"),
            "venue_open" => format!("{venue} opened again"),
            "policy" => format!("policy: {}", self.note),
            "injection" if self.amount > 0.0 => {
                format!("injected instructions made the agent of {citizen} give its owner away")
            }
            "injection" => format!("injected instructions sent the agent of {citizen} to {seller}"),
            "coercion" => format!("{citizen}{in_place} was robbed of an identity by {seller}{note}"),
            "accident" => format!("an accident with {good}{in_place}: {:.1} of harm", self.amount),
            "interception" => format!("a shipment from {place} was caught{by}"),
            "lane_open" => format!("the lane from {place} opened"),
            "lane_close" => format!("the lane from {place} closed"),
            "enclave_visible" => format!("{place} has become too large to be overlooked"),
            "containment" => format!("a ring was laid around {place}{by}"),
            "containment_end" => format!("the ring around {place} was lifted"),
            "eradication" => format!("{place} was driven out{by}"),
            "house_financed" => format!("{}, which had nothing left, began again with {credits}", name(&self.note)),
            // A kind that is new is told by what it holds.
            other => format!("{}{of_good}{in_place}{at_venue}{by}{note}", name(other)),
        }
    }

    /// As a page reads it.
    pub fn json(&self) -> Value {
        json!({
            "day": self.day, "event": self.number, "kind": self.kind, "good": self.good, "place": self.place,
            "venue": self.venue, "text": self.words(),
        })
    }
}

#[cfg(test)]
mod tests {
    use contraband_sim::record::tables::EVENTS;

    use std::sync::Arc;

    use super::*;
    use crate::future::Future;
    use crate::plan::planned;

    #[test]
    fn houses_are_called_by_their_names() {
        let mut future = Future::new(Arc::new(planned("who_steers", None, &[]).expect("it is there")), 1);
        (0..10).for_each(|_| future.step());
        let named: Vec<Event> =
            future.days().iter().flat_map(|day| events(day)).filter(|event| !event.house.is_empty()).collect();
        let houses = &future.scenario().params.houses;
        assert!(!named.is_empty() && named.iter().all(|event| houses.iter().any(|house| house.name == event.house)));
        let trade = named.iter().find(|event| event.kind == "trade").expect("they sell");
        assert!(trade.words().contains(&trade.house.replace('_', " ")), "{}", trade.words());
    }

    /// The table says which kinds there are; a kind that nobody thought of would be told with its key.
    #[test]
    fn every_kind_of_event_is_told_in_words() {
        let kinds = EVENTS.columns.iter().find(|column| column.name == "kind").expect("events have kinds").doc;
        for kind in kinds.split(", ") {
            let event = Event {
                kind: kind.into(),
                good: "dangerous_tech".into(),
                place: "harbour".into(),
                venue: "quay_nine".into(),
                agency: "city_watch".into(),
                syndicate: 7,
                citizen: 9,
                amount: 2.0,
                note: "against the seller".into(),
                ..Event::default()
            };
            let words = event.words();
            assert!(!words.contains('_') && words.split(' ').count() > 2, "{kind}: {words}");
            assert!(
                !words.starts_with(&kind.replace('_', " ")) || ["policy", "injection"].contains(&kind),
                "{kind}: {words}"
            );
        }
    }
}
