//! The part of SARIF's object model that is written, named as in the standard (section 3).

use std::collections::BTreeMap;

use serde::Serialize;

/// sarifLog (3.13).
#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run; 1],
}

/// run (3.14).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub(super) tool: Tool,
    pub(super) invocations: [Invocation; 1],
    pub(super) original_uri_base_ids: BTreeMap<&'static str, BaseId>,
    pub(super) column_kind: &'static str,
    pub(super) results: Vec<RunResult>,
}

/// tool (3.18).
#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

/// toolComponent (3.19).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) rules: Vec<Descriptor>,
}

/// reportingDescriptor (3.49): a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: MultiformatMessage,
    pub(super) default_configuration: Configuration,
    pub(super) properties: Properties,
}

/// reportingConfiguration (3.50).
#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// The property bag of a rule (3.8). Readers of SARIF on GitHub look for `precision` and
/// `problem.severity`.
#[derive(Serialize)]
pub(super) struct Properties {
    pub(super) tags: [&'static str; 1],
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) severity: &'static str,
    pub(super) since: &'static str,
}

/// invocation (3.20).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// notification (3.58).
#[derive(Serialize)]
pub(super) struct Notification {
    pub(super) level: &'static str,
    pub(super) message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<Location>,
}

/// artifactLocation (3.4) as a base of others: where it is, is nobody's business.
#[derive(Serialize)]
pub(super) struct BaseId {
    pub(super) description: Message,
}

/// result (3.27).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunResult {
    pub(super) rule_id: &'static str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location>,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
}

/// location (3.28).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    pub(super) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

/// logicalLocation (3.33): an attribute path.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) fully_qualified_name: String,
}

/// physicalLocation (3.29).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

/// artifactLocation (3.4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

/// region (3.30). Columns and offsets count what the run's `columnKind` says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) char_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) char_length: Option<usize>,
}

/// message (3.11), as plain text.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

impl<T: Into<String>> From<T> for Message {
    fn from(text: T) -> Self {
        Self { text: text.into() }
    }
}

/// multiformatMessageString (3.12).
#[derive(Serialize)]
pub(super) struct MultiformatMessage {
    pub(super) text: String,
    pub(super) markdown: String,
}
