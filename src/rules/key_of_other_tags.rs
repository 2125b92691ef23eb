//! ## What it does
//!
//! Finds nodes with a tag that the auth key with which they join does not have, where the key has tags.
//!
//! Not found are tags that one of the key's tags owns, keys without tags (whoever made them may assign what
//! he owns), and OAuth clients, which make a key for the tags that are asked for.
//!
//! ## Why is this bad?
//!
//! A key with tags gives its own tags and no others. The node asks for another one when it joins, and is
//! refused: it is noticed when it is installed anew.
//!
//! ## Example
//!
//! ```nix
//! secrets.servers = { kind = "auth-key"; tags = [ "tag:server" ]; };
//! nodes.alpha.tailscale = { authKey = "servers"; tags = [ "tag:router" ]; };
//! ```
//!
//! ## What to do
//!
//! Make a key with the node's tags, or give the node those of the key.

use super::Check;
use super::joining::joining;
use crate::facts::tailnet::KEYS_GIVE_THEIR_TAGS;
use crate::finding::Finding;
use crate::policy::selector::Selector;
use crate::scalar::Tag;
use crate::topology::{Secret, Tailnet, Topology};

rule!("TW711", "key-of-other-tags", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (secret, nodes) in joining(topology) {
        let Some(of_key) = secret.declared.tags.first() else {
            continue;
        };
        for (_, node, membership) in nodes {
            let tailnet = topology.tailnets.get(membership.tailnet);
            let mut tags = membership.declared.tags.iter();
            let Some(tag) = tags.find(|tag| !is_given(secret, tailnet, &tag.value)) else {
                continue;
            };
            findings.push(
                Finding::new(
                    &RULE,
                    &tag.place,
                    format!(
                        "{} joins with the key {}, which does not give {}",
                        node.name, secret.name, tag.value
                    ),
                )
                .label("not among the key's tags")
                .related(&of_key.place, "the key's tags")
                .note(format!(
                    "{} ({})",
                    KEYS_GIVE_THEIR_TAGS.says, KEYS_GIVE_THEIR_TAGS.source
                ))
                .help("make a key with the node's tags, or give the node those of the key"),
            );
        }
    }
}

/// Whether a key gives a tag: it is its own, or owned by one of its own.
fn is_given(secret: &Secret, tailnet: &Tailnet, tag: &Tag) -> bool {
    let own = &secret.declared.tags;
    own.iter().any(|own| own.value == *tag) || own.iter().any(|own| owns(tailnet, &own.value, tag))
}

/// Whether a tag owns another, by the declaration or by the policy file.
fn owns(tailnet: &Tailnet, owner: &Tag, tag: &Tag) -> bool {
    let declared = tailnet.declared.tags.0.get(tag);
    let mut declared = declared.into_iter().flat_map(|(_, owners)| owners);
    let policy = tailnet
        .policy
        .as_ref()
        .and_then(|file| file.policy.as_ref());
    let of_policy = policy.and_then(|policy| policy.tag_owners.get(tag.as_str()));
    let is_meant =
        |selector: &Selector| matches!(selector, Selector::Tag(name) if name == owner.as_str());
    declared.any(|own| own.value.as_str() == owner.as_str())
        || of_policy.is_some_and(|owners| owners.iter().any(is_meant))
}
