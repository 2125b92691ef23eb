//! Servers, each as a function of the name: it answers, refuses, or asks others.

mod blocky;
mod coredns;
mod forwarder;
mod held;
mod public;
mod quad100;
mod resolved;
mod resolver;
mod special_use;

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::combine::Use;
use super::host::Host;
use super::outcome::{Because, Outcome};
use super::path::Step;
use super::walk::Walk;
use crate::place::Place;
use crate::scalar::{Address, DnsName, Protocol, RecordType, ResolverKind, Upstream};
use crate::topology::{Cluster, Forwarder, Id, Node, Resolver, Topology};

/// A server, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Server {
    /// A forwarder on one of its nodes.
    Forwarder(Id<Forwarder>, Id<Node>),
    /// A resolver.
    Resolver(Id<Resolver>, Host),
    /// The CoreDNS of a cluster.
    ClusterDns(Id<Cluster>, Host),
    /// MagicDNS' own resolver on a host.
    Quad100(Host),
    /// systemd-resolved on a node.
    Resolved(Id<Node>),
    /// A server on the Internet that knows public names alone.
    Public(String),
}

/// A question: what every server is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) name: DnsName,
    pub(super) record_type: RecordType,
    pub(super) protocol: Protocol,
}

/// Whom to ask.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) whom: Whom,
    /// Where it is written; nothing where it is derived.
    pub(super) place: Option<Place>,
}

/// How a target is known.
#[derive(Debug, Clone)]
pub(super) enum Whom {
    /// Plain DNS at an address.
    Plain(IpAddr, u16),
    /// In another way: encrypted, or by a name that has to be resolved first.
    Upstream(Upstream),
    /// A program on the same machine that is asked without a network.
    Local(Server),
}

/// In which protocol a server asks others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// In that in which it was asked.
    Same,
    /// In that in which it was asked, with what is CoreDNS' own.
    AsCoredns,
    /// In that in which it was asked; over UDP without an answer, over TCP too.
    SameThenTcp,
    /// Over UDP.
    Udp,
    /// Over UDP, and where that is refused by the network or fails, over TCP.
    UdpThenTcp,
}

/// What a server does with a question.
pub(super) enum Does {
    /// It says this itself.
    Says(Step, Outcome),
    /// It asks others.
    Asks {
        /// Why these.
        step: Step,
        /// Whom.
        targets: Vec<Target>,
        /// How.
        uses: Use,
        /// In which protocol.
        via: Via,
        /// As which host.
        from: Host,
    },
}

impl Target {
    pub(super) fn plain(address: Address, port: u16) -> Self {
        Self {
            whom: Whom::Plain(address.ip(), port),
            place: None,
        }
    }

    pub(super) fn local(server: Server) -> Self {
        Self {
            whom: Whom::Local(server),
            place: None,
        }
    }

    pub(super) fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }
}

impl From<&Upstream> for Target {
    fn from(upstream: &Upstream) -> Self {
        use crate::scalar::server::{Transport, UpstreamHost};
        let whom = match (&upstream.host, upstream.transport) {
            (UpstreamHost::Address(address), Transport::Plain) => {
                Whom::Plain(address.ip(), upstream.port)
            }
            _ => Whom::Upstream(upstream.clone()),
        };
        Self { whom, place: None }
    }
}

impl Walk<'_, '_, '_> {
    /// What messages call a server.
    pub(super) fn server_name(&self, server: &Server) -> String {
        let topology = self.world.topology();
        match server {
            Server::Forwarder(forwarder, node) => format!(
                "forwarder {} on {}",
                topology.forwarders.get(*forwarder).name,
                topology.nodes.get(*node).name
            ),
            Server::Resolver(resolver, host) => {
                let resolver = topology.resolvers.get(*resolver);
                match host {
                    Host::Node(node) if resolver.nodes.len() > 1 => format!(
                        "resolver {} on {}",
                        resolver.name,
                        topology.nodes.get(*node).name
                    ),
                    _ => format!("resolver {}", resolver.name),
                }
            }
            Server::ClusterDns(cluster, _) => {
                format!(
                    "the DNS of cluster {}",
                    topology.clusters.get(*cluster).name
                )
            }
            Server::Quad100(host) => format!("quad100 on {}", self.world.host_name(*host)),
            Server::Resolved(node) => {
                format!("systemd-resolved on {}", topology.nodes.get(*node).name)
            }
            Server::Public(name) => name.clone(),
        }
    }

    /// What a server does with a question.
    pub(super) fn does(&self, server: &Server, asked: &Asked) -> Does {
        match server {
            Server::Forwarder(forwarder, node) => self.forwarder(*forwarder, *node, asked),
            Server::Resolver(resolver, host) => self.resolver(*resolver, *host, asked),
            Server::ClusterDns(cluster, host) => self.cluster_dns(*cluster, *host, asked),
            Server::Quad100(host) => self.quad100(*host, asked),
            Server::Resolved(node) => self.resolved(*node, asked),
            Server::Public(name) => self.public(name, asked),
        }
    }
}

/// Zones that some program of a topology treats otherwise than all other names, without being told to, and the
/// names for addresses that follow from its names.
pub(super) fn built_in_zones(topology: &Topology) -> BTreeSet<DnsName> {
    let resolvers = topology.resolvers.values();
    let kinds: BTreeSet<ResolverKind> = resolvers.map(|one| one.declared.kind.value).collect();
    let own = kinds.into_iter().flat_map(special_use::zones);
    let quad100s = ["ts.net", "onion"].iter();
    let quad100s = quad100s.filter_map(|zone| zone.parse().ok());
    let resolvers = topology.resolvers.values();
    let reverse = resolvers.flat_map(|one| held::reverse_names(&one.declared));
    own.cloned().chain(quad100s).chain(reverse).collect()
}

/// A step without more to say than what it is because of.
pub(super) fn step(text: impl Into<String>, because: impl Into<Because>) -> Step {
    Step::new(text).because(because)
}
