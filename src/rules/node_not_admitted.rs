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
use crate::topology::arrivals::SourceKind;

rule!("TW502", "node-not-admitted", Error, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for refusal in access::refusals(topology) {
        if refusal.arrival.seen_as != SourceKind::Pod {
            findings.push(refusal.finding(&RULE, topology));
        }
    }
}
