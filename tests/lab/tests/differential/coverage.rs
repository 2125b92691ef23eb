//! What cases have shown, and how often.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tailwright::scalar::{Protocol, ResolverKind};
use tailwright::topology::Topology;
use tailwright::trace::outcome::{CauseKind, Seen};

use crate::case::Told;

/// Counts, by a kind of thing and by its name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Coverage(BTreeMap<&'static str, BTreeMap<String, usize>>);

/// The causes that a network can show, while no machine is down.
pub(crate) const CAUSES: [CauseKind; 11] = [
    CauseKind::Answered,
    CauseKind::AccessList,
    CauseKind::NotItsZone,
    CauseKind::NobodyToAsk,
    CauseKind::Firewall,
    CauseKind::NetworkPolicy,
    CauseKind::Grants,
    CauseKind::NoRoute,
    CauseKind::NoWayBack,
    CauseKind::NoListener,
    CauseKind::Loop,
];

/// What has to be shown, by kind.
fn required() -> Vec<(&'static str, String)> {
    let seen = Seen::ALL.iter().filter(|seen| **seen != Seen::Unknown);
    let seen = seen.map(|seen| ("seen", seen.as_str().to_owned()));
    let causes = CAUSES
        .iter()
        .map(|kind| ("cause", kind.as_str().to_owned()));
    let others = [
        ("protocol", "udp"),
        ("protocol", "tcp"),
        ("engine", "unbound"),
        ("firewall of a forwarder", "nftables"),
        ("firewall of a forwarder", "iptables"),
        ("firewall of a forwarder", "off"),
        ("plug-in", "cilium"),
        ("plug-in", "flannel"),
        ("plug-in", "calico"),
        ("resolver", "blocky in a cluster"),
        ("resolver", "blocky on a node"),
        ("resolver", "blocky elsewhere"),
        ("leaks", "seen"),
    ];
    let others = others
        .into_iter()
        .map(|(kind, name)| (kind, name.to_owned()));
    seen.chain(causes).chain(others).collect()
}

impl Coverage {
    fn count(&mut self, kind: &'static str, name: &str, by: usize) {
        let names = self.0.entry(kind).or_default();
        *names.entry(name.to_owned()).or_default() += by;
    }

    /// A cell.
    pub(crate) fn add(
        &mut self,
        protocol: Protocol,
        predicted: &Told,
        seen: &Told,
        kinds: &BTreeSet<CauseKind>,
        asked: usize,
    ) {
        self.count("cells", "compared", 1);
        self.count("questions", "asked", asked);
        if predicted.seen.contains(&Seen::Unknown) {
            self.count("cells", "unknown", 1);
            return;
        }
        self.count("protocol", protocol.as_str(), 1);
        for seen in &seen.seen {
            self.count("seen", seen.as_str(), 1);
        }
        for kind in kinds {
            self.count("cause", kind.as_str(), 1);
        }
        if !seen.leaks.is_empty() {
            self.count("leaks", "seen", 1);
        }
        if !predicted.leaks.is_empty() {
            self.count("leaks", "predicted", 1);
        }
    }

    /// What a case has.
    pub(crate) fn add_topology(&mut self, topology: &Topology) {
        for forwarder in topology.forwarders.values() {
            let engine = forwarder.declared.engine.value;
            self.count("engine", engine.as_str(), 1);
            for instance in &forwarder.instances {
                let firewall = topology.nodes.get(instance.node).firewall.value;
                self.count("firewall of a forwarder", firewall.as_str(), 1);
            }
        }
        for cluster in topology.clusters.values() {
            self.count("plug-in", cluster.cni.value.as_str(), 1);
        }
        for resolver in topology.resolvers.values() {
            if resolver.declared.kind.value == ResolverKind::Public {
                continue;
            }
            let place = match (resolver.cluster, resolver.nodes.is_empty()) {
                (Some(_), _) => "in a cluster",
                (None, false) => "on a node",
                (None, true) => "elsewhere",
            };
            let kind = resolver.declared.kind.value.as_str();
            self.count("resolver", &format!("{kind} {place}"), 1);
        }
    }

    /// Both.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (kind, names) in &other.0 {
            for (name, count) in names {
                self.count(kind, name, *count);
            }
        }
    }

    /// What has been shown less often than this.
    pub(crate) fn missing(&self, least: usize) -> Vec<String> {
        let count = |kind: &str, name: &str| {
            let names = self.0.get(kind);
            names
                .and_then(|names| names.get(name))
                .copied()
                .unwrap_or(0)
        };
        let all = required().into_iter();
        let missing = all.filter(|(kind, name)| count(kind, name) < least);
        missing
            .map(|(kind, name)| format!("{kind}: {name}"))
            .collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        json!(self.0)
    }

    /// A line for each count.
    pub(crate) fn table(&self) -> String {
        let rows = self.0.iter().flat_map(|(kind, names)| {
            names
                .iter()
                .map(move |(name, count)| format!("{kind:<24} {name:<20} {count:>7}\n"))
        });
        rows.collect()
    }
}
