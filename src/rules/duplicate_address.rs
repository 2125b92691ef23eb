//! ## What it does
//!
//! Finds addresses that two things have: nodes, devices, resolvers with addresses of their own,
//! virtual addresses. Addresses of Services belong to their cluster alone and are not compared; nor
//! are members' addresses in one tailnet with those in another.
//!
//! ## Why is this bad?
//!
//! One of the two answers for the other, and which one changes with the neighbour cache.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { os = "nixos"; address = "10.10.10.200"; };
//! nodes.beta = { os = "nixos"; address = "10.10.10.200"; };
//! ```
//!
//! ## What to do
//!
//! Correct one of them. An address that moves between nodes belongs into `virtualAddresses` of
//! their site.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::place::{Located, Place};
use crate::scalar::{Address, LoadBalancerKind};
use crate::topology::table::Id;
use crate::topology::{Cluster, Tailnet, Topology};

rule!("TW103", "duplicate-address", Error, High, since "0.1.0", Check::Topology(check));

/// Somebody who has an address.
struct Seen {
    what: String,
    place: Place,
    /// The tailnet that gave it to him, if one did.
    tailnet: Option<Id<Tailnet>>,
}

impl Seen {
    /// Whether somebody could mean both: two tailnets give out the same addresses.
    fn meets(&self, tailnet: Option<Id<Tailnet>>) -> bool {
        match (self.tailnet, tailnet) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<Address, Vec<Seen>> = BTreeMap::new();
    let mut look = |what: String, tailnet: Option<Id<Tailnet>>, addresses: &[Located<Address>]| {
        for address in addresses {
            let all = seen.entry(address.value).or_default();
            match all.iter().find(|one| one.meets(tailnet)) {
                Some(Seen { what: first, place, .. }) => findings.push(
                    Finding::new(
                        &RULE,
                        &address.place,
                        format!("{what} has the address {} of {first}", address.value),
                    )
                    .label("given again here")
                    .related(place, format!("the address of {first}"))
                    .note("which of the two answers changes with the neighbour cache")
                    .help("correct one of them; an address that moves belongs into `virtualAddresses`"),
                ),
                None => all.push(Seen {
                    what: what.clone(),
                    place: address.place.clone(),
                    tailnet,
                }),
            }
        }
    };
    for node in topology.nodes.values() {
        look(
            format!("node {}", node.name),
            None,
            &node.declared.address.0,
        );
        if let Some(membership) = &node.tailscale {
            look(
                format!("node {}", node.name),
                Some(membership.tailnet),
                &membership.declared.address.0,
            );
        }
    }
    for device in topology.devices.values() {
        look(
            format!("device {}", device.name),
            None,
            &device.declared.address.0,
        );
        if let Some(membership) = &device.tailscale {
            look(
                format!("device {}", device.name),
                Some(membership.tailnet),
                &membership.declared.address.0,
            );
        }
    }
    for site in topology.sites.values() {
        for address in &site.declared.virtual_addresses {
            look(
                "a virtual address".to_owned(),
                None,
                std::slice::from_ref(&address.address),
            );
        }
    }
    // A resolver on nodes is asked at their addresses, and so is one behind ServiceLB; any other in
    // a cluster has its own.
    // A Service's is looked at by nobody outside the cluster: other clusters have the same, and the
    // cluster's own DNS may be declared as a resolver.
    for resolver in topology.resolvers.values() {
        let Some(cluster) = resolver
            .cluster
            .map(|cluster| topology.clusters.get(cluster))
            .filter(|cluster| !is_on_the_nodes(cluster))
        else {
            continue;
        };
        for address in &resolver.declared.address.0 {
            let services = &cluster.service_cidrs;
            if !services
                .iter()
                .any(|range| range.value.contains_address(address.value))
            {
                look(
                    format!("resolver {}", resolver.name),
                    None,
                    std::slice::from_ref(address),
                );
            }
        }
    }
}

/// Whether the Services of a cluster that are reached from outside are reached at its nodes.
fn is_on_the_nodes(cluster: &Cluster) -> bool {
    let load_balancer = cluster.declared.load_balancer.as_ref();
    load_balancer.is_some_and(|one| one.kind == LoadBalancerKind::ServiceLb)
}
