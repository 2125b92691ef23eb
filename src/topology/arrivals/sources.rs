//! From which addresses the clients of a class arrive.

use super::{Draft, Ingress, SourceKind};
use crate::facts::Fact;
use crate::facts::source_nat::{self, Destination, SeenAs};
use crate::place::Place;
use crate::scalar::{Address, Cidr, ClientClass};
use crate::topology::{self, Cluster, Id, Membership, Node, Topology};

/// A source address as an instance sees it.
pub(super) struct Source {
    pub(super) cidr: Cidr,
    pub(super) seen_as: SourceKind,
    pub(super) ingress: Ingress,
    pub(super) fact: Option<&'static Fact>,
    pub(super) place: Place,
}

impl Draft<'_> {
    /// The source addresses of a class, as the instance on `node` sees them where it is asked at
    /// an address in the tailnet, or at another one.
    pub(super) fn sources(
        &self,
        class: &ClientClass,
        node: Id<Node>,
        in_tailnet: bool,
    ) -> Vec<Source> {
        if in_tailnet {
            self.sources_in_tailnet(class, node)
        } else {
            self.sources_outside(class, node)
        }
    }

    /// Who asks an address in the tailnet comes through it, as the member that he is or on which
    /// he runs; pods of the same node come directly.
    fn sources_in_tailnet(&self, class: &ClientClass, node: Id<Node>) -> Vec<Source> {
        let topology = self.topology;
        match class {
            ClientClass::Pods(name) => {
                let Some((id, cluster)) = topology.clusters.find(name.as_str()) else {
                    return Vec::new();
                };
                let mut sources = Vec::new();
                for (other, asking) in topology.nodes.iter() {
                    if asking.cluster != Some(id) {
                        continue;
                    }
                    if other == node {
                        sources.extend(own_pods(cluster));
                    } else {
                        sources.extend(self.as_member(asking.tailscale.as_ref(), Ingress::Tailnet));
                    }
                }
                sources
            }
            ClientClass::Node(name) => topology
                .nodes
                .find(name.as_str())
                .map(|(id, asking)| {
                    let ingress = if id == node {
                        Ingress::Loopback
                    } else {
                        Ingress::Tailnet
                    };
                    self.as_member(asking.tailscale.as_ref(), ingress)
                })
                .unwrap_or_default(),
            ClientClass::Device(name) => topology
                .devices
                .find(name.as_str())
                .map(|(_, device)| self.as_member(device.tailscale.as_ref(), Ingress::Tailnet))
                .unwrap_or_default(),
            ClientClass::Tailnet | ClientClass::TailnetRoutes => self.members(Ingress::Tailnet),
            ClientClass::Lan(_) | ClientClass::Outside => Vec::new(),
        }
    }

    /// A member's own addresses in the tailnet; any of the tailnet's where they are not known;
    /// none where it is no member.
    fn as_member(&self, membership: Option<&Membership>, ingress: Ingress) -> Vec<Source> {
        match membership.filter(|membership| membership.tailnet == self.tailnet) {
            None => Vec::new(),
            Some(membership) if membership.declared.address.0.is_empty() => self.members(ingress),
            Some(membership) => membership
                .declared
                .address
                .0
                .iter()
                .map(|address| other(address.value.as_cidr(), &address.place, ingress.clone()))
                .collect(),
        }
    }

    fn sources_outside(&self, class: &ClientClass, node: Id<Node>) -> Vec<Source> {
        let topology = self.topology;
        let instance = topology.nodes.get(node);
        match class {
            ClientClass::Pods(name) => topology
                .clusters
                .find(name.as_str())
                .map(|(id, cluster)| self.pod_sources(id, cluster, node))
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
                    lans.map(|lan| other(lan.value, &lan.place, Ingress::of_lan(instance)))
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
                                .map(|a| {
                                    other(a.value.as_cidr(), &a.place, Ingress::of_lan(instance))
                                })
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
    /// none.
    fn routed_members(&self, node: Id<Node>) -> Vec<Source> {
        self.through_routers(node, |ingress| self.members(ingress))
            .unwrap_or_else(|| self.members(Ingress::Tailnet))
    }

    /// Where a member that is not in the node's site comes from: through a subnet router, if it
    /// takes routes and there is one. `None`: by another way than the tailnet.
    fn off_site(
        &self,
        site: Option<Id<topology::Site>>,
        membership: Option<&Membership>,
        node: Id<Node>,
    ) -> Option<Vec<Source>> {
        let is_in_site = site.is_some() && site == self.topology.nodes.get(node).site;
        let takes =
            |member: &&Membership| member.tailnet == self.tailnet && member.accept_routes.value;
        let membership = membership.filter(takes).filter(|_| !is_in_site)?;
        self.through_routers(node, |ingress| self.as_member(Some(membership), ingress))
    }

    /// Pods keep their address or hide behind their node's, depending on the plug-in and on
    /// where the instance is.
    fn pod_sources(&self, id: Id<Cluster>, cluster: &Cluster, node: Id<Node>) -> Vec<Source> {
        let topology = self.topology;
        let instance = topology.nodes.get(node);
        let in_cluster = instance.cluster == Some(id);
        let (seen_as, fact) = pods_seen_as(topology, id, node);

        let mut sources = match seen_as {
            SeenAs::Pod => pods(cluster, Ingress::Pods, fact),
            SeenAs::Node if in_cluster => own_pods(cluster),
            SeenAs::Node => Vec::new(),
        };
        if seen_as == SeenAs::Node {
            let others = topology
                .nodes
                .iter()
                .filter(|(other, asking)| *other != node && asking.cluster == Some(id));
            for (_, asking) in others {
                let behind = self
                    .off_site(asking.site, asking.tailscale.as_ref(), node)
                    .unwrap_or_else(|| node_sources(asking, instance, false));
                sources.extend(behind.into_iter().map(|source| Source {
                    seen_as: SourceKind::Node,
                    fact: Some(fact),
                    ..source
                }));
            }
            sources.extend(cluster.declared.node_cidrs.iter().map(|range| Source {
                cidr: range.value,
                seen_as: SourceKind::Node,
                ingress: Ingress::of_lan(instance),
                fact: Some(fact),
                place: range.place.clone(),
            }));
        }
        sources
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
                    own(Ingress::of_lan(instance))
                });
            }
        }
        sources
    }
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

/// The pods of the instance's own node, which keep their address.
fn own_pods(cluster: &Cluster) -> Vec<Source> {
    let (_, fact) = source_nat::seen_as(
        cluster.cni.value,
        cluster.masquerades(),
        Destination::OwnNode,
    );
    pods(cluster, Ingress::OwnPods, fact)
}

fn pods(cluster: &Cluster, ingress: Ingress, fact: &'static Fact) -> Vec<Source> {
    cluster
        .pod_cidrs
        .iter()
        .map(|range| Source {
            cidr: range.value,
            seen_as: SourceKind::Pod,
            ingress: ingress.clone(),
            fact: Some(fact),
            place: range.place.clone(),
        })
        .collect()
}

fn node_sources(asking: &Node, instance: &Node, is_own: bool) -> Vec<Source> {
    let ingress = if is_own {
        Ingress::Loopback
    } else {
        Ingress::of_lan(instance)
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

/// Whose address a node sees when pods of a cluster ask it, those on the node itself apart.
pub(super) fn pods_seen_as(
    topology: &Topology,
    cluster: Id<Cluster>,
    node: Id<Node>,
) -> (SeenAs, &'static Fact) {
    let instance = topology.nodes.get(node);
    let destination = if instance.cluster == Some(cluster) {
        Destination::OtherNode
    } else {
        Destination::Outside
    };
    let cluster = topology.clusters.get(cluster);
    let keeps = |address: Address| {
        let ranges = &cluster.declared.non_masquerade_cidrs;
        ranges
            .iter()
            .any(|range| range.value.contains_address(address))
    };
    let masquerades = cluster.masquerades() && !instance.addresses().any(keeps);
    source_nat::seen_as(cluster.cni.value, masquerades, destination)
}
