//! ## What it does
//!
//! Finds resolvers on nodes whose port the node's firewall opens for one protocol alone: `openPorts` names
//! the port for UDP or for TCP, and nothing opens it for the other.
//!
//! A port that `openPorts` does not name at all is not found: modules of resolvers open it themselves.
//! Nor are nodes that trust an interface, by which clients may come.
//!
//! ## Why is this bad?
//!
//! Clients ask over UDP, and over TCP what does not fit: long answers, and the second try. With UDP closed
//! each name takes seconds; with TCP closed some names fail and nobody sees why.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.openPorts = [ { port = 53; protocols = [ "udp" ]; } ];
//! resolvers.adguard = { kind = "adguard-home"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Open the port for both protocols: remove `protocols`.

use super::Check;
use crate::finding::Finding;
use crate::scalar::{Firewall, Port, Protocol};
use crate::topology::{Node, Resolver, Topology};

rule!("TW511", "resolver-port-closed", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        for node in &resolver.nodes {
            findings.extend(half_open(resolver, topology.nodes.get(*node)));
        }
    }
}

fn half_open(resolver: &Resolver, node: &Node) -> Option<Finding> {
    let declared = &node.declared;
    if node.firewall.value == Firewall::Off || !declared.trusted_interfaces.is_empty() {
        return None;
    }
    let port = resolver.declared.port.map_or(53, Port::number);
    let ports = declared.open_ports.iter();
    let opened: Vec<_> = ports.filter(|open| open.port.number() == port).collect();
    let first = opened.first()?;
    let is_open = |protocol| {
        opened.iter().any(|open| {
            let protocols = open.protocols.as_ref();
            protocols.is_none_or(|protocols| protocols.contains(&protocol))
        })
    };
    let closed = [Protocol::Udp, Protocol::Tcp]
        .into_iter()
        .find(|protocol| !is_open(*protocol))?;
    let closed = closed.as_str().to_uppercase();
    Some(
        Finding::new(
            &RULE,
            &first.place,
            format!(
                "the firewall of {} closes port {port} of resolver {} for {closed}",
                node.name, resolver.name
            ),
        )
        .label(format!("{closed} is missing"))
        .related(&resolver.declared.place, "the resolver")
        .note("clients ask over UDP first, and over TCP what does not fit")
        .help("open the port for both protocols: remove `protocols`"),
    )
}
