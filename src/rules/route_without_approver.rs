//! ## What it does
//!
//! Finds routes and exit nodes that a node with tags advertises, and that the tailnet's policy file
//! approves for none of these tags.
//!
//! ## Why is this bad?
//!
//! A route that nobody has approved is advertised, but not in use: it waits for a click in the admin
//! console, again for each node that is installed anew. Until then the clients in the tailnet have no
//! way to what is behind it, a resolver on the LAN for example.
//!
//! A prefix in `autoApprovers.routes` approves what lies in it, nothing wider; `0.0.0.0/0` there is
//! no approval of exit nodes, which have `exitNode`.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.tailscale = { tags = [ "tag:router" ]; advertiseRoutes = [ "10.10.0.0/16" ]; };
//! # "autoApprovers": { "routes": { "10.10.10.0/24": ["tag:router"] } }
//! ```
//!
//! ## What to do
//!
//! Add the route or the exit node to `autoApprovers`. Where somebody shall approve it by hand,
//! suppress this.

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::policy::{Policy, Whose};
use crate::scalar::Role;
use crate::topology::members::{EXIT_ROUTES, whose};
use crate::topology::{Node, Topology};

rule!("TW704", "route-without-approver", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let Some(membership) = &node.tailscale else {
            continue;
        };
        let file = topology.tailnets.get(membership.tailnet).policy.as_ref();
        let Whose::Tags(tags) = whose(membership) else {
            continue;
        };
        let Some((file, policy)) = file.and_then(|file| Some((file, file.policy.as_ref()?))) else {
            continue;
        };
        let whose = Whose::Tags(tags.clone());
        let tags = tags.join("\", \"");
        for route in &membership.advertised_routes {
            if !policy.approves(&whose, route.value.net()) {
                let range = route.value;
                findings.push(
                    finding(node, &route.place, &format!("the route {range}"), &file.place).help(
                        format!("add to the policy: \"autoApprovers\": {{ \"routes\": {{ \"{range}\": [\"{tags}\"] }} }}"),
                    ),
                );
            }
        }
        let role = node
            .declared
            .roles
            .iter()
            .find(|role| role.value == Role::ExitNode);
        if let Some(role) = role.filter(|_| !approves_exit(policy, &whose)) {
            findings.push(
                finding(node, &role.place, "the exit node", &file.place).help(format!(
                    "add to the policy: \"autoApprovers\": {{ \"exitNode\": [\"{tags}\"] }}"
                )),
            );
        }
    }
}

fn approves_exit(policy: &Policy, whose: &Whose) -> bool {
    let mut routes = EXIT_ROUTES.iter().filter_map(|route| route.parse().ok());
    routes.all(|route| policy.approves(whose, route))
}

fn finding(node: &Node, place: &Place, what: &str, policy: &Place) -> Finding {
    Finding::new(
        &RULE,
        place,
        format!("the policy approves {what} for no tag of {}", node.name),
    )
    .label("waits for somebody's click")
    .related(policy, "the policy")
    .note("a route that is not approved is advertised, and used by no one")
}
