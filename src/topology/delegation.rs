//! Who forwards which zones to which forwarders.

use std::collections::BTreeMap;

use super::{Asker, Forwarder, Id, Resolver, Tailnet, Target, Topology};
use crate::scalar::{DnsName, ManageResolver, Upstream};

/// A zone, and who answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The zone.
    pub zone: DnsName,
    /// The forwarders' addresses and ports, one for each node, in the order of the declaration.
    pub targets: Vec<Target>,
}

/// Beyond this many reverse zones of a range one zone around them is mapped instead.
const MOST_REVERSE_KEYS: usize = 8;

impl Topology {
    /// The zones that somebody forwards, and to whom: the suffix of a tailnet and its reverse
    /// zones, in the order of the tailnets. Of reverse zones that several tailnets have the first
    /// one's forwarders are asked: the others' know other names of the same addresses, and a quick
    /// answer of theirs that there is none would win.
    ///
    /// Each node of a forwarder is asked at one address, the first in a family that the asker has:
    /// who asks two servers of a list at once gains nothing from two that are one machine.
    #[must_use]
    pub fn delegations(&self, asker: &Asker) -> Vec<Delegation> {
        self.delegations_of(asker, |forwarder| forwarder.zones.clone())
    }

    /// The conditional mapping of a resolver: what was written, and for the zones of the tailnets
    /// of which nothing was written, the forwarders, unless nothing of it is left to tailwright. Sorted
    /// by zone.
    ///
    /// Blocky tests the servers of every key before it answers its first question, one key after
    /// the other: with a forwarder that is down, six seconds for each (measured with Blocky 0.33
    /// and 0.34). So 100.64.0.0/10 is one key, `100.in-addr.arpa`, not 64; the forwarders refuse
    /// what is in it beyond the range.
    #[must_use]
    pub fn conditional_mapping(&self, resolver: &Resolver) -> BTreeMap<DnsName, Vec<Upstream>> {
        let written = resolver.declared.conditional.0.iter();
        let mut mapping: BTreeMap<DnsName, Vec<Upstream>> = written
            .map(|(zone, (_, servers))| {
                let servers = servers.0.iter().map(|server| server.value.clone());
                (zone.clone(), servers.collect())
            })
            .collect();
        if resolver.manage == ManageResolver::None {
            return mapping;
        }
        let asker = Asker::Resolver(resolver.name.clone());
        for delegation in self.delegations_of(&asker, |forwarder| self.mapping_keys(forwarder)) {
            if resolver.written_mapping(&delegation.zone).is_none() {
                let servers = delegation.targets.iter();
                let servers = servers.map(|target| Upstream::plain(target.address, target.port));
                mapping.insert(delegation.zone, servers.collect());
            }
        }
        mapping
    }

    fn delegations_of(
        &self,
        asker: &Asker,
        zones: impl Fn(&Forwarder) -> Vec<DnsName>,
    ) -> Vec<Delegation> {
        let mut delegations: Vec<(Id<Tailnet>, Delegation)> = Vec::new();
        let tailnets = self.tailnets.iter().map(|(id, _)| id);
        let of = |tailnet| {
            let forwarders = self.forwarders.values();
            forwarders.filter(move |forwarder| forwarder.tailnet == tailnet)
        };
        for forwarder in tailnets.flat_map(of) {
            let targets: Vec<Target> = forwarder
                .instances
                .iter()
                .filter_map(|instance| {
                    let mut arrivals = instance.arrivals.iter();
                    arrivals.find(|arrival| arrival.asker == *asker)
                })
                .filter_map(|arrival| arrival.targets.first().cloned())
                .collect();
            if targets.is_empty() {
                continue;
            }
            for zone in zones(forwarder) {
                let mut known = delegations.iter_mut();
                match known.find(|(_, known)| known.zone == zone) {
                    Some((tailnet, known)) if *tailnet == forwarder.tailnet => {
                        known.targets.extend(targets.iter().cloned());
                    }
                    Some(_) => {}
                    None => {
                        let targets = targets.clone();
                        delegations.push((forwarder.tailnet, Delegation { zone, targets }));
                    }
                }
            }
        }
        delegations
            .into_iter()
            .map(|(_, delegation)| delegation)
            .collect()
    }

    /// The zones of a forwarder in as few keys as can be.
    fn mapping_keys(&self, forwarder: &Forwarder) -> Vec<DnsName> {
        let tailnet = self.tailnets.get(forwarder.tailnet);
        let reverse = tailnet.ranges.iter().flat_map(|range| {
            let zones = DnsName::reverse_zones(*range);
            if zones.len() > MOST_REVERSE_KEYS {
                vec![DnsName::reverse_zone_around(*range)]
            } else {
                zones
            }
        });
        std::iter::once(tailnet.declared.suffix.value.clone())
            .chain(reverse)
            .collect()
    }
}
