//! Findings that the user knows and accepts.

use crate::declaration::Declaration;
use crate::declaration::language::Suppress;
use crate::finding::Finding;
use crate::rules::{self, key_in_declaration, unused_suppression};
use crate::selection::Selection;

/// Takes out what `suppress` accepts, and adds a finding for each entry that accepts nothing.
///
/// What is wrong with the declaration as a text (TW0xx) can't be accepted: it has no meaning to
/// go on with. Nor can a key in it: it would be copied into the tree.
///
/// Of an entry for a rule that is not reported nothing is said.
#[must_use]
pub fn apply(
    declaration: &Declaration,
    findings: Vec<Finding>,
    selection: &Selection,
) -> Vec<Finding> {
    let entries = &declaration.suppress.0;
    // What could not be read or resolved was not checked: its findings may be there once it is.
    let all_is_checked = !findings
        .iter()
        .any(|finding| is_structural(finding.rule.code));
    let mut unused = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(rule) = rules::by_code(entry.code.value.as_str()) else {
            continue;
        };
        if !selection.reports(rule) {
            continue;
        }
        if !is_acceptable(rule.code) {
            unused.push(never(entry, rule.code));
            continue;
        }
        let mut accepted = findings.iter().filter(|finding| accepts(entry, finding));
        let Some(first) = accepted.next() else {
            if all_is_checked {
                unused.push(nothing(entry));
            }
            continue;
        };
        let taken = |finding: &Finding| {
            let mut before = entries[..index].iter();
            before.find(|other| accepts(other, finding))
        };
        if let Some(other) = taken(first)
            && accepted.all(|finding| taken(finding).is_some())
        {
            unused.push(again(entry, other, rule.code));
        }
    }
    let mut left: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| !entries.iter().any(|entry| accepts(entry, finding)))
        .collect();
    left.extend(unused);
    left
}

fn nothing(entry: &Suppress) -> Finding {
    let (at, help) = match &entry.at {
        Some(at) => (format!(" at `{at}`"), "remove the entry, or correct `at`"),
        None => (String::new(), "remove the entry"),
    };
    unused(
        entry,
        format!(
            "nothing is suppressed: there is no finding {}{at}",
            entry.code.value
        ),
    )
    .note("it would accept the next one, which nobody has looked at")
    .help(help)
}

fn never(entry: &Suppress, code: &str) -> Finding {
    let why = if code == key_in_declaration::RULE.code {
        "the key would be copied into generated files"
    } else {
        "what is wrong with the declaration as a text has no meaning to go on with"
    };
    unused(entry, format!("{code} can't be suppressed"))
        .note(why)
        .help("remove the entry, and correct what it was meant for")
}

fn again(entry: &Suppress, other: &Suppress, code: &str) -> Finding {
    unused(
        entry,
        format!("nothing is left to suppress: another entry accepts the same findings {code}"),
    )
    .related(&other.code.place, "accepts them")
    .help("remove one of the two entries")
}

fn unused(entry: &Suppress, message: String) -> Finding {
    Finding::new(&unused_suppression::RULE, &entry.code.place, message).label("accepts nothing")
}

fn accepts(entry: &Suppress, finding: &Finding) -> bool {
    let code = finding.rule.code;
    let is_there = entry
        .at
        .as_ref()
        .is_none_or(|at| finding.place.path.is_within(at.as_str()));
    code.eq_ignore_ascii_case(entry.code.value.as_str()) && is_acceptable(code) && is_there
}

/// Whether findings of a rule can be accepted.
pub(crate) fn is_acceptable(code: &str) -> bool {
    !code.starts_with("TW0") && code != key_in_declaration::RULE.code
}

/// Whether findings of a rule leave something out of what the rules are applied to.
fn is_structural(code: &str) -> bool {
    ("TW001"..="TW007").contains(&code)
}
