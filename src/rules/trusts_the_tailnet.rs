//! ## What it does
//!
//! Finds nodes whose firewall trusts the tailnet's interface, unless the tailnet's policy file narrows
//! what may reach them.
//!
//! A policy narrows if no entry of it lets everybody reach every port of the node. headscale's policy file
//! is read as Tailscale's is; one that can't be read is taken to narrow.
//!
//! ## Why is this bad?
//!
//! Every port of the node is open to every member: what listens for the LAN or for the node's own
//! cluster, and what will be installed next year.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.trustedInterfaces = [ "tailscale0" ];
//! ```
//!
//! ## What to do
//!
//! Remove the interface: what is generated opens the forwarder's port to those who ask it, and
//! `openPorts` declares the rest. Or declare the tailnet's policy, and grant there what is meant.

use super::Check;
use crate::facts::tailnet::{FILTERS_BY_POLICY, INTERFACE};
use crate::finding::Finding;
use crate::scalar::Firewall;
use crate::topology::members::whose;
use crate::topology::{Membership, Topology};

rule!("TW509", "trusts-the-tailnet", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let Some(membership) = &node.tailscale else {
            continue;
        };
        let mut trusted = node.declared.trusted_interfaces.iter();
        let trusted = trusted.find(|interface| interface.value.matches(INTERFACE));
        let Some(interface) = trusted.filter(|_| node.firewall.value != Firewall::Off) else {
            continue;
        };
        if is_narrowed(topology, membership) {
            continue;
        }
        let tailnet = topology.tailnets.get(membership.tailnet);
        let finding = Finding::new(
            &RULE,
            &interface.place,
            format!("every port of {} is open to the whole tailnet", node.name),
        )
        .label(format!("{INTERFACE} is let in unseen"))
        .note(format!(
            "{} ({})",
            FILTERS_BY_POLICY.says, FILTERS_BY_POLICY.source
        ))
        .help(format!(
            "remove it and declare in `openPorts` what is meant, or declare in `policy` of {} \
             who may reach which ports",
            tailnet.name
        ));
        findings.push(match tailnet.any_policy() {
            Some(file) => finding.related(&file.place, "lets everybody reach every port of it"),
            None => finding,
        });
    }
}

/// Whether a policy keeps members from some ports, or may do so unread.
fn is_narrowed(topology: &Topology, membership: &Membership) -> bool {
    let tailnet = topology.tailnets.get(membership.tailnet);
    let policy = tailnet.any_policy().map(|file| &file.policy);
    match policy {
        Some(Some(policy)) => !policy.opens_to_everybody(&whose(membership)),
        Some(None) => true,
        None => tailnet.declared.policy.is_some(),
    }
}
