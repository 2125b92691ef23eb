//! What becomes of a query: what the client gets to see, why, who saw the name that should not
//! have, and under which condition.

mod cause;

use std::collections::BTreeSet;
use std::fmt;

use crate::scalar::{self, Cidr, DnsName, RecordType};

pub use cause::{Because, Cause, CauseKind};

/// What the client gets to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// An answer with records.
    Answer,
    /// NOERROR without records: the name exists, but has none of the type.
    NoData,
    /// NXDOMAIN.
    NoSuchName,
    /// SERVFAIL.
    ServFail,
    /// REFUSED.
    Refused,
    /// FORMERR.
    FormatError,
    /// NOTIMP.
    NotImplemented,
    /// Nothing within ten seconds, which is longer than any server here tries, but for a connection that
    /// CoreDNS waits for.
    Timeout,
    /// An ICMP error or a TCP reset.
    Unreachable,
    /// It depends on something that is not declared; the cause names it.
    Unknown,
}

impl Seen {
    /// Every value, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Answer,
        Self::NoData,
        Self::NoSuchName,
        Self::ServFail,
        Self::Refused,
        Self::FormatError,
        Self::NotImplemented,
        Self::Timeout,
        Self::Unreachable,
        Self::Unknown,
    ];

    /// The word of the language.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::NoData => "no-data",
            Self::NoSuchName => "no-such-name",
            Self::ServFail => "serv-fail",
            Self::Refused => "refused",
            Self::FormatError => "format-error",
            Self::NotImplemented => "not-implemented",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Unknown => "unknown",
        }
    }

    /// Whether this is what an expectation says. What is not known meets none.
    #[must_use]
    pub fn meets(self, expected: scalar::Seen) -> bool {
        match expected {
            scalar::Seen::Answer => self == Self::Answer,
            scalar::Seen::NoData => self == Self::NoData,
            scalar::Seen::NoSuchName => self == Self::NoSuchName,
            scalar::Seen::ServFail => self == Self::ServFail,
            scalar::Seen::Refused => self == Self::Refused,
            scalar::Seen::FormatError => self == Self::FormatError,
            scalar::Seen::NotImplemented => self == Self::NotImplemented,
            scalar::Seen::Timeout => self == Self::Timeout,
            scalar::Seen::Unreachable => self == Self::Unreachable,
            scalar::Seen::NoAnswer => !matches!(self, Self::Answer | Self::Unknown),
        }
    }

    /// Whether nothing that is a DNS message came back.
    #[must_use]
    pub fn is_silence(self) -> bool {
        matches!(self, Self::Timeout | Self::Unreachable)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A private name that a server outside of the declared trust got to see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Who saw it.
    pub server: String,
    /// The name.
    pub name: DnsName,
    /// The type that was asked for.
    pub record_type: RecordType,
}

/// Something on which an outcome depends, and that changes from query to query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// What runs in pods is on this node.
    PodOn {
        /// What.
        what: String,
        /// Where.
        node: String,
    },
    /// This server is the one that is asked, of several.
    Asks(String),
    /// This server's answer is the first of several.
    First(String),
    /// This node holds a moving address, or is the primary router of a route.
    Holds {
        /// The node.
        node: String,
        /// The address or the route.
        what: String,
    },
    /// The query comes from these addresses.
    From(Cidr),
    /// The query does not come from these addresses.
    NotFrom(Cidr),
    /// In words.
    Other(String),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PodOn { what, node } => write!(f, "{what} is on {node}"),
            Self::Asks(server) => write!(f, "{server} is asked"),
            Self::First(server) => write!(f, "{server} is first to answer"),
            Self::Holds { node, what } => write!(f, "{node} holds {what}"),
            Self::From(range) => write!(f, "asked from {range}"),
            Self::NotFrom(range) => write!(f, "not asked from {range}"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

/// Conditions that hold together; none of them: always.
pub type When = BTreeSet<Condition>;

/// One of the things that can become of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the client gets to see.
    pub seen: Seen,
    /// Why.
    pub cause: Cause,
    /// Who saw the name and should not have.
    pub leaks: BTreeSet<Leak>,
    /// When: any of these; the empty set of conditions is always.
    pub when: Vec<When>,
}

impl Outcome {
    pub(super) fn new(seen: Seen, cause: Cause) -> Self {
        Self {
            seen,
            cause,
            leaks: BTreeSet::new(),
            when: vec![When::new()],
        }
    }

    /// The same under a further condition.
    pub(super) fn under(mut self, condition: &Condition) -> Self {
        for when in &mut self.when {
            when.insert(condition.clone());
        }
        self
    }

    pub(super) fn leaking(mut self, leaks: impl IntoIterator<Item = Leak>) -> Self {
        self.leaks.extend(leaks);
        self
    }

    fn key(&self) -> (Seen, &Cause, &BTreeSet<Leak>) {
        (self.seen, &self.cause, &self.leaks)
    }
}

/// The outcomes of alternatives together. What comes of all of them alike does not depend on which
/// one it is.
pub(super) fn of_alternatives(alternatives: &[(&When, &[Outcome])]) -> Vec<Outcome> {
    let is_alike = alternatives.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if is_alike {
        return alternatives
            .first()
            .map_or_else(Vec::new, |(_, outcomes)| outcomes.to_vec());
    }
    let all = alternatives.iter().flat_map(|(when, outcomes)| {
        let outcomes = outcomes.iter().cloned();
        outcomes.map(|outcome| {
            let conditions = when.iter();
            conditions.fold(outcome, |outcome, condition| outcome.under(condition))
        })
    });
    merged(all.collect())
}

/// What holds under one of `first` and one of `second`.
pub(super) fn both(first: &[When], second: &[When]) -> Vec<When> {
    if first.len() * second.len() > MOST_ALTERNATIVES {
        return vec![When::new()];
    }
    let pairs = first.iter().flat_map(|a| second.iter().map(move |b| a | b));
    pairs.collect()
}

/// More alternatives than a reader would look at are not told apart.
const MOST_ALTERNATIVES: usize = 12;

/// Puts outcomes into their order, each once, with all the conditions under which it occurs.
pub(super) fn merged(mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    outcomes.sort_by(|a, b| a.key().cmp(&b.key()));
    let mut merged: Vec<Outcome> = Vec::new();
    for outcome in outcomes {
        match merged.last_mut() {
            Some(last) if last.key() == outcome.key() => last.when.extend(outcome.when),
            _ => merged.push(outcome),
        }
    }
    let is_only = merged.len() == 1;
    for outcome in &mut merged {
        outcome.when.sort();
        outcome.when.dedup();
        let all = outcome.when.clone();
        // What holds always, or under fewer conditions, covers the narrower alternatives.
        outcome.when.retain(|when| {
            !all.iter()
                .any(|other| other != when && other.is_subset(when))
        });
        if is_only {
            outcome.when = vec![When::new()];
        } else if outcome.when.len() > MOST_ALTERNATIVES {
            let more = outcome.when.len() - MOST_ALTERNATIVES;
            outcome.when.truncate(MOST_ALTERNATIVES);
            let words = format!("one of {more} more combinations");
            outcome.when.push([Condition::Other(words)].into());
        }
    }
    merged
}
