//! ## What it does
//!
//! Finds machines that use an exit node without `exitNodeAllowLanAccess`, and serve the LAN of their site: as
//! a subnet router, with a resolver or a forwarder that is asked there, or as the next hop of one of the
//! site's `routes`. A warning for devices, whose system is not known.
//!
//! Nodes of a cluster are left to TW204. Not found are clients in LANs to which the machine is not
//! connected directly: `exitNodeAllowLanAccess` does not help them.
//!
//! ## Why is this bad?
//!
//! With the exit node's default route the LAN's own prefixes come before the machine's routes, so that
//! nothing leaves beside the exit node. Questions from the LAN arrive, and the answers to them go to the
//! exit node. A subnet router hands what it gets from the tailnet to the exit node, too.
//!
//! ## Example
//!
//! ```nix
//! sites.home = { lans = [ "192.168.1.0/24" ]; nameservers = [ "dns" ]; };
//! nodes.alpha = { site = "home"; address = "192.168.1.11"; tailscale.exitNode = "rented"; };
//! resolvers.dns = { kind = "unbound"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Set `exitNodeAllowLanAccess = true`, or remove `exitNode`.

use super::Check;
use crate::facts::tailnet::EXIT_NODE_TAKES_LANS;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::scalar::{Address, Cidr};
use crate::topology::arrivals::Ingress;
use crate::topology::routes::Member;
use crate::topology::{Id, Node, Resolver, Site, Topology};

rule!("TW208", "exit-node-before-lan", Error, High, since "0.1.0", Check::Topology(check));

/// What a machine does for its LAN, and where that is said.
type Service<'t> = (String, &'t Place);

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for member in topology.members() {
        let own = &member.membership.declared;
        let keeps_lan = own.exit_node_allow_lan_access.unwrap_or(false);
        let Some(exit) = own.exit_node.as_ref().filter(|_| !keeps_lan) else {
            continue;
        };
        let Some((what, place)) = service(topology, &member) else {
            continue;
        };
        let text = format!(
            "{} serves its LAN, and uses the exit node {} without access to it",
            member.what(),
            exit.value
        );
        let mut finding = Finding::new(&RULE, &exit.place, text)
            .label("gets the answers to its neighbours, too")
            .related(place, what)
            .note(format!(
                "{} ({})",
                EXIT_NODE_TAKES_LANS.says, EXIT_NODE_TAKES_LANS.source
            ))
            .help("set `exitNodeAllowLanAccess = true`, or remove `exitNode`");
        if member.kind == "device" {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

fn service<'t>(topology: &'t Topology, member: &Member<'t>) -> Option<Service<'t>> {
    let site = topology.sites.get(member.site?);
    let found = topology.nodes.find(member.name.as_str());
    let node = found.filter(|_| member.kind == "node");
    if node.is_some_and(|(_, node)| node.cluster.is_some()) {
        return None;
    }
    let own = in_lan(site, &addresses(topology, member, node));
    router(topology, member)
        .or_else(|| resolver(topology, &own, node))
        .or_else(|| node.and_then(|(id, _)| forwarder(topology, id)))
        .or_else(|| next_hop(site, &own))
}

fn addresses(
    topology: &Topology,
    member: &Member<'_>,
    node: Option<(Id<Node>, &Node)>,
) -> Vec<Address> {
    match node {
        Some((id, _)) => topology.held_addresses(id),
        None => {
            let device = topology.devices.find(member.name.as_str());
            let own = device.iter().flat_map(|(_, one)| &one.declared.address.0);
            own.map(|address| address.value).collect()
        }
    }
}

fn in_lan(site: &Site, addresses: &[Address]) -> Vec<Address> {
    let lans: Vec<Cidr> = site.declared.lans.iter().map(|lan| lan.value).collect();
    let is_there = |address: &&Address| lans.iter().any(|lan| lan.contains_address(**address));
    addresses.iter().filter(is_there).copied().collect()
}

fn router<'t>(topology: &Topology, member: &Member<'t>) -> Option<Service<'t>> {
    let mut routes = member.membership.advertised_routes.iter();
    let route = routes.find(|route| topology.leads_to(member.site, route.value))?;
    Some((format!("advertises {}", route.value), &route.place))
}

fn resolver<'t>(
    topology: &'t Topology,
    own: &[Address],
    node: Option<(Id<Node>, &Node)>,
) -> Option<Service<'t>> {
    let runs_here = |resolver: &Resolver| match node {
        Some((id, _)) => resolver.nodes.contains(&id),
        None => resolver.cluster.is_none() && resolver.nodes.is_empty(),
    };
    let is_asked = |resolver: &Resolver| {
        let asked = topology.resolver_addresses(resolver);
        asked.iter().any(|address| own.contains(address))
    };
    let mut resolvers = topology.resolvers.values();
    let resolver = resolvers.find(|one| runs_here(one) && is_asked(one))?;
    let what = format!("resolver {} answers in the LAN", resolver.name);
    Some((what, &resolver.declared.place))
}

fn forwarder(topology: &Topology, node: Id<Node>) -> Option<Service<'_>> {
    let mut forwarders = topology.forwarders.values();
    let forwarder = forwarders.find(|forwarder| {
        let arrivals = forwarder.on(node).map(|instance| &instance.arrivals);
        let mut ingress = arrivals.into_iter().flatten().map(|one| &one.ingress);
        ingress.any(|ingress| matches!(ingress, Ingress::Lan | Ingress::Interface(_)))
    })?;
    let what = format!("forwarder {} is asked from the LAN", forwarder.name);
    Some((what, &forwarder.declared.place))
}

fn next_hop<'t>(site: &'t Site, own: &[Address]) -> Option<Service<'t>> {
    let mut routes = site.declared.routes.iter();
    let route = routes.find(|route| own.contains(&route.via.value))?;
    Some(("the next hop of a route".to_owned(), &route.via.place))
}
