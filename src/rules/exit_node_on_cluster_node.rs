//! ## What it does
//!
//! Finds nodes of a cluster that use an exit node.
//!
//! ## Why is this bad?
//!
//! The default route of an exit node comes before the machine's own routes. What kubelet sends to the
//! API, and pods to Services and to pods of other nodes, goes to the exit node instead: the node drops
//! out of its cluster. `exitNodeAllowLanAccess` exempts the networks alone to which an interface is
//! connected directly: the LAN, not the pods of other nodes and not the Services.
//!
//! ## Example
//!
//! ```nix
//! nodes.alpha = { cluster = "homelab"; tailscale.exitNode = "gateway"; };
//! ```
//!
//! ## What to do
//!
//! Remove `exitNode`. Where pods have to leave through another country, run tailscale in their pod.

use super::Check;
use crate::facts::tailnet::EXIT_NODE;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW204", "exit-node-on-cluster-node", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for node in topology.nodes.values() {
        let exit = node
            .tailscale
            .iter()
            .filter_map(|membership| membership.declared.exit_node.as_ref());
        let cluster = node.cluster.map(|cluster| topology.clusters.get(cluster));
        for (exit, cluster) in exit.zip(cluster) {
            findings.push(
                Finding::new(
                    &RULE,
                    &exit.place,
                    format!(
                        "node {} of cluster {} uses the exit node {}",
                        node.name, cluster.name, exit.value
                    ),
                )
                .label("takes the cluster's traffic too")
                .related(&cluster.declared.place, "the cluster")
                .note(format!("{} ({})", EXIT_NODE.says, EXIT_NODE.source))
                .help("remove `exitNode`, or take the node out of the cluster"),
            );
        }
    }
}
