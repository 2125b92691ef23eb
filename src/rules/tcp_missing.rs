//! ## What it does
//!
//! Finds forwarders that can be asked over UDP but not over TCP: by their own `protocols`, or
//! because the firewall opens the port for UDP only, to all of the clients or to some.
//!
//! ## Why is this bad?
//!
//! An answer that does not fit into a UDP datagram is fetched over TCP (RFC 7766): names with many
//! records fail, the others work. Blocky repeats over TCP whatever failed over UDP, and waits.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.openPorts = [ { port = 1053; protocols = [ "udp" ]; } ];
//! ```
//!
//! ## What to do
//!
//! Open TCP as well.

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::Protocol;
use crate::topology::access::{self, Passage};
use crate::topology::{Forwarder, Instance, Topology};

rule!("TW505", "tcp-missing", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        match &forwarder.declared.protocols {
            Some(protocols) if !protocols.value.contains(&Protocol::Tcp) => findings.push(finding(
                &protocols.place,
                format!("forwarder {} does not answer over TCP", forwarder.name),
                "remove `protocols`, or add \"tcp\"".to_owned(),
            )),
            _ => findings.extend(
                forwarder
                    .instances
                    .iter()
                    .filter_map(|instance| closed(topology, forwarder, instance)),
            ),
        }
    }
}

fn finding(place: &Place, message: String, help: String) -> Finding {
    Finding::new(&RULE, place, message)
        .label("TCP is missing")
        .note("an answer that does not fit into a UDP datagram is fetched over TCP (RFC 7766)")
        .help(help)
}

fn closed(topology: &Topology, forwarder: &Forwarder, instance: &Instance) -> Option<Finding> {
    let node = topology.nodes.get(instance.node);
    let clients = access::stopped(topology, forwarder, instance, |udp, tcp| {
        *udp == Passage::Open && *tcp != Passage::Open
    });
    if clients.is_empty() {
        return None;
    }
    let port = forwarder.port.value;
    // Where it is opened for TCP to others, that is the entry which lacks these clients.
    let for_tcp = access::opened_at(node, forwarder, Protocol::Tcp);
    let place = if *for_tcp == node.firewall.place {
        access::opened_at(node, forwarder, Protocol::Udp)
    } else {
        for_tcp
    };
    Some(
        finding(
            place,
            format!(
                "the firewall of {} opens port {port} of forwarder {} to {} for UDP only",
                node.name,
                forwarder.name,
                clients.join(", ")
            ),
            "open the port for TCP to the same clients".to_owned(),
        )
        .related(
            &forwarder.declared.place,
            format!("asked by {}", clients.join(", ")),
        ),
    )
}
