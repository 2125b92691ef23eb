//! ## What it does
//!
//! Finds resolvers on nodes that do not listen on an address under which clients are told to ask them,
//! and those that are said to be asked at an address that none of their nodes has.
//!
//! A resolver that listens on loopback alone is asked there, by what runs on its nodes.
//!
//! An address in a tailnet's range is not judged where a node is a member whose address is not
//! declared.
//!
//! ## Why is this bad?
//!
//! Queries arrive at nothing. Clients wait, ask the next server if they have one, and each name takes
//! seconds.
//!
//! ## Example
//!
//! ```nix
//! resolvers.adguard = { nodes = [ "alpha" ]; address = "192.168.1.11"; listen = [ "127.0.0.1" ]; };
//! ```
//!
//! ## What to do
//!
//! Add the address to `listen`, or remove `listen`; declare an address that moves between nodes in
//! `virtualAddresses` of its site.

use std::collections::BTreeSet;

use super::Check;
use crate::finding::Finding;
use crate::scalar::Address;
use crate::topology::{Resolver, Topology};

rule!("TW510", "resolver-listens-elsewhere", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    if !topology.nodes.is_complete() {
        return;
    }
    let on_nodes = topology.resolvers.values();
    for resolver in
        on_nodes.filter(|resolver| resolver.cluster.is_none() && !resolver.nodes.is_empty())
    {
        let nodes = resolver.nodes.iter();
        let held: BTreeSet<Address> = nodes
            .flat_map(|node| topology.held_addresses(*node))
            .collect();
        for address in &resolver.declared.address.0 {
            let is_held = address.value.ip().is_loopback()
                || held.contains(&address.value)
                || is_unknown(topology, resolver, address.value);
            if !is_held {
                findings.push(
                    Finding::new(
                        &RULE,
                        &address.place,
                        format!(
                            "no node of resolver {} has the address {}",
                            resolver.name, address.value
                        ),
                    )
                    .label("clients are told to ask here")
                    .note("queries arrive at nothing: clients wait until they give up")
                    .help(
                        "write an address of one of its nodes, or declare it in `virtualAddresses`",
                    ),
                );
            }
        }
        findings.extend(not_listened_on(topology, resolver));
    }
}

/// Whether an address may be one that a node has in a tailnet.
fn is_unknown(topology: &Topology, resolver: &Resolver, address: Address) -> bool {
    let nodes = resolver.nodes.iter();
    let mut members = nodes.filter_map(|node| topology.nodes.get(*node).tailscale.as_ref());
    members.any(|membership| {
        let ranges = &topology.tailnets.get(membership.tailnet).ranges;
        membership.declared.address.0.is_empty()
            && ranges.iter().any(|range| range.contains_address(address))
    })
}

/// The first address under which clients ask, on none of which the resolver listens.
fn not_listened_on(topology: &Topology, resolver: &Resolver) -> Option<Finding> {
    let listen = resolver.declared.listen.as_ref()?;
    let asked = topology.resolver_addresses(resolver);
    let missed = asked.into_iter().find(|asked| {
        !listen.iter().any(|own| {
            let is_any = own.value.ip().is_unspecified();
            own.value == *asked || (is_any && own.value.ip().is_ipv4() == asked.ip().is_ipv4())
        })
    })?;
    let declared = resolver.declared.address.0.iter();
    let place = listen
        .first()
        .map_or(&resolver.declared.place, |first| &first.place);
    let finding = Finding::new(
        &RULE,
        place,
        format!(
            "resolver {} is asked at {missed}, on which it does not listen",
            resolver.name
        ),
    )
    .label(format!("{missed} is not among these"))
    .note("queries arrive at nothing: clients wait until they give up")
    .help(format!("add {missed} to `listen`, or remove `listen`"));
    let mut declared = declared.filter(|address| address.value == missed);
    Some(match declared.next() {
        Some(address) => finding.related(&address.place, "clients are told to ask here"),
        None => finding,
    })
}
