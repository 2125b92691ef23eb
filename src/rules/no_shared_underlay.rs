//! ## What it does
//!
//! Finds nodes of one cluster that reach each other through the tailnet alone: one has no address outside
//! of it, or they stand in sites without a way between them, or they have no address family in
//! common.
//!
//! Sites are joined by `routes` of one to a LAN of the other. Not found are nodes that accept a route to
//! the other's LAN in the tailnet, which is a choice, nodes without a site as long as they have
//! addresses outside of the tailnet, and a node in a site whose address is not declared.
//!
//! ## Why is this bad?
//!
//! The network plug-in then runs a tunnel in a tunnel: packets of full size do not fit, and names with
//! long answers, TLS and volumes hang while ping works. etcd waits for each detour, and without a
//! common address family some pairs of nodes never talk to each other.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { cluster = "homelab"; site = "home"; address = "192.168.1.11"; };
//! nodes.beta = { cluster = "homelab"; tailscale = { }; }; # no other address
//! ```
//!
//! ## What to do
//!
//! Give the nodes addresses in one network, or declare the way between their sites. Where the cluster is
//! meant to run over the tailnet, lower the MTU of its plug-in and suppress this.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::topology::{Cluster, Id, Node, Site, Topology};

rule!("TW105", "no-shared-underlay", Warning, Medium, since "0.1.0", Check::Topology(check));

/// What is said of a node that has no underlay at all.
const NOWHERE: &str = "without an address outside the tailnet";

/// What decides whether a node has an underlay in common with another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    site: Option<Id<Site>>,
    v4: bool,
    v6: bool,
    is_member: bool,
    accepts: bool,
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut clusters: BTreeMap<Id<Cluster>, BTreeMap<Kind, Vec<&Node>>> = BTreeMap::new();
    for node in topology.nodes.values() {
        if let Some(cluster) = node.cluster {
            let kinds = clusters.entry(cluster).or_default();
            kinds.entry(kind(topology, node)).or_default().push(node);
        }
    }
    for kinds in clusters.values() {
        findings.extend(kinds.iter().filter_map(|(kind, nodes)| {
            let node = nodes.first()?;
            // A node without any address is found with whomever; of another pair the later one is.
            let (why, with) = if is_nowhere(kind) {
                let others = kinds.iter().filter(|(other, _)| *other != kind);
                let mut others = others.flat_map(|(_, nodes)| nodes).chain(nodes.get(1));
                (NOWHERE, others.next()?)
            } else {
                let earlier = kinds.range(..kind).filter(|(other, _)| !is_nowhere(other));
                let mut apart = earlier.filter_map(|(other, nodes)| {
                    Some((apart(topology, kind, other)?, nodes.first()?))
                });
                apart.next()?
            };
            Some(finding(node, with, why))
        }));
    }
}

/// An address in the tailnet's range is no underlay. In a site it is TW102's, unless it is its LAN's.
fn kind(topology: &Topology, node: &Node) -> Kind {
    let membership = node.tailscale.as_ref();
    let ranges = membership.map_or(&[][..], |membership| {
        &topology.tailnets.get(membership.tailnet).ranges
    });
    let outside = node.addresses().filter(|address| {
        node.site.is_some() || !ranges.iter().any(|range| range.contains_address(*address))
    });
    let families: Vec<bool> = outside.map(|address| address.ip().is_ipv6()).collect();
    Kind {
        site: node.site,
        v4: families.contains(&false),
        v6: families.contains(&true),
        is_member: membership.is_some(),
        accepts: membership.is_some_and(|membership| membership.accept_routes.value),
    }
}

fn has_address(kind: &Kind) -> bool {
    kind.v4 || kind.v6
}

fn is_nowhere(kind: &Kind) -> bool {
    kind.is_member && kind.site.is_none() && !has_address(kind)
}

/// Why two nodes that have addresses do not reach each other.
fn apart(topology: &Topology, one: &Kind, other: &Kind) -> Option<&'static str> {
    let have_addresses = has_address(one) && has_address(other);
    if have_addresses && !(one.v4 && other.v4) && !(one.v6 && other.v6) {
        return Some("no address family in common");
    }
    let (Some(site), Some(with)) = (one.site, other.site) else {
        return None;
    };
    let joined = site == with
        || one.accepts
        || other.accepts
        || leads(topology, site, with)
        || leads(topology, with, site);
    (!joined).then_some("in a site without a way to the other's")
}

fn leads(topology: &Topology, from: Id<Site>, to: Id<Site>) -> bool {
    let mut lans = topology.sites.get(to).declared.lans.iter();
    lans.any(|lan| topology.leads_to(Some(from), lan.value))
}

fn finding(node: &Node, with: &Node, why: &str) -> Finding {
    Finding::new(
        &RULE,
        &node.declared.place,
        format!(
            "nodes {} and {} of one cluster share no network but the tailnet",
            node.name, with.name
        ),
    )
    .label(why)
    .related(&with.declared.place, "the other node")
    .note("the network plug-in's tunnel then runs in the tailnet's: packets of full size do not fit, and etcd waits for each detour")
    .help("give both an address of one family in one network, or declare the way between their sites in `sites.<name>.routes`")
}
