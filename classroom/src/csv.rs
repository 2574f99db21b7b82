//! Tables as CSV, the same as the files that `contraband run --csv` writes, byte for byte.

use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::{TableSpec, Values};
use serde_json::Value;

use crate::future::RecordedDay;

/// A table of these days as CSV, with a header row.
pub fn csv<'d>(days: impl Iterator<Item = &'d RecordedDay>, table: &TableSpec, dialect: CsvDialect) -> String {
    let between = dialect.separator().to_string();
    let mut text = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(&between) + "\n";
    for batch in days.flat_map(|day| &day.rows).filter(|batch| batch.table.name == table.name) {
        for row in 0..batch.height() {
            for (at, values) in batch.columns.iter().enumerate() {
                text += if at == 0 { "" } else { &between };
                text += &field(values, row, dialect);
            }
            text.push('\n');
        }
    }
    text
}

/// A value; nothing where it is missing.
fn field(values: &Values, row: usize, dialect: CsvDialect) -> String {
    match values {
        Values::Int(cells) => cells.get(row).map_or(String::new(), i64::to_string),
        Values::Float(cells) => {
            cells.get(row).map_or(String::new(), |&value| dialect.number(Value::from(value).to_string()))
        }
        Values::Text(cells) => match cells.get(row).map(AsRef::as_ref) {
            None => String::new(),
            // Nothing at all would be read as no value.
            Some("") => "\"\"".into(),
            Some(word) => dialect.quoted(word),
        },
    }
}

#[cfg(test)]
mod tests {
    use contraband_sim::record::tables::Word;

    use super::*;

    #[test]
    fn figures_and_words_stand_as_in_the_files_of_a_run() {
        let known = [1.0, -0.0, 0.008_000_000_379_979_61, 1e-7].map(Some);
        let floats = Values::Float([&known[..2], &[None], &known[2..]].concat().into());
        let fields = [0, 1, 2, 3, 4].map(|row| field(&floats, row, CsvDialect::Plain));
        assert_eq!(fields, ["1.0", "-0.0", "", "0.00800000037997961", "1e-7"]);
        assert_eq!(field(&floats, 3, CsvDialect::German), "0,00800000037997961");
        // Where no word may be missing, one without letters is a word; elsewhere it is a missing one.
        let words = Values::Text(["", "town", "a, \"b\""].map(Word::from).to_vec().into());
        assert_eq!([0, 1, 2].map(|row| field(&words, row, CsvDialect::Plain)), ["\"\"", "town", "\"a, \"\"b\"\"\""]);
        let words = Values::Text(vec![Some(Word::from("town")), None].into());
        assert_eq!([0, 1].map(|row| field(&words, row, CsvDialect::Plain)), ["town", ""]);
    }
}
