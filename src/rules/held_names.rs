//! The names for which resolvers hold addresses themselves, for the rules about them.

use crate::place::Place;
use crate::scalar::{Address, DnsName, RecordType};
use crate::topology::{Resolver, Topology};

/// A name that a resolver holds.
pub(super) struct Held<'t> {
    /// The resolver.
    pub(super) resolver: &'t Resolver,
    /// The name.
    pub(super) name: &'t DnsName,
    /// Where it stands.
    pub(super) place: &'t Place,
    /// Its addresses; none where it is another name for something.
    pub(super) addresses: Vec<Address>,
    /// Whether it stands for all names below it, too.
    pub(super) is_wildcard: bool,
}

/// Every name for which a resolver holds addresses, or another name.
pub(super) fn held(topology: &Topology) -> Vec<Held<'_>> {
    let mut held = Vec::new();
    for resolver in topology.resolvers.values() {
        for (name, (place, addresses)) in &resolver.declared.custom_dns.0 {
            held.push(Held {
                resolver,
                name,
                place,
                addresses: addresses.0.clone(),
                is_wildcard: true,
            });
        }
        for record in &resolver.declared.records {
            let leads = [RecordType::A, RecordType::Aaaa, RecordType::Cname];
            if leads.contains(&record.record_type) {
                held.push(Held {
                    resolver,
                    name: &record.name,
                    place: &record.value.place,
                    addresses: record.value.value.as_str().parse().into_iter().collect(),
                    is_wildcard: false,
                });
            }
        }
    }
    held
}
