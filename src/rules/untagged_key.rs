//! ## What it does
//!
//! Finds auth keys without tags with which nodes join that others depend on: subnet routers and exit
//! nodes, nodes of a cluster, and those on which forwarders or resolvers run, where the node has no tags of its
//! own either.
//!
//! Not found are keys of headscale, and nodes that nobody else needs.
//!
//! ## Why is this bad?
//!
//! Such a node belongs to the person who made the key. Its node key expires after 180 days, and with it
//! the routes that it serves; it is gone with the person's account, and `autoApprovers` can name it by
//! that person alone.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { roles = [ "subnet-router" ]; tailscale.authKey = "routers"; };
//! secrets.routers.kind = "auth-key"; # without tags
//! ```
//!
//! ## What to do
//!
//! Make a key with a tag, and declare it in the secret's and the nodes' `tags`.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::facts::tailnet::KEYS_EXPIRE;
use crate::finding::Finding;
use crate::scalar::{Control, Role, SecretKind};
use crate::topology::{Id, Node, Secret, Topology};

rule!("TW707", "untagged-key", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut joining: BTreeMap<Id<Secret>, Vec<&Node>> = BTreeMap::new();
    let forwarders = topology.forwarders.values();
    let instances = forwarders.flat_map(|forwarder| &forwarder.instances);
    let resolvers = topology.resolvers.values();
    let serving: BTreeSet<Id<Node>> = instances
        .map(|instance| instance.node)
        .chain(resolvers.flat_map(|resolver| resolver.nodes.iter().copied()))
        .collect();
    for (id, node) in topology.nodes.iter() {
        let Some(membership) = &node.tailscale else {
            continue;
        };
        let tailnet = topology.tailnets.get(membership.tailnet);
        let serves = !membership.advertised_routes.is_empty()
            || node.has_role(Role::ExitNode)
            || node.cluster.is_some()
            || serving.contains(&id);
        let is_untagged = membership.declared.tags.is_empty();
        if let Some(key) = membership.auth_key
            && serves
            && is_untagged
            && tailnet.control() == Control::Tailscale
        {
            joining.entry(key).or_default().push(node);
        }
    }
    for (secret, nodes) in joining {
        let secret = topology.secrets.get(secret);
        if secret.declared.kind != SecretKind::AuthKey || !secret.declared.tags.is_empty() {
            continue;
        }
        let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
        let mut finding = Finding::new(
            &RULE,
            &secret.declared.place,
            format!(
                "{} joins as somebody's own machine: the key {} has no tags",
                names.join(", "),
                secret.name
            ),
        )
        .label("`tags` is missing");
        if let Some(node) = nodes.first() {
            finding = finding.related(&node.declared.place, "others depend on it");
        }
        findings.push(
            finding
                .note(format!("{} ({})", KEYS_EXPIRE.says, KEYS_EXPIRE.source))
                .help("make a key with a tag, and write the tag into `tags` of the secret and of the node"),
        );
    }
}
