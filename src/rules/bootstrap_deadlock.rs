//! ## What it does
//!
//! Finds nodes that resolve names by nothing but what runs on them: all their name servers are resolvers
//! of their own cluster or on themselves, or they ask quad100, and the tailnet's name servers are such
//! resolvers. Also what starts after something that starts after it (`startsAfter`).
//!
//! ## Why is this bad?
//!
//! After a restart of the whole, the node needs names to pull the images of what would give it names, and
//! the resolver needs them for its block lists. Nothing comes up, and nothing says why.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { cluster = "homelab"; nameservers = [ "blocky" ]; };
//! resolvers.blocky.cluster = "homelab";
//! ```
//!
//! ## What to do
//!
//! Give the node public name servers, and `resolver = "resolved"` for the tailnet's names.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::finding::Finding;
use crate::place::{Located, Place};
use crate::scalar::{NodeResolver, ServerRef, StartRef};
use crate::topology::{Id, Node, Topology};

rule!("TW303", "bootstrap-deadlock", Error, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    findings.extend(circles(topology));
    for (id, node) in topology.nodes.iter() {
        let Some((place, server)) = deadlock(topology, id, node) else {
            continue;
        };
        findings.push(
            Finding::new(
                &RULE,
                place,
                format!("{} resolves names by what runs on it alone: {server}", node.name),
            )
            .label("no other name server")
            .note("images and block lists need names before it is up")
            .help("give the node public name servers, and `resolver = \"resolved\"` for the tailnet's names"),
        );
    }
}

/// What has to be up before something starts, by who waits.
type Waits<'t> = BTreeMap<StartRef, &'t [Located<StartRef>]>;

/// Whoever waits for something that waits for him in turn, each circle once.
fn circles(topology: &Topology) -> Vec<Finding> {
    let mut waits: Waits<'_> = BTreeMap::new();
    for node in topology.nodes.values() {
        waits.insert(
            StartRef::Node(node.name.clone()),
            &node.declared.starts_after,
        );
    }
    for resolver in topology.resolvers.values() {
        let who = StartRef::Resolver(resolver.name.clone());
        waits.insert(who, &resolver.declared.starts_after);
    }
    for forwarder in topology.forwarders.values() {
        let who = StartRef::Forwarder(forwarder.name.clone());
        waits.insert(who, &forwarder.declared.starts_after);
    }
    let mut found = Vec::new();
    let mut done: BTreeSet<StartRef> = BTreeSet::new();
    for who in waits.keys() {
        let mut path: Vec<&Located<StartRef>> = Vec::new();
        if let Some(circle) = circle(&waits, who, who, &mut path, &mut BTreeSet::new())
            && done.is_disjoint(&circle)
        {
            let names: Vec<String> = path.iter().map(|step| step.value.to_string()).collect();
            let message = format!("{who} starts after itself: {}", names.join(" → "));
            found.extend(path.first().map(|first| {
                Finding::new(&RULE, &first.place, message)
                    .label("waits for this")
                    .note("each waits for the next, and none of them starts")
                    .help("take one of them out of `startsAfter`")
            }));
            done.extend(circle);
        }
    }
    found
}

/// Who is on the way from `at` back to `goal`, with the entries that lead there in `path`.
fn circle<'t>(
    waits: &Waits<'t>,
    goal: &StartRef,
    at: &StartRef,
    path: &mut Vec<&'t Located<StartRef>>,
    seen: &mut BTreeSet<StartRef>,
) -> Option<BTreeSet<StartRef>> {
    for entry in waits.get(at).copied().unwrap_or_default() {
        path.push(entry);
        if entry.value == *goal {
            return Some(path.iter().map(|step| step.value.clone()).collect());
        }
        if seen.insert(entry.value.clone())
            && let Some(found) = circle(waits, goal, &entry.value, path, seen)
        {
            return Some(found);
        }
        path.pop();
    }
    None
}

/// What a node waits for that waits for it, and where that is said.
fn deadlock<'t>(
    topology: &'t Topology,
    id: Id<Node>,
    node: &'t Node,
) -> Option<(&'t Place, String)> {
    let settings = node.tailscale.as_ref().filter(|own| own.accept_dns.value);
    if let Some(membership) = settings
        && node.resolver() == NodeResolver::None
    {
        let tailnet = &topology.tailnets.get(membership.tailnet).declared;
        let overrides = tailnet.override_local_dns.unwrap_or(false);
        let server = all_on(topology, id, node, &tailnet.nameservers).filter(|_| overrides)?;
        return Some((&membership.accept_dns.place, server));
    }
    let servers = &node.declared.nameservers;
    let server = all_on(topology, id, node, servers)?;
    Some((&servers.first()?.place, server))
}

/// The first of the servers where all of them run on the node or in its cluster.
fn all_on(
    topology: &Topology,
    id: Id<Node>,
    node: &Node,
    servers: &[Located<ServerRef>],
) -> Option<String> {
    let on_it = |server: &Located<ServerRef>| match &server.value {
        ServerRef::Resolver(name) => {
            let found = topology.resolvers.find(name.as_str());
            found.is_some_and(|(_, resolver)| {
                let in_cluster = resolver.cluster.is_some() && resolver.cluster == node.cluster;
                in_cluster || resolver.nodes == [id]
            })
        }
        ServerRef::Address(address) => {
            let is_own = node.addresses().any(|own| own == *address);
            let mut resolvers = topology.resolvers.values();
            let of_cluster = resolvers.any(|resolver| {
                resolver.cluster.is_some()
                    && resolver.cluster == node.cluster
                    && topology.resolver_addresses(resolver).contains(address)
            });
            is_own || address.ip().is_loopback() || of_cluster
        }
    };
    let first = servers.first()?;
    servers.iter().all(on_it).then(|| first.value.to_string())
}
