//! ## What it does
//!
//! Finds pods that ask a forwarder and are refused by its access list, or dropped by its node's
//! firewall, because their range is not admitted there.
//!
//! Which address the forwarder sees is the network plug-in's decision: pods keep their own on the
//! node they run on, and with some plug-ins on every node of the cluster.
//!
//! ## Why is this bad?
//!
//! Every query of a cluster's DNS server is refused. A refusal counts as an answer for Blocky, so
//! the second forwarder is not asked. One home lab admitted k3s' default range while Cilium handed
//! out its own: no pod could resolve a tailnet name.
//!
//! ## Example
//!
//! ```nix
//! clusters.homelab.cni = { kind = "cilium"; podCidrs = [ "10.0.0.0/8" ]; };
//! forwarders.magicdns.allow = [ "10.42.0.0/16" ]; # k3s' default
//! ```
//!
//! ## What to do
//!
//! Remove `allow`: it is derived from who asks. Where it must be written, write the range that is
//! configured in the network plug-in.

use super::Check;
use crate::finding::Finding;
use crate::topology::Topology;
use crate::topology::access;
use crate::topology::arrivals::SourceKind;

rule!("TW501", "pods-not-admitted", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for refusal in access::refusals(topology) {
        if refusal.arrival.seen_as == SourceKind::Pod {
            findings.push(refusal.finding(&RULE, topology));
        }
    }
}
