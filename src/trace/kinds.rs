//! Nodes that are treated alike: one of each kind is followed for all.

use std::collections::{BTreeMap, BTreeSet};

use crate::place::Located;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{Address, Cidr, ServerRef};
use crate::topology::{Cluster, Id, Node, Tailnet, Topology};

/// The kinds of nodes, each with its nodes in their order.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    all: Vec<Vec<Id<Node>>>,
    by_cluster: BTreeMap<Id<Cluster>, Vec<usize>>,
}

impl Kinds {
    /// With the words that a tailnet's policy has for a node, by what the special nodes let in.
    pub(super) fn new(
        topology: &Topology,
        openings: impl Fn(Id<Tailnet>, &BTreeSet<Id<Node>>, Id<Node>) -> Vec<String>,
    ) -> Self {
        let special = special(topology);
        let lists = lists(topology, &special);
        let mut all: Vec<Vec<Id<Node>>> = Vec::new();
        let mut known: BTreeMap<Signature, usize> = BTreeMap::new();
        let mut by_cluster: BTreeMap<Id<Cluster>, Vec<usize>> = BTreeMap::new();
        for (id, node) in topology.nodes.iter() {
            let mut signature = Signature::of(node, special.contains(&id).then_some(id));
            if signature.alone.is_none() {
                let named = lists
                    .iter()
                    .enumerate()
                    .filter(|(_, list)| list.names(node));
                signature
                    .words
                    .extend(named.map(|(number, _)| format!("list {number}")));
                if let Some(membership) = &node.tailscale {
                    signature
                        .words
                        .extend(openings(membership.tailnet, &special, id));
                }
            }
            let kind = *known.entry(signature).or_insert_with(|| {
                all.push(Vec::new());
                if let Some(cluster) = node.cluster {
                    by_cluster.entry(cluster).or_default().push(all.len() - 1);
                }
                all.len() - 1
            });
            all[kind].push(id);
        }
        Self { all, by_cluster }
    }

    /// The kinds of nodes.
    pub(super) fn all(&self) -> &[Vec<Id<Node>>] {
        &self.all
    }

    /// The kinds of a cluster's nodes.
    pub(super) fn of_cluster(&self, cluster: Id<Cluster>) -> Vec<&Vec<Id<Node>>> {
        let kinds = self.by_cluster.get(&cluster).map_or(&[][..], Vec::as_slice);
        kinds.iter().map(|kind| &self.all[*kind]).collect()
    }
}

/// Everything of a node that makes a difference to a query, but for its own address and name. Whom nobody
/// asks needs no firewall for it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    alone: Option<Id<Node>>,
    places: (Option<usize>, Option<usize>),
    words: Vec<String>,
}

impl Signature {
    fn of(node: &Node, alone: Option<Id<Node>>) -> Self {
        let mut words: Vec<String> = Vec::new();
        if alone.is_none() {
            let servers = node.declared.nameservers.iter();
            words.extend(servers.map(|server| server.value.to_string()));
            words.push(node.resolver().to_string());
            words.extend(node.addresses().map(|address| {
                let family = if address.ip().is_ipv6() { "v6" } else { "v4" };
                family.to_owned()
            }));
            if let Some(membership) = &node.tailscale {
                words.push(format!("{:?}", membership.tailnet));
                words.push(format!("dns {}", membership.accept_dns.value));
                words.push(format!("routes {}", membership.accept_routes.value));
                let declared = &membership.declared;
                let exit = declared.exit_node.as_ref();
                words.extend(exit.map(|exit| format!("exit {}", exit.value)));
                words.push(format!("lan {:?}", declared.exit_node_allow_lan_access));
                words.extend(declared.tags.iter().map(|tag| tag.value.to_string()));
            }
        }
        Self {
            alone,
            places: (node.site.map(Id::number), node.cluster.map(Id::number)),
            words,
        }
    }
}

/// Ranges that are written somewhere: nodes within are treated otherwise than nodes without.
#[derive(Default)]
struct List {
    single: BTreeSet<std::net::IpAddr>,
    ranges: Vec<Cidr>,
}

impl List {
    fn of(all: impl IntoIterator<Item = Cidr>) -> Self {
        let mut list = Self::default();
        for range in all {
            let net = range.net();
            if net.prefix_len() == net.max_prefix_len() {
                list.single.insert(net.addr());
            } else {
                list.ranges.push(range);
            }
        }
        list
    }

    fn names(&self, node: &Node) -> bool {
        let in_tailnet = node.tailscale.iter();
        let in_tailnet = in_tailnet.flat_map(|membership| &membership.declared.address.0);
        let mut own = node
            .addresses()
            .chain(in_tailnet.map(|address| address.value));
        own.any(|own| {
            self.single.contains(&own.ip())
                || self.ranges.iter().any(|range| range.contains_address(own))
        })
    }
}

/// Every list of ranges by which a packet is judged.
fn lists(topology: &Topology, special: &BTreeSet<Id<Node>>) -> Vec<List> {
    let mut lists = Vec::new();
    for forwarder in topology.forwarders.values() {
        let allow = forwarder.declared.allow.iter();
        lists.extend(allow.map(|allow| List::of(allow.value.iter().copied())));
    }
    for node in special.iter().map(|id| topology.nodes.get(*id)) {
        let opened = node.declared.open_ports.iter();
        let opened = opened.filter_map(|port| port.from.as_ref());
        lists.extend(opened.map(|from| List::of(from.iter().copied())));
        let advertised = node.tailscale.iter();
        let advertised = advertised.flat_map(|membership| &membership.advertised_routes);
        lists.extend(advertised.map(|route| List::of([route.value])));
    }
    for cluster in topology.clusters.values() {
        let kept = &cluster.declared.non_masquerade_cidrs;
        lists.push(List::of(kept.iter().map(|range| range.value)));
    }
    for site in topology.sites.values() {
        lists.extend(site.declared.lans.iter().map(|lan| List::of([lan.value])));
        let routes = site.declared.routes.iter();
        lists.extend(routes.map(|route| List::of(route.to.0.iter().map(|range| range.value))));
    }
    lists
}

/// Nodes that others ask or pass: each is a kind of its own.
fn special(topology: &Topology) -> BTreeSet<Id<Node>> {
    let mut special: BTreeSet<Id<Node>> = BTreeSet::new();
    for forwarder in topology.forwarders.values() {
        special.extend(forwarder.instances.iter().map(|instance| instance.node));
    }
    for resolver in topology.resolvers.values() {
        special.extend(resolver.nodes.iter().copied());
    }
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for site in topology.sites.values() {
        for moving in &site.declared.virtual_addresses {
            named.extend(moving.nodes.iter().map(|name| name.value.as_str()));
        }
    }
    for member in topology.members() {
        let exit = member.membership.declared.exit_node.as_ref();
        named.extend(exit.map(|exit| exit.value.as_str()));
    }
    let asked = asked(topology);
    for (id, node) in topology.nodes.iter() {
        let routes = node.tailscale.as_ref();
        let is_router = routes.is_some_and(|membership| !membership.advertised_routes.is_empty());
        let mut own = topology.held_addresses(id).into_iter();
        let is_asked = own.any(|address| asked.contains(&address));
        if is_router || is_asked || named.contains(node.name.as_str()) {
            special.insert(id);
        }
    }
    special
}

/// Every address to which somebody is told to send queries, or packets for others.
fn asked(topology: &Topology) -> BTreeSet<Address> {
    let mut asked = BTreeSet::new();
    for site in topology.sites.values() {
        asked.extend(addresses(&site.declared.nameservers));
        asked.extend(site.declared.routes.iter().map(|route| route.via.value));
    }
    for tailnet in topology.tailnets.values() {
        asked.extend(addresses(&tailnet.declared.nameservers));
        for (_, servers) in tailnet.declared.split_dns.0.values() {
            asked.extend(addresses(servers));
        }
    }
    for node in topology.nodes.values() {
        asked.extend(addresses(&node.declared.nameservers));
    }
    for device in topology.devices.values() {
        asked.extend(addresses(&device.declared.nameservers));
    }
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        asked.extend(declared.address.0.iter().map(|address| address.value));
        let conditional = declared.conditional.0.values();
        let conditional = conditional.flat_map(|(_, servers)| &servers.0);
        let servers = conditional.chain(&declared.upstreams);
        let servers = servers.chain(&declared.bootstrap);
        asked.extend(servers.filter_map(|server| match server.value.host {
            UpstreamHost::Address(address) => Some(address),
            UpstreamHost::Name(_) => None,
        }));
    }
    asked
}

/// The name servers of a list that are addresses.
fn addresses(servers: &[Located<ServerRef>]) -> impl Iterator<Item = Address> {
    servers.iter().filter_map(|server| match server.value {
        ServerRef::Address(address) => Some(address),
        ServerRef::Resolver(_) => None,
    })
}
