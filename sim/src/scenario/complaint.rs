//! What is wrong with a scenario file, for the person who holds it.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a text: where it stands, what was found, what is allowed.
///
/// Messages are fragments in lower case. Whoever shows them draws the line with a caret under `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it stands: bytes in the text, on character boundaries.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// A few words for the caret.
    pub label: String,
    /// What is allowed, the closest name, or what to try.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.label)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

impl Diagnostic {
    /// What is wrong at these bytes of the text; `label` stands under the place.
    pub fn new(span: &Range<usize>, what: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span: span.clone(), what: what.into(), label: label.into(), help: None }
    }

    /// Adds what is allowed, or what to try.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same with this help, or without any.
    #[must_use]
    pub fn help_if(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}
