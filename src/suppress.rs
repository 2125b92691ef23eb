//! Findings that the user knows and accepts.

use crate::declaration::Declaration;
use crate::declaration::language::Suppress;
use crate::finding::Finding;
use crate::rules::{self, key_in_declaration, unused_suppression};

/// Takes out what `suppress` accepts, and adds a finding for each entry that accepts nothing.
///
/// What is wrong with the declaration as a text (TW0xx) can't be accepted: it has no meaning to
/// go on with. Nor can a key in it: it would be copied into the tree.
#[must_use]
pub fn apply(declaration: &Declaration, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut unused = Vec::new();
    for entry in &declaration.suppress.0 {
        let before = findings.len();
        findings.retain(|finding| !accepts(entry, finding));
        let is_known = rules::by_code(entry.code.value.as_str()).is_some();
        if is_known && findings.len() == before {
            unused.push(
                Finding::new(
                    &unused_suppression::RULE,
                    &entry.code.place,
                    format!(
                        "nothing is suppressed: there is no finding {} {}",
                        entry.code.value,
                        at(entry)
                    ),
                )
                .label("accepts nothing")
                .note("it would accept the next one, which nobody has looked at")
                .help("remove the entry, or correct `at`"),
            );
        }
    }
    findings.extend(unused);
    findings
}

fn accepts(entry: &Suppress, finding: &Finding) -> bool {
    let code = finding.rule.code;
    let is_there = entry
        .at
        .as_ref()
        .is_none_or(|at| finding.place.path.is_within(at.as_str()));
    let is_acceptable = !code.starts_with("TW0") && code != key_in_declaration::RULE.code;
    code.eq_ignore_ascii_case(entry.code.value.as_str()) && is_acceptable && is_there
}

fn at(entry: &Suppress) -> String {
    entry.at.as_ref().map_or_else(
        || "anywhere that could be suppressed".to_owned(),
        |at| format!("at `{at}`"),
    )
}
