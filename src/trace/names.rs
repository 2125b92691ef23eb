//! What is so about names, whoever is asked.

use std::collections::BTreeSet;

use super::address::private_ranges;
use crate::scalar::{Cidr, DnsName, RecordType};
use crate::topology::{Id, Tailnet, Topology};

/// Zones that nobody holds in public (RFC 2606, RFC 6761, RFC 6762 appendix G, RFC 7686, RFC 8375, ICANN's
/// `internal`).
const PRIVATE_USE: [&str; 13] = [
    "corp",
    "example",
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

/// Whether a name is in a zone that nobody holds in public.
#[must_use]
pub fn is_private_use(name: &DnsName) -> bool {
    name.and_above()
        .any(|zone| PRIVATE_USE.contains(&zone.as_str()))
}

/// What the names of a topology mean.
pub(super) struct Names {
    /// Zones whose names are nobody's business outside.
    private: BTreeSet<DnsName>,
    /// Names whose addresses are inside ones, with all below them: what else there is may be public.
    held: BTreeSet<DnsName>,
    /// The suffix and the reverse zones, by tailnet.
    zones: Vec<BTreeSet<DnsName>>,
    /// Every member's name, by tailnet.
    members: Vec<BTreeSet<DnsName>>,
    /// Every member's reverse name, by tailnet.
    reverse: Vec<BTreeSet<DnsName>>,
}

/// Whether a name is in one of the zones: it, or a name above it.
fn is_in_one_of(name: &DnsName, zones: &BTreeSet<DnsName>) -> bool {
    name.and_above().any(|zone| zones.contains(&zone))
}

impl Names {
    pub(super) fn new(topology: &Topology) -> Self {
        let mut private: BTreeSet<DnsName> = BTreeSet::new();
        private.extend(PRIVATE_USE.iter().filter_map(|zone| zone.parse().ok()));
        private
            .extend(private_ranges().flat_map(|range| DnsName::reverse_zones(Cidr::from(range))));
        let mut zones = Vec::new();
        let mut members = Vec::new();
        let mut reverse = Vec::new();
        for (id, tailnet) in topology.tailnets.iter() {
            let suffix = &tailnet.declared.suffix.value;
            private.extend(tailnet.declared.split_dns.0.keys().cloned());
            let ranges = tailnet.ranges.iter();
            let reverse_zones = ranges.flat_map(|range| DnsName::reverse_zones(*range));
            let own: BTreeSet<DnsName> = std::iter::once(suffix.clone())
                .chain(reverse_zones)
                .collect();
            private.extend(own.iter().cloned());
            zones.push(own);
            members.push(member_names(topology, id, suffix));
            reverse.push(reverse_names(topology, id));
        }
        for cluster in topology.clusters.values() {
            private.insert(cluster_domain(cluster));
        }
        let mut held = BTreeSet::new();
        for resolver in topology.resolvers.values() {
            let declared = &resolver.declared;
            private.extend(declared.zones.iter().cloned());
            private.extend(declared.conditional.0.keys().cloned());
            held.extend(declared.custom_dns.0.keys().cloned());
            held.extend(declared.records.iter().map(|record| record.name.clone()));
        }
        Self {
            private,
            held,
            zones,
            members,
            reverse,
        }
    }

    /// Whether what a name has of a type is meant for the inside alone.
    pub(super) fn is_private(&self, name: &DnsName, record_type: RecordType) -> bool {
        let is_address = matches!(record_type, RecordType::A | RecordType::Aaaa);
        is_in_one_of(name, &self.private) || (is_address && is_in_one_of(name, &self.held))
    }

    /// Whether a name is in the suffix of a tailnet or in one of its reverse zones.
    pub(super) fn is_tailnets(&self, tailnet: Id<Tailnet>, name: &DnsName) -> bool {
        is_in_one_of(name, &self.zones[tailnet.number()])
    }

    /// Whether a name is a member's in a tailnet.
    pub(super) fn is_member(&self, tailnet: Id<Tailnet>, name: &DnsName) -> bool {
        self.members[tailnet.number()].contains(name)
    }

    /// Whether a name is the reverse name of a member's declared address.
    pub(super) fn is_reverse(&self, tailnet: Id<Tailnet>, name: &DnsName) -> bool {
        self.reverse[tailnet.number()].contains(name)
    }

    /// The members' names in a tailnet.
    pub(super) fn members(&self, tailnet: Id<Tailnet>) -> &BTreeSet<DnsName> {
        &self.members[tailnet.number()]
    }

    /// The reverse names of members' declared addresses in a tailnet.
    pub(super) fn reverse(&self, tailnet: Id<Tailnet>) -> &BTreeSet<DnsName> {
        &self.reverse[tailnet.number()]
    }
}

/// The domain of a cluster's own names.
pub(super) fn cluster_domain(cluster: &crate::topology::Cluster) -> DnsName {
    let declared = cluster.declared.dns_domain.clone();
    declared.unwrap_or_else(DnsName::cluster_local)
}

fn member_names(topology: &Topology, id: Id<Tailnet>, suffix: &DnsName) -> BTreeSet<DnsName> {
    let nodes = topology.nodes.values();
    let nodes = nodes.filter_map(|node| Some((&node.name, node.tailscale.as_ref()?)));
    let devices = topology.devices.values();
    let devices = devices.filter_map(|device| Some((&device.name, device.tailscale.as_ref()?)));
    nodes
        .chain(devices)
        .filter(|(_, membership)| membership.tailnet == id)
        .filter_map(|(name, _)| suffix.below(name.as_str()))
        .collect()
}

fn reverse_names(topology: &Topology, id: Id<Tailnet>) -> BTreeSet<DnsName> {
    let nodes = topology.nodes.values();
    let nodes = nodes.filter_map(|node| node.tailscale.as_ref());
    let devices = topology.devices.values();
    let devices = devices.filter_map(|device| device.tailscale.as_ref());
    nodes
        .chain(devices)
        .filter(|membership| membership.tailnet == id)
        .flat_map(|membership| &membership.declared.address.0)
        .map(|address| DnsName::reverse_zone_around(address.value.as_cidr()))
        .collect()
}
