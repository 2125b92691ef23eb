//! For code scanning: SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0).

mod model;

use std::collections::BTreeMap;

use super::Diagnostic;
use super::extent::Extents;
use crate::declaration::source::Source;
use crate::declaration::value::Location as Place;
use crate::finding::Level;
use crate::nix_compat::Sha256;
use crate::rules::Rule;
use model::{
    ArtifactLocation, BaseId, Configuration, Descriptor, Driver, Invocation, Location, Log,
    LogicalLocation, Message, MultiformatMessage, Notification, PhysicalLocation, Properties,
    Region, Run, RunResult, Tool,
};

/// The schema of the format, by the address under which OASIS publishes it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative paths of files start from. The name is the one that readers of SARIF agree on.
const ROOT: &str = "%SRCROOT%";

/// The log of a check: what rules found are results, what kept the declaration from being read
/// are notifications of a run that did not succeed.
#[must_use]
pub fn document(diagnostics: &[Diagnostic], source: &Source) -> String {
    let extents = Extents::new(source);
    let rules: BTreeMap<&str, &'static Rule> = diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.rule)
        .map(|rule| (rule.code, rule))
        .collect();
    let results = diagnostics.iter().filter_map(|diagnostic| {
        let rule = diagnostic.rule?;
        let index = rules.keys().position(|code| *code == rule.code)?;
        Some(result(diagnostic, rule, index, &extents))
    });
    let results = results.collect();
    let notifications: Vec<Notification> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule.is_none())
        .map(|diagnostic| notification(diagnostic, &extents))
        .collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.values().map(|rule| descriptor(rule)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: notifications.is_empty(),
                tool_execution_notifications: notifications,
            }],
            original_uri_base_ids: BTreeMap::from([(
                ROOT,
                BaseId {
                    description: Message::from("The folder in which tailwright was started."),
                },
            )]),
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn descriptor(rule: &Rule) -> Descriptor {
    let page = rule.page();
    let what = rule.what_it_does();
    Descriptor {
        id: rule.code,
        name: rule.name,
        short_description: Message::from(first_sentence(&what)),
        full_description: Message::from(what),
        help: MultiformatMessage {
            text: page.clone(),
            markdown: page,
        },
        default_configuration: Configuration {
            level: rule.level.as_str(),
        },
        properties: Properties {
            tags: [rule.group()],
            precision: rule.confidence.as_str(),
            severity: match rule.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "recommendation",
            },
            since: rule.since,
        },
    }
}

fn first_sentence(text: &str) -> String {
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    text[..end].to_owned()
}

fn result(
    diagnostic: &Diagnostic,
    rule: &'static Rule,
    rule_index: usize,
    extents: &Extents<'_>,
) -> RunResult {
    RunResult {
        rule_id: rule.code,
        rule_index,
        level: diagnostic.level.as_str(),
        message: Message::from(diagnostic.in_full()),
        locations: locations(diagnostic, extents),
        related_locations: diagnostic
            .related
            .iter()
            .enumerate()
            .map(|(index, (place, label))| Location {
                id: Some(index + 1),
                message: Some(Message::from(label.as_str())),
                ..location(place, extents)
            })
            .collect(),
        partial_fingerprints: BTreeMap::from([("tailwright/v1", fingerprint(diagnostic, rule))]),
    }
}

fn notification(diagnostic: &Diagnostic, extents: &Extents<'_>) -> Notification {
    Notification {
        level: diagnostic.level.as_str(),
        message: Message::from(diagnostic.in_full()),
        locations: locations(diagnostic, extents),
    }
}

/// What tells a finding from others and stays the same when lines move, or when the file is
/// renamed: the rule, the attribute and what was said.
fn fingerprint(diagnostic: &Diagnostic, rule: &Rule) -> String {
    let path = diagnostic.path.as_deref().unwrap_or_default();
    let identity = [rule.code, path, &diagnostic.message].join("\0");
    Sha256::of(identity.as_bytes()).to_nix_base32()
}

fn locations(diagnostic: &Diagnostic, extents: &Extents<'_>) -> Vec<Location> {
    let paths = diagnostic.path.iter().chain(&diagnostic.also);
    let logical_locations: Vec<LogicalLocation> = paths
        .filter(|path| !path.is_empty())
        .map(|path| LogicalLocation {
            fully_qualified_name: path.clone(),
        })
        .collect();
    let place = diagnostic.location.iter();
    place
        .map(|place| Location {
            message: Some(diagnostic.label.as_str())
                .filter(|label| !label.is_empty())
                .map(Message::from),
            logical_locations: logical_locations.clone(),
            ..location(place, extents)
        })
        .collect()
}

fn location(place: &Place, extents: &Extents<'_>) -> Location {
    let extent = extents.of(place);
    Location {
        id: None,
        message: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(&place.file),
            region: Region {
                start_line: place.line,
                start_column: place.column,
                end_line: extent.map(|extent| extent.end_line),
                end_column: extent.map(|extent| extent.end_column),
                char_offset: extent.map(|extent| extent.offset),
                char_length: extent.map(|extent| extent.length),
            },
        },
        logical_locations: Vec::new(),
    }
}

/// A file as a URI: relative to the root, unless it was given as an absolute path.
fn artifact(file: &str) -> ArtifactLocation {
    let is_absolute = file.starts_with('/');
    let uri = encoded(file.strip_prefix("./").unwrap_or(file));
    ArtifactLocation {
        uri: if is_absolute {
            format!("file://{uri}")
        } else {
            uri
        },
        uri_base_id: (!is_absolute).then_some(ROOT),
    }
}

/// A path with everything percent-encoded that has a meaning in a URI (RFC 3986, 2.3).
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{artifact, first_sentence};

    #[test]
    fn files_are_uris() {
        let uri = |file| {
            let artifact = artifact(file);
            (artifact.uri, artifact.uri_base_id.is_some())
        };
        assert_eq!(uri("./a b/ü.nix"), ("a%20b/%C3%BC.nix".to_owned(), true));
        assert_eq!(uri("a:b#c.nix"), ("a%3Ab%23c.nix".to_owned(), true));
        assert_eq!(uri("/etc/a.nix"), ("file:///etc/a.nix".to_owned(), false));
    }

    #[test]
    fn the_first_sentence() {
        assert_eq!(first_sentence("Finds a.b. And c."), "Finds a.b.");
        assert_eq!(first_sentence("Finds it."), "Finds it.");
    }
}
