//! ## What it does
//!
//! Finds what a node is declared to have, and to be managed, but what this version of tailwright
//! does not generate: a forwarder with dnsmasq or CoreDNS as its engine.
//!
//! ## Why is this bad?
//!
//! The tree would lack it without a word, and the firewall would be opened for a service that
//! is not there.
//!
//! ## Example
//!
//! ```nix
//! forwarders.magicdns = { engine = "dnsmasq"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Take `unbound`, or configure the engine by hand and leave `"forwarder"` out of the node's
//! `manage`: what is not managed is still checked.

use super::Check;
use crate::finding::Finding;
use crate::scalar::{Engine, Part};
use crate::topology::Topology;

rule!("TW009", "not-generated", Error, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        let engine = &forwarder.declared.engine;
        let managed = forwarder
            .instances
            .iter()
            .map(|instance| topology.nodes.get(instance.node))
            .find(|node| node.manages(Part::Forwarder));
        if let (Engine::Dnsmasq | Engine::Coredns, Some(node)) = (engine.value, managed) {
            findings.push(
                Finding::new(
                    &RULE,
                    &engine.place,
                    format!(
                        "{} as a forwarder's engine is not generated yet",
                        engine.value
                    ),
                )
                .label(format!("{} is managed", node.name))
                .note("the tree would lack the forwarder without a word")
                .help(
                    "write \"unbound\", or configure it by hand and leave \"forwarder\" out of the \
                     nodes' `manage`",
                ),
            );
        }
    }
}
