//! Forwarders: where each instance listens, who asks it from which address, and what lets
//! him in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::arrivals::{Arrival, Draft, Ingress};
use super::{Id, Node, Sourced, Tailnet, Topology};
use crate::declaration::language;
use crate::facts::tailnet;
use crate::scalar::{Address, Cidr, CidrSet, DnsName, Name, Port, Protocol};

/// A forwarder.
#[derive(Debug)]
pub struct Forwarder {
    /// Its name.
    pub name: Name,
    /// What was written.
    pub declared: language::Forwarder,
    /// Whose names it answers.
    pub tailnet: Id<Tailnet>,
    /// The port on which it listens.
    pub port: Sourced<Port>,
    /// The zones that it answers: the suffix first, then the reverse zones.
    pub zones: Vec<DnsName>,
    /// quad100, in the family that the tailnet has.
    pub upstream: IpAddr,
    /// One instance for each node.
    pub instances: Vec<Instance>,
}

/// A forwarder on one node.
#[derive(Debug)]
pub struct Instance {
    /// The node.
    pub node: Id<Node>,
    /// The addresses on which it listens, loopback first.
    pub listen: Vec<Address>,
    /// The protocols in which it answers.
    pub protocols: Vec<Protocol>,
    /// Who asks it.
    pub arrivals: Vec<Arrival>,
    /// The sources that its access list admits, without loopback, sorted.
    pub admitted: Vec<Cidr>,
    /// The same as a set.
    pub access: CidrSet,
}

impl Forwarder {
    /// The instance on a node.
    #[must_use]
    pub fn on(&self, node: Id<Node>) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.node == node)
    }
}

impl Instance {
    /// The addresses under which others than the node itself can ask it.
    pub fn reachable_addresses(&self) -> impl Iterator<Item = Address> {
        self.listen
            .iter()
            .copied()
            .filter(|address| !address.ip().is_loopback())
    }
}

/// The loopback addresses on which a forwarder listens for its own node.
const LOOPBACKS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

pub(super) fn forwarder(
    name: &Name,
    declared: &language::Forwarder,
    tailnet: Id<Tailnet>,
    port: Sourced<Port>,
    nodes: &[Id<Node>],
    topology: &Topology,
) -> Forwarder {
    let resolved = topology.tailnets.get(tailnet);
    let reverse = resolved
        .ranges
        .iter()
        .copied()
        .flat_map(DnsName::reverse_zones);
    let zones = std::iter::once(resolved.declared.suffix.value.clone())
        .chain(reverse)
        .collect();
    let upstream = if resolved.ranges.iter().any(|range| !range.is_ipv6()) {
        tailnet::QUAD100_V4
    } else {
        tailnet::QUAD100_V6
    };
    let draft = Draft {
        topology,
        declared,
        tailnet,
        port: port.value,
    };
    let instances = nodes
        .iter()
        .map(|node| instance(&draft, *node, declared, topology))
        .collect();
    Forwarder {
        name: name.clone(),
        declared: declared.clone(),
        tailnet,
        port,
        zones,
        upstream,
        instances,
    }
}

fn instance(
    draft: &Draft<'_>,
    node: Id<Node>,
    declared: &language::Forwarder,
    topology: &Topology,
) -> Instance {
    let listen = listen(node, declared, topology);
    let protocols = declared.protocols.as_ref().map_or_else(
        || vec![Protocol::Udp, Protocol::Tcp],
        |protocols| protocols.value.clone(),
    );
    let arrivals = draft.at(node, &listen);
    let mut admitted = match &declared.allow {
        Some(allow) => allow.value.clone(),
        None => arrivals
            .iter()
            .filter(|arrival| arrival.ingress != Ingress::Loopback)
            .map(|arrival| arrival.source)
            .collect(),
    };
    admitted.sort();
    admitted.dedup();
    Instance {
        node,
        listen,
        protocols,
        arrivals,
        access: CidrSet::new(admitted.iter().copied()),
        admitted,
    }
}

fn listen(node: Id<Node>, declared: &language::Forwarder, topology: &Topology) -> Vec<Address> {
    let resolved = topology.nodes.get(node);
    match &declared.listen {
        Some(addresses) => {
            let held = topology.held_addresses(node);
            addresses
                .iter()
                .map(|address| address.value)
                .filter(|address| address.ip().is_loopback() || held.contains(address))
                .collect()
        }
        None => {
            let own: Vec<Address> = resolved.addresses().collect();
            let has_ipv6 = own.iter().any(|address| address.ip().is_ipv6());
            LOOPBACKS
                .into_iter()
                .filter(|loopback| loopback.is_ipv4() || has_ipv6)
                .map(Address::from)
                .chain(own)
                .collect()
        }
    }
}
