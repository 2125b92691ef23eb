//! ## What it does
//!
//! Finds policy files with an entry among others that lets every member reach every port of everything, in
//! `acls` or in `grants`, however it is spelt: all ports as `*`, as `1-65535`, or of TCP and of UDP; every
//! member as `*`, by both of `autogroup:member` and `autogroup:tagged`, or by the tailnet's range. So are
//! entries that lead to every machine, though not to what is routed, where the others lead to machines, too.
//! headscale's policy file is read as well.
//!
//! Not found is a policy whose one entry this is: Tailscale's own first policy, which says that nothing
//! is to be restricted. Nor is an entry with a posture, or one for `autogroup:member` alone: it keeps
//! machines with tags from the others. Several entries are not added up.
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
use crate::policy::Openness;
use crate::topology::Topology;

rule!("TW709", "grants-everything", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for tailnet in topology.tailnets.values() {
        let file = tailnet.any_policy();
        let Some((file, policy)) = file.and_then(|file| Some((file, file.policy.as_ref()?))) else {
            continue;
        };
        // Without ports an entry grants capabilities of applications alone, and restricts nothing.
        let grants = policy
            .grants
            .iter()
            .filter(|grant| !grant.permits.is_empty());
        let (open, others): (Vec<_>, Vec<_>) =
            grants.partition(|grant| policy.openness(grant).is_some());
        let Some(open) = open.first() else { continue };
        let (Some(openness), Some(location)) = (policy.openness(open), open.location.clone())
        else {
            continue;
        };
        let mut restricted = others.iter();
        let restricts = openness == Openness::Machines
            && !restricted.all(|other| policy.leads_to_machines_alone(other));
        if others.is_empty() || restricts {
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
                    "the policy of {} lets everybody reach {}",
                    tailnet.name,
                    match openness {
                        Openness::Everything => "everything",
                        Openness::Machines => "every machine",
                    }
                ),
            )
            .note("what one entry allows is allowed: the other entries restrict nothing")
            .help("remove the entry, and let `tests` of the policy say what has to stay allowed"),
        );
    }
}
