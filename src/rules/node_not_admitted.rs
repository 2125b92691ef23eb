//! ## What it does
//!
//! Finds nodes and other machines that ask a forwarder and are refused by its access list or
//! dropped by its node's firewall. Often these are pods: with flannel, Canal and Calico they hide
//! behind the address of their node as soon as they ask another machine.
//!
//! ## Why is this bad?
//!
//! It works where the client runs on the forwarder's own node and fails everywhere else, so a test
//! on one machine proves nothing.
//!
//! ## Example
//!
//! ```nix
//! clusters.homelab.cni = { kind = "flannel"; podCidrs = [ "10.42.0.0/16" ]; };
//! forwarders.magicdns.allow = [ "10.42.0.0/16" ]; # other nodes' pods come as their node
//! ```
//!
//! ## What to do
//!
//! Remove `allow`: it is derived from who asks. Where it must be written, add the addresses that
//! the message names.

use super::Check;
use crate::finding::Finding;
use crate::topology::Topology;
use crate::topology::access;
use crate::topology::arrivals::{SourceKind, unknown_hiding_places};

rule!("TW502", "node-not-admitted", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for refusal in access::refusals(topology) {
        if refusal.arrival.seen_as != SourceKind::Pod {
            findings.push(refusal.finding(&RULE, topology));
        }
    }
    unknown(topology, findings);
}

/// Pods that hide behind a node of which no address is known: nobody can admit it.
fn unknown(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        if forwarder.declared.allow.is_some() {
            continue;
        }
        for instance in &forwarder.instances {
            for (node, fact) in unknown_hiding_places(topology, instance) {
                let asked = &topology.nodes.get(instance.node).name;
                findings.push(
                    Finding::new(
                        &RULE,
                        &node.declared.place,
                        format!(
                            "pods on {} ask forwarder {} on {asked} from an address of {} that is not known",
                            node.name, forwarder.name, node.name
                        ),
                    )
                    .label("`address` is missing")
                    .related(&forwarder.declared.place, "the forwarder")
                    .note(format!("{} ({})", fact.says, fact.source))
                    .note("an address that is not known is not admitted")
                    .help("add the node's `address`, or the range of such nodes to the cluster's `nodeCidrs`"),
                );
            }
        }
    }
}
