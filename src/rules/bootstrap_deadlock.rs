//! ## What it does
//!
//! Finds nodes that resolve names by nothing but what runs on them: all their name servers are resolvers
//! of their own cluster or on themselves, or they ask quad100, and the tailnet's name servers are such
//! resolvers. A warning where several nodes do so in turn: each asks itself or another one that is no
//! better off.
//!
//! Also nodes of a cluster that ask quad100 for all names, whoever the tailnet's name servers are: they
//! take the tailnet's DNS settings, and these override everything or there is no systemd-resolved that
//! would take its zones apart (`resolver = "resolved"`). And what starts after something that starts
//! after it (`startsAfter`).
//!
//! Not found is a node of a cluster beside systemd-resolved that takes settings without an override:
//! quad100 has the tailnet's zones alone then.
//!
//! ## Why is this bad?
//!
//! After a restart of the whole, the node needs names to pull the images of what would give it names, and
//! the resolver needs them for its block lists. Nothing comes up, and nothing says why.
//!
//! quad100 answers once tailscaled runs, has a network and a key that is still valid. Until then, and when
//! a key has expired, kubelet has no names.
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
//! Give the node public name servers, and `resolver = "resolved"` for the tailnet's names; set
//! `acceptDns = false`.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::forwarder_accepts_dns::taken_settings;
use crate::declaration::language;
use crate::facts::tailnet::QUAD100_FOR_ALL;
use crate::finding::{Finding, Level};
use crate::place::{Located, Place};
use crate::scalar::{Address, NodeResolver, ServerRef, StartRef};
use crate::topology::{Id, Membership, Node, Resolver, Topology};

rule!("TW303", "bootstrap-deadlock", Error, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    findings.extend(circles(topology));
    let mut held = Held::new();
    for (id, _) in topology.nodes.iter() {
        for address in topology.held_addresses(id) {
            held.entry(address).or_default().push(id);
        }
    }
    let stuck = stuck(topology, &held);
    for (id, _) in topology.nodes.iter() {
        let found = by_what_needs_it(topology, &held, &stuck, id);
        findings.extend(found.or_else(|| by_quad100(topology, id)));
    }
}

/// The nodes that hold an address.
type Held = BTreeMap<Address, Vec<Id<Node>>>;

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

/// A node that waits for what waits for it.
fn by_what_needs_it(
    topology: &Topology,
    held: &Held,
    stuck: &BTreeSet<Id<Node>>,
    id: Id<Node>,
) -> Option<Finding> {
    let (place, servers) = asks(topology, id)?;
    let server = &servers.first()?.value;
    let name = &topology.nodes.get(id).name;
    let finding = if is_on(topology, held, &[id].into(), (id, servers)) {
        let text = format!("{name} resolves names by what runs on it alone: {server}");
        Finding::new(&RULE, place, text)
            .label("no other name server")
            .note("images and block lists need names before it is up")
    } else if stuck.contains(&id) {
        let text = format!(
            "{name} resolves names by {server} alone, and every node on which that runs does likewise"
        );
        let mut finding = Finding::new(&RULE, place, text)
            .label("no other name server")
            .note("after a failure of the whole, each of them asks what is not up yet");
        finding.level = Level::Warning;
        finding
    } else {
        return None;
    };
    Some(finding.help(
        "give the node public name servers, and `resolver = \"resolved\"` for the tailnet's names",
    ))
}

/// A node of a cluster that asks quad100 for everything.
fn by_quad100(topology: &Topology, id: Id<Node>) -> Option<Finding> {
    let node = topology.nodes.get(id);
    let cluster = topology.clusters.get(node.cluster?);
    let membership = taken_over(topology, id)?;
    let text = format!(
        "node {} of cluster {} asks quad100 for all names",
        node.name, cluster.name
    );
    let finding = Finding::new(&RULE, &membership.accept_dns.place, text)
        .label("takes the tailnet's DNS settings")
        .related(&cluster.declared.place, "the cluster")
        .note(format!(
            "{} ({})",
            QUAD100_FOR_ALL.says, QUAD100_FOR_ALL.source
        ))
        .note("quad100 needs a network and a valid key first: until then kubelet has no names")
        .help("set `acceptDns = false`, and `resolver = \"resolved\"` for the tailnet's names");
    Some(finding)
}

/// The membership by which quad100 is asked for all names of a node; that of a forwarder's node is TW302's.
fn taken_over(topology: &Topology, id: Id<Node>) -> Option<&Membership> {
    let node = topology.nodes.get(id);
    let membership = node.tailscale.as_ref().filter(|own| own.accept_dns.value)?;
    let mut forwarders = topology.forwarders.values();
    if forwarders.any(|forwarder| taken_settings(topology, forwarder, id).is_some()) {
        return None;
    }
    let tailnet = &topology.tailnets.get(membership.tailnet).declared;
    let has_zones = tailnet.magic_dns.unwrap_or(true) || !tailnet.split_dns.0.is_empty();
    let is_split = node.resolver() == NodeResolver::Resolved;
    (overrides(tailnet) || (has_zones && !is_split)).then_some(membership)
}

fn overrides(tailnet: &language::Tailnet) -> bool {
    tailnet.override_local_dns.unwrap_or(false) && !tailnet.nameservers.is_empty()
}

/// Whom a node asks in the end, and where that is said.
fn asks(topology: &Topology, id: Id<Node>) -> Option<(&Place, &[Located<ServerRef>])> {
    if let Some(membership) = taken_over(topology, id) {
        let tailnet = &topology.tailnets.get(membership.tailnet).declared;
        if overrides(tailnet) {
            return Some((&membership.accept_dns.place, &tailnet.nameservers));
        }
    }
    let own = &topology.nodes.get(id).declared.nameservers;
    own.first().map(|first| (&first.place, own.as_slice()))
}

/// The nodes that resolve names by nothing but what runs on one of them.
fn stuck(topology: &Topology, held: &Held) -> BTreeSet<Id<Node>> {
    let mut stuck: BTreeSet<Id<Node>> = topology.nodes.iter().map(|(id, _)| id).collect();
    loop {
        let still = stuck.iter().copied().filter(|id| {
            let servers = asks(topology, *id);
            servers.is_some_and(|(_, servers)| is_on(topology, held, &stuck, (*id, servers)))
        });
        let still: BTreeSet<Id<Node>> = still.collect();
        if still.len() == stuck.len() {
            return stuck;
        }
        stuck = still;
    }
}

/// Whether all the servers of a node are in its cluster or on some nodes.
fn is_on(
    topology: &Topology,
    held: &Held,
    nodes: &BTreeSet<Id<Node>>,
    (id, servers): (Id<Node>, &[Located<ServerRef>]),
) -> bool {
    let cluster = topology.nodes.get(id).cluster;
    let is_one = |resolver: &Resolver| {
        let in_cluster = resolver.cluster.is_some() && resolver.cluster == cluster;
        let mut on = resolver.nodes.iter();
        in_cluster || (!resolver.nodes.is_empty() && on.all(|node| nodes.contains(node)))
    };
    servers.iter().all(|server| match &server.value {
        ServerRef::Resolver(name) => {
            let found = topology.resolvers.find(name.as_str());
            found.is_some_and(|(_, resolver)| is_one(resolver))
        }
        ServerRef::Address(address) => {
            let mut held = held.get(address).into_iter().flatten().peekable();
            let is_held = held.peek().is_some() && held.all(|id| nodes.contains(id));
            let mut resolvers = topology.resolvers.values();
            let of_cluster = resolvers.any(|resolver| {
                resolver.cluster.is_some()
                    && resolver.cluster == cluster
                    && topology.resolver_addresses(resolver).contains(address)
            });
            address.ip().is_loopback() || of_cluster || is_held
        }
    })
}
