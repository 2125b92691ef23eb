//! ## What it does
//!
//! Finds nodes of one cluster in one site of which some accept routes and others don't. Nodes that
//! already accept a route to what is next to them are left to TW203.
//!
//! ## Why is this bad?
//!
//! The day somebody advertises the nodes' LAN, those that accept routes reach the others through the
//! tunnel, and the others them through the LAN. Nothing of that is seen before.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { cluster = "homelab"; site = "home"; tailscale.acceptRoutes = true; };
//! nodes.beta = { cluster = "homelab"; site = "home"; tailscale = { }; };
//! ```
//!
//! ## What to do
//!
//! Let none of them accept routes. Where one has to, suppress this for it, with the reason.

use std::collections::BTreeMap;

use super::Check;
use super::accepts_own_route::own_route;
use crate::facts::tailnet::ACCEPT_ROUTES_OFF;
use crate::finding::Finding;
use crate::topology::routes::Member;
use crate::topology::{Node, Topology};

rule!("TW205", "routes-accepted-by-some", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let tailnets = topology.routes();
    let mut groups: BTreeMap<_, Vec<&Node>> = BTreeMap::new();
    for node in topology.nodes.values() {
        if let (Some(cluster), Some(site)) = (node.cluster, node.site) {
            groups.entry((cluster, site)).or_default().push(node);
        }
    }
    for nodes in groups.values() {
        let Some(other) = nodes.iter().find(|node| !accepts(node)) else {
            continue;
        };
        for node in nodes {
            let Some(membership) = node.tailscale.as_ref().filter(|_| accepts(node)) else {
                continue;
            };
            let member = Member {
                kind: "node",
                name: &node.name,
                site: node.site,
                membership,
            };
            let routes = tailnets.get(&membership.tailnet);
            if routes.is_some_and(|routes| own_route(topology, routes, &member).is_some()) {
                continue;
            }
            findings.push(
                Finding::new(
                    &RULE,
                    &membership.accept_routes.place,
                    format!(
                        "node {} accepts routes, node {} of the same cluster and site does not",
                        node.name, other.name
                    ),
                )
                .label("accepts any future route to the nodes' LAN")
                .related(&other.declared.place, "accepts none")
                .note(format!(
                    "{} ({})",
                    ACCEPT_ROUTES_OFF.says, ACCEPT_ROUTES_OFF.source
                ))
                .help("set `acceptRoutes = false`"),
            );
        }
    }
}

fn accepts(node: &Node) -> bool {
    let membership = node.tailscale.as_ref();
    membership.is_some_and(|membership| membership.accept_routes.value)
}
