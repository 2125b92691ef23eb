//! ## What it does
//!
//! Finds two DNS servers that are to listen on one address and port of one node: two resolvers, or a
//! forwarder and a resolver. An unspecified address (0.0.0.0, ::) is all of its family.
//!
//! Two forwarders are TW007's. Resolvers without `listen` are taken to listen on the addresses under which they are asked.
//!
//! ## Why is this bad?
//!
//! The second one does not start: the address is in use. Which one is second may change with every start.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { nodes = [ "alpha" ]; port = 53; };
//! resolvers.adguard = { nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Give one of them another port, or each its own addresses by `listen`.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{Address, Port};
use crate::topology::{Id, Node, Resolver, Topology};

rule!("TW512", "port-taken-twice", Error, High, since "0.1.0", Check::Topology(check));

/// A server on a node.
struct Server<'t> {
    what: String,
    is_resolver: bool,
    place: &'t Place,
    listen: Vec<Address>,
    port: u16,
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut servers: BTreeMap<Id<Node>, Vec<Server<'_>>> = BTreeMap::new();
    for forwarder in topology.forwarders.values() {
        for instance in &forwarder.instances {
            servers.entry(instance.node).or_default().push(Server {
                what: format!("forwarder {}", forwarder.name),
                is_resolver: false,
                place: &forwarder.declared.place,
                listen: instance.listen.clone(),
                port: forwarder.port.value.number(),
            });
        }
    }
    for resolver in topology.resolvers.values() {
        for node in &resolver.nodes {
            servers.entry(*node).or_default().push(Server {
                what: format!("resolver {}", resolver.name),
                is_resolver: true,
                place: &resolver.declared.place,
                listen: listen(topology, resolver, *node),
                port: resolver.declared.port.map_or(53, Port::number),
            });
        }
    }
    for (node, servers) in servers {
        let node = topology.nodes.get(node);
        for (index, one) in servers.iter().enumerate() {
            let later = servers[index + 1..].iter();
            let later = later.filter(|other| other.is_resolver);
            let taken = later.filter_map(|other| Some((other, common(one, other)?)));
            findings.extend(taken.map(|(other, address)| finding(node, one, other, address)));
        }
    }
}

/// The addresses of a node on which a resolver listens.
fn listen(topology: &Topology, resolver: &Resolver, node: Id<Node>) -> Vec<Address> {
    let held = topology.held_addresses(node);
    let mut listen: Vec<Address> = match &resolver.declared.listen {
        Some(listen) => listen.iter().map(|address| address.value).collect(),
        None => topology.resolver_addresses(resolver),
    };
    listen.retain(|address| {
        let ip = address.ip();
        ip.is_unspecified() || ip.is_loopback() || held.contains(address)
    });
    listen
}

/// The first address of which two servers want the same port.
fn common(one: &Server<'_>, other: &Server<'_>) -> Option<Address> {
    let is_same = |a: Address, b: Address| {
        let is_any = a.ip().is_unspecified() || b.ip().is_unspecified();
        a == b || (is_any && a.ip().is_ipv4() == b.ip().is_ipv4())
    };
    let mut listen = other.listen.iter().copied();
    let found = listen.find(|own| one.listen.iter().any(|first| is_same(*own, *first)));
    found.filter(|_| one.port == other.port)
}

fn finding(node: &Node, one: &Server<'_>, other: &Server<'_>, address: Address) -> Finding {
    let text = format!(
        "{} and {} both listen on port {} of {address} on {}",
        one.what, other.what, one.port, node.name
    );
    Finding::new(&RULE, other.place, text)
        .label("does not start where the other one runs")
        .related(one.place, "wants the same")
        .help("give one of them another `port`, or each its own addresses by `listen`")
}
