//! ## What it does
//!
//! Finds policy files with an entry among others that lets everybody reach everything, in `acls` or in
//! `grants`.
//!
//! Not found is a policy whose one entry this is: Tailscale's own first policy, which says that nothing
//! is to be restricted. Nor is an entry with a posture, or one for the machines of persons alone
//! (`autogroup:member`): those who use a tailnet may be those who run it. headscale's policies are read, too.
//!
//! ## Why is this bad?
//!
//! What is allowed by one entry is allowed. The others look like restrictions and are none: every member
//! reaches every port of every machine and of every route.
//!
//! ## Example
//!
//! ```json
//! {
//!   "grants": [
//!     { "src": ["autogroup:member"], "dst": ["10.10.10.100"], "ip": ["udp:53", "tcp:53"] },
//!     { "src": ["*"], "dst": ["*"], "ip": ["*"] },
//!   ],
//! }
//! ```
//!
//! ## What to do
//!
//! Remove the entry, and see with `tests` in the policy that what is needed is still allowed; or remove
//! the others.

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::topology::Topology;

rule!("TW709", "grants-everything", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for tailnet in topology.tailnets.values() {
        let Some(file) = tailnet.any_policy() else {
            continue;
        };
        let grants = file.policy.iter().flat_map(|policy| &policy.grants);
        let (everything, others): (Vec<_>, Vec<_>) =
            grants.partition(|grant| grant.is_everything());
        let Some(location) = everything.first().and_then(|grant| grant.location.clone()) else {
            continue;
        };
        if others.is_empty() {
            continue;
        }
        let place = Place {
            path: file.place.path.clone(),
            location,
        };
        findings.push(
            Finding::new(
                &RULE,
                &place,
                format!(
                    "the policy of {} lets everybody reach everything",
                    tailnet.name
                ),
            )
            .note("what one entry allows is allowed: the other entries restrict nothing")
            .help("remove the entry, and let `tests` of the policy say what has to stay allowed"),
        );
    }
}
