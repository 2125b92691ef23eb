//! The rules: each a code, a name, a page, and a check.
//!
//! One file per rule. The `//!` lines at its head are its page: what `explain` prints and
//! what `docs/rules/` holds. Codes are grouped by area, with gaps:
//!
//! | codes | group | area |
//! |---|---|---|
//! | TW0xx | declaration | the declaration as a text: attributes, types, references |
//! | TW1xx | addresses | addresses and ranges |
//! | TW2xx | routes | routes |
//! | TW3xx | availability | loops, bootstrap, single points of failure |
//! | TW4xx | resolution | who can resolve what |
//! | TW5xx | access | listeners, firewalls, access lists |
//! | TW6xx | kubernetes | Kubernetes objects |
//! | TW7xx | trust | policy, keys, secrets |

/// A rule of the file in which this stands.
macro_rules! rule {
    ($code:literal, $name:literal, $level:ident, $confidence:ident, since $since:literal, $check:expr) => {
        /// The rule of this file.
        pub static RULE: crate::rules::Rule = crate::rules::Rule {
            code: $code,
            name: $name,
            level: crate::finding::Level::$level,
            confidence: crate::rules::Confidence::$confidence,
            since: $since,
            check: $check,
        };
    };
}

pub mod accepts_own_route;
pub mod address_outside_pools;
pub mod address_outside_site;
pub mod advertises_nothing;
pub mod advertises_the_tailnets_range;
pub mod announces_nowhere;
pub mod bootstrap_deadlock;
pub mod contradiction;
pub mod coordinated_from_within;
pub mod dns_loop;
pub mod duplicate_address;
pub mod duplicate_name;
pub mod exit_node_before_lan;
pub mod exit_node_is_none;
pub mod exit_node_on_cluster_node;
pub mod expectation_unmet;
pub mod external_traffic_policy_local;
pub mod firewall_off;
pub mod forwarder_accepts_dns;
pub mod forwarder_as_name_server;
pub mod forwarder_off_tailnet;
pub mod grants_everything;
pub mod half_an_exit_node;
pub mod invalid_policy;
pub mod invalid_value;
pub mod key_in_declaration;
pub mod key_in_many_hands;
pub mod leak;
pub mod listens_elsewhere;
pub mod mapping_to_recursive_server;
pub mod missing_attribute;
pub mod mixed_name_servers;
pub mod name_captured;
pub mod name_server_is_nobody;
mod name_servers;
pub mod name_with_two_roles;
pub mod nameserver_without_grant;
pub mod no_shared_underlay;
pub mod nobody_answers;
pub mod node_not_admitted;
pub mod not_generated;
pub mod overlapping_ranges;
pub mod password_in_settings;
pub mod pods_not_admitted;
pub mod port_closed;
pub mod port_taken_twice;
pub mod repeated_attribute;
pub mod resolver_listens_elsewhere;
pub mod resolver_port_closed;
pub mod route_from_two_places;
pub mod route_over_cluster_ranges;
pub mod route_without_approver;
pub mod routes_accepted_by_some;
pub mod short_name;
pub mod single_point_of_failure;
pub mod single_use_key;
pub mod structure;
pub mod tag_without_owner;
pub mod tcp_missing;
pub mod too_many_name_servers;
pub mod traced;
pub mod trusts_the_tailnet;
pub mod types_swallowed;
pub mod unequal_servers;
pub mod unknown_attribute;
pub mod unknown_reference;
pub mod untagged_key;
pub mod unused_suppression;
pub mod upstream_name_unresolvable;
pub mod wrong_type;
pub mod zone_unresolved;

use crate::finding::{Finding, Level};
use crate::redact::shown;
use crate::suggest::closest;
use crate::topology::Topology;
use traced::Traced;

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
    /// How sure its findings are.
    pub confidence: Confidence,
    /// The version in which it came.
    pub since: &'static str,
    /// How it is applied.
    pub check: Check,
}

/// How sure the findings of a rule are: another axis than how bad they are ([`Level`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It looks like the problem, and is often something else.
    Low,
    /// It has the form of the problem, and can be meant: a text like a key, an address that is
    /// outside of every LAN on purpose.
    Medium,
    /// It follows from what is declared and from facts with a source.
    High,
}

impl Confidence {
    /// The word that pages and reports print.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The groups, by the first digit of their rules' codes.
const GROUPS: [&str; 8] = [
    "declaration",
    "addresses",
    "routes",
    "availability",
    "resolution",
    "access",
    "kubernetes",
    "trust",
];

/// When a rule is applied.
#[derive(Debug)]
pub enum Check {
    /// While the declaration is read and resolved: whoever meets the problem reports it.
    WhileReading,
    /// To the topology as a whole.
    Topology(fn(&Topology, &mut Vec<Finding>)),
    /// To what becomes of queries, where everything that is declared could be resolved: what is missing
    /// would be taken to be down.
    Traced(fn(&Traced<'_>, &mut Vec<Finding>)),
}

impl Rule {
    /// The area that the rule belongs to: one word for each first digit of a code.
    #[must_use]
    pub fn group(&self) -> &'static str {
        let digit = self.code.as_bytes().get(2).map(|digit| digit - b'0');
        let group = digit.and_then(|digit| GROUPS.get(usize::from(digit)));
        group.copied().unwrap_or_default()
    }

    /// What the rule finds: the first part of its page, as running text.
    #[must_use]
    pub fn what_it_does(&self) -> String {
        let page = self.page();
        let part = page
            .split_once("## What it does")
            .map_or("", |(_, rest)| rest);
        let part = part.split_once("\n## ").map_or(part, |(part, _)| part);
        part.split_whitespace().collect::<Vec<_>>().join(" ")
    }

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
            "# {} {}\n\nLevel: {}. Confidence: {}. Group: {}. Since {}.\n\n{}\n",
            self.code,
            self.name,
            self.level.as_str(),
            self.confidence.as_str(),
            self.group(),
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
    no_shared_underlay,
    advertises_the_tailnets_range,
    route_from_two_places,
    accepts_own_route,
    exit_node_on_cluster_node,
    routes_accepted_by_some,
    advertises_nothing,
    route_over_cluster_ranges,
    exit_node_before_lan,
    exit_node_is_none,
    half_an_exit_node,
    dns_loop,
    forwarder_accepts_dns,
    bootstrap_deadlock,
    single_point_of_failure,
    unequal_servers,
    mixed_name_servers,
    too_many_name_servers,
    name_server_is_nobody,
    zone_unresolved,
    types_swallowed,
    name_captured,
    name_with_two_roles,
    short_name,
    leak,
    upstream_name_unresolvable,
    forwarder_as_name_server,
    expectation_unmet,
    nobody_answers,
    coordinated_from_within,
    pods_not_admitted,
    node_not_admitted,
    port_closed,
    listens_elsewhere,
    tcp_missing,
    forwarder_off_tailnet,
    mapping_to_recursive_server,
    firewall_off,
    trusts_the_tailnet,
    resolver_listens_elsewhere,
    resolver_port_closed,
    port_taken_twice,
    external_traffic_policy_local,
    announces_nowhere,
    address_outside_pools,
    key_in_declaration,
    password_in_settings,
    invalid_policy,
    route_without_approver,
    tag_without_owner,
    nameserver_without_grant,
    untagged_key,
    key_in_many_hands,
    grants_everything,
    single_use_key,
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

/// What is said of a word that is no rule. `more` is what else could have been meant.
pub(crate) fn unknown(word: &str, more: impl IntoIterator<Item = &'static str>) -> String {
    let known = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    let meant = closest(word, known.chain(more)).map_or_else(
        || "run `tailwright explain` for a list".to_owned(),
        |meant| format!("did you mean {meant}?"),
    );
    format!("there is no rule {}: {meant}", shown(word))
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
    if topology.is_complete() {
        let traced = Traced::new(topology);
        for rule in RULES {
            if let Check::Traced(check) = rule.check {
                check(&traced, &mut findings);
            }
        }
    }
    findings
}
