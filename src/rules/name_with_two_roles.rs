//! ## What it does
//!
//! Finds names that lead to the address of the Kubernetes API, or to another address that moves between
//! nodes, and under which there are other names: a resolver holds some, or a tailnet, or the name is that of
//! a whole zone. A single record (`records`), which does not stand for the names below it, is found where it
//! leads to the API.
//!
//! Not found is a name of which nothing says that others are below it: so does the API's own name look.
//!
//! ## Why is this bad?
//!
//! A name has a role. The apex of a domain is what people and the proxy's wildcard mean; one that leads to
//! the API answers every name that is forgotten with the API server.
//!
//! ## Example
//!
//! ```nix
//! clusters.homelab.apiEndpoint = "10.10.10.250";
//! resolvers.blocky.customDns = {
//!   "homelab.internal" = "10.10.10.250";
//!   "grafana.homelab.internal" = "10.10.10.80";
//! };
//! ```
//!
//! ## What to do
//!
//! Give the API a name of its own, such as `api.homelab.internal`.

use super::Check;
use super::held_names::held;
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::{Address, DnsName};
use crate::topology::Topology;

rule!("TW407", "name-with-two-roles", Warning, Medium, since "0.1.0", Check::Topology(check));

const API: &str = "the Kubernetes API";

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for own in held(topology) {
        let mut addresses = own.addresses.iter();
        let role = addresses.find_map(|address| role(topology, *address));
        // What moves may be the proxy that the apex means; its wildcard still answers forgotten names.
        let role = role.filter(|(role, _)| own.is_wildcard || *role == API);
        let (Some((role, where_)), Some(apex)) = (role, apex(topology, own.name)) else {
            continue;
        };
        let (label, note) = if own.is_wildcard {
            (
                "every name below it that has no entry leads there, too",
                "names that are forgotten are answered with an address that is not meant for them",
            )
        } else {
            (
                "what the domain itself leads to",
                "who opens the domain reaches the API server",
            )
        };
        findings.push(
            Finding::new(
                &RULE,
                own.place,
                format!("{}, {apex}, leads to {role}", own.name),
            )
            .label(label)
            .related(where_, role)
            .note(note)
            .help(format!("give {role} a name of its own below {}", own.name)),
        );
    }
}

/// What shows that a name is not one machine's, if anything does.
fn apex(topology: &Topology, name: &DnsName) -> Option<&'static str> {
    let is_below = |other: &DnsName| other != name && other.is_within(name);
    let (resolvers, tailnets) = (&topology.resolvers, &topology.tailnets);
    let mut records = resolvers.values().flat_map(|one| &one.declared.records);
    let mut shared = tailnets.values().flat_map(|one| &one.declared.records);
    if held(topology).iter().any(|other| is_below(other.name))
        || records.any(|record| is_below(&record.name))
        || shared.any(|record| is_below(&record.name))
    {
        Some("under which there are other names")
    } else if resolvers
        .values()
        .any(|one| one.declared.zones.contains(name))
        || tailnets.values().any(|one| {
            let declared = &one.declared;
            declared.search_paths.contains(name) || declared.split_dns.0.contains_key(name)
        })
    {
        Some("the name of a whole zone")
    } else {
        None
    }
}

/// What an address is that is not a host's.
fn role(topology: &Topology, address: Address) -> Option<(&'static str, &Place)> {
    let clusters = topology.clusters.values();
    let mut apis = clusters.filter_map(|cluster| cluster.declared.api_endpoint.as_ref());
    if let Some(api) = apis.find(|api| api.value == address) {
        return Some((API, &api.place));
    }
    let sites = topology.sites.values();
    let mut moving = sites.flat_map(|site| &site.declared.virtual_addresses);
    let found = moving.find(|moving| moving.address.value == address)?;
    Some(("an address that moves between nodes", &found.address.place))
}
