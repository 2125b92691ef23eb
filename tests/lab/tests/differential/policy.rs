//! The tailnet's policy: random grants, and what they are for whoever filters.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tailwright::topology::Topology;

use crate::choices::Choices;
use crate::network::in_tailnet;

/// The key in a case's declaration under which its policy stands; tailwright reads it from a file.
pub(crate) const KEY: &str = "policy.hujson";

/// A policy, if there is one: some grants.
pub(crate) fn random(c: &mut Choices<'_>) -> Option<Value> {
    if !c.one_in(3) {
        return None;
    }
    let mut grants = Vec::new();
    for _ in 0..=c.below(4) {
        let src = c.of(&["*", "autogroup:member", "tag:router", "*"]);
        let dst = c.of(&["*", "tag:router", "10.10.0.0/24", "10.10.0.0/16"]);
        let ip = c.of(&["*", "53", "udp:53", "1053", "udp:1053"]);
        grants.push(json!({ "src": [src], "dst": [dst], "ip": [ip] }));
    }
    Some(json!({
        "tagOwners": { "tag:router": ["autogroup:admin"] },
        "autoApprovers": { "routes": { "10.10.0.0/16": ["tag:router"] } },
        "grants": grants,
    }))
}

/// The addresses of nodes, which all have the tag.
fn tagged(topology: &Topology) -> String {
    let members = topology
        .nodes
        .values()
        .filter_map(|node| node.tailscale.as_ref());
    let all: Vec<String> = members
        .filter_map(in_tailnet)
        .map(|own| own.to_string())
        .collect();
    all.join(", ")
}

/// What members let in, as rules of nftables: answers, and what is granted.
pub(crate) fn rules(topology: &Topology, policy: &Value) -> String {
    let tagged = tagged(topology);
    let mut rules = "ct state { established, related } accept\n".to_owned();
    let word = |grant: &Value, list: &str| grant[list][0].as_str().unwrap_or_default().to_owned();
    for grant in policy["grants"].as_array().into_iter().flatten() {
        let (src, dst, ip) = (word(grant, "src"), word(grant, "dst"), word(grant, "ip"));
        if tagged.is_empty() && [&src, &dst].contains(&&"tag:router".to_owned()) {
            continue;
        }
        let from = match src.as_str() {
            "tag:router" => format!("ip saddr {{ {tagged} }}"),
            "autogroup:member" if !tagged.is_empty() => format!("ip saddr != {{ {tagged} }}"),
            _ => String::new(),
        };
        let to = match dst.as_str() {
            "*" => String::new(),
            "tag:router" => format!("ip daddr {{ {tagged} }}"),
            range => format!("ip daddr {range}"),
        };
        let what = match ip.split_once(':') {
            _ if ip == "*" => String::new(),
            Some((protocol, port)) => format!("{protocol} dport {port}"),
            None => format!("meta l4proto {{ tcp, udp }} th dport {ip}"),
        };
        let _ = writeln!(rules, "{from} {to} {what} accept");
    }
    rules
}
