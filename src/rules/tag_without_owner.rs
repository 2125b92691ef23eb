//! ## What it does
//!
//! Finds tags of nodes and devices that the tailnet's policy file does not have among its
//! `tagOwners`.
//!
//! ## Why is this bad?
//!
//! Tailscale knows the tags of the policy alone. A key with another tag can't be made, and a machine
//! that asks for one does not join.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha.tailscale.tags = [ "tag:gateway" ];
//! # "tagOwners": { "tag:router": ["autogroup:admin"] }
//! ```
//!
//! ## What to do
//!
//! Add the tag to `tagOwners` in the policy, with those who may assign it, or write one that is there.

use super::Check;
use crate::finding::Finding;
use crate::suggest::closest;
use crate::topology::{Membership, Topology};

rule!("TW705", "tag-without-owner", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let nodes = topology.nodes.values().map(|node| &node.tailscale);
    let devices = topology.devices.values().map(|device| &device.tailscale);
    for membership in nodes.chain(devices).flatten() {
        findings.extend(of_member(topology, membership));
    }
}

fn of_member(topology: &Topology, membership: &Membership) -> Vec<Finding> {
    let file = topology.tailnets.get(membership.tailnet).policy.as_ref();
    let Some((file, policy)) = file.and_then(|file| Some((file, file.policy.as_ref()?))) else {
        return Vec::new();
    };
    let tags = membership.declared.tags.iter();
    tags.filter(|tag| !policy.tag_owners.contains_key(tag.value.as_str()))
        .map(|tag| {
            let known = policy.tag_owners.keys().map(String::as_str);
            let name = tag.value.as_str();
            let help = match closest(name, known) {
                Some(meant) => {
                    format!("write \"{meant}\", or add the tag to \"tagOwners\" in the policy")
                }
                None => format!(
                    "add to the policy: \"tagOwners\": {{ \"{name}\": [\"autogroup:admin\"] }}"
                ),
            };
            Finding::new(&RULE, &tag.place, format!("the policy knows no {name}"))
                .label("owned by nobody")
                .related(&file.place, "the policy")
                .note("a tag without an owner can't be assigned: the machine does not join")
                .help(help)
        })
        .collect()
}
