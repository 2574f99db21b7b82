//! Files of a class: for spreadsheets, and for `contraband run`.
use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::TABLES;

use super::seats::Post;
use super::state::SeatAnswers;
use super::state_of_room::Room;
use super::{Fault, Refusal};
use crate::csv::csv;

/// The content of the file of this name; of tables, in this dialect.
///
/// # Errors
/// When there is no such file: a sentence that lists those there are.
pub(super) fn sheet(room: &Room, name: &str, dialect: CsvDialect) -> Result<String, Refusal> {
    match name.strip_suffix(".csv") {
        _ if name == "class.ron" => Ok(room.future.scenario().to_ron()),
        Some("decisions") => Ok(decisions(room, dialect)),
        Some("seats") => Ok(seats(room, dialect)),
        Some(table) => daily(room, table, dialect).ok_or_else(|| missing(room, name)),
        None => Err(missing(room, name)),
    }
}

fn missing(room: &Room, name: &str) -> Refusal {
    let tables = TABLES.iter().map(|table| table.name).filter(|table| daily(room, table, CsvDialect::Plain).is_some());
    let files: Vec<String> = tables.map(|table| format!("{table}.csv")).collect();
    let wrong =
        format!("there is no file `{name}`; there are class.ron, decisions.csv, seats.csv, {}", files.join(", "));
    Refusal::new(Fault::Missing, wrong)
}

/// A table as text that spreadsheets read correctly.
struct Csv {
    text: String,
    dialect: CsvDialect,
}

impl Csv {
    /// The mark at the start tells spreadsheets that the text is UTF-8.
    fn new(head: &[&str], dialect: CsvDialect) -> Self {
        let mut csv = Self { text: "\u{feff}".into(), dialect };
        csv.row(head.iter().map(|word| text(word, dialect)));
        csv
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        self.text += &cells.join(&self.dialect.separator().to_string());
        self.text += "\r\n";
    }
}

/// Words in a cell. What people wrote is never read as a formula.
fn text(words: &str, dialect: CsvDialect) -> String {
    let formula = words.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { dialect.quoted(&format!("'{words}")) } else { dialect.quoted(words) }
}

/// A number in a cell; nothing where there is none.
fn number(value: f64, dialect: CsvDialect) -> String {
    if value.is_finite() { dialect.number(value.to_string()) } else { String::new() }
}

/// One row for each decision, vote and prediction.
fn decisions(room: &Room, dialect: CsvDialect) -> String {
    let head = ["round", "first_day", "last_day", "role", "title", "actor", "name", "by", "key", "question", "answer"];
    let text = |words: &str| text(words, dialect);
    let mut csv = Csv::new(&head, dialect);
    for ((at, round), closed) in room.state.rounds.iter().enumerate().zip(room.state.closed()) {
        let number = at as u32 + 1;
        let (first, last) = room.lesson.window(number);
        let dates = [number, first, last].map(|day| day.to_string());
        for (seat, card) in room.lesson.seats.iter().enumerate() {
            let held = closed.held.get(&seat);
            let (name, by) = held.map_or(("", "bot"), |held| (&*held.name, if held.late { "late" } else { "person" }));
            let none = SeatAnswers::new();
            let answers = held.map_or(&none, |held| &held.answers);
            let who = [card.role.about().name, &card.title, &card.actor, name, by];
            for ask in &room.asked[at][seat] {
                let answer = match held {
                    Some(_) => ask.words(answers.get(ask.key).unwrap_or(&ask.usual)),
                    None => "decided by the model".into(),
                };
                let what = [ask.key, ask.question, &answer];
                csv.row(dates.iter().cloned().chain(who.iter().chain(&what).map(|cell| text(cell))));
            }
        }
        let laws = room.lesson.laws_of(number);
        let votes = round
            .votes
            .iter()
            .map(|(person, &law)| (person, "vote", "Which law?", laws.get(law).map_or("", |law| law.title.as_str())));
        let foretold = round.foretold.iter().map(|(person, &rises)| {
            (person, "foretell", "Will the first number rise or fall?", if rises { "rise" } else { "fall" })
        });
        for (person, key, question, answer) in votes.chain(foretold) {
            let Some(who) = room.state.people.get(person) else { continue };
            let (role, title) = match who.post {
                Post::Seat(seat) => (room.lesson.seats[seat].role.about().name, room.lesson.seats[seat].title.as_str()),
                Post::Parliament => ("Parliament", "Parliament"),
                Post::Newsroom => ("Newsroom", "The newsroom"),
            };
            let cells = [role, title, "", &who.name, "person", key, question, answer];
            csv.row(dates.iter().cloned().chain(cells.iter().map(|cell| text(cell))));
        }
    }
    csv.text
}

/// One row for each seat, round and number.
fn seats(room: &Room, dialect: CsvDialect) -> String {
    let text = |words: &str| text(words, dialect);
    let head = ["seat", "role", "title", "actor", "name", "round", "number", "unit", "value"];
    let mut csv = Csv::new(&head, dialect);
    for (seat, card) in room.lesson.seats.iter().enumerate() {
        for ((round, figures), closed) in room.figures.iter().enumerate().zip(room.state.closed()) {
            let name = closed.held.get(&seat).map_or("", |held| &held.name);
            for (counted, &value) in room.counters.seats[seat].iter().zip(&figures.seats[seat]) {
                let who = [card.role.about().name, &card.title, &card.actor, name].map(&text);
                let cells = std::iter::once((seat + 1).to_string()).chain(who).chain([
                    (round + 1).to_string(),
                    text(&counted.text),
                    text(&counted.unit),
                    number(value, dialect),
                ]);
                csv.row(cells);
            }
        }
    }
    csv.text
}

/// A table of the recording, for the days run so far, as `contraband run --csv` writes it.
fn daily(room: &Room, name: &str, dialect: CsvDialect) -> Option<String> {
    let table = TABLES.iter().find(|table| table.name == name)?;
    let days = || room.future.days().iter().map(AsRef::as_ref);
    let known = days().flat_map(|day| &day.rows).any(|batch| batch.table.name == name);
    known.then(|| csv(days(), table, dialect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_no_formula_and_breaks_no_row() {
        assert_eq!(text("=HYPERLINK(\"x\")", CsvDialect::Plain), "\"'=HYPERLINK(\"\"x\"\")\"");
        for name in ["=1+1", "+1", "-1", "@sum", "\t=1"] {
            assert!(text(name, CsvDialect::Plain).starts_with('\''), "{name}");
        }
        assert_eq!(
            (text("Ann, Lee", CsvDialect::Plain), text("Zoë", CsvDialect::German)),
            ("\"Ann, Lee\"".into(), "Zoë".into())
        );
        assert_eq!((number(-1.5, CsvDialect::Plain), number(-1.5, CsvDialect::German)), ("-1.5".into(), "-1,5".into()));
        assert_eq!(number(f64::NAN, CsvDialect::Plain), "");
    }
}
