//! From text to a tree of values that know where they stand.
//!
//! `ron` and `serde_json` judge the syntax of the whole text first. What follows then walks over text known to be well
//! formed and only finds out where each value begins and ends, so that a complaint can point at the very number.

use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;

use crate::scenario::complaint::Diagnostic;

/// How a scenario is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rusty Object Notation, `.ron`.
    Ron,
    /// `.json`.
    Json,
}

/// A value and where it stands in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The bytes of the text that it takes.
    pub span: Range<usize>,
    /// The value itself.
    pub kind: Kind<'t>,
}

/// A value as it is written, in RON and JSON alike.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'t> {
    /// `12` or `0.5`.
    Number(f64),
    /// `"in quotes"`.
    Text(Cow<'t, str>),
    /// A bare word, as RON has them: `district`.
    Word(&'t str),
    /// `true` or `false`.
    Flag(bool),
    /// `None` or `null`.
    Nothing,
    /// Values in square brackets.
    List(Vec<Node<'t>>),
    /// Named values, in the order of the text.
    Fields(Vec<(FieldKey<'t>, Node<'t>)>),
    /// Something that no scenario uses, by its name.
    Other(&'static str),
}

/// The name of a field and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldKey<'t> {
    /// The bytes of the text that it takes.
    pub span: Range<usize>,
    /// The name, without quotes.
    pub name: Cow<'t, str>,
}

impl Kind<'_> {
    /// What kind of value it is, in words.
    pub fn described(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Word(_) => "a word",
            Self::Flag(_) => "true or false",
            Self::Nothing => "nothing",
            Self::List(_) => "a list",
            Self::Fields(_) => "a group of fields",
            Self::Other(name) => name,
        }
    }
}

/// Bytes of the longest text that is read.
pub const LONGEST_TEXT: usize = 4_000_000;

/// Levels of brackets that are followed; scenarios need six.
const DEEPEST: usize = 32;

/// Reads a text into a tree, or says what is wrong with its syntax.
///
/// # Errors
/// When the text is too long, too deep, or no RON or JSON.
pub fn read_tree(text: &str, format: Format) -> Result<Node<'_>, Diagnostic> {
    if text.len() > LONGEST_TEXT {
        let megabytes = text.len() / 1_000_000;
        return Err(Diagnostic::new(&(0..0), format!("the text is {megabytes} MB long"), "too long for a scenario")
            .help("a scenario may have up to 4 MB, and a timeline up to 500 entries"));
    }
    // Some editors begin a file with a mark that belongs to no format.
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut walk = Walk { text, at: start, depth: 0, format };
    walk.skip_blank();
    if walk.at == text.len() {
        return Err(Diagnostic::new(&(start..start), "the file is empty", "nothing here").help(match format {
            Format::Ron => "the smallest scenario is `(name: \"My question\")`: it runs the default world",
            Format::Json => "the smallest scenario is `{\"name\": \"My question\"}`: it runs the default world",
        }));
    }
    match format {
        Format::Ron => ron::value::RawValue::from_ron(&text[start..])
            .map(drop)
            .map_err(|error| ron_complaint(&error, text, start))?,
        Format::Json => serde_json::from_str::<IgnoredAny>(&text[start..])
            .map(drop)
            .map_err(|error| json_complaint(&error, text, start))?,
    }
    walk.value()
}

fn ron_complaint(error: &ron::error::SpannedError, text: &str, start: usize) -> Diagnostic {
    use ron::error::Error;
    let begin = offset(text, start, error.span.start.line, error.span.start.col);
    let end = offset(text, start, error.span.end.line, error.span.end.col);
    // What ron had read before the end of its span is well formed, but for a text that never ends.
    let span = match error.code {
        Error::ExpectedStringEnd => begin..end,
        _ => end..end + text[end..].chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8),
    };
    let help = match error.code {
        Error::ExceededRecursionLimit => return too_deep(&span),
        Error::ExpectedComma => {
            "put a comma between two fields, a colon between name and value, and close every bracket that was opened"
        }
        Error::UnexpectedChar(_) => {
            "a value is missing here: a number, a text in double quotes, true or false, a list or a group"
        }
        Error::Eof => "close every bracket that was opened",
        Error::TrailingCharacters => "a scenario is one group: ( name: \"...\", days: 365 )",
        Error::ExpectedStringEnd => "a text starts and ends with double quotes, on one line or several",
        Error::ExpectedChar => "put texts in double quotes: \"harbour\"",
        Error::ExpectedMapColon => "a name is followed by a colon and a value: fine: 60.0",
        Error::ExpectedIdentifier => "a name is missing here, like `fine`, with a colon and a value after it",
        Error::UnclosedBlockComment => "a comment that starts with /* ends with */",
        Error::Message(_) => "remove the line that starts with #!",
        _ => "compare it with a scenario that comes with the program; `contraband new` writes one to start from",
    };
    let code = match &error.code {
        Error::Message(_) => "extensions of RON are not supported here".into(),
        Error::Eof => "the text ends too early".into(),
        Error::ExpectedComma => "expected a comma or a closing bracket".into(),
        Error::ExpectedChar => "a text in single quotes".into(),
        Error::TrailingCharacters => "there is something after the end of the scenario".into(),
        Error::UnexpectedChar(c) => format!("unexpected {c:?}"),
        code => lower_case(&code.to_string()),
    };
    Diagnostic::new(&span, format!("invalid RON: {code}"), "reading stopped here").help(help)
}

fn json_complaint(error: &serde_json::Error, text: &str, start: usize) -> Diagnostic {
    // serde_json counts bytes in a line, and 0 for the end of the line before.
    let line = text[start..].split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = floor_char(text, start + line + error.column().saturating_sub(1));
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Diagnostic::new(&(at..at), format!("invalid JSON: {message}"), "reading stopped here")
        .help("put names and texts in double quotes, and no comma after the last field; JSON has no comments")
}

fn too_deep(span: &Range<usize>) -> Diagnostic {
    Diagnostic::new(span, "brackets are nested too deeply", "one level too many")
        .help("a scenario needs at most six levels")
}

/// The byte at a line and column that count from 1, in characters.
fn offset(text: &str, start: usize, line: usize, column: usize) -> usize {
    let text = &text[start..];
    let begin = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let column = text[begin..].char_indices().nth(column.saturating_sub(1));
    start + column.map_or(text.len(), |(index, _)| begin + index)
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn lower_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// A walk over well-formed text. What it does not know it calls by name, and leaves.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    format: Format,
}

impl<'t> Walk<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let taken = self.peek() == Some(wanted);
        if taken {
            self.at += wanted.len_utf8();
        }
        taken
    }

    /// Spaces, line ends, and comments as RON has them.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let text = rest.trim_start_matches(is_blank);
            self.at += rest.len() - text.len();
            if self.format == Format::Ron && text.starts_with("//") {
                self.at += text.find('\n').unwrap_or(text.len());
            } else if self.format == Format::Ron && text.starts_with("/*") {
                self.at += block_comment(text);
            } else {
                return;
            }
        }
    }

    fn value(&mut self) -> Result<Node<'t>, Diagnostic> {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek() {
            Some('(') => self.inside(Self::group)?,
            Some('{') => self.inside(Self::map)?,
            Some('[') => self.inside(Self::list)?,
            Some('"') => self.quoted(),
            Some('r')
                if self.rest().starts_with("r\"")
                    || self.rest().starts_with("r#\"")
                    || self.rest().starts_with("r##") =>
            {
                self.raw_quoted()?
            }
            Some('b') if ["b\"", "b'", "br\"", "br#"].iter().any(|start| self.rest().starts_with(start)) => {
                return Err(self.unused("bytes"));
            }
            Some('\'') => return Err(self.unused("a single character; texts go in double quotes")),
            _ => self.token()?,
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn unused(&self, what: &str) -> Diagnostic {
        let end = floor_char(self.text, self.at + 1).max(self.at);
        Diagnostic::new(&(self.at..end), format!("found {what}"), "scenario files do not use this")
    }

    fn inside(&mut self, read: fn(&mut Self) -> Result<Kind<'t>, Diagnostic>) -> Result<Kind<'t>, Diagnostic> {
        if self.depth == DEEPEST {
            return Err(too_deep(&(self.at..self.at + 1)));
        }
        self.at += 1; // the bracket, one byte
        self.depth += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    /// `(a: 1, b: 2)`, or a tuple `(1, 2)`, which is read as a list.
    fn group(&mut self) -> Result<Kind<'t>, Diagnostic> {
        let (mut fields, mut items) = (Vec::new(), Vec::new());
        loop {
            self.skip_blank();
            if self.take(')') {
                return Ok(if items.is_empty() { Kind::Fields(fields) } else { Kind::List(items) });
            }
            match self.key() {
                Some(key) => fields.push((key, self.value()?)),
                None => items.push(self.value()?),
            }
            self.comma(')')?;
        }
    }

    fn map(&mut self) -> Result<Kind<'t>, Diagnostic> {
        let mut fields = Vec::new();
        loop {
            self.skip_blank();
            if self.take('}') {
                return Ok(Kind::Fields(fields));
            }
            let key = self.value()?;
            let name = match key.kind {
                Kind::Text(text) => text,
                _ => self.text[key.span.clone()].into(),
            };
            self.skip_blank();
            if !self.take(':') {
                return Err(self.unused("a name without a value"));
            }
            fields.push((FieldKey { span: key.span, name }, self.value()?));
            self.comma('}')?;
        }
    }

    fn list(&mut self) -> Result<Kind<'t>, Diagnostic> {
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            if self.take(']') {
                return Ok(Kind::List(items));
            }
            items.push(self.value()?);
            self.comma(']')?;
        }
    }

    fn comma(&mut self, end: char) -> Result<(), Diagnostic> {
        self.skip_blank();
        if self.take(',') || self.peek() == Some(end) { Ok(()) } else { Err(self.unused("something unexpected")) }
    }

    /// A name with its colon, if that is what comes next.
    fn key(&mut self) -> Option<FieldKey<'t>> {
        let start = self.at;
        let name = self.bare();
        let span = start..self.at;
        self.skip_blank();
        if !name.is_empty() && self.take(':') {
            return Some(FieldKey { span, name: name.strip_prefix("r#").unwrap_or(name).into() });
        }
        self.at = start;
        None
    }

    /// The text up to the next sign that ends a number or a word.
    fn bare(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| is_blank(c) || ",:()[]{}\"'/".contains(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A number, a word, `Some(...)`, or a group with a name before it.
    fn token(&mut self) -> Result<Kind<'t>, Diagnostic> {
        let token = self.bare();
        if token.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            let number = token.replace('_', "").parse();
            return Ok(number.map_or(Kind::Other("a number in another notation than 1234.5"), Kind::Number));
        }
        let after_name = self.at;
        self.skip_blank();
        if self.format == Format::Ron && self.peek() == Some('(') {
            let mut kind = self.inside(Self::group)?;
            // `Some(x)` means x.
            if let ("Some", Kind::List(items)) = (token, &mut kind)
                && items.len() == 1
                && let Some(item) = items.pop()
            {
                kind = item.kind;
            }
            return Ok(kind);
        }
        self.at = after_name;
        Ok(match token {
            "true" => Kind::Flag(true),
            "false" => Kind::Flag(false),
            "None" | "null" => Kind::Nothing,
            "" => return Err(self.unused("something unexpected")),
            word => Kind::Word(word.strip_prefix("r#").unwrap_or(word)),
        })
    }

    fn quoted(&mut self) -> Kind<'t> {
        let rest = self.rest();
        let mut end = 1;
        let mut escaped = false;
        for c in rest.chars().skip(1) {
            end += c.len_utf8();
            if c == '"' && !escaped {
                break;
            }
            escaped = c == '\\' && !escaped;
        }
        self.at += end;
        let literal = &rest[..end];
        let plain = literal.get(1..end.max(2) - 1).unwrap_or_default();
        if !plain.contains('\\') {
            return Kind::Text(plain.into());
        }
        let text = match self.format {
            Format::Ron => ron::from_str(literal).ok(),
            Format::Json => serde_json::from_str(literal).ok(),
        };
        text.map_or(Kind::Other("a text with an invalid escape"), |text: String| Kind::Text(text.into()))
    }

    /// `r"..."`, `r#"..."#` and so on.
    fn raw_quoted(&mut self) -> Result<Kind<'t>, Diagnostic> {
        let rest = self.rest();
        let hashes = rest[1..].bytes().take_while(|&byte| byte == b'#').count();
        let begin = hashes + 2;
        let closing = format!("\"{}", "#".repeat(hashes));
        let length = rest.get(begin..).and_then(|text| text.find(&closing)).ok_or_else(|| self.unused("a raw text"))?;
        self.at += begin + length + closing.len();
        Ok(Kind::Text(rest[begin..begin + length].into()))
    }
}

/// Length of a block comment at the start of this text; block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut level, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            level += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            level -= 1;
            at += 2;
            if level == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// What both formats skip between values: JSON's four, and what RON adds.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C' | '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node<'_> {
        read_tree(text, Format::Ron).unwrap()
    }

    /// Every value of a tree with the text it stands for.
    fn spans<'t>(node: &Node<'t>, text: &'t str, found: &mut Vec<&'t str>) {
        found.push(&text[node.span.clone()]);
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| spans(item, text, found)),
            Kind::Fields(fields) => fields.iter().for_each(|(_, item)| spans(item, text, found)),
            _ => {}
        }
    }

    #[test]
    fn every_value_knows_where_it_stands() {
        let text = "/* a /* nested */ one */ (a: 1_0.5, // remark )\n b: [\"é\\n\", Some(x)], c: {\"k\": r#\"\"]\"#}, d: (), e: T(f: -1e3))";
        let mut found = Vec::new();
        spans(&tree(text), text, &mut found);
        let wanted = [
            "1_0.5",
            "[\"é\\n\", Some(x)]",
            "\"é\\n\"",
            "Some(x)",
            "{\"k\": r#\"\"]\"#}",
            "r#\"\"]\"#",
            "()",
            "T(f: -1e3)",
            "-1e3",
        ];
        assert_eq!(found[1..], wanted);
    }

    #[test]
    fn values_are_what_the_formats_mean() {
        let value = |text| tree(text).kind;
        assert_eq!(value("1_000.5"), Kind::Number(1000.5));
        assert_eq!(value("-3"), Kind::Number(-3.0));
        assert_eq!(value("Some(Some(true))"), Kind::Flag(true));
        assert_eq!(value("None"), Kind::Nothing);
        assert_eq!(value("licensed"), Kind::Word("licensed"));
        assert_eq!(value("r\"a\\b\""), Kind::Text("a\\b".into()));
        assert_eq!(value("\"a\\tb\""), Kind::Text("a\tb".into()));
        assert_eq!(value("()"), Kind::Fields(Vec::new()));
        assert_eq!(value("[]"), Kind::List(Vec::new()));
        let json = read_tree("\"a\\/\\u00e9\"", Format::Json).unwrap().kind;
        assert_eq!(json, Kind::Text("a/é".into()));
    }

    #[test]
    fn the_walk_follows_whatever_ron_calls_well_formed() {
        for text in [
            "(1, (2,), a(b, c))",
            "{1: 2, (a: 1): [], \"x\": {}}",
            "A",
            "A()",
            "(a: 1..5)",
            "[inf, NaN, .5, 5., +1, 0x1F]",
        ] {
            assert!(read_tree(text, Format::Ron).is_ok(), "{text}");
        }
    }
}
