//! The captured answers as they are stored.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value as Json;

/// A policy with what the service made of it.
pub(crate) struct Capture {
    /// The folder, which is the kind of the case.
    pub(crate) folder: String,
    /// Its name.
    pub(crate) name: String,
    /// The policy's text.
    pub(crate) policy: String,
    /// The same as JSON.
    pub(crate) json: Json,
    /// The response's code.
    pub(crate) code: u16,
    /// Whether the capture gave up waiting for some machine.
    pub(crate) is_incomplete: bool,
    pub(crate) users: Vec<User>,
    pub(crate) nodes: BTreeMap<String, Node>,
    pub(crate) answers: BTreeMap<String, Answer>,
}

#[derive(Deserialize)]
struct Stored {
    input: Input,
    topology: Topology,
    captures: BTreeMap<String, Answer>,
    capture_error: Option<String>,
}

#[derive(Deserialize)]
struct Input {
    full_policy: Json,
    api_response_code: u16,
}

#[derive(Deserialize)]
struct Topology {
    users: Vec<User>,
    nodes: BTreeMap<String, Node>,
}

#[derive(Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) email: String,
}

#[derive(Deserialize)]
pub(crate) struct Node {
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) ipv4: IpAddr,
    pub(crate) ipv6: IpAddr,
    pub(crate) user: Option<String>,
    pub(crate) routable_ips: Option<Vec<String>>,
}

/// What a machine got.
#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) packet_filter_rules: Option<Vec<Rule>>,
    pub(crate) netmap: NetMap,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NetMap {
    pub(crate) self_node: SelfNode,
}

#[derive(Deserialize)]
pub(crate) struct SelfNode {
    #[serde(rename = "AllowedIPs")]
    pub(crate) allowed: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(crate) struct Rule {
    #[serde(rename = "SrcIPs")]
    pub(crate) sources: Option<Vec<String>>,
    #[serde(rename = "DstPorts", default)]
    pub(crate) destinations: Vec<Destination>,
    #[serde(rename = "IPProto", default)]
    pub(crate) protocols: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Destination {
    #[serde(rename = "IP")]
    pub(crate) address: String,
    pub(crate) ports: Ports,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Ports {
    pub(crate) first: u16,
    pub(crate) last: u16,
}

impl Capture {
    pub(crate) fn read(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        // The files have comments at their head alone.
        let head = text.find("\n{").filter(|_| !text.starts_with('{'));
        let stored: Stored = serde_json::from_str(&text[head.unwrap_or(0)..])
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Most hold the policy as a text, some as an object.
        let policy = match &stored.input.full_policy {
            Json::String(text) => text.clone(),
            object => object.to_string(),
        };
        Self {
            folder: file
                .parent()
                .unwrap()
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
            name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
            json: serde_json::from_str(&policy).unwrap(),
            policy,
            code: stored.input.api_response_code,
            is_incomplete: stored.capture_error.is_some(),
            users: stored.topology.users,
            nodes: stored.topology.nodes,
            answers: stored.captures,
        }
    }
}
