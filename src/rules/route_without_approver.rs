//! ## What it does
//!
//! Finds routes and exit nodes that a machine advertises, and that the tailnet's policy file approves for
//! none of its tags. For a device without tags: that it approves for no user. headscale's policy file is
//! read for that, too.
//!
//! Nodes without tags are TW707's.
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

use ipnet::IpNet;

use super::Check;
use super::half_an_exit_node::default_routes;
use crate::finding::Finding;
use crate::place::Place;
use crate::policy::Whose;
use crate::scalar::Role;
use crate::topology::Topology;
use crate::topology::members::{EXIT_ROUTES, whose};
use crate::topology::routes::Member;

rule!("TW704", "route-without-approver", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for member in topology.members() {
        let tailnet = topology.tailnets.get(member.membership.tailnet);
        let file = tailnet.any_policy();
        let Some((file, policy)) = file.and_then(|file| Some((&file.place, file.policy.as_ref()?)))
        else {
            continue;
        };
        let whose = whose(member.membership);
        if whose == Whose::Somebody && member.kind == "node" {
            continue;
        }
        let approves = |route: IpNet| match &whose {
            Whose::Tags(_) => policy.approves(&whose, route),
            _ => policy.approves_for_a_user(route),
        };
        for route in &member.membership.advertised_routes {
            let net = route.value.net();
            if net.prefix_len() > 0 && !approves(net) {
                let range = route.value;
                let what = format!("the route {range}");
                let entry = |tags: &str| format!("\"routes\": {{ \"{range}\": {tags} }}");
                let text = text(&member, &whose, &what, entry);
                findings.push(finding(&route.place, file, text));
            }
        }
        let mut exit_routes = EXIT_ROUTES.iter().filter_map(|route| route.parse().ok());
        if let Some(place) = exit_node(topology, &member).filter(|_| !exit_routes.all(approves)) {
            let entry = |tags: &str| format!("\"exitNode\": {tags}");
            let text = text(&member, &whose, "the exit node", entry);
            findings.push(finding(place, file, text));
        }
    }
}

/// Where it is said that a member is an exit node, if it is.
fn exit_node<'t>(topology: &'t Topology, member: &Member<'t>) -> Option<&'t Place> {
    let node = topology.nodes.find(member.name.as_str());
    let node = node.filter(|_| member.kind == "node");
    let mut roles = node.iter().flat_map(|(_, node)| &node.declared.roles);
    let role = roles.find(|role| role.value == Role::ExitNode);
    let role = role.map(|role| &role.place);
    role.or_else(|| default_routes(member).first().map(|route| &route.place))
}

/// Message and help. `entry` is what belongs into `autoApprovers` for some tags.
fn text(
    member: &Member<'_>,
    whose: &Whose,
    what: &str,
    entry: impl Fn(&str) -> String,
) -> (String, String) {
    let name = member.name;
    match whose {
        Whose::Tags(tags) => {
            let entry = entry(&format!("[\"{}\"]", tags.join("\", \"")));
            (
                format!("{what} for no tag of {name}"),
                format!("add to the policy: \"autoApprovers\": {{ {entry} }}"),
            )
        }
        _ => (
            format!("{what} of {name} for no user"),
            "give the machine a tag, and add that to `autoApprovers` of the policy".to_owned(),
        ),
    }
}

fn finding(place: &Place, policy: &Place, (what, help): (String, String)) -> Finding {
    Finding::new(&RULE, place, format!("the policy approves {what}"))
        .label("waits for somebody's click")
        .related(policy, "the policy")
        .note("a route that is not approved is advertised, and used by no one")
        .help(help)
}
