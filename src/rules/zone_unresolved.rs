//! ## What it does
//!
//! Finds clients that can't resolve the names of a tailnet although they are meant to: pods and nodes
//! whose DNS knows the tailnet's zones, LANs and members whose name server is a resolver that asks for
//! them. It reports what no rule about listeners and access lists does: no route, no way back, the
//! tailnet's policy, a server that knows nothing of it.
//!
//! ## Why is this bad?
//!
//! The names are there, and everything that asks for them fails or waits.
//!
//! ## Example
//!
//! ```nix
//! # The laptop is told to ask Blocky, and no route leads there.
//! tailnet = { nameservers = [ "blocky" ]; overrideLocalDns = true; };
//! devices.laptop.tailscale = { acceptDns = true; acceptRoutes = false; };
//! resolvers.blocky.address = "10.10.10.100";
//! ```
//!
//! ## What to do
//!
//! The finding says at which hop it fails, and what would mend that. `tailwright trace FILE --from CLASS
//! --name NAME` shows all of them.

use std::collections::BTreeMap;

use super::Check;
use super::traced::{Traced, decided_at, explained, has_own_rule, is_meant_for};
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{ClientClass, NodeResolver};
use crate::topology::Topology;
use crate::trace::classes::{ClientGroup, NameClass, NameKind};
use crate::trace::outcome::{CauseKind, Outcome, Seen};

rule!("TW404", "zone-unresolved", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let mut failing: BTreeMap<(String, String), (Place, &Outcome, Vec<String>)> = BTreeMap::new();
    for (client, name, _, outcome) in traced.outcomes() {
        if !is_meant(traced.topology, client, name)
            || !is_failure(outcome)
            || is_one_of_a_race(traced, client, name, outcome)
        {
            continue;
        }
        let Some(place) = place_of(traced.topology, client.class()) else {
            continue;
        };
        let leaves = outcome.cause.leaves();
        let place = leaves
            .iter()
            .find_map(|leaf| decided_at(leaf))
            .cloned()
            .unwrap_or(place);
        let key = (client.class().to_string(), outcome.cause.text.clone());
        let (_, _, names) = failing.entry(key).or_insert((place, outcome, Vec::new()));
        if !names.contains(&name.what) {
            names.push(name.what.clone());
        }
    }
    for ((client, _), (place, outcome, names)) in failing {
        let message = format!(
            "{client} can't resolve {}: {}",
            names.join(", "),
            outcome.seen
        );
        let finding = Finding::new(&RULE, &place, message).label("decides it");
        findings.push(explained(finding, &outcome.cause));
    }
}

/// Whether another server's answer can come before it: of unequal servers another rule tells.
fn is_one_of_a_race(
    traced: &Traced<'_>,
    client: &ClientGroup,
    name: &NameClass,
    outcome: &Outcome,
) -> bool {
    let is_said = matches!(
        outcome.seen,
        Seen::NoSuchName | Seen::NoData | Seen::Refused
    );
    let mut others = traced.outcomes();
    is_said
        && others.any(|(other, other_name, _, one)| {
            other.class() == client.class()
                && other_name.name() == name.name()
                && one.seen == Seen::Answer
        })
}

/// What fails without another rule that says so.
fn is_failure(outcome: &Outcome) -> bool {
    let leaves = outcome.cause.leaves();
    let is_told = leaves.iter().any(|leaf| {
        matches!(
            leaf.kind,
            CauseKind::Loop | CauseKind::GivenUp | CauseKind::Unknown | CauseKind::NotItsZone
        )
    });
    !matches!(outcome.seen, Seen::Answer | Seen::Unknown)
        && !is_told
        && !has_own_rule(&outcome.cause)
        && outcome.leaks.is_empty()
}

/// Whether a class of clients is meant to resolve a class of names: public names, and the members of a
/// tailnet where its DNS knows them. A device's or a node's does by systemd-resolved, by the tailnet's
/// settings, or by the name servers of its LAN.
fn is_meant(topology: &Topology, client: &ClientGroup, name: &NameClass) -> bool {
    let knows_members = match client.class() {
        ClientClass::Outside | ClientClass::Tailnet | ClientClass::TailnetRoutes => return false,
        ClientClass::Pods(_) | ClientClass::Lan(_) => true,
        ClientClass::Device(device) => {
            topology
                .devices
                .find(device.as_str())
                .is_some_and(|(_, device)| {
                    let member = device.tailscale.as_ref();
                    device.site.is_some() || member.is_some_and(|member| member.accept_dns.value)
                })
        }
        ClientClass::Node(node) => topology.nodes.find(node.as_str()).is_some_and(|(_, node)| {
            let member = node.tailscale.as_ref();
            node.resolver() == NodeResolver::Resolved
                || member.is_some_and(|member| member.accept_dns.value)
        }),
    };
    match name.kind {
        NameKind::Public => true,
        NameKind::Member(_) => knows_members && is_meant_for(topology, client.class(), name),
        _ => false,
    }
}

fn place_of(topology: &Topology, class: &ClientClass) -> Option<Place> {
    Some(match class {
        ClientClass::Pods(name) => topology
            .clusters
            .find(name.as_str())?
            .1
            .declared
            .place
            .clone(),
        ClientClass::Node(name) => topology.nodes.find(name.as_str())?.1.declared.place.clone(),
        ClientClass::Lan(name) => topology.sites.find(name.as_str())?.1.declared.place.clone(),
        ClientClass::Device(name) => topology
            .devices
            .find(name.as_str())?
            .1
            .declared
            .place
            .clone(),
        ClientClass::Tailnet | ClientClass::TailnetRoutes | ClientClass::Outside => return None,
    })
}
