//! ## What it does
//!
//! Finds names of a tailnet, reverse names among them, that a server of one's own passes on to a public
//! one. Whoever asks public servers himself is not meant.
//!
//! A warning where it is the names of addresses alone: they tell that there is a tailnet, and hardly anybody
//! asks for those that are nobody's.
//!
//! ## Why is this bad?
//!
//! The public server learns which machines there are, and says that they do not exist. That answer is
//! remembered: the name stays away after the mistake is mended.
//!
//! ## Example
//!
//! ```nix
//! # Blocky asks this server for the suffix, and that one asks public servers for everything.
//! resolvers.blocky.conditional."tail96fefe.ts.net" = "10.10.10.53";
//! resolvers.plain = { kind = "dnsmasq"; address = "10.10.10.53"; upstreams = [ "1.1.1.1" ]; };
//! ```
//!
//! ## What to do
//!
//! Let the server ask one that knows the zone: a forwarder for a tailnet's names, which refuses what it
//! does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::traced::{Traced, visit};
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::trace::Served;
use crate::trace::classes::NameKind;
use crate::trace::outcome::Because;

rule!("TW409", "leak", Error, High, since "0.1.0", Check::Traced(check));

/// What is passed on by one line of the declaration.
#[derive(Default)]
struct Leaking {
    servers: BTreeSet<String>,
    names: BTreeSet<String>,
    /// Whether names of machines are among them, and not just those of addresses.
    has_names: bool,
    to: BTreeSet<String>,
    clients: BTreeSet<String>,
}

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let mut leaking: BTreeMap<String, (Place, Leaking)> = BTreeMap::new();
    for (name, trace) in &traced.meant {
        if trace
            .outcomes
            .iter()
            .all(|outcome| outcome.leaks.is_empty())
        {
            continue;
        }
        visit(trace, &mut |served: &Served| {
            for (place, to) in passes_on(served) {
                let (_, leaking) = leaking
                    .entry(place.location.to_string())
                    .or_insert_with(|| (place.clone(), Leaking::default()));
                leaking.servers.insert(served.server.clone());
                leaking.names.insert(name.what.clone());
                leaking.has_names |=
                    !matches!(name.kind, NameKind::Reverse(_) | NameKind::InReverse(_));
                leaking.to.insert(to);
                leaking.clients.insert(trace.question.from.to_string());
            }
        });
    }
    for (place, leaking) in leaking.into_values() {
        let words = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(", ");
        let has_names = leaking.has_names;
        let mut finding = Finding::new(
            &RULE,
            &place,
            format!(
                "{} are told to {} by {}",
                words(leaking.names),
                words(leaking.to),
                words(leaking.servers)
            ),
        )
        .label("asked for private names")
        .note(format!("asked by {}", words(leaking.clients)))
        .note("a public server learns the names, and says that there are none")
        .help("let it ask a server that knows the zone: for a tailnet's names, a forwarder");
        if !has_names {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

/// Whom a server passes a private name on to, each with the line that says so.
fn passes_on(served: &Served) -> Vec<(&Place, String)> {
    let mut passed = Vec::new();
    for query in &served.queries {
        let ends = query.ways.iter().filter_map(|way| way.served.as_ref());
        for end in ends {
            let own = end.outcomes.iter().flat_map(|outcome| &outcome.leaks);
            let is_public = end.queries.is_empty();
            for leak in own.filter(|_| is_public) {
                let place = query.place.as_ref().or(match &served.step.because {
                    Some(Because::Declared(place)) => Some(place),
                    _ => None,
                });
                passed.extend(place.map(|place| (place, leak.server.clone())));
            }
        }
    }
    passed
}
