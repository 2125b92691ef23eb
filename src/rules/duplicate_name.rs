//! ## What it does
//!
//! Finds names that two members of a tailnet have, and records that the tailnet hands out under
//! a member's name.
//!
//! ## Why is this bad?
//!
//! MagicDNS gives the second member another name (`alpha-1`), and which one is the second depends
//! on who joined first. A record under a member's name is a second answer to the same question, and
//! which of the two a client gets is documented nowhere.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { os = "nixos"; tailscale = { }; };
//! devices.alpha = { tailscale = { }; };
//! ```
//!
//! ## What to do
//!
//! Give one of them another name.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::topology::table::Id;
use crate::topology::{Membership, Tailnet, Topology};

rule!("TW104", "duplicate-name", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    suffixes(topology, findings);
    for (tailnet, resolved) in topology.tailnets.iter() {
        let mut members: BTreeMap<String, Place> = BTreeMap::new();
        for (name, place) in self::members(topology, tailnet) {
            if let Some(first) = members.get(&name) {
                findings.push(
                    Finding::new(
                        &RULE,
                        &place,
                        format!("two members of the tailnet are called {name}"),
                    )
                    .label("the same name")
                    .related(first, "the other one")
                    .note(format!("MagicDNS calls the one that joins second {name}-1"))
                    .help("give one of them another name"),
                );
            } else {
                members.insert(name, place);
            }
        }
        let suffix = &resolved.declared.suffix.value;
        for record in &resolved.declared.records {
            let member = members
                .iter()
                .find(|(name, _)| record.name.as_str() == format!("{name}.{suffix}"));
            if let Some((name, place)) = member {
                findings.push(
                    Finding::new(
                        &RULE,
                        &record.place,
                        format!("a record of the tailnet has the name of its member {name}"),
                    )
                    .label("the same name")
                    .related(place, "the member")
                    .note("which of the two a client gets is documented nowhere")
                    .help("give the record another name, or remove it"),
                );
            }
        }
    }
}

fn members(topology: &Topology, tailnet: Id<Tailnet>) -> Vec<(String, Place)> {
    let belongs = |membership: &Option<Membership>| {
        membership
            .as_ref()
            .is_some_and(|membership| membership.tailnet == tailnet)
    };
    let nodes = topology
        .nodes
        .values()
        .filter(|node| belongs(&node.tailscale))
        .map(|node| (node.name.to_string(), node.declared.place.clone()));
    let devices = topology
        .devices
        .values()
        .filter(|device| belongs(&device.tailscale))
        .map(|device| (device.name.to_string(), device.declared.place.clone()));
    nodes.chain(devices).collect()
}

/// Two tailnets whose names can't be told apart.
fn suffixes(topology: &Topology, findings: &mut Vec<Finding>) {
    let tailnets: Vec<&Tailnet> = topology.tailnets.values().collect();
    for (index, one) in tailnets.iter().enumerate() {
        for other in &tailnets[..index] {
            let (own, first) = (&one.declared.suffix, &other.declared.suffix);
            if own.value == first.value {
                findings.push(
                    Finding::new(
                        &RULE,
                        &own.place,
                        format!("two tailnets have the suffix {}", own.value),
                    )
                    .label("the same suffix")
                    .related(&first.place, "the other one")
                    .note("a name belongs to one of them, and nobody can tell to which")
                    .help("correct one of the two"),
                );
            }
        }
    }
}
