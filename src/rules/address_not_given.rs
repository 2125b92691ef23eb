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
use crate::declaration::language::LoadBalancer;
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
    let (finding, fact) = match balancer.kind {
        LoadBalancerKind::CiliumL2 | LoadBalancerKind::Metallb => (
            outside_pools(resolver, cluster, balancer, address)?,
            &ADDRESSES_COME_FROM_POOLS,
        ),
        // What is generated is refused with such an address where it is resolved.
        LoadBalancerKind::ServiceLb if resolver.app.is_none() => (
            of_no_node(resolver, cluster, address),
            &SERVICELB_GIVES_NODES,
        ),
        LoadBalancerKind::ServiceLb | LoadBalancerKind::KubeVip => return None,
    };
    Some(
        finding
            .related(&balancer.place, "what gives addresses")
            .note(format!("{} ({})", fact.says, fact.source)),
    )
}

fn outside_pools(
    resolver: &Resolver,
    cluster: &Cluster,
    balancer: &LoadBalancer,
    address: &Located<Address>,
) -> Option<Finding> {
    let pools = &balancer.pools;
    let mut of_address = pools.iter();
    let is_known = of_address.any(|pool| pool.value.contains_address(address.value));
    if pools.is_empty() || is_known {
        return None;
    }
    let pools: Vec<String> = pools.iter().map(|pool| pool.value.to_string()).collect();
    Some(
        Finding::new(
            &RULE,
            &address.place,
            format!(
                "the load balancer of cluster {} can't give {} to resolver {}",
                cluster.name, address.value, resolver.name
            ),
        )
        .label(format!("in none of its pools: {}", pools.join(", ")))
        .help("give the resolver an address of a pool, or add this one to `pools`"),
    )
}

fn of_no_node(resolver: &Resolver, cluster: &Cluster, address: &Located<Address>) -> Finding {
    let mut finding = Finding::new(
        &RULE,
        &address.place,
        format!(
            "no node of cluster {} has {}, the address of resolver {}",
            cluster.name, address.value, resolver.name
        ),
    )
    .label("nobody listens there")
    .help("write the address of a node, or declare the node that has it");
    finding.level = Level::Warning;
    finding
}
