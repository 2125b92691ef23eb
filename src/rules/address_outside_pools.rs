//! ## What it does
//!
//! Finds resolvers in a cluster whose address is in none of the pools of the cluster's load balancer, where
//! it has some.
//!
//! Not found are addresses that the load balancer does not give out: those of nodes, addresses that move
//! between nodes, a Service's, and those of resolvers with `expose = "tailnet"`.
//!
//! ## Why is this bad?
//!
//! The Service waits for its address, and nobody announces it: queries arrive at nothing.
//!
//! ## Example
//!
//! ```nix
//! clusters.home.loadBalancer = { kind = "metallb"; pools = [ "10.10.10.224/28" ]; };
//! resolvers.blocky = { cluster = "home"; address = "10.10.10.100"; };
//! ```
//!
//! ## What to do
//!
//! Take an address of a pool, or add a pool with this one.

use super::Check;
use crate::finding::Finding;
use crate::scalar::{Address, Cidr, Expose};
use crate::topology::{Cluster, Topology};

rule!("TW603", "address-outside-pools", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let Some(cluster) = resolver.cluster.map(|id| topology.clusters.get(id)) else {
            continue;
        };
        let balancer = cluster.declared.load_balancer.as_ref();
        let Some(pools) = balancer.map(|balancer| &balancer.pools) else {
            continue;
        };
        let is_exposed = resolver.declared.expose == Some(Expose::Tailnet);
        if pools.is_empty() || is_exposed {
            continue;
        }
        let ranges: Vec<Cidr> = pools.iter().map(|pool| pool.value).collect();
        let addresses = resolver.declared.address.0.iter();
        for address in addresses.filter(|own| !is_given(topology, cluster, &ranges, own.value)) {
            let text = format!(
                "resolver {} has {}, which the load balancer of cluster {} does not give out",
                resolver.name, address.value, cluster.name
            );
            let words: Vec<String> = ranges.iter().map(ToString::to_string).collect();
            let mut finding = Finding::new(&RULE, &address.place, text).label("in no pool");
            if let Some(pool) = pools.first() {
                finding = finding.related(&pool.place, format!("gives out {}", words.join(", ")));
            }
            findings.push(
                finding
                    .note("the Service waits for its address, and nobody announces it")
                    .help("take an address of a pool, or add a pool with this one"),
            );
        }
    }
}

/// Whether an address is a pool's, a Service's, or on the cluster's nodes as such.
fn is_given(topology: &Topology, cluster: &Cluster, pools: &[Cidr], address: Address) -> bool {
    let services = cluster.service_cidrs.iter().map(|range| range.value);
    let mut ranges = services.chain(pools.iter().copied());
    ranges.any(|range| range.contains_address(address)) || topology.is_held(address)
}
