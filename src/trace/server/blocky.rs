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

/// One by chance, another one when it fails.
pub(super) const RANDOM: Use = Use {
    how: How::Random,
    ..RACE
};

/// The servers for everything else.
pub(super) fn general(strategy: Option<Strategy>) -> Use {
    let how = match strategy {
        None | Some(Strategy::Race) => How::Race,
        Some(Strategy::Failover) => How::Failover,
        Some(Strategy::Random) => How::Random,
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

/// NXDOMAIN for names of special use.
pub(super) fn special_use(resolver: &Resolver, asked: &Asked) -> Option<Does> {
    let is_special = |name: &DnsName| {
        SPECIAL_USE.contains(&name.as_str())
            || SPECIAL_RANGES.iter().any(|range| {
                let range: Result<Cidr, _> = range.parse();
                range.is_ok_and(|range| DnsName::reverse_zones(range).contains(name))
            })
    };
    let is_special = asked.name.and_above().any(|name| is_special(&name));
    is_special.then(|| {
        let words = "knows that names of special use are nobody's";
        super::resolver::says(resolver, Seen::NoSuchName, words)
    })
}
