//! ## What it does
//!
//! Finds nodes of a cluster that reach each other through the tailnet alone: they have no address
//! outside of it, they are at different sites without routes between their LANs, or they have no
//! address family in common.
//!
//! ## Why is this bad?
//!
//! The cluster's network runs inside of the tailnet then: one tunnel in another, with too small an MTU
//! and whichever address family tailscaled happens to use between two peers. Names and pods work from
//! some nodes and not from others.
//!
//! ## Example
//!
//! ```nix
//! sites.home.lans = [ "10.10.10.0/24" ];
//! sites.office.lans = [ "10.20.0.0/24" ];
//! nodes.alpha = { cluster = "homelab"; site = "home"; address = "10.10.10.200"; };
//! nodes.beta = { cluster = "homelab"; site = "office"; address = "10.20.0.5"; };
//! ```
//!
//! ## What to do
//!
//! Keep a cluster in one place, or declare the routes between its sites (`sites.<site>.routes`) if there
//! are any.

use std::collections::BTreeMap;

use super::Check;
use crate::facts::kubernetes::NODES_SHARE_AN_UNDERLAY;
use crate::finding::Finding;
use crate::topology::{Id, Node, Site, Topology};

rule!("TW105", "no-shared-underlay", Warning, Medium, since "0.1.0", Check::Topology(check));

/// Where a node is, and whether it has IPv4 and IPv6 addresses there.
type Place = (Option<Id<Site>>, bool, bool);

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (id, cluster) in topology.clusters.iter() {
        let mut places: BTreeMap<Place, &Node> = BTreeMap::new();
        let nodes = topology.nodes.values();
        for node in nodes.filter(|node| node.cluster == Some(id)) {
            let has = |is_ipv6| node.addresses().any(|one| one.ip().is_ipv6() == is_ipv6);
            places
                .entry((node.site, has(false), has(true)))
                .or_insert(node);
        }
        let Some((first_place, first)) = places.first_key_value() else {
            continue;
        };
        for (place, node) in places.iter().skip(1) {
            if let Some(why) = apart(topology, first_place, place) {
                let message = format!(
                    "{} and {} of cluster {} reach each other through the tailnet alone: {why}",
                    first.name, node.name, cluster.name
                );
                findings.push(
                    Finding::new(&RULE, &node.declared.place, message)
                        .label("apart from the other")
                        .related(&first.declared.place, "the other node")
                        .note(format!(
                            "{} ({})",
                            NODES_SHARE_AN_UNDERLAY.says, NODES_SHARE_AN_UNDERLAY.source
                        ))
                        .help("put them at one site, or declare the routes between their sites"),
                );
            }
        }
    }
}

/// Why two places have no network in common beside the tailnet.
fn apart(topology: &Topology, one: &Place, other: &Place) -> Option<&'static str> {
    let has_none = |place: &Place| !place.1 && !place.2;
    if has_none(one) || has_none(other) {
        // Of which nothing is said, nothing is known.
        return None;
    }
    if !(one.1 && other.1) && !(one.2 && other.2) {
        return Some("they have no address family in common");
    }
    let (Some(one), Some(other)) = (one.0, other.0) else {
        return None;
    };
    let leads = |from: Id<Site>, to: Id<Site>| {
        let routes = &topology.sites.get(from).declared.routes;
        let mut ranges = routes.iter().flat_map(|route| &route.to.0);
        let lans = &topology.sites.get(to).declared.lans;
        ranges.any(|range| lans.iter().any(|lan| range.value.overlaps(lan.value)))
    };
    if one != other && !(leads(one, other) && leads(other, one)) {
        return Some(
            "they are at different sites, and no routes lead from one to the other and back",
        );
    }
    None
}
