//! ## What it does
//!
//! Finds resolvers on nodes whose port the node's firewall closes to somebody who is told to ask them, and
//! ports that it opens for one protocol alone: `openPorts` names the port for UDP or for TCP, and nothing
//! opens it for the other.
//!
//! What a resolver's own module opens has to be in `openPorts`, too: nothing else is known of it. A port
//! that is half open is not found on nodes that trust an interface, by which clients may come.
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

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::traced::{Traced, decided_at, ways};
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{Firewall, Port, Protocol};
use crate::topology::{Node, Resolver};
use crate::trace::outcome::{Cause, CauseKind};

rule!("TW511", "resolver-port-closed", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let topology = traced.topology;
    let mut half: Vec<&Place> = Vec::new();
    for resolver in topology.resolvers.values() {
        for node in &resolver.nodes {
            let node = topology.nodes.get(*node);
            if let Some(finding) = half_open(resolver, node) {
                half.push(&node.firewall.place);
                findings.push(finding);
            }
        }
    }
    let mut closed: BTreeMap<&str, (&Place, &Cause, BTreeSet<String>)> = BTreeMap::new();
    for (_, trace) in &traced.meant {
        ways(trace, &mut |way| {
            let causes = way.outcomes.iter().map(|outcome| &outcome.cause);
            let drops = causes
                .filter(|cause| cause.kind == CauseKind::Firewall && !cause.at_forwarder)
                .filter_map(|cause| Some((decided_at(cause)?, cause)));
            for (place, cause) in drops.filter(|(place, _)| !half.contains(place)) {
                let (_, _, clients) =
                    closed
                        .entry(&cause.text)
                        .or_insert((place, cause, BTreeSet::new()));
                clients.insert(trace.question.from.to_string());
            }
        });
    }
    for (text, (place, cause, clients)) in closed {
        let clients: Vec<String> = clients.into_iter().collect();
        let finding = Finding::new(&RULE, place, text.to_owned())
            .label("nothing opens the port here")
            .note(format!(
                "names fail or take long for {}",
                clients.join(", ")
            ));
        findings.push(match &cause.mend {
            Some(mend) => finding.help(mend.clone()),
            None => finding,
        });
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
