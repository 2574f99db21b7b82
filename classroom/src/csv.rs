//! Tables as text: the files that `contraband run --csv` writes, byte for byte.

use contraband_sim::record::tables::{TableSpec, Values};
use serde_json::Value;

use crate::future::Day;
use crate::view::length;

/// A table of some days.
pub fn csv<'d>(days: impl Iterator<Item = &'d Day>, table: &TableSpec) -> String {
    let mut text = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",") + "\n";
    for batch in days.flat_map(|day| &day.rows).filter(|batch| batch.table.name == table.name) {
        for row in 0..batch.columns.first().map_or(0, length) {
            for (at, values) in batch.columns.iter().enumerate() {
                text += if at == 0 { "" } else { "," };
                text += &field(values, row);
            }
            text.push('\n');
        }
    }
    text
}

fn field(values: &Values, row: usize) -> String {
    match values {
        Values::Int(values) => values[row].to_string(),
        Values::Float(values) if values[row].is_nan() => "NaN".into(),
        Values::Float(values) => Value::from(values[row]).to_string(),
        // Nothing at all would be read as no value.
        Values::Text(values) if values[row].is_empty() => "\"\"".into(),
        Values::Text(values) => quoted(&values[row]),
    }
}

/// A word, in quotes where it would be read as two fields, or two rows.
pub fn quoted(word: &str) -> String {
    if word.contains([',', '"', '\n', '\r']) { format!("\"{}\"", word.replace('"', "\"\"")) } else { word.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_words_stand_as_in_the_files_of_a_run() {
        let floats = Values::Float(vec![1.0, -0.0, f64::NAN, 0.008_000_000_379_979_61, 1e-7]);
        let fields = [0, 1, 2, 3, 4].map(|row| field(&floats, row));
        assert_eq!(fields, ["1.0", "-0.0", "NaN", "0.00800000037997961", "1e-7"]);
        let words = Values::Text(["", "town", "a, \"b\""].map(Into::into).into());
        assert_eq!([0, 1, 2].map(|row| field(&words, row)), ["\"\"", "town", "\"a, \"\"b\"\"\""]);
    }
}
