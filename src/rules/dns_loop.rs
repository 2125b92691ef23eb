//! ## What it does
//!
//! Finds queries that come back to a server which has been asked already: name servers that ask each
//! other in a circle, for any client and any kind of name. The finding prints the path.
//!
//! Where servers ask each other in so many ways that not all of them are followed, it says that instead of
//! some of the circles.
//!
//! ## Why is this bad?
//!
//! Nobody on the circle answers. Each server waits for the next until it gives up, and asks again for
//! each client that asks again, so that a few questions are enough to keep all of them busy. Names that
//! do not go round are slow as well.
//!
//! ## Example
//!
//! ```nix
//! resolvers.blocky = { kind = "blocky"; address = "10.10.10.100"; upstreams = [ "10.10.10.53" ]; };
//! resolvers.adguard = { kind = "adguard-home"; address = "10.10.10.53"; upstreams = [ "10.10.10.100" ]; };
//! ```
//!
//! ## What to do
//!
//! Let one server on the path ask somebody else for these names: a public server, or for a tailnet's
//! names the forwarders. A node whose quad100 is on the path does not take the tailnet's DNS settings
//! (`acceptDns = false`).

use std::collections::BTreeMap;

use super::Check;
use super::traced::{Traced, decided_at};
use crate::finding::Finding;
use crate::trace::outcome::{Cause, CauseKind};

rule!("TW301", "dns-loop", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    // One circle is met at each of its servers.
    let mut circles: BTreeMap<Vec<&str>, (&Cause, Vec<String>)> = BTreeMap::new();
    for (client, name, _, outcome) in traced.outcomes() {
        for cause in outcome.cause.leaves() {
            if cause.kind != CauseKind::Loop {
                continue;
            }
            let mut servers: Vec<&str> = cause.path.iter().map(String::as_str).collect();
            servers.sort_unstable();
            servers.dedup();
            let (_, asked) = circles.entry(servers).or_insert((cause, Vec::new()));
            let question = format!("{} for {}", client.class(), name.what);
            if !asked.contains(&question) {
                asked.push(question);
            }
        }
    }
    findings.extend(given_up(traced));
    for (cause, asked) in circles.into_values() {
        let Some(place) = decided_at(cause) else {
            continue;
        };
        let path = cause.path.join(" → ");
        let more = match asked.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let finding = Finding::new(&RULE, place, format!("queries go round: {path}"))
            .label("on the path")
            .note(format!("asked by {}{more}", asked[0]))
            .note("nobody on the path answers: each waits for the next until it gives up")
            .help("let one of these servers ask somebody else for the name");
        findings.push(finding);
    }
}

/// So many circles that they can't be counted.
fn given_up(traced: &Traced<'_>) -> Option<Finding> {
    let mut outcomes = traced.outcomes();
    let (client, name, ..) = outcomes.find(|(.., outcome)| {
        let mut leaves = outcome.cause.leaves().into_iter();
        leaves.any(|cause| cause.kind == CauseKind::GivenUp)
    })?;
    let resolvers = traced.topology.resolvers.values();
    let place = resolvers.map(|resolver| &resolver.declared.place).next()?;
    let message = format!(
        "servers ask each other in more ways than are followed, for {} and {}",
        client.class(),
        name.what
    );
    Some(
        Finding::new(&RULE, place, message)
            .label("the first of the resolvers")
            .note("whether anybody gets an answer is not known")
            .help("let most of the resolvers ask servers that ask none of them"),
    )
}
