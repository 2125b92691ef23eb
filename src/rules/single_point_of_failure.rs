//! ## What it does
//!
//! Finds a node whose failure alone takes away names that were resolved before: answers that an
//! expectation relies on, or all names of a LAN's or the tailnet's clients. Likewise a device by whose route
//! alone the tailnet's clients reach all of their name servers.
//!
//! Not found is what everybody knows of: a LAN without the node on which its name server runs, a device
//! without the exit node that it uses. Nor is what else a device does: a trace lets nodes fail, not devices.
//!
//! ## Why is this bad?
//!
//! A restart for an update is a failure, too. While the node is down, the others have no names, and
//! often that is what is needed to bring it back.
//!
//! ## Example
//!
//! ```nix
//! tailnet = { nameservers = [ "blocky" ]; overrideLocalDns = true; };
//! # one subnet router leads to Blocky
//! nodes.alpha.roles = [ "subnet-router" ];
//! ```
//!
//! ## What to do
//!
//! Give what the node does to a second one: another subnet router of the site, another node of the
//! forwarder, a resolver with another address. `tailwright trace FILE --all` lists what each failure
//! changes.

use std::collections::BTreeSet;

use super::Check;
use super::only_way::{OnlyWay, only_ways};
use super::traced::{Traced, explained, is_everybody};
use crate::finding::Finding;
use crate::scalar::{self, ClientClass, Protocol};
use crate::topology::{Id, Node, Topology};
use crate::trace::classes::NameKind;
use crate::trace::matrix::Change;
use crate::trace::outcome::Seen;

rule!("TW304", "single-point-of-failure", Warning, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    findings.extend(devices(traced));
    for failure in &traced.relied_on.failures {
        let Some(node) = failure.nodes.first() else {
            continue;
        };
        let lost: Vec<&Change> = failure
            .changes
            .iter()
            .filter(|change| {
                is_lost(traced, change)
                    && (is_expected(traced, change) || carries_everything(traced, change, *node))
            })
            .collect();
        let Some(first) = lost.first() else { continue };
        let clients: BTreeSet<String> = lost
            .iter()
            .map(|change| traced.relied_on.clients[change.client].class().to_string())
            .collect();
        let names: BTreeSet<&str> = lost
            .iter()
            .map(|change| traced.relied_on.names[change.name].what.as_str())
            .collect();
        let nodes: Vec<&str> = failure
            .nodes
            .iter()
            .map(|node| traced.topology.nodes.get(*node).name.as_str())
            .collect();
        let nodes = nodes.join(" or ");
        let node = traced.topology.nodes.get(*node);
        let clients: Vec<String> = clients.into_iter().collect();
        let names: Vec<&str> = names.into_iter().collect();
        let finding = Finding::new(
            &RULE,
            &node.declared.place,
            format!(
                "without {nodes} {} can't resolve {}",
                clients.join(", "),
                names.join(", ")
            ),
        )
        .label("nobody takes over what it does");
        let worst = first
            .cell
            .udp
            .iter()
            .find(|outcome| outcome.seen != Seen::Answer);
        let finding = match worst {
            Some(outcome) => explained(finding, &outcome.cause),
            None => finding,
        };
        findings.push(finding.help(
            "give what it does to a second node; `tailwright trace FILE --all` lists what a failure \
             changes",
        ));
    }
}

/// Devices that carry all names of the tailnet's clients.
fn devices(traced: &Traced<'_>) -> Vec<Finding> {
    let relied_on = &traced.relied_on;
    let mut names = relied_on.names.iter();
    let Some(public) = names.position(|name| name.kind == NameKind::Public) else {
        return Vec::new();
    };
    let answers: BTreeSet<Seen> = [Seen::Answer].into();
    let mut findings = Vec::new();
    for way in only_ways(traced.topology) {
        let rows = relied_on.clients.iter().zip(&relied_on.cells);
        let lost = rows.filter(|(client, cells)| {
            comes_by(traced.topology, &way, client.class())
                && cells[public].seen(Protocol::Udp) == answers
        });
        let clients: Vec<String> = lost.map(|(client, _)| client.class().to_string()).collect();
        if clients.is_empty() {
            continue;
        }
        findings.push(
            Finding::new(
                &RULE,
                &way.device.declared.place,
                format!(
                    "without device {} {} can't resolve {}",
                    way.device.name,
                    clients.join(", "),
                    relied_on.names[public].what
                ),
            )
            .label("nobody takes over what it does")
            .related(
                &way.route.place,
                "the one way to the tailnet's name servers",
            )
            .help("let a second machine advertise the route"),
        );
    }
    findings
}

/// Whether clients ask a tailnet's name servers, and reach them by its routes: those who have no other way.
fn comes_by(topology: &Topology, way: &OnlyWay<'_>, class: &ClientClass) -> bool {
    match class {
        ClientClass::TailnetRoutes => topology.tailnets.first() == Some(way.tailnet),
        ClientClass::Device(name) => {
            let found = topology.devices.find(name.as_str());
            found.is_some_and(|(_, device)| {
                let is_near = topology.leads_to(device.site, way.route.value);
                device.name != way.device.name
                    && !is_near
                    && device.tailscale.as_ref().is_some_and(|own| {
                        own.tailnet == way.tailnet
                            && own.accept_dns.value
                            && own.accept_routes.value
                    })
            })
        }
        _ => false,
    }
}

/// Whether an answer is lost: there was nothing else before, and is not always one then.
fn is_lost(traced: &Traced<'_>, change: &Change) -> bool {
    let before = &traced.relied_on.cells[change.client][change.name];
    let answers: BTreeSet<Seen> = [Seen::Answer].into();
    let then = change.cell.seen(Protocol::Udp);
    before.seen(Protocol::Udp) == answers && then != answers && !then.contains(&Seen::Unknown)
}

/// Whether an expectation relies on it.
fn is_expected(traced: &Traced<'_>, change: &Change) -> bool {
    let client = &traced.relied_on.clients[change.client];
    let name = &traced.relied_on.names[change.name];
    let mut expectations = traced.topology.expectations.iter();
    expectations.any(|expectation| {
        expectation.seen == scalar::Seen::Answer
            && client.members.contains(&expectation.from.value)
            && name.members.contains(&expectation.name.value)
    })
}

/// Whether all names of people's devices come by a node that is not the one on which their name server
/// runs: of that one everybody knows.
fn carries_everything(traced: &Traced<'_>, change: &Change, node: Id<Node>) -> bool {
    let topology = traced.topology;
    let client = &traced.relied_on.clients[change.client];
    let name = &traced.relied_on.names[change.name];
    let mut resolvers = topology.resolvers.values();
    let runs_a_resolver = resolvers.any(|resolver| {
        let in_cluster = resolver.cluster.is_some_and(|cluster| {
            let mut nodes = topology
                .nodes
                .iter()
                .filter(|(_, one)| one.cluster == Some(cluster));
            nodes.all(|(id, _)| id == node)
        });
        in_cluster || resolver.nodes.contains(&node)
    });
    name.kind == NameKind::Public
        && is_everybody(client.class())
        && !runs_a_resolver
        && !is_exit_node(traced, client.class(), node)
}

/// Whether a device's way to the Internet is said to be a node.
fn is_exit_node(traced: &Traced<'_>, class: &ClientClass, node: Id<Node>) -> bool {
    let ClientClass::Device(name) = class else {
        return false;
    };
    let device = traced.topology.devices.find(name.as_str());
    let own = device.and_then(|(_, device)| device.tailscale.as_ref());
    let exit = own.and_then(|own| own.declared.exit_node.as_ref());
    exit.is_some_and(|exit| exit.value == traced.topology.nodes.get(node).name)
}
