//! ## What it does
//!
//! Finds addresses that two things have: nodes, devices, resolvers with addresses of their own,
//! virtual addresses. Addresses of Services belong to their cluster alone and are not compared.
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
use crate::scalar::Address;
use crate::topology::Topology;

rule!("TW103", "duplicate-address", Error, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<Address, (String, Place)> = BTreeMap::new();
    let mut look = |what: String, addresses: &[Located<Address>]| {
        for address in addresses {
            match seen.get(&address.value) {
                Some((first, place)) => findings.push(
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
                None => {
                    seen.insert(address.value, (what.clone(), address.place.clone()));
                }
            }
        }
    };
    for node in topology.nodes.values() {
        look(format!("node {}", node.name), &node.declared.address.0);
        if let Some(membership) = &node.tailscale {
            look(
                format!("node {}", node.name),
                &membership.declared.address.0,
            );
        }
    }
    for device in topology.devices.values() {
        look(
            format!("device {}", device.name),
            &device.declared.address.0,
        );
        if let Some(membership) = &device.tailscale {
            look(
                format!("device {}", device.name),
                &membership.declared.address.0,
            );
        }
    }
    for site in topology.sites.values() {
        for address in &site.declared.virtual_addresses {
            look(
                "a virtual address".to_owned(),
                std::slice::from_ref(&address.address),
            );
        }
    }
    // A resolver on nodes is asked at their addresses; one in a cluster has its own.
    // A Service's is looked at by nobody outside the cluster: other clusters have the same, and the
    // cluster's own DNS may be declared as a resolver.
    for resolver in topology.resolvers.values() {
        let Some(cluster) = resolver
            .cluster
            .map(|cluster| topology.clusters.get(cluster))
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
                    std::slice::from_ref(address),
                );
            }
        }
    }
}
