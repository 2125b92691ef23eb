//! The way of a packet: which route it takes, whose address it has when it arrives, and by which
//! interface it comes in.
//!
//! On Linux tailscaled's routes stand in table 52, which is looked up before the main table: members
//! of the tailnet, accepted routes and an exit node come before a host's own LAN (facts: tailnet).

mod arrival;
mod routes;
mod site;
mod tailnet;

use std::net::IpAddr;

use super::host::{Host, Sources};
use super::outcome::{Because, Cause, CauseKind, Outcome, Seen, When};
use super::world::{Holder, World};
use crate::facts::source_nat::Destination;
use crate::facts::trace::{LOCAL_DELIVERY, SERVICES_ON_NODES};
use crate::topology::{Id, Node, Tailnet};

/// Something that happens to a packet or a query, with what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub text: String,
    /// What decides it; nothing where it goes without saying.
    pub because: Option<Because>,
}

impl Step {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            because: None,
        }
    }

    pub(super) fn because(mut self, because: impl Into<Because>) -> Self {
        self.because = Some(because.into());
        self
    }
}

/// Where a packet arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// At a machine or a Service.
    Holder(Holder),
    /// At quad100 on a host.
    Quad100(Host),
    /// At an address of the Internet.
    Public(IpAddr),
}

/// In which way a packet comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    /// From the same machine.
    Itself,
    /// From a pod on the same node.
    OwnPod,
    /// From a pod elsewhere, with the pod's address.
    Pod,
    /// From the LAN.
    Lan,
    /// Through the tailnet.
    Tailnet,
    /// From the Internet.
    Internet,
    /// From a node of the same cluster, to a Service.
    Cluster,
    /// From a pod of the same cluster, to a Service.
    ClusterPod,
}

/// A packet that has arrived.
#[derive(Debug, Clone)]
pub(super) struct Arrived {
    pub(super) at: At,
    /// The addresses that it can have as its source; none where they are not known.
    pub(super) sources: Sources,
    pub(super) by: By,
    /// The members of tailnets whose packet filter it passes, each with who sends it.
    pub(super) filters: Vec<Filtered>,
    /// The subnet router that leaves the sender's address in the tailnet as it is.
    pub(super) without_nat: Option<Holder>,
}

/// A packet filter of a tailnet that a packet passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filtered {
    pub(super) tailnet: Id<Tailnet>,
    pub(super) from: Host,
    pub(super) at: Holder,
}

/// One way of a packet.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) when: When,
    pub(super) steps: Vec<Step>,
    pub(super) end: Result<Arrived, Box<Outcome>>,
}

impl Path {
    fn stopped(seen: Seen, cause: Cause) -> Vec<Self> {
        vec![Self {
            when: When::new(),
            steps: Vec::new(),
            end: Err(Box::new(Outcome::new(seen, cause))),
        }]
    }

    fn to(at: At, sources: Sources, by: By, step: Step) -> Self {
        Self {
            when: When::new(),
            steps: vec![step],
            end: Ok(Arrived {
                at,
                sources,
                by,
                filters: Vec::new(),
                without_nat: None,
            }),
        }
    }
}

/// A packet on its way: where it started, and where it is now.
#[derive(Clone, Copy)]
struct Travelling {
    /// Who sent it.
    from: Host,
    to: IpAddr,
    /// The machine that looks up the route.
    here: Host,
    /// How many machines have forwarded it.
    hops: usize,
}

/// No declared network has so many routers in a row.
const MOST_HOPS: usize = 4;

impl World<'_, '_> {
    /// The ways of a packet from a host to an address; never none.
    pub(super) fn paths(&self, from: Host, to: IpAddr) -> Vec<Path> {
        let here = self.machine(from);
        if let Host::Node(node) = here
            && !self.is_up(node)
        {
            return Path::stopped(Seen::Timeout, self.down(node));
        }
        let paths = match self.inside(from, here, to) {
            Some(path) => vec![path],
            None => self.onward(&Travelling {
                from,
                to,
                here,
                hops: 0,
            }),
        };
        self.index.count_paths(paths.len());
        paths
    }

    pub(super) fn down(&self, node: Id<Node>) -> Cause {
        let name = &self.topology().nodes.get(node).name;
        Cause::new(CauseKind::Down, format!("{name} is down"))
    }

    /// What never leaves the machine or its cluster.
    fn inside(&self, from: Host, here: Host, to: IpAddr) -> Option<Path> {
        let cluster = self.cluster(from);
        let holders = self.index.holders(to);
        let is_ipv6 = to.is_ipv6();
        let service = holders.iter().find(|holder| match holder {
            Holder::ClusterDns(id) => Some(*id) == cluster,
            Holder::Service(id) => {
                cluster.is_some() && self.topology().resolvers.get(*id).cluster == cluster
            }
            _ => false,
        });
        if let Some(holder) = service {
            let sources = match from {
                Host::Pod(cluster, _) => self.pod_sources(cluster, is_ipv6),
                _ => self.lan_sources(from, is_ipv6),
            };
            let step = Step::new("a Service of the cluster, which its nodes know")
                .because(&SERVICES_ON_NODES);
            let by = match from {
                Host::Pod(..) => By::ClusterPod,
                _ => By::Cluster,
            };
            return Some(Path::to(At::Holder(*holder), sources, by, step));
        }
        if to.is_loopback() && matches!(from, Host::Pod(..)) {
            let text = format!("{to} in a pod is the pod itself, where nothing else runs");
            let cause = Cause::new(CauseKind::NoListener, text)
                .mend("write the address of a server that is there for others");
            return Path::stopped(Seen::Unreachable, cause).pop();
        }
        let own = match here {
            Host::Node(node) => Holder::Node(node),
            Host::Device(device) => Holder::Device(device),
            Host::Bare(resolver) => Holder::Bare(resolver),
            _ => return None,
        };
        let is_moving = holders.len() > 1;
        if to.is_loopback() && from == here {
            let sources = vec![crate::scalar::Address::from(to).as_cidr()];
            let step = Step::new("loopback: it stays on the machine").because(&LOCAL_DELIVERY);
            return Some(Path::to(At::Holder(own), sources, By::Itself, step));
        }
        if is_moving || !holders.contains(&own) {
            return None;
        }
        Some(self.to_own(from, own, is_ipv6))
    }

    /// To an address of the machine on which the sender is.
    fn to_own(&self, from: Host, own: Holder, is_ipv6: bool) -> Path {
        match from {
            Host::Pod(cluster, _) => {
                let sources = self.pod_sources(cluster, is_ipv6);
                let anywhere = std::net::Ipv4Addr::UNSPECIFIED.into();
                let (_, fact) = self.pod_seen_as(cluster, anywhere, Destination::OwnNode);
                let step = Step::new("to the pod's own node, with the pod's address").because(fact);
                Path::to(At::Holder(own), sources, By::OwnPod, step)
            }
            _ => {
                let sources = self.lan_sources(from, is_ipv6);
                let step = Step::new("one of its own addresses: it stays on the machine")
                    .because(&LOCAL_DELIVERY);
                Path::to(At::Holder(own), sources, By::Itself, step)
            }
        }
    }

    fn cluster(&self, host: Host) -> Option<Id<crate::topology::Cluster>> {
        match host {
            Host::Pod(cluster, _) => Some(cluster),
            Host::Node(node) => self.topology().nodes.get(node).cluster,
            _ => None,
        }
    }

    /// From a machine onward: by tailscaled's table, else by the main one.
    fn onward(&self, packet: &Travelling) -> Vec<Path> {
        let member = self.member(packet.here);
        // A device of which it is assumed that it accepts routes is none that has table 52.
        let is_assumed = member
            .and_then(|member| member.declared)
            .is_some_and(|membership| membership.accept_routes.fact.is_some());
        let is_device = matches!(packet.here, Host::Device(_));
        if is_device && is_assumed && self.shares_lan(packet.here, packet.to) {
            return self.by_main_table(packet);
        }
        if let Some(member) = &member
            && let Some(paths) = self.through_tailnet(packet, member)
        {
            return paths;
        }
        self.by_main_table(packet)
    }
}
