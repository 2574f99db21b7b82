//! Points of a sweep as a table (CSV), as spreadsheets write it: fields apart by commas, semicolons or tabs, in quotes or
//! not, with a decimal point or a decimal comma. What could mean two things is refused.

use contraband_sim::base::units::{Shape, Value};
use contraband_sim::base::words::counted;
use contraband_sim::scenario::Scenario;
use contraband_sim::scenario::wildcards::addresses;

/// A point: lever paths with their values.
pub type TablePoint = Vec<(String, Value)>;

/// The points of a table: lever paths in the first line, values below; an empty field is as in the base.
///
/// # Errors
/// The first thing that is wrong, with its line and column.
pub fn read(text: &str, base: &Scenario) -> Result<Vec<TablePoint>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mark, text, skipped) = separator(text)?;
    let lines = fields(text, mark)?;
    let mut lines = lines.into_iter().map(|(line, row)| (line + skipped, row));
    let (_, head) = lines.next().ok_or("it is empty")?;
    let mut shapes = Vec::new();
    for (at, path) in head.iter().enumerate() {
        let column = format!("column {}", at + 1);
        if path.is_empty() {
            return Err(format!("{column} has no lever path in the first line; remove empty columns"));
        }
        let levers = addresses(&base.params, path).map_err(|error| format!("{column}: {error}"))?;
        if head[..at].contains(path) {
            return Err(format!("{column}: `{path}` is used a second time"));
        }
        shapes.push(levers[0].about(&base.params).shape);
    }
    let lines: Vec<(usize, Vec<String>)> = lines.collect();
    // How numbers are written is a matter of the whole table: what one line leaves open another may settle.
    let mut decimals = DecimalSigns { mark, point: None, comma: None, doubtful: None, is_settled: false };
    for (line, row) in &lines {
        let mut numbers = row.iter().zip(&shapes).filter(|(_, shape)| matches!(shape, Shape::Real | Shape::Whole));
        numbers.try_for_each(|(field, _)| decimals.look(field, *line))?;
    }
    decimals.settle()?;
    let mut scratch = base.clone();
    let mut points = Vec::new();
    for (line, row) in lines {
        if row.len() != head.len() {
            let hint = if mark == ',' && row.len() > head.len() {
                "; with decimal commas, fields are apart by semicolons or tabs, or in quotes"
            } else {
                ""
            };
            let found = counted(row.len(), "field", "fields");
            let what = format!("line {line} has {found}, but the first line has {}{hint}", head.len());
            return Err(what);
        }
        if row.iter().all(String::is_empty) {
            return Err(format!("line {line} has no values; remove it, or give a value in it"));
        }
        let mut point = Vec::new();
        for ((path, shape), field) in head.iter().zip(&shapes).zip(&row).filter(|(_, field)| !field.is_empty()) {
            let value = match shape {
                Shape::Real | Shape::Whole => field.replace(',', "."),
                // Spreadsheets write it in capitals.
                Shape::Flag => field.to_lowercase(),
                Shape::Words(_) => field.clone(),
            };
            scratch.set_all(path, &value).map_err(|error| format!("line {line}: {error}"))?;
            point.push((path.clone(), scratch.get_all(path).ok().flatten().expect("it was just set")));
        }
        points.push(point);
    }
    Ok(points)
}

/// What stands between fields: the first of its kind in the first line, where lever paths have none. With the rest of the
/// text, and how many lines stand before it: some spreadsheets begin with `sep=;`.
fn separator(text: &str) -> Result<(char, &str, usize), String> {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    if let Some(mark) = first.trim().strip_prefix("sep=") {
        let mark = mark.chars().next().unwrap_or('\t');
        if ![',', ';', '\t'].contains(&mark) {
            return Err(format!("fields cannot be apart by {mark:?}; use commas, semicolons or tabs"));
        }
        let rest = &text[first.len()..];
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
        return Ok((mark, rest, 1));
    }
    let head = text.trim_start().split(['\n', '\r']).next().unwrap_or_default();
    Ok((head.chars().find(|mark| [',', ';', '\t'].contains(mark)).unwrap_or(','), text, 0))
}

/// The fields of each line that is not blank, with its number from 1.
fn fields(text: &str, mark: char) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut rows = Vec::new();
    let (mut row, mut field): (Vec<String>, String) = (Vec::new(), String::new());
    let (mut quoted, mut was_quoted) = (false, false);
    let (mut line, mut begun) = (1, 1);
    let mut end = |row: &mut Vec<String>, begun: usize| {
        let whole = std::mem::take(row);
        if whole.len() > 1 || !whole[0].is_empty() {
            rows.push((begun, whole));
        }
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            _ if quoted => {
                line += usize::from(letter == '\n');
                field.push(letter);
            }
            '"' if field.trim().is_empty() && !was_quoted => {
                field.clear();
                (quoted, was_quoted) = (true, true);
            }
            '\n' | '\r' => {
                if letter == '\r' && letters.peek() == Some(&'\n') {
                    letters.next();
                }
                row.push(std::mem::take(&mut field).trim().to_owned());
                was_quoted = false;
                end(&mut row, begun);
                line += 1;
                begun = line;
            }
            _ if letter == mark => {
                row.push(std::mem::take(&mut field).trim().to_owned());
                was_quoted = false;
            }
            _ if was_quoted && !letter.is_whitespace() => {
                return Err(format!("line {line}: there is {letter:?} behind a field in quotes"));
            }
            _ => field.push(letter),
        }
    }
    if quoted {
        return Err(format!("line {begun}: a quote is opened and never closed"));
    }
    if !(row.is_empty() && field.trim().is_empty()) {
        row.push(field.trim().to_owned());
        end(&mut row, begun);
    }
    Ok(rows)
}

/// How numbers are written in a table: the lines in which a point and a comma were first seen.
struct DecimalSigns {
    mark: char,
    point: Option<usize>,
    comma: Option<usize>,
    /// The first number whose sign may as well stand between groups of three digits, and its line.
    doubtful: Option<(usize, String)>,
    /// Whether some number has a sign that stands between no groups.
    is_settled: bool,
}

impl DecimalSigns {
    /// Looks at one number.
    fn look(&mut self, field: &str, line: usize) -> Result<(), String> {
        let count = |sign: char| field.matches(sign).count();
        match (count(','), count('.')) {
            (0, 0) => return Ok(()),
            (0, 1) => self.point = self.point.or(Some(line)),
            (1, 0) => self.comma = self.comma.or(Some(line)),
            _ => {
                return Err(format!(
                    "line {line}: {field:?} has several points or commas; write numbers without groups of digits"
                ));
            }
        }
        if let (Some(point), Some(comma)) = (self.point, self.comma) {
            return Err(format!(
                "line {point} has a decimal point, and line {comma} a decimal comma: one of them may stand between groups of digits; \
                 write all numbers alike"
            ));
        }
        if self.comma.is_some() && self.mark == ',' {
            return Err(format!(
                "line {line}: {field:?} could be a decimal comma or stand between groups of digits; write a decimal point, or \
                 put semicolons between fields"
            ));
        }
        if has_group(field) {
            self.doubtful.get_or_insert_with(|| (line, field.to_owned()));
        } else {
            self.is_settled = true;
        }
        Ok(())
    }

    /// Refuses a table in which every sign may stand between groups of digits: 1.200 is a thousand and two hundred to some.
    fn settle(self) -> Result<(), String> {
        match self.doubtful.filter(|_| !self.is_settled) {
            Some((line, field)) => {
                let without = field.replace(['.', ','], "");
                let decimal: f64 = field.replace(',', ".").parse().unwrap_or(f64::NAN);
                Err(format!(
                    "line {line}: {field:?} could be {without} or {decimal}, and no other number of the table tells; write \
                     {without} for the first, {field}0 for the second"
                ))
            }
            None => Ok(()),
        }
    }
}

/// Whether the one point or comma of a number may stand between groups of digits: three digits behind it, one to three
/// before it, of which the first is not 0.
fn has_group(field: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((before, after)) = field.trim_start_matches(['-', '+']).split_once(['.', ',']) else {
        return false;
    };
    after.len() == 3 && digits(after) && (1..=3).contains(&before.len()) && digits(before) && !before.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Vec<String>, String> {
        let one = |point: TablePoint| {
            point.iter().map(|(path, value)| format!("{path}={value}")).collect::<Vec<_>>().join(" ")
        };
        Ok(read(text, &Scenario::default())?.into_iter().map(one).collect())
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        let expected = Ok(vec!["law.fine=60.5 law.seizure=0.25".to_owned(), "law.fine=1200 law.seizure=1".to_owned()]);
        for text in [
            "law.fine,law.seizure\n60.5,0.25\n1200,1\n",
            "law.fine;law.seizure\n60,5;0,25\n1200;1",
            "law.fine\tlaw.seizure\r\n60,5\t0,25\r\n1200\t1\r\n",
            "\u{feff}\"law.fine\" , \"law.seizure\"\r60.5,\"0.25\"\r\r\"1200\",1\r",
            "sep=;\nlaw.fine;law.seizure\n\"60,5\";\"0,25\"\n1_200;1",
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
        assert_eq!(
            told("law.gray_zone;law.fine;society.valve\nTRUE;;\"gateway\"\n").unwrap(),
            ["law.gray_zone=true society.valve=gateway"]
        );
        assert_eq!(told("law.fine\n5\n\n6").unwrap(), ["law.fine=5", "law.fine=6"]);
        // Three decimals are decimals where another number of the table tells what its sign means, before it or behind it.
        for other in ["0.250", "0.25", "1.2", "1200.500", "60.5e0"] {
            let found = told(&format!("law.fine,law.seizure\n1.200,1\n{other},1\n"));
            assert!(found.as_ref().is_ok_and(|points| points[0].starts_with("law.fine=1.2 ")), "{other}: {found:?}");
        }
        assert_eq!(told("law.fine;law.seizure\n60,125;0,5").unwrap(), ["law.fine=60.125 law.seizure=0.5"]);
    }

    #[test]
    fn what_could_mean_two_things_is_refused_with_its_line() {
        for (text, why) in [
            ("", "it is empty"),
            (
                "law.fine,law.seizure\n60,5,0,25\n",
                "line 2 has 4 fields, but the first line has 2; with decimal commas, fields",
            ),
            (
                "law.fine,law.seizure\n\"1,200\",1\n",
                "line 2: \"1,200\" could be a decimal comma or stand between groups",
            ),
            ("law.fine;law.seizure\n1.200;0\n3;0,25\n", "line 2 has a decimal point, and line 3 a decimal comma"),
            ("law.fine;law.seizure\n60;0\n1.200;1\n", "line 3: \"1.200\" could be 1200 or 1.2, and no other number"),
            ("law.fine;law.seizure\n1,200;1\n", "line 2: \"1,200\" could be 1200 or 1.2, and no other number"),
            ("law.fine\n-12.345\n", "\"-12.345\" could be -12345 or -12.345, and"),
            ("law.fine,law.seizure\n250.000,1\n", "line 2: \"250.000\" could be 250000 or 250, and"),
            ("citizens.count\n2.000\n", "line 2: \"2.000\" could be 2000 or 2, and"),
            ("law.fine;law.seizure\n1.200,50;0\n", "line 2: \"1.200,50\" has several points or commas"),
            ("law.fine;law.seizure\n60;1\n;\n", "line 3 has no values"),
            ("law.fine;\n60;\n", "column 2 has no lever path"),
            ("law.fine,law.fine\n1,2\n", "column 2: `law.fine` is used a second time"),
            ("law.fine;law.seizure\n60\n", "line 2 has 1 field, but the first line has 2"),
            ("law.fine\n\"60\n", "line 2: a quote is opened and never closed"),
            ("law.fine\n\"6\"0\n", "line 2: there is '0' behind a field in quotes"),
            ("law.fine\n50 %\n", "line 2: `law.fine` cannot be"),
            ("sep=|\nlaw.fine\n5\n", "fields cannot be apart by '|'"),
        ] {
            let found = told(text).expect_err(text);
            assert!(found.contains(why), "{text:?}: {found}");
        }
    }
}
