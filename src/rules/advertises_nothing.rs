//! ## What it does
//!
//! Finds subnet routers that advertise no route.
//!
//! ## Why is this bad?
//!
//! The machine forwards packets and is in the tailnet, and nobody is led to it.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { roles = [ "subnet-router" ]; tailscale.advertiseRoutes = [ ]; };
//! ```
//!
//! ## What to do
//!
//! Remove `advertiseRoutes`, so that the LANs of the site are advertised, or remove the role.

use super::Check;
use crate::finding::Finding;
use crate::scalar::Role;
use crate::topology::Topology;

rule!("TW206", "advertises-nothing", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let mut roles = node.declared.roles.iter();
        let Some(role) = roles.find(|role| role.value == Role::SubnetRouter) else {
            continue;
        };
        let is_empty = node
            .tailscale
            .as_ref()
            .is_some_and(|membership| membership.advertised_routes.is_empty());
        if is_empty {
            findings.push(
                Finding::new(
                    &RULE,
                    &role.place,
                    format!("subnet router {} advertises no route", node.name),
                )
                .label("leads nowhere")
                .note("a subnet router advertises the LANs of its site where nothing else is said")
                .help("remove `advertiseRoutes`, declare the LANs of its site, or remove the role"),
            );
        }
    }
}
