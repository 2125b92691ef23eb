//! The network in which queries travel: who has which address, and who is down.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::host::Host;
use super::path::Filtered;
use crate::policy::{self, Filter};
use crate::scalar::{Address, Cidr, ResolverKind};
use crate::topology::{
    Cluster, Device, Id, Membership, Node, Resolver, Tailnet, Topology, members,
};

/// Who has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    /// A node.
    Node(Id<Node>),
    /// A device.
    Device(Id<Device>),
    /// The Service of a resolver in a cluster.
    Service(Id<Resolver>),
    /// The DNS Service of a cluster.
    ClusterDns(Id<Cluster>),
    /// A machine of which nothing is known but that this resolver runs on it.
    Bare(Id<Resolver>),
}

/// How much was done, in numbers that do not depend on the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Servers that were asked.
    pub servers: usize,
    /// Paths that packets took.
    pub paths: usize,
}

/// What of a topology is looked up again and again.
pub(super) struct Index<'t> {
    pub(super) topology: &'t Topology,
    holders: BTreeMap<IpAddr, Vec<Holder>>,
    /// Services that have the address of a node: on their ports they come before it.
    on_nodes: BTreeMap<IpAddr, Id<Resolver>>,
    /// Nodes by cluster, one for each kind of node, with how many are of it.
    pub(super) kinds: super::kinds::Kinds,
    /// Who asks whom for which zones.
    pub(super) mappings: super::mappings::Mappings,
    /// Who advertises routes to a tailnet.
    pub(super) routers: Vec<Holder>,
    policies: BTreeMap<Id<Tailnet>, Members<'t>>,
    work: Cell<Work>,
}

/// The members of a tailnet whose policy is known.
struct Members<'t> {
    tailnet: policy::Tailnet<'t>,
    nodes: BTreeMap<Id<Node>, usize>,
    devices: BTreeMap<Id<Device>, usize>,
    filters: RefCell<BTreeMap<usize, std::rc::Rc<Filter>>>,
}

/// What a policy says of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granted {
    /// They are allowed.
    Yes,
    /// Those of some members are, those of others are not.
    Some,
    /// They are not.
    No,
}

impl<'t> Index<'t> {
    pub(super) fn new(topology: &'t Topology) -> Self {
        let mut holders = holders(topology);
        let on_nodes = take_from_nodes(&mut holders);
        let policies = policies(topology);
        let openings = |tailnet: Id<Tailnet>, at: &BTreeSet<Id<Node>>, node: Id<Node>| {
            let members = policies.get(&tailnet);
            members.map_or_else(Vec::new, |members| members.openings(at, node))
        };
        let kinds = super::kinds::Kinds::new(topology, openings);
        Self {
            topology,
            holders,
            on_nodes,
            kinds,
            mappings: super::mappings::Mappings::default(),
            routers: routers(topology),
            policies,
            work: Cell::default(),
        }
    }

    pub(super) fn work(&self) -> Work {
        self.work.get()
    }

    pub(super) fn count_server(&self) {
        let work = self.work.get();
        let servers = work.servers + 1;
        self.work.set(Work { servers, ..work });
    }

    pub(super) fn count_paths(&self, count: usize) {
        let work = self.work.get();
        let paths = work.paths + count;
        self.work.set(Work { paths, ..work });
    }

    /// Who has an address.
    pub(super) fn holders(&self, address: IpAddr) -> &[Holder] {
        self.holders.get(&address).map_or(&[], Vec::as_slice)
    }

    /// The Service that has the address of a node.
    pub(super) fn service_on_node(&self, address: IpAddr) -> Option<Id<Resolver>> {
        self.on_nodes.get(&address).copied()
    }

    /// Whether the policy of a tailnet lets a sender, who has these addresses outside of it, send
    /// packets to a port of an address by way of a member; what is not known is allowed, as by the
    /// policy that a new tailnet has.
    pub(super) fn granted(
        &self,
        way: &Filtered,
        outside: &[Cidr],
        (address, protocol, port): (IpAddr, u8, u16),
    ) -> Granted {
        let Some(members) = self.policies.get(&way.tailnet) else {
            return Granted::Yes;
        };
        let Some(filter) = members.filter(way.at) else {
            return Granted::Yes;
        };
        let admitted = filter.admitted(address, protocol, port);
        let sources = members.addresses(way.from);
        if sources.is_empty() {
            let let_in = |range: &&Cidr| admitted.covers(&range.net().into());
            return match outside.iter().filter(let_in).count() {
                count if count == outside.len() => Granted::Yes,
                0 => Granted::No,
                _ => Granted::Some,
            };
        }
        let let_in = sources
            .iter()
            .filter(|own| {
                own.iter()
                    .any(|address| admitted.covers(&(*address).into()))
            })
            .count();
        match let_in {
            0 => Granted::No,
            count if count == sources.len() => Granted::Yes,
            _ => Granted::Some,
        }
    }
}

impl Members<'_> {
    fn filter(&self, at: Holder) -> Option<std::rc::Rc<Filter>> {
        let index = *match at {
            Holder::Node(node) => self.nodes.get(&node)?,
            Holder::Device(device) => self.devices.get(&device)?,
            Holder::Service(_) | Holder::ClusterDns(_) | Holder::Bare(_) => return None,
        };
        let mut filters = self.filters.borrow_mut();
        let filter = filters.entry(index).or_insert_with(|| {
            let machine = &self.tailnet.machines()[index];
            std::rc::Rc::new(self.tailnet.filter(machine))
        });
        Some(filter.clone())
    }

    /// Which of the openings at some members let a node in, each as a word.
    fn openings(&self, at: &BTreeSet<Id<Node>>, node: Id<Node>) -> Vec<String> {
        let own = self.addresses(Host::Node(node));
        let mut words = Vec::new();
        for at in at {
            let Some(filter) = self.filter(Holder::Node(*at)) else {
                continue;
            };
            for (number, opening) in filter.0.iter().enumerate() {
                let mut own = own.iter().flat_map(|addresses| addresses.iter());
                if own.any(|address| opening.sources.covers(&(*address).into())) {
                    words.push(format!("{} {number}", at.number()));
                }
            }
        }
        words
    }

    /// The addresses of each machine that a host can be.
    fn addresses(&self, from: Host) -> Vec<&[IpAddr]> {
        let machines = self.tailnet.machines();
        let of = |index: &usize| vec![machines[*index].addresses.as_slice()];
        match from {
            Host::Node(node) | Host::Pod(_, Some(node)) => {
                self.nodes.get(&node).map(of).unwrap_or_default()
            }
            Host::Device(device) => self.devices.get(&device).map(of).unwrap_or_default(),
            Host::Member(..) => {
                let people = machines
                    .iter()
                    .filter(|machine| !matches!(machine.whose, policy::Whose::Tags(_)));
                people.map(|machine| machine.addresses.as_slice()).collect()
            }
            Host::Pod(_, None) | Host::Lan(_) | Host::Bare(_) | Host::Internet => Vec::new(),
        }
    }
}

fn policies(topology: &Topology) -> BTreeMap<Id<Tailnet>, Members<'_>> {
    let followed = topology.tailnets.iter().filter_map(|(id, tailnet)| {
        let policy = tailnet.policy.as_ref()?.policy.as_ref()?;
        policy.is_followed().then_some((id, policy))
    });
    followed
        .map(|(id, policy)| {
            let (nodes, devices) = members::numbers(topology, id);
            let tailnet = policy::Tailnet::populated(policy, topology.machines(id));
            let members = Members {
                tailnet,
                nodes,
                devices,
                filters: RefCell::default(),
            };
            (id, members)
        })
        .collect()
}

fn routers(topology: &Topology) -> Vec<Holder> {
    let advertises = |membership: &Option<Membership>| {
        let membership = membership.as_ref();
        membership.is_some_and(|membership| !membership.advertised_routes.is_empty())
    };
    let nodes = topology.nodes.iter();
    let nodes = nodes.filter(|(_, node)| advertises(&node.tailscale));
    let devices = topology.devices.iter();
    let devices = devices.filter(|(_, device)| advertises(&device.tailscale));
    nodes
        .map(|(id, _)| Holder::Node(id))
        .chain(devices.map(|(id, _)| Holder::Device(id)))
        .collect()
}

fn holders(topology: &Topology) -> BTreeMap<IpAddr, Vec<Holder>> {
    let mut all: BTreeMap<IpAddr, Vec<Holder>> = BTreeMap::new();
    let mut add = |address: Address, holder: Holder| {
        let holders = all.entry(address.ip()).or_default();
        if !holders.contains(&holder) {
            holders.push(holder);
        }
    };
    for (id, node) in topology.nodes.iter() {
        let in_tailnet = node.tailscale.iter();
        let in_tailnet = in_tailnet.flat_map(|membership| &membership.declared.address.0);
        let in_tailnet = in_tailnet.map(|address| address.value);
        for address in node.addresses().chain(in_tailnet) {
            add(address, Holder::Node(id));
        }
    }
    for site in topology.sites.values() {
        for moving in &site.declared.virtual_addresses {
            for name in &moving.nodes {
                if let Some((id, _)) = topology.nodes.find(name.value.as_str()) {
                    add(moving.address.value, Holder::Node(id));
                }
            }
        }
    }
    for (id, device) in topology.devices.iter() {
        let in_tailnet = device.tailscale.iter();
        let in_tailnet = in_tailnet.flat_map(|membership| &membership.declared.address.0);
        for address in device.declared.address.0.iter().chain(in_tailnet) {
            add(address.value, Holder::Device(id));
        }
    }
    for (id, resolver) in topology.resolvers.iter() {
        for address in &resolver.declared.address.0 {
            let address = address.value;
            if resolver.cluster.is_some() {
                add(address, Holder::Service(id));
            } else if resolver.nodes.is_empty()
                && (resolver.declared.kind.value != ResolverKind::Public
                    || !super::address::is_public(address.ip()))
            {
                add(address, Holder::Bare(id));
            }
        }
    }
    for resolver in topology.resolvers.values() {
        // An address that nobody else has is on the resolver's own nodes.
        for address in &resolver.declared.address.0 {
            let holders = all.entry(address.value.ip()).or_default();
            if holders.is_empty() {
                holders.extend(resolver.nodes.iter().map(|node| Holder::Node(*node)));
            }
        }
    }
    all.retain(|_, holders| !holders.is_empty());
    let mut add = |address: Address, holder: Holder| {
        let holders = all.entry(address.ip()).or_default();
        if !holders.contains(&holder) {
            holders.push(holder);
        }
    };
    for (id, cluster) in topology.clusters.iter() {
        for address in &cluster.declared.dns_service.0 {
            add(address.value, Holder::ClusterDns(id));
        }
    }
    // A machine that is known beside the resolver on it is the one that is meant.
    for holders in all.values_mut() {
        if holders
            .iter()
            .any(|one| matches!(one, Holder::Device(_) | Holder::Node(_)))
        {
            holders.retain(|one| !matches!(one, Holder::Bare(_)));
        }
    }
    all
}

/// Takes out the Services whose address is a node's, by address.
fn take_from_nodes(holders: &mut BTreeMap<IpAddr, Vec<Holder>>) -> BTreeMap<IpAddr, Id<Resolver>> {
    let mut services = BTreeMap::new();
    for (address, holders) in holders {
        if !holders.iter().any(|one| matches!(one, Holder::Node(_))) {
            continue;
        }
        holders.retain(|holder| match holder {
            Holder::Service(resolver) => {
                services.insert(*address, *resolver);
                false
            }
            _ => true,
        });
    }
    services
}

/// A topology, some of whose nodes may be down.
pub(super) struct World<'t, 'i> {
    pub(super) index: &'i Index<'t>,
    pub(super) down: BTreeSet<Id<Node>>,
}

impl<'t> World<'t, '_> {
    pub(super) fn topology(&self) -> &'t Topology {
        self.index.topology
    }

    pub(super) fn is_up(&self, node: Id<Node>) -> bool {
        !self.down.contains(&node)
    }

    /// The hosts on which a pod of a cluster can be: a node of each kind that is up, with how many
    /// are of that kind.
    pub(super) fn pod_hosts(&self, cluster: Id<Cluster>) -> Vec<Host> {
        let kinds = self.index.kinds.of_cluster(cluster);
        if kinds.is_empty() {
            return vec![Host::Pod(cluster, None)];
        }
        kinds
            .iter()
            .filter_map(|kind| kind.iter().find(|node| self.is_up(**node)))
            .map(|node| Host::Pod(cluster, Some(*node)))
            .collect()
    }
}
