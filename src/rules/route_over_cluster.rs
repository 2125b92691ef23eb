//! ## What it does
//!
//! Finds advertised routes that swallow a cluster: that are wider than its pod or Service range and cover
//! it, or that lead into the ranges of a cluster whose node the router is not.
//!
//! ## Why is this bad?
//!
//! Whoever accepts the route sends what is meant for pods and Services to the router. On a node of the
//! cluster that comes before the cluster's own routes.
//!
//! ## Example
//!
//! ```nix
//! clusters.homelab.cni.podCidrs = [ "10.0.0.0/16" ];
//! nodes.alpha.tailscale.advertiseRoutes = [ "10.0.0.0/8" ];
//! ```
//!
//! ## What to do
//!
//! Advertise the LAN alone. A node of the cluster may advertise exactly its cluster's range.

use super::Check;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW207", "route-over-cluster", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let clusters: Vec<_> = topology
        .clusters
        .iter()
        .flat_map(|(id, cluster)| {
            let pods = cluster.pod_cidrs.iter().map(|range| (range, "pods"));
            let services = cluster
                .service_cidrs
                .iter()
                .map(|range| (range, "Services"));
            pods.chain(services)
                .map(move |(range, what)| (id, cluster, range, what))
        })
        .collect();
    for node in topology.nodes.values() {
        let routes = node.tailscale.iter().flat_map(|one| &one.advertised_routes);
        // A LAN that overlaps a cluster has a finding of its own, and an exit node means everything.
        let routes =
            routes.filter(|route| route.fact.is_none() && route.value.net().prefix_len() > 0);
        for route in routes {
            let swallowed = clusters.iter().find(|(id, _, range, _)| {
                let is_wider = route.value.contains(range.value) && route.value != range.value;
                let is_foreign = node.cluster != Some(*id);
                is_wider || (is_foreign && route.value.overlaps(range.value))
            });
            let Some((_, cluster, range, what)) = swallowed else {
                continue;
            };
            findings.push(
                Finding::new(
                    &RULE,
                    &route.place,
                    format!(
                        "the route {} of {} covers the {what} {} of cluster {}",
                        route.value, node.name, range.value, cluster.name
                    ),
                )
                .label("advertised here")
                .related(
                    &range.place,
                    format!("the {what} of cluster {}", cluster.name),
                )
                .note("whoever accepts the route sends what is meant for the cluster to the router")
                .help("advertise narrower routes: the LAN alone"),
            );
        }
    }
}
