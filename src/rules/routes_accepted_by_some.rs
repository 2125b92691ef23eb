//! ## What it does
//!
//! Finds clusters of whose nodes at one site some accept routes of the tailnet and others do not.
//!
//! ## Why is this bad?
//!
//! Nothing is broken yet. But the first subnet router for the nodes' own LAN takes the nodes that accept
//! routes out of the cluster, and leaves the others in it.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { cluster = "homelab"; roles = [ "control-plane" ]; };
//! nodes.beta = { cluster = "homelab"; tailscale.acceptRoutes = true; };
//! ```
//!
//! ## What to do
//!
//! Let no node of a cluster accept routes, or suppress it with the reason why these have to.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::topology::{Cluster, Id, Membership, Node, Site, Topology};

rule!("TW205", "routes-accepted-by-some", Warning, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<(Id<Cluster>, Option<Id<Site>>), Vec<(&Node, &Membership)>> =
        BTreeMap::new();
    for node in topology.nodes.values() {
        if let (Some(cluster), Some(membership)) = (node.cluster, &node.tailscale) {
            let group = groups.entry((cluster, node.site)).or_default();
            group.push((node, membership));
        }
    }
    for ((cluster, _), members) in groups {
        let cluster = topology.clusters.get(cluster);
        let (accepting, others): (Vec<(&Node, &Membership)>, Vec<_>) = members
            .into_iter()
            .partition(|(_, membership)| membership.accept_routes.value);
        let (Some((first, membership)), Some((other, _))) = (accepting.first(), others.first())
        else {
            continue;
        };
        let (more, accept) = match accepting.len() {
            1 => (String::new(), "accepts"),
            count => (format!(" and {} more", count - 1), "accept"),
        };
        findings.push(
            Finding::new(
                &RULE,
                &membership.accept_routes.place,
                format!(
                    "{}{more} of cluster {} {accept} routes, and {} does not",
                    first.name, cluster.name, other.name
                ),
            )
            .label("accepted here")
            .related(&other.declared.place, "this node does not")
            .note("the first subnet router for the nodes' LAN takes those that accept routes out of the cluster")
            .help(format!("set `acceptRoutes = false` on {}", first.name)),
        );
    }
}
