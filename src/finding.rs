//! Findings: what a rule has to say about a declaration.

use crate::place::{AttrPath, Place};
use crate::rules::Rule;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Note,
    /// It works until something else happens.
    Warning,
    /// It does not work, or does harm: nothing is generated.
    Error,
}

impl Level {
    /// The word that reports print.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One violation of one rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that was violated.
    pub rule: &'static Rule,
    /// How bad it is.
    pub level: Level,
    /// What happened, in one line without a full stop.
    pub message: String,
    /// Where it was caused.
    pub place: Place,
    /// Other attribute paths with the same problem at the same position: what is written once
    /// and used several times.
    pub also: Vec<AttrPath>,
    /// What stands at that place, said beside the snippet.
    pub label: String,
    /// Other places that take part, each with what it contributes.
    pub related: Vec<(Place, String)>,
    /// Why it matters here, and the facts that decided.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
}

impl Finding {
    /// A finding of `rule` at its default level.
    #[must_use]
    pub fn new(rule: &'static Rule, place: &Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            message: message.into(),
            place: place.clone(),
            also: Vec::new(),
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Says what stands at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place that takes part.
    #[must_use]
    pub fn related(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.related.push((place.clone(), label.into()));
        self
    }

    /// Adds why it matters.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The order of reports: by place in the source, then by code, text and path.
    fn sort_key(&self) -> (String, u32, u32, &'static str, String, String) {
        let location = &self.place.location;
        (
            location.file.to_string(),
            location.line,
            location.column,
            self.rule.code,
            self.message.clone(),
            self.place.path.to_string(),
        )
    }
}

/// Puts findings into their stable order. What is written once and used several times is
/// found at each use and reported once.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by_cached_key(Finding::sort_key);
    findings.dedup_by(|later, first| {
        let same = later.rule.code == first.rule.code
            && later.place.location == first.place.location
            && later.message == first.message;
        if same && later.place.path != first.place.path {
            first.also.push(later.place.path.clone());
        }
        same
    });
}

/// Whether anything here stops `generate`.
#[must_use]
pub fn any_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}
