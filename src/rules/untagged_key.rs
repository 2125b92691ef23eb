//! ## What it does
//!
//! Finds auth keys without tags with which nodes join that others depend on: subnet routers and exit
//! nodes, nodes of a cluster, of a forwarder, of a resolver, where the node has no tags of its own either.
//!
//! Not found are keys of headscale, and nodes on which nobody depends: somebody's own computer is his.
//!
//! ## Why is this bad?
//!
//! Such a node belongs to the person who made the key. Its node key expires after 180 days, and with it
//! what it serves; it is gone with the person's account, and `autoApprovers` can name it by that person
//! alone.
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

use super::Check;
use super::joining::joining;
use crate::facts::tailnet::KEYS_EXPIRE;
use crate::finding::Finding;
use crate::scalar::{Control, Role};
use crate::topology::{Id, Node, Topology};

rule!("TW707", "untagged-key", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (secret, nodes) in joining(topology) {
        if !secret.declared.tags.is_empty() {
            continue;
        }
        let relied_on: Vec<(&Node, &str)> = nodes
            .iter()
            .filter(|(_, _, membership)| {
                let tailnet = topology.tailnets.get(membership.tailnet);
                membership.declared.tags.is_empty() && tailnet.control() == Control::Tailscale
            })
            .filter_map(|(id, node, _)| Some((*node, dependence(topology, *id, node)?)))
            .collect();
        let Some((first, why)) = relied_on.first() else {
            continue;
        };
        let names: Vec<&str> = relied_on
            .iter()
            .map(|(node, _)| node.name.as_str())
            .collect();
        let join = if names.len() == 1 {
            "joins as somebody's own machine"
        } else {
            "join as somebody's own machines"
        };
        findings.push(
            Finding::new(
                &RULE,
                &secret.declared.place,
                format!("{} {join}: the key {} has no tags", names.join(", "), secret.name),
            )
            .label("`tags` is missing")
            .related(&first.declared.place, *why)
            .note(format!("{} ({})", KEYS_EXPIRE.says, KEYS_EXPIRE.source))
            .help("make a key with a tag, and write the tag into `tags` of the secret and of the node"),
        );
    }
}

/// What others depend on a node for, if they do.
fn dependence(topology: &Topology, id: Id<Node>, node: &Node) -> Option<&'static str> {
    let membership = node.tailscale.as_ref()?;
    let mut forwarders = topology.forwarders.values();
    let mut resolvers = topology.resolvers.values();
    if !membership.advertised_routes.is_empty() || node.has_role(Role::ExitNode) {
        Some("others reach routes through it")
    } else if forwarders.any(|forwarder| forwarder.on(id).is_some())
        || resolvers.any(|resolver| resolver.nodes.contains(&id))
    {
        Some("others resolve names through it")
    } else if node.cluster.is_some() {
        Some("a node of a cluster")
    } else {
        None
    }
}
