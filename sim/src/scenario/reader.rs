//! What every file is read with: fields, lists, names, texts and whole numbers, and a complaint for each that is wrong.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::scenario::complaint::Diagnostic;
use crate::scenario::levers::{Given, Misfit, ValueFault, closest_name, shortened};
use crate::scenario::tree::{FieldKey, Kind, Node};

/// More complaints than these are only counted.
const MOST_COMPLAINTS: usize = 200;

/// Reads a tree, and collects all that is wrong with it on the way.
pub struct Reader<'t> {
    text: &'t str,
    pub(crate) complaints: Vec<Diagnostic>,
    /// Complaints beyond [`MOST_COMPLAINTS`].
    pub(crate) untold: usize,
    /// Where what was read stands, by its path: for complaints about combinations.
    pub(crate) spans: BTreeMap<String, Range<usize>>,
    /// Days that the run lasts at least, whatever the text says.
    pub(crate) lasts: u32,
}

impl<'t> Reader<'t> {
    /// Of a text of which nothing was read yet.
    pub const fn of(text: &'t str) -> Self {
        Self { text, complaints: Vec::new(), untold: 0, spans: BTreeMap::new(), lasts: 0 }
    }

    /// All complaints, in the order of the text.
    ///
    /// # Errors
    /// When there are any.
    pub fn told(self, root: &Node<'t>) -> Result<(), Vec<Diagnostic>> {
        let Self { text, mut complaints, untold, .. } = self;
        complaints.sort_by_key(|complaint| complaint.span.start);
        if untold > 0 {
            let what = format!("and {untold} more errors");
            complaints.push(
                Diagnostic::new(&caret(text, root), what, "too many to show")
                    .help("fix the first ones and check again"),
            );
        }
        if complaints.is_empty() { Ok(()) } else { Err(complaints) }
    }

    /// The known fields of a group, each once; complains of the others.
    pub fn fields<'n>(
        &mut self,
        node: &'n Node<'t>,
        whole: &str,
        path: &str,
        known: &[&str],
    ) -> Vec<(&'n FieldKey<'t>, &'n Node<'t>)> {
        let Kind::Fields(fields) = &node.kind else {
            let what = format!("{whole} cannot be {}", node.kind.described());
            let example = known.iter().find(|name| !["name", "key"].contains(*name)).copied().unwrap_or("name");
            let help = format!("it takes a group of fields in brackets, like ({example}: ...)");
            self.complain(Diagnostic::new(&self.caret(node), what, "wrong kind of value").help(help));
            return Vec::new();
        };
        let mut good = self.once(fields);
        good.retain(|(key, _)| {
            let is_known = known.contains(&&*key.name);
            if !is_known && self.is_full() {
                self.untold += 1;
            } else if !is_known {
                self.complaints.push(unknown_field(key, whole, path, known));
            }
            is_known
        });
        good
    }

    /// The fields without those whose name came before; complains of them.
    pub fn once<'n>(&mut self, fields: &'n [(FieldKey<'t>, Node<'t>)]) -> Vec<(&'n FieldKey<'t>, &'n Node<'t>)> {
        let mut first = BTreeMap::new();
        let mut good = Vec::new();
        for (key, node) in fields {
            if let Some(&before) = first.get(&*key.name) {
                if self.is_full() {
                    self.untold += 1;
                    continue;
                }
                let line = self.line_of(before);
                let what = format!("`{}` is given twice", shortened(&key.name));
                self.complain(Diagnostic::new(&key.span, what, "and again here").help(format!("first on line {line}")));
            } else {
                first.insert(&*key.name, key.span.start);
                good.push((key, node));
            }
        }
        good
    }

    /// The values of a list of at most so many; none, and a diagnostic, where it is no such list.
    pub fn items<'n>(&mut self, node: &'n Node<'t>, name: &str, most: usize) -> &'n [Node<'t>] {
        let Kind::List(items) = &node.kind else {
            let what = format!("`{name}` cannot be {}", node.kind.described());
            let complaint = Diagnostic::new(&self.caret(node), what, "wrong kind of value");
            self.complain(complaint.help(format!("it takes a list in square brackets: {name}: [(...), (...)]")));
            return &[];
        };
        if items.len() > most {
            let what = format!("`{name}` has {} items", items.len());
            let complaint = Diagnostic::new(&items[most].span, what, "one too many");
            self.complain(complaint.help(format!("at most {most} are allowed")));
            return &items[..most];
        }
        items
    }

    /// The name of an item of a list.
    pub fn name<'n>(&mut self, node: &Node<'t>, what: &str, mut taken: impl Iterator<Item = &'n str>) -> String {
        let Kind::Fields(fields) = &node.kind else { return String::new() };
        let Some((_, at)) = fields.iter().find(|(key, _)| key.name == "name") else {
            let complaint =
                Diagnostic::new(&self.caret(node), format!("{what} without a name"), "`name` is missing here");
            self.complain(complaint.help("tables, charts and levers refer to it by its name"));
            return String::new();
        };
        let Some(name) = self.text(at, "name") else { return String::new() };
        if !is_name(&name) {
            let what = format!("{:?} cannot be the name of {what}", shortened(&name));
            let complaint = Diagnostic::new(&at.span, what, "not a name");
            self.complain(complaint.help(NAME_RULE));
        } else if taken.any(|other| other == name) {
            let complaint =
                Diagnostic::new(&at.span, format!("`{name}` is already the name of {what}"), "used a second time");
            self.complain(complaint.help("names must differ, to be told apart in tables and levers"));
        }
        name
    }

    /// A list of names, which must not be empty: an empty list would mean all.
    pub fn names<'n>(&mut self, node: &'n Node<'t>, name: &str, example: &str) -> &'n [Node<'t>] {
        let Kind::List(items) = &node.kind else {
            let what = format!("`{name}` cannot be {}", node.kind.described());
            let complaint = Diagnostic::new(&self.caret(node), what, "wrong kind of value");
            self.complain(complaint.help(format!("it takes a list of names: {name}: [\"{example}\"]")));
            return &[];
        };
        if items.is_empty() {
            let complaint = Diagnostic::new(&node.span, format!("`{name}` is an empty list"), "no name here");
            self.complain(complaint.help(format!("leave `{name}` out to mean all")));
        }
        items
    }

    pub(crate) fn new_in_list<'n>(
        &mut self,
        name: &str,
        node: &Node<'t>,
        mut found: impl Iterator<Item = &'n str>,
    ) -> bool {
        let is_new = found.all(|other| other != name);
        if !is_new {
            self.complain(Diagnostic::new(&node.span, format!("`{name}` is listed twice"), "a second time"));
        }
        is_new
    }

    /// A text or a bare word; `None`, and a diagnostic, where it is neither.
    pub fn text(&mut self, node: &Node<'t>, name: &str) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => Some(text.to_string()),
            Kind::Word(word) => Some((*word).into()),
            other => {
                let what = format!("`{name}` cannot be {}", other.described());
                let complaint = Diagnostic::new(&self.caret(node), what, "wrong kind of value");
                self.complain(complaint.help("it takes a text in double quotes"));
                None
            }
        }
    }

    /// A whole number that is no lever. Read from its digits, since a seed may be too large for a float.
    pub fn whole(&mut self, node: &Node<'t>, name: &str, min: u64, max: u64, unit: &str) -> Option<u64> {
        let digits = self.text[node.span.clone()].replace('_', "");
        let exact = digits.strip_prefix('+').unwrap_or(&digits).parse::<u64>();
        let number = match (&node.kind, exact) {
            (Kind::Number(_), Ok(number)) => Some(number),
            // 365.0 is a whole number too.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
            (&Kind::Number(number), Err(_)) if number.fract() == 0.0 && (0.0..9e15).contains(&number) => {
                Some(number as u64)
            }
            _ => None,
        };
        if let Some(number) = number.filter(|number| (min..=max).contains(number)) {
            return Some(number);
        }
        let (found, label) = match &node.kind {
            Kind::Number(number) if number.fract() == 0.0 => (shortened(&digits).into_owned(), "out of range"),
            Kind::Number(_) => (shortened(&digits).into_owned(), "not whole"),
            other => (other.described().into(), "wrong kind of value"),
        };
        let allowed = match max {
            u64::MAX => format!("a whole number, {min} or more"),
            max if max == u64::from(u32::MAX) => format!("a whole number, {min} or more ({unit})"),
            max => format!("a whole number from {min} to {max} ({unit})"),
        };
        self.complain(
            Diagnostic::new(&node.span, format!("`{name}` cannot be {found}"), label)
                .help(format!("it takes {allowed}")),
        );
        None
    }

    /// Says that a value does not fit the parameter at `path`.
    pub fn misfit(&mut self, node: &Node<'t>, path: &str, misfit: Misfit) {
        let label = match misfit.fault {
            ValueFault::Kind => "wrong kind of value",
            ValueFault::Range => "out of range",
            ValueFault::Fraction => "not whole",
            ValueFault::Word => "not one of its values",
        };
        let quoted = matches!(&node.kind, Kind::Text(text) if text.trim().parse::<f64>().is_ok());
        let hint = match (misfit.closest, quoted && misfit.fault == ValueFault::Kind) {
            (Some(closest), _) => format!("; the closest is `{closest}`"),
            (None, true) => "; numbers are written without quotes".into(),
            (None, false) => String::new(),
        };
        let span = self.caret(node);
        let complaint = Diagnostic::new(&span, format!("`{path}` cannot be {}", misfit.found), label);
        self.complain(complaint.help(format!("it takes {}{hint}", misfit.allowed)));
    }

    /// Keeps a diagnostic, or counts it where there are too many.
    pub fn complain(&mut self, complaint: Diagnostic) {
        if self.is_full() { self.untold += 1 } else { self.complaints.push(complaint) }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.complaints.len() >= MOST_COMPLAINTS
    }

    /// Where a diagnostic about a value points: of a list or a group its first line.
    pub fn caret(&self, node: &Node<'t>) -> Range<usize> {
        caret(self.text, node)
    }

    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

/// What a name looks like.
pub(crate) const NAME_RULE: &str = "a name starts with a to z, continues with a to z, digits and underscores, and has at \
                                    most 40 characters: old_arcade";

/// Whether a text can be the name of an item of a list.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && text.len() <= 40
}

fn unknown_field(key: &FieldKey<'_>, whole: &str, path: &str, known: &[&str]) -> Diagnostic {
    let listed = || known.iter().copied().filter(|name| !name.starts_with('$'));
    let help = match closest_name(&key.name, listed()) {
        Some(closest) => format!("the closest is `{closest}`"),
        None if listed().next().is_none() => "it has no fields".into(),
        None if known.len() <= 20 => format!("it has {}", listed().collect::<Vec<_>>().join(", ")),
        None if path.is_empty() => format!("it has {}", listed().collect::<Vec<_>>().join(", ")),
        None => format!("`contraband levers` lists them, as `{path}.` and a name"),
    };
    let what = match path {
        "goods" => format!("unknown good `{}`", shortened(&key.name)),
        _ => format!("unknown field `{}` in {whole}", shortened(&key.name)),
    };
    Diagnostic::new(&key.span, what, if path == "goods" { "no such good" } else { "no such field" }).help(help)
}

pub(crate) fn closest_or_all(name: &str, names: Vec<&str>) -> String {
    match closest_name(name, names.iter().copied()) {
        Some(closest) => format!("the closest is `{closest}`"),
        None if names.is_empty() => "there are none".into(),
        None => {
            let more = if names.len() > 20 { ", ..." } else { "" };
            format!("there are {}{more}", names[..names.len().min(20)].join(", "))
        }
    }
}

/// Where a caret belongs: under the whole of a short value, under the first sign of a long one.
fn caret(text: &str, node: &Node<'_>) -> Range<usize> {
    let Range { start, end } = node.span;
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    if matches!(node.kind, Kind::List(_) | Kind::Fields(_)) && end > start + 2 {
        start..start + first
    } else {
        start..end
    }
}

/// A value of a tree as it is held against a parameter.
pub fn given<'n>(kind: &'n Kind<'_>) -> Given<'n> {
    match kind {
        Kind::Number(number) => Given::Number(*number),
        Kind::Text(text) => Given::Word((&**text).into()),
        Kind::Word(word) => Given::Word((*word).into()),
        Kind::Flag(flag) => Given::Flag(*flag),
        other => Given::Other(other.described()),
    }
}
