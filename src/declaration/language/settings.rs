//! What a program's own configuration has beyond the language: passed on as it is.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::declaration::decode::{At, Decode, expect_set};
use crate::declaration::value::{Kind, Set, Value};
use crate::finding::Finding;
use crate::place::{Located, Place};
use crate::redact::shown;
use crate::rules::structure;
use crate::scalar::{Invalid, Name, check_plain};

/// A part of a program's own configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, of several lines perhaps.
    Text(String),
    /// A declared secret: `{ secret = "name"; }`.
    Secret(Located<Name>),
    /// A list.
    List(Vec<Self>),
    /// Names with what belongs to them, each with the place of its name.
    Set(BTreeMap<String, (Place, Self)>),
}

/// A program's own configuration: a set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings(pub BTreeMap<String, (Place, Setting)>);

impl Settings {
    /// What is written at a path, and where, or `None`.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<(&Place, &Setting)> {
        let (first, rest) = path.split_first()?;
        let mut found = self.0.get(*first)?;
        for name in rest {
            let Setting::Set(entries) = &found.1 else {
                return None;
            };
            found = entries.get(*name)?;
        }
        Some((&found.0, &found.1))
    }

    /// Every secret that is referred to, in the order of the paths.
    #[must_use]
    pub fn secrets(&self) -> Vec<&Located<Name>> {
        let mut secrets = Vec::new();
        for (_, setting) in self.0.values() {
            setting.collect_secrets(&mut secrets);
        }
        secrets
    }
}

impl Setting {
    fn collect_secrets<'a>(&'a self, secrets: &mut Vec<&'a Located<Name>>) {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Text(_) => {}
            Self::Secret(name) => secrets.push(name),
            Self::List(elements) => {
                for element in elements {
                    element.collect_secrets(secrets);
                }
            }
            Self::Set(entries) => {
                for (_, setting) in entries.values() {
                    setting.collect_secrets(secrets);
                }
            }
        }
    }
}

/// The name of the attribute that makes a set a reference to a secret.
const SECRET: &str = "secret";

const WHAT: &str = "true, false, a whole number, a text, a list or an attribute set";

impl Decode for Setting {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        match &at.value.kind {
            Kind::Bool(value) => Some(Self::Bool(*value)),
            Kind::Int(value) => Some(Self::Int(*value)),
            Kind::String(text) | Kind::Path(text) => {
                is_plain(at, text, findings).then(|| Self::Text(text.clone()))
            }
            Kind::List(_) => Vec::decode(at, findings).map(Self::List),
            Kind::Set(set) if is_secret(set) => {
                let entry = &set.entries[SECRET];
                let at = at.attribute(SECRET, &entry.key, &entry.value);
                Located::decode(&at, findings).map(Self::Secret)
            }
            Kind::Set(_) => Settings::decode(at, findings).map(|settings| Self::Set(settings.0)),
            Kind::Null | Kind::Float(_) => {
                findings.push(structure::wrong_type(at, WHAT));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({ "type": ["boolean", "integer", "string", "array", "object"] })
    }
}

/// Whether every line of a text can be carried by every format, and is read by every program as
/// it stands, with a finding where not.
fn is_plain(at: &At<'_>, text: &str, findings: &mut Vec<Finding>) -> bool {
    let mut lines = text.split(['\n', '\t']);
    let invalid = lines
        .find_map(|line| check_plain(line).err())
        .or_else(|| check_reference(text).err());
    if let Some(invalid) = &invalid {
        findings.push(structure::invalid_value(
            at,
            &shown(text),
            "a text",
            invalid,
        ));
    }
    invalid.is_none()
}

/// Refuses what vals takes for the beginning of a reference, and replaces by a secret's value
/// where all objects go through it (github.com/helmfile/vals, pkg/expansion/expand_match.go). At
/// the end of a text the reference may go on in the next one.
fn check_reference(text: &str) -> Result<(), Invalid> {
    let mut after = text.split("ref+").skip(1);
    let is_reference = after.any(|rest| match rest.find(':') {
        Some(colon) => rest[colon..].starts_with("://"),
        None => true,
    });
    if !is_reference {
        return Ok(());
    }
    Err(
        Invalid::new("a text in which vals finds a reference to a secret").help(
            "write `{ secret = name; }` for one of `secrets`, or the text without `ref+`: what vals \
             puts in its place would be readable in the ConfigMap",
        ),
    )
}

fn is_secret(set: &Set) -> bool {
    let text = |value: &Value| matches!(value.kind, Kind::String(_));
    set.entries.len() == 1
        && set
            .entries
            .get(SECRET)
            .is_some_and(|entry| text(&entry.value))
}

impl Decode for Settings {
    fn decode(at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let set = expect_set(at, findings)?;
        let mut settings = BTreeMap::new();
        let mut is_sound = true;
        for (name, entry) in &set.entries {
            // As in the language itself: null is as good as absent.
            if entry.value.kind == Kind::Null {
                continue;
            }
            let at = at.attribute(name, &entry.key, &entry.value);
            match Setting::decode(&at, findings).filter(|_| is_plain(&at, name, findings)) {
                Some(setting) => {
                    settings.insert(name.clone(), (at.key_place(), setting));
                }
                None => is_sound = false,
            }
        }
        is_sound.then_some(Self(settings))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema() -> Json {
        json!({ "type": "object" })
    }
}
