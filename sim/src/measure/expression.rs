//! Metrics as people write them.
//!
//! ```text
//! expression = term { ("+" | "-") term }         term = factor { ("*" | "/") factor }
//! factor     = number | "-" factor | "(" expression ")" | "ln" "(" expression ")" | figure
//! figure     = how "(" table "." column { "," condition } ")"
//! how        = mean | sum | last | min | max | count | sd | median | p05 | p25 | p75 | p95
//! condition  = "days" "=" from "to" to | key "=" word { "|" word } | key "!=" word { "|" word }
//! ```
//!
//! For example, how many times its cost a good was sold for in the second half of a year:
//! `mean(goods.price_mean, good = experience, days = 181 to 365) / mean(goods.cost_mean, good = experience)`.
//! `contraband schema tables` lists tables, columns and units.

use std::ops::Range;

use super::{Figure, How, Metric, Recording};
use crate::goods::Good;
use crate::numerics::ln;
use crate::record::tables::{Kind, TABLES, TableSpec};
use crate::scenario::{Complaint, closest_name};

/// What an expression says.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Figure(Figure),
    Negative(Box<Node>),
    Log(Box<Node>),
    Of(Box<Node>, Operator, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

impl Node {
    fn read(&self, rows: &Recording) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Figure(figure) => figure.read(rows),
            Self::Negative(of) => -of.read(rows),
            Self::Log(of) => ln(of.read(rows)),
            Self::Of(one, operator, other) => {
                let (one, other) = (one.read(rows), other.read(rows));
                match operator {
                    Operator::Plus => one + other,
                    Operator::Minus => one - other,
                    Operator::Times => one * other,
                    Operator::Over => one / other,
                }
            }
        }
    }
}

/// Reads a metric from its text; the text is its name.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse(text: &str) -> Result<Metric, Complaint> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let node = reader.expression()?;
    reader.space();
    if reader.at < text.len() {
        let rest = reader.at..text.len();
        return Err(Complaint::new(&rest, "a metric ends before this", "not expected here"));
    }
    Ok(Metric::new(text.trim(), move |rows| node.read(rows)))
}

/// Expressions within expressions, at most: far more than anybody writes, and far less than would overflow the stack.
const DEEPEST: usize = 64;

/// Reads from left to right.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Goes past a sign, if it is next.
    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn must_take(&mut self, sign: &str) -> Result<(), Complaint> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// Something else was expected where the reader is.
    fn expected(&self, what: &str) -> Complaint {
        let long = self.rest().chars().next().map_or(0, char::len_utf8);
        let found = if long == 0 { "the metric ends too early" } else { "a metric cannot go on like this" };
        Complaint::new(&(self.at..self.at + long), found, format!("expected {what}"))
            .help("for example `mean(goods.price_mean, good = experience, days = 181 to 365)`")
    }

    /// The word that is next: letters, digits, `_` and `-`.
    fn word(&mut self, what: &str) -> Result<(&'t str, Range<usize>), Complaint> {
        self.space();
        let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
        let long = self.rest().find(ends).unwrap_or(self.rest().len());
        if long == 0 {
            return Err(self.expected(what));
        }
        let span = self.at..self.at + long;
        self.at = span.end;
        Ok((&self.text[span.clone()], span))
    }

    fn expression(&mut self) -> Result<Node, Complaint> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Complaint::new(&(self.at..self.at), "this metric is too deep", "too many brackets"));
        }
        let mut node = self.term()?;
        loop {
            let operator = match () {
                () if self.take("+") => Operator::Plus,
                () if self.take("-") => Operator::Minus,
                () => break,
            };
            node = Node::Of(Box::new(node), operator, Box::new(self.term()?));
        }
        self.depth -= 1;
        Ok(node)
    }

    fn term(&mut self) -> Result<Node, Complaint> {
        let mut node = self.factor()?;
        loop {
            let operator = match () {
                () if self.take("*") => Operator::Times,
                () if self.take("/") => Operator::Over,
                () => break,
            };
            node = Node::Of(Box::new(node), operator, Box::new(self.factor()?));
        }
        Ok(node)
    }

    fn factor(&mut self) -> Result<Node, Complaint> {
        if self.take("(") {
            let node = self.expression()?;
            self.must_take(")")?;
            return Ok(node);
        }
        let mut negative = false;
        while self.take("-") {
            negative = !negative;
        }
        if negative {
            return Ok(Node::Negative(Box::new(self.factor()?)));
        }
        self.space();
        if self.rest().starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number();
        }
        let (how, span) = self.word("a number, a bracket, or a figure such as `mean(days.trades)`")?;
        self.must_take("(")?;
        if how == "ln" {
            let node = self.expression()?;
            self.must_take(")")?;
            return Ok(Node::Log(Box::new(node)));
        }
        let how = self.how(how, &span)?;
        self.figure(how)
    }

    fn number(&mut self) -> Result<Node, Complaint> {
        let ends = |c: char| !(c.is_ascii_digit() || c == '.' || c == '_');
        let long = self.rest().find(ends).unwrap_or(self.rest().len());
        let span = self.at..self.at + long;
        self.at = span.end;
        let number = self.text[span.clone()].replace('_', "").parse();
        number.map(Node::Number).map_err(|_| Complaint::new(&span, "this is no number", "such as 0.25 or 1000"))
    }

    fn how(&self, word: &str, span: &Range<usize>) -> Result<How, Complaint> {
        const WORDS: [(&str, How); 12] = [
            ("mean", How::Mean),
            ("sum", How::Sum),
            ("last", How::Last),
            ("min", How::Least),
            ("max", How::Greatest),
            ("count", How::Count),
            ("sd", How::Spread),
            ("median", How::Quantile(0.5)),
            ("p05", How::Quantile(0.05)),
            ("p25", How::Quantile(0.25)),
            ("p75", How::Quantile(0.75)),
            ("p95", How::Quantile(0.95)),
        ];
        let found = WORDS.iter().find(|(name, _)| *name == word).map(|(_, how)| *how);
        found.ok_or_else(|| {
            let all = WORDS.map(|(name, _)| name).join(", ");
            Complaint::new(span, format!("nothing is called `{word}`"), "how rows are brought together")
                .help(format!("it is one of {all}, or ln"))
        })
    }

    fn figure(&mut self, how: How) -> Result<Node, Complaint> {
        let (table, span) = self.word("a table")?;
        let table = *TABLES.iter().find(|one| one.name == table).ok_or_else(|| {
            let names = TABLES.iter().map(|one| one.name);
            Complaint::new(&span, format!("no table is called `{table}`"), "unknown table").help(closest_of(
                table,
                names,
                "`contraband schema tables` lists them",
            ))
        })?;
        self.must_take(".")?;
        let column = self.column(table, &[Kind::Int, Kind::Float])?;
        let mut figure = Figure::new(how, table.name, column);
        while self.take(",") {
            let before = self.at;
            let (key, _) = self.word("a condition, such as `good = experience` or `days = 181 to 365`")?;
            figure = if key == "days" {
                self.must_take("=")?;
                let from = self.day()?;
                if !self.take("to") {
                    return Err(self.expected("`to`, as in `days = 181 to 365`"));
                }
                let to = self.day()?;
                if from > to {
                    let span = before..self.at;
                    return Err(Complaint::new(&span, "these days end before they begin", "first the earlier day"));
                }
                figure.days(from..=to)
            } else {
                self.at = before;
                let key = self.column(table, &[Kind::Text])?;
                let wanted = !self.take("!=");
                if wanted {
                    self.must_take("=")?;
                }
                let mut words = Vec::new();
                loop {
                    let (word, span) = self.word("a word")?;
                    if key == "good" && !Good::ALL.iter().any(|good| good.word() == word) {
                        let names = Good::ALL.iter().map(|good| good.word());
                        return Err(Complaint::new(&span, format!("no good is called `{word}`"), "unknown good")
                            .help(closest_of(word, names, "`contraband schema tables` names them")));
                    }
                    words.push(word.to_owned());
                    if !self.take("|") {
                        break;
                    }
                }
                figure.only(key, words, wanted)
            };
        }
        self.must_take(")")?;
        Ok(Node::Figure(figure))
    }

    fn column(&mut self, table: &TableSpec, kinds: &[Kind]) -> Result<&'static str, Complaint> {
        let (name, span) = self.word("a column")?;
        let fits = || table.columns.iter().filter(|column| kinds.contains(&column.kind)).map(|column| column.name);
        fits().find(|column| *column == name).ok_or_else(|| {
            let holds = if kinds.contains(&Kind::Text) { "words" } else { "numbers" };
            let what = format!("table `{}` has no column `{name}` of {holds}", table.name);
            Complaint::new(&span, what, "unknown column").help(closest_of(
                name,
                fits(),
                &format!("it has {}", fits().collect::<Vec<_>>().join(", ")),
            ))
        })
    }

    fn day(&mut self) -> Result<u32, Complaint> {
        let (word, span) = self.word("a day")?;
        word.parse().map_err(|_| Complaint::new(&span, format!("`{word}` is no day"), "a whole number, from 1"))
    }
}

/// The closest name, or else where names are to be found.
fn closest_of(wanted: &str, names: impl Iterator<Item = &'static str>, otherwise: &str) -> String {
    closest_name(wanted, names).map_or_else(|| otherwise.to_owned(), |name| format!("the closest is `{name}`"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::tables::{Batch, DAYS, Values};

    /// Three days with 10, 20 and 60 trades, and nothing else.
    fn rows() -> Recording {
        let columns = DAYS.columns.iter().map(|column| match (column.name, column.kind) {
            ("day", _) => Values::Int(vec![1, 2, 3]),
            ("trades", _) => Values::Int(vec![10, 20, 60]),
            (_, Kind::Int) => Values::Int(vec![0; 3]),
            (_, Kind::Float) => Values::Float(vec![f64::NAN; 3]),
            (_, Kind::Text) => unreachable!("the table of days has no words"),
        });
        Recording::from_rows(vec![Batch { table: &DAYS, columns: columns.collect() }])
    }

    #[test]
    fn expressions_reckon_as_people_do() {
        let rows = rows();
        let worth = |text: &str| parse(text).unwrap_or_else(|complaint| panic!("{text}: {complaint}")).read(&rows);
        assert_eq!(worth("1 + 2 * 3 - -4 / 2"), 9.0);
        assert_eq!(worth("(1 + 2) * 3"), 9.0);
        assert_eq!(worth("sum(days.trades) / count(days.trades)"), 30.0);
        assert_eq!(worth("mean( days.trades , days = 2 to 3 )"), 40.0);
        assert_eq!(worth("max(days.trades)-min(days.trades)"), 50.0);
        assert_eq!(worth("ln(last(days.trades) / 60)"), 0.0);
        assert_eq!(worth("median(days.trades)"), 20.0);
        assert!(worth("mean(days.risk_true)").is_nan());
        assert_eq!(worth("sum(goods.trades, good = privacy|experience)"), 0.0);
        assert_eq!(parse(" 1 + 1 ").expect("it is sound").name(), "1 + 1");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let refused = |text: &str| {
            let Err(complaint) = parse(text) else { panic!("{text} was read") };
            format!("{} | {complaint}", &text[complaint.span.clone()])
        };
        insta::assert_snapshot!(
            [
                "mean(days.trade)",
                "mean(day.trades)",
                "average(days.trades)",
                "mean(goods.trades, good = experiences)",
                "mean(goods.trades, trades = 4)",
                "mean(days.trades, days = 9 to 3)",
                "mean(days.trades, days = 9 till 30)",
                "mean(days.trades",
                "1 + ",
                "1 2",
                "1..2",
                "",
            ]
            .map(refused)
            .join("\n"),
            @r"
            trade | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
            day | no table is called `day` (unknown table); the closest is `days`
            average | nothing is called `average` (how rows are brought together); it is one of mean, sum, last, min, max, count, sd, median, p05, p25, p75, p95, or ln
            experiences | no good is called `experiences` (unknown good); the closest is `experience`
            trades | table `goods` has no column `trades` of words (unknown column); it has good, status
             days = 9 to 3 | these days end before they begin (first the earlier day)
            t | a metric cannot go on like this (expected `to`, as in `days = 181 to 365`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
             | the metric ends too early (expected `)`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
             | the metric ends too early (expected a number, a bracket, or a figure such as `mean(days.trades)`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
            2 | a metric ends before this (not expected here)
            1..2 | this is no number (such as 0.25 or 1000)
             | the metric ends too early (expected a number, a bracket, or a figure such as `mean(days.trades)`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
            "
        );
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&"-".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[a-z(). ,=|!+*/0-9_-]{0,60}|.{0,40}") {
            let _ = parse(&text);
        }
    }
}
