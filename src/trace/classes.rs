//! Names and clients by classes: what every server and every hop treats alike is followed once.

use std::collections::{BTreeMap, BTreeSet};

use super::Tracer;
use super::names::cluster_domain;
use crate::scalar::{Cidr, ClientClass, DnsName, RecordType};
use crate::topology::{Cluster, Id, Node, Tailnet, Topology};

/// Names that no server treats differently.
#[derive(Debug, Clone)]
pub struct NameClass {
    /// What they are.
    pub what: String,
    /// Those that are known by name; the first stands for all.
    pub members: Vec<DnsName>,
    /// The type for which they are asked.
    pub record_type: RecordType,
    /// What they belong to.
    pub kind: NameKind,
}

/// What a name belongs to, in the order in which classes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// It is a member of a tailnet.
    Member(Id<Tailnet>),
    /// It is in the suffix of a tailnet, and nobody's.
    InSuffix(Id<Tailnet>),
    /// It is the reverse name of a member's address.
    Reverse(Id<Tailnet>),
    /// It is in a reverse zone of a tailnet, and nobody's.
    InReverse(Id<Tailnet>),
    /// It is private: held by a resolver, asked of others, or of a private-use zone.
    Declared,
    /// It is a cluster's own.
    Cluster(Id<Cluster>),
    /// It is public.
    Public,
}

impl NameKind {
    /// The tailnet that it belongs to, if it does.
    #[must_use]
    pub fn tailnet(self) -> Option<Id<Tailnet>> {
        match self {
            Self::Member(id) | Self::InSuffix(id) | Self::Reverse(id) | Self::InReverse(id) => {
                Some(id)
            }
            Self::Declared | Self::Cluster(_) | Self::Public => None,
        }
    }

    /// Whether somebody in the topology answers for such names: for a tailnet's, a forwarder or a
    /// server that a resolver is written to ask.
    #[must_use]
    pub fn is_guarded(self, topology: &Topology) -> bool {
        match self {
            Self::Member(id) | Self::InSuffix(id) | Self::Reverse(id) | Self::InReverse(id) => {
                let suffix = &topology.tailnets.get(id).declared.suffix.value;
                let mut forwarders = topology.forwarders.values();
                let mut resolvers = topology.resolvers.values();
                forwarders.any(|forwarder| forwarder.tailnet == id)
                    || resolvers.any(|resolver| resolver.written_mapping(suffix).is_some())
            }
            Self::Declared => true,
            Self::Cluster(_) | Self::Public => false,
        }
    }
}

impl NameClass {
    /// The name that is followed for all of them.
    #[must_use]
    pub fn name(&self) -> &DnsName {
        &self.members[0]
    }
}

/// Clients that no server and no hop treats differently.
#[derive(Debug, Clone)]
pub struct ClientGroup {
    /// The classes; the first stands for all.
    pub members: Vec<ClientClass>,
    /// The nodes that they are, where they are nodes.
    pub nodes: Vec<Id<Node>>,
}

impl ClientGroup {
    /// The class that is followed for all of them.
    #[must_use]
    pub fn class(&self) -> &ClientClass {
        &self.members[0]
    }
}

/// What makes a difference for a name: the declared zones and names that it is in, and what it is in
/// each tailnet.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    kinds: Vec<NameKind>,
    within: Vec<DnsName>,
}

impl Tracer<'_> {
    /// The classes of names: of tailnets, of what resolvers hold or ask others for, of clusters, of the
    /// public, and of the expectations.
    #[must_use]
    pub fn name_classes(&self) -> Vec<NameClass> {
        let topology = self.index.topology;
        let special = special_names(topology);
        let built_in = super::server::built_in_zones(topology);
        let mut classes: BTreeMap<Signature, NameClass> = BTreeMap::new();
        let mut known: BTreeSet<DnsName> = BTreeSet::new();
        let mut add = |name: DnsName, record_type: RecordType, what: String| {
            let signature = self.signature(&name, &special, &built_in);
            let kind = signature.kinds[0];
            let class = classes.entry(signature).or_insert_with(|| NameClass {
                what,
                members: Vec::new(),
                record_type,
                kind,
            });
            if known.insert(name.clone()) {
                class.members.push(name);
            }
        };
        for (id, tailnet) in topology.tailnets.iter() {
            let suffix = &tailnet.declared.suffix.value;
            // The type of which members have an address.
            let record_type = match tailnet.ranges.iter().all(|range| range.is_ipv6()) {
                true => RecordType::Aaaa,
                false => RecordType::A,
            };
            for name in self.names.members(id) {
                add(name.clone(), record_type, format!("members of {suffix}"));
            }
            if let Some(name) = suffix.below("no-such-member") {
                add(name, record_type, format!("unknown names of {suffix}"));
            }
            for name in self.names.reverse(id) {
                add(
                    name.clone(),
                    RecordType::Ptr,
                    format!("addresses of {suffix}"),
                );
            }
            for range in &tailnet.ranges {
                let last = Cidr::from(ipnet::IpNet::from(range.net().broadcast()));
                let name = DnsName::reverse_zone_around(last);
                add(
                    name,
                    RecordType::Ptr,
                    format!("unknown addresses of {suffix}"),
                );
            }
        }
        for name in &special {
            add(name.clone(), RecordType::A, name.to_string());
            if let Some(below) = name.below("anything") {
                add(below, RecordType::A, format!("names below {name}"));
            }
        }
        for cluster in topology.clusters.values() {
            let domain = cluster_domain(cluster);
            if let Some(name) = domain.below("kubernetes.default.svc") {
                add(name, RecordType::A, format!("names of {domain}"));
            }
        }
        if let Ok(name) = "example.com".parse() {
            add(name, RecordType::A, "public names".to_owned());
        }
        for expectation in &topology.expectations {
            let name = expectation.name.value.clone();
            let record_type = expectation.record_type.unwrap_or(RecordType::A);
            add(name.clone(), record_type, name.to_string());
        }
        classes.into_values().collect()
    }

    fn signature(
        &self,
        name: &DnsName,
        special: &BTreeSet<DnsName>,
        built_in: &BTreeSet<DnsName>,
    ) -> Signature {
        let topology = self.index.topology;
        let mut kinds = Vec::new();
        for (id, tailnet) in topology.tailnets.iter() {
            let suffix = &tailnet.declared.suffix.value;
            let own = if self.names.is_member(id, name) {
                Some(NameKind::Member(id))
            } else if self.names.is_reverse(id, name) {
                Some(NameKind::Reverse(id))
            } else if name.is_within(suffix) {
                Some(NameKind::InSuffix(id))
            } else if self.names.is_tailnets(id, name) {
                Some(NameKind::InReverse(id))
            } else {
                None
            };
            kinds.extend(own);
        }
        let clusters = topology.clusters.iter();
        let clusters = clusters.filter(|(_, cluster)| name.is_within(&cluster_domain(cluster)));
        kinds.extend(clusters.map(|(id, _)| NameKind::Cluster(id)));
        if kinds.is_empty() {
            kinds.push(if self.names.is_private(name, RecordType::A) {
                NameKind::Declared
            } else {
                NameKind::Public
            });
        }
        let is_special = |above: &DnsName| special.contains(above) || built_in.contains(above);
        let mut within: Vec<DnsName> = name.and_above().filter(is_special).collect();
        // A declared name is told apart from what is below it.
        if special.contains(name) {
            within.push(name.clone());
        }
        Signature { kinds, within }
    }

    /// The classes of clients that a topology has.
    #[must_use]
    pub fn client_groups(&self) -> Vec<ClientGroup> {
        let topology = self.index.topology;
        let one = |class: ClientClass| ClientGroup {
            members: vec![class],
            nodes: Vec::new(),
        };
        let mut groups: Vec<ClientGroup> = Vec::new();
        let clusters = topology.clusters.values();
        groups.extend(clusters.map(|cluster| one(ClientClass::Pods(cluster.name.clone()))));
        for kind in self.index.kinds.all() {
            let names = kind.iter().map(|node| &topology.nodes.get(*node).name);
            groups.push(ClientGroup {
                members: names.cloned().map(ClientClass::Node).collect(),
                nodes: kind.clone(),
            });
        }
        let sites = topology.sites.values();
        let sites = sites.filter(|site| !site.declared.lans.is_empty());
        groups.extend(sites.map(|site| one(ClientClass::Lan(site.name.clone()))));
        groups.extend(devices(topology));
        if topology.tailnets.first().is_some() {
            groups.push(one(ClientClass::Tailnet));
            groups.push(one(ClientClass::TailnetRoutes));
        }
        groups.push(one(ClientClass::Outside));
        groups
    }
}

/// Devices that are alike but for their address.
fn devices(topology: &Topology) -> Vec<ClientGroup> {
    let mut groups: BTreeMap<Vec<String>, ClientGroup> = BTreeMap::new();
    for device in topology.devices.values() {
        let declared = &device.declared;
        let mut words = vec![format!("{:?}", device.site)];
        words.extend(
            declared
                .nameservers
                .iter()
                .map(|server| server.value.to_string()),
        );
        let addresses = declared.address.0.iter();
        words.extend(addresses.map(|address| format!("v6 {}", address.value.ip().is_ipv6())));
        if let Some(membership) = &device.tailscale {
            words.push(format!("{:?}", membership.tailnet));
            words.push(format!("dns {}", membership.accept_dns.value));
            words.push(format!("routes {}", membership.accept_routes.value));
            let exit = membership.declared.exit_node.as_ref();
            words.extend(exit.map(|exit| format!("exit {}", exit.value)));
            let keeps_lan = membership.declared.exit_node_allow_lan_access;
            words.push(format!("lan {keeps_lan:?}"));
            let tags = membership.declared.tags.iter();
            words.extend(tags.map(|tag| tag.value.to_string()));
        }
        let group = groups.entry(words).or_insert_with(|| ClientGroup {
            members: Vec::new(),
            nodes: Vec::new(),
        });
        group.members.push(ClientClass::Device(device.name.clone()));
    }
    groups.into_values().collect()
}

/// The names and zones that a server or a setting knows beside those of tailnets and clusters.
fn special_names(topology: &Topology) -> BTreeSet<DnsName> {
    let mut special = BTreeSet::new();
    for tailnet in topology.tailnets.values() {
        special.extend(tailnet.declared.split_dns.0.keys().cloned());
        special.extend(
            tailnet
                .declared
                .records
                .iter()
                .map(|record| record.name.clone()),
        );
    }
    for resolver in topology.resolvers.values() {
        let declared = &resolver.declared;
        special.extend(declared.records.iter().map(|record| record.name.clone()));
        special.extend(declared.custom_dns.0.keys().cloned());
        special.extend(declared.zones.iter().cloned());
        special.extend(declared.conditional.0.keys().cloned());
    }
    for tailnet in topology.tailnets.values() {
        special.remove(&tailnet.declared.suffix.value);
    }
    special
}
