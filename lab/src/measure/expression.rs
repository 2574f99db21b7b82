//! Metrics as people write them.
//!
//! ```text
//! expression = term { ("+" | "-") term }         term = factor { ("*" | "/") factor }
//! factor     = number | "-" factor | "(" expression ")" | ("ln" | "sign") "(" expression ")" | figure
//!            | ("least" | "greatest") "(" expression { "," expression } ")"
//!            | "life" "(" kind of event "," kind of event ")" | "elasticity" "(" days ")"
//! figure     = how "(" ["base" "."] table "." column ["/" column] { "," condition } ")"
//! how        = mean | sum | last | min | max | count | sd | median | p05 | p25 | p75 | p95 | kept | small | top
//! condition  = days | key "=" word { "|" word } | key "!=" word { "|" word } | column (">=" | "<=") number
//! days       = "days" "=" from "to" to
//! ```
//!
//! For example, how many times its cost a good was sold for in the second half of a year:
//! `mean(goods.price_mean / cost_mean, good = experience, days = 181 to 365)`. A column after `base` is that of the same
//! scenario without its timeline, lived with the same seed: `sum(days.trades) / sum(base.days.trades)`. `kept` is the
//! share of the values of the first day that are there on the last; `small` the share of the last day's values below a
//! tenth of their mean; `top` the share of the last day's sum that the largest tenth of its values make up; `greatest` and
//! `least` take the greatest and the least of several expressions that have a value; `life(seller_entry, seller_exit)` the days after which half of those who came are gone (Kaplan
//! and Meier, since some are still there at the end); `elasticity` how many per cent less is bought for each per cent
//! that prices rose against the base, goods weighted by what is bought of them there. `contraband schema tables` lists
//! tables, columns and units.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::measure::statistics::median_life;
use crate::measure::{Aggregate, Figure, Recording, sum_of};
use contraband_sim::base::numerics::ln;
use contraband_sim::ids::good::Good;
use contraband_sim::record::tables::{ColumnKind, EVENTS, TABLES, TableSpec};
use contraband_sim::scenario::complaint::Diagnostic;
use contraband_sim::scenario::levers::closest_name;

/// A metric that people wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    node: ExpressionNode,
}

/// A recording, and that of the same scenario without its timeline.
#[derive(Clone, Copy)]
struct Worlds<'r> {
    this: &'r Recording,
    base: &'r Recording,
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq)]
enum ExpressionNode {
    Number(f64),
    Figure(Figure),
    Base(Figure),
    Negative(Box<ExpressionNode>),
    Log(Box<ExpressionNode>),
    Sign(Box<ExpressionNode>),
    Extreme(Extreme, Vec<ExpressionNode>),
    Life { came: String, gone: String },
    Elasticity { from: u32, to: u32 },
    Of(Box<ExpressionNode>, Operator, Box<ExpressionNode>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Extreme {
    Least,
    Greatest,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

impl ExpressionNode {
    fn read(&self, worlds: Worlds<'_>) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Figure(figure) => figure.read(worlds.this),
            Self::Base(figure) => figure.read(worlds.base),
            Self::Negative(of) => -of.read(worlds),
            Self::Log(of) => ln(of.read(worlds)),
            Self::Sign(of) => match of.read(worlds) {
                0.0 => 0.0,
                other => other.signum(),
            },
            Self::Extreme(which, all) => {
                let values = all.iter().map(|one| one.read(worlds));
                // What has no value is passed over, by `f64::min` and `f64::max`.
                values
                    .reduce(match which {
                        Extreme::Least => f64::min,
                        Extreme::Greatest => f64::max,
                    })
                    .unwrap_or(f64::NAN)
            }
            Self::Life { came, gone } => median_life(&lives(worlds.this, came, gone)),
            Self::Elasticity { from, to } => elasticity(worlds, *from, *to),
            Self::Of(one, operator, other) => {
                let (one, other) = (one.read(worlds), other.read(worlds));
                match operator {
                    Operator::Plus => one + other,
                    Operator::Minus => one - other,
                    Operator::Times => one * other,
                    Operator::Over => one / other,
                }
            }
        }
    }

    /// Adds the days that its figures are limited to.
    fn windows(&self, found: &mut Vec<(u32, u32)>) {
        match self {
            Self::Figure(figure) | Self::Base(figure) => found.extend(figure.window()),
            Self::Elasticity { from, to } => found.push((*from, *to)),
            Self::Number(_) | Self::Life { .. } => {}
            Self::Negative(of) | Self::Log(of) | Self::Sign(of) => of.windows(found),
            Self::Extreme(_, all) => all.iter().for_each(|one| one.windows(found)),
            Self::Of(one, _, other) => {
                one.windows(found);
                other.windows(found);
            }
        }
    }

    /// Adds the columns that it looks at, with their tables.
    fn reads(&self, found: &mut Vec<(String, String)>) {
        let mut all = |table: &str, columns: &[&str]| {
            found.extend(columns.iter().map(|&column| (table.to_owned(), column.to_owned())));
        };
        match self {
            Self::Number(_) => {}
            Self::Figure(figure) | Self::Base(figure) => found.extend(figure.reads()),
            Self::Life { .. } => all("events", &["day", "syndicate", "kind"]),
            Self::Elasticity { .. } => all("goods", &["day", "good", "trades", "spent_credits"]),
            Self::Negative(of) | Self::Log(of) | Self::Sign(of) => of.reads(found),
            Self::Extreme(_, all) => all.iter().for_each(|one| one.reads(found)),
            Self::Of(one, _, other) => {
                one.reads(found);
                other.reads(found);
            }
        }
    }

    fn compares(&self) -> bool {
        match self {
            Self::Base(_) | Self::Elasticity { .. } => true,
            Self::Number(_) | Self::Figure(_) | Self::Life { .. } => false,
            Self::Negative(of) | Self::Log(of) | Self::Sign(of) => of.compares(),
            Self::Extreme(_, all) => all.iter().any(Self::compares),
            Self::Of(one, _, other) => one.compares() || other.compares(),
        }
    }
}

impl Expression {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The days that its figures are limited to, first and last, each once; none where it is of the whole run.
    pub fn windows(&self) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        self.node.windows(&mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The columns that it looks at, with their tables, each once.
    pub fn reads(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.node.reads(&mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether it compares the scenario with the same one without its timeline.
    pub fn compares(&self) -> bool {
        self.node.compares()
    }

    /// Reads it off a recording, and that of the same scenario without its timeline, where it compares the two.
    pub fn read(&self, this: &Recording, base: &Recording) -> f64 {
        self.node.read(Worlds { this, base })
    }
}

/// Days from one kind of event to another of the same syndicate, and whether the second was seen.
fn lives(rows: &Recording, came: &str, gone: &str) -> Vec<(f64, bool)> {
    let (days, who) = (rows.numbers("events", "day"), rows.numbers("events", "syndicate"));
    let end = days.last().copied().unwrap_or(0.0);
    let mut there = BTreeMap::new();
    let mut lives = Vec::new();
    for (row, kind) in rows.words("events", "kind").into_iter().enumerate() {
        if kind == came {
            there.insert(who[row] as i64, days[row]);
        } else if kind == gone {
            lives.extend(there.remove(&(who[row] as i64)).map(|came| (days[row] - came, true)));
        }
    }
    lives.extend(there.into_values().map(|came| (end - came, false)));
    lives
}

/// Change of log trades over that of log prices, both weighted by what is traded of each good in the base.
fn elasticity(worlds: Worlds<'_>, from: u32, to: u32) -> f64 {
    let (mut quantity, mut price) = (0.0, 0.0);
    for good in Good::ALL {
        let of =
            |rows: &Recording, column| sum_of("goods", column).of("good", &[good.word()]).days(from..=to).read(rows);
        let [before, after] = [worlds.base, worlds.this].map(|rows| (of(rows, "trades"), of(rows, "spent_credits")));
        if before.0 > 0.0 && after.0 > 0.0 {
            quantity += before.0 * ln(after.0 / before.0);
            price += before.0 * ln((after.1 / after.0) / (before.1 / before.0));
        }
    }
    quantity / price
}

/// Reads a metric from its text.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse(text: &str) -> Result<Expression, Diagnostic> {
    let mut reader = ExpressionReader { text, at: 0, depth: 0, parts: 0 };
    let node = reader.expression()?;
    reader.space();
    if reader.at < text.len() {
        let rest = reader.at..text.len();
        return Err(Diagnostic::new(&rest, "there is text after the end of the metric", "not expected here"));
    }
    Ok(Expression { text: text.trim().into(), node })
}

/// Expressions within expressions, at most: far more than anybody writes, and far less than would overflow the stack.
const DEEPEST: usize = 64;

/// Numbers and figures in one metric, at most: a longer sum would be read and forgotten part within part.
const MOST_PARTS: usize = 500;

/// Kinds of columns with numbers.
const NUMBERS: &[ColumnKind] = &[ColumnKind::Int, ColumnKind::Float];

/// Reads from left to right.
struct ExpressionReader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    parts: usize,
}

impl<'t> ExpressionReader<'t> {
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

    fn must_take(&mut self, sign: &str) -> Result<(), Diagnostic> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// Something else was expected where the reader is.
    fn expected(&self, what: &str) -> Diagnostic {
        let long = self.rest().chars().next().map_or(0, char::len_utf8);
        let found = if long == 0 { "the metric ends too early" } else { "a metric cannot go on like this" };
        Diagnostic::new(&(self.at..self.at + long), found, format!("expected {what}"))
            .help("for example `mean(goods.price_mean, good = experience, days = 181 to 365)`")
    }

    /// The word that is next: letters, digits, `_` and `-`.
    fn word(&mut self, what: &str) -> Result<(&'t str, Range<usize>), Diagnostic> {
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

    fn expression(&mut self) -> Result<ExpressionNode, Diagnostic> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Diagnostic::new(&(self.at..self.at), "this metric is nested too deeply", "too many brackets"));
        }
        let mut node = self.term()?;
        loop {
            let operator = match () {
                () if self.take("+") => Operator::Plus,
                () if self.take("-") => Operator::Minus,
                () => break,
            };
            node = ExpressionNode::Of(Box::new(node), operator, Box::new(self.term()?));
        }
        self.depth -= 1;
        Ok(node)
    }

    fn term(&mut self) -> Result<ExpressionNode, Diagnostic> {
        let mut node = self.factor()?;
        loop {
            let operator = match () {
                () if self.take("*") => Operator::Times,
                () if self.take("/") => Operator::Over,
                () => break,
            };
            node = ExpressionNode::Of(Box::new(node), operator, Box::new(self.factor()?));
        }
        Ok(node)
    }

    fn factor(&mut self) -> Result<ExpressionNode, Diagnostic> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            let what = format!("this metric has more than {MOST_PARTS} numbers and figures");
            let help =
                "choose rows by a condition, such as `good = privacy|experience`, instead of adding figures one by one";
            return Err(Diagnostic::new(&(self.at..self.at), what, "one too many").help(help));
        }
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
            return Ok(ExpressionNode::Negative(Box::new(self.factor()?)));
        }
        self.space();
        if self.rest().starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Ok(ExpressionNode::Number(self.number()?));
        }
        let (how, span) = self.word("a number, a bracket, or a figure such as `mean(days.trades)`")?;
        self.must_take("(")?;
        let node = match how {
            "ln" => ExpressionNode::Log(Box::new(self.expression()?)),
            "sign" => ExpressionNode::Sign(Box::new(self.expression()?)),
            "least" | "greatest" => {
                let which = if how == "least" { Extreme::Least } else { Extreme::Greatest };
                let mut all = vec![self.expression()?];
                while self.take(",") {
                    all.push(self.expression()?);
                }
                ExpressionNode::Extreme(which, all)
            }
            "life" => {
                let came = self.event()?;
                self.must_take(",")?;
                ExpressionNode::Life { came, gone: self.event()? }
            }
            "elasticity" => {
                let (_, span) = self.word("`days = 181 to 187`")?;
                if self.text[span.clone()] != *"days" {
                    return Err(Diagnostic::new(&span, "an elasticity needs days", "expected `days`"));
                }
                let (from, to) = self.days(span.start)?;
                ExpressionNode::Elasticity { from, to }
            }
            _ => {
                let how = Self::how(how, &span)?;
                self.figure(how)?
            }
        };
        self.must_take(")")?;
        Ok(node)
    }

    /// A kind of event that happens to syndicates.
    fn event(&mut self) -> Result<String, Diagnostic> {
        let (word, span) = self.word("a kind of event, such as `seller_entry`")?;
        let kinds =
            || EVENTS.columns.iter().find(|column| column.name == "kind").map_or("", |column| column.doc).split(", ");
        match kinds().find(|kind| *kind == word) {
            Some(kind) => Ok(kind.to_owned()),
            None => Err(Diagnostic::new(&span, format!("there is no event called `{word}`"), "unknown kind of event")
                .help(closest_of(word, kinds(), "`contraband schema tables` lists the kinds"))),
        }
    }

    /// From which day to which, after the word itself, which began `at`.
    fn days(&mut self, at: usize) -> Result<(u32, u32), Diagnostic> {
        self.must_take("=")?;
        let from = self.day()?;
        if !self.take("to") {
            return Err(self.expected("`to`, as in `days = 181 to 365`"));
        }
        let to = self.day()?;
        if from > to {
            return Err(Diagnostic::new(
                &(at..self.at),
                "these days end before they begin",
                "put the earlier day first",
            ));
        }
        Ok((from, to))
    }

    fn number(&mut self) -> Result<f64, Diagnostic> {
        let ends = |c: char| !(c.is_ascii_digit() || c == '.' || c == '_');
        let long = self.rest().find(ends).unwrap_or(self.rest().len());
        let span = self.at..self.at + long;
        self.at = span.end;
        let number = self.text[span.clone()].replace('_', "").parse();
        number.map_err(|_| Diagnostic::new(&span, "this is not a number", "such as 0.25 or 1000"))
    }

    fn how(word: &str, span: &Range<usize>) -> Result<Aggregate, Diagnostic> {
        const WORDS: [(&str, Aggregate); 15] = [
            ("mean", Aggregate::Mean),
            ("sum", Aggregate::Sum),
            ("last", Aggregate::Last),
            ("min", Aggregate::Least),
            ("max", Aggregate::Greatest),
            ("count", Aggregate::Count),
            ("sd", Aggregate::Spread),
            ("median", Aggregate::Quantile(0.5)),
            ("p05", Aggregate::Quantile(0.05)),
            ("p25", Aggregate::Quantile(0.25)),
            ("p75", Aggregate::Quantile(0.75)),
            ("p95", Aggregate::Quantile(0.95)),
            ("kept", Aggregate::Kept),
            ("small", Aggregate::Small),
            ("top", Aggregate::Top),
        ];
        let found = WORDS.iter().find(|(name, _)| *name == word).map(|(_, how)| *how);
        found.ok_or_else(|| {
            let all = WORDS.map(|(name, _)| name).join(", ");
            Diagnostic::new(span, format!("there is no function called `{word}`"), "unknown function")
                .help(format!("it takes one of {all}, ln, sign, least, greatest, life, elasticity"))
        })
    }

    fn figure(&mut self, how: Aggregate) -> Result<ExpressionNode, Diagnostic> {
        let (mut table, mut span) = self.word("a table")?;
        let base = table == "base";
        if base {
            self.must_take(".")?;
            (table, span) = self.word("a table")?;
        }
        let table = *TABLES.iter().find(|one| one.name == table).ok_or_else(|| {
            let names = TABLES.iter().map(|one| one.name);
            Diagnostic::new(&span, format!("there is no table called `{table}`"), "unknown table").help(closest_of(
                table,
                names,
                "`contraband schema tables` lists them",
            ))
        })?;
        self.must_take(".")?;
        let mut figure = Figure::new(how, table.name, self.column(table, NUMBERS)?);
        if self.take("/") {
            figure = figure.over(self.column(table, NUMBERS)?);
        }
        while self.take(",") {
            figure = self.condition(table, figure)?;
        }
        Ok(if base { ExpressionNode::Base(figure) } else { ExpressionNode::Figure(figure) })
    }

    fn condition(&mut self, table: &'static TableSpec, figure: Figure) -> Result<Figure, Diagnostic> {
        let (key, span) = self.word("a condition, such as `good = experience` or `days = 181 to 365`")?;
        if key == "days" {
            let (from, to) = self.days(span.start)?;
            return Ok(figure.days(from..=to));
        }
        self.space();
        if self.rest().starts_with(['<', '>']) {
            self.at = span.start;
            let column = self.column(table, NUMBERS)?;
            let least = self.take(">=");
            if !least {
                self.must_take("<=")?;
            }
            self.space();
            let negative = self.take("-");
            let bound = if negative { -self.number()? } else { self.number()? };
            let (least, most) = if least { (bound, f64::INFINITY) } else { (f64::NEG_INFINITY, bound) };
            return Ok(figure.within(column, least, most));
        }
        self.at = span.start;
        let key = self.column(table, &[ColumnKind::Text])?;
        let wanted = !self.take("!=");
        if wanted {
            self.must_take("=")?;
        }
        let mut words = Vec::new();
        loop {
            let (word, span) = self.word("a word")?;
            if key == "good" && !Good::ALL.iter().any(|good| good.word() == word) {
                let names = Good::ALL.iter().map(|good| good.word());
                return Err(Diagnostic::new(&span, format!("there is no good called `{word}`"), "unknown good")
                    .help(closest_of(word, names, "`contraband schema tables` names them")));
            }
            words.push(word.to_owned());
            if !self.take("|") {
                break;
            }
        }
        Ok(figure.only(key, words, wanted))
    }

    fn column(&mut self, table: &TableSpec, kinds: &[ColumnKind]) -> Result<&'static str, Diagnostic> {
        let (name, span) = self.word("a column")?;
        let fits = || table.columns.iter().filter(|column| kinds.contains(&column.kind)).map(|column| column.name);
        fits().find(|column| *column == name).ok_or_else(|| {
            let holds = if kinds.contains(&ColumnKind::Text) { "words" } else { "numbers" };
            let what = format!("table `{}` has no column `{name}` of {holds}", table.name);
            Diagnostic::new(&span, what, "unknown column").help(closest_of(
                name,
                fits(),
                &format!("it has {}", fits().collect::<Vec<_>>().join(", ")),
            ))
        })
    }

    fn day(&mut self) -> Result<u32, Diagnostic> {
        let (word, span) = self.word("a day")?;
        word.parse().map_err(|_| Diagnostic::new(&span, format!("`{word}` is not a day"), "a whole number, from 1"))
    }
}

/// The closest name, or else where names are to be found.
fn closest_of<'n>(wanted: &str, names: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    closest_name(wanted, names).map_or_else(|| otherwise.to_owned(), |name| format!("the closest is `{name}`"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use contraband_sim::record::tables::{Batch, DAYS, Values};

    /// Three days with 10, 20 and 60 trades, and nothing else.
    fn rows() -> Recording {
        let columns = DAYS.columns.iter().map(|column| match (column.name, column.kind) {
            ("day", _) => Values::Int(vec![1, 2, 3].into()),
            ("trades", _) => Values::Int(vec![10, 20, 60].into()),
            (_, ColumnKind::Int) => Values::Int(vec![0; 3].into()),
            (_, ColumnKind::Float) => Values::Float(vec![None; 3].into()),
            (_, ColumnKind::Text) => unreachable!("the table of days has no words"),
        });
        Recording::from_rows(vec![Batch { table: &DAYS, columns: columns.collect() }])
    }

    /// A sum of 20 000 figures once ended the program, part within part.
    #[test]
    fn a_metric_has_a_limit_that_is_told() {
        let sum = |parts: usize, by: &str| vec!["mean(days.trades)"; parts].join(by);
        for by in [" + ", " * ", " - (1) / "] {
            let wrong = parse(&sum(20_000, by)).unwrap_err();
            assert_eq!(wrong.what, "this metric has more than 500 numbers and figures", "{by}");
        }
        assert_eq!(parse(&sum(500, "+")).unwrap().read(&rows(), &rows()), 15_000.0);
        assert!(parse(&format!("{}1", "-".repeat(20_000))).is_ok());
    }

    #[test]
    fn expressions_reckon_as_people_do() {
        let rows = rows();
        let worth =
            |text: &str| parse(text).unwrap_or_else(|complaint| panic!("{text}: {complaint}")).read(&rows, &rows);
        assert_eq!(worth("1 + 2 * 3 - -4 / 2"), 9.0);
        assert_eq!(worth("(1 + 2) * 3"), 9.0);
        assert_eq!(worth("sum(days.trades) / count(days.trades)"), 30.0);
        assert_eq!(worth("mean( days.trades , days = 2 to 3 )"), 40.0);
        assert_eq!(worth("max(days.trades)-min(days.trades)"), 50.0);
        assert_eq!(worth("ln(last(days.trades) / 60)"), 0.0);
        assert_eq!(worth("median(days.trades)"), 20.0);
        assert!(worth("mean(days.risk_true)").is_nan());
        assert_eq!(worth("sum(goods.trades, good = privacy|experience)"), 0.0);
        assert_eq!(worth("count(days.trades, trades >= 20) + count(days.trades, trades <= -1)"), 2.0);
        assert_eq!(worth("mean(days.trades / day)"), (10.0 + 10.0 + 20.0) / 3.0);
        assert_eq!(worth("sum(days.trades) / sum(base.days.trades)"), 1.0);
        assert_eq!(worth("sign(3) + sign(-0.5) + sign(0)"), 0.0);
        assert_eq!(worth("small(days.trades)"), 0.0);
        assert_eq!(worth("top(days.trades)"), 1.0);
        assert_eq!(worth("greatest(3, min(days.trades), -2) - least(mean(days.risk_true), 4 + 1, 7)"), 5.0);
        assert!(worth("least(mean(days.risk_true))").is_nan());
        assert!(worth("elasticity(days = 1 to 3)").is_nan() && worth("life(seller_entry, seller_exit)").is_nan());
        assert_eq!(parse(" 1 + 1 ").expect("it is sound").text(), "1 + 1");
        let reads = parse("mean(goods.price_mean / cost_mean, good = privacy, trades >= 2) + last(citizens.record)");
        let reads: Vec<String> = reads
            .expect("it is sound")
            .reads()
            .into_iter()
            .map(|(table, column)| format!("{table}.{column}"))
            .collect();
        assert_eq!(
            reads.join(" "),
            "citizens.record goods.cost_mean goods.day goods.good goods.price_mean goods.trades"
        );
        let compares = |text| parse(text).expect("it is sound").compares();
        assert!(compares("1 + sum(base.days.trades)") && compares("ln(elasticity(days = 1 to 2))"));
        assert!(compares("least(1, sum(base.days.trades))"));
        assert!(!compares("sum(days.trades) / 2"));
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
                "life(seller_enter, seller_exit)",
                "elasticity(trades)",
                "mean(days.trades, trades < 4)",
                "",
            ]
            .map(refused)
            .join("\n"),
            @r"
        trade | table `days` has no column `trade` of numbers (unknown column); the closest is `trades`
        day | there is no table called `day` (unknown table); the closest is `days`
        average | there is no function called `average` (unknown function); it takes one of mean, sum, last, min, max, count, sd, median, p05, p25, p75, p95, kept, small, top, ln, sign, least, greatest, life, elasticity
        experiences | there is no good called `experiences` (unknown good); the closest is `experience`
        trades | table `goods` has no column `trades` of words (unknown column); it has good, status
        days = 9 to 3 | these days end before they begin (put the earlier day first)
        t | a metric cannot go on like this (expected `to`, as in `days = 181 to 365`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
         | the metric ends too early (expected `)`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
         | the metric ends too early (expected a number, a bracket, or a figure such as `mean(days.trades)`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
        2 | there is text after the end of the metric (not expected here)
        1..2 | this is not a number (such as 0.25 or 1000)
        seller_enter | there is no event called `seller_enter` (unknown kind of event); the closest is `seller_entry`
        trades | an elasticity needs days (expected `days`)
        < | a metric cannot go on like this (expected `<=`); for example `mean(goods.price_mean, good = experience, days = 181 to 365)`
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
