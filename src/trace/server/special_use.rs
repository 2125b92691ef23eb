//! Names of special use: what programs say to them without being told to.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::blocky::is_on;
use super::{Asked, Does, resolver};
use crate::scalar::{Cidr, DnsName, RecordType, ResolverKind};
use crate::topology::Resolver;
use crate::trace::outcome::Seen;

/// What Blocky answers itself where nothing else is said (resolver/sudn_resolver.go).
const BLOCKY: [&str; 12] = [
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Those of them that another setting switches off (the same file).
const APPENDIX_G: [&str; 6] = ["corp", "home", "internal", "intranet", "lan", "private"];

/// The ranges whose reverse names Blocky answers itself; not those of tailnets (the same file).
const BLOCKY_RANGES: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "fe80::/10",
];

/// The zones that unbound has by default (unbound.conf(5), local-zone).
const UNBOUND: [&str; 5] = ["home.arpa", "invalid", "localhost", "onion", "test"];

/// The ranges whose reverse names unbound answers by default, those of tailnets among them (the same).
const UNBOUND_RANGES: [&str; 13] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001:db8::/32",
    "fd00::/8",
    "fe80::/10",
];

fn set(zones: &[&str], ranges: &[&str]) -> BTreeSet<DnsName> {
    let ranges = ranges.iter().filter_map(|range| range.parse().ok());
    let reverse = ranges.flat_map(|range: Cidr| DnsName::reverse_zones(range));
    let zones = zones.iter().filter_map(|zone| zone.parse().ok());
    zones.chain(reverse).collect()
}

/// The zones that a kind of resolver has of itself.
pub(super) fn zones(kind: ResolverKind) -> &'static BTreeSet<DnsName> {
    static BLOCKYS: OnceLock<BTreeSet<DnsName>> = OnceLock::new();
    static UNBOUNDS: OnceLock<BTreeSet<DnsName>> = OnceLock::new();
    static NONE: BTreeSet<DnsName> = BTreeSet::new();
    match kind {
        ResolverKind::Blocky => BLOCKYS.get_or_init(|| set(&BLOCKY, &BLOCKY_RANGES)),
        ResolverKind::Unbound => UNBOUNDS.get_or_init(|| set(&UNBOUND, &UNBOUND_RANGES)),
        ResolverKind::AdguardHome
        | ResolverKind::Coredns
        | ResolverKind::Dnsmasq
        | ResolverKind::PiHole
        | ResolverKind::Public => &NONE,
    }
}

/// Whether a name is in the zone that Tor has to itself (RFC 7686).
pub(super) fn is_onion(name: &DnsName) -> bool {
    name.and_above().any(|zone| zone.as_str() == "onion")
}

/// What a resolver says itself to a name that is in a zone which it asks others for, or in none.
///
/// Blocky looks into its mapping first. unbound answers from its own zones first; who maps such a zone, or
/// one below it, has switched them off there.
pub(super) fn says(resolver: &Resolver, mapped: Option<&DnsName>, asked: &Asked) -> Option<Does> {
    let kind = resolver.declared.kind.value;
    let own = zones(kind);
    let zone = asked.name.and_above().find(|name| own.contains(name))?;
    let is_appendix_g = APPENDIX_G.contains(&zone.as_str());
    if !is_on(resolver, &["specialUseDomains", "enable"], true)
        || (is_appendix_g && !is_on(resolver, &["specialUseDomains", "rfc6762-appendixG"], true))
    {
        return None;
    }
    if mapped.is_some_and(|mapped| kind == ResolverKind::Blocky || mapped.is_within(&zone)) {
        return None;
    }
    let is_address = matches!(asked.record_type, RecordType::A | RecordType::Aaaa);
    if zone.as_str() == "localhost" && is_address {
        return Some(resolver::says(
            resolver,
            Seen::Answer,
            "knows the machine itself",
        ));
    }
    let words = "knows that names of special use are nobody's";
    Some(resolver::says(resolver, Seen::NoSuchName, words))
}
