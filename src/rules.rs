//! The rules: each a code, a name, a page, and a check.
//!
//! One file per rule. The `//!` lines at its head are its page: what `explain` prints and
//! what `docs/rules/` holds. Codes are grouped by area, with gaps:
//!
//! | codes | area |
//! |---|---|
//! | TW0xx | the declaration as a text: attributes, types, references |
//! | TW1xx | addresses and ranges |
//! | TW2xx | routes |
//! | TW3xx | loops, bootstrap, single points of failure |
//! | TW4xx | who can resolve what |
//! | TW5xx | listeners, firewalls, access lists |
//! | TW6xx | Kubernetes objects |
//! | TW7xx | policy, keys, secrets |

use crate::finding::{Finding, Level};
use crate::topology::Topology;

/// A numbered check.
#[derive(Debug)]
pub struct Rule {
    /// `TW` and three digits; never reused.
    pub code: &'static str,
    /// A short name in words.
    pub name: &'static str,
    /// The level of its findings.
    pub level: Level,
    /// The version in which it came.
    pub since: &'static str,
    /// The source of the rule, whose head is its page.
    source: &'static str,
    /// How it is applied.
    pub check: Check,
}

/// When a rule is applied.
#[derive(Debug)]
pub enum Check {
    /// While the declaration is read and resolved: whoever meets the problem reports it.
    WhileReading,
    /// To the topology as a whole.
    Topology(fn(&Topology, &mut Vec<Finding>)),
}

impl Rule {
    /// The rule's page, in Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let body: Vec<&str> = self
            .source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        format!(
            "# {} {}\n\nLevel: {}. Since {}.\n\n{}\n",
            self.code,
            self.name,
            self.level.as_str(),
            self.since,
            body.join("\n").trim_end()
        )
    }
}

/// Declares the modules of the rules and the registry, sorted by code.
macro_rules! registry {
    ($($module:ident,)*) => {
        $(pub mod $module;)*

        /// Every rule, by code.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

/// A rule of the file in which this stands.
macro_rules! rule {
    ($code:literal, $name:literal, $level:ident, since $since:literal, $check:expr) => {
        /// The rule of this file.
        pub static RULE: crate::rules::Rule = crate::rules::Rule {
            code: $code,
            name: $name,
            level: crate::finding::Level::$level,
            since: $since,
            source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", file!())),
            check: $check,
        };
    };
}

registry! {
    unknown_attribute,
    wrong_type,
    missing_attribute,
    invalid_value,
    repeated_attribute,
    unknown_reference,
    contradiction,
    unused_suppression,
    not_generated,
    overlapping_ranges,
    address_outside_site,
    duplicate_address,
    duplicate_name,
    pods_not_admitted,
    node_not_admitted,
    port_closed,
    listens_elsewhere,
    tcp_missing,
    forwarder_off_tailnet,
    key_in_declaration,
}
pub mod structure;

/// The rule of a code or of a name, or `None`.
#[must_use]
pub fn by_code_or_name(word: &str) -> Option<&'static Rule> {
    by_code(word).or_else(|| RULES.iter().copied().find(|rule| rule.name == word))
}

/// The rule of a code, or `None`.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Applies every rule to the topology.
#[must_use]
pub fn check(topology: &Topology) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Topology(check) = rule.check {
            check(topology, &mut findings);
        }
    }
    findings
}
