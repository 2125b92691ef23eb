//! Falsified models, each of which ignores one hop: the trace of a declaration in which that hop lets
//! everything through. The laboratory has to notice.

use common::Generated;
use serde_json::{Value, json};
use tailwright::topology::Topology;
use tailwright_lab::Failure;

use crate::policy;

/// A model that ignores something.
pub(crate) struct Falsified {
    /// What it ignores.
    pub(crate) what: &'static str,
    /// Makes a declaration one in which that does nothing.
    pub(crate) change: fn(&mut Value),
}

/// All of them.
pub(crate) const ALL: &[Falsified] = &[
    Falsified {
        what: "the firewall",
        change: |declaration| of_each(declaration, "nodes", |node| node["firewall"] = "off".into()),
    },
    Falsified {
        what: "the access list",
        change: |declaration| {
            of_each(declaration, "forwarders", |one| {
                one["allow"] = json!(["0.0.0.0/0"])
            });
        },
    },
    Falsified {
        what: "the source NAT of plug-ins",
        change: |declaration| {
            of_each(declaration, "clusters", |one| {
                one["masquerade"] = false.into()
            });
        },
    },
    Falsified {
        what: "that a host takes the tailnet's DNS settings",
        change: |declaration| {
            of_each(declaration, "nodes", |node| {
                if node["tailscale"].is_object() {
                    node["tailscale"]["acceptDns"] = false.into();
                }
            });
        },
    },
    Falsified {
        what: "the tailnet's policy",
        change: |declaration| {
            if let Some(tailnet) = declaration["tailnet"].as_object_mut() {
                tailnet.remove("policy");
            }
        },
    },
    Falsified {
        what: "that answers to a LAN take an accepted route",
        change: |declaration| {
            of_each(declaration, "nodes", |node| {
                if node["tailscale"].is_object() {
                    node["tailscale"]["acceptRoutes"] = false.into();
                }
            });
        },
    },
];

fn of_each(declaration: &mut Value, table: &str, change: impl Fn(&mut Value)) {
    let all = declaration[table].as_object_mut();
    all.into_iter()
        .flat_map(|all| all.values_mut())
        .for_each(change);
}

/// The topology of a declaration.
pub(crate) fn topology(declaration: &Value) -> Result<Topology, Failure> {
    let resolved = Generated::topology_of_json(declaration, policy::KEY);
    resolved.map_err(|e| crate::failure(&e.to_string()))
}
