//! ## What it does
//!
//! Finds interfaces of a cluster's load balancer by which addresses can't be announced: Cilium's regular
//! expressions that match the tailnet's interface; Cilium's and MetalLB's that match none of the cluster's
//! nodes' interfaces, and that leave out some (a warning). Where Cilium is given no interfaces, it takes all,
//! the tailnet's among them (a warning: which of a node's devices it manages is configured elsewhere).
//!
//! MetalLB passes over the tailnet's interface, so naming it beside others is not found. Nodes whose
//! `interface` is not declared are not judged; nor are expressions that can't be read.
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
use crate::facts::Fact;
use crate::facts::kubernetes::{
    CILIUM_MATCHES_INTERFACES, CILIUM_TAKES_ALL_INTERFACES, METALLB_NAMES_INTERFACES,
};
use crate::facts::tailnet::INTERFACE;
use crate::finding::{Finding, Level};
use crate::place::Located;
use crate::scalar::{LoadBalancerKind, Text};
use crate::topology::{Cluster, Id, Node, Topology};

rule!("TW602", "announces-nowhere", Error, High, since "0.1.0", Check::Topology(check));

const NO_HARDWARE_ADDRESSES: &str =
    "tailscale0 has no hardware addresses: Cilium's agent fails over and over";

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
        let Some(balancer) = balancer else { continue };
        let is_cilium = balancer.kind == LoadBalancerKind::CiliumL2;
        let fact = match balancer.kind {
            LoadBalancerKind::CiliumL2 => &CILIUM_MATCHES_INTERFACES,
            LoadBalancerKind::Metallb => &METALLB_NAMES_INTERFACES,
            LoadBalancerKind::KubeVip | LoadBalancerKind::ServiceLb => continue,
        };
        if is_cilium && balancer.interfaces.is_empty() {
            findings.extend(by_all(cluster, balancer, &nodes));
        }
        let patterns: Option<Vec<(&Located<Text>, Regex)>> = balancer
            .interfaces
            .iter()
            .map(|pattern| Some((pattern, Regex::new(pattern.value.as_str()).ok()?)))
            .collect();
        if let Some(patterns) = patterns.filter(|patterns| !patterns.is_empty()) {
            if is_cilium {
                findings.extend(by_tailnet(cluster, &patterns, &nodes));
            }
            findings.extend(left_out(cluster, balancer, fact, &patterns, &nodes));
        }
    }
}

/// One of the nodes that is in a tailnet.
fn member<'t>(nodes: &[&'t Node]) -> Option<&'t Node> {
    nodes.iter().copied().find(|node| node.tailscale.is_some())
}

/// Announcements by every interface, where none are named.
fn by_all(cluster: &Cluster, balancer: &LoadBalancer, nodes: &[&Node]) -> Option<Finding> {
    let member = member(nodes)?;
    let named = nodes
        .iter()
        .find_map(|node| node.declared.interface.as_ref());
    let own = named.map_or("eth0", |interface| interface.value.as_str());
    let mut finding = Finding::new(
        &RULE,
        &balancer.place,
        format!(
            "cluster {} announces addresses by every interface, {INTERFACE} among them",
            cluster.name
        ),
    )
    .label("`interfaces` is missing")
    .related(&member.declared.place, "a node in a tailnet")
    .note(format!(
        "{} ({})",
        CILIUM_TAKES_ALL_INTERFACES.says, CILIUM_TAKES_ALL_INTERFACES.source
    ))
    .note(NO_HARDWARE_ADDRESSES)
    .help(format!(
        "declare `interfaces` with the nodes' own, such as \"^{own}$\""
    ));
    finding.level = Level::Warning;
    Some(finding)
}

fn by_tailnet(
    cluster: &Cluster,
    patterns: &[(&Located<Text>, Regex)],
    nodes: &[&Node],
) -> Option<Finding> {
    let member = member(nodes)?;
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
        .note(NO_HARDWARE_ADDRESSES)
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
    fact: &Fact,
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
        .note(format!("{} ({})", fact.says, fact.source))
        .help(format!("add \"^{}$\"", interface.value));
    if !is_nobody {
        finding.level = Level::Warning;
    }
    Some(finding)
}
