//! Forwarders: where each instance listens, who asks it from which address, and what lets
//! him in.

use std::collections::BTreeMap;
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
    pub admitted: Vec<Admission>,
    /// The same as a set.
    pub access: CidrSet,
    /// The same, by the interfaces by which the generated firewall lets them in.
    pub openings: BTreeMap<Scope, CidrSet>,
}

/// A source that an access list admits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Admission {
    /// The source.
    pub source: Cidr,
    /// By which interfaces it comes in.
    pub by: Scope,
}

/// By which interfaces a source may come in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// By this one only.
    Only(String),
    /// By all but the tailnet's: pods and LANs come by several, whose names differ by node.
    NotTailnet,
    /// By any: members of the tailnet are among those who also come by another way.
    Any,
}

impl Scope {
    /// Whether packets that come in this way may be let in. What is not known is taken to be so.
    #[must_use]
    pub fn lets_in(&self, ingress: &Ingress) -> bool {
        match (self, ingress) {
            (Self::Any, _) => true,
            (Self::NotTailnet, ingress) => *ingress != Ingress::Tailnet,
            (Self::Only(name), Ingress::Tailnet) => name == tailnet::INTERFACE,
            (Self::Only(name), Ingress::Interface(own)) => name == own.as_str(),
            (Self::Only(name), Ingress::Lan) => name != tailnet::INTERFACE,
            (Self::Only(_), Ingress::Pods | Ingress::OwnPods | Ingress::Loopback) => false,
        }
    }
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
    let ranges = &topology.tailnets.get(draft.tailnet).ranges;
    let admitted = match &declared.allow {
        Some(allow) => written_admissions(&allow.value, &arrivals, ranges),
        None => derived_admissions(&arrivals),
    };
    let mut by_scope: BTreeMap<Scope, Vec<Cidr>> = BTreeMap::new();
    for admission in &admitted {
        let sources = by_scope.entry(admission.by.clone()).or_default();
        sources.push(admission.source);
    }
    Instance {
        node,
        listen,
        protocols,
        arrivals,
        access: CidrSet::new(admitted.iter().map(|admission| admission.source)),
        openings: by_scope
            .into_iter()
            .map(|(scope, sources)| (scope, CidrSet::new(sources)))
            .collect(),
        admitted,
    }
}

/// Everybody who arrives, by the ways in which he does.
fn derived_admissions(arrivals: &[Arrival]) -> Vec<Admission> {
    let mut ways: BTreeMap<Cidr, Vec<&Ingress>> = BTreeMap::new();
    for arrival in arrivals {
        if arrival.ingress != Ingress::Loopback {
            let known = ways.entry(arrival.source).or_default();
            if !known.contains(&&arrival.ingress) {
                known.push(&arrival.ingress);
            }
        }
    }
    ways.into_iter()
        .map(|(source, ways)| Admission {
            source,
            by: scope(&ways),
        })
        .collect()
}

/// What `allow` says, by the ways in which those arrive whom it admits.
fn written_admissions(allow: &[Cidr], arrivals: &[Arrival], ranges: &[Cidr]) -> Vec<Admission> {
    let mut sources = allow.to_vec();
    sources.sort();
    sources.dedup();
    sources
        .into_iter()
        .map(|source| {
            let ways: Vec<&Ingress> = arrivals
                .iter()
                .filter(|arrival| arrival.ingress != Ingress::Loopback)
                .filter(|arrival| source.overlaps(arrival.source))
                .map(|arrival| &arrival.ingress)
                .collect();
            let by = if !ways.is_empty() {
                scope(&ways)
            } else if ranges.iter().any(|range| range.contains(source)) {
                Scope::Only(tailnet::INTERFACE.to_owned())
            } else if ranges.iter().any(|range| source.contains(*range)) {
                Scope::Any
            } else {
                Scope::NotTailnet
            };
            Admission { source, by }
        })
        .collect()
}

/// The narrowest scope that covers all ways; there is at least one.
fn scope(ways: &[&Ingress]) -> Scope {
    let is_one = ways.iter().all(|way| way == &ways[0]);
    match ways.first() {
        Some(Ingress::Interface(name)) if is_one => Scope::Only(name.to_string()),
        Some(Ingress::Tailnet) if is_one => Scope::Only(tailnet::INTERFACE.to_owned()),
        _ if ways.contains(&&Ingress::Tailnet) => Scope::Any,
        _ => Scope::NotTailnet,
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
