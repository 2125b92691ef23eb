//! ## What it does
//!
//! Finds names that a resolver holds together with all names below them, where a declared name is below
//! and has no entry of its own: a member of a tailnet, a record of it.
//!
//! ## Why is this bad?
//!
//! The wildcard answers first. `ssh alpha` leads to the web proxy, and so does the Kubernetes API.
//!
//! ## Example
//!
//! ```nix
//! tailnet.suffix = "mesh.example.com"; # headscale
//! resolvers.blocky.customDns."example.com" = "10.10.10.80";
//! ```
//!
//! ## What to do
//!
//! Map the names that are meant, or give the declared ones entries of their own.

use super::Check;
use crate::finding::Finding;
use crate::scalar::DnsName;
use crate::topology::{Resolver, Topology};

rule!("TW406", "name-captured", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        for (name, (place, _)) in &resolver.declared.custom_dns.0 {
            let captured: Vec<DnsName> = declared_names(topology)
                .filter(|declared| declared != name && declared.is_within(name))
                .filter(|declared| !has_own_entry(resolver, name, declared))
                .collect();
            let Some(first) = captured.first() else {
                continue;
            };
            let more = match captured.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            findings.push(
                Finding::new(
                    &RULE,
                    place,
                    format!("resolver {} answers {first}{more} with what it holds for {name}", resolver.name),
                )
                .label("holds all names below it")
                .note("what a resolver holds itself comes before whom it would ask for the name")
                .help("map the names that are meant, or give each declared name below an entry of its own"),
            );
        }
    }
}

/// The names that the declaration gives to machines, and its tailnets' records.
fn declared_names(topology: &Topology) -> impl Iterator<Item = DnsName> + '_ {
    let members = topology.members().filter_map(|member| {
        let tailnet = topology.tailnets.get(member.membership.tailnet);
        tailnet.declared.suffix.value.below(member.name.as_str())
    });
    let records = topology
        .tailnets
        .values()
        .flat_map(|one| &one.declared.records);
    members.chain(records.map(|record| record.name.clone()))
}

/// Whether a longer entry, or a record, answers a name in place of a shorter one.
fn has_own_entry(resolver: &Resolver, above: &DnsName, name: &DnsName) -> bool {
    let declared = &resolver.declared;
    let mut entries = declared.custom_dns.0.keys();
    entries.any(|entry| entry != above && name.is_within(entry) && entry.is_within(above))
        || declared.records.iter().any(|record| record.name == *name)
}
