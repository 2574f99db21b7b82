//! Events, as pages show them.

use contraband_sim::record::event_text::EventText;
use contraband_sim::record::tables::{Batch, HOUSES, Values};
use serde_json::{Value, json};

use crate::future::RecordedDay;
use crate::glossary::proper_name;
use crate::rows::text;

/// Kinds that are too common to be shown one by one; the tables count them.
const COMMON: [&str; 7] = ["trade", "case", "bribe", "search", "seller_move", "stall_close", "seller_entry"];

/// The events of a day, in order; houses are called by their names.
pub fn events(day: &RecordedDay) -> impl Iterator<Item = EventText> {
    let houses = day.rows.iter().find(|batch| batch.table.name == HOUSES.name);
    day.rows.iter().flat_map(EventText::all_in).map(move |event| {
        let house = houses.and_then(|houses| house(houses, event.syndicate?));
        EventText { house, ..event }
    })
}

/// Name of the house that this seller is, if it is one.
fn house(houses: &Batch, seller: u32) -> Option<String> {
    let Values::Int(numbers) = houses.column("syndicate")? else { return None };
    let row = numbers.iter().position(|number| number == Some(&i64::from(seller)))?;
    Some(text(houses, "house")?.get(row)?.to_string())
}

/// Whether an event is shown as news.
pub fn is_news(event: &EventText) -> bool {
    !COMMON.contains(&&*event.kind)
}

/// An event in words. Sellers, markets and agencies have the names that seats have: Salt Street, not salt street.
pub fn told(event: &EventText) -> String {
    let names = [&event.house, &event.venue, &event.agency];
    let [house, venue, agency] = names.map(|name| name.as_deref().map(proper_name));
    EventText { house, venue, agency, ..event.clone() }.words()
}

/// An event as JSON for a page.
pub fn as_json(event: &EventText) -> Value {
    json!({
        "day": event.day, "event": event.event, "kind": event.kind, "good": event.good, "place": event.place,
        "venue": event.venue, "text": told(event),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::future::Future;
    use crate::plan::planned;

    #[test]
    fn houses_are_called_by_their_names() {
        let mut future = Future::new(Arc::new(planned("who_steers", None, &[]).expect("it is there")), 1);
        (0..10).for_each(|_| future.step());
        let named: Vec<EventText> =
            future.days().iter().flat_map(|day| events(day)).filter(|event| event.house.is_some()).collect();
        let houses = &future.scenario().params.houses;
        assert!(
            !named.is_empty()
                && named.iter().all(|event| houses.iter().any(|house| Some(&house.name) == event.house.as_ref()))
        );
        let trade = named.iter().find(|event| event.kind == "trade").expect("they sell");
        assert!(
            trade.words().contains(&trade.house.as_deref().expect("a house").replace('_', " ")),
            "{}",
            trade.words()
        );
        // In the news their names are as the seats have them.
        let raven = EventText { house: Some("salt_street".into()), venue: Some("old_arcade".into()), ..trade.clone() };
        let said = told(&raven);
        assert!(said.contains("from Salt Street") && said.contains("at Old Arcade"), "{said}");
    }
}
