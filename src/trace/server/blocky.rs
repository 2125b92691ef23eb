//! What is Blocky's own.

use super::{Asked, Does};
use crate::scalar::{Cidr, DnsName, Strategy};
use crate::topology::Resolver;
use crate::trace::combine::{How, Use};
use crate::trace::outcome::Seen;

/// Two servers by chance, the first answer that is not SERVFAIL: a REFUSED or NXDOMAIN of a wrong one
/// can come before the right answer (resolver/parallel_best_resolver.go). That is so for a zone's
/// servers whatever `strategy` says, unless it is `random`.
pub(super) const RACE: Use = Use {
    how: How::Race,
    fails: &[Seen::ServFail],
    gives_up: Some(Seen::ServFail),
    most: usize::MAX,
};

/// One by chance, one other when it fails (the same file).
pub(super) const RANDOM: Use = Use {
    how: How::RandomTwice,
    ..RACE
};

/// The servers for everything else.
pub(super) fn general(strategy: Option<Strategy>) -> Use {
    let how = match strategy {
        None | Some(Strategy::Race) => How::Race,
        Some(Strategy::Failover) => How::Failover,
        Some(Strategy::Random) => How::RandomTwice,
    };
    Use { how, ..RACE }
}

/// Zones that Blocky answers itself where nothing else is said (resolver/sudn_resolver.go).
const SPECIAL_USE: [&str; 9] = [
    "local",
    "internal",
    "lan",
    "home",
    "corp",
    "private",
    "intranet",
    "home.arpa",
    "test",
];

/// The ranges whose reverse names it answers itself; not those of tailnets (the same file).
const SPECIAL_RANGES: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "fe80::/10",
];

/// The zones of special use.
pub(super) fn special_zones() -> impl Iterator<Item = DnsName> {
    let ranges = SPECIAL_RANGES.iter().filter_map(|range| range.parse().ok());
    let reverse = ranges.flat_map(|range: Cidr| DnsName::reverse_zones(range));
    let zones = SPECIAL_USE.iter().filter_map(|zone| zone.parse().ok());
    zones.chain(reverse)
}

/// NXDOMAIN for names of special use.
pub(super) fn special_use(resolver: &Resolver, asked: &Asked) -> Option<Does> {
    let is_special = special_zones().any(|zone| asked.name.is_within(&zone));
    is_special.then(|| {
        let words = "knows that names of special use are nobody's";
        super::resolver::says(resolver, Seen::NoSuchName, words)
    })
}
