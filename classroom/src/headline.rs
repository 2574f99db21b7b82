//! What happened, as the page is told.

use contraband_sim::record::told::Event;
use serde_json::{Value, json};

use crate::future::Day;

/// Kinds that are too common to be told one by one: tables count them.
const COMMON: [&str; 7] = ["trade", "case", "bribe", "search", "seller_move", "stall_close", "seller_entry"];

/// The events of a day, in order.
pub fn events(day: &Day) -> impl Iterator<Item = Event> {
    day.rows.iter().flat_map(Event::all_in)
}

/// Whether an event is news.
pub fn is_news(event: &Event) -> bool {
    !COMMON.contains(&&*event.kind)
}

/// An event as a page reads it.
pub fn as_json(event: &Event) -> Value {
    json!({
        "day": event.day, "event": event.event, "kind": event.kind, "good": event.good, "place": event.place,
        "venue": event.venue, "text": event.words(),
    })
}
