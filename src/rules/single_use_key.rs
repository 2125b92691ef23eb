//! ## What it does
//!
//! Finds auth keys with which several nodes are to join, and that are not declared to be `reusable`.
//!
//! ## Why is this bad?
//!
//! The first node uses the key up. The others do not join, and neither does the first one when it is
//! installed anew.
//!
//! ## Example
//!
//! ```nix
//! secrets.join.kind = "auth-key"; # for one machine
//! nodes.alpha.tailscale.authKey = "join";
//! nodes.beta.tailscale.authKey = "join";
//! ```
//!
//! ## What to do
//!
//! Make a reusable key and declare it so, or a key for each node.

use super::Check;
use super::joining::joining;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW710", "single-use-key", Warning, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (secret, nodes) in joining(topology) {
        let declared = &secret.declared;
        if declared.reusable.unwrap_or(false) || nodes.len() < 2 {
            continue;
        }
        let names: Vec<&str> = nodes
            .iter()
            .map(|(_, node, _)| node.name.as_str())
            .collect();
        findings.push(
            Finding::new(
                &RULE,
                &declared.place,
                format!("{} join with a key for one machine", names.join(", ")),
            )
            .label("`reusable` is missing")
            .note("the first one uses it up")
            .help("set `reusable = true` where the key is so, or declare a key for each node"),
        );
    }
}
