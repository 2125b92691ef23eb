//! ## What it does
//!
//! Finds queries that come back to a server which has been asked already: name servers that ask each
//! other in a circle, for any client and any kind of name. The finding prints the path.
//!
//! A warning where that is so only while a node is down: a server whose other upstream servers are gone asks
//! itself, or one that asks it. Of failures the public names are followed, and those of `expectations`, for
//! LANs, devices and members of the tailnet.
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
use crate::finding::{Finding, Level};
use crate::trace::outcome::{Cause, CauseKind, Outcome};

rule!("TW301", "dns-loop", Error, High, since "0.1.0", Check::Traced(check));

/// A circle, as it was met first.
struct Circle<'t> {
    cause: &'t Cause,
    /// Who asks for what.
    asked: Vec<String>,
    /// The nodes each of whose failures closes it; none where it is closed always.
    without: Vec<&'t str>,
}

fn check<'t>(traced: &'t Traced<'_>, findings: &mut Vec<Finding>) {
    // One circle is met at each of its servers.
    let mut circles: BTreeMap<Vec<&str>, Circle<'_>> = BTreeMap::new();
    let mut meet = |outcome: &'t Outcome, question: &str, without: &[&'t str]| {
        for cause in loops(outcome) {
            let mut servers: Vec<&str> = cause.path.iter().map(String::as_str).collect();
            servers.sort_unstable();
            servers.dedup();
            let circle = circles.entry(servers).or_insert_with(|| Circle {
                cause,
                asked: Vec::new(),
                without: without.to_vec(),
            });
            if !circle.asked.iter().any(|asked| asked == question) {
                circle.asked.push(question.to_owned());
            }
        }
    };
    for (client, name, _, outcome) in traced.outcomes() {
        meet(
            outcome,
            &format!("{} for {}", client.class(), name.what),
            &[],
        );
    }
    let relied_on = &traced.relied_on;
    for failure in &relied_on.failures {
        let nodes = failure.nodes.iter();
        let nodes = nodes.map(|node| traced.topology.nodes.get(*node).name.as_str());
        let nodes: Vec<&str> = nodes.collect();
        for change in &failure.changes {
            let client = relied_on.clients[change.client].class();
            let name = &relied_on.names[change.name].what;
            for outcome in change.cell.udp.iter().chain(&change.cell.tcp) {
                meet(outcome, &format!("{client} for {name}"), &nodes);
            }
        }
    }
    findings.extend(given_up(traced));
    findings.extend(circles.into_values().filter_map(finding));
}

fn loops(outcome: &Outcome) -> impl Iterator<Item = &Cause> {
    let leaves = outcome.cause.leaves().into_iter();
    leaves.filter(|cause| cause.kind == CauseKind::Loop)
}

fn finding(circle: Circle<'_>) -> Option<Finding> {
    let place = decided_at(circle.cause)?;
    let path = circle.cause.path.join(" → ");
    let more = match circle.asked.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let without = circle.without.join(" or ");
    let when = match without.as_str() {
        "" => String::new(),
        nodes => format!(" without {nodes}"),
    };
    let mut finding = Finding::new(&RULE, place, format!("queries go round{when}: {path}"))
        .label("on the path")
        .note(format!("asked by {}{more}", circle.asked[0]))
        .note("nobody on the path answers: each waits for the next until it gives up")
        .help("let one of these servers ask somebody else for the name");
    if !without.is_empty() {
        finding.level = Level::Warning;
    }
    Some(finding)
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
