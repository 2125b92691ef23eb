//! ## What it does
//!
//! Finds interfaces of a cluster's load balancer by which addresses can't be announced: Cilium's regular
//! expressions that match the tailnet's interface, that match none of the cluster's nodes' interfaces,
//! and that leave out some (a warning).
//!
//! Nodes whose `interface` is not declared are not judged; nor are expressions that can't be read.
//!
//! ## Why is this bad?
//!
//! There is no neighbour discovery on tailscale0: it has no hardware addresses, and Cilium's agent fails
//! over and over. An address that no node announces is not reachable from the LAN. One that some nodes
//! alone can announce is lost with them, although the others run.
//!
//! ## Example
//!
//! ```nix
//! clusters.home.loadBalancer = { kind = "cilium-l2"; interfaces = [ "^eth0$" ]; };
//! nodes.alpha.interface = "enp1s0"; # a node of the cluster
//! ```
//!
//! ## What to do
//!
//! Write an expression for each name that the nodes' interfaces have, anchored at both ends.

use std::collections::BTreeMap;

use regex::Regex;

use super::Check;
use crate::declaration::language::LoadBalancer;
use crate::facts::kubernetes::CILIUM_MATCHES_INTERFACES;
use crate::facts::tailnet::INTERFACE;
use crate::finding::{Finding, Level};
use crate::place::Located;
use crate::scalar::{LoadBalancerKind, Text};
use crate::topology::{Cluster, Id, Node, Topology};

rule!("TW602", "announces-nowhere", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut nodes: BTreeMap<Id<Cluster>, Vec<&Node>> = BTreeMap::new();
    for node in topology.nodes.values() {
        if let Some(cluster) = node.cluster {
            nodes.entry(cluster).or_default().push(node);
        }
    }
    for (id, nodes) in nodes {
        let cluster = topology.clusters.get(id);
        let balancer = cluster.declared.load_balancer.as_ref();
        let Some(balancer) =
            balancer.filter(|balancer| balancer.kind == LoadBalancerKind::CiliumL2)
        else {
            continue;
        };
        let patterns: Option<Vec<(&Located<Text>, Regex)>> = balancer
            .interfaces
            .iter()
            .map(|pattern| Some((pattern, Regex::new(pattern.value.as_str()).ok()?)))
            .collect();
        if let Some(patterns) = patterns.filter(|patterns| !patterns.is_empty()) {
            findings.extend(by_tailnet(cluster, &patterns, &nodes));
            findings.extend(left_out(cluster, balancer, &patterns, &nodes));
        }
    }
}

fn by_tailnet(
    cluster: &Cluster,
    patterns: &[(&Located<Text>, Regex)],
    nodes: &[&Node],
) -> Option<Finding> {
    let member = nodes.iter().find(|node| node.tailscale.is_some())?;
    let (pattern, _) = patterns
        .iter()
        .find(|(_, regex)| regex.is_match(INTERFACE))?;
    Some(
        Finding::new(
            &RULE,
            &pattern.place,
            format!(
                "cluster {} announces addresses by {INTERFACE}",
                cluster.name
            ),
        )
        .label(format!("matches {INTERFACE}"))
        .related(&member.declared.place, "a node in a tailnet")
        .note("it has no hardware addresses: Cilium's agent fails over and over")
        .note(format!(
            "{} ({})",
            CILIUM_MATCHES_INTERFACES.says, CILIUM_MATCHES_INTERFACES.source
        ))
        .help("write the names of the nodes' own interfaces, anchored with ^ and $"),
    )
}

fn left_out(
    cluster: &Cluster,
    balancer: &LoadBalancer,
    patterns: &[(&Located<Text>, Regex)],
    nodes: &[&Node],
) -> Option<Finding> {
    let matches = |name: &str| patterns.iter().any(|(_, regex)| regex.is_match(name));
    let named = nodes.iter().filter_map(|node| {
        let interface = node.declared.interface.as_ref()?;
        Some((node.name.as_str(), interface))
    });
    let (announcing, silent): (Vec<_>, Vec<_>) =
        named.partition(|(_, interface)| matches(interface.value.as_str()));
    let (first, interface) = silent.first()?;
    let all_named = nodes.iter().all(|node| node.declared.interface.is_some());
    let is_nobody = announcing.is_empty() && all_named;
    let place = patterns
        .first()
        .map_or(&balancer.place, |(pattern, _)| &pattern.place);
    let message = if is_nobody {
        format!("no node of cluster {} announces addresses", cluster.name)
    } else {
        format!(
            "{} of cluster {} can't announce addresses",
            silent
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(", "),
            cluster.name
        )
    };
    let mut finding = Finding::new(&RULE, place, message)
        .label(format!("{} is not matched", interface.value))
        .related(&interface.place, format!("the interface of {first}"))
        .note(format!(
            "{} ({})",
            CILIUM_MATCHES_INTERFACES.says, CILIUM_MATCHES_INTERFACES.source
        ))
        .help(format!("add \"^{}$\"", interface.value));
    if !is_nobody {
        finding.level = Level::Warning;
    }
    Some(finding)
}
