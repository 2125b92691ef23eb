//! Who asks a forwarder, and from which address it sees him.

use super::forwarding::{Arrival, Ingress, SourceKind, Target, held_addresses};
use super::{Cluster, Id, Membership, Node, Resolver, Tailnet, Topology};
use crate::declaration::language;
use crate::facts::source_nat::{self, Destination, SeenAs};
use crate::place::{Located, Place};
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, Cidr, ClientClass, DnsName, ManageResolver, NodeResolver, Port, ResolverKind, Upstream,
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
                let held = held_addresses(node, self.topology);
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
                .map(|(id, asking)| {
                    let routed = self.off_site(asking.site, asking.tailscale.as_ref(), node);
                    routed
                        .filter(|_| id != node)
                        .unwrap_or_else(|| node_sources(asking, instance, id == node))
                })
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
                    self.off_site(device.site, device.tailscale.as_ref(), node)
                        .unwrap_or_else(|| {
                            addresses
                                .map(|a| other(a.value.as_cidr(), &a.place, lan_ingress(instance)))
                                .collect()
                        })
                })
                .unwrap_or_default(),
            ClientClass::Tailnet => self.members(Ingress::Tailnet),
            ClientClass::TailnetRoutes => self.routed_members(node),
            ClientClass::Outside => Vec::new(),
        }
    }

    /// Any members of the tailnet, with their own addresses.
    fn members(&self, ingress: Ingress) -> Vec<Source> {
        let ranges = self.topology.tailnets.get(self.tailnet).ranges.iter();
        ranges
            .map(|range| other(*range, &self.declared.place, ingress.clone()))
            .collect()
    }

    /// Members who take routes. They come through a subnet router, or directly where there is
    /// none or where the forwarder listens in the tailnet.
    fn routed_members(&self, node: Id<Node>) -> Vec<Source> {
        let routed = self.through_routers(node, |ingress| self.members(ingress));
        let ranges = &self.topology.tailnets.get(self.tailnet).ranges;
        let mut listen = self.declared.listen.iter().flatten();
        let in_tailnet = |address: &Located<Address>| {
            let mut ranges = ranges.iter();
            ranges.any(|range| range.contains_address(address.value))
        };
        let mut sources = routed.unwrap_or_else(|| self.members(Ingress::Tailnet));
        if listen.any(in_tailnet) {
            sources.extend(self.members(Ingress::Tailnet));
        }
        sources
    }

    /// Where a member that is not in the node's site comes from: through a subnet router, if it
    /// takes routes and there is one. `None`: by another way than the tailnet.
    fn off_site(
        &self,
        site: Option<Id<super::Site>>,
        membership: Option<&Membership>,
        node: Id<Node>,
    ) -> Option<Vec<Source>> {
        let is_in_site = site.is_some() && site == self.topology.nodes.get(node).site;
        let takes =
            |member: &&Membership| member.tailnet == self.tailnet && member.accept_routes.value;
        let membership = membership.filter(takes).filter(|_| !is_in_site)?;
        let own = &membership.declared.address.0;
        self.through_routers(node, |ingress| {
            if own.is_empty() {
                return self.members(ingress);
            }
            own.iter()
                .map(|address| other(address.value.as_cidr(), &address.place, ingress.clone()))
                .collect()
        })
    }

    /// Members as they arrive through each subnet router to the node: through this node itself
    /// with their own address, through another one behind that one's, unless its source NAT is
    /// off. `None` where nobody advertises a route to the node.
    fn through_routers(
        &self,
        node: Id<Node>,
        own: impl Fn(Ingress) -> Vec<Source>,
    ) -> Option<Vec<Source>> {
        let instance = self.topology.nodes.get(node);
        let mut sources = None;
        for (id, router) in self.topology.nodes.iter() {
            let Some(membership) = router.tailscale.as_ref() else {
                continue;
            };
            let mut routes = membership.advertised_routes.iter();
            let leads_here = membership.tailnet == self.tailnet
                && routes.any(|route| {
                    let mut addresses = instance.addresses();
                    addresses.any(|address| route.value.contains_address(address))
                });
            if leads_here {
                sources.get_or_insert_with(Vec::new).extend(if id == node {
                    own(Ingress::Tailnet)
                } else if membership.snat_subnet_routes {
                    node_sources(router, instance, false)
                } else {
                    own(lan_ingress(instance))
                });
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
