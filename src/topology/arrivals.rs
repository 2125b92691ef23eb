//! Who asks a forwarder, and from which address it sees him.

mod sources;

use super::{Id, Node, Resolver, Tailnet, Topology};
use crate::declaration::language;
use crate::facts::Fact;
use crate::place::{Located, Place};
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, Cidr, ClientClass, DnsName, InterfaceName, ManageResolver, Port, ResolverKind,
    Upstream,
};

/// Clients of one kind as they arrive at an instance.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Who they are.
    pub class: ClientClass,
    /// Why they ask, e.g. "resolver blocky".
    pub because: String,
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

/// A forwarder about to be resolved.
pub(super) struct Draft<'a> {
    pub(super) topology: &'a Topology,
    pub(super) declared: &'a language::Forwarder,
    pub(super) tailnet: Id<Tailnet>,
    pub(super) port: Port,
}

/// Clients of a class, why they ask, and whom.
struct Asking {
    class: ClientClass,
    because: String,
    targets: Vec<Target>,
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
                        because: asking.because.clone(),
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

    fn asking(&self, node: Id<Node>, listen: &[Address]) -> Vec<Asking> {
        let derived = self.derived_targets(node, listen);
        let mut asking = vec![Asking {
            class: ClientClass::Node(self.topology.nodes.get(node).name.clone()),
            because: "the node's own tools".to_owned(),
            targets: derived.clone(),
        }];
        for resolver in self.topology.resolvers.values() {
            let targets = self.targets_of(resolver, node, &derived);
            if targets.is_empty() {
                continue;
            }
            let because = format!("resolver {}", resolver.name);
            for (class, is_here) in self.classes_of(resolver, node) {
                // Loopback is the host's own: elsewhere it leads to somebody else.
                let is_asked = |target: &&Target| is_here || !target.address.ip().is_loopback();
                asking.push(Asking {
                    class,
                    because: because.clone(),
                    targets: targets.iter().filter(is_asked).cloned().collect(),
                });
            }
        }
        for cluster in self.topology.clusters.values() {
            asking.push(Asking {
                class: ClientClass::Pods(cluster.name.clone()),
                because: format!("the DNS of cluster {}", cluster.name),
                targets: derived.clone(),
            });
        }
        for node in self.topology.nodes.values() {
            if node.resolves_names_of(self.tailnet) {
                asking.push(Asking {
                    class: ClientClass::Node(node.name.clone()),
                    because: format!("systemd-resolved on {}", node.name),
                    targets: derived.clone(),
                });
            }
        }
        for class in &self.declared.clients {
            asking.push(Asking {
                class: class.value.clone(),
                because: class.place.path.to_string(),
                targets: derived.clone(),
            });
        }
        asking
    }

    /// As whom a resolver asks, each with whether that is on `node` itself.
    fn classes_of(&self, resolver: &Resolver, node: Id<Node>) -> Vec<(ClientClass, bool)> {
        let topology = self.topology;
        if let Some(cluster) = resolver.cluster {
            let name = topology.clusters.get(cluster).name.clone();
            return vec![(ClientClass::Pods(name), false)];
        }
        let nodes = resolver.nodes.iter().map(|runs_on| {
            let name = topology.nodes.get(*runs_on).name.clone();
            (ClientClass::Node(name), *runs_on == node)
        });
        // One that runs on a machine which is only known about is found by its address.
        let devices = topology.devices.values().filter(|device| {
            let own = &resolver.declared.address.0;
            let mut addresses = device.declared.address.0.iter();
            addresses.any(|address| own.iter().any(|own| own.value == address.value))
        });
        let devices = devices.map(|device| (ClientClass::Device(device.name.clone()), false));
        nodes.chain(devices).collect()
    }

    /// Whether another declared resolver answers at an address of `node`: what is asked there is
    /// not meant for the forwarder.
    fn is_another_resolver(&self, resolver: &Resolver, node: Id<Node>, target: &Upstream) -> bool {
        let UpstreamHost::Address(address) = target.host else {
            return false;
        };
        self.topology.resolvers.values().any(|other| {
            let declared = &other.declared;
            let port = declared.port.map_or(53, Port::number);
            let listens = declared.listen.as_ref().is_none_or(|listen| {
                let mut listen = listen.iter();
                listen.any(|own| own.value == address || own.value.ip().is_unspecified())
            });
            let is_there = other.nodes.contains(&node) && port == target.port && listens;
            is_there && other.name != resolver.name
        })
    }

    /// Where clients ask this instance, as far as tailwright tells them: where it listens, or
    /// at the node's address where it listens on loopback alone.
    fn derived_targets(&self, node: Id<Node>, listen: &[Address]) -> Vec<Target> {
        let mut addresses: Vec<Address> = listen
            .iter()
            .copied()
            .filter(|address| !address.ip().is_loopback())
            .collect();
        if addresses.is_empty() {
            addresses = self.topology.nodes.get(node).addresses().collect();
        }
        addresses
            .into_iter()
            .map(|address| Target {
                address,
                port: self.port.number(),
                place: None,
            })
            .collect()
    }

    /// Where a resolver asks this instance for the suffix; nowhere where it asks others.
    fn targets_of(&self, resolver: &Resolver, node: Id<Node>, derived: &[Target]) -> Vec<Target> {
        if resolver.declared.kind.value == ResolverKind::Public {
            return Vec::new();
        }
        let suffix = &self
            .topology
            .tailnets
            .get(self.tailnet)
            .declared
            .suffix
            .value;
        match written_mapping(&resolver.declared, suffix) {
            Some(servers) => {
                let held = self.topology.held_addresses(node);
                servers
                    .iter()
                    .filter_map(|server| match server.host {
                        UpstreamHost::Address(address)
                            if (held.contains(&address) || address.ip().is_loopback())
                                && !self.is_another_resolver(resolver, node, &server.value) =>
                        {
                            Some(Target {
                                address,
                                port: server.port,
                                place: Some(server.place.clone()),
                            })
                        }
                        _ => None,
                    })
                    .collect()
            }
            None if resolver.manage == ManageResolver::None => Vec::new(),
            None => derived.to_vec(),
        }
    }
}

/// The servers that a resolver is written to ask for `zone`: those of the longest matching key.
fn written_mapping<'a>(
    resolver: &'a language::Resolver,
    zone: &DnsName,
) -> Option<&'a [Located<Upstream>]> {
    resolver
        .conditional
        .0
        .iter()
        .filter(|(key, _)| zone.is_within(key))
        .max_by_key(|(key, _)| key.as_str().len())
        .map(|(_, (_, servers))| servers.0.as_slice())
}
