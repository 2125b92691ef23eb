//! ## What it does
//!
//! Finds nodes of a cluster that use an exit node.
//!
//! ## Why is this bad?
//!
//! The exit node's default route stands before the node's own. What goes to pods of other nodes, to
//! Services and to the API goes there, and so does the kubelet: the node is lost within minutes. Allowing
//! LAN access exempts ranges that are directly connected, which pods and Services are not. The setting
//! is kept by tailscaled, also when what made it is deleted.
//!
//! ## Example
//!
//! ```nix
//! nodes.beta = { cluster = "homelab"; tailscale.exitNode = "alpha"; };
//! ```
//!
//! ## What to do
//!
//! Let single pods use the exit node, by a proxy of their own, and the node none.

use super::Check;
use crate::facts::tailnet::EXIT_NODE_TAKES_ALL;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW204", "exit-node-on-cluster-node", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let exit = node.tailscale.as_ref();
        let exit = exit.and_then(|membership| membership.declared.exit_node.as_ref());
        let (Some(cluster), Some(exit)) = (node.cluster, exit) else {
            continue;
        };
        let cluster = topology.clusters.get(cluster);
        findings.push(
            Finding::new(
                &RULE,
                &exit.place,
                format!(
                    "{}, a node of cluster {}, sends everything through exit node {}",
                    node.name, cluster.name, exit.value
                ),
            )
            .label("pods, Services and the API of the cluster among it")
            .note(format!(
                "{} ({})",
                EXIT_NODE_TAKES_ALL.says, EXIT_NODE_TAKES_ALL.source
            ))
            .help(format!("remove `exitNode` of {}", node.name)),
        );
    }
}
