//! A topology as network namespaces: machines on the bridges of their sites, pods behind their nodes, a
//! tailnet, and the Internet in the middle. IPv4 alone, and one LAN for each site.
//!
//! ```text
//!  pods ─ node ─┐                            ┌─ 1.1.1.1, 8.8.8.8, 9.9.9.9
//!        device ┼─ site: bridge, gateway ─┬─ Internet ── outsider 192.0.2.9
//!           lan ─┘                        └─ members, nodes without a site
//!
//!  each member ── its tunnel (quad100) ── hub
//! ```

mod cluster;
mod hub;
mod machine;
mod site;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;
use tailwright::scalar::{Address, Cidr, ClientClass};
use tailwright::topology::{Cluster, Device, Id, Membership, Node, Resolver, Site, Topology};
use tailwright_lab::Result;
use tailwright_lab::namespace::Namespace;

pub(crate) use machine::Machine;
pub(crate) use site::leave_bridges_alone as prepare;

/// Public servers that declarations may name.
pub(crate) const PUBLIC: [Ipv4Addr; 3] = [
    Ipv4Addr::new(1, 1, 1, 1),
    Ipv4Addr::new(8, 8, 8, 8),
    Ipv4Addr::new(9, 9, 9, 9),
];
/// The name server of the networks in which members are that have no site.
pub(crate) const FOREIGN: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 53);
/// Who is none of the others.
const OUTSIDER: &str = "192.0.2.9";

/// A machine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// A node.
    Node(Id<Node>),
    /// A device, the first of those that are alike.
    Device(Id<Device>),
    /// Any member of the tailnet, and whether it accepts routes.
    Member(bool),
    /// Any machine of a LAN.
    Lan(Id<Site>),
    /// The machine of a resolver of which nothing else is declared.
    Bare(Id<Resolver>),
    /// A machine on the Internet.
    Outsider,
}

/// What runs in a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runs {
    /// Somebody who asks.
    Client,
    /// The cluster's DNS.
    ClusterDns,
    /// A resolver.
    Resolver(Id<Resolver>),
}

/// A pod.
#[derive(Debug)]
pub(crate) struct Pod {
    pub(crate) cluster: Id<Cluster>,
    pub(crate) node: Id<Node>,
    pub(crate) runs: Runs,
    pub(crate) address: Ipv4Addr,
    pub(crate) place: Namespace,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) machines: BTreeMap<Who, Machine>,
    pub(crate) pods: Vec<Pod>,
    pub(crate) internet: Namespace,
    // Only there so that what they connect stays connected.
    _hub: Namespace,
    _sites: Vec<site::Lan>,
}

/// The IPv4 address among some.
pub(crate) fn v4<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> Option<Ipv4Addr> {
    addresses
        .into_iter()
        .find_map(|address| match address.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        })
}

/// A member's address in the tailnet, as declared.
pub(crate) fn in_tailnet(membership: &Membership) -> Option<Ipv4Addr> {
    v4(membership.declared.address.0.iter().map(|one| &one.value))
}

fn list(ranges: impl IntoIterator<Item = impl ToString>) -> String {
    let ranges: Vec<String> = ranges.into_iter().map(|range| range.to_string()).collect();
    ranges.join(", ")
}

fn ranges<'t>(all: impl IntoIterator<Item = &'t Cidr>) -> String {
    list(all.into_iter().filter(|range| !range.is_ipv6()))
}

impl Network {
    /// Builds it, with a machine for each of these devices, and the tailnet's policy.
    pub(crate) fn new(
        topology: &Topology,
        devices: &[Id<Device>],
        policy: Option<&Value>,
    ) -> Result<Self> {
        let internet = site::internet()?;
        let mut sites = Vec::new();
        for (id, _) in topology.sites.iter() {
            sites.push(site::Lan::new(topology, id, &internet)?);
        }
        let mut plan = machine::Plan {
            topology,
            internet: &internet,
            sites: &sites,
            next: 0,
        };
        let mut all: Vec<Who> = topology.nodes.iter().map(|(id, _)| Who::Node(id)).collect();
        all.extend(devices.iter().map(|id| Who::Device(*id)));
        if topology.tailnets.first().is_some() {
            all.extend([Who::Member(false), Who::Member(true)]);
        }
        all.extend(topology.sites.iter().map(|(id, _)| Who::Lan(id)));
        let resolvers = topology.resolvers.iter();
        let bare = resolvers.filter(|(_, one)| is_bare(topology, one));
        all.extend(bare.map(|(id, _)| Who::Bare(id)));
        all.push(Who::Outsider);
        let mut machines = BTreeMap::new();
        for who in all {
            machines.insert(who, plan.machine(who)?);
        }
        let hub = hub::connect(topology, &machines, policy)?;
        let mut pods = Vec::new();
        for (id, _) in topology.clusters.iter() {
            pods.extend(cluster::pods(topology, id, &machines)?);
        }
        for (id, _) in topology.clusters.iter() {
            cluster::services(topology, id, &machines, &pods)?;
        }
        for site in &sites {
            site.know_pods(topology, &pods)?;
        }
        Ok(Self {
            machines,
            pods,
            internet,
            _hub: hub,
            _sites: sites,
        })
    }

    /// Where a class of clients asks.
    pub(crate) fn places(&self, topology: &Topology, class: &ClientClass) -> Vec<&Namespace> {
        let who = match class {
            ClientClass::Pods(name) => {
                let Some((cluster, _)) = topology.clusters.find(name.as_str()) else {
                    return Vec::new();
                };
                let pods = self.pods.iter();
                let clients = pods.filter(|pod| pod.cluster == cluster && pod.runs == Runs::Client);
                return clients.map(|pod| &pod.place).collect();
            }
            ClientClass::Node(name) => topology.nodes.find(name.as_str()).map(|n| Who::Node(n.0)),
            ClientClass::Lan(name) => topology.sites.find(name.as_str()).map(|s| Who::Lan(s.0)),
            ClientClass::Device(name) => {
                let device = topology.devices.find(name.as_str());
                device.map(|device| Who::Device(device.0))
            }
            ClientClass::Tailnet => Some(Who::Member(false)),
            ClientClass::TailnetRoutes => Some(Who::Member(true)),
            ClientClass::Outside => Some(Who::Outsider),
        };
        let machine = who.and_then(|who| self.machines.get(&who));
        machine.map(|machine| &machine.host).into_iter().collect()
    }
}

/// Whether a resolver is on a machine of which nothing else is declared.
pub(crate) fn is_bare(topology: &Topology, resolver: &Resolver) -> bool {
    let is_public = resolver.declared.kind.value == tailwright::scalar::ResolverKind::Public;
    let is_held = topology
        .resolver_addresses(resolver)
        .iter()
        .any(|own| topology.is_held(*own));
    resolver.cluster.is_none() && resolver.nodes.is_empty() && !is_public && !is_held
}
