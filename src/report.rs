//! Findings and errors, for people and for programs.

pub mod human;
pub mod json;

use crate::declaration::load_error::LoadError;
use crate::declaration::value::Location;
use crate::finding::{Finding, Level};
use crate::redact::without_keys;

/// Something to be reported, whatever it came from. Its texts repeat no key.
#[derive(Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// The rule's code and name, where a rule found it.
    pub rule: Option<(&'static str, &'static str)>,
    /// What happened.
    pub message: String,
    /// The attribute path, where there is one.
    pub path: Option<String>,
    /// Further attribute paths that have the same problem at the same position.
    pub also: Vec<String>,
    /// Where.
    pub location: Location,
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
        Self {
            level: finding.level,
            rule: Some((finding.rule.code, finding.rule.name)),
            message: without_keys(&finding.message),
            path: Some(without_keys(finding.place.path.as_str())),
            also: finding
                .also
                .iter()
                .map(|path| without_keys(path.as_str()))
                .collect(),
            location: finding.place.location.clone(),
            label: without_keys(&finding.label),
            related: related
                .map(|(place, label)| (place.location.clone(), without_keys(label)))
                .collect(),
            notes: finding
                .notes
                .iter()
                .map(|note| without_keys(note))
                .collect(),
            help: finding.help.as_deref().map(without_keys),
        }
    }
}

impl From<&LoadError> for Diagnostic {
    fn from(error: &LoadError) -> Self {
        let related = error.related().into_iter();
        Self {
            level: Level::Error,
            rule: None,
            message: without_keys(&error.message()),
            path: None,
            also: Vec::new(),
            location: error.location().clone(),
            label: String::new(),
            related: related
                .map(|(location, label)| (location.clone(), label.to_owned()))
                .collect(),
            notes: vec![error.note()],
            help: Some(without_keys(&error.help())),
        }
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
