//! ## What it does
//!
//! Finds forwarders on nodes that are not members of the tailnet whose names they answer.
//!
//! ## Why is this bad?
//!
//! A forwarder asks quad100, which tailscaled answers inside the same machine. Without it there is
//! nobody to ask: every name fails.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { os = "nixos"; }; # without tailscale
//! forwarders.magicdns = { engine = "unbound"; nodes = [ "alpha" ]; };
//! ```
//!
//! ## What to do
//!
//! Add `tailscale = { … };` to the node, or let another node run the forwarder.

use super::Check;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW506", "forwarder-off-tailnet", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for forwarder in topology.forwarders.values() {
        for instance in &forwarder.instances {
            let node = topology.nodes.get(instance.node);
            let is_member = node
                .tailscale
                .as_ref()
                .is_some_and(|membership| membership.tailnet == forwarder.tailnet);
            if is_member {
                continue;
            }
            let tailnet = topology.tailnets.get(forwarder.tailnet);
            let named = forwarder
                .declared
                .nodes
                .iter()
                .find(|name| name.value == node.name);
            let place = named.map_or(&forwarder.declared.place, |name| &name.place);
            findings.push(
                Finding::new(
                    &RULE,
                    place,
                    format!(
                        "forwarder {} runs on {}, which is not in the tailnet {}",
                        forwarder.name, node.name, tailnet.declared.suffix.value
                    ),
                )
                .label("not a member")
                .related(&node.declared.place, "the node")
                .note("a forwarder asks quad100, which tailscaled answers on the same machine")
                .help("add `tailscale = { … };` to the node, or name another node"),
            );
        }
    }
}
