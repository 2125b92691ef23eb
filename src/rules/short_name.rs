//! ## What it does
//!
//! Finds expectations of names with a single label.
//!
//! ## Why is this bad?
//!
//! A short name becomes a whole one by a search path, and that is the asking machine's. Pods have the
//! cluster's, not the tailnet's; Blocky and forwarders get to see the name as it is and match no zone. What
//! works on a laptop does not in a pod.
//!
//! ## Example
//!
//! ```nix
//! expectations = [ { from = "pods:homelab"; name = "alpha"; seen = "answer"; } ];
//! ```
//!
//! ## What to do
//!
//! Write the whole name, here and where it is used.

use super::Check;
use crate::finding::Finding;
use crate::topology::Topology;

rule!("TW408", "short-name", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for expectation in &topology.expectations {
        let name = &expectation.name;
        if name.value.as_str().contains('.') {
            continue;
        }
        let whole = topology.members().find_map(|member| {
            let tailnet = topology.tailnets.get(member.membership.tailnet);
            let whole = tailnet.declared.suffix.value.below(member.name.as_str());
            whole.filter(|_| member.name.as_str() == name.value.as_str())
        });
        let finding = Finding::new(
            &RULE,
            &name.place,
            format!(
                "{} asks for the short name {}",
                expectation.from.value, name.value
            ),
        )
        .label("not a whole name")
        .note("a search path makes short names whole, and pods have none of the tailnet's");
        findings.push(match whole {
            Some(whole) => finding.help(format!("write {whole}")),
            None => finding.help("write the whole name"),
        });
    }
}
