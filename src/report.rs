//! Findings and errors, for people and for programs.

pub mod diff;
mod extent;
pub mod github;
pub mod graph;
pub mod human;
pub mod json;
pub mod matrix;
pub mod sarif;
pub mod trace;

use crate::declaration::load_error::LoadError;
use crate::declaration::value::Location;
use crate::finding::{Finding, Level};
use crate::redact::without_keys;
use crate::rules::Rule;

/// Something to be reported, whatever it came from. Its texts repeat no key.
#[derive(Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// The rule that found it, where one did.
    pub rule: Option<&'static Rule>,
    /// What happened.
    pub message: String,
    /// The attribute path, where there is one.
    pub path: Option<String>,
    /// Further attribute paths that have the same problem at the same position.
    pub also: Vec<String>,
    /// Where. `None` where there is no text to point into: a file that can't be read.
    pub location: Option<Location>,
    /// What stands there.
    pub label: String,
    /// Other places that take part.
    pub related: Vec<(Location, String)>,
    /// Why it matters.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
}

impl From<&Finding> for Diagnostic {
    fn from(finding: &Finding) -> Self {
        let related = finding.related.iter();
        let also = finding.also.iter();
        Self {
            level: finding.level,
            rule: Some(finding.rule),
            message: finding.message.clone(),
            path: Some(finding.place.path.as_str().to_owned()),
            also: also.map(|path| path.as_str().to_owned()).collect(),
            location: Some(finding.place.location.clone()),
            label: finding.label.clone(),
            related: related
                .map(|(place, label)| (place.location.clone(), label.clone()))
                .collect(),
            notes: finding.notes.clone(),
            help: finding.help.clone(),
        }
        .without_keys()
    }
}

impl From<&LoadError> for Diagnostic {
    fn from(error: &LoadError) -> Self {
        let related = error.related().into_iter();
        Self {
            level: Level::Error,
            rule: None,
            message: error.message(),
            path: None,
            also: Vec::new(),
            location: Some(error.location().clone()),
            label: String::new(),
            related: related
                .map(|(location, label)| (location.clone(), label.to_owned()))
                .collect(),
            notes: vec![error.note()],
            help: Some(error.help()),
        }
        .without_keys()
    }
}

impl Diagnostic {
    /// An error that has no place in a text.
    #[must_use]
    pub fn without_place(message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            rule: None,
            message: message.into(),
            path: None,
            also: Vec::new(),
            location: None,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
        .without_keys()
    }

    /// What happened, why it matters and what to do, one line for each.
    fn in_full(&self) -> String {
        let help = self.help.iter().map(|help| format!("help: {help}"));
        std::iter::once(self.message.clone())
            .chain(self.notes.iter().cloned())
            .chain(help)
            .collect::<Vec<_>>()
            .join("\n")
    }
    /// Whoever reports something may quote a value, or a part of one: no text gets out with a key
    /// in it.
    fn without_keys(mut self) -> Self {
        let texts = [&mut self.message, &mut self.label]
            .into_iter()
            .chain(&mut self.path)
            .chain(&mut self.also)
            .chain(self.related.iter_mut().map(|(_, label)| label))
            .chain(&mut self.notes)
            .chain(&mut self.help);
        for text in texts {
            *text = without_keys(text);
        }
        self
    }
}

/// How many there are of each level, in words: "2 errors, 1 warning".
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let counts = [Level::Error, Level::Warning, Level::Note].map(|level| {
        let count = diagnostics.iter().filter(|one| one.level == level).count();
        let plural = if count == 1 { "" } else { "s" };
        (count, format!("{count} {}{plural}", level.as_str()))
    });
    let some: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, words)| words)
        .collect();
    if some.is_empty() {
        "no findings".to_owned()
    } else {
        some.join(", ")
    }
}
