//! ## What it does
//!
//! Finds names under which a resolver holds other names, and that lead to the address of the Kubernetes
//! API or to another address that moves between nodes.
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
use crate::finding::Finding;
use crate::place::Place;
use crate::scalar::Address;
use crate::topology::Topology;

rule!("TW407", "name-with-two-roles", Warning, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for resolver in topology.resolvers.values() {
        let names = &resolver.declared.custom_dns.0;
        for (name, (place, addresses)) in names {
            let records = resolver.declared.records.iter().map(|record| &record.name);
            let mut others = names.keys().chain(records);
            let has_below = others.any(|other| other != name && other.is_within(name));
            let role = addresses
                .0
                .iter()
                .find_map(|address| role(topology, *address));
            let Some((role, where_)) = role.filter(|_| has_below) else {
                continue;
            };
            findings.push(
                Finding::new(&RULE, place, format!("{name}, under which there are other names, leads to {role}"))
                    .label("every name below it that has no entry leads there, too")
                    .related(where_, role)
                    .note("names that are forgotten are answered with an address that is not meant for them")
                    .help(format!("give {role} a name of its own below {name}")),
            );
        }
    }
}

/// What an address is that is not a host's.
fn role(topology: &Topology, address: Address) -> Option<(&'static str, &Place)> {
    let clusters = topology.clusters.values();
    let mut apis = clusters.filter_map(|cluster| cluster.declared.api_endpoint.as_ref());
    if let Some(api) = apis.find(|api| api.value == address) {
        return Some(("the Kubernetes API", &api.place));
    }
    let sites = topology.sites.values();
    let mut moving = sites.flat_map(|site| &site.declared.virtual_addresses);
    let found = moving.find(|moving| moving.address.value == address)?;
    Some(("an address that moves between nodes", &found.address.place))
}
