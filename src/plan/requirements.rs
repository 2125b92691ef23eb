//! What each step needs.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::steps::advertises;
use super::{Because, What};
use crate::place::Located;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{Address, Cidr, ServerRef};
use crate::topology::arrivals::{cluster_asks, resolver_asks};
use crate::topology::{Id, Node, Site, Tailnet, Topology};

/// The port of name servers that are told to clients as bare addresses.
const DNS: u16 = 53;

pub(super) fn add(topology: &Topology, graph: &mut Graph) {
    nodes_join(topology, graph);
    forwarders_are_asked(topology, graph);
    for (id, node) in topology.nodes.iter() {
        if let Some(membership) = &node.tailscale
            && advertises(node)
        {
            graph.require(
                What::Routes(membership.tailnet),
                What::Node(id),
                Because::Advertises,
            );
        }
    }
    resolvers_ask_resolvers(topology, graph);
    name_servers(topology, graph);
}

fn nodes_join(topology: &Topology, graph: &mut Graph) {
    for (id, node) in topology.nodes.iter() {
        let membership = node.tailscale.as_ref();
        if let Some(secret) = membership.and_then(|membership| membership.auth_key) {
            graph.require(What::Node(id), What::Secrets, Because::JoinsWith(secret));
        }
    }
}

fn forwarders_are_asked(topology: &Topology, graph: &mut Graph) {
    for (id, forwarder) in topology.forwarders.iter() {
        let because = Because::Asks(id);
        for instance in &forwarder.instances {
            let needed = What::Node(instance.node);
            for (resolver, asking) in topology.resolvers.iter() {
                if resolver_asks(topology, asking, forwarder, instance) {
                    graph.require(What::Resolver(resolver), needed, because);
                }
            }
            for (cluster, _) in topology.clusters.iter() {
                if cluster_asks(topology, cluster, forwarder) {
                    let asking = What::ClusterDns(cluster);
                    graph.require(asking, needed, because);
                }
            }
            for (node, asking) in topology.nodes.iter() {
                // A node with an instance of its own has the others beside it.
                if asking.resolves_names_of(forwarder.tailnet) && forwarder.on(node).is_none() {
                    graph.require(What::Node(node), needed, because);
                }
            }
        }
    }
}

fn resolvers_ask_resolvers(topology: &Topology, graph: &mut Graph) {
    for (id, resolver) in topology.resolvers.iter() {
        let declared = &resolver.declared;
        let conditional = declared.conditional.0.values();
        let servers = conditional.flat_map(|(_, servers)| &servers.0);
        let servers = servers
            .chain(&declared.upstreams)
            .chain(&declared.bootstrap);
        for server in servers {
            if let UpstreamHost::Address(address) = server.value.host {
                asks_resolver(
                    topology,
                    graph,
                    What::Resolver(id),
                    address,
                    server.value.port,
                );
            }
        }
    }
}

/// Whoever has name servers needs what answers there, and what leads there.
fn name_servers(topology: &Topology, graph: &mut Graph) {
    let mut pointing = Pointing {
        topology,
        graph,
        routes: topology
            .nodes
            .values()
            .flat_map(advertised)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    };
    for (id, tailnet) in topology.tailnets.iter() {
        let split = tailnet.declared.split_dns.0.values();
        let split = split.flat_map(|(_, servers)| servers);
        for server in tailnet.declared.nameservers.iter().chain(split) {
            // Members are anywhere, also where the LAN is another.
            pointing.at(What::TailnetDns(id), server, None, &|route| route == id);
        }
    }
    for (id, site) in topology.sites.iter() {
        for server in &site.declared.nameservers {
            pointing.at(What::Dhcp(id), server, Some(id), &|_| true);
        }
    }
    for (id, device) in topology.devices.iter() {
        let membership = device.tailscale.as_ref();
        let by = |route| membership.is_some_and(|own| own.tailnet == route);
        for server in &device.declared.nameservers {
            pointing.at(What::Device(id), server, device.site, &by);
        }
    }
    for (id, node) in topology.nodes.iter() {
        let membership = node.tailscale.as_ref();
        let by =
            |route| membership.is_some_and(|own| own.tailnet == route && own.accept_routes.value);
        for server in &node.declared.nameservers {
            pointing.at(What::Node(id), server, node.site, &by);
        }
    }
}

struct Pointing<'a> {
    topology: &'a Topology,
    graph: &'a mut Graph,
    /// Every advertised route.
    routes: Vec<(Id<Tailnet>, Cidr)>,
}

impl Pointing<'_> {
    /// Notes who a name server of somebody at `site` is, and that it is reached by the routes of
    /// a tailnet, of those that are good for him.
    fn at(
        &mut self,
        what: What,
        server: &Located<ServerRef>,
        site: Option<Id<Site>>,
        is_good: &dyn Fn(Id<Tailnet>) -> bool,
    ) {
        let topology = self.topology;
        let addresses = match &server.value {
            ServerRef::Address(address) => {
                asks_resolver(topology, self.graph, what, *address, DNS);
                asks_forwarder(topology, self.graph, what, *address);
                vec![*address]
            }
            ServerRef::Resolver(name) => {
                let Some((id, resolver)) = topology.resolvers.find(name.as_str()) else {
                    return;
                };
                let because = Because::NameServer(id);
                self.graph.require(what, What::Resolver(id), because);
                topology.resolver_addresses(resolver)
            }
        };
        for address in addresses {
            let is_near = site.is_some_and(|site| {
                let lans = &topology.sites.get(site).declared.lans;
                lans.iter().any(|lan| lan.value.contains_address(address))
            });
            for (tailnet, route) in &self.routes {
                if !is_near && is_good(*tailnet) && route.contains_address(address) {
                    let because = Because::Reaches(address);
                    self.graph.require(what, What::Routes(*tailnet), because);
                }
            }
        }
    }
}

fn asks_resolver(topology: &Topology, graph: &mut Graph, what: What, address: Address, port: u16) {
    for (id, resolver) in topology.resolvers.iter() {
        let own_port = resolver.declared.port.map_or(DNS, |port| port.number());
        if own_port == port && topology.resolver_addresses(resolver).contains(&address) {
            graph.require(what, What::Resolver(id), Because::NameServer(id));
        }
    }
}

fn asks_forwarder(topology: &Topology, graph: &mut Graph, what: What, address: Address) {
    for (id, forwarder) in topology.forwarders.iter() {
        for instance in &forwarder.instances {
            if forwarder.port.value.number() == DNS && instance.listen.contains(&address) {
                graph.require(what, What::Node(instance.node), Because::Asks(id));
            }
        }
    }
}

/// Nodes that do the same for others follow one another, in an order that everything else
/// allows: so these requirements close no circle.
pub(super) fn one_at_a_time(topology: &Topology, graph: &mut Graph) {
    let mut groups: BTreeMap<Because, Vec<Id<Node>>> = BTreeMap::new();
    let mut routes: BTreeMap<_, Vec<Id<Node>>> = BTreeMap::new();
    let in_order = graph.order().into_iter().filter_map(|what| match what {
        What::Node(id) => Some((id, topology.nodes.get(id))),
        _ => None,
    });
    for (id, node) in in_order {
        for (forwarder, resolved) in topology.forwarders.iter() {
            if resolved.on(id).is_some() {
                groups
                    .entry(Because::Shares(forwarder))
                    .or_default()
                    .push(id);
            }
        }
        for (tailnet, route) in advertised(node) {
            routes.entry((tailnet, route)).or_default().push(id);
        }
    }
    let routes = routes
        .into_iter()
        .map(|((_, route), nodes)| (Because::SharesRoute(route), nodes));
    for (because, nodes) in groups.into_iter().chain(routes) {
        for pair in nodes.windows(2) {
            graph.require(What::Node(pair[1]), What::Node(pair[0]), because);
        }
    }
}

fn advertised(node: &Node) -> impl Iterator<Item = (Id<Tailnet>, Cidr)> {
    node.tailscale.iter().flat_map(|membership| {
        let routes = membership.advertised_routes.iter();
        routes.map(|route| (membership.tailnet, route.value))
    })
}
