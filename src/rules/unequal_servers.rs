//! ## What it does
//!
//! Finds servers of one list that do not say the same: a resolver's mapping, or the servers of a
//! cluster's DNS, of which one answers a name and another refuses it or says that there is none.
//!
//! ## Why is this bad?
//!
//! Resolvers such as Blocky ask two servers at once and take the first answer. REFUSED and NXDOMAIN are
//! answers, and a server that has nothing to look up is quick: the right answer loses.
//!
//! ## Example
//!
//! ```nix
//! # 10.10.10.53 does not know the tailnet
//! resolvers.blocky.conditional."tail96fefe.ts.net" = [ "10.10.10.200:1053" "10.10.10.53" ];
//! ```
//!
//! ## What to do
//!
//! Name servers alone that know the same zones and let the same clients ask.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::traced::{Traced, has_own_rule, visit};
use crate::finding::Finding;
use crate::place::Place;
use crate::trace::outcome::{CauseKind, Seen};
use crate::trace::{Query, Served};

rule!("TW305", "unequal-servers", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let mut unequal: BTreeMap<String, (Place, String, Vec<String>)> = BTreeMap::new();
    for client in &traced.matrix.clients {
        for name in traced
            .matrix
            .names
            .iter()
            .filter(|name| name.kind.is_guarded(traced.topology))
        {
            let trace = traced.trace(client.class(), name);
            visit(&trace, &mut |served: &Served| {
                let Some((query, seen)) = odd_one(served) else {
                    return;
                };
                let Some(place) = &query.place else { return };
                let message = format!(
                    "{} asks {} beside servers that answer, and that one says {seen} for {}",
                    served.server, query.whom, name.what
                );
                let (_, _, clients) = unequal
                    .entry(message.clone())
                    .or_insert_with(|| (place.clone(), query.whom.clone(), Vec::new()));
                let class = client.class().to_string();
                if !clients.contains(&class) {
                    clients.push(class);
                }
            });
        }
    }
    for (message, (place, whom, clients)) in unequal {
        findings.push(
            Finding::new(&RULE, &place, message)
                .label("does not know the names")
                .note(format!("asked by {}", clients.join(", ")))
                .note("the first answer counts, and a refusal is a quick one")
                .help(format!(
                    "take {whom} out of the list, or let it know the zone"
                )),
        );
    }
}

/// One of several servers that says something else than an answer where another one answers.
fn odd_one(served: &Served) -> Option<(&Query, Seen)> {
    let seen = |query: &Query| -> BTreeSet<Seen> {
        query.outcomes.iter().map(|outcome| outcome.seen).collect()
    };
    let answers: BTreeSet<Seen> = [Seen::Answer].into();
    if !served.queries.iter().any(|query| seen(query) == answers) {
        return None;
    }
    served.queries.iter().find_map(|query| {
        let odd = query.outcomes.iter().find(|outcome| {
            matches!(
                outcome.seen,
                Seen::Refused | Seen::NoSuchName | Seen::NoData
            ) && !has_own_rule(&outcome.cause)
                && outcome.cause.kind != CauseKind::Unknown
        })?;
        Some((query, odd.seen))
    })
}
