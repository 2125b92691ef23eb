//! Why something comes of a question, and what decided it.

use crate::facts::Fact;
use crate::place::Place;

/// What decided something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A line of the declaration.
    Declared(Place),
    /// Something that is built in.
    Fact(&'static Fact),
}

impl From<&Place> for Because {
    fn from(place: &Place) -> Self {
        Self::Declared(place.clone())
    }
}

impl From<&'static Fact> for Because {
    fn from(fact: &'static Fact) -> Self {
        Self::Fact(fact)
    }
}

/// The kind of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    /// A server answered.
    Answered,
    /// An access list refused the source.
    AccessList,
    /// The server refuses names outside of its zones.
    NotItsZone,
    /// The server does not know the name, and has nobody to ask.
    NobodyToAsk,
    /// A firewall dropped the packet.
    Firewall,
    /// A network policy dropped the packet.
    NetworkPolicy,
    /// No grant of the tailnet allows it.
    Grants,
    /// No way leads there.
    NoRoute,
    /// The answer does not find its way back.
    NoWayBack,
    /// Nothing listens there.
    NoListener,
    /// Nobody has the address.
    Nobody,
    /// The machine is down.
    Down,
    /// The query came back to a server that had been asked already.
    Loop,
    /// The server takes an answer for forged: the zone is not signed.
    Validation,
    /// Whoever the server asked failed.
    UpstreamFailed,
    /// More servers ask each other than are followed.
    GivenUp,
    /// A fact is missing.
    Unknown,
}

impl CauseKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 17] = [
        Self::Answered,
        Self::AccessList,
        Self::NotItsZone,
        Self::NobodyToAsk,
        Self::Firewall,
        Self::NetworkPolicy,
        Self::Grants,
        Self::NoRoute,
        Self::NoWayBack,
        Self::NoListener,
        Self::Nobody,
        Self::Down,
        Self::Loop,
        Self::Validation,
        Self::UpstreamFailed,
        Self::GivenUp,
        Self::Unknown,
    ];

    /// The word that reports print.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AccessList => "access-list",
            Self::NotItsZone => "not-its-zone",
            Self::NobodyToAsk => "nobody-to-ask",
            Self::Firewall => "firewall",
            Self::NetworkPolicy => "network-policy",
            Self::Grants => "grants",
            Self::NoRoute => "no-route",
            Self::NoWayBack => "no-way-back",
            Self::NoListener => "no-listener",
            Self::Nobody => "nobody",
            Self::Down => "down",
            Self::Loop => "loop",
            Self::Validation => "validation",
            Self::UpstreamFailed => "upstream-failed",
            Self::GivenUp => "given-up",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a client sees what it sees.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Its kind.
    pub kind: CauseKind,
    /// In words, as a sentence without a full stop.
    pub text: String,
    /// What decided it.
    pub because: Option<Because>,
    /// What would mend it.
    pub mend: Option<String>,
    /// Whether it stands before a forwarder.
    pub at_forwarder: bool,
    /// For an upstream that failed: why, each cause once.
    pub of: Vec<Cause>,
    /// For a loop: the servers from the first to where it closes.
    pub path: Vec<String>,
}

impl Cause {
    pub(in crate::trace) fn new(kind: CauseKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            because: None,
            mend: None,
            at_forwarder: false,
            of: Vec::new(),
            path: Vec::new(),
        }
    }

    pub(in crate::trace) fn because(mut self, because: impl Into<Because>) -> Self {
        self.because = Some(because.into());
        self
    }

    pub(in crate::trace) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// The causes at the ends: where an upstream failed, why that is.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        if self.of.is_empty() {
            vec![self]
        } else {
            self.of.iter().flat_map(Self::leaves).collect()
        }
    }

    fn key(&self) -> (CauseKind, &str, &[Self]) {
        (self.kind, &self.text, &self.of)
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Cause {}

impl PartialOrd for Cause {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By kind and words, which say everything that makes a difference.
impl Ord for Cause {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
