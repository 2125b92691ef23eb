//! Who asks a forwarder, why, and where.

use super::{Asker, Draft, Target};
use crate::place::Located;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{
    Address, ClientClass, ManageResolver, Port, ResolverKind, ServerRef, Upstream,
};
use crate::topology::{Cluster, Id, Node, Resolver};

/// Clients of a class, on whose behalf they ask, and whom.
pub(super) struct Asking {
    pub(super) class: ClientClass,
    pub(super) asker: Asker,
    pub(super) targets: Vec<Target>,
}

impl Draft<'_> {
    /// Everybody who asks the instance on `node`, which listens on `listen`.
    pub(super) fn asking(&self, node: Id<Node>, listen: &[Address]) -> Vec<Asking> {
        let derived = self.derived_targets(node, listen);
        let mut asking = vec![Asking {
            class: ClientClass::Node(self.topology.nodes.get(node).name.clone()),
            asker: Asker::OwnTools,
            targets: derived.clone(),
        }];
        for resolver in self.topology.resolvers.values() {
            let targets = self.targets_of(resolver, node, &derived);
            if targets.is_empty() {
                continue;
            }
            let asker = Asker::Resolver(resolver.name.clone());
            for (class, is_here) in self.classes_of(resolver, node) {
                // Loopback is the host's own: elsewhere it leads to somebody else.
                let is_asked = |target: &&Target| is_here || !target.address.ip().is_loopback();
                asking.push(Asking {
                    class,
                    asker: asker.clone(),
                    targets: targets.iter().filter(is_asked).cloned().collect(),
                });
            }
        }
        let clusters = self.topology.clusters.iter();
        for (_, cluster) in clusters.filter(|(id, _)| self.concerns(self.nodes_of(*id))) {
            asking.push(Asking {
                class: ClientClass::Pods(cluster.name.clone()),
                asker: Asker::ClusterDns(cluster.name.clone()),
                targets: derived.clone(),
            });
        }
        for node in self.topology.nodes.values() {
            if node.resolves_names_of(self.tailnet) {
                asking.push(Asking {
                    class: ClientClass::Node(node.name.clone()),
                    asker: Asker::Resolved(node.name.clone()),
                    targets: derived.clone(),
                });
            }
        }
        asking.extend(self.as_name_server(node));
        for class in &self.declared.clients {
            asking.push(Asking {
                class: class.value.clone(),
                asker: Asker::Declared(class.place.path.clone()),
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

    /// The nodes of a cluster.
    pub(super) fn nodes_of(&self, cluster: Id<Cluster>) -> Vec<&Node> {
        let nodes = self.topology.nodes.values();
        nodes.filter(|node| node.cluster == Some(cluster)).collect()
    }

    /// Whether what runs on these nodes wants the names of this tailnet: of those that the nodes
    /// belong to, or of the main one where they belong to none.
    pub(super) fn concerns(&self, nodes: Vec<&Node>) -> bool {
        let mut own = nodes
            .iter()
            .filter_map(|node| node.tailscale.as_ref())
            .peekable();
        if own.peek().is_none() {
            return self.topology.tailnets.first() == Some(self.tailnet);
        }
        own.any(|membership| membership.tailnet == self.tailnet)
    }

    /// Whether the suffix is mapped to the forwarders in a resolver that says nothing of it.
    fn is_mapped(&self, resolver: &Resolver) -> bool {
        let nodes = resolver
            .nodes
            .iter()
            .map(|node| self.topology.nodes.get(*node));
        match resolver.cluster {
            Some(cluster) => self.concerns(self.nodes_of(cluster)),
            None => self.concerns(nodes.collect()),
        }
    }

    /// Who has the instance as a plain name server, which is asked on port 53.
    fn as_name_server(&self, node: Id<Node>) -> Vec<Asking> {
        const DNS: u16 = 53;
        let held = self.topology.held_addresses(node);
        let targets = |servers: &[Located<ServerRef>]| -> Vec<Target> {
            servers
                .iter()
                .filter_map(|server| match server.value {
                    ServerRef::Address(address) if held.contains(&address) => Some(Target {
                        address,
                        port: DNS,
                        place: Some(server.place.clone()),
                    }),
                    _ => None,
                })
                .collect()
        };
        let topology = self.topology;
        let sites = topology.sites.values().map(|site| {
            let class = ClientClass::Lan(site.name.clone());
            (class, &site.declared.nameservers)
        });
        let nodes = topology.nodes.values().map(|node| {
            let class = ClientClass::Node(node.name.clone());
            (class, &node.declared.nameservers)
        });
        let devices = topology.devices.values().map(|device| {
            let class = ClientClass::Device(device.name.clone());
            (class, &device.declared.nameservers)
        });
        let tailnet = &topology.tailnets.get(self.tailnet).declared.nameservers;
        sites
            .chain(nodes)
            .chain(devices)
            .chain([(ClientClass::TailnetRoutes, tailnet)])
            // On another port it is somebody else who is meant.
            .filter(|_| self.port.number() == DNS)
            .map(|(class, servers)| Asking {
                asker: Asker::NameServers(class.clone()),
                class,
                targets: targets(servers),
            })
            .filter(|asking| !asking.targets.is_empty())
            .collect()
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
    pub(super) fn derived_targets(&self, node: Id<Node>, listen: &[Address]) -> Vec<Target> {
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
    pub(super) fn targets_of(
        &self,
        resolver: &Resolver,
        node: Id<Node>,
        derived: &[Target],
    ) -> Vec<Target> {
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
        match resolver.written_mapping(suffix) {
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
            None if !self.is_mapped(resolver) => Vec::new(),
            None => derived.to_vec(),
        }
    }
}
