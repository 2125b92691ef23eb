//! ## What it does
//!
//! Finds addresses of resolvers in a cluster that its load balancer can't give them: outside of the pools
//! of Cilium or MetalLB, and with ServiceLB one that is no node's (a warning: nodes may be undeclared).
//!
//! Not found are addresses of Services and of the cluster's nodes, those of a resolver that is exposed in
//! the tailnet, and clusters whose load balancer or pools are not declared: who gives addresses there is
//! not known. kube-vip gives a Service the address that it asks for, whatever its pools are.
//!
//! ## Why is this bad?
//!
//! The Service waits for an address and gets none. Nobody answers at the one that clients were given.
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
//! Give the resolver an address of a pool, or add its address to the pools.

use super::Check;
use crate::facts::Fact;
use crate::facts::kubernetes::{ADDRESSES_COME_FROM_POOLS, SERVICELB_GIVES_NODES};
use crate::finding::{Finding, Level};
use crate::place::Located;
use crate::scalar::{Address, Expose, LoadBalancerKind};
use crate::topology::{Cluster, Id, Resolver, Topology};

rule!("TW603", "address-not-given", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let Some(id) = resolver.cluster else { continue };
        if resolver.declared.expose == Some(Expose::Tailnet) {
            continue;
        }
        for address in &resolver.declared.address.0 {
            if !is_of_cluster(topology, id, address.value) {
                findings.extend(finding(resolver, topology.clusters.get(id), address));
            }
        }
    }
}

/// Whether a cluster has an address without a load balancer: a Service's, or a node's.
fn is_of_cluster(topology: &Topology, id: Id<Cluster>, address: Address) -> bool {
    let cluster = topology.clusters.get(id);
    let mut services = cluster.service_cidrs.iter();
    let mut undeclared = cluster.declared.node_cidrs.iter();
    services.any(|range| range.value.contains_address(address))
        || undeclared.any(|range| range.value.contains_address(address))
        || topology.nodes.iter().any(|(node, declared)| {
            declared.cluster == Some(id) && topology.held_addresses(node).contains(&address)
        })
}

fn finding(resolver: &Resolver, cluster: &Cluster, address: &Located<Address>) -> Option<Finding> {
    let balancer = cluster.declared.load_balancer.as_ref()?;
    let found = |message: String, label: &str, fact: &Fact| {
        Finding::new(&RULE, &address.place, message)
            .label(label)
            .related(&balancer.place, "what gives addresses")
            .note(format!("{} ({})", fact.says, fact.source))
    };
    match balancer.kind {
        LoadBalancerKind::CiliumL2 | LoadBalancerKind::Metallb => {
            let mut pools = balancer.pools.iter();
            if balancer.pools.is_empty()
                || pools.any(|pool| pool.value.contains_address(address.value))
            {
                return None;
            }
            let pools: Vec<String> = balancer
                .pools
                .iter()
                .map(|pool| pool.value.to_string())
                .collect();
            Some(
                found(
                    format!(
                        "the load balancer of cluster {} can't give {} to resolver {}",
                        cluster.name, address.value, resolver.name
                    ),
                    "in none of its pools",
                    &ADDRESSES_COME_FROM_POOLS,
                )
                .note(format!("its pools are {}", pools.join(", ")))
                .help("give the resolver an address of a pool, or add this one to `pools`"),
            )
        }
        // What is generated is refused with such an address where it is resolved.
        LoadBalancerKind::ServiceLb if resolver.app.is_none() => {
            let mut finding = found(
                format!(
                    "{}, the address of resolver {}, is none of a node of cluster {}",
                    address.value, resolver.name, cluster.name
                ),
                "no declared node of the cluster has it",
                &SERVICELB_GIVES_NODES,
            )
            .help("write the address of a node, or declare the node that has it");
            finding.level = Level::Warning;
            Some(finding)
        }
        LoadBalancerKind::ServiceLb | LoadBalancerKind::KubeVip => None,
    }
}
