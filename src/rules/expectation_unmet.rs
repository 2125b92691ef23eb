//! ## What it does
//!
//! Finds expectations that are not met: queries that come to something else than the declaration
//! expects, on at least one of the ways that they can take.
//!
//! ## Why is this bad?
//!
//! The declaration says what the network is for, and the network as it is declared does not do it. The
//! finding names the hop at which it fails.
//!
//! ## Example
//!
//! ```nix
//! expectations = [
//!   { from = "lan:home"; name = "alpha.tail96fefe.ts.net"; seen = "answer"; }
//! ];
//! # but the LAN's name servers are public ones
//! ```
//!
//! ## What to do
//!
//! `tailwright trace FILE --from CLASS --name NAME` shows every hop. Mend the one that fails, or correct
//! what is expected.

use super::Check;
use super::traced::{Traced, decided_at, explained};
use crate::finding::Finding;
use crate::trace::outcome::Seen;

rule!("TW412", "expectation-unmet", Error, High, since "0.1.0", Check::Traced(check));

fn check(traced: &Traced<'_>, findings: &mut Vec<Finding>) {
    for unmet in &traced.unmet {
        let expectation = unmet.expectation;
        let question = &unmet.question;
        let mut seen: Vec<Seen> = unmet.outcomes.iter().map(|outcome| outcome.seen).collect();
        seen.dedup();
        let words: Vec<&str> = seen.into_iter().map(Seen::as_str).collect();
        let leaks: Vec<&str> = unmet
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.leaks)
            .map(|leak| leak.server.as_str())
            .collect();
        let is_seen = unmet
            .outcomes
            .iter()
            .all(|outcome| outcome.seen.meets(expectation.seen));
        let message = if is_seen {
            format!(
                "{} asks for {}, and {} sees the name",
                question.from,
                question.name,
                leaks.first().copied().unwrap_or("a public server")
            )
        } else {
            format!(
                "{} gets {} for {} over {}, not {}",
                question.from,
                words.join(" or "),
                question.name,
                question.protocol.as_str().to_uppercase(),
                expectation.seen
            )
        };
        let mut finding = Finding::new(&RULE, &expectation.place, message).label("expected here");
        for outcome in &unmet.outcomes {
            if let Some(place) = decided_at(&outcome.cause) {
                finding = finding.related(place, "decides it");
            }
            finding = explained(finding, &outcome.cause);
        }
        if finding.help.is_none() {
            finding = finding.help(format!(
                "`tailwright trace FILE --from {} --name {}` shows every hop",
                question.from, question.name
            ));
        }
        findings.push(finding);
    }
}
