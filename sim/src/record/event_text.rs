//! What happened, as a line for people: a row of the table of events in words.

use serde::Serialize;

use crate::base::words::{plain, short};
use crate::record::tables::{Batch, Cells, EVENTS, Values, Word};

/// A row of the table of events.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EventText {
    /// Its day.
    pub day: u32,
    /// Its number, made of its day, its kind and whom it is about; a cause has a lower one than what it brings about.
    pub event: u64,
    /// What kind it is, as the table of events calls it.
    pub kind: String,
    /// Key of the good it is about, if it is about one.
    pub good: Option<String>,
    /// Name of the place where it happened, if it happened in one.
    pub place: Option<String>,
    /// Name of the venue where it happened, if it happened at one.
    pub venue: Option<String>,
    /// Name of the agency that acted, if one did.
    pub agency: Option<String>,
    /// Number of the seller, if there is one.
    pub syndicate: Option<u32>,
    /// Name of the house that the seller is, where it is one and whoever tells knows it.
    pub house: Option<String>,
    /// Number of the citizen, if there is one.
    pub citizen: Option<u32>,
    /// How much, in the unit of the kind; none where a kind has no amount.
    pub amount: Option<f64>,
    /// Number of the event that brought it about, if one did.
    pub cause: Option<u64>,
    /// What else to know, in words, if there is anything.
    pub note: Option<String>,
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
        let number = |cells: &Cells<i64>, row: usize| cells.get(row).and_then(|&number| u64::try_from(number).ok());
        let who = |cells: &Cells<i64>, row: usize| cells.get(row).and_then(|&number| u32::try_from(number).ok());
        let word = |cells: &Cells<Word>, row: usize| cells.get(row).map(Word::to_string);
        let of = |row: usize| Self {
            day: who(day, row).expect("every event has a day"),
            event: number(event, row).expect("every event has a number"),
            kind: word(kind, row).expect("every event has a kind"),
            good: word(good, row),
            place: word(place, row),
            venue: word(venue, row),
            agency: word(agency, row),
            syndicate: who(syndicate, row),
            house: None,
            citizen: who(citizen, row),
            amount: amount.number(row),
            cause: number(cause, row),
            note: word(note, row),
        };
        (0..batch.height()).map(of).collect()
    }

    /// It in words, without its day.
    pub fn words(&self) -> String {
        let name = |key: &str| key.replace('_', " ");
        let [good, place, venue, agency] =
            [&self.good, &self.place, &self.venue, &self.agency].map(|key| key.as_deref().map_or(String::new(), name));
        let (place, venue, agency, note) = (&place, &venue, &agency, self.note.as_deref().unwrap_or_default());
        let number = |of: Option<u32>| of.map_or("of an unknown number".into(), |number| number.to_string());
        let seller = self.house.as_deref().map_or_else(|| format!("gang {}", number(self.syndicate)), name);
        let citizen = format!("citizen {}", number(self.citizen));
        let rogue_ai = number(self.syndicate);
        let amount = self.amount.unwrap_or(f64::NAN);
        let credits = |what: f64| format!("{} credits", short(what));
        let of = |before: &str, what: &str| if what.is_empty() { String::new() } else { format!(" {before} {what}") };
        let noted = |before: &str| if note.is_empty() { String::new() } else { format!("{before}{note}") };
        let someone = |agency: &str| if agency.is_empty() { "somebody".into() } else { format!("the {agency}") };
        let fine = || if amount > 0.0 { format!(", with a fine of {}", credits(amount)) } else { String::new() };
        match self.kind.as_str() {
            "trade" => {
                let from = if self.syndicate.is_some() { format!(" from {seller}") } else { String::new() };
                let price = if amount > 0.0 { format!(" for {}", credits(amount)) } else { String::new() };
                format!("{citizen}{} bought {good}{from}{}{price}", of("of", place), of("at", venue))
            }
            "case" => {
                let over = if good.is_empty() { String::new() } else { format!(", over {good}") };
                let at = of("at", venue);
                format!("case {}{over}{}{at}, by {}{}", self.against(), of("in", place), someone(agency), fine())
            }
            "bribe" => {
                format!(
                    "{seller} bribed an officer of {} with {}{}",
                    someone(agency),
                    credits(amount),
                    if note.is_empty() { "" } else { ", and it came out" }
                )
            }
            "search" => format!("{} searched {citizen}{}, who wore a mask", someone(agency), of("of", place)),
            "raid" => {
                let why = if note.is_empty() { String::new() } else { format!(" ({})", self.note_in_words()) };
                format!("{venue} was raided: {} cases had built up against it{why}", short(amount))
            }
            "zone_raid" => format!(
                "a zone of recreated scarcity{} was raided: {} cases had built up against it",
                of("in", place),
                short(amount)
            ),
            "exit_scam" => {
                let why = if note.is_empty() { String::new() } else { format!("; {}", self.note_in_words()) };
                format!("the operator of {venue} ran off with {} of escrow{why}", credits(amount))
            }
            "venue_close" => {
                let held = amount.is_finite() && amount >= 0.5;
                let held = if held { format!("; {} of escrow were paid out", credits(amount)) } else { String::new() };
                let why = if note.is_empty() { String::new() } else { format!(": {}", self.note_in_words()) };
                format!("{venue} closed{why}{held}")
            }
            "venue_open" => format!("{venue} reopened{}", noted(" ")),
            "seller_entry" => {
                let kind = if note.is_empty() { String::new() } else { format!(" (temperament: {})", name(note)) };
                format!("{seller} entered{}{kind}", of("with", &good))
            }
            "seller_exit" => {
                let left = if amount > 0.0 { format!(", with {} left", credits(amount)) } else { String::new() };
                format!("{seller} quit{}{left}", self.reason())
            }
            "seller_move" => {
                format!("{seller} moved its stall{}{}{}", of("for", &good), of("to", venue), self.reason())
            }
            "stall_close" => {
                format!("{seller} closed its stall{}{}{}", of("for", &good), of("at", venue), self.reason())
            }
            "rogue_birth" => {
                format!("rogue AI {rogue_ai} emerged{}", if note.is_empty() { "" } else { " as a copy of another" })
            }
            "rogue_takedown" => format!("rogue AI {rogue_ai} was taken down by {}", someone(agency)),
            "house_financed" => {
                format!("{} had run out of money and got {} of new capital", name(note), credits(amount))
            }
            "policy" => format!("policy change: {note}"),
            "injection" if amount > 0.0 => format!("a hacked shopping agent exposed its owner, {citizen}"),
            "injection" => format!("a hacked shopping agent sent a purchase of {citizen} to {seller}"),
            "coercion" => format!("{seller} stole the identity of {citizen}{}{}", of("of", place), self.reason()),
            "accident" => format!("an accident with {good}{}: {} lost", of("in", place), credits(amount)),
            "faker_caught" => format!("{seller} was caught selling fakes{}{}", of("at", venue), fine()),
            "leak" if good.is_empty() => {
                format!("{} of {seller} leaked", if note.is_empty() { "a secret" } else { note })
            }
            "leak" => format!("{} of {good} leaked from {seller}", if note.is_empty() { "a secret" } else { note }),
            "interception" => {
                format!("a shipment{} was intercepted by {}{}", of("from", place), someone(agency), noted(": "))
            }
            "lane_open" => format!("the trade lane{} opened{}", of("from", place), noted(": ")),
            "lane_close" => format!("the trade lane{} closed{}", of("from", place), noted(": ")),
            "enclave_visible" => format!("{place} has grown too large to overlook"),
            "containment" => format!("{place} was put under containment"),
            "containment_end" => format!("{place} is no longer under containment"),
            "eradication" => format!("{place} was eradicated"),
            // Kinds to come are told by what they hold.
            other => {
                let who = if self.syndicate.is_some() { format!(", {seller}") } else { String::new() };
                let whom = if self.citizen.is_some() { format!(", {citizen}") } else { String::new() };
                let amount = if amount.is_finite() { format!(", {}", plain(amount, 1)) } else { String::new() };
                let (kind, by) = (name(other), of("by the", agency));
                let good = of("of", &good);
                format!("{kind}{good}{}{}{by}{who}{whom}{amount}{}", of("in", place), of("at", venue), noted(": "))
            }
        }
    }

    /// Against whom a case was, in the words of its note.
    fn against(&self) -> String {
        match (self.note.as_deref().unwrap_or_default(), self.syndicate, self.citizen) {
            ("against the seller", Some(seller), _) => format!("against gang {seller}"),
            ("against the buyer", _, Some(citizen)) => format!("against citizen {citizen}, the buyer"),
            ("against the buyer, who met a trap", ..) => "against the buyer, caught in a trap".to_owned(),
            (note, ..) => note.to_owned(),
        }
    }

    /// Its note as a sentence would say it: the table keeps it in few words.
    pub fn note_in_words(&self) -> String {
        let note = self.note.as_deref().unwrap_or_default();
        let between = |before: &str, after: &str| note.strip_prefix(before)?.strip_suffix(after);
        match note {
            "losses" => "after losses".into(),
            "had enough" => "for reasons of its own".into(),
            "nothing left" => "out of money".into(),
            "ran away with a week's payments" => "it ran off with a week's payments".into(),
            "its venue closed" => "because its venue closed".into(),
            "found out with fakes" => "after it was caught selling fakes".into(),
            "told to sell something else" => "on orders to sell something else".into(),
            "told to sell there" => "on orders to sell there".into(),
            "its enclave is eradicated" => "its enclave was eradicated".into(),
            "the operator gave up" => "the operator quit".into(),
            note => {
                let unwilling = between("nobody of ", " was willing");
                let staying =
                    note.split_once(" credits in escrow, ").and_then(|(_, rest)| rest.strip_suffix(" for staying"));
                match (unwilling, staying) {
                    (Some(asked), _) => format!("after {asked} people refused to sell theirs"),
                    (_, Some(worth)) => format!("staying open was worth {worth} credits"),
                    _ => note.to_owned(),
                }
            }
        }
    }

    /// Its note behind a sentence.
    fn reason(&self) -> String {
        let words = self.note_in_words();
        match words.split(' ').next() {
            None | Some("") => String::new(),
            Some("after" | "because" | "on") => format!(" {words}"),
            Some("it") => format!(": {words}"),
            _ => format!(", {words}"),
        }
    }

    /// Whether it is a case against the seller named in it.
    pub fn hits_seller(&self) -> bool {
        self.kind == "case" && self.note.as_deref().is_some_and(|note| note.starts_with("against the seller"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tables::{EventRow, Row};

    /// The table says which kinds there are; a kind that nobody thought of would be told with its key.
    #[test]
    fn every_kind_of_event_is_told_in_words() {
        let kinds = EVENTS.columns.iter().find(|column| column.name == "kind").expect("events have kinds").doc;
        for kind in kinds.split(", ") {
            let event = EventText {
                kind: kind.into(),
                good: Some("dangerous_tech".into()),
                place: Some("harbour".into()),
                venue: Some("quay_nine".into()),
                agency: Some("city_watch".into()),
                syndicate: Some(7),
                citizen: Some(9),
                amount: Some(2.0),
                note: Some("against the seller".into()),
                ..EventText::default()
            };
            let words = event.words();
            assert!(!words.contains('_') && words.split(' ').count() > 2, "{kind}: {words}");
            let as_is = words.starts_with(&kind.replace('_', " "));
            assert!(!as_is || ["policy", "injection", "case"].contains(&kind), "{kind}: {words}");
        }
    }

    #[test]
    fn a_note_becomes_part_of_the_sentence() {
        let said = |kind: &str, note: &str, amount: f64| {
            let note = (!note.is_empty()).then(|| note.into());
            let (kind, venue, amount) = (kind.into(), Some("quay_nine".into()), Some(amount));
            EventText { kind, note, venue, syndicate: Some(56), citizen: Some(9), amount, ..EventText::default() }
                .words()
        };
        assert_eq!(said("seller_exit", "losses", 1_760.0), "gang 56 quit after losses, with 1760 credits left");
        assert_eq!(
            said("seller_exit", "ran away with a week's payments", 0.0),
            "gang 56 quit: it ran off with a week's payments"
        );
        assert_eq!(
            said("coercion", "nobody of 4 was willing", 20.0),
            "gang 56 stole the identity of citizen 9 after 4 people refused to sell theirs"
        );
        assert_eq!(
            said("exit_scam", "300 credits in escrow, 210 for staying", 300.0),
            "the operator of quay nine ran off with 300 credits of escrow; staying open was worth 210 credits"
        );
        assert_eq!(
            said("raid", "3.0 cases are enough", 3.5),
            "quay nine was raided: 3.5 cases had built up against it (3.0 cases are enough)"
        );
        assert_eq!(
            said("stall_close", "its venue closed", 0.0),
            "gang 56 closed its stall at quay nine because its venue closed"
        );
        assert_eq!(said("injection", "", 1.0), "a hacked shopping agent exposed its owner, citizen 9");
    }

    #[test]
    fn a_case_names_whom_it_is_against() {
        let note = Some("against the seller".into());
        let (kind, agency) = ("case".into(), Some("watch".into()));
        let case = EventText { note, kind, agency, syndicate: Some(3), ..EventText::default() };
        assert_eq!(case.words(), "case against gang 3, by the watch");
        assert!(case.hits_seller());
    }

    /// What an event has not is null for programs, never -1 or a word without letters.
    #[test]
    fn what_is_missing_is_null() {
        let row = EventRow {
            day: 3,
            event: 0,
            kind: "policy",
            good: None,
            place: None,
            venue: None,
            agency: None,
            syndicate: None,
            citizen: None,
            amount: None,
            cause: None,
            note: None,
        };
        let mut columns = EVENTS.no_rows();
        row.push(&mut columns);
        let read = EventText::all_in(&Batch { table: &EVENTS, columns });
        let [event] = read.as_slice() else { panic!("one row, not {read:?}") };
        let told = serde_json::to_value(event).expect("plain data");
        let missing: Vec<&str> = told
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(_, value)| value.is_null())
            .map(|(key, _)| &**key)
            .collect();
        let expected = ["agency", "amount", "cause", "citizen", "good", "house", "note", "place", "syndicate", "venue"];
        assert_eq!(missing, expected);
        assert_eq!((&told["day"], &told["event"], &told["kind"]), (&3.into(), &0.into(), &"policy".into()));
    }
}
