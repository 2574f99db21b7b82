//! How tables are written as text: by whom they are read decides what separates values, and decimals.

/// A dialect of CSV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvDialect {
    /// Commas between values, points before decimals: what programs read.
    #[default]
    Plain,
    /// Semicolons between values, commas before decimals: what spreadsheets read where a comma is the decimal sign, as in
    /// German, French, Spanish or Polish. They would take a plain 21.839 for 21 thousand.
    German,
}

impl CsvDialect {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Plain, "plain"), (Self::German, "de")];

    /// The dialect of a word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == word).map(|(dialect, _)| dialect)
    }

    /// What stands between two values.
    pub const fn separator(self) -> char {
        match self {
            Self::Plain => ',',
            Self::German => ';',
        }
    }

    /// Whether a comma stands before decimals.
    pub const fn has_decimal_comma(self) -> bool {
        matches!(self, Self::German)
    }

    /// A number that was written with a point.
    pub fn number(self, written: String) -> String {
        if self.has_decimal_comma() { written.replace('.', ",") } else { written }
    }

    /// A word, in quotes where it would be read as two values, or two rows.
    pub fn quoted(self, word: &str) -> String {
        if word.contains([self.separator(), '"', '\n', '\r']) {
            format!("\"{}\"", word.replace('"', "\"\""))
        } else {
            word.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_separates_and_points_in_its_own_way() {
        assert_eq!(CsvDialect::from_word("de"), Some(CsvDialect::German));
        assert_eq!((CsvDialect::from_word("fr"), CsvDialect::default()), (None, CsvDialect::Plain));
        assert_eq!(CsvDialect::German.number("21.839".into()), "21,839");
        assert_eq!(CsvDialect::Plain.number("21.839".into()), "21.839");
        assert_eq!(CsvDialect::German.quoted("a, b"), "a, b");
        assert_eq!(CsvDialect::German.quoted("a; \"b\""), "\"a; \"\"b\"\"\"");
        assert_eq!(CsvDialect::Plain.quoted("a, b"), "\"a, b\"");
    }
}
