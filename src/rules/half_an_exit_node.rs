//! ## What it does
//!
//! Finds machines that advertise one of the default routes 0.0.0.0/0 and ::/0 without the other.
//!
//! ## Why is this bad?
//!
//! Tailscale refuses it: the two together are an exit node, one of them is nothing. None of the machine's
//! other routes are advertised either.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.tailscale.advertiseRoutes = [ "0.0.0.0/0" ];
//! ```
//!
//! ## What to do
//!
//! For an exit node, give the node the role `exit-node`; for a way into networks, advertise these.

use super::Check;
use crate::facts::tailnet::DEFAULT_ROUTES_TOGETHER;
use crate::finding::Finding;
use crate::scalar::Cidr;
use crate::topology::routes::Member;
use crate::topology::{Sourced, Topology};

rule!("TW210", "half-an-exit-node", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for member in topology.members() {
        let [route] = default_routes(&member)[..] else {
            continue;
        };
        let other = Cidr::any(!route.value.is_ipv6());
        let text = format!(
            "{} advertises {} without {other}",
            member.what(),
            route.value
        );
        findings.push(
            Finding::new(&RULE, &route.place, text)
                .label("half an exit node")
                .note(format!(
                    "{} ({})",
                    DEFAULT_ROUTES_TOGETHER.says, DEFAULT_ROUTES_TOGETHER.source
                ))
                .help("remove it; a node that shall be an exit node has the role `exit-node`"),
        );
    }
}

/// The default routes that a member advertises, each once: two are an exit node.
pub(super) fn default_routes<'t>(member: &Member<'t>) -> Vec<&'t Sourced<Cidr>> {
    let routes = member.membership.advertised_routes.iter();
    let mut found: Vec<&Sourced<Cidr>> = routes
        .filter(|route| route.value.net().prefix_len() == 0)
        .collect();
    found.sort_by_key(|route| route.value);
    found.dedup_by_key(|route| route.value);
    found
}
