//! What a resolver holds itself.

use super::Asked;
use crate::declaration::language;
use crate::scalar::{DnsName, RecordType, ResolverKind};
use crate::topology::Resolver;
use crate::trace::outcome::Seen;

/// What a resolver says of what it holds: records, names with all below them and the reverse names of their
/// addresses, zones of its own.
pub(super) fn held(resolver: &Resolver, asked: &Asked) -> Option<(&'static str, Seen)> {
    let declared = &resolver.declared;
    let own = records(declared, asked)
        .or_else(|| names(resolver, asked))
        .or_else(|| reverse(declared, asked));
    own.or_else(|| {
        let is_own = declared.zones.iter().any(|zone| asked.name.is_within(zone));
        is_own.then_some(("alone knows what is in the zone", Seen::NoSuchName))
    })
}

fn records(declared: &language::Resolver, asked: &Asked) -> Option<(&'static str, Seen)> {
    let all = declared.records.iter();
    let of_name: Vec<RecordType> = all
        .filter(|record| record.name == asked.name)
        .map(|record| record.record_type)
        .collect();
    let seen = if of_name.contains(&asked.record_type) {
        Seen::Answer
    } else {
        Seen::NoData
    };
    (!of_name.is_empty()).then_some(("has records of the name", seen))
}

/// Types for which it has nothing are left to others where it is told so
/// (github.com/0xERR0R/blocky, resolver/custom_dns_resolver.go, processRequest).
fn names(resolver: &Resolver, asked: &Asked) -> Option<(&'static str, Seen)> {
    let custom = &resolver.declared.custom_dns.0;
    let (_, addresses) = asked.name.and_above().find_map(|name| custom.get(&name))?;
    let is_ipv6 = match asked.record_type {
        RecordType::A => Some(false),
        RecordType::Aaaa => Some(true),
        _ => None,
    };
    let mut own = addresses.0.iter().map(|address| address.ip().is_ipv6());
    let words = "holds the name and all below it";
    if is_ipv6.is_some_and(|is_ipv6| own.any(|own| own == is_ipv6)) {
        return Some((words, Seen::Answer));
    }
    resolver
        .filters_unmapped_types()
        .then_some((words, Seen::NoData))
}

fn reverse(declared: &language::Resolver, asked: &Asked) -> Option<(&'static str, Seen)> {
    let is_own = asked.record_type == RecordType::Ptr
        && reverse_names(declared).any(|own| own == asked.name);
    is_own.then_some(("holds a name with this address", Seen::Answer))
}

/// The names of addresses for which a resolver answers, since it has names with them: Blocky
/// (the same file, handleReverseDNS).
pub(super) fn reverse_names(declared: &language::Resolver) -> impl Iterator<Item = DnsName> {
    let is_blocky = declared.kind.value == ResolverKind::Blocky;
    let addresses = declared.custom_dns.0.values();
    let addresses = addresses.flat_map(|(_, addresses)| &addresses.0);
    addresses
        .filter(move |_| is_blocky)
        .map(|own| DnsName::reverse_zone_around(own.as_cidr()))
}
