//! Lines of eighty columns.

/// Characters in a line.
const WIDTH: usize = 80;

/// A text that grows by lines.
#[derive(Default)]
pub struct TextPage(String);

impl TextPage {
    /// A line of its own, after an empty one unless it is the first.
    pub fn heading(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.line(0, text);
    }

    /// Text so far from the left, broken where lines are full; what is broken goes on two further.
    pub fn line(&mut self, indent: usize, text: &str) {
        let mut line = " ".repeat(indent);
        let mut empty = true;
        // Not by every white space: the gap between a number and its unit stays.
        for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
            if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.0 += &line;
                self.0.push('\n');
                line = " ".repeat(indent + 2);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line += word;
            empty = false;
        }
        self.0 += &line;
        self.0.push('\n');
    }

    /// A line that is never broken.
    pub fn whole(&mut self, indent: usize, text: &str) {
        self.0 += &format!("{}{text}\n", " ".repeat(indent));
    }

    /// Rows in columns, the first row their names; numbers stand to the right. A column with nothing in it is left out.
    pub fn table(&mut self, indent: usize, rows: &[Vec<String>]) {
        let empty = |column: usize| {
            column > 0 && rows.len() > 1 && rows[1..].iter().all(|row| row.get(column).is_none_or(String::is_empty))
        };
        let kept = |row: &Vec<String>| -> Vec<String> {
            row.iter().enumerate().filter(|(column, _)| !empty(*column)).map(|(_, cell)| cell.clone()).collect()
        };
        let rows: Vec<Vec<String>> = rows.iter().map(kept).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
        let width: Vec<usize> =
            (0..columns).map(|column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
        let figures: Vec<bool> =
            (0..columns).map(|column| column > 0 && cells(column).skip(1).all(is_figure)).collect();
        for row in &rows {
            let mut line = " ".repeat(indent);
            for (column, cell) in row.iter().enumerate() {
                let gap = " ".repeat(width[column] - cell.chars().count());
                line += &if figures[column] { format!("{gap}{cell}  ") } else { format!("{cell}{gap}  ") };
            }
            self.0 += line.trim_end();
            self.0.push('\n');
        }
    }

    /// All of it.
    pub fn text(self) -> String {
        self.0
    }
}

#[expect(clippy::ptr_arg, reason = "called on cells")]
fn is_figure(cell: &String) -> bool {
    cell.is_empty() || cell.starts_with(|first: char| first.is_ascii_digit() || "+\u{2212}–<".contains(first))
}

/// A number that adds to others, with its sign: "+0.42".
pub fn signed(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let text = format!("{:.digits$}", value.abs());
    let nothing = text.chars().all(|digit| digit == '0' || digit == '.');
    let sign = if nothing {
        ""
    } else if value < 0.0 {
        "\u{2212}"
    } else {
        "+"
    };
    format!("{sign}{text}")
}

/// A change in per cent, with its sign.
pub fn signed_percent(share: f64) -> String {
    format!("{}\u{a0}%", signed(share * 100.0, 0))
}

/// So many of something: "1 trade", "12 trades".
pub fn many(count: f64, one: &str, more: &str) -> String {
    format!("{} {}", crate::charts::words::plain(count, 0), if count == 1.0 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_before_they_are_too_long_and_keep_units_with_their_numbers() {
        let mut page = TextPage::default();
        page.line(2, &"abcd ".repeat(20).replace("abcd abcd ", "abcd\u{a0}efgh "));
        let text = page.text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().nth(1).unwrap().starts_with("    abcd\u{a0}efgh"), "{text}");
    }

    #[test]
    fn numbers_stand_to_the_right_and_names_to_the_left() {
        let mut page = TextPage::default();
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        page.table(1, &[row(["venue", "trades", "why"]), row(["a", "5", "b"]), row(["bazaar", "\u{2212}12", "raid"])]);
        assert_eq!(page.text(), " venue   trades  why\n a            5  b\n bazaar     \u{2212}12  raid\n");
        let mut page = TextPage::default();
        page.table(0, &[row(["a", "nothing", "b"]), row(["1", "", "2"])]);
        assert_eq!(page.text(), "a  b\n1  2\n");
    }

    #[test]
    fn signs_are_told_unless_there_is_nothing() {
        assert_eq!([signed(0.4, 1), signed(-0.4, 1), signed(-0.01, 1)], ["+0.4", "\u{2212}0.4", "0.0"]);
        assert_eq!([many(1.0, "trade", "trades"), many(12.0, "trade", "trades")], ["1 trade", "12 trades"]);
    }
}
