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

/// A rule of the file in which this stands.
macro_rules! rule {
    ($code:literal, $name:literal, $level:ident, since $since:literal, $check:expr) => {
        /// The rule of this file.
        pub static RULE: crate::rules::Rule = crate::rules::Rule {
            code: $code,
            name: $name,
            level: crate::finding::Level::$level,
            since: $since,
            check: $check,
        };
    };
}

pub mod address_outside_site;
pub mod contradiction;
pub mod duplicate_address;
pub mod duplicate_name;
pub mod forwarder_off_tailnet;
pub mod invalid_policy;
pub mod invalid_value;
pub mod key_in_declaration;
pub mod listens_elsewhere;
pub mod missing_attribute;
pub mod nameserver_without_grant;
pub mod node_not_admitted;
pub mod not_generated;
pub mod overlapping_ranges;
pub mod password_in_settings;
pub mod pods_not_admitted;
pub mod port_closed;
pub mod repeated_attribute;
pub mod route_without_approver;
pub mod structure;
pub mod tag_without_owner;
pub mod tcp_missing;
pub mod unknown_attribute;
pub mod unknown_reference;
pub mod unused_suppression;
pub mod wrong_type;

use crate::finding::{Finding, Level};
use crate::topology::Topology;

/// A numbered check.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// `TW` and three digits; never reused.
    pub code: &'static str,
    /// A short name in words.
    pub name: &'static str,
    /// The level of its findings.
    pub level: Level,
    /// The version in which it came.
    pub since: &'static str,
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
        let source = RULES
            .iter()
            .zip(SOURCES)
            .find(|(rule, _)| rule.code == self.code)
            .map_or("", |(_, source)| source);
        let body: Vec<&str> = source
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

/// The registry, sorted by code, and the pages.
macro_rules! registry {
    ($($module:ident,)*) => {
        /// Every rule, by code.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];

        /// The source of each rule, in the same order; its head is the rule's page. Relative to
        /// this file: `file!()` is absolute where tailwright is built as another's dependency.
        static SOURCES: &[&str] =
            &[$(include_str!(concat!("rules/", stringify!($module), ".rs"))),*];
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
    password_in_settings,
    invalid_policy,
    route_without_approver,
    tag_without_owner,
    nameserver_without_grant,
}

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
