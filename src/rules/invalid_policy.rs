//! ## What it does
//!
//! Reads the policy file of a tailnet and finds what Tailscale refuses in it: unknown names of tags,
//! groups, hosts and sections, rules that can't be meant, ports and ranges that are none, SSH rules
//! without users, tests that expect nothing or fail. A policy file that can't be read is found too.
//!
//! The reasons are those of Tailscale's service, and are compared with its answers. What only the
//! service knows (which domains are the tailnet's, which posture a machine has) and `sshTests` are not
//! judged; of headscale's policies it is judged alone whether they can be read.
//!
//! ## Why is this bad?
//!
//! Tailscale takes a policy as a whole or not at all. One that is refused leaves the one before in
//! force: the route that was just to be approved, or the access that was just to be taken away, is
//! as it was.
//!
//! ## Example
//!
//! ```json
//! {
//!   "tagOwners": { "tag:router": ["autogroup:admin"] },
//!   "grants": [{ "src": ["tag:dns"], "dst": ["tag:router"], "ip": ["udp:53"] }],
//! }
//! ```
//!
//! Nobody can have `tag:dns`.
//!
//! ## What to do
//!
//! Correct the policy at the place that is named.

use super::Check;
use crate::finding::Finding;
use crate::place::Place;
use crate::policy;
use crate::scalar::Control;
use crate::topology::{Id, PolicyFile, Tailnet, Topology};

rule!("TW703", "invalid-policy", Error, High, since "0.1.0", Check::Topology(check));

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    for (id, tailnet) in topology.tailnets.iter() {
        if let Some(file) = &tailnet.policy {
            findings.extend(of_file(topology, id, file));
        }
        if let Some(file) = &tailnet.policy_of_headscale
            && file.policy.is_none()
        {
            findings.extend(of_file(topology, id, file));
        }
    }
}

fn of_file(topology: &Topology, tailnet: Id<Tailnet>, file: &PolicyFile) -> Vec<Finding> {
    let problems = match &file.problems {
        Ok(problems) => problems,
        Err(reason) => return vec![unreadable(file, reason)],
    };
    let who = match topology.tailnets.get(tailnet).control() {
        Control::Tailscale => "Tailscale",
        Control::Headscale => "headscale",
    };
    let refused = |location: &_, message: &str| {
        let place = Place {
            path: file.place.path.clone(),
            location: Clone::clone(location),
        };
        Finding::new(
            &RULE,
            &place,
            format!("{who} refuses the policy: {message}"),
        )
    };
    if let ([], Some(policy)) = (problems.as_slice(), &file.policy)
        && policy.is_followed()
    {
        return policy::Tailnet::populated(policy, topology.machines(tailnet))
            .failed_tests()
            .iter()
            .map(|failure| {
                refused(&failure.location, &failure.message)
                    .help("correct the test, or the grants that it is about")
            })
            .collect();
    }
    problems
        .iter()
        .map(|problem| refused(&problem.location, &problem.message).help(&problem.help))
        .collect()
}

fn unreadable(file: &PolicyFile, reason: &str) -> Finding {
    Finding::new(
        &RULE,
        &file.place,
        format!("the policy file can't be read: {reason}"),
    )
    .note("without it nothing can be said about who reaches whom, or which routes are approved")
    .help(
        "correct the path, which starts at the declaration's root; in a flake, `git add` the file",
    )
}
