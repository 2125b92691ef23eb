//! Blocky's configuration file, as the declared release reads it
//! (github.com/0xERR0R/blocky, docs/config.schema.json).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::EmitError;
use super::super::form::to_yaml;
use super::{SECRETS_FOLDER, mapping};
use crate::declaration::language::Setting;
use crate::emit::MARKER;
use crate::facts::blocky;
use crate::place::Place;
use crate::scalar::{DnsName, Strategy, Upstream};
use crate::topology::app::ListenerKind;
use crate::topology::{App, Resolver, Topology};

/// The whole file, as YAML.
pub(super) fn file(
    topology: &Topology,
    resolver: &Resolver,
    app: &App,
) -> Result<String, EmitError> {
    let derived = derived(topology, resolver, app);
    let settings = set(&resolver.declared.settings.0);
    let whole = merge(merge(defaults(app), settings), derived);
    Ok(format!("# {MARKER}\n{}", to_yaml(&whole)?))
}

/// What settings can change.
///
/// Blocky waits for a server three times this long before it gives up, for each key of the mapping
/// at a start, and for a client that has often lost patience by then.
fn defaults(app: &App) -> Value {
    let mut defaults = json!({ "upstreams": { "timeout": "1s" } });
    if app
        .listeners
        .iter()
        .any(|one| one.kind == ListenerKind::Http)
    {
        defaults["prometheus"] = json!({ "enable": true });
    }
    defaults
}

/// What the attributes of the language decide.
fn derived(topology: &Topology, resolver: &Resolver, app: &App) -> Value {
    let declared = &resolver.declared;
    let servers = |servers: &mut dyn Iterator<Item = &Upstream>| -> Vec<String> {
        servers.map(ToString::to_string).collect()
    };
    let mut upstreams = declared.upstreams.iter().map(|server| &server.value);
    let mut config = json!({
        "upstreams": {
            "groups": { "default": servers(&mut upstreams) },
            "strategy": match declared.strategy.unwrap_or(Strategy::Race) {
                Strategy::Race => "parallel_best",
                Strategy::Failover => "strict",
                Strategy::Random => "random",
            },
            // It has to start where no server can be reached yet, and answer what it knows itself.
            "init": { "strategy": "fast" },
        },
        "ports": ports(app),
    });
    let bootstrap: Vec<Value> = app
        .bootstrap
        .iter()
        .map(|server| json!({ "upstream": server.to_string() }))
        .collect();
    let mut add = |name: &str, value: Value| {
        if let Some(config) = config.as_object_mut() {
            config.insert(name.to_owned(), value);
        }
    };
    if !bootstrap.is_empty() {
        add("bootstrapDns", bootstrap.into());
    }
    let mapping = mapping(topology, resolver);
    if !mapping.is_empty() {
        if app.release < blocky::CONDITIONAL_IS_LEFT_ALONE {
            add(
                "caching",
                json!({ "exclude": not_cached(topology, resolver) }),
            );
        }
        add("conditional", json!({ "mapping": mapping }));
    }
    if let Some(own) = own_names(resolver, app) {
        add("customDNS", own);
    }
    config
}

/// Where it listens: the container's ports.
fn ports(app: &App) -> Value {
    let ports = app.listeners.iter().map(|listener| {
        let name = match listener.kind {
            ListenerKind::Dns => "dns",
            ListenerKind::Dot => "tls",
            ListenerKind::Doh => "https",
            ListenerKind::Http => "http",
        };
        (name.to_owned(), Value::from(listener.container_port()))
    });
    Value::Object(ports.collect())
}

/// What must not be kept: releases before 0.32 keep answers of conditional servers, and for half
/// an hour that a name does not exist.
fn not_cached(topology: &Topology, resolver: &Resolver) -> Vec<String> {
    let mapping = topology.conditional_mapping(resolver);
    mapping
        .keys()
        .map(|zone| format!("/(^|\\.){}$/", regex_syntax::escape(zone.as_str())))
        .collect()
}

/// The names that it holds itself.
fn own_names(resolver: &Resolver, app: &App) -> Option<Value> {
    let declared = &resolver.declared;
    if declared.custom_dns.0.is_empty() && app.records.is_empty() {
        return None;
    }
    let mapping: BTreeMap<&DnsName, String> = declared
        .custom_dns
        .0
        .iter()
        .map(|(name, (_, addresses))| {
            let addresses: Vec<String> = addresses.0.iter().map(ToString::to_string).collect();
            (name, addresses.join(","))
        })
        .collect();
    let mapping: Map<String, Value> = mapping
        .into_iter()
        .map(|(name, addresses)| (name.to_string(), addresses.into()))
        .collect();
    // Blocky's own default answers TXT below a mapped name with nothing: certificates by DNS fail.
    let filter = declared.filter_unmapped_types.unwrap_or(false);
    let mut own = json!({ "filterUnmappedTypes": filter });
    if let Some(own) = own.as_object_mut() {
        if !mapping.is_empty() {
            own.insert("mapping".to_owned(), mapping.into());
        }
        if !app.records.is_empty() {
            own.insert("zone".to_owned(), app.records.concat().into());
        }
    }
    Some(own)
}

/// Settings as they are written, secrets as the files that they are mounted as.
fn set(settings: &BTreeMap<String, (Place, Setting)>) -> Value {
    let entries = settings.iter();
    Value::Object(
        entries
            .map(|(name, (_, setting))| (name.clone(), value(setting)))
            .collect(),
    )
}

fn value(setting: &Setting) -> Value {
    match setting {
        Setting::Bool(value) => (*value).into(),
        Setting::Int(value) => (*value).into(),
        Setting::Text(text) => text.as_str().into(),
        Setting::Secret(name) => format!("file:{SECRETS_FOLDER}/{}", name.value).into(),
        Setting::List(elements) => elements.iter().map(value).collect(),
        Setting::Set(entries) => set(entries),
    }
}

/// Both: sets are merged, lists are put together, and of two other values the second counts.
fn merge(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let merged = match one.remove(&name) {
                    Some(own) => merge(own, value),
                    None => value,
                };
                one.insert(name, merged);
            }
            Value::Object(one)
        }
        (Value::Array(mut one), Value::Array(other)) => {
            one.extend(other);
            Value::Array(one)
        }
        (_, other) => other,
    }
}
