//! For programs: one JSON document, described in `docs/FORMATS.md`. New members may be added;
//! those that are there keep their meaning while `version` stays the same.

use serde_json::{Value, json};

use super::Diagnostic;
use crate::declaration::value::Location;
use crate::finding::Level;
use crate::redact::without_keys;
use crate::topology::DefaultUsed;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The document of a check.
#[must_use]
pub fn document(diagnostics: &[Diagnostic], defaults: Option<&[DefaultUsed]>) -> String {
    let count = |level| diagnostics.iter().filter(|one| one.level == level).count();
    let mut document = json!({
        "version": VERSION,
        "findings": diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
        "summary": {
            "errors": count(Level::Error),
            "warnings": count(Level::Warning),
            "notes": count(Level::Note),
        },
    });
    if let (Some(defaults), Some(document)) = (defaults, document.as_object_mut()) {
        document.insert(
            "defaults".to_owned(),
            defaults.iter().map(default).collect(),
        );
    }
    format!("{document:#}\n")
}

fn diagnostic(one: &Diagnostic) -> Value {
    json!({
        "code": one.rule.map(|rule| rule.code),
        "name": one.rule.map(|rule| rule.name),
        "level": one.level.as_str(),
        "message": one.message,
        "path": one.path,
        "also": one.also,
        "location": one.location.as_ref().map(location),
        "label": one.label,
        "related": one
            .related
            .iter()
            .map(|(place, label)| json!({ "location": location(place), "label": label }))
            .collect::<Vec<_>>(),
        "notes": one.notes,
        "help": one.help,
    })
}

fn location(location: &Location) -> Value {
    json!({
        "file": &*location.file,
        "line": location.line,
        "column": location.column,
    })
}

fn default(default: &DefaultUsed) -> Value {
    json!({
        "path": without_keys(default.path.as_str()),
        "value": default.value,
        "reason": default.fact.says,
        "source": default.fact.source,
    })
}
