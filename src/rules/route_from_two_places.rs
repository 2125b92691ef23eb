//! ## What it does
//!
//! Finds one route that machines of different places advertise in a tailnet.
//!
//! ## Why is this bad?
//!
//! Tailscale takes them for redundant routers of one network, and sends everything to one of them: to
//! the other when that one goes away. Where the two are different networks with the same range, half of
//! the machines are never reached, and which half changes without a warning.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { site = "home"; tailscale.advertiseRoutes = [ "192.168.1.0/24" ]; };
//! nodes.beta = { site = "office"; tailscale.advertiseRoutes = [ "192.168.1.0/24" ]; };
//! ```
//!
//! ## What to do
//!
//! Number one of the networks anew, or reach it by 4via6 addresses. Redundant routers of one network are
//! nodes of one site.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::scalar::Cidr;
use crate::topology::{Id, Node, Sourced, Tailnet, Topology};

rule!("TW202", "route-from-two-places", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<(Id<Tailnet>, Cidr), (&Node, &Sourced<Cidr>)> = BTreeMap::new();
    for node in topology.nodes.values() {
        let Some(membership) = &node.tailscale else {
            continue;
        };
        for route in &membership.advertised_routes {
            if route.value.net().prefix_len() == 0 {
                continue;
            }
            let key = (membership.tailnet, route.value);
            let (other, place) = *first.entry(key).or_insert((node, route));
            if other.site == node.site && node.site.is_some() || other.name == node.name {
                continue;
            }
            findings.push(
                Finding::new(
                    &RULE,
                    &route.place,
                    format!(
                        "{} advertises {}, which {} at another place advertises, too",
                        node.name, route.value, other.name
                    ),
                )
                .label("taken for a redundant router of the other's network")
                .related(&place.place, format!("advertised by {}", other.name))
                .note("everything for the range goes to one of the two, and to the other when that one fails")
                .help("give one of the networks another range, or put redundant routers at one site"),
            );
        }
    }
}
