//! Whether those who ask a forwarder get in: its access list and its node's firewall.

use super::arrivals::{Arrival, Ingress};
use super::{Forwarder, Instance, Node, Topology};
use crate::declaration::language::OpenPort;
use crate::facts::{kubernetes, tailnet};
use crate::finding::Finding;
use crate::place::Place;
use crate::rules::Rule;
use crate::scalar::{Cidr, CidrSet, Firewall, InterfacePattern, Part, Protocol};

/// What becomes of packets of one protocol at a node's firewall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// They get in.
    Open,
    /// Nothing opens the port for this protocol.
    Closed,
    /// The port is open, but not for these sources: the first that is dropped.
    Dropped(Cidr),
}

/// A packet as it arrives at a node.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// The port for which it is.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// From where.
    pub source: Cidr,
    /// By which interface.
    pub ingress: &'a Ingress,
}

/// What a firewall does with what comes for a forwarder.
#[must_use]
pub fn firewall(
    topology: &Topology,
    forwarder: &Forwarder,
    instance: &Instance,
    arrival: &Arrival,
    protocol: Protocol,
) -> Passage {
    let node = topology.nodes.get(instance.node);
    let packet = Packet {
        port: forwarder.port.value.number(),
        protocol,
        source: arrival.source,
        ingress: &arrival.ingress,
    };
    passage(topology, node, Some(instance), &packet)
}

/// What a node's firewall does with a packet, which is for the forwarder of `instance` where one
/// listens on the port.
#[must_use]
pub fn passage(
    topology: &Topology,
    node: &Node,
    instance: Option<&Instance>,
    packet: &Packet<'_>,
) -> Passage {
    let trusted = node
        .declared
        .trusted_interfaces
        .iter()
        .any(|interface| comes_by(topology, node, packet.ingress, &interface.value));
    let unfiltered = node.firewall.value == Firewall::Off || *packet.ingress == Ingress::Loopback;
    if trusted || unfiltered || tailscaled_accepts(node, packet.ingress) {
        return Passage::Open;
    }
    let mut admitted: Vec<Cidr> = Vec::new();
    let mut is_opened = false;
    if let Some(instance) = instance.filter(|_| node.manages(Part::Firewall)) {
        // What is generated opens the port, for both protocols, to exactly the access list, each
        // source by the interfaces by which it is known to come.
        let mut openings = instance.openings.iter();
        if openings.any(|(scope, sources)| {
            scope.lets_in(packet.ingress) && sources.first_gap(packet.source).is_none()
        }) {
            return Passage::Open;
        }
        is_opened = true;
        let lets_in = instance
            .admitted
            .iter()
            .filter(|one| one.by.lets_in(packet.ingress));
        admitted.extend(lets_in.map(|one| one.source));
    }
    for open in &node.declared.open_ports {
        let fits = opens(open, packet.port, packet.protocol)
            && open.interfaces.as_ref().is_none_or(|interfaces| {
                interfaces
                    .iter()
                    .any(|interface| comes_by(topology, node, packet.ingress, interface))
            });
        if fits {
            is_opened = true;
            match &open.from {
                Some(from) => admitted.extend(from),
                None => return Passage::Open,
            }
        }
    }
    if !is_opened {
        return Passage::Closed;
    }
    match CidrSet::new(admitted).first_gap(packet.source) {
        Some(gap) => Passage::Dropped(gap),
        None => Passage::Open,
    }
}

/// Whether tailscaled lets a packet in before the firewall sees it ([`tailnet::TS_INPUT_ACCEPTS`]).
#[must_use]
pub fn tailscaled_accepts(node: &Node, ingress: &Ingress) -> bool {
    *ingress == Ingress::Tailnet
        && node.tailscale.is_some()
        && node.firewall.value == Firewall::Iptables
}

/// Whether an entry opens a port for a protocol, to whomever.
fn opens(open: &OpenPort, port: u16, protocol: Protocol) -> bool {
    let protocols = open.protocols.as_ref();
    open.port.number() == port && protocols.is_none_or(|protocols| protocols.contains(&protocol))
}

/// Where a node's firewall is said to open a forwarder's port for a protocol, else where the
/// firewall is declared.
pub(crate) fn opened_at<'a>(
    node: &'a Node,
    forwarder: &Forwarder,
    protocol: Protocol,
) -> &'a Place {
    node.declared
        .open_ports
        .iter()
        .find(|open| opens(open, forwarder.port.value.number(), protocol))
        .map_or(&node.firewall.place, |open| &open.place)
}

/// Whether packets that come in this way come by an interface of this name. What is not known
/// is taken to be so: a finding needs a fact.
fn comes_by(
    topology: &Topology,
    node: &Node,
    ingress: &Ingress,
    interface: &InterfacePattern,
) -> bool {
    let is_own = node
        .declared
        .interface
        .as_ref()
        .is_none_or(|own| interface.matches(own.value.as_str()));
    match ingress {
        Ingress::Loopback => true,
        Ingress::Lan => is_own,
        Ingress::Interface(name) => interface.matches(name.as_str()),
        Ingress::Tailnet => interface.matches(tailnet::INTERFACE),
        Ingress::Pods | Ingress::OwnPods => {
            let cluster = node.cluster.map(|cluster| topology.clusters.get(cluster));
            let of_plug_in = cluster.is_some_and(|cluster| {
                kubernetes::pod_interfaces(cluster.cni.value)
                    .iter()
                    .any(|beginning| interface.may_match(beginning))
            });
            of_plug_in || (is_own && *ingress == Ingress::Pods)
        }
    }
}

/// Sources that are refused by an access list or dropped by a firewall that opens the port
/// for others.
pub struct Refusal<'a> {
    forwarder: &'a Forwarder,
    /// Who is refused: the first of those with the same source.
    pub arrival: &'a Arrival,
    /// The nodes on which it happens.
    nodes: Vec<String>,
    gap: Cidr,
    by_firewall: bool,
    place: Place,
}

impl Refusal<'_> {
    /// The finding of `rule` about it.
    #[must_use]
    pub fn finding(&self, rule: &'static Rule, topology: &Topology) -> Finding {
        let Self {
            forwarder,
            arrival,
            gap,
            ..
        } = self;
        let part = if *gap == arrival.source {
            String::new()
        } else {
            format!(", {gap} for one")
        };
        let (does, what) = if self.by_firewall {
            ("drops", "the firewall's open port")
        } else {
            ("refuses", "the access list")
        };
        let finding = Finding::new(
            rule,
            &self.place,
            format!(
                "forwarder {} on {} {does} {}, who arrive from {}{part}",
                forwarder.name,
                self.nodes.join(", "),
                arrival.class,
                arrival.source
            ),
        )
        .label(format!("{what} does not cover {gap}"))
        .related(
            &arrival.place,
            format!("{} ({}) comes from here", arrival.class, arrival.asker),
        );
        let finding = match arrival.fact {
            Some(fact) => finding.note(format!("{} ({})", fact.says, fact.source)),
            None => finding,
        };
        let suffix = &topology
            .tailnets
            .get(forwarder.tailnet)
            .declared
            .suffix
            .value;
        finding
            .note(format!("names of {suffix} do not resolve for them"))
            .help(if self.by_firewall {
                format!(
                    "add {} to `from`, or let the firewall be managed",
                    arrival.source
                )
            } else {
                format!(
                    "remove `allow`, which is derived, or add {}",
                    arrival.source
                )
            })
    }
}

/// Every source that is refused or dropped, once, with all nodes where it happens.
#[must_use]
pub fn refusals(topology: &Topology) -> Vec<Refusal<'_>> {
    let mut refusals: Vec<Refusal<'_>> = Vec::new();
    for forwarder in topology.forwarders.values() {
        for instance in &forwarder.instances {
            for arrival in &instance.arrivals {
                let Some((gap, by_firewall, place)) =
                    refused(topology, forwarder, instance, arrival)
                else {
                    continue;
                };
                let node = topology.nodes.get(instance.node).name.to_string();
                let known = refusals.iter_mut().find(|known| {
                    known.place == place
                        && known.arrival.source == arrival.source
                        && known.by_firewall == by_firewall
                });
                match known {
                    Some(known) if known.nodes.contains(&node) => {}
                    Some(known) => known.nodes.push(node),
                    None => refusals.push(Refusal {
                        forwarder,
                        arrival,
                        nodes: vec![node],
                        gap,
                        by_firewall,
                        place,
                    }),
                }
            }
        }
    }
    refusals
}

fn refused(
    topology: &Topology,
    forwarder: &Forwarder,
    instance: &Instance,
    arrival: &Arrival,
) -> Option<(Cidr, bool, Place)> {
    if arrival.ingress == Ingress::Loopback {
        return None;
    }
    if let Some(gap) = instance.access.first_gap(arrival.source) {
        let allow = forwarder.declared.allow.as_ref();
        let place = allow.map_or(&forwarder.declared.place, |allow| &allow.place);
        return Some((gap, false, place.clone()));
    }
    match firewall(topology, forwarder, instance, arrival, Protocol::Udp) {
        Passage::Dropped(gap) => {
            let node = topology.nodes.get(instance.node);
            let place = opened_at(node, forwarder, Protocol::Udp);
            Some((gap, true, place.clone()))
        }
        Passage::Open | Passage::Closed => None,
    }
}

/// The clients whose UDP and TCP fare at the firewall as `is` says, each once.
pub(crate) fn stopped(
    topology: &Topology,
    forwarder: &Forwarder,
    instance: &Instance,
    is: impl Fn(&Passage, &Passage) -> bool,
) -> Vec<String> {
    let mut clients: Vec<String> = instance
        .arrivals
        .iter()
        .filter(|arrival| {
            let passage = |protocol| firewall(topology, forwarder, instance, arrival, protocol);
            is(&passage(Protocol::Udp), &passage(Protocol::Tcp))
        })
        .map(|arrival| arrival.class.to_string())
        .collect();
    clients.sort();
    clients.dedup();
    clients
}
