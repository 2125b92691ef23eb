//! From which addresses the clients of a class arrive.

use super::{Draft, Ingress, SourceKind};
use crate::facts::Fact;
use crate::facts::source_nat::{self, Destination, SeenAs};
use crate::place::{Located, Place};
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
    /// The source addresses of a class, as the instance on `node` sees them.
    pub(super) fn sources(&self, class: &ClientClass, node: Id<Node>) -> Vec<Source> {
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
        site: Option<Id<topology::Site>>,
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
