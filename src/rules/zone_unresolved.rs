//! ## What it does
//!
//! Finds clients that can't resolve the names of a tailnet although they are meant to: pods and nodes
//! whose DNS knows the tailnet's zones, LANs and members whose name server is a resolver that asks for
//! them. It reports what no rule about listeners and access lists does: no route, no way back, the
//! tailnet's policy, a server that knows nothing of it.
//!
//! Also zones and names that a resolver or a tailnet's settings declare (`conditional`, `zones`, `records`,
//! `customDns`, `splitDns`), where pods, LANs, devices, or nodes by name servers of their own ask for them and
//! get a failure or nothing. That there is no such name is no failure of those: who asks may be none of whom
//! they are for. Nor are reverse zones judged, or zones that a machine may answer of which that is not known.
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

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::traced::{Traced, decided_at, explained, has_own_rule, is_meant_for};
use crate::declaration::language;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{ClientClass, DnsName, NodeResolver, Protocol};
use crate::topology::Topology;
use crate::trace::classes::{ClientGroup, NameClass, NameKind};
use crate::trace::outcome::{CauseKind, Outcome, Seen};

rule!("TW404", "zone-unresolved", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let mut failing: BTreeMap<(String, String), Failing<'_>> = BTreeMap::new();
    let are_servers_told = findings
        .iter()
        .any(|finding| ABOUT_SERVERS.contains(&finding.rule.code));
    for (client, name, protocol, outcome) in traced.outcomes() {
        if !is_meant(traced.topology, client, name)
            || !is_failure(outcome, are_servers_told)
            || (name.kind == NameKind::Declared && is_open(traced, client, name, outcome))
            || is_one_of_a_race(traced, client, name, outcome)
        {
            continue;
        }
        let declared = declared_at(traced.topology, name.name()).cloned();
        let declared = declared.filter(|_| name.kind == NameKind::Declared);
        let client_place = || place_of(traced.topology, client.class());
        let Some(place) = declared.or_else(client_place) else {
            continue;
        };
        let leaves = outcome.cause.leaves();
        let place = leaves
            .iter()
            .find_map(|leaf| decided_at(leaf))
            .cloned()
            .unwrap_or(place);
        let key = (client.class().to_string(), outcome.cause.text.clone());
        let failing = failing.entry(key).or_insert_with(|| Failing {
            place,
            outcome,
            names: Vec::new(),
            protocols: BTreeSet::new(),
        });
        failing.protocols.insert(protocol);
        if !failing.names.contains(&name.what) {
            failing.names.push(name.what.clone());
        }
    }
    for ((client, _), one) in &failing {
        let is_udp = |failing: &Failing<'_>| failing.protocols.contains(&Protocol::Udp);
        // What fails over UDP for the same reason is said of that alone.
        let mut others = failing.iter();
        let is_told = others.any(|((other, _), failing)| {
            other == client && is_udp(failing) && failing.place == one.place
        });
        if !is_udp(one) && is_told {
            continue;
        }
        let over = if is_udp(one) { "" } else { " over TCP" };
        let names = one.names.join(", ");
        let seen = one.outcome.seen;
        let message = format!("{client} can't resolve {names}{over}: {seen}");
        let finding = Finding::new(&RULE, &one.place, message).label("decides it");
        findings.push(explained(finding, &one.outcome.cause));
    }
}

/// What fails for one class of clients in one way.
struct Failing<'t> {
    place: Place,
    outcome: &'t Outcome,
    names: Vec<String>,
    protocols: BTreeSet<Protocol>,
}

/// The rules that tell of servers that nobody can ask where they are said to be.
const ABOUT_SERVERS: [&str; 5] = ["TW403", "TW411", "TW505", "TW506", "TW510"];

/// Whether another server's answer can come before it: of unequal servers another rule tells.
fn is_one_of_a_race(
    traced: &Traced<'_>,
    client: &ClientGroup,
    name: &NameClass,
    outcome: &Outcome,
) -> bool {
    let is_said = is_said(outcome.seen) || outcome.seen == Seen::Refused;
    is_said && can_be(traced, client, name, Seen::Answer)
}

/// Whether a client can also get to see something else of a name.
fn can_be(traced: &Traced<'_>, client: &ClientGroup, name: &NameClass, seen: Seen) -> bool {
    let mut outcomes = traced.outcomes();
    outcomes.any(|(other, other_name, _, one)| {
        other.class() == client.class() && other_name.name() == name.name() && one.seen == seen
    })
}

/// Whether it may be right so of a declared name: it need not be there, and of a server that is not declared
/// nothing is known.
fn is_open(traced: &Traced<'_>, client: &ClientGroup, name: &NameClass, outcome: &Outcome) -> bool {
    is_said(outcome.seen) || can_be(traced, client, name, Seen::Unknown)
}

/// Whether it is said that there is no such name, or nothing of the type.
fn is_said(seen: Seen) -> bool {
    matches!(seen, Seen::NoSuchName | Seen::NoData)
}

/// What fails without another rule that says so.
fn is_failure(outcome: &Outcome, are_servers_told: bool) -> bool {
    let is_told = outcome.cause.leaves().iter().any(|leaf| match leaf.kind {
        CauseKind::Loop | CauseKind::GivenUp | CauseKind::Unknown | CauseKind::NotItsZone => true,
        CauseKind::NoListener | CauseKind::Nobody => are_servers_told,
        _ => false,
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
        NameKind::Declared => {
            // Of a reverse zone names below it are asked.
            let zone = name.name().as_str();
            let is_reverse = zone.ends_with(".in-addr.arpa") || zone.ends_with(".ip6.arpa");
            let is_declared = !is_reverse && declared_at(topology, name.name()).is_some();
            is_declared && !takes_settings(topology, client.class())
        }
        _ => false,
    }
}

/// Whether a node takes a tailnet's settings: what they name besides the tailnet is for people's devices.
fn takes_settings(topology: &Topology, class: &ClientClass) -> bool {
    let ClientClass::Node(name) = class else {
        return false;
    };
    let node = topology.nodes.find(name.as_str());
    let member = node.and_then(|(_, node)| node.tailscale.as_ref());
    member.is_some_and(|member| member.accept_dns.value)
}

/// Where a name or a zone is declared, as such: what is below a zone need not be there.
fn declared_at<'t>(topology: &'t Topology, name: &DnsName) -> Option<&'t Place> {
    let of_tailnet = |tailnet: &'t language::Tailnet| {
        let split = tailnet.split_dns.0.get(name).map(|(place, _)| place);
        split.or_else(|| of_records(&tailnet.records, name))
    };
    let asked = |resolver: &'t language::Resolver| {
        let mapped = resolver.conditional.0.get(name);
        mapped.map(|(place, _)| place)
    };
    let held = |resolver: &'t language::Resolver| {
        let held = resolver.custom_dns.0.get(name).map(|(place, _)| place);
        let zone = || resolver.zones.contains(name).then_some(&resolver.place);
        held.or_else(|| of_records(&resolver.records, name))
            .or_else(zone)
    };
    let mut tailnets = topology.tailnets.values().map(|tailnet| &tailnet.declared);
    let resolvers = || topology.resolvers.values().map(|one| &one.declared);
    let found = tailnets.find_map(of_tailnet);
    let found = found.or_else(|| resolvers().find_map(asked));
    found.or_else(|| resolvers().find_map(held))
}

fn of_records<'t>(records: &'t [language::Record], name: &DnsName) -> Option<&'t Place> {
    let record = records.iter().find(|record| record.name == *name)?;
    Some(&record.place)
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
