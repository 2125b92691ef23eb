//! ## What it does
//!
//! Says for which clusters nobody answers the names of a tailnet that nodes of theirs are in, although a
//! resolver's forwarding of the suffix is left to tailwright: there is no forwarder for it, and no
//! resolver is told whom to ask for the suffix.
//!
//! ## Why is this bad?
//!
//! Pods that ask for such a name are told that it does not exist, by a public server, which has seen the name
//! then. Where no pod asks for one it does not matter, and this can be suppressed.
//!
//! ## Example
//!
//! ```nix
//! tailnet.suffix = "tail96fefe.ts.net";
//! clusters.homelab = { };
//! nodes.alpha = { cluster = "homelab"; tailscale = { }; };
//! resolvers.blocky = { kind = "blocky"; cluster = "homelab"; };
//! # No `forwarders`.
//! ```
//!
//! ## What to do
//!
//! Declare a forwarder on members of the tailnet, best on two.

use std::collections::BTreeSet;

use super::Check;
use crate::finding::Finding;
use crate::scalar::ManageResolver;
use crate::topology::Topology;
use crate::trace::classes::NameKind;

rule!("TW413", "nobody-answers", Note, Medium, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    let mut resolvers = topology.resolvers.values();
    if resolvers.all(|resolver| resolver.manage == ManageResolver::None) {
        return;
    }
    for (id, tailnet) in topology.tailnets.iter() {
        if NameKind::InSuffix(id).is_guarded(topology) {
            continue;
        }
        let nodes = topology.nodes.values();
        let members = nodes.filter(|node| {
            let membership = node.tailscale.as_ref();
            membership.is_some_and(|membership| membership.tailnet == id)
        });
        let clusters: BTreeSet<_> = members.filter_map(|node| node.cluster).collect();
        for cluster in clusters {
            let cluster = topology.clusters.get(cluster);
            let suffix = &tailnet.declared.suffix;
            findings.push(
                Finding::new(
                    &RULE,
                    &suffix.place,
                    format!("nobody answers names of {} for pods of cluster {}", suffix.value, cluster.name),
                )
                .label("no forwarder, and no resolver that asks for it")
                .related(&cluster.declared.place, "nodes of this cluster are members")
                .note("what pods ask for is told to public servers, which say that it does not exist")
                .help("declare a forwarder on two members; where no pod needs the names, suppress this"),
            );
        }
    }
}
