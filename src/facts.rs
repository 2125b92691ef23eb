//! What is built in: defaults and behaviour of the programs that tailwright joins, each with
//! its source.

pub mod blocky;
pub mod kubernetes;
pub mod nixos;
pub mod resolver;
pub mod source_nat;
pub mod tailnet;
pub mod trace;

use crate::scalar::Version;

/// Something that tailwright knows, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// What is so, as a sentence without a full stop.
    pub says: &'static str,
    /// Where it is written or was measured.
    pub source: &'static str,
}

/// A release by its numbers; a pre-release counts as its release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u16, pub u16, pub u16);

impl From<&Version> for Release {
    fn from(version: &Version) -> Self {
        let text = version.as_str();
        let numbers = text.trim_start_matches('v').split('-').next();
        let mut parts = numbers.unwrap_or_default().split('.');
        let mut next = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        Self(next(), next(), next())
    }
}
