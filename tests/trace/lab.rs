//! A small network for cases, and what the tests read off a trace.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use tailwright::declaration::load::load;
use tailwright::declaration::source::{Files, Format, Source};
use tailwright::scalar::Protocol;
use tailwright::topology::{Id, Node, Topology};
use tailwright::trace::outcome::{Outcome, Seen};
use tailwright::trace::{Question, Trace, Tracer};

pub(crate) const SUFFIX: &str = "tail96fefe.ts.net";

/// The name of a member of the tailnet.
pub(crate) fn known() -> String {
    format!("fwd.{SUFFIX}")
}

/// A name in the suffix that nobody has.
pub(crate) fn unknown() -> String {
    format!("nope.{SUFFIX}")
}

/// The topology of a declaration, with a policy file beside it; findings do not matter.
pub(crate) fn topology(declaration: &Json, policy: &str) -> Topology {
    topology_of_text(declaration.to_string(), policy)
}

pub(crate) fn topology_of_text(declaration: String, policy: &str) -> Topology {
    let source = |display_name: &str, text: String| Source {
        display_name: display_name.into(),
        text,
    };
    let own = source("tailnet.json", declaration);
    let value = load(&own, Format::Json).expect("the declaration is JSON");
    let policy = source("policy.hujson", policy.to_owned());
    let files = Files::from([("policy.hujson".to_owned(), Ok(policy))]);
    tailwright::check(&value, &files).topology
}

pub(crate) fn question(from: &str, name: &str, record_type: &str, protocol: Protocol) -> Question {
    Question {
        from: from.parse().expect("a class"),
        name: name.parse().expect("a name"),
        record_type: record_type.parse().expect("a type"),
        protocol,
    }
}

/// One question to a declaration without a policy.
pub(crate) fn ask(declaration: &Json, from: &str, name: &str) -> Trace {
    ask_by(
        declaration,
        "{}",
        &question(from, name, "A", Protocol::Udp),
        &[],
    )
}

pub(crate) fn ask_by(
    declaration: &Json,
    policy: &str,
    question: &Question,
    without: &[&str],
) -> Trace {
    let topology = topology(declaration, policy);
    Tracer::new(&topology).trace(question, &ids(&topology, without))
}

pub(crate) fn ids(topology: &Topology, names: &[&str]) -> BTreeSet<Id<Node>> {
    let find = |name: &&str| topology.nodes.find(name).expect("a node").0;
    names.iter().map(find).collect()
}

/// `seen cause-kind` of each outcome.
pub(crate) fn says(trace: &Trace) -> Vec<String> {
    let outcomes = trace.outcomes.iter();
    outcomes
        .map(|one| format!("{} {}", one.seen, one.cause.kind.as_str()))
        .collect()
}

/// The texts of the causes at the ends, each once.
pub(crate) fn reasons(trace: &Trace) -> Vec<String> {
    let leaves = trace.outcomes.iter().flat_map(|one| one.cause.leaves());
    let texts: BTreeSet<String> = leaves.map(|cause| cause.text.clone()).collect();
    texts.into_iter().collect()
}

/// Every circle that is closed, as its path.
pub(crate) fn circles(trace: &Trace) -> BTreeSet<String> {
    let leaves = trace.outcomes.iter().flat_map(|one| one.cause.leaves());
    let paths = leaves.filter(|cause| !cause.path.is_empty());
    paths.map(|cause| cause.path.join(" > ")).collect()
}

pub(crate) fn seen(outcomes: &[Outcome]) -> BTreeSet<Seen> {
    outcomes.iter().map(|one| one.seen).collect()
}

/// To whom something leaks.
pub(crate) fn leaks(outcomes: &[Outcome]) -> BTreeSet<String> {
    let leaks = outcomes.iter().flat_map(|one| &one.leaks);
    leaks.map(|leak| leak.server.clone()).collect()
}

/// Sets a value by its path, such as `nodes.fwd.tailscale`.
pub(crate) fn with(mut declaration: Json, changes: &[(&str, Json)]) -> Json {
    for (path, value) in changes {
        let mut at = &mut declaration;
        for part in path.split('.') {
            at = &mut at[part];
        }
        *at = value.clone();
    }
    declaration
}

/// A LAN with a forwarder's node, a Blocky on another node, and a third one.
pub(crate) fn lab() -> Json {
    json!({
        "tailnet": { "suffix": SUFFIX },
        "sites": { "home": { "lans": ["10.0.0.0/24"], "nameservers": ["blocky"] } },
        "nodes": {
            "fwd": node(2, json!({ "address": "100.64.0.2", "authKey": "key" })),
            "plain": node(9, Json::Null),
            "dns": with(
                node(53, Json::Null),
                &[("nameservers", json!(["1.1.1.1"])), ("openPorts", json!([{ "port": 53 }]))],
            ),
        },
        "forwarders": { "magicdns": { "engine": "unbound", "nodes": ["fwd"] } },
        "resolvers": {
            "blocky": {
                "kind": "blocky",
                "version": "0.34.0",
                "nodes": ["dns"],
                "address": "10.0.0.53",
                "upstreams": ["1.1.1.1"],
            }
        },
        "secrets": {
            "key": {
                "kind": "auth-key",
                "reusable": true,
                "sops": { "file": "hosts.enc.yaml", "key": "key" },
            }
        },
    })
}

/// A node of the LAN, and of the tailnet where that is said.
pub(crate) fn node(host: u8, tailscale: Json) -> Json {
    let mut node = json!({
        "os": "nixos",
        "site": "home",
        "interface": "eth0",
        "firewall": "nftables",
        "address": format!("10.0.0.{host}"),
        "nameservers": ["blocky"],
    });
    if !tailscale.is_null() {
        node["tailscale"] = tailscale;
    }
    node
}

/// Blocky in pods, and a firewall that admits their addresses alone.
pub(crate) fn with_cluster(cni: &str) -> Json {
    let member = |host| with(node(host, Json::Null), &[("cluster", "k".into())]);
    with(
        lab(),
        &[
            (
                "clusters.k",
                json!({
                    "site": "home",
                    "distribution": "k3s",
                    "cni": { "kind": cni, "podCidrs": ["10.42.0.0/16"] },
                    "serviceCidrs": ["10.43.0.0/16"],
                    "dnsService": "10.43.0.10",
                    "dnsVersion": "1.13.1",
                }),
            ),
            ("nodes.a", member(20)),
            ("nodes.b", member(21)),
            ("nodes.fwd.cluster", "k".into()),
            ("nodes.fwd.manage", json!(["forwarder", "tailscale"])),
            (
                "nodes.fwd.openPorts",
                json!([{ "port": 1053, "from": ["10.42.0.0/16"] }]),
            ),
        ],
    )
}
