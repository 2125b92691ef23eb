//! ## What it does
//!
//! Finds forwarders whose port is closed by their node's firewall, which tailwright does not
//! manage there, and forwarders that do not answer over UDP.
//!
//! ## Why is this bad?
//!
//! Clients hear nothing, wait, and ask again: each name takes seconds before it fails. It is not
//! noticed on a node whose firewall happens to be off.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { firewall = "nftables"; manage = [ "forwarder" ]; }; # and no openPorts
//! ```
//!
//! ## What to do
//!
//! Let the firewall be managed, or open the port for the clients and declare it in `openPorts`.

use super::Check;
use crate::finding::Finding;
use crate::scalar::Protocol;
use crate::topology::access::{self, Passage};
use crate::topology::{Forwarder, Instance, Topology};

rule!("TW503", "port-closed", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        if let Some(protocols) = &forwarder.declared.protocols
            && !protocols.value.contains(&Protocol::Udp)
        {
            findings.push(
                Finding::new(
                    &RULE,
                    &protocols.place,
                    format!("forwarder {} does not answer over UDP", forwarder.name),
                )
                .label("UDP is missing")
                .note("every client asks over UDP first")
                .help("remove `protocols`, or add \"udp\""),
            );
        }
        for instance in &forwarder.instances {
            findings.extend(closed(topology, forwarder, instance));
        }
    }
}

fn closed(topology: &Topology, forwarder: &Forwarder, instance: &Instance) -> Option<Finding> {
    let node = topology.nodes.get(instance.node);
    let clients = access::stopped(topology, forwarder, instance, |udp, _| {
        *udp == Passage::Closed
    });
    if clients.is_empty() {
        return None;
    }
    let port = forwarder.port.value;
    Some(
        Finding::new(
            &RULE,
            &node.firewall.place,
            format!("the firewall of {} closes port {port} of forwarder {}", node.name, forwarder.name),
        )
        .label(format!("nothing opens {port} here"))
        .related(&forwarder.declared.place, format!("asked by {}", clients.join(", ")))
        .note("queries are dropped: clients wait until they give up")
        .help(format!(
            "add \"firewall\" to `manage`, or open {port} for UDP and TCP and declare it in `openPorts`"
        )),
    )
}
