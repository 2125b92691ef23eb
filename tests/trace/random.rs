//! Random topologies, sound ones and others: routes accepted, mappings that lead back, policies that
//! let little in, nodes that are alike.

use std::fmt;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// A topology with a policy.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) declaration: Json,
    pub(crate) policy: Json,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.declaration, self.policy)
    }
}

/// Topologies that nothing is known of.
pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..300);
    (bytes, proptest::collection::vec(any::<u8>(), 0..60))
        .prop_map(|(bytes, changes)| changed(common::topologies::sound(&bytes), &changes))
}

fn changed(mut declaration: Json, changes: &[u8]) -> Case {
    let mut bytes = changes.iter().copied();
    let mut below = move |count: usize| usize::from(bytes.next().unwrap_or_default()) % count;
    copies(&mut declaration, below(4));
    if let Some(nodes) = declaration["nodes"].as_object_mut() {
        for node in nodes.values_mut() {
            if node["tailscale"].is_object() && below(2) == 1 {
                node["tailscale"]["acceptRoutes"] = true.into();
                node["tailscale"]["acceptDns"] = (below(2) == 1).into();
            }
            if below(4) == 1 {
                node["openPorts"] =
                    json!([{ "port": 53, "from": ["172.20.0.0/25"] }, { "port": 1053 }]);
            }
        }
    }
    // People's devices, some of which use an exit node or ask a node by its address.
    let asked = declaration["nodes"]["node-1"]["address"].clone();
    if let Some(devices) = declaration["devices"].as_object_mut() {
        for device in devices.values_mut() {
            if device["tailscale"].is_object() && below(2) == 1 {
                device["tailscale"]["exitNode"] = "node-0".into();
                device["tailscale"]["exitNodeAllowLanAccess"] = (below(2) == 1).into();
            }
            let first = asked.get(0).unwrap_or(&asked);
            if first.is_string() && below(3) == 1 {
                device["nameservers"] = json!([first]);
            }
        }
    }
    let resolvers = count(&declaration["resolvers"]);
    if let Some(all) = declaration["resolvers"].as_object_mut() {
        for resolver in all.values_mut().filter(|one| one["cluster"].is_null()) {
            let mut servers = Vec::new();
            for n in 0..below(4) {
                let other = below(resolvers + 1);
                servers.push(match n {
                    2 => "tcp-tls:dns.example.com:853".to_owned(),
                    _ => format!("172.20.0.{}", 60 + other),
                });
            }
            if !servers.is_empty() && below(2) == 1 {
                resolver["conditional"] = json!({ "tail96fefe.ts.net": servers });
            } else if !servers.is_empty() {
                resolver["upstreams"] = json!(servers);
            }
        }
    }
    if resolvers > 0 && below(2) == 1 {
        declaration["tailnet"]["splitDns"] = json!({ "tail96fefe.ts.net": ["resolver-0"] });
    }
    if below(3) == 1 {
        declaration["tailnet"]["magicDns"] = false.into();
    }
    if below(2) == 1 {
        let route = json!({ "to": "100.64.0.0/10", "via": "172.20.0.10" });
        let wide = json!({ "to": "172.20.0.0/16", "via": "172.20.0.11" });
        declaration["sites"]["site-0"]["routes"] = json!([wide, route]);
    }
    let mut grants = Vec::new();
    for _ in 0..below(5) {
        let ip = ["*", "udp:53", "tcp:53", "udp:1053", "1053"][below(5)];
        let dst = ["*", "tag:router", "172.20.0.0/16", "172.20.0.60"][below(4)];
        let src = ["*", "autogroup:member", "tag:server", "100.64.0.10"][below(4)];
        grants.push(json!({ "src": [src], "dst": [dst], "ip": [ip] }));
    }
    if below(2) == 1 {
        declaration["tailnet"]["policy"] = "policy.hujson".into();
    }
    let policy = json!({
        "tagOwners": { "tag:router": ["autogroup:admin"], "tag:server": ["autogroup:admin"] },
        "autoApprovers": { "routes": { "172.20.0.0/16": ["tag:router"] } },
        "grants": grants,
    });
    Case {
        declaration,
        policy,
    }
}

fn count(table: &Json) -> usize {
    table.as_object().map_or(0, Map::len)
}

/// More nodes that are as one of those that are there, but for name and addresses.
fn copies(declaration: &mut Json, count: usize) {
    let Some(nodes) = declaration["nodes"].as_object_mut() else {
        return;
    };
    let Some(original) = nodes.get("node-0").cloned() else {
        return;
    };
    for n in 0..count {
        let mut copy = original.clone();
        if let Some(addresses) = copy["address"].as_array_mut() {
            for address in addresses {
                let text = address.as_str().unwrap_or_default();
                *address = match text.rsplit_once("::") {
                    Some((head, _)) => format!("{head}::a{n}"),
                    None => {
                        let head = text.rsplit_once('.').map_or(text, |(head, _)| head);
                        format!("{head}.{}", 150 + n)
                    }
                }
                .into();
            }
        } else if copy["address"].is_string() {
            copy["address"] = format!("203.0.113.{}", 150 + n).into();
        }
        if copy["tailscale"]["address"].is_string() {
            copy["tailscale"]["address"] = format!("100.64.0.{}", 150 + n).into();
        }
        nodes.insert(format!("copy-{n}"), copy);
    }
}
