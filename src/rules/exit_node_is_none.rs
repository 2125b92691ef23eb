//! ## What it does
//!
//! Finds an `exitNode` that is none: the machine itself, one that is not in its tailnet, or a node that has
//! neither the role `exit-node` nor both default routes among its `advertiseRoutes`. Devices are taken to be
//! exit nodes where they are named as such.
//!
//! ## Why is this bad?
//!
//! tailscaled refuses to use it. On a node the unit that sets it fails, and with it whatever else is
//! set by the same command.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { roles = [ "subnet-router" ]; tailscale = { }; };
//! devices.phone.tailscale.exitNode = "alpha";
//! ```
//!
//! ## What to do
//!
//! Add `"exit-node"` to the `roles` of the node that is meant, or name another one.

use super::Check;
use super::half_an_exit_node::default_routes;
use crate::facts::tailnet::EXIT_NODE_OFFERS;
use crate::finding::Finding;
use crate::scalar::{Name, Role};
use crate::topology::Topology;
use crate::topology::routes::Member;

rule!("TW209", "exit-node-is-none", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for member in topology.members() {
        let Some(exit) = &member.membership.declared.exit_node else {
            continue;
        };
        let Some(why) = why_not(topology, &member, &exit.value) else {
            continue;
        };
        let text = format!(
            "{} has {} as its exit node, which {why}",
            member.what(),
            exit.value
        );
        findings.push(
            Finding::new(&RULE, &exit.place, text)
                .label("no exit node")
                .note(format!(
                    "{} ({})",
                    EXIT_NODE_OFFERS.says, EXIT_NODE_OFFERS.source
                ))
                .help("add the role `exit-node` to the node that is meant, or name another one"),
        );
    }
}

/// Why it is no exit node of a member; `None` where it is, or is not known at all.
fn why_not(topology: &Topology, member: &Member<'_>, exit: &Name) -> Option<&'static str> {
    let named: Vec<Member<'_>> = topology
        .members()
        .filter(|other| other.name == exit)
        .collect();
    let device = topology.devices.find(exit.as_str());
    let node = topology.nodes.find(exit.as_str());
    if device.is_none() && node.is_none() {
        return None;
    }
    let tailnet = member.membership.tailnet;
    let Some(other) = named
        .iter()
        .find(|other| other.membership.tailnet == tailnet)
    else {
        return Some("is not in its tailnet");
    };
    if other.is(member) {
        return Some("is the same machine");
    }
    let has_role = node.is_some_and(|(_, node)| node.has_role(Role::ExitNode));
    let offers = has_role || default_routes(other).len() == 2;
    (other.kind == "node" && !offers).then_some("offers no way to the Internet")
}
