//! Machines and pods as starting points of packets.

use std::net::IpAddr;

use super::world::{Holder, World};
use crate::facts::Fact;
use crate::facts::source_nat::{self, Destination, SeenAs};
use crate::place::Located;
use crate::scalar::{Address, Cidr, Name};
use crate::topology::{Cluster, Device, Id, Membership, Node, Resolver, Site, Tailnet};

/// Where a packet starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Host {
    /// A pod of a cluster, on one of its nodes where they are declared.
    Pod(Id<Cluster>, Option<Id<Node>>),
    /// A node's own programs.
    Node(Id<Node>),
    /// A device.
    Device(Id<Device>),
    /// Any machine of a site's LANs.
    Lan(Id<Site>),
    /// Any member of a tailnet that is outside of the sites, and whether it accepts routes.
    Member(Id<Tailnet>, bool),
    /// A machine of which nothing is known but that a resolver runs on it.
    Bare(Id<Resolver>),
    /// A machine on the Internet.
    Internet,
}

/// What is known of a host as a member of a tailnet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'t> {
    pub(super) tailnet: Id<Tailnet>,
    pub(super) accepts_dns: bool,
    pub(super) accepts_routes: bool,
    /// What is declared of it; nothing where it stands for any member.
    pub(super) declared: Option<&'t Membership>,
}

impl<'t> Member<'t> {
    /// The exit node that it uses.
    pub(super) fn exit_node(&self) -> Option<&'t Located<Name>> {
        self.declared?.declared.exit_node.as_ref()
    }

    /// Whether the networks to which it is connected directly do not go by its exit node.
    pub(super) fn keeps_lan(&self) -> bool {
        let declared = self.declared.map(|own| &own.declared);
        declared.is_some_and(|own| own.exit_node_allow_lan_access == Some(true))
    }
}

/// Addresses from which packets come, as ranges of one family.
pub(super) type Sources = Vec<Cidr>;

impl<'t> World<'t, '_> {
    /// What messages call a host.
    pub(super) fn host_name(&self, host: Host) -> String {
        let topology = self.topology();
        match host {
            Host::Pod(cluster, None) => format!("pods:{}", topology.clusters.get(cluster).name),
            Host::Pod(cluster, Some(node)) => format!(
                "pods:{} on {}",
                topology.clusters.get(cluster).name,
                topology.nodes.get(node).name
            ),
            Host::Node(node) => topology.nodes.get(node).name.to_string(),
            Host::Device(device) => topology.devices.get(device).name.to_string(),
            Host::Lan(site) => format!("a machine of site {}", topology.sites.get(site).name),
            Host::Member(..) => "a member of the tailnet".to_owned(),
            Host::Bare(resolver) => {
                format!(
                    "the machine of resolver {}",
                    topology.resolvers.get(resolver).name
                )
            }
            Host::Internet => "a machine on the Internet".to_owned(),
        }
    }

    /// What messages call who has an address.
    pub(super) fn holder_name(&self, holder: Holder) -> String {
        let topology = self.topology();
        match holder {
            Holder::Node(node) => topology.nodes.get(node).name.to_string(),
            Holder::Device(device) => topology.devices.get(device).name.to_string(),
            Holder::Service(resolver) | Holder::Bare(resolver) => {
                format!("resolver {}", topology.resolvers.get(resolver).name)
            }
            Holder::ClusterDns(cluster) => {
                format!("the DNS of cluster {}", topology.clusters.get(cluster).name)
            }
        }
    }

    /// The node or the device that is named as an exit node.
    pub(super) fn exit_host(&self, exit: &Located<Name>) -> Option<Host> {
        let name = exit.value.as_str();
        let node = self.topology().nodes.find(name);
        let device = || self.topology().devices.find(name);
        node.map(|(node, _)| Host::Node(node))
            .or_else(|| device().map(|(device, _)| Host::Device(device)))
    }

    /// The machine whose routes decide: a pod's node.
    pub(super) fn machine(&self, host: Host) -> Host {
        match host {
            Host::Pod(_, Some(node)) => Host::Node(node),
            other => other,
        }
    }

    /// A host's membership of a tailnet.
    pub(super) fn member(&self, host: Host) -> Option<Member<'t>> {
        let topology = self.topology();
        let declared = match host {
            Host::Node(node) | Host::Pod(_, Some(node)) => {
                topology.nodes.get(node).tailscale.as_ref()
            }
            Host::Device(device) => topology.devices.get(device).tailscale.as_ref(),
            Host::Member(tailnet, accepts_routes) => {
                return Some(Member {
                    tailnet,
                    accepts_dns: true,
                    accepts_routes,
                    declared: None,
                });
            }
            Host::Pod(_, None) | Host::Lan(_) | Host::Bare(_) | Host::Internet => None,
        };
        declared.map(|membership| Member {
            tailnet: membership.tailnet,
            accepts_dns: membership.accept_dns.value,
            accepts_routes: membership.accept_routes.value,
            declared: Some(membership),
        })
    }

    /// The site in whose LANs a host is.
    pub(super) fn site(&self, host: Host) -> Option<Id<Site>> {
        let topology = self.topology();
        match host {
            Host::Node(node) | Host::Pod(_, Some(node)) => topology.nodes.get(node).site,
            Host::Device(device) => topology.devices.get(device).site,
            Host::Lan(site) => Some(site),
            Host::Pod(cluster, None) => topology.clusters.get(cluster).site,
            Host::Bare(resolver) => {
                let own = &topology.resolvers.get(resolver).declared.address.0;
                let mut sites = topology.sites.iter();
                let holds = |lan: Cidr| own.iter().any(|own| lan.contains_address(own.value));
                sites
                    .find(|(_, site)| site.declared.lans.iter().any(|lan| holds(lan.value)))
                    .map(|(id, _)| id)
            }
            Host::Member(..) | Host::Internet => None,
        }
    }

    /// A host's own addresses outside of tailnets, as others in its LAN see them.
    pub(super) fn lan_sources(&self, host: Host, is_ipv6: bool) -> Sources {
        let topology = self.topology();
        let lans = |site: Id<Site>| -> Vec<Cidr> {
            let lans = topology.sites.get(site).declared.lans.iter();
            lans.map(|lan| lan.value).collect()
        };
        let own = |addresses: &mut dyn Iterator<Item = Address>| -> Vec<Cidr> {
            addresses.map(Address::as_cidr).collect()
        };
        let mut sources = match host {
            Host::Node(node) | Host::Pod(_, Some(node)) => {
                own(&mut topology.nodes.get(node).addresses())
            }
            Host::Device(device) => {
                let device = topology.devices.get(device);
                let addresses = device.declared.address.0.iter();
                let known = own(&mut addresses.map(|address| address.value));
                match device.site {
                    Some(site) if known.is_empty() => lans(site),
                    _ => known,
                }
            }
            Host::Lan(site) => lans(site),
            Host::Bare(resolver) => {
                let addresses = topology.resolvers.get(resolver).declared.address.0.iter();
                own(&mut addresses.map(|address| address.value))
            }
            Host::Internet => vec![Cidr::any(is_ipv6)],
            Host::Pod(_, None) | Host::Member(..) => Vec::new(),
        };
        sources.retain(|source| source.is_ipv6() == is_ipv6);
        sources
    }

    /// A host's addresses in its tailnet; any of the tailnet's where they are not known.
    pub(super) fn tailnet_sources(&self, member: &Member<'_>, is_ipv6: bool) -> Sources {
        let declared = member.declared.iter();
        let own = declared.flat_map(|membership| &membership.declared.address.0);
        let mut sources: Vec<Cidr> = own.map(|address| address.value.as_cidr()).collect();
        if sources.is_empty() {
            sources.clone_from(&self.topology().tailnets.get(member.tailnet).ranges);
        }
        sources.retain(|source| source.is_ipv6() == is_ipv6);
        sources
    }

    /// Whose address is seen when a pod asks `to`, and why.
    pub(super) fn pod_seen_as(
        &self,
        cluster: Id<Cluster>,
        to: IpAddr,
        destination: Destination,
    ) -> (SeenAs, &'static Fact) {
        let cluster = self.topology().clusters.get(cluster);
        let keeps = cluster
            .declared
            .non_masquerade_cidrs
            .iter()
            .any(|range| range.value.contains_address(to.into()));
        source_nat::seen_as(
            cluster.cni.value,
            cluster.masquerades() && !keeps,
            destination,
        )
    }

    /// The pods' own addresses.
    pub(super) fn pod_sources(&self, cluster: Id<Cluster>, is_ipv6: bool) -> Sources {
        let ranges = self.topology().clusters.get(cluster).pod_cidrs.iter();
        let mut sources: Vec<Cidr> = ranges.map(|range| range.value).collect();
        sources.retain(|source| source.is_ipv6() == is_ipv6);
        sources
    }
}
