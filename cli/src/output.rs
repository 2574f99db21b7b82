//! What goes to stdout.

use std::io::{self, ErrorKind, Write};

use crate::errors::{Failure, Problem};

/// Prints text. A reader that has seen enough (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(Problem::new(format!("cannot write to stdout: {error}"))))
        }
        _ => Ok(()),
    }
}

/// Prints JSON.
pub fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// Text in lines of at most so many characters, each after `indent`; a longer word has a line of its own.
pub fn wrapped(text: &str, indent: &str, most: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent.len() + line.chars().count() + 1 + word.chars().count() > most {
            out += &format!("{indent}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    out + indent + &line + "\n"
}

/// Rows of cells as text in columns; the last column is not padded.
pub fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += cell;
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 2));
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{columns, wrapped};

    #[test]
    fn lines_end_before_they_are_too_long() {
        assert_eq!(wrapped("one two  three\nfour", "  ", 9), "  one two\n  three\n  four\n");
        assert_eq!(wrapped("incomprehensible", "", 5), "incomprehensible\n");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["naïve".into(), "1".into()], vec!["a".into(), "22".into(), "last".into()]];
        assert_eq!(columns(&rows), "naïve  1\na      22  last\n");
    }
}
