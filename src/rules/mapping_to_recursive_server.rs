//! ## What it does
//!
//! Finds resolvers that are written to ask another declared resolver for the names of a tailnet, where
//! that one maps them to nobody: it recurses, or passes them on to public servers, as it does with
//! every other name.
//!
//! A resolver that maps the suffix itself, and one into which the mapping is generated, may stand in
//! between. Of a resolver with `manage = "none"` and without a mapping in `conditional` it is taken
//! that there is none.
//!
//! ## Why is this bad?
//!
//! A forwarder answers its zones and refuses the rest. A recursive server refuses nothing: it asks the
//! public servers for private names, which know none of them and read all of them. The tailnet's names
//! do not resolve, with an answer that looks final.
//!
//! ## Example
//!
//! ```nix
//! resolvers.recursor = { kind = "unbound"; nodes = [ "beta" ]; manage = "none"; };
//! resolvers.blocky.conditional."tail96fefe.ts.net" = "192.168.1.12"; # beta
//! ```
//!
//! ## What to do
//!
//! Remove the mapping, which is derived where a forwarder is declared, or map the suffix to a forwarder
//! in the server that is asked, and declare that in its `conditional`.

use std::collections::BTreeMap;

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::server::UpstreamHost;
use crate::scalar::{Address, DnsName, ManageResolver, Port, ResolverKind};
use crate::topology::{Resolver, Topology};

rule!("TW507", "mapping-to-recursive-server", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut by_address: BTreeMap<(Address, u16), &Resolver> = BTreeMap::new();
    for resolver in topology.resolvers.values() {
        let port = resolver.declared.port.map_or(53, Port::number);
        for address in topology.resolver_addresses(resolver) {
            by_address.insert((address, port), resolver);
        }
    }
    for tailnet in topology.tailnets.values() {
        let suffix = &tailnet.declared.suffix.value;
        for resolver in topology.resolvers.values() {
            for server in resolver.written_mapping(suffix).unwrap_or_default() {
                let UpstreamHost::Address(address) = server.host else {
                    continue;
                };
                let asked = by_address.get(&(address, server.port)).copied();
                let asked = asked.filter(|asked| asked.name != resolver.name);
                if let Some(asked) = asked.filter(|asked| leaks(asked, suffix)) {
                    findings.push(finding(resolver, asked, suffix, &server.place));
                }
            }
        }
    }
}

/// Whether a server asks others for the suffix as for any name.
fn leaks(asked: &Resolver, suffix: &DnsName) -> bool {
    asked.declared.kind.value != ResolverKind::Public
        && asked.manage == ManageResolver::None
        && asked.written_mapping(suffix).is_none()
        && !asked
            .declared
            .zones
            .iter()
            .any(|zone| suffix.is_within(zone))
}

fn finding(resolver: &Resolver, asked: &Resolver, suffix: &DnsName, place: &Place) -> Finding {
    let kind = asked.declared.kind.value;
    Finding::new(
        &RULE,
        place,
        format!(
            "resolver {} asks {} for {suffix}, which asks public servers for it",
            resolver.name, asked.name
        ),
    )
    .label(format!("{kind}, which maps {suffix} to nobody"))
    .related(&asked.declared.place, "the server that is asked")
    .note("private names reach public servers, and do not resolve")
    .help(
        "remove the mapping: it is derived, or map the suffix in the server that is asked as well",
    )
}
