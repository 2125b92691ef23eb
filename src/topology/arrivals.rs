//! Who asks a forwarder, and from which address it sees him.

mod asking;
mod sources;

use std::fmt;

use super::{Cluster, Forwarder, Id, Instance, Node, Resolver, Tailnet, Topology};
use crate::declaration::language;
use crate::facts::Fact;
use crate::facts::source_nat::SeenAs;
use crate::place::{AttrPath, Place};
use crate::scalar::{Address, Cidr, ClientClass, InterfaceName, Name, Port};

/// Clients of one kind as they arrive at an instance.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Who they are.
    pub class: ClientClass,
    /// On whose behalf they ask.
    pub asker: Asker,
    /// The addresses that the instance sees as their source.
    pub source: Cidr,
    /// Whose addresses these are.
    pub seen_as: SourceKind,
    /// By which interface they come in.
    pub ingress: Ingress,
    /// The fact that decides the source address, where it is not simply their own.
    pub fact: Option<&'static Fact>,
    /// Where the source's range or address is declared.
    pub place: Place,
    /// Whom they ask: addresses and ports that are meant to be this instance.
    pub targets: Vec<Target>,
}

/// What makes clients ask a forwarder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The tools of the forwarder's own node.
    OwnTools,
    /// A resolver that maps the suffix to it.
    Resolver(Name),
    /// The DNS of a cluster, with a zone of its own for the suffix.
    ClusterDns(Name),
    /// systemd-resolved on a node.
    Resolved(Name),
    /// A list of name servers that clients of a class are given.
    NameServers(ClientClass),
    /// An entry of the forwarder's `clients`.
    Declared(AttrPath),
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnTools => f.write_str("the node's own tools"),
            Self::Resolver(name) => write!(f, "resolver {name}"),
            Self::ClusterDns(name) => write!(f, "the DNS of cluster {name}"),
            Self::Resolved(name) => write!(f, "systemd-resolved on {name}"),
            Self::NameServers(class) => write!(f, "name servers of {class}"),
            Self::Declared(path) => path.fmt(f),
        }
    }
}

/// An address and port that clients are told to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The address.
    pub address: Address,
    /// The port.
    pub port: u16,
    /// Where it is written; `None` where it is derived.
    pub place: Option<Place>,
}

/// Whose address a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A pod's own.
    Pod,
    /// A node's: its own programs, or pods behind its source NAT.
    Node,
    /// Something else's own: a LAN's, a tailnet member's, a device's.
    Other,
}

/// By which interface a packet comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingress {
    /// From the node itself.
    Loopback,
    /// By one of the network plug-in's interfaces: pods of the same node.
    OwnPods,
    /// By one of the network plug-in's interfaces or by the LAN's: which one depends on where
    /// the pod runs.
    Pods,
    /// By this interface.
    Interface(InterfaceName),
    /// By the LAN's interface, whose name is not declared.
    Lan,
    /// By tailscaled's.
    Tailnet,
}

impl Ingress {
    /// By the interface of a node's LAN.
    #[must_use]
    pub fn of_lan(node: &Node) -> Self {
        let interface = node.declared.interface.as_ref();
        interface.map_or(Self::Lan, |interface| {
            Self::Interface(interface.value.clone())
        })
    }
}

/// A forwarder about to be resolved.
pub(super) struct Draft<'a> {
    pub(super) topology: &'a Topology,
    pub(super) declared: &'a language::Forwarder,
    pub(super) tailnet: Id<Tailnet>,
    pub(super) port: Port,
}

impl Draft<'_> {
    /// Everybody who asks the instance on `node`, which listens on `listen`.
    pub(super) fn at(&self, node: Id<Node>, listen: &[Address]) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        for asking in self.asking(node, listen) {
            // From which address a client arrives depends on where it asks: the tailnet's
            // addresses are reached through the tailnet, in the family that is asked.
            for in_tailnet in [false, true] {
                let sources = self.sources(&asking.class, node, in_tailnet);
                for source in sources {
                    let is_asked = |target: &&Target| {
                        self.is_in_tailnet(target.address) == in_tailnet
                            && target.address.ip().is_ipv6() == source.cidr.is_ipv6()
                    };
                    let targets: Vec<Target> =
                        asking.targets.iter().filter(is_asked).cloned().collect();
                    if targets.is_empty() {
                        continue;
                    }
                    arrivals.push(Arrival {
                        class: asking.class.clone(),
                        asker: asking.asker.clone(),
                        source: source.cidr,
                        seen_as: source.seen_as,
                        ingress: source.ingress,
                        fact: source.fact,
                        place: source.place,
                        targets,
                    });
                }
            }
        }
        arrivals
    }

    /// Whether an address is one of the tailnet's members.
    fn is_in_tailnet(&self, address: Address) -> bool {
        let ranges = &self.topology.tailnets.get(self.tailnet).ranges;
        ranges.iter().any(|range| range.contains_address(address))
    }
}

impl<'a> Draft<'a> {
    fn of(topology: &'a Topology, forwarder: &'a Forwarder) -> Self {
        Self {
            topology,
            declared: &forwarder.declared,
            tailnet: forwarder.tailnet,
            port: forwarder.port.value,
        }
    }
}

/// Whether a resolver asks an instance of a forwarder, whether or not it is known from where.
#[must_use]
pub fn resolver_asks(
    topology: &Topology,
    resolver: &Resolver,
    forwarder: &Forwarder,
    instance: &Instance,
) -> bool {
    let draft = Draft::of(topology, forwarder);
    let derived = draft.derived_targets(instance.node, &instance.listen);
    !draft
        .targets_of(resolver, instance.node, &derived)
        .is_empty()
}

/// Whether the DNS of a cluster asks a forwarder for the names of its tailnet.
#[must_use]
pub fn cluster_asks(topology: &Topology, cluster: Id<Cluster>, forwarder: &Forwarder) -> bool {
    let draft = Draft::of(topology, forwarder);
    draft.concerns(draft.nodes_of(cluster))
}

/// Nodes behind whose address pods hide from an instance, but of which no address is known.
#[must_use]
pub fn unknown_hiding_places<'a>(
    topology: &'a Topology,
    instance: &Instance,
) -> Vec<(&'a Node, &'static Fact)> {
    let asks = |cluster: &Cluster| {
        let class = ClientClass::Pods(cluster.name.clone());
        instance
            .arrivals
            .iter()
            .any(|arrival| arrival.class == class)
    };
    let mut unknown = Vec::new();
    for (id, cluster) in topology.clusters.iter() {
        let (seen_as, fact) = sources::pods_seen_as(topology, id, instance.node);
        let is_known = !cluster.declared.node_cidrs.is_empty();
        if seen_as == SeenAs::Pod || is_known || !asks(cluster) {
            continue;
        }
        let others = topology.nodes.iter().filter(|(other, node)| {
            *other != instance.node
                && node.cluster == Some(id)
                && node.addresses().next().is_none()
                && node.tailscale.is_none()
        });
        unknown.extend(others.map(|(_, node)| (node, fact)));
    }
    unknown
}
