//! What happened, as a line for people: a row of the table of events in words.

use serde::Serialize;

use crate::base::words::{plain, short};
use crate::record::tables::{Batch, Cells, EVENTS, Values, Word};

/// A row of the table of events.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EventText {
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
    /// Name of the house that the seller is, where whoever tells knows it; else empty.
    pub house: String,
    /// Citizen, or -1.
    pub citizen: i64,
    /// How much, as the kind says; NaN where it has none.
    pub amount: f64,
    /// The event that brought it about, or -1.
    pub cause: i64,
    /// What else to know.
    pub note: String,
}

impl EventText {
    /// The rows of a batch, if it is of the table of events.
    ///
    /// # Panics
    /// When the batch has other columns than its table: that is a defect of the recorder.
    pub fn all_in(batch: &Batch) -> Vec<Self> {
        if batch.table.name != EVENTS.name {
            return Vec::new();
        }
        let column = |name: &str| batch.column(name).expect("a column of the table of events");
        let whole = |name| match column(name) {
            Values::Int(cells) => cells,
            _ => panic!("`events.{name}` holds whole numbers"),
        };
        let words = |name| match column(name) {
            Values::Text(cells) => cells,
            _ => panic!("`events.{name}` holds words"),
        };
        let amount = column("amount");
        let [day, event, syndicate, citizen, cause] = ["day", "event", "syndicate", "citizen", "cause"].map(whole);
        let [kind, good, place, venue, agency, note] = ["kind", "good", "place", "venue", "agency", "note"].map(words);
        let number = |cells: &Cells<i64>, row: usize| cells.get(row).copied().unwrap_or(-1);
        let word = |cells: &Cells<Word>, row: usize| cells.get(row).map_or(String::new(), |word| word.to_string());
        let of = |row: usize| Self {
            day: number(day, row) as u32,
            event: number(event, row),
            kind: word(kind, row),
            good: word(good, row),
            place: word(place, row),
            venue: word(venue, row),
            agency: word(agency, row),
            syndicate: number(syndicate, row),
            house: String::new(),
            citizen: number(citizen, row),
            amount: amount.number(row).unwrap_or(f64::NAN),
            cause: number(cause, row),
            note: word(note, row),
        };
        (0..batch.height()).map(of).collect()
    }

    /// It in words, without its day.
    pub fn words(&self) -> String {
        let name = |key: &str| key.replace('_', " ");
        let [good, place, venue, agency] = [&self.good, &self.place, &self.venue, &self.agency].map(|key| name(key));
        let (place, venue, agency, note) = (&place, &venue, &agency, &self.note);
        let seller = if self.house.is_empty() { format!("syndicate {}", self.syndicate) } else { name(&self.house) };
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
            "zone_raid" => format!(
                "a zone of recreated scarcity{} was raided: {} cases gathered",
                of("in", place),
                short(self.amount)
            ),
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
            "house_financed" => {
                format!("{}, which had nothing left, was financed again with {}", name(note), credits(self.amount))
            }
            "policy" => format!("policy: {note}"),
            "injection" if self.amount > 0.0 => {
                format!("injected instructions made the delegate of {citizen} give its client away")
            }
            "injection" => format!("injected instructions sent a purchase of {citizen} to {seller}"),
            "coercion" => format!("{citizen}{} was robbed by {seller}{}", of("of", place), noted(": ")),
            "accident" => format!("an accident with {good}{}: {} lost", of("in", place), credits(self.amount)),
            "faker_caught" => {
                let fine = if self.amount > 0.0 { format!(", fined {}", credits(self.amount)) } else { String::new() };
                format!("{seller} was found out with fakes{}{fine}", of("at", venue))
            }
            "leak" => format!("a secret{} got out of {seller}{}", of("of", &good), noted(": ")),
            "interception" => {
                format!("a shipment{} was caught by {}{}", of("from", place), someone(agency), noted(": "))
            }
            "lane_open" => format!("the lane{} opened{}", of("from", place), noted(": ")),
            "lane_close" => format!("the lane{} closed{}", of("from", place), noted(": ")),
            "enclave_visible" => format!("{place} has become too large to be overlooked"),
            "containment" => format!("a ring was laid around {place}"),
            "containment_end" => format!("the ring around {place} was lifted"),
            "eradication" => format!("{place} was driven out"),
            // Kinds to come are told by what they hold.
            other => {
                let who = if self.syndicate >= 0 { format!(", {seller}") } else { String::new() };
                let whom = if self.citizen >= 0 { format!(", {citizen}") } else { String::new() };
                let amount =
                    if self.amount.is_finite() { format!(", {}", plain(self.amount, 1)) } else { String::new() };
                let (kind, by) = (name(other), of("by the", agency));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The table says which kinds there are; a kind that nobody thought of would be told with its key.
    #[test]
    fn every_kind_of_event_is_told_in_words() {
        let kinds = EVENTS.columns.iter().find(|column| column.name == "kind").expect("events have kinds").doc;
        for kind in kinds.split(", ") {
            let event = EventText {
                kind: kind.into(),
                good: "dangerous_tech".into(),
                place: "harbour".into(),
                venue: "quay_nine".into(),
                agency: "city_watch".into(),
                syndicate: 7,
                citizen: 9,
                amount: 2.0,
                note: "against the seller".into(),
                ..EventText::default()
            };
            let words = event.words();
            assert!(!words.contains('_') && words.split(' ').count() > 2, "{kind}: {words}");
            let as_is = words.starts_with(&kind.replace('_', " "));
            assert!(!as_is || ["policy", "injection", "case"].contains(&kind), "{kind}: {words}");
        }
    }

    #[test]
    fn a_case_names_whom_it_is_against() {
        let note = "against the seller".into();
        let (kind, agency) = ("case".into(), "watch".into());
        let case = EventText { note, kind, agency, syndicate: 3, citizen: -1, ..EventText::default() };
        assert_eq!(case.words(), "case against syndicate 3, by the watch");
        assert!(case.hits_seller());
    }
}
