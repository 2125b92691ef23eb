//! ## What it does
//!
//! Finds nodes with the role `subnet-router` that advertise no route: their `advertiseRoutes` is
//! empty, or it is absent and their site has no LAN.
//!
//! ## Why is this bad?
//!
//! Nobody reaches anything through such a router, and nothing else says so: it is up, and in the tailnet.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { roles = [ "subnet-router" ]; tailscale.advertiseRoutes = [ ]; };
//! ```
//!
//! ## What to do
//!
//! Declare what it advertises, or the LANs of its site, or remove the role.

use super::Check;
use crate::facts::tailnet::ADVERTISES_LANS;
use crate::finding::Finding;
use crate::scalar::Role;
use crate::topology::Topology;

rule!("TW206", "advertises-nothing", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let advertises = node
            .tailscale
            .as_ref()
            .is_none_or(|membership| !membership.advertised_routes.is_empty());
        let mut roles = node.declared.roles.iter();
        let role = roles.find(|role| role.value == Role::SubnetRouter);
        if let Some(role) = role.filter(|_| !advertises) {
            findings.push(
                Finding::new(
                    &RULE,
                    &role.place,
                    format!("node {} is a subnet router without a route", node.name),
                )
                .label("advertises nothing")
                .note(format!("{} ({})", ADVERTISES_LANS.says, ADVERTISES_LANS.source))
                .help("write the ranges into `advertiseRoutes` or into `lans` of its site, or remove the role"),
            );
        }
    }
}
