//! Which nodes join a tailnet with which auth key, for the rules about keys.

use std::collections::BTreeMap;

use crate::scalar::SecretKind;
use crate::topology::{Id, Membership, Node, Secret, Topology};

/// A node that joins.
pub(super) type Joining<'t> = (Id<Node>, &'t Node, &'t Membership);

/// Every auth key that is joined with, and the nodes that do.
pub(super) fn joining(topology: &Topology) -> Vec<(&Secret, Vec<Joining<'_>>)> {
    let mut joining: BTreeMap<Id<Secret>, Vec<Joining<'_>>> = BTreeMap::new();
    for (id, node) in topology.nodes.iter() {
        if let Some(membership) = &node.tailscale
            && let Some(key) = membership.auth_key
        {
            joining.entry(key).or_default().push((id, node, membership));
        }
    }
    let keys = joining.into_iter();
    keys.map(|(secret, nodes)| (topology.secrets.get(secret), nodes))
        .filter(|(secret, _)| secret.declared.kind == SecretKind::AuthKey)
        .collect()
}
