//! Who asks a forwarder, and from which address it sees him.

use super::forwarding::{Arrival, Ingress, SourceKind, Target, held_addresses};
use super::{Cluster, Id, Node, Resolver, Tailnet, Topology};
use crate::declaration::language;
use crate::facts::source_nat::{self, Destination, SeenAs};
use crate::place::{Located, Place};
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, Cidr, ClientClass, DnsName, ManageResolver, NodeResolver, Port, ResolverKind, Role,
    Upstream,
};

/// A forwarder about to be resolved.
pub(super) struct Site<'a> {
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

/// A source address as an instance sees it.
struct Source {
    cidr: Cidr,
    seen_as: SourceKind,
    ingress: Ingress,
    fact: Option<&'static crate::facts::Fact>,
    place: Place,
}

impl Site<'_> {
    /// Everybody who asks the instance on `node`, which listens on `listen`.
    pub(super) fn at(&self, node: Id<Node>, listen: &[Address]) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        for asking in self.asking(node, listen) {
            let families = |cidr: Cidr| {
                asking
                    .targets
                    .iter()
                    .any(|target| target.address.ip().is_ipv6() == cidr.is_ipv6())
            };
            let sources = self.sources(&asking.class, node);
            for source in sources.into_iter().filter(|source| families(source.cidr)) {
                arrivals.push(Arrival {
                    class: asking.class.clone(),
                    because: asking.because.clone(),
                    source: source.cidr,
                    seen_as: source.seen_as,
                    ingress: source.ingress,
                    fact: source.fact,
                    place: source.place,
                    targets: asking
                        .targets
                        .iter()
                        .filter(|target| target.address.ip().is_ipv6() == source.cidr.is_ipv6())
                        .cloned()
                        .collect(),
                });
            }
        }
        arrivals
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
            let classes = match resolver.cluster {
                Some(cluster) => vec![self.pods(cluster)],
                None => resolver.nodes.iter().map(|node| self.node(*node)).collect(),
            };
            asking.extend(classes.into_iter().map(|class| Asking {
                class,
                because: because.clone(),
                targets: targets.clone(),
            }));
        }
        for cluster in self.topology.clusters.values() {
            asking.push(Asking {
                class: ClientClass::Pods(cluster.name.clone()),
                because: format!("the DNS of cluster {}", cluster.name),
                targets: derived.clone(),
            });
        }
        for node in self.topology.nodes.values() {
            if node.resolver() == NodeResolver::Resolved {
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

    fn pods(&self, cluster: Id<Cluster>) -> ClientClass {
        ClientClass::Pods(self.topology.clusters.get(cluster).name.clone())
    }

    fn node(&self, node: Id<Node>) -> ClientClass {
        ClientClass::Node(self.topology.nodes.get(node).name.clone())
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
                let held = held_addresses(node, self.topology);
                servers
                    .iter()
                    .filter_map(|server| match server.host {
                        UpstreamHost::Address(address) if held.contains(&address) => Some(Target {
                            address,
                            port: server.port,
                            place: Some(server.place.clone()),
                        }),
                        _ => None,
                    })
                    .collect()
            }
            None if resolver.manage == ManageResolver::None => Vec::new(),
            None => derived.to_vec(),
        }
    }

    /// The source addresses of a class, as the instance on `node` sees them.
    fn sources(&self, class: &ClientClass, node: Id<Node>) -> Vec<Source> {
        let topology = self.topology;
        let instance = topology.nodes.get(node);
        match class {
            ClientClass::Pods(name) => topology
                .clusters
                .find(name.as_str())
                .map(|(id, cluster)| pod_sources(topology, id, cluster, node))
                .unwrap_or_default(),
            ClientClass::Node(name) => topology
                .nodes
                .find(name.as_str())
                .map(|(id, asking)| node_sources(asking, instance, id == node))
                .unwrap_or_default(),
            ClientClass::Lan(name) => topology
                .sites
                .find(name.as_str())
                .map(|(_, site)| {
                    let lans = site.declared.lans.iter();
                    lans.map(|lan| other(lan.value, &lan.place, lan_ingress(instance)))
                        .collect()
                })
                .unwrap_or_default(),
            ClientClass::Device(name) => topology
                .devices
                .find(name.as_str())
                .map(|(_, device)| {
                    let addresses = device.declared.address.0.iter();
                    addresses
                        .map(|a| other(a.value.as_cidr(), &a.place, lan_ingress(instance)))
                        .collect()
                })
                .unwrap_or_default(),
            ClientClass::Tailnet => self.members(&self.declared.place),
            ClientClass::TailnetRoutes => self.routed_members(node),
            ClientClass::Outside => Vec::new(),
        }
    }

    /// Tailnet members who ask the node directly.
    fn members(&self, place: &Place) -> Vec<Source> {
        let ranges = self.topology.tailnets.get(self.tailnet).ranges.iter();
        ranges
            .map(|range| other(*range, place, Ingress::Tailnet))
            .collect()
    }

    /// Tailnet members who come through a subnet router: this node, which sees their own
    /// address, or another one, behind whose address they hide.
    fn routed_members(&self, node: Id<Node>) -> Vec<Source> {
        let instance = self.topology.nodes.get(node);
        let mut sources = self.members(&self.declared.place);
        for (id, router) in self.topology.nodes.iter() {
            let routes = router.has_role(Role::SubnetRouter) && router.site == instance.site;
            if id != node && routes {
                sources.extend(node_sources(router, instance, false));
            }
        }
        sources
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

fn other(cidr: Cidr, place: &Place, ingress: Ingress) -> Source {
    Source {
        cidr,
        seen_as: SourceKind::Other,
        ingress,
        fact: None,
        place: place.clone(),
    }
}

fn lan_ingress(node: &Node) -> Ingress {
    node.declared
        .interface
        .as_ref()
        .map_or(Ingress::Lan, |interface| {
            Ingress::Interface(interface.value.clone())
        })
}

fn node_sources(asking: &Node, instance: &Node, is_own: bool) -> Vec<Source> {
    let ingress = if is_own {
        Ingress::Loopback
    } else {
        lan_ingress(instance)
    };
    let addresses = asking.declared.address.0.iter();
    addresses
        .map(|address| Source {
            cidr: address.value.as_cidr(),
            seen_as: SourceKind::Node,
            ingress: ingress.clone(),
            fact: None,
            place: address.place.clone(),
        })
        .collect()
}

/// Pods keep their address or hide behind their node's, depending on the plug-in and on
/// where the instance is.
fn pod_sources(
    topology: &Topology,
    id: Id<Cluster>,
    cluster: &Cluster,
    node: Id<Node>,
) -> Vec<Source> {
    let instance = topology.nodes.get(node);
    let keeps = |address: Address| {
        let ranges = &cluster.declared.non_masquerade_cidrs;
        ranges
            .iter()
            .any(|range| range.value.contains_address(address))
    };
    let in_cluster = instance.cluster == Some(id);
    let destination = if in_cluster {
        Destination::OtherNode
    } else {
        Destination::Outside
    };
    let exempt = instance.addresses().any(keeps);
    let masquerades = cluster.masquerades() && !exempt;
    let (seen_as, fact) = source_nat::seen_as(cluster.cni.value, masquerades, destination);

    let mut sources = Vec::new();
    if in_cluster || seen_as == SeenAs::Pod {
        let (_, own) = source_nat::seen_as(cluster.cni.value, masquerades, Destination::OwnNode);
        let fact = if seen_as == SeenAs::Pod { fact } else { own };
        sources.extend(cluster.pod_cidrs.iter().map(|range| Source {
            cidr: range.value,
            seen_as: SourceKind::Pod,
            ingress: Ingress::Pods,
            fact: Some(fact),
            place: range.place.clone(),
        }));
    }
    if seen_as == SeenAs::Node {
        let others = topology
            .nodes
            .iter()
            .filter(|(other, asking)| *other != node && asking.cluster == Some(id));
        for (_, asking) in others {
            let behind = node_sources(asking, instance, false);
            sources.extend(behind.into_iter().map(|source| Source {
                fact: Some(fact),
                ..source
            }));
        }
        sources.extend(cluster.declared.node_cidrs.iter().map(|range| Source {
            cidr: range.value,
            seen_as: SourceKind::Node,
            ingress: lan_ingress(instance),
            fact: Some(fact),
            place: range.place.clone(),
        }));
    }
    sources
}
