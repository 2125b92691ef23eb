//! ## What it does
//!
//! Finds names that a resolver holds together with all names below them, where a declared name is below
//! and has no entry of its own: a member of a tailnet, a record of it. As a warning, a name that another
//! resolver holds with another address.
//!
//! Not found is a name that one resolver holds with an address in a tailnet and the other with one outside:
//! they answer for different clients.
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
use super::held_names::{Held, held};
use crate::finding::{Finding, Level};
use crate::scalar::{Address, DnsName};
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
            let more = and_more(captured.len());
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
    findings.extend(others(topology));
}

fn and_more(count: usize) -> String {
    match count {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    }
}

/// Names that other resolvers hold.
fn others(topology: &Topology) -> Vec<Finding> {
    let all = held(topology);
    let mut findings = Vec::new();
    for above in all.iter().filter(|one| one.is_wildcard) {
        let captured: Vec<&Held<'_>> = all
            .iter()
            .filter(|other| other.resolver.name != above.resolver.name)
            .filter(|other| other.name != above.name && other.name.is_within(above.name))
            .filter(|other| !has_own_entry(above.resolver, above.name, other.name))
            .filter(|other| !agree(topology, &above.addresses, &other.addresses))
            .collect();
        let Some(first) = captured.first() else {
            continue;
        };
        let (own, other) = (&above.resolver.name, &first.resolver.name);
        let more = and_more(captured.len());
        let mut finding = Finding::new(
            &RULE,
            above.place,
            format!(
                "resolver {own} answers {}{more} with what it holds for {}, and resolver {other} does not",
                first.name, above.name
            ),
        )
        .label("holds all names below it")
        .related(first.place, format!("what resolver {other} answers"))
        .note("who asks the one reaches another machine than who asks the other")
        .help("map the names that are meant, or give each name below an entry of its own here, too");
        finding.level = Level::Warning;
        findings.push(finding);
    }
    findings
}

/// Whether two answers lead to the same, or are for different clients: for members of a tailnet, and for
/// others.
fn agree(topology: &Topology, one: &[Address], other: &[Address]) -> bool {
    let in_tailnet = |addresses: &[Address]| {
        let mut ranges = topology.tailnets.values().flat_map(|one| &one.ranges);
        ranges.any(|range| addresses.iter().any(|own| range.contains_address(*own)))
    };
    one.iter().any(|address| other.contains(address)) || in_tailnet(one) != in_tailnet(other)
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
