//! What is wrong with a scenario file, for the person who holds it.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a text: where it stands, what was found, what is allowed.
///
/// Messages are fragments in lower case. Whoever shows them draws the line with a caret under `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where it stands: bytes in the text, on character boundaries.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// A few words for the caret.
    pub label: String,
    /// What is allowed, the closest name, or what to try.
    pub help: Option<String>,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.label)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Complaint {}

impl Complaint {
    pub(crate) fn new(span: &Range<usize>, what: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span: span.clone(), what: what.into(), label: label.into(), help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn help_if(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}
