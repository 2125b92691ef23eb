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

/// A server that does not say what the others of its list say.
struct Odd {
    place: Place,
    whom: String,
    seen: Seen,
    asking: BTreeSet<String>,
    names: BTreeSet<String>,
    clients: BTreeSet<String>,
}

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    let mut odd: BTreeMap<String, Odd> = BTreeMap::new();
    for (name, trace) in &traced.meant {
        visit(trace, &mut |served: &Served| {
            let Some((query, seen)) = odd_one(served) else {
                return;
            };
            let Some(place) = &query.place else { return };
            let known = odd
                .entry(place.location.to_string())
                .or_insert_with(|| Odd {
                    place: place.clone(),
                    whom: query.whom.clone(),
                    seen,
                    asking: BTreeSet::new(),
                    names: BTreeSet::new(),
                    clients: BTreeSet::new(),
                });
            known.asking.insert(served.server.clone());
            known.names.insert(name.what.clone());
            known.clients.insert(trace.question.from.to_string());
        });
    }
    for one in odd.into_values() {
        let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        let Odd { whom, seen, .. } = &one;
        let message = format!(
            "{} asks {whom} beside servers that answer, and that one says {seen} for {}",
            words(&one.asking),
            words(&one.names)
        );
        findings.push(
            Finding::new(&RULE, &one.place, message)
                .label("does not know the names")
                .note(format!("asked by {}", words(&one.clients)))
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
