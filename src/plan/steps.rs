//! Which steps a topology has.

use super::What;
use super::graph::{Graph, Weight};
use crate::scalar::{ManageResolver, Os, ResolverKind, Role};
use crate::topology::arrivals::{cluster_asks, resolver_asks};
use crate::topology::{Forwarder, Id, Node, Resolver, Topology};

pub(super) fn add(topology: &Topology, graph: &mut Graph) {
    if topology.secrets.first().is_some() {
        graph.add(What::Secrets, 0);
    }
    for (id, node) in topology.nodes.iter() {
        let weight = weight(topology, id);
        if node.declared.os == Os::Nixos || weight == RELIED_ON {
            graph.add(What::Node(id), weight);
        }
        if let Some(membership) = &node.tailscale
            && advertises(node)
        {
            graph.add(What::Routes(membership.tailnet), 0);
        }
    }
    for (id, resolver) in topology.resolvers.iter() {
        if changes(topology, resolver) {
            graph.add(What::Resolver(id), 0);
        }
    }
    for forwarder in topology.forwarders.values() {
        for (cluster, _) in topology.clusters.iter() {
            if cluster_asks(topology, cluster, forwarder) {
                graph.add(What::ClusterDns(cluster), 0);
            }
        }
    }
    for (id, device) in topology.devices.iter() {
        if !device.declared.nameservers.is_empty() {
            graph.add(What::Device(id), 0);
        }
    }
    for (id, site) in topology.sites.iter() {
        if !site.declared.nameservers.is_empty() {
            graph.add(What::Dhcp(id), 0);
        }
    }
    for (id, tailnet) in topology.tailnets.iter() {
        let declared = &tailnet.declared;
        if !declared.nameservers.is_empty() || !declared.split_dns.0.is_empty() {
            graph.add(What::TailnetDns(id), 0);
        }
    }
}

/// Others rely on the node for DNS or for a route.
const RELIED_ON: Weight = 2;

fn weight(topology: &Topology, id: Id<Node>) -> Weight {
    let node = topology.nodes.get(id);
    let mut forwarders = topology.forwarders.values();
    if forwarders.any(|forwarder| forwarder.on(id).is_some()) || advertises(node) {
        RELIED_ON
    } else {
        Weight::from(node.has_role(Role::ControlPlane))
    }
}

/// Whether a node advertises something that has to be approved.
pub(super) fn advertises(node: &Node) -> bool {
    node.tailscale.as_ref().is_some_and(|membership| {
        !membership.advertised_routes.is_empty() || node.has_role(Role::ExitNode)
    })
}

/// Whether a resolver is generated, or asks a forwarder.
fn changes(topology: &Topology, resolver: &Resolver) -> bool {
    let asks = |forwarder: &Forwarder| {
        let mut instances = forwarder.instances.iter();
        instances.any(|instance| resolver_asks(topology, resolver, forwarder, instance))
    };
    resolver.declared.kind.value != ResolverKind::Public
        && (resolver.manage == ManageResolver::App || topology.forwarders.values().any(asks))
}
